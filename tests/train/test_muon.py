"""Muon: updates of convolutions are orthogonal, everything else moves as AdamW moves it, and its state can be kept."""

import numpy as np
import pytest
import torch
from torch import nn

from train.learning.muon import MOMENTUM, RATE, STEPS, A, B, C, Muon, orthogonal

pytestmark = pytest.mark.slow


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.Conv2d(8, 8, 3), nn.Conv2d(8, 2, 1)
    )


def train(net: nn.Module, optimizer: torch.optim.Optimizer, steps: int, first: int = 0) -> None:
    for k in range(first, first + steps):
        torch.manual_seed(k)
        net(torch.randn(2, 3, 10, 10)).square().mean().backward()
        optimizer.step()
        optimizer.zero_grad()


def test_all_singular_values_become_about_one():
    torch.manual_seed(0)
    left, right = torch.linalg.qr(torch.randn(2, 16, 16))[0], torch.linalg.qr(torch.randn(2, 72, 16))[0]
    values = torch.logspace(0, -2, 16)
    found = orthogonal(5.0 * left * values @ right.mT)
    inner = left.mT @ found @ right  # the same singular vectors
    diagonal = torch.diagonal(inner, dim1=1, dim2=2)
    assert ((diagonal > 0.6) & (diagonal < 1.25)).all()
    assert (inner - torch.diag_embed(diagonal)).abs().max() < 1e-4


def test_it_is_the_iteration_that_the_paper_states():
    torch.manual_seed(1)
    matrix = torch.randn(12, 40, dtype=torch.float64)
    expected = matrix / matrix.norm()
    for _ in range(STEPS):
        gram = expected @ expected.T
        expected = A * expected + (B * gram + C * gram @ gram) @ expected
    found = orthogonal(matrix.float()[None])[0]
    assert (found - expected).abs().max() < 1e-4


def test_the_first_step_of_a_convolution():
    net = network()
    before, conv = net[3].weight.detach().clone(), net[3].weight
    optimizer = Muon(net.parameters(), lr=0.01, weight_decay=0.1)
    net(torch.randn(4, 3, 10, 10)).square().mean().backward()
    gradient = conv.grad.clone()
    optimizer.step()
    ahead = (1 - MOMENTUM) * gradient + MOMENTUM * (1 - MOMENTUM) * gradient  # Nesterov: any positive factor is divided out
    u, _, vh = torch.linalg.svd(ahead.flatten(1), full_matrices=False)
    move = (before * (1 - 0.001) - conv.detach()).flatten(1) / (0.01 * RATE)
    strong = torch.diagonal(u.T @ move @ vh.T)[:3]
    assert ((strong > 0.6) & (strong < 1.25)).all()
    assert conv.grad is None


def test_what_is_no_3_x_3_convolution_moves_as_adamw_moves_it():
    one, other = network(), network()
    for net, kind in ((one, Muon), (other, torch.optim.AdamW)):
        optimizer = kind(net.parameters(), lr=0.01, weight_decay=0.1)
        net(torch.ones(1, 3, 10, 10)).square().mean().backward()
        optimizer.step()
    for (name, a), b in zip(one.named_parameters(), other.parameters(), strict=True):
        if a.ndim != 4 or a.shape[2:] != (3, 3):
            np.testing.assert_allclose(a.detach(), b.detach(), rtol=1e-5, atol=1e-7, err_msg=name)
        else:
            assert (a - b).abs().max() > 1e-3, name


def test_a_run_that_is_continued_from_its_state_moves_the_same():
    whole, half = network(), network()
    optimizer = Muon(whole.parameters(), lr=0.01)
    train(whole, optimizer, 6)
    first = Muon(half.parameters(), lr=0.01)
    train(half, first, 3)
    second = Muon(half.parameters(), lr=0.01)
    second.load_state_dict(first.state_dict())
    train(half, second, 3, first=3)
    for a, b in zip(whole.parameters(), half.parameters(), strict=True):
        assert torch.equal(a, b)
