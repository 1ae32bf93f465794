"""Shapes: a share of the objects has edges cut or rounded, and dents, as things have: one of some variants of its solid."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.assets.shape_variants import ShapeVariants
from raster.errors import InputError
from raster.randomizers.options import check_options, count_option, range_option, share_option
from raster.randomizers.ranges import Range
from raster.randomizers.sampled import Sampled
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams

MAX_NOISE = 0.15 + 1e-9  # depth times frequency of dents: raster/randomizers/morphs.py


@dataclass(frozen=True)
class Shapes:
    """Writes the assets of objects and distractors anew, after Objects and Distractors and before Scale.

    The variants are made once, alike in all runs with these options, and kept on disk: they cost only their triangles.
    Composites and the user's own meshes have none. A variant is not morphed.
    """

    layout: ClassVar[bool] = True
    cost_ms: ClassVar[str] = "2.5 at share 1"

    share: float = share_option(0.0, "How many of the objects show a variant of their solid.")
    variants: int = count_option(8, 1, 64, "", "Variants that a run makes of each solid.")
    edge: Range = range_option(
        (0.01, 0.12), 0.001, 0.24, "object sizes",
        "Width of the cut along the edges of cubes and cylinders, or radius; uniform in the logarithm.",
    )  # fmt: skip
    rounded: float = share_option(0.6, "How many of the variants have rounded edges; the others are cut flat.")
    deformed: float = share_option(0.7, "How many of the variants are deformed, in all the ways below at once.")
    dents: Range = range_option((0.003, 0.02), 0, 0.1, "object sizes", "Depth of dents.")
    frequency: Range = range_option(
        (1, 3), 0.1, 10, "dents per object size", "How close dents are; times `dents` at most 0.15."
    )
    taper: Range = range_option((-0.08, 0.08), -0.5, 0.5, "", "How much wider the top is than the middle.")
    twist_deg: Range = range_option((-5, 5), -45, 45, "degrees", "Angle between top and bottom about z.")
    bulge: Range = range_option((-0.04, 0.06), -0.3, 0.3, "", "How much wider the middle is than the ends.")
    roundness: Range = range_option((-0.03, 0.08), -0.5, 0.5, "", "1 makes a cube a ball, -1 makes a ball nearly a cube.")

    def __post_init__(self) -> None:
        """Check all fields, and that no shape folds over. InputError names the first wrong one."""
        check_options(self)
        if self.dents[1] * self.frequency[1] > MAX_NOISE:
            least = MAX_NOISE / self.frequency[1]
            raise InputError(f"dents={list(self.dents)}: at frequency {self.frequency[1]:g} it folds over; at most {least:.3g}")

    def requirements(self) -> Requirements:
        """The variants, if any object shows one."""
        if not self.share:
            return Requirements()
        twist = (float(np.radians(self.twist_deg[0])), float(np.radians(self.twist_deg[1])))
        return Requirements(
            shapes=ShapeVariants(
                self.variants, self.edge, self.rounded, self.deformed, self.dents, self.frequency, self.taper, twist,
                self.bulge, self.roundness,
            )
        )  # fmt: skip

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        return (Sampled("share", "share", "share", objects=True),) if self.share else ()

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Let a share of the objects show one of the variants of their solids, each alike."""
        if not self.share:
            return
        catalog = scenes.catalog
        for slot in ("objects", "distractors"):
            own, objects = streams.child(slot), scenes.slots[slot]
            count = objects.stop - objects.start
            asset = scenes.asset[:, objects]
            many = catalog.variant_count[asset] * (asset >= 0)
            number = np.floor(own.uniform("variant", count) * many).astype(np.int64)
            varied = own.bernoulli("share", self.share, count) & (many > 0)
            if varied.any():
                scenes.set_assets(objects, np.where(varied, catalog.variants[asset, number], asset))
