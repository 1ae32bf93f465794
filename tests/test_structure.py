"""Tests of the source itself: who may import whom, where OpenGL is, first lines, lengths, where numbers come from."""

import ast
import re
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from fastai_tests import needs_fastai

import raster

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "raster").rglob("*.py"))
# Who may import whom: a folder (or a module beside the folders) imports only what stands in a row above its own.
TABLE = (
    ("errors",),
    ("transforms",),
    ("color", "streams", "frames"),
    ("system",),
    ("geometry",),
    ("solids", "physics", "gl", "dataset"),
    ("passes", "assets", "writers", "annotations"),
    ("scene",),
    ("arrangements", "rendering"),
    ("randomizers", "run"),
    ("generate", "preview", "validate", "doctor"),
)
ROW = {name: number for number, row in enumerate(TABLE) for name in row}
NAMES = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in SOURCES}


@cache
def imports(path: Path) -> set[str]:
    """Full names of all modules that a file imports, anywhere in it, those of raster by their file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: {node.lineno}: a relative import"
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in NAMES else str(node.module) for name in full}
    return found


def own(name: str) -> set[str]:
    """What a module of raster imports of raster."""
    return {i for i in imports(NAMES[name]) if i.split(".")[0] == "raster"}


def place(name: str) -> str:
    """Its place in TABLE: the part after raster."""
    return name.split(".")[1]


MODULES = sorted(set(NAMES) - {"raster"})  # raster/__init__.py stands on top of all


# --- Folders


def test_every_module_has_its_place():
    assert len(ROW) == sum(map(len, TABLE))
    assert {place(name) for name in MODULES} == set(ROW)


def test_a_folder_imports_only_folders_of_the_rows_above_it():
    wrong = []
    for name in MODULES:
        for imported in own(name):
            assert imported in NAMES, f"{name} imports {imported}, which is no module"
            assert imported != "raster", f"{name} imports the package, which imports it"
            if place(imported) != place(name) and ROW[place(imported)] >= ROW[place(name)]:
                wrong.append(f"{name} imports {imported}")
    assert not wrong


def test_there_is_no_circle():
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way, name))
        if name not in done:
            for imported in own(name):
                visit(imported, (*way, name))
            done.add(name)

    for name in MODULES:
        visit(name, ())
    assert done == set(MODULES)


def test_the_check_of_imports_sees_them(tmp_path):
    """Inside functions and after TYPE_CHECKING too, modules told from names."""
    path = tmp_path / "a.py"
    path.write_text("import raster.geometry.mesh\nfrom raster.scene import scenes\ndef f():\n    import raster.gl.target\n")
    assert imports(path) == {"raster.geometry.mesh", "raster.scene.scenes", "raster.gl.target"}


def test_raster_knows_nothing_of_what_uses_it():
    for name, path in NAMES.items():
        assert not {i.split(".")[0] for i in imports(path)} & {"train", "tests", "benchmarks", "torch", "fastai"}, name


def test_opengl_is_in_gl_and_rendering_alone():
    users = {name for name, path in NAMES.items() if any(i.split(".")[0] == "moderngl" for i in imports(path))}
    assert {place(name) for name in users} == {"gl", "rendering"}


def test_gl_knows_nothing_of_scenes():
    known = {place(i) for name in MODULES if place(name) == "gl" for i in own(name)}
    assert known <= {"gl", "errors", "system"}


def test_scenes_and_data_sets_load_without_opengl():
    loads = "raster, raster.scene.sampler, raster.rendering.draw_list, raster.rendering.records, raster.annotations.boxes"
    code = f"import sys, {loads}, raster.writers.camvid, raster.validate, raster.run.config; print('moderngl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_no_module_hides_a_public_name():
    """A module or folder of the same name would take its place: `from raster import validate` gives the module."""
    assert not set(raster.__all__) & set(ROW)


def others(folder: str) -> dict[str, set[str]]:
    """What each file of train/ or benchmarks/ imports, by path."""
    return {str(path.relative_to(ROOT)): imports(path) for path in sorted((ROOT / folder).rglob("*.py"))}


def test_train_uses_public_names_of_raster_alone():
    wrong = []
    for path, found in others("train").items():
        wrong += [f"{path}: {name}" for name in found if name.split(".")[0] == "raster" and name != "raster"]
        names = {alias.name for node in ast.walk(ast.parse((ROOT / path).read_text()))
                 if isinstance(node, ast.ImportFrom) and node.module == "raster" for alias in node.names}  # fmt: skip
        wrong += [f"{path}: raster.{name} is not public" for name in names - set(raster.__all__)]
    assert not wrong


def test_benchmarks_use_no_private_name():
    wrong = []
    for path in sorted((ROOT / "benchmarks").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] in ("raster", "train", "benchmarks"):
                wrong += [f"{path}: {node.module}.{alias.name}" for alias in node.names if alias.name.startswith("_")]
    assert not wrong


@pytest.mark.parametrize("folder", ["train", "benchmarks"])
def test_there_is_no_circle_in_what_uses_raster(folder):
    paths = {path[:-3].replace("/", ".").removesuffix(".__init__"): path for path in others(folder)}
    graph = {}
    for name, path in paths.items():
        graph[name] = set()
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.Import):
                graph[name] |= {alias.name for alias in node.names} & set(paths)
            elif isinstance(node, ast.ImportFrom):
                full = {f"{node.module}.{alias.name}" for alias in node.names}
                graph[name] |= {i if i in paths else str(node.module) for i in full} & set(paths)
        graph[name].discard(folder)
    list(TopologicalSorter(graph).static_order())  # CycleError names the circle


def test_the_ray_caster_shares_no_code_with_what_it_tests():
    paths = [ROOT / "tests" / "support" / f"{name}.py" for name in ("ray_caster", "ray_solids")]
    used = {i.split(".")[0] for path in paths for i in imports(path)}
    assert used <= {"collections", "dataclasses", "itertools", "typing", "numpy", "ray_solids"}


# --- Files


def files(*patterns: str) -> list[Path]:
    """Files by pattern under the root, but for what is generated or hidden."""
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern)) if path.is_file()]


PYTHON = files("raster/**/*.py", "train/**/*.py", "tests/**/*.py", "benchmarks/**/*.py")
GLSL = files("shaders/**/*.vert", "shaders/**/*.frag", "shaders/**/*.glsl", "shaders/**/*.comp")
YAML = files("conf/**/*.yaml")


def speaks(path: Path) -> bool:
    """Whether a file begins with a docstring or comment of three words or more; empty __init__.py need not."""
    text = path.read_text()
    if not text:
        return path.name == "__init__.py"
    start = {".py": '"""', ".yaml": "# "}.get(path.suffix, "// ")
    first = next(line for line in text.splitlines() if not line.startswith("# @package"))  # Hydra wants that one first
    return first.startswith(start) and len(first.removeprefix(start).split()) >= 3


def test_the_first_line_says_what_a_file_provides():
    assert [str(path.relative_to(ROOT)) for path in (*PYTHON, *GLSL, *YAML) if not speaks(path)] == []


def test_all_shaders_are_looked_at():
    assert {path.name for path in GLSL} >= {"scene.vert", "pbr.frag", "class_id.frag", "scene.glsl", "jpeg.comp"}
    assert len(GLSL) == len(files("shaders/**/*"))


def test_files_and_functions_are_short():
    assert [str(path) for path in (*SOURCES, *GLSL) if len(path.read_text().splitlines()) > 250] == []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                lines = node.end_lineno - node.lineno + 1
                assert lines <= 50, f"{path}: {node.name} has {lines} lines"


# What is longer than 200 lines, or 40 in a function, with a reason to stay whole. Nothing else may grow that long.
LONG_FILES = {"raster/rendering/renderer.py", "raster/run/config.py", "raster/run/option_tables.py", "raster/run/setup.py"}
LONG_FUNCTIONS = {"raster.assets.meshes.build.build", "raster.run.config.run_hydra", "raster.scene.scenes.zeros"}


def test_what_is_long_is_listed():
    long_files = {str(path.relative_to(ROOT)) for path in (*SOURCES, *GLSL) if len(path.read_text().splitlines()) > 200}
    long_functions = {f"{name}.{node.name}" for name, path in NAMES.items() for node in ast.walk(ast.parse(path.read_text()))
                      if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 40}  # fmt: skip
    assert long_files <= LONG_FILES
    assert long_functions <= LONG_FUNCTIONS


def test_no_test_file_imports_from_another():
    """What several of them need stands in tests/support/."""
    wrong = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        names = {part for name in imports(path) for part in name.split(".")}
        wrong += [f"{path.relative_to(ROOT)}: {name}" for name in names if name.startswith("test_") or name == "tests"]
    assert not wrong


def test_what_loads_fastai_is_slow():
    """tests/conftest.py leaves these files out of a run without slow tests."""
    paths = [path for path in files("tests/**/test_*.py") if needs_fastai(path)]
    assert len(paths) > 3
    for path in paths:
        assert "\npytestmark = pytest.mark.slow\n" in path.read_text(), path


def test_no_module_is_called_what_says_nothing():
    empty = {"utils", "util", "helpers", "helper", "core", "common", "manager", "misc"}
    assert not {path.stem for path in PYTHON} & empty


# --- Rules


def test_random_numbers_come_from_streams():
    for name in MODULES:
        drawn = set(re.findall(r"np\.random\.(\w+)", NAMES[name].read_text()))
        assert drawn <= ({"Philox"} if name == "raster.streams" else set()), name
        assert not imports(NAMES[name]) & {"random", "secrets"}, name


def test_no_exception_is_caught_unnamed():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.ExceptHandler) and node.type is None), f"{path}:{node.lineno}"
