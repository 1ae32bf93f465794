"""Tests of the wheel: it holds the package with conf/, shaders/ and train/ and nothing else, and works without a checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from programs import HANG_S

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


def run(folder: Path, *words: str, **environment: str) -> str:
    """A Python program in a folder, to its end."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=folder, env={**kept, **environment}, capture_output=True, text=True, timeout=HANG_S)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(ROOT, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def site(wheel, tmp_path_factory) -> Path:
    """A folder that holds what pip installs; the dependencies are those of this Python."""
    folder = tmp_path_factory.mktemp("site")
    run(folder, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(folder), str(wheel))
    return folder


def files(folder: str, *kinds: str) -> set[str]:
    """Files of the checkout below a folder, by path."""
    return {str(path.relative_to(ROOT)) for kind in kinds for path in (ROOT / folder).rglob(kind)}


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert wheel.name.endswith("-py3-none-any.whl")
    assert {name.split("/")[0].split("-")[0] for name in names} == {"raster", "raster_labels"}
    inside = {name.removeprefix("raster/") for name in names if name.startswith(("raster/conf/", "raster/shaders/"))}
    assert inside == files("conf", "*.yaml") | files("shaders", "*.vert", "*.frag", "*.comp", "*.glsl")
    code = {name for name in names if name.startswith("raster/") and name.removeprefix("raster/") not in inside}
    pages = files("raster", "*.html", "*.css", "*.js", "*.svg")
    assert code - {"raster/py.typed"} == files("raster", "*.py") | pages | {f"raster/{name}" for name in files("train", "*.py")}
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_the_wheel_is_for_the_pythons_that_its_classifiers_name(wheel):
    """3.10 is refused by pip: MuJoCo needs 3.11."""
    (name,) = (name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".dist-info/METADATA"))
    lines = zipfile.ZipFile(wheel).read(name).decode().splitlines()
    assert "Requires-Python: <3.14,>=3.11" in lines
    versions = [
        line.rpartition(" ")[2] for line in lines if line.startswith("Classifier: Programming Language :: Python :: 3.")
    ]
    assert versions == ["3.11", "3.12", "3.13"]


def test_the_wheel_draws_without_a_checkout(site, tmp_path):
    where = run(
        tmp_path,
        "-c",
        "import raster, raster.system.paths as p; print(raster.__file__, p.CONF, p.SHADERS)",
        PYTHONPATH=str(site),
    )
    assert where.split() == [str(site / "raster" / name) for name in ("__init__.py", "conf", "shaders")]
    said = run(tmp_path, "-m", "raster.generate", "n=4", "size=64", "out=set", PYTHONPATH=str(site))
    assert "done: 4 frames" in said
    said = run(tmp_path, "-m", "raster", "validate", "set", PYTHONPATH=str(site))
    assert said.startswith("valid: 4 images")
    assert str(ROOT) not in (tmp_path / "set" / ".hydra" / "hydra.yaml").read_text()  # nothing came from there


def test_all_commands_of_the_wheel_are_found_in_raster(site, tmp_path):
    """Also where another package is called train."""
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "__init__.py").write_text("raise SystemExit('the other train')")
    code = "from raster.__main__ import *; print(*(import_module(find_command(name)).__file__ for name in COMMANDS))"
    found = run(tmp_path, "-c", code, PYTHONPATH=str(site)).split()
    assert len(found) >= 7
    assert all(path.startswith(f"{site / 'raster'}/") for path in found)
    (script,) = (site / "bin").glob("raster")
    assert "from raster.__main__ import main" in script.read_text()
