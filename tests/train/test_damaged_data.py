"""A damaged data set: train.fit and train.evaluate say what is wrong with which file, and leave nothing half-written."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from irregular import end_if_it_waits, put_pipe
from PIL import Image
from small_sets import run_program

pytestmark = pytest.mark.slow


def lose_image(data: Path) -> str:
    (data / "images" / "000001.png").unlink()
    return "labels/000001.png: has no image"


def lose_label(data: Path) -> str:
    (data / "labels" / "000001.png").unlink()
    return "images/000001.png: has no label"


def shrink_label(data: Path) -> str:
    Image.new("L", (60, 64)).save(data / "labels" / "000001.png")
    return "labels/000001.png: is 60 x 64, its image 64 x 64"


def color_label(data: Path) -> str:
    Image.new("RGB", (64, 64)).save(data / "labels" / "000001.png")
    return "labels/000001.png: a mask is 8-bit greyscale (mode L) with a class id a pixel, and this is mode RGB"


def palette_label(data: Path) -> str:
    Image.new("P", (64, 64)).save(data / "labels" / "000001.png")
    return "this is mode P"


def wrong_id(data: Path) -> str:
    Image.fromarray(np.full((64, 64), 9, np.uint8)).save(data / "labels" / "000001.png")
    return "labels/000001.png: holds id 9, but codes.txt names ids 0 to 2"


def cut_short(data: Path) -> str:
    path = data / "images" / "000001.png"
    path.write_bytes(path.read_bytes()[:900])
    return "images/000001.png: cannot be read as a picture"


def no_picture(data: Path) -> str:
    (data / "labels" / "000001.png").write_text("no picture")
    return "labels/000001.png: cannot be read as a picture"


def pipe_image(data: Path) -> str:
    put_pipe(data / "images" / "000001.png")
    return "images/000001.png: cannot be read (it is a named pipe, and no regular file)"


def pipe_codes(data: Path) -> str:
    put_pipe(data / "codes.txt")
    return "codes.txt: cannot be read (it is a named pipe, and no regular file)"


def no_codes(data: Path) -> str:
    (data / "codes.txt").unlink()
    return "codes.txt: cannot be read"


def same_codes(data: Path) -> str:
    (data / "codes.txt").write_text("background\nbox\nbox\n")
    return "different class names"


def twins(data: Path) -> str:
    shutil.copy(data / "images" / "000001.png", data / "images" / "000001.jpg")
    return "two images share one name"


def stranger_in_valid(data: Path) -> str:
    (data / "valid.txt").write_text("000007.png\n")
    return "valid.txt: names 000007.png"


def all_in_valid(data: Path) -> str:
    (data / "valid.txt").write_text("".join(f"00000{i}.png\n" for i in range(5)))
    return "no image is left to train on"


def no_images(data: Path) -> str:
    shutil.rmtree(data / "images")
    (data / "images").mkdir()
    return "images/ holds no PNG or JPEG file"


def no_folder(data: Path) -> str:
    shutil.rmtree(data)
    return "no data set"


DAMAGES = [lose_image, lose_label, shrink_label, color_label, palette_label, wrong_id, cut_short, no_picture, pipe_image,
           pipe_codes, no_codes, same_codes, twins, stranger_in_valid, all_in_valid, no_images, no_folder]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_data_set(damage, data, run, tmp_path, monkeypatch, capsys):
    expected = damage(data)
    options: tuple[str, ...] = (f"data={data}", f"out={tmp_path / 'out'}", "size=64", "threads=1")
    with end_if_it_waits():
        assert expected in run_program(monkeypatch, capsys, "fit", *options, code=2)
    assert not (tmp_path / "out" / "model.pth").exists()
    if damage in (lose_image, color_label, no_codes):  # read_folder reads for both programs
        options = (f"model={run}", f"data={data}", f"out={tmp_path / 'scores'}", "split=all", "threads=1")
        assert expected in run_program(monkeypatch, capsys, "evaluate", *options, code=2)
