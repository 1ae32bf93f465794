"""benchmarks.transfer: its domains can be drawn, and what it does to pictures leaves their labels on them."""

import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from programs import run_here, run_programs_here
from small_sets import data_set

from benchmarks.domains import DOMAINS, SIZE, change_images
from raster.run.config import load_config
from raster.run.setup import build_setup

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.name)
def test_a_domain_can_be_drawn(domain):
    setup = build_setup(load_config([*domain.overrides, f"size={SIZE}"]))  # refuses ranges that cannot be
    assert list(setup.sampler(0, 4).index) == [0, 1, 2, 3]


def test_a_photograph_stands_only_behind(tmp_path):
    folder = data_set(tmp_path / "set", count=3)
    before = [np.asarray(Image.open(path), float) for path in sorted((folder / "images").iterdir())]
    change_images(folder, "photograph")
    for number, path in enumerate(sorted((folder / "images").iterdir())):
        after, label = np.asarray(Image.open(path), float), np.asarray(Image.open(folder / "labels" / path.name))
        change = np.abs(after - before[number]).mean(axis=2)
        assert change[label > 0].mean() < 25  # JPEG only
        assert change[label == 0].mean() > 30
    assert len({path.read_bytes() for path in (folder / "images").iterdir()}) == 3


def test_a_worse_camera_keeps_the_scene(tmp_path):
    folder = data_set(tmp_path / "set", count=3)
    before = [np.asarray(Image.open(path), float).ravel() for path in sorted((folder / "images").iterdir())]
    change_images(folder, "camera")
    for number, path in enumerate(sorted((folder / "images").iterdir())):
        after = np.asarray(Image.open(path), float).ravel()
        assert np.corrcoef(before[number], after)[0, 1] > 0.7
        assert np.abs(before[number] - after).mean() > 1


@pytest.mark.slow
def test_the_program_scores_every_domain(tmp_path, monkeypatch):
    from train.network.networks import build  # here, since fastai takes seconds to load
    from train.network.saved import save

    codes = ["background", "cube", "sphere", "cylinder"]
    run = tmp_path / "run"
    run.mkdir()
    facts = {"arch": "small", "codes": codes, "size": [64, 64], "mean": [0.5] * 3, "deviation": [0.2] * 3}
    save(run, build("small", 4), facts)
    path_traced = tmp_path / "path_traced"
    program = ["benchmarks.path_tracer", "n=2", "size=32", "workers=2", f"out={path_traced}"]
    subprocess.run([sys.executable, "-m", *program], check=True, capture_output=True, timeout=1200)
    out = tmp_path / "out.json"
    run_programs_here(monkeypatch, tmp_path, "benchmarks.domains")
    words = (str(run), "--n", "2", "--path-traced", str(path_traced), "--out", str(out))
    printed = run_here(tmp_path, "benchmarks.transfer", *words)
    rows = json.loads(out.read_text())["domains"]
    assert [row["domain"] for row in rows] == [*(domain.name for domain in DOMAINS), "another renderer"]
    assert all(row["images"] == 2 and row["domain"] in printed for row in rows)
    assert out.with_suffix(".jpg").exists()
