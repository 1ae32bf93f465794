"""TrainConfig, EvaluateConfig, PredictConfig: the options of the three programs, and their checks."""

from dataclasses import dataclass
from typing import Any

from hydra.core.config_store import ConfigStore

from raster import Config, InputError
from train.learning.schedule import phases

DEVICES = ("auto", "cpu", "cuda")


@dataclass
class TrainConfig(Config):
    """The options of train.fit. With stream=true those of raster.generate describe what is drawn; n is how many images."""

    data: str | None = None  # a folder with images/, labels/, codes.txt and perhaps valid.txt
    stream: bool = False  # draw the images instead; nothing is written but the model
    arch: str = "small"  # small, resnet18 or resnet34
    weights: str = "none"  # none, imagenet, or the model.pth of another run, whose encoder is taken
    epochs: Any = "auto"  # passes over the images; auto: 40,000 images in all, 40 epochs at most. A stream's n is shared out
    lr: Any = 0.01  # the highest learning rate of the one-cycle schedule, or find
    then_size: Any = "auto"  # px of a second round (progressive resizing), a square; auto: 1.5 times size; null: none
    then_epochs: Any = "auto"  # epochs of that second round; auto: 20,000 images in all, 20 epochs at most
    predict_size: Any = "auto"  # px at which the trained network sees a picture; auto: 4/3 of the last size
    augment: float = 0.5  # strength of the changes of colour, blur and noise; 0 switches them off
    geometry: float = 0.0  # strength of turns and zooms, for few pictures labelled by hand; raster's camera varies already
    device: str = "auto"  # auto (a GPU if there is one), cpu or cuda
    amp: bool = True  # mixed precision: float16 on a GPU, bfloat16 on a CPU that computes with it
    threads: Any = "auto"  # of the CPU; auto: as many as there are idle cores, 1 in CI
    export: bool = False  # also write fastai's export.pkl, which is code: whoever loads it runs it


@dataclass
class EvaluateConfig:
    """The options of train.evaluate."""

    model: str | None = None  # the folder that train.fit left
    data: str | None = None  # a folder with images/, labels/, codes.txt
    split: str = "auto"  # valid (the files of valid.txt), train (the others), all; auto: valid if there is one, else all
    out: str | None = None  # null: MODEL/evaluate-NAME_OF_DATA
    device: str = "auto"
    threads: Any = "auto"


@dataclass
class PredictConfig:
    """The options of train.predict."""

    model: str | None = None  # the folder that train.fit left
    images: str | None = None  # a file, a folder, or a pattern in quotes, such as 'photos/*.jpg'
    out: str = "predictions"  # the folder for labels/, overlays/ and codes.txt
    device: str = "auto"
    threads: Any = "auto"


for name, node in (("train_schema", TrainConfig), ("evaluate_schema", EvaluateConfig), ("predict_schema", PredictConfig)):
    ConfigStore.instance().store(name=name, node=node)


def check_training(plain: dict[str, Any]) -> None:
    """InputError for the first option of a TrainConfig that cannot be; raster.run.config.check_config has seen the others."""
    if (plain["data"] is None) == (not plain["stream"]):
        raise InputError("give data=FOLDER (from raster.generate, say) or stream=true, one of the two")
    for key in ("epochs", "then_epochs"):
        if plain[key] != "auto" and not _whole(plain[key], 1):
            raise InputError(f"{key}={plain[key]}: expected auto, or a whole number from 1")
    if plain["predict_size"] != "auto" and not _whole(plain["predict_size"], 16):
        raise InputError(f"predict_size={plain['predict_size']}: expected auto, or px, 16 or more")
    if plain["then_size"] not in (None, "auto") and not _whole(plain["then_size"], 16):
        raise InputError(f"then_size={plain['then_size']}: expected auto, px (16 or more), or null")
    if plain["lr"] != "find" and not (isinstance(plain["lr"], int | float) and 0 < plain["lr"] <= 10):
        raise InputError(f"lr={plain['lr']}: expected find, or a rate above 0 and up to 10")
    for key in ("augment", "geometry"):
        if not 0 <= plain[key] <= 2:
            raise InputError(f"{key}={plain[key]}: expected a strength from 0 to 2")
    if plain["stream"] and plain["n"] < (epochs := sum(r.epochs for r in phases(plain, None))):
        raise InputError(f"n={plain['n']}: expected at least an image for each of the {epochs} epochs")
    check_machine(plain)


def check_machine(plain: dict[str, Any]) -> None:
    """InputError for a device or a number of threads that cannot be."""
    if plain["device"] not in DEVICES:
        raise InputError(f"device={plain['device']}: choose one of {', '.join(DEVICES)}")
    threads = plain["threads"]
    if threads != "auto" and not (_whole(threads, 1) and threads <= 512):
        raise InputError(f"threads={threads}: expected auto, or a whole number from 1")


def _whole(value: Any, least: int) -> bool:
    return type(value) is int and value >= least
