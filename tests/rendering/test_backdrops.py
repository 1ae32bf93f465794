"""Tests of photographs that fill the frame: cropped to its shape, upright, once."""

import numpy as np
import pytest
from PIL import Image

from raster.assets.catalog import Catalog
from raster.assets.library import EMPTY
from raster.randomizers.background import Background
from raster.randomizers.lens import Lens
from raster.rendering.renderer import Renderer
from raster.scene.sampler import Sampler
from raster.solids.cube import cube

SIZE = (48, 80)


def photograph(height: int, width: int) -> np.ndarray:
    """(H, W, 3) uint8: no two places of it look alike, and it turns or mirrors to nothing like itself."""
    v, u = np.mgrid[:height, :width]
    blue = 127 + 100 * np.sin(u / 5) * np.cos(v / 4)
    return np.stack([30 + 200 * u / width, 220 - 200 * v / height, blue], axis=-1).astype(np.uint8)


def drawn(path, count: int = 1, size=SIZE, **options) -> tuple[np.ndarray, Sampler]:
    """(count, H, W, 3) the backgrounds alone, and what sampled them."""
    lens = options.pop("lens", None)
    randomizers = {"background": Background(images=str(path), **options), **({"lens": lens} if lens else {})}
    sampler = Sampler(Catalog({"cube": cube()}), randomizers, 5, size)
    renderer = Renderer(sampler.catalog, size, count, library=sampler.library, requirements=sampler.requirements)
    color = renderer.render(sampler(0, count)).layers["color"]
    renderer.release()
    return color.astype(int), sampler


def test_a_photograph_of_the_frames_size_is_shown_pixel_for_pixel(tmp_path):
    Image.fromarray(photograph(*SIZE)).save(tmp_path / "a.png")
    color, _ = drawn(tmp_path / "a.png", pictured=1, fill=1)
    assert np.abs(color[0] - photograph(*SIZE)).max() <= 1


@pytest.mark.parametrize("shape", [(96, 96), (40, 200), (300, 100)])
def test_another_photograph_is_cropped_around_its_middle(shape, tmp_path):
    whole = Image.fromarray(photograph(*shape))
    whole.save(tmp_path / "a.png")
    scale = min(shape[0] / SIZE[0], shape[1] / SIZE[1])
    height, width = round(scale * SIZE[0]), round(scale * SIZE[1])
    top, left = (shape[0] - height) // 2, (shape[1] - width) // 2
    part = whole.crop((left, top, left + width, top + height)).resize(SIZE[::-1], Image.Resampling.LANCZOS)
    color, _ = drawn(tmp_path / "a.png", pictured=1, fill=1)
    assert np.abs(color[0] - np.asarray(part)).max() <= 6
    assert np.abs(color[0] - np.asarray(part)).mean() < 1


def test_some_fill_the_frame_and_the_others_lie_as_before(tmp_path):
    Image.fromarray(photograph(*SIZE)).save(tmp_path / "a.png")
    before, _ = drawn(tmp_path / "a.png", 16, pictured=0.7)
    color, _ = drawn(tmp_path / "a.png", 16, pictured=0.7, fill=0.5)
    fills = np.abs(color - photograph(*SIZE)).max(axis=(1, 2, 3)) <= 1
    assert 2 <= fills.sum() <= 10
    np.testing.assert_array_equal(color[~fills], before[~fills])


def test_beyond_the_edge_of_a_lens_that_distorts_the_photograph_goes_on(tmp_path):
    """It is laid over all that is drawn, so nothing is repeated and no edge is drawn out."""
    Image.fromarray(photograph(*SIZE)).save(tmp_path / "a.png")
    color, sampler = drawn(tmp_path / "a.png", 4, pictured=1, fill=1, lens=Lens(distorted=1, k1=(0.1, 0.1)))
    assert sampler.requirements.margin > 0
    red = color[..., 0].mean(axis=1)
    assert (np.diff(red, axis=1) > 0.5).mean() > 0.95, "as in the photograph, red grows to the right, up to both edges"


def test_procedural_pictures_fill_the_frame_too():
    color, sampler = drawn("clutter", pictured=1, fill=1, most=2)
    assert sampler.library.backdrops.shape == (2, *SIZE, 3)
    assert min(np.abs(color[0] - made).max() for made in sampler.library.backdrops) <= 1


def test_a_run_without_them_reads_none(tmp_path):
    Image.fromarray(photograph(*SIZE)).save(tmp_path / "a.png")
    sampler = Sampler(Catalog({"cube": cube()}), {"background": Background(images=str(tmp_path), pictured=1)}, 5, SIZE)
    assert len(sampler.library.backdrops) == 0
    filled = Sampler(Catalog({"cube": cube()}), {"background": Background(images=str(tmp_path), pictured=1, fill=1)}, 5, SIZE)
    assert len(filled.library.pictures) == 0
    assert filled.library.digest() not in ("", sampler.library.digest())
    none = Sampler(Catalog({"cube": cube()}), {"background": Background(images=None, pictured=1, fill=1)}, 5, SIZE)
    assert none.library is EMPTY
