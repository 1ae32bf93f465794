"""shrunk_note: what is said of own meshes that are drawn smaller than they are in metres, for want of room."""

import numpy as np

from raster.arrangements.problem import scale_of
from raster.assets.meshes.metric_size import LARGE
from raster.scene.sampler import Sampler

LOOKED_AT, SETTLED = 32, 4  # images that are looked at, and where each layout takes long to settle
KEPT = 0.999  # of its size: what is as large as it is, but for rounding
OFF_ORIGIN = 1.2  # times the room that it needs around its middle: what a mesh's own origin may cost without a word
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
    points = catalog.imported[worst - catalog.first_imported].points
    name, size = catalog.assets[worst], float(np.ptp(points, axis=0).max())
    of = f"{len(np.unique(asset[small]))} of {len(np.unique(asset[shown]))} meshes in the first {looked} images"
    what = f"{of}, {name} ({size:.3g} m) at {least:.2g} of its size"
    begin = "NOTE: there is no room for own meshes as large as they are, so they are drawn smaller"
    return (f"{begin}: {what}; {_off_origin(points)}{_advice(size, least, metres)}",)


def _off_origin(points: np.ndarray) -> str:
    """What is said of a mesh of points (P, 3) m whose origin is not in its middle, or ""."""
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    from_origin, from_middle = (float(np.linalg.norm(points - centre, axis=1).max()) for centre in (0, middle))
    if from_origin < OFF_ORIGIN * from_middle:
        return ""
    what = f"its origin is {np.linalg.norm(middle):.2g} m from its middle, and it needs room around its origin"
    return f"{what}: {from_origin / from_middle:.2g} times what it would need if the file had it in the middle; "


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
