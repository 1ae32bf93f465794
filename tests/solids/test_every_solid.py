"""Tests of every solid: its YAML, its arrays, closed, outward, textured, resting."""

import importlib
import inspect
import pkgutil
import typing

import numpy as np
import pytest
import trimesh
from hydra.utils import instantiate
from measured import assert_closed, assert_rests, measure
from omegaconf import OmegaConf

import raster.solids
from raster.geometry.mesh import Composite, Mesh
from raster.solids.cube import cube
from raster.solids.cylinder import cylinder
from raster.system.paths import CONF


def find_solids() -> dict:
    """Functions named as their module that return a Mesh and need no argument: whatever stands in raster/solids."""
    found = {}
    for module in pkgutil.iter_modules(raster.solids.__path__):
        function = getattr(importlib.import_module(f"raster.solids.{module.name}"), module.name, None)
        if function and typing.get_type_hints(function).get("return") is Mesh:
            parameters = inspect.signature(function).parameters.values()
            if all(parameter.default is not parameter.empty for parameter in parameters):
                found[module.name] = function
    return found


SOLIDS = find_solids()
CONFIGS = {path.stem: path for path in sorted((CONF / "solids").glob("*.yaml"))}
BEVELLED = {  # as conf/solids has them, and cut as deep as can be
    "cube, bevelled": lambda: cube(0.02),
    "cube, bevelled most": lambda: cube(0.249),
    "cylinder, bevelled": lambda: cylinder(bevel=0.02),
    "cylinder, bevelled most": lambda: cylinder(bevel=0.249),
}
MESHES = {**SOLIDS, **BEVELLED}


@pytest.fixture(params=MESHES)
def solid(request) -> Mesh:
    return MESHES[request.param]()


def test_every_solid_has_its_yaml_and_every_yaml_its_solid():
    assert set(CONFIGS) == {*SOLIDS, "dumbbell"}
    assert len(SOLIDS) >= 10


@pytest.mark.parametrize("name", CONFIGS)
def test_yaml_instantiates_and_shows_the_defaults(name):
    """But for the bevel: what is drawn alone has one, the floor and parts of composites are sharp."""
    config = OmegaConf.load(CONFIGS[name])
    assert list(config) == [name]
    made = instantiate(config, _convert_="all")[name]
    assert isinstance(made, Composite if name == "dumbbell" else Mesh)
    if name in SOLIDS:
        assert instantiate(config[name]) is made  # the catalog stores it once
        shown = {key: value for key, value in config[name].items() if key != "_target_"}
        np.testing.assert_array_equal(made.positions, SOLIDS[name](**shown).positions)
        defaults = {key: parameter.default for key, parameter in inspect.signature(SOLIDS[name]).parameters.items()}
        assert shown == defaults | ({"bevel": 0.02} if "bevel" in defaults else {})


def test_arrays(solid):
    v, t, k = len(solid.positions), len(solid.triangles), len(solid.rest_directions)
    for array, shape, dtype in (
        (solid.positions, (v, 3), np.float32),
        (solid.normals, (v, 3), np.float32),
        (solid.uvs, (v, 2), np.float32),
        (solid.triangles, (t, 3), np.uint32),
        (solid.rest_directions, (k, 3), np.float32),
    ):
        assert array.shape == shape
        assert array.dtype == dtype
        assert np.isfinite(array).all()
        assert not array.flags.writeable
    assert k >= 1
    np.testing.assert_array_equal(np.unique(solid.triangles), np.arange(v))  # every vertex is used, none is missing


def test_extent_is_one_about_the_origin(solid):
    assert np.abs(solid.positions).max() == pytest.approx(0.5, abs=1e-6)
    assert np.ptp(solid.positions, axis=0).max() == pytest.approx(1, abs=1e-6)


def test_closed_and_consistently_wound(solid):
    assert_closed(solid)


def test_closed_and_outward_says_trimesh(solid):
    other = trimesh.Trimesh(solid.positions, solid.triangles, process=False)
    other.merge_vertices(merge_tex=True, merge_norm=True)
    assert other.is_watertight
    assert other.is_winding_consistent
    assert other.volume > 0
    assert other.volume == pytest.approx(measure(solid).volume, rel=1e-5)


def test_no_degenerate_triangle(solid):
    m = measure(solid)
    edges = np.linalg.norm(m.corners - np.roll(m.corners, 1, axis=1), axis=2)
    assert edges.min() > 1e-3
    assert (2 * m.areas / edges.max(axis=1)).min() > 1e-3  # the smallest height


@pytest.mark.parametrize("name", MESHES)
def test_normals_are_unit_and_near_the_face(name):
    """Across a bevel they turn from one face's to the other's: from a corner's triangle, acos(1 / sqrt(3)) to each."""
    mesh = MESHES[name]()
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-6)
    cosine = np.einsum("tij,tj->ti", mesh.normals[mesh.triangles], measure(mesh).normals)
    assert cosine.min() > np.cos(np.radians(60 if name in BEVELLED else 8))


def test_uvs_are_in_range_not_mirrored_and_even(solid):
    """d(uv)/d(surface), a 2x2 matrix for each triangle, mirrors nothing and stretches evenly, within a factor of 3."""
    assert solid.uvs.min() == 0
    assert solid.uvs.max() == 1
    m = measure(solid)
    uv = solid.uvs.astype(np.float64)[solid.triangles]
    right = (m.corners[:, 1] - m.corners[:, 0]) / np.linalg.norm(m.corners[:, 1] - m.corners[:, 0], axis=1)[:, None]
    axes = np.stack([right, np.cross(m.normals, right)], axis=1)  # right-handed seen from outside
    surface_edges = axes @ (m.corners[:, 1:] - m.corners[:, :1]).transpose(0, 2, 1)
    stretch = (uv[:, 1:] - uv[:, :1]).transpose(0, 2, 1) @ np.linalg.inv(surface_edges)
    assert np.linalg.det(stretch).min() > 0  # negative: mirrored; 0: a smear
    singular = np.linalg.svd(stretch, compute_uv=False)
    assert singular.max() / singular.min() < 3


def test_rests_are_stable(solid):
    m = measure(solid)
    center = solid.positions - m.centroid
    inner = np.einsum("ij,ij->i", m.normals, m.corners[:, 0] - m.centroid).min()
    ball = inner > 0.99 * np.linalg.norm(center, axis=1).max()
    assert_rests(solid.positions.astype(np.float64), m.centroid, solid.rest_directions, ball)
