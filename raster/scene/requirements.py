"""Requirements: what a randomizer wants of scenes and of the renderer, beyond what is always there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from raster.assets.library import EnvironmentSource, PictureSource

# What a renderer can do to pictures after they are drawn, in this order: raster/rendering/post_process.py.
EFFECTS = ("focus", "motion", "distortion", "sensor", "jpeg")


@dataclass(frozen=True)
class Requirements:
    """Everything defaults to nothing."""

    slots: Mapping[str, int] = field(default_factory=dict)  # objects for which there is room, by slot
    lights: int = 1
    shadows: int = 0  # lights that may cast shadows
    subdivided_meshes: bool = False  # meshes divided finely enough to be bent
    effects: tuple[str, ...] = ()  # names in EFFECTS
    margin: float = 0.0  # of the picture's width and height that is drawn beyond each edge, for distortion to draw upon
    off_centre: float = 0.0  # how far a principal point lies off the middle at most, in half pictures
    pictures: PictureSource | None = None
    environments: EnvironmentSource | None = None
    prefetch: bool = False  # scenes take long to make: the next ones are to be made while these are drawn

    @classmethod
    def of(cls, randomizers: Iterable[object]) -> "Requirements":
        """What all of them want together; pictures and environments are each randomizer's own."""
        each = [requirements() for r in randomizers if (requirements := getattr(r, "requirements", None))]
        slots = {name: count for requirements in each for name, count in requirements.slots.items()}
        wanted = {effect for requirements in each for effect in requirements.effects}
        return cls(
            slots=slots,
            lights=max((requirements.lights for requirements in each), default=1),
            shadows=max((requirements.shadows for requirements in each), default=0),
            subdivided_meshes=any(requirements.subdivided_meshes for requirements in each),
            effects=tuple(effect for effect in EFFECTS if effect in wanted),
            # Distortion moves a corner the farther, the farther it is from the principal point.
            margin=max((n.margin for n in each), default=0.0) * (1 + max((n.off_centre for n in each), default=0.0)),
            prefetch=any(requirements.prefetch for requirements in each),
        )
