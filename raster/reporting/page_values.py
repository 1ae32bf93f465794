"""value_cards: the histograms of a page, each with what it means and with its numbers."""

from collections.abc import Sequence
from html import escape

from raster.reporting.distribution import Distribution
from raster.reporting.histogram import histogram
from raster.reporting.html import cards
from raster.reporting.quantities import Quantity, of_kind
from raster.reporting.summary import Summary
from raster.reporting.words import number, percent

MARKS = {"size": (1 / 3, "a third")}


def value_cards(summary: Summary, other: Summary | None, kind: str) -> str:
    """Return the cards of all quantities of a kind, OBJECT, IMAGE or PICTURE, and what is not known."""
    there = [quantity for quantity in of_kind(kind) if summary.of(quantity).count]
    lacking = [quantity for quantity in of_kind(kind) if quantity not in there]
    return cards(_card(summary, other, quantity) for quantity in there) + "".join(map(_unknown, lacking))


def _card(summary: Summary, other: Summary | None, quantity: Quantity) -> str:
    named = [(each.source.name, each.of(quantity)) for each in (summary, other) if each is not None]
    known = [(name, each) for name, each in named if each.count]
    label = f"Histogram. {quantity.title}: " + "; ".join(f"{name}, {in_words(each)}" for name, each in known)
    drawn = histogram(known, label, MARKS.get(quantity.name))
    title = f"<h3>{escape(quantity.title)}</h3><p>{escape(quantity.text)}</p>"
    body = title + drawn + numbers(known) + _more(quantity, known)
    return f'<article class="card" data-quantity="{quantity.name}">{body}</article>'


def _unknown(quantity: Quantity) -> str:
    """Say why there is nothing to show."""
    why = f"it takes {quantity.needs}" if quantity.needs else "there is nothing to measure it of"
    return f'<p class="unknown">{escape(quantity.title)} is not in this set: {escape(why)}.</p>'


def _more(quantity: Quantity, known: list[tuple[str, Distribution]]) -> str:
    """What a threshold is about."""
    if quantity.name != "visibility":
        return ""
    hidden = "; ".join(f"{percent(float(each.bins[:1024].sum()) / each.count)}" for _, each in known)
    return f'<p class="more">Less than half of it is seen: {hidden} of the objects.</p>'


def in_words(values: Distribution) -> str:
    """Return the numbers of a distribution in one line."""
    unit, low, high = values.quantity.unit, number(values.quantile(0.05)), number(values.quantile(0.95))
    return f"median {number(values.median)}{unit}, nine tenths from {low} to {high}{unit}"


def numbers(known: Sequence[tuple[str, Distribution]]) -> str:
    """Return the numbers of one or two distributions; a row for each."""
    heads = "".join(
        f'<th scope="col"><span class="key {key}"></span>{escape(name)}</th>'
        for key, (name, _) in zip("ab", known, strict=False)
    )
    rows = {
        "number": [f"{each.count:,}" for _, each in known],
        "mean": [number(each.mean) for _, each in known],
        "median": [number(each.median) for _, each in known],
        "5 %": [number(each.quantile(0.05)) for _, each in known],
        "95 %": [number(each.quantile(0.95)) for _, each in known],
        "least": [number(each.least) for _, each in known],
        "most": [number(each.most) for _, each in known],
    }
    body = "".join(
        f'<tr><th scope="row">{name}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        for name, cells in rows.items()
    )
    return f'<table class="numbers"><thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table>'
