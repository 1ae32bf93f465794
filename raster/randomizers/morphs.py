"""Morphs: a share of the objects bent, twisted, tapered, bulging, rounded or dented; their labels follow."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.errors import InputError
from raster.geometry.deformations import ORDER as KINDS
from raster.randomizers.ranges import Range, Weights, check_count, check_range, check_share, check_weights, set_fields
from raster.scene.deformed_bounds import fit
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.streams import Streams

# Solids lie within 0.5 of the origin along each axis, so within 0.7072 of the axis z. Roundness r < 0 moves a point by a
# factor of at most ROUNDED ** r, where ROUNDED is |p|_8 / |p|_2 on the diagonal.
WIDE, ROUNDED = 0.7072, 3 ** (1 / 8) / 3**0.5
# |a N(f p)| changes by at most 3.75 a f along each of three axes (a fade's slope is 1.875, between values 2 apart); nothing
# folds while the three together, sqrt(3) times that, stay below 1.
MAX_NOISE = 0.15 + 1e-9


@dataclass(frozen=True)
class Morphs:
    """Writes the morphs of objects and distractors, before placement. Each morphed one gets one to `most` of the kinds."""

    layout: ClassVar[bool] = True  # of the scene's geometry

    share: float = 0.0  # of the objects
    kinds: Weights = KINDS  # a list, or how often each
    most: int = 2  # kinds of morph at a time
    taper: Range = (-0.5, 0.5)  # how much wider the top is than the middle
    twist_deg: Range = (-60, 60)  # of the top against the bottom
    bend_deg: Range = (10, 45)  # between top and bottom, to any side
    bulge: Range = (-0.2, 0.25)  # how much wider the middle is than the ends
    roundness: Range = (-0.2, 0.25)  # 1 makes a cube a ball, -1 a ball nearly a cube
    noise: Range = (0.01, 0.04)  # dents: of an object's size
    frequency: Range = (1, 3)  # of dents, in an object's size; times noise at most 0.15

    def __post_init__(self) -> None:
        check_weights("kinds", self.kinds, KINDS)
        set_fields(
            self,
            share=check_share("share", self.share),
            most=check_count("most", self.most, 1, len(KINDS)),
            taper=check_range("taper", self.taper, -1, 1),
            twist_deg=check_range("twist_deg", self.twist_deg, -180, 180),
            bend_deg=check_range("bend_deg", self.bend_deg, -60, 60),
            bulge=check_range("bulge", self.bulge, -0.5, 0.5),
            roundness=check_range("roundness", self.roundness, -1, 1),
            noise=check_range("noise", self.noise, 0, 0.1),
            frequency=check_range("frequency", self.frequency, 0.1, 10),
        )
        if self.noise[1] * self.frequency[1] > MAX_NOISE:
            least = MAX_NOISE / self.frequency[1]
            raise InputError(f"noise={list(self.noise)}: at frequency {self.frequency[1]:g} it folds over; at most {least:.3g}")
        most = np.degrees(0.97 / self._widest())
        if max(map(abs, self.bend_deg)) > most and self._weights()[KINDS.index("bend")] > 0:
            wide = f"what else widens a shape, most={self.most} at a time, lets it fold over"
            raise InputError(f"bend_deg={list(self.bend_deg)}: {wide}; at most {most:.3g}")

    def requirements(self) -> Requirements:
        return Requirements(subdivided_meshes=self.share > 0)

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        if not self.share:
            return
        for slot in ("objects", "distractors"):
            own, objects = streams.child(slot), scenes.slots[slot]
            many = objects.stop - objects.start
            morphed = own.bernoulli("share", self.share, many) & (scenes.asset[:, objects] >= 0)
            has = self._chosen(own, many) & morphed[..., None]
            drawn = {
                "taper": own.uniform_between("taper", self.taper, many),
                "twist": np.radians(own.uniform_between("twist", self.twist_deg, many)),
                "bend": np.radians(own.uniform_between("bend", self.bend_deg, many)),
                "bulge": own.uniform_between("bulge", self.bulge, many),
                "roundness": own.uniform_between("roundness", self.roundness, many),
                "noise": own.uniform_between("noise", self.noise, many),
            }
            for k, name in enumerate(KINDS):
                getattr(scenes.morphs, name)[:, objects] = np.where(has[..., k], drawn[name], 0)
            bent, dented = has[..., KINDS.index("bend")], has[..., KINDS.index("noise")]
            scenes.morphs.bend_turn[:, objects] = np.where(bent, 2 * np.pi * own.uniform("bend_turn", many), 0)
            scenes.morphs.frequency[:, objects] = np.where(dented, own.uniform_between("frequency", self.frequency, many), 0)
            scenes.morphs.seed[:, objects] = np.where(dented[..., None], 64 * own.uniform("seed", many, 3), 0)
            fit(scenes, objects)

    def _weights(self) -> np.ndarray:
        return check_weights("kinds", self.kinds, KINDS)

    def _chosen(self, own: Streams, many: int) -> np.ndarray:
        """(B, many, K) bool: one to `most` of the K kinds for each object.

        The n of highest log(u) / weight: Efraimidis, Spirakis, "Weighted random sampling with a reservoir" (2006).
        """
        weights = self._weights()
        score = np.full((own.count, many, len(weights)), -np.inf)
        u = own.uniform("kinds", many, len(weights))
        np.divide(np.log(np.maximum(u, 1e-300)), weights, out=score, where=weights > 0)
        rank = np.argsort(np.argsort(-score, axis=-1, kind="stable"), axis=-1)
        return (rank < own.integers("count", (1, self.most), many)[..., None]) & (weights > 0)

    def _widest(self) -> float:
        """How far from the axis z anything gets, at most, by the kinds that may come together with a bend."""
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
        others = sorted(factors[name] for name, w in zip(KINDS, weights, strict=True) if w > 0 and name != "bend")
        return WIDE * float(np.prod(others[::-1][: self.most - 1]))
