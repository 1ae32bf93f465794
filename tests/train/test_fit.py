"""train.fit: what a run leaves, that it learns, repeats, continues, and streams what a folder holds."""

import csv
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_sets import CODES, data_set, run_program, torch

import raster
from train.data.augment import Photometric
from train.data.folder import read_folder
from train.data.loaders import DEVIATION, MEAN, loaders
from train.data.pairs import VALID_FROM, FolderPairs, StreamPairs
from train.learning.callbacks import Epochs
from train.learning.schedule import phase_of, phases
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
    changed = run_program(monkeypatch, capsys, "fit", f"out={tmp_path / 'parts'}", *options, "seed=5", code=2)
    assert "another seed" in changed
    run_program(monkeypatch, capsys, "fit", f"out={tmp_path / 'parts'}", *options)
    assert rows(tmp_path / "parts") == rows(tmp_path / "whole")
    one, other = (torch.load(tmp_path / name / "model.pth", weights_only=True) for name in ("whole", "parts"))
    assert all(torch.equal(one[key], other[key]) for key in one)


@pytest.mark.parametrize(
    ("images", "given", "expected"),
    [
        (10_000, {}, [((64, 128), 4, None), ((96, 192), 14, (0.3, 1))]),
        (4_000, {}, [((64, 128), 10, None), ((96, 192), 34, (0.3, 1))]),
        (100, {}, [((64, 128), 100, None), ((96, 192), 100, (0.3, 1))]),  # few images: no more than 100 epochs
        (10**6, {}, [((64, 128), 1, None), ((96, 192), 1, (0.3, 1))]),
        (None, {}, [((64, 128), 4, None), ((96, 192), 4, (0.3, 1))]),  # a stream
        (100, {"epochs": 3, "then_size": None}, [((64, 128), 3, None)]),
        (100, {"then_size": 80, "then_epochs": 2, "crops": None}, [((64, 128), 100, None), ((80, 80), 2, None)]),
    ],
)
def test_phases(images, given, expected):
    autos = dict.fromkeys(("epochs", "then_size", "then_epochs"), "auto")
    plan = phases({"size": [64, 128], "crops": [0.3, 1], **autos, **given}, images)
    assert [(phase.size, phase.epochs, phase.crops) for phase in plan] == expected
    assert plan[-1].read_size == (plan[-1].size if plan[-1].crops is None else (192, 384))
    expected_phases = [phase for phase in plan for _ in range(phase.epochs)]
    assert [phase_of(plan, epoch) for epoch in range(len(expected_phases))] == expected_phases
    assert phase_of(plan, len(expected_phases)) == plan[-1]


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
    assert len(list((tmp_path / "sweep").glob("*/model.json"))) == 2


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


def test_stream_and_folder_give_the_same_tensors(tmp_path, monkeypatch):
    from fastai.vision.all import set_seed

    out = tmp_path / "drawn"
    draw(monkeypatch, "preset=fast", "n=40", "size=64", "seed=7", "workers=1", "valid=0.2", f"out={out}")
    folder = read_folder(out)
    source = raster.ImageSource.of(["preset=fast", "n=40", "size=64", "seed=7"])
    numbers, held_out = list(range(34)), [34, 39]
    for augment in (False, True):
        batches = []
        for read in (FolderPairs(folder, (64, 64)), StreamPairs(source)):
            set_seed(0)
            dls = loaders(read, numbers, read, held_out, 34, float(augment), "cpu", shuffle=False)
            part = dls.train if augment else dls.valid
            batches.append(next(iter(part)))
        (one, one_mask), (other, other_mask) = batches
        assert torch.equal(one, other)
        assert torch.equal(one_mask, other_mask)
        assert len(one_mask.unique()) > 2
    stream = StreamPairs(source)
    stream.first = 5
    np.testing.assert_array_equal(stream(3)[0], np.asarray(Image.open(out / "images" / "000008.png")))
    assert stream(VALID_FROM)[1].max() > 0
    source.release()


def draw(monkeypatch, *overrides: str) -> None:
    import sys

    from raster.generate import main

    monkeypatch.setattr(sys, "argv", ["generate", *overrides])
    main()


def test_validation_batches_are_normalized_pixels(data):
    folder = read_folder(data)
    read = FolderPairs(folder, (64, 64))
    dls = loaders(read, [0, 1], read, [2, 3], 2, 1.0, "cpu")
    images, masks = dls.valid.one_batch()
    expected = (np.asarray(Image.open(folder.images[2]), np.float32) / 255 - MEAN) / DEVIATION
    np.testing.assert_allclose(images[0].permute(1, 2, 0).numpy(), expected, atol=1e-3)
    np.testing.assert_array_equal(masks[1].numpy(), np.asarray(Image.open(folder.labels[3])))


def test_without_valid_txt_the_share_is_held_out_evenly(tmp_path):
    from train.data.sources import FolderSource

    source = FolderSource(data_set(tmp_path / "set", count=10, valid=0), 0.2)
    assert source.valid == [4, 9]
    assert sorted(source.train + source.valid) == list(range(10))


def test_photometric_changes_each_image_by_its_own_amount():
    from fastai.vision.all import TensorImage, TensorMask

    x = torch.rand(4, 3, 32, 32)
    changed = Photometric(1.0)(TensorImage(torch.cat([x[:1]] * 4)), split_idx=0)
    assert changed.shape == (4, 3, 32, 32)
    assert float(changed.min()) >= 0
    assert float(changed.max()) <= 1
    assert not torch.allclose(changed[0], changed[1])
    assert torch.equal(Photometric(1.0)(TensorImage(x), split_idx=1), x)
    assert torch.equal(Photometric(0.0)(TensorImage(x), split_idx=0), x)
    mask = TensorMask(torch.ones(4, 32, 32, dtype=torch.long))
    assert torch.equal(Photometric(1.0)(mask, split_idx=0), mask)


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


def test_a_count_of_validation_images(tmp_path):
    from train.data.sources import FolderSource

    folder = data_set(tmp_path / "set", count=10, valid=0)
    assert len(FolderSource(folder, 3).valid) == 3
    assert len(FolderSource(folder, 0.3).valid) == 3
    assert FolderSource(folder, None).valid == []
    with pytest.raises(raster.InputError, match=r"valid=10: expected fewer than the 10 images of data="):
        FolderSource(folder, 10)


def test_scalars_for_tensorboard(data, tmp_path, monkeypatch, capsys):
    options = (f"data={data}", "epochs=2", f"out={tmp_path / 'run'}", "tensorboard=true", *FAST)
    if importlib.util.find_spec("tensorboard") is None:
        told = run_program(monkeypatch, capsys, "fit", *options, code=2)
        assert told == "error: tensorboard=true: TensorBoard is not installed: pip install 'raster-labels[tensorboard]'"
        return
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run_program(monkeypatch, capsys, "fit", *options)
    events = EventAccumulator(str(tmp_path / "run" / "tensorboard"))
    events.Reload()
    for name in ("train_loss", "valid_loss", "miou"):
        written = [(event.step, event.value) for event in events.Scalars(name)]
        assert written == [(row["epoch"], pytest.approx(row[name], abs=1e-4)) for row in rows(tmp_path / "run")]
