"""Tests of DataLoader workers that draw: none, forked, spawned, each with its own source or with that of its parent."""

import os
import subprocess
import sys

import pytest
from programs import HANG_S, ROOT

pytestmark = pytest.mark.slow

SCRIPT = """
import raster
from torch.utils.data import DataLoader, Dataset
OPTIONS = ["size=32", "preset=fast", "batch=1"]
class Drawn(Dataset):
    def __init__(self, source=None):
        self.source = source
    def __len__(self):
        return 3
    def __getitem__(self, number):
        self.source = self.source or raster.ImageSource.of(OPTIONS)
        return next(self.source.frames(number, 1)).layers["color"][0]
def total(data, *start):
    workers = {"num_workers": 1, "multiprocessing_context": start[0]} if start else {}
    try:
        return sum(int(images.long().sum()) for images in DataLoader(data, 2, **workers))
    except Exception as error:
        return str(error).splitlines()[-1]
if __name__ == "__main__":
    print(total(Drawn(), "fork"))  # the first to draw
    source = raster.ImageSource.of(OPTIONS)
    print(total(Drawn(source)))
    print(total(Drawn(source), "spawn"))
    print(total(Drawn(source), "fork"))
"""


def test_workers_draw_or_are_refused_at_once(tmp_path):
    (tmp_path / "program.py").write_text(SCRIPT)
    command = [sys.executable, "-W", "ignore", "program.py"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=HANG_S)
    assert done.returncode == 0, done.stderr
    forked, here, spawned, refused = done.stdout.splitlines()
    assert int(forked) == int(here) == int(spawned) > 0
    assert refused.endswith('OpenGL was opened before this process was forked: start workers with "spawn", not "fork"')
