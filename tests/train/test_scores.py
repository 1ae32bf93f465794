"""train.evaluate, train.predict: scores against scikit-learn, and masks for pictures of other sizes and kinds."""

import base64
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn import metrics
from small_sets import CODES, data_set, run_program, torch

from train.network.networks import build
from train.network.saved import load, save
from train.network.segment import scaled_size, segment
from train.network.small_unet import BLOCK
from train.scores.metrics import Scores, confusion

pytestmark = pytest.mark.slow

TWO_COLOURS = (  # an HEIC file of 64 x 48 px: red on the left, blue on the right
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERA"
    "AAEAAQAAAAABoQABAAAAAAAAACMAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAA"
    "AHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAA"
    "MAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAACttZGF0AAAAHygBrwtg9eWDr//xNfft"
    "QIOd4ZV/640D2o3/u+iJ9OA="
)
FACTS = {
    "arch": "small",
    "codes": list(CODES),
    "size": [64, 64],
    "mean": [0.485, 0.456, 0.406],
    "deviation": [0.229, 0.224, 0.225],
}


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A model of random parameters that predicts every class somewhere."""
    torch.manual_seed(1)
    net = build("small", len(CODES)).eval()
    with torch.no_grad():
        logits = net(torch.randn(4, 3, 64, 64))
        net.net.head.bias.sub_(logits.mean(dim=(0, 2, 3)).repeat_interleave(BLOCK**2))
    out = tmp_path_factory.mktemp("run")
    save(out, net, FACTS)
    return out


def test_scores_equal_scikit_learn():
    random = np.random.default_rng(0)
    truth, predicted = random.integers(0, 4, (3, 20, 30)), random.integers(0, 4, (3, 20, 30))
    scores = Scores(confusion(truth, predicted, 4))
    flat = truth.ravel(), predicted.ravel()
    np.testing.assert_array_equal(scores.matrix, metrics.confusion_matrix(*flat, labels=range(4)))
    np.testing.assert_allclose(scores.iou, metrics.jaccard_score(*flat, average=None))
    assert scores.miou == pytest.approx(metrics.jaccard_score(*flat, average="macro"))
    assert scores.accuracy == pytest.approx(metrics.accuracy_score(*flat))
    labelled = truth > 0
    assert scores.foreground_accuracy == pytest.approx((truth == predicted)[labelled].mean())


def test_a_class_that_is_nowhere_has_no_score_and_does_not_count():
    truth, predicted = np.array([[0, 0, 1, 1]]), np.array([[0, 1, 1, 1]])
    scores = Scores(confusion(truth, predicted, 3))
    np.testing.assert_allclose(scores.iou, [1 / 2, 2 / 3, np.nan])
    assert scores.miou == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert scores.summary(("a", "b", "c"))["iou"]["c"] is None


def test_saving_and_loading_keeps_every_number(run):
    model = load(run)
    state = torch.load(run / "model.pth", weights_only=True)
    assert all(torch.equal(value, state[key]) for key, value in model.net.state_dict().items())
    assert model.codes == CODES
    assert not model.net.training


def test_a_mask_at_the_training_size_is_the_network_s_argmax(run, tmp_path):
    data = data_set(tmp_path / "set", count=2)
    model, picture = load(run), Image.open(data / "images" / "000000.png")
    x = (np.asarray(picture, np.float32) / 255 - FACTS["mean"]) / FACTS["deviation"]
    with torch.no_grad():
        logits = model.net(torch.from_numpy(x).float().permute(2, 0, 1)[None])
    expected = np.asarray(logits)[0].argmax(axis=0)
    assert len(np.unique(expected)) > 1
    np.testing.assert_array_equal(segment(model, [picture])[0], expected)


@pytest.mark.parametrize("size", [(64, 64), (37, 61), (200, 90), (2, 60)])
def test_a_mask_has_the_size_of_its_picture_and_company_does_not_change_it(run, size):
    random = np.random.default_rng(0)
    pictures = [Image.fromarray(random.integers(0, 256, (*size, 3), np.uint8)) for _ in range(3)]
    pictures.insert(1, pictures[0].resize((50, 50)))
    masks = segment(load(run), pictures)
    assert [mask.shape for mask in masks] == [size, (50, 50), size, size]
    alone = segment(load(run), pictures[2:3])[0]
    assert (alone == masks[2]).mean() > 0.999  # sums of another order may differ in the last bit


def test_pictures_go_through_the_network_at_the_training_scale():
    assert scaled_size((256, 256), (128, 128)) == (128, 128)
    assert scaled_size((480, 640), (128, 128)) == (128, 171)
    assert scaled_size((32, 64), (128, 128)) == (128, 256)


def test_evaluate_equals_an_independent_computation(run, tmp_path, monkeypatch, capsys):
    data = data_set(tmp_path / "set", count=6, size=(48, 80), ending="jpg", valid=2)
    (data / "test.txt").write_text("000000.jpg\n000002.jpg\n")
    for split, numbers in (("auto", [4, 5]), ("all", range(6)), ("train", [1, 3]), ("test", [0, 2])):
        out = tmp_path / split
        options = (f"model={run}", f"data={data}", f"split={split}", f"out={out}", "threads=1")
        printed = run_program(monkeypatch, capsys, "evaluate", *options)
        scores = json.loads((out / "scores.json").read_text())
        run_program(monkeypatch, capsys, "predict", f"model={run}", f"images={data}/images/*.jpg", f"out={out}", "threads=1")
        truth, predicted = (
            np.concatenate([np.asarray(Image.open(at / "labels" / f"{i:06}.png")).ravel() for i in numbers])
            for at in (data, out)
        )
        iou = metrics.jaccard_score(truth, predicted, average=None, labels=range(3), zero_division=0)
        np.testing.assert_allclose([scores["iou"][code] for code in CODES], iou, atol=2e-3)  # batches of another size
        assert f"mIoU {scores['miou']:.3f}" in printed
        assert scores["images"] == len(numbers)
        matrix = metrics.confusion_matrix(truth, predicted, labels=range(3))
        shares = {"false": matrix[0, 1:].sum(), "missed": matrix[1:, 0].sum(), "confused": matrix[1, 2] + matrix[2, 1]}
        for name, count in shares.items():
            assert scores[name] == pytest.approx(count / matrix.sum(), abs=2e-3)
        assert scores["band"]["px"] == 2
        assert 0 <= scores["objects"]["recall"] <= 1
        for name in ("confusion.png", "worst.png"):
            assert min(Image.open(out / name).size) >= 300


def test_a_network_that_calls_everything_background_is_told(run, tmp_path, monkeypatch, capsys):
    """By evaluate, whose table is that of fit too, and by predict; and by none of them for a network that sees objects."""
    data = data_set(tmp_path / "set", count=4)
    net = load(run).net
    with torch.no_grad():
        net.net.head.bias[: BLOCK**2] += 1000  # of class 0
    (tmp_path / "blank").mkdir()
    save(tmp_path / "blank", net, FACTS)
    notes = []
    for model in (tmp_path / "blank", run):
        told = [f"model={model}", "threads=1", f"out={tmp_path / model.name}"]
        scored = run_program(monkeypatch, capsys, "evaluate", *told, f"data={data}", "split=all")
        predicted = run_program(monkeypatch, capsys, "predict", *told, f"images={data}/images")
        assert "nan" not in scored
        assert ("none predicted" in scored) == (model != run)
        notes.append([line for line in (scored + predicted).splitlines() if line.startswith("NOTE")])
    helps = "it learns more from more epochs or images, and from objects that fill more of a picture"
    scored = f"NOTE: the network calls every pixel background; {helps}"
    assert notes == [
        [scored, f"NOTE: the network calls every pixel of 4 pictures background; if they show objects, {helps}"],
        [],
    ]


def test_predict_writes_masks_and_overlays_for_any_pictures(run, tmp_path, monkeypatch, capsys):
    photos, out = tmp_path / "my photos", tmp_path / "out"
    photos.mkdir()
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 150, 3), np.uint8))
    picture.save(photos / "wide.JPG", "JPEG")
    picture.convert("L").resize((31, 33)).save(photos / "grey.png")
    picture.convert("RGBA").save(photos / "alpha.png")
    turned = Image.Exif()
    turned[0x0112] = 6  # held upright
    picture.save(photos / "upright.jpeg", exif=turned)
    run_program(monkeypatch, capsys, "predict", f"model={run}", f"images={photos}", f"out={out}", "threads=1")
    sizes = {p.stem: Image.open(p).size for p in (out / "labels").iterdir()}
    assert sizes == {"wide": (150, 90), "grey": (31, 33), "alpha": (150, 90), "upright": (90, 150)}
    for path in (out / "labels").iterdir():
        mask = Image.open(path)
        assert mask.mode == "L"
        assert mask.getextrema()[1] < len(CODES)
        assert Image.open(out / "overlays" / path.name).size == mask.size
    assert (out / "codes.txt").read_text().split() == list(CODES)
    objects = json.loads((out / "objects.json").read_text())
    assert sorted(Path(name).stem for name in objects) == sorted(sizes)
    for name, found in objects.items():
        mask = np.asarray(Image.open(out / "labels" / f"{Path(name).stem}.png"))
        assert found
        for one in found:
            x, y, width, height = one["bbox"]
            inside = mask[y : y + height, x : x + width] == CODES.index(one["class"])
            assert inside.sum() >= one["area"] > 0
            assert 1 / len(CODES) < one["confidence"] <= 1  # the most probable class


def test_predict_reads_a_phone_s_heic_and_says_what_is_missing_without_its_library(run, tmp_path, monkeypatch, capsys):
    from train.data.folder import read_image

    path = tmp_path / "phone.HEIC"
    path.write_bytes(base64.b64decode(TWO_COLOURS))
    picture = read_image(path)
    assert picture.size == (64, 48)
    assert (picture.getpixel((5, 40))[0], picture.getpixel((60, 40))[2]) == pytest.approx((200, 200), abs=12)
    options = (f"model={run}", f"images={path}", f"out={tmp_path / 'out'}", "threads=1", "scales=[1]", "flip=true")
    run_program(monkeypatch, capsys, "predict", *options)
    assert Image.open(tmp_path / "out" / "labels" / "phone.png").size == (64, 48)
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    message = run_program(monkeypatch, capsys, "predict", *options, code=2)
    assert "phone.HEIC: HEIC needs pi-heif" in message
