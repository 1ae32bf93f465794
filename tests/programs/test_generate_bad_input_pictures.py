"""Tests of raster.generate against bad pictures and environment maps: the key and the file are named, nothing is written."""

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from usual_configuration import NO_LIBRARY, USUAL

LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
NO_SKIES = {**USUAL["randomizers"]["environment"], "skies": 0, "studios": 0}
PICTURES, MAPS = "randomizers.background.images", "randomizers.environment.files"


def picture(path: Path, size: tuple[int, int] = (64, 48)) -> Path:
    """A JPEG of noise."""
    path.parent.mkdir(exist_ok=True)
    noise = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(noise).save(path, "JPEG")
    return path


def hdr(path: Path, width: int = 32, header: str = "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n") -> Path:
    """A grey environment map without run lengths."""
    path.parent.mkdir(exist_ok=True)
    texel, height = bytes((128, 128, 128, 129)), width // 2
    path.write_bytes(f"{header}\n-Y {height} +X {width}\n".encode() + texel * (width * height))
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "kind"),
    [(f"randomizers.{name}.images", ".jpg") for name in ("background", "floor", "walls", "textures")] + [(MAPS, ".hdr")],
)
def test_files_that_are_not_there(key, kind, tmp_path, given):
    """A folder, a pattern, a folder without any of the kind: the key, what was given, and what would be right."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("none")
    for source, said in (
        (tmp_path / "none", "there is no such folder; give a folder or a pattern such as"),
        (tmp_path / "none" / f"*{kind}", "found no file that this pattern fits with an ending of"),
        (tmp_path / "empty", "found no file in this folder and those below it with an ending of"),
        (tmp_path / "notes", "found no file in this folder"),
    ):
        line = given({**NO_LIBRARY, **({"randomizers.environment": NO_SKIES} if key == MAPS else {}), key: str(source)})
        assert line.startswith(f"{key}={source}: {said}")
        assert kind in line


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut, "is it cut off?"),
        (lambda path: path.write_bytes(b""), "not a picture"),
        (lambda path: path.write_text("hello"), "not a picture"),
        (lambda path: path.write_text(LFS), "is a Git LFS pointer, not the file itself; fetch it: git lfs pull"),
        (lambda path: Image.new("L", (20_000, 20_000)).save(path, "JPEG", quality=1), "too many pixels to be safe"),
        (lambda path: picture(path, (200, 4)), "is 200 x 4; expected at least 8 pixels each way"),
    ],
    ids=["cut off", "empty", "no picture", "Git LFS", "decompression bomb", "tiny"],
)  # fmt: skip
def test_a_bad_picture_among_good_ones(damage, said, tmp_path, given):
    """The file is named, and none of it is left out in silence."""
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        picture(tmp_path / "in" / name)
    damage(tmp_path / "in" / "b.jpg")
    line = given({**NO_LIBRARY, PICTURES: str(tmp_path / "in")})
    assert line.startswith(f"{PICTURES}={tmp_path / 'in'}: {tmp_path / 'in' / 'b.jpg'}: ")
    assert said in line


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut, "cut off"),
        (lambda path: path.write_bytes(b""), "is no Radiance picture"),
        (lambda path: hdr(path, header="#?RADIANCE\nFORMAT=32-bit_rle_xyze\n"), "32-bit_rle_xyze"),
        (lambda path: picture(path), "is no Radiance picture"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"-Y 16 +X 32", b"-Y 32 +X 16")), "twice as wide"),
    ],
    ids=["cut off", "empty", "another colour space", "a JPEG", "upright"],
)  # fmt: skip
def test_a_bad_environment_among_good_ones(damage, said, tmp_path, given):
    for name in ("a.hdr", "b.hdr"):
        hdr(tmp_path / "in" / name)
    damage(tmp_path / "in" / "b.hdr")
    line = given({**NO_LIBRARY, "randomizers.environment": NO_SKIES, MAPS: str(tmp_path / "in")})
    assert line.startswith(f"{MAPS}={tmp_path / 'in'}: {tmp_path / 'in' / 'b.hdr'}: ")
    assert said in line


def test_an_exr_file_without_the_extra(tmp_path, given, monkeypatch):
    """As where OpenEXR is not installed: how to install it, and what to do without."""
    monkeypatch.setitem(sys.modules, "OpenEXR", None)
    (tmp_path / "sky.exr").write_bytes(b"\x76\x2f\x31\x01" + bytes(100))
    line = given({**NO_LIBRARY, "randomizers.environment": NO_SKIES, MAPS: str(tmp_path)})
    assert line.startswith(f"{MAPS}={tmp_path}: {tmp_path / 'sky.exr'}: OpenEXR is not installed")
    assert "raster-labels[exr]" in line


def test_an_exr_file_that_is_cut_off(tmp_path, given):
    pytest.importorskip("OpenEXR")
    (tmp_path / "sky.exr").write_bytes(b"\x76\x2f\x31\x01" + bytes(100))
    line = given({**NO_LIBRARY, "randomizers.environment": NO_SKIES, MAPS: str(tmp_path)})
    assert "cannot be read by OpenEXR, is it cut off?" in line
