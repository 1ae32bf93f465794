"""Tests of how the page of raster studio looks: nothing overlaps or sticks out, text has contrast, all has a name."""

from pathlib import Path

import pytest
from studio_program import settled

pytestmark = pytest.mark.slow

LOOKS = (Path(__file__).parents[1] / "support" / "page_looks.js").read_text()


def found(page, what: str) -> list[str]:
    """What looks wrong: overlaps, faint text, or what has no name."""
    return page.evaluate(f"() => {LOOKS.partition(chr(10))[2].strip()}.{what}()")


@pytest.mark.parametrize(("width", "scheme"), [(1400, "dark"), (700, "light")])
def test_nothing_overlaps_and_all_can_be_read(width, scheme, address, open_page):
    page = open_page(address, width, 1000, color_scheme=scheme).page
    settled(page)
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    field = page.locator('[data-key="randomizers.lights.shadows"] input.number').nth(1)
    field.fill("9")
    field.press("Enter")
    page.locator("#trouble", has_text="shadows").wait_for()
    for tab in ("options", "command", "yaml", "run"):
        if width < 1000:
            page.locator(f"#tabs [data-tab={tab}]").click()
        assert found(page, "overlaps") == []
        assert found(page, "faint") == []
    assert found(page, "nameless") == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_the_large_image_and_its_facts_fit(address, open_page):
    for width in (1400, 700):
        page = open_page(address, width, 1000).page
        settled(page)
        page.locator('[data-number="1"]').click()
        page.locator(".stage").click()
        page.locator(".facts dd", has_text="column").wait_for()
        assert found(page, "overlaps") == []
        assert found(page, "faint") == []
        stage, facts = page.locator(".stage").bounding_box(), page.locator(".facts").bounding_box()
        beside = stage["x"] + stage["width"] <= facts["x"] or stage["y"] + stage["height"] <= facts["y"]
        assert beside, (width, stage, facts)
