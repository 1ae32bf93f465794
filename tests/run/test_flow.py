"""Flow is right: against the ray caster with a projection of its own, forth and back, along ids and colours; whole layouts."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from catalogs import GEOMETRY, renderer_of, solids
from compared_labels import SHAPES, through_json
from ray_caster import Hits, cast, near_silhouette, rays

import raster
from raster.assets.catalog import Catalog
from raster.dataset.flow_files import INSIDE, VALID, VISIBLE
from raster.dataset.same_objects import numbers_there
from raster.errors import InputError
from raster.passes import CLASS_ID
from raster.run import batch_size
from raster.run.config import load_config
from raster.run.derived_layers import derived, drawn_with
from raster.run.flow import flow_between, view_of
from raster.run.setup import build_setup
from raster.scene.sampler import Sampler
from raster.transforms import compose

PX = 0.05
SIZE = (96, 112)
STEPS = {"flow": 1, "flow_backward": -1}


@pytest.fixture(scope="module", params=[0.0, 1.0], ids=["straight", "distorted"])
def drawn(request, everything):
    """Frames of 4 layouts of 2 views, their records, what the ray caster sees, pixels of outlines, where surfaces turn."""
    on = everything(lens=replace(everything()["lens"], distorted=request.param))
    sampler = Sampler(Catalog(*solids(), surfaces=True), on, 5, SIZE, 2)
    names = ("instance_id", *GEOMETRY.layers)
    renderer = renderer_of(sampler, 8, passes=(CLASS_ID, GEOMETRY), layers=names)
    frames = derived(renderer.render(sampler(0, 8)), SimpleNamespace(flows=tuple(STEPS), sampler=sampler), None)
    renderer.release()
    records = [through_json(record) for record in frames.records]
    assert all(("distortion" in record["camera"]) == bool(request.param) for record in records)
    hits = [cast(each, solids=SHAPES) for each in records]
    outlines = [near_silhouette(each, solids=SHAPES) for each in records]
    return frames, records, hits, outlines, [turning(*each) for each in zip(records, hits, strict=True)]


def pairs(name: str, images: int = 8) -> list[tuple[int, int]]:
    """Rows of images and of the views that their flow goes to."""
    return [(a, a + STEPS[name]) for a in range(images) if (a + STEPS[name]) // 2 == a // 2]


def expected(one: dict, other: dict, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(H, W, 2) px: where the points at the ray caster's depth are in the other image; (H, W): their depth there.

    By OpenCV's documented model, written out.
    """
    points = rays(one) * depth[..., None]
    to_world, from_world = np.array(one["camera"]["world_from_camera"]), np.linalg.inv(other["camera"]["world_from_camera"])
    x, y, z = np.moveaxis(np.concatenate([points, np.ones_like(points[..., :1])], 2) @ (from_world @ to_world).T, 2, 0)[:3]
    camera = other["camera"]
    k1, k2, p1, p2, k3 = camera.get("distortion", [0.0] * 5)
    x, y = x / z, y / z
    r2 = x**2 + y**2
    radial = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3
    radial = np.where(1 + 3 * k1 * r2 + 5 * k2 * r2**2 + 7 * k3 * r2**3 > 0, radial, np.nan)  # farther out the model turns back
    seen_x = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x**2)
    seen_y = y * radial + p1 * (r2 + 2 * y**2) + 2 * p2 * x * y
    return np.stack([camera["fx"] * seen_x + camera["cx"], camera["fy"] * seen_y + camera["cy"]], 2), z


def twins(one: dict, other: dict) -> np.ndarray:
    """By the instance of an object in an image: that of the object at the same place in another; 0 where there is none."""
    places = np.array([entry["world_from_object"] for entry in other["objects"]])
    alike = [np.abs(places - entry["world_from_object"]).max(axis=(1, 2)) < 1e-6 for entry in one["objects"]]
    assert all(each.sum() <= 1 for each in alike)
    return np.array([0, *((each.argmax() + 1) * each.any() for each in alike)])


CENTERS = np.stack(np.meshgrid(np.arange(SIZE[1]) + 0.5, np.arange(SIZE[0]) + 0.5), axis=2)


def turning(record: dict, hits: Hits) -> np.ndarray:
    """(H, W): where the surface turns within a pixel, so that a plane does not go on to the pixel beside: edges of a cube."""
    turns = np.zeros(hits.depth.shape, bool)
    for shift in ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0)):
        beside = [cast(record, offset=(sign * shift[0], sign * shift[1]), solids=SHAPES).depth for sign in (1, -1)]
        with np.errstate(invalid="ignore"):
            turns |= ~(np.abs(hits.depth * (1 / beside[0] + 1 / beside[1]) - 2) < 1e-3)  # 1 / z of a plane is linear
    return turns


@pytest.mark.slow
@pytest.mark.parametrize("name", STEPS)
def test_flow_is_that_of_the_ray_casters_points(drawn, name):
    """A lens that distorts shows the nearest pixel of the straight picture: there flow is exact where surfaces do not turn."""
    frames, records, hits, outlines, bent = drawn
    errors = []
    for a, b in pairs(name):
        place, z = expected(records[a], records[b], np.where(hits[a].instance_id > 0, hits[a].depth, 1.0))
        valid = (z >= records[b]["camera"]["near"]) & (np.abs(place) < 1e9).all(axis=2)
        masks = frames.layers[f"{name}_masks"][a]
        assert not masks[(hits[a].instance_id == 0) & ~outlines[a]].any()
        there = (hits[a].instance_id > 0) & ~outlines[a]
        assert (((masks & VALID) > 0) == valid)[there].all()
        there &= valid
        error = np.linalg.norm(frames.layers[name][a] - (place - CENTERS), axis=2)
        flat = there & ~bent[a] if "distortion" in records[a]["camera"] else there
        assert (error <= PX)[flat].all()
        flat &= (np.abs(place - np.rint(place)).min(axis=2)) > PX  # so that it is clear on which side of an edge it is
        within = ((place >= 0) & (place < SIZE[::-1])).all(axis=2)
        assert (((masks & INSIDE) > 0) == within)[flat].all()
        errors.append(error[there])
    found = np.concatenate(errors)
    assert len(found) > 20000
    assert np.mean(found <= PX) > 0.99


@pytest.mark.slow
def test_what_is_visible_shows_there_what_it_shows_here(drawn):
    frames, records, hits, outlines, bent = drawn
    seen = hidden = 0
    for layer, a, b in [(each, *pair) for each in STEPS for pair in pairs(each)]:
        place, z = expected(records[a], records[b], np.where(hits[a].instance_id > 0, hits[a].depth, 1.0))
        masks = frames.layers[f"{layer}_masks"][a]
        inside = ((masks & INSIDE) > 0) & ~outlines[a] & (place >= 0).all(axis=2) & (place < SIZE[::-1]).all(axis=2)
        u, v = np.where(inside[..., None], place, 0).astype(int).transpose(2, 0, 1)
        sure = np.abs(place - np.rint(place)).min(axis=2) > 0.02  # in which pixel it is
        clear = inside & sure & ~outlines[b][v, u] & ~bent[b][v, u]
        gap = np.abs(np.where(clear, hits[b].depth[v, u], 1) - z) / z
        same = hits[b].instance_id[v, u] == twins(records[a], records[b])[hits[a].instance_id]
        visible = (masks & VISIBLE) > 0
        assert visible[clear & same & (gap < 0.008)].all()
        assert not visible[clear & (~same | (gap > 0.012))].any()
        seen, hidden = seen + int((clear & visible).sum()), hidden + int((clear & ~visible).sum())
    assert seen > 20000
    assert hidden > 2000


@pytest.mark.slow
def test_forth_and_back_comes_home(drawn):
    frames, _, _, outlines, bent = drawn
    errors = []
    for a, b in pairs("flow"):
        here, there = frames.layers["flow"][a], frames.layers["flow_backward"][b]
        masks, back = frames.layers["flow_masks"][a], frames.layers["flow_backward_masks"][b]
        rows, columns = np.nonzero(((masks & VISIBLE) > 0) & ~outlines[a])
        place = CENTERS[rows, columns] + here[rows, columns]
        u, v = np.floor(place - 0.5).astype(int).T  # the upper left of the four pixels whose centres are around
        within = (u >= 0) & (v >= 0) & (u < SIZE[1] - 1) & (v < SIZE[0] - 1)
        rows, columns, place, u, v = rows[within], columns[within], place[within], u[within], v[within]
        fu, fv = (place - 0.5 - np.stack([u, v], axis=1)).T[:, :, None]
        flows = [there[v + dv, u + du] for dv in (0, 1) for du in (0, 1)]
        home = place + (1 - fv) * ((1 - fu) * flows[0] + fu * flows[1]) + fv * ((1 - fu) * flows[2] + fu * flows[3])
        # Where the surface turns, flow must not be read between pixels.
        usable = ((back & VISIBLE) > 0) & ~outlines[b] & ~bent[b]
        alike = np.all([usable[v + dv, u + du] for dv in (0, 1) for du in (0, 1)], axis=0)
        errors.append(np.linalg.norm(home - CENTERS[rows, columns], axis=1)[alike])
    found = np.concatenate(errors)
    assert len(found) > 6000
    assert found.max() < 0.1


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
