"""Bad input to train.fit, train.evaluate and train.predict: one line that names it, exit code 2, nothing executed."""

import json
import pickle
import shutil
import sys
from pathlib import Path

import pytest
from small_sets import FACTS, run_program, torch

from train.network.networks import build
from train.network.saved import save

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("arch=vgg", "choose one of small, resnet18, resnet34"),
        ("epochs=0", "epochs=0"),
        ("then_size=3", "then_size=3"),
        ("crops=[0.5]", "crops=[0.5]: expected two shares"),
        ("crops=[0.5,0.4]", "expected two shares"),
        ("scales=[0]", "scales=[0]: expected auto, or a list"),
        ("scales=2", "scales=2: expected auto, or a list"),
        ("lr=fast", "lr=fast"),
        ("lr=-1", "lr=-1"),
        ("augment=7", "augment=7"),
        ("geometry=-1", "geometry=-1"),
        ("size=huge", "size=huge"),
        ("batch=0", "batch=0"),
        ("threads=0", "threads=0"),
        ("device=tpu", "device=tpu"),
        ("stream=true", "one of the two"),
        ("data=null", "one of the two"),
        ("weights=imagenet", "none for arch=small"),
        ("weights=nowhere.pth", "nowhere.pth: there is no such file"),
        ("epoch=3", "epoch: there is no such key; did you mean epochs?"),
        ("then_epochs=none", "then_epochs=none: expected auto, or a whole number from 1"),
        ("out=/proc/none/here", "cannot be made"),
        ("--then-size=96", "--then-size=96: options are written without dashes: then_size=96"),
    ],
)
def test_an_option_that_cannot_be(override, expected, data, tmp_path, monkeypatch, capsys):
    options = (f"data={data}", f"out={tmp_path / 'out'}", "size=64", "threads=1", override)
    assert expected in run_program(monkeypatch, capsys, "fit", *options, code=2)


def test_imagenet_weights_that_cannot_be_had_are_an_error(data, tmp_path, monkeypatch, capsys):
    def offline(*arguments, **options):
        raise OSError("no route to host")

    monkeypatch.setattr(torch.hub, "download_url_to_file", offline)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "cache"))
    options = (f"data={data}", f"out={tmp_path / 'out'}", "arch=resnet18", "weights=imagenet", "size=64", "threads=1")
    assert "cannot be downloaded (no route to host)" in run_program(monkeypatch, capsys, "fit", *options, code=2)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there(data, tmp_path, monkeypatch, capsys):
    assert "torch sees no GPU" in run_program(
        monkeypatch, capsys, "fit", f"data={data}", f"out={tmp_path / 'o'}", "device=cuda", code=2
    )


def test_a_folder_that_holds_something_else(data, run, tmp_path, monkeypatch, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("years of work")
    assert "holds other files" in run_program(
        monkeypatch, capsys, "fit", f"data={data}", f"out={tmp_path / 'out'}", "size=64", code=2
    )
    assert "is a data set" in run_program(
        monkeypatch, capsys, "predict", f"model={run}", f"images={data}/images", f"out={data}", code=2
    )


class Harm:
    """What a hostile pickle does when it is loaded: here it makes a file."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("program", ["evaluate", "predict"])
def test_a_model_that_is_not_ours(program, data, run, tmp_path, monkeypatch, capsys):
    model, harm = tmp_path / "model", tmp_path / "harm"
    what = f"data={data}" if program == "evaluate" else f"images={data}/images"
    options = (f"model={model}", what, f"out={tmp_path / 'out'}", "threads=1")
    assert "no model.json in it" in run_program(monkeypatch, capsys, program, *options, code=2)
    shutil.copytree(run, model)
    for written in (lambda p: p.write_bytes(pickle.dumps(Harm(harm))), lambda p: torch.save({"a": Harm(harm)}, p)):
        written(model / "model.pth")
        assert "loaded safely" in run_program(monkeypatch, capsys, program, *options, code=2)
        assert not harm.exists()
    (model / "model.pth").write_bytes(b"no model")
    assert "loaded safely" in run_program(monkeypatch, capsys, program, *options, code=2)
    torch.save([1, 2], model / "model.pth")
    assert "something else than a state_dict" in run_program(monkeypatch, capsys, program, *options, code=2)
    save(model, build("small", 4), FACTS)
    assert "does not fit" in run_program(monkeypatch, capsys, program, *options, code=2)
    for facts, expected in (
        ({"format": "other"}, "not a model"),
        ({**FACTS, "format": "raster-model-1", "size": [1]}, "two numbers"),
    ):
        (model / "model.json").write_text(json.dumps(facts))
        assert expected in run_program(monkeypatch, capsys, program, *options, code=2)
    (model / "model.json").write_text("{")
    assert "not JSON" in run_program(monkeypatch, capsys, program, *options, code=2)


def test_a_model_of_other_classes(data, run, tmp_path, monkeypatch, capsys):
    (data / "codes.txt").write_text("background\nbox\nball\n")
    error = run_program(
        monkeypatch, capsys, "evaluate", f"model={run}", f"data={data}", f"out={tmp_path / 'o'}", "threads=1", code=2
    )
    assert "its classes are background, box, ball; the model's are background, box, disc" in error


def test_pictures_that_are_not_there_or_share_a_name(data, run, tmp_path, monkeypatch, capsys):
    options = (f"model={run}", f"out={tmp_path / 'out'}", "threads=1")
    assert "no PNG or JPEG" in run_program(monkeypatch, capsys, "predict", *options, f"images={tmp_path}/no/*.jpg", code=2)
    shutil.copy(data / "images" / "000001.png", data / "images" / "000001.jpg")
    pictures = f"images={data}/images"
    assert "would both become labels/000001.png" in run_program(monkeypatch, capsys, "predict", *options, pictures, code=2)
    assert "images: expected" in run_program(monkeypatch, capsys, "predict", *options, code=2)


def test_a_split_that_is_unknown_or_empty(data, run, tmp_path, monkeypatch, capsys):
    options = (f"model={run}", f"data={data}", f"out={tmp_path / 'out'}", "threads=1")
    error = run_program(monkeypatch, capsys, "evaluate", *options, "split=test", code=2)
    assert error.endswith(f"split=test: no image of {data} is in it; see its test.txt")
    assert "split=none: choose" in run_program(monkeypatch, capsys, "evaluate", *options, "split=none", code=2)
    (data / "valid.txt").unlink()
    assert "no image of" in run_program(monkeypatch, capsys, "evaluate", *options, "split=valid", code=2)
    assert "data: expected" in run_program(monkeypatch, capsys, "evaluate", f"model={run}", code=2)


@pytest.mark.parametrize(("program", "option"), [("evaluate", "split=all"), ("predict", "images=a.jpg")])
def test_an_option_with_dashes(program, option, monkeypatch, capsys):
    line = run_program(monkeypatch, capsys, program, f"--{option}", code=2)
    assert line == f"error: --{option}: options are written without dashes: {option}"


@pytest.mark.parametrize("missing", ["torch", "torchvision", "fastai"])
def test_a_package_that_is_not_installed(missing, data, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, missing, None)
    error = run_program(monkeypatch, capsys, "fit", f"data={data}", f"out={tmp_path / 'out'}", "size=64", "threads=1", code=2)
    assert f"training needs {missing}" in error
    assert "pip install 'raster-labels[train]'" in error
