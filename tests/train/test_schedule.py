"""Tests of the phases of a training run: sizes, epochs and crops by options and number of images."""

import pytest

from raster.run.options import options_of
from train.config import TrainConfig
from train.learning import schedule
from train.learning.schedule import phase_of, phases

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("images", "given", "expected"),
    [
        (10_000, {}, [((64, 128), 2, None), ((96, 192), 14, (0.3, 1))]),
        (4_000, {}, [((64, 128), 6, None), ((96, 192), 36, (0.3, 1))]),
        (100, {}, [((64, 128), 100, None), ((96, 192), 100, (0.3, 1))]),  # few images: no more than 100 epochs
        (10**6, {}, [((64, 128), 1, None), ((96, 192), 1, (0.3, 1))]),
        (None, {}, [((64, 128), 4, None), ((96, 192), 4, (0.3, 1))]),  # a stream
        (100, {"epochs": 3, "then_size": None}, [((64, 128), 3, None)]),
        (100, {"then_size": 80, "then_epochs": 2, "crops": None}, [((64, 128), 100, None), ((80, 80), 2, None)]),
    ],
)
def test_phases(images, given, expected):
    autos = dict.fromkeys(("epochs", "then_size", "then_epochs"), "auto")
    plan = phases({"size": [64, 128], "crops": [0.3, 1], **autos, **given}, images)
    assert [(phase.size, phase.epochs, phase.crops) for phase in plan] == expected
    assert plan[-1].read_size == (plan[-1].size if plan[-1].crops is None else (192, 384))
    expected_phases = [phase for phase in plan for _ in range(phase.epochs)]
    assert [phase_of(plan, epoch) for epoch in range(len(expected_phases))] == expected_phases
    assert phase_of(plan, len(expected_phases)) == plan[-1]


def test_the_descriptions_have_the_numbers_of_the_schedule():
    said = {option.name: option.text for option in options_of(TrainConfig)}
    (first, second), (most, _) = schedule.TOTAL_IMAGES, schedule.MAX_EPOCHS
    assert f"auto: {first:,} images in all, {most} passes at most" in said["epochs"]
    assert f"auto: {second:,} images in all, {most} at most" in said["then_epochs"]
    assert f"auto: {schedule.SCALES[0]:g} to {schedule.SCALES[-1]:g}" in said["scales"]
