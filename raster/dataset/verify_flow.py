"""check_flow: do flow and masks of an image agree? check_warps: does flow lead to the same objects in the other view?"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from raster.dataset.flow_files import FLOWS, INSIDE, KITTI_PX, VALID, VISIBLE, flow_of, masks_of
from raster.dataset.held_files import Folder, Place
from raster.dataset.layer_files import LayerFile, metres_of, path_of, read_layer
from raster.dataset.same_objects import numbers_there
from raster.errors import InputError

ROUNDED = 1e-3  # px: what float32 makes of a place in an image
NEAR, DOUBTFUL = 0.01, 0.002  # a point is visible where depth is so near, as a share of it; and how close that may be


def check_flow(
    out: Folder, index: int, name: str, layers: Mapping[str, np.ndarray], files: Mapping[str, LayerFile], too_far: int
) -> None:
    """Check a layer of FLOWS of image `index`, and its masks; layers: of that image by name, as read_layer() gives them.

    too_far: pixels whose flow does not fit, by the record. InputError for the first file that is wrong.
    """
    masks, ids = layers[masks_of(name)], layers.get("instance_id")
    flow, known = flow_of(layers[name])
    where, where_masks = out / path_of(files[name], index), out / path_of(files[masks_of(name)], index)
    valid, inside, visible = ((masks & bit) > 0 for bit in (VALID, INSIDE, VISIBLE))
    _need(masks.max() < 8 and not (inside & ~valid | visible & ~inside).any(), where_masks, "holds what is no sum of masks")
    _need(ids is None or not (valid & (ids == 0)).any(), where_masks, "is not 0 where instances/ shows nothing")
    _need(not (known & ~valid).any(), where, f"has flow where {where_masks} says that there is none")
    lacking = int((valid & ~known).sum())
    _need(lacking == too_far, where, f"{lacking} valid pixels have no flow, but the record says that {too_far} do not fit")
    rows, columns = np.nonzero(known)
    place, size = _place(flow, rows, columns), np.array([valid.shape[1], valid.shape[0]])
    deep = np.minimum(place, size - place).min(axis=1)  # px inside the image, negative outside
    wrong = np.where(inside[known], deep < -_rounded(layers[name]), deep > _rounded(layers[name]))
    _need(not wrong.any(), where, "leads out of the image where the masks say inside, or the other way round")


def check_warps(out: Folder, records: Sequence[Mapping[str, Any]], files: Mapping[str, LayerFile], views: int) -> None:
    """Check where flow of images leads that passed check_flow(): visible pixels to the same object in the other view.

    records: of consecutive images; flow to one that is not among them is passed over. views: images of each layout. InputError
    for the first file that is wrong.
    """
    known = {record["index"]: record for record in records}
    for index, name in ((index, name) for index in known for name in FLOWS if name in files):
        masks, other = files[masks_of(name)], index + FLOWS[name]
        bits = read_layer(out / path_of(masks, index), masks_of(name), masks)
        same = other // views == index // views
        _need(same or not bits.any(), out / path_of(masks, index), "is not 0, though the layout has no such view")
        if same and other in known and "instance_id" in files:
            _check_warp(out, name, known[index], known[other], bits, files)


def _check_warp(
    out: Folder, name: str, one: Mapping[str, Any], other: Mapping[str, Any], bits: np.ndarray, files: Mapping[str, LayerFile]
) -> None:
    """Check where flow `name` of the image of a record leads its pixels in that of another. bits (H, W): its masks."""
    file, path = files["instance_id"], out / path_of(files[name], one["index"])
    layer = read_layer(path, name, files[name])
    flow, known = flow_of(layer)
    ids, there = (read_layer(out / path_of(file, each["index"]), "instance_id", file) for each in (one, other))
    rows, columns = np.nonzero(((bits & INSIDE) > 0) & known)
    place = _place(flow, rows, columns)
    sure = np.abs(place - np.rint(place)).min(axis=1) > _rounded(layer)  # in one pixel, however it was rounded
    rows, columns, (u, v) = rows[sure], columns[sure], place[sure].astype(np.int64).T
    visible = (bits[rows, columns] & VISIBLE) > 0
    same = there[v, u] == numbers_there(one["objects"], other["objects"])[ids[rows, columns]]
    differ = int((visible & ~same).sum())
    where = out / path_of(file, other["index"])
    _need(differ == 0, path, f"leads {differ} visible pixels to another object in {where}")
    if "depth" in files and not any("distortion" in each["camera"] for each in (one, other)):
        gap, z, unit = _gaps(out, one, other, files["depth"], (rows, columns), (v, u))
        clear = same & (np.abs(gap - NEAR * z) > DOUBTFUL * z + 2 * unit)
        wrong = int((visible != (gap < NEAR * z))[clear].sum())
        where = out / path_of(files[masks_of(name)], one["index"])
        _need(wrong == 0, where, f"{wrong} pixels are marked as visible in image {other['index']}, or not, against their depth")


def _gaps(
    out: Folder, one: Mapping[str, Any], other: Mapping[str, Any], file: LayerFile, here: tuple[np.ndarray, np.ndarray],
    there: tuple[np.ndarray, np.ndarray],
) -> tuple[np.ndarray, np.ndarray, float]:  # fmt: skip
    """(N,) m: how far points that an image shows in pixels `here` are from what another one shows in pixels `there`; and (N,) m
    their depth in that one, and the unit of its file. here, there: rows and columns (N,); file: of the layer depth.
    """
    ours, theirs = (metres_of(read_layer(out / path_of(file, each["index"]), "depth", file), file) for each in (one, other))
    (rows, columns), camera, depth = here, one["camera"], ours[here].astype(np.float64)
    x, y = ((at + 0.5 - camera[c]) / camera[f] * depth for at, c, f in ((columns, "cx", "fx"), (rows, "cy", "fy")))
    from_one = np.linalg.inv(other["camera"]["world_from_camera"]) @ np.asarray(camera["world_from_camera"], np.float64)
    z = np.stack([x, y, depth], axis=1) @ from_one[2, :3] + from_one[2, 3]
    return np.abs(theirs[there] - z), z, file.get("unit_m", 0.0)


def _place(flow: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """(N, 2) px: where flow (H, W, 2) leads pixels."""
    return flow[rows, columns].astype(np.float64) + np.stack([columns, rows], axis=1) + 0.5


def _rounded(layer: np.ndarray) -> float:
    """px: how far off flow may be, as read_layer() gives it: of KITTI, or float32."""
    return 1 / KITTI_PX if layer.dtype == np.uint16 else ROUNDED


def _need(good: bool, path: Place, problem: str) -> None:
    if not good:
        raise InputError(f"{path}: {problem}")
