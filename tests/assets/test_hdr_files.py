"""Tests of .hdr and .exr files: against an encoder of the test's own and OpenEXR's; every bad file refused by name."""

import builtins

import numpy as np
import pytest
from write_rgbe import flat, write_rgbe

from raster.assets.environments import hdr_files as hdr
from raster.assets.environments.hdr_files import read_exr, read_hdr
from raster.errors import InputError


def old_runs(pixels: np.ndarray) -> bytes:
    """(1, 1, 1, n): n more of the last pixel; then (1, 1, 1, m): m * 256 more."""
    out = bytearray()
    for line in pixels:
        at = 0
        while at < len(line):
            run = 1
            while at + run < len(line) and (line[at + run] == line[at]).all():
                run += 1
            out += line[at].tobytes()
            more = run - 1
            while more:
                out += bytes((1, 1, 1, more & 255))
                more >>= 8
            at += run
    return bytes(out)


def new_runs(pixels: np.ndarray) -> bytes:
    """Lines of four channels, each in runs of four or more and stretches of at most 128."""
    out = bytearray()
    for line in pixels:
        out += bytes((2, 2, len(line) >> 8, len(line) & 255))
        for channel in line.T:
            at, wait = 0, bytearray()
            while at < len(channel):
                run = 1
                while at + run < len(channel) and run < 127 and channel[at + run] == channel[at]:
                    run += 1
                if run >= 4 or len(wait) == 128:
                    out += bytes((len(wait),)) * bool(wait) + wait
                    wait.clear()
                if run >= 4:
                    out += bytes((128 + run, channel[at]))
                    at += run
                else:
                    wait.append(channel[at])
                    at += 1
            out += bytes((len(wait),)) * bool(wait) + wait
    return bytes(out)


def picture(height: int = 24) -> np.ndarray:
    """Bright, dark and black, with stretches of one colour, longer than 256 pixels in wide ones."""
    rng = np.random.default_rng(5)
    image = np.exp(rng.normal(0, 3, (height, 2 * height, 3)))
    image[height // 3 : height // 2] = [0.5, 3.0, 0.25]
    image[-3:, : height // 2] = 0
    return image


@pytest.fixture
def write(tmp_path):
    def write(data: bytes, name: str = "a.hdr"):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


@pytest.mark.parametrize("encode", [flat, old_runs, new_runs])
@pytest.mark.parametrize("height", [4, 24, 200])
def test_all_encodings_give_the_picture(write, encode, height):
    image = picture(height)
    found = read_hdr(write(write_rgbe(image, encode)))
    assert found.shape == image.shape
    assert found.dtype == np.float32
    assert found.flags.c_contiguous
    top = image.max(axis=-1, keepdims=True)
    assert (np.abs(found - image) <= top / 256 * 1.001).all()  # half a step of 8 bits, at worst of a mantissa of 128
    np.testing.assert_array_equal(found, read_hdr(write(write_rgbe(image, flat))))


def test_a_pixel_that_is_known(write):
    """Mantissas 128, 64, 0 under exponent 129: (128.5, 64.5, 0.5) / 256 * 2."""
    data = b"#?RGBE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 2\n" + bytes((128, 64, 0, 129, 0, 0, 0, 0))
    np.testing.assert_array_equal(read_hdr(write(data)), [[[128.5 / 128, 64.5 / 128, 0.5 / 128], [0, 0, 0]]])


def test_exposures_are_divided_out(write):
    plain = read_hdr(write(write_rgbe(picture())))
    found = read_hdr(write(write_rgbe(picture(), lines="EXPOSURE=2\nEXPOSURE= 4.0\nCOLORCORR= 1 2 0.5\n")))
    np.testing.assert_allclose(found, plain / [8, 16, 4], rtol=1e-6)


@pytest.mark.parametrize(
    ("size", "stored"),
    [
        ("-Y {h} +X {w}", lambda i: i),
        ("+Y {h} +X {w}", lambda i: i[::-1]),
        ("-Y {h} -X {w}", lambda i: i[:, ::-1]),
        ("+Y {h} -X {w}", lambda i: i[::-1, ::-1]),
        ("+X {h} -Y {w}", lambda i: i.swapaxes(0, 1)),
        ("-X {h} +Y {w}", lambda i: i.swapaxes(0, 1)[::-1, ::-1]),
    ],
)
def test_all_ways_up_are_turned_upright(write, size, stored):
    image = picture()
    np.testing.assert_array_equal(
        read_hdr(write(write_rgbe(stored(image), new_runs, size=size))), read_hdr(write(write_rgbe(image)))
    )


HEAD = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n"
WHOLE = write_rgbe(picture(), new_runs)
BAD = {
    "empty": (b"", "is no Radiance picture"),
    "pointer": (b"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer, not the file itself"),
    "other": (b"\x89PNG\r\n\x1a\n" * 9, "is no Radiance picture"),
    "head": (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n", "is cut off in its header"),
    "xyze": (b"#?RADIANCE\nFORMAT=32-bit_rle_xyze\n\n-Y 1 +X 2\n" + bytes(8), "has FORMAT=32-bit_rle_xyze; expected 32-"),
    "size": (HEAD + b"-Y 1 +Z 2\n" + bytes(8), "has the size line '-Y 1 +Z 2'; expected one such as"),
    "axes": (HEAD + b"-Y 1 +Y 2\n" + bytes(8), "with the same axis twice"),
    "zero": (HEAD + b"-Y 0 +X 2\n", "has no pixels"),
    "huge": (HEAD + b"-Y 50000 +X 100000\n", "has 50000 x 100000 pixels; at most 64 million"),
    "square": (HEAD + b"-Y 2 +X 2\n" + bytes(16), "is 2 x 2; an environment map (equirectangular) is twice as wide as high"),
    "exposure": (b"#?RADIANCE\nEXPOSURE=0\n\n-Y 1 +X 2\n" + bytes(8), "has EXPOSURE=0; expected a number above zero"),
    "words": (b"#?RADIANCE\nEXPOSURE=low\n\n-Y 1 +X 2\n" + bytes(8), "has EXPOSURE=low; expected a number above zero"),
    "flat": (write_rgbe(picture())[:-5], "is cut off: it holds 1150 of 1152 pixels"),
    "half": (WHOLE[: len(WHOLE) // 2], "is cut off: it ends in line"),
    "last": (WHOLE[:-1], "is cut off: it ends in line 23 of 24"),
    "line": (HEAD + b"-Y 2 +X 8\n" + b"\2\2\0\x08" + b"\x88\1" * 4 + b"\2\2\0\x09" + b"\x88\1" * 4, "line 1 of 2 does not"),
    "long": (HEAD + b"-Y 1 +X 8\n" + b"\2\2\0\x08" + b"\x88\1" * 3 + b"\x89\1", "line 0 of 1 is too long"),
    "none": (HEAD + b"-Y 1 +X 8\n" + b"\2\2\0\x08" + b"\0" * 40, "a run of no pixels in line 0 of 1"),
    "repeat": (HEAD + b"-Y 1 +X 2\n" + b"\1\1\1\2" * 2, "a repetition of no pixel"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_hdr_file_is_refused_by_name(write, name):
    data, message = BAD[name]
    path = write(data, f"{name}.hdr")
    with pytest.raises(InputError) as caught:
        read_hdr(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


@pytest.mark.parametrize("read", [read_hdr, read_exr])
def test_a_file_that_is_not_there(tmp_path, read):
    pytest.importorskip("OpenEXR")
    with pytest.raises(InputError, match=r"gone: cannot be read \(No such file"):
        read(tmp_path / "gone")


# --- OpenEXR


def write_exr(path, channels: dict[str, np.ndarray]) -> None:
    openexr = pytest.importorskip("OpenEXR")
    header = {"compression": openexr.ZIP_COMPRESSION, "type": openexr.scanlineimage}
    openexr.File(header, channels).write(str(path))


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_an_exr_file_is_read_as_it_was_written(tmp_path, dtype):
    image = np.minimum(picture(), 6e4).astype(dtype)
    write_exr(tmp_path / "a.exr", {"RGB": image})
    found = read_exr(tmp_path / "a.exr")
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, image.astype(np.float32))
    write_exr(tmp_path / "y.exr", {"Y": image[..., 0].copy()})
    np.testing.assert_array_equal(read_exr(tmp_path / "y.exr"), image[..., [0, 0, 0]].astype(np.float32))


def test_a_small_undershoot_is_clipped_and_more_is_refused(tmp_path):
    image = picture().astype(np.float32)
    image[0, 0] = -0.001
    write_exr(tmp_path / "a.exr", {"RGB": image})
    assert read_exr(tmp_path / "a.exr")[0, 0].tolist() == [0, 0, 0]
    image[0, 0] = -image.max()
    write_exr(tmp_path / "a.exr", {"RGB": image})
    with pytest.raises(InputError, match="holds negative light"):
        read_exr(tmp_path / "a.exr")


def test_a_bad_exr_file_is_refused_by_name(tmp_path, monkeypatch):
    path, image = tmp_path / "a.exr", picture().astype(np.float32)

    def refused(message: str) -> None:
        with pytest.raises(InputError) as caught:
            read_exr(path)
        assert str(caught.value).startswith(f"{path}: ")
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)

    write_exr(path, {"RGB": image})
    whole = path.read_bytes()
    for length in (100, len(whole) // 2, len(whole) - 300):
        path.write_bytes(whole[:length])
        refused("cannot be read by OpenEXR, is it cut off?")
    path.write_bytes(b"#?RADIANCE\n" * 40)
    refused("is no OpenEXR file")
    path.write_bytes(b"")
    refused("is no OpenEXR file")
    write_exr(path, {"Z": image[..., 0].copy(), "diffuse.R": image[..., 1].copy()})
    refused("has the channels Z, diffuse.R; expected R, G, B")
    write_exr(path, {"RGB": image[:, :20].copy()})
    refused("is 20 x 24; an environment map")
    image[3, 4, 1] = np.inf
    write_exr(path, {"RGB": image})
    refused("1 pixels hold what is no finite number")
    monkeypatch.setattr(hdr, "MAX_PIXELS", 1000)
    refused("has 24 x 48 pixels; at most")


def test_without_openexr_one_is_told_what_to_install(tmp_path, monkeypatch):
    whole = builtins.__import__

    def absent(name, *rest, **more):
        if name == "OpenEXR":
            raise ImportError(name)
        return whole(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(InputError, match=r"a\.exr: OpenEXR is not installed; pip install 'raster-labels\[exr\]'"):
        read_exr(tmp_path / "a.exr")
