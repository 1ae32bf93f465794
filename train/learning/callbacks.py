"""MeanIoU: a metric for fastai. Epochs: prints a line, writes metrics.csv and a checkpoint after each epoch."""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fastai.vision.all import Callback, Metric, set_seed

from raster import InputError, Progress, open_regular

from ..network.saved import write_tensors, write_text
from ..run_files import CHECKPOINT, LATER
from ..scores.metrics import Scores, confusion
from .averaging import Averaging
from .scalars import Scalars

METRICS = "metrics.csv"
CONFIGURATION = "told"  # its key in a checkpoint, as in checkpoints of earlier versions
COLUMNS = ("epoch", "size", "train_loss", "valid_loss", "miou", "seconds")


class MeanIoU(Metric):
    """Mean IoU over the classes, background included, of all pixels of the validation images together."""

    def __init__(self, classes: int):
        self.classes = classes
        self.reset()

    def reset(self) -> None:
        """Start an epoch: forget all pixels."""
        self.matrix = np.zeros((self.classes, self.classes), np.int64)

    def accumulate(self, learn: Any) -> None:
        """Count the pixels of the Learner's last batch: truth (B, H, W), prediction (B, C, H, W) logits."""
        truth, predicted = learn.yb[0].cpu().numpy(), learn.pred.argmax(dim=1).cpu().numpy()
        self.matrix += confusion(truth, predicted, self.classes)

    @property
    def value(self) -> float:
        """The mean IoU of all pixels since reset()."""
        return Scores(self.matrix).miou

    @property
    def name(self) -> str:
        """The column's name in fastai's tables."""
        return "miou"


class Epochs(Callback):
    """Sets the random seeds before each epoch, and writes metrics.csv and a checkpoint after it.

    So a run that is continued gives the same network as one that was not interrupted: bit by bit on a CPU with the same
    number of threads, elsewhere but for rounding. `configuration` (JSON) is kept in the checkpoint and compared when a run
    continues. `rows`: the rows of metrics.csv of earlier epochs. A phase of training is a fit of its own, in which fastai
    counts the epochs from 0: `first` is the number of epochs before it, `size` the width of its images in px.
    """

    order = 60  # after fastai's Recorder

    def __init__(
        self, out: Path, configuration: str, seed: int, rows: list[dict[str, float]], lr: float, averaging: Averaging,
        begin: Callable[[int], None], log: Scalars | None = None,
    ):  # fmt: skip
        """begin: called with the number of an epoch before it, to prepare its images. log: gets the row of each epoch."""
        self.log = log
        self.out, self.seed, self.begin, self.averaging, self.first, self.size = out, seed, begin, averaging, 0, 0
        self.kept: dict[str, Any] = {CONFIGURATION: configuration, "rows": rows, "lr": lr}
        self.rows = rows
        self.started = time.perf_counter()
        self.progress: Progress | None = None

    def before_epoch(self) -> None:
        """Seed all generators by the number of the epoch, and let `begin` prepare its images."""
        number = self.first + self.epoch
        if number < len(self.rows):  # this epoch was done before the run was interrupted
            return
        self.started = time.perf_counter()
        set_seed((self.seed + 1_000_003 * number) % 2**32)
        self.begin(number)
        self.learn.dls.train.rng = random.Random(number + (self.seed << 20))  # the generator that shuffles

    def before_train(self) -> None:
        """Show progress."""
        self.losses: list[torch.Tensor] = []
        self.progress = Progress(len(self.dls.train), "batch", delay=1, title=f"epoch {self.first + self.epoch + 1}")

    def after_batch(self) -> None:
        """Keep the loss of a training batch."""
        if self.training:
            self.losses.append(self.loss.detach())
            if self.progress is not None:
                self.progress.update(len(self.losses))

    def after_epoch(self) -> None:
        """Print the epoch's line, then write the checkpoint and metrics.csv."""
        if self.progress is None:  # this epoch was done before the run was interrupted
            return
        self.progress.close()
        self.progress = None
        _, valid_loss, miou = self.learn.recorder.values[-1]
        train_loss = torch.stack(self.losses).mean()  # of this epoch alone, unlike fastai's
        seconds = time.perf_counter() - self.started
        number = self.first + self.epoch + 1
        values = (number, self.size, train_loss, valid_loss, miou, seconds)
        row = {name: round(float(v), 5) for name, v in zip(COLUMNS, values, strict=True)}
        shown = "  ".join(f"{name.replace('_', ' ')} {row[name]:.3f}" for name in COLUMNS[2:5])
        print(f"epoch {number:3}  {self.size} px  {shown}  {seconds:.0f} s", flush=True)
        self.rows.append(row)
        states = {"model": self.model.state_dict(), "opt": plain(self.opt.state_dict()), "averaging": self.averaging.state()}
        write_tensors(self.out / CHECKPOINT, {**self.kept, **states})
        write_metrics(self.out / METRICS, self.rows)
        if self.log is not None:
            self.log.add(row)

    def close(self) -> None:
        """End what shows progress, and close what `log` writes. Training may have been interrupted."""
        if self.progress is not None:
            self.progress.close()
        if self.log is not None:
            self.log.close()


def plain(value: Any) -> Any:
    """A copy of nested dicts and lists with NumPy scalars, which fastai's schedules leave, as Python numbers.

    torch.load with weights_only=True, which executes nothing, accepts no others.
    """
    if isinstance(value, dict):
        return {key: plain(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(plain(below) for below in value)
    return value.item() if isinstance(value, np.generic) else value


def write_metrics(path: Path, rows: list[dict[str, float]]) -> None:
    """Write the rows as CSV, a line for each epoch. InputError if the file cannot be written."""
    lines = [",".join(COLUMNS), *(",".join(f"{row[name]:g}" for name in COLUMNS) for row in rows)]
    write_text(path, "\n".join(lines) + "\n")


def read_checkpoint(path: Path, configuration: str) -> dict[str, Any] | None:
    """The checkpoint that Epochs wrote, None without a file. InputError for one of another configuration, or another file."""
    if not path.exists():
        return None
    try:
        with open_regular(path) as file:
            state = torch.load(file, map_location="cpu", weights_only=True)
    except Exception:  # torch raises many types here, and its messages advise to load the file unsafely
        raise InputError(f"{path}: not a checkpoint that can be loaded safely; choose another out") from None
    if not isinstance(state, dict) or set(state) != {CONFIGURATION, "rows", "lr", "model", "opt", "averaging"}:
        raise InputError(f"{path}: not a checkpoint of raster fit; choose another out")
    require_same(path.parent, json.loads(state[CONFIGURATION]), json.loads(configuration))
    return state


def require_same(out: Path, there: dict[str, Any], here: dict[str, Any]) -> None:
    """Compare the configuration of the run in a folder with this one. InputError that names the first option that differs."""
    for key in dict.fromkeys((*here, *LATER)):
        if there.get(key, LATER.get(key)) != here.get(key, LATER.get(key)):
            raise InputError(f"out={out}: holds a run with another {key}; choose another out, or remove {out}")
