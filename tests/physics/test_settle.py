"""Tests of fallen things: at rest, on the floor, between walls, not in each other; dropped anew if need be."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import trimesh
from omegaconf import OmegaConf
from placed import Placed, vertices
from settling import drops_of, sampler_of

from raster.arrangements.physics import ATTEMPTS
from raster.generate import main
from raster.physics import settle
from raster.randomizers.placement import Placement
from raster.run.config import load_config
from raster.scene.requirements import Requirements

pytest.importorskip("mujoco", reason="the extra physics is not installed")

DEEP = 0.004  # metres that one thing may be in another: they give way, and few points stand for a torus


def hulls(scenes, b: int) -> list[trimesh.Trimesh]:
    """The convex hulls of what is drawn, in the world; parts of composites apart."""
    catalog, placed, found = scenes.catalog, Placed(scenes), []
    for o in np.flatnonzero(placed.present[b]):
        asset, root = placed.asset[b, o], placed.root[b, o]
        for mesh, place in zip(catalog.part_mesh[asset], catalog.part_local[asset].astype(float), strict=True):
            if mesh >= 0:
                points = catalog.atlas.meshes[mesh].positions
                whole = trimesh.convex.convex_hull(points @ (root @ place)[:3, :3].T + (root @ place)[:3, 3])
                whole.metadata["object"] = o
                found.append(whole)
    return found


def sunk(one: trimesh.Trimesh, other: trimesh.Trimesh) -> float:
    """How deep a vertex, or a point on an edge, of one convex body is in the other, metres."""
    edges, parts = one.vertices[one.edges_unique], 7 if len(one.vertices) < 300 else 1
    points = np.concatenate([edges[:, 0] * (1 - t) + edges[:, 1] * t for t in np.linspace(0, 1, parts)])
    points = points[((points > other.bounds[0]) & (points < other.bounds[1])).all(axis=1)]
    if not len(points):
        return 0.0
    faces = other.triangles_center
    outside = ((points[:, None] - faces) * other.face_normals).sum(axis=2).max(axis=1)
    return float(-outside.min())


@pytest.mark.slow
@pytest.mark.parametrize("count", [14, 40])
def test_fallen_things_rest_on_the_floor_between_the_walls_and_not_in_each_other(count, catalog):
    many = 1 if count < 20 else 3
    scenes = sampler_of(catalog, count)(3, many)
    placed = Placed(scenes)
    assert placed.present.sum(axis=1).min() >= count
    assert scenes.arrangement.settled.all()
    carried, pairs = 0, 0
    for b in range(many):
        for o in np.flatnonzero(placed.present[b]):
            points = vertices(catalog, placed.asset[b, o]) @ placed.root[b, o, :3, :3].T + placed.position[b, o]
            assert points[:, 2].min() > -DEEP, (b, o, catalog.assets[placed.asset[b, o]])
            assert np.abs(points[:, :2]).max() < 1.8 + DEEP
            carried += points[:, 2].min() > 0.02  # it lies on another
        bodies = hulls(scenes, b)
        for one in bodies:
            for other in bodies:
                near = (one.bounds[0] < other.bounds[1]).all() and (other.bounds[0] < one.bounds[1]).all()
                if near and one.metadata["object"] != other.metadata["object"]:
                    pairs += 1
                    assert sunk(one, other) < DEEP, (b, one.metadata, other.metadata)
    assert pairs > 0
    assert carried > 0 or many == 1


def test_what_has_settled_stays(catalog, monkeypatch):
    """Let it go on for two seconds: nothing moves by more than it may while it counts as still."""
    drop = drops_of(sampler_of(catalog), 1)[0]
    found = settle.settle(drop)
    assert found.settled
    start = replace(drop, position=found.position[None], rotation=found.rotation[None], settle_s=2.0)
    monkeypatch.setattr(settle, "LOOKS", 1000)
    later = settle.settle(start)
    moved = np.linalg.norm(later.position - found.position, axis=1)
    assert np.median(moved) < 0.002
    assert moved.max() < 0.06


def test_settling_is_repeatable_alone_and_beside_others(catalog):
    drops = drops_of(sampler_of(catalog, 8), 3)
    alone = [settle.settle(drop) for drop in drops]
    with ThreadPoolExecutor(4) as pool:
        beside = list(pool.map(settle.settle, drops))
    for one, other in zip(alone, beside, strict=True):
        assert one.position.tobytes() == other.position.tobytes()
        assert one.rotation.tobytes() == other.rotation.tobytes()
        assert (one.redrawn, one.settled) == (other.redrawn, other.settled)


def test_nothing_overlaps_at_the_start(catalog):
    for drop in drops_of(sampler_of(catalog, 30, settle_s=0.05), 3):
        assert len(drop.position) == ATTEMPTS
        for position in drop.position:
            apart = np.linalg.norm(position[:, None] - position, axis=-1) - drop.radius[:, None] - drop.radius
            assert apart[~np.eye(len(position), dtype=bool)].min() > 0
            assert (np.abs(position[:, :2]) + drop.radius[:, None]).max() <= drop.half
            assert (position[:, 2] - drop.radius).min() > 0
        assert not np.allclose(drop.position[0], drop.position[1])


# --- What does not settle, and who cannot


def test_what_does_not_settle_in_time_is_dropped_anew_and_then_taken_as_it_is(catalog):
    scenes = sampler_of(catalog, 6, settle_s=0.1)(0, 3)
    assert (scenes.arrangement.redrawn == ATTEMPTS - 1).all()
    assert not scenes.arrangement.settled.any()
    assert (Placed(scenes).position[..., 2] > 0.2).any()  # still in the air


def test_a_later_attempt_is_taken_when_the_first_does_not_settle(catalog):
    drop = drops_of(sampler_of(catalog, 4, settle_s=3), 1)[0]
    high = drop.position.copy()
    high[0, :, 2] += 100.0
    found = settle.settle(replace(drop, position=high))
    second = settle.settle(replace(drop, position=drop.position[1:], rotation=drop.rotation[1:]))
    assert found.redrawn == 1 + second.redrawn
    np.testing.assert_array_equal(found.position, second.position)


def test_what_physics_loses_is_left_out_and_told_nowhere(catalog, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    drop = drops_of(sampler_of(catalog, 4, settle_s=0.1), 1)[0]
    found = settle.settle(replace(drop, position=np.full_like(drop.position, np.nan)))
    assert not found.settled
    assert not np.isfinite(found.position).any()
    assert not list(tmp_path.glob("MUJOCO*"))
    assert capfd.readouterr() == ("", "")


def test_without_mujoco_placement_works_and_physics_is_refused_before_anything_is_written(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "mujoco", None)  # importing it fails
    assert Placement(arrangements=["poisson"]).requirements() == Requirements(slots={"floor": 1})
    cfg = OmegaConf.create(load_config(["preset=fast", f"out={tmp_path / 'set'}", "n=2", "size=32"]))
    cfg.randomizers.placement.arrangements.physics = 0.5
    monkeypatch.setattr("raster.run.config.run_hydra", lambda job: job(cfg))
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    assert capsys.readouterr().err == (
        "error: randomizers.placement.arrangements: physics needs MuJoCo, which is not installed: "
        "pip install 'raster-labels[physics]' (in a checkout: pip install -e '.[physics]')\n"
    )
    assert not (tmp_path / "set").exists()
