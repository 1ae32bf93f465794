"""Summary: all that a report knows of a data set or of photographs; summarise() reads and measures it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from raster.reporting.data_source import DataSource
from raster.reporting.distribution import Distribution
from raster.reporting.image_choice import ImageChoice
from raster.reporting.picture_statistics import Picture, PictureStatistics, measure_pictures
from raster.reporting.quantities import PICTURE, Quantity
from raster.reporting.record_statistics import RecordStatistics
from raster.reporting.scan import read_records, scan
from raster.reporting.smallest import Line, spread_key

PHOTOGRAPHS = "photographs"  # in place of a split
Report = Callable[[str, int, int], None]  # what is counted, how many are done, of how many


@dataclass
class Summary:
    """What is known. Of photographs: no records, and `pictures` alone."""

    source: DataSource
    records: RecordStatistics | None
    pictures: PictureStatistics
    order: list[int] = field(default_factory=list)  # numbers of the even spread; any first part of it is even too
    lines: dict[int, Line] = field(default_factory=dict)  # image number -> its record, of the images that may be shown

    @property
    def images(self) -> int:
        """How many there are; of photographs, how many were opened."""
        return self.records.total if self.records else len(self.source.photographs)

    @property
    def splits(self) -> "Counter[str]":
        """Images by split."""
        return self.records.images if self.records else Counter({PHOTOGRAPHS: self.images})

    def of(self, quantity: Quantity, split: str | None = None) -> Distribution:
        """Return the distribution of a quantity, of one split or of all; empty where it is not known."""
        if quantity.of == PICTURE:
            return self.pictures.values.of(quantity.name, split)
        return self.records.values.of(quantity.name, split) if self.records else Distribution(quantity)


def summarise(source: DataSource, pictures: int, processes: int, report: Report) -> Summary:
    """Read the records of a source and open at most so many of its pictures. InputError for what cannot be read."""
    if not source.is_set:
        ordered = sorted(range(len(source.photographs)), key=spread_key)
        opened = [Picture(number, source.photographs[number], PHOTOGRAPHS) for number in ordered[:pictures]]
        return Summary(source, None, _measured(opened, report), order=ordered)
    said = scan(source.scenes, len(source.classes), pictures, processes, lambda done, all_: report("MB of record", done, all_))
    order = [line.number for line in said.choice.spread.lines]
    found = {
        number: Picture(number, source.out / record["image"], record["split"])
        for number, record in read_records(source.scenes, said.choice.spread.lines)
        if "image" in record
    }
    opened = [found[number] for number in order if number in found]
    return Summary(source, said, _measured(opened, report), order, _lines(said.choice))


def _measured(pictures: list[Picture], report: Report) -> PictureStatistics:
    return measure_pictures(pictures, lambda done: report("picture", done, len(pictures)))


def _lines(choice: ImageChoice) -> dict[int, Line]:
    """Return the lines of all chosen images by number."""
    several = [choice.spread, *choice.of_class.values(), *choice.extremes.values()]
    return {line.number: line for each in several for line in each.lines}
