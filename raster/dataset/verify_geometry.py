"""check_geometry: do depth, distance, normals and ids of an image agree with its camera, its boxes and its keypoints?"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from raster.dataset.held_files import Place
from raster.dataset.layer_files import METRIC, NORMALS, LayerFile, metres_of
from raster.errors import InputError

ALIKE = 2e-3  # relative difference of distance and what depth says it is: 4e-4 was seen, in triangles thinner than a pixel
OUTSIDE = 5e-3  # how far a point of an object may be outside its box, by its depth
TURNED, TURNED_8 = 4e-3, 4e-2  # difference of a normal and the same in the other frame: in float16, in 8 bits
FACING = 0.5  # share of the pixels whose normals point to the camera, at least: but for coarse triangles at outlines all do
HIDDEN, SEEN = 1, 2  # flags of keypoints that the image does not show, and of those that it does
NEAR, DOUBTFUL = 0.005, 0.0005  # a corner is seen where depth is so near, as a share of it; and how close that may be


def check_geometry(
    layers: Mapping[str, np.ndarray], files: Mapping[str, LayerFile], record: Mapping[str, Any], where: Mapping[str, Place]
) -> None:
    """Check layers of one image by name, as read_layer() gives them, that passed check_layers() each for itself.

    files: "layers" of the manifest; where: the path of each layer. InputError for the first file that is wrong.
    """
    metres = {name: metres_of(layers[name], files[name]) for name in METRIC if name in layers}
    if set(NORMALS) <= set(layers):
        _check_frames(layers, files, record["camera"], where["normal_camera"])
    if "instance_id" in layers:
        _check_seen(layers["instance_id"], record["objects"], where["instance_id"])
    if "depth" not in metres or "distortion" in record["camera"]:
        return  # such a lens shows another point of the pixel than its centre
    rays = _rays(record["camera"])
    for name in (each for each in NORMALS if each in layers):
        _check_facing(name, layers[name], files[name], record["camera"], rays, where[name])
    if "distance" in metres:
        units = sum(file.get("unit_m", 0.0) for file in (files[name] for name in METRIC))
        _check_distance(metres["depth"], metres["distance"], np.linalg.norm(rays, axis=2), units, where["distance"])
    if "instance_id" in layers:
        unit = files["depth"].get("unit_m", 0.0)
        _check_boxes(metres["depth"], rays, layers["instance_id"], record["objects"], unit, where["depth"])
        _check_corners(metres["depth"], layers["instance_id"], record["objects"], unit, where["depth"])


def _rays(camera: Mapping[str, Any]) -> np.ndarray:
    """(H, W, 3): the point 1 m in front of the camera that each pixel's centre shows; x right, y down, z forward."""
    x = (np.arange(camera["width"]) + 0.5 - camera["cx"]) / camera["fx"]
    y = (np.arange(camera["height"]) + 0.5 - camera["cy"]) / camera["fy"]
    return np.stack([*np.meshgrid(x, y), np.ones((len(y), len(x)))], axis=2)


def _check_distance(depth: np.ndarray, distance: np.ndarray, lengths: np.ndarray, units: float, path: Place) -> None:
    """Distance (H, W) is depth times the length of the pixel's ray, where both are known; units: of both layers, metres."""
    expected = depth * lengths
    wrong = np.abs(distance - expected) > ALIKE * expected + units * lengths
    _need(not (wrong & (depth > 0) & (distance > 0)).any(), path, "is not depth times the length of the rays")


def _check_frames(
    layers: Mapping[str, np.ndarray], files: Mapping[str, LayerFile], camera: Mapping[str, Any], path: Place
) -> None:
    """Normals in the camera's frame are those in the world, turned."""
    world, turned = (_vectors(layers[name], files[name]) for name in NORMALS)
    of_bytes = files["normal"]["format"] == "png8"
    there = np.linalg.norm(world, axis=2) > 0.5
    expected = world[there] @ np.asarray(camera["world_from_camera"], np.float32)[:3, :3]
    good = np.abs(turned[there] - expected).max(initial=0) <= (TURNED_8 if of_bytes else TURNED)
    _need(bool(good), path, "holds other normals than normal/, in the camera's frame")


def _vectors(layer: np.ndarray, file: LayerFile) -> np.ndarray:
    """(H, W, 3) float32: normals, of as much length as their file gives them; 0 where nothing is."""
    return layer.astype(np.float32) / (127.5 if file["format"] == "png8" else 1) - (file["format"] == "png8")


def _check_facing(
    name: str, layer: np.ndarray, file: LayerFile, camera: Mapping[str, Any], rays: np.ndarray, path: Place
) -> None:
    """Normals (H, W, 3) point to the camera."""
    normals = _vectors(layer, file)
    there = np.linalg.norm(normals, axis=2) > 0.5
    if name == "normal":  # of the world
        normals = normals @ np.asarray(camera["world_from_camera"], np.float32)[:3, :3]
    away = int(((normals * rays).sum(axis=2) > 0)[there].sum())
    count = int(there.sum())
    _need(away <= (1 - FACING) * count, path, f"{away} of {count} normals point away from the camera")


def _check_boxes(
    depth: np.ndarray, rays: np.ndarray, ids: np.ndarray, objects: list[dict[str, Any]], unit: float, path: Place
) -> None:
    """What depth (H, W) says of an object lies in its box3d."""
    for entry in (each for each in objects if "box3d" in each and each.get("bbox")):
        x, y, w, h = entry["bbox"]
        part = slice(y, y + h), slice(x, x + w)
        there = (ids[part] == entry["instance"]) & (depth[part] > 0)
        z = depth[part][there]
        points = rays[part][there] * z[:, None]
        box = {key: np.asarray(entry["box3d"][key], np.float64) for key in ("center", "size", "rotation")}
        beyond = np.abs((points - box["center"]) @ box["rotation"]) - box["size"] / 2
        wrong = int((beyond.max(axis=1, initial=-1) > OUTSIDE * z + 2 * unit).sum())
        _need(wrong == 0, path, f"{wrong} pixels of instance {entry['instance']} are outside its box3d")


def _check_seen(ids: np.ndarray, objects: list[dict[str, Any]], path: Place) -> None:
    """A keypoint that is seen has its object's instance in its pixel or one beside it."""
    for entry in objects:
        for number, (u, v, flag) in enumerate(entry.get("keypoints", [])):
            rows, columns = (slice(max(int(at) - 1, 0), int(at) + 2) for at in (v, u))
            seen = flag != SEEN or bool((ids[rows, columns] == entry["instance"]).any())
            _need(seen, path, f"does not show instance {entry['instance']} at its keypoint {number}, which is marked as seen")


def _check_corners(depth: np.ndarray, ids: np.ndarray, objects: list[dict[str, Any]], unit: float, path: Place) -> None:
    """The first keypoints, the corners of box3d, are seen where a pixel beside them shows their object at their depth."""
    for entry in (each for each in objects if "box3d" in each and "keypoints" in each):
        for number, ((u, v, flag), (_, _, z)) in enumerate(zip(entry["keypoints"], entry["box3d"]["corners"], strict=False)):
            if flag not in (HIDDEN, SEEN):
                continue
            rows, columns = (slice(max(int(at) - 1, 0), int(at) + 2) for at in (v, u))
            own = ids[rows, columns] == entry["instance"]
            off = float(np.abs(depth[rows, columns] - z)[own].min(initial=np.inf))
            sure = abs(off - NEAR * z) > DOUBTFUL * z + unit
            said = f"keypoint {number} of instance {entry['instance']} has the flag {flag}, but depth there is {off:.3g} m off"
            _need(not sure or (flag == SEEN) == (off < NEAR * z), path, said)


def _need(good: bool, path: Place, problem: str) -> None:
    if not good:
        raise InputError(f"{path}: {problem}")
