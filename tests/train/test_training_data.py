"""Tests of what a network is trained on: a stream and a folder alike, pixels, held-out images, changes of colour."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_sets import data_set, torch

import raster
from train.data.augment import Photometric
from train.data.folder import read_folder
from train.data.loaders import DEVIATION, MEAN, loaders
from train.data.pairs import VALID_FROM, FolderPairs, StreamPairs

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return data_set(tmp_path_factory.mktemp("data") / "set")


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


def test_a_count_of_validation_images(tmp_path):
    from train.data.sources import FolderSource

    folder = data_set(tmp_path / "set", count=10, valid=0)
    assert len(FolderSource(folder, 3).valid) == 3
    assert len(FolderSource(folder, 0.3).valid) == 3
    assert FolderSource(folder, None).valid == []
    with pytest.raises(raster.InputError, match=r"valid=10: expected fewer than the 10 images of data="):
        FolderSource(folder, 10)


def test_a_count_takes_whole_layouts(tmp_path):
    from train.data.sources import FolderSource

    folder = data_set(tmp_path / "set", count=11, valid=0)
    (folder / "manifest.json").write_text('{"configuration": {"views_per_layout": 2}}')
    assert FolderSource(folder, 2).valid == [8, 9]
    assert FolderSource(folder, 4).valid == [4, 5, 8, 9]
    assert FolderSource(folder, 8).valid == [2, 3, 4, 5, 6, 7, 8, 9]
    for wrong in (1, 5):
        with pytest.raises(raster.InputError, match=rf"valid={wrong}: expected a multiple of 2, since the views of a layout"):
            FolderSource(folder, wrong)


def test_images_for_test_are_never_used(tmp_path):
    """Nor read, where they could only be in the way."""
    from train.data.sources import FolderSource, OtherValidation

    folder = data_set(tmp_path / "set", count=10, valid=2)
    (folder / "test.txt").write_text("000001.png\n000006.png\n")
    source = FolderSource(folder, 0.2)
    assert (source.train, source.valid) == ([0, 2, 3, 4, 5, 7], [8, 9])
    assert FolderSource(folder, None).train == [0, 2, 3, 4, 5, 7, 8, 9]
    other = data_set(tmp_path / "other", count=4, valid=0)
    (other / "test.txt").write_text("000002.png\n")
    everything = OtherValidation(FolderSource(folder, None), other)
    read = everything.read((32, 32))
    shown = [read(i)[1] for i in everything.valid]
    expected = [FolderPairs(read_folder(other), (32, 32))(i)[1] for i in (0, 1, 3)]
    np.testing.assert_array_equal(shown, expected)
    (folder / "labels" / "000006.png").write_bytes(b"broken")
    assert FolderPairs(read_folder(folder), (32, 32))(7)[1].shape == (32, 32)
    (folder / "valid.txt").unlink()
    shares = FolderSource(folder, 0.25)
    assert len(shares.valid) == 2
    assert sorted(shares.train + shares.valid) == [0, 2, 3, 4, 5, 7, 8, 9]


def test_layouts_stay_together_beside_images_for_test(tmp_path):
    from train.data.sources import FolderSource

    folder = data_set(tmp_path / "set", count=11, valid=0)
    (folder / "manifest.json").write_text('{"configuration": {"views_per_layout": 2}}')
    (folder / "test.txt").write_text("000002.png\n000003.png\n")
    assert FolderSource(folder, 4).valid == [4, 5, 8, 9]
    assert FolderSource(folder, 2).train == [0, 1, 4, 5, 6, 7, 10]


def test_wrong_lists_of_images_for_test(tmp_path):
    from train.data.sources import FolderSource, OtherValidation

    folder = data_set(tmp_path / "set", count=4, valid=1)
    (folder / "test.txt").write_text("000003.png\n")
    with pytest.raises(raster.InputError, match=rf"^{folder}/test.txt: names 000003.png, which valid.txt names too$"):
        read_folder(folder)
    (folder / "test.txt").write_text("000009.png\n")
    with pytest.raises(raster.InputError, match=rf"^{folder}/test.txt: names 000009.png, which is not in images/$"):
        read_folder(folder)
    (folder / "test.txt").write_text("000000.png\n000001.png\n000002.png\n")
    with pytest.raises(raster.InputError, match=r"no image is left to train on; .* of the 1 that test.txt does not name"):
        FolderSource(folder, 0.2)
    (folder / "valid.txt").unlink()
    (folder / "test.txt").write_text("".join(f"{i:06}.png\n" for i in range(4)))
    with pytest.raises(raster.InputError, match=r"no image is left to train on; test.txt names all 4"):
        FolderSource(folder, None)
    with pytest.raises(raster.InputError, match=r"^valid_data=.*: no image is left for validation; test.txt names all 4"):
        OtherValidation(FolderSource(data_set(tmp_path / "more", count=4, valid=0), None), folder)


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
