"""require_objects, require_layers, require_one_focal_length: InputError for parts that do not go together."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from raster.errors import InputError
from raster.frames import Frames
from raster.passes import Pass
from raster.run.hydra_messages import names
from raster.scene.requirements import Requirements

ADD_PASS = "add its pass (+passes=NAME adds one; without the plus all others are replaced)"


def require_objects(chosen: Sequence[str], randomizers: Iterable[object]) -> None:
    """InputError if randomizers are chosen but none shows objects: all labels would be empty.

    `chosen`: the names in the configuration, also of those that are null: randomizers.objects=null is a choice, and so is
    randomizers=[]. `randomizers`: those that are not null; one of the user's own may show objects under another name.
    """
    if not chosen or "objects" in chosen or Requirements.of(randomizers).slots.get("objects"):
        return
    if own := [name for name in chosen if name not in names("randomizers")]:
        word = own[0] if len(own) == 1 else f"[{','.join(own)}]"
        right = f"say +randomizers={word}, with the plus: without it all others are replaced"
    else:
        right = "add it to the list, or leave randomizers= out: all are on by default"
    none = "for no objects on purpose say ++randomizers.objects=null"
    raise InputError(f"randomizers: objects is not chosen, so nothing would have a label; {right} ({none})")


def require_one_focal_length(randomizers: Mapping[str, object]) -> None:
    """InputError if the camera has a focal length in px and framing would replace it."""
    camera, framing = randomizers.get("camera"), randomizers.get("framing")
    fov_deg = getattr(framing, "fov_deg", None)
    if fov_deg is not None and getattr(framing, "share", False) and getattr(camera, "fy", None) is not None:
        what = "randomizers.camera.fy gives the focal length; set fov_deg=null, then the camera moves only"
        raise InputError(f"randomizers.framing.fov_deg=[{fov_deg[0]:g}, {fov_deg[1]:g}]: {what}")


def require_layers(passes: dict[str, Pass], annotations: dict[str, Callable[[Frames], Any]]) -> None:
    """InputError for a layer that two passes draw, and for one that an annotation needs and no pass draws."""
    drawn: dict[str, str] = {}
    for name, drawing in passes.items():
        for layer in drawing.layers:
            if layer in drawn:
                raise InputError(f"passes.{name}: layer {layer} is drawn by {drawn[layer]} already; rename or drop one")
            drawn[layer] = name
    for name, annotation in annotations.items():
        for layer in getattr(annotation, "needs", ()):
            if layer not in drawn:
                what = f"needs layer {layer}, which no pass draws"
                raise InputError(f"annotations.{name}: {what}; drop {name}, or {ADD_PASS}")
