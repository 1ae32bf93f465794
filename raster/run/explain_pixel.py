"""explain_pixel, ExplainedImage: what is at a pixel: class, instance, object, distance, material, what was drawn at random."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import orjson

from raster.errors import InputError
from raster.passes import Pass
from raster.rendering.renderer import Renderer
from raster.rendering.shader_constants import IMAGE_SHIFT, MAPPING_MASK, MAPPING_SHIFT, TEXTURE_MASK
from raster.run.setup import Setup
from raster.scene.materials import MAPPINGS, TEXTURES
from raster.scene.scenes import ARRANGEMENTS, Scenes

SURFACE = Pass(
    "surface.frag",
    {"point": "rgba32f", "first": "rgba32f", "second": "rgba32f", "finish": "rgba32f", "surface": "r32ui"},
)


def explain_pixel(setup: Setup, image: int, column: int, row: int) -> dict[str, Any]:
    """Return what is at a pixel of an image; column from the left, row from the top, from 0.

    "class", "class_id", "instance"; "distance" (metres from the camera) and "point" (x, y, z in the world, metres), None for
    the background; "material" as it is drawn there; "object": its entry of scenes.jsonl, None for the background;
    "randomized": what the randomizers wrote for the whole image; "record": the image's line of scenes.jsonl. InputError for a
    pixel outside.
    """
    require_pixel(setup, column, row)
    setup = with_surface(setup)
    renderer = setup.renderer("instance_id")
    try:
        return ExplainedImage(setup, renderer, image).at(column, row)
    finally:
        renderer.release()


def require_pixel(setup: Setup, column: int, row: int) -> None:
    """InputError for a pixel outside of the images."""
    height, width = setup.size
    if not (0 <= column < width and 0 <= row < height):
        raise InputError(f"explain={column},{row}: expected a column from 0 to {width - 1} and a row from 0 to {height - 1}")


def with_surface(setup: Setup) -> Setup:
    """A setup that draws one image at a time, with the layers of SURFACE."""
    return replace(setup, batch=1, passes=(*setup.passes, SURFACE))


class ExplainedImage:
    """An image with all layers and annotations, and those of SURFACE: what is at any pixel is known without drawing again."""

    def __init__(self, setup: Setup, renderer: Renderer, image: int):
        """setup: of with_surface(); renderer: made for it, with instance ids. InputError for a configuration without labels."""
        self.setup, self.image, self.scenes = setup, image, setup.sampler(image, 1)
        self.frames = renderer.render(self.scenes)
        for layer in ("class_id", "instance_id"):
            if layer not in self.frames.layers:
                raise InputError(f"passes: no pass draws the layer {layer}, which tells what is at a pixel")
        setup.annotate(self.frames)

    def at(self, column: int, row: int) -> dict[str, Any]:
        """What is at a pixel, as explain_pixel() gives it."""
        require_pixel(self.setup, column, row)
        layers = {name: layer[0, row, column] for name, layer in self.frames.layers.items()}
        class_id, instance, record = int(layers["class_id"]), int(layers["instance_id"]), self.frames.records[0]
        hit = instance > 0
        return {
            "image": self.image, "column": column, "row": row,
            "class": self.setup.sampler.catalog.class_name(class_id), "class_id": class_id, "instance": instance,
            "distance": float(layers["point"][3]) if hit else None,
            "point": layers["point"][:3].tolist() if hit else None,
            "color": layers["color"].tolist() if "color" in layers else None,
            "material": _material(layers, hit, self.scenes),
            "object": next((entry for entry in record["objects"] if entry["instance"] == instance), None),
            "randomized": _randomized(self.scenes),
            "record": record,
        }  # fmt: skip


def _material(layers: dict[str, np.ndarray], hit: bool, scenes: Scenes) -> dict[str, Any]:
    """The material at a pixel, as the shaders get it; colours are linear RGB."""
    if not hit and scenes.environment.visible[0] and scenes.environment.map[0] >= 0:
        return {"texture": "environment map"}
    surface = int(layers["surface"])
    texture = TEXTURES[surface & TEXTURE_MASK]
    mapping = (surface >> MAPPING_SHIFT) & MAPPING_MASK
    said: dict[str, Any] = {"texture": texture, "mapping": (*MAPPINGS, "screen")[mapping]}
    if texture in ("image", "backdrop", "photograph"):
        said["picture"] = surface >> IMAGE_SHIFT
    said |= {"color": layers["first"][:3].tolist(), "color2": layers["second"][:3].tolist()}
    if hit:
        said |= {"specular": float(layers["first"][3]), "shininess": float(layers["second"][3])}
        said |= dict(zip(("metallic", "coat", "wear", "bump"), layers["finish"].tolist(), strict=True))
    return said


def _randomized(scenes: Scenes) -> dict[str, Any]:
    """What was drawn at random for the whole of the only scene, beside its line of scenes.jsonl."""
    groups: dict[str, Any] = {"lens": scenes.lens, "sensor": scenes.sensor, "environment": scenes.environment}
    said: dict[str, Any] = {
        name: {field.name: np.asarray(getattr(values, field.name))[0].tolist() for field in fields(values)}
        for name, values in groups.items()
    }
    lights = scenes.lights
    names = ("shadows", "shadow_samples", "softness", "occlusion", "contact", "bounce", "highlights")
    said["lights"] = {name: getattr(lights, name)[0].tolist() for name in names}
    said["arrangement"] = ARRANGEMENTS[scenes.arrangement.method[0]]
    return said


def in_words(said: dict[str, Any]) -> str:
    """What explain_pixel() returns as text: a line for each thing, then the records as JSON."""
    there = said["object"]
    lines = [
        f"image {said['image']}, column {said['column']}, row {said['row']}",
        f"class:      {said['class']} (id {said['class_id']})",
        f"instance:   {said['instance']}" + ("" if there else ", the background"),
    ]
    if there:
        lines.append(f"object:     {there['solid']}, of the slot {there['slot']}")
        lines.append(f"distance:   {said['distance']:.4f} m from the camera, at " + _shown(said["point"]) + " m in the world")
    if said["color"] is not None:
        lines.append(f"colour:     {_shown(said['color'])} as written (sRGB, 0 to 255)")
    lines.append("material:   " + ", ".join(f"{key} {_shown(value)}" for key, value in said["material"].items()))
    rest = {key: value for key, value in said["record"].items() if key != "objects"}
    for title, value in (
        ("its entry in objects of scenes.jsonl", there),
        ("the rest of the image's line of scenes.jsonl", rest),
        ("what else was drawn at random for the image", said["randomized"]),
    ):
        text = orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()
        lines += [f"{title}:", f"  {text}"]
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "(" + ", ".join(_shown(each) for each in value) + ")"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
