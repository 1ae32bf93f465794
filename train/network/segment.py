"""segment: the masks that a model predicts for pictures of any size, seen at several scales."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .saved import Model

TILE = 768  # px: a picture that is larger in the network goes through it in tiles of this side
OVERLAP = 128  # px that neighbouring tiles share; more than half of it away from its edge a tile is as the whole picture


def segment(model: Model, pictures: Sequence[Image.Image]) -> list[np.ndarray]:
    """Predict a mask (H, W) uint8 of class ids for each RGB picture, at the picture's own size: the most probable class."""
    masks: list[np.ndarray | None] = [None] * len(pictures)
    for numbers, probabilities in _by_size(model, pictures):
        for k, one in zip(numbers, probabilities, strict=True):
            masks[k] = _resized(one[None], pictures[k].size[::-1])[0].argmax(dim=0).byte().cpu().numpy()
    return masks  # type: ignore[return-value]


def probabilities(model: Model, picture: Image.Image) -> np.ndarray:
    """(C, H, W) float32: the probability of each class in each pixel of an RGB picture; their sum is 1."""
    ((_, found),) = _by_size(model, [picture])
    return _resized(found, picture.size[::-1])[0].cpu().numpy()


def scaled_size(picture: tuple[int, int], model: tuple[int, int], scale: float = 1.0) -> tuple[int, int]:
    """(height, width) px to which a picture of that size is scaled: its own shape, just covering `scale` times the model's."""
    factor = scale * max(model[0] / picture[0], model[1] / picture[1])
    return max(1, round(picture[0] * factor)), max(1, round(picture[1] * factor))


def _by_size(model: Model, pictures: Sequence[Image.Image]) -> Iterator[tuple[list[int], torch.Tensor]]:
    """Yield the numbers of pictures of one size and their probabilities (B, C, h, w), h and w of the largest scale.

    Pictures of one size go through the network in one batch.
    """
    groups: dict[tuple[int, int], list[int]] = {}
    for k, picture in enumerate(pictures):
        groups.setdefault(picture.size, []).append(k)
    for numbers in groups.values():
        yield numbers, _mean_probabilities(model, [pictures[k] for k in numbers])


@torch.inference_mode()
def _mean_probabilities(model: Model, pictures: list[Image.Image]) -> torch.Tensor:
    """(B, C, h, w): probabilities of B pictures of one size: the mean over scales and, if the model flips, mirror images."""
    width, height = pictures[0].size
    sizes = [scaled_size((height, width), model.size, scale) for scale in sorted(model.scales, reverse=True)]
    total: torch.Tensor | None = None
    for rows, columns in sizes:
        scaled = [np.asarray(p.resize((columns, rows), Image.Resampling.BILINEAR)) for p in pictures]
        batch = torch.from_numpy(np.stack(scaled)).to(model.device).permute(0, 3, 1, 2).float() / 255
        mean, deviation = (torch.tensor(v, device=model.device).view(1, 3, 1, 1) for v in (model.mean, model.deviation))
        batch = (batch - mean) / deviation
        found = _tiled(model, batch)
        if model.flip:
            found = (found + _tiled(model, batch.flip(-1)).flip(-1)) / 2
        total = found if total is None else total.add_(_resized(found, sizes[0]))
    assert total is not None
    return total / len(sizes)


def _tiled(model: Model, batch: torch.Tensor) -> torch.Tensor:
    """(B, C, H, W): probabilities of a normalized batch (B, 3, H, W), in overlapping tiles where it is larger than TILE."""
    height, width = batch.shape[-2:]
    if max(height, width) <= TILE:
        return model.net(batch).as_subclass(torch.Tensor).float().softmax(dim=1)
    total = torch.zeros(len(batch), len(model.codes), height, width, device=batch.device)
    weights = torch.zeros(height, width, device=batch.device)
    for top in _starts(height):
        for left in _starts(width):
            tile = batch[..., top : top + TILE, left : left + TILE]
            found = model.net(tile).as_subclass(torch.Tensor).float().softmax(dim=1)
            weight = torch.outer(_ramp(found.shape[-2]), _ramp(found.shape[-1])).to(batch.device)
            total[..., top : top + TILE, left : left + TILE] += found * weight
            weights[top : top + TILE, left : left + TILE] += weight
    return total / weights


def _starts(length: int) -> list[int]:
    """First pixels of the tiles along a side: evenly spaced, at least OVERLAP shared, the last ends where the side ends."""
    if length <= TILE:
        return [0]
    count = -(-(length - OVERLAP) // (TILE - OVERLAP))
    return [round(k * (length - TILE) / (count - 1)) for k in range(count)]


def _ramp(length: int) -> torch.Tensor:
    """(length,) weights of a tile's pixels: 1 inside, and falling over OVERLAP pixels to nearly 0 at both ends."""
    distance = torch.arange(1, length + 1, dtype=torch.float32)
    return torch.minimum(distance, distance.flip(0)).div(OVERLAP).clamp(max=1)


def _resized(found: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Probabilities (B, C, h, w) at another size (height, width), bilinearly."""
    if found.shape[-2:] == size:
        return found
    return F.interpolate(found, size, mode="bilinear", align_corners=False)
