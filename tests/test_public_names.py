"""Tests of the public names of raster: each has a docstring with an example that compiles; help(raster) lists them all."""

import doctest
import inspect
import pydoc
import re

import pytest
from hydra.core.hydra_config import HydraConfig

import raster

PUBLIC = [*raster.__all__, "open"]
# Their examples draw, write, or read what is not there; all others are run.
NOT_RUN = {"Drawer", "Frames", "ImageSource", "Pass", "Renderer", "SampledValues", "open", "open_shards", "overlay", "render",
           "require_fastai", "run_hydra", "verify", "verify_export", "write_atomic", "write_file"}  # fmt: skip


def examples(name: str) -> doctest.DocTest:
    """The example in the docstring of a public name."""
    text = inspect.getdoc(getattr(raster, name)) or ""
    return doctest.DocTestParser().get_doctest(text, {}, name, None, None)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_an_example_that_compiles(name):
    found = examples(name)
    assert found.examples, f"raster.{name} has no example"
    for example in found.examples:
        compile(example.source, name, "single")
    assert re.match(r"[A-Z]", inspect.getdoc(getattr(raster, name)) or ""), "a sentence comes first"


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(PUBLIC) - NOT_RUN))
def test_examples_that_draw_and_write_nothing_do_as_they_say(name, monkeypatch):
    monkeypatch.setattr(HydraConfig.instance(), "cfg", None)  # an earlier test of this process may have run a sweep
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    said: list[str] = []
    runner.run(examples(name), out=said.append)
    assert runner.failures == 0, "".join(said)


def test_the_examples_that_are_not_run_are_public_names():
    assert set(PUBLIC) >= NOT_RUN


def test_the_docstring_names_every_public_name_and_no_other():
    listed = re.findall(r"^    ([A-Za-z_, ]+?)  +[a-zA-Z]", raster.__doc__, re.M)
    names = {name.strip() for row in listed for name in row.split(",")}
    assert names == set(PUBLIC) - {"Drawer"}  # its other name is ImageSource


def test_dir_and_help_show_the_public_names():
    assert set(PUBLIC) <= set(dir(raster))
    assert not [name for name in dir(raster) if name not in PUBLIC and not name.startswith("__")]
    page = pydoc.plain(pydoc.render_doc(raster))
    for name in PUBLIC:
        assert re.search(rf"\b{name}\b", page)


def test_importing_everything_leaves_pythons_open_alone():
    names: dict[str, object] = {}
    exec("from raster import *; kept = open", names)
    assert names["kept"] is open
    assert raster.open is not open
