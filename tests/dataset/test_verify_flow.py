"""Tests of raster.dataset.verify_flow: each wrong flow is found and its file named."""

from pathlib import Path

import numpy as np
import orjson
import pytest
from programs import generate_here

from raster.dataset.files import SCENES, sha256
from raster.dataset.flow_files import INSIDE, VALID, VISIBLE, to_flo, to_kitti
from raster.dataset.layer_files import encode_layer, layer_file, path_of, read_layer
from raster.dataset.manifest import MANIFEST
from raster.dataset.verify_flow import check_warps
from raster.dataset.verify_layers import check_layers
from raster.errors import InputError

SIZE = (6, 8)
SEEN = VALID + INSIDE + VISIBLE
NEAR, FAR = {"solid": "cube", "world_from_object": np.eye(4).tolist()}, {"solid": "cube", "world_from_object": [[2.0] * 4] * 4}


def scene() -> dict:
    """Two images. All that the first shows moves 2 px to the right; what it calls 2 is 1 there, since its 1 is left out."""
    one, other = np.full(SIZE, 2, np.uint16), np.full(SIZE, 1, np.uint16)
    one[:, 0] = 0
    flow = np.zeros((*SIZE, 2), np.float32)
    flow[:, 1:, 0] = 2
    masks = np.where(one > 0, np.uint8(SEEN), np.uint8(0))
    masks[:, 6:] = VALID  # beyond the edge
    tables = [[{**NEAR, "instance": 1}, {**FAR, "instance": 2}], [{**FAR, "instance": 1}]]
    return {"ids": [one, other], "flow": flow, "masks": masks, "tables": tables, "too_far": {}}


def check(out: Path, given: dict, form: str = "flo", views: int = 2) -> None:
    """Write both images and check them as `raster validate` does."""
    files = {name: layer_file(name, "npy", "npz", 0.001, form) for name in ("instance_id", "flow", "flow_masks")}
    none, records = np.zeros(SIZE, np.uint8), []
    for index in range(2):
        flow, masks = (given["flow"], given["masks"]) if index == 0 else (np.zeros_like(given["flow"]), none)
        masks = given.get("masks_there", masks) if index else masks
        held = to_flo(flow[None], masks[None])[0] if form == "flo" else to_kitti(flow[None], masks[None])[0][0]
        layers = {
            "instance_id": given["ids"][index],
            "flow": given.get("held", held) if index == 0 else held,
            "flow_masks": masks,
        }
        for name, file in files.items():
            path = out / path_of(file, index)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(encode_layer(name, file, layers[name]))
        listed = {path: sha256(out / path) for path in (path_of(file, index) for file in files.values())}
        objects = [{"class_id": 0, **entry} for entry in given["tables"][index]]
        records.append({"index": index, "files": listed, "objects": objects, "camera": {"height": SIZE[0], "width": SIZE[1]}})
        if index == 0:
            records[0]["too_far"] = given["too_far"]
        check_layers(out, index, records[index], None, files)
    check_warps(out, records, files, views)


@pytest.mark.parametrize("form", ["flo", "kitti"])
def test_right_flow(tmp_path, form):
    check(tmp_path, scene(), form)


def put(name: str, value: object, where: object):
    def change(given: dict) -> None:
        given[name][where] = value

    return change


WRONG = {
    "another object": (
        put("tables", [{**NEAR, "instance": 1}], 1),
        r"flow/000000\.flo: leads 30 visible pixels to another object in .*instances/000001\.png",
    ),
    "nothing there": (
        put("ids", np.where(np.arange(8) == 5, 0, 1).astype(np.uint16) + np.zeros((6, 1), np.uint16), 1),
        r"flow/000000\.flo: leads 6 visible pixels to another object in .*instances/000001\.png",
    ),
    "left out there": (
        put("ids", np.full(SIZE, 1, np.uint16), 0),
        r"flow/000000\.flo: leads 30 visible pixels to another object",
    ),
    "a bit too many": (put("masks", 8, (0, 0)), r"flow_masks/000000\.png: holds what is no sum of masks"),
    "visible outside": (put("masks", VALID + VISIBLE, (0, 7)), r"flow_masks/000000\.png: holds what is no sum of masks"),
    "inside nothing": (put("masks", INSIDE, (0, 7)), r"flow_masks/000000\.png: holds what is no sum of masks"),
    "of nothing": (put("masks", VALID, (2, 0)), r"flow_masks/000000\.png: is not 0 where instances/ shows nothing"),
    "out of the image": (put("masks", SEEN, (3, 7)), r"flow/000000\.flo: leads out of the image where the masks say inside"),
    "into the image": (put("masks", VALID, (3, 3)), r"flow/000000\.flo: leads out of the image .*, or the other way round"),
    "flow of nothing": (
        lambda g: g.update(held=g["flow"]),
        r"flow/000000\.flo: has flow where .*flow_masks/000000\.png says that there is none",
    ),
    "too far": (
        lambda g: g.update(too_far={"flow": 3}),
        r"flow/000000\.flo: 0 valid pixels have no flow, but the record says that 3 do not fit",
    ),
    "no such view": (
        lambda g: g.update(masks_there=np.full(SIZE, VALID + INSIDE, np.uint8)),
        r"flow_masks/000001\.png: is not 0, though the layout has no such view",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_flow_is_named(tmp_path, name):
    change, said = WRONG[name]
    given = scene()
    change(given)
    with pytest.raises(InputError, match=said):
        check(tmp_path, given)


def test_flow_that_does_not_fit_is_counted_by_the_record(tmp_path):
    given = scene()
    given["flow"][0, 6] = (600, 0)
    with pytest.raises(InputError, match="1 valid pixels have no flow, but the record says that 0 do not fit"):
        check(tmp_path, given, "kitti")
    check(tmp_path, {**given, "too_far": {"flow": 1}}, "kitti")


@pytest.mark.slow
@pytest.mark.parametrize("depth", ["npy", "png16"])
def test_what_is_visible_is_so_by_depth(tmp_path, depth):
    words = ("n=4", "size=64", "preset=fast", "views_per_layout=2", f"writers.layers.depth={depth}", "out=set")
    generate_here(tmp_path, *words, "layers=[instance_id,depth,flow]")
    out = tmp_path / "set"
    records = [orjson.loads(line) for line in (out / SCENES).read_bytes().splitlines()]
    files = orjson.loads((out / MANIFEST).read_bytes())["layers"]
    check_warps(out, records, files, 2)
    path = out / "flow_masks/000000.png"
    masks = read_layer(path, "flow_masks", files["flow_masks"]).copy()
    assert ((masks & VISIBLE) > 0).sum() > 300
    masks &= 255 - VISIBLE
    path.write_bytes(encode_layer("flow_masks", files["flow_masks"], masks))
    with pytest.raises(InputError, match=r"flow_masks/000000\.png: \d+ pixels are marked as visible in image 1"):
        check_warps(out, records, files, 2)
