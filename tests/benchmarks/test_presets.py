"""benchmarks.presets: the held-out preset is unlike the others, the table, the program; no pair is scored twice."""

import json
import sys

import numpy as np
import pytest
from programs import ROOT, run_here, run_programs_here
from small_sets import require_fastai  # without the extra train this module is skipped

from benchmarks.presets import __main__ as presets
from benchmarks.presets.__main__ import COLUMNS, HELD_OUT, TRAINED, show
from benchmarks.presets.scores import scored
from raster.run.config import load_config
from raster.run.setup import build_setup

pytestmark = pytest.mark.slow

# Fields of which every value of the held-out preset lies beyond those of the others.
APART = {
    "objects": ("count",), "distractors": ("count",), "camera": ("distance", "fov_deg"), "placement": ("floor",),
    "materials": ("bumpy", "worn"), "textures": ("frequency",), "floor": ("frequency", "specular"),
    "walls": ("share", "distance", "height", "frequency"),
    "lights": ("distance", "elevation_deg", "brightness", "kelvin", "ambient", "softness"),
    "sensor": ("exposure_ev", "shot", "read", "blur_px", "sharpen", "saturation", "contrast"),
}  # fmt: skip


def ends(value: object) -> tuple[float, float]:
    """Lowest and highest of a range or a number."""
    pair = value if isinstance(value, list) else [value, value]
    return min(pair), max(pair)


@pytest.mark.parametrize("preset", TRAINED)
def test_the_held_out_preset_is_unlike(preset):
    there, held_out = (load_config([f"preset={name}"])["randomizers"] for name in (preset, HELD_OUT))
    for randomizer, fields in APART.items():
        if there[randomizer] is None:
            continue
        for field in fields:
            (low, high), (least, most) = ends(there[randomizer][field]), ends(held_out[randomizer][field])
            assert most < low or high < least, f"{randomizer}.{field}"


def test_the_held_out_preset_is_possible():
    setup = build_setup(load_config([f"preset={HELD_OUT}", "size=64"]))
    scenes = setup.sampler(0, 8)
    assert (scenes.asset[:, scenes.slots["floor"]] >= 0).all()
    assert (scenes.asset[:, scenes.slots["walls"]] >= 0).all()


def test_the_table(capsys):
    found = {name: {"miou": (number + 1) / 10} for number, name in enumerate(COLUMNS)}
    show([{"trained_on": "fast", "scored_on": found}])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert lines[2] == "| fast | 0.100 | 0.200 | 0.300 | 0.400 | 0.500 | 0.600 | 0.400 |"
    assert len({line.count("|") for line in lines}) == 1


def test_a_pair_is_scored_once(tmp_path, monkeypatch, capsys):
    require_fastai()
    run, data = tmp_path / "run", tmp_path / "data"
    (data / "images").mkdir(parents=True)
    run.mkdir()
    (run / "model.pth").write_bytes(b"weights")
    facts = {"format": "raster-model-1", "arch": "small", "codes": ["a", "b"]}
    facts |= {"size": [8, 8], "mean": [1] * 3, "deviation": [1] * 3}
    (run / "model.json").write_text(json.dumps(facts))
    calls = []
    monkeypatch.setattr("benchmarks.presets.scores._score", lambda run, path: calls.append(path) or {"miou": 0.5})
    for number in (1, 2, 3):
        (data / "images" / "0.png").write_bytes(b"x" * (number // 3))  # the third time another picture
        assert scored(run, {"a set": data}, tmp_path)["scored_on"] == {"a set": {"miou": 0.5}}
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("options", "word"),
    [(["--path-traced", "nowhere"], "--path-traced nowhere"), (["--work", "/proc/none"], "--work"), (["--n", "0"], "--n 0")],
)
def test_bad_options_are_refused(options, word, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["presets", *options])
    with pytest.raises(SystemExit) as end:
        presets.main()
    assert end.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert word in err
    assert err.count("\n") == 1


def test_the_program_trains_and_scores(tmp_path, monkeypatch):
    require_fastai()
    options = ("--quick", "--work", str(tmp_path / "work"), "--out", str(tmp_path / "out.json"), "--only", "fast")
    run_programs_here(monkeypatch, tmp_path, "benchmarks.presets.__main__")
    monkeypatch.setattr(presets, "fit", lambda *words: run_here(tmp_path, "train.fit", *words))
    said = run_here(ROOT, "benchmarks.presets.__main__", *options)
    (row,) = json.loads((tmp_path / "out.json").read_text())["trained"]
    assert row["trained_on"] == "fast"
    assert tuple(row["scored_on"]) == COLUMNS
    assert all(np.isfinite(one["miou"]) and one["images"] for one in row["scored_on"].values())
    assert "model-fast on heldout" in said
