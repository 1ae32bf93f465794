"""Tests of how many images are drawn at once."""

import pytest

from raster.errors import InputError
from raster.run.config import load_config
from raster.run.setup import build_setup


@pytest.mark.slow
def test_a_batch_is_cut_to_what_fits_in_memory_and_to_the_layers_that_drivers_have():
    def batch(*overrides: str) -> int:
        return build_setup(load_config(["preset=fast", "n=1000000", "batch=1000000", *overrides])).batch

    assert batch("size=16") == 2048
    assert batch("size=1024") == 32
    assert batch("size=1024", "samples=4") == 8
    assert batch("size=16384") == 1
    assert build_setup(load_config(["preset=fast", "n=7"])).batch == 7
    shadows = batch("size=1024", "randomizers.lights.shadows=2")
    assert 4 < shadows < 32  # each map takes memory too


@pytest.mark.slow
def test_a_batch_is_cut_to_the_objects_that_fit_in_memory():
    few = ["preset=fast", "size=16", "n=1000", "batch=1000", "randomizers.distractors.count=0"]
    sampler = build_setup(load_config([*few, "randomizers.objects.count=6000"]))
    assert sampler.batch == 2**16 // sum(sampler.sampler.slots.values()) == 10


@pytest.mark.parametrize(
    ("arrangement", "count", "most"),
    [("poisson", "randomizers.objects.count=[1,5000]", 4096), ("stacks", "randomizers.distractors.count=[5000,5000]", 4096),
     ("physics", "randomizers.objects.count=[1,1945]", 512), ("physics", "randomizers.distractors.count=[0,5000]", 512)],
)  # fmt: skip
def test_a_crowd_that_would_take_minutes_is_refused(arrangement, count, most):
    """Before anything is drawn, and whatever image 0 shows."""
    if arrangement == "physics":
        pytest.importorskip("mujoco", reason="the extra physics is not installed")
    words = ["preset=fast", "size=16", f"randomizers.placement.arrangements={{grid: 9, {arrangement}: 1}}", count]
    words = [*words, "randomizers.placement.floor_radius=20"]
    said = (
        rf"^randomizers\.placement\.arrangements: {arrangement} places at most {most} objects and distractors in an image, not "
    )
    with pytest.raises(InputError, match=said):
        build_setup(load_config(words))
