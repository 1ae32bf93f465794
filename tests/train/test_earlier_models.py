"""A model.pth of version 0.2, whose network had fewer layers, is still read and used."""

import numpy as np
import pytest
from PIL import Image
from small_sets import torch

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("shallow", "parameters"), [(True, 702_928), (False, 1_656_080)])
def test_small_networks_of_both_depths_load(shallow, parameters, tmp_path):
    from train.network.networks import build
    from train.network.saved import load, save
    from train.network.segment import segment

    torch.manual_seed(0)
    net = build("small", 4, shallow=shallow).eval()
    facts = {"arch": "small", "codes": ["background", "cube", "sphere", "cylinder"], "size": [64, 64]}
    save(tmp_path, net, {**facts, "mean": [0.5] * 3, "deviation": [0.2] * 3})
    model = load(tmp_path)
    assert sum(p.numel() for p in model.net.parameters()) == parameters
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    x = (torch.from_numpy(pixels).permute(2, 0, 1)[None] / 255 - 0.5) / 0.2
    np.testing.assert_array_equal(segment(model, [Image.fromarray(pixels)])[0], net(x).argmax(1)[0].numpy())
