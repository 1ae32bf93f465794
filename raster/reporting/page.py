"""page: the report as one HTML file that asks no host for anything."""

from collections.abc import Sequence

import orjson

from raster.reporting.findings import Finding
from raster.reporting.frame import html_page, web_file
from raster.reporting.gallery import Gallery
from raster.reporting.page_sections import sections, tiles
from raster.reporting.summary import Summary


def page(summary: Summary, other: Summary | None, galleries: Sequence[Gallery], found: Sequence[Finding], link: str) -> str:
    """Return the page of a data set, perhaps beside another one. `galleries`: one of each, the set's first.

    `link`: the way from the page's folder to the set's as part of an address, for the files that a reader may open.
    """
    made = sections(summary, other, found)
    names = [each.source.name for each in (summary, other) if each is not None]
    data = {
        "sets": [
            _gallery(each, gallery) for each, gallery in zip((summary, other), galleries, strict=False) if each is not None
        ],
        "link": link,
    }
    shown = orjson.dumps(data, option=orjson.OPT_SERIALIZE_NUMPY).decode().replace("<", "\\u003c")
    return html_page(
        " and ".join(names), "Report of a data set", made, tiles(summary, other),
        after=web_file("large.html").replace("{{data}}", shown),
        script="".join(map(web_file, ("gallery.js", "strips.js", "page.js"))),
    )  # fmt: skip


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
