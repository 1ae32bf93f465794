"""Tests of the page in a browser: its numbers are those of the set, counted here another way; filters, order, keys, dialog."""

import base64
import io
from collections import Counter

import numpy as np
import pytest
from drawn_sets import pixels, records
from PIL import Image
from scipy.stats import ks_2samp

CLASSES = ("background", "cube", "sphere", "cylinder")


def cells(seen, section: str) -> list[list[str]]:
    """The texts of all rows of the tables in a section."""
    return seen.page.locator(f"#{section} tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    )


def plain(text: str) -> float:
    return float(text.replace(",", "").replace("\u2013", "nan").split()[0])


def numbers(seen, quantity: str) -> dict[str, list[float]]:
    """The numbers under a histogram: name -> one for each set."""
    rows = seen.page.locator(f"article[data-quantity={quantity}] .numbers tbody tr")
    found = rows.evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.innerText))")
    return {name: [plain(value) for value in values] for name, *values in found}


@pytest.fixture(scope="module")
def lines(drawn):
    return records(drawn)


def labelled(line: dict) -> list[dict]:
    """Its objects that have a class and of which something is seen."""
    return [entry for entry in line["objects"] if entry["class_id"] and entry["visible_px"]]


def test_the_numbers_at_the_top(open_page, page, lines):
    seen = open_page(page)
    told = {name: seen.page.locator(f'dd[data-fact="{name}"]').inner_text() for name in
            ("images", "for train", "for valid", "classes", "objects seen", "size, px")}  # fmt: skip
    split = Counter(line["split"] for line in lines)
    assert told == {"images": "24", "for train": str(split["train"]), "for valid": str(split["valid"]), "classes": "3",
                    "objects seen": str(sum(len(labelled(line)) for line in lines)), "size, px": "48 x 48"}  # fmt: skip


def test_class_frequencies_are_those_of_the_labels(open_page, page, drawn, lines):
    """Pixels and images counted in labels/, objects in the records."""
    masks = pixels(drawn, "labels")
    rows = {row[0]: [plain(cell) if cell else np.nan for cell in row[1:]] for row in cells(open_page(page), "classes")[1:]}
    objects = Counter(entry["class"] for line in lines for entry in labelled(line))
    listed = Counter(entry["class"] for line in lines for entry in line["objects"])
    for identity, name in enumerate(CLASSES[1:], 1):
        seen, share, all_, images, image_share, area, area_share = rows[name]
        assert (seen, all_) == (objects[name], listed[name])
        assert images == (masks == identity).any(axis=(1, 2)).sum()
        assert area == (masks == identity).sum()
        assert share == pytest.approx(100 * seen / sum(objects.values()), abs=0.51)
        assert image_share == pytest.approx(100 * images / 24, abs=0.51)
        assert area_share == pytest.approx(100 * area / masks.size, rel=0.06)
    assert rows["background"][5] == (masks == 0).sum()


def test_classes_are_sorted_by_a_column(open_page, page):
    seen = open_page(page)
    names = [row[0] for row in cells(seen, "classes")[1:]]
    for column, title in ((1, "objects seen"), (6, "pixels")):
        for sign in (-1, 1):
            seen.page.locator("#classes").get_by_role("button", name=title).click()
            values = [plain(row[column]) for row in cells(seen, "classes")[1:] if row[column]]
            assert values == sorted(values, key=lambda value: sign * value)
            assert cells(seen, "classes")[0][column] == title
    seen.page.locator("#classes").get_by_role("button", name="class").click()
    assert [row[0] for row in cells(seen, "classes")[1:]] == names


def test_numbers_of_histograms(open_page, page, drawn, lines):
    """Means, least and most as numpy has them; medians to the width of a bin."""
    shown = [(entry, line) for line in lines for entry in labelled(line)]
    luma = pixels(drawn, "images").astype(float) @ [0.2126, 0.7152, 0.0722] / 255
    values = {
        "size": [max(entry["bbox"][2:]) / 48 for entry, _ in shown],
        "visibility": [entry["visibility"] for entry, _ in shown],
        "aspect": [entry["bbox"][2] / entry["bbox"][3] for entry, _ in shown],
        "distance": [
            np.linalg.norm(
                (np.linalg.inv(line["camera"]["world_from_camera"]) @ np.array(entry["world_from_object"])[:, 3])[:3]
            )
            for entry, line in shown
        ],
        "objects": [len(labelled(line)) for line in lines],
        "labelled": (pixels(drawn, "labels") > 0).mean(axis=(1, 2)),
        "lights": [sum(light["type"] in ("directional", "point", "spot") for light in line["lights"]) for line in lines],
        "fov": [2 * np.degrees(np.arctan2(line["camera"]["height"], 2 * line["camera"]["fy"])) for line in lines],
        "brightness": luma.mean(axis=(1, 2)),
        "contrast": luma.std(axis=(1, 2)),
    }
    seen = open_page(page)
    for name, expected in values.items():
        found = numbers(seen, name)
        assert found["number"] == [len(expected)], name
        assert found["mean"] == [pytest.approx(np.mean(expected), rel=6e-3)], name
        assert found["least"] == [pytest.approx(np.min(expected), rel=6e-3)], name
        assert found["most"] == [pytest.approx(np.max(expected), rel=6e-3)], name
        low, high = np.quantile(expected, 0.5, method="inverted_cdf"), np.quantile(expected, 0.5, method="higher")
        assert low * 0.98 - 1e-3 <= found["median"][0] <= high * 1.02 + 1e-3, name


def test_which_are_seen_together(open_page, page, drawn):
    shows = np.stack([(pixels(drawn, "labels") == identity).any(axis=(1, 2)) for identity in (1, 2, 3)])
    rows = cells(open_page(page), "together")[1:]
    for one in range(3):
        for other in {0, 1, 2} - {one}:
            expected = 100 * (shows[one] & shows[other]).sum() / shows[one].sum()
            assert plain(rows[one][1 + other]) == pytest.approx(expected, abs=0.51)


def test_train_beside_validation(open_page, page, drawn, lines):
    luma = pixels(drawn, "images").astype(float).mean(axis=(1, 2)) @ [0.2126, 0.7152, 0.0722] / 255
    valid = np.array([line["split"] == "valid" for line in lines])
    rows = {row[0]: row for row in cells(open_page(page), "splits")[1:]}
    title, _, train, other, statistic, p, verdict = rows["Brightness"]
    assert (title, verdict) == ("Brightness", "alike")
    assert plain(train) == pytest.approx(luma[~valid].mean(), rel=6e-3)
    assert plain(other) == pytest.approx(luma[valid].mean(), rel=6e-3)
    assert plain(statistic) == pytest.approx(
        ks_2samp(luma[~valid], luma[valid]).statistic, abs=0.051
    )  # a value may change its bin
    assert 0 <= plain(p) <= 1
    assert {"Apparent size, mean", "Visibility, mean", "Objects of class cube", "Field of view"} <= set(rows)


def shown(seen) -> list[int]:
    return seen.page.locator("#grid .thumbnail").evaluate_all("all => all.map(each => Number(each.dataset.n))")


def test_pictures_are_filtered_by_class_and_split(open_page, page, lines):
    seen = open_page(page)
    assert shown(seen) == list(range(24))
    seen.page.get_by_role("button", name="cube", exact=True).click()
    cubes = [line["index"] for line in lines if any(entry["class"] == "cube" for entry in labelled(line))]
    assert shown(seen) == cubes
    assert seen.page.locator("#shown").inner_text().startswith(f"{len(cubes)} of 24 pictures")
    seen.page.get_by_role("button", name="sphere", exact=True).click()
    names = [{entry["class"] for entry in labelled(line)} for line in lines]
    assert shown(seen) == [number for number in range(24) if {"cube", "sphere"} <= names[number]]
    seen.page.get_by_role("button", name="cube", exact=True).click()
    seen.page.get_by_role("button", name="sphere", exact=True).click()
    seen.page.get_by_label("Split").select_option("valid")
    assert shown(seen) == [line["index"] for line in lines if line["split"] == "valid"]


def test_pictures_are_sorted(open_page, page, drawn, lines):
    luma = pixels(drawn, "images").astype(float).mean(axis=(1, 2)) @ [0.2126, 0.7152, 0.0722] / 255
    sizes = [max((max(entry["bbox"][2:]) for entry in labelled(line)), default=np.nan) for line in lines]
    visibility = [np.mean([entry["visibility"] for entry in labelled(line)] or [np.nan]) for line in lines]
    keys = {"brightness": luma.round(3), "objects": [len(labelled(line)) for line in lines], "visible size": sizes,
            "occlusion": [1 - value for value in visibility]}  # fmt: skip
    seen = open_page(page)
    for title, key in keys.items():
        seen.page.get_by_label("Sort by").select_option(label=title)
        for sign in (1, -1):
            ordered = np.array(key)[shown(seen)]
            known = ordered[~np.isnan(ordered)]
            assert (np.diff(sign * known) >= -2e-3).all(), title  # visibilities have three digits
            assert np.isnan(ordered[len(known) :]).all()  # what shows nothing comes last
            seen.page.get_by_role("button", name="Descending").click()
    assert seen.page.get_by_role("button", name="Descending").get_attribute("aria-pressed") == "false"


def test_what_lies_over_a_picture_is_its_label(open_page, page, drawn, lines):
    """The layer's colours are the class's, where the label has that class; boxes stand where the records say."""
    seen = open_page(page)
    first = seen.page.locator("#grid .thumbnail").first
    data = first.locator("img.mask").get_attribute("src").removeprefix("data:image/png;base64,")
    layer = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA"))
    label = pixels(drawn, "labels")[0]
    assert ((layer[..., 3] > 0) == (label > 0)).all()
    assert len({tuple(layer[label == identity][0, :3]) for identity in np.unique(label)}) == len(np.unique(label))
    seen.page.get_by_label("Over it").select_option("boxes")
    assert first.locator("img.mask").count() == 0
    frame = first.locator(".frame").bounding_box()
    boxes = sorted(tuple(box.bounding_box().values()) for box in first.locator(".box").all())
    scale = frame["width"] / 48
    expected = sorted(
        (frame["x"] + x * scale, frame["y"] + y * scale, w * scale, h * scale)
        for x, y, w, h in (entry["bbox"] for entry in labelled(lines[0]))
    )
    assert np.allclose(boxes, expected, atol=0.6)
