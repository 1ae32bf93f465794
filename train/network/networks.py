"""build: the networks: a slim U-Net for CPUs, and resnet18 and resnet34 U-Nets."""

import warnings
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from fastai.layers import NormType
from fastai.vision.learner import create_unet_model
from torch import nn

from raster import InputError
from train.network.small_unet import SmallUnet

ARCHITECTURES = ("small", "resnet18", "resnet34")
ENCODERS = ("net.encoder.", "net.layers.0.")  # what the names of its parameters begin with: of the small one, of fastai's
DOWN = 32  # pixels of the image to one of the deepest stage, in every architecture here
SPREAD = 4.0  # of a resnet's logits at first; at 1 the net cannot be sure of anything until it has learnt to scale them


def build(arch: str, classes: int, weights: str = "none") -> "Padded":
    """A network (B, 3, H, W) float -> (B, classes, H, W) logits, for any H and W.

    weights: none, imagenet (resnets only, from torchvision's cache), or a model.pth whose encoder fits. InputError.
    """
    if arch not in ARCHITECTURES:
        raise InputError(f"arch={arch}: choose one of {', '.join(ARCHITECTURES)}")
    if arch == "small" and weights == "imagenet":
        raise InputError("weights=imagenet: there are none for arch=small; use none, or arch=resnet18 or resnet34")
    net = Padded(SmallUnet(classes) if arch == "small" else _resnet(arch, classes, weights == "imagenet"))
    if weights not in ("none", "imagenet"):
        _load_encoder(net, Path(weights))
    return net


class Padded(nn.Module):
    """Any height and width for a network that needs multiples of DOWN: the edges are repeated, and cut off again.

    Batches are made channels-last, a quarter faster on a CPU. `mixed`: while it trains on a CPU, convolve in bfloat16.
    """

    def __init__(self, net: nn.Module):
        super().__init__()
        self.net, self.mixed = net, False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        height, width = x.shape[-2:]
        bottom, right = -height % DOWN, -width % DOWN
        if bottom or right:
            x = F.pad(x, (0, right, 0, bottom), mode="replicate")
        x = x.as_subclass(torch.Tensor).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.mixed and self.training):
            return self.net(x)[..., :height, :width]


def is_encoder(name: str) -> bool:
    """Whether a parameter of a network from build(), by its name, belongs to the encoder."""
    return name.startswith(ENCODERS)


def _resnet(arch: str, classes: int, imagenet: bool) -> nn.Module:
    """fastai's U-Net on all stages of a torchvision resnet but pooling and classifier."""
    import torchvision

    # Batch norm, also of the logits: from scratch, a net without it predicts only background for a long time. No last_cross:
    # half of the time goes into thin edges.
    options = {"last_cross": False, "norm_type": NormType.Batch}
    try:
        unet = create_unet_model(getattr(torchvision.models, arch), classes, (2 * DOWN, 2 * DOWN), imagenet, **options)
    except (OSError, RuntimeError, EOFError) as error:
        if not imagenet:
            raise
        why = f"not in torchvision's cache and cannot be downloaded ({error})"
        raise InputError(f"weights=imagenet: {why}; use weights=none") from None
    nn.init.constant_(unet.layers[-2][1].weight, SPREAD)
    return unet


def _load_encoder(net: nn.Module, path: Path) -> None:
    """Take the encoder's parameters from a state_dict on disk."""
    state, own = load_state(path), net.state_dict()
    encoder = {k: v for k, v in state.items() if is_encoder(k)}
    for key in filter(is_encoder, own):
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
