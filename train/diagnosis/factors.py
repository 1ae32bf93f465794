"""FACTORS: what may make a network fail. object_values, picture_values: these of an object and of a picture, where known."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .measured import LUMA, blur, contrast, noise
from .true_objects import TrueObject

Value = float | str | None  # of a factor; a number, a kind, or not known
Values = dict[str, Value]
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Factor:
    """One thing that differs between objects."""

    name: str  # in JSON
    title: str
    unit: str = ""  # of the numbers, as they are shown
    scale: float = 1.0  # numbers are shown times this
    text: str = ""  # what it is exactly
    least: str = ""  # what the least number means, where many objects have it
    needs: str = ""  # what has to be there for it, beside images and labels


AMODAL = "a set drawn with annotations=[boxes,amodal,full]"
SCENES = "scenes.jsonl"
SAMPLED = "a folder as raster generate drew it, with its manifest.json"
FACTORS = (
    Factor("class", "class"),
    Factor("size", "apparent size", "%", 100, "longer side of what is seen of it, in picture heights"),
    Factor("border", "distance to the border", "%", 100, "of its box from the nearest edge, in heights", "at the border"),
    Factor("contrast", "contrast against what is behind", "ΔE", 1, "CIE 1976 difference of the mean colours along its outline"),
    Factor("crowd", "objects in the picture", "", 1, "labelled ones that are seen"),
    Factor("brightness", "brightness of the picture", "%", 100, "mean luma, of white"),
    Factor("measured_blur", "blur, as measured", "", 1, "0 sharp, 1 blurred (Crete 2007); of the whole picture"),
    Factor("measured_noise", "noise, as measured", "levels", 1, "of 255 (Immerkær 1996); fine textures raise it"),
    Factor("visibility", "visibility", "%", 100, "share of the object that nothing hides", needs=AMODAL),
    Factor("truncation", "truncation", "%", 100, "share of it beyond the picture's edges", "whole", AMODAL),
    Factor("solid", "solid", text="the mesh that it shows", needs=SCENES),
    Factor("shape", "shape", text="whether edges are cut or dented, or the object is deformed", needs=SCENES),
    Factor("distance", "distance", "m", 1, "of its origin from the camera", needs=SCENES),
    Factor("view", "height of the camera's view", "degrees", 1, "how far the camera looks down", needs=SCENES),
    Factor("fov", "field of view", "degrees", 1, "vertical", needs=SCENES),
    Factor("hidden_by", "unlabelled things in the picture", "", 1, "distractors and surroundings", "none", SCENES),
    Factor("ground", "ground", text="what objects stand on", needs=SCENES),
    Factor("light", "brightest light", text="beside the environment", needs=SCENES),
    Factor("light_level", "strength of the lights", "", 1, "all lights and the ambient light, linear", needs=SCENES),
    Factor("shadows", "lights that cast shadows", "", 1, needs=SCENES),
    Factor("environment", "environment", text="light from all around", needs=SCENES),
    Factor("texture", "texture", text="as the object shows it", needs=SAMPLED),
    Factor("finish", "finish", text="of the object's material", needs=SAMPLED),
    Factor("drawn_blur", "blur, as drawn", "px", 1, "standard deviation of the sensor's blur", "none", SAMPLED),
    Factor("drawn_noise", "noise, as drawn", "%", 100, "of white, at middle grey", needs=SAMPLED),
)
BY_NAME = {factor.name: factor for factor in FACTORS}


def picture_values(image: np.ndarray, objects: Sequence[TrueObject], record: Record | None) -> Values:
    """Values that all objects of a picture (H, W, 3) uint8 share."""
    grey = image @ LUMA
    found: Values = {
        "crowd": float(len(objects)), "brightness": float(grey.mean() / 255), "measured_blur": blur(grey),
        "measured_noise": noise(grey),
    }  # fmt: skip
    return found | (_recorded(record) if record is not None else {})


def object_values(one: TrueObject, image: np.ndarray, codes: Sequence[str], record: Record | None) -> Values:
    """Values of an object of a picture (H, W, 3) uint8. codes: class names by id."""
    height, width = image.shape[:2]
    rows, columns = one.box
    gap = min(rows.start, columns.start, height - rows.stop, width - columns.stop)
    found: Values = {
        "class": codes[one.class_id], "size": max(one.bbox[2:]) / height, "border": gap / height,
        "contrast": contrast(image, one.box, one.inside),
    }  # fmt: skip
    if one.entry is None or record is None:
        return found
    name, _, variant = one.entry["solid"].partition("/")
    found |= {key: one.entry.get(key) for key in ("visibility", "truncation")}
    found |= {"solid": name, "shape": "deformed" if "morph" in one.entry else "a variant" if variant else "as it is"}
    if "world_from_object" in one.entry:
        place = np.array(one.entry["world_from_object"])[:3, 3]
        found["distance"] = float(np.linalg.norm(place - np.array(record["camera"]["world_from_camera"])[:3, 3]))
    return found


def _recorded(record: Record) -> Values:
    """What a record of scenes.jsonl says of the whole picture."""
    camera, slots = record["camera"], [entry["slot"] for entry in record["objects"]]
    things = sum(slot in ("distractors", "surroundings") for slot in slots)
    ground = "floor and walls" if "walls" in slots else "floor" if "floor" in slots else "none, afloat"
    found: Values = {"hidden_by": float(things), "ground": ground}
    if "world_from_camera" in camera:
        forward = np.array(camera["world_from_camera"])[:3, 2]
        found["view"] = math.degrees(math.asin(max(-1.0, min(1.0, -forward[2]))))
    if "fy" in camera:
        found["fov"] = math.degrees(2 * math.atan(camera["height"] / (2 * camera["fy"])))
    return found | (_light(record["lights"]) if record.get("lights") else {})


def _light(lights: Sequence[Record]) -> Values:
    """What a record says of the light."""
    strengths = {k: float(np.mean(light["color"])) for k, light in enumerate(lights) if "color" in light}
    lamps = {k: each for k, each in strengths.items() if lights[k]["type"] != "ambient" and each > 0}
    around = next((str(light.get("map")) for light in lights if light["type"] == "environment"), "none")
    return {
        "light": lights[max(lamps, key=lambda k: lamps[k])]["type"] if lamps else "none",
        "light_level": sum(strengths.values()), "shadows": float(sum(bool(light.get("shadows")) for light in lights)),
        "environment": re.sub(r"^(sky|studio) \d+$", r"\1", around),
    }  # fmt: skip
