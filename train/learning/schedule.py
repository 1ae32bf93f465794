"""phases: at which image sizes a run trains, and for how many epochs at each."""

from dataclasses import dataclass
from typing import Any

TOTAL_IMAGES = (40_000, 20_000)  # images in all with epochs=auto: of the first phase, of the second at its larger size
MAX_EPOCHS = (40, 20)  # of a small folder with epochs=auto
STREAM_EPOCHS = (4, 2)  # epochs=auto of a stream, whose images are shared out over them
SECOND_SCALE = 1.5  # then_size=auto: times size
PREDICT_SCALE = 4 / 3  # predict_size=auto: times the last size; larger than in training is better (Touvron et al. 2019)


@dataclass(frozen=True)
class Phase:
    """Epochs at one size. A second phase at a larger size is progressive resizing: the cheap epochs come first."""

    size: tuple[int, int]  # (height, width) px
    epochs: int


def phases(plain: dict[str, Any], images: int | None) -> list[Phase]:
    """The one or two phases of checked options for a number of training images, or for a stream (None)."""
    size, second = tuple(plain["size"]), plain["then_size"]
    first = Phase(size, _epochs(plain["epochs"], 0, images))
    if second is None:
        return [first]
    larger = tuple(round(side * SECOND_SCALE) for side in size) if second == "auto" else (second, second)
    return [first, Phase(larger, _epochs(plain["then_epochs"], 1, images))]


def predict_size(plain: dict[str, Any], plan: list[Phase]) -> tuple[int, int]:
    """(height, width) px to which pictures are scaled for the trained network."""
    given, (height, width) = plain["predict_size"], plan[-1].size
    return (round(height * PREDICT_SCALE), round(width * PREDICT_SCALE)) if given == "auto" else (given, given)


def phase_of(plan: list[Phase], epoch: int) -> Phase:
    """The phase in which an epoch (from 0) falls; the last phase for an epoch after all of them."""
    for phase in plan:
        if epoch < phase.epochs:
            return phase
        epoch -= phase.epochs
    return plan[-1]


def _epochs(given: Any, number: int, images: int | None) -> int:
    """Epochs of phase `number` (0 or 1): as given, or computed for "auto"."""
    if given != "auto":
        return int(given)
    if images is None:
        return STREAM_EPOCHS[number]
    return min(max(round(TOTAL_IMAGES[number] / images), 1), MAX_EPOCHS[number])
