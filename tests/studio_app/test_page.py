"""Tests of the page of raster studio in a browser: a range is dragged, the images change, the command gives the same bytes."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from programs import HANG_S, ROOT, wait_until
from studio_program import WAIT_MS, running_studio, settled, shown

from raster.run.image_source import ImageSource

pytestmark = pytest.mark.slow
DISTANCE = '[data-key="randomizers.camera.distance"]'
SHADOWS = '[data-key="randomizers.lights.shadows"]'


def drag(page, handle, by: int) -> None:
    """Take the handle of a slider with the mouse and move it by so many pixels, in steps."""
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    share = int(handle.input_value()) / 1000
    x, y = box["x"] + 8 + share * (box["width"] - 16), box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y, steps=6)
    page.mouse.up()


def test_what_a_drag_shows_is_what_the_copied_command_draws(page, work):
    before = shown(page)
    assert len(before) == 12
    drag(page, page.locator(f"{DISTANCE} input[type=range]").nth(1), 60)
    settled(page)
    assert not set(before) & set(shown(page))
    assert page.locator(f"{DISTANCE}.changed").count() == 1
    page.locator("#n").fill("12")
    page.locator("#out").fill("copied")
    page.locator("#out").press("Tab")
    page.locator("#command", has_text="out=copied").wait_for()
    page.locator("[data-copy=command]").click()
    words = shlex.split(page.evaluate("() => navigator.clipboard.readText()"))
    assert words[:4] == ["python", "-m", "raster.generate", "preset=fast"]
    assert [word.partition("=")[0] for word in words[4:]] == ["randomizers.camera.distance", "size", "n", "out"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, *words[1:]], cwd=work, env=environment, check=True, capture_output=True, timeout=HANG_S)
    page.locator('[data-number="0"]').click()
    for number in range(2):
        with page.expect_download() as download:
            page.locator("a[download]").click()
        name = download.value.suggested_filename
        assert name == f"{number:06}.png"
        assert Path(download.value.path()).read_bytes() == (work / "copied" / "images" / name).read_bytes()
        page.get_by_label("Image after").click()
        settled(page)
    page.keyboard.press("Escape")
    page.locator(f"{DISTANCE} .reset").click()
    settled(page)
    assert page.locator(f"{DISTANCE}.changed").count() == 0


def test_the_answer_is_timed_until_all_images_are_seen(page):
    """By a browser that decodes slowly: whenever an image can be seen, it notes whether there is a time yet."""
    page.evaluate("""() => {
        const decode = HTMLImageElement.prototype.decode;
        window.seen = [];
        HTMLImageElement.prototype.decode = async function () {
            await decode.call(this);
            await new Promise((go) => setTimeout(go, 50));
            window.seen.push(document.body.dataset.firstAnswer ?? "none");
        };
        delete document.body.dataset.firstAnswer;
    }""")
    page.locator("#seed").fill("6")
    page.locator("#seed").press("Tab")
    page.locator("body[data-first-answer]").wait_for(state="attached", timeout=WAIT_MS)
    assert page.evaluate("() => window.seen").count("none") >= 12
    settled(page)
    answer, whole = (float(page.get_attribute("body", f"data-{name}")) for name in ("first-answer", "whole"))
    assert 0 < answer <= whole
    source = ImageSource.of(["preset=fast", "size=32"])
    assert source.info.name in page.locator("#told").inner_text()
    source.release()


def test_by_the_keyboard_alone(page):
    page.keyboard.press("/")
    page.keyboard.type("camera distance")
    assert page.locator(".row:visible").count() < 10
    handle = page.locator(f"{DISTANCE} input[type=range]").nth(0)
    value = page.locator(f"{DISTANCE} input.number").nth(0)
    handle.focus()
    first = value.input_value()
    page.keyboard.press("ArrowRight")
    assert float(value.input_value()) > float(first)
    page.keyboard.press("Control+z")
    assert value.input_value() == first
    settled(page)
    page.locator('[data-number="0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator("#large:visible").wait_for()
    page.keyboard.press("ArrowDown")
    page.locator(".facts dt", has_text="class").wait_for(timeout=WAIT_MS)
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.dataset.number") == "1"


def test_a_bad_value_is_told_beside_its_control(page):
    field = page.locator(f"{SHADOWS} input.number").nth(1)
    field.fill("9")
    field.press("Enter")
    said = "randomizers.lights.shadows=[0, 9]: expected values with 0 <= shadows <= 4"
    page.locator(f"{SHADOWS} .error", has_text=said).wait_for(timeout=WAIT_MS)
    assert said in page.locator("#trouble").inner_text()
    page.locator("#run button").click()
    page.locator("#run-trouble", has_text=said).wait_for(timeout=WAIT_MS)
    page.locator("#undo").click()
    settled(page)
    assert page.locator("#trouble").is_hidden()
    assert page.locator(".row.refused").count() == 0


def test_a_pixel_is_explained(page):
    page.locator('[data-number="3"]').click()
    box = page.locator(".stage").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 100.5 / 144, box["y"] + box["height"] * 90.5 / 144)
    page.locator(".facts dd", has_text="column 100, row 90").wait_for(timeout=WAIT_MS)
    source = ImageSource.of(["preset=fast", "size=144"])
    expected = source.explain(3, 100, 90)
    source.release()
    facts = dict(zip(page.locator("dt").all_inner_texts(), page.locator("dd").all_inner_texts(), strict=True))
    assert facts["class"] == f"{expected['class']} (id {expected['class_id']})"
    assert facts["colour"].strip() in (", ".join(map(str, expected["color"])), facts["colour"].strip())
    assert facts["texture"] == expected["material"]["texture"]


def test_layers_and_boxes(page):
    before = shown(page)
    page.get_by_label("boxes").check()
    assert page.locator("#grid svg rect:visible").count() > 12
    page.locator("#layers label", has_text="class").click()
    settled(page)
    assert not set(before) & set(shown(page))
    assert page.locator("#legend li").all_inner_texts() == ["cube", "sphere", "cylinder"]


def test_pinned_images_are_seen_while_compare_is_held(page):
    page.locator("#pin").click()
    pinned = shown(page)
    page.locator("#seed").fill("2")
    page.locator("#seed").press("Tab")
    settled(page)
    now = shown(page)
    page.locator("#compare").hover()
    page.mouse.down()
    assert page.locator(".cell.pinned").count() == 12
    assert not set(shown(page)) & {*pinned, *now}  # the same pictures, under addresses of their own
    page.mouse.up()
    assert shown(page) == now
    page.locator("#compare").press("c")
    assert shown(page) == now


def test_a_run_shows_how_far_it_is(page, work):
    page.locator("#n").fill("5")
    page.locator("#out").fill("drawn")
    page.locator("#out").press("Tab")
    page.get_by_role("button", name="Draw 5").click()
    page.locator("#runs li[data-state=done] .run-facts", has_text="5 of 5").wait_for(timeout=WAIT_MS)
    assert len(list((work / "drawn" / "images").iterdir())) == 5


def test_a_crash_is_told_and_the_images_come_again(page, open_page, address):
    other = open_page(address)
    settled(other.page)
    os.kill(int(page.get_attribute("body", "data-process")), signal.SIGKILL)
    page.locator("body[data-crashes]").wait_for(timeout=WAIT_MS)
    assert "was ended by SIGKILL" in page.locator("#trouble").inner_text()
    page.locator("#seed").fill("4")
    page.locator("#seed").press("Tab")
    settled(page)
    assert page.locator("#trouble").is_hidden()
    assert other.page.get_attribute("body", "data-crashes") is None


def test_a_page_that_is_loaded_again_shows_what_it_showed(page, address, open_page):
    page.locator("#seed").fill("9")
    page.locator("#seed").press("Tab")
    page.locator("#command", has_text="seed=9").wait_for()
    page.reload()
    settled(page)
    assert page.locator("#seed").input_value() == "9"
    other = open_page(address)  # which is another page
    settled(other.page)
    assert other.page.locator("#seed").input_value() == "0"


def test_an_address_without_its_token(address, open_page):
    opened = open_page(address.partition("#")[0])
    opened.page.locator("#trouble", has_text="The address is not the one that raster studio printed").wait_for(timeout=WAIT_MS)
    assert all("403" in error for error in opened.errors)  # which the browser's console says of itself
    opened.errors.clear()


def test_the_end_of_the_program_is_told(tmp_path, open_page):
    with running_studio(tmp_path, "preset=fast", "size=32") as found:
        opened = open_page(found)
        settled(opened.page)
    opened.page.locator("#trouble", has_text="The program has ended").wait_for(timeout=WAIT_MS)
    wait_until(lambda: opened.page.locator("body.ended").count(), "the end")
