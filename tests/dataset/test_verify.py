"""Tests of raster.validate and raster.dataset.verify: a sound set passes, an unfinished one is told so; one line of error."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from damage import describe, forge, scale_rotation, set_morph
from fakes import build, part, stamps
from PIL import Image

import raster.dataset.verify as verify_module
from raster.dataset.verify import verify
from raster.errors import InputError
from raster.validate import main


def test_a_sound_set_passes_and_is_left_alone(sound, capsys, monkeypatch):
    before = stamps(sound)
    found = verify(sound)
    held = json.loads((sound / "manifest.json").read_text())
    assert (found["images"], found["train"], found["valid"], found["objects"]) == (6, 4, 2, 30)
    assert found["digest"] == held["digest"]
    monkeypatch.setattr(sys, "argv", ["validate", str(sound)])
    main()
    printed = capsys.readouterr().out
    assert printed.startswith(f"valid: 6 images (4 train, 2 valid), 30 objects, digest {held['digest']}, ")
    assert stamps(sound) == before


def strip(record: dict) -> None:
    for entry in record["objects"]:
        del entry["visible_px"], entry["bbox"]


@pytest.mark.parametrize("change", [strip, set_morph()], ids=["without boxes", "with a morph"])
def test_what_need_not_be_there_may_be_missing_and_the_other_way_round(change, out):
    for index in range(6):
        forge(out, index, change)
    with pytest.raises(InputError, match=r"manifest\.json: digest is") as caught:  # nothing else is wrong
        verify(out)
    describe(out, digest=str(caught.value).split()[-1])
    assert verify(out)["objects"] == 30


@pytest.mark.slow
def test_processes_find_the_same(tmp_path, monkeypatch):
    """The lowest image is named first, however many look for it; progress comes to the end."""
    out, told = tmp_path / "set", list[tuple[int, int]]()
    build(out, n=40)
    monkeypatch.setattr(verify_module, "_SHARE", 10)
    found = verify(out, 3, lambda done, total: told.append((done, total)))
    assert {**found, "seconds": 0} == {**verify(out), "seconds": 0}
    assert told[-1] == (40, 40)
    assert told == sorted(told)
    for number in (39, 17, 18, 33):
        (out / "images" / f"{number:06d}.png").unlink()
    with pytest.raises(InputError, match=r"images/000017\.png: cannot be read: No such file"):
        verify(out, 3)


def run(*arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "raster.validate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])


@pytest.mark.slow
def test_the_program_says_one_line_and_exits_with_2(out, tmp_path):
    forge(out, 2, scale_rotation)
    done = run(out)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"error: {out}/scenes.jsonl line 3 (images/000002.png): ")
    done = run(tmp_path)
    assert (done.returncode, done.stderr) == (2, f"error: {tmp_path}: is not a data set: it has no manifest.json\n")
    assert run(tmp_path / "gone").returncode == 2
    assert "OUT" in run("-h").stdout


def test_an_incomplete_set_comes_with_the_command_that_completes_it(tmp_path):
    part(tmp_path, [1])
    with pytest.raises(InputError, match=rf"incomplete; .* raster\.generate out={tmp_path} n=6 and the overrides"):
        verify(tmp_path)
    (tmp_path / ".hydra").mkdir()
    overrides = "- n=3\n- out=elsewhere\n- randomizers.camera.fov_deg=[30,40]\n- 'name=${seed} a'\n"
    (tmp_path / ".hydra" / "overrides.yaml").write_text(overrides)
    with pytest.raises(InputError) as caught:
        verify(tmp_path)
    words = f"out={tmp_path} n=6 'randomizers.camera.fov_deg=[30,40]' 'name=${{seed}} a'"
    assert str(caught.value).endswith(f"to finish it: python -m raster.generate {words}")


def test_reading_a_label_leaves_pillows_guard_against_huge_pictures(sound):
    """The limit is one for the whole process: who verifies a set and then draws with pictures of his own needs it still."""
    before = Image.MAX_IMAGE_PIXELS
    verify(sound)
    assert before is not None
    assert before == Image.MAX_IMAGE_PIXELS
