"""SHAPES: strips of deformations and arrangements for benchmarks.gallery. meshes: configurations of own meshes by format."""

import os
import tempfile
from pathlib import Path

from benchmarks.gallery.strips import SHADOW, Overrides, Strip, of
from benchmarks.sample_meshes import CLASSES, FORMATS, make

NEAR = (*SHADOW, *of("camera", distance=2.4, fov_deg=40, elevation_deg=30), "solids=[cube,cylinder,cone,dumbbell]")
FALLEN = (*SHADOW, *of("camera", distance=3, fov_deg=45, elevation_deg=40), *of("placement", floor=1, largest=0.5))


def morph(name: str, field: str, low: float, high: float) -> Strip:
    """A strip of one deformation, applied to all objects."""
    little, much = (of("morphs", share=1, most=1, kinds=f"[{name}]", **{field: value}) for value in (low, high))
    return Strip(name, (), little, much, NEAR, ("off", f"{field} {low}", f"{field} {high}"), moves=True)


def arranged(name: str, **more: object) -> Overrides:
    """Overrides: objects on a floor, placed by one arrangement."""
    return of("placement", arrangements=f"{{grid: {int(name == 'grid')}, {name}: 1}}", **more)


SHAPES = (
    morph("taper", "taper", -0.3, 0.8),
    morph("twist", "twist_deg", 40, 120),
    morph("bend", "bend_deg", 20, 45),
    morph("bulge", "bulge", -0.3, 0.4),
    morph("roundness", "roundness", 0.3, 0.9),
    morph("noise", "noise", 0.02, 0.05),
    Strip("a few on a floor", arranged("grid"), arranged("poisson"), arranged("stacks"),
          (*FALLEN, *of("objects", count=12)), ("grid", "poisson", "stacks"), moves=True),
    Strip("physics", of("objects", count=4), of("objects", count=15), of("objects", count=40),
          (*FALLEN, *arranged("physics")), ("4 objects", "15", "40"), moves=True),
)  # fmt: skip


def meshes(folder: Path) -> dict[str, list[str]]:
    """Overrides that draw own meshes, by file format; writes the mesh files below `folder`."""
    made = folder / "meshes"
    make(made, 2 * len(CLASSES) * len(FORMATS), detail=4)
    common = ["solids=[]", "randomizers.distractors=null", "randomizers.objects.count=[5,8]", "seed=4"]
    common += ["randomizers.camera.distance=[2,2.8]"]
    return {form: [f"objects.meshes='{made}/**/*.{form}'", *common] for form in FORMATS}


def scratch() -> tempfile.TemporaryDirectory:
    """A temporary folder; the cache of meshes (RASTER_CACHE) is put there too."""
    folder = tempfile.TemporaryDirectory(prefix="raster-gallery-")
    os.environ["RASTER_CACHE"] = str(Path(folder.name) / "cache")
    return folder
