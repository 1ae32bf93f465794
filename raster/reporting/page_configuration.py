"""configuration: how a data set was drawn: its command, its versions, every option."""

import shlex
from html import escape

import yaml

from raster.errors import InputError
from raster.reporting.data_source import DataSource
from raster.reporting.html import table
from raster.reporting.page_tables import flat
from raster.reporting.words import UNKNOWN
from raster.system.regular_files import read_regular

MOST_LINES = 1000  # of options


def configuration(source: DataSource) -> str:
    """Return the part of the page that says how a set was drawn."""
    held = source.held
    if not held:
        return '<p class="unknown">There is no manifest.json, as in a set whose parts were joined.</p>'
    lines = [f"{key} = {value}" for key, value in flat(held["configuration"])]
    more = f"\n… and {len(lines) - MOST_LINES} more in manifest.json" if len(lines) > MOST_LINES else ""
    facts = [
        ["versions", escape(", ".join(f"{name} {version}" for name, version in held["versions"].items()))],
        ["OpenGL", escape("; ".join(map(str, held["renderers"])) or UNKNOWN)],
        ["digest", f"<code>{escape(str(held.get('digest', UNKNOWN)))}</code>"],
    ]
    options = escape("\n".join(lines[:MOST_LINES]) + more)
    listed = f"<details><summary>All {len(lines)} options</summary><pre>{options}</pre></details>"
    return _command(source) + table(("", ""), facts, "Versions and digest", "facts") + listed


def _command(source: DataSource) -> str:
    """The command that drew the set, where Hydra kept it."""
    try:
        words = yaml.safe_load(read_regular(source.out / ".hydra" / "overrides.yaml"))
        if not isinstance(words, list):
            return ""
    except (OSError, yaml.YAMLError, InputError):
        return ""
    command = " ".join(["raster generate", *(shlex.quote(str(word)) for word in words)])
    return f'<p>Drawn by</p><pre class="command">{escape(command)}</pre>'
