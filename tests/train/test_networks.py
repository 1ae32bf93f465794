"""Networks take every size, encoders of other runs and bfloat16; the loss is what its formula says."""

import numpy as np
import pytest
from small_sets import torch

from train.network.networks import build, is_encoder

pytestmark = pytest.mark.slow


def test_every_architecture_takes_every_size():
    for arch in ("small", "resnet18", "resnet34"):
        net = build(arch, 5).eval()
        with torch.no_grad():
            assert net(torch.zeros(1, 3, 40, 70)).shape == (1, 5, 40, 70)
    assert sum(p.numel() for p in build("small", 4).parameters()) < 2_000_000


@pytest.mark.parametrize("arch", ["small", "resnet18"])
def test_the_encoder_of_another_run_is_taken_and_learns_slower(tmp_path, arch):
    from train.learning.learner import _encoder_and_rest

    state = build(arch, 3).state_dict()
    torch.save(state, tmp_path / "model.pth")
    net = build(arch, 7, str(tmp_path / "model.pth"))
    names = [name for name in state if is_encoder(name)]
    assert 20 < len(names) < len(state)
    assert all(torch.equal(net.state_dict()[name], state[name]) for name in names)
    encoder, rest = _encoder_and_rest(net)
    assert len(encoder) + len(rest) == len(list(net.parameters()))
    assert len(encoder) == sum(is_encoder(name) for name, _ in net.named_parameters())


def test_a_small_net_is_a_whole_one_in_bfloat16_too():
    torch.manual_seed(0)
    net, x = build("small", 4).train(), torch.randn(2, 3, 64, 64)
    exact = net(x)
    net.mixed = True
    assert net(x).dtype == torch.bfloat16
    torch.testing.assert_close(net(x).float(), exact, atol=0.1, rtol=0.1)
    assert net.eval()(x).dtype == torch.float32


def test_the_loss_equals_plain_numpy():
    from train.network.loss import CrossEntropyDiceLoss

    random = np.random.default_rng(0)
    logits, ids = random.normal(size=(2, 3, 5, 7)), random.integers(0, 3, (2, 5, 7))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    entropy = -np.log(np.take_along_axis(shares, ids[:, None], axis=1)).mean()
    dice = [(2 * shares[:, c][ids == c].sum() + 1) / (shares[:, c].sum() + (ids == c).sum() + 1) for c in range(3)]
    loss = CrossEntropyDiceLoss()(torch.tensor(logits, dtype=torch.float32), torch.tensor(ids))
    assert float(loss) == pytest.approx(entropy + 1 - np.mean(dice), rel=1e-5)
    perfect = torch.nn.functional.one_hot(torch.tensor(ids), 3).movedim(-1, 1) * 50.0
    assert float(CrossEntropyDiceLoss()(perfect, torch.tensor(ids))) < 1e-4
