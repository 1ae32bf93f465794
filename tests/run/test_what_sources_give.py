"""Tests of what ImageSource and Frames tell: intrinsics, one line for a person, what is at a pixel, a scene as a file."""

import pickle
from collections.abc import Iterator

import numpy as np
import pytest

from raster.frames import Frames
from raster.run.image_source import ImageSource, render

pytestmark = pytest.mark.usefixtures("nothing_current")


@pytest.fixture(scope="module")
def source() -> Iterator[ImageSource]:
    made = ImageSource.of(["preset=fast", "size=32", "batch=2", "seed=5"])
    yield made
    made.release()


def test_records_have_the_intrinsics_as_they_were_given():
    given = {"fx": 90.64, "fy": 90.51, "cx": 31.73, "cy": 24.51}
    words = [f"randomizers.camera.{key}={value}" for key, value in given.items()]
    (frames,) = render(n=1, overrides=["preset=fast", "size=[48,64]", "randomizers.camera.fov_deg=null", *words])
    assert {key: frames.records[0]["camera"][key] for key in given} == given


def test_sources_and_frames_are_shown_in_one_line(source):
    layers = "layers class_id, instance_id, color"
    frames = next(source.frames(4, 2))
    assert repr(source) == (
        f"ImageSource(32 x 32 px; seed 5; {layers}; classes background, cube, sphere, cylinder; {source.info.name})"
    )
    assert repr(pickle.loads(pickle.dumps(source))).endswith("; OpenGL not opened yet)")
    shown = "class_id (2, 32, 32) uint8, instance_id (2, 32, 32) uint16, color (2, 32, 32, 3) uint8"
    assert repr(frames) == f"Frames(images 4 to 5; {shown}; classes background, cube, sphere, cylinder)"


@pytest.mark.parametrize(
    ("index", "words"),
    [([], "no images"), ([7], "image 7"), ([3, 4, 5], "images 3 to 5"), ([3, 4, 9], "images 3 to 9, 3 of them")],
)
def test_numbers_of_frames(index, words):
    assert repr(Frames(np.array(index, np.int64), {}, [], ("background",))) == f"Frames({words}; ; classes background)"


def test_a_pixel_is_explained_and_a_scene_exported(source, tmp_path):
    frames = next(source.frames(3, 1))
    row, column = np.argwhere(frames.layers["class_id"][0])[0].tolist()
    found = source.explain(3, column, row)
    assert found["class_id"] == frames.layers["class_id"][0, row, column]
    assert found["class"] == source.classes[found["class_id"]]
    assert found["color"] == frames.layers["color"][0, row, column].tolist()
    assert found["object"]["instance"] == found["instance"]
    source.export_scene(3, tmp_path / "three.glb")
    assert (tmp_path / "three.glb").read_bytes()[:4] == b"glTF"
    assert b'"image 3"' in (tmp_path / "three.glb").read_bytes()
