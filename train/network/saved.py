"""Model: a trained network as a run leaves it, model.pth and model.json; save() and load() without pickled objects."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from raster import InputError
from train.network.networks import build, load_state

WEIGHTS, FACTS = "model.pth", "model.json"
FORMAT = "raster-model-1"
_KEYS = {"arch": str, "codes": list, "size": list, "mean": list, "deviation": list}


@dataclass(frozen=True)
class Model:
    """A network in evaluation mode, and what one has to know to use it."""

    net: nn.Module
    codes: tuple[str, ...]  # class names by id
    size: tuple[int, int]  # (H, W) px at which it sees a picture
    mean: tuple[float, ...]  # (3,) of sRGB in 0..1, subtracted from an image,
    deviation: tuple[float, ...]  # (3,) which is then divided by this
    device: str = "cpu"


def save(out: Path, net: nn.Module, facts: dict[str, Any]) -> None:
    """Write OUT/model.pth (a state_dict on the CPU), then OUT/model.json (arch, codes, size, mean, deviation, and more)."""
    write_tensors(out / WEIGHTS, {name: tensor.cpu() for name, tensor in net.state_dict().items()})
    write_text(out / FACTS, json.dumps({"format": FORMAT, **facts}, indent=2) + "\n")


def load(run: Path, device: str = "cpu") -> Model:
    """Read what save() wrote; nothing in it is executed. InputError for files that are missing or not ours."""
    facts = read_facts(run)
    net = build(facts["arch"], len(facts["codes"]))
    state = load_state(run / WEIGHTS)
    own = net.state_dict()
    if wrong := [k for k in own if k not in state or state[k].shape != own[k].shape] or [k for k in state if k not in own]:
        raise InputError(f"{run / WEIGHTS}: does not fit {run / FACTS} (at {wrong[0]}); both come from one run")
    net.load_state_dict(state)
    size = (facts["size"][0], facts["size"][1])
    return Model(net.to(device).eval(), tuple(facts["codes"]), size, tuple(facts["mean"]), tuple(facts["deviation"]), device)


def read_facts(run: Path) -> dict[str, Any]:
    """The contents of RUN/model.json. InputError for one that is missing or not ours."""
    path = run / FACTS
    try:
        facts = json.loads(path.read_text())
    except OSError:
        raise InputError(f"model={run}: no {FACTS} in it; expected the folder that a finished train.fit left") from None
    except ValueError as error:
        raise InputError(f"{path}: not JSON ({error})") from None
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise InputError(f"{path}: not a model of train.fit (its format is not {FORMAT})")
    for key, kind in _KEYS.items():
        if not isinstance(facts.get(key), kind):
            raise InputError(f"{path}: has no {key}, or not as a {kind.__name__}")
    numbers = [*facts["size"], *facts["mean"], *facts["deviation"]]
    if [len(facts[k]) for k in ("size", "mean", "deviation")] != [2, 3, 3] or not all(
        isinstance(v, int | float) and v > 0 for v in numbers
    ):
        raise InputError(f"{path}: size needs two numbers above 0, mean and deviation three each")
    if not 2 <= len(facts["codes"]) <= 256 or not all(isinstance(code, str) for code in facts["codes"]):
        raise InputError(f"{path}: codes needs 2 to 256 class names")
    return facts


def write_tensors(path: Path, state: dict[str, Any]) -> None:
    """torch.save, so that the file is there wholly or not at all."""
    part = path.with_name(path.name + ".part")
    torch.save(state, part)
    part.replace(path)


def write_text(path: Path, text: str) -> None:
    """Write a text file, so that it is there wholly or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    part.replace(path)
