"""FORMATS: exports of each kind; refused: what raster validate says of a wrong one; accept_sizes: after files were changed."""

import json
from pathlib import Path

from programs import run_here
from sets_with_instances import exported

from raster.exporters.export_folder import contents

FORMATS = {
    "coco": "format=coco",
    "panoptic": "format=panoptic",
    "detect": "format=yolo",
    "segment": "format=yolo task=segment",
    "obb": "format=yolo task=obb",
    "pose": "format=yolo task=pose",
    "semantic": "format=yolo task=semantic",
    "voc": "format=voc images=copy",
    "tars": "format=webdataset shard=2",
    "hub": "format=huggingface shard=2",
}


def refused(to: Path) -> str:
    said = run_here(to.parent, "raster.validate", to.name, code=2)
    assert said.startswith(f"error: {to.name}")
    assert said.count("\n") == 1
    return said


def accept_sizes(to: Path) -> None:
    """Let export.json say how many files and bytes there are now."""
    (to / "export.json").write_text(json.dumps({**exported(to), "folders": contents(to)}))
