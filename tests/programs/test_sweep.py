"""Tests of sweeps: a folder for each point, complete in itself, whose names need no quotes; run again; a bad point."""

import re
import shlex
import shutil
import signal
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from fakes import stamps
from omegaconf import OmegaConf
from programs import begin_held, complaint, data, finish, generate, generate_here, let_go, wait_for

from raster.dataset.verify import verify
from raster.errors import InputError

pytestmark = pytest.mark.slow
SWEEP = (
    "-m",
    "preset=fast",
    "n=6",
    "size=48",
    "randomizers.camera.fov_deg=[30,40],[60,70]",
    "seed=1,2",
    "out=sweep",
    "workers=1",
)
POINTS = {(tuple(fov), seed): f"preset-fast_randomizers.camera.fov_deg-{fov[0]}-{fov[1]}_seed-{seed}_size-48"
          for fov in ([30, 40], [60, 70]) for seed in (1, 2)}  # fmt: skip


@pytest.fixture(scope="module")
def swept(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("swept")
    generate(folder, *SWEEP)
    return folder / "sweep"


def points(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def manifest(out: Path) -> dict[str, Any]:
    return orjson.loads((out / "manifest.json").read_bytes())


def test_a_folder_for_each_point(swept):
    assert points(swept) == sorted(POINTS.values())
    assert {path.name for path in swept.iterdir()} == {*POINTS.values(), "multirun.yaml"}
    assert all(re.fullmatch(r"[A-Za-z0-9_.+-]+", name) for name in points(swept))  # no quotes for the shell, nor for Hydra


@pytest.mark.parametrize(("fov", "seed"), POINTS)
def test_each_point_is_a_data_set_with_its_own_configuration(fov, seed, swept):
    out = swept / POINTS[fov, seed]
    assert verify(out)["images"] == 6
    told = OmegaConf.load(out / ".hydra" / "config.yaml")
    held = manifest(out)
    for camera in (told.randomizers.camera, held["configuration"]["randomizers"]["camera"]):
        assert tuple(camera["fov_deg"]) == fov
    assert told.seed == held["seed"] == held["configuration"]["seed"] == seed
    overrides = OmegaConf.to_container(OmegaConf.load(out / ".hydra" / "overrides.yaml"))
    assert {f"seed={seed}", f"randomizers.camera.fov_deg=[{fov[0]},{fov[1]}]"} <= set(overrides)
    lines = [orjson.loads(line) for line in (out / "scenes.jsonl").read_bytes().splitlines()]
    angles = [2 * np.degrees(np.arctan(24 / line["camera"]["fy"])) for line in lines]
    assert fov[0] <= min(angles) <= max(angles) <= fov[1]


def test_the_points_differ(swept):
    assert len({manifest(swept / name)["digest"] for name in points(swept)}) == 4


def test_a_point_is_what_a_single_run_draws(swept, tmp_path):
    generate_here(tmp_path, "preset=fast", "n=6", "size=48", "randomizers.camera.fov_deg=[60,70]", "seed=2", "out=one")
    assert data(tmp_path / "one") == data(swept / POINTS[(60, 70), 2])


def test_running_it_again_completes_what_is_missing_and_nothing_else(swept, tmp_path):
    shutil.copytree(swept, tmp_path / "sweep")
    names = points(swept)
    (tmp_path / "sweep" / names[1] / "images" / "000002.png").unlink()
    shutil.rmtree(tmp_path / "sweep" / names[2])
    before = {name: stamps(tmp_path / "sweep" / name) for name in (names[0], names[3])}
    said = generate_here(tmp_path, *SWEEP)
    assert re.findall(r"^(complete|done: \d+)", said, re.M) == ["complete", "done: 1", "done: 6", "complete"]
    assert before == {name: stamps(tmp_path / "sweep" / name) for name in before}
    for name in names:
        assert data(tmp_path / "sweep" / name) == data(swept / name)


def test_an_incomplete_point_comes_with_the_command_that_completes_it(swept, tmp_path):
    out = tmp_path / "a set, mine" / points(swept)[0]  # a folder that Hydra and the shell need quoted
    shutil.copytree(swept / out.name, out)
    (out / "labels" / "000005.png").unlink()
    told = (out / "manifest.json").read_text()
    (out / "manifest.json").write_text(told.replace('"complete": true', '"complete": false'))
    with pytest.raises(InputError) as refused:
        verify(out)
    words = shlex.split(str(refused.value).partition("to finish it: ")[2])
    assert words[:3] == ["python", "-m", "raster.generate"]
    assert "done: 1 frames" in generate_here(tmp_path, *words[3:])
    assert data(out) == data(swept / out.name)


def test_a_bad_point_is_told_in_one_line_and_the_others_are_drawn(tmp_path):
    given = ("-m", "preset=fast", "n=2", "size=48", "out=sweep", "workers=1")
    line = complaint(generate_here(tmp_path, *given, "randomizers.camera.fov_deg=[30,190],[30,40]", code=2))
    assert line.startswith("error: randomizers.camera.fov_deg=[30, 190]: expected values with 0 < fov_deg < 180")
    (good,) = (tmp_path / "sweep").glob("*/manifest.json")
    assert verify(good.parent)["images"] == 2


def test_a_value_that_cannot_be_is_told_before_anything_is_drawn(tmp_path):
    err = generate_here(tmp_path, "-m", "n=2", "size=48", "seed=1,two", "out=sweep", code=2)
    assert complaint(err).startswith("error: ")
    assert "seed=two" in err
    assert list(tmp_path.rglob("manifest.json")) == []


def test_an_interrupt_ends_the_sweep_and_not_only_a_point(tmp_path):
    run = begin_held(tmp_path, "-m", "n=400", "size=48", "seed=1,2", "out=sweep", "workers=1", hold=300)
    wait_for(run, tmp_path / "sweep" / "seed-1_size-48", 5)
    run.send_signal(signal.SIGINT)
    let_go(tmp_path)
    assert complaint(finish(run, 130)).startswith("interrupted with ")
    assert points(tmp_path / "sweep") == ["seed-1_size-48"]


def test_a_sweep_without_out(tmp_path):
    said = generate_here(tmp_path, "-m", "n=2", "size=48", "seed=1,2", "workers=1")
    assert said.startswith(f"out: {tmp_path}/out/sweep/seed-1_size-48\n")
    assert points(tmp_path / "out" / "sweep") == ["seed-1_size-48", "seed-2_size-48"]


def test_points_that_differ_in_what_changes_no_image_have_folders_of_their_own(tmp_path):
    generate_here(tmp_path, "preset=fast", "size=32", "n=2,3", "workers=1", "out=sweep", "-m")
    names = ["n-2_preset-fast_size-32", "n-3_preset-fast_size-32"]
    assert points(tmp_path / "sweep") == names
    assert [manifest(tmp_path / "sweep" / name)["n"] for name in names] == [2, 3]
