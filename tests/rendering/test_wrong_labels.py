"""Tests of the comparison of labels with the ray caster: it finds records and labels that are a little wrong."""

import numpy as np
import pytest
from compared_labels import AGREE, BENT, Tally, compare, through_json

from raster.frames import Frames


def turned(record: dict, degrees: float) -> dict:
    """The same scene with the camera turned about its vertical axis."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    pose = np.array(record["camera"]["world_from_camera"]) @ [[c, 0, s, 0], [0, 1, 0, 0], [-s, 0, c, 0], [0, 0, 0, 1]]
    return {**record, "camera": {**record["camera"], "world_from_camera": pose}}


def zoomed(record: dict, factor: float) -> dict:
    camera = record["camera"]
    return {**record, "camera": {**camera, "fx": camera["fx"] * factor, "fy": camera["fy"] * factor}}


def moved(record: dict) -> dict:
    """The first object 0.3 m higher."""
    objects = through_json(record)["objects"]
    for part in [objects[0], *objects[0].get("parts", [])]:
        part["world_from_object"][2][3] += 0.3
    return {**record, "objects": objects}


def bent(record: dict) -> dict:
    """Seen through a lens that moves the corner outwards by a fifth more."""
    camera = record["camera"]
    corner = (camera["width"] / 2 / camera["fx"]) ** 2 + (camera["height"] / 2 / camera["fy"]) ** 2
    k1, *others = camera["distortion"]
    return {**record, "camera": {**camera, "distortion": [k1 + 0.2 / corner, *others]}}


def renumbered(record: dict) -> dict:
    objects = [{**o, "instance": len(record["objects"]) + 1 - o["instance"]} for o in record["objects"]]
    return {**record, "objects": objects}


@pytest.mark.slow
@pytest.mark.parametrize(
    "change", [lambda r: turned(r, 2), lambda r: zoomed(r, 1.06), moved, renumbered, bent],
    ids=["turned by 2 degrees", "zoomed by 6 %", "moved", "renumbered", "bent"],
)  # fmt: skip
def test_a_record_that_is_a_little_wrong_is_found_out(change, full_sampler, full_renderer):
    """In every image pixels differ that no outline comes near."""
    frames = full_renderer.render(full_sampler(0, 8))
    for b, record in enumerate(frames.records):
        one = {name: layer[b : b + 1] for name, layer in frames.layers.items()}
        wrong = Frames(frames.index[b : b + 1], one, [change(record)], frames.classes)
        with pytest.raises(AssertionError, match="pixels, the first"):
            compare(wrong, Tally())


def shifted(frames: Frames, shift: dict[str, float]) -> Tally:
    """What the comparison finds if every record has its principal point off by so many px."""
    tally = Tally()
    for record in frames.records:
        record["camera"] |= {key: record["camera"][key] + by for key, by in shift.items()}
    compare(frames, tally)
    return tally


@pytest.mark.parametrize("shift", [{"cx": 0.25}, {"cy": -0.25}, {"cx": 0.2, "cy": 0.2}])
def test_a_shift_of_a_quarter_of_a_pixel_shows(shift, sampler, renderer):
    """Not beyond the outlines' neighbourhood, but in how many of its pixels differ."""
    tally = shifted(renderer.render(sampler(0, 8)), shift)
    assert tally.excused_and_differ > 2 * AGREE * tally.excused


@pytest.mark.slow
@pytest.mark.parametrize("shift", [{"cx": 0.5}, {"cy": -0.5}])
def test_a_shift_of_half_a_pixel_shows_through_a_lens(shift, full_sampler, full_renderer):
    tally = shifted(full_renderer.render(full_sampler(0, 16)), shift)
    assert tally.excused_and_differ > 1.2 * BENT * tally.excused


def test_labels_that_are_a_little_wrong_are_found_out(sampler, renderer):
    """Upside down, mirrored, moved by two pixels, or with two classes exchanged."""
    frames = renderer.render(sampler(0, 6))
    one = frames.layers["class_id"]
    exchanged = np.where(one == 1, 2, np.where(one == 2, 1, one)).astype(np.uint8)
    for change in (lambda x: x[:, ::-1], lambda x: x[:, :, ::-1], lambda x: np.roll(x, 2, axis=2)):
        with pytest.raises(AssertionError, match="pixels, the first"):
            compare(Frames(frames.index, {k: change(v) for k, v in frames.layers.items()}, frames.records, ()), Tally())
    with pytest.raises(AssertionError, match="pixels, the first"):
        compare(Frames(frames.index, {**frames.layers, "class_id": exchanged}, frames.records, ()), Tally())
