"""train: the rounds of a run with fastai, and the files that it leaves."""

import json
import platform
import tempfile
import time
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fastai.vision.all import DataLoaders, Learner, OptimWrapper, ProgressCallback, noop, set_seed, trainable_params

from train.data.loaders import DEVIATION, MEAN, loaders
from train.data.sources import FolderSource, StreamSource
from train.learning.callbacks import CHECKPOINT, METRICS, Epochs, MeanIoU, read_checkpoint, write_metrics
from train.learning.device import fast_bfloat16
from train.learning.schedule import Phase, at, phases, predict_size
from train.network.loss import CrossEntropyDiceLoss
from train.network.networks import build, clear_hooks, is_encoder
from train.network.saved import Model, save
from train.network.segment import segment
from train.scores.figures import curves, sheet
from train.scores.scoring import score

SCORED = 500  # validation images after each epoch, at the training size; all of them are scored at the end, at their own
SHOWN = 8  # validation images in predictions.png
LEARNT = 0.1  # the rate of an encoder that has learnt before to the rest's
Material = FolderSource | StreamSource


def train(plain: dict[str, Any], material: Material, out: Path, told: str, device: str) -> None:
    """Train, score the validation images at their own size, write the run's files, print the table. InputError."""
    began = time.perf_counter()
    set_seed(plain["seed"] % 2**32)
    net = build(plain["arch"], len(material.codes), plain["weights"])
    net.mixed = plain["amp"] and device == "cpu" and fast_bfloat16()
    size = f"{sum(p.numel() for p in net.parameters()) / 1e6:.2f} M parameters"
    images = f"{len(material.train)} images an epoch, {len(material.valid)} for validation"
    print(f"out: {out}\n{plain['arch']}, {size}, on {device}, CPU threads {torch.get_num_threads()}; {images}", flush=True)
    state = read_checkpoint(out / CHECKPOINT, told)
    rows, lr = (state["rows"], state["lr"]) if state else ([], plain["lr"])
    plan = phases(plain, None if plain["stream"] else len(material.train))
    done = len(rows)
    learn = learner(plain, material, net, at(plan, done).size, device)
    lr = _find(learn) if lr == "find" else lr
    if state:
        _restore(learn, state)
    if done < sum(part.epochs for part in plan):  # else it was interrupted after its last epoch
        writes = Epochs(out, told, plain["seed"], rows, lr, partial(_begin, plain, material, plan))
        rates = lr if plain["weights"] == "none" else slice(lr * LEARNT, lr)
        learn.fit_one_cycle(sum(part.epochs for part in plan), rates, start_epoch=done, cbs=writes)
    facts = {"configuration": json.loads(told), "lr": lr, "seconds": round(sum(row["seconds"] for row in rows), 1)}
    if plain["export"]:
        _export(learn, out)
    finish(plain, material, net, predict_size(plain, plan), rows, out, facts, device)
    (out / CHECKPOINT).unlink()
    print(f"done in {time.perf_counter() - began:.0f} s, {facts['seconds']:.0f} s of it training and validation: {out}")


def learner(plain: dict[str, Any], material: Material, net: torch.nn.Module, size: tuple[int, int], device: str) -> Learner:
    """fastai's Learner, with images of `size` at first; it prints nothing by itself."""
    dls = _loaders(plain, material, size, device)
    fused = partial(OptimWrapper, opt=torch.optim.AdamW, fused=True)  # several times faster a step than fastai's Adam
    net = net.to(memory_format=torch.channels_last).to(device)  # type: ignore[call-overload]
    splitter = _encoder_and_rest if plain["weights"] != "none" else trainable_params
    score = MeanIoU(len(material.codes))
    learn = Learner(dls, net, CrossEntropyDiceLoss(), opt_func=fused, splitter=splitter, wd=0.01, metrics=[score])
    learn.logger = noop  # the callback Epochs prints
    learn.remove_cbs([cb for cb in learn.cbs if isinstance(cb, ProgressCallback)])  # it floods logs
    return learn.to_fp16() if plain["amp"] and device == "cuda" else learn


def _loaders(plain: dict[str, Any], material: Material, size: tuple[int, int], device: str) -> DataLoaders:
    scored = spread(material.valid, SCORED)
    numbers = (material.train, scored, material.codes)
    return loaders(material.read(size), *numbers, plain["batch"], plain["augment"], device, material.shuffle, plain["geometry"])


def _encoder_and_rest(net: torch.nn.Module) -> list[list[torch.nn.Parameter]]:
    """The parameters of a network in two groups, for fastai."""
    named = list(net.named_parameters())
    return [[p for name, p in named if is_encoder(name) == first] for first in (True, False)]


def _begin(plain: dict[str, Any], material: Material, plan: list[Phase], learn: Learner, epoch: int) -> int:
    """Before an epoch: let it have its images at its size, and return the width in px."""
    size = at(plan, epoch).size
    if epoch > 0 and size != at(plan, epoch - 1).size:
        learn.dls = _loaders(plain, material, size, str(learn.dls.device))
    material.begin(epoch)
    return size[1]


def _find(learn: Learner) -> float:
    """The rate in the valley of fastai's learning rate finder; the network is left as it was."""
    with tempfile.TemporaryDirectory() as folder, learn.no_logging():
        learn.path = Path(folder)
        lr = float(learn.lr_find(show_plot=False).valley)
    print(f"learning rate found: {lr:.2g}", flush=True)
    return lr


def _restore(learn: Learner, state: dict[str, Any]) -> None:
    learn.model.load_state_dict(state["model"])
    learn.create_opt()
    learn.opt.load_state_dict(state["opt"])
    print(f"continuing after epoch {len(state['rows'])}", flush=True)


def finish(
    plain: dict[str, Any], material: Material, net: torch.nn.Module, size: tuple[int, int], rows: list[dict[str, float]],
    out: Path, facts: dict[str, Any], device: str,
) -> None:  # fmt: skip
    """Score, draw and save what was learnt; model.json, the last file, says that the run is complete."""
    clear_hooks(net)
    model = Model(net.eval(), tuple(material.codes), size, tuple(MEAN), tuple(DEVIATION), device)
    scores, single = score(model, material.pair, material.valid)
    print(scores.table(model.codes))
    write_metrics(out / METRICS, rows)
    curves(rows, out / "curves.png")
    pairs = [material.pair(i) for i in spread(material.valid, SHOWN)]
    masks = segment(model, [picture for picture, _ in pairs])
    captions = [f"mean IoU {v:.2f}" for v in spread(single.tolist(), SHOWN)]
    shown = [(np.asarray(a), np.asarray(b), c, d) for (a, b), c, d in zip(pairs, masks, captions, strict=True)]
    sheet(shown, model.codes).save(out / "predictions.png")
    versions = {"python": platform.python_version(), **{name: version(name) for name in ("torch", "torchvision", "fastai")}}
    save(out, net, {
        "arch": plain["arch"], "codes": list(model.codes), "size": list(size), "mean": list(MEAN), "deviation": list(DEVIATION),
        **facts, **material.facts, "versions": versions, "scores": scores.summary(model.codes),
    })  # fmt: skip


def spread(values: list[Any], count: int) -> list[Any]:
    """At most `count` of the values, evenly spread."""
    return [values[i] for i in np.unique(np.linspace(0, len(values) - 1, count).round().astype(int))]


def _export(learn: Learner, out: Path) -> None:
    """fastai's own format, for those who want it."""
    clear_hooks(learn.model)
    learn.path = out
    learn.export("export.pkl")
    print(f"{out / 'export.pkl'}: this file is code; whoever loads it runs it, so load only your own")
