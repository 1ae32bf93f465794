"""Pieces of HTML: section, table, card. All text is escaped here or by who calls; `cells` and `body` are HTML."""

from collections.abc import Iterable, Sequence
from html import escape


def section(name: str, title: str, body: str) -> str:
    """Return a section with a heading, which the page's navigation leads to."""
    heading = f'<h2 id="{name}-title">{escape(title)}</h2>'
    return f'<section id="{name}" aria-labelledby="{name}-title">{heading}{body}</section>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str, name: str = "") -> str:
    """Return a table in a box that scrolls sideways if it must; head is text, cells are HTML, the first of a row names it."""
    heads = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
    body = "".join(
        f'<tr><th scope="row">{cells[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in cells[1:]) + "</tr>" for cells in rows
    )
    kind = f' class="{name}"' if name else ""
    inside = f"<caption>{escape(caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody>"
    region = f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
    return f"{region}<table{kind}>{inside}</table></div>"


def bar(share: float, text: str) -> str:
    """Return a number with a bar behind it, as long as its share of the column's largest."""
    return f'<span class="bar" style="--share:{share:.4f}">{escape(text)}</span>'


def swatch(color: Sequence[int]) -> str:
    """Return a square of a class's colour, sRGB."""
    return f'<span class="swatch" style="background:rgb({",".join(str(int(each)) for each in color)})"></span>'


def cards(bodies: Iterable[str], name: str = "cards") -> str:
    """Return boxes side by side."""
    return f'<div class="{name}">' + "".join(bodies) + "</div>"
