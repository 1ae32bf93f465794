"""benchmarks.ablation: what each switch does, numbers, tables, plot, and the program, which never does the same twice."""

import json
import os
import signal
import statistics
import sys

import numpy as np
import pytest
import yaml
from PIL import Image
from programs import ROOT, begin, run_here, run_programs_here, wait_until

from benchmarks.ablation import __main__ as ablation
from benchmarks.ablation import report as ablation_report
from benchmarks.ablation.point import lacking, require_same, run_program
from benchmarks.ablation.statistics import against, common, groups
from raster.errors import InputError
from raster.run.config import load_config
from raster.run.setup import build_setup
from raster.system.paths import CONF

TOLD = yaml.safe_load((CONF / "ablation.yaml").read_text())
SWITCHES = {path.stem: yaml.safe_load(path.read_text()) for path in sorted((CONF / "switch").glob("*.yaml"))}


def point(switch: str, n: int, seed: int, heldout: float, seconds: float = 60, **more) -> dict:
    """What a finished point leaves."""
    scores = {"heldout": {"miou": heldout, "iou": {"background": 0.9, "sphere": heldout}}, "photographs": {"miou": heldout / 2}}
    told = {"switch": switch, "overrides": [], "n": n, "seed": seed, "settings": {"px": 64, "arch": "small"}}
    return {**told, "scores": scores, "seconds": seconds, "continued": False, **more}


POINTS = [
    point("full", 100, 0, 0.60), point("full", 100, 1, 0.70, 80), point("full", 400, 0, 0.75),
    point("a", 100, 0, 0.50), point("a", 100, 1, 0.58), point("b", 100, 1, 0.71, 5, continued=True),
]  # fmt: skip


# --- Switches


@pytest.fixture(scope="module")
def sampled():
    """Scenes of a switch by its name, each drawn once."""
    known: dict = {}

    def of(name: str):
        if name not in known:
            told = [*TOLD["base"], *SWITCHES[name]["overrides"]]
            known[name] = build_setup(load_config([*told, "size=64"])).sampler(0, 40)
        return known[name]

    return of


def there(scenes, slot: str) -> int:
    return int((scenes.asset[:, scenes.slots[slot]] >= 0).sum())


def different(values: np.ndarray) -> int:
    return len(np.unique(values.reshape(len(values), -1), axis=0))


@pytest.mark.slow
def test_everything_is_on_in_full(sampled):
    full = sampled("full")
    assert there(full, "distractors") > 20
    assert len(np.unique(full.nodes.material.texture)) > 8
    assert different(full.lights.position) == different(full.cameras.world_from_camera) == 40
    assert full.lights.shadows.any()
    assert 5 < (full.environment.map >= 0).sum() < 35
    assert full.sensor.exposure.std() > 0


@pytest.mark.slow
def test_each_switch_does_what_its_first_line_says(sampled):
    assert there(sampled("no_distractors"), "distractors") == 0
    flat = sampled("flat_textures")
    assert not flat.nodes.material.texture.any()
    assert not flat.background.texture.any()
    assert 1 < different(sampled("few_textures").background.color) <= 4
    lit = sampled("fixed_light")
    lamps = lit.lights.color[lit.environment.map < 0]
    assert different(lamps) == different(lit.lights.position[lit.environment.map < 0]) == 1
    assert different(sampled("fixed_camera").cameras.world_from_camera) == different(sampled("fixed_camera").cameras.fov_y) == 1
    assert not sampled("no_shadows").lights.shadows.any()
    assert (sampled("no_environment").environment.map < 0).all()
    usual = build_setup(load_config(["size=64", "randomizers=[]"])).sampler(0, 40)
    for name, value in vars(usual.sensor).items():
        np.testing.assert_array_equal(getattr(sampled("perfect_sensor").sensor, name), value)


@pytest.mark.slow
def test_a_switch_leaves_the_rest_as_it_is(sampled):
    full = sampled("full")
    for name in ("flat_textures", "fixed_light", "no_shadows", "perfect_sensor"):
        np.testing.assert_array_equal(sampled(name).nodes.local, full.nodes.local)
        np.testing.assert_array_equal(sampled(name).cameras.world_from_camera, full.cameras.world_from_camera)


def test_a_plain_call_goes_through_all_switches():
    assert sorted(TOLD["hydra"]["sweeper"]["params"]["switch"].split(",")) == sorted(SWITCHES)
    assert TOLD["hydra"]["mode"] == "MULTIRUN"


@pytest.mark.slow
def test_a_switch_that_cannot_be_tried_here_says_what_is_missing():
    switch = {"name": "a", "overrides": [], "needs_module": None, "needs_key": None}
    assert lacking(switch, []) == ""
    assert lacking({**switch, "needs_key": "randomizers.camera.fov_deg"}, []) == ""
    assert "the package nowhere_at_all" in lacking({**switch, "needs_module": "nowhere_at_all"}, [])
    assert lacking({**switch, "needs_key": "randomizers.camera.wings"}, []).endswith("no option randomizers.camera.wings")
    with pytest.raises(InputError, match=r"^randomizers\.camera\.wings: there is no such key"):
        lacking({**switch, "overrides": ["randomizers.camera.wings=2"]}, [])


# --- Numbers


def test_means_over_seeds():
    rows = {(row["switch"], row["n"]): row for row in groups(POINTS)}
    assert list(rows) == [("full", 100), ("full", 400), ("a", 100), ("b", 100)]
    assert rows["full", 100]["heldout"]["mean"] == pytest.approx(0.65)
    assert rows["full", 100]["heldout"]["deviation"] == pytest.approx(0.1 / 2**0.5, abs=1e-5)
    assert rows["full", 400]["heldout"]["deviation"] is None
    assert rows["full", 100]["iou"] == {"background": 0.9, "sphere": 0.65}
    assert rows["full", 100]["seconds"] == 70
    assert rows["b", 100]["seconds"] is None  # it was interrupted, and nobody knows how long its first part took


def test_a_difference_is_of_the_same_seed():
    rows = {row["switch"]: row for row in groups(POINTS) if row["n"] == 100}
    a, b = (against(POINTS, rows[name]) for name in "ab")
    assert a["heldout"]["each"] == pytest.approx([-0.1, -0.12])
    assert a["heldout"]["deviation"] == pytest.approx(statistics.stdev([-0.1, -0.12]), abs=1e-5)
    assert b["heldout"]["each"] == pytest.approx([0.01])
    assert against(POINTS, rows["full"]) == against([p for p in POINTS if p["switch"] != "full"], rows["a"]) == {}


@pytest.mark.parametrize(
    ("change", "word"), [({"settings": {"px": 32, "arch": "small"}}, "px is 64"), ({"overrides": ["x=1"]}, "overrides")]
)
def test_points_that_cannot_be_compared_are_told(change, word):
    with pytest.raises(InputError, match=rf"^a-n100-seed5: .*{word}"):
        common([*POINTS, point("a", 100, 5, 0.5, **change)])


def test_a_point_made_with_other_settings_is_refused(tmp_path):
    (tmp_path / "p.json").write_text(json.dumps({"settings": {"px": 64}, "n": 5, "scores": {}}))
    require_same(tmp_path / "p.json", {"settings": {"px": 64}, "n": 5})
    with pytest.raises(InputError, match=r"p\.json: settings\.px is 64 there and 32 here; name another work="):
        require_same(tmp_path / "p.json", {"settings": {"px": 32}, "n": 5})


# --- Tables and plot


@pytest.mark.slow
def test_tables_and_plot(tmp_path, capsys):
    pytest.importorskip("matplotlib", reason="the extra train is not installed")
    (tmp_path / "points").mkdir()
    for number, each in enumerate(POINTS):
        (tmp_path / "points" / f"{number}.json").write_text(json.dumps(each))
    ablation_report.report(str(tmp_path), str(tmp_path / "out.json"))
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert lines[2] == "|  | full | 0.650 ± 0.071 |  | 0.325 ± 0.035 |  | 2 | 70 |"
    assert lines[3] == "| 1 | a | 0.540 ± 0.057 | -0.110 ± 0.014 | 0.270 ± 0.028 | -0.055 ± 0.007 | 2 | 60 |"
    assert lines[4].startswith("| 2 | b | 0.710 | +0.010 |")
    assert lines[-1] == "| 400 | 0.750 | 0.375 | 0.900 | 0.750 | 1 | 60 |"
    assert len(json.loads((tmp_path / "out.json").read_text())["groups"]) == 4
    assert (tmp_path / "out.png").stat().st_size < 200_000
    with Image.open(tmp_path / "out.png") as picture:
        assert len(np.unique(np.asarray(picture.convert("L")))) > 20


# --- The program


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["switch=fool"], "switch: there is no fool; choose from few_textures, "),
        (["seed=0,x"], "seed=0,x"),
        (["work=/proc/none"], "cannot write /proc/none"),
        (["size_n=0", "seed=0", "switch=full", "work=WORK"], "size_n=0: expected a whole number from 1"),
    ],
)
def test_bad_input_is_told_in_one_line(given, said, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["ablation", *(word.replace("WORK", str(tmp_path)) for word in given)])
    monkeypatch.setattr(ablation_report, "remembered", [])
    with pytest.raises(SystemExit) as end:
        ablation.main()
    assert end.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert said in err
    assert err.count("\n") == 1


def test_what_a_program_says_last_is_passed_on():
    with pytest.raises(InputError, match=r"^raster\.validate: .*nowhere"):
        run_program("raster.validate", "nowhere")


@pytest.mark.slow
def test_the_program_learns_and_scores_and_goes_on_after_it_was_killed(tmp_path, monkeypatch, capsys):
    pytest.importorskip("torch", reason="the extra train is not installed")
    (tmp_path / "mine" / "switch").mkdir(parents=True)
    (tmp_path / "mine" / "switch" / "plain.yaml").write_text("name: plain\noverrides: [passes/color=phong]\n")
    work = tmp_path / "work"
    options = ["--config-dir", str(tmp_path / "mine"), "switch=plain", "seed=0", "size_n=24", "px=32", "seen=32"]
    options += ["scored=8", "photographs=[]", f"work={work}", f"out={tmp_path / 'out.json'}"]
    point, trained = work / "points" / "plain-n24-seed0.json", work / "train-plain-n24-seed0"
    killed = begin(ROOT, *options, module="benchmarks.ablation")
    wait_until(trained.exists, "the training set is begun", killed)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    assert not point.exists()
    run_programs_here(monkeypatch, tmp_path, "benchmarks.ablation.point")
    monkeypatch.setattr(ablation_report, "remembered", [])
    said = run_here(tmp_path, "benchmarks.ablation.__main__", *options)
    assert "|  | plain | 0." in said  # no rank: there is no full to compare it with
    (told,) = json.loads((tmp_path / "out.json").read_text())["points"]
    assert (told["switch"], told["overrides"], told["continued"]) == ("plain", ["passes/color=phong"], True)
    assert (told["seen"], told["epochs"]) == (32, 2)
    assert 0 < told["scores"]["heldout"]["miou"] < 1
    assert (tmp_path / "out.png").exists()
    assert not trained.exists()
    before = point.read_bytes()
    monkeypatch.setattr(sys, "argv", ["ablation", *options])
    monkeypatch.setattr(ablation_report, "remembered", [])
    ablation.main()
    assert "plain-n24-seed0: done already" in capsys.readouterr().out
    assert point.read_bytes() == before
