"""Tests of raster.preview and of printing: what is no option there, and a reader that goes away."""

import subprocess
import sys

import pytest
from programs import HANG_S, ROOT

from raster.preview import main

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("word", ["n=6", "out=demo", "--n=6"])
def test_what_preview_would_overwrite_is_refused(word, tmp_path):
    command = [sys.executable, "-m", "raster.preview", word, f"file={tmp_path / 'sheet.png'}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=HANG_S)
    assert done.returncode == 2
    assert done.stderr == f"error: {word}: is no option here; count= says how many images, and file= where they go\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("word", ["count=4", "seed=3"])
def test_an_option_with_dashes(word, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["preview", f"file={tmp_path / 'sheet.png'}", *f"--{word}".split("=")])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    assert capsys.readouterr().err == f"error: --{word.replace('=', ' ')}: options are written without dashes: {word}\n"
    assert not list(tmp_path.iterdir())


def test_a_reader_of_the_help_that_goes_away_sees_no_error():
    """As with `--help | head`: the pipe is closed before anything is printed."""
    command = [sys.executable, "-m", "raster.generate", "--help"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(HANG_S) == 0
