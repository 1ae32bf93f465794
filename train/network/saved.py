"""Model: a trained network as a run writes it, model.pth and model.json; save() and load() without pickled objects."""

import io
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from raster import InputError, write_atomic

from ..run_files import FACTS, WEIGHTS, read_json
from .networks import empty, load_state

FORMAT = "raster-model-1"
_NAMES = "(model.pth|model.json|checkpoint.pth|metrics.csv)".replace(".", r"\.")
_TEMPORARY = re.compile(rf"{_NAMES}\.part|\.{_NAMES}\.\d+\.\d+\.tmp")  # of an earlier version; of raster.write_atomic
_TYPES = {"arch": str, "codes": list, "size": list, "mean": list, "deviation": list}


@dataclass(frozen=True)
class Model:
    """A network in evaluation mode, with what is needed to use it."""

    net: nn.Module
    codes: tuple[str, ...]  # class names by id
    size: tuple[int, int]  # (H, W) px: pictures are scaled to it, see train.network.segment
    mean: tuple[float, ...]  # (3,) of sRGB in 0..1, is subtracted from an image
    deviation: tuple[float, ...]  # (3,) the image is then divided by it
    device: str = "cpu"
    scales: tuple[float, ...] = (1.0,)  # times `size`: a picture is seen at each of them, and the probabilities are averaged
    flip: bool = False  # each of them also mirrored left to right


def save(out: Path, net: nn.Module, facts: dict[str, Any]) -> None:
    """Write OUT/model.pth (a state_dict on the CPU), then OUT/model.json: `facts` (arch, codes, size, mean, deviation, ...)."""
    write_tensors(out / WEIGHTS, {name: tensor.cpu() for name, tensor in net.state_dict().items()})
    write_text(out / FACTS, json.dumps({"format": FORMAT, **facts}, indent=2) + "\n")


def load(run: Path, device: str = "cpu") -> Model:
    """The Model that save() wrote to the folder `run`; nothing in it is executed. InputError for missing or other files."""
    facts = read_facts(run)
    state = load_state(run / WEIGHTS)
    net = empty(facts["arch"], len(facts["codes"]), like=state)
    own = net.state_dict()
    if wrong := [k for k in own if k not in state or state[k].shape != own[k].shape] or [k for k in state if k not in own]:
        raise InputError(f"{run / WEIGHTS}: does not fit {run / FACTS} (at {wrong[0]}); both come from one run")
    net.load_state_dict(state)
    size = (facts["size"][0], facts["size"][1])
    scales, flip = tuple(facts.get("scales", (1.0,))), bool(facts.get("flip", False))  # what earlier versions wrote has none
    numbers = (tuple(facts["mean"]), tuple(facts["deviation"]))
    return Model(net.to(device).eval(), tuple(facts["codes"]), size, *numbers, device, scales, flip)


def seen_at(model: Model, options: dict[str, Any]) -> Model:
    """The model with the options scales and flip of a program, where they are not "auto"."""
    given = {key: options[key] for key in ("scales", "flip") if options[key] != "auto"}
    if "scales" in given:
        given["scales"] = tuple(float(scale) for scale in given["scales"])
    return replace(model, **given)


def read_facts(run: Path) -> dict[str, Any]:
    """The contents of RUN/model.json, checked. InputError for one that is missing or not written by save()."""
    path = run / FACTS
    try:
        facts = read_json(path)
    except OSError:
        raise InputError(f"model={run}: no {FACTS} in it; expected the folder that a finished raster fit wrote") from None
    except ValueError as error:
        raise InputError(f"{path}: not JSON ({error})") from None
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise InputError(f"{path}: not a model of raster fit (its format is not {FORMAT})")
    for key, kind in _TYPES.items():
        if not isinstance(facts.get(key), kind):
            raise InputError(f"{path}: has no {key}, or not as a {kind.__name__}")
    scales = facts.get("scales", [1.0])
    if not isinstance(scales, list) or not scales:
        raise InputError(f"{path}: scales: expected a list of numbers above 0")
    numbers = [*facts["size"], *facts["mean"], *facts["deviation"], *scales]
    if [len(facts[k]) for k in ("size", "mean", "deviation")] != [2, 3, 3] or not all(
        isinstance(v, int | float) and v > 0 for v in numbers
    ):
        raise InputError(f"{path}: size needs two numbers above 0, mean and deviation three each, scales one or more")
    if not 2 <= len(facts["codes"]) <= 256 or not all(isinstance(code, str) for code in facts["codes"]):
        raise InputError(f"{path}: codes needs 2 to 256 class names")
    return facts


def write_tensors(path: Path, state: dict[str, Any]) -> None:
    """torch.save, so that the file is there wholly or not at all. InputError if it cannot be written."""
    file = io.BytesIO()
    torch.save(state, file)
    write_atomic(path, file.getvalue())


def write_text(path: Path, text: str) -> None:
    """Write a text file, so that it is there wholly or not at all. InputError if it cannot be written."""
    write_atomic(path, text.encode())


def is_temporary(path: Path) -> bool:
    """Whether a file in the folder of a run is what a killed process had not finished writing."""
    return _TEMPORARY.fullmatch(path.name) is not None
