"""make_report: reads a data set, and perhaps another one beside it, and writes the page."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from raster.errors import InputError
from raster.reporting.data_source import DataSource, open_other, open_set
from raster.reporting.findings import findings
from raster.reporting.gallery import make_gallery
from raster.reporting.options import ReportOptions
from raster.reporting.page import page
from raster.reporting.quantities import QUANTITIES
from raster.reporting.summary import Summary, summarise
from raster.system.atomic_files import write_atomic

ROOM = 3_600_000  # bytes of the galleries, as JSON: the rest of a page has room below 5 MB beside them
ENDINGS = (".html", ".htm")


def make_report(out: Path, options: ReportOptions, processes: int, report: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Write the page, and return what it says in numbers: images, findings, quantities. InputError for what cannot be read.

    report(what, done, total) is called now and then.
    """
    file = check_file(options.file, out)
    source = open_set(out)
    other = open_other(options.compare, options.pictures) if options.compare else None
    sources: list[DataSource] = [source, *([other] if other else [])]
    summaries = [summarise(each, options.pictures, processes, report) for each in sources]
    galleries = [make_gallery(each, options.gallery, ROOM // len(sources)) for each in summaries]
    summary, beside = summaries[0], summaries[1] if other else None
    found = findings(summary, beside)
    link = quote(os.path.relpath(out.resolve(), file.resolve().parent))
    text = page(summary, beside, galleries, found, link).encode()
    write_atomic(file, text)
    return {
        "file": str(file),
        "bytes": len(text),
        "images": summary.images,
        "findings": [{"level": each.level, "rule": each.rule, "text": each.text} for each in found],
        "quantities": _numbers(summary),
        **({"compare": str(options.compare), "compare_quantities": _numbers(beside)} if beside else {}),
    }


def check_file(name: str, out: Path) -> Path:
    """Return where the page goes. InputError, before anything is read, for a file that cannot be a page, or is of the set."""
    file = Path(name).expanduser()
    if file.suffix.lower() not in ENDINGS:
        raise InputError(f"file={name}: a page ends in .html; give a file such as report.html")
    if not file.parent.is_dir():
        raise InputError(f"file={name}: there is no folder {file.parent}")
    if file.is_dir():
        raise InputError(f"file={name}: is a folder; give a file such as report.html")
    inside = file.resolve().parent
    if inside != out.resolve() and inside.is_relative_to(out.resolve()):
        raise InputError(f"file={name}: is among the files of the data set; put it beside them, as {out}/{file.name}")
    return file


def _numbers(summary: Summary) -> dict[str, dict[str, float]]:
    """What is known of each quantity."""
    known = {name: summary.of(quantity) for name, quantity in QUANTITIES.items()}
    return {
        name: {"n": each.count, "mean": each.mean, "p5": each.quantile(0.05), "median": each.median, "p95": each.quantile(0.95)}
        for name, each in known.items()
        if each.count
    }
