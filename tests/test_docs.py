"""README and docs: each command and example runs as it stands there, with fewer and smaller images; links and lengths hold."""

import importlib
import importlib.util
import re
import shlex
import subprocess
import sys
from glob import glob
from pathlib import Path

import numpy as np
import pytest
from programs import HANG_S, run_here
from write_rgbe import write_rgbe

from benchmarks.sample_meshes import CLASSES, make
from raster.__main__ import COMMANDS
from raster.dataset.manifest import MANIFEST
from raster.system.paths import CONF, SHADERS

ROOT = Path(__file__).parents[1]
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))),
]
TEXTS = {page: (ROOT / page).read_text() for page in PAGES}
# What is not run: it would install something, or run the tests again.
NOT_RUN = (".venv/bin/pip ", "apt-get ", "python -m venv ", "make ")
# A network that is trained for a moment, on the processor.
TINY_TRAINING = ["epochs=1", "then_size=null", "size=32", "batch=2", "scales=[1]", "threads=1", "device=cpu"]


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", TEXTS[page], re.M | re.S)


def commands(page: str) -> list[str]:
    """Every command of a page: the lines of its sh blocks, continued lines joined, without comments."""
    lines = [line for block in blocks(page, "sh") for line in block.replace("\\\n", " ").splitlines()]
    return [command for line in lines if (command := re.split(r"\s#", line)[0].strip())]


def same(command: str) -> str:
    """A command in one form, however it is spaced."""
    return " ".join(command.split())


def own_files(page: str) -> dict[str, str]:
    """The files that a page tells its reader to write: a path in backquotes and a colon, and then a block."""
    return dict(re.findall(r"^`(mine/[\w/.]+)`:\n\n```\w+\n(.*?)^```", TEXTS[page], re.M | re.S))


def cut_down(command: str) -> list[str]:
    """The words of a command that takes a moment: few small images, a short training, a benchmark's option parser."""
    words = shlex.split(re.sub(r"\bexplain=\d+,\d+", "explain=20,30", re.sub(r"\bn=\d+", "n=6", command)))
    if "benchmarks." in command:
        return [*words, "--help"]
    if "submitit_slurm" in command:  # what Slurm would be told of the first point of the sweep
        return [word.split(",")[0] for word in words if word != "-m" or word is words[1]] + ["--cfg", "hydra"]
    if "--help" in words:
        return words
    if "train.fit" in command:
        return [*words, *TINY_TRAINING, *(["preset=fast"] if "stream=true" in command else [])]
    if "dir=" in command:
        return [re.sub(r"^first=\d+", "first=4", word) for word in words]  # of the six images of demo/
    if re.search(r"camera\.(cx|calibration|poses|plane)=", command):  # a calibration is of one size
        few = {"preset=": "preset=fast", "count=": "count=1" if "preview" in command else ""}
        return [*words, *(word for key, word in few.items() if word and key not in command)]
    if re.search(r"raster[. ](generate|preview)", command):
        fast = [] if re.search(r"preset=|randomizers\.", command) else ["preset=fast"]
        return [*words, "size=48", *fast]
    return words


def what_a_reader_has(folder: Path) -> None:
    """Meshes of five classes, cups and junk among them, three photographs, an environment map."""
    from PIL import Image

    make(folder / "models", len(CLASSES), detail=2)
    for found, name in zip(CLASSES, ("cups", "junk"), strict=False):
        (folder / "models" / found).rename(folder / "models" / name)
    (folder / "photos").mkdir()
    random = np.random.default_rng(0)
    for number in range(3):
        Image.fromarray(random.integers(0, 255, (96, 128, 3), np.uint8)).save(folder / "photos" / f"{number}.jpg")
    (folder / "hdris").mkdir()
    (folder / "hdris" / "sky.hdr").write_bytes(write_rgbe(random.uniform(0, 2, (16, 32, 3))))


def run(words: list[str], folder: Path) -> str:
    """What a command prints; it must succeed."""
    words = [sys.executable, *words[1:]] if words[0] == "python" else words
    words = [sys.executable, "-m", *words] if words[0] == "raster" else words
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=HANG_S)
    assert done.returncode == 0, f"{shlex.join(words)}: {done.stderr}"
    return done.stdout


def starts_here(page: str, words: list[str]) -> bool:
    """Whether a command of raster is run in this process, which is much faster. Those of README.md are started as programs, as
    a reader does it, and so is what starts more processes."""
    named = words[0] == "raster" or (words[1] == "-m" and words[2].startswith("raster."))
    return named and page != "README.md" and not any(word.startswith("hydra/launcher") for word in words)


# --- Commands and examples


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)])
def test_commands_run(page, tmp_path, monkeypatch, capsys):
    """One after another, as a reader would: what one makes the next may need. Most run in this process, which has imported what
    they need; elsewhere they are started as programs."""
    monkeypatch.chdir(tmp_path)
    what_a_reader_has(tmp_path)
    for path, text in own_files(page).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    earlier = {same(command) for page_before in PAGES[: PAGES.index(page)] for command in commands(page_before)}
    for command in commands(page):
        if " -m " in command.removeprefix("python -m") and same(command) in earlier:
            continue  # a sweep, which takes long and which no other command needs
        if command.startswith(NOT_RUN) or ("train." in command and not importlib.util.find_spec("fastai")):
            continue
        if "sha256sum" in command:
            by_hand = run(["sh", "-c", command], tmp_path)
            assert f'"{by_hand.split()[0]}"' in (tmp_path / "demo" / MANIFEST).read_text()
        elif command.startswith(("mkdir ", "cp ", "cat ")):
            run(["sh", "-c", command], tmp_path)
        else:
            assert command.startswith(("python ", "raster ")), f"{page}: {command}: say how this kind of command is tested"
            words = [path for word in cut_down(command) for path in (sorted(glob(word)) if word.endswith("/*") else [word])]
            if words[1] == "-m" and words[2].startswith("train."):
                run_program = importlib.import_module("small_sets").run_program
                run_program(monkeypatch, capsys, words[2].removeprefix("train."), *words[3:])
            elif starts_here(page, words):
                module, given = ("raster.__main__", words[1:]) if words[0] == "raster" else (words[2], words[3:])
                run_here(tmp_path, module, *given)
            else:
                run(words, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if page != "docs/adding-things.md" and blocks(page, "python")])
def test_examples_run(page, tmp_path):
    """In a folder that holds the data set demo/."""
    run_here(tmp_path, *cut_down("python -m raster.generate n=6 out=demo")[2:])
    examples = [prepared(example) for example in blocks(page, "python")]
    if not importlib.util.find_spec("fastai"):
        examples = [example for example in examples if not re.search("fastai|torch", example)]
    forks = [example for example in examples if "num_workers" in example]  # which must not have opened OpenGL before
    for those in ([example for example in examples if example not in forks], *([each] for each in forks)):
        lines = [f"exec(compile({example!r}, 'example', 'exec'), {{'__name__': '__main__'}})" for example in those]
        run(["python", "-c", those[0] if len(those) == 1 else "\n".join(lines)], tmp_path)


def prepared(example: str) -> str:
    """An example with fewer images."""
    return re.sub(r"\bn=\d+", "n=4", example)


def test_targets_of_make_are_there():
    for page in PAGES:
        for command in commands(page):
            if command.startswith("make "):
                run(["make", "--dry-run", shlex.split(command)[1]], ROOT)


def test_the_commands_were_found():
    assert sum(len(commands(page)) for page in PAGES) > 50
    assert len(own_files("docs/adding-things.md")) >= 13
    assert commands("README.md")[2].startswith("raster preview seed=3")


# --- Form


def test_the_readme_is_short():
    lines = TEXTS["README.md"].splitlines()
    assert len(lines) <= 140
    assert [line for line in lines if len(line) > 120] == []


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as forges and MkDocs make them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```", "", TEXTS[page], flags=re.M | re.S)):
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), f"{page}: {link}"
        if anchor:
            assert anchor in anchors(target.read_text()), f"{page}: {link}"
        if target.suffix in (".jpg", ".png"):
            assert target.stat().st_size < 200_000, link


def test_every_page_is_reached_from_the_readme():
    for page in PAGES:
        if page.startswith("docs/") and page != "docs/index.md":
            assert f"({page})" in TEXTS["README.md"], page


def test_every_solid_and_randomizer_is_among_the_options():
    for group in ("solids", "randomizers"):
        for path in (CONF / group).glob("*.yaml"):
            assert f"`{path.stem}`" in TEXTS["docs/options.md"], f"{group}/{path.stem}"


def test_the_table_of_commands_has_them_all():
    table = TEXTS["docs/getting-started.md"].partition("### One program")[2].partition('`eval "')[0]
    listed = re.findall(r"`([a-z-]+)", "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `")))
    assert sorted(listed) == sorted(COMMANDS)


def test_the_arguments_of_pattern_are_those_of_the_shader():
    page = (ROOT / "docs" / "adding-things.md").read_text()
    told = re.search(r"`pattern\(\)`, whose arguments are (.*?)\.", page)[1]
    signature = re.search(r"^float pattern\((.*)\)", (SHADERS / "include" / "paint_plain.glsl").read_text(), re.M)[1]
    assert re.findall(r"`(\w+)`", told) == [each.split()[-1] for each in signature.split(",")]
