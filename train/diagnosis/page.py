"""page: the diagnosis as one HTML file that needs no other file, no script and no server."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from .bars import cost_bar, score_bar
from .factors import BY_NAME
from .style import STYLE

FALSE, OPTIONS = 15, 20  # kinds of wrong objects, and options, that are listed
Facts = Mapping[str, Any]
Pictures = Mapping[str, Sequence[tuple[str, str]]]  # by factor: (address, caption)


def page(facts: Facts, pictures: Pictures) -> str:
    """The text of diagnosis.html. facts: what diagnosis.json holds; pictures: the worst of each factor."""
    parts = [_head(facts), _ranking(facts), *(_factor(each, pictures.get(each["factor"], ())) for each in facts["factors"])]
    parts += [_false(facts), _options(facts), _focus(facts), _unknown(facts)]
    title = f"Why {escape(facts['model'])} fails on {escape(facts['data'])}"
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    return (
        f'<!doctype html>\n<html lang="en"><head>{meta}<title>{title}</title>\n<style>{STYLE}</style></head>\n<body><main>\n'
        + "\n".join(filter(None, parts))
        + "\n</main></body></html>\n"
    )


def _head(facts: Facts) -> str:
    what = "an object is one instance" if facts["instances"] else "an object is a connected area of a class"
    return (
        f"<h1>Why {escape(facts['model'])} fails on {escape(facts['data'])}</h1>\n"
        f"<p>{facts['images']:,} pictures with {facts['objects']:,} objects; {what}. Mean IoU of objects "
        f"<b>{_number(facts['iou'])}</b> ({_interval(facts['iou_interval'])}); <b>{_number(facts['detected'])}</b> of them are "
        f"found ({_interval(facts['detected_interval'])}): at least half of their pixels are named right. All intervals are of "
        "95 %: Wilson's for the shares found, the bootstrap over pictures for IoU and costs.</p>"
    )


def _ranking(facts: Facts) -> str:
    rows = []
    for each in facts["factors"]:
        worst = min(each["groups"], key=lambda group: group["iou"] if group["iou"] is not None else 2)
        alike = each["cost_at_equal_size"]
        name = f'<a href="#{each["factor"]}">{escape(each["title"])}</a>'
        bar = cost_bar(each["cost"], each["cost_interval"])
        cells = (bar, _number(each["cost"]), "" if alike is None else _number(alike), escape(worst["label"]))
        rows.append(_row(name, *cells, css="" if each["costs"] else "none"))
    return (
        "<h2>What costs most</h2>\n<p>A factor costs as much as the mean IoU would rise if every object fared like those of "
        "its best group. At equal apparent size means: beside what the size of the objects explains. Of what is grey it is "
        "not sure that it costs anything. Factors that go together share their cost: it is no sum.</p>\n"
        + _table(("factor", "cost", "IoU", "at equal apparent size", "worst group"), rows)
    )


def _factor(each: Facts, shown: Sequence[tuple[str, str]]) -> str:
    text = BY_NAME[each["factor"]].text
    rows = []
    for group in each["groups"]:
        iou, found = (score_bar(group[key], group[f"{key}_interval"]) for key in ("iou", "detected"))
        cells = (f"{group['objects']:,}", iou, _number(group["iou"]), found, _number(group["detected"]))
        rows.append(_row(escape(group["label"]), *cells))
    figures = [
        f'<figure><img src="{address}" alt="{escape(caption)}"><figcaption>{escape(caption)}</figcaption></figure>'
        for address, caption in shown
    ]
    note = "<p class=note>The worst of its worst group: the picture, the truth, the prediction.</p>" if figures else ""
    about = f"<p class=note>{escape(text)}</p>" if text else ""
    table = _table(("group", "objects", "mean IoU", "", "found", ""), rows)
    inner = f'<h3>{escape(each["title"])}</h3>{about}\n{table}\n{note}<div class="figures">{"".join(figures)}</div>'
    return f'<section id="{each["factor"]}">{inner}</section>'


def _false(facts: Facts) -> str:
    if not facts["false"]:
        return ""
    rows = [_row(escape(each["called"]), escape(each["is"]), f"{each['areas']:,}") for each in facts["false"][:FALSE]]
    total = sum(each["areas"] for each in facts["false"])
    return (
        f"<h2>Called an object, but wrongly</h2>\n<p>{total:,} of the {facts['predicted']:,} connected areas that the network "
        "calls an object are, in more than half of their pixels, something else.</p>\n"
        + _table(("called", "is", "areas"), rows)
    )


def _table(heads: Sequence[str], rows: Sequence[str]) -> str:
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    return f"<div class=wide><table><thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody></table></div>"


def _row(name: str, *cells: str, css: str = "") -> str:
    of_class = f' class="{css}"' if css else ""
    return f'<tr{of_class}><th scope="row">{name}</th>' + "".join(f"<td>{each}</td>" for each in cells) + "</tr>"


def _options(facts: Facts) -> str:
    """The options that cost for sure, by what was drawn for them."""
    sure = [each for each in facts["options"] if each["costs"]][:OPTIONS]
    if not sure:
        return ""
    rows = []
    for each in sure:
        worst = min(each["groups"], key=lambda group: group["iou"] if group["iou"] is not None else 2)
        cells = (cost_bar(each["cost"], each["cost_interval"]), _number(each["cost"]), escape(each["through"] or "by itself"))
        rows.append(_row(f"<code>{escape(each['factor'])}</code>", *cells, escape(worst["label"])))
    return (
        "<h2>Options that matter</h2>\n<p>What was drawn for each option, of each picture or object, told again from "
        "manifest.json. An option may cost through a factor: one that makes objects small costs what small objects cost.</p>\n"
        + _table(("option", "cost", "IoU", "through", "worst"), rows)
    )


def _focus(facts: Facts) -> str:
    """What MODEL/focus/focus.yaml changes, and the command that draws with it."""
    focus = facts["focus"]
    if focus is None:
        return ""
    if not focus["changes"]:
        return (
            f"<h2>Draw more of what fails</h2>\n<p>Nothing that can be drawn costs score for sure. {escape(facts['note'])}</p>"
        )
    rows = []
    for each in focus["changes"]:
        before, after = (escape(json.dumps(each[key], ensure_ascii=False)) for key in ("before", "after"))
        rows.append(_row(f"<code>{escape(each['option'])}</code>", *(f"<code>{each}</code>" for each in (before, after)),
                         escape(each["why"])))  # fmt: skip
    return (
        f"<h2>Draw more of what fails</h2>\n<p><code>{escape(focus['file'])}</code> narrows ranges to where the network fares "
        "worst, and gives more weight to what it misses, never beyond what was set. To draw with it:</p>\n"
        f"<pre>{escape(focus['command'])}</pre>\n" + _table(("option", "was", "becomes", "why"), rows)
    )


def _unknown(facts: Facts) -> str:
    if not facts["unknown"]:
        return ""
    items = "".join(f"<li>{escape(name.replace('_', ' '))}: {escape(why)}</li>" for name, why in facts["unknown"].items())
    return f"<h2>Not known</h2>\n<p>Factors of which nothing can be said here, and what is needed for that:</p><ul>{items}</ul>"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _interval(pair: Sequence[float | None]) -> str:
    return f"{_number(pair[0])} to {_number(pair[1])}"
