"""docker/: each file parses, is pinned, cleans up, names what the project has, and its shell commands are well formed."""

import json
import re
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from raster.__main__ import COMMANDS

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "docker").glob("*.Dockerfile"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
KNOWN = {"FROM", "ARG", "ENV", "RUN", "COPY", "WORKDIR", "ENTRYPOINT", "CMD"}


def instructions(path: Path) -> list[tuple[str, str]]:
    """(instruction, the rest), continued lines joined, comments left out. AssertionError for what Docker would not read."""
    text = "\n".join(line for line in path.read_text().splitlines() if not line.lstrip().startswith("#"))
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            assert word in KNOWN, f"{path.name}: {word}"
            assert rest.strip(), f"{path.name}: {word} of nothing"
            found.append((word, " ".join(rest.split())))
    return found


def of(path: Path, word: str) -> list[str]:
    return [rest for name, rest in instructions(path) if name == word]


@pytest.fixture(params=FILES, ids=lambda path: path.name)
def dockerfile(request) -> Path:
    return request.param


def test_there_is_one_for_the_processor_and_one_for_nvidia():
    assert [path.name for path in FILES] == ["cpu.Dockerfile", "nvidia.Dockerfile"]


def test_it_starts_from_a_pinned_python_that_the_project_supports(dockerfile):
    assert instructions(dockerfile)[0][0] == "FROM"
    for base in of(dockerfile, "FROM"):
        version = re.fullmatch(r"python:(3\.\d+)-slim-[a-z]+( AS \w+)?", base)
        assert version, base
        low, high = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()
        assert int(low) <= int(version[1].partition(".")[2]) < int(high)


def test_every_shell_command_is_well_formed(dockerfile):
    for command in of(dockerfile, "RUN"):
        subprocess.run(["sh", "-n", "-c", command], check=True)


def test_packages_are_those_of_the_readme_and_leave_no_lists(dockerfile):
    (command,) = [command for command in of(dockerfile, "RUN") if "apt-get" in command]
    packages = re.search(r"apt-get install -y --no-install-recommends ([\w -]+?) &&", command)[1].split()
    assert packages == (["libegl1", "libgl1-mesa-dri"] if dockerfile.name.startswith("cpu") else ["libegl1"])
    assert " ".join(["libegl1", "libgl1-mesa-dri"]) in (ROOT / "Makefile").read_text()
    assert command.startswith("apt-get update && ")
    assert command.endswith("&& rm -rf /var/lib/apt/lists/*")


def test_what_it_copies_and_installs_is_there(dockerfile):
    assert of(dockerfile, "COPY")[0] == ". /source"
    stages = {base.partition(" AS ")[2] for base in of(dockerfile, "FROM")} - {""}
    assert {re.match(r"--from=(\w+) ", copied)[1] for copied in of(dockerfile, "COPY")[1:]} == stages
    (extras,) = of(dockerfile, "ARG")
    named = extras.removeprefix("EXTRAS=").split(",") + re.findall(r"EXTRAS=([\w,]+)", dockerfile.read_text())[-1].split(",")
    assert set(named) <= set(PROJECT["optional-dependencies"])


def test_the_files_that_docker_is_given_suffice_for_the_wheel():
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    kept = {line[1:] for line in lines if line.startswith("!")}
    assert all((ROOT / name).exists() for name in kept)
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*build["packages"], *build["force-include"], "pyproject.toml", PROJECT["readme"], *PROJECT["license-files"]}
    assert {name for name in needed if not any(fnmatch(name, pattern) for pattern in kept)} == set()


def test_it_runs_the_program(dockerfile):
    (entry,), (default,) = of(dockerfile, "ENTRYPOINT"), of(dockerfile, "CMD")
    assert json.loads(entry) == ["raster"]
    assert json.loads(default) == ["--help"]
    for command in of(dockerfile, "RUN"):
        if command.startswith("raster "):
            assert command.split()[1] in COMMANDS


def test_nvidia_gets_the_capability_that_egl_needs():
    """Without graphics the container toolkit leaves out the driver's EGL, and EGL finds no device."""
    path = ROOT / "docker" / "nvidia.Dockerfile"
    variables = dict(word.split("=") for line in of(path, "ENV") for word in line.split())
    assert {"graphics", "compute"} <= set(variables["NVIDIA_DRIVER_CAPABILITIES"].split(","))
    assert variables["NVIDIA_VISIBLE_DEVICES"] == "all"
    (command,) = [command for command in of(path, "RUN") if "egl_vendor.d" in command]
    icd = json.loads(re.search(r"echo '(.*?)'", command)[1])
    assert icd["ICD"]["library_path"] == "libEGL_nvidia.so.0"
    assert "mesa-dri" not in " ".join(of(path, "RUN"))
