"""Tests of warnings: for each rule a set that must raise it, and one beside the threshold that must not."""

import re
from pathlib import Path

import numpy as np
import pytest
import reported_sets
from reported_sets import CODES, HIDDEN, image, thing, write_set

from raster.reporting.advice import ADVICE
from raster.reporting.data_source import open_set
from raster.reporting.findings import Finding, findings
from raster.reporting.page_sections import sections
from raster.reporting.summary import Summary, summarise
from raster.run.known_keys import known_keys

PLACES = np.random.default_rng(0).integers(0, 30, (200, 2)).tolist()


def usual(count: int = 40, **other) -> list[dict]:
    """Images that no rule finds fault with: both classes, a fifth for validation, sizes, places and light that vary."""
    made = []
    for number in range(count):
        (x, y), side = PLACES[number], 18 + number % 16
        things = [thing(1, x, y, side), thing(2, 30 - x + number % 4, 30 - y, 28)][: 1 + (number % 5 > 0)]
        known = {"split": ("train", "valid")[number % 5 == 4], "fov_deg": 30 + number % 7, "grey": 90 + 5 * (number % 16)}
        made.append(image(*things[:: (-1, 1)[number % 10 > 0]], **(known | other)))
    return made


def with_things(things, count: int = 40) -> list[dict]:
    """The same, with other objects in each image: things(number) -> list."""
    return [{**each, "objects": image(*things(number))["objects"]} for number, each in enumerate(usual(count))]


def seen(tmp_path: Path, images: list[dict], codes=CODES) -> Summary:
    return summarise(open_set(write_set(tmp_path / "set", images, codes)), 1000, 1, lambda *done: None)


def rules(tmp_path: Path, images: list[dict], codes=CODES) -> set[str]:
    return {finding.rule for finding in findings(seen(tmp_path, images, codes))}


def boxes(side: int, count: int = 2) -> list[dict]:
    """Objects away from the middle and from the edge."""
    return [thing(1 + number % 2, 4 + 30 * (number % 2), 3 + 2 * number, side) for number in range(count)]


def shared(rare: int, total: int = 40):
    """Of the images, `rare` (evenly spread) get the first object, the others the second."""

    def choose(number: int, first, second):
        return first if number * rare // total != (number + 1) * rare // total else second

    return choose


# rule: images that must raise it, images that must not
CASES = {
    "small": (with_things(lambda k: boxes(20 if k else 30)), with_things(lambda k: boxes(20 if k % 9 else 30))),
    "tiny": (
        with_things(lambda k: [*boxes(30, 2), *([thing(1, 2, 2, 5)] if k % 3 == 0 else [])]),
        with_things(lambda k: [*boxes(30, 2), *([thing(1, 2, 2, 5)] if k % 6 == 0 else [])]),
    ),
    "hidden": (
        with_things(lambda k: [*boxes(30, 2), *[thing(1, **HIDDEN)] * (2 if k % 2 else 1)]),
        with_things(lambda k: [*boxes(30, 2), thing(1, **HIDDEN)]),
    ),
    "visibility": (
        with_things(lambda k: [{**each, "visibility": 0.4 + 0.3 * (k % 3 == 0)} for each in boxes(30)]),
        with_things(lambda k: [{**each, "visibility": 0.4 + 0.3 * (k % 3 > 0)} for each in boxes(30)]),
    ),
    "edge": (
        with_things(lambda k: [thing(1, 0, 20, 30), thing(2, 30, 5, 22)]),
        with_things(lambda k: [thing(1, int(k % 3 > 0), 20, 30), thing(2, 30, 5, 22)]),
    ),
    "middle": (
        with_things(lambda k: [thing(1, 19, 20, 25), thing(2, 20 if k % 2 else 2, 20, 25)]),
        with_things(lambda k: [thing(1, 19 if k % 2 else 2, 20, 25), thing(2, 20 if k % 4 == 0 else 2, 20, 25)]),
    ),
    "background": (with_things(lambda k: boxes(7)), with_things(lambda k: boxes(8))),
    "unlabelled": (
        [{**each, "objects": [], "unlabelled": True} if k % 4 == 0 else each for k, each in enumerate(usual())],
        [{**each, "objects": [], "unlabelled": True} if k % 8 == 0 else each for k, each in enumerate(usual())],
    ),
    "missing": (with_things(lambda k: [thing(1, 2 + k, 3, 24)]), usual()),
    "few": (
        with_things(lambda k: [thing(shared(9, 120)(k, 2, 1), 2 + k % 30, 3, 24)], 120),
        with_things(lambda k: [thing(shared(10, 120)(k, 2, 1), 2 + k % 30, 3, 24)], 120),
    ),
    "imbalance": (
        with_things(lambda k: [thing(shared(3)(k, 2, 1), 2 + k % 30, 3, 24)]),
        with_things(lambda k: [thing(shared(4)(k, 2, 1), 2 + k % 30, 3, 24)]),
    ),
    "together": (
        with_things(lambda k: boxes(24) if k % 3 else []),
        with_things(lambda k: boxes(24)[: 1 + (k % 10 > 0)] if k % 3 else []),
    ),
    "valid": ([each | {"split": "train"} for each in usual()], usual()),
    "split lacks": (
        [{**each, "objects": each["objects"][:1]} if each["split"] == "valid" else each
         for each in with_things(lambda k: boxes(24))],
        usual(),
    ),
    "split differs": (
        [{**each, "grey": 180 if each["split"] == "valid" else 100} for each in usual(100)],
        [{**each, "grey": 180 if k % 2 else 100} for k, each in enumerate(usual(100))],
    ),
    "dark": (
        [each | {"grey": 5 if k % 8 == 0 else each["grey"]} for k, each in enumerate(usual())],
        [each | {"grey": 5 if k % 20 == 0 else each["grey"]} for k, each in enumerate(usual())],
    ),
    "bright": (
        [each | {"grey": 245 if k % 8 == 0 else each["grey"]} for k, each in enumerate(usual())],
        [each | {"grey": 245 if k % 20 == 0 else each["grey"]} for k, each in enumerate(usual())],
    ),
    "one fov": (usual(fov_deg=40), [*usual(39, fov_deg=40), *usual(1, fov_deg=41)]),
    "alike": (usual(grey=120), usual()),
}  # fmt: skip


@pytest.mark.parametrize("rule", CASES)
def test_a_set_raises_the_rule_and_another_does_not(rule, tmp_path):
    bad, good = CASES[rule]
    assert rule in rules(tmp_path / "bad", bad)
    assert rule not in rules(tmp_path / "good", good)


def test_a_usual_set_raises_nothing(tmp_path):
    assert findings(seen(tmp_path, usual())) == []


@pytest.mark.parametrize(("rule", "factor"), [("flat", 0.1), ("grey", 0.0)])
def test_flat_and_grey_pictures(rule, factor, tmp_path, monkeypatch):
    """Of a set whose pictures are noise in colours: with less of the noise, with none of the colours."""

    def change(grey: int, number: int) -> np.ndarray:
        made = original(grey, number).astype(float)
        mean = made.mean(axis=(0, 1), keepdims=True) if rule == "flat" else made.mean(axis=2, keepdims=True)
        return np.round(mean + factor * (made - mean)).astype(np.uint8)

    original = reported_sets.picture
    assert rule not in rules(tmp_path / "good", usual())
    monkeypatch.setattr("reported_sets.picture", change)
    assert rule in rules(tmp_path / "bad", usual())


def test_what_differs_from_another_set(tmp_path):
    one, same = seen(tmp_path / "one", usual()), seen(tmp_path / "same", usual(60))
    darker = seen(tmp_path / "darker", [{**each, "grey": each["grey"] // 2} for each in usual()])
    assert findings(one, same) == []
    (found,) = findings(one, darker)
    assert found.rule == "differs"
    assert found.text.startswith("It differs from set in brightness (median 0.4")


def test_small_sets_raise_no_shares(tmp_path):
    assert rules(tmp_path, with_things(lambda k: boxes(5), 9)) <= {"missing"}


def test_the_numbers_are_in_the_words(tmp_path):
    (found,) = findings(seen(tmp_path, with_things(lambda k: boxes(20 if k else 30))))[:1]
    assert found.text == "98 % of the objects are below a third of the picture's height, half of them below 31 %."  # 78 of 80


def test_every_rule_is_tested_advised_and_documented(tmp_path):
    tested = {*CASES, "flat", "grey", "differs"}
    page = (
        (Path(__file__).parents[2] / "docs" / "seeing.md").read_text().partition("### When it warns")[2].partition("\n## ")[0]
    )
    documented = {name for row in re.findall(r"^\| (`.*?) \|", page, re.M) for name in re.findall(r"`([^`]+)`", row)}
    assert tested == set(ADVICE) == documented
    names = {name for name, _, _ in sections(seen(tmp_path, usual()), None, [])}
    assert {about for about, _ in ADVICE.values()} - {"compare"} <= names


def test_advice_names_options_that_there_are():
    known = known_keys("config")
    for _, advice in ADVICE.values():
        for option in re.findall(r"\b(?:randomizers|label_filter)\.[\w.]*\w", advice):
            assert option in known or any(key.startswith(f"{option}.") for key in known), option


def test_a_finding_leads_to_its_section():
    finding = Finding("warning", "small", "text")
    assert finding.about == "objects"
    assert "randomizers.camera.fov_deg" in finding.advice
