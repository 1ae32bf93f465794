"""benchmarks.peers: the job's camera and solids; the table with what is installed, and the names of what is not."""

import json

import numpy as np
import pytest
from programs import run

from benchmarks.peers.job import CLASSES, EYE, TARGET, corners, meshes, scenes, world_from_camera


def test_scenes_are_the_same_for_everyone():
    first, again = list(scenes(3, 2)), list(scenes(3, 3))
    np.testing.assert_array_equal(first[1].place, again[1].place)
    for scene in again:
        np.testing.assert_allclose(scene.rotation @ scene.rotation.swapaxes(1, 2), np.tile(np.eye(3), (8, 1, 1)), atol=1e-12)
        assert np.linalg.det(scene.rotation) == pytest.approx(np.ones(8))
        assert set(scene.kind) <= set(range(len(CLASSES)))


def test_the_camera_looks_at_its_target():
    seen = np.linalg.inv(world_from_camera()) @ [*TARGET, 1]
    assert seen[:3] == pytest.approx([0, 0, -np.linalg.norm(EYE - TARGET)])


def test_solids_have_extent_1_and_normals_that_point_out():
    for mesh in meshes():
        points, normals = corners(mesh)
        assert np.ptp(points, axis=0) == pytest.approx(np.ones(3), abs=0.01)
        assert np.linalg.norm(normals, axis=1) == pytest.approx(np.ones(len(normals)), abs=1e-5)
        assert (normals * points).sum(axis=1).min() > 0


@pytest.mark.slow
def test_a_table_of_what_is_installed(tmp_path):
    short = ("--seconds", "0.1", "--few", "16", "--rounds", "1")
    ended = run("-m", "benchmarks.peers", *short, "--out", str(tmp_path / "peers.json"))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    made = json.loads((tmp_path / "peers.json").read_text())
    rows = {row["program"]: row for row in made["runs"]}
    plain = rows["moderngl, a draw call for each object"]
    assert plain["alike"] == 1
    assert plain["arrays"] > 0
    assert plain["Pillow"] > 0
    assert rows["ours, 1 core"]["own encoder"] > 0
    assert rows["ours, 1 core"]["arrays"] > 0
    assert len(made["missing"]) + len(rows) >= 6
    for name in made["missing"]:
        assert {"pyrender": "pyrender", "pyvista": "PyVista", "mujoco": "MuJoCo", "panda3d": "Panda3D"}[name] in ended.stdout
