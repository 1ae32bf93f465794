"""benchmarks.focus: what it learns from, passes, the table; and the program, which does nothing twice."""

import json
import sys
from pathlib import Path

import pytest
from programs import run_here
from small_sets import FACTS

from benchmarks.focus import __main__ as focus
from benchmarks.focus.point import AGAIN, ARMS, FIRST, FOCUSED, Settings, epochs, joined
from benchmarks.focus.report import groups, of_smallest, table
from train.network.networks import build
from train.network.saved import save

pytestmark = pytest.mark.slow


def point(arm: str, seed: int, miou: float) -> dict:
    """What measure() returns."""
    by_size = [{"iou": iou, "objects": n} for iou, n in ((0.1, 30), (0.4, 10), (0.5, 20), (0.6, 20), (0.7, 20), (0.9, 20))]
    objects = {"iou": miou - 0.1, "detected": miou, "by_size": by_size}
    return {"arm": arm, "seed": seed, "miou": miou, "seconds": 60.0, "objects": objects}


def test_differences_are_taken_seed_by_seed():
    scores = {FIRST: (0.5, 0.6), AGAIN: (0.5, 0.7), FOCUSED: (0.53, 0.75)}
    rows = groups([point(arm, seed, scores[arm][seed]) for seed in range(2) for arm in ARMS])
    assert [row["arm"] for row in rows] == list(ARMS)
    assert rows[2]["mean IoU"]["mean"] == pytest.approx(0.64)
    assert rows[2]["mean IoU, difference"]["each"] == pytest.approx([0.03, 0.05])
    assert rows[1]["mean IoU, difference"] is None
    assert of_smallest(point(FIRST, 0, 0.5)) == pytest.approx((0.1 * 30 + 0.4 * 10) / 40)
    lines = table(rows)
    assert len({line.count("|") for line in lines[:-1]}) == 1
    assert "+0.040 ± 0.014" in lines[4]


def test_as_many_images_pass_in_each_training():
    settings = Settings(n=1200, seen=36_000, diagnosed=1, scored=1, size=64, work=Path())
    first, second = (int(word.partition("=")[2]) for word in epochs(settings))
    assert (first + second) * 1120 == pytest.approx(36_000, rel=0.04)  # 80 of the 800 that stay are for validation
    assert second / first == pytest.approx(6, rel=0.1)


def test_the_program(tmp_path, monkeypatch, capsys):
    started = []

    def run_program(module: str, *words: str) -> None:
        """Programs run in this process; but for the training, which leaves a network that has not learnt."""
        started.append(module)
        if module != "train.fit":
            run_here(tmp_path, module, *words)
            return
        out = Path(dict(word.split("=", 1) for word in words)["out"])
        out.mkdir()
        save(out, build("small", 4), {**FACTS, "codes": ["background", "cube", "sphere", "cylinder"]})

    monkeypatch.setattr("benchmarks.focus.point.run_program", run_program)
    monkeypatch.chdir(tmp_path)
    numbers = ("--seeds=1", "--n=30", "--seen=30", "--diagnosed=20", "--scored=20", "--size=48")
    words = [*numbers, "--draw", "preset=fast"]
    monkeypatch.setattr(sys, "argv", ["focus", *words, f"--work={tmp_path / 'w'}", f"--out={tmp_path / 'focus.json'}"])
    focus.main()
    said = json.loads((tmp_path / "focus.json").read_text())
    assert [each["arm"] for each in said["points"]] == list(ARMS)
    assert started.count("train.fit") == 3
    assert started.count("train.diagnose") == 4  # three are scored by it, and the first is diagnosed
    names = {
        name: sorted(path.name for path in (tmp_path / "w" / f"joined-{name}-seed0" / "images").iterdir())
        for name in ("first", "anew", "focused")
    }
    assert names["first"] == [f"{k:06}.png" for k in range(30)]
    assert names["anew"] == names["focused"] == [f"{k:06}.png" for k in (*range(20), *range(30, 40))]
    assert (tmp_path / "w" / "model-first-seed0" / "focus" / "focus.yaml").is_file()
    assert all(
        (tmp_path / "w" / f"joined-{name}-seed0" / "valid.txt").read_text() == "000000.png\n000010.png\n" for name in names
    )
    capsys.readouterr()
    monkeypatch.setattr("benchmarks.focus.point.run_program", None)  # nothing is made twice
    focus.main()
    assert "| a third anew with focus | 1 |" in capsys.readouterr().out


def test_a_set_is_joined_of_links(tmp_path):
    for folder in ("images", "labels", "instances"):
        (tmp_path / "a" / folder).mkdir(parents=True)
        for k in range(3):
            (tmp_path / "a" / folder / f"{k:06}.png").write_text(f"{folder}{k}")
    (tmp_path / "a" / "codes.txt").write_text("background\nball\n")
    out = joined(tmp_path / "b", [(tmp_path / "a", range(2)), (tmp_path / "a", range(2, 3))])
    assert (out / "labels" / "000002.png").read_text() == "labels2"
    assert (out / "valid.txt").read_text() == "000000.png\n"
    assert not (out / "scenes.jsonl").exists()
