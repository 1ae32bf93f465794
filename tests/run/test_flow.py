"""Flow: colours along it, stereo, any image of a layout, what has none, whole layouts in a batch, and what cannot be."""

from types import SimpleNamespace

import numpy as np
import pytest

import raster
from raster.dataset.flow_files import INSIDE, VALID, VISIBLE
from raster.dataset.same_objects import numbers_there
from raster.errors import InputError
from raster.run import batch_size
from raster.run.config import load_config
from raster.run.derived_layers import drawn_with
from raster.run.flow import flow_between, view_of
from raster.run.setup import build_setup
from raster.transforms import compose

STEPS = {"flow": 1, "flow_backward": -1}


@pytest.mark.slow
def test_colours_agree_along_the_flow_where_views_share_their_appearance():
    words = ["preset=fast", "size=96", "views_per_layout=2", "layers=[flow]", "samples=1"]
    differences = {}
    for hold in (True, False):
        (frames,) = raster.render(n=8, overrides=[*words, f"hold_appearance={hold}"])
        found = []
        for a in range(0, 8, 2):
            rows, columns = np.nonzero(frames.layers["flow_masks"][a] & VISIBLE)
            place = np.stack([columns, rows], axis=1) + 0.5 + frames.layers["flow"][a][rows, columns]
            u, v = np.floor(place).astype(int).T
            colours = frames.layers["color"].astype(float)
            found.append(np.abs(colours[a][rows, columns] - colours[a + 1][v, u]).mean())
        differences[hold] = float(np.median(found))
    assert differences[True] < 12
    assert differences[True] < differences[False] / 2


@pytest.mark.slow
def test_flow_between_the_views_of_a_stereo_pair_is_disparity():
    words = ["preset=fast", "size=64", "views_per_layout=2", "randomizers.camera.stereo_baseline=0.1"]
    (frames,) = raster.render(n=8, overrides=[*words, "layers=[depth,flow,flow_backward]"])
    for k, name in ((k, name) for k in range(8) for name in STEPS):
        valid = (frames.layers[f"{name}_masks"][k] & VALID) > 0
        assert valid.any() == (k % 2 == (STEPS[name] < 0))
        disparity = frames.records[k]["camera"]["fx"] * 0.1 / frames.layers["depth"][k][valid]
        assert frames.layers[name][k][valid][:, 0] == pytest.approx(-STEPS[name] * disparity, rel=1e-4, abs=1e-3)
        assert frames.layers[name][k][valid][:, 1] == pytest.approx(0, abs=1e-3)


@pytest.mark.slow
def test_any_image_has_the_flow_that_it_has_in_its_layout():
    words = ["preset=fast", "size=32", "views_per_layout=3", "layers=[flow,flow_backward]", "batch=4"]
    (whole,) = raster.render(n=9, overrides=[*words, "batch=9"])
    assert not whole.layers["flow_masks"][[2, 5, 8]].any()
    assert not whole.layers["flow_backward_masks"][[0, 3, 6]].any()
    source = raster.ImageSource.of(words)
    assert source.layers[-4:] == ("flow", "flow_masks", "flow_backward", "flow_backward_masks")
    for first, count in ((1, 1), (4, 4), (0, 2)):
        parts = list(source.frames(first, count))
        assert np.concatenate([part.index for part in parts]).tolist() == list(range(first, first + count))
        for name in source.layers:
            layer = np.concatenate([part.layers[name] for part in parts])
            assert (layer == whole.layers[name][first : first + count]).all(), name
    source.release()


def test_objects_are_known_again_by_their_place():
    """A view may leave out an object that its camera is inside: then others have other numbers there."""
    places = np.stack([np.eye(4), np.diag([2.0, 2, 2, 1]), np.diag([3.0, 3, 3, 1])])
    shown = {"one": [0, 1, 2], "other": [1, 2], "neither": [0, 2]}
    camera = {"fx": 10.0, "fy": 10.0, "cx": 3.0, "cy": 2.0, "near": 0.1, "world_from_camera": np.eye(4)}
    views = {}
    for name, places_shown in shown.items():
        objects = [{"instance": k + 1, "solid": "cube", "world_from_object": places[i]} for k, i in enumerate(places_shown)]
        ids = np.full((4, 6), places_shown.index(1) + 1 if 1 in places_shown else 1, np.uint16)
        moved = {**camera, "world_from_camera": np.eye(4) if name == "one" else np.eye(4) + 0.2 * np.eye(4, k=3)}
        views[name] = view_of({"camera": moved, "objects": objects}, ids, np.full((4, 6), 2.0, np.float32), None)
    flow, masks = flow_between(views["one"], views["other"])
    assert flow == pytest.approx(np.broadcast_to([-1.0, 0.0], (4, 6, 2)))  # 10 px x 0.2 m / 2 m
    assert (masks[:, 1:] == VALID + INSIDE + VISIBLE).all()
    assert (masks[:, 0] == VALID).all()
    assert (flow_between(views["one"], views["neither"])[1][:, 1:] == VALID + INSIDE).all()
    assert numbers_there(views["one"].objects, views["other"].objects).tolist() == [0, 0, 1, 2]


def test_what_is_behind_the_other_camera_has_no_flow():
    camera = {"fx": 10.0, "fy": 10.0, "cx": 3.0, "cy": 2.0, "near": 0.1, "world_from_camera": np.eye(4)}
    thing = {"instance": 1, "solid": "cube", "world_from_object": np.eye(4)}
    depth = np.full((4, 6), 2.0, np.float32)
    depth[0] = 0  # nothing
    depth[1] = 9
    ahead = {**camera, "world_from_camera": compose((0, 0, 1.95))}
    one, other = (view_of({"camera": c, "objects": [thing]}, np.ones((4, 6), np.uint16), depth, None) for c in (camera, ahead))
    flow, masks = flow_between(one, other)
    assert (masks[[0, 2, 3]] == 0).all()  # 5 cm in front of it: nearer than its near plane
    assert (flow[masks == 0] == 0).all()
    assert (masks[1] & VALID).all()


def test_what_a_lens_shows_beyond_all_numbers_has_no_flow():
    """Almost beside the camera x / z is 300, and its seventh power beyond what a .flo can say."""
    camera = {"fx": 10.0, "fy": 10.0, "cx": 3.0, "cy": 2.0, "near": 0.01, "world_from_camera": np.eye(4)}
    aside = {**camera, "world_from_camera": compose((-3, 0, 1.99)), "distortion": [0.0, 0.0, 0.0, 0.0, 0.001]}
    thing = {"instance": 1, "solid": "cube", "world_from_object": np.eye(4)}
    ids, depth = np.ones((4, 6), np.uint16), np.full((4, 6), 2.0, np.float32)
    normal = np.broadcast_to(np.float16([0, 0, -1]), (4, 6, 3))
    one, other = (view_of({"camera": each, "objects": [thing]}, ids, depth, normal) for each in (camera, aside))
    flow, masks = flow_between(one, other)
    assert not masks.any()
    assert not flow.any()


def test_whole_layouts_are_drawn():
    flows = SimpleNamespace(flows=("flow",), sampler=SimpleNamespace(views=3))
    assert drawn_with(flows, np.array([4, 6, 7, 12])).tolist() == [3, 4, 5, 6, 7, 8, 12, 13, 14]
    assert drawn_with(flows, np.arange(0)).tolist() == []
    assert drawn_with(SimpleNamespace(flows=()), np.array([4, 6])).tolist() == [4, 6]


@pytest.mark.parametrize(("views", "batch", "n", "expected"), [(3, 8, 100, 6), (3, 1, 100, 3), (5, 32, 2, 5), (2, 7, 100, 6)])
def test_a_batch_holds_whole_layouts(views, batch, n, expected):
    words = ["preset=fast", "size=32", "layers=[flow]", f"views_per_layout={views}", f"batch={batch}", f"n={n}"]
    assert build_setup(load_config(words)).batch == expected


def test_a_layout_that_memory_does_not_hold(monkeypatch):
    monkeypatch.setattr(batch_size, "MAX_PIXELS", 3 * 32 * 32)
    with pytest.raises(InputError, match=r"^views_per_layout=4: flow needs the 4 images of a layout at once, and .* 3 of"):
        build_setup(load_config(["preset=fast", "size=32", "layers=[flow]", "views_per_layout=4"]))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["layers=[instance_id,flow]"],
            r"^layers\[1\]=flow: goes from one view of a layout to another; say views_per",
        ),
        (
            ["layers=[flow]", "views_per_layout=2", "~passes.geometry"],
            r"^layers\[0\]=flow: needs layer depth, which no pass draws",
        ),
        (["layers=[flow,flow]", "views_per_layout=2"], r"^layers\[1\]=flow: is listed twice"),
        (["layers=[flow_masks]", "views_per_layout=2"], r"^layers\[0\]=flow_masks: comes with flow; name that"),
        (
            ["views_per_layout=2", "+passes.mine={_target_: raster.passes.Pass, shader: class_id.frag, layers: {flow: r8ui}}"],
            r"^passes\.mine: layer flow is computed from the views of a layout; rename this one$",
        ),
    ],
)
def test_flow_that_cannot_be(words, said):
    with pytest.raises(InputError, match=said):
        build_setup(load_config(["preset=fast", *words]))


def test_surfaces_are_drawn_as_they_are_for_flow():
    assert load_config(["layers=[flow_backward]", "views_per_layout=2"])["detail"] == "surfaces"
