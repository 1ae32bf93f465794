"""Tests of raster.generate against bad shaders, folders that cannot be used, and a machine without EGL."""

import os
import shutil

import pytest
from fakes import stamps
from programs import complaint, generate
from usual_configuration import CUBE, configure

from raster.errors import InputError
from raster.generate import main
from raster.gl import egl


def test_a_shader_that_does_not_compile(tmp_path, given):
    shader = tmp_path / "bad.frag"
    shader.write_text("// Colour, with a mistake.\n#version 430\n\nout vec4 color;\nvoid main() { color = vec4(nowhere); }\n")
    line = given({"passes.color.shader": str(shader)})
    assert line.startswith(f"{shader}:5: ")
    assert "nowhere" in line


def test_a_shader_that_is_not_there(tmp_path, given):
    assert given({"passes.color.shader": str(tmp_path / "no.frag")}).startswith(f"{tmp_path / 'no.frag'}: cannot read")


def test_a_shader_with_an_include_that_is_not_there(tmp_path, given):
    shader = tmp_path / "bad.frag"
    shader.write_text('#version 430\n#include "nonesuch.glsl"\nvoid main() {}\n')
    assert "nonesuch.glsl: cannot read this shader" in given({"passes.color.shader": str(shader)})


@pytest.mark.parametrize("place", ["file", "file/set", "/proc/set", "locked/set"])
def test_an_out_that_cannot_be_written(place, tmp_path, monkeypatch, ended):
    if place == "locked/set" and os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "locked").mkdir(mode=0o500)
    configure(monkeypatch, {"out": str(tmp_path / place)})
    assert str(tmp_path / place) in ended()
    assert (tmp_path / "file").read_text() == "in the way"
    assert sorted(os.listdir(tmp_path)) == ["file", "locked"]


def test_a_folder_that_holds_something_else(out, monkeypatch, ended):
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    before = stamps(out)
    configure(monkeypatch, {"out": str(out)})
    assert ended().startswith(f"out={out}: holds notes.txt but no manifest.json")
    assert stamps(out) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": 1}, "seed is 0 there and 1 here"),
        ({"seed": 1, "size": 48, "randomizers.camera.jitter": 0}, "seed is 0 there and 1 here"),
        ({"size": [32, 48]}, "size is [32,32] there and [32,48] here"),
        ({"valid": 0.5}, "valid is 0.2 there and 0.5 here"),
        ({"samples": 4}, "samples is 1 there and 4 here"),
        ({"randomizers.camera.jitter": 0, "writers.x": None}, "randomizers.camera.jitter is [0,0.35] there and 0 here"),
        ({"randomizers.lights": None}, "randomizers.lights is present there and null here"),
        ({"solids.box": CUBE}, "solids.box is absent there and present here"),
        ({"n": 3}, "n is 4 there and 3 here"),
    ],
)
def test_another_configuration_into_the_same_folder(changes, said, made, monkeypatch, ended):
    before = stamps(made)
    configure(monkeypatch, {"out": str(made), **changes})
    line = ended()
    assert line.startswith(f"out={made}: {said}")
    assert line.endswith(f"choose another out, or remove {made} to start afresh")
    assert stamps(made) == before


@pytest.mark.parametrize("what", ["more images", "a missing image"])
def test_a_set_that_cannot_be_drawn_on_stays_complete(what, made, out, monkeypatch, ended):
    """More images, or one in place of one that is lost, on a device that there is not."""
    shutil.copytree(made, out)
    if what == "a missing image":
        (out / "images" / "000001.png").unlink()
    before = stamps(out)
    configure(monkeypatch, {"out": str(out), "n": 6 if what == "more images" else 4, "gl.device": 99})
    assert ended().startswith("gl.device=99: ")
    assert stamps(out) == before


def test_a_complete_set_needs_no_egl(made, monkeypatch, capsys):
    def refuse() -> None:
        raise InputError("there is no EGL")

    monkeypatch.setattr(egl, "devices", refuse)
    configure(monkeypatch, {"out": str(made)})
    main()
    assert "complete: " in capsys.readouterr().out


@pytest.mark.slow
def test_without_egl(tmp_path):
    err = generate(tmp_path, "n=2", "out=set", code=2, env={"__EGL_VENDOR_LIBRARY_FILENAMES": "/nonexistent"})
    assert err.count("\n") == 1
    assert complaint(err).startswith("error: ")
    assert "__EGL_VENDOR_LIBRARY_FILENAMES=/nonexistent" in err
    assert os.listdir(tmp_path) == []
