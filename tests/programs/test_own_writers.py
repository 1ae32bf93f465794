"""Tests of raster.generate with writers of the user's own that write where they must not."""

from pathlib import Path

import pytest
from programs import complaint, generate_here

from raster.dataset.verify import verify

pytestmark = pytest.mark.slow
SMALL = ("--config-dir=mine", "preset=fast", "n=4", "size=32", "workers=1", "out=set")
WRITER = '''"""Jpeg: pictures as JPEG files."""

import io

from PIL import Image

from raster import write_file


class Jpeg:
    needs = ("color",)

    def __init__(self, out, threads):
        self.out = out

    def write(self, frames):
        return [self.write_one(*pair) for pair in zip(frames.index, frames.layers["color"])]

    def write_one(self, index, color):
        path, file = f"FOLDER/{index:06d}.jpg", io.BytesIO()
        Image.fromarray(color).save(file, "JPEG")
        RETURN

    def close(self):
        pass
'''
LISTED = "return write_file(self.out, path, file.getvalue())"
UNLISTED = "(self.out / path).write_bytes(file.getvalue()); return {}"


def write(home: Path, folder: str, returned: str) -> None:
    """A writer of pictures into a folder of the set, and its YAML."""
    (home / "mine/writers").mkdir(parents=True, exist_ok=True)
    (home / "mine/writers/jpeg.yaml").write_text("jpeg: {_target_: my_jpeg.Jpeg}\n")
    (home / "mine/my_jpeg.py").write_text(WRITER.replace("FOLDER", folder).replace("RETURN", returned))


@pytest.mark.parametrize("returned", [LISTED, UNLISTED])
def test_pictures_of_another_kind_in_images(tmp_path, returned):
    """They are refused before the set begins, so that the mended writer can draw into the same folder."""
    write(tmp_path, "images", returned)
    line = complaint(generate_here(tmp_path, *SMALL, "writers=[camvid,jpeg]", code=2))
    assert line.startswith("error: writers.jpeg: ")
    assert "images/000000.jpg" in line
    assert "write into a folder of its own, such as jpeg/" in line
    assert not (tmp_path / "set").exists()
    write(tmp_path, "jpeg", LISTED)
    generate_here(tmp_path, *SMALL, "writers=[camvid,jpeg]")
    assert verify(tmp_path / "set")["images"] == 4
    assert len(list((tmp_path / "set" / "jpeg").iterdir())) == 4


def test_two_writers_of_one_file(tmp_path):
    write(tmp_path, "images", LISTED.replace("path,", 'path.replace("jpg", "png"),'))
    line = complaint(generate_here(tmp_path, *SMALL, "writers=[camvid,jpeg]", code=2))
    assert "writers.jpeg: another writer has written images/000000.png already; use another folder" in line
    assert not (tmp_path / "set").exists()
