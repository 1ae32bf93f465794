"""raster studio: a page in the browser to tune what is drawn: every option beside images that follow it at once.

It prints its address and opens a browser, if there is one. What the page shows is drawn with the
overrides of the command line: raster studio preset=realistic size=128

The page ends with a command line that says what it shows. Ctrl-C ends the program. It needs the
extra `studio`: pip install 'raster-labels[studio]'
"""

import os
import sys
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from raster.errors import InputError, one_line
from raster.run.program_options import run_program

TERMINAL = ("www-browser", "links", "elinks", "lynx", "w3m")  # browsers that would take the terminal


@dataclass(frozen=True)
class Options:
    """The options of studio, beside those of raster generate."""

    # --- The page
    port: int | None = None  # where it listens; null: the first free one from 8765 on [; 1 to 65,535, or null]
    host: str = "127.0.0.1"  # on which address: of this machine alone, or 0.0.0.0 for any that may reach it [; an address]
    browser: bool = True  # open a browser, if there is one [; true, false]
    folders: str | None = None  # more folders that the page may list and read, beside the working folder [; a,b,c or null]
    quiet: bool = False  # print nothing but warnings and errors [; true, false]


def main() -> None:
    """Run the program."""
    with one_line():
        run_program(Options, studio, refused={})


def studio(options: Options, overrides: list[str], folder: Path | None) -> dict[str, Any]:
    """Serve the page until Ctrl-C. InputError for bad input."""
    try:
        from raster.studio_app.server import listen, serve
        from raster.studio_app.studio import Studio
    except ImportError as error:
        what = f"raster studio needs {error.name}, which is not installed"
        raise InputError(f"{what}: pip install 'raster-labels[studio]'") from None
    more = [each for each in (options.folders or "").split(",") if each]
    made = Studio(overrides, folder, Path.cwd(), more)
    refuse(made)
    listening = listen(options.host, options.port)
    port = listening.getsockname()[1]
    shown = "127.0.0.1" if options.host in ("0.0.0.0", "::") else options.host
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/#{made.token}"
    made.warm()
    print(f"raster studio: {address}", flush=True)
    if options.host not in ("127.0.0.1", "::1", "localhost"):
        print("NOTE: other machines can reach it; whoever has this address can draw, and write data sets here", flush=True)
    if options.browser:
        open_browser(address)
    print("Ctrl-C ends it", flush=True)
    serve(made, listening, options.host)
    return {"address": address}


def refuse(made: Any) -> None:
    """InputError for overrides that no configuration has."""
    found = made.configurations.configure(made.start)
    if found.errors:
        raise InputError(next(iter(found.errors.values())))


def open_browser(address: str) -> None:
    """Open a browser with windows, if there is one."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or sys.platform == "darwin"):
        return
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return
    if getattr(found, "name", "") not in TERMINAL:
        found.open(address)


if __name__ == "__main__":
    main()
