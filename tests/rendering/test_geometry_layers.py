"""Depth, distance and normals are right: every pixel within outlines against the ray caster, by way of the record as JSON."""

from dataclasses import replace

import numpy as np
import pytest
import ray_solids
from catalogs import GEOMETRY, renderer_of, solids
from compared_labels import SHAPES, through_json
from ray_caster import cast, near_silhouette, rays

from raster.assets.catalog import Catalog
from raster.passes import CLASS_ID
from raster.scene.sampler import Sampler

# What docs/labels.md states, for what is at most 500 px wide: relative error of depth, degrees.
DEPTH, NORMAL_DEG = 2e-3, 0.5
EXACT, EXACT_DEG = 1e-4, 0.05  # of solids without round surfaces
BESIDE = (-0.75, -0.375, 0, 0.375, 0.75)  # px
STEP = 0.02  # px, between the rays whose points span a surface
LAYERS = tuple(GEOMETRY.layers)
ROUND = {"sphere", "cylinder", "cone", "capsule", "torus", "dumbbell", "ring"}


@pytest.fixture(scope="module")
def catalog():
    return Catalog(*solids(), surfaces=True)


def points(record: dict, shift: tuple[float, float]) -> np.ndarray:
    """(H, W, 3): where the rays beside the pixels' centres meet the scene, in the camera's frame; NaN where they do not."""
    depth = cast(record, offset=shift, solids=SHAPES).depth[..., None]
    return np.where(np.isfinite(depth), depth, np.nan) * rays(record, shift)


def normals(record: dict) -> np.ndarray:
    """(H, W, 3): outward normals of the ray caster's surfaces, in the camera's frame; NaN on edges and beside them."""
    here, *around = (points(record, shift) for shift in ((0, 0), (STEP, 0), (0, STEP), (-STEP, 0), (0, -STEP)))
    found = [np.cross(around[(k + 1) % 4] - here, around[k] - here) for k in range(4)]
    found = [each / np.linalg.norm(each, axis=2, keepdims=True) for each in found]
    smooth = np.max([np.linalg.norm(each - found[0], axis=2) for each in found], axis=0) < 0.02
    return np.where(smooth[..., None], np.mean(found, axis=0), np.nan)


def degrees_between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Angles of vectors (..., 3) of any length."""
    return np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b), axis=-1), (a * b).sum(axis=-1)))


@pytest.mark.slow
def test_every_pixel_within_outlines_is_the_ray_casters(catalog, everything):
    on = everything(lens=replace(everything()["lens"], distorted=0.0))
    sampler = Sampler(catalog, on, 5, (112, 96))
    renderer = renderer_of(sampler, 12, passes=(CLASS_ID, GEOMETRY), layers=("instance_id", *LAYERS))
    seen: set[str] = set()
    for b, line in enumerate((frames := renderer.render(sampler(0, 12))).records):
        record = through_json(line)
        layers = {name: layer[b] for name, layer in frames.layers.items()}
        nothing = layers["instance_id"] == 0
        for name in LAYERS:
            assert not layers[name][nothing].any(), name
        world_from_camera = np.array(record["camera"]["world_from_camera"])[:3, :3]
        turned = layers["normal_camera"].astype(float) @ world_from_camera.T
        assert np.abs(turned - layers["normal"]).max() < 2e-3
        assert np.abs(np.linalg.norm(layers["normal"].astype(float), axis=2) - ~nothing).max() < 1e-3
        hits = cast(record, solids=SHAPES)
        within = ~near_silhouette(record, solids=SHAPES) & ~nothing
        # Cut edges are shaded round, so their normals are not those of the cuts: only what sharp solids have too is compared.
        sharp = cast(record, solids={**SHAPES, ("cube", "cube"): ray_solids.SOLIDS["cube"],
                                     ("cylinder", "cylinder"): ray_solids.SOLIDS["cylinder"]})  # fmt: skip
        flat = within & (np.abs(np.where(within, sharp.depth, 0) - np.where(within, hits.depth, 1)) < 1e-9)
        with np.errstate(invalid="ignore", divide="ignore"):
            error = np.abs(layers["depth"] - hits.depth) / hits.depth
            angle = degrees_between(layers["normal_camera"].astype(float), normals(record))
            far = np.abs(layers["distance"] - hits.depth * np.linalg.norm(rays(record), axis=2)) / layers["distance"]
        for entry in record["objects"]:
            own = within & (hits.instance_id == entry["instance"])
            curved = entry["solid"] in ROUND or entry["class"] in ROUND
            where = f"image {record['index']}, {entry['solid']}"
            assert error[own].max(initial=0) < (DEPTH if curved else EXACT), where
            assert far[own].max(initial=0) < (DEPTH if curved else EXACT), where
            compared = angle[own & flat & np.isfinite(angle)]
            assert compared.max(initial=0) < (NORMAL_DEG if curved else EXACT_DEG), where
            seen |= {entry["solid"]} if compared.size > 20 else set()
    assert {"cube", "sphere", "cylinder", "cone", "capsule", "torus"} <= seen
    renderer.release()


@pytest.mark.slow
def test_a_lens_that_distorts_moves_depth_as_it_moves_ids(catalog, everything):
    sampler = Sampler(catalog, everything(lens=replace(everything()["lens"], distorted=1.0)), 6, (96, 112))
    renderer = renderer_of(sampler, 8, passes=(CLASS_ID, GEOMETRY), layers=("instance_id", *LAYERS))
    for b, line in enumerate((frames := renderer.render(sampler(0, 8))).records):
        record = through_json(line)
        assert any(record["camera"]["distortion"])
        depth, ids = frames.layers["depth"][b], frames.layers["instance_id"][b]
        assert ((depth > 0) == (ids > 0)).all()
        length = np.linalg.norm(frames.layers["normal"][b].astype(float), axis=2)
        assert ((length > 0.9) == (ids > 0)).all()
        within = ~near_silhouette(record, solids=SHAPES) & (ids > 0)
        # Each value comes from the pixel of the straight picture that the ray goes through: from up to half a pixel beside it.
        seen = [cast(record, offset=(x, y), solids=SHAPES).depth for x in BESIDE for y in BESIDE]
        nearest, farthest = np.min(seen, axis=0) * (1 - DEPTH), np.max(seen, axis=0) * (1 + DEPTH)
        assert ((nearest <= depth) & (depth <= farthest))[within].all()
    renderer.release()
