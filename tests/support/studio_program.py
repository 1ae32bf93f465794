"""running_studio: raster studio as a program, for tests that open its page in a browser. settled: until all is drawn."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from programs import HANG_S, begin, finish

WAIT_MS = 1000 * HANG_S  # only what hangs takes longer
SETTLED = "body[data-done]:not(.drawing)"


@contextmanager
def running_studio(cwd: Path, *words: str) -> Iterator[str]:
    """Start the program in a folder; the address of its page."""
    program = begin(cwd, "browser=false", *words, module="raster.studio")
    try:
        yield program.stdout.readline().removeprefix("raster studio: ").strip()
        assert program.poll() is None
    finally:
        program.send_signal(signal.SIGINT)
        finish(program, 130)


def settled(page: Any) -> None:
    """Wait until all images are drawn as they are in a data set. What waits for the page after that waits as long."""
    page.set_default_timeout(WAIT_MS)
    page.locator(SETTLED).wait_for(state="attached", timeout=WAIT_MS)


def shown(page: Any) -> list[str]:
    """The addresses of the pictures that the page shows: another one for each picture."""
    return [image.get_attribute("src") for image in page.locator("#grid img").all()]
