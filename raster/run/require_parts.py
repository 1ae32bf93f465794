"""require_objects, require_layers, ...: InputError for parts that do not go together. notes_on_parts: what will be lost."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from raster.dataset.flow_files import FLOWS, masks_of, with_masks
from raster.errors import InputError
from raster.frames import Frames
from raster.passes import Pass
from raster.run.known_keys import names
from raster.run.layers_on_disk import files_of_layers
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
    raise InputError(f"randomizers.objects: is not chosen, so nothing would have a label; {right} ({none})")


def require_layers(
    passes: dict[str, Pass], annotations: dict[str, Callable[[Frames], Any]], wanted: Sequence[str] = (), views: int = 1
) -> None:
    """InputError for a layer that two passes draw, and for one that is wanted or that an annotation needs and no pass draws.

    And for flow without several views of a layout, or without the layers that it is computed from.
    """
    computed = with_masks(layer for layer in wanted if layer in FLOWS)
    drawn: dict[str, str] = {}
    for name, drawing in passes.items():
        for layer in drawing.layers:
            if layer in with_masks(FLOWS):
                raise InputError(f"passes.{name}: layer {layer} is computed from the views of a layout; rename this one")
            if layer in drawn:
                raise InputError(f"passes.{name}: layer {layer} is drawn by {drawn[layer]} already; rename or drop one")
            drawn[layer] = name
    for name, annotation in annotations.items():
        for layer in getattr(annotation, "needs", ()):
            if layer not in drawn and layer not in computed:
                what = f"needs layer {layer}, which no pass draws"
                raise InputError(f"annotations.{name}: {what}; drop {name}, or {how_to_add(layer)}")
    for number, layer in enumerate(wanted):
        if layer in FLOWS:
            _require_flow(f"layers[{number}]={layer}", drawn, views)
        elif layer in with_masks(FLOWS):
            raise InputError(f"layers[{number}]={layer}: comes with {layer.removesuffix('_masks')}; name that")
        elif layer not in drawn:
            raise InputError(f"layers[{number}]={layer}: no pass draws it; drawn are {', '.join(drawn)}")
        if layer in wanted[:number]:
            raise InputError(f"layers[{number}]={layer}: is listed twice")


def _require_flow(where: str, drawn: Mapping[str, str], views: int) -> None:
    """InputError unless there is something that flow could be computed from. drawn: layer -> its pass."""
    if views < 2:
        what = "goes from one view of a layout to another"
        raise InputError(f"{where}: {what}; say views_per_layout=2 or more, and hold_appearance=true for the same colours")
    for layer in ("depth", "instance_id", "normal_camera"):
        if layer not in drawn:
            raise InputError(f"{where}: needs layer {layer}, which no pass draws; {ADD_PASS}")


def how_to_add(layer: str) -> str:
    """What to say for a layer that is needed and not there."""
    flow = next((name for name in FLOWS if layer in (name, masks_of(name))), None)
    return ADD_PASS if flow is None else f"name {flow} among layers, as in layers=[{flow}]"


def layers_of_writer(make: Any) -> Sequence[str] | None:
    """Return the layers that a writer says it reads; None for one that does not say, and may read any.

    `make`: the writer's class, or a functools.partial of it.
    """
    needs: Sequence[str] | None = getattr(getattr(make, "func", make), "needs", None)
    return needs


def notes_on_parts(
    passes: Iterable[Pass], annotations: Mapping[str, Callable[[Frames], Any]], writers: Mapping[str, Callable[..., Any]],
    layers: Sequence[str] = (),
) -> list[str]:  # fmt: skip
    """Return a line for each layer that is drawn and then lost, and one if boxes are missing where others replaced them.

    layers: those that the configuration names.
    """
    said = []
    readers = [layers_of_writer(make) for make in writers.values()]
    if None not in readers:
        readers += [getattr(annotation, "needs", ()) for annotation in annotations.values()]
        read = {layer for needs in readers for layer in needs or ()} | set(files_of_layers(writers.values()))
        always = [layer for drawing in passes for layer in drawing.layers if layer not in drawing.optional]
        for layer in dict.fromkeys([*always, *layers]):
            if layer not in read:
                said.append(f"NOTE: the layer {layer} is drawn, but none of the writers ({', '.join(writers)}) writes it")
    if annotations and "boxes" not in annotations:
        added = ",".join(annotations)
        how = f"+annotations={added if len(annotations) == 1 else f'[{added}]'} adds to it"
        said.append(f"NOTE: the annotation boxes is not chosen: records have no bbox and no visible_px; {how}")
    return said
