"""Tests of what is refused as a solid: inside out, open, torn, not finite; all solids of the project pass."""

from dataclasses import replace

import numpy as np
import pytest
from catalogs import solids

from raster.errors import InputError
from raster.geometry.check_solid import check_solid
from raster.geometry.mesh import Composite, Part
from raster.run.config import load_config
from raster.run.setup import build_setup
from raster.solids.cube import cube
from raster.solids.torus import torus


@pytest.mark.parametrize("name", [name for group in solids() for name in group])
def test_the_solids_of_the_project_pass(name):
    labelled, unlabelled = solids()
    check_solid({**labelled, **unlabelled}[name])


def test_levels_of_detail_pass():
    for level in (*torus().levels_of_detail, *cube().levels_of_detail):
        check_solid(level)


def torn():
    """A ball whose vertices along one seam were moved on one side only."""
    positions = torus().positions.copy()
    positions[0] += 0.01
    return replace(torus(), positions=positions)


WRONG = {
    "inside out": (replace(cube(), triangles=cube().triangles[:, ::-1]), "inside out"),
    "mirrored": (replace(torus(), positions=torus().positions * np.float32([1, 1, -1])), "inside out"),
    "a triangle is missing": (replace(cube(), triangles=cube().triangles[1:]), "not closed"),
    "one triangle is reversed": (
        replace(cube(), triangles=np.concatenate([cube().triangles[:1, ::-1], cube().triangles[1:]])),
        "not closed",
    ),
    "torn": (torn(), "not closed"),
    "not a number": (replace(cube(), positions=cube().positions * np.float32(np.nan)), "not a finite number"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_mesh_is_refused_in_a_composite_too(name):
    mesh, words = WRONG[name]
    for solid in (mesh, Composite((Part("good", cube(), np.eye(4)), Part("bad", mesh, np.eye(4))))):
        with pytest.raises(InputError, match=words):
            check_solid(solid)


def inside_out():
    """The user's own solid, with its triangles wound the wrong way."""
    return WRONG["inside out"][0]


@pytest.mark.parametrize("group", ["solids", "distractors"])
def test_the_key_is_named_before_anything_is_drawn(group):
    plain = load_config(["preset=fast", "size=32"])
    plain[group] = {**plain[group], "mine": {"_target_": f"{__name__}.inside_out"}}
    with pytest.raises(InputError, match=rf"^{group}\.mine: the mesh is inside out: .* reverse each$"):
        build_setup(plain)
