"""Tests of raster.generate against bad input: one line that names the key, exit code 2, nothing written.

Here: the command line, options of the run, and parts that do not fit together. test_generate_bad_input_*.py have the rest.
"""

import pytest
from usual_configuration import CUBE, NO_LIBRARY, USUAL

import raster.solids
from raster.assets.check_names import MAX_CLASSES
from raster.run.options import yaml_value
from raster.run.setup import build_setup


@pytest.mark.slow
@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("n=0", "n=0: expected"),
        ("valid=1000", "valid=1000: expected fewer than n=2"),
        ("test=2", "test=2: expected fewer than n=2"),
        ("n=abc", "n=abc: expected a whole number (1 to 100,000,000)"),
        ("sized=64", "sized: there is no such key; did you mean size?"),
        ("randomizers.camera.fov=40", "randomizers.camera.fov: there is no such key; did you mean randomizers.camera.fov_deg?"),
        ("solids=[cubes]", "solids: there is no cubes; choose from capsule, cone, cube"),
        ("passes=[colour]", "passes: there is no colour; choose from class_id"),
        ("writers=[coco2]", "writers: there is no coco2; choose from camvid"),
        ("annotations=[box]", "annotations: there is no box; choose from amodal, boxes, full, keypoints, pose"),
        ("randomizers=[fog]", "randomizers: there is no fog; choose from background, camera"),
        ("randomizers=null", "randomizers, passes, annotations and writers take a list of names"),
        ("randomizers.camera.fov_deg=[nan,40]", "randomizers.camera.fov_deg: nan is not a finite number"),
        ("size=[48", "size=[48: brackets and quotes do not pair"),
        ("--n=5", "--n=5: options are written without dashes: n=5"),
        ("--views-per-layout=2", "options are written without dashes: views_per_layout=2"),
        ("--solids=[cube]", "options are written without dashes: 'solids=[cube]'"),
        ("--preset=fast", "options are written without dashes: preset=fast"),
        ("-o", "-o: there is no such option; options are written without dashes, as seed=1"),
        ("--cfg=all-of-it", "--cfg/-c: invalid choice: 'all-of-it' (choose from"),
        ("~randomizers.objects", "randomizers.objects: is not chosen, so nothing would have a label; add it to the list"),
        ("randomizers=[lights,lens]", "randomizers.objects: is not chosen, so nothing would have a label; add it to the list"),
    ],
)
def test_words_of_the_command_line(override, said, told):
    assert said in told(override)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("valid=4", "views_per_layout=3"),
            "valid=4: expected a multiple of views_per_layout=3, since views of a layout stay together",
        ),
        (("--out", "x"), "--out x: options are written without dashes: out=x"),
        (("--seed", "-3"), "--seed -3: options are written without dashes: seed=-3"),
        (("--seed", "size=64"), "--seed: options are written without dashes: seed=..."),
        (("--sede", "3"), "--sede 3: options are written without dashes: seed=3"),
        (("-m", "n=2"), "n=2: a flag such as -m or --config-dir stands between overrides; put flags before all of them"),
    ],
)
def test_several_words_of_the_command_line(words, said, told):
    assert told(*words) == said


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["default", "fast", "heldout"])  # fast has options for lights, heldout for objects
def test_one_randomizer_in_place_of_all_is_refused(preset, tmp_path, told):
    home = tmp_path / "mine" / "randomizers"
    home.mkdir(parents=True)
    (home / "dim.yaml").write_text("# Something to call.\ndim: {_target_: raster.randomizers.rotation.Rotation}\n")
    line = told(f"preset={preset}", "randomizers=dim", f"--config-dir={home.parent}")
    assert line.startswith(
        "randomizers.objects: is not chosen, so nothing would have a label; say +randomizers=dim, with the plus"
    )


@pytest.mark.slow
def test_one_class_too_many(given):
    extra = MAX_CLASSES - 1 - len(USUAL["solids"])
    small = {"_target_": "raster.solids.tetrahedron.tetrahedron"}  # has one level of detail
    fits = {**USUAL, "solids": {**USUAL["solids"], **{f"c{i}": small for i in range(extra)}}, "randomizers": {}}
    assert len(build_setup(fits).classes) == MAX_CLASSES
    line = given({f"solids.c{i}": small for i in range(extra + 1)})
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
        ("valid", 1.0, "from 0 to below 1, or a whole number of images"),
        ("valid", 2.5, "from 0 to below 1"),
        ("valid", -1, "from 0 to below 1"),
        ("valid", True, "from 0 to below 1"),
        ("valid", -0.1, "from 0 to below 1"),
        ("workers", 0, "auto, or a whole number from 1"),
        ("workers", "many", "auto, or a whole number from 1"),
        ("workers", 1.5, "auto, or a whole number from 1"),
        ("gl.device", -1, "expected null"),
        ("gl.device", 99, "EGL lists"),
        ("gl.also", [-1], "expected numbers of"),
        ("randomizers.camera", 3, "expected _target_"),
    ],
)
def test_a_wrong_value_of_the_run(key, value, right, given):
    line = given({key: value})
    assert line.startswith(f"{key}={yaml_value(value)}: ")
    assert right in line


@pytest.mark.parametrize("key", ["valid", "size", "workers", "samples", "randomizers.lights.kelvin", "solids.sphere.segments"])
def test_what_is_not_a_finite_number(key, given):
    for value in (float("nan"), float("inf")):
        assert given({key: value}) == f"{key}: {value} is not a finite number"
        assert given({key: [1, value]}) == f"{key}: {value} is not a finite number"


@pytest.mark.parametrize("size", [100_000, [16, 100_000], [100_000, 16]])
def test_a_size_beyond_what_the_driver_draws(size, given):
    assert given({"size": size, **NO_LIBRARY}).startswith("size: ")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"passes.color": None}, "writers.camvid: needs layer color,"),
        ({"passes.class_id": None, "annotations.boxes": None, "layers": []}, "writers.camvid: needs layer class_id,"),
        ({"passes.class_id": None}, "annotations.boxes: needs layer instance_id,"),
        ({"passes.again": USUAL["passes"]["color"]}, "passes.again: layer color is drawn by color already"),
        ({"passes.color.layers.color": "rgb9"}, "passes.color.layers.color: there is no format rgb9"),
        ({"passes.class_id.antialias": True}, "passes.class_id.antialias: layer class_id holds integers"),
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
        (
            {"solids.mine": {"_target_": "raster.solids.mine.mine"}},
            f"solids.mine._target_=raster.solids.mine.mine: {raster.solids.__file__} has no mine",
        ),
        ({"solids.mine": {"size": 3}}, "solids.mine={'size': 3}: expected _target_"),
        (
            {"solids.mine": {"_target_": "builtins.open", "_args_": ["/no/such"]}},
            "solids.mine: [Errno 2] No such file or directory: '/no/such'",
        ),
        ({"solids.mine": {"_target_": "operator.truediv", "_args_": [1, 0]}}, "solids.mine: operator.truediv raised Zero"),
        ({"solids.cube.side": 2}, "solids.cube: cube() got an unexpected keyword argument 'side'; it takes "),
        ({"solids.sphere.segments": 7}, "solids.sphere.segments: 7 is not possible"),
        ({"solids.ball": {"_target_": "raster.solids.sphere.sphere", "segments": "x"}}, "solids.ball.segments: 'x' is"),
        (
            {"randomizers.camera.zoom": 2},
            "randomizers.camera: Camera.__init__() got an unexpected keyword argument 'zoom'; it takes distance, ",
        ),
        ({"randomizers.objects.weights": {"cube": float("inf")}}, "randomizers.objects.weights.cube: inf is not a finite"),
        ({"passes.color.shade": 1}, "passes.color: Pass.__init__() got an unexpected keyword argument 'shade'"),
    ],
)
def test_an_error_of_a_component_names_its_key(changes, said, given):
    assert given(changes).startswith(said)
