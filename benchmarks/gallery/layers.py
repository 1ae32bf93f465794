"""layer_rows: images beside all their layers, for benchmarks.gallery."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks import sample_meshes
from benchmarks.gallery.contact_sheet import Row
from raster.dataset.flow_files import VALID, VISIBLE, masks_of

NAMES = ("color", "class_id", "instance_id", "depth", "distance", "normal", "normal_camera", "coverage")
CAPTIONS = ("image", "class_id", "instance_id", "depth", "distance", "normal", "normal_camera", "coverage: how many objects")
FLOWS = ("flow", "flow_backward")  # of the first view of two, of the second
SCENES: dict[str, tuple[str, ...]] = {
    "default": ("seed=11",),
    "preset=realistic": ("preset=realistic", "seed=11", "randomizers.lens.distorted=1"),
    "own meshes": ("solids=[]", "seed=4"),
    "a stack from two views": (
        "seed=5", "views_per_layout=2", "hold_appearance=true", "randomizers.placement.arrangements={stacks: 1}",
        "randomizers.framing.share=0", "randomizers.surroundings.share=0",
    ),
}  # fmt: skip
SHOWN = 2  # images of each
TURN = 0.61803399  # of the colour circle from one id to the next: neighbours differ most


def layer_rows(folder: Path, size: int) -> list[Row]:
    """A row for each image: the picture and its layers. folder: for mesh files. InputError for overrides that cannot be."""
    from raster.run.image_source import ImageSource

    rows = []
    sample_meshes.make(folder, 10, detail=3)
    for title, given in SCENES.items():
        mesh_files = [f"objects.meshes={folder}"] if "solids=[]" in given else []
        flows = FLOWS if "views_per_layout=2" in given else ()
        layers = ",".join([*NAMES[2:], *flows])
        source = ImageSource.of([*given, *mesh_files, f"size={size}", f"batch={SHOWN}", f"layers=[{layers}]"])
        try:
            (frames,) = source.frames(0, SHOWN)
        finally:
            source.release()
        for b in range(SHOWN):
            shown = coloured({name: frames.layers[name][b] for name in NAMES})
            captions = CAPTIONS
            if flows:
                shown += (by_direction(frames.layers[flows[b]][b], frames.layers[masks_of(flows[b])][b]),)
                captions += (f"{flows[b]}: red is right",)
            rows.append(Row(title if b == 0 else "", shown, captions))
    return rows


def coloured(layers: Mapping[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """A picture (H, W, 3) uint8 of each layer of one image, in the order of NAMES."""
    depth = layers["depth"]
    near, far = (np.quantile(depth[depth > 0], q) for q in (0.01, 0.95)) if depth.any() else (0.0, 1.0)
    words = layers["coverage"].reshape(*depth.shape, -1)
    along = sum(np.bitwise_count(words[..., k]) for k in range(words.shape[-1]))
    return (
        layers["color"],
        by_id(layers["class_id"]),
        by_id(layers["instance_id"]),
        *(grey(1 - (layers[name] - near) / (far - near), depth > 0) for name in ("depth", "distance")),
        *(np.rint((layers[name].astype(np.float32) + 1) * 127.5).astype(np.uint8) for name in ("normal", "normal_camera")),
        grey(np.asarray(along) / 4, np.ones(depth.shape, bool)),
    )


def by_id(ids: np.ndarray) -> np.ndarray:
    """Colours (H, W, 3) of ids (H, W): 0 is black."""
    table = np.zeros((int(ids.max()) + 1, 3), np.uint8)
    for k in range(1, len(table)):
        pixel = Image.new("HSV", (1, 1), (int(255 * (k * TURN % 1)), 170 + 60 * (k % 2), 255 - 40 * (k % 3)))
        table[k] = np.asarray(pixel.convert("RGB"))[0, 0]
    return table[ids]


def grey(values: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Greys (H, W, 3) of values (H, W) from 0 to 1, from dark to light; black where nothing is there."""
    levels = np.where(there, 30 + 225 * np.clip(values, 0, 1), 0).astype(np.uint8)
    return np.repeat(levels[..., None], 3, axis=2)


def by_direction(flow: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Colours (H, W, 3) of flow (H, W, 2) px: a hue for each direction, red to the right, white where it is 0.

    Half as bright where the other view does not show the same; black where there is no flow. masks: (H, W) uint8.
    """
    visible, valid = (masks & VISIBLE) > 0, (masks & VALID) > 0
    length = np.linalg.norm(flow, axis=2)
    most = max(float(np.quantile(length[visible], 0.95)), 1.0) if visible.any() else 1.0
    hue = np.arctan2(flow[..., 1], flow[..., 0]) / (2 * np.pi) % 1
    bright = np.where(visible, 255, np.where(valid, 128, 0))
    colours = np.stack([255 * hue, 255 * np.minimum(length / most, 1), bright], axis=2).astype(np.uint8)
    return np.asarray(Image.fromarray(colours, "HSV").convert("RGB"))
