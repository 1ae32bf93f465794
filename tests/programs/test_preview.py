"""Tests of raster.preview and of printing: what is no option there, and a reader that goes away."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from programs import HANG_S, ROOT

from raster.dataset.files import file_name
from raster.preview import main, read_set

pytestmark = pytest.mark.slow


def test_images_beyond_a_million_come_by_number(tmp_path):
    """Their names have seven digits, and as text they stand before those of six."""
    (tmp_path / "codes.txt").write_text("background\n")
    for folder, shape in (("images", (2, 2, 3)), ("labels", (2, 2))):
        (tmp_path / folder).mkdir()
        for number in (999_998, 999_999, 1_000_000, 1_000_001):
            Image.fromarray(np.full(shape, number % 256, np.uint8)).save(tmp_path / folder / file_name(number))
        (tmp_path / folder / ".999999.png.1.2.tmp").touch()
    for first, count, expected in ((999_999, 2, [999_999, 1_000_000]), (1_000_000, 9, [1_000_000, 1_000_001])):
        images, labels, _ = read_set(tmp_path, first, count)
        assert [image[0, 0, 0] for image in images] == [label[0, 0] for label in labels] == [each % 256 for each in expected]


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
