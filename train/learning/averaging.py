"""Averaging: keeps a running mean of a network's weights during training, which is better than the last weights."""

from typing import Any

import torch
from fastai.vision.all import Callback
from torch import nn

DECAY = 0.998  # share of the mean that stays at a step: it spans about the last 500 steps
WARM_UP = 10  # steps: at step n the share is at most (n + 1) / (n + 10), so that the first weights are soon forgotten


class Averaging(Callback):
    """Exponential moving average of all weights and batch norm statistics (Polyak & Juditsky 1992; as in Tarvainen 2017).

    `mean` holds it by name. While validating, the network has these weights; afterwards it trains on with its own.
    """

    order = 55  # after the optimizer's step, before Epochs writes the checkpoint

    def __init__(self, net: nn.Module, state: dict[str, Any] | None = None):
        """state: what state() gave in an earlier run, to go on from."""
        self.mean = {name: value.detach().clone() for name, value in net.state_dict().items()}
        self.steps = 0
        if state:
            self.steps = state["steps"]
            for name, value in state["mean"].items():
                self.mean[name].copy_(value)

    def state(self) -> dict[str, Any]:
        """For a checkpoint: the mean and the number of steps."""
        return {"mean": self.mean, "steps": self.steps}

    def after_step(self) -> None:
        """Move the mean towards the weights after a step of training."""
        share = min(DECAY, (self.steps + 1) / (self.steps + WARM_UP))
        self.steps += 1
        with torch.no_grad():
            for name, value in self.model.state_dict().items():
                if value.is_floating_point():
                    self.mean[name].lerp_(value, 1 - share)
                else:
                    self.mean[name].copy_(value)

    def before_validate(self) -> None:
        """Put the mean into the network, and keep its own weights aside."""
        self.own = {name: value.detach().clone() for name, value in self.model.state_dict().items()}
        self.model.load_state_dict(self.mean)

    def after_validate(self) -> None:
        """Put the own weights back."""
        self.model.load_state_dict(self.own)
