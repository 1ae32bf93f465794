"""Tests of the use of the page: keyboard, dialog, narrow and dark screens, contrast, two sets, what must not be there."""

import re

import pytest
from drawn_sets import records
from reported_sets import image, thing, write_set

from raster.reporting.make_report import make_report
from raster.reporting.options import ReportOptions

# Contrast of all texts to what is behind them, as WCAG 2 computes it: those below 4.5, or 3 for large ones.
TOO_FAINT = """() => {
  const parse = color => (color.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const luminance = rgb => rgb.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  const over = (top, below) => { const a = top[3] ?? 1; return [0, 1, 2].map(k => a * top[k] + (1 - a) * below[k]); };
  const behind = element => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) layers.unshift(parse(getComputedStyle(each).backgroundColor));
    return layers.reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const faint = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement, style = getComputedStyle(element);
    if (!walk.currentNode.textContent.trim() || !element.getClientRects().length) continue;
    if (element.closest('script, style, title')) continue;
    const ink = parse(element.closest('svg') ? style.fill : style.color), page = behind(element);
    const [a, b] = [luminance(over(ink, page)), luminance(page)].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24;
    if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) faint.push([walk.currentNode.textContent.trim(), (a + 0.05) / (b + 0.05)]);
  }
  return faint;
}"""
# Elements that reach beyond the page's right edge without a box around them that scrolls.
CUT_OFF = """() => [...document.querySelectorAll('main *, header *')].filter(each => {
  const box = each.getBoundingClientRect();
  return box.width && box.right > innerWidth + 1 && !each.closest('.scroll, pre');
}).map(each => each.outerHTML.slice(0, 90))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 700, 360])
def test_nothing_is_cut_off_or_faint(open_page, both, width, scheme):
    seen = open_page(both, width=width, color_scheme=scheme)
    seen.page.locator("#chips button").first.click()
    seen.page.locator("#order").click()
    assert seen.page.evaluate(CUT_OFF) == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert seen.page.evaluate(TOO_FAINT) == []
    seen.page.locator("#grid .thumbnail").first.click()
    assert seen.page.evaluate(TOO_FAINT) == []


def test_the_measure_of_contrast_finds_what_is_faint(open_page, tmp_path):
    path = tmp_path / "faint.html"
    path.write_text(
        "<!doctype html><body style='background:#fff'><p style='color:#999'>faint</p><p style='color:#666'>fine</p>"
    )
    assert [text for text, _ in open_page(path).page.evaluate(TOO_FAINT)] == ["faint"]


def test_the_switch_of_colours(open_page, page):
    seen = open_page(page)
    backgrounds = []
    for _ in range(3):
        backgrounds.append(seen.page.evaluate("getComputedStyle(document.body).backgroundColor"))
        seen.page.locator("#theme").click()
    assert backgrounds[0] == backgrounds[1] != backgrounds[2]  # as the system, light, dark
    assert seen.page.locator("#theme").inner_text() == "Colours: as the system"


def test_the_keyboard_is_enough(open_page, page):
    """From a tool by one Tab each into the pictures, by arrows to another, by Enter into the dialog, by Escape back."""
    seen = open_page(page)
    keys = seen.page.keyboard
    focused = "document.activeElement.dataset.n ?? document.activeElement.id"
    keys.press("Tab")
    assert seen.page.evaluate("document.activeElement.className") == "skip"
    seen.page.locator("#chips button").first.focus()
    keys.press("Space")
    assert seen.page.locator("#chips button").first.get_attribute("aria-pressed") == "true"
    keys.press("Space")
    seen.page.locator("#width").focus()
    keys.press("Tab")
    while seen.page.evaluate("document.activeElement.id") == "grid":  # Chromium lets boxes that scroll have the focus
        keys.press("Tab")
    assert seen.page.evaluate(focused) == "0"
    keys.press("ArrowRight")
    assert seen.page.evaluate(focused) == "1"
    across = seen.page.evaluate("getComputedStyle(document.getElementById('grid')).gridTemplateColumns.split(' ').length")
    keys.press("ArrowDown")
    assert seen.page.evaluate(focused) == str(1 + across)
    keys.press("End")
    assert seen.page.evaluate(focused) == "23"
    keys.press("Home")
    keys.press("Enter")
    assert seen.page.locator("#large-title").inner_text() == "images/000000.png"
    keys.press("ArrowRight")
    assert seen.page.locator("#large-title").inner_text() == "images/000001.png"
    keys.press("Escape")
    assert not seen.page.locator("#large").is_visible()
    assert seen.page.evaluate(focused) == "0"


def test_one_picture_large(open_page, page, drawn):
    seen = open_page(page)
    seen.page.locator(".thumbnail[data-n='3']").first.click()
    facts = seen.page.locator("#large-facts").inner_text()
    assert "48 x 48 px" in facts
    link = seen.page.locator("#large-facts a").get_attribute("href")
    assert (page.parent / link).read_bytes() == (drawn / "images/000003.png").read_bytes()
    rows = [row.split("\t") for row in seen.page.locator("#large-objects tbody tr").all_inner_texts()]
    shown = sorted((entry for entry in records(drawn)[3]["objects"] if entry["class_id"] and entry["visible_px"]),
                   key=lambda entry: -entry["visible_px"])  # fmt: skip
    assert facts.split("objects seen\n")[1].startswith(f"{len(shown)}, and")
    for (name, area, size, share, distance), entry in zip(rows, shown, strict=True):
        assert (name, area) == (entry["class"], f"{entry['visible_px']:,}")
        assert float(size.removesuffix(" %")) == pytest.approx(100 * max(entry["bbox"][2:]) / 48, abs=0.6)
        assert float(share.removesuffix(" %")) == pytest.approx(100 * entry["visibility"], abs=0.6)
        assert distance.endswith(" m")
    seen.page.get_by_role("button", name="Close").click()
    assert not seen.page.locator("#large").is_visible()


def test_extremes_are_shown(open_page, page):
    seen = open_page(page)
    titles = seen.page.locator("#strips h3").all_inner_texts()
    assert titles[:2] == ["Darkest", "Brightest"]
    assert any(title.startswith("Most hidden") for title in titles)
    strip = seen.page.locator(".strip", has_text="Darkest")
    first = strip.locator(".thumbnail").first.get_attribute("data-n")
    seen.page.get_by_label("Sort by").select_option(label="brightness")
    assert seen.page.locator("#grid .thumbnail").first.get_attribute("data-n") == first


def test_two_sets(open_page, both, drawn, other):
    """Both are in every part; the pictures of each can be chosen."""
    seen = open_page(both)
    assert "set and larger" in seen.page.locator("h1").inner_text()
    assert seen.page.locator("article[data-quantity=size] svg .line").count() == 1
    assert "randomizers.camera.fov_deg" in seen.page.locator("#compare .options").inner_text()
    assert "It differs from larger in" in seen.page.locator("#findings").inner_text()
    assert seen.page.locator("#classes h3").all_inner_texts() == ["set", "larger"]
    seen.page.locator("#set").select_option(label="larger")
    assert seen.page.locator("#chips button").all_inner_texts() == ["cube", "torus"]
    assert seen.page.get_by_label("Sort by").locator("option", has_text="occlusion").is_disabled() is False
    seen.page.get_by_role("button", name="torus", exact=True).click()
    assert seen.page.locator("#shown").inner_text().endswith("the extremes.")


def test_navigation_leads_everywhere(open_page, both):
    seen = open_page(both)
    for link in seen.page.locator("nav a").all():
        assert seen.page.locator(link.get_attribute("href")).count() == 1
    assert seen.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)") == list(
        dict.fromkeys(seen.page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
    )


def test_names_are_text(open_page, tmp_path):
    """Class names that look like HTML are shown as they are, and run nothing."""
    codes = ("background", "<b>bold</b>", "</script><script>window.bad=1</script>")
    out = write_set(tmp_path / "a<i>&b #1", [image(thing(1), thing(2)), image(thing(2))], codes)
    make_report(out, ReportOptions(file=str(tmp_path / "odd.html")), 1, lambda *done: None)
    seen = open_page(tmp_path / "odd.html")
    assert seen.page.locator("#chips button").all_inner_texts() == list(codes[1:])
    assert seen.page.evaluate("window.bad") is None
    assert seen.page.locator("h1").inner_text() == "a<i>&b #1"
    seen.page.locator("#grid .thumbnail").first.click()
    link = seen.page.locator("#large-facts a").evaluate("link => link.href")
    assert link == (out / "images/000000.png").as_uri()
    assert re.search(r"<b>bold</b>", seen.page.locator("#classes").inner_text())
