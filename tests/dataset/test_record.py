"""Tests of raster.dataset.record: it lists the fields of real records, all of them and no others."""

from collections import Counter
from dataclasses import fields
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

import orjson
import pytest
from fakes import journal_lines

from raster.dataset.record import ImageRecord, MorphRecord, files_of
from raster.geometry.deformations import Deformations
from raster.run.image_source import ImageSource
from raster.run.output import Output
from raster.run.workers import _mark_unlabelled, _name_files

SMALL = ["size=32", "n=24", "seed=3", "solids=[cube,dumbbell]"]
# Images that show every optional field: distortion, morphs, composites, all lights, environments, layouts.
EVERYTHING = [
    *SMALL, "annotations=[boxes,amodal,full,pose,keypoints]",
    "preset=realistic", "randomizers.lens.distorted=1", "randomizers.morphs.share=0.5", "randomizers.lights.point=0.5",
    "randomizers.lights.spot=0.5", "randomizers.environment.share=0.5", "views_per_layout=2",
    "randomizers.objects.empty=0.1", "label_filter.min_visible_px=30",
]  # fmt: skip


def lines(overrides: list[str], out: Any) -> list[dict]:
    """The records of a configuration as the journal has them."""
    source = ImageSource.of(overrides)
    try:
        with Output(out, source.setup.writers) as output:
            for frames in source.frames(0, 24):
                _name_files(frames, source.setup.splits)
                _mark_unlabelled(frames)
                output.write(frames)
    finally:
        source.release()
    return [orjson.loads(line) for line in journal_lines(out)]


def compare(value: Any, described: Any, path: str, seen: Counter) -> None:
    """Hold a value against its description; count in `seen` the fields that there are."""
    if is_typeddict(described):
        hints = get_type_hints(described)
        assert set(value) <= set(hints), f"{path}: {set(value) - set(hints)} is not described"
        assert described.__required_keys__ <= set(value), f"{path}: {described.__required_keys__ - set(value)} is missing"
        for key, below in value.items():
            seen[f"{described.__name__}.{key}"] += 1
            compare(below, hints[key], f"{path}.{key}", seen)
    elif isinstance(value, list):
        kinds = get_args(described) if isinstance(described, UnionType) else (described,)
        (inner,) = get_args(next(kind for kind in kinds if get_origin(kind) is list))
        for below in value:
            compare(below, inner, f"{path}[]", seen)
    elif isinstance(value, dict):
        for below in value.values():
            compare(below, get_args(described)[1], f"{path}{{}}", seen)
    else:
        kinds = get_args(described) or (described,)
        kinds = tuple(type(None) if kind is None else kind for kind in kinds)
        good = type(value) in kinds or (float in kinds and type(value) is int)
        assert good, f"{path} is {value!r}, described as {described}"


def described_fields(kind: Any) -> set[str]:
    """NAME.KEY of all fields of a TypedDict and of those in it."""
    found = set()
    for key, hint in get_type_hints(kind).items():
        found.add(f"{kind.__name__}.{key}")
        for inner in (hint, *get_args(hint)):
            if is_typeddict(inner):
                found |= described_fields(inner)
    return found


@pytest.mark.slow
def test_real_records_have_the_described_fields_and_no_others(tmp_path):
    seen: Counter = Counter()
    for name, overrides in (("usual", SMALL), ("everything", EVERYTHING)):
        records = lines(overrides, tmp_path / name)
        assert len(records) == 24
        for one in records:
            compare(one, ImageRecord, "record", seen)
    assert described_fields(ImageRecord) - set(seen) == {"ImageRecord.too_far"}  # nothing is, within 65 m


def test_a_morph_is_described_by_the_fields_of_deformations():
    assert list(get_type_hints(MorphRecord)) == [field.name for field in fields(Deformations)]


def test_files_of_a_record():
    one = {"index": 3, "image": "images/000003.png", "image_sha256": "aa", "files": {"a/3": "bb"}}
    assert files_of(one) == {"images/000003.png": "aa", "a/3": "bb"}
    assert files_of({"index": 3}) == {}
    with pytest.raises(KeyError):
        files_of({"label": "labels/000003.png"})
