"""shrunk_note, shrunk_in_set: what is said of own meshes that are drawn smaller than they are in metres, for want of room."""

from pathlib import Path

import numpy as np
import orjson

from raster.arrangements.problem import scale_of
from raster.assets.catalog import Catalog
from raster.assets.meshes.metric_size import LARGE
from raster.dataset.files import SCENES
from raster.scene.sampler import Sampler

LOOKED_AT, SETTLED = 32, 4  # images that are looked at, and where each layout takes long to settle
KEPT = 0.999  # of its size: what is as large as it is, but for rounding
MAX_ROOM = 20.0  # metres: the highest placement.radius


def shrunk_note(sampler: Sampler, first: int, count: int, metres: bool = True) -> tuple[str, ...]:
    """A line that names the worst of the meshes in metres that images from number `first` on draw smaller; none without any.

    At most `count` images are looked at, and no more than a moment allows. `metres`: the files are read in metres.
    """
    catalog = sampler.catalog
    if not catalog.metric.any():
        return ()
    looked = min(count, SETTLED if sampler.requirements.prefetch else LOOKED_AT)
    scenes = sampler(first, looked)
    things = slice(scenes.slots["objects"].start, scenes.slots["distractors"].stop)
    asset = scenes.asset[:, things]
    scale = scale_of(scenes.nodes.local[:, scenes.roots[things]]).max(axis=-1)
    shown = (asset >= 0) & catalog.metric[asset]
    small = shown & (scale < KEPT)
    if not small.any():
        return ()
    worst = asset.reshape(-1)[np.argmin(np.where(small, scale, np.inf))]
    least = float(scale[small].min())
    name, size = catalog.assets[worst], float(np.ptp(catalog.imported[worst - catalog.first_imported].points, axis=0).max())
    of = f"{len(np.unique(asset[small]))} of {len(np.unique(asset[shown]))} meshes in the first {looked} images"
    what = f"{of}, {name} ({size:.3g} m) at {least:.2g} of its size"
    begin = "NOTE: there is no room for own meshes as large as they are, so they are drawn smaller"
    return (f"{begin}: {what}; {_advice(size, least, metres)}",)


def shrunk_in_set(out: Path, catalog: Catalog) -> tuple[str, ...]:
    """A line that counts them in a finished data set of this catalog; none without any."""
    if not catalog.metric.any():
        return ()
    names = set(catalog.assets[catalog.first_imported : catalog.floor])
    shown, small = 0, list[tuple[float, str, int]]()
    with open(out / SCENES, "rb") as lines:
        for record in map(orjson.loads, lines):
            entries = [entry for entry in record["objects"] if entry["solid"] in names]
            shown += len(entries)
            for entry in entries:
                scale = float(scale_of(np.array(entry["world_from_object"])).max())
                if scale < KEPT:
                    small.append((scale, entry["solid"], record["index"]))
    if not small:
        return ()
    scale, name, number = min(small)
    worst = f"the smallest is {name} in image {number}, at {scale:.2g} of its size"
    return (
        f"NOTE: {len(small)} of {shown} own meshes in these images are drawn smaller than they are, for want of room; {worst}",
    )


def _advice(size: float, least: float, metres: bool) -> str:
    """What would be right for a mesh of `size` metres that is drawn at `least` of its size."""
    units = "objects.units=mm, if that is what the files' numbers are (or cm, inch)" if metres else "a smaller objects.scale"
    if size > LARGE:
        return units
    room = "fewer objects (randomizers.objects.count and distractors.count)"
    if 2 / least < MAX_ROOM:
        times = np.ceil(10 / least) / 10
        room += f", or randomizers.placement.radius and floor_radius {times:g} times as large, and camera.distance with them"
    return f"give them room: {room}" + f"; or {units}" * metres
