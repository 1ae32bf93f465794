"""Tests of the composite: its parts, their places, the dumbbell, and wrong keys."""

import numpy as np
import pytest
from hydra.utils import instantiate
from measured import assert_rests
from omegaconf import OmegaConf

from raster.errors import InputError
from raster.geometry.mesh import Composite
from raster.solids.composite import composite
from raster.solids.cube import cube
from raster.system.paths import CONF


def load_dumbbell() -> Composite:
    return instantiate(OmegaConf.load(CONF / "solids" / "dumbbell.yaml")["dumbbell"])


def placed(part) -> np.ndarray:
    return part.mesh.positions @ part.object_from_part[:3, :3].T + part.object_from_part[:3, 3]


def test_dumbbell():
    dumbbell = load_dumbbell()
    assert [part.solid for part in dumbbell.parts] == ["sphere", "sphere", "cylinder"]
    assert dumbbell.parts[0].mesh is dumbbell.parts[1].mesh
    boxes = [(placed(part).min(axis=0), placed(part).max(axis=0)) for part in dumbbell.parts]
    for (low, high), z, size in zip(boxes, (-0.3, 0.3, 0.0), ([0.4] * 3, [0.4] * 3, [0.16, 0.16, 0.6]), strict=True):
        np.testing.assert_allclose((low + high) / 2, [0, 0, z], atol=1e-3)
        np.testing.assert_allclose(high - low, size, atol=1e-3)
    assert boxes[0][1][2] > boxes[2][0][2]  # the rod begins inside the lower ball
    assert boxes[2][1][2] > boxes[1][0][2]  # and ends inside the upper
    points = np.concatenate([placed(part) for part in dumbbell.parts]).astype(np.float64)
    assert np.ptp(points, axis=0).max() == pytest.approx(1, abs=1e-6)
    assert dumbbell.rest_directions.dtype == np.float32
    assert_rests(points, np.zeros(3), dumbbell.rest_directions)


def test_composite_scales_then_turns_then_moves():
    turn = {"axis": [0, 0, 2], "angle_deg": 90}
    part = {"solid": "rod", "mesh": cube(), "position": [1, 2, 3], "scale": [4, 1, 1], **turn}
    made = composite([part, {"solid": "cube", "mesh": cube()}], rest_directions=[[0, 0, -3], [5, 0, 0]])
    assert made.parts[0].object_from_part.dtype == np.float32
    np.testing.assert_allclose(made.parts[0].object_from_part @ [1, 0, 0, 1], [1, 6, 3, 1], atol=1e-6)  # x became y
    np.testing.assert_allclose(made.parts[0].object_from_part @ [0, 1, 0, 1], [0, 2, 3, 1], atol=1e-6)
    np.testing.assert_array_equal(made.parts[1].object_from_part, np.eye(4))
    np.testing.assert_allclose(made.rest_directions, [[0, 0, -1], [1, 0, 0]])
    np.testing.assert_array_equal(composite([part]).rest_directions, [[0, 0, -1]])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"solid": None}, r"parts\[0\]\.solid"),
        ({"mesh": "sphere"}, r"parts\[0\]\.mesh"),
        ({"positon": [0, 0, 0]}, "no key positon; the keys are solid, mesh, position"),
        ({"position": [0, 0]}, r"parts\[0\]\.position.*three numbers"),
        ({"position": ["a", 0, 0]}, r"parts\[0\]\.position"),
        ({"axis": [0, 0, 0]}, r"parts\[0\]\.axis"),
        ({"angle_deg": float("nan")}, r"parts\[0\]\.angle_deg"),
        ({"scale": 0}, r"parts\[0\]\.scale"),
        ({"scale": [1, 1, -1]}, r"parts\[0\]\.scale"),
        ({"scale": [1, 2]}, r"parts\[0\]\.scale"),
    ],
)
def test_composite_names_the_wrong_key(change, words):
    with pytest.raises(InputError, match=words):
        composite([{"solid": "cube", "mesh": cube(), **change}])


@pytest.mark.parametrize("rest_directions", [[], [0, 0, -1], [[0, 0, 0]], "down"])
def test_composite_names_wrong_rests(rest_directions):
    with pytest.raises(InputError, match=r"composite\.rest_directions"):
        composite([{"solid": "cube", "mesh": cube()}], rest_directions=rest_directions)


def test_composite_without_parts():
    with pytest.raises(InputError, match=r"composite\.parts"):
        composite([])
