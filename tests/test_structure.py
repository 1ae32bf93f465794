"""Tests of the source itself: who may import whom, where OpenGL is, first lines, lengths, where numbers come from."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "raster").rglob("*.py"))
# Lowest first: a module imports only what stands before it. A package is one entry; inside it there must be no circle.
ORDER = (
    "errors", "paths", "cores", "cache", "transforms", "reach", "mesh", "color", "solids", "models", "parts", "hulls",
    "tops", "thinning", "catalog", "streams", "pictures", "environments", "library", "lighting", "optics", "morphs", "scene",
    "needs", "physics", "shadows", "extents", "randomizers", "sampling", "drawlist", "develop", "gl", "passes",
    "frames", "records", "renderer", "annotations", "writers", "folder", "lines", "pixels", "manifest", "claim",
    "dataset", "checks", "validate", "sweeps", "config", "assembly", "rendering", "work", "doctor", "preview", "generate",
)  # fmt: skip
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


def entry(name: str) -> str:
    """Its place in ORDER: the part after raster."""
    return name.split(".")[1]


MODULES = sorted(set(NAMES) - {"raster"})  # raster/__init__.py stands on top of all


# --- Layers


def test_every_module_has_its_place():
    assert len(set(ORDER)) == len(ORDER)
    assert {entry(name) for name in MODULES} == set(ORDER)


def test_a_module_imports_only_what_stands_before_it():
    wrong = []
    for name in MODULES:
        for imported in own(name):
            assert imported in NAMES, f"{name} imports {imported}, which is no module"
            assert imported != "raster", f"{name} imports the package, which imports it"
            if entry(imported) != entry(name) and ORDER.index(entry(imported)) > ORDER.index(entry(name)):
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
    path.write_text("import raster.geometry.mesh\nfrom raster import scene\ndef f():\n    from raster.gl.target import GL\n")
    assert imports(path) == {"raster.geometry.mesh", "raster.scene.scenes", "raster.gl.target"}


def test_raster_knows_nothing_of_what_uses_it():
    for name, path in NAMES.items():
        assert not {i.split(".")[0] for i in imports(path)} & {"train", "tests", "benchmarks", "torch", "fastai"}, name


def test_opengl_is_in_gl_and_the_renderer_alone():
    users = {name for name, path in NAMES.items() if any(i.split(".")[0] == "moderngl" for i in imports(path))}
    assert users
    assert all(name.startswith("raster.gl.") or name == "raster.rendering.renderer" for name in users)


def test_scenes_and_data_sets_load_without_opengl():
    loads = "raster, raster.scene.sampler, raster.rendering.draw_list, raster.rendering.records, raster.annotations.boxes, raster.writers.camvid"
    code = f"import sys, {loads}, raster.validate, raster.dataset.dataset, raster.run.config; print('moderngl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_ray_caster_shares_no_code_with_what_it_tests():
    used = {i.split(".")[0] for i in imports(ROOT / "tests" / "reference.py")}
    assert used <= {"collections", "dataclasses", "itertools", "typing", "numpy"}


# --- Files


def files(*patterns: str) -> list[Path]:
    """Files by pattern under the root, but for what is generated or hidden."""
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern)) if path.is_file()]


PYTHON = files("raster/**/*.py", "train/**/*.py", "tests/*.py", "benchmarks/**/*.py")
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
