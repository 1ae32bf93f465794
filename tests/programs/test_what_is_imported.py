"""Tests of what a program imports: one that only answers, with help or with what is wrong, waits for nothing that draws.

And one that draws waits for nothing that only own meshes, reports or training need.
"""

import pytest
from programs import run

HEAVY = ("PIL", "isal", "mapbox_earcut", "moderngl", "multiprocessing", "mujoco", "numpy.ma", "numpy.random", "orjson", "pyrr",
         "raster.rendering", "raster.run.setup", "raster.run.workers", "scipy", "torch", "tqdm", "trimesh")  # fmt: skip
NOT_FOR_SOLIDS = ("fsspec", "mapbox_earcut", "mujoco", "pyarrow", "scipy", "torch", "tqdm", "trimesh")
ANSWER = """
import sys
from raster.generate import main
sys.argv = ["raster generate", *sys.argv[1:]]
try:
    main()
except SystemExit as ended:
    print("ended with", ended.code)
print("imported:", *sys.modules)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("word", "ends"), [("--help", None), ("n=abc", 2), ("size=big", 2), ("bogus=1", 2), ("nosuch", 2)])
def test_an_answer_imports_nothing_that_draws(word, ends):
    done = run("-c", ANSWER, word)
    assert ("ended with 2" in done.stdout) == (ends == 2)
    imported = done.stdout.rpartition("imported: ")[2].split()
    assert "raster.run.config" in imported
    assert sorted(set(imported) & set(HEAVY)) == []


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["fast", "default", "realistic"])
def test_drawing_solids_imports_nothing_that_they_do_not_need(preset, tmp_path):
    done = run("-c", ANSWER, f"preset={preset}", "n=2", "size=16", "workers=1", "quiet=true", f"out={tmp_path}/set")
    imported = done.stdout.rpartition("imported: ")[2].split()
    assert "raster.rendering.renderer" in imported
    assert sorted(set(imported) & set(NOT_FOR_SOLIDS)) == []
