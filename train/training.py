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
from fastai.vision.all import Learner, OptimWrapper, ProgressCallback, noop, set_seed

from train.data import DEVIATION, MEAN, loaders
from train.epochs import CHECKPOINT, METRICS, Confusion, Epochs, read_checkpoint, write_metrics
from train.figures import curves, sheet
from train.infer import segment
from train.loss import Overlap
from train.material import FolderMaterial, StreamMaterial
from train.nets import build, clear_hooks
from train.saved import Model, save
from train.scoring import score

SHOWN = 8  # validation images in predictions.png
SLOWER = 0.3  # the second round's rate to the first's
Material = FolderMaterial | StreamMaterial


def train(plain: dict[str, Any], material: Material, out: Path, told: str, device: str) -> None:
    """Train, score the validation images at their own size, write the run's files, print the table. InputError."""
    began = time.perf_counter()
    set_seed(plain["seed"] % 2**32)
    net = build(plain["arch"], len(material.codes), plain["weights"])
    size = f"{sum(p.numel() for p in net.parameters()) / 1e6:.2f} M parameters"
    images = f"{len(material.train)} images an epoch, {len(material.valid)} for validation"
    print(f"out: {out}\n{plain['arch']}, {size}, on {device}, CPU threads {torch.get_num_threads()}; {images}", flush=True)
    state = read_checkpoint(out / CHECKPOINT, told)
    rows, lr = (state["rows"], state["lr"]) if state else ([], plain["lr"])
    learn, first = None, 0
    for size_px, epochs, factor in rounds(plain):
        skipped = min(max(len(rows) - first, 0), epochs)  # that an earlier run has done
        if skipped < epochs:
            learn = learner(plain, material, net, size_px, device)
            lr = _find(learn) if lr == "find" else lr
            if state:
                _restore(learn, state, with_optimizer=skipped > 0)
            writes = Epochs(out, told, plain["seed"], size_px[1], first, rows, lr, material.begin)
            learn.fit_one_cycle(epochs, lr * factor, start_epoch=skipped, cbs=writes)
            state = None
        first += epochs
    if state:  # all epochs were done, and then it was interrupted
        net.load_state_dict(state["model"])
    learn = learn or (learner(plain, material, net, size_px, device) if plain["export"] else None)
    facts = {"configuration": json.loads(told), "lr": lr, "seconds": round(sum(row["seconds"] for row in rows), 1)}
    finish(plain, material, net, rows, out, facts, device)
    if plain["export"]:
        _export(learn, out)
    (out / CHECKPOINT).unlink()
    print(f"done in {time.perf_counter() - began:.0f} s, {facts['seconds']:.0f} s of it training and validation: {out}")


def rounds(plain: dict[str, Any]) -> list[tuple[tuple[int, int], int, float]]:
    """(height, width) px, epochs and factor of the learning rate of each round."""
    first = (tuple(plain["size"]), plain["epochs"], 1.0)
    return [first, ((plain["then_size"],) * 2, plain["then_epochs"], SLOWER)] if plain["then_size"] else [first]


def learner(plain: dict[str, Any], material: Material, net: torch.nn.Module, size: tuple[int, int], device: str) -> Learner:
    """fastai's Learner for one round; it prints nothing by itself."""
    numbers = (material.train, material.valid, material.codes)
    dls = loaders(material.read(size), *numbers, plain["batch"], plain["augment"], device, material.shuffle)
    fused = partial(OptimWrapper, opt=torch.optim.AdamW, fused=True)  # several times faster a step than fastai's Adam
    learn = Learner(dls, net.to(device), Overlap(), opt_func=fused, wd=0.01, metrics=[Confusion(len(material.codes))])
    learn.logger = noop  # the callback Epochs prints
    learn.remove_cbs([cb for cb in learn.cbs if isinstance(cb, ProgressCallback)])  # it floods logs
    return learn.to_fp16() if plain["amp"] and device == "cuda" else learn


def _find(learn: Learner) -> float:
    """The rate in the valley of fastai's learning rate finder; the network is left as it was."""
    with tempfile.TemporaryDirectory() as folder, learn.no_logging():
        learn.path = Path(folder)
        lr = float(learn.lr_find(show_plot=False).valley)
    print(f"learning rate found: {lr:.2g}", flush=True)
    return lr


def _restore(learn: Learner, state: dict[str, Any], with_optimizer: bool) -> None:
    learn.model.load_state_dict(state["model"])
    if with_optimizer:
        learn.create_opt()
        learn.opt.load_state_dict(state["opt"])
    print(f"continuing after epoch {len(state['rows'])}", flush=True)


def finish(
    plain: dict[str, Any], material: Material, net: torch.nn.Module, rows: list[dict[str, float]], out: Path,
    facts: dict[str, Any], device: str,
) -> None:  # fmt: skip
    """Score, draw and save what was learnt; model.json, the last file, says that the run is complete."""
    clear_hooks(net)
    size = rounds(plain)[-1][0]
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
