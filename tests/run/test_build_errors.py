"""Tests of components that cannot be imported: the message says what is missing, and where it was looked for."""

import sys

import pytest

from raster.errors import InputError
from raster.run.config import load_config
from raster.run.own_folder import folders_used
from raster.run.setup import build_setup

OWN_SHAPES = """\
from raster.solids.cube import cube


def wedge(width=1, *, height=2):
    low, high = width
    return cube(low - high)
"""
FILES = {"lacks_it": "def wedgy(): ...\n", "needs_more": "import nonesuch_dep\n", "bad_text": "def f(:\n", "raises": "1 / 0\n",
         "own_shapes": OWN_SHAPES}  # fmt: skip


@pytest.fixture(autouse=True)
def fresh(monkeypatch, modules_forgotten):
    """No folder was used before, and no module of one test is there in the next."""
    monkeypatch.setattr("raster.run.own_folder._used", {})
    yield
    for name in FILES:
        sys.modules.pop(name, None)


def refused(folder, target: str, values: str = "") -> str:
    """What is said of a solid with this _target_ and these values."""
    words = ["preset=fast", "size=32", f"+solids.mine={{_target_: {target}{values}}}"]
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
        ("wedge", "write MODULE.NAME, as my_module.wedge for the wedge of my_module.py"),
        ("raises.wedge", "the module raises raises ZeroDivisionError('division by zero')"),
    ],
)
def test_what_is_wrong_with_a_module(target, said, tmp_path):
    for name, text in FILES.items():
        (tmp_path / f"{name}.py").write_text(text)
    assert refused(tmp_path, target) == said.replace("FOLDER", str(tmp_path))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            ", width: 3",
            ": its own code failed with these values, in FILE, line 5: TypeError: cannot unpack non-iterable int object",
        ),
        (", width: [a, b]", ": its own code failed with these values, in FILE, line 6: TypeError: unsupported operand type(s)"),
        (", widht: 3", ": wedge() got an unexpected keyword argument 'widht'; did you mean width?"),
        (", fog: 3", ": wedge() got an unexpected keyword argument 'fog'; it takes width, height"),
        (
            ', "width 3": null',
            ": wedge() got an unexpected keyword argument 'width 3'; did you mean width? Keys are written KEY: VALUE",
        ),
    ],
)
def test_what_is_wrong_with_values_of_ones_own_component(values, said, tmp_path):
    (tmp_path / "own_shapes.py").write_text(OWN_SHAPES)
    told = refused(tmp_path, "own_shapes.wedge", values)
    assert told.startswith("solids.mine" + said.replace("FILE", f"{tmp_path}/own_shapes.py"))


def test_own_code_of_an_installed_package_is_named_too(tmp_path, monkeypatch):
    (tmp_path / "own_shapes.py").write_text(OWN_SHAPES)
    monkeypatch.syspath_prepend(tmp_path)
    told = refused(None, "own_shapes.wedge", ", width: 3")
    assert told.startswith(
        f"solids.mine: its own code failed with these values, in {tmp_path}/own_shapes.py, line 5: TypeError: "
    )


def test_where_a_module_was_looked_for(tmp_path):
    own = "one of your own stands in the folder that --config-dir=FOLDER names"
    assert refused(None, "nonesuch.wedge") == f"there is no module nonesuch among the installed packages; {own}"
    said = f"there is no module nonesuch, neither in {tmp_path} (--config-dir) nor among the installed packages"
    assert refused(tmp_path, "nonesuch.wedge") == said
    assert folders_used() == [tmp_path]
