"""raster compare RUN...: a table of the scores of several runs of raster fit, the best first, with what differs: options of the
runs, and of the data sets that they have learnt from.

raster compare runs/*                       their scores on their own validation images
raster compare runs/* --data photographs    those that raster evaluate data=photographs wrote to the runs' folders
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from raster import Arguments, InputError, one_line

from .data_options import by_component, data_options, flat, short_names
from .run_files import CHECKPOINT, FACTS, SCORES, read_json

SWEEP = "multirun.yaml"  # what Hydra leaves beside the runs of a sweep, so that runs/* names it too
Row = dict[str, str]  # a cell by column
Run = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]  # configuration, scores, options with which its data was drawn


def main() -> None:
    """Run the program with the folders of the command line; an InputError ends it with one line and exit code 2."""
    with one_line():
        options = parser().read()
        rows = compare(options.runs, options.data)
        print(markdown(rows))
        for note in passed_over(options.runs, options.data):
            print(note, file=sys.stderr)
        if options.csv:
            from raster import write_atomic

            write_atomic(options.csv, comma_separated(rows).encode())


def parser() -> Arguments:
    """What its command line holds."""
    made = Arguments(__doc__)
    made.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="folder of raster fit; a note names unfinished ones")
    made.add_argument("--data", metavar="NAME", help="scores of RUN/evaluate-NAME (default: those of the run's validation)")
    made.add_argument("--csv", type=Path, metavar="FILE", help="also write the table as CSV")
    return made


def compare(runs: Sequence[Path], data: str | None = None) -> list[Row]:
    """The rows of the table, the highest mean IoU first: run, options that differ, miou, accuracy, IoU of each class.

    Options are those of the runs, and those with which their data sets were drawn, as manifest.json there has them. `data`: the
    name of a data set that train.evaluate scored; None: the validation images of each run. InputError for a path that does not
    exist or is no run, if none of the runs has such scores, or if a file is not what these programs write.
    """
    require_runs(runs)
    found = {run: read(run, data) for run in runs if (run / FACTS).is_file()}
    scored = {run: facts for run, facts in found.items() if facts is not None}
    if not scored:
        what = FACTS if data is None else f"{FACTS} and evaluate-{data}/{SCORES}"
        raise InputError(f"{', '.join(map(str, runs[:3]))}: no complete run with scores among {len(runs)}; expected {what}")
    varied = differing([configuration for configuration, _, _ in scored.values()])
    drawn = data_columns(scored)
    rows = []
    for run in sorted(scored, key=lambda run: -scored[run][1]["miou"]):
        configuration, scores, _ = scored[run]
        cells = {"run": str(run), **{key: written(configuration.get(key)) for key in varied}, **drawn[run]}
        cells |= {"miou": f"{scores['miou']:.4f}", "accuracy": f"{scores['accuracy']:.4f}"}
        rows.append(cells | {f"iou {name}": "" if iou is None else f"{iou:.4f}" for name, iou in scores["iou"].items()})
    return rows


def require_runs(runs: Sequence[Path]) -> None:
    """InputError for a path that is neither a run of raster fit, finished or not, nor what a sweep leaves beside its runs."""
    for run in runs:
        if not run.exists():
            raise InputError(f"{run}: there is no such folder; expected one that raster fit wrote")
        if not any((run / name).is_file() for name in (FACTS, CHECKPOINT)) and run.name != SWEEP:
            raise InputError(f"{run}: is no run of raster fit; expected a folder with {FACTS}")


def passed_over(runs: Sequence[Path], data: str | None = None) -> list[str]:
    """Notes on the runs that have no row in the table: those that are not finished, and those not scored on `data`."""
    unfinished = [run for run in runs if not (run / FACTS).is_file() and run.name != SWEEP]
    notes = [f"NOTE: not finished, so not in the table: {', '.join(map(str, unfinished))}"] if unfinished else []
    unscored = [run for run in runs if data and (run / FACTS).is_file() and not (run / f"evaluate-{data}" / SCORES).is_file()]
    if unscored:
        how = f"raster evaluate model={unscored[0]} data=.../{data} scores it"
        notes.append(f"NOTE: not scored on {data}, so not in the table: {', '.join(map(str, unscored))}; {how}")
    return notes


def data_columns(scored: Mapping[Path, Run]) -> dict[Path, Row]:
    """For each run the cells of the options in which the data sets of the runs differ, as their manifests have them."""
    known = {run: data for run, (_, _, data) in scored.items() if data}
    drawn = dict(zip(known, by_component(list(known.values())), strict=True))
    keys = differing(list(drawn.values()))
    taken = {"run", "miou", "accuracy", *(key for configuration, _, _ in scored.values() for key in configuration)}
    names = short_names([f"data.{key}" for key in keys], {*taken, *(f"data.{key}" for each in drawn.values() for key in each)})
    return {
        run: {names[f"data.{key}"]: written(drawn[run][key]) if key in drawn.get(run, {}) else "" for key in keys}
        for run in scored
    }


def read(run: Path, data: str | None) -> Run | None:
    """What there is of a run; None where it was not scored on `data`. InputError for a damaged file."""
    path = run / FACTS if data is None else run / f"evaluate-{data}" / SCORES
    try:
        facts = read_json(run / FACTS)
        scores = facts["scores"] if data is None else read_json(path)
        numbers = (scores["miou"], scores["accuracy"], *(iou for iou in scores["iou"].values() if iou is not None))
        if not all(isinstance(number, int | float) for number in numbers):
            raise TypeError("scores are no numbers")
        return flat(facts.get("configuration", {})), scores, data_options(facts)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: holds no scores of raster fit or raster evaluate ({error})") from None


def differing(configurations: Sequence[dict[str, Any]]) -> list[str]:
    """The keys whose values differ between runs, in the order of their first appearance."""
    keys = dict.fromkeys(key for configuration in configurations for key in configuration)
    return [key for key in keys if len({json.dumps(each.get(key)) for each in configurations}) > 1]


def written(value: Any) -> str:
    """A value in a cell."""
    return value if isinstance(value, str) else json.dumps(value)


def shortened(key: str, cell: str) -> str:
    """A cell of the table that is shown; the start of a digest is enough to tell it from another."""
    return cell if len(cell) <= 40 or key == "run" else f"{cell[:12]}..."


def columns(rows: Sequence[Row]) -> list[str]:
    """All columns, in the order of their first appearance."""
    return list(dict.fromkeys(column for row in rows for column in row))


def markdown(rows: Sequence[Row]) -> str:
    """The table as Markdown, columns aligned."""
    names = columns(rows)
    lines = [names, *([shortened(name, row.get(name, "")) for name in names] for row in rows)]
    widths = [max(len(line[number]) for line in lines) for number in range(len(names))]
    told = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines]
    return "\n".join([told[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *told[1:]])


def comma_separated(rows: Sequence[Row]) -> str:
    """The table as CSV."""
    import csv
    import io

    file = io.StringIO()
    writer = csv.DictWriter(file, columns(rows), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


if __name__ == "__main__":
    main()
