"""Tests of raster.dataset.record_index and raster.dataset.files: order and memory of large sets."""

import random
import tracemalloc

import orjson
import pytest

from raster.dataset.files import by_name, file_name
from raster.dataset.record_index import RecordIndex
from raster.dataset.record_lines import read_rows


@pytest.mark.slow
def test_file_names_beyond_a_million_are_in_c_order():
    names = [file_name(i) for i in by_name(range(1_000_011))]
    assert names == sorted(names)
    assert names[100_000:100_003] == ["100000.png", "1000000.png", "1000001.png"]


def test_lines_take_little_memory_and_come_back_in_order(tmp_path):
    n, fill = 4000, "x" * 4000
    order = list(range(n))
    random.Random(1).shuffle(order)
    for part_of in range(2):
        with open(tmp_path / f"{part_of}.jsonl", "wb") as file:
            for i in order[part_of::2]:
                name = file_name(i)
                record = {"index": i, "image": f"images/{name}", "label": f"labels/{name}", "fill": fill}
                file.write(orjson.dumps(record | {"image_sha256": "0" * 64, "label_sha256": "0" * 64}) + b"\n")
    tracemalloc.start()
    lines = RecordIndex(range(n))
    for part_of in range(2):
        lines.add(path := tmp_path / f"{part_of}.jsonl", read_rows(path, range(n)))
    for i, line in enumerate(lines.read()):
        assert orjson.loads(line)["index"] == i
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert i == n - 1
    assert peak < 1_000_000  # of 16 MB of lines
