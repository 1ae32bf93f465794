"""raster compare: the table of a sweep's scores, the best first."""

import csv
import json
import sys
from pathlib import Path

import pytest

from raster import InputError
from train.compare import compare, differing, flat, main, passed_over
from train.data_options import short_names

pytestmark = pytest.mark.slow


def finished(run: Path, miou: float, ball: float | None, evaluated: float | None = None, **options) -> Path:
    """The folder of a run, with these scores."""
    run.mkdir(parents=True)
    scores = {"miou": miou, "accuracy": 0.9, "iou": {"background": 0.99, "ball": ball}}
    data = {key: options.pop(key) for key in ("data", "digest") if key in options}
    configuration = {"seed": 0, "gl": {"device": None}, **options}
    (run / "model.json").write_text(json.dumps({"configuration": configuration, "scores": scores, **data}))
    if evaluated is not None:
        (run / "evaluate-photos").mkdir()
        (run / "evaluate-photos" / "scores.json").write_text(json.dumps({**scores, "miou": evaluated}))
    return run


@pytest.fixture
def runs(tmp_path) -> list[Path]:
    made = [finished(tmp_path / "runs" / "a", 0.5, 0.4, lr=0.01, crops=[0.3, 1]),
            finished(tmp_path / "runs" / "b", 0.75, None, evaluated=0.25, lr=0.1, crops=[0.3, 1])]  # fmt: skip
    (tmp_path / "runs" / "multirun.yaml").touch()  # Hydra leaves it beside the runs of a sweep
    return [*made, tmp_path / "runs" / "multirun.yaml"]


def test_the_best_run_comes_first_with_the_options_that_differ(runs):
    first, second = compare(runs)
    assert list(first) == ["run", "lr", "miou", "accuracy", "iou background", "iou ball"]
    assert list(first.values()) == [str(runs[1]), "0.1", "0.7500", "0.9000", "0.9900", ""]
    assert (second["run"], second["lr"], second["iou ball"]) == (str(runs[0]), "0.01", "0.4000")


def test_scores_on_another_set_are_of_the_runs_that_have_them(runs):
    (row,) = compare(runs, "photos")
    assert (row["run"], row["miou"]) == (str(runs[1]), "0.2500")


def test_runs_without_a_row_are_named(runs, tmp_path, monkeypatch, capsys):
    """One that is not scored on the set of --data, and one that is not finished. The table alone is on standard output."""
    begun = tmp_path / "runs" / "begun"
    begun.mkdir()
    (begun / "checkpoint.pth").touch()
    assert passed_over(runs) == []
    monkeypatch.setattr(sys, "argv", ["raster compare", *map(str, runs), str(begun), "--data", "photos"])
    main()
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 3
    assert printed.err.splitlines() == [
        f"NOTE: not finished, so not in the table: {begun}",
        f"NOTE: not scored on photos, so not in the table: {runs[0]}; "
        f"raster evaluate model={runs[0]} data=.../photos scores it",
    ]


def test_it_prints_markdown_and_writes_csv(runs, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["raster compare", *map(str, runs), "--csv", str(tmp_path / "table.csv")])
    main()
    head, rule, *lines = capsys.readouterr().out.splitlines()
    assert [cell.strip() for cell in head.strip("|").split("|")] == list(compare(runs)[0])
    assert len({len(line) for line in (head, rule, *lines)}) == 1
    with open(tmp_path / "table.csv") as file:
        assert list(csv.DictReader(file)) == compare(runs)


def test_what_is_no_run_is_told(runs, tmp_path, monkeypatch, capsys):
    with pytest.raises(InputError, match=r"multirun.yaml: no complete run with scores among 1; expected model.json"):
        compare(runs[2:])
    (tmp_path / "notes").mkdir()
    with pytest.raises(InputError, match=r"notes: is no run of raster fit; expected a folder with model.json$"):
        compare([*runs, tmp_path / "notes"])
    monkeypatch.setattr(sys, "argv", ["raster compare", str(runs[0]), str(tmp_path / "nosuch")])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    assert capsys.readouterr().err == (
        f"error: {tmp_path}/nosuch: there is no such folder; expected one that raster fit wrote\n"
    )
    with pytest.raises(InputError, match=r"expected model.json and evaluate-other/scores.json"):
        compare(runs, "other")
    for wrong in ("{", "[]", "{}", '{"scores": {"miou": "high", "accuracy": 1, "iou": {}}}', '{"scores": {"miou": 1}}'):
        (runs[0] / "model.json").write_text(wrong)
        with pytest.raises(InputError, match=r"model.json: holds no scores of raster fit"):
            compare(runs)


def test_nested_options_are_told_apart():
    one, two = flat({"a": {"b": 1, "c": 2}, "d": [1]}), flat({"a": {"b": 1, "c": 3}, "d": [1]})
    assert differing([one, two]) == ["a.c"]


LIGHTS = {"_target_": "raster.randomizers.lights.Lights", "count": [1, 4], "shadows": 0}


def drawn(folder: Path, digest: str, seed: int, out: str, **randomizers) -> dict[str, str]:
    """The manifest of a data set with these randomizers; what model.json says of it."""
    folder.mkdir()
    configuration = {"n": 10, "seed": seed, "out": out, "library": out, "randomizers": randomizers}
    (folder / "manifest.json").write_text(json.dumps({"configuration": configuration, "digest": digest}))
    return {"data": str(folder), "digest": digest}


def test_what_differs_in_the_data_has_columns(tmp_path):
    """Under short names. `seed` is one of the run too; `lens` is on here and off there; of other folders nothing is said."""
    lit = {**LIGHTS, "shadows": [0, 2]}
    one = drawn(tmp_path / "one", "1", 5, "x", lights=LIGHTS, framing={"share": 0.3}, lens={"share": 1}, walls={"share": 0.5})
    two = drawn(tmp_path / "two", "2", 6, "y", lights=lit, framing={"share": 0.4}, lens=None, walls={"share": 0.5})
    finished(tmp_path / "a", 0.5, 0.4, **one)
    finished(tmp_path / "b", 0.4, 0.4, **two)
    finished(tmp_path / "c", 0.3, 0.4, **(two | {"digest": "3"}))  # the set has been drawn anew since
    finished(tmp_path / "d", 0.2, 0.4, data=str(tmp_path / "gone"), digest="4")
    rows = compare([tmp_path / name for name in "abcd"])
    assert list(rows[0]) == [
        "run", "data.seed", "shadows", "framing.share", "lens", "miou", "accuracy", "iou background", "iou ball",
    ]  # fmt: skip
    cells = [tuple(row[name] for name in list(rows[0])[1:5]) for row in rows]
    assert cells == [("5", "0", "0.3", "on"), ("6", "[0, 2]", "0.4", "off"), ("",) * 4, ("",) * 4]
    assert list(compare([tmp_path / "b", tmp_path / "b"])[0])[:2] == ["run", "miou"]


def test_a_short_name_is_of_one_key_alone():
    every = ["seed", "data.seed", "data.randomizers.lights.shadows", "data.randomizers.floor.share", "data.walls.share"]
    assert short_names(every[1:], every) == {
        "data.seed": "data.seed",
        "data.randomizers.lights.shadows": "shadows",
        "data.randomizers.floor.share": "floor.share",
        "data.walls.share": "walls.share",
    }
