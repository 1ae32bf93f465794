"""segment: the masks that a model predicts for pictures of any size."""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from train.network.saved import Model


def segment(model: Model, pictures: Sequence[Image.Image]) -> list[np.ndarray]:
    """Predict a mask (H, W) uint8 of class ids for each RGB picture, at the picture's own size.

    Each picture is scaled to scaled_size(), as a whole; nothing is cut off. The logits are scaled back bilinearly before
    the class with the highest logit is taken. Pictures of one size go through the network in one batch.
    """
    masks: list[np.ndarray | None] = [None] * len(pictures)
    by_size: dict[tuple[int, int], list[int]] = {}
    for k, picture in enumerate(pictures):
        by_size.setdefault(picture.size, []).append(k)
    for numbers in by_size.values():
        for k, mask in zip(numbers, _segment([pictures[k] for k in numbers], model), strict=True):
            masks[k] = mask
    return masks  # type: ignore[return-value]


def scaled_size(picture: tuple[int, int], model: tuple[int, int]) -> tuple[int, int]:
    """(height, width) px to which a picture of that size is scaled: its own shape, just covering the size of the model."""
    scale = max(model[0] / picture[0], model[1] / picture[1])
    return max(1, round(picture[0] * scale)), max(1, round(picture[1] * scale))


@torch.inference_mode()
def _segment(pictures: list[Image.Image], model: Model) -> np.ndarray:
    """Masks (B, H, W) uint8 for B pictures of one size."""
    width, height = pictures[0].size
    rows, columns = scaled_size((height, width), model.size)
    scaled = [np.asarray(p.resize((columns, rows), Image.Resampling.BILINEAR)) for p in pictures]
    batch = torch.from_numpy(np.stack(scaled)).to(model.device).permute(0, 3, 1, 2).float() / 255
    mean, deviation = (torch.tensor(v, device=model.device).view(1, 3, 1, 1) for v in (model.mean, model.deviation))
    logits = model.net((batch - mean) / deviation).as_subclass(torch.Tensor)
    ids = [_class_ids(one[None], height, width) for one in logits]  # one by one, to save memory: photographs are large
    return torch.cat(ids).cpu().numpy()


def _class_ids(logits: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """Ids (1, height, width) uint8 of the classes with the highest logits, from logits (1, C, h, w)."""
    if logits.shape[-2:] != (height, width):
        logits = F.interpolate(logits, (height, width), mode="bilinear", align_corners=False)
    return logits.argmax(dim=1).byte()
