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

import sys
from pathlib import Path
from typing import Any

from raster.command_line import Arguments
from raster.errors import one_line
from raster.exporters.options import ExportOptions
from raster.run.json_report import FLAG, json_report
from raster.run.option_words import options_table, read_options, refuse_unknown
from raster.run.options import options_of
from raster.standard_streams import quiet
from raster.system.cpu import usable_cores
from raster.system.progress import Progress


def main() -> None:
    """Run the program."""
    with one_line(), json_report(FLAG in sys.argv) as report:
        given, rest = read_options(ExportOptions, sys.argv[1:])
        refuse_unknown(ExportOptions, rest)
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
    made = Arguments(
        f"{__doc__}\n{options_table(ExportOptions)}",
        "Exit code 0: the export is complete. 2: it cannot be made; a line says why.",
    )
    made.usage = f"{made.prog} OUT format=FORMAT to=FOLDER [OPTION=VALUE ...] [--json] [--quiet]"
    made.add_argument("out", type=Path, metavar="OUT", help="a folder that raster generate wrote (its out=)")
    made.add_argument(FLAG, action="store_true", help="print one JSON object instead of the line")
    made.add_argument("--quiet", action="store_true", help="print nothing but errors; quiet=true is the same")
    made.choices = {option.name: option.allowed.removesuffix(", or null").split(", ") for option in options_of(ExportOptions)}
    return made


if __name__ == "__main__":
    main()
