"""Tests of the recipes for adding things: in a copy of the package, and from a user's own folder by --config-dir."""

import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from own_components import CHOSEN, ROOT, copy_of_the_package
from programs import begin, finish, generate_here, run, run_here, wait_until

from raster.dataset.verify import verify
from raster.errors import InputError

SMALL = ("preset=fast", "n=6", "size=32", "batch=2", "workers=1")
ALL_WRITERS = "writers=[camvid,boxes_csv,depth_npy]"
HELD_CSV = '''"""HeldCsv: as boxes_csv; waits for a file `go` before image 4."""

import os
import time

from my_module import BoxesCsv


class HeldCsv(BoxesCsv):
    def _write(self, record):
        while record["index"] >= 4 and not os.path.exists("go"):
            time.sleep(0.01)
        return super()._write(record)
'''


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    """A copy of the package with all components added."""
    return copy_of_the_package(tmp_path_factory.mktemp("package"))


def records(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "scenes.jsonl").read_text().splitlines()]


def files(out: Path) -> dict[str, bytes]:
    """Every file of a data set, by name, but for the manifest and what is hidden."""
    found = (path for path in sorted(out.rglob("*")) if path.is_file() and path.name != "manifest.json")
    return {name: path.read_bytes() for path in found if not (name := str(path.relative_to(out))).startswith(".")}


def generator(home: str, request, cwd: Path) -> Callable[..., str]:
    """A function that runs raster.generate in `cwd`, with the components in a package's copy or in the user's folder."""

    def generate(*overrides: str, code: int = 0) -> str:
        if home == "package":
            path = str(request.getfixturevalue("package"))
            return finish(begin(cwd, *overrides, env={"PYTHONPATH": path}), code)
        words = (f"--config-dir={request.getfixturevalue('mine')}", *overrides)
        if {"workers=2", "-m"} & set(overrides):  # more processes
            return finish(begin(cwd, *words), code)
        return generate_here(cwd, *words, code=code)

    return generate


# --- Whole runs


@pytest.mark.slow
def test_all_components_at_once_make_the_same_data_from_both_places(tmp_path, request):
    for home in ("package", "own"):
        generate = generator(home, request, tmp_path)
        generate(*SMALL, *CHOSEN, ALL_WRITERS, f"out={home}", f"workers={1 + (home == 'own')}")
        verify(tmp_path / home)
        assert generate(*SMALL, *CHOSEN, ALL_WRITERS, f"out={home}").splitlines()[-1].startswith("complete: ")
    made = files(tmp_path / "package")
    assert made == files(tmp_path / "own")
    assert len(made) == 3 + 4 * 6
    for record in records(tmp_path / "own"):
        index = record["index"]
        assert list(record["files"]) == [f"boxes/{index:06d}.csv", f"depth/{index:06d}.npy"]
        seen = [entry["class"] for entry in record["objects"] if entry["visible_px"]]
        assert record["counts"] == {name: seen.count(name) for name in dict.fromkeys(seen)}
        rows = (tmp_path / "own" / "boxes" / f"{index:06d}.csv").read_text().splitlines()
        assert [row.split(",")[0] for row in rows] == seen
        depth = np.load(tmp_path / "own" / "depth" / f"{index:06d}.npy")
        assert depth.shape == (32, 32)
        assert depth.dtype == np.float32
        near, far = record["camera"]["near"], record["camera"]["far"]
        assert ((depth == 0) | ((near <= depth) & (depth <= 2 * far))).all()
        assert depth.any()
    assert "wedge" in {entry["solid"] for record in records(tmp_path / "own") for entry in record["objects"]}
    dark, usual = (lights(tmp_path, request, name, overrides) for name, overrides in (("dim", CHOSEN[:1]), ("plain", ())))
    assert 0 < dark < 0.7 * usual


def lights(cwd: Path, request, out: str, overrides: tuple[str, ...]) -> float:
    """The sum of the ambient light of six images."""
    generator("own", request, cwd)(*SMALL, *overrides, f"out={out}", "writers=[boxes_csv]")
    verify(cwd / out)
    return sum(sum(record["lights"][0]["color"]) for record in records(cwd / out))


@pytest.mark.slow
def test_the_tests_of_solids_take_up_a_new_one(package):
    for name in ("tests/solids", "tests/support"):
        shutil.copytree(ROOT / name, package / name, dirs_exist_ok=True)
    for name in ("tests/conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, package / name)
    done = run("-m", "pytest", "tests/solids", "-k", "wedge", "-p", "no:cacheprovider", cwd=package, PYTHONPATH=str(package))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.split()[0].count(".") >= 8, done.stdout


@pytest.mark.slow
def test_a_writer_alone_that_is_killed_resumes_and_validates(tmp_path, mine):
    folder = Path(shutil.copytree(mine, tmp_path / "mine"))
    (folder / "held.py").write_text(HELD_CSV)
    (folder / "writers/held_csv.yaml").write_text("held_csv: {_target_: held.HeldCsv}\n")
    words = ("--config-dir=mine", *SMALL, "n=20", "writers=[held_csv]")
    (tmp_path / "go").touch()
    generate_here(tmp_path, *words, "out=whole")
    verify(tmp_path / "whole")
    (tmp_path / "go").unlink()
    killed, out = begin(tmp_path, *words, "out=killed"), tmp_path / "killed"
    wait_until(lambda: any((out / ".journal").glob("*")), "the journal", killed)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.communicate()
    with pytest.raises(InputError, match=rf"incomplete; .*--config-dir={folder} out={out} n=20"):
        verify(out)
    kept = out / "boxes" / "000000.csv"
    stamp = kept.stat().st_mtime_ns
    (tmp_path / "go").touch()
    said = finish(begin(tmp_path, *words, "out=killed"))
    assert kept.stat().st_mtime_ns == stamp
    assert "done: 20 frames" not in said
    verify(out)
    assert files(out) == files(tmp_path / "whole")
    assert not (out / "images").exists()
    assert all("image" not in record and "label" not in record for record in records(out))


@pytest.mark.slow
def test_a_damaged_or_foreign_file_is_found_and_a_damaged_one_drawn_again(tmp_path, request):
    generate, words = generator("own", request, tmp_path), (*SMALL, "writers=[camvid,boxes_csv]", "out=set")
    generate(*words)
    whole, damaged = files(tmp_path / "set"), tmp_path / "set" / "boxes" / "000003.csv"
    damaged.write_text("cube,0,0,1,1\n")
    with pytest.raises(InputError, match=r"boxes/000003\.csv: its sha256 is [0-9a-f]{64}, but scenes\.jsonl says"):
        verify(tmp_path / "set")
    damaged.unlink()
    with pytest.raises(InputError, match=r"boxes/000003\.csv: cannot be read: No such file"):
        verify(tmp_path / "set")
    assert "done: 1 frames" in generate(*words)
    assert files(tmp_path / "set") == whole
    (tmp_path / "set" / "images" / "000006.png").touch()
    with pytest.raises(InputError, match=r"images/000006\.png: does not belong"):
        verify(tmp_path / "set")


@pytest.mark.slow
def test_a_sweep_in_other_processes_finds_the_users_modules(tmp_path, request):
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    generator("own", request, tmp_path)("-m", *SMALL, "solids=[wedge]", "seed=1,2", "out=sweep", "hydra/launcher=joblib")
    points = sorted((tmp_path / "sweep").glob("*/manifest.json"))
    assert [verify(path.parent)["images"] for path in points] == [6, 6]


@pytest.mark.slow
def test_a_preview_of_own_components(tmp_path, mine):
    said = run_here(tmp_path, "raster.preview", f"--config-dir={mine}", "count=2", "size=32", "solids=[wedge]")
    assert "preview.png: 2 images" in said
