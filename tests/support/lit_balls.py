"""lit_balls: a ball or block in known light, drawn by pbr.frag and phong.frag as light, not as bytes, with its normals."""

from pathlib import Path

import numpy as np

from raster.assets.catalog import Catalog
from raster.assets.environments.load import Environments
from raster.assets.environments.octahedral import texels
from raster.assets.environments.prefilter import irradiance, prefilter
from raster.assets.library import Library
from raster.color import linear_from_srgb
from raster.passes import CLASS_ID, Pass
from raster.rendering.renderer import Renderer
from raster.scene.scenes import Scenes
from raster.solids.cube import cube
from raster.solids.sphere import sphere
from raster.transforms import compose

SIZE, PX = 96, 64
SHADER = """// A member of the block Surface, as it comes from the vertex shader.
#version 430
#include "scene.glsl"
in Surface {
#include "surface.glsl"
} v;
layout(location = 0) out vec4 value;
void main() { value = vec4(v.MEMBER, 1.0); }
"""
SPOT = np.array([0.48, -0.6, 0.64])  # towards the bright spot of the second map


def spotted() -> np.ndarray:
    """(PX, PX, 3) octahedral: dim, with one bright spot of 8 degrees, green on one side, blue on another."""
    d = texels(PX)
    image = np.full((PX, PX, 3), 0.1)
    image += 3 * np.exp(200 * (d @ SPOT - 1))[..., None]
    image[..., 1] += 0.4 * np.maximum(d[..., 0], 0)
    image[..., 2] += 0.5 * np.maximum(d[..., 1], 0) * np.maximum(-d[..., 2], 0)
    return image.astype(np.float32)


def two_maps() -> Library:
    """Two maps: white all over, and the spotted one."""
    maps = np.stack([np.ones((PX, PX, 3), np.float32), spotted()])
    levels = tuple(level.astype(np.float16) for level in prefilter(maps))
    up, black = np.tile(np.array([0, 0, 1], np.float32), (2, 1)), np.zeros((2, 3), np.float32)
    return Library(np.zeros((0, 8, 8, 3), np.uint8), Environments(levels, irradiance(maps), up, black, ("white", "spotted")))


def ball_renderer(folder: Path) -> Renderer:
    """Light of both shaders, encoded but not rounded, and normals and places in the world. folder: for shaders."""
    passes = [CLASS_ID]
    for name in ("pbr", "phong"):
        passes.append(Pass(f"{name}.frag", {name: "rgba32f"}, background="background.frag"))
    for member in ("position", "normal"):
        (folder / f"{member}.frag").write_text(SHADER.replace("MEMBER", member))
        passes.append(Pass(str(folder / f"{member}.frag"), {member: "rgba32f"}))
    return Renderer(Catalog({"sphere": sphere(), "cube": cube()}), (SIZE, SIZE), 4, passes, library=two_maps())


def ball(drawing: Renderer, batch: int = 1, lights: int = 1, kind: int = 0, **material) -> Scenes:
    """A ball of 2 m at the origin, 4 m before the camera, without light; material fields as given."""
    scenes = Scenes.zeros(drawing.catalog, np.arange(batch), {"objects": 1}, lights, size=(SIZE, SIZE), library=drawing.library)
    scenes.set_assets(slice(0, 1), np.full((batch, 1), kind))
    scenes.nodes.local[:, scenes.roots] = compose((0, 0, 0), scale=2.0 if kind == 0 else (5, 1, 5))
    scenes.lights.color[:], scenes.lights.ambient[:] = 0, 0
    for name, value in material.items():
        getattr(scenes.nodes.material, name)[:] = value
    return scenes


class Drawn:
    """What one image shows where the ball is: light (N, 3) of both shaders, unit normals and directions to the eye (N, 3)."""

    def __init__(self, drawing: Renderer, scenes: Scenes, b: int = 0):
        layers = drawing.render(scenes).layers
        self.seen = layers["class_id"][b] > 0
        shown = {name: layer[b, ..., :3][self.seen].astype(float) for name, layer in layers.items() if name != "class_id"}
        self.pbr, self.phong = (linear_from_srgb(shown[name]) for name in ("pbr", "phong"))
        self.position, self.n = shown["position"], shown["normal"]
        self.n /= np.linalg.norm(self.n, axis=-1, keepdims=True)
        self.e = np.array([0, -4.0, 0]) - self.position
        self.e /= np.linalg.norm(self.e, axis=-1, keepdims=True)


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(N, 1)."""
    return (a * b).sum(axis=-1, keepdims=True)
