"""raster completion: what the Tab key offers, and a bash in which it is pressed."""

import os
import pty
import shlex
import shutil
import signal
import subprocess
import sys

import pytest
from programs import HANG_S, ROOT

from raster.__main__ import COMMANDS
from raster.completion import completions
from raster.run.known_keys import names


def offered(line: str) -> list[str]:
    """What is offered at the end of a line, by a shell that divides words at blanks alone."""
    return completions(line, "" if line.endswith(" ") else line.split(" ")[-1])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("raster ge", ["generate "]),
        ("raster generate see", ["seed="]),
        ("raster generate ov", []),
        ("raster generate randomizers.light", ["randomizers.lights."]),
        ("raster generate n=4 randomizers.lights.shadows", ["randomizers.lights.shadows="]),
        ("raster generate ~randomizers.lens", ["~randomizers.lens."]),
        ("raster generate preset=fa", ["preset=fast"]),
        ("raster generate solids=[cube,to", ["solids=[cube,torus"]),
        ("raster generate +solids=", [f"+solids={name}" for name in names("solids")]),
        ("raster generate --mu", ["--multirun "]),
        ("raster generate --cfg j", ["job "]),
        ("raster generate --js", ["--json "]),
        ("raster generate --help ", ["all "]),
        ("raster --v", ["--version "]),
        ("raster preview fil", ["file="]),
        ("raster preview --", ["--help ", "--config-dir ", "--json ", "--version "]),
        ("raster export-scene dir", ["dir="]),
        ("raster generate dir", []),
        ("raster fit pres", ["preset="]),
        ("raster validate --", ["--help ", "--version ", "--shards ", "--json ", "--quiet "]),
        ("raster export form", ["format="]),
        ("raster export set format=pa", ["format=panoptic "]),
        ("raster export set min", ["min_visible_px=", "min_visibility="]),
        ("raster export --", ["--help ", "--version ", "--json ", "--quiet "]),
        ("raster compare --da", ["--data "]),
        ("raster compare --data ", []),
        ("raster doctor ", []),
        ("raster doctor --", ["--help ", "--version ", "--patience "]),
        ("raster completion ", ["bash ", "fish ", "zsh "]),
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


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_offers_its_help(command):
    assert offered(f"raster {command} --he") == ["--help "]


def test_files_and_folders_are_offered(tmp_path, monkeypatch):
    (tmp_path / "set-one").mkdir()
    (tmp_path / "set-one" / "a.png").touch()
    (tmp_path / ".hidden").touch()
    (tmp_path / "set two").mkdir()
    monkeypatch.chdir(tmp_path)
    assert offered("raster validate ") == ["set-one/"]
    assert offered("raster export se") == ["set-one/"]
    assert offered("raster export set-one to=se") == ["to=set-one/"]
    assert completions(f"raster fit data={tmp_path}/se", f"data={tmp_path}/se") == [f"data={tmp_path}/set-one/"]
    assert offered("raster generate --config-dir se") == ["set-one/"]
    assert offered("raster validate nowhere/") == []
    assert offered("raster compare --csv set-one/") == ["set-one/a.png "]


def test_what_bash_calls_a_word_is_replaced(monkeypatch):
    """bash divides words at the equals sign, which is a word of its own there."""
    assert completions("raster fit arch=", "=") == ["small ", "resnet18 ", "resnet34 "]
    assert completions("raster fit arch=res", "res") == ["resnet18 ", "resnet34 "]
    assert completions("raster generate solids=[cube,to", "[cube,to") == ["[cube,torus"]


TYPED = [
    ("raster gen", "raster generate "),
    ("raster generate randomizers.lights.shadow_t", "randomizers.lights.shadow_taps="),
    ("raster fit arch=resnet1", "arch=resnet18"),
    ("raster generate preset=hel", "preset=heldout"),
    ("raster generate --mu", "--multirun"),
]


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """Environment variables for a shell that finds raster as a program."""
    program = tmp_path / "raster"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m raster "$@"\n')
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PS1": "> ", "TERM": "dumb"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shell", "typed", "becomes"),
    [("bash --norc --noprofile -i", *each) for each in TYPED] + [("zsh -f -i", *each) for each in TYPED[-2:]],
)
def test_the_tab_key(shell, typed, becomes, environment):
    name, *flags = shell.split()
    if shutil.which(name) is None:
        pytest.skip(f"there is no {name}")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(name, [name, *flags], environment)
    signal.alarm(HANG_S)  # ends this process where the shell hangs
    try:
        before = "autoload -U compinit; compinit -u -D; " if name == "zsh" else ""
        os.write(terminal, f'{before}eval "$(raster completion {name})"; echo re""ady\n'.encode())
        until(terminal, b"ready")
        os.write(terminal, f"{typed}\t".encode())
        until(terminal, becomes.encode())
    finally:
        signal.alarm(0)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_the_tab_key_of_fish(environment):
    """fish says what its Tab key offers for a line."""
    script = "raster completion fish | source; " + "; ".join(f"complete -C '{typed}'" for typed, _ in TYPED)
    said = subprocess.run(["fish", "-c", script], env=environment, capture_output=True, text=True, timeout=HANG_S, check=True)
    assert said.stdout.split() == [becomes.split()[-1] for _, becomes in TYPED]


def until(terminal: int, text: bytes) -> None:
    """Read from a terminal until it has shown a text."""
    seen = b""
    while text not in seen:
        seen += os.read(terminal, 4096)
