"""Tests of components that cannot be imported: the message says what is missing, and where it was looked for."""

import sys

import pytest

from raster.errors import InputError
from raster.run.config import load_config
from raster.run.own_folder import folders_used
from raster.run.setup import build_setup

FILES = {"lacks_it": "def wedgy(): ...\n", "needs_more": "import nonesuch_dep\n", "bad_text": "def f(:\n", "raises": "1 / 0\n"}


@pytest.fixture(autouse=True)
def fresh(monkeypatch, modules_forgotten):
    """No folder was used before, and no module of one test is there in the next."""
    monkeypatch.setattr("raster.run.own_folder._used", {})
    yield
    for name in FILES:
        sys.modules.pop(name, None)


def refused(folder, target: str) -> str:
    """What is said of a solid with this _target_."""
    words = ["preset=fast", "size=32", f"+solids.mine={{_target_: {target}}}"]
    with pytest.raises(InputError) as error:
        build_setup(load_config(words, folder), folder)
    return str(error.value).removeprefix(f"solids.mine._target_={target}: ")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("lacks_it.wedge", "FOLDER/lacks_it.py has no wedge; did you mean wedgy?"),
        ("lacks_it.Wedgy.make", "FOLDER/lacks_it.py has no Wedgy; did you mean wedgy?"),
        ("needs_more.wedge", "needs_more needs the module nonesuch_dep, which is not installed"),
        ("bad_text.wedge", "FOLDER/bad_text.py, line 1: invalid syntax"),
        ("raises.wedge", "the module raises raises ZeroDivisionError('division by zero')"),
    ],
)
def test_what_is_wrong_with_a_module(target, said, tmp_path):
    for name, text in FILES.items():
        (tmp_path / f"{name}.py").write_text(text)
    assert refused(tmp_path, target) == said.replace("FOLDER", str(tmp_path))


def test_where_a_module_was_looked_for(tmp_path):
    own = "one of your own stands in the folder that --config-dir=FOLDER names"
    assert refused(None, "nonesuch.wedge") == f"there is no module nonesuch among the installed packages; {own}"
    said = f"there is no module nonesuch, neither in {tmp_path} (--config-dir) nor among the installed packages"
    assert refused(tmp_path, "nonesuch.wedge") == said
    assert folders_used() == [tmp_path]
