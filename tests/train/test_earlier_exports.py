"""An export.pkl of an earlier version names modules that have moved: loading it is one clear error."""

import importlib
import sys
from types import ModuleType

import pytest
from small_sets import torch

from raster import InputError

pytestmark = pytest.mark.slow
# What an export.pkl named before the modules moved into folders, in the order of the file.
EARLIER = [
    ("train.augment", "Photometric"), ("train.data", "Take"), ("train.nets", "Padded"), ("train.small", "SmallUnet"),
    ("train.loss", "Overlap"), ("train.epochs", "Confusion"), ("train.data.loaders", "PairItem"),
]  # fmt: skip


@pytest.mark.parametrize(("module", "name"), EARLIER)
def test_loading_an_earlier_export_says_what_to_do(module, name, tmp_path, monkeypatch):
    from fastai.learner import load_learner

    earlier = ModuleType(module)
    setattr(earlier, name, type(name, (), {"__module__": module}))
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, module, earlier)
        torch.save(getattr(earlier, name)(), tmp_path / "export.pkl")
    with pytest.raises(
        InputError, match=rf"^{module}.*: this export\.pkl was made by an earlier version.* train again"
    ) as error:
        load_learner(tmp_path / "export.pkl")
    assert "\n" not in str(error.value)


def test_other_missing_names_stay_what_they_are():
    with pytest.raises(ModuleNotFoundError, match=r"train\.nowhere"):
        importlib.import_module("train.nowhere")
    assert not hasattr(importlib.import_module("train.data"), "nothing")
