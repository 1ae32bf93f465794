"""html_page: a page with heading, navigation and sections, for light and dark screens, which asks no host for anything."""

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from raster.reporting.html import section

WEB = Path(__file__).parent / "web"
# Nothing may be loaded but what stands in the page itself.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; form-action 'none'"
Section = tuple[str, str, str]  # name, which is its anchor; title; HTML


def html_page(
    title: str, kind: str, sections: Sequence[Section], tiles: str = "", style: str = "", after: str = "", script: str = ""
) -> str:  # fmt: skip
    """Return a whole HTML file with the sections, in the look of raster's own pages; it needs no other file and no server.

    title, kind (a few words above the title) and the sections' titles are text. tiles: HTML below the title. style: more CSS;
    after: HTML behind the sections; script: JavaScript.

        >>> import raster
        >>> raster.html_page("Cubes", "A page of mine", [("first", "In short", "<p>All is well.</p>")])[:15]
        '<!doctype html>'
    """
    parts = {
        "name": escape(f"{title}: {kind[:1].lower()}{kind[1:]}"),
        "title": escape(title),
        "kind": escape(kind),
        "first": sections[0][0] if sections else "",
        "policy": POLICY,
        "style": web_file("page.css") + style,
        "tiles": tiles,
        "navigation": "".join(f'<li><a href="#{name}">{escape(heading)}</a></li>' for name, heading, _ in sections),
        "sections": "".join(section(*each) for each in sections),
        "after": after,
        "script": web_file("frame.js") + script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], web_file("frame.html"))


def web_file(name: str) -> str:
    """Return the text of a file of web/."""
    return (WEB / name).read_text(encoding="utf-8")
