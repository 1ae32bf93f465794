"""records: for each scene of a batch, the dict that becomes its line of scenes.jsonl."""

from dataclasses import fields

import numpy as np

from raster.rendering.draw_list import DrawList
from raster.scene.scenes import ARRANGEMENTS, Scenes
from raster.transforms import OPENGL_FROM_OPENCV, multiply


def records(scenes: Scenes, drawn: DrawList, width: int, height: int) -> list[dict]:
    """Return B dicts with index, camera, objects, layout and lights; width and height of the images in px.

    raster/dataset/record.py describes every field. Here matrices and vectors are NumPy arrays, float32.
    """
    cameras = scenes.cameras
    world_from_camera = multiply(cameras.world_from_camera, OPENGL_FROM_OPENCV)
    intrinsics = cameras.intrinsics_px((height, width))
    return [
        {
            "index": int(index),
            "camera": {
                "width": width, "height": height,
                **dict(zip(("fx", "fy", "cx", "cy"), intrinsics[b], strict=True)),
                "near": cameras.near[b], "far": cameras.far[b], "world_from_camera": world_from_camera[b],
                **_lens(scenes, b),
            },
            "objects": _objects(scenes, drawn, b),
            **_layout(scenes, b),
            "lights": _lights(scenes, b, int(drawn.views["light_count"][b]), int(drawn.views["shadow_count"][b])),
        }
        for b, index in enumerate(scenes.index)
    ]  # fmt: skip


def _objects(scenes: Scenes, drawn: DrawList, b: int) -> list[dict]:
    """Return an ObjectRecord for everything that is drawn in scene b, in the order of the instance ids."""
    catalog, nodes, roots = scenes.catalog, scenes.nodes, scenes.roots
    world, morphed, result = drawn.world_from_node[b], scenes.morphs.any, []
    slots = [name for name, objects in scenes.slots.items() for _ in range(objects.start, objects.stop)]
    for o in np.flatnonzero(drawn.instance_of_object[b]):
        asset, root = scenes.asset[b, o], roots[o]
        children = root + 1 + np.arange(len(catalog.part_names[asset]))
        class_id = int(nodes.class_id[b, root + 1])
        entry = {
            "instance": int(drawn.instance_of_object[b, o]),
            "class": catalog.class_name(class_id),
            "class_id": class_id,
            "solid": "cube" if asset == catalog.floor else catalog.assets[asset],
            "slot": slots[o],
            "world_from_object": world[root],
        }
        if morphed[b, o]:
            entry["morph"] = {field.name: getattr(scenes.morphs, field.name)[b, o] for field in fields(scenes.morphs)}
        if catalog.composite[asset]:
            names = catalog.part_names[asset]
            entry["parts"] = [{"solid": s, "world_from_object": world[c]} for s, c in zip(names, children, strict=True)]
        result.append(entry)
    return result


def _layout(scenes: Scenes, b: int) -> dict:
    """Return {"layout": LayoutRecord}, or {} for a grid that only this image shows."""
    arranged = scenes.arrangement
    if scenes.views == 1 and arranged.method[b] == 0:
        return {}
    layout = {"number": int(scenes.layout[b]), "arrangement": ARRANGEMENTS[arranged.method[b]]}
    return {"layout": layout | {"redrawn": int(arranged.redrawn[b]), "settled": bool(arranged.settled[b])}}


def _lens(scenes: Scenes, b: int) -> dict:
    """Return {"distortion": OpenCV's five coefficients}, or {} for a lens that does not distort."""
    return {"distortion": scenes.lens.distortion[b]} if scenes.lens.distortion[b].any() else {}


def _lights(scenes: Scenes, b: int, count: int, shadows: int) -> list[dict]:
    """Return a LightRecord for the ambient light, the environment and the `count` lights; the first `shadows` cast shadows."""
    lights, around, maps = scenes.lights, scenes.environment, scenes.library.environments
    result: list[dict] = [{"type": "ambient", "color": lights.ambient[b]}]
    if maps is not None and around.map[b] >= 0:
        name = maps.names[around.map[b]]
        result.append({"type": "environment", "map": name, "yaw": around.yaw[b], "gain": around.intensity[b]})
    for k in range(count):
        position, spot = lights.position[b, k], lights.cone[b, k, 0] >= -1
        asset, place = ("spot" if spot else "point", "position") if position[3] else ("directional", "direction")
        entry = {"type": asset, place: position[:3], "color": lights.color[b, k], "shadows": k < shadows}
        if spot:
            entry |= {"axis": lights.axis[b, k], "cosines": lights.cone[b, k]}
        result.append(entry)
    return result
