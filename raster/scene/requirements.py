"""Needs: what a randomizer wants of scenes and of the renderer, beyond what is always there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from raster.assets.library import EnvironmentSource, PictureSource

# What a renderer can do to pictures after they are drawn, in this order: raster/rendering/post_process.py.
STEPS = ("focus", "motion", "distortion", "sensor", "jpeg")


@dataclass(frozen=True)
class Needs:
    """Everything defaults to nothing."""

    slots: Mapping[str, int] = field(default_factory=dict)  # objects for which there is room, by slot
    lights: int = 1
    shadows: int = 0  # lights that may cast shadows
    fine: bool = False  # meshes divided finely enough to be bent
    steps: tuple[str, ...] = ()  # names in STEPS
    margin: float = 0.0  # of the picture's width and height that is drawn beyond each edge, for distortion to draw upon
    off_centre: float = 0.0  # how far a principal point lies off the middle at most, in half pictures
    pictures: PictureSource | None = None
    environments: EnvironmentSource | None = None
    ahead: bool = False  # scenes take long to make: the next ones are to be made while these are drawn

    @classmethod
    def of(cls, randomizers: Iterable[object]) -> "Needs":
        """What all of them want together; pictures and environments are each randomizer's own."""
        each = [needs() for r in randomizers if (needs := getattr(r, "needs", None))]
        slots = {name: count for needs in each for name, count in needs.slots.items()}
        wanted = {step for needs in each for step in needs.steps}
        return cls(
            slots=slots,
            lights=max((needs.lights for needs in each), default=1),
            shadows=max((needs.shadows for needs in each), default=0),
            fine=any(needs.fine for needs in each),
            steps=tuple(step for step in STEPS if step in wanted),
            # Distortion moves a corner the farther, the farther it is from the principal point.
            margin=max((n.margin for n in each), default=0.0) * (1 + max((n.off_centre for n in each), default=0.0)),
            ahead=any(needs.ahead for needs in each),
        )
