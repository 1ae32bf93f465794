"""findings: what a person should know of a data set before training from it, in plain words. docs/seeing.md lists the rules."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from raster.reporting.advice import ADVICE
from raster.reporting.quantities import QUANTITIES
from raster.reporting.record_statistics import RecordStatistics
from raster.reporting.set_comparison import compare_sets
from raster.reporting.split_comparison import compare_splits
from raster.reporting.summary import Summary
from raster.reporting.words import listed, number, percent

WARNING, NOTE = "warning", "note"  # training may suffer; or it may be meant
# The thresholds, each of the rule of that name.
SMALL_SHARE = 0.95  # of the objects are below a third of the picture's height
TINY_SHARE = 0.10  # of the seen objects show fewer than 32 pixels
HIDDEN_SHARE = 0.40  # of the listed objects are not seen
VISIBILITY = 0.5  # half of the objects are seen to less
EDGE_SHARE = 0.5  # of the seen objects touch the picture's edge
MIDDLE_SHARE = 0.5  # of them have their middle in the middle ninth of the picture
BACKGROUND_SHARE = 0.97  # of all pixels are of no class
UNLABELLED_SHARE = 0.2  # of the images show no class
IMBALANCE = 0.1  # the rarest class has less than this share of the objects of the most frequent one
FEW_IMAGES = 10  # a class is in fewer images, of at least 10 times as many
TOGETHER, NOT_ALWAYS = 0.95, 0.9  # of the images with one of two classes show both, and these are not nearly all images
VALID_LEAST, VALID_MOST = 0.02, 0.5  # share of the images that are for validation
SPLIT_P, SPLIT_D = 0.001, 0.1  # a quantity differs between splits: p is less, D is more
DARK, BRIGHT = 0.1, 0.85  # a tenth of the pictures is darker, brighter
FLAT = 0.04  # a tenth of the pictures has less contrast
GREY = 5.0  # half of the pictures are less colourful
ALIKE = 0.02  # standard deviation of the brightness of pictures
DIFFERENT_D = 0.35  # D of a quantity in two sets
LEAST = 20  # images or objects, without which nothing is said of shares


@dataclass(frozen=True)
class Finding:
    """A finding. `about` is the section of the page that shows it."""

    level: str  # WARNING or NOTE
    rule: str  # its name in ADVICE
    text: str

    @property
    def about(self) -> str:
        """The section of the page that shows it."""
        return ADVICE[self.rule][0]

    @property
    def advice(self) -> str:
        """What can be done."""
        return ADVICE[self.rule][1]


def findings(summary: Summary, other: Summary | None = None) -> list[Finding]:
    """Return what there is to say of a data set, beside another one, warnings first."""
    if summary.records is None:
        return []
    rules = (_sizes, _places, _shares, _classes, _pairs, _splits, _pictures, _variety)
    found = [finding for rule in rules for finding in rule(summary, summary.records)]
    if other is not None:
        found += _differences(summary, other)
    return sorted(found, key=lambda finding: finding.level != WARNING)


def _sizes(summary: Summary, records: RecordStatistics) -> Iterator[Finding]:
    facts, size, seen = records.facts, summary.of(QUANTITIES["size"]), summary.of(QUANTITIES["visibility"])
    if facts["boxed"] >= LEAST and facts["small"] >= SMALL_SHARE * facts["boxed"]:
        share = percent(facts["small"] / facts["boxed"])
        text = f"{share} of the objects are below a third of the picture's height, half of them below {percent(size.median)}."
        yield Finding(WARNING, "small", text)
    if facts["boxed"] >= LEAST and facts["tiny"] >= TINY_SHARE * facts["boxed"]:
        text = f"{percent(facts['tiny'] / facts['boxed'])} of the seen objects show fewer than 32 pixels."
        yield Finding(WARNING, "tiny", text)
    if facts["objects"] >= LEAST and facts["hidden"] >= HIDDEN_SHARE * facts["objects"]:
        text = f"{percent(facts['hidden'] / facts['objects'])} of the objects are not seen: outside the picture, or hidden."
        yield Finding(NOTE, "hidden", text)
    if seen.count >= LEAST and seen.median < VISIBILITY:
        yield Finding(WARNING, "visibility", f"Half of the objects are seen to less than {percent(seen.median)}.")


def _places(_: Summary, records: RecordStatistics) -> Iterator[Finding]:
    facts = records.facts
    if facts["boxed"] >= LEAST and facts["at the edge"] >= EDGE_SHARE * facts["boxed"]:
        yield Finding(
            NOTE, "edge", f"{percent(facts['at the edge'] / facts['boxed'])} of the seen objects touch the picture's edge."
        )
    if facts["boxed"] >= LEAST and facts["in the middle"] >= MIDDLE_SHARE * facts["boxed"]:
        share = percent(facts["in the middle"] / facts["boxed"])
        yield Finding(WARNING, "middle", f"{share} of the objects are in the middle ninth of the picture.")


def _shares(summary: Summary, records: RecordStatistics) -> Iterator[Finding]:
    pixels, all_pixels = int(records.classes.pixels.sum()), records.classes.image_pixels
    known = summary.of(QUANTITIES["labelled"]).count
    if records.total >= LEAST and known and pixels <= (1 - BACKGROUND_SHARE) * all_pixels:
        yield Finding(WARNING, "background", f"{percent(1 - pixels / all_pixels)} of all pixels are background.")
    if records.total >= LEAST and (empty := records.facts["unlabelled"]) >= UNLABELLED_SHARE * records.total:
        yield Finding(NOTE, "unlabelled", f"{percent(empty / records.total)} of the images show nothing of any class.")


def _classes(summary: Summary, records: RecordStatistics) -> Iterator[Finding]:
    names, classes = summary.source.classes, records.classes
    seen = classes.seen.tolist()
    there = [identity for identity in range(1, len(names)) if seen[identity]]
    if missing := [names[each] for each in range(1, len(names)) if not seen[each]]:
        yield Finding(WARNING, "missing", f"No image shows {listed(missing)}.")
    few = [names[each] for each in there if classes.shown_in[each] < FEW_IMAGES]
    if few and records.total >= 10 * FEW_IMAGES:
        yield Finding(WARNING, "few", f"Fewer than {FEW_IMAGES} images show {listed(few)}.")
    if there and sum(seen) >= LEAST:
        rare, often = min(there, key=seen.__getitem__), max(there, key=seen.__getitem__)
        if seen[rare] < IMBALANCE * seen[often]:
            text = f"{names[rare]} is seen {number(seen[rare])} times, {names[often]} {number(seen[often])} times."
            yield Finding(WARNING, "imbalance", text)


def _pairs(summary: Summary, records: RecordStatistics) -> Iterator[Finding]:
    together, names = records.classes.together, summary.source.classes
    either = together.diagonal()[:, None] + together.diagonal()[None] - together
    always = (together >= LEAST) & (together >= TOGETHER * either) & (either <= NOT_ALWAYS * records.total)
    for one, other in np.argwhere(np.triu(always, 1))[:3]:
        yield Finding(NOTE, "together", f"{names[one]} and {names[other]} are nearly always in the same images.")


def _splits(summary: Summary, records: RecordStatistics) -> Iterator[Finding]:
    total, valid = records.total, records.images["valid"]
    if total >= LEAST and not VALID_LEAST <= valid / total <= VALID_MOST:
        text = f"{percent(valid / total)} of the images are for validation." if valid else "No image is for validation."
        yield Finding(WARNING, "valid", text)
    for split in ("valid", "test"):
        if not records.images["train"] or not records.images[split]:
            continue
        lacking = [
            name
            for identity, name in enumerate(summary.source.classes[1:], 1)
            if records.values.of(f"class {identity}", "train").total and not records.values.of(f"class {identity}", split).total
        ]
        if lacking:
            yield Finding(WARNING, "split lacks", f"No image of the split {split} shows {listed(lacking)}.")
        rows = [row for row in compare_splits(summary, split) if row.p < SPLIT_P and row.statistic >= SPLIT_D]
        if rows:
            told = listed([row.title.lower().removesuffix(", mean") for row in sorted(rows, key=lambda row: -row.statistic)])
            yield Finding(WARNING, "split differs", f"The splits train and {split} differ in {told}.")


def _pictures(summary: Summary, _: RecordStatistics) -> Iterator[Finding]:
    bright, contrast, color = (summary.of(QUANTITIES[name]) for name in ("brightness", "contrast", "colourfulness"))
    if bright.count < LEAST:
        return
    if (value := bright.quantile(0.1)) < DARK:
        yield Finding(WARNING, "dark", f"A tenth of the pictures are darker than {value:.2f} (0 is black, 1 white).")
    if (value := bright.quantile(0.9)) > BRIGHT:
        yield Finding(WARNING, "bright", f"A tenth of the pictures are brighter than {value:.2f} (0 is black, 1 white).")
    if (value := contrast.quantile(0.1)) < FLAT:
        yield Finding(WARNING, "flat", f"A tenth of the pictures have a contrast below {value:.3f}: they are nearly one grey.")
    if color.median < GREY:
        yield Finding(NOTE, "grey", f"Half of the pictures have a colourfulness below {color.median:.1f}: they are grey.")


def _variety(summary: Summary, _: RecordStatistics) -> Iterator[Finding]:
    fov, bright = summary.of(QUANTITIES["fov"]), summary.of(QUANTITIES["brightness"])
    if fov.count >= LEAST and fov.most - fov.least < 0.01:
        yield Finding(NOTE, "one fov", f"All images have one field of view, {fov.mean:.1f}°.")
    if bright.count >= LEAST and bright.deviation < ALIKE:
        yield Finding(NOTE, "alike", f"All pictures are nearly equally bright: {bright.mean:.2f} ± {bright.deviation:.3f}.")


def _differences(summary: Summary, other: Summary) -> Iterator[Finding]:
    told = []
    for row in compare_sets(summary, other):
        if row.statistic >= DIFFERENT_D and min(row.one.count, row.other.count) >= LEAST:
            unit, one, two = row.quantity.unit, number(row.one.median), number(row.other.median)
            told.append(f"{row.quantity.title.lower()} (median {one}{unit} here, {two}{unit} there)")
    if told:
        yield Finding(WARNING, "differs", f"It differs from {other.source.name} in {listed(told)}.")
