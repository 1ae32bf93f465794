"""Tests of sizes in metres: units, factors, guesses, and what is said of meshes that will hardly be seen."""

from pathlib import Path

import numpy as np
import pytest
import trimesh
from small_models import as_set, triangles_of

from raster.assets.meshes.load import load_meshes
from raster.assets.meshes.options import MeshOptions

SIDES = (3.0, 2.0, 1.0)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("RASTER_CACHE", str(tmp_path / "cache"))


def box(path: Path, scale: float = 1.0, at=(0, 0, 0)) -> Path:
    """A box of SIDES times `scale` about `at`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    trimesh.creation.box(np.multiply(scale, SIDES)).apply_translation(at).export(path)
    return path


def size_of(mesh) -> np.ndarray:
    return np.ptp(triangles_of(mesh).reshape(-1, 3), axis=0)


@pytest.mark.parametrize(("units", "metres"), [("mm", 0.001), ("cm", 0.01), ("m", 1), ("inch", 0.0254)])
def test_units(tmp_path, units, metres):
    path = box(tmp_path / "a" / "b.stl", at=(5, 0, 0))
    (mesh,) = load_meshes(MeshOptions(str(path), normalize=False, units=units, scale=2), 16).meshes
    factor = 2 * metres
    np.testing.assert_allclose(size_of(mesh), np.multiply(factor, SIDES), rtol=1e-5)
    np.testing.assert_allclose(mesh.radius, factor * np.linalg.norm([6.5, 1, 0.5]), rtol=1e-5)
    np.testing.assert_allclose(np.ptp(mesh.points, axis=0), np.multiply(factor, SIDES), rtol=1e-5)
    np.testing.assert_allclose(mesh.rest_distances[0], factor * 0.5, rtol=1e-5)  # it stands on its lower side
    (plain,) = load_meshes(MeshOptions(str(path), normalize=False), 16).meshes
    assert as_set(triangles_of(plain) * factor) == as_set(triangles_of(mesh))


def test_units_scale_and_up_by_pattern(tmp_path):
    for name in ("cad/a.stl", "cad/b.stl", "scan/c.stl"):
        box(tmp_path / name)
    options = MeshOptions(
        str(tmp_path), normalize=False, units={"cad": "mm"}, scale={"*/b.stl": 10, "scan/*": 0.5}, up=["*/a.stl: x"]
    )
    a, b, c = load_meshes(options, 16).meshes
    np.testing.assert_allclose(size_of(a), [0.001, 0.002, 0.003], rtol=1e-5)  # x is up
    np.testing.assert_allclose(size_of(b), [0.03, 0.02, 0.01], rtol=1e-5)
    np.testing.assert_allclose(size_of(c), [1.5, 1, 0.5], rtol=1e-5)


def test_auto_takes_what_is_large_for_millimetres(tmp_path):
    """Unless the format has metres as its unit, as glTF has."""
    for name, scale in (("a/small.stl", 1), ("a/large.stl", 100), ("a/large.glb", 100)):
        box(tmp_path / name, scale)
    found = load_meshes(MeshOptions(str(tmp_path / "a"), normalize=False, units="auto"), 16)
    sizes = {mesh.name: size_of(mesh).max() for mesh in found.meshes}
    assert sizes == pytest.approx({"small.stl": 3, "large.stl": 0.3, "large.glb": 300}, rel=1e-5)
    (guessed,) = found.notes
    assert guessed.startswith("NOTE: mesh files that are read in mm, since they are larger than 10; ")
    assert guessed.endswith(": large.stl")
    again = load_meshes(MeshOptions(str(tmp_path / "a"), normalize=False, units="auto"), 16)  # from the cache
    assert again.notes == found.notes


def test_what_will_hardly_be_seen_is_said(tmp_path):
    for name, scale, at in (("fit", 0.1, (0, 0, 0)), ("far", 0.1, (500, 400, 0)), ("tiny", 0.002, (0, 0, 0))):
        box(tmp_path / "a" / f"{name}.stl", scale, at)
    far, tiny = load_meshes(MeshOptions(str(tmp_path / "a"), normalize=False), 16).notes
    assert far.startswith("NOTE: mesh files that lie far from their own origin")
    assert far.endswith(": far.stl (640 m)")
    assert tiny.startswith("NOTE: mesh files that are smaller than 1 cm")
    assert tiny.endswith(": tiny.stl (0.006 m)")
    assert load_meshes(MeshOptions(str(tmp_path / "a")), 16).notes == ()  # normalized, all is well
