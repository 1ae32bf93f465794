"""raster export OUT format=FORMAT to=FOLDER: a data set in the format of another tool.

coco         instances_train.json, ...: boxes and compressed masks, for pycocotools and what builds on it
panoptic     panoptic_train.json, ... and PNG: COCO's panoptic format
yolo         data.yaml, images/, labels/: for task=detect, segment, obb, pose, semantic or depth
voc          Annotations/, JPEGImages/, SegmentationClass/, ...: Pascal VOC
bop          models/, train/000000/, ...: poses, depth and masks for BOP's tools, of preset=bop
webdataset   train-000000.tar, ...: for streams
huggingface  data/train-00000-of-00001.parquet, ..., README.md: for datasets, with the extra export

docs/formats.md says what each holds, which tool reads it and how.
"""

import difflib
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from raster.command_line import Arguments
from raster.errors import InputError, one_line
from raster.exporters.options import ExportOptions
from raster.run.json_report import FLAG, json_report
from raster.run.option_words import read_options
from raster.run.options import options_of, yaml_value
from raster.standard_streams import quiet
from raster.system.cpu import usable_cores
from raster.system.progress import Progress


def main() -> None:
    """Run the program."""
    with one_line(), json_report(FLAG in sys.argv) as report:
        given, rest = read_options(ExportOptions, sys.argv[1:])
        _refuse_options(rest)
        words = parser().read(rest)
        with quiet(words.quiet):
            report |= run(words.out, ExportOptions(**given))


def run(out: Path, options: ExportOptions) -> dict[str, Any]:
    """Export a data set, say what was done, and return it. InputError for what cannot be exported."""
    # Here, so that Ctrl-C while they load is one line too.
    from raster.exporters.run import export
    from raster.run.set_meshes import SetMeshes

    with Progress(0, "image", delay=2, title="exporting") as progress:
        facts = export(out, options, usable_cores(), progress.update, SetMeshes)
    images = facts["source"]["images"]
    if facts["written"]:
        counts = facts["counts"]
        notes = [f"{counts[key]} {told}" for key, told in _COUNTED.items() if counts.get(key)]
        print(f"{options.to}: {', '.join([f'{images} images', *notes])} as {facts['format']}")
    else:
        print(f"{options.to}: complete: {images} images as {facts['format']}, source {facts['source']['digest']}")
    return {"out": str(out), "to": options.to, **facts}


_COUNTED = {
    "objects": "objects",
    "iscrowd": "of these iscrowd",
    "left_out": "left out, listed in left_out.jsonl",
    "unseen": "not seen",
}


def parser() -> Arguments:
    """What its command line holds."""
    made = Arguments(f"{__doc__}\n{_table()}", "Exit code 0: the export is complete. 2: it cannot be made; a line says why.")
    made.usage = f"{made.prog} OUT format=FORMAT to=FOLDER [OPTION=VALUE ...] [--json] [--quiet]"
    made.add_argument("out", type=Path, metavar="OUT", help="a folder that raster generate wrote (its out=)")
    made.add_argument(FLAG, action="store_true", help="print one JSON object instead of the line")
    made.add_argument("--quiet", action="store_true", help="print nothing but errors; quiet=true is the same")
    made.choices = {option.name: option.allowed.removesuffix(", or null").split(", ") for option in options_of(ExportOptions)}
    return made


def _table() -> str:
    """The options, a line or more each."""
    lines = ["options:"]
    for option in options_of(ExportOptions):
        left = f"  {option.name}={'' if option.default is None else yaml_value(option.default)}"
        text = f"{option.text} ({option.limits})"
        lines += textwrap.wrap(text, 100, initial_indent=f"{left:<21} ", subsequent_indent=" " * 22, break_on_hyphens=False)
    return "\n".join(lines)


def _refuse_options(words: Sequence[str]) -> None:
    """InputError for an option that there is not, or that is written with dashes."""
    known = [option.name for option in options_of(ExportOptions)]
    for word in words:
        key, equals, value = word.lstrip("-").partition("=")
        key = key.replace("-", "_")
        if word.startswith("-") and key in known:
            raise InputError(f"{word}: options are written without dashes: {key}={value or '...'}")
        if equals and key != "quiet" and not Path(word).exists():
            near = difflib.get_close_matches(key, known, n=1)
            told = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise InputError(f"{word}: there is no such option; {told}")


if __name__ == "__main__":
    main()
