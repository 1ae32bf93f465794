"""Layers that are computed from others after drawing: flow, which needs all views of a layout in one batch."""

from collections.abc import Container, Sequence

import numpy as np

from raster.dataset.flow_files import FLOWS, masks_of
from raster.frames import Frames
from raster.run.flow import View, flow_between, view_of
from raster.run.setup import Setup


def derived(frames: Frames, setup: Setup, numbers: Container[int] | None) -> Frames:
    """A batch with the layers that are computed from others. Of its images those whose number is among `numbers`; None: all."""
    if not setup.flows:
        return frames
    _add_flow(frames, setup.flows, setup.sampler.views)
    return frames if numbers is None else _only(frames, numbers)


def drawn_with(setup: Setup, numbers: np.ndarray) -> np.ndarray:
    """(M,) int64, sorted: the images to draw for those of some sorted numbers: with flow whole layouts."""
    if not setup.flows:
        return numbers
    views = setup.sampler.views
    return (np.unique(numbers // views)[:, None] * views + np.arange(views)).ravel()


def _add_flow(frames: Frames, names: Sequence[str], views: int) -> None:
    """Add the layers `names` of FLOWS and their masks to a batch that holds whole layouts of `views` images.

    "flow" (B, H, W, 2) float32, "flow_masks" (B, H, W) uint8, and so on: see flow_between(). All 0 in a layout's last view, of
    "flow_backward" in its first. A layout's views follow one another.
    """
    depth, ids, normal = (frames.layers.get(name) for name in ("depth", "instance_id", "normal_camera"))
    assert depth is not None  # Setup.read_layers has them
    assert ids is not None
    for name in names:
        frames.layers[name] = np.zeros((*depth.shape, 2), np.float32)
        frames.layers[masks_of(name)] = np.zeros(depth.shape, np.uint8)
    before: View | None = None
    for row, record in enumerate(frames.records):
        view = view_of(record, ids[row], depth[row], None if normal is None else normal[row])
        if before is not None and frames.index[row] % views:
            for name in names:
                (a, one), (_, other) = [(row - 1, before), (row, view)][:: FLOWS[name]]
                frames.layers[name][a], frames.layers[masks_of(name)][a] = flow_between(one, other)
        before = view


def _only(frames: Frames, numbers: Container[int]) -> Frames:
    """Those of the images whose number is among `numbers`."""
    kept = np.array([number in numbers for number in frames.index.tolist()])
    if kept.all():
        return frames
    records = [record for record, keep in zip(frames.records, kept, strict=True) if keep]
    return Frames(frames.index[kept], {name: layer[kept] for name, layer in frames.layers.items()}, records, frames.classes)
