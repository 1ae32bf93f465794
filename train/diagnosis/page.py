"""page: the diagnosis as one HTML file that needs no other file and no server. Its parts are in page_factors.py too."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from raster import html_page

from .page_factors import factor_section, ranking
from .page_tables import code, interval, number, row, table
from .style import STYLE

FALSE = 15  # kinds of wrong objects that are listed
SHOWN = 3  # factors in the first sentence
Facts = Mapping[str, Any]
Pictures = Mapping[str, Sequence[tuple[str, str]]]  # by factor: (address, caption)
Section = tuple[str, str, str]  # name, title, HTML


def page(facts: Facts, pictures: Pictures) -> str:
    """The text of diagnosis.html. facts: what diagnosis.json holds; pictures: the worst of each factor."""
    sure = [each for each in facts["factors"] if each["costs"]]
    sections: list[Section] = [("short", "In short", _short(facts, sure)), ("ranking", "What costs most", ranking(facts))]
    sections += _focus(facts)
    sections += [
        (each["factor"], _capital(each["title"]), factor_section(each, pictures.get(each["factor"], ()))) for each in sure
    ]
    sections += [*_wrong(facts), *_others(facts, pictures), *_unknown(facts)]
    title = f"{facts['model']} on {facts['data']}"
    return html_page(title, "Why a network fails", sections, _tiles(facts), STYLE)


def _tiles(facts: Facts) -> str:
    told = {
        "pictures": f"{facts['images']:,}", "objects": f"{facts['objects']:,}",
        "mean IoU of objects": number(facts["iou"]), "found": number(facts["detected"]),
    }  # fmt: skip
    items = "".join(f"<div><dt>{name}</dt><dd>{text}</dd></div>" for name, text in told.items())
    return f'<dl class="tiles">{items}</dl>'


def _short(facts: Facts, sure: Sequence[Facts]) -> str:
    what = "an object is one instance" if facts["instances"] else "an object is a connected area of a class"
    parts = [
        f"{facts['images']:,} pictures with {facts['objects']:,} objects; {what}. Their mean IoU is {number(facts['iou'])} "
        f"({interval(facts['iou_interval'])}), and {number(facts['detected'])} of them are found "
        f"({interval(facts['detected_interval'])}): at least half of their pixels are named right."
    ]
    for each in sure[:SHOWN]:
        worst = min(each["groups"], key=lambda group: group["iou"])
        best = max(each["groups"], key=lambda group: group["iou"])
        parts.append(
            f"{_capital(each['title'])} costs {number(each['cost'])}: IoU {number(worst['iou'])} of "
            f"{worst['label']}, {number(best['iou'])} of {best['label']}."
        )
    if not sure:
        parts.append("No factor costs score for sure: more pictures would tell more.")
    parts.append("All intervals are of 95 %: Wilson's for shares found, the bootstrap over pictures for IoU and costs.")
    return "".join(f'<p class="told">{escape(part)}</p>' for part in parts)


def _focus(facts: Facts) -> list[Section]:
    """What MODEL/focus/focus.yaml changes, and the command that draws with it."""
    focus = facts["focus"]
    if focus is None:
        return []
    if not focus["changes"]:
        note = f" ({escape(facts['note'])})" if facts["note"] else ""
        return [("focus", "Draw more of what fails", f"<p>No option that can be changed costs score for sure{note}.</p>")]
    rows = []
    for each in focus["changes"]:
        values = (code(json.dumps(each[key], ensure_ascii=False)) for key in ("before", "after"))
        rows.append(row(code(each["option"]), *values, escape(each["why"])))
    lead = (
        f'<p class="lead">{code(focus["file"])} narrows ranges to where the network fares worst, and gives more weight to what '
        "it misses, never beyond what was set. An option may cost through a factor: one that makes objects small costs what "
        f'small objects cost. To draw with it:</p>\n<pre class="command">{escape(focus["command"])}</pre>\n'
    )
    return [("focus", "Draw more of what fails", lead + table(("option", "was", "becomes", "why"), rows, "Options", "text"))]


def _wrong(facts: Facts) -> list[Section]:
    """What is called an object and is none of that class."""
    if not facts["false"]:
        return []
    rows = [row(escape(each["called"]), escape(each["is"]), f"{each['areas']:,}") for each in facts["false"][:FALSE]]
    total = sum(each["areas"] for each in facts["false"])
    lead = (
        f'<p class="lead">{total:,} of the {facts["predicted"]:,} connected areas that the network calls an object are, '
        "in more than half of their pixels, something else.</p>\n"
    )
    made = table(("called", "is", "areas"), rows, "The most frequent", "few")
    return [("wrong", "Called an object, but wrongly", lead + made)]


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _others(facts: Facts, pictures: Pictures) -> list[Section]:
    """The factors that cost nothing for sure, folded."""
    rest = [each for each in facts["factors"] if not each["costs"]]
    if not rest:
        return []
    parts = []
    for each in rest:
        inside = factor_section(each, pictures.get(each["factor"], ()))
        parts.append(f'<details id="{each["factor"]}"><summary>{escape(_capital(each["title"]))}</summary>{inside}</details>')
    return [("others", "Not sure to cost anything", "\n".join(parts))]


def _unknown(facts: Facts) -> list[Section]:
    if not facts["unknown"]:
        return []
    items = "".join(f"<li>{escape(name.replace('_', ' '))}: {escape(why)}</li>" for name, why in facts["unknown"].items())
    note = f"<p>{escape(facts['note'])}</p>" if facts["note"] else ""
    lead = '<p class="lead">Factors of which nothing can be said here, and what is needed for that.</p>'
    return [("unknown", "Not known", f"{lead}<ul>{items}</ul>{note}")]
