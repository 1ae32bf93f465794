"""TrainConfig, EvaluateConfig, DiagnoseConfig, PredictConfig: the options of the four programs, and their checks."""

from dataclasses import dataclass
from typing import Any

from hydra.core.config_store import ConfigStore
from omegaconf import ListConfig

from raster import Config, InputError

from .learning.schedule import phases

DEVICES = ("auto", "cpu", "cuda")
SCALES = (0.1, 20)  # least and most of scales


@dataclass
class TrainConfig(Config):
    """The options of raster fit. With stream=true those of raster.generate say what is drawn, and n how many images."""

    # --- The pictures
    data: str | None = None  # images/, labels/, codes.txt, perhaps valid.txt, test.txt; or shards, or a URL [; text, or null]
    stream: bool = False  # draw the images during training instead; only the model is written [; true, false]
    n: int = 1000  # images of a stream, shared out over all epochs [; 1 to 100,000,000]
    valid: Any = 0.2  # held out for validation where no valid.txt says what: a share, or a count [; 0 to below 1, or 1 or more]
    valid_data: str | None = None  # another folder, all for validation; all of data is then trained on [; text, or null]
    out: str | None = None  # folder of the run; null: out/<arch>-<size>px-seed<seed>-<hash> [; text, or null]
    # --- The network
    arch: str = "small"  # the network: small is for CPUs [; small, resnet18, resnet34]
    weights: str = "none"  # to start from; of another run's model.pth the encoder is taken [; none, imagenet, or a file]
    # --- The schedule
    size: Any = 64  # size of the images in the first phase: one number, or [height, width] [px; 16 or more]
    epochs: Any = "auto"  # passes over the images; auto: 24,000 images in all, 100 passes at most [; auto, or 1 or more]
    then_size: Any = "auto"  # side of the crops of the second phase; auto: 1.5 times size [px; auto, 16 or more, or null]
    then_epochs: Any = "auto"  # passes of the second phase; auto: 144,000 images in all, 100 at most [; auto, or 1 or more]
    crops: Any = (0.3, 1.0)  # of an image's side the second phase sees least and most; null: all [share; 0.05 to 1, or null]
    lr: Any = 0.01  # the highest learning rate of the one-cycle schedule, or fastai's finder [; find, or above 0 to 10]
    batch: int = 16  # images of one step [; 1 or more]
    seed: int = 0  # another seed starts from other weights and shuffles otherwise [; a whole number]
    augment: float = 0.5  # strength of the changes of colour, blur and noise [; 0 to 2]
    geometry: float = 0.0  # strength of rotations and zooms, for few hand-labelled images [; 0 to 2]
    # --- How the trained network sees a picture
    scales: Any = "auto"  # sizes, times the last size; auto: 0.75 to 3; [1] is fastest [; auto, or numbers from 0.1 to 20]
    flip: bool = True  # mirrored too; the mean of all probabilities is taken [; true, false]
    # --- The machine
    device: str = "auto"  # auto: a GPU if there is one [; auto, cpu, cuda]
    amp: bool = True  # mixed precision: float16 on a GPU, bfloat16 on a CPU that has it in hardware [; true, false]
    threads: Any = "auto"  # CPU threads; auto: one for each idle core, 1 where the variable CI is set [; auto, or 1 to 512]
    quiet: bool = False  # print nothing but warnings and errors [; true, false]
    # --- Files
    tensorboard: bool = False  # beside metrics.csv also OUT/tensorboard; needs the extra tensorboard [; true, false]
    export: bool = False  # also write fastai's export.pkl, which is code: loading it runs it [; true, false]


@dataclass
class EvaluateConfig:
    """The options of raster evaluate."""

    # --- What is scored
    model: str | None = None  # the folder that raster fit wrote [; text]
    data: str | None = None  # a folder with images/, labels/, codes.txt [; text]
    split: str = "auto"  # files of valid.txt, test.txt, or the others; auto: valid, else all [; auto, valid, test, train, all]
    out: str | None = None  # the folder for scores and pictures; null: MODEL/evaluate-NAME_OF_DATA [; text, or null]
    band: int = 2  # of a second, tolerant score: left out on both sides of the true masks' edges [px; 0 to 100]
    # --- How the network sees a picture
    scales: Any = "auto"  # sizes, times the model's; auto: the model's own; [1] is fastest [; auto, or numbers from 0.1 to 20]
    flip: Any = "auto"  # mirrored too; auto: as the model has it [; auto, true, false]
    # --- The machine
    device: str = "auto"  # auto: a GPU if there is one [; auto, cpu, cuda]
    threads: Any = "auto"  # CPU threads; auto: one for each idle core [; auto, or 1 to 512]
    quiet: bool = False  # print nothing but warnings and errors [; true, false]


@dataclass
class DiagnoseConfig:
    """The options of raster diagnose."""

    # --- What is looked at
    model: str | None = None  # the folder that raster fit wrote [; text]
    data: str | None = None  # a folder with images/, labels/, codes.txt; of raster generate more is known of it [; text]
    split: str = "auto"  # files of valid.txt, test.txt, or the others; auto: valid, else all [; auto, valid, test, train, all]
    out: str | None = None  # the folder for the page and diagnosis.json; null: MODEL/diagnose-NAME_OF_DATA [; text, or null]
    worst: int = 4  # pictures of each factor's worst group [; 0 to 20]
    focus: bool = True  # write MODEL/focus/focus.yaml, which draws more of what fails [; true, false]
    # --- How the network sees a picture
    scales: Any = "auto"  # sizes, times the model's; auto: the model's own; [1] is fastest [; auto, or numbers from 0.1 to 20]
    flip: Any = "auto"  # mirrored too; auto: as the model has it [; auto, true, false]
    # --- The machine
    device: str = "auto"  # auto: a GPU if there is one [; auto, cpu, cuda]
    threads: Any = "auto"  # CPU threads; auto: one for each idle core [; auto, or 1 to 512]
    quiet: bool = False  # print nothing but warnings and errors [; true, false]


@dataclass
class PredictConfig:
    """The options of raster predict."""

    # --- What is labelled
    model: str | None = None  # the folder that raster fit wrote [; text]
    images: str | None = None  # a file, a folder, or a pattern in quotes, such as 'photos/*.jpg' [; text]
    out: str = "predictions"  # the folder for labels/, overlays/, codes.txt and objects.json [; text]
    # --- How the network sees a picture
    scales: Any = "auto"  # as of raster evaluate; larger ones where the objects are small [; auto, or numbers from 0.1 to 20]
    flip: Any = "auto"  # mirrored too; auto: as the model has it [; auto, true, false]
    # --- The machine
    device: str = "auto"  # auto: a GPU if there is one [; auto, cpu, cuda]
    threads: Any = "auto"  # CPU threads; auto: one for each idle core [; auto, or 1 to 512]
    quiet: bool = False  # print nothing but warnings and errors [; true, false]


for made in (TrainConfig, EvaluateConfig, DiagnoseConfig, PredictConfig):
    ConfigStore.instance().store(name=f"{made.__name__.removesuffix('Config').lower()}_schema", node=made)


def check_training(plain: dict[str, Any]) -> None:
    """Check the options of a TrainConfig that raster.check_config does not know. InputError for the first wrong value."""
    if (plain["data"] is None) == (not plain["stream"]):
        raise InputError("give data=FOLDER (from raster generate, say) or stream=true, one of the two")
    for key in ("epochs", "then_epochs"):
        if plain[key] != "auto" and not is_whole(plain[key], 1):
            raise InputError(f"{key}={plain[key]}: expected auto, or a whole number from 1")
    crops = plain["crops"]
    if crops is not None and not (_are_numbers(crops, 0.05, 1) and len(crops) == 2 and crops[0] <= crops[1]):
        raise InputError(f"crops={crops}: expected two shares from 0.05 to 1, such as [0.3, 1], or null")
    check_views(plain)
    if plain["then_size"] not in (None, "auto") and not is_whole(plain["then_size"], 16):
        raise InputError(f"then_size={plain['then_size']}: expected auto, px (16 or more), or null")
    if plain["lr"] != "find" and not (isinstance(plain["lr"], int | float) and 0 < plain["lr"] <= 10):
        raise InputError(f"lr={plain['lr']}: expected find, or a rate above 0 and up to 10")
    for key in ("augment", "geometry"):
        if not 0 <= plain[key] <= 2:
            raise InputError(f"{key}={plain[key]}: expected a strength from 0 to 2")
    if plain["stream"] and plain["n"] < (epochs := sum(phase.epochs for phase in phases(plain, None))):
        raise InputError(f"n={plain['n']}: expected at least an image for each of the {epochs} epochs")
    check_device(plain)


def check_device(plain: dict[str, Any]) -> None:
    """Check the options device and threads, which all of these programs have. InputError for a wrong value."""
    if plain["device"] not in DEVICES:
        raise InputError(f"device={plain['device']}: choose one of {', '.join(DEVICES)}")
    threads = plain["threads"]
    if threads != "auto" and not (is_whole(threads, 1) and threads <= 512):
        raise InputError(f"threads={threads}: expected auto, or a whole number from 1 to 512")


def check_views(plain: dict[str, Any]) -> None:
    """Check the options scales and flip, which all of these programs have. InputError for a wrong value."""
    scales, flip = plain["scales"], plain["flip"]
    if scales != "auto" and not _are_numbers(scales, *SCALES):
        raise InputError(f"scales={scales}: expected auto, or a list of numbers from {SCALES[0]} to {SCALES[1]}, such as [1]")
    if flip != "auto" and not isinstance(flip, bool):
        raise InputError(f"flip={flip}: expected auto, true or false")


def _are_numbers(value: Any, least: float, most: float) -> bool:
    """Whether a value is a list, not empty, of numbers from least to most."""
    return (
        isinstance(value, list | tuple | ListConfig)
        and len(value) > 0
        and all(type(each) in (int, float) and least <= each <= most for each in value)
    )


def is_whole(value: Any, minimum: int) -> bool:
    """Whether a value is an int, not a bool, of at least `minimum`."""
    return type(value) is int and value >= minimum
