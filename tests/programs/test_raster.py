"""The program raster: it finds its commands by name, in a checkout too where another folder is called train."""

import pytest
from programs import ROOT, run

import raster
from raster.__main__ import COMMANDS


def raster_program(folder, *words: str, code: int = 0) -> str:
    """What `python -m raster` prints in a folder outside the checkout."""
    done = run("-m", "raster", *words, cwd=folder, PYTHONPATH=str(ROOT))
    assert done.returncode == code, done.stderr
    return done.stderr if code else done.stdout


def test_it_tells_its_version(tmp_path):
    assert raster_program(tmp_path, "--version") == f"raster {raster.__version__}\n"
    assert f"version: {raster.__version__}\n" in (ROOT / "CITATION.cff").read_text()


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("help",)])
def test_it_lists_all_commands_and_exit_codes(words, tmp_path):
    said = raster_program(tmp_path, *words)
    assert {line.split()[0] for line in said.splitlines() if line.startswith("  ")} >= set(COMMANDS)
    assert all(f" {code} " in " ".join(said.split()) for code in (0, 1, 2, 130, 143))


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("fti", "fti: there is no such command; did you mean fit?"),
        ("n=5", "n=5: there is no such command; raster generate n=5"),
        ("qqqqq", "qqqqq: there is no such command; raster --help lists them"),
    ],
)
def test_an_unknown_command_is_told_in_one_line(word, told, tmp_path):
    assert raster_program(tmp_path, word, code=2) == f"error: {told}\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("validate", "nowhere"),
        ("evaluate", "model: expected model=FOLDER"),
        ("fit", "give data=FOLDER"),
        ("predict", "model: expected model=FOLDER"),
    ],
)
def test_commands_run_where_another_folder_is_called_train(command, told, tmp_path):
    (tmp_path / "train.py").write_text("raise SystemExit('the other train')")
    said = raster_program(tmp_path, command, *(["nowhere"] if command == "validate" else []), code=2)
    assert said.startswith("error: ")
    assert told in said
    assert said.count("\n") == 1
