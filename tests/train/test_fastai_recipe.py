"""The recipe of docs/getting-started.md: what valid.txt names is held out, class names stay whole."""

import re

import pytest
from programs import ROOT
from small_sets import data_set

pytestmark = pytest.mark.slow


def test_fastai_reads_the_classes_and_the_split(tmp_path, monkeypatch):
    demo = data_set(tmp_path / "demo", count=7, valid=2)
    (demo / "codes.txt").write_text("background\nred cube\nsmall ball\n")
    (demo / "valid.txt").write_text("000001.png\n000004.png\n")  # not those that any share would give
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "getting-started.md").read_text()
    (recipe,) = [block for block in re.findall(r"^```python\n(.*?)^```", page, re.M | re.S) if "fastai" in block]
    names: dict = {}
    exec(recipe, names)
    loaders = names["loaders"]
    assert sorted(path.name for path in loaders.valid_ds.items) == ["000001.png", "000004.png"]
    assert len(loaders.train_ds) == 5
    assert [step.codes for step in loaders.after_item.fs if hasattr(step, "codes")] == [
        ["background", "red cube", "small ball"]
    ]
    images, masks = loaders.one_batch()
    assert tuple(images.shape[:2]) == (2, 3)
    assert tuple(masks.shape) == (2, 64, 64)
    assert 0 < int(masks.max()) <= 2
