"""Photometric: changes colour, contrast, blur and noise of training batches, so that a network copes with other cameras."""

import torch
import torch.nn.functional as F
from fastai.vision.all import DisplayedTransform, TensorImage


class Photometric(DisplayedTransform):
    """Random changes of training batches (B, 3, H, W) in 0..1, drawn anew for each image; masks stay as they are.

    Every image: white balance, gamma, contrast, brightness, saturation. Half of the images: a Gaussian blur of up to `blur`
    px (standard deviation). Half: Gaussian noise of up to `noise` (standard deviation). `amount` is the strength of all of
    it; 0 switches it off.
    """

    split_idx, order = 0, 40  # the training set only, after the geometry and before Normalize

    def __init__(self, amount: float = 1.0, blur: float = 1.2, noise: float = 0.06):
        self.amount, self.blur, self.noise = amount, blur, noise

    def encodes(self, x: TensorImage) -> TensorImage:
        """The changed batch, of the same shape, in 0..1; fastai calls this for images only."""
        if self.amount <= 0:
            return x
        data = x.as_subclass(torch.Tensor)
        return TensorImage(self._noise(self._blur(self._tone(data))).clamp(0, 1))

    def _uniform(self, x: torch.Tensor, low: float, high: float, channels: int = 1) -> torch.Tensor:
        """(B, channels, 1, 1) uniform random numbers between the limits, which are scaled by `amount`."""
        return torch.empty(len(x), channels, 1, 1, device=x.device).uniform_(low * self.amount, high * self.amount)

    def _tone(self, x: torch.Tensor) -> torch.Tensor:
        """White balance, gamma, contrast and brightness, saturation."""
        x = x * torch.exp(self._uniform(x, -0.25, 0.25, 3))  # white balance
        x = x.clamp(1e-4, 1) ** torch.exp(self._uniform(x, -0.4, 0.4))  # gamma
        mean = x.mean(dim=(1, 2, 3), keepdim=True)
        x = (x - mean) * torch.exp(self._uniform(x, -0.4, 0.4)) + mean + self._uniform(x, -0.15, 0.15)
        grey = x.mean(dim=1, keepdim=True)
        saturation = torch.exp(self._uniform(x, -1.2, 0.3))
        return grey + (x - grey) * saturation

    def _blur(self, x: torch.Tensor) -> torch.Tensor:
        """Blur half of the images with a Gaussian of 5 x 5 taps, its width drawn for each image."""
        some = torch.rand(len(x), device=x.device) < 0.5
        chosen = x[some]
        if len(chosen) == 0:
            return x
        sigma = self._uniform(chosen, 0.0, self.blur).view(-1, 1) + 1e-3
        taps = torch.exp(-0.5 * (torch.arange(-2, 3, device=x.device) / sigma) ** 2)
        kernel = (taps / taps.sum(dim=1, keepdim=True)).repeat_interleave(3, dim=0)  # (3 B, 5)
        planes = 3 * len(chosen)
        rows = F.pad(chosen.reshape(1, planes, *x.shape[-2:]), (2, 2, 2, 2), mode="replicate")
        rows = F.conv2d(rows, kernel[:, None, None, :], groups=planes)
        x[some] = F.conv2d(rows, kernel[:, None, :, None], groups=planes).view_as(chosen)
        return x

    def _noise(self, x: torch.Tensor) -> torch.Tensor:
        """Add noise to half of the images, chosen independently of the blur."""
        some = torch.rand(len(x), device=x.device) < 0.5
        chosen = x[some]
        shape = (len(chosen), *chosen.shape[2:], chosen.shape[1])  # as batches lie in memory: nine times faster than randn_like
        noise = torch.randn(shape, device=x.device).permute(0, 3, 1, 2)
        x[some] = chosen + noise * self._uniform(chosen, 0.0, self.noise)
        return x
