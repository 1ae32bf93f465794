"""Tests of raster.command_line: one line for bad words, one way to write a flag, the name that was typed."""

import argparse
import sys
from contextlib import suppress

import pytest
from programs import complaint

import raster
from raster import doctor, validate
from raster.__main__ import COMMANDS, main
from raster.command_line import Arguments, program_name
from raster.errors import InputError


@pytest.fixture
def arguments(monkeypatch) -> Arguments:
    """Those of a program that was started as `raster count`."""
    monkeypatch.setattr(sys, "argv", ["raster count"])
    made = Arguments("Counts.")
    made.add_argument("folder")
    made.add_argument("--most", type=int)
    made.add_argument("--quiet", action="store_true")
    made.add_argument("--inner", help=argparse.SUPPRESS)
    return made


def test_a_flag_is_written_either_way(arguments):
    for words in (["x", "--quiet"], ["x", "quiet=true"], ["quiet=true", "x"]):
        assert arguments.read(words).quiet is True
    assert arguments.read(["x", "quiet=false"]).quiet is False
    assert arguments.read(["most=true"]).folder == "most=true"  # which takes a value, so this is a folder


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "the following arguments are required: folder; raster count --help tells what it takes"),
        (["x", "--most", "many"], "--most: invalid int value: 'many'; raster count --help tells what it takes"),
        (["x", "--loud"], "unrecognized arguments: --loud; raster count --help tells what it takes"),
        (["x", "quiet=yes"], "unrecognized arguments: quiet=yes; raster count --help tells what it takes"),
    ],
)
def test_bad_words_are_one_error(words, told, arguments):
    with pytest.raises(InputError) as refused:
        arguments.read(words)
    assert str(refused.value) == told


@pytest.mark.parametrize("command", COMMANDS)
def test_every_program_tells_the_version_of_raster(command, monkeypatch, capsys):
    """Not that of Hydra, which runs some of them."""
    monkeypatch.setattr(sys, "argv", ["raster", command, "--version"])
    with suppress(SystemExit):
        main()
    assert capsys.readouterr().out == f"raster {raster.__version__}\n"


def test_help_shows_what_it_knows(arguments, capsys):
    assert [action.dest for action in arguments.told] == ["help", "version", "folder", "most", "quiet"]
    with pytest.raises(SystemExit) as ended:
        arguments.read(["--help"])
    assert not ended.value.code
    assert capsys.readouterr().out.startswith("usage: raster count [-h]")


def test_a_program_has_the_name_that_was_typed(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["raster validate"])
    assert program_name() == "raster validate"
    assert validate.parser().prog == doctor.parser().prog == "raster validate"


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_validate_without_a_folder_is_one_line(words, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["raster validate", *words])
    with pytest.raises(SystemExit) as ended:
        validate.main()
    assert ended.value.code == 2
    assert complaint(capsys.readouterr().err).startswith("error: the following arguments are required: OUT; raster validate --")
