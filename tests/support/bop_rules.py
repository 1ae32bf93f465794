"""read_bop: a strict reader of BOP data sets by the published rules: bop_datasets_format.md, inout.py and calc_gt_info.py."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

CAMERA = {"cx": float, "cy": float, "depth_scale": float, "fx": float, "fy": float, "height": int, "width": int}
INFO = {"px_count_all": int, "px_count_valid": int, "px_count_visib": int, "visib_fract": float, "bbox_obj": list,
        "bbox_visib": list}  # fmt: skip
MEASURES = {"diameter", *(f"{what}_{axis}" for what in ("min", "size") for axis in "xyz")}
PLY_TYPES = {"float": "<f4", "double": "<f8", "int": "<i4", "uchar": "u1"}  # what bop_toolkit's load_ply knows
NOWHERE = [-1, -1, -1, -1]


@dataclass(frozen=True)
class BopModel:
    """A model, mm."""

    points: np.ndarray  # (V, 3) float64
    normals: np.ndarray  # (V, 3) float64
    triangles: np.ndarray  # (T, 3) int64
    info: dict[str, Any]

    def symmetries(self) -> list[np.ndarray]:
        """(4, 4): those that are listed, continuous ones as turns by 1 radian, as get_symmetry_transformations() reads them."""
        found = [np.array(values).reshape(4, 4) for values in self.info.get("symmetries_discrete", [])]
        for entry in self.info.get("symmetries_continuous", []):
            x, y, z = entry["axis"]
            cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]], float)
            whole = np.eye(4)
            whole[:3, :3] += np.sin(1) * cross + (1 - np.cos(1)) * cross @ cross
            whole[:3, 3] = np.array(entry["offset"]) - whole[:3, :3] @ np.array(entry["offset"])
            found.append(whole)
        return found


@dataclass(frozen=True)
class BopImage:
    """An image and all that is said of it; masks and tables by gt_id."""

    split: str
    scene: int
    number: int
    camera: np.ndarray  # (3, 3) float64
    world: np.ndarray  # (4, 4) camera_from_world, mm
    rgb: Path
    depth: np.ndarray  # (H, W) float64, mm
    poses: list[tuple[int, np.ndarray, np.ndarray]]  # obj_id, R (3, 3), t (3,) mm
    masks: list[np.ndarray]  # (H, W) bool
    visible: list[np.ndarray]  # (H, W) bool
    info: list[dict[str, Any]]


def read_bop(root: Path) -> tuple[dict[int, BopModel], list[BopImage]]:
    """All models by obj_id, and all images. AssertionError for what the rules do not allow."""
    info = json.loads((root / "models/models_info.json").read_text())
    files = sorted((root / "models").glob("*.ply"))
    assert [path.name for path in files] == [f"obj_{int(number):06d}.ply" for number in sorted(info, key=int)]
    models = {int(path.stem[4:]): _model(path, info[str(int(path.stem[4:]))]) for path in files}
    camera = json.loads((root / "camera.json").read_text())
    assert {key: type(value) for key, value in camera.items()} == CAMERA
    assert (root / "dataset_info.md").is_file()
    images = []
    for split in ("train", "val", "test"):
        scenes = sorted((root / split).iterdir()) if (root / split).exists() else []
        assert [path.name for path in scenes] == [f"{k:06d}" for k in range(len(scenes))]
        for scene in scenes:
            images += _scene(scene, split, models, (camera["height"], camera["width"]))
    assert images
    return models, images


def _model(path: Path, info: dict[str, Any]) -> BopModel:
    vertices, triangles = read_ply(path)
    points, normals = (np.stack([vertices[n] for n in names], axis=1).astype(float) for names in ("xyz", ("nx", "ny", "nz")))
    assert np.abs(np.linalg.norm(normals, axis=1) - 1).max() < 1e-5
    assert triangles.min() >= 0
    assert triangles.max() < len(points)
    assert set(info) - {"symmetries_discrete", "symmetries_continuous"} == MEASURES
    for k, axis in enumerate("xyz"):
        assert abs(info[f"min_{axis}"] - points[:, k].min()) < 1e-3
        assert abs(info[f"size_{axis}"] - np.ptp(points[:, k])) < 1e-3
    some = points[:: max(1, len(points) // 500)]
    assert np.linalg.norm(some[:, None] - some[None], axis=-1).max() <= info["diameter"] + 1e-3
    assert info["diameter"] <= np.linalg.norm(np.ptp(points, axis=0)) + 1e-3
    for values in info.get("symmetries_discrete", []):
        assert len(values) == 16
        whole = np.array(values).reshape(4, 4)
        _rotation(whole[:3, :3])
        assert whole[3].tolist() == [0, 0, 0, 1]
        assert np.abs(whole - np.eye(4)).max() > 0.01
    for entry in info.get("symmetries_continuous", []):
        assert set(entry) == {"axis", "offset"}
        assert np.linalg.norm(entry["axis"]) == 1
        assert len(entry["offset"]) == 3
    return BopModel(points, normals, triangles, info)


def read_ply(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (V,), by the names of their properties, and triangles (T, 3) of a binary PLY file."""
    data = path.read_bytes()
    head, _, rest = data.partition(b"end_header\n")
    lines = head.decode("ascii").splitlines()
    assert lines[:2] == ["ply", "format binary_little_endian 1.0"]
    rows, corners = (int(re.search(rf"^element {name} (\d+)$", head.decode(), re.M)[1]) for name in ("vertex", "face"))
    at = next(k for k, line in enumerate(lines) if line.startswith("element face"))
    fields = [line.split()[1:] for line in lines[:at] if line.startswith("property")]
    vertices = np.frombuffer(rest, [(name, PLY_TYPES[kind]) for kind, name in fields], rows)
    what, count, index, name = next(line for line in lines[at:] if line.startswith("property")).split()[1:]
    assert (what, name) == ("list", "vertex_indices")
    table = np.dtype([("count", PLY_TYPES[count]), ("index", PLY_TYPES[index], 3)])
    faces = np.frombuffer(rest, table, corners, vertices.nbytes)
    assert vertices.nbytes + faces.nbytes == len(rest)
    assert (faces["count"] == 3).all()
    return vertices, faces["index"].astype(np.int64)


def _rotation(matrix: np.ndarray) -> None:
    assert np.abs(matrix @ matrix.T - np.eye(3)).max() < 1e-5
    assert np.linalg.det(matrix) > 0


def _scene(scene: Path, split: str, models: dict[int, BopModel], size: tuple[int, int]) -> list[BopImage]:
    names = {"rgb", "depth", "mask", "mask_visib", "scene_camera.json", "scene_gt.json", "scene_gt_info.json"}
    assert {path.name for path in scene.iterdir()} == names
    cameras, truth, info = (json.loads((scene / f"scene_{name}.json").read_text()) for name in ("camera", "gt", "gt_info"))
    numbers = list(cameras)
    assert numbers == list(truth) == list(info)
    assert numbers == [str(int(number)) for number in numbers] == sorted(numbers, key=int)
    assert len(numbers) <= 1000
    for folder in ("rgb", "depth"):
        assert sorted(path.name for path in (scene / folder).iterdir()) == [f"{int(number):06d}.png" for number in numbers]
    expected = sorted(f"{int(number):06d}_{k:06d}.png" for number in numbers for k in range(len(truth[number])))
    for folder in ("mask", "mask_visib"):
        assert sorted(path.name for path in (scene / folder).iterdir()) == expected
    return [_image(scene, split, number, cameras[number], truth[number], info[number], models, size) for number in numbers]


def _image(
    scene: Path, split: str, number: str, camera: dict, truth: list[dict], info: list[dict], models: dict[int, BopModel],
    size: tuple[int, int],
) -> BopImage:  # fmt: skip
    assert set(camera) == {"cam_K", "depth_scale", "cam_R_w2c", "cam_t_w2c"}
    matrix, turn = np.array(camera["cam_K"]).reshape(3, 3), np.array(camera["cam_R_w2c"]).reshape(3, 3)
    assert matrix[2].tolist() == [0, 0, 1]
    assert (matrix[0, 1], matrix[1, 0]) == (0, 0)
    _rotation(turn)
    world = np.eye(4)
    world[:3, :3], world[:3, 3] = turn, camera["cam_t_w2c"]
    name = f"{int(number):06d}"
    with Image.open(scene / f"rgb/{name}.png") as image:
        assert (image.mode, image.size) == ("RGB", size[::-1])
    units = np.asarray(Image.open(scene / f"depth/{name}.png"))
    assert units.dtype in (np.uint16, np.int32)  # I;16, or I of an older Pillow
    assert units.shape == size
    poses, masks, visible = [], [], []
    assert len(truth) == len(info)
    for k, (entry, told) in enumerate(zip(truth, info, strict=True)):
        assert set(entry) == {"cam_R_m2c", "cam_t_m2c", "obj_id"}
        rotation = np.array(entry["cam_R_m2c"]).reshape(3, 3)
        _rotation(rotation)
        assert entry["obj_id"] in models
        poses.append((entry["obj_id"], rotation, np.array(entry["cam_t_m2c"])))
        masks.append(_mask(scene / f"mask/{name}_{k:06d}.png", size))
        visible.append(_mask(scene / f"mask_visib/{name}_{k:06d}.png", size))
        _check_info(told, masks[-1], visible[-1], units > 0)
    depth = units * float(camera["depth_scale"])
    return BopImage(split, int(scene.name), int(number), matrix, world, scene / f"rgb/{name}.png", depth, poses, masks,
                    visible, info)  # fmt: skip


def _mask(path: Path, size: tuple[int, int]) -> np.ndarray:
    with Image.open(path) as image:
        assert image.mode == "L"
        values = np.asarray(image)
    assert values.shape == size
    assert set(np.unique(values)) <= {0, 255}
    return values > 0


def _check_info(told: dict[str, Any], mask: np.ndarray, visible: np.ndarray, measured: np.ndarray) -> None:
    """As calc_gt_info.py computes it from the masks: boxes are [x, y, last - first, last - first]."""
    assert {key: type(value) for key, value in told.items()} == INFO
    assert not (visible & ~mask).any()
    assert told["px_count_visib"] == visible.sum()
    assert told["px_count_valid"] == (mask & measured).sum()
    assert told["px_count_all"] >= mask.sum()
    expected = told["px_count_visib"] / told["px_count_all"] if told["px_count_all"] else 0.0
    assert abs(told["visib_fract"] - expected) < 1e-9
    assert told["bbox_visib"] == box_of_bop(visible)
    assert (told["bbox_obj"] == NOWHERE) == (not visible.any())
    if visible.any():
        (x, y, w, h), (left, top, wide, high) = told["bbox_obj"], box_of_bop(mask)
        assert x <= left
        assert y <= top
        assert x + w >= left + wide
        assert y + h >= top + high


def box_of_bop(mask: np.ndarray) -> list[int]:
    """[x, y, last - first column, last - first row], -1 of nothing, as calc_2d_bbox() of bop_toolkit."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return NOWHERE
    return [int(columns.min()), int(rows.min()), int(np.ptp(columns)), int(np.ptp(rows))]
