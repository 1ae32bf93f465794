"""table, row, code, number, interval: pieces of the page of a diagnosis, in the form that the page's style knows."""

from collections.abc import Sequence
from html import escape


def table(heads: Sequence[str], rows: Sequence[str], caption: str, kind: str = "") -> str:
    """A table in a box that scrolls sideways if it must. heads and caption are text; rows come from row()."""
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    told = escape(caption)
    inside = f"<caption>{told}</caption><thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody>"
    region = f'<div class="scroll" tabindex="0" role="region" aria-label="{told}">'
    return f'{region}<table class="{kind}">{inside}</table></div>'


def row(name: str, *cells: str, kind: str = "") -> str:
    """A row; its cells are HTML, the first names it."""
    return f'<tr class="{kind}"><th scope="row">{name}</th>' + "".join(f"<td>{each}</td>" for each in cells) + "</tr>"


def code(text: str) -> str:
    """A text as code."""
    return f"<code>{escape(text)}</code>"


def number(value: float | None) -> str:
    """A score."""
    return "" if value is None else f"{value:.3f}"


def interval(pair: Sequence[float | None]) -> str:
    """A confidence interval."""
    return f"{number(pair[0])} to {number(pair[1])}"
