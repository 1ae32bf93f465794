"""Tests of raster.run.workers: every image is drawn once, counted, named and split, whoever draws it and whatever fails."""

from functools import partial
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import orjson
import pytest
from fakes import contents, fake_frames, journal_lines
from hypothesis import given
from hypothesis import strategies as st

from raster.errors import InputError
from raster.frames import Frames
from raster.run.setup import Setup
from raster.run.splits import Splits
from raster.run.workers import DrawJob, SharedProgress, _scenes, chunks_of, draw, soon_begun
from raster.streams import even_mask, golden_ratio_mask
from raster.writers.camvid import Camvid


def frames_of(first: int, count: int) -> Frames:
    """Fake frames with what a renderer puts into records, and no more."""
    frames = fake_frames(first, count)
    for record in frames.records:
        for key in ("image", "label", "split"):
            del record[key]
    return frames


RENDERER = SimpleNamespace(stream=lambda scenes: (frames_of(*each) for each in scenes))


def job(out: Path, chunks: list[tuple[int, int]], threads: int = 0, **setup: Any) -> DrawJob:
    """Fake images through the real writer."""
    usual = {"writers": {"camvid": Camvid}, "annotations": {}, "splits": Splits(0.25), "prefetch": False, "ignore": None}
    usual |= {"flows": (), "label_filter": None}
    usual["sampler"] = lambda first, count: (first, count)
    made = SimpleNamespace(**{**usual, **setup})
    made.annotate = partial(Setup.annotate, made)
    return DrawJob(made, out, chunks, threads)


def journal(out: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in journal_lines(out)]


@given(st.sets(st.integers(0, 300)), st.integers(1, 20))
def test_chunks_hold_every_missing_image_once_in_order(missing, batch):
    chunks = chunks_of(np.array(sorted(missing), np.int64), batch)
    assert [number for first, count in chunks for number in range(first, first + count)] == sorted(missing)
    assert all(1 <= count <= batch for _, count in chunks)
    for (first, count), (following, _) in pairwise(chunks):
        assert count == batch or following > first + count  # only a gap, or the end, makes a short one


def test_chunks_of_a_fresh_run():
    assert chunks_of(np.arange(24), 5) == [(0, 5), (5, 5), (10, 5), (15, 5), (20, 4)]
    assert chunks_of(np.arange(0), 5) == []


def test_the_first_chunk_of_each_process_is_small():
    chunks = chunks_of(np.arange(100), 32)
    assert soon_begun(chunks, 2, 8) == [(0, 8), (8, 8), (16, 16), (32, 32), (64, 32), (96, 4)]
    assert soon_begun([(5, 8)], 2, 8) == [(5, 8)]


@given(st.sets(st.integers(0, 60)), st.integers(1, 12), st.integers(1, 5), st.integers(1, 9), st.integers(1, 4))
def test_small_chunks_hold_the_same_images_and_whole_units(layouts, batch, workers, size, unit):
    missing = np.array([unit * k + view for k in sorted(layouts) for view in range(unit)], np.int64)
    chunks = chunks_of(missing, batch * unit)
    made = soon_begun(chunks, workers, size, unit)
    assert [number for first, count in made for number in range(first, first + count)] == missing.tolist()
    assert all(count % unit == 0 and 0 < count <= batch * unit for _, count in made)
    assert len(made) <= len(chunks) + workers


def test_takers_share_the_chunks():
    shared, chunks = SharedProgress(), [(3 * i, 3) for i in range(7)]
    one, other = shared.take(chunks), shared.take(chunks)
    taken = [next(one), next(other), next(other), next(one), *other, *one]
    assert sorted(taken) == chunks


def test_nobody_takes_more_once_the_run_is_stopped():
    shared = SharedProgress()
    taker = shared.take([(0, 1), (1, 1), (2, 1)])
    assert next(taker) == (0, 1)
    shared.stop.set()
    assert list(taker) == []


@pytest.mark.parametrize("threads", [0, 2])
def test_what_is_drawn_is_written_counted_and_told(tmp_path, threads):
    shared, told = SharedProgress(), []
    draw(job(tmp_path, [(4, 3), (0, 2)], threads), RENDERER, shared, lambda: told.append(shared.images.value))
    assert told == [3, 5]
    files = {name: text for name, text in contents(tmp_path).items() if name.endswith(".png")}
    numbers = [0, 1, 4, 5, 6]
    assert sorted(files) == [f"{folder}/{i:06d}.png" for folder in ("images", "labels") for i in numbers]
    assert shared.bytes.value == sum(map(len, files.values()))
    assert sorted(record["index"] for record in journal(tmp_path)) == numbers


def test_records_begin_with_number_names_and_split(tmp_path):
    draw(job(tmp_path, [(0, 8)]), RENDERER, SharedProgress())
    for i, record in enumerate(journal(tmp_path)):
        assert list(record)[:4] == ["index", "image", "label", "split"]
        assert list(record.values())[:3] == [i, f"images/{i:06d}.png", f"labels/{i:06d}.png"]
        assert record["split"] == ("valid" if i * (5**0.5 - 1) / 2 % 1 >= 0.75 else "train")  # a quarter
        assert len(record["objects"]) == 5  # what else there was is still there


@pytest.mark.parametrize("share", [0, 0.1, 0.2, 1 / 3, 0.5, 0.99])
def test_the_split_is_as_near_to_its_share_as_can_be_at_any_size(share):
    counted = np.cumsum(golden_ratio_mask(np.arange(10_000), share))
    assert np.abs(counted - share * np.arange(1, 10_001)).max() < 4
    assert (counted[-1] > 0) == (share > 0)


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_the_split_keeps_no_step_with_the_empty_images(share):
    numbers = np.arange(10_000)
    both = golden_ratio_mask(numbers, 0.2) & even_mask(numbers, share)
    assert both.mean() == pytest.approx(0.2 * share, rel=0.05)


def test_annotations_see_each_batch_before_it_is_written(tmp_path):
    def mark(frames):
        for record in frames.records:
            record["seen"] = len(frames.records)

    draw(job(tmp_path, [(0, 3), (3, 2)], annotations={"mark": mark}), RENDERER, SharedProgress())
    assert [record["seen"] for record in journal(tmp_path)] == [3, 3, 3, 2, 2]


class Recorder:
    """A writer that only notes what is asked of it."""

    def __init__(self, notes: list[str], out: Path, threads: int):
        self.notes = notes

    def write(self, frames):
        self.notes.append(f"write {frames.index[0]}")
        return [{} for _ in frames.index]

    def close(self):
        self.notes.append("close")


def test_writers_are_closed_whatever_fails(tmp_path):
    notes: list[str] = []

    def fail_later(frames):
        if frames.index[0] == 2:
            raise InputError("no")

    failing = job(tmp_path, [(0, 2), (2, 2)], annotations={"x": fail_later}, writers={"notes": partial(Recorder, notes)})
    with pytest.raises(InputError, match=r"^no$"):
        draw(failing, RENDERER, SharedProgress())
    assert notes == ["write 0", "close"]


def test_scenes_come_ahead_in_their_order_only_if_they_are_slow(monkeypatch):
    asked: list[int] = []
    sampler = lambda first, count: asked.append(first) or first  # noqa: E731
    for prefetch in (False, True):
        asked.clear()
        job = DrawJob(SimpleNamespace(sampler=sampler, prefetch=prefetch), Path(), [(0, 2), (2, 2), (4, 1)], 0)
        coming = _scenes(job, SharedProgress())
        assert next(coming) == 0
        assert len(asked) <= 1 + prefetch
        assert list(coming) == [2, 4]
        assert asked == [0, 2, 4]
