"""build, empty: create a network: a small U-Net for CPUs, or a U-Net on resnet18 or resnet34. load_state reads a state_dict."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from raster import InputError, open_regular

from ..learning.require_fastai import require_fastai
from .small_unet import SHALLOW, SmallUnet

ARCHITECTURES = ("small", "resnet18", "resnet34")
ENCODERS = ("net.encoder.", "net.layers.0.")  # prefixes of parameter names: of SmallUnet, of fastai's U-Net
DEEPEST = "net.encoder.4.0.weight"  # a parameter of small: the first convolution of the deepest stage
STRIDE = 32  # image pixels along one side of a pixel of the deepest stage, in every architecture here
LOGIT_SCALE = 4.0  # of a resnet's logits at the start; with 1 all probabilities are near each other for many steps


def build(arch: str, classes: int, weights: str = "none") -> "Padded":
    """A network that maps images (B, 3, H, W) float, normalized, to logits (B, classes, H, W), for any H and W.

    weights: none, imagenet (resnets only, from torchvision's cache or download), or the path of a model.pth, whose encoder
    is taken. InputError for an unknown arch, and for weights that are missing or do not fit.
    """
    if arch == "small" and weights == "imagenet":
        raise InputError("weights=imagenet: there are none for arch=small; use none, or arch=resnet18 or resnet34")
    if weights in ("none", "imagenet"):
        return empty(arch, classes, imagenet=weights == "imagenet")
    state = load_state(Path(weights))
    net = empty(arch, classes, like=state)
    _load_encoder(net, state, weights)
    return net


def empty(arch: str, classes: int, like: Mapping[str, Any] | None = None, imagenet: bool = False) -> "Padded":
    """A network of this architecture, not trained, or with an encoder trained on ImageNet.

    like: a state_dict that it shall fit. Those of small up to version 0.2.0 are of a network with fewer layers. InputError for
    an unknown arch.
    """
    if arch not in ARCHITECTURES:
        raise InputError(f"arch={arch}: choose one of {', '.join(ARCHITECTURES)}")
    if arch != "small":
        return Padded(_resnet(arch, classes, imagenet))
    deepest = (like or {}).get(DEEPEST)
    return Padded(SmallUnet(classes, shallow=deepest is not None and len(deepest) == SHALLOW[0][-1]))


class Padded(nn.Module):
    """Lets a network that needs multiples of STRIDE take any height and width: pads by repeating edges, crops the result.

    Batches are converted to channels-last, which is a quarter faster on a CPU. `mixed`: convolve in bfloat16 during
    training on a CPU.
    """

    def __init__(self, net: nn.Module):
        super().__init__()
        self.net, self.mixed = net, False

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, 3, H, W) float -> (B, classes, H, W)."""
        height, width = x.shape[-2:]
        bottom, right = -height % STRIDE, -width % STRIDE
        if bottom or right:
            x = F.pad(x, (0, right, 0, bottom), mode="replicate")
        x = x.as_subclass(torch.Tensor).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.mixed and self.training):
            return self.net(x)[..., :height, :width]


def is_encoder(name: str) -> bool:
    """Whether the parameter of this name, in a network from build(), belongs to the encoder."""
    return name.startswith(ENCODERS)


def _resnet(arch: str, classes: int, imagenet: bool) -> nn.Module:
    """fastai's U-Net with a torchvision resnet, without its pooling and classifier, as encoder."""
    require_fastai()
    import torchvision
    from fastai.layers import NormType
    from fastai.vision.learner import create_unet_model

    # Batch norm, also of the logits: trained from scratch without it, the net predicts only background for a long time.
    # No last_cross: that layer, at full resolution, takes half of the time and improves thin edges only.
    options = {"last_cross": False, "norm_type": NormType.Batch}
    try:
        unet = create_unet_model(getattr(torchvision.models, arch), classes, (2 * STRIDE, 2 * STRIDE), imagenet, **options)
    except (OSError, RuntimeError, EOFError) as error:
        if not imagenet:
            raise
        why = f"not in torchvision's cache and cannot be downloaded ({error})"
        raise InputError(f"weights=imagenet: {why}; use weights=none") from None
    nn.init.constant_(unet.layers[-2][1].weight, LOGIT_SCALE)
    return unet


def _load_encoder(net: nn.Module, state: dict[str, Any], path: str) -> None:
    """Copy the encoder's parameters from a state_dict, read from `path`, into `net`. InputError if they do not fit."""
    own = net.state_dict()
    encoder = {key: value for key, value in state.items() if is_encoder(key)}
    for key in filter(is_encoder, own):
        if key not in encoder or encoder[key].shape != own[key].shape:
            raise InputError(f"weights={path}: its encoder does not fit (at {key}); choose the arch that it was trained with")
    net.load_state_dict(encoder, strict=False)


def load_state(path: Path) -> dict[str, Any]:
    """Read a state_dict without executing anything in the file. InputError for a missing file or other contents."""
    try:
        with warnings.catch_warnings():  # torch warns of foreign pickles before it refuses them
            warnings.simplefilter("ignore")
            with open_regular(path) as file:
                state = torch.load(file, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file; expected the model.pth of a training run") from None
    except Exception:  # torch raises many types here, and its messages advise to load the file unsafely
        raise InputError(f"{path}: not a state_dict that can be loaded safely; nothing in it was executed") from None
    if not isinstance(state, dict) or not all(isinstance(v, torch.Tensor) for v in state.values()):
        raise InputError(f"{path}: holds something else than a state_dict (a dict of tensors)")
    return state


def clear_hooks(net: nn.Module) -> None:
    """Free the activations of the last batch, which the hooks of fastai's U-Net keep."""
    for module in net.modules():
        hook = getattr(module, "hook", None)
        if hook is not None and hasattr(hook, "stored"):
            hook.stored = None
