"""Morphs: bends, twists, tapers, bulges, rounds and dents a share of the objects; their labels follow."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.errors import InputError
from raster.geometry.deformations import ORDER
from raster.randomizers.options import check_options, count_option, range_option, share_option, weights_option
from raster.randomizers.ranges import Range, Weights, check_weights
from raster.randomizers.sampled import Sampled
from raster.scene.deformed_bounds import fit
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams

# Solids lie within 0.5 of the origin along each axis, so within WIDE of the axis z. Roundness r < 0 moves a point by a
# factor of at most ROUNDED ** r, where ROUNDED is |p|_8 / |p|_2 on the diagonal.
WIDE, ROUNDED = 0.7072, 3 ** (1 / 8) / 3**0.5
# Noise of amplitude a and frequency f changes by at most 3.75 a f along each axis: the slope of the fade is at most 1.875,
# between values 2 apart. Nothing folds while sqrt(3) times that, for three axes, is below 1.
MAX_NOISE = 0.15 + 1e-9


@dataclass(frozen=True)
class Morphs:
    """Writes `morphs` of objects and distractors, before placement. A deformed object gets one to `most` deformations."""

    layout: ClassVar[bool] = True
    cost_ms: ClassVar[str] = "about 2 for each object deformed"
    source: ClassVar[str] = "Barr 1981, 1984"

    share: float = share_option(0.0, "How many of the objects are deformed.")
    kinds: Weights = weights_option(ORDER, ORDER, "Deformations to choose from.")
    most: int = count_option(2, 1, len(ORDER), "", "Deformations of one object, at most.")
    taper: Range = range_option((-0.5, 0.5), -1, 1, "", "How much wider the top is than the middle.")
    twist_deg: Range = range_option((-60, 60), -180, 180, "degrees", "Angle between top and bottom about z.")
    bend_deg: Range = range_option((10, 45), -60, 60, "degrees", "Angle between top and bottom of a bend, to any side.")
    bulge: Range = range_option((-0.2, 0.25), -0.5, 0.5, "", "How much wider the middle is than the ends.")
    roundness: Range = range_option((-0.2, 0.25), -1, 1, "", "1 makes a cube a ball, -1 makes a ball nearly a cube.")
    noise: Range = range_option((0.01, 0.04), 0, 0.1, "object sizes", "Depth of dents.")
    frequency: Range = range_option(
        (1, 3), 0.1, 10, "dents per object size", "How close dents are; times `noise` at most 0.15."
    )

    def __post_init__(self) -> None:
        """Check all fields, and that no object folds over. InputError names the first wrong one."""
        check_options(self)
        if self.noise[1] * self.frequency[1] > MAX_NOISE:
            least = MAX_NOISE / self.frequency[1]
            raise InputError(f"noise={list(self.noise)}: at frequency {self.frequency[1]:g} it folds over; at most {least:.3g}")
        most = np.degrees(0.97 / self._widest())
        if max(map(abs, self.bend_deg)) > most and self._weights()[ORDER.index("bend")] > 0:
            wide = f"what else widens a shape, most={self.most} at a time, lets it fold over"
            raise InputError(f"bend_deg={list(self.bend_deg)}: {wide}; at most {most:.3g}")

    def requirements(self) -> Requirements:
        """Meshes divided finely enough to bend, if any object is deformed."""
        return Requirements(subdivided_meshes=self.share > 0)

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        return (Sampled("share", "share", "share", objects=True),) if self.share else ()

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Choose and write the deformations of each object."""
        if not self.share:
            return
        for slot in ("objects", "distractors"):
            own, objects = streams.child(slot), scenes.slots[slot]
            count = objects.stop - objects.start
            asset = scenes.asset[:, objects]
            morphed = own.bernoulli("share", self.share, count) & (asset >= 0) & ~scenes.catalog.is_variant[asset]
            has = self._chosen(own, count) & morphed[..., None]
            drawn = {
                "taper": own.uniform_between("taper", self.taper, count),
                "twist": np.radians(own.uniform_between("twist", self.twist_deg, count)),
                "bend": np.radians(own.uniform_between("bend", self.bend_deg, count)),
                "bulge": own.uniform_between("bulge", self.bulge, count),
                "roundness": own.uniform_between("roundness", self.roundness, count),
                "noise": own.uniform_between("noise", self.noise, count),
            }
            for k, name in enumerate(ORDER):
                getattr(scenes.morphs, name)[:, objects] = np.where(has[..., k], drawn[name], 0)
            bent, dented = has[..., ORDER.index("bend")], has[..., ORDER.index("noise")]
            scenes.morphs.bend_turn[:, objects] = np.where(bent, 2 * np.pi * own.uniform("bend_turn", count), 0)
            scenes.morphs.frequency[:, objects] = np.where(dented, own.uniform_between("frequency", self.frequency, count), 0)
            scenes.morphs.seed[:, objects] = np.where(dented[..., None], 64 * own.uniform("seed", count, 3), 0)
            fit(scenes, objects)

    def _weights(self) -> np.ndarray:
        return check_weights("kinds", self.kinds, ORDER)

    def _chosen(self, own: Streams, count: int) -> np.ndarray:
        """(B, count, K) bool: one to `most` of the K deformations for each object.

        The n of highest log(u) / weight: Efraimidis, Spirakis, "Weighted random sampling with a reservoir" (2006).
        """
        weights = self._weights()
        score = np.full((own.count, count, len(weights)), -np.inf)
        u = own.uniform("kinds", count, len(weights))
        np.divide(np.log(np.maximum(u, 1e-300)), weights, out=score, where=weights > 0)
        rank = np.argsort(np.argsort(-score, axis=-1, kind="stable"), axis=-1)
        return (rank < own.integers("count", (1, self.most), count)[..., None]) & (weights > 0)

    def _widest(self) -> float:
        """Greatest distance of any point from the axis z, by the deformations that may come together with a bend."""
        least, noise = ROUNDED ** min(self.roundness[0], 0), 2**0.5 * self.noise[1]
        high = 0.5 * least + self.noise[1]  # above the origin
        low, top = self.bulge
        factors = {
            "taper": 1 + max(map(abs, self.taper)) * high,
            "bulge": 1 + max(top, low * (1 - 4 * high * high), 0),
            "roundness": least,
            "noise": 1 + noise / WIDE,
            "twist": 1.0,
        }
        weights = self._weights()
        others = sorted(factors[name] for name, w in zip(ORDER, weights, strict=True) if w > 0 and name != "bend")
        return WIDE * float(np.prod(others[::-1][: self.most - 1]))
