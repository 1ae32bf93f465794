"""value_cards: the histograms of a page, each with what it means and with its numbers."""

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
    body = title + drawn + "".join(numbers(*each, "ab"[place]) for place, each in enumerate(known)) + _more(quantity, known)
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


def numbers(name: str, values: Distribution, key: str) -> str:
    """Return the numbers of a distribution; `key`: "a" or "b", how it is drawn."""
    facts = {
        "mean": values.mean,
        "min": values.least,
        "5 %": values.quantile(0.05),
        "median": values.median,
        "95 %": values.quantile(0.95),
        "max": values.most,
    }
    items = "".join(f"<div><dt>{title}</dt><dd>{number(value)}</dd></div>" for title, value in facts.items())
    head = f'<p class="of"><span class="key {key}"></span>{escape(name)}<span class="n">n = {values.count:,}</span></p>'
    return f'<div class="numbers" data-set="{key}">{head}<dl>{items}</dl></div>'
