"""Phase and rounds: at which sizes and how often a run goes over its images."""

from dataclasses import dataclass
from typing import Any

PASSES = (40_000, 20_000)  # images in all, with epochs=auto: of the first round, and of the second at its larger size
MAX_EPOCHS = (40, 20)  # of a small folder with epochs=auto
STREAMED = (4, 2)  # epochs=auto of a stream, whose images are shared out over them
LARGER = 1.5  # then_size=auto to size
SEEN = 4 / 3  # predict_size=auto to the last size: larger than in training is better (Touvron et al. 2019)


@dataclass(frozen=True)
class Phase:
    """Epochs at one size. A second round at a larger size is progressive resizing: cheap passes first."""

    size: tuple[int, int]  # (height, width) px
    epochs: int


def phases(plain: dict[str, Any], images: int | None) -> list[Phase]:
    """The rounds of checked options for a number of training images, or for a stream (None)."""
    size, then = tuple(plain["size"]), plain["then_size"]
    first = Phase(size, _epochs(plain["epochs"], 0, images))
    if then is None:
        return [first]
    larger = tuple(round(side * LARGER) for side in size) if then == "auto" else (then, then)
    return [first, Phase(larger, _epochs(plain["then_epochs"], 1, images))]


def predict_size(plain: dict[str, Any], plan: list[Phase]) -> tuple[int, int]:
    """(height, width) px at which the trained network sees a picture."""
    told, (height, width) = plain["predict_size"], plan[-1].size
    return (round(height * SEEN), round(width * SEEN)) if told == "auto" else (told, told)


def at(plan: list[Phase], epoch: int) -> Phase:
    """The round of an epoch, from 0; the last one beyond all."""
    for part in plan:
        if epoch < part.epochs:
            return part
        epoch -= part.epochs
    return plan[-1]


def _epochs(told: Any, number: int, images: int | None) -> int:
    if told != "auto":
        return int(told)
    if images is None:
        return STREAMED[number]
    return min(max(round(PASSES[number] / images), 1), MAX_EPOCHS[number])
