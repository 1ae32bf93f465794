"""Tests of background.photograph: shown pixel for pixel, on floors too, darker where shadows fall; what is refused."""

import numpy as np
import pytest
from PIL import Image
from ray_caster import cast, near_silhouette

from raster.errors import InputError
from raster.frames import Frames
from raster.run.config import load_config
from raster.run.image_source import ImageSource
from raster.run.setup import build_setup

SIZE = (96, 128)
K = [[110.0, 0, 62.0], [0, 112.0, 49.0], [0, 0, 1]]
POINT, NORMAL = np.array([0.05, 0.1, 1.6]), np.array([0.0, -0.8, -0.6])


def photograph(height: int = SIZE[0], width: int = SIZE[1]) -> Image.Image:
    """No two places of it look alike, and neighbours differ."""
    v, u = np.mgrid[:height, :width]
    blue = 127 + 100 * np.sin(u / 2) * np.cos(v / 2)
    return Image.fromarray(np.stack([30 + 200 * u / width, 220 - 200 * v / height, blue], axis=-1).astype(np.uint8))


@pytest.fixture
def lab(tmp_path) -> list[str]:
    """Options of things on a table before a photograph, without noise."""
    photograph().save(tmp_path / "lab.png")
    plane = f"{{point: {POINT.tolist()}, normal: {NORMAL.tolist()}}}"
    calibration = f"{{k: {K}, width: {SIZE[1]}, height: {SIZE[0]}}}"
    return [
        "preset=plain", f"size=[{SIZE[0]},{SIZE[1]}]", f"randomizers.background.photograph={tmp_path / 'lab.png'}",
        "randomizers.camera.fov_deg=null", f"randomizers.camera.calibration={calibration}", f"randomizers.camera.plane={plane}",
        "randomizers.placement.floor=1", "randomizers.placement.floor_radius=[0.3,0.4]", "randomizers.placement.floor_size=1.2",
        "randomizers.environment.share=0", "randomizers.environment.visible=0", "randomizers.walls=null",
        "randomizers.sensor=null", "randomizers.lens=null", "randomizers.textures.images=null", "randomizers.floor.images=null",
    ]  # fmt: skip


def frames_of(options: list[str], count: int = 4) -> Frames:
    source = ImageSource.of_options(load_config(options))
    try:
        return next(iter(source.frames(first=0, count=count)))
    finally:
        source.release()


def shown(record: dict) -> np.ndarray:
    """(H, W): the slot that is seen at each pixel, by the ray caster."""
    names = {0: "", **{entry["instance"]: entry["slot"] for entry in record["objects"]}}
    return np.vectorize(names.get)(cast(record).instance_id)


@pytest.mark.parametrize("samples", [1, 4])
def test_without_shadows_it_is_there_pixel_for_pixel_behind_and_on_the_table(lab, samples):
    frames = frames_of([*lab, "randomizers.lights.shadows=0", f"samples={samples}"])
    expected = np.asarray(photograph()).astype(int)
    table = 0
    for record, color in zip(frames.records, frames.layers["color"].astype(int), strict=True):
        slot = shown(record)
        bare = np.isin(slot, ["", "floor"]) & ~near_silhouette(record)
        table += (slot == "floor").sum()
        assert bare.mean() > 0.3
        assert np.abs(color - expected)[bare].max() <= 1
        assert np.abs(color - expected)[~np.isin(slot, ["", "floor"])].mean() > 10
    assert table > 4000


@pytest.mark.parametrize("color", ["pbr", "phong"])
def test_shadows_darken_the_table_alone(lab, color):
    frames = frames_of([*lab, "randomizers.lights.shadows=1", f"passes/color={color}"], 8)
    expected, fallen = np.asarray(photograph()).astype(int), 0
    for record, found in zip(frames.records, frames.layers["color"].astype(int), strict=True):
        slot = shown(record)
        bare = ~near_silhouette(record)
        change = (found - expected).max(axis=-1)
        assert np.abs(found - expected)[bare & (slot == "")].max() <= 1
        assert change[bare & (slot == "floor")].max() <= 1
        fallen += (change[bare & (slot == "floor")] < -8).sum()
    assert fallen > 100


def test_things_stand_on_the_plane_that_the_camera_sees(lab):
    """Their lowest points, taken to the camera by the record, lie on the plane that was given; its point is where K puts it."""
    frames = frames_of([*lab, "solids=[cube]", "randomizers.shapes=null", "randomizers.distractors=null"], 6)
    for record in frames.records:
        camera = record["camera"]
        assert [camera[name] for name in ("fx", "fy", "cx", "cy")] == [110.0, 112.0, 62.5, 49.5]
        camera_from_world = np.linalg.inv(np.array(camera["world_from_camera"], float))
        np.testing.assert_allclose(camera_from_world[:3, 3], POINT, atol=1e-5)
        cubes = [entry for entry in record["objects"] if entry["slot"] == "objects"]
        assert cubes
        for entry in cubes:
            corners = np.array([[x, y, z, 1] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)]).T
            seen = camera_from_world @ np.array(entry["world_from_object"], float) @ corners
            height = (seen[:3].T - POINT) @ NORMAL
            assert abs(height.min()) < 2e-3
            assert np.linalg.norm(seen[:3].mean(axis=1) - POINT) < 0.8
        label = frames.layers["class_id"][record["index"]]
        assert ((label != cast(record).class_id) & ~near_silhouette(record)).mean() < 1e-3


def test_another_picture_of_the_size_is_another_library(lab, tmp_path):
    before = build_setup(load_config(lab)).sampler.library.digest()
    photograph().transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "lab.png")
    assert build_setup(load_config(lab)).sampler.library.digest() != before


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("randomizers.background.photograph=none.png", r"background\.photograph=none\.png: there is no such file"),
        (
            "randomizers.environment={share: 0.5, visible: 0.5}",
            r"environment\.visible=0\.5: would hide .*photograph",
        ),
        ("randomizers.lens={distorted: 1}", r"background\.photograph: randomizers\.lens\.distorted=1\.0: .*cv2\.undistort"),
        ("randomizers.placement.floor=0.5", r"placement\.floor=0\.5: some would float above randomizers\.camera\.plane"),
        (
            "randomizers.placement={floor_radius: [2, 3], floor_size: 9}",
            r"placement\.floor_radius=\[2, 3\]: .* is 1\.04 m",
        ),
        (
            "randomizers.camera.plane={point: [0, 1, 1], normal: [0, 1, 0]}",
            r"camera\.plane: the camera looks less",
        ),
        ("randomizers.camera.poses=a.json", r"camera\.plane: poses places the camera too"),
        ("randomizers.framing={share: 0.3}", r"framing\.share=0\.3: would move cameras that randomizers\.camera\.plane places"),
    ],
)
def test_what_is_refused(lab, more, message):
    key = more.partition("=")[0]
    options = [option for option in lab if not (option.startswith(key) and "null" in option)]
    with pytest.raises(InputError, match=rf"^randomizers\.{message}"):
        build_setup(load_config([*options, more]))


def test_walls_and_a_calibration_that_distorts_are_refused(lab):
    with pytest.raises(InputError, match=r"^randomizers\.walls\.share=0\.3: would hide"):
        build_setup(load_config([option for option in lab if option != "randomizers.walls=null"]))
    bent = f"randomizers.camera.calibration={{k: {K}, width: {SIZE[1]}, height: {SIZE[0]}, distortion: [-0.1, 0, 0, 0]}}"
    with pytest.raises(InputError, match=r"^randomizers\.background\.photograph: the calibration distorts: .*cv2\.undistort"):
        build_setup(load_config([*(option for option in lab if "camera.calibration" not in option), bent]))


@pytest.mark.parametrize("shape", [(128, 96), (192, 256), (96, 120)])
def test_another_size_or_shape_is_refused(lab, tmp_path, shape):
    photograph(*shape).save(tmp_path / "lab.png")
    what = rf"lab\.png: is {shape[1]} x {shape[0]} px, and images have 128 x 96; set size=\[{shape[0]},{shape[1]}\]"
    with pytest.raises(InputError, match=rf"^randomizers\.background\.photograph=.*{what}"):
        build_setup(load_config(lab))
