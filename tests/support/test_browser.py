"""Tests of the watch on pages: what a page does wrong is seen, and a good page passes."""

import pytest

GOOD = "<!doctype html><title>good</title><link rel=icon href='data:,'><p>Hello</p><script>document.title = 'done'</script>"
LATER = "new Promise(done => setTimeout(done, 0))"  # what the page did until then is known when this returns


@pytest.fixture
def written(tmp_path):
    """A function: text -> the path of a page."""

    def write(text: str):
        path = tmp_path / "page.html"
        path.write_text(f"<!doctype html><meta charset=utf-8>{text}")
        return path

    return write


def test_a_good_page(open_page, written):
    seen = open_page(written(GOOD), width=700)
    assert seen.page.title() == "done"
    assert seen.page.evaluate("innerWidth") == 700
    seen.check()


@pytest.mark.parametrize(
    "script",
    ["console.error('wrong')", "throw new Error('wrong')", "Promise.reject(new Error('wrong'))", "setTimeout(() => wrong())"],
)
def test_an_error_is_seen(open_page, written, script):
    seen = open_page(written(f"<script>{script}</script>"))
    seen.page.evaluate(LATER)
    with pytest.raises(AssertionError, match="wrong"):
        seen.check()
    seen.errors.clear()


@pytest.mark.parametrize(
    "text",
    [
        "<img src='http://other.invalid/a.png'>",
        "<link rel=stylesheet href='https://other.invalid/a.css'>",
        "<script>fetch('https://other.invalid/a').catch(() => 0)</script>",
        "<script>new WebSocket('ws://other.invalid/a')</script>",
    ],
)
def test_a_request_to_another_host_is_seen(open_page, written, text):
    seen = open_page(written(text))
    seen.page.evaluate(LATER)
    assert [url for url in seen.foreign if "other.invalid" in url]
    seen.foreign.clear()
    seen.errors.clear()
