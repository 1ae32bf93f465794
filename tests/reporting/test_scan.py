"""Tests of the reading of scenes.jsonl: by ranges or whole, in order or not, it counts the same; damage is told."""

from itertools import pairwise

import numpy as np
import pytest
from reported_sets import HIDDEN, image, thing, write_set

from raster.errors import InputError
from raster.reporting import scan as scan_module
from raster.reporting.quantities import QUANTITIES
from raster.reporting.scan import Range, count_range, read_records, scan


@pytest.fixture(scope="module")
def some(tmp_path_factory):
    """The records of 30 images."""
    random = np.random.default_rng(0)

    def one() -> dict:
        x, y, side = (int(random.integers(*span)) for span in ((0, 40), (0, 40), (2, 24)))
        return thing(int(random.integers(1, 3)), x, y, side)

    images = [
        image(
            *(one() for _ in range(number % 5)),
            *([thing(1, **HIDDEN)] if number % 3 == 0 else []),
            thing(0),
            split=("train", "valid")[number % 4 == 3],
            fov_deg=30 + number,
        )
        for number in range(30)
    ]  # fmt: skip
    return write_set(tmp_path_factory.mktemp("scan") / "set", images) / "scenes.jsonl"


def told(found):
    """What statistics say, to be compared."""
    values = {name: (found.values.of(name, split).bins.tolist(), found.values.of(name, split).most)
              for name in QUANTITIES for split in ("train", "valid")}  # fmt: skip
    arrays = {name: np.asarray(each).tolist() for name, each in vars(found.classes).items()}
    chosen = (
        [line.number for line in found.choice.spread.lines],
        {name: [line.number for line in each.lines] for name, each in found.choice.extremes.items()},
    )
    return values, arrays, chosen, dict(found.images), dict(found.sizes), {k: v for k, v in found.facts.items() if v}


def quiet(done, total):
    pass


def test_ranges_count_what_the_whole_does(some, monkeypatch):
    whole = told(scan(some, 3, 8, 1, quiet))
    size = some.stat().st_size
    for part in (97, 1000, 2500):
        monkeypatch.setattr(scan_module, "RANGE", part)
        assert told(scan(some, 3, 8, 1, quiet)) == whole
    cuts = [0, 1, size // 3, size // 2, size]
    monkeypatch.setattr(scan_module, "BLOCK", 3)
    parts = [count_range(some, 3, 8, Range(*pair)) for pair in pairwise(cuts)]
    for each in parts[1:]:
        parts[0].merge(each)
    assert told(parts[0]) == whole


def test_processes_count_what_one_does(some, monkeypatch):
    monkeypatch.setattr(scan_module, "RANGE", 4000)
    assert told(scan(some, 3, 8, 2, quiet)) == told(scan(some, 3, 8, 1, quiet))


def test_chosen_records_are_read_again(some):
    found = scan(some, 3, 5, 1, quiet)
    lines = found.choice.spread.lines
    assert {number for number, _ in read_records(some, lines)} == {line.number for line in lines}
    assert all(record["index"] == number for number, record in read_records(some, lines))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda line: line[:100], "the line at byte .* is not JSON"),
        (lambda line: line.replace(b'"fy"', b'"fz"'), "the record of image 7 lacks 'fy'"),
        (lambda line: line.replace(b'"split":"valid"', b'"split":3'), "the record of image 7 is damaged"),
        (lambda line: b"[1,2]", "the record of image .* is damaged"),
        (lambda line: line.replace(b'"bbox":[', b'"bbox":["x",'), "the record of image 7 is damaged"),
    ],
)
def test_damage_is_told(some, tmp_path, damage, message):
    lines = some.read_bytes().splitlines()
    lines[7] = damage(lines[7])
    path = tmp_path / "scenes.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(InputError, match=message):
        scan(path, 3, 8, 1, quiet)


def test_an_empty_file_is_told(tmp_path):
    (tmp_path / "scenes.jsonl").touch()
    with pytest.raises(InputError, match="holds no record of an image"):
        scan(tmp_path / "scenes.jsonl", 3, 8, 1, quiet)
