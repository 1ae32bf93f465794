"""The tables of a page that lay two things side by side: two splits, two sets, two configurations."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import orjson

from raster.reporting.distribution import Distribution
from raster.reporting.histogram import histogram
from raster.reporting.html import table
from raster.reporting.set_comparison import compare_sets
from raster.reporting.split_comparison import compare_splits
from raster.reporting.summary import Summary
from raster.reporting.words import number

LATER = ("valid", "test")  # splits that are laid beside train
MOST_OPEN = 12  # options that differ, which are shown at once
MOST_ROWS = 300  # options that differ, at most
MOST_SHOWN = 150  # letters of an option's value
OWN = ("n", "out", "first", "seed", "workers", "batch", "quiet")  # options that tell nothing of what images look like


def split_tables(summary: Summary) -> str:
    """Return a table for each split beside train, with a Kolmogorov-Smirnov test in each row."""
    made = []
    for split in LATER:
        rows = []
        for row in compare_splits(summary, split):
            label = f"{row.title}: train beside {split}"
            drawn = histogram([("train", row.one), (split, row.other)], label, small=True)
            differs = row.p < 0.01
            verdict = '<strong class="differs">differ</strong>' if differs else "alike"
            means = [f"{number(each.mean)}<small>{number(each.median)}</small>" for each in (row.one, row.other)]
            rows.append([escape(row.title), drawn, *means, f"{row.statistic:.3f}", p_value(row.p), verdict])
        if rows:
            head = ("", f"train (bars), {split} (line)", "train", split, "D", "p", "")
            count = f"{summary.splits['train']:,} images for train, {summary.splits[split]:,} for {split}"
            made.append(table(head, rows, f"Means, and medians below them; {count}", "splits"))
    if not made:
        return '<p class="unknown">There is one split alone, so there is nothing to lay beside it.</p>'
    return "".join(made)


def p_value(p: float) -> str:
    """Return a p-value with two digits."""
    return "&lt; 0.0001" if p < 0.0001 else f"{p:.2g}"


def set_table(summary: Summary, other: Summary) -> str:
    """Return the table of what differs between two sets, most first."""
    rows = []
    for row in compare_sets(summary, other):
        drawn = histogram([(summary.source.name, row.one), (other.source.name, row.other)], row.quantity.title, small=True)
        rows.append([escape(row.quantity.title), drawn, *map(_median_and_span, (row.one, row.other)), f"{row.statistic:.3f}"])
    names = summary.source.name, other.source.name
    head = ("", "this (bars), other (line)", *names, "D")
    return table(
        head, rows, f"{names[0]} beside {names[1]}: median, and 5 to 95 % below it; what differs most comes first", "splits"
    )


def _median_and_span(values: Distribution) -> str:
    unit, low, high = values.quantity.unit, number(values.quantile(0.05)), number(values.quantile(0.95))
    return f"{number(values.median)}{unit}<small>{low} to {high}</small>"


def different_options(one: Mapping[str, Any], other: Mapping[str, Any], names: tuple[str, str]) -> str:
    """Return the table of options that two data sets were drawn with and that differ."""
    here, there = dict(flat(one)), dict(flat(other))
    keys = [key for key in {**here, **there} if here.get(key) != there.get(key) and key.split(".")[0] not in OWN]
    if not keys:
        return '<p class="more">Both were drawn with the same options.</p>'
    rows = [
        [f"<code>{escape(key)}</code>", *(f"<code>{escape(side.get(key, 'absent'))}</code>" for side in (here, there))]
        for key in keys[:MOST_ROWS]
    ]
    made = table(("option", *names), rows, "Options that differ", "options")
    opened = "open" if len(rows) <= MOST_OPEN else ""
    return f"<details {opened}><summary>{len(keys)} options differ</summary>{made}</details>"


def flat(options: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield each option by its full name, with its value as text; a list is one value."""
    for key, value in options.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{prefix}{key}.")
        elif not str(key).startswith("_"):
            text = orjson.dumps(value).decode()
            yield f"{prefix}{key}", text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"
