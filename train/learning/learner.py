"""train: run all epochs with fastai, score the network, write the files of the run."""

import json
import platform
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fastai.vision.all import DataLoaders, Learner, OptimWrapper, ProgressCallback, noop, set_seed, trainable_params

from ..data.loaders import DEVIATION, MEAN, exported_loaders, loaders
from ..data.pairs import scaled
from ..data.sources import FolderSource, OtherValidation, StreamSource
from ..network.loss import CrossEntropyDiceLoss
from ..network.networks import build, clear_hooks, is_encoder
from ..network.saved import Model, save
from ..network.segment import segment
from ..run_files import CHECKPOINT
from ..scores.figures import curves, prediction_sheet
from ..scores.scoring import score
from .averaging import Averaging
from .callbacks import METRICS, Epochs, MeanIoU, read_checkpoint, write_metrics
from .device import fast_bfloat16
from .muon import Muon
from .scalars import TENSORBOARD, Scalars
from .schedule import Phase, phase_of, phases, scales_of

SCORED = 500  # validation images after each epoch, at the training size; all of them are scored at the end, at their own
SHOWN = 8  # validation images in predictions.png
ENCODER_RATE = 0.1  # learning rate of an encoder that was trained before, times that of the other layers
Source = FolderSource | StreamSource | OtherValidation


def train(plain: dict[str, Any], source: Source, out: Path, configuration: str, device: str) -> None:
    """Train, score the validation images at their own size, print the table, write the files of the run to `out`.

    plain: checked options of train.fit. configuration: their bound part as JSON. Continues from a checkpoint in `out`.
    InputError for a damaged file, wrong weights, or a checkpoint of another run.
    """
    began = time.perf_counter()
    set_seed(plain["seed"] % 2**32)
    net = build(plain["arch"], len(source.codes), plain["weights"])
    net.mixed = plain["amp"] and device == "cpu" and fast_bfloat16()
    size = f"{sum(p.numel() for p in net.parameters()) / 1e6:.2f} M parameters"
    images = f"{len(source.train)} images an epoch, {len(source.valid)} for validation"
    print(f"out: {out}\n{plain['arch']}, {size}, on {device}, CPU threads {torch.get_num_threads()}; {images}", flush=True)
    state = read_checkpoint(out / CHECKPOINT, configuration)
    rows, lr = (state["rows"], state["lr"]) if state else ([], plain["lr"])
    plan = phases(plain, None if plain["stream"] else len(source.train))
    current = phase_of(plan, len(rows))
    learn = learner(plain, source, net, current, device)
    lr = _find(learn) if lr == "find" else lr
    averaging = Averaging(net, state["averaging"] if state else None)
    if state:
        _restore(learn, state)
    log = Scalars(out / TENSORBOARD, rows) if plain["tensorboard"] else None
    epochs = Epochs(out, configuration, plain["seed"], rows, lr, averaging, source.begin, log)
    with closing(epochs):
        for phase in plan:
            if len(rows) < epochs.first + phase.epochs:  # else it was done before the run was interrupted
                if phase is not current:
                    learn.dls = _loaders(plain, source, phase, device)
                _fit(learn, phase, lr, plain["weights"] != "none", averaging, epochs)
            epochs.first += phase.epochs
    net.load_state_dict(averaging.mean)
    facts = {"configuration": json.loads(configuration), "lr": lr, "seconds": round(sum(row["seconds"] for row in rows), 1)}
    if plain["export"]:
        _export(learn, out, source.codes, plan[-1].size)
    finish(plain, source, net, plan[-1].size, rows, out, facts, device)
    (out / CHECKPOINT).unlink()
    print(f"done in {time.perf_counter() - began:.0f} s, {facts['seconds']:.0f} s of it training and validation: {out}")


def _fit(learn: Learner, phase: Phase, lr: float, pretrained: bool, averaging: Averaging, epochs: Epochs) -> None:
    """Train the epochs of a phase that are not done yet. pretrained: the encoder learns slower."""
    epochs.size, rate = phase.size[1], lr * phase.rate
    rates = slice(rate * ENCODER_RATE, rate) if pretrained else rate
    learn.fit_one_cycle(phase.epochs, rates, start_epoch=len(epochs.rows) - epochs.first, cbs=[averaging, epochs])


def learner(plain: dict[str, Any], source: Source, net: torch.nn.Module, phase: Phase, device: str) -> Learner:
    """fastai's Learner with the images of a phase; it prints nothing by itself."""
    dls = _loaders(plain, source, phase, device)
    # fused is several times faster a step than fastai's Adam; Muon was tried with the small network only.
    made = Muon if plain["arch"] == "small" else partial(torch.optim.AdamW, fused=True)
    net = net.to(memory_format=torch.channels_last).to(device)  # type: ignore[call-overload]
    splitter = _encoder_and_rest if plain["weights"] != "none" else trainable_params
    metric = MeanIoU(len(source.codes))
    learn = Learner(
        dls, net, CrossEntropyDiceLoss(), opt_func=partial(OptimWrapper, opt=made), splitter=splitter, wd=0.01, metrics=[metric]
    )
    learn.logger = noop  # the callback Epochs prints
    learn.remove_cbs([cb for cb in learn.cbs if isinstance(cb, ProgressCallback)])  # progress bars would flood a log file
    return learn.to_fp16() if plain["amp"] and device == "cuda" else learn


def _loaders(plain: dict[str, Any], source: Source, phase: Phase, device: str) -> DataLoaders:
    """Batches of the source's images for a phase; InputError for a damaged file."""
    valid = evenly_spaced(source.valid, SCORED)
    read = source.read(phase.read_size)
    read_valid = scaled(read, phase.size) if phase.crops else read
    return loaders(
        read, source.train, read_valid, valid, plain["batch"], plain["augment"], device, source.shuffle, plain["geometry"],
        phase.size, phase.crops,
    )  # fmt: skip


def _encoder_and_rest(net: torch.nn.Module) -> list[list[torch.nn.Parameter]]:
    """The parameters of a network from build() in two groups, for fastai: the encoder, the other layers."""
    named = list(net.named_parameters())
    return [[p for name, p in named if is_encoder(name) == first] for first in (True, False)]


def _find(learn: Learner) -> float:
    """The learning rate that fastai's finder suggests ("valley"); the network is left as it was."""
    with tempfile.TemporaryDirectory() as folder, learn.no_logging():
        learn.path = Path(folder)
        lr = float(learn.lr_find(show_plot=False).valley)
    print(f"learning rate found: {lr:.2g}", flush=True)
    return lr


def _restore(learn: Learner, state: dict[str, Any]) -> None:
    """Load network and optimizer from a checkpoint of Epochs."""
    learn.model.load_state_dict(state["model"])
    learn.create_opt()
    learn.opt.load_state_dict(state["opt"])
    print(f"continuing after epoch {len(state['rows'])}", flush=True)


def finish(
    plain: dict[str, Any], source: Source, net: torch.nn.Module, size: tuple[int, int], rows: list[dict[str, float]],
    out: Path, facts: dict[str, Any], device: str,
) -> None:  # fmt: skip
    """Score the network on the validation images; write pictures, metrics.csv, model.pth and, last, model.json.

    A folder with a model.json is a complete run. size: (H, W) px for prediction. facts: more keys for model.json.
    """
    clear_hooks(net)
    model = Model(net.eval(), tuple(source.codes), size, tuple(MEAN), tuple(DEVIATION), device, scales_of(plain), plain["flip"])
    found = score(model, source.pair, source.valid)
    print(found.table(model.codes))
    write_metrics(out / METRICS, rows)
    curves(rows, out / "curves.png")
    pairs = [source.pair(i) for i in evenly_spaced(source.valid, SHOWN)]
    masks = segment(model, [picture for picture, _ in pairs])
    captions = [f"mean IoU {value:.2f}" for value in evenly_spaced(found.per_image.tolist(), SHOWN)]
    shown = [(np.asarray(a), np.asarray(b), c, d) for (a, b), c, d in zip(pairs, masks, captions, strict=True)]
    prediction_sheet(shown, model.codes).save(out / "predictions.png")
    versions = {"python": platform.python_version(), **{name: version(name) for name in ("torch", "torchvision", "fastai")}}
    save(out, net, {
        "arch": plain["arch"], "codes": list(model.codes), "size": list(size), "mean": list(MEAN), "deviation": list(DEVIATION),
        "scales": list(model.scales), "flip": model.flip, **facts, **source.facts, "versions": versions,
        "scores": found.summary(model.codes),
    })  # fmt: skip


def evenly_spaced(values: list[Any], count: int) -> list[Any]:
    """At most `count` of the values, at evenly spaced positions, the first and the last among them."""
    return [values[i] for i in np.unique(np.linspace(0, len(values) - 1, count).round().astype(int))]


def _export(learn: Learner, out: Path, codes: Sequence[str], size: tuple[int, int]) -> None:
    """Write OUT/export.pkl, fastai's own format, which load_learner reads. It sees pictures of `size` (H, W) px best."""
    clear_hooks(learn.model)
    learn.dls = exported_loaders(codes, size)
    learn.path = out
    learn.export("export.pkl")
    print(f"{out / 'export.pkl'}: this file is code; whoever loads it runs it, so load only your own")
