"""compare: every pixel of drawn labels against the ray caster, by way of the record as JSON; Tally: what was compared."""

import numpy as np
import orjson
import ray_solids
from ray_caster import cast, near_silhouette

from raster.frames import Frames

SHAPES = {  # the others are known to the ray caster, or are made of such
    "ring": ray_solids.torus(0.2),
    ("cube", "cube"): ray_solids.chamfered_cube(0.02),  # those that are classes; the floor and parts are sharp
    ("cylinder", "cylinder"): ray_solids.chamfered_cylinder(0.02),
}
# At most this share of the pixels near an outline, which are excused, differ: a shift of a quarter of a pixel would show.
AGREE = 0.03
# A lens takes each label from the pixel of the straight picture that its ray goes through, by up to half a pixel beside it.
BENT = 0.08  # so then a shift of half a pixel would show


def through_json(record: dict) -> dict:
    """The record as it comes back from its line of scenes.jsonl."""
    return orjson.loads(orjson.dumps(record, option=orjson.OPT_SERIALIZE_NUMPY))


class Tally:
    """What was compared."""

    def __init__(self):
        self.images = self.pixels = self.excused = self.excused_and_differ = 0
        self.seen: set[str] = set()  # solids that some pixel shows


def compare(frames: Frames, tally: Tally, solids: ray_solids.Shapes = SHAPES) -> None:
    """Every pixel of both id layers that no outline comes near is the ray caster's."""
    for b, line in enumerate(frames.records):
        record = through_json(line)
        hits, border = cast(record, solids=solids), near_silhouette(record, solids=solids)
        wrong = np.zeros(border.shape, bool)
        for layer, expected in (("class_id", hits.class_id), ("instance_id", hits.instance_id)):
            wrong |= frames.layers[layer][b] != expected
        strange = np.argwhere(wrong & ~border)
        if 0 < len(strange) < 5:  # perhaps slivers too narrow for the grid of points that looks for outlines
            border |= near_silhouette(record, solids=solids, steps=16)
            strange = np.argwhere(wrong & ~border)
        assert not len(strange), f"image {record['index']}: {len(strange)} pixels, the first (row, column) {strange[0]}"
        tally.images += 1
        tally.pixels += border.size
        tally.excused += int(border.sum())
        tally.excused_and_differ += int(wrong.sum())
        shown = set(np.unique(hits.instance_id))
        tally.seen |= {o["class"] if o["class_id"] else o["solid"] for o in record["objects"] if o["instance"] in shown}
