"""MeanIoU, Epochs: the mean IoU of an epoch, and what is written after each one: a line, metrics.csv, a checkpoint."""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fastai.vision.all import Callback, Learner, Metric, set_seed
from tqdm import tqdm

from raster import InputError
from train.network.saved import write_tensors, write_text
from train.scores.metrics import Scores, confusion

CHECKPOINT, METRICS = "checkpoint.pth", "metrics.csv"
COLUMNS = ("epoch", "size", "train_loss", "valid_loss", "miou", "seconds")


class MeanIoU(Metric):
    """Mean IoU over the classes, background included, of all pixels of the validation images together."""

    def __init__(self, classes: int):
        self.classes = classes
        self.reset()

    def reset(self) -> None:
        self.matrix = np.zeros((self.classes, self.classes), np.int64)

    def accumulate(self, learn: Any) -> None:
        truth, predicted = learn.yb[0].cpu().numpy(), learn.pred.argmax(dim=1).cpu().numpy()
        self.matrix += confusion(truth, predicted, self.classes)

    @property
    def value(self) -> float:
        return Scores(self.matrix).miou

    @property
    def name(self) -> str:
        return "miou"


class Epochs(Callback):
    """Around each epoch: seeds before it, so that a continued run repeats; afterwards writes what is known.

    It repeats to the bit on a CPU with as many threads; elsewhere but for rounding.

    `rows`: of metrics.csv so far; `begin` is told the Learner and the number of the epoch, and returns the width in px.
    """

    order = 60  # after fastai's Recorder

    def __init__(
        self, out: Path, told: str, seed: int, rows: list[dict[str, float]], lr: float, begin: Callable[[Learner, int], int]
    ):
        self.out, self.seed, self.begin, self.size = out, seed, begin, 0
        self.kept: dict[str, Any] = {"told": told, "rows": rows, "lr": lr}
        self.started = time.perf_counter()
        self.bar: tqdm | None = None

    def before_epoch(self) -> None:
        if self.epoch < len(self.kept["rows"]):  # an earlier run has done it
            return
        self.started = time.perf_counter()
        set_seed((self.seed + 1_000_003 * self.epoch) % 2**32)
        self.size = self.begin(self.learn, self.epoch)
        self.learn.dls.train.rng = random.Random(self.epoch + (self.seed << 20))  # what shuffles

    def before_train(self) -> None:
        self.losses: list[torch.Tensor] = []
        self.bar = tqdm(total=len(self.dls.train), desc=f"epoch {self.epoch + 1}", leave=False, disable=None)

    def after_batch(self) -> None:
        if self.training:
            self.losses.append(self.loss.detach())
            if self.bar is not None:
                self.bar.update()

    def after_epoch(self) -> None:
        if self.bar is None:  # an epoch that an earlier run has done
            return
        self.bar.close()
        self.bar = None
        _, valid_loss, miou = self.learn.recorder.values[-1]
        train_loss = torch.stack(self.losses).mean()  # of this epoch alone, unlike fastai's
        seconds = time.perf_counter() - self.started
        values = (self.epoch + 1, self.size, train_loss, valid_loss, miou, seconds)
        row = {name: round(float(v), 5) for name, v in zip(COLUMNS, values, strict=True)}
        told = "  ".join(f"{name.replace('_', ' ')} {row[name]:.3f}" for name in COLUMNS[2:5])
        print(f"epoch {self.epoch + 1:3}  {self.size} px  {told}  {seconds:.0f} s", flush=True)
        self.kept["rows"].append(row)
        states = {"model": self.model.state_dict(), "opt": plain(self.opt.state_dict())}
        write_tensors(self.out / CHECKPOINT, {**self.kept, **states})
        write_metrics(self.out / METRICS, self.kept["rows"])


def plain(value: Any) -> Any:
    """The same with NumPy's scalars, which fastai's schedules leave, as Python's: a safe loader takes no others."""
    if isinstance(value, dict):
        return {key: plain(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(plain(below) for below in value)
    return value.item() if isinstance(value, np.generic) else value


def write_metrics(path: Path, rows: list[dict[str, float]]) -> None:
    """The rows as CSV, a line for each epoch."""
    lines = [",".join(COLUMNS), *(",".join(f"{row[name]:g}" for name in COLUMNS) for row in rows)]
    write_text(path, "\n".join(lines) + "\n")


def read_checkpoint(path: Path, told: str) -> dict[str, Any] | None:
    """What Epochs wrote, None without a file. InputError for one of another configuration, or not ours."""
    if not path.exists():
        return None
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:  # torch raises many kinds here, all of them of one meaning, and advises to load it unsafely
        raise InputError(f"{path}: not a checkpoint that can be loaded safely; choose another out") from None
    if not isinstance(state, dict) or set(state) != {"told", "rows", "lr", "model", "opt"}:
        raise InputError(f"{path}: not a checkpoint of train.fit; choose another out")
    require_same(path.parent, json.loads(state["told"]), json.loads(told))
    return state


def require_same(out: Path, there: dict[str, Any], here: dict[str, Any]) -> None:
    """InputError that names the first option in which the run in a folder differs from this one."""
    for key in here:
        if there.get(key) != here[key]:
            raise InputError(f"out={out}: holds a run with another {key}; choose another out, or remove {out}")
