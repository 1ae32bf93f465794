"""Tests of raster.run.require_parts: which parts a configuration needs, and which may be missing."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest
from catalogs import GEOMETRY

from raster.annotations.boxes import Boxes
from raster.errors import InputError
from raster.passes import CLASS_ID, COLOR, Pass
from raster.run.config import load_config
from raster.run.require_parts import notes_on_parts, require_objects
from raster.run.setup import build_setup
from raster.scene.requirements import Requirements
from raster.writers.camvid import Camvid
from raster.writers.layers import Layers


@dataclass(frozen=True)
class Crowd:
    """A randomizer of the user's own that shows objects."""

    def __call__(self, scenes: Any, streams: Any) -> None: ...

    def requirements(self) -> Requirements:
        return Requirements(slots={"objects": 7})


@pytest.mark.parametrize(
    ("chosen", "right"),
    [
        (["dim"], "say +randomizers=dim, with the plus: without it all others are replaced"),
        (["dim", "fog"], "say +randomizers=[dim,fog], with the plus"),
        (["camera", "dim"], "say +randomizers=dim, with the plus"),
        (["camera", "lights"], "add it to the list, or leave randomizers= out: all are on by default"),
    ],
)
def test_randomizers_without_objects_are_refused(chosen, right):
    with pytest.raises(InputError, match=r"^randomizers\.objects: is not chosen, so nothing would have a label; ") as refused:
        require_objects(chosen, [print])
    assert right in str(refused.value)
    assert "++randomizers.objects=null" in str(refused.value)


def test_objects_may_be_left_out_on_purpose_or_shown_by_another():
    require_objects(["objects", "camera"], [])  # randomizers.objects=null
    require_objects([], [])  # randomizers=[]
    require_objects(["crowd"], [Crowd()])


def test_a_focal_length_in_px_is_not_replaced():
    camera = ["randomizers.camera.fov_deg=null", "randomizers.camera.fy=300", "preset=fast", "size=32"]
    words = r"^randomizers\.framing\.fov_deg=\[14, 75\]: randomizers\.camera\.fy gives the focal length; set fov_deg=null"
    with pytest.raises(InputError, match=words):
        build_setup(load_config([*camera, "randomizers.framing.share=1"]))
    setup = build_setup(load_config([*camera, "randomizers.framing.share=1", "randomizers.framing.fov_deg=null"]))
    np.testing.assert_allclose(setup.sampler(0, 4).cameras.focal_px(), 300, rtol=1e-5)


def test_without_objects_on_purpose_as_the_message_says():
    plain = load_config(["randomizers=[lights]", "++randomizers.objects=null"])
    assert list(build_setup(plain).sampler.randomizers) == ["lights"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["camera", "scale", "rotation", "placement", "materials", "lights"])
def test_any_other_randomizer_may_be_absent_as_if_it_were_null(name, contents):
    """The camera then stands still before the origin, objects are where and as large as they were made."""
    few = ["preset=fast", "size=32"]
    absent, null = (
        build_setup(load_config([*few, word])).sampler(0, 4) for word in (f"~randomizers.{name}", f"randomizers.{name}=null")
    )
    there = contents(null)
    for key, array in contents(absent).items():
        assert (array == there[key]).all(), key


def test_a_pass_in_place_of_all_is_told_the_plus():
    plain = load_config()
    plain["passes"] = {"depth": {**plain["passes"]["color"], "layers": {"depth": "r32f"}}}
    with pytest.raises(InputError, match=r"^annotations\.boxes: needs layer instance_id, .*\+passes=NAME adds one"):
        build_setup(plain)


def test_options_of_a_randomizer_that_is_not_chosen():
    with pytest.raises(
        InputError, match=r"^randomizers\.lights\.count: .*\(randomizers=NAME without a plus replaces all others"
    ):
        load_config(["randomizers=[objects]", "randomizers.lights.count=2"])


class Sums:
    """A writer of the user's own that says what it reads: instance ids, which are drawn only for those who ask."""

    needs = ("instance_id",)


DEPTH = Pass("depth.frag", {"depth": "r32f"})


@pytest.mark.parametrize(
    ("passes", "annotations", "writers", "lost"),
    [
        ([COLOR, CLASS_ID], {"boxes": Boxes()}, {"camvid": Camvid}, []),
        ([COLOR, CLASS_ID, DEPTH], {"boxes": Boxes()}, {"camvid": Camvid}, ["depth"]),
        ([COLOR, CLASS_ID], {}, {"sums": Sums}, ["color", "class_id"]),
        ([COLOR, CLASS_ID, DEPTH], {}, {"camvid": Camvid, "all": print}, []),  # one that does not say what it reads
    ],
)
def test_a_layer_that_nobody_writes_is_told(passes, annotations, writers, lost):
    said = notes_on_parts(passes, annotations, writers)
    assert [line.split()[3] for line in said] == lost
    assert all(line.startswith("NOTE: the layer ") and f"({', '.join(writers)})" in line for line in said)


@pytest.mark.parametrize(
    ("names", "written", "lost"),
    [(["depth"], [], ["depth"]), (["depth"], ["depth"], []), (["flow", "instance_id"], [], ["flow"]), ([], [], [])],
)
def test_a_layer_that_is_named_and_not_written_is_told(names, written, lost):
    writers = {"camvid": Camvid, **({"layers": partial(Layers, names=written)} if written else {})}
    said = notes_on_parts([COLOR, CLASS_ID, GEOMETRY], {"boxes": Boxes()}, writers, names)
    assert [line.split()[3] for line in said] == lost


def test_an_annotation_in_place_of_boxes_is_told():
    (line,) = notes_on_parts([COLOR, CLASS_ID], {"counts": print}, {"camvid": Camvid})
    assert line == (
        "NOTE: the annotation boxes is not chosen: records have no bbox and no visible_px; +annotations=counts adds to it"
    )


def test_a_writer_gets_the_optional_layers_that_it_needs(mine, modules_forgotten):
    plain = load_config(["preset=fast", "size=32", "writers=[boxes_csv]", "annotations=[]"], mine)
    setup = build_setup(plain, mine)
    renderer = setup.renderer()
    try:
        (frames,) = renderer.stream(iter([setup.sampler(0, 1)]))
        assert "instance_id" in frames.layers
    finally:
        renderer.release()
