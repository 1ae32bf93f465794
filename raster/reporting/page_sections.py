"""sections, tiles: the parts of a page, in order. What each shows is in the other files page_*.py."""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from raster.reporting.data_source import DataSource
from raster.reporting.findings import WARNING, Finding
from raster.reporting.html import bar, table
from raster.reporting.page_classes import class_table, heat_maps, together_table
from raster.reporting.page_configuration import configuration
from raster.reporting.page_tables import different_options, set_table, split_tables
from raster.reporting.page_values import value_cards
from raster.reporting.quantities import IMAGE, OBJECT, PICTURE
from raster.reporting.record_statistics import RecordStatistics
from raster.reporting.summary import Summary
from raster.reporting.words import number, percent

_GALLERY = Path(__file__).parent / "web" / "gallery.html"
LIGHTS = {
    "light environment": "an environment map",
    "light directional": "directional lights",
    "light point": "point lights",
    "light spot": "spot lights",
    "light shadows": "lights with shadows",
}
COMPARE = (
    "D is the largest difference of the two cumulative shares (Kolmogorov and Smirnov): 0 where both are alike, 1 where they "
    "have no value in common. Two sets that were drawn alike differ a little too."
)
PLACES = "Middles of the boxes of objects that are seen, in the picture. The more colour, the more of them."
TOGETHER = "A class beside itself: images that show two of it or more."
SPLITS = (
    "A Kolmogorov-Smirnov test for each row: p is the chance of a D as large if both splits came from one source, after Holm's "
    "correction for the number of rows; below 0.01 the row says that they differ. A value counts once for each image: of "
    "objects it is their mean in the image."
)
Section = tuple[str, str, str]  # name, title, HTML


def sections(summary: Summary, other: Summary | None, found: Sequence[Finding]) -> list[Section]:
    """Return the parts of the page of a data set, perhaps beside another one."""
    sets = [(each.source, each.records) for each in (summary, other) if each is not None and each.records is not None]
    made = [("findings", "In short", _findings(found))]
    if other is not None:
        made.append(("compare", "Side by side", _compare(summary, other)))
    return [
        *made,
        ("gallery", "Pictures", _GALLERY.read_text(encoding="utf-8")),
        ("extremes", "Extremes", '<div id="strips"></div>'),
        ("classes", "Classes", _each(sets, class_table)),
        ("objects", "Objects", value_cards(summary, other, OBJECT)),
        ("places", "Where they are", _lead(PLACES) + _each(sets, heat_maps)),
        ("together", "Which are seen together", _lead(TOGETHER) + _each(sets, together_table)),
        ("images", "Scenes", value_cards(summary, other, IMAGE) + _scenes(sets)),
        ("pictures", "Light and colour", _lead(_opened(summary, other)) + value_cards(summary, other, PICTURE)),
        ("splits", "Train beside validation", _lead(SPLITS) + split_tables(summary)),
        ("configuration", "How it was drawn", configuration(summary.source)),
    ]


def tiles(summary: Summary, other: Summary | None) -> str:
    """Return the few numbers at the top of the page."""
    made = []
    for each in (summary, other):
        if each is None:
            continue
        facts = [("images" if each.records else "photographs", number(each.images))]
        if each.records:
            facts += [(f"for {split}", number(count)) for split, count in each.splits.items()]
            facts += [("classes", number(len(each.source.classes) - 1)), ("objects seen", number(each.records.facts["seen"]))]
            facts.append(("size, px", _size(each.records)))
        items = "".join(
            f'<div><dt>{escape(name)}</dt><dd data-fact="{escape(name)}">{escape(told)}</dd></div>' for name, told in facts
        )
        made.append(f'<dl class="tiles" aria-label="{escape(each.source.name)}">{items}</dl>')
        if other is not None:
            made[-1] = f'<p class="set"><span class="key {"ab"[each is other]}"></span>{escape(each.source.name)}</p>{made[-1]}'
    return "".join(made)


def _size(records: RecordStatistics) -> str:
    (width, height), count = records.sizes.most_common(1)[0]
    return f"{width} x {height}" if count == records.total else f"mostly {width} x {height}"


def _findings(found: Sequence[Finding]) -> str:
    if not found:
        return '<p class="good">Nothing stands out: no rule of this page found anything to warn of.</p>'
    items = []
    for each in found:
        word = "Warning" if each.level == WARNING else "Note"
        text = f'<p>{escape(each.text)} <a href="#{each.about}">Show</a></p><p class="advice">{_code(each.advice)}</p>'
        level = f'<strong class="level">{word}</strong>'
        items.append(f'<li class="{each.level}" data-rule="{each.rule}">{level}<div>{text}</div></li>')
    return f'<ul class="findings">{"".join(items)}</ul>'


def _code(advice: str) -> str:
    """Options in an advice are code."""
    words = []
    for word in advice.split(" "):
        plain = word.rstrip(".,;:")
        is_option = plain.startswith(("randomizers.", "label_filter.")) or "=" in plain
        words.append(f"<code>{escape(plain)}</code>{escape(word[len(plain) :])}" if is_option else escape(word))
    return " ".join(words)


def _compare(summary: Summary, other: Summary) -> str:
    body = _lead(COMPARE) + set_table(summary, other)
    if summary.source.held and other.source.held:
        names = summary.source.name, other.source.name
        body += different_options(summary.source.held["configuration"], other.source.held["configuration"], names)
    return body


def _each(sets: Sequence[tuple[DataSource, RecordStatistics]], made: Callable[[DataSource, RecordStatistics], str]) -> str:
    """One part for each data set, under its name if there are two."""
    named = [f"<h3>{escape(source.name)}</h3>" if len(sets) > 1 else "" for source, _ in sets]
    return "".join(name + made(*each) for name, each in zip(named, sets, strict=True))


def _scenes(sets: Sequence[tuple[DataSource, RecordStatistics]]) -> str:
    """How many scenes have which lights."""
    rows = []
    for key, title in LIGHTS.items():
        shares = [records.facts[key] / records.total for _, records in sets]
        rows.append([title, *(bar(share, percent(share)) for share in shares)])
    return table(("scenes with", *(source.name for source, _ in sets)), rows, "Kinds of light", "kinds")


def _opened(summary: Summary, other: Summary | None) -> str:
    """Say in how many pictures this was measured."""
    told = [
        f"{len(each.pictures.measured):,} of the {each.images:,} pictures of {each.source.name}"
        for each in (summary, other)
        if each is not None
    ]
    return f"Measured in {' and in '.join(told)}, evenly spread, at 256 px."


def _lead(text: str) -> str:
    return f'<p class="lead">{escape(text)}</p>'
