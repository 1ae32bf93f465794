"""raster completion: what the Tab key offers, and a bash in which it is pressed."""

import os
import pty
import shlex
import shutil
import signal
import sys

import pytest
from programs import HANG_S, ROOT

from raster import preview
from raster.completion import OWN, completions
from raster.run.hydra_messages import names

bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")


def offered(line: str) -> list[str]:
    """What is offered at the end of a line, by a shell that divides words at blanks alone."""
    return completions(line, "" if line.endswith(" ") else line.split(" ")[-1])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("raster ge", ["generate "]),
        ("raster generate see", ["seed="]),
        ("raster generate randomizers.light", ["randomizers.lights."]),
        ("raster generate n=4 randomizers.lights.shadows", ["randomizers.lights.shadows="]),
        ("raster generate ~randomizers.lens", ["~randomizers.lens."]),
        ("raster generate preset=fa", ["preset=fast"]),
        ("raster generate solids=[cube,to", ["solids=[cube,torus"]),
        ("raster generate +solids=", [f"+solids={name}" for name in names("solids")]),
        ("raster generate --mu", ["--multirun "]),
        ("raster generate --cfg j", ["job "]),
        ("raster preview fil", ["file="]),
        ("raster fit arch=resnet1", ["arch=resnet18 "]),
        ("raster fit amp=", ["amp=true ", "amp=false "]),
        ("raster evaluate split=v", ["split=valid "]),
        ("raster predict seed", []),
        ("raster nothing x", []),
    ],
)
def test_what_is_offered(line, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert offered(line) == expected


def test_the_own_options_of_preview_are_offered():
    assert {key.rstrip("=") for key in OWN["preview"]} == set(preview.OPTIONS)


def test_files_and_folders_are_offered(tmp_path, monkeypatch):
    (tmp_path / "set-one").mkdir()
    (tmp_path / "set-one" / "a.png").touch()
    (tmp_path / ".hidden").touch()
    (tmp_path / "set two").mkdir()
    monkeypatch.chdir(tmp_path)
    assert offered("raster validate ") == ["set-one/"]
    assert completions(f"raster fit data={tmp_path}/se", f"data={tmp_path}/se") == [f"data={tmp_path}/set-one/"]
    assert offered("raster generate --config-dir se") == ["set-one/"]
    assert offered("raster validate nowhere/") == []


def test_what_bash_calls_a_word_is_replaced(monkeypatch):
    """bash divides words at the equals sign, which is a word of its own there."""
    assert completions("raster fit arch=", "=") == ["small ", "resnet18 ", "resnet34 "]
    assert completions("raster fit arch=res", "res") == ["resnet18 ", "resnet34 "]
    assert completions("raster generate solids=[cube,to", "[cube,to") == ["[cube,torus"]


@bash
@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "becomes"),
    [("raster gen", b"raster generate "), ("raster generate randomizers.lights.shadow_t", b"randomizers.lights.shadow_taps="),
     ("raster fit arch=resnet1", b"arch=resnet18 "), ("raster generate preset=hel", b"preset=heldout")],
)  # fmt: skip
def test_the_tab_key_of_bash(typed, becomes, tmp_path):
    program = tmp_path / "raster"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m raster "$@"\n')
    program.chmod(0o755)
    pid, terminal = pty.fork()
    if pid == 0:
        environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PS1": "> ", "TERM": "dumb"}
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], environment)
    signal.alarm(HANG_S)  # ends this process where the shell hangs
    try:
        os.write(terminal, b'eval "$(raster completion bash)"; echo re""ady\n')
        until(terminal, b"ready")
        os.write(terminal, f"{typed}\t".encode())
        until(terminal, becomes)
    finally:
        signal.alarm(0)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def until(terminal: int, text: bytes) -> None:
    """Read from a terminal until it has shown a text."""
    seen = b""
    while text not in seen:
        seen += os.read(terminal, 4096)
