"""Why a network fails: intervals, costs, what is measured of objects, and a fake network whose fault is known."""

import json
from pathlib import Path

import numpy as np
import pytest
from drawn_sets import records, varied
from failing_network import fails_below
from PIL import Image, ImageFilter
from scipy import stats

from train.data.folder import read_folder
from train.diagnosis.diagnosis import Diagnosis, diagnose
from train.diagnosis.factors import Factor
from train.diagnosis.groups import grouped
from train.diagnosis.measured import blur, contrast, lab, noise
from train.diagnosis.observe import observe_with
from train.diagnosis.statistics import group_means, mean_interval, wilson
from train.diagnosis.true_objects import true_objects

pytestmark = pytest.mark.slow
FAILS_BELOW = 0.14  # apparent size


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    """120 small pictures of preset=fast with all annotations."""
    more = ("preset=fast", "n=120", "size=64", "batch=32", "annotations=[boxes,amodal,full]", "valid=0", "seed=3")
    return varied(tmp_path_factory.mktemp("drawn"), *more)


@pytest.fixture(scope="module")
def found(drawn) -> Diagnosis:
    folder = read_folder(drawn)
    return diagnose(observe_with(fails_below(folder, FAILS_BELOW), folder, range(len(folder))))


def test_what_makes_the_network_fail_costs_most(found):
    first, second = found.findings[:2]
    assert first.factor.name == "size"
    assert first.costs
    assert first.iou.cost > 1.2 * second.iou.cost
    for (low, high), mean in zip(first.groups.bounds, first.iou.mean, strict=True):
        assert mean == (1 if low >= FAILS_BELOW else 0 if high < FAILS_BELOW else pytest.approx(mean, abs=0))
    sizes = np.array(found.seen.values["size"], float)
    np.testing.assert_array_equal(found.seen.found, sizes >= FAILS_BELOW)
    assert first.iou.cost == pytest.approx(1 - found.iou, abs=0.03)  # the best group is all right
    # Objects far away are small, but at equal size they fare alike.
    distance = next(finding for finding in found.findings if finding.factor.name == "distance")
    assert distance.iou.cost > 0.1
    assert abs(distance.alike.cost) < distance.iou.cost / 3


def test_values_are_those_of_the_records(found, drawn):
    seen, told = found.seen, records(drawn)
    by_picture = {number: [k for k, of in enumerate(seen.picture) if of == number] for number in range(len(told))}
    for number, record in enumerate(told):
        entries = [each for each in record["objects"] if each["class_id"] and each["visible_px"] > 0]
        assert [seen.bbox[k] for k in by_picture[number]] == [each["bbox"] for each in entries]
        assert [seen.pixels[k] for k in by_picture[number]] == [each["visible_px"] for each in entries]
        for k, entry in zip(by_picture[number], entries, strict=True):
            assert seen.values["class"][k] == entry["class"]
            assert seen.values["visibility"][k] == entry["visibility"]
            assert seen.values["truncation"][k] == entry["truncation"]
            x, y, w, h = entry["bbox"]
            assert seen.values["size"][k] == max(w, h) / 64
            assert seen.values["border"][k] == min(x, y, 64 - x - w, 64 - y - h) / 64
    assert seen.instances


def test_the_facts_are_json_and_name_the_worst_pictures(found, drawn):
    facts = json.loads(json.dumps(found.facts(read_folder(drawn), 3)))
    size = facts["factors"][0]
    assert sum(group["objects"] for group in size["groups"]) == facts["objects"]
    for group in size["groups"]:
        assert group["iou_interval"][0] <= group["iou"] <= group["iou_interval"][1]
        assert group["detected_interval"][0] <= group["detected"] <= group["detected_interval"][1]
        assert len({each["image"] for each in group["worst"]}) == len(group["worst"]) == 3
    assert [each["iou"] for each in size["groups"][0]["worst"]] == [0, 0, 0]
    assert facts["false"] == []


def test_touching_objects_are_told_apart_by_instances_alone():
    mask = np.zeros((20, 30), np.uint8)
    mask[5:15, 5:25] = 1
    instances = np.where(mask, 1, 0).astype(np.uint16)
    instances[:, 15:] *= 2
    entries = [{"instance": k, "class_id": 1, "bbox": [x, 5, 10, 10]} for k, x in ((1, 5), (2, 15))]
    both = true_objects(mask, 2, {"objects": entries}, instances)
    assert [(one.bbox, one.entry["instance"]) for one in both] == [([5, 5, 10, 10], 1), ([15, 5, 10, 10], 2)]
    (one,) = true_objects(mask, 2, {"objects": entries})
    assert (one.bbox, one.entry) == ([5, 5, 20, 10], entries[1])  # its box is half of the area's
    (one,) = true_objects(mask, 2)
    assert one.entry is None


def test_wilsons_interval_is_scipys():
    for hits, of in ((0, 5), (3, 10), (50, 50), (411, 900)):
        expected = stats.binomtest(hits, of).proportion_ci(0.95, "wilson")
        assert wilson(hits, of) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_intervals_of_means_are_as_wide_as_pictures_say():
    random = np.random.default_rng(0)
    picture = np.repeat(np.arange(300), 4)
    alone, shared = random.normal(0.5, 0.1, 1200), np.repeat(random.normal(0.5, 0.1, 300), 4)
    for score, count in ((alone, 1200), (shared, 300)):  # four objects that fare alike are worth one
        low, high = mean_interval(score, picture)
        assert (high - low) / 2 == pytest.approx(1.96 * score.std() / count**0.5, rel=0.15)
        assert low < score.mean() < high


def test_the_cost_is_the_way_to_the_best_group_and_chance_costs_nothing():
    random = np.random.default_rng(1)
    picture, group = np.repeat(np.arange(400), 3), random.integers(0, 4, 1200)
    score = np.array([0.8, 0.6, 0.4, 0.2])[group] + random.normal(0, 0.05, 1200)
    found = group_means(score, group, picture, 4)
    assert found.cost == pytest.approx(0.8 - score.mean(), abs=0.02)
    assert found.cost_interval[0] < found.cost < found.cost_interval[1]
    costs = [group_means(score, random.integers(0, 8, 1200), picture, 8).cost for _ in range(40)]
    assert np.mean(costs) == pytest.approx(0, abs=3 * np.std(costs) / 40**0.5)


def test_a_small_group_is_never_the_best():
    score, group = np.full(100, 0.5), np.array([0] * 97 + [1] * 3)
    score[97:] = 1
    assert group_means(score, group, np.arange(100), 2).cost < 0.05


def test_noise_blur_and_contrast():
    random = np.random.default_rng(2)
    for deviation in (3.0, 12.0):
        assert noise(128 + random.normal(0, deviation, (96, 96))) == pytest.approx(deviation, rel=0.1)
    squares = Image.fromarray((np.indices((96, 96)).sum(axis=0) // 12 % 2 * 200).astype(np.uint8))
    found = [blur(np.asarray(squares.filter(ImageFilter.GaussianBlur(px)), float)) for px in (0, 0.5, 1, 2)]
    assert found == sorted(found)
    assert found[3] - found[0] > 0.2
    np.testing.assert_allclose(lab(np.uint8([[255, 255, 255], [255, 0, 0], [0, 0, 255]])),
                               [[100, 0, 0], [53.24, 80.09, 67.20], [32.30, 79.19, -107.86]], atol=0.05)  # fmt: skip
    image = np.full((64, 64, 3), (255, 0, 0), np.uint8)
    image[20:40, 20:40] = (0, 0, 255)
    box, inside = (slice(20, 40), slice(20, 40)), np.ones((20, 20), bool)
    assert contrast(image, box, inside) == pytest.approx(np.linalg.norm([20.94, 0.9, 175.06]), abs=0.1)
    image[21:39, 21:39] = 0  # away from the outline nothing counts
    assert contrast(image, box, inside) == pytest.approx(np.linalg.norm([20.94, 0.9, 175.06]), abs=0.1)
    assert np.isnan(contrast(image[20:40, 20:40], (slice(0, 20), slice(0, 20)), inside))


def test_what_rounding_left_of_nothing_is_told_as_nothing():
    contrast_of = [2.7e-15, *np.linspace(1, 20, 200)]
    labels = grouped(Factor("contrast", "contrast", unit="ΔE"), contrast_of).labels
    assert labels[0].startswith("0 to ")
    assert labels[0].endswith(" ΔE")
