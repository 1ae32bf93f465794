"""The names of the files that raster fit and raster evaluate write, LATER options, read_json. Nothing here needs torch."""

import json
from pathlib import Path
from typing import Any

from raster import open_regular

WEIGHTS, FACTS, SCORES, CHECKPOINT = "model.pth", "model.json", "scores.json", "checkpoint.pth"
# Options that came later, with the values that are as if they were not there: runs of before do not have them.
LATER: dict[str, Any] = {"hold_appearance": False, "labels": None, "detail": "outlines",
                         "label_filter": {"min_visible_px": 0, "min_visibility": 0.0, "below": "background"}}  # fmt: skip


def read_json(path: Path) -> Any:
    """What a regular file of JSON holds. OSError for a file that cannot be read, ValueError for one that is not JSON."""
    with open_regular(path) as file:
        return json.load(file)
