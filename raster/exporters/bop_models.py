"""Model: one of the finitely many things of a BOP data set: a mesh in one size. find_models; why_many_sizes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from raster.dataset.files import SCENES
from raster.errors import InputError
from raster.exporters.source import Source
from raster.system.regular_files import open_regular

SAME = 1e-5  # m: sizes that differ by less are one
MOST = 300  # models of a data set


@dataclass(frozen=True)
class Model:
    """A mesh in one size."""

    number: int  # obj_id, from 1
    solid: str  # as in records
    class_name: str
    size: tuple[float, ...]  # (3,) m: full lengths along the object's axes, as in records
    scale: tuple[float, ...]  # (3,) factors of the axes of object space

    def fits(self, entry: Mapping[str, Any]) -> bool:
        """Whether an object of a record is one of these."""
        return bool(entry["solid"] == self.solid and all(
            abs(a - b) <= SAME for a, b in zip(entry["size"], self.size, strict=True)
        ))  # fmt: skip


def labelled(source: Source, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a record that have a class, in their order."""
    yield from (entry for entry in record["objects"] if 0 < entry["class_id"] < len(source.classes))


def find_models(source: Source) -> tuple[Model, ...]:
    """Return all models of a data set, by class, name and size.

    InputError for what BOP cannot say: objects that are deformed, of sizes without number, or seen through a lens that
    distorts; and for records without poses.
    """
    found: dict[str, list[Model]] = {}
    most = _most_sizes(source.configuration)
    with open_regular(source.out / SCENES, links=False) as file:
        for record in map(orjson.loads, file):
            _check(source, record)
            for entry in labelled(source, record):
                alike = found.setdefault(entry["solid"], [])
                if not any(model.fits(entry) for model in alike):
                    scale = np.linalg.norm(np.asarray(entry["world_from_object"])[:3, :3], axis=0)
                    alike.append(Model(0, entry["solid"], entry["class"], tuple(entry["size"]), tuple(scale.tolist())))
                    if len(alike) > most or sum(map(len, found.values())) > MOST:
                        raise InputError(f"{source.out}: {why_many_sizes(source.configuration, entry['solid'], len(alike))}")
    order = {name: k for k, name in enumerate(source.classes)}
    models = sorted((each for alike in found.values() for each in alike), key=lambda m: (order[m.class_name], m.solid, m.size))
    return tuple(Model(k, m.solid, m.class_name, m.size, m.scale) for k, m in enumerate(models, 1))


def _check(source: Source, record: Mapping[str, Any]) -> None:
    """InputError for a record of which BOP cannot tell what it shows."""
    where = f"{source.out}: image {record['index']}"
    if "distortion" in record["camera"]:
        way = "draw it with randomizers.lens.distorted=0 and a camera without distortion, or with preset=bop"
        raise InputError(f"{where} was seen through a lens that distorts, which BOP has no words for; {way}")
    for entry in labelled(source, record):
        if lacking := [key for key in ("pose", "full_px", "bbox") if key not in entry]:
            maker = {"pose": "pose", "full_px": "full", "bbox": "boxes"}[lacking[0]]
            way = "draw it with layers=[instance_id,depth,coverage] annotations=[boxes,full,pose], or with preset=bop"
            raise InputError(f"{where}: its objects have no {lacking[0]}, which the annotation {maker} makes; {way}")
        if "morph" in entry:
            what = f"shows a {entry['solid']} that is deformed, and BOP knows rigid models alone"
            raise InputError(f"{where} {what}; draw it with randomizers.morphs.share=0, or with preset=bop")


def _scale_of(configuration: Mapping[str, Any]) -> Mapping[str, Any]:
    described = (configuration.get("randomizers") or {}).get("scale")
    return described if isinstance(described, Mapping) else {}


def _most_sizes(configuration: Mapping[str, Any]) -> int:
    """How many sizes a mesh may have: as many as randomizers.scale lists. With a randomizer of the user's own: any number."""
    scale = _scale_of(configuration)
    if "size" not in scale:
        return MOST
    return len(scale.get("sizes") or [1])


def why_many_sizes(configuration: Mapping[str, Any], solid: str, found: int) -> str:
    """Say that a mesh has `found` sizes or more, and which option gives it few."""
    scale = _scale_of(configuration)
    sizes, size = scale.get("sizes"), scale.get("size")
    if sizes is None and isinstance(size, list) and size[0] != size[-1]:
        way = f"randomizers.scale.size={size} is a range; randomizers.scale.sizes=[1] fixes sizes"
    elif scale.get("stretched"):
        way = "randomizers.scale.stretched=0 keeps them from being stretched"
    elif scale.get("stretched_meshes"):
        way = "randomizers.scale.stretched_meshes=0 keeps own meshes from being stretched"
    elif not (configuration.get("objects") or {}).get("normalize", True):
        way = "it is drawn smaller where there is no room for it; a larger randomizers.placement.floor_radius gives room"
    else:
        way = (
            "objects fill the cells of a grid; randomizers.placement.floor=1 with "
            "randomizers.placement.arrangements={grid: 0, physics: 1} keeps sizes"
        )
    what = f"its {solid} has {found} sizes or more, and to BOP each is another model"
    return f"{what}: {way} (or preset=bop)"
