"""Muon: the optimizer of the small network, which learns the same from a third of the images that AdamW needs."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import torch

RATE = 3.0  # learning rate of the 3 x 3 convolutions, times that of the other parameters
MOMENTUM = 0.95
STEPS = 5  # of the iteration that makes an update orthogonal
A, B, C = 3.4445, -4.7750, 2.0315  # its polynomial a x + b x^3 + c x^5, which sends singular values to between 0.7 and 1.2


class Muon(torch.optim.AdamW):
    """Muon for 3 x 3 convolutions, AdamW for everything else. Jordan et al. 2024, "Muon: An optimizer for hidden layers".

    The weight of a convolution is a matrix (output channels, 9 * input channels). It moves by its gradient's momentum
    (Nesterov's) with all singular values made about 1, so that what is seldom seen is learnt as fast as what is common.
    torch.optim.Muon takes no convolutions; here those of one shape are moved at once, which is several times faster.
    """

    def __init__(self, params: Any, **options: Any):
        """params, options: as AdamW has them. Convolutions have RATE times its learning rate."""
        super().__init__(params, fused=True, **options)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> Any:
        """Move all parameters that have a gradient; those of convolutions are gone afterwards."""
        for group in self.param_groups:
            alike: dict[torch.Size, list[torch.Tensor]] = defaultdict(list)
            for weight in group["params"]:
                if weight.grad is not None and weight.ndim == 4 and weight.shape[2:] == (3, 3):
                    alike[weight.shape].append(weight)
            for weights in alike.values():
                self._move(weights, float(group["lr"]), float(group["weight_decay"]))
        return super().step(closure)

    def _move(self, weights: list[torch.Tensor], lr: float, decay: float) -> None:
        """Move convolutions of one shape, and drop their gradients, so that AdamW leaves them alone."""
        for weight in weights:
            if "momentum" not in self.state[weight]:
                self.state[weight]["momentum"] = torch.zeros_like(weight)
                self.state[weight]["step"] = torch.zeros(())  # AdamW wants it when a state is loaded
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        momenta = [self.state[weight]["momentum"] for weight in weights]
        torch._foreach_lerp_(momenta, gradients, 1 - MOMENTUM)
        ahead = torch._foreach_lerp(gradients, momenta, MOMENTUM)
        moves = orthogonal(torch.stack([each.flatten(1) for each in ahead]))
        for weight, move in zip(weights, moves, strict=True):
            weight.mul_(1 - lr * decay).add_(move.view_as(weight), alpha=-lr * RATE)
            weight.grad = None


def orthogonal(matrices: torch.Tensor) -> torch.Tensor:
    """Matrices (N, m, n) float32 with all singular values between 0.7 and 1.2, m <= n: about U V^T where they are U S V^T.

    A Newton-Schulz iteration. Each of its steps multiplies X by a polynomial in X X^T from the left, and polynomials in one
    matrix commute: so all steps are done on (m, m) matrices, and only their product is applied to X.
    """
    whole = matrices / (matrices.norm(dim=(1, 2), keepdim=True) + 1e-7)
    gram = whole @ whole.mT
    product = torch.eye(gram.shape[1], device=gram.device).expand_as(gram)
    for step in range(STEPS):
        factor = torch.baddbmm(gram, gram, gram, beta=B, alpha=C)
        factor.diagonal(dim1=1, dim2=2).add_(A)
        product = factor @ product
        if step < STEPS - 1:
            gram = factor @ gram @ factor
    return product @ whole
