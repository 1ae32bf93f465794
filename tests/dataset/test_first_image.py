"""Tests of data sets whose images do not begin with number 0."""

import subprocess

import numpy as np
import pytest
from fakes import build, claim, contents, fake_batch

from raster.dataset.verify import verify
from raster.errors import InputError


def later(out, n=4, first=2):
    return build(out, n, first=first)


def test_images_and_records_are_those_of_the_set_from_0_on(tmp_path):
    build(tmp_path / "whole")
    later(tmp_path / "later")
    whole, part = contents(tmp_path / "whole"), contents(tmp_path / "later")
    files = [f"{folder}/{i:06d}.png" for folder in ("images", "labels") for i in range(2, 6)]
    assert [name for name in part if "/" in name] == files
    assert [part[name] for name in files] == [whole[name] for name in files]
    assert part["scenes.jsonl"].splitlines() == whole["scenes.jsonl"].splitlines()[2:]
    assert part["valid.txt"].split() == [name for name in whole["valid.txt"].split() if int(name[:6]) >= 2]
    assert verify(tmp_path / "later")["images"] == 4


def test_its_digest_is_what_sha256sum_says(tmp_path):
    digest = later(tmp_path)["digest"]
    command = "sha256sum codes.txt images/*.png labels/*.png scenes.jsonl valid.txt | sha256sum"
    said = subprocess.run(f"LC_ALL=C; {command}", shell=True, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert said.stdout.split()[0] == digest


def test_an_interrupted_one_is_completed_and_a_damaged_one_is_mended(tmp_path):
    later(tmp_path / "whole")
    out = tmp_path / "set"
    with claim(out, 4, first=2) as dataset:
        assert dataset.missing.tolist() == [2, 3, 4, 5]
    later(out)
    assert contents(out) == contents(tmp_path / "whole")
    (out / "labels" / "000005.png").unlink()
    (out / "images" / "000003.png").write_bytes(b"other")
    with claim(out, 4, first=2) as dataset:
        assert dataset.missing.tolist() == [3, 5]
    later(out)
    assert contents(out) == contents(tmp_path / "whole")
    assert later(out) == {}


def test_it_may_grow_but_not_begin_elsewhere(tmp_path):
    later(tmp_path, 2)
    with pytest.raises(InputError, match=r"first is 2 there and 1 here"):
        later(tmp_path, 3, first=1)
    assert later(tmp_path, 4)["counts"]["images"] == 4
    assert verify(tmp_path)["images"] == 4


@pytest.mark.parametrize("number", [1, 6])
def test_images_of_other_numbers_are_refused(number, tmp_path):
    later(tmp_path)
    (tmp_path / "images" / f"{number:06d}.png").write_bytes((tmp_path / "images" / "000002.png").read_bytes())
    for job in (verify, later):
        with pytest.raises(InputError, match=rf"{number:06d}.png: does not belong to .* 4 images, numbers 2 to 5; move it"):
            job(tmp_path)


def test_a_damaged_record_is_named_by_its_line(tmp_path):
    later(tmp_path)
    path = tmp_path / "scenes.jsonl"
    path.write_text(path.read_text().replace('"index":3', '"index":7'))
    with pytest.raises(InputError, match=r"scenes.jsonl line 2: index is 7, expected 3"):
        verify(tmp_path)


def test_names_grow_by_a_digit_and_stay_in_c_order(tmp_path):
    manifest = later(tmp_path, 4, first=999_998)
    names = sorted(path.name for path in (tmp_path / "images").iterdir())
    assert names == ["1000000.png", "1000001.png", "999998.png", "999999.png"]
    assert manifest["digest"] == verify(tmp_path)["digest"]
    assert fake_batch(np.array([999_999])).records[0]["index"] == 999_999
