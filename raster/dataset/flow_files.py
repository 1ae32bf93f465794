"""Files of flow: Middlebury's .flo, KITTI's 16-bit PNG. FLOWS: its layers; VALID, INSIDE, VISIBLE: the bits of its masks."""

from collections.abc import Iterable

import numpy as np

from raster.dataset.held_files import Place
from raster.errors import InputError

FLOWS = {"flow": 1, "flow_backward": -1}  # layer -> the view that it goes to, counted from the image's own
VALID, INSIDE, VISIBLE = 1, 2, 4
UNKNOWN = np.float32(1.6666667e9)  # both numbers of a pixel of a .flo without flow
MAX_PX = 1e9  # readers of .flo take all above for unknown
_MAGIC = np.float32(202021.25)  # the first 4 bytes of a .flo, "PIEH"; its numbers are little-endian
KITTI_PX = 64  # steps to a pixel
_KITTI_ZERO, _KITTI_MAX = 32768, 65535


def masks_of(name: str) -> str:
    """The layer of the masks of a layer of FLOWS: (B, H, W) uint8 of VALID, INSIDE and VISIBLE."""
    return f"{name}_masks"


def with_masks(names: Iterable[str]) -> list[str]:
    """Names of layers, each of FLOWS followed by that of its masks."""
    return [each for name in names for each in ((name, masks_of(name)) if name in FLOWS else (name,))]


def to_flo(flow: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Flow (B, H, W, 2) float32 with UNKNOWN where it is not VALID."""
    return np.where((masks & VALID)[..., None] > 0, flow, UNKNOWN)


def to_kitti(flow: np.ndarray, masks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Flow (B, H, W, 2) float32 px as KITTI's numbers (B, H, W, 3) uint16, and how many pixels (B,) int64 do not fit.

    64 u + 32768, 64 v + 32768, and 1; all three are 0 where flow is not VALID or does not fit, from 512 px on.
    """
    steps = np.rint(flow.astype(np.float64) * KITTI_PX) + _KITTI_ZERO
    valid = (masks & VALID) > 0
    fits = ((steps >= 0) & (steps <= _KITTI_MAX)).all(axis=3) & valid
    numbers = np.concatenate([steps, np.ones_like(steps[..., :1])], axis=3)
    return np.where(fits[..., None], numbers, 0).astype(np.uint16), (valid & ~fits).sum(axis=(1, 2))


def encode_flo(flow: np.ndarray) -> bytes:
    """The .flo of flow (H, W, 2) float32."""
    height, width = flow.shape[:2]
    size = np.array([width, height], "<i4").tobytes()
    return _MAGIC.astype("<f4").tobytes() + size + flow.astype("<f4").tobytes()


def decode_flo(data: bytes, path: Place) -> np.ndarray:
    """Flow (H, W, 2) float32 of a .flo. InputError, which names the path, for what is none."""
    if len(data) < 12 or np.frombuffer(data, "<f4", 1)[0] != _MAGIC:
        raise InputError(f"{path}: is no .flo file")
    width, height = np.frombuffer(data, "<i4", 2, 4).tolist()
    if min(width, height) < 1 or len(data) != 12 + 8 * width * height:
        raise InputError(f"{path}: has {len(data)} bytes, which is not what a .flo of {width} x {height} px has")
    return np.frombuffer(data, "<f4", offset=12).reshape(height, width, 2).astype(np.float32)


def flow_of(layer: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Flow (H, W, 2) float32 px of a .flo (H, W, 2) or of KITTI (H, W, 3), 0 where there is none; where there is one (H, W)."""
    if layer.dtype == np.uint16:
        known = layer[..., 2] > 0
        flow = (layer[..., :2].astype(np.float32) - _KITTI_ZERO) / KITTI_PX
    else:
        known = (np.abs(layer) < MAX_PX).all(axis=2)
        flow = layer
    return np.where(known[..., None], flow, np.float32(0)), known
