"""Tests of raster.run.own_code: a set is not continued with other modules or shaders than those that it was begun with."""

import shutil
import sys
import warnings
from pathlib import Path

import orjson
import pytest
from own_components import CHOSEN
from programs import complaint, generate_here

import raster
from raster.dataset import manifest
from raster.passes import Pass
from raster.run.config import load_config
from raster.run.file_digests import file_digests
from raster.run.own_code import own_code
from raster.run.own_folder import use_folder
from raster.run.setup import build_setup

SMALL = ("preset=fast", "n=2", "size=32", "workers=1")


def test_a_run_without_own_code_has_no_digest():
    plain = load_config([*SMALL])
    assert own_code(plain, build_setup(plain).passes) is None


@pytest.fixture
def own(tmp_path, mine) -> Path:
    """A copy of the user's folder, to be changed."""
    return Path(shutil.copytree(mine, tmp_path / "own"))


def test_modules_shaders_and_what_they_include_count(own, modules_forgotten):
    (own / "shade.glsl").write_text("// one\n")
    (own / "depth.frag").write_text('#include "shade.glsl"\n' + (own / "depth.frag").read_text())
    (own / "unused.py").write_text("")
    use_folder(own)
    plain = load_config([*SMALL, *CHOSEN], own)
    passes = build_setup(plain, own).passes
    seen = {own_code(plain, passes)}
    for name in ("my_module.py", "depth.frag", "shade.glsl"):
        (own / name).write_text((own / name).read_text() + "\n")
        seen.add(own_code(plain, passes))
    assert len(seen) == 4
    (own / "unused.py").write_text("1\n")
    (own / "pages.md").write_text("1\n")
    assert own_code(plain, passes) in seen


def test_files_of_one_name_in_two_folders_count_both(own, modules_forgotten):
    use_folder(own)
    text = "#version 430\nvoid main() {}\n"
    for name in ("a", "b"):
        (own / name).mkdir()
        (own / name / "x.frag").write_text(text)
    passes = tuple(Pass(str(own / name / "x.frag"), {}) for name in ("a", "b"))
    seen = {own_code({}, passes)}
    for name in ("a", "b"):
        (own / name / "x.frag").write_text(text + "\n")
        seen.add(own_code({}, passes))
    assert len(seen) == 3


@pytest.mark.slow
def test_a_set_drawn_with_other_code_is_said_to_be_when_it_is_opened(own, modules_forgotten):
    use_folder(own)
    plain = load_config([*SMALL, *CHOSEN], own)
    setup = build_setup(plain, own)
    held = {**manifest.start({**plain, **file_digests(plain, setup)}, 2, setup.classes), "renderers": []}
    assert held["configuration"]["code"]
    manifest.write(own, held)

    def told() -> list[str]:
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            raster.open(own, config_dir=own).release()
        return [str(each.message) for each in found]

    assert told() == []
    (own / "depth.frag").write_text((own / "depth.frag").read_text() + "\n")
    assert told() == [f"{own}: its Python modules or shaders of your own are not those that it was drawn with"]


def test_a_module_anywhere_counts_once_it_is_imported(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    path = tmp_path / "elsewhere_of_own_code.py"
    path.write_text("class Dim:\n    pass\n")
    plain = {"randomizers": {"dim": {"_target_": "elsewhere_of_own_code.Dim"}, "not": None}, "n": [3]}
    assert own_code(plain, (Pass("phong.frag", {}),)) is None
    __import__("elsewhere_of_own_code")
    try:
        before = own_code(plain, ())
        path.write_text("class Dim:\n    ...\n")
        assert None is not before != own_code(plain, ())
    finally:
        del sys.modules["elsewhere_of_own_code"]


@pytest.mark.slow
def test_a_changed_module_or_shader_is_named_when_a_run_resumes(tmp_path, own):
    words = (f"--config-dir={own}", *SMALL, *CHOSEN, "out=set")
    generate_here(tmp_path, *words)
    assert generate_here(tmp_path, *words).splitlines()[-1].startswith("complete: ")
    for name in ("my_module.py", "depth.frag"):
        text = (own / name).read_text()
        (own / name).write_text(text + "\n")
        said = complaint(generate_here(tmp_path, *words, code=2))
        assert said.startswith("error: out=set: Python modules or shaders of your own are not those that it was begun with")
        (own / name).write_text(text)
    path = tmp_path / "set" / "manifest.json"
    held = orjson.loads(path.read_bytes())
    del held["configuration"]["code"]  # as an earlier version left it
    path.write_bytes(orjson.dumps(held))
    assert generate_here(tmp_path, *words).splitlines()[-1].startswith("complete: ")
