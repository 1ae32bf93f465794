"""ranking, factor_section: the factors of a diagnosis by cost, and one of them with its groups and its worst pictures."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from .bars import cost_bar, score_bar
from .factors import BY_NAME
from .page_tables import number, row, table

Facts = Mapping[str, Any]


def ranking(facts: Facts) -> str:
    """The table of all factors, the most costly first."""
    rows = []
    for each in facts["factors"]:
        worst = min(each["groups"], key=lambda group: group["iou"])
        name = f'<a href="#{each["factor"]}">{escape(each["title"])}</a>'
        alike = number(each["cost_at_equal_size"])
        bar = cost_bar(each["cost"], each["cost_interval"])
        rows.append(
            row(
                name, bar, number(max(0.0, each["cost"])), alike, escape(worst["label"]), kind="" if each["costs"] else "unsure"
            )
        )
    lead = (
        '<p class="lead">A factor costs as much as the mean IoU would rise if every object fared like those of its best group. '
        "At equal size: beside what the apparent size of the objects explains. Of what is grey it is not sure that it costs "
        "anything. Factors that go together share their cost: it is no sum.</p>\n"
    )
    return lead + table(("factor", "cost", "IoU", "at equal size", "worst group"), rows, "Factors by cost", "bars")


def factor_section(each: Facts, shown: Sequence[tuple[str, str]]) -> str:
    """The groups of a factor, and the worst pictures of its worst group: (address, caption)."""
    text = BY_NAME[each["factor"]].text
    rows = []
    for group in each["groups"]:
        iou, found = (score_bar(group[key], group[f"{key}_interval"]) for key in ("iou", "detected"))
        cells = (f"{group['objects']:,}", iou, number(group["iou"]), found, number(group["detected"]))
        rows.append(row(escape(group["label"]), *cells))
    figures = [
        f'<figure><img src="{address}" alt="{escape(caption)}"><figcaption>{escape(caption)}</figcaption></figure>'
        for address, caption in shown
    ]
    about = f'<p class="lead">{escape(text[0].upper() + text[1:])}.</p>' if text else ""
    made = table(("group", "objects", "mean IoU", "", "found", ""), rows, f"Objects by {each['title']}", "bars")
    note = '<p class="more">The worst of its worst group: the picture, the truth, the prediction.</p>' if figures else ""
    return f'{about}{made}\n{note}<div class="figures">{"".join(figures)}</div>'
