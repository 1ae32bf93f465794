"""scene_glb: one scene as a .glb file: camera, meshes as they are drawn, colours, pictures, lights; for other programs."""

from typing import Any

import numpy as np

from raster.color import linear_from_srgb
from raster.geometry.deformations import Deformations
from raster.rendering.draw_list import DrawList, draw_list
from raster.rendering.shader_constants import TEXTURE_MASK
from raster.run.glb import Glb
from raster.run.glb_materials import mapped, material
from raster.scene.materials import TEXTURES
from raster.scene.scenes import Scenes
from raster.transforms import look_at

# glTF's world has y up: (x, y, z) there is (x, z, -y) here. Column by column, as glTF writes matrices.
Y_UP = [1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1]


def scene_glb(scenes: Scenes, size: tuple[int, int], record: dict[str, Any]) -> bytes:
    """The only scene of `scenes`, as it is drawn in an image of size (H, W) px with this record, as the bytes of a .glb file.

    The node "world" turns the world, whose z is up, to glTF's. Below it are the camera, each drawn mesh with its object's entry
    of scenes.jsonl in `extras`, and the lights. A procedural texture becomes its mean colour. The principal point and the
    lens's distortion are in `extras` of the camera; the environment map, the ambient light and the background are left out.
    """
    glb, drawn = Glb(), draw_list(scenes, size[0])
    nodes = [_camera(glb, scenes, record), *_meshes(glb, scenes, drawn, record), *_lights(glb, scenes)]
    below = [glb.add("nodes", node) for node in nodes]
    world = glb.add("nodes", {"name": "world", "matrix": Y_UP, "children": below})
    glb.add("scenes", {"name": f"image {record['index']}", "nodes": [world]})
    return glb.bytes()


def _matrix(rows: np.ndarray) -> list[float]:
    """A matrix (3, 4) or (4, 4) as glTF writes it."""
    whole = np.eye(4)
    whole[: len(rows)] = rows
    return whole.T.ravel().tolist()


def _camera(glb: Glb, scenes: Scenes, record: dict[str, Any]) -> dict[str, Any]:
    cameras, said = scenes.cameras, record["camera"]
    view = {
        "yfov": float(cameras.fov_y[0]), "aspectRatio": float(cameras.aspect[0] / cameras.pixel_aspect[0]),
        "znear": float(cameras.near[0]), "zfar": float(cameras.far[0]),
    }  # fmt: skip
    number = glb.add("cameras", {"type": "perspective", "perspective": view})
    known = {
        key: np.asarray(said[key]).tolist() for key in ("width", "height", "fx", "fy", "cx", "cy", "distortion") if key in said
    }
    return {"name": "camera", "camera": number, "matrix": _matrix(cameras.world_from_camera[0]), "extras": known}


def _meshes(glb: Glb, scenes: Scenes, drawn: DrawList, record: dict[str, Any]) -> list[dict[str, Any]]:
    """A node for each drawn mesh."""
    entries = {entry["instance"]: entry for entry in record["objects"]}
    shared: dict[Any, Any] = {}  # what several nodes show, by what it is made of
    nodes = []
    for _, role, first, many in drawn.groups:
        if role == "background":
            continue
        for (count, instances, index, vertex, start), owner in zip(
            drawn.commands[first : first + many].tolist(), drawn.owners[first : first + many].tolist(), strict=True
        ):
            vertices, triangles = _geometry(scenes, owner, count, index, vertex)
            for row in drawn.instances[start : start + instances]:
                entry = entries[int(row["instance_id"])]
                mesh = _mesh(glb, scenes, drawn, row, (owner, index, vertex), vertices, triangles, shared)
                extras = {key: entry[key] for key in ("instance", "class", "class_id", "solid", "slot")}
                placed = drawn.morphs[row["morph"] - 1] if row["morph"] else row
                node = {"name": f"{entry['solid']} {entry['instance']}", "matrix": _matrix(placed["world_from_object"])}
                nodes.append({**node, "mesh": mesh, "extras": extras})
    return nodes


def _geometry(scenes: Scenes, owner: int, count: int, index: int, vertex: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Arrays of a drawn mesh by name, and its triangles (T, 3) uint32. Colours are linear RGB and alpha, float32."""
    if owner < 0:
        atlas = scenes.catalog.atlas
        triangles = atlas.indices[index : index + count].reshape(-1, 3)
        rows = atlas.vertices[vertex : vertex + int(triangles.max()) + 1]
        return {"position": rows[:, :3], "normal": rows[:, 3:6], "uv": rows[:, 6:8]}, triangles
    mesh = scenes.catalog.imported[owner]
    triangles = np.array(mesh.indices()[index : index + count]).reshape(-1, 3)
    held = np.array(mesh.vertices()[vertex : vertex + int(triangles.max()) + 1])
    color = (held["color"] / 255).astype(np.float32)
    color[:, :3] = linear_from_srgb(color[:, :3])
    return {"position": held["position"], "normal": held["normal"], "uv": held["uv"], "color": color}, triangles


def _mesh(
    glb: Glb, scenes: Scenes, drawn: DrawList, row: np.void, place: tuple[int, int, int], vertices: dict[str, np.ndarray],
    triangles: np.ndarray, shared: dict[Any, Any],
) -> int:  # fmt: skip
    """The number of a mesh that shows the geometry with a row's material, deformed as the row says."""

    def once(key: Any, array: np.ndarray, bounds: bool = False) -> int:
        if key not in shared:
            shared[key] = glb.accessor(array, bounds)
        found: int = shared[key]
        return found

    surface = int(row["surface"])
    positions, normals, own = vertices["position"], vertices["normal"], (*place, int(row["morph"]))
    if row["morph"]:
        positions, normals = _deformed(drawn.morphs[row["morph"] - 1], positions, triangles)
    attributes = {"POSITION": once((own, "p"), positions, True), "NORMAL": once((own, "n"), normals)}
    if row["cutoff"] > 0 or TEXTURES[surface & TEXTURE_MASK] in ("image", "base_color"):
        at = vertices["uv"] if row["cutoff"] > 0 else mapped(row, vertices)
        attributes["TEXCOORD_0"] = glb.accessor(np.column_stack([at[:, 0], 1 - at[:, 1]]).astype(np.float32))
    if "color" in vertices and (vertices["color"] < 1).any():
        attributes["COLOR_0"] = once((*place, "c"), vertices["color"])
    indices = once((*place, "i"), triangles.ravel())
    primitive = {"attributes": attributes, "indices": indices, "material": material(glb, scenes, row, shared)}
    return glb.add("meshes", {"primitives": [primitive]})


def _deformed(morph: np.void, positions: np.ndarray, triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions and normals (V, 3) float32 in the space of the object, after its deformation."""
    names = Deformations.__dataclass_fields__
    shape = Deformations(**{name: np.asarray(morph[name]) for name in names})
    bent = shape.apply(positions @ morph["object_from_part"][:, :3].T + morph["object_from_part"][:, 3])
    a, b, c = (bent[triangles[:, k]] for k in range(3))
    normals = np.zeros_like(bent)
    np.add.at(normals, triangles.ravel(), np.repeat(np.cross(b - a, c - a), 3, axis=0))
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-20)
    return bent.astype(np.float32), normals.astype(np.float32)


def _lights(glb: Glb, scenes: Scenes) -> list[dict[str, Any]]:
    """A node for each light that is not black. Its -z axis is where it shines."""
    lights, entries, nodes = scenes.lights, [], []
    for k in np.flatnonzero((lights.color[0] != 0).any(axis=-1)):
        position, color = lights.position[0, k].astype(float), lights.color[0, k].astype(float)
        spot = lights.cone[0, k, 0] >= -1
        kind = "directional" if not position[3] else "spot" if spot else "point"
        # A white surface that faces the light shows intensity / pi there, and the colour here.
        entry: dict[str, Any] = {"type": kind, "color": (color / color.max()).tolist(), "intensity": float(np.pi * color.max())}
        if spot and position[3]:
            inner, outer = np.arccos(np.clip(lights.cone[0, k].astype(float), -1, 1))
            outer = min(float(outer), np.pi / 2)
            entry["spot"] = {"innerConeAngle": min(float(inner), outer - 1e-3), "outerConeAngle": outer}
        back = position[:3] if kind == "directional" else -lights.axis[0, k].astype(float)
        matrix = look_at(back, np.zeros(3))  # which turns z along `back`
        matrix[:3, 3] = position[:3] if position[3] else 0
        entries.append(entry)
        own = {"extensions": {"KHR_lights_punctual": {"light": len(entries) - 1}}}
        nodes.append({"name": f"light {k}", "matrix": _matrix(matrix), **own})
    if entries:
        glb.tree |= glb.extend("KHR_lights_punctual", {"lights": entries})
    return nodes
