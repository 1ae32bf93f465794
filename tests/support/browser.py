"""open_pages: pages in headless Chromium, watched for errors and requests to other hosts. The fixture open_page uses it.

Chromium is the one that Playwright downloaded, or the system's. Where there is none, or it does not start, tests skip by name.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
INSIDE = ("data", "blob", "about", "file")  # schemes of what is asked of no host
# No name is looked up: what is asked of another host fails at once.
ARGUMENTS = ["--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"]


@dataclass
class Watched:
    """An open page, and what it did that no page of ours may do."""

    page: Any  # playwright.sync_api.Page
    host: str  # host and port that the page is from, "" for a file
    errors: list[str] = field(default_factory=list)  # on its console, or that nobody caught
    foreign: list[str] = field(default_factory=list)  # addresses at other hosts that it asked for something

    def check(self) -> None:
        """AssertionError if it did any of that. A test that wants an error takes it out of `errors` first."""
        assert not self.errors, self.errors
        assert not self.foreign, self.foreign

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in INSIDE and parts.netloc != self.host:
            self.foreign.append(url)


def find_browser(own: str = "") -> str | None:
    """The path of a Chromium that starts: `own`, Playwright's, or the system's; None without one.

    Ubuntu's /usr/bin/chromium-browser may be a script that asks to install a snap.
    """
    for path in (own, *(shutil.which(name) or "" for name in NAMES)):
        if path and Path(path).exists() and subprocess.run([path, "--version"], capture_output=True).returncode == 0:
            return path
    return None


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser. The test is skipped without one."""
    playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install -e '.[dev]'")
    with playwright.sync_playwright() as started:
        path = find_browser(started.chromium.executable_path)
        if path is None:
            pytest.skip("no Chromium to open pages with: apt-get install chromium")
        browser = started.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def open_pages(browser: Any) -> Iterator[Callable[..., Watched]]:
    """Yield open_page(url or path, width=1400, height=1000, **options of browser.new_context) -> Watched.

    Each page is in a context of its own, as in a private window; in the end all are checked and closed. `color_scheme="dark"`
    is an option of the context, and so is `accept_downloads`.
    """
    opened: list[Watched] = []

    def open_page(place: str | Path, width: int = 1400, height: int = 1000, **options: Any) -> Watched:
        url = place.resolve().as_uri() if isinstance(place, Path) else place
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        made = Watched(context.new_page(), urlsplit(url).netloc)
        opened.append(made)
        context.on("request", lambda request: made._asked(request.url))
        context.on("console", lambda message: message.type == "error" and made.errors.append(message.text))
        context.on("weberror", lambda error: made.errors.append(str(error.error)))
        made.page.on("websocket", lambda socket: made._asked(socket.url.replace("ws", "http", 1)))
        made.page.goto(url)
        return made

    try:
        yield open_page
        for each in opened:
            each.check()
    finally:
        for each in opened:
            each.page.context.close()
