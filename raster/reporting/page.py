"""page: the report as one HTML file that asks no host for anything."""

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

import orjson

from raster.reporting.findings import Finding
from raster.reporting.gallery import Gallery
from raster.reporting.html import section
from raster.reporting.page_sections import sections, tiles
from raster.reporting.summary import Summary

WEB = Path(__file__).parent / "web"
# Nothing may be loaded but what stands in the page itself.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; form-action 'none'"


def page(summary: Summary, other: Summary | None, galleries: Sequence[Gallery], found: Sequence[Finding], link: str) -> str:
    """Return the page of a data set, perhaps beside another one. `galleries`: one of each, the set's first.

    `link`: the way from the page's folder to the set's, for the files that a reader may open; "" without one.
    """
    made = sections(summary, other, found)
    names = [each.source.name for each in (summary, other) if each is not None]
    data = {
        "sets": [
            _gallery(each, gallery) for each, gallery in zip((summary, other), galleries, strict=False) if each is not None
        ],
        "link": link,
    }
    parts = {
        "title": escape(" and ".join(names)),
        "policy": POLICY,
        "style": _web("page.css"),
        "tiles": tiles(summary, other),
        "navigation": "".join(f'<li><a href="#{name}">{escape(title)}</a></li>' for name, title, _ in made),
        "sections": "".join(section(name, title, body) for name, title, body in made),
        "data": orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY).decode().replace("<", "\\u003c"),
        "script": "".join(map(_web, ("gallery.js", "strips.js", "page.js"))),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _web("page.html"))


def _gallery(summary: Summary, gallery: Gallery) -> "dict[str, object]":
    """What gallery.js reads of a set."""
    source = summary.source
    return {
        "name": source.name,
        "images": summary.images,
        "classes": source.classes,
        "colors": [f"rgb({','.join(map(str, color))})" for color in source.colors.tolist()],
        "pictures": gallery.entries,
        "extremes": list(gallery.extremes.values()),
    }


def _web(name: str) -> str:
    return (WEB / name).read_text(encoding="utf-8")
