"""raster report OUT [compare=OTHER]: a page that shows what is in a data set.

One HTML file, which opens from disk in any browser: pictures with their labels, to be filtered and sorted;
how often each class is seen, and where; how large, near, bright the objects and pictures are; train beside
validation; and warnings in plain words. compare= lays another data set, or a folder of photographs, over it.

docs/seeing.md says what each part means, and when it warns.
"""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from raster.command_line import Arguments
from raster.errors import one_line
from raster.reporting.options import ReportOptions
from raster.run.json_report import FLAG, json_report
from raster.run.option_words import options_table, read_options, refuse_unknown
from raster.run.options import options_of
from raster.standard_streams import quiet
from raster.system.cpu import usable_cores
from raster.system.progress import Progress


def main() -> None:
    """Run the program."""
    with one_line(), json_report(FLAG in sys.argv) as report:
        given, rest = read_options(ReportOptions, sys.argv[1:])
        refuse_unknown(ReportOptions, rest)
        words = parser().read(rest)
        with quiet(words.quiet):
            report |= run(words.out, ReportOptions(**given))


def run(out: Path, options: ReportOptions) -> dict[str, Any]:
    """Write the page, say what it warns of, and return it. InputError for what cannot be read."""
    # Here, so that Ctrl-C while they load is one line too.
    from raster.reporting.make_report import make_report
    from raster.reporting.words import file_size

    with ExitStack() as stack:
        bars: dict[str, Progress] = {}

        def report_progress(unit: str, done: int, total: int) -> None:
            if unit not in bars:
                bars[unit] = stack.enter_context(Progress(total, unit, delay=2, title="reading"))
            bars[unit].update(done, total)

        facts = make_report(out, options, usable_cores(), report_progress)
    for finding in facts["findings"]:
        print(f"{finding['level'].upper()}: {finding['text']}")
    print(f"{facts['file']}: {facts['images']} images on a page of {file_size(facts['bytes'])}; open it in a browser")
    return {"out": str(out), **facts}


def parser() -> Arguments:
    """What its command line holds."""
    made = Arguments(
        f"{__doc__}\n{options_table(ReportOptions)}", "Exit code 0: the page is written. 2: it cannot be made; a line says why."
    )
    made.usage = f"{made.prog} OUT [OPTION=VALUE ...] [--json] [--quiet]"
    made.add_argument("out", type=Path, metavar="OUT", help="a folder that raster generate wrote (its out=)")
    made.add_argument(FLAG, action="store_true", help="print one JSON object instead of the lines")
    made.add_argument("--quiet", action="store_true", help="print nothing but warnings and errors; quiet=true is the same")
    made.choices = {option.name: option.allowed.removesuffix(", or null").split(", ") for option in options_of(ReportOptions)}
    return made


if __name__ == "__main__":
    main()
