"""train.fit: what a run leaves, that it learns, repeats, continues, and streams what a folder holds."""

import csv
import json
import re
import sys
from pathlib import Path

import pytest
from PIL import Image
from small_sets import CODES, data_set, run_program, torch

from train.data.folder import read_folder
from train.learning.callbacks import Epochs
from train.network.saved import load

pytestmark = pytest.mark.slow

FAST = ("threads=1", "device=cpu", "size=64", "batch=4", "then_size=null", "scales=[1]", "flip=false")


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return data_set(tmp_path_factory.mktemp("data") / "set")


def rows(run: Path) -> list[dict[str, float]]:
    """metrics.csv without the seconds, which differ."""
    with open(run / "metrics.csv") as file:
        return [{name: float(value) for name, value in row.items() if name != "seconds"} for row in csv.DictReader(file)]


def test_a_run_learns_and_leaves_what_it_promises(data, tmp_path, monkeypatch, capsys):
    run = tmp_path / "run"
    options = (f"data={data}", f"out={run}", "lr=0.01", "augment=0.5", *FAST)
    out = run_program(monkeypatch, capsys, "fit", "epochs=6", *options)
    assert {p.name for p in run.iterdir()} == {"model.pth", "model.json", "metrics.csv", "curves.png", "predictions.png"}
    facts, table = json.loads((run / "model.json").read_text()), rows(run)
    assert len(table) == 6
    assert table[-1]["train_loss"] < 0.8 * table[0]["train_loss"]
    assert table[-1]["valid_loss"] < 0.8 * table[0]["valid_loss"]
    assert facts["codes"] == list(CODES)
    assert facts["size"] == [64, 64]
    assert facts["scores"]["miou"] == pytest.approx(table[-1]["miou"], abs=1e-4)  # native size = training size here
    assert len(out.splitlines()) < 20  # a line an epoch, no progress bar in a log
    for code in CODES:
        line = next(line for line in out.splitlines() if line.startswith(code))
        assert float(line.split()[1]) == pytest.approx(facts["scores"]["iou"][code], abs=6e-4)
    state = torch.load(run / "model.pth", weights_only=True)
    assert all(isinstance(value, torch.Tensor) for value in state.values())
    for name in ("curves.png", "predictions.png"):
        assert min(Image.open(run / name).size) >= 300
    assert run_program(
        monkeypatch, capsys, "fit", f"data={data}", f"out={run}", "epochs=6", "lr=0.01", "augment=0.5", *FAST
    ).startswith("complete")
    assert "another epochs" in run_program(monkeypatch, capsys, "fit", "epochs=7", *options, code=2)


def test_an_interrupted_run_continues_and_ends_like_one_that_was_not(data, tmp_path, monkeypatch, capsys):
    options = (f"data={data}", "epochs=2", *FAST, "then_size=96", "then_epochs=2")
    run_program(monkeypatch, capsys, "fit", f"out={tmp_path / 'whole'}", *options)
    written = Epochs.after_epoch
    for stop in (1, 3):  # within the first phase, and within the second

        def interrupt(self: Epochs, stop: int = stop) -> None:
            written(self)
            if len(self.rows) == stop:
                raise KeyboardInterrupt

        monkeypatch.setattr(Epochs, "after_epoch", interrupt)
        assert "same command" in run_program(monkeypatch, capsys, "fit", f"out={tmp_path / 'parts'}", *options, code=130)
        monkeypatch.setattr(Epochs, "after_epoch", written)
        assert len(rows(tmp_path / "parts")) == stop
    for key, value in (("seed", 5), ("hold_appearance", True)):  # the second came later: runs of before do not have it
        changed = run_program(monkeypatch, capsys, "fit", f"out={tmp_path / 'parts'}", *options, f"{key}={value}", code=2)
        assert f"another {key}" in changed
    run_program(monkeypatch, capsys, "fit", f"out={tmp_path / 'parts'}", *options)
    assert rows(tmp_path / "parts") == rows(tmp_path / "whole")
    one, other = (torch.load(tmp_path / name / "model.pth", weights_only=True) for name in ("whole", "parts"))
    assert all(torch.equal(one[key], other[key]) for key in one)


def test_a_run_that_was_killed_within_its_first_epoch_starts_anew(data, tmp_path, monkeypatch, capsys):
    run = tmp_path / "run"
    run.mkdir()
    for name in ("checkpoint.pth.part", ".checkpoint.pth.4711.139940.tmp"):  # of an earlier version, and of this one
        (run / name).write_bytes(b"half of a file")
    run_program(monkeypatch, capsys, "fit", f"data={data}", f"out={run}", "epochs=1", *FAST)
    assert {p.name for p in run.iterdir()} == {"model.pth", "model.json", "metrics.csv", "curves.png", "predictions.png"}


def test_a_sweep_has_a_folder_for_each_point(data, tmp_path, monkeypatch, capsys):
    sweep = (
        "-m",
        f"data={data}",
        f"out={tmp_path / 'sweep'}",
        "epochs=1",
        *(o for o in FAST if not o.startswith("batch")),
        "batch=4,8",
    )
    run_program(monkeypatch, capsys, "fit", *sweep)
    runs = sorted(path.parent for path in (tmp_path / "sweep").glob("*/model.json"))
    assert [re.search(r"batch-\d", run.name)[0] for run in runs] == ["batch-4", "batch-8"]
    models, few = f"model={','.join(map(str, runs))}", data_set(tmp_path / "set", count=2, valid=0)
    run_program(monkeypatch, capsys, "evaluate", "-m", models, f"data={few}", "band=0,2", "split=all")
    assert [sorted(p.name for p in run.glob("evaluate-*")) for run in runs] == [
        ["evaluate-set-band-0", "evaluate-set-band-2"]
    ] * 2
    run_program(monkeypatch, capsys, "evaluate", "-m", models, f"data={few}", "split=all")
    assert all((run / "evaluate-set" / "scores.json").exists() for run in runs)
    for program, file, more in (
        ("evaluate", "scores.json", f"data={few}"),
        ("predict", "objects.json", f"images={few}/images"),
    ):
        out = tmp_path / program
        run_program(monkeypatch, capsys, program, "-m", models, more, "flip=true,false", f"out={out}")
        assert len(list(out.glob(f"*/{file}"))) == 4


def test_a_seed_repeats_and_another_differs(data, tmp_path, monkeypatch, capsys):
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        run_program(monkeypatch, capsys, "fit", f"data={data}", f"out={tmp_path / name}", "epochs=1", f"seed={seed}", *FAST)
    assert rows(tmp_path / "a") == rows(tmp_path / "b")
    assert rows(tmp_path / "a") != rows(tmp_path / "c")


def test_a_stream_trains_without_a_data_set(tmp_path, monkeypatch, capsys):
    run = tmp_path / "run"
    options = ("stream=true", "preset=fast", "n=24", "epochs=2", "valid=0.25", "solids=[cube,torus]", "lr=find", "export=true")
    out = run_program(monkeypatch, capsys, "fit", f"out={run}", *options, *FAST)
    assert "12 images an epoch, 6 for validation" in out
    assert "is code" in out
    assert load(run).codes == ("background", "cube", "torus")
    assert (run / "export.pkl").stat().st_size < 8e6  # the network, not the images
    assert 0 < json.loads((run / "model.json").read_text())["lr"] < 10


def test_another_folder_for_validation(data, tmp_path, monkeypatch, capsys):
    other = data_set(tmp_path / "other", count=3, size=(48, 80), valid=0)
    options = (f"data={data}", f"valid_data={other}", f"out={tmp_path / 'run'}", "epochs=1", *FAST)
    out = run_program(monkeypatch, capsys, "fit", *options)
    assert "16 images an epoch, 3 for validation" in out  # all of data, those of its valid.txt too
    facts = json.loads((tmp_path / "run" / "model.json").read_text())
    assert (facts["valid_data"], facts["valid_digest"]) == (str(other), read_folder(other).digest())
    assert run_program(monkeypatch, capsys, "fit", *options).startswith("complete")
    (other / "codes.txt").write_text("background\ncube\nball\nmug\n")
    told = run_program(monkeypatch, capsys, "fit", *options, code=2)
    assert told.startswith(
        f"error: valid_data={other}: its classes are background, cube, ball, mug; they have to be those of data"
    )
    same = run_program(monkeypatch, capsys, "fit", f"data={data}", f"valid_data={data}", *FAST, code=2)
    assert same == f"error: valid_data={data}: is data itself; leave valid_data out, or name another folder"


def test_without_tensorboard_the_extra_is_named(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tensorboard", None)  # importing it fails
    told = run_program(monkeypatch, capsys, "fit", f"data={data}", f"out={tmp_path / 'run'}", "tensorboard=true", *FAST, code=2)
    assert told == "error: tensorboard=true: TensorBoard is not installed: pip install 'raster-labels[tensorboard]'"


def test_scalars_for_tensorboard(data, tmp_path, monkeypatch, capsys):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    options = (f"data={data}", "epochs=2", f"out={tmp_path / 'run'}", "tensorboard=true", *FAST)

    run_program(monkeypatch, capsys, "fit", *options)
    events = EventAccumulator(str(tmp_path / "run" / "tensorboard"))
    events.Reload()
    for name in ("train_loss", "valid_loss", "miou"):
        written = [(event.step, event.value) for event in events.Scalars(name)]
        assert written == [(row["epoch"], pytest.approx(row[name], abs=1e-4)) for row in rows(tmp_path / "run")]
