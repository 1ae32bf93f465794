"""Flow is right: against the ray caster with a projection of its own, forth and back, along ids."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from catalogs import GEOMETRY, renderer_of, solids
from compared_labels import SHAPES, through_json
from ray_caster import Hits, cast, near_silhouette, rays

from raster.assets.catalog import Catalog
from raster.dataset.flow_files import INSIDE, VALID, VISIBLE
from raster.passes import CLASS_ID
from raster.run.derived_layers import derived
from raster.scene.sampler import Sampler

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
