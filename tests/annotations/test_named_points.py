"""Named points of solids and own meshes are where world_from_object puts them, seen or not, and COCO's categories have them."""

import json
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image
from programs import run_here
from pycocotools.coco import COCO

from raster import Catalog
from raster.run.object_points import ObjectPoints
from raster.solids.cone import cone
from raster.solids.cube import cube
from raster.solids.pyramid import pyramid
from raster.solids.tetrahedron import tetrahedron

BOX = [*(f"corner{k}" for k in range(8)), "center"]
OF_MUG = {"handle": (60.0, 0.0, 30.0), "middle": (25.0, 20.0, 30.0), "foot": (25.0, 20.0, 0.0)}  # mm, of a box 50 x 40 x 60
OBJECT = {name: (0.001 * x, 0.001 * y, 0.001 * z) for name, (x, y, z) in OF_MUG.items()}  # m; z is up in STL files
CYLINDER = {"bottom": (0, 0, -0.5), "top": (0, 0, 0.5)}


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A folder with a set of cylinders and of a mesh with named points, and its export."""
    home = tmp_path_factory.mktemp("home")
    (home / "models/mug").mkdir(parents=True)
    box = trimesh.creation.box((50, 40, 60))
    box.apply_translation((25, 20, 30))
    box.export(home / "models/mug/mug.stl")
    lines = [f"  {name}: {list(place)}" for name, place in OF_MUG.items()]
    (home / "models/mug/mug.keypoints.yaml").write_text("\n".join(["keypoints:", *lines]))
    own = ("objects.meshes=models", "objects.normalize=false", "objects.units=mm", "solids=[cylinder]")
    own += ("annotations=[boxes,pose,keypoints]", "layers=[instance_id,depth]", "randomizers.objects.count=6")
    run_here(home, "raster.generate", "preset=bop", "n=6", "size=[120,160]", "workers=1", "out=set", *own)
    run_here(home, "raster.export", "set", "format=coco", "to=coco")
    return home


def projected(camera: dict, point: np.ndarray) -> tuple[np.ndarray, float]:
    """Where a point of the world is seen, px, and its depth, m."""
    pose = np.array(camera["world_from_camera"])
    x, y, z = pose[:3, :3].T @ (point - pose[:3, 3])
    return np.array([camera["fx"] * x / z + camera["cx"], camera["fy"] * y / z + camera["cy"]]), z


@pytest.mark.slow
def test_points_are_where_objects_are_and_flags_say_what_is_seen(home):
    manifest = json.loads((home / "set/manifest.json").read_text())
    names = manifest["keypoints"]
    assert names == [*BOX, "bottom", "top", *OF_MUG]
    assert manifest["keypoints_of_classes"] == {"cylinder": [*BOX, "bottom", "top"], "mug": [*BOX, *OF_MUG]}
    flags = {name: set() for name in names}
    for line in (home / "set/scenes.jsonl").read_text().splitlines():
        record = json.loads(line)
        depth = np.asarray(Image.open(home / f"set/depth/{record['index']:06d}.png"))
        for entry in record["objects"]:
            if not entry["class_id"]:
                continue
            assert len(entry["keypoints"]) == len(names)
            own = CYLINDER if entry["class"] == "cylinder" else OBJECT
            world = np.array(entry["world_from_object"])
            for name, (u, v, flag) in zip(names[9:], entry["keypoints"][9:], strict=True):
                if name not in own:
                    assert (u, v, flag) == (0, 0, 0)
                    continue
                flags[name].add(flag)
                place, z = projected(record["camera"], world[:3, :3] @ np.array(own[name]) + world[:3, 3])
                if flag:
                    assert np.abs(place - (u, v)).max() < 0.05
                if flag == 2 and name in ("bottom", "top", "foot"):
                    near = depth[max(int(v) - 1, 0) : int(v) + 2, max(int(u) - 1, 0) : int(u) + 2] * 1e-4
                    assert np.abs(near - z).min() <= 0.006 * z
    assert flags["middle"] >= {2}  # inside the box, so seen where the box is
    assert flags["foot"] >= {1}  # it often stands on its foot
    assert flags["top"] >= {1, 2}


@pytest.mark.slow
def test_coco_has_the_points_of_each_category(home):
    coco = COCO(str(home / "coco/annotations/keypoints_train.json"))
    by_name = {each["name"]: each for each in coco.loadCats(coco.getCatIds())}
    assert by_name["mug"]["keypoints"] == [*BOX, *OF_MUG]
    assert by_name["cylinder"]["keypoints"] == [*BOX, "bottom", "top"]
    assert len(by_name["mug"]["skeleton"]) == 12
    seen = {"mug": 0, "cylinder": 0}
    for annotation in coco.loadAnns(coco.getAnnIds()):
        name = coco.cats[annotation["category_id"]]["name"]
        assert len(annotation["keypoints"]) == 3 * len(by_name[name]["keypoints"])
        assert annotation["num_keypoints"] == sum(flag > 0 for flag in annotation["keypoints"][2::3])
        seen[name] += 1
    assert min(seen.values()) > 0
    assert "valid: 6 images" in run_here(home, "raster.validate", "set")
    assert "valid: 6 images" in run_here(home, "raster.validate", "coco")


@pytest.mark.slow
def test_a_set_is_not_continued_with_other_points(home, tmp_path):
    path = home / "models/mug/mug.keypoints.yaml"
    held = path.read_text()
    path.write_text("keypoints: {handle: [1, 2, 3]}")
    own = ("objects.meshes=models", "objects.normalize=false", "objects.units=mm", "solids=[cylinder]")
    own += ("annotations=[boxes,pose,keypoints]", "layers=[instance_id,depth]", "randomizers.objects.count=6")
    said = run_here(home, "raster.generate", "preset=bop", "n=7", "size=[120,160]", "out=set", *own, code=2)
    path.write_text(held)
    assert "meshes are not those that it was begun with" in said


def test_solids_name_their_corners_and_ends():
    points = ObjectPoints(Catalog({"cube": cube(), "pyramid": pyramid(), "cone": cone()}, {"tetrahedron": tetrahedron()}))
    assert points.names == (*(f"vertex{k}" for k in range(5)), "bottom", "top")
    assert points.of_classes == {"cube": (), "pyramid": points.names[:5], "cone": ("bottom", "top")}
    found, on_surface = points({"solid": "pyramid"})
    assert found[4].tolist() == [0, 0, 0.5]
    assert np.isnan(found[5:]).all()
    assert on_surface.tolist() == [True] * 5 + [False] * 2
    assert np.isnan(points({"solid": "cube"})[0]).all()


def test_points_of_deformed_objects_move_with_them():
    points = ObjectPoints(Catalog({"cone": cone(), "cube": cube()}))
    still = {"taper": 0, "twist": 0, "bend": 0, "bend_turn": 0, "bulge": 0, "roundness": 0, "noise": 0, "frequency": 0,
             "seed": [0, 0, 0], "fit": 0.5}  # fmt: skip
    morph = {key: np.asarray(value, np.float32) for key, value in still.items()}
    found, _ = points({"solid": "cone", "morph": morph})
    np.testing.assert_allclose(found, [[0, 0, -0.25], [0, 0, 0.25]])
    np.testing.assert_allclose(points({"solid": "cone"})[0], [[0, 0, -0.5], [0, 0, 0.5]])
    assert np.isnan(points({"solid": "cube", "morph": morph})[0]).all()
    assert ObjectPoints(Catalog({"cube": cube()}))({"solid": "cube", "morph": morph})[0].shape == (0, 3)
