"""segment: a model's masks for pictures of any size."""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from train.network.saved import Model


def segment(model: Model, pictures: Sequence[Image.Image]) -> list[np.ndarray]:
    """A mask (H, W) uint8 of class ids for each RGB picture, at the picture's own size.

    A picture is scaled so that it covers the size that the network sees, and is seen wholly; its logits are scaled
    back, bilinearly, before the highest one is taken. Pictures of one size go through the network together.
    """
    masks: list[np.ndarray | None] = [None] * len(pictures)
    by_size: dict[tuple[int, int], list[int]] = {}
    for k, picture in enumerate(pictures):
        by_size.setdefault(picture.size, []).append(k)
    for numbers in by_size.values():
        for k, mask in zip(numbers, _segment([pictures[k] for k in numbers], model), strict=True):
            masks[k] = mask
    return masks  # type: ignore[return-value]


def seen_size(picture: tuple[int, int], seen: tuple[int, int]) -> tuple[int, int]:
    """(height, width) at which a picture of (height, width) goes through a network that sees (height, width)."""
    scale = max(seen[0] / picture[0], seen[1] / picture[1])
    return max(1, round(picture[0] * scale)), max(1, round(picture[1] * scale))


@torch.inference_mode()
def _segment(pictures: list[Image.Image], model: Model) -> np.ndarray:
    """(B, H, W) uint8 for pictures of one size."""
    width, height = pictures[0].size
    rows, columns = seen_size((height, width), model.size)
    scaled = [np.asarray(p.resize((columns, rows), Image.Resampling.BILINEAR)) for p in pictures]
    batch = torch.from_numpy(np.stack(scaled)).to(model.device).permute(0, 3, 1, 2).float() / 255
    mean, deviation = (torch.tensor(v, device=model.device).view(1, 3, 1, 1) for v in (model.mean, model.deviation))
    logits = model.net((batch - mean) / deviation).as_subclass(torch.Tensor)
    ids = [_largest(one[None], height, width) for one in logits]  # one by one: photos are large
    return torch.cat(ids).cpu().numpy()


def _largest(logits: torch.Tensor, height: int, width: int) -> torch.Tensor:
    """(1, height, width) uint8 of the class with the highest logit, from (1, C, h, w)."""
    if logits.shape[-2:] != (height, width):
        logits = F.interpolate(logits, (height, width), mode="bilinear", align_corners=False)
    return logits.argmax(dim=1).byte()
