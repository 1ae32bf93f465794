"""BOP: models/, and train/000000/, ... with rgb/, depth/, mask/, mask_visib/ and a table of cameras, poses and visibility."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import IO, Any

import numpy as np
import orjson

from raster.dataset.decode_grey import decode_grey
from raster.dataset.encode_png import encode_grey, encode_grey16
from raster.dataset.layer_files import in_units, path_of, read_layer
from raster.dataset.mask_box import box_of
from raster.exporters.bop_files import MM, Meshes, write_models
from raster.exporters.bop_info import dataset_info
from raster.exporters.bop_models import Model, find_models, labelled
from raster.exporters.job import NAMES, Job, Seen, Written, leave_out, place, put

SCENE, BLOCK = 1000, 40  # images of a scene's folder, at most, and of a task; blocks fill scenes without rest
FOLDERS = ("rgb", "depth", "mask", "mask_visib")
TABLES = ("scene_camera", "scene_gt", "scene_gt_info")
NPY_UNIT_M = 0.0001  # of depth that the set holds as floats
NOWHERE = [-1, -1, -1, -1]  # the box of what is not seen


def with_models(job: Job, meshes: Meshes) -> Job:
    """Write models/, and return the job with them. InputError for objects that cannot be models."""
    models = find_models(job.source)
    write_models(job.folder, models, meshes)
    return replace(job, models=models)


def begin(job: Job) -> None:
    """Make the folders of all scenes, and write camera.json and dataset_info.md."""
    for split, images in job.source.splits.items():
        for scene in range(-(-images // SCENE)):
            for folder in FOLDERS:
                (job.folder / NAMES[split] / f"{scene:06d}" / folder).mkdir(parents=True, exist_ok=True)
    camera = job.source.first_record()["camera"]
    known = {key: camera[key] for key in ("cx", "cy", "fx", "fy", "height", "width")}
    put(job, "camera.json", orjson.dumps({**known, "depth_scale": depth_scale(job)}, option=orjson.OPT_INDENT_2))
    put(job, "dataset_info.md", dataset_info(job.models, job.source.classes).encode())


def depth_scale(job: Job) -> float:
    """The mm that 1 stands for in depth/."""
    return round(MM * job.source.layers["depth"].get("unit_m", NPY_UNIT_M), 9)


def convert(job: Job, lines: list[bytes], split: str, number: int) -> Written:
    """Write the files of a block; its parts are the number of the scene and what TABLES say of each image, as JSON."""
    written, scene = Written(split, len(lines)), number * BLOCK // SCENE
    by_solid: dict[str, list[Model]] = {}
    for model in job.models:
        by_solid.setdefault(model.solid, []).append(model)
    for record in map(orjson.loads, lines):
        home, name = f"{NAMES[split]}/{scene:06d}", f"{record['index']:06d}"
        place(job, record, record["image"], f"{home}/rgb/{name}.png")
        measured = _depth(job, record, f"{home}/depth/{name}.png", written)
        ids = job.source.instances(record)
        gt: list[dict[str, Any]] = []
        info: list[dict[str, Any]] = []
        path = path_of(job.source.layers["coverage"], record["index"])
        alone = _words(job, record, path, ids.shape)
        for entry in labelled(job.source, record):
            model = next(each for each in by_solid[entry["solid"]] if each.fits(entry))
            whole, seen = _bit(alone, entry["instance"]), ids == entry["instance"]
            for folder, mask in (("mask", whole), ("mask_visib", seen)):
                put(job, f"{home}/{folder}/{name}_{len(gt):06d}.png", encode_grey(mask.astype(np.uint8) * 255))
            gt.append(_pose(entry, model.number))
            info.append(gt_info(entry, whole, seen, measured))
            written.counts["objects" if info[-1]["px_count_visib"] else "unseen"] += 1
        _list_ignored(job, record, ids, written)
        tables = (_camera(record["camera"], depth_scale(job)), gt, info)
        written.parts.append((scene, record["index"], [orjson.dumps(table) for table in tables]))
    return written


def _depth(job: Job, record: Mapping[str, Any], target: str, written: Written) -> np.ndarray:
    """Write the depth of an image; (H, W) bool: where there is any. What is too far for 16 bits becomes 0 and is counted."""
    layer = job.source.layers["depth"]
    path = path_of(layer, record["index"])
    if layer["format"] == "png16":
        units = decode_grey(place(job, record, path, target), job.source.out / path)
        written.counts["too_far_px"] += record.get("too_far", {}).get("depth", 0)
    else:
        job.source.read(record, path)  # holds it against its hash
        whole, too_far = in_units(read_layer(job.source.out / path, "depth", layer)[None], NPY_UNIT_M)
        units = whole[0]
        written.counts["too_far_px"] += int(too_far[0])
        put(job, target, encode_grey16(units, smooth=True))
    return np.asarray(units > 0)


def _words(job: Job, record: Mapping[str, Any], path: str, shape: tuple[int, ...]) -> np.ndarray:
    """(H, W, words) uint32: the layer coverage of an image. InputError for one that has been changed."""
    job.source.read(record, path)
    return read_layer(job.source.out / path, "coverage", job.source.layers["coverage"]).reshape(*shape, -1)


def _bit(words: np.ndarray, instance: int) -> np.ndarray:
    """(H, W) bool: the pixels that would show an object if it stood alone."""
    word, bit = divmod(instance - 1, 32)
    return np.asarray(words[..., word] >> np.uint32(bit) & np.uint32(1), bool)


def _pose(entry: Mapping[str, Any], number: int) -> dict[str, Any]:
    """An entry of scene_gt.json."""
    rotation = [value for row in entry["pose"]["rotation"] for value in row]
    return {"cam_R_m2c": rotation, "cam_t_m2c": _mm(entry["pose"]["translation"]), "obj_id": number}


def _camera(camera: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """An entry of scene_camera.json. cx = W / 2 is the middle: the centre of a pixel is at + 0.5."""
    world_from_camera = np.array(camera["world_from_camera"], np.float64)
    rotation = world_from_camera[:3, :3].T
    return {
        "cam_K": [camera["fx"], 0.0, camera["cx"], 0.0, camera["fy"], camera["cy"], 0.0, 0.0, 1.0],
        "cam_R_w2c": rotation.ravel().tolist(),
        "cam_t_w2c": _mm(-rotation @ world_from_camera[:3, 3]),
        "depth_scale": scale,
    }


def _mm(metres: Iterable[float]) -> list[float]:
    return [round(MM * float(value), 6) for value in metres]


def gt_info(entry: Mapping[str, Any], whole: np.ndarray, seen: np.ndarray, measured: np.ndarray) -> dict[str, Any]:
    """An entry of scene_gt_info.json, as scripts/calc_gt_info.py of bop_toolkit makes it.

    whole, seen, measured (H, W) bool: pixels of the object alone, those that show it, and those that have a depth.
    px_count_all and bbox_obj are on a canvas of 3 x 3 images. Boxes are last - first pixel, without the + 1 of COCO.
    """
    all_px, visible = entry["full_px"] or 0, int(seen.sum())
    return {
        "bbox_obj": _box(entry["full_bbox"]) if visible else NOWHERE,
        "bbox_visib": _box(box_of(seen)),
        "px_count_all": all_px,
        "px_count_valid": int((whole & measured).sum()),
        "px_count_visib": visible,
        "visib_fract": visible / all_px if all_px else 0.0,
    }


def _box(box: list[int] | None) -> list[int]:
    return NOWHERE if box is None else [box[0], box[1], box[2] - 1, box[3] - 1]


def _list_ignored(job: Job, record: Mapping[str, Any], ids: np.ndarray, written: Written) -> None:
    """List what is to be ignored and seen: BOP has no poses for things without a class."""
    for entry in record["objects"]:
        if entry["class_id"] == job.source.ignore and (area := int((ids == entry["instance"]).sum())):
            written.counts["objects"] += 1
            leave_out(record, Seen(entry, area, kept=False), written)


def join(job: Job, blocks: Iterable[Written]) -> None:
    """Write TABLES of each scene: a line for each image."""
    with ExitStack() as stack:
        opened: dict[str, tuple[int, list[IO[bytes]]]] = {}  # split -> the scene that is being written, and its files
        for block in blocks:
            for scene, index, tables in block.parts:
                here, files = opened.get(block.split, (-1, []))
                if here != scene:
                    _end(files)
                    home = job.folder / NAMES[block.split] / f"{scene:06d}"
                    files = [stack.enter_context(open(home / f"{name}.json", "wb")) for name in TABLES]
                    opened[block.split] = (scene, files)
                for file, table in zip(files, tables, strict=True):
                    file.write((b"," if file.tell() else b"{") + b'\n"%d": ' % index + table)
        for _, files in opened.values():
            _end(files)


def _end(files: Iterable[IO[bytes]]) -> None:
    for file in files:
        file.write(b"\n}\n")
        file.close()
