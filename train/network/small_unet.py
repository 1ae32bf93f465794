"""SmallUnet: a U-Net that learns from scratch on a CPU in minutes."""

import torch
import torch.nn.functional as F
from torch import nn

BLOCK = 2  # px: the network sees blocks of 2 x 2 pixels as one, and answers for each of the four
WIDTHS = (16, 32, 64, 96, 96)  # channels of the encoder's stages, each at half the size of the one before
REPEATS = (0, 2, 3, 1, 0)  # residual units in each of them
MERGED = (64, 64, 32, 24)  # channels of the decoder's stages, from the deepest


class SmallUnet(nn.Module):
    """Images (B, 3, H, W), H and W multiples of 32 -> logits (B, classes, H, W); 0.70 M parameters.

    A U-Net (Ronneberger et al. 2015) with three savings. Pixels enter and logits leave as channels of 2 x 2 blocks (space
    to depth; sub-pixel convolution, Shi et al. 2016), so nothing is convolved at full resolution. Skips are added after
    1 x 1 convolutions and not concatenated. Most of the work is residual units (He et al. 2015) at 1/4 and 1/8 of the
    size, where a cube and a cylinder differ.
    """

    def __init__(self, classes: int):
        super().__init__()
        into = (3 * BLOCK**2, *WIDTHS)
        stages = [_stage(a, b, 1 if k == 0 else 2, REPEATS[k]) for k, (a, b) in enumerate(zip(into, WIDTHS, strict=False))]
        self.encoder = nn.ModuleList(stages)
        below = (WIDTHS[-1], *MERGED)
        self.decoder = nn.ModuleList(map(Merge, below, WIDTHS[-2::-1], MERGED))
        self.head = nn.Conv2d(MERGED[-1], classes * BLOCK**2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.pixel_unshuffle(x, BLOCK)
        skips = []
        for stage in self.encoder:
            x = stage(x)
            skips.append(x)
        skips.pop()
        for merge in self.decoder:
            x = merge(x, skips.pop())
        return F.pixel_shuffle(self.head(x), BLOCK)


class Residual(nn.Module):
    """x + two convolutions of it; at first just x."""

    def __init__(self, width: int):
        super().__init__()
        convolution, norm = _convolution(width, width)
        self.inner = nn.Sequential(*_convolution(width, width), nn.ReLU(inplace=True), convolution, norm)
        nn.init.zeros_(norm.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(x + self.inner(x))


class Merge(nn.Module):
    """The deeper stage, twice as large, and the encoder's of that size -> one."""

    def __init__(self, deeper: int, skip: int, out: int):
        super().__init__()
        self.deeper, self.skip = (nn.Conv2d(width, out, 1, bias=False) for width in (deeper, skip))
        self.norm = nn.BatchNorm2d(out)
        self.last = nn.Sequential(*_convolution(out, out), nn.ReLU(inplace=True))

    def forward(self, x: torch.Tensor, skip: torch.Tensor) -> torch.Tensor:
        grown = F.interpolate(self.deeper(x), scale_factor=2, mode="bilinear", align_corners=False)
        return self.last(F.relu(self.norm(grown + self.skip(skip))))


def _stage(into: int, out: int, stride: int, repeats: int) -> nn.Sequential:
    units = [Residual(out) for _ in range(repeats)]
    return nn.Sequential(*_convolution(into, out, stride), nn.ReLU(inplace=True), *units)


def _convolution(into: int, out: int, stride: int = 1) -> tuple[nn.Conv2d, nn.BatchNorm2d]:
    return nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
