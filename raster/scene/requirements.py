"""Requirements: what a randomizer needs of the scenes and of the renderer. EFFECTS: the names of post-processing effects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from raster.assets.library import EnvironmentSource, PhotographSource, PictureSource
from raster.assets.shape_variants import ShapeVariants
from raster.geometry.mesh import Mesh

# Effects on pictures after they are drawn, in the order in which raster/rendering/post_process.py applies them.
EFFECTS = ("reflection", "focus", "motion", "distortion", "sensor", "jpeg")


@dataclass(frozen=True)
class Requirements:
    """What a randomizer needs beyond one light and no objects. By default it needs nothing."""

    slots: Mapping[str, int] = field(default_factory=dict)  # number of objects in a scene, by slot
    solids: Mapping[str, Mesh] = field(default_factory=dict)  # unlabelled, which no other randomizer shows
    lights: int = 1
    shadows: int = 0  # number of lights that may cast shadows
    occlusion: bool = False  # things may keep ambient light off one another
    highlights: bool = False  # the size of lights may widen highlights
    subdivided_meshes: bool = False  # meshes in so small triangles that they can be deformed
    shapes: ShapeVariants | None = None  # variants of the solids
    effects: tuple[str, ...] = ()  # names in EFFECTS
    margin: float = 0.0  # share of the picture's width and height that is drawn beyond each edge: distortion shows some of it
    off_centre: float = 0.0  # greatest distance of a principal point from the middle, in half widths or heights
    pictures: PictureSource | None = None
    backdrops: PictureSource | PhotographSource | None = None  # pictures that fill the frame
    environments: EnvironmentSource | None = None
    files: tuple[str, ...] = ()  # SHA-256 of files that it has read by itself: a set is continued with the same ones
    baseline: float = 0.0  # m: between the two cameras of a layout, alike in all else; 0: views have their own cameras
    prefetch: bool = False  # scenes take long to sample, so the next ones are sampled while these are drawn

    @classmethod
    def of(cls, randomizers: Iterable[object]) -> "Requirements":
        """What all randomizers need together, without pictures and environments, which each randomizer loads by itself."""
        each = [requirements() for r in randomizers if (requirements := getattr(r, "requirements", None))]
        slots = {name: count for requirements in each for name, count in requirements.slots.items()}
        wanted = {effect for requirements in each for effect in requirements.effects}
        return cls(
            slots=slots,
            solids={name: mesh for requirements in each for name, mesh in requirements.solids.items()},
            lights=max((requirements.lights for requirements in each), default=1),
            shadows=max((requirements.shadows for requirements in each), default=0),
            highlights=any(requirements.highlights for requirements in each),
            occlusion=any(requirements.occlusion for requirements in each),
            subdivided_meshes=any(requirements.subdivided_meshes for requirements in each),
            shapes=next((requirements.shapes for requirements in each if requirements.shapes), None),
            effects=tuple(effect for effect in EFFECTS if effect in wanted),
            # Distortion moves a corner farther if the principal point is farther from it.
            margin=max((n.margin for n in each), default=0.0) * (1 + max((n.off_centre for n in each), default=0.0)),
            files=tuple(digest for requirements in each for digest in requirements.files),
            baseline=max((requirements.baseline for requirements in each), default=0.0),
            prefetch=any(requirements.prefetch for requirements in each),
        )
