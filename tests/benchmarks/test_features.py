"""benchmarks.features: each feature's two configurations are possible and differ, and its costs are told."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from benchmarks.features import FEATURES
from benchmarks.throughput.feature_cost import measure_feature, overrides
from benchmarks.throughput.program import PRESETS, Case
from raster.run.config import load_config
from raster.run.setup import build_setup
from raster.scene.sampler import Sampler

ROOT = Path(__file__).parents[2]


@cache
def composed(*words: str) -> dict[str, Any]:
    """The configuration of these overrides; most features share the one without them."""
    return load_config(words)


@cache
def sampler_of(*words: str) -> Sampler:
    """The sampler of these overrides."""
    return build_setup(composed(*words)).sampler


@pytest.mark.slow
@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_a_feature_differs_from_its_absence(feature):
    off, on = (composed(*one) for one in overrides(feature, 64, 4))
    changed = [key for key in on if on[key] != off[key]]
    assert changed
    assert set(changed) <= {"solids", "randomizers", "passes", "samples", "layers", "detail", "annotations", "writers"}
    assert on["batch"] == off["batch"] == 4


@pytest.mark.slow
@pytest.mark.parametrize("name", ["distortion", "JPEG", "environment, light", "walls"])
def test_what_is_built_inline_has_the_field(name):
    feature = next(feature for feature in FEATURES if feature.name == name)
    setup = build_setup(load_config(overrides(feature, 64, 4)[1]))
    assert list(setup.sampler(0, 2).index) == [0, 1]
    assert setup.sampler.requirements.effects == {"distortion": ("distortion",), "JPEG": ("jpeg",)}.get(name, ())


@pytest.mark.slow
@pytest.mark.parametrize("name", [f.name for f in FEATURES if f.name.startswith(("sensor", "vignette", "JPEG", "aberration"))])
def test_a_feature_of_the_camera_asks_for_its_step(name):
    """preset=fast has the randomizers with nothing to do: an override that changes nothing would cost nothing."""
    off, on = (sampler_of(*each) for each in overrides(next(feature for feature in FEATURES if feature.name == name), 64, 4))
    assert off.requirements.effects == ()
    assert on.requirements.effects == (("jpeg",) if name == "JPEG" else ("sensor",))
    if "blur" in name:
        assert (on(0, 8).sensor.blur > 0).all()


@pytest.mark.slow
def test_costs_are_positive_and_the_folder_is_gone(tmp_path):
    feature = next(feature for feature in FEATURES if feature.name == "shadows of 1 light")
    found = measure_feature(feature, tmp_path / "out", 48, 4, 2)
    assert found["off_ms"] > 0
    assert found["on_ms"] > 0
    assert [len(rounds) for rounds in found["rounds"].values()] == [2, 2]
    assert not (tmp_path / "out").exists()


def test_a_case_names_its_preset():
    names = ["256 px, default", "256 px, fast", "256 px, realistic"]
    assert [Case(256, None, preset=preset).name for preset in PRESETS] == names
    assert "preset=fast" in Case(64, None, preset="fast").overrides()


@pytest.mark.slow
def test_the_program_tells_all(tmp_path):
    out = tmp_path / "features.json"
    command = [sys.executable, "-m", "benchmarks.features", "--quick", "--out", str(out), "--scratch", str(tmp_path)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=1200).stdout
    result = json.loads(out.read_text())
    assert [row["feature"] for row in result["features"]] == [feature.name for feature in FEATURES[::6]]
    assert all(feature.name in printed for feature in FEATURES[::6])
    assert result["feature_settings"]["time"] in ("processor", "clock")
    assert [path.name for path in tmp_path.iterdir()] == ["features.json"]
