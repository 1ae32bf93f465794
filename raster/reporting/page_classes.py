"""The classes on a page: how often each is seen, where its objects are, and which are seen together."""

from html import escape

import numpy as np

from raster.reporting.data_source import DataSource
from raster.reporting.heat_map import described, heat_map
from raster.reporting.html import bar, cards, swatch, table
from raster.reporting.record_statistics import RecordStatistics
from raster.reporting.words import UNKNOWN, number, percent

MOST_MAPS, MOST_TOGETHER = 60, 20  # classes, the most frequent ones
HEAD = ("class", "objects seen", "of all", "listed", "images", "of all", "pixels", "of all")


def class_table(source: DataSource, records: RecordStatistics) -> str:
    """Return the table of frequencies: objects, images and pixels of each class."""
    classes, names = records.classes, source.classes
    seen, images, pixels = classes.seen.tolist(), classes.shown_in.tolist(), classes.pixels.tolist()
    known = records.facts["boxed"] > 0
    rows = []
    for identity in range(1, len(names)):
        shares = (seen[identity] / max(1, sum(seen)), images[identity] / records.total, pixels[identity] / classes.image_pixels)
        highest = (max(seen) / max(1, sum(seen)), max(images) / records.total, max(pixels) / classes.image_pixels)
        bars = [bar(share / most if most else 0, percent(share)) for share, most in zip(shares, highest, strict=True)]
        counts = [
            number(seen[identity]),
            number(int(classes.listed[identity])),
            number(images[identity]),
            number(pixels[identity]),
        ]
        name = f"{swatch(source.colors[identity])}{escape(names[identity])}"
        rows.append(
            [name, counts[0], bars[0], counts[1], counts[2], bars[1], *((counts[3], bars[2]) if known else (UNKNOWN, UNKNOWN))]
        )
    background = classes.image_pixels - sum(pixels)
    if known:
        share = background / classes.image_pixels
        rows.append(["<em>background</em>", "", "", "", "", "", number(background), percent(share)])
    return table(HEAD, rows, f"How often each class of {source.name} is seen", "classes")


def heat_maps(source: DataSource, records: RecordStatistics) -> str:
    """Return a picture for each class of where the middles of its boxes are."""
    classes, names, drawn = records.classes, source.classes, []
    for identity in _frequent(records, MOST_MAPS):
        centres = classes.centres[identity]
        if not centres.any():
            continue
        data, cells = heat_map(centres)
        words = f"{names[identity]}: {described(centres)}"
        drawn.append(
            f'<figure class="map"><img src="data:image/png;base64,{data}" alt="Heat map. {escape(words)}" width="{cells}" '
            f'height="{cells}"><figcaption><strong>{swatch(source.colors[identity])}{escape(names[identity])}</strong> '
            f"{number(int(centres.sum()))} objects, {escape(described(centres))}</figcaption></figure>"
        )
    if not drawn:
        return '<p class="unknown">Not in this set: drawn with the annotation boxes, it would be.</p>'
    return cards(drawn, "maps") + _left_out(records, MOST_MAPS)


def together_table(source: DataSource, records: RecordStatistics) -> str:
    """Return the table of which classes are seen in the same image."""
    classes, names, chosen = records.classes, source.classes, _frequent(records, MOST_TOGETHER)
    if not chosen:
        return '<p class="unknown">No image shows any class.</p>'
    rows = []
    for one in chosen:
        cells = []
        for other in chosen:
            count = int(classes.several[one] if one == other else classes.together[one, other])
            share = count / max(1, int(classes.shown_in[one]))
            cells.append(
                f'<span class="shade" style="--share:{share:.3f}" title="{number(count)} images">{percent(share)}</span>'
            )
        rows.append([f"{swatch(source.colors[one])}{escape(names[one])}", *cells])
    caption = f"Of the images of {source.name} that show the class on the left, so many show the one above too"
    return table(["", *(names[each] for each in chosen)], rows, caption, "together") + _left_out(records, MOST_TOGETHER)


def _frequent(records: RecordStatistics, most: int) -> list[int]:
    """The classes that are seen most, in the order of their ids."""
    seen = records.classes.seen
    there = [identity for identity in np.argsort(-seen, kind="stable").tolist() if identity and seen[identity]]
    return sorted(there[:most])


def _left_out(records: RecordStatistics, most: int) -> str:
    more = int((records.classes.seen > 0).sum()) - most
    return f'<p class="more">The {most} most frequent classes; {more} more are not shown.</p>' if more > 0 else ""
