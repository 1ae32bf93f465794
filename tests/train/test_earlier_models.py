"""A model.pth of version 0.2.0, whose small network had fewer layers, is still used, and its encoder taken."""

import hashlib

import numpy as np
import pytest
from PIL import Image
from small_sets import FACTS, torch

from train.network.networks import Padded, build
from train.network.saved import load, save
from train.network.segment import segment
from train.network.small_unet import SmallUnet

pytestmark = pytest.mark.slow


@pytest.fixture
def earlier():
    torch.manual_seed(0)
    return Padded(SmallUnet(3, shallow=True)).eval()


def test_its_parameters_are_those_of_the_earlier_version():
    """The hash is of the names and shapes that version 0.2.0 wrote, for four classes."""
    state = SmallUnet(4, shallow=True).state_dict()
    told = "".join(f"net.{name} {list(tensor.shape)}\n" for name, tensor in state.items())
    assert hashlib.sha256(told.encode()).hexdigest()[:16] == "277a44712f3888e4"


def test_it_predicts_what_it_did(earlier, tmp_path):
    save(tmp_path, earlier, FACTS)
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    x = (torch.from_numpy(pixels).permute(2, 0, 1)[None] / 255 - 0.5) / 0.2
    found = segment(load(tmp_path), [Image.fromarray(pixels)])[0]
    np.testing.assert_array_equal(found, earlier(x).argmax(1)[0].numpy())
    assert len(np.unique(found)) > 1


def test_its_encoder_is_taken(earlier, tmp_path):
    torch.save(earlier.state_dict(), tmp_path / "model.pth")
    net = build("small", 7, str(tmp_path / "model.pth"))
    for name, tensor in earlier.state_dict().items():
        assert torch.equal(net.state_dict()[name], tensor) == name.startswith("net.encoder") or tensor.numel() < 100
    save(tmp_path, net, {**FACTS, "codes": list("abcdefg")})
    assert len(load(tmp_path).codes) == 7
