"""build: the networks: a slim U-Net for CPUs, and resnet18 and resnet34 U-Nets."""

import warnings
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from fastai.layers import NormType
from fastai.vision.models.unet import DynamicUnet
from torch import nn

from raster.errors import InputError

ARCHITECTURES = ("small", "resnet18", "resnet34")
WIDTHS = (12, 24, 48, 64, 64)  # channels of the small encoder's stages, each at half the size of the one before
ENCODER = "net.layers.0."  # what the names of its parameters begin with
DOWN = 32  # pixels of the image to one of the deepest stage, in every architecture here
SPREAD = 4.0  # of the logits at first; at 1 the net cannot be sure of anything until it has learnt to scale them


def build(arch: str, classes: int, weights: str = "none") -> nn.Module:
    """A network (B, 3, H, W) float -> (B, classes, H, W) logits, for any H and W.

    weights: none, imagenet (resnets only, from torchvision's cache), or a model.pth whose encoder fits. InputError.
    """
    if arch not in ARCHITECTURES:
        raise InputError(f"arch={arch}: choose one of {', '.join(ARCHITECTURES)}")
    encoder = small_encoder() if arch == "small" else _resnet(arch, weights == "imagenet")
    if arch == "small" and weights == "imagenet":
        raise InputError("weights=imagenet: there are none for arch=small; use none, or arch=resnet18 or resnet34")
    # Batch norm, also of the logits: from scratch, a net without it predicts only background for a long time. No last_cross:
    # half of the time goes into thin edges.
    unet = DynamicUnet(encoder, classes, (2 * DOWN, 2 * DOWN), last_cross=False, norm_type=NormType.Batch)
    nn.init.constant_(unet.layers[-2][1].weight, SPREAD)
    net = Padded(unet)
    if weights not in ("none", "imagenet"):
        _load_encoder(net, Path(weights))
    return net


class Padded(nn.Module):
    """Any height and width for a network that needs multiples of DOWN: the edges are repeated, and cut off again."""

    def __init__(self, net: nn.Module):
        super().__init__()
        self.net = net

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        height, width = x.shape[-2:]
        bottom, right = -height % DOWN, -width % DOWN
        if bottom or right:
            x = F.pad(x, (0, right, 0, bottom), mode="replicate")
        return self.net(x)[..., :height, :width]


def small_encoder() -> nn.Sequential:
    """(B, 3, H, W) -> (B, 64, H / 32, W / 32) in five stages."""
    stages = [_stage(a, b) for a, b in zip((3, *WIDTHS), WIDTHS, strict=False)]
    return nn.Sequential(*stages)


def _stage(into: int, out: int) -> nn.Sequential:
    return nn.Sequential(_convolution(into, out, stride=2), _convolution(out, out, stride=1))


def _convolution(into: int, out: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU(inplace=True))


def _resnet(arch: str, imagenet: bool) -> nn.Sequential:
    """All stages of a torchvision resnet but pooling and classifier."""
    import torchvision

    weights = torchvision.models.get_model_weights(arch).DEFAULT if imagenet else None
    try:
        whole = torchvision.models.get_model(arch, weights=weights)
    except (OSError, RuntimeError) as error:
        why = f"not in torchvision's cache and cannot be downloaded ({error})"
        raise InputError(f"weights=imagenet: {why}; use weights=none") from None
    return nn.Sequential(*list(whole.children())[:-2])


def _load_encoder(net: nn.Module, path: Path) -> None:
    """Take the encoder's parameters from a state_dict on disk."""
    state, own = load_state(path), net.state_dict()
    encoder = {k: v for k, v in state.items() if k.startswith(ENCODER)}
    for key in (k for k in own if k.startswith(ENCODER)):
        if key not in encoder or encoder[key].shape != own[key].shape:
            raise InputError(f"weights={path}: its encoder does not fit (at {key}); choose the arch that it was trained with")
    net.load_state_dict(encoder, strict=False)


def load_state(path: Path) -> dict[str, Any]:
    """A state_dict file, read without executing anything in it. InputError for what is not one."""
    try:
        with warnings.catch_warnings():  # torch remarks on pickles of another make before it refuses them
            warnings.simplefilter("ignore")
            state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file; expected the model.pth of a training run") from None
    except Exception:  # torch raises many kinds here, all of them of one meaning, and advises to load it unsafely
        raise InputError(f"{path}: not a state_dict that can be loaded safely; nothing in it was executed") from None
    if not isinstance(state, dict) or not all(isinstance(v, torch.Tensor) for v in state.values()):
        raise InputError(f"{path}: holds something else than a state_dict (a dict of tensors)")
    return state


def clear_hooks(net: nn.Module) -> None:
    """Let go of the activations that the U-Net's hooks keep from the last batch."""
    for module in net.modules():
        hook = getattr(module, "hook", None)
        if hook is not None and hasattr(hook, "stored"):
            hook.stored = None
