"""The README's commands and examples run as they stand there (with fewer images), and its claims on names hold."""

import importlib.util
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.sample_meshes import CLASSES, make
from raster.system.paths import CONF

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.M | re.S)


def programs() -> list[str]:
    """Every `python -m ...` line of the README."""
    lines = [line.split("#")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith("python ")]


@pytest.mark.slow
def test_commands_run(tmp_path):
    assert len(programs()) >= 5
    make(tmp_path / "models", len(CLASSES), detail=2)  # the reader's own
    for line in programs():
        if " train." in line and not importlib.util.find_spec("fastai"):
            continue
        words = shlex.split(re.sub(r"\bn=\d+", "n=6", line)) + (["size=64"] if "generate" in line else [])
        done = subprocess.run([sys.executable, *words[1:]], cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, f"{line}: {done.stderr}"
    assert (tmp_path / "preview.png").exists()
    assert len(list((tmp_path / "sweep").glob("*/manifest.json"))) == 4
    digest = next(line for block in blocks("sh") for line in block.splitlines() if "sha256sum" in line)
    by_hand = subprocess.run(["sh", "-c", digest], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert f'"{by_hand.split()[0]}"' in (tmp_path / "demo" / "manifest.json").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_examples_run(tmp_path, number):
    done = subprocess.run([sys.executable, "-c", blocks("python")[number]], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_solid_and_randomizer_is_named():
    for group in ("solids", "randomizers"):
        for path in (CONF / group).glob("*.yaml"):
            assert f"`{path.stem}`" in README, f"the README does not name {group}/{path.stem}"


def test_pictures_are_there():
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file(), path
        assert (ROOT / path).stat().st_size < 200_000
