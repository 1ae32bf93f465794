"""Tests of sets that BOP cannot hold: each is refused in one line that says what to set, and nothing is left behind."""

from pathlib import Path
from typing import Any

import pytest
from bop_sets import bop_of, complete_set, each

from raster.errors import InputError
from raster.exporters.bop_models import find_models
from raster.exporters.source import open_source
from raster.frames import Frames


def refused(source: Path, to: Path) -> str:
    """What is said; nothing is left behind."""
    with pytest.raises(InputError) as told:
        bop_of(source, to)
    assert not to.exists()
    assert not list(to.parent.glob(".*"))
    assert "\n" not in str(told.value)
    return str(told.value)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["instance_id"], "has no layers depth and coverage; this adds them: raster generate out={} layers=[depth,coverage]"),
        (["instance_id", "coverage"], "has no layer depth; this adds it: raster generate out={} layers=[depth]"),
        (["depth", "coverage"], "has no layer instance_id, which tells objects apart; this adds it: "
                                "raster generate out={} layers=[instance_id]"),
    ],
)  # fmt: skip
def test_layers_that_are_lacking(tmp_path, names, told):
    source = complete_set(tmp_path / "set", names=names)
    assert refused(source, tmp_path / "bop") == f"{source}: {told.format(source)}"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda entry: entry.pop("pose"), "its objects have no pose, which the annotation pose makes; draw it with "
         "layers=[instance_id,depth,coverage] annotations=[boxes,full,pose], or with preset=bop"),
        (lambda entry: entry.pop("full_px"), "its objects have no full_px, which the annotation full makes; draw it with "
         "layers=[instance_id,depth,coverage] annotations=[boxes,full,pose], or with preset=bop"),
        (lambda entry: entry.update(morph={}), "shows a {} that is deformed, and BOP knows rigid models alone; "
         "draw it with randomizers.morphs.share=0, or with preset=bop"),
    ],
)  # fmt: skip
def test_objects_that_are_no_models(tmp_path, change, told):
    source = complete_set(tmp_path / "set", change=each(change))
    said = refused(source, tmp_path / "bop")
    assert said.replace("shows a sphere", "shows a {}").replace("shows a cube", "shows a {}").endswith(told)
    assert said.startswith(f"{source}: image 0")


def test_a_lens_that_distorts(tmp_path):
    source = complete_set(tmp_path / "set", change=lambda frames: frames.records[2]["camera"].update(distortion=[0.1] * 5))
    assert refused(source, tmp_path / "bop") == (
        f"{source}: image 2 was seen through a lens that distorts, which BOP has no words for; draw it with "
        "randomizers.lens.distorted=0 and a camera without distortion, or with preset=bop"
    )


@pytest.mark.parametrize(
    ("randomizers", "more", "told"),
    [
        ({"scale": {"size": [0.5, 1], "sizes": None}}, {},
         "randomizers.scale.size=[0.5, 1] is a range; randomizers.scale.sizes=[1] fixes sizes"),
        ({"scale": {"size": [0.5, 1], "sizes": [1], "stretched": 0.3}}, {},
         "randomizers.scale.stretched=0 keeps them from being stretched"),
        ({"scale": {"size": [0.5, 1], "sizes": [1], "stretched": 0, "stretched_meshes": 0.3}}, {},
         "randomizers.scale.stretched_meshes=0 keeps own meshes from being stretched"),
        ({"scale": {"size": 1, "sizes": None}}, {"objects": {"normalize": False}},
         "it is drawn smaller where there is no room for it; a larger randomizers.placement.floor_radius gives room"),
        ({"scale": {"size": [1, 1], "sizes": None}}, {},
         "objects fill the cells of a grid; randomizers.placement.floor=1 with "
         "randomizers.placement.arrangements={grid: 0, physics: 1} keeps sizes"),
    ],
)  # fmt: skip
def test_sizes_without_number(tmp_path, randomizers, more, told):
    def grow(entry: dict[str, Any]) -> None:
        entry["size"] = [1 + 0.01 * entry["instance"]] * 3

    source = complete_set(tmp_path / "set", change=each(grow), randomizers=randomizers, **more)
    said = refused(source, tmp_path / "bop")
    solid, told_of = said.removeprefix(f"{source}: its ").split(" ", 1)
    assert solid in ("cube", "sphere")
    assert told_of == f"has 2 sizes or more, and to BOP each is another model: {told} (or preset=bop)"


def test_with_a_randomizer_of_sizes_of_the_users_own_three_hundred_models_are_the_most(tmp_path):
    def grow(frames: Frames) -> None:
        for record in frames.records:
            for entry in record["objects"]:
                if entry["class_id"]:
                    entry["size"] = [1 + 0.001 * (5 * record["index"] + entry["instance"])] * 3

    few = complete_set(tmp_path / "few", n=70, change=grow, randomizers={"scale": {"_target_": "mine.Scale"}})
    assert len(find_models(open_source(few))) == 280
    many = complete_set(tmp_path / "many", n=80, change=grow, randomizers={"scale": {"_target_": "mine.Scale"}})
    assert " sizes or more, and to BOP each is another model" in refused(many, tmp_path / "bop")


def test_a_mesh_that_is_not_the_one_that_was_drawn(tmp_path):
    source = complete_set(tmp_path / "set", change=each(lambda entry: entry.update(size=[1.0, 1.0, 1.1])))
    assert refused(source, tmp_path / "bop") == (
        "cube: is [1000.0, 1000.0, 1000.0] mm large now, but was drawn [1000.0, 1000.0, 1100.0] mm large, by another version?"
    )


def test_a_changed_file_of_depth(tmp_path):
    source = complete_set(tmp_path / "set")
    path = source / "depth/000003.png"
    path.write_bytes(path.read_bytes() + b" ")
    assert refused(source, tmp_path / "bop").startswith(f"{path}: its sha256 is ")
