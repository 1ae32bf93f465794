"""SmallUnet: a U-Net that learns from scratch on a CPU in minutes."""

import torch
import torch.nn.functional as F
from torch import nn

BLOCK = 2  # px: side of the blocks of pixels that enter the network as one pixel with more channels
WIDTHS = (16, 32, 64, 96, 128)  # channels of the encoder's stages, each at half the size of the one before
REPEATS = (0, 2, 3, 3, 2)  # residual units in each of these stages
MERGED = (64, 64, 32, 24)  # channels of the decoder's stages, the deepest first
SHALLOW = ((16, 32, 64, 96, 96), (0, 2, 3, 1, 0))  # WIDTHS and REPEATS up to version 0.2.0, whose networks can still be used


class SmallUnet(nn.Module):
    """A U-Net of 1.66 M parameters: images (B, 3, H, W), H and W multiples of 32 -> logits (B, classes, H, W).

    It saves time in three ways against the U-Net of Ronneberger et al. 2015. Pixels enter and logits leave as channels of
    2 x 2 blocks (space to depth; sub-pixel convolution, Shi et al. 2016), so nothing is convolved at full resolution. Skip
    connections are added after 1 x 1 convolutions, not concatenated. Most of the work is in residual units (He et al. 2015)
    from 1/4 of the size down, where a cube and a cylinder differ.
    """

    def __init__(self, classes: int, shallow: bool = False):
        """shallow: with the layers that it had up to version 0.2.0, 0.70 M parameters."""
        super().__init__()
        widths, repeats = SHALLOW if shallow else (WIDTHS, REPEATS)
        into = (3 * BLOCK**2, *widths)
        stages = [_stage(a, b, 1 if k == 0 else 2, repeats[k]) for k, (a, b) in enumerate(zip(into, widths, strict=False))]
        self.encoder = nn.ModuleList(stages)
        below = (widths[-1], *MERGED)
        self.decoder = nn.ModuleList(map(Merge, below, widths[-2::-1], MERGED))
        self.head = nn.Conv2d(MERGED[-1], classes * BLOCK**2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, 3, H, W) float -> (B, classes, H, W), H and W multiples of 32."""
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
    """A residual unit: ReLU(x + two convolutions of x). It starts as ReLU(x): its last batch norm starts at 0."""

    def __init__(self, width: int):
        super().__init__()
        convolution, norm = _convolution(width, width)
        self.inner = nn.Sequential(*_convolution(width, width), nn.ReLU(inplace=True), convolution, norm)
        nn.init.zeros_(norm.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, width, H, W) -> the same shape."""
        return F.relu(x + self.inner(x))


class Merge(nn.Module):
    """A decoder stage: the deeper stage, scaled up by 2, plus the encoder stage of that size, then a convolution."""

    def __init__(self, deeper: int, skip: int, out: int):
        super().__init__()
        self.deeper, self.skip = (nn.Conv2d(width, out, 1, bias=False) for width in (deeper, skip))
        self.norm = nn.BatchNorm2d(out)
        self.last = nn.Sequential(*_convolution(out, out), nn.ReLU(inplace=True))

    def forward(self, x: torch.Tensor, skip: torch.Tensor) -> torch.Tensor:
        """x (B, deeper, H, W), skip (B, skip, 2 H, 2 W) -> (B, out, 2 H, 2 W)."""
        grown = F.interpolate(self.deeper(x), scale_factor=2, mode="bilinear", align_corners=False)
        return self.last(F.relu(self.norm(grown + self.skip(skip))))


def _stage(into: int, out: int, stride: int, repeats: int) -> nn.Sequential:
    """An encoder stage: a 3 x 3 convolution with this stride, then residual units."""
    units = [Residual(out) for _ in range(repeats)]
    return nn.Sequential(*_convolution(into, out, stride), nn.ReLU(inplace=True), *units)


def _convolution(into: int, out: int, stride: int = 1) -> tuple[nn.Conv2d, nn.BatchNorm2d]:
    """A 3 x 3 convolution and its batch norm."""
    return nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
