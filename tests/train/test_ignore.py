"""Tests of masks with pixels to be ignored, value 255: loss, scores and pictures are as if these pixels were not there."""

import json
import random
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn import metrics
from small_sets import CODES, data_set, pair, run_program, torch

import raster
from train.data.crops import random_crop
from train.data.folder import IGNORE, read_folder
from train.data.loaders import loaders
from train.data.pairs import FolderPairs
from train.network.loss import CrossEntropyDiceLoss
from train.scores.figures import prediction_sheet
from train.scores.metrics import confusion
from train.scores.objects import ObjectScores
from train.scores.scoring import near_edges

pytestmark = pytest.mark.slow
C, CUT = 3, 40  # classes; the first column that is to be ignored


def void(path: Path, columns: slice = slice(CUT, None)) -> Path:
    """Let columns of all masks of a data set be ignored."""
    for label in (path / "labels").iterdir():
        mask = np.array(Image.open(label))
        mask[:, columns] = IGNORE
        Image.fromarray(mask).save(label)
    return path


def masks(number: int, columns: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """A true mask (64, columns), and a predicted one that is wrong in places."""
    truth = pair(number, (64, columns))[1]
    return truth, np.where(np.random.default_rng(number).random(truth.shape) < 0.1, 2, np.roll(truth, 3, axis=0)).astype(
        np.uint8
    )


def test_ignored_pixels_have_no_gradient_and_the_loss_is_that_of_the_others():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, C, 8, 12, generator=generator)
    ids = torch.randint(0, C, (2, 8, 12), generator=generator)
    whole, part = logits.clone().requires_grad_(), logits[..., :5].clone().requires_grad_()
    marked = ids.clone()
    marked[..., 5:] = IGNORE
    loss, cut = CrossEntropyDiceLoss()(whole, marked), CrossEntropyDiceLoss()(part, ids[..., :5])
    loss.backward()
    cut.backward()
    assert loss.item() == pytest.approx(cut.item(), rel=1e-6)
    assert not whole.grad[..., 5:].any()
    torch.testing.assert_close(whole.grad[..., :5], part.grad)
    assert abs(float(CrossEntropyDiceLoss()(logits, ids)) - loss.item()) > 1e-3


def test_a_batch_of_which_all_is_ignored_teaches_nothing():
    logits = torch.randn(1, C, 4, 4, requires_grad=True)
    loss = CrossEntropyDiceLoss()(logits, torch.full((1, 4, 4), IGNORE))
    loss.backward()
    assert loss.item() == 0
    assert not logits.grad.any()


def test_with_256_classes_255_is_one_of_them():
    logits = torch.randn(1, 256, 2, 2, requires_grad=True)
    CrossEntropyDiceLoss()(logits, torch.full((1, 2, 2), 255)).backward()
    assert logits.grad.any()
    assert confusion(np.array([255, 0], np.uint8), np.array([255, 1], np.uint8), 256)[255, 255] == 1


@pytest.mark.parametrize("number", range(4))
def test_scores_are_those_of_pictures_with_the_pixels_cut_away(number):
    truth, predicted = masks(number)
    marked = truth.copy()
    marked[:, CUT:] = IGNORE
    matrix = confusion(marked, predicted, C)
    np.testing.assert_array_equal(matrix, confusion(truth[:, :CUT], predicted[:, :CUT], C))
    assert matrix.sum() == 64 * CUT
    for px in (0, 1, 3):  # the border of what is ignored is no edge
        np.testing.assert_array_equal(near_edges(marked, px, C)[:, :CUT], near_edges(truth[:, :CUT], px, C))
    found, expected = ObjectScores(C), ObjectScores(C)
    found.add(marked, predicted)
    expected.add(truth[:, :CUT], predicted[:, :CUT])
    for name in ("true", "found", "predicted", "right"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    assert sorted(chain(*found.iou)) == sorted(chain(*expected.iou))


def test_crops_and_rotations_make_no_other_value(tmp_path):
    folder = read_folder(void(data_set(tmp_path / "set", count=6)))
    read = FolderPairs(folder, (64, 64))
    values = np.unique(np.concatenate([random_crop(*read(i % 6), (32, 32), (0.2, 0.9))[1].ravel() for i in range(60)]))
    assert set(values) == {0, 1, 2, IGNORE}
    dls = loaders(read, list(range(6)), read, [0], 6, 1.0, "cpu", geometry=2.0, size=(32, 32), crops=(0.3, 1.0))
    _, ids = dls.train.one_batch()
    assert set(ids.unique().tolist()) <= {0, 1, 2, IGNORE}
    assert IGNORE in ids
    only = np.full((40, 40), IGNORE, np.uint8)
    only[0, 0] = 1
    random.seed(0)
    views = [random_crop(np.zeros((40, 40, 3), np.uint8), only, (8, 8), (0.1, 0.1))[1] for _ in range(40)]
    assert sum((view == 1).any() for view in views) > 20  # of 0.8 x 40: it is looked at, and what is ignored is not


def test_a_value_between_is_refused(tmp_path):
    path = data_set(tmp_path / "set", count=2, valid=0)
    Image.fromarray(np.full((64, 64), 254, np.uint8)).save(path / "labels" / "000001.png")
    expected = f"{path}/labels/000001.png: holds id 254, but codes.txt names ids 0 to 2; 255 is to ignore"
    with pytest.raises(raster.InputError, match=f"^{expected}$"):
        read_folder(path).pair(1)
    assert np.asarray(read_folder(void(data_set(tmp_path / "void", count=1, valid=0))).pair(0)[1]).max() == 255


def test_fit_evaluate_and_predict(run, tmp_path, monkeypatch, capsys):
    """Scores of a folder with ignored pixels are those of scikit-learn of the others; nothing is predicted as 255."""
    data = void(data_set(tmp_path / "set", count=6, size=(48, 80), valid=2))
    options = (f"model={run}", f"data={data}", "split=all", "threads=1", f"out={tmp_path / 'scores'}", "band=0")
    run_program(monkeypatch, capsys, "evaluate", *options)
    scores = json.loads((tmp_path / "scores" / "scores.json").read_text())
    said = (f"model={run}", f"images={data}/images", f"out={tmp_path / 'out'}", "threads=1")
    run_program(monkeypatch, capsys, "predict", *said)
    truth, predicted = (
        np.concatenate([np.asarray(Image.open(at / "labels" / f"{i:06}.png")).ravel() for i in range(6)])
        for at in (data, tmp_path / "out")
    )
    assert predicted.max() < C
    known = truth != IGNORE
    assert np.sum(scores["confusion"]) == known.sum() == 6 * 48 * CUT
    iou = metrics.jaccard_score(truth[known], predicted[known], average=None, labels=range(C), zero_division=0)
    np.testing.assert_allclose([scores["iou"][code] for code in CODES], iou, atol=2e-3)
    words = ("size=32", "epochs=1", "then_size=48", "then_epochs=1", "batch=2", "threads=1", "device=cpu", "geometry=1")
    said = run_program(monkeypatch, capsys, "fit", f"data={data}", f"out={tmp_path / 'run'}", *words)
    assert "nan" not in said
    facts = json.loads((tmp_path / "run" / "model.json").read_text())
    assert facts["codes"] == list(CODES)


def test_pictures_show_it_in_grey_and_nothing_wrong_there():
    truth, predicted = np.full((8, 8), IGNORE, np.uint8), np.ones((8, 8), np.uint8)
    sheet = np.asarray(prediction_sheet([(np.zeros((8, 8, 3), np.uint8), truth, predicted, "")], CODES))
    shown = sheet[100:200, 300:500]  # within the truth
    assert (shown == 128).all()
    assert not (sheet == (255, 40, 40)).all(axis=2).any()
    truth[:4] = 0
    sheet = np.asarray(prediction_sheet([(np.zeros((8, 8, 3), np.uint8), truth, predicted, "")], CODES))
    assert (sheet == (255, 40, 40)).all(axis=2).sum() == 256 * 128
