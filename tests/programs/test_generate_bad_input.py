"""Tests of raster.generate against bad input: one line that names the key or the file, exit code 2, nothing written."""

import copy
import os
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest
from fakes import stamps
from hydra.utils import get_object
from omegaconf import OmegaConf
from PIL import Image
from programs import complaint, generate

from raster.assets.catalog import MAX_CLASSES
from raster.errors import InputError
from raster.generate import main
from raster.randomizers.ranges import Range
from raster.run.config import load_config
from raster.run.setup import build_setup

SMALL = {"n": 4, "size": 32, "batch": 4, "workers": 1}
USUAL = load_config()
KINDS = {name: get_object(said["_target_"]) for name, said in USUAL["randomizers"].items()}
HINTS = [(name, key, hint) for name, kind in KINDS.items() for key, hint in get_type_hints(kind).items()]
SIDES = ("floor_size", "box", "aim_deg")  # lengths along axes, and a range that is [0, 0]
RANGES = [(name, key) for name, key, hint in HINTS if hint in (Range, Range | None)]
RANGES = [(name, key) for name, key in RANGES if USUAL["randomizers"][name][key] is not None and key not in SIDES]
UNSET = {"height", "fx", "fy", "cx", "cy"}  # of the camera, null by default
NO_LIBRARY: dict[str, Any] = {f"randomizers.{name}.images": None for name in ("floor", "walls", "background")}
NO_LIBRARY["randomizers.environment"] = None
SHARES = [(name, each.name) for name, kind in KINDS.items() for each in fields(kind) if each.metadata["unit"] == "share"]
WEIGHED = ("weights", "kinds", "finishes", "arrangements")
WEIGHTS = [(n, key) for n, said in USUAL["randomizers"].items() for key in said if key in WEIGHED]
CUBE, CONE = {"_target_": "raster.solids.cube.cube"}, {"_target_": "raster.solids.cone.cone"}


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "set"


@pytest.fixture
def ended(monkeypatch, capsys):
    """A function: run the program, which has to refuse; its line."""
    monkeypatch.setenv("HYDRA_FULL_ERROR", "0")

    def run() -> str:
        with pytest.raises(SystemExit) as end:
            main()
        err = capsys.readouterr().err
        assert end.value.code == 2
        assert err.startswith("error: ")
        assert err.count("\n") == 1
        return err.removeprefix("error: ").strip()

    return run


@pytest.fixture
def told(monkeypatch, ended, out):
    """A function: what the program says to these words of a command line."""

    def run(*overrides: str) -> str:
        monkeypatch.setattr(sys, "argv", ["generate", f"out={out}", "n=2", "size=32", *overrides])
        line = ended()
        assert not out.exists()
        return line

    return run


def configure(monkeypatch, changes: dict[str, Any]) -> None:
    """Let main() find the usual configuration with some keys changed: composing it anew takes Hydra 0.2 s."""
    cfg = OmegaConf.create(copy.deepcopy(USUAL))
    for key, value in {**SMALL, **changes}.items():
        OmegaConf.update(cfg, key, value, force_add=True)
    monkeypatch.setattr("raster.run.config.run_hydra", lambda job: job(cfg))


@pytest.fixture
def given(monkeypatch, ended, out):
    """A function: what the program says to changed values."""

    def run(changes: dict[str, Any]) -> str:
        configure(monkeypatch, {"out": str(out), **changes})
        line = ended()
        assert not out.exists()
        return line

    return run


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A data set of four images."""
    folder = tmp_path_factory.mktemp("made") / "set"
    with pytest.MonkeyPatch.context() as monkeypatch:
        configure(monkeypatch, {"out": str(folder)})
        main()
    assert (folder / "valid.txt").exists()
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("n=0", "n=0: expected"),
        ("n=abc", "n=abc: Value 'abc' of type 'str' could not be converted to Integer"),
        ("sized=64", "sized: there is no such key; did you mean size?"),
        ("randomizers.camera.fov=40", "randomizers.camera.fov: there is no such key; did you mean randomizers.camera.fov_deg?"),
        ("solids=[cubes]", "solids: there is no cubes; choose from capsule, cone, cube"),
        ("passes=[colour]", "passes: there is no colour; choose from class_id"),
        ("writers=[coco2]", "writers: there is no coco2; choose from camvid"),
        ("annotations=[box]", "annotations: there is no box; choose from boxes"),
        ("randomizers=[fog]", "randomizers: there is no fog; choose from background, camera"),
        ("randomizers=null", "randomizers, passes, annotations and writers take a list of names"),
        ("randomizers.camera.fov_deg=[nan,40]", "randomizers.camera.fov_deg: nan is not a finite number"),
        ("size=[48", "no viable alternative at input '[48'"),
    ],
)
def test_words_of_the_command_line(override, said, told):
    assert said in told(override)


@pytest.mark.slow
def test_one_class_too_many(given):
    extra = MAX_CLASSES - 1 - len(USUAL["solids"])
    fits = {**USUAL, "solids": {**USUAL["solids"], **{f"c{i}": CUBE for i in range(extra)}}, "randomizers": {}}
    assert len(build_setup(fits).classes) == MAX_CLASSES
    line = given({f"solids.c{i}": CUBE for i in range(extra + 1)})
    assert line == "solids: 256 classes, but an 8-bit label holds 255 and background"


@pytest.mark.parametrize(
    ("key", "value", "right"),
    [
        ("n", 0, "from 1 to"),
        ("n", -1, "from 1 to"),
        ("n", 10**12, "from 1 to"),
        ("size", 0, "16 or more"),
        ("size", 15, "16 or more"),
        ("seed", 2**63, "from -9223372036854775808 to"),
        ("batch", 0, "from 1 to"),
        ("samples", 2, "expected 1 or 4"),
        ("samples", 0, "expected 1 or 4"),
        ("valid", 1, "from 0 to below 1"),
        ("valid", -0.1, "from 0 to below 1"),
        ("workers", 0, "auto, or a whole number from 1"),
        ("workers", "many", "auto, or a whole number from 1"),
        ("workers", 1.5, "auto, or a whole number from 1"),
        ("gl.device", -1, "expected null"),
        ("gl.device", 99, "EGL lists"),
        ("randomizers.camera", 3, "expected _target_"),
    ],
)
def test_a_wrong_value_of_the_run(key, value, right, given):
    line = given({key: value})
    assert line.startswith(f"{key}={value}: ")
    assert right in line


@pytest.mark.parametrize("key", ["valid", "size", "workers", "samples", "randomizers.lights.kelvin", "solids.sphere.segments"])
def test_what_is_not_a_finite_number(key, given):
    for value in (float("nan"), float("inf")):
        assert given({key: value}) == f"{key}: {value} is not a finite number"
        assert given({key: [1, value]}) == f"{key}: {value} is not a finite number"


@pytest.mark.parametrize("size", [100_000, [16, 100_000], [100_000, 16]])
def test_a_size_beyond_what_the_driver_draws(size, given):
    assert given({"size": size, **NO_LIBRARY}).startswith("size: ")


@pytest.mark.parametrize("value", [0, 180, -10, 360, [70, 35], [0, 30], [30, 180], [30, 40, 50], [], "wide", None, True])
def test_a_wrong_field_of_view(value, given):
    assert given({"randomizers.camera.fov_deg": value}).startswith("randomizers.camera.fov_deg=")


def test_the_fields_to_try_were_found():
    assert len(RANGES) > 60
    assert len(SHARES) > 20
    assert len(WEIGHTS) >= 7
    assert {key for _, key, hint in HINTS if hint == Range | None} == {"elevation_deg", "fov_deg"} | UNSET
    for name, said in USUAL["randomizers"].items():
        pairs = {key for key, value in said.items() if isinstance(value, list) and not isinstance(value[0], str)}
        # Nothing that a file calls a range is missed.
        assert {key for other, key in RANGES if other == name} == pairs - set(SIDES)


def built(name: str, key: str, value: Any) -> str:
    """What is said to a value of a randomizer, in scenes of cubes and cones."""
    randomizers = {name: {**USUAL["randomizers"][name], key: value}}
    with pytest.raises(InputError) as refused:
        build_setup({**USUAL, "solids": {"cube": CUBE}, "distractors": {"cone": CONE}, "randomizers": randomizers})
    return str(refused.value)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "key"), RANGES)
def test_each_range(name, key):
    low, high = USUAL["randomizers"][name][key]
    where = f"randomizers.{name}.{key}="
    swapped = built(name, key, [high, low])
    assert swapped.startswith(where)
    assert "the lowest is above the highest; swap them" in swapped
    for value in ([low, 1e9], -1e9):
        line = built(name, key, value)
        assert line.startswith(where), value
        assert f"<= {key} <=" in line or f"< {key} <" in line
    for value in ([float("nan"), high], [low, "x"], [low, high, high], None):
        assert built(name, key, value).startswith(where), value


@pytest.mark.parametrize(("name", "key"), SHARES)
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), "x", None, [0, 1]])
def test_each_share(name, key, value):
    assert built(name, key, value).startswith(f"randomizers.{name}.{key}=")


@pytest.mark.parametrize(("name", "key"), WEIGHTS)
def test_each_map_of_weights(name, key):
    where = f"randomizers.{name}.{key}"
    names = {"objects": ["cube"], "distractors": ["cone"]}.get(name) or list(USUAL["randomizers"][name][key])
    assert built(name, key, dict.fromkeys(names, 0)).startswith(f"{where}: all weights are zero")
    assert built(name, key, {"nonesuch": 1}).startswith(f"{where}.nonesuch: there is nothing of this name; choose from ")
    assert built(name, key, ["nonesuch"]).startswith(f"{where}.nonesuch: there is nothing of this name; choose from ")
    assert built(name, key, {names[0]: -1}).startswith(f"{where}.{names[0]}=-1: ")
    assert built(name, key, {names[0]: float("nan")}).startswith(f"{where}.{names[0]}=nan: ")
    assert built(name, key, names[0]).startswith(f"{where}={names[0]}: ")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"passes.color": None}, "writers.camvid: needs layer color,"),
        ({"passes.class_id": None, "annotations.boxes": None}, "writers.camvid: needs layer class_id,"),
        ({"passes.class_id": None}, "annotations.boxes: needs layer instance_id,"),
        ({"passes.again": USUAL["passes"]["color"]}, "passes.again: layer color is drawn by color already"),
        ({"passes.color.layers.color": "rgb9"}, "passes.color.layers.color: there is no format rgb9"),
        ({"passes.class_id.antialias": True}, "passes.class_id.antialias: layer class_id holds integers"),
        ({"writers.camvid": None}, "writers: none is chosen"),
        ({"writers": None}, "writers: none is chosen"),
        ({"solids.cube": None, "solids.sphere": None, "solids.cylinder": None}, "solids: none is chosen"),
        ({"solids.background": CUBE}, "solids: the name background is taken"),
    ],
)
def test_what_does_not_fit_together(changes, said, given):
    assert given(changes).startswith(said)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"solids.mine": {"_target_": "raster.solids.mine.mine"}}, "solids.mine: Error loading 'raster.solids.mine.mine'"),
        ({"solids.mine": {"size": 3}}, "solids.mine={'size': 3}: expected _target_"),
        ({"solids.mine": {"_target_": "operator.truediv", "_args_": [1, 0]}}, "solids.mine: operator.truediv raised Zero"),
        ({"solids.cube.side": 2}, "solids.cube: cube() got an unexpected keyword argument 'side'"),
        ({"solids.sphere.segments": 7}, "solids.sphere.segments: 7 is not possible"),
        ({"solids.ball": {"_target_": "raster.solids.sphere.sphere", "segments": "x"}}, "solids.ball.segments: 'x' is"),
        ({"randomizers.camera.zoom": 2}, "randomizers.camera: Camera.__init__() got an unexpected keyword argument 'zoom'"),
        ({"randomizers.objects.weights": {"cube": float("inf")}}, "randomizers.objects.weights.cube: inf is not a finite"),
        ({"passes.color.shade": 1}, "passes.color: Pass.__init__() got an unexpected keyword argument 'shade'"),
    ],
)
def test_an_error_of_a_component_names_its_key(changes, said, given):
    assert given(changes).startswith(said)


# --- Pictures and environments


NO_SKIES = {**USUAL["randomizers"]["environment"], "skies": 0, "studios": 0}
PICTURES, MAPS = "randomizers.background.images", "randomizers.environment.files"


def picture(path: Path, size: tuple[int, int] = (64, 48)) -> Path:
    """A JPEG of noise."""
    path.parent.mkdir(exist_ok=True)
    noise = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(noise).save(path, "JPEG")
    return path


def hdr(path: Path, width: int = 32, header: str = "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n") -> Path:
    """A grey environment map without run lengths."""
    path.parent.mkdir(exist_ok=True)
    texel, height = bytes((128, 128, 128, 129)), width // 2
    path.write_bytes(f"{header}\n-Y {height} +X {width}\n".encode() + texel * (width * height))
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "kind"),
    [(f"randomizers.{name}.images", ".jpg") for name in ("background", "floor", "walls", "textures")] + [(MAPS, ".hdr")],
)
def test_files_that_are_not_there(key, kind, tmp_path, given):
    """A folder, a pattern, a folder without any of the kind: the key, what was given, and what would be right."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("none")
    for source, said in (
        (tmp_path / "none", "there is no such folder; give a folder or a pattern such as"),
        (tmp_path / "none" / f"*{kind}", "found no file that this pattern fits with an ending of"),
        (tmp_path / "empty", "found no file in this folder and those below it with an ending of"),
        (tmp_path / "notes", "found no file in this folder"),
    ):
        line = given({**NO_LIBRARY, **({"randomizers.environment": NO_SKIES} if key == MAPS else {}), key: str(source)})
        assert line.startswith(f"{key}={source}: {said}")
        assert kind in line


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut, "is it cut off?"),
        (lambda path: path.write_bytes(b""), "not a picture"),
        (lambda path: path.write_text("hello"), "not a picture"),
        (lambda path: Image.new("L", (20_000, 20_000)).save(path, "JPEG", quality=1), "too many pixels to be safe"),
        (lambda path: picture(path, (200, 4)), "is 200 x 4; expected at least 8 pixels each way"),
    ],
    ids=["cut off", "empty", "no picture", "decompression bomb", "tiny"],
)  # fmt: skip
def test_a_bad_picture_among_good_ones(damage, said, tmp_path, given):
    """The file is named, and none of it is left out in silence."""
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        picture(tmp_path / "in" / name)
    damage(tmp_path / "in" / "b.jpg")
    line = given({**NO_LIBRARY, PICTURES: str(tmp_path / "in")})
    assert line.startswith(f"{PICTURES}={tmp_path / 'in'}: {tmp_path / 'in' / 'b.jpg'}: ")
    assert said in line


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut, "cut off"),
        (lambda path: path.write_bytes(b""), "is no Radiance picture"),
        (lambda path: hdr(path, header="#?RADIANCE\nFORMAT=32-bit_rle_xyze\n"), "32-bit_rle_xyze"),
        (lambda path: picture(path), "is no Radiance picture"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"-Y 16 +X 32", b"-Y 32 +X 16")), "twice as wide"),
    ],
    ids=["cut off", "empty", "another colour space", "a JPEG", "upright"],
)  # fmt: skip
def test_a_bad_environment_among_good_ones(damage, said, tmp_path, given):
    for name in ("a.hdr", "b.hdr"):
        hdr(tmp_path / "in" / name)
    damage(tmp_path / "in" / "b.hdr")
    line = given({**NO_LIBRARY, "randomizers.environment": NO_SKIES, MAPS: str(tmp_path / "in")})
    assert line.startswith(f"{MAPS}={tmp_path / 'in'}: {tmp_path / 'in' / 'b.hdr'}: ")
    assert said in line


def test_an_exr_file_without_the_extra(tmp_path, given, monkeypatch):
    """As where OpenEXR is not installed: how to install it, and what to do without."""
    monkeypatch.setitem(sys.modules, "OpenEXR", None)
    (tmp_path / "sky.exr").write_bytes(b"\x76\x2f\x31\x01" + bytes(100))
    line = given({**NO_LIBRARY, "randomizers.environment": NO_SKIES, MAPS: str(tmp_path)})
    assert line.startswith(f"{MAPS}={tmp_path}: {tmp_path / 'sky.exr'}: OpenEXR is not installed")
    assert "raster-labels[exr]" in line


def test_an_exr_file_that_is_cut_off(tmp_path, given):
    pytest.importorskip("OpenEXR")
    (tmp_path / "sky.exr").write_bytes(b"\x76\x2f\x31\x01" + bytes(100))
    line = given({**NO_LIBRARY, "randomizers.environment": NO_SKIES, MAPS: str(tmp_path)})
    assert "cannot be read by OpenEXR, is it cut off?" in line


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"camera.fy": 100}, "camera.fy=100: fov_deg="),
        ({"camera.height": 1}, "camera.height=1: elevation_deg="),
        ({"camera.fov_deg": None}, "camera.fov_deg=null: then fy is needed"),
        ({"camera.fx": [40, 50]}, "camera.fx="),
        ({"camera.fov_deg": None, "camera.fy": 40, "camera.cx": 100}, "camera.cx="),
        ({"lights.shadows": 3, "lights.count": [1, 2]}, "lights.shadows="),
        ({"lights.shadows": 5}, "lights.shadows="),
        ({"lights.shadow_taps": 0}, "lights.shadow_taps="),
        ({"lights.softness": -0.1}, "lights.softness="),
        ({"lens.distorted": 1, "lens.k1": -0.5}, "lens.k1="),
        ({"lens.distorted": 1, "lens.k1": [0.9, 0.2]}, "lens.k1="),
        ({"lens.distorted": 1, "lens.k1": [-0.1, 0.9], "lens.k2": -0.6}, "lens.k1="),
        ({"lens.moving": 1, "lens.way": -0.1}, "lens.way="),
        ({"lens.aperture": -1}, "lens.aperture="),
        ({"lens.focus": 0}, "lens.focus="),
        ({"sensor.shot": -0.1}, "sensor.shot="),
        ({"sensor.quality": 0}, "sensor.quality="),
        ({"sensor.exposure_ev": [1, -1]}, "sensor.exposure_ev="),
        ({"environment.skies": -1}, "environment.skies="),
        ({"environment.skies": 0, "environment.studios": 0}, "environment.share="),
        ({"environment.gain": [0, 1]}, "environment.gain="),
        ({"walls.share": 2}, "walls.share="),
        ({"walls.most": 0}, "walls.most="),
        ({"materials.bump": -1}, "materials.bump="),
        ({"materials.finishes": ["shiny"]}, "materials.finishes.shiny: there is nothing of this name"),
    ],
)  # fmt: skip
def test_options_of_the_appearance_that_cannot_be(changes, said, given):
    """Contradictions, a lens that folds the picture, negative times, lengths and noise."""
    assert given({f"randomizers.{key}": value for key, value in changes.items()}).startswith(f"randomizers.{said}")


@pytest.mark.parametrize("key", ["lens.k1", "sensor.shot", "environment.gain", "lights.softness", "walls.height", "camera.cx"])
def test_a_number_that_is_none(key, given):
    assert given({f"randomizers.{key}": [0.1, float("nan")]}) == f"randomizers.{key}: nan is not a finite number"


def test_two_randomizers_that_bring_environments(given):
    again = {**USUAL["randomizers"]["environment"], "skies": 1, "studios": 0}
    line = given({**NO_LIBRARY, "randomizers.environment": again, "randomizers.second": again})
    assert line.startswith("randomizers.second.environments: another randomizer brings environments already")


# --- Shaders


def test_a_shader_that_does_not_compile(tmp_path, given):
    shader = tmp_path / "bad.frag"
    shader.write_text("// Colour, with a mistake.\n#version 430\n\nout vec4 color;\nvoid main() { color = vec4(nowhere); }\n")
    line = given({"passes.color.shader": str(shader)})
    assert line.startswith(f"{shader}:5: ")
    assert "nowhere" in line


def test_a_shader_that_is_not_there(tmp_path, given):
    assert given({"passes.color.shader": str(tmp_path / "no.frag")}).startswith(f"{tmp_path / 'no.frag'}: cannot read")


def test_a_shader_with_an_include_that_is_not_there(tmp_path, given):
    shader = tmp_path / "bad.frag"
    shader.write_text('#version 430\n#include "nonesuch.glsl"\nvoid main() {}\n')
    assert "nonesuch.glsl: cannot read this shader" in given({"passes.color.shader": str(shader)})


@pytest.mark.parametrize("place", ["file", "file/set", "/proc/set", "locked/set"])
def test_an_out_that_cannot_be_written(place, tmp_path, monkeypatch, ended):
    if place == "locked/set" and os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "locked").mkdir(mode=0o500)
    configure(monkeypatch, {"out": str(tmp_path / place)})
    assert str(tmp_path / place) in ended()
    assert (tmp_path / "file").read_text() == "in the way"
    assert sorted(os.listdir(tmp_path)) == ["file", "locked"]


def test_a_folder_that_holds_something_else(out, monkeypatch, ended):
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    before = stamps(out)
    configure(monkeypatch, {"out": str(out)})
    assert ended().startswith(f"out={out}: holds notes.txt but no manifest.json")
    assert stamps(out) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seed": 1}, "seed is 0 there and 1 here"),
        ({"seed": 1, "size": 48, "randomizers.camera.jitter": 0}, "seed is 0 there and 1 here"),
        ({"size": [32, 48]}, "size is [32,32] there and [32,48] here"),
        ({"valid": 0.5}, "valid is 0.2 there and 0.5 here"),
        ({"samples": 4}, "samples is 1 there and 4 here"),
        ({"randomizers.camera.jitter": 0, "writers.x": None}, "randomizers.camera.jitter is [0,0.35] there and 0 here"),
        ({"randomizers.lights": None}, "randomizers.lights is {"),
        ({"solids.box": CUBE}, "solids.box is absent there and {"),
        ({"n": 3}, "n is 4 there and 3 here"),
    ],
)
def test_another_configuration_into_the_same_folder(changes, said, made, monkeypatch, ended):
    before = stamps(made)
    configure(monkeypatch, {"out": str(made), **changes})
    line = ended()
    assert line.startswith(f"out={made}: {said}")
    assert line.endswith(f"choose another out, or remove {made} to start afresh")
    assert stamps(made) == before


@pytest.mark.slow
def test_without_egl(tmp_path):
    err = generate(tmp_path, "n=2", "out=set", code=2, env={"__EGL_VENDOR_LIBRARY_FILENAMES": "/nonexistent"})
    assert err.count("\n") == 1
    assert complaint(err).startswith("error: ")
    assert "__EGL_VENDOR_LIBRARY_FILENAMES=/nonexistent" in err
    assert os.listdir(tmp_path) == []
