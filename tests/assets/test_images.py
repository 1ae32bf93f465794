"""Tests of pictures for backgrounds: files of many kinds, upright, square, sorted; clutter; bad files refused by name."""

import warnings

import numpy as np
import pytest
from PIL import Image

from raster.assets import library
from raster.assets.file_patterns import find_files
from raster.assets.fractal_noise import fractal
from raster.assets.images.dead_leaves import dead_leaves
from raster.assets.images.load import crop_backdrops, load_backdrops, load_pictures
from raster.assets.library import PictureSource
from raster.errors import InputError
from raster.streams import Streams


def flat(path, color=(200, 100, 50), size=(40, 30), mode="RGB", **more):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, color).save(path, **more)
    return path


def load(source, most=100, px=16, key="images") -> np.ndarray:
    return load_pictures(key, str(source), most, px, 0)


# --- Which files


def test_files_are_found_in_folders_and_by_patterns(tmp_path):
    names = ["b.jpg", "a/z.PNG", "a/deep/er/1.tif", "c.webp", ".hidden.jpg", "notes.txt", "d.JPEG", "e.bmp"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    endings = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif")
    everything = [str(p.relative_to(tmp_path)) for p in find_files("k", str(tmp_path), endings, 99)]
    assert everything == ["a/deep/er/1.tif", "a/z.PNG", "b.jpg", "c.webp", "d.JPEG", "e.bmp"]
    assert [p.name for p in find_files("k", f"{tmp_path}/**/*.[jP]*", endings, 99)] == ["z.PNG", "b.jpg"]
    assert [p.name for p in find_files("k", f"{tmp_path}/b.jpg", endings, 99)] == ["b.jpg"]
    odd = tmp_path / "a" / "[1]"
    odd.mkdir()
    (odd / "x.png").touch()
    assert [p.name for p in find_files("k", str(odd), endings, 99)] == ["x.png"]


def test_of_many_files_some_are_chosen_evenly(tmp_path):
    for k in range(10):
        (tmp_path / f"{k}.png").touch()
    for most, expected in ((4, "0257"), (10, "0123456789"), (99, "0123456789"), (1, "0")):
        assert "".join(p.stem for p in find_files("k", str(tmp_path), (".png",), most)) == expected


# --- What they become


@pytest.mark.parametrize("ending", ["jpg", "jpeg", "png", "bmp", "webp", "tif", "tiff", "PNG"])
def test_every_kind_is_read(tmp_path, ending):
    flat(tmp_path / f"a.{ending}")
    pictures = load(tmp_path)
    assert pictures.shape == (1, 16, 16, 3)
    assert pictures.dtype == np.uint8
    np.testing.assert_allclose(pictures.astype(int), np.broadcast_to([200, 100, 50], pictures.shape), atol=4)


def quarters(width: int, height: int) -> np.ndarray:
    """Red, green above, blue, white below; grey margins where a square crop takes none."""
    side, image = min(width, height), np.full((height, width, 3), 128, np.uint8)
    top, left, h = (height - side) // 2, (width - side) // 2, side // 2
    for r, c, color in ((0, 0, (255, 0, 0)), (0, 1, (0, 255, 0)), (1, 0, (0, 0, 255)), (1, 1, (255, 255, 255))):
        image[top + r * h : top + r * h + h, left + c * h : left + c * h + h] = color
    return image


def corners(picture: np.ndarray) -> list[int]:
    """Which of quarters' colours stands in the four corners, by its number."""
    colors = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]])
    at = picture[[2, 2, -3, -3], [2, -3, 2, -3]].astype(int)
    return np.abs(at[:, None] - colors).sum(axis=-1).argmin(axis=1).tolist()


@pytest.mark.parametrize("size", [(64, 64), (200, 64), (64, 300), (2400, 1600)])
@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_the_middle_square_is_taken_whole(tmp_path, size, ending):
    Image.fromarray(quarters(*size)).save(tmp_path / f"a.{ending}", quality=95)
    picture = load(tmp_path, px=32)[0]
    assert corners(picture) == [0, 1, 2, 3]
    np.testing.assert_allclose(picture[4:12, 4:12].mean(axis=(0, 1)), [255, 0, 0], atol=12)
    np.testing.assert_allclose(picture.mean(axis=(0, 1)), [127.5] * 3, atol=6)


@pytest.mark.parametrize("ending", ["jpg", "png", "tif"])
def test_a_camera_s_turn_is_undone(tmp_path, ending):
    """Orientation 6: the picture was stored turned a quarter to the left."""
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(quarters(96, 64)).transpose(Image.Transpose.ROTATE_90).save(tmp_path / f"a.{ending}", exif=exif)
    assert corners(load(tmp_path, px=32)[0]) == [0, 1, 2, 3]


def test_what_is_transparent_lies_over_black(tmp_path):
    flat(tmp_path / "a.png", (200, 100, 50, 128), mode="RGBA")
    flat(tmp_path / "b.png", (200, 0), mode="LA")
    palette = Image.new("P", (20, 20), 1)
    palette.putpalette([9, 9, 9, 250, 250, 250])
    palette.save(tmp_path / "c.png", transparency=1)
    flat(tmp_path / "d.png", 77, mode="L")
    flat(tmp_path / "e.jpg", (0, 0, 0, 0), mode="CMYK")
    found_ = load(tmp_path)[:, 8, 8].tolist()
    assert found_ == [[100, 50, 25], [0, 0, 0], [0, 0, 0], [77, 77, 77], [255, 255, 255]]


def test_pictures_come_sorted(tmp_path):
    for k in (3, 1, 2):
        flat(tmp_path / f"{k}.png", (k, k, k))
    assert load(tmp_path)[:, 0, 0, 0].tolist() == [1, 2, 3]
    assert load(tmp_path, most=2)[:, 0, 0, 0].tolist() == [1, 2]


# --- Refusals


def refused(source, message: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a refusal is no warning
        with pytest.raises(InputError) as caught:
            load(source, key="images")
    assert str(caught.value).startswith(f"images={source}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_pictures_are_refused(tmp_path):
    refused(tmp_path / "nowhere", "there is no such folder")
    refused(tmp_path, "found no file in this folder and those below it with an ending of .jpg .jpeg .png")
    refused(tmp_path / "*.jpg", "found no file that this pattern fits")
    refused("", "there is no such folder")
    (tmp_path / "notes.txt").write_text("no picture")
    refused(tmp_path / "*.txt", "found no file that this pattern fits")


@pytest.mark.parametrize("ending", ["jpg", "png", "tif", "webp", "bmp"])
def test_a_cut_off_or_other_file_is_refused_by_name(tmp_path, ending):
    rng = np.random.default_rng(0)
    path = tmp_path / f"a.{ending}"
    Image.fromarray(rng.integers(0, 256, (90, 90, 3), dtype=np.uint8)).save(path)
    whole = path.read_bytes()
    for data in (whole[: len(whole) // 2], whole[:40]):
        path.write_bytes(data)
        refused(tmp_path, f": {path}: ")
    for data in (b"", b"no picture at all"):
        path.write_bytes(data)
        refused(tmp_path, f"{path}: not a picture, or of a kind that Pillow cannot read")


def test_bad_sizes_and_modes_are_refused_by_name(tmp_path, monkeypatch):
    path = flat(tmp_path / "a.png", size=(7, 100))
    refused(tmp_path, f"{path}: is 7 x 100; expected at least 8 pixels each way")
    Image.new("I;16", (20, 20)).save(path)
    refused(tmp_path, f"{path}: has mode I;16; expected 8 bits a channel")
    flat(path, size=(100, 90))
    for limit in (3000, 6000):  # beyond twice Pillow's limit an error, below that a warning
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        refused(tmp_path, f"{path}: too many pixels to be safe; make it smaller first")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    flat(path, mode="1", color=0, size=(11_000, 10_000))
    refused(tmp_path, f"{path}: is 11000 x 10000; at most 100 megapixels are read")


# --- Clutter


def test_clutter_is_a_function_of_seed_and_number():
    pictures = dead_leaves(6, 48, 3)
    assert pictures.shape == (6, 48, 48, 3)
    assert pictures.dtype == np.uint8
    np.testing.assert_array_equal(dead_leaves(2, 48, 3), pictures[:2])
    assert (dead_leaves(2, 48, 4) != pictures[:2]).any(axis=(1, 2, 3)).all()
    np.testing.assert_array_equal(load_pictures("images", "clutter", 2, 48, 3), pictures[:2])


def test_clutter_is_varied_and_structured_as_photographs_are():
    pictures = dead_leaves(40, 64, 0).astype(float)
    grey = pictures.mean(axis=-1)
    mean, deviation = grey.mean(axis=(1, 2)), grey.std(axis=(1, 2))
    assert mean.std() > 15  # dark ones and bright ones
    assert 70 < mean.mean() < 170
    assert np.median(deviation) > 25
    assert (deviation > 4).all()
    color = pictures.mean(axis=(1, 2))
    assert (color.max(axis=1) - color.min(axis=1)).std() > 5
    spectrum = (np.abs(np.fft.rfft2(grey - mean[:, None, None])) ** 2).mean(axis=0)
    f = np.hypot(np.fft.fftfreq(64)[:, None], np.fft.rfftfreq(64))
    inside = (f > 0.03) & (f < 0.35)
    slope = np.polyfit(np.log(f[inside]), np.log(spectrum[inside]), 1)[0]
    assert -4 < slope < -1.5  # power falls as about 1 / f**2 to 1 / f**3 (Field 1987), blurred ones faster


def test_fractal_noise_is_as_strong_as_it_says_and_falls_off():
    noise = fractal(Streams(1, 0, 30, "n/"), "x", 64)
    assert noise.shape == (30, 64, 64)
    assert noise.dtype == np.float32
    assert abs(noise.mean()) < 0.1
    assert 0.6 < noise.std() < 1.1
    np.testing.assert_array_equal(fractal(Streams(1, 7, 2, "n/"), "x", 64), noise[7:9])
    small = np.diff(noise, axis=2).std()
    assert small < np.abs(noise[:, :, 16:] - noise[:, :, :-16]).std() / 2


def test_many_backdrops_share_a_bound_of_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("raster.assets.images.load.MOST_BACKDROP_PX", 4 * 30 * 40)
    for k in range(4):
        Image.fromarray(np.full((90, 160, 3), 50 * k, np.uint8)).save(tmp_path / f"{k}.png")
    assert load_backdrops("images", str(tmp_path), 1, (60, 80)).shape == (1, 60, 80, 3)
    found = load_backdrops("images", str(tmp_path), 4, (60, 80))
    assert found.shape == (4, 30, 40, 3)
    assert sorted(found[:, 0, 0, 0]) == [0, 50, 100, 150]


def test_procedural_backdrops_come_from_the_same_pictures_and_are_made_once(monkeypatch, tmp_path):
    monkeypatch.setenv("RASTER_CACHE", str(tmp_path))
    library._clutter.cache_clear()
    source = PictureSource("clutter", 2)
    pictures = source.load(5, 32)
    monkeypatch.setattr("raster.assets.images.load.dead_leaves", None)  # they are not made again
    library._clutter.cache_clear()
    found = source.load_backdrops(5, 32, (12, 16))
    assert found.shape == (2, 12, 16, 3)
    np.testing.assert_array_equal(found, crop_backdrops(pictures, (12, 16)))
    middle = np.asarray(Image.fromarray(pictures[0]).resize((16, 12), Image.Resampling.LANCZOS, box=(0, 4, 32, 28)))
    np.testing.assert_allclose(found[0].astype(int), middle, atol=3)
    library._clutter.cache_clear()
