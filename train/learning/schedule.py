"""phases: at which image sizes a run trains, on which parts of the images, and for how many epochs."""

from dataclasses import dataclass
from typing import Any

TOTAL_IMAGES = (24_000, 144_000)  # images in all with epochs=auto: of the first phase, and of the second
MAX_EPOCHS = (100, 100)  # of a small folder with epochs=auto
STREAM_EPOCHS = (4, 4)  # epochs=auto of a stream, whose images are shared out over them
SECOND_SCALE = 1.5  # then_size=auto: times size
SECOND_RATE = 0.6  # the highest learning rate of the second phase, times lr
SCALES = (0.75, 1.2, 1.9, 3)  # scales=auto: sizes at which the trained network sees a picture, times the last size
CROPPED = 2  # pairs of which crops are taken are read at this many times the size of a crop


@dataclass(frozen=True)
class Phase:
    """Epochs at one size, with a one-cycle schedule of their own.

    Small whole images come first: they are cheap, and a network that starts with large objects learns their surface only and
    calls every object by one name. Crops of the second phase then show objects at all sizes.
    """

    size: tuple[int, int]  # (height, width) px
    epochs: int
    crops: tuple[float, float] | None  # least and most share of an image's side that is seen; None: whole images
    rate: float  # of lr

    @property
    def read_size(self) -> tuple[int, int]:
        """(height, width) px at which the images of this phase are read."""
        factor = CROPPED if self.crops else 1
        return self.size[0] * factor, self.size[1] * factor


def phases(plain: dict[str, Any], images: int | None) -> list[Phase]:
    """The one or two phases of checked options for a number of training images, or for a stream (None)."""
    size, second = tuple(plain["size"]), plain["then_size"]
    first = Phase(size, _epochs(plain["epochs"], 0, images), None, 1.0)
    if second is None:
        return [first]
    larger = tuple(round(side * SECOND_SCALE) for side in size) if second == "auto" else (second, second)
    crops = None if plain["crops"] is None else tuple(plain["crops"])
    return [first, Phase(larger, _epochs(plain["then_epochs"], 1, images), crops, SECOND_RATE)]


def phase_of(plan: list[Phase], epoch: int) -> Phase:
    """The phase in which an epoch (from 0) falls; the last phase for an epoch after all of them."""
    for phase in plan:
        if epoch < phase.epochs:
            return phase
        epoch -= phase.epochs
    return plan[-1]


def scales_of(plain: dict[str, Any]) -> tuple[float, ...]:
    """The option scales as numbers."""
    return SCALES if plain["scales"] == "auto" else tuple(float(scale) for scale in plain["scales"])


def _epochs(given: Any, number: int, images: int | None) -> int:
    """Epochs of phase `number` (0 or 1): as given, or computed for "auto"."""
    if given != "auto":
        return int(given)
    if images is None:
        return STREAM_EPOCHS[number]
    return min(max(round(TOTAL_IMAGES[number] / images), 1), MAX_EPOCHS[number])
