"""Surroundings: unlabelled things as in rooms, on tables and in hands: clutter, panels on walls, furniture, hands, shadows."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from raster.arrangements.clearance import clear
from raster.arrangements.places_around import Places, afloat, at_border, behind, on_floor, on_wall, room_wall, steep
from raster.arrangements.places_in_light import before_light
from raster.arrangements.places_of_hands import at_subject, reaching_in
from raster.arrangements.table_top import GROUND_SIZE, ground_pose, lay_tables
from raster.arrangements.view_frame import ViewFrame
from raster.assets.library import MAX_PICTURES, PictureSource
from raster.assets.surroundings import NAMES, solids, tables
from raster.errors import InputError
from raster.randomizers.options import check_options, count_option, range_option, share_option, source_option, weights_option
from raster.randomizers.ranges import Range, Weights, check_weights
from raster.randomizers.sampled import Sampled
from raster.randomizers.surroundings_looks import Brush, paint_surroundings
from raster.randomizers.texture_mapping import planar_matrix
from raster.scene.materials import MAPPINGS
from raster.scene.requirements import Requirements
from raster.scene.scenes import Scenes
from raster.solids.surroundings.kinds import VARIANTS
from raster.streams import Streams
from raster.transforms import compose

HAND, HELD, SHADE, FIRST = NAMES.index("hand"), 0, 1, 2  # thing 0 is the hand at the subject, thing 1 the one that shades it
BORDER = 0.15  # share of the small things that are at the border of the picture
LEAST = 0.15  # a thing that must become smaller than this share of its size is left out


@dataclass(frozen=True)
class Surroundings:
    """Fills the slot "surroundings", class id 0, and paints what materials and textures should not: skin, panes, muted colours.

    After camera, placement, floor, walls, lights and environment. Things keep clear of objects; only the hand at the first
    object may hide a part of it. They may go through one another. Each has at most two parts, which share a transform.
    """

    cost_ms: ClassVar[str] = "11 for 30 things"

    share: float = share_option(0.0, "How many of the images have surroundings.")
    count: Range = range_option(
        (5, 40), 0, 500, "things", "How many things such an image has, beside the next two.", whole=True
    )
    kinds: Weights = weights_option(NAMES, NAMES, "Kinds of things to choose from.")
    held: float = share_option(0.3, "How many of these images show a hand that holds the first object or reaches for it.")
    shaded: float = share_option(0.25, "How many of them have a thing outside of the picture before the brightest light.")
    scale: Range = range_option((0.6, 1.4), 0.05, 20, "factor", "Factor of the sizes of all things of an image.")
    tables: float = share_option(0.4, "How many of these images, if they have a floor and no walls, show it as a table top.")
    muted: float = share_option(0.5, "How many of the things have greyish and brownish colours.")
    skin: float = share_option(0.85, "How many of the hands have a skin's colour.")
    images: str | None = source_option(
        "clutter",
        "pictures, or clutter",
        "Folder or pattern of pictures for panes and sheets; clutter: made for the run; null: none.",
    )
    pictured: float = share_option(0.4, "How many of the panes and flat things show a picture, if there are pictures.")
    most: int = count_option(32, 1, MAX_PICTURES, "", "Pictures loaded or made for a run, at most.")

    def __post_init__(self) -> None:
        """Check all fields. InputError names the first wrong one."""
        check_options(self)

    @property
    def pictures(self) -> PictureSource | None:
        """The pictures that `images`, `most` and `pictured` name; None for none."""
        return None if self.images is None or not self.pictured else PictureSource(self.images, self.most)

    def requirements(self) -> Requirements:
        """Two slots for each thing, the meshes of all kinds, and pictures; nothing when share is 0."""
        if not self.share:
            return Requirements()
        most = FIRST + int(self.count[1])
        return Requirements(slots={"surroundings": 2 * most + 1}, solids=solids(), pictures=self.pictures)

    @property
    def sampled(self) -> tuple[Sampled, ...]:
        """The options whose drawn values can be told again."""
        if not self.share:
            return ()
        around = ("surroundings.share",)
        count = Sampled("count", "count", "whole", given=around)
        return Sampled("share", "share", "share"), count, Sampled("held", "held", "share", given=around)

    def __call__(self, scenes: Scenes, streams: Streams) -> None:
        """Choose things, put them in their places, paint them."""
        if not self.share:
            return
        slot = scenes.slots["surroundings"]
        most = (slot.stop - slot.start) // 2  # an odd one is the ground below a table
        kind = streams.choice("kind", check_weights("kinds", self.kinds, NAMES), most)
        kind[:, HELD] = HAND
        variant = np.floor(VARIANTS * streams.uniform("variant", most)).astype(np.int64)
        wanted = np.arange(most) < FIRST + streams.integers("count", self.count)[:, None]
        wanted[:, HELD] = streams.bernoulli("held", self.held)
        wanted[:, SHADE] = streams.bernoulli("shaded", self.shaded)
        wanted &= streams.bernoulli("share", self.share)[:, None]
        frame, row = (
            ViewFrame(scenes, self._lay_tables(scenes, streams, np.asarray(wanted.any(axis=1)))),
            tables().row[kind, variant],
        )
        places, kept = self._places(frame, streams, kind, variant)
        if not scenes.catalog.brought:
            raise InputError(f"share={self.share}: the catalog lacks the solids of requirements(); give it brought=them")
        first = scenes.catalog.assets.index(next(iter(solids())))
        row = np.where((wanted & kept)[..., None] & (row >= 0), first + row, -1)
        local = compose(places.centre, places.rotation, places.size[..., None] * np.ones(3))
        for part in range(2):
            of_part = slice(slot.start + part * most, slot.start + (part + 1) * most)
            scenes.set_assets(of_part, row[..., part])
            scenes.nodes.local[:, scenes.roots[of_part]] = local
            paint_surroundings(Brush(scenes, of_part, NAMES, kind, streams.child(f"looks{part}")), part, self)
        scenes.casts[:, slot.start : slot.stop - 1] = np.tile(_near(frame, places), 2)

    def _lay_tables(self, scenes: Scenes, streams: Streams, shown: np.ndarray) -> np.ndarray:
        """Make tables of some floors, and paint the ground below them; its heights (B,) m, 0 where there is no table."""
        slot, own = scenes.slots["surroundings"], streams.child("tables")
        height = lay_tables(ViewFrame(scenes, np.zeros(len(shown))), own, shown & own.bernoulli("share", self.tables))
        last = slice(slot.stop - 1, slot.stop)
        scenes.set_assets(last, np.where(height < 0, scenes.catalog.floor, -1)[:, None])
        scenes.nodes.local[:, scenes.roots[last][0]] = ground_pose(height, 2 * np.pi * own.uniform("turn"))
        scenes.casts[:, last] = False
        plane = planar_matrix(
            own.log_uniform("frequency", (0.5, 6)), 2 * np.pi * own.uniform("grain"), own.uniform("offset", 3)
        )
        plane[..., :2] *= GROUND_SIZE
        plane[..., 2] = 0.0
        scenes.set_material(last, "texture_from_object", plane[:, None])
        scenes.set_material(last, "mapping", np.full((len(shown), 1), MAPPINGS.index("object")))
        return height

    def _places(self, frame: ViewFrame, streams: Streams, kind: np.ndarray, variant: np.ndarray) -> tuple[Places, np.ndarray]:
        """Where things of kind and variant (B, G) are, and which of them have room there."""
        u = streams.uniform("place", kind.shape[1], 12)
        table = tables()
        low, high = np.log(table.size[kind]).transpose(2, 0, 1)
        share = np.exp(low + (high - low) * streams.uniform("size", kind.shape[1]))
        share = share * streams.log_uniform("scale", self.scale)[:, None]
        half, origin, unit, radius = (each[kind, variant] for each in (table.half, table.origin, table.unit, table.radius))
        place, tumbles = table.place[kind], table.tumbles[kind]
        lies = (place == 1) & steep(frame)[:, None]
        small, floor = (place == 0) | lies, frame.floor[:, None]
        border = small & ~lies & ~table.flat[kind] & (u[..., 11] < BORDER)
        places = afloat(frame, u, share)
        standing, base = on_floor(frame, u, share, half, tumbles, lies)
        places = places.where(small & floor, standing)
        places = places.where(border, at_border(frame, u, np.minimum(share, 0.5)))
        places = places.where(
            (place == 1) & ~lies, on_wall(frame, room_wall(frame, streams.uniform("wall", 2)), u, share, half)
        )
        places = places.where(place == 2, behind(frame, u, share, half))
        places = places.where(place == 3, reaching_in(frame, u, share, origin, unit))
        shade, casts = before_light(frame, u[:, [SHADE]], 0.3 + 0.7 * u[:, [SHADE], 8])
        held = at_subject(frame, u[:, [HELD]], origin[:, [HELD]], unit[:, [HELD]])
        places = places.where(np.arange(kind.shape[1]) == SHADE, shade)
        base = np.where(place == 2, frame.ground[:, None], base)
        base = np.where(floor & ((small & ~border) | (place == 2)), base, np.nan)
        base[:, [HELD, SHADE]] = np.nan
        places, kept = clear(frame, places, radius, base, np.isfinite(base) & table.flat[kind], LEAST)
        kept[:, [SHADE]] &= casts
        kept[:, HELD] = True
        return places.where(np.arange(kind.shape[1]) == HELD, held), kept


def _near(frame: ViewFrame, places: Places) -> np.ndarray:
    """(B, G) bool: which things cast shadows: those near the objects, or shadow maps would have to be coarse."""
    centre, radius = frame.balls
    reach = (np.linalg.norm(centre - frame.subject[0][:, None], axis=-1) + radius).max(axis=-1, initial=0.0)
    away = np.linalg.norm(places.centre - frame.subject[0][:, None], axis=-1)
    near = away + 0.5 * places.size < 1.5 * np.maximum(reach, frame.subject[1] * 3)[:, None]
    near[:, [HELD, SHADE]] = True
    return near
