"""Tests of the structure: who may import whom, and where OpenGL is."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter

import pytest
from sources import MODULES, NAMES, ROOT, imports, modules

import raster

# Who may import whom: a folder (or a module beside the folders) imports only what stands in a row above its own.
TABLE = (
    ("standard_streams",),
    ("errors",),
    ("transforms", "command_line", "label_colors"),
    ("color", "roughness", "streams", "notebook_sheet"),
    ("frames",),
    ("system",),
    ("geometry",),
    ("solids", "physics", "gl", "dataset"),
    ("shards",),
    ("passes", "assets", "writers", "annotations", "exporters"),
    ("scene",),
    ("arrangements", "rendering"),
    ("randomizers", "run"),
    ("reporting", "studio_app", "scaling"),
    ("generate", "preview", "studio", "export_scene", "export", "report", "validate", "doctor", "completion"),
    ("torch", "ray_data", "scale", "__main__"),
)
ROW = {name: number for number, row in enumerate(TABLE) for name in row}


def own(name: str) -> set[str]:
    """What a module of raster imports of raster."""
    return {i for i in imports(NAMES[name]) if i.split(".")[0] == "raster"}


def place(name: str) -> str:
    """Its place in TABLE: the part after raster."""
    return name.split(".")[1]


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
        known = {i.split(".")[0] for i in imports(path)} - ({"torch"} if name == "raster.torch" else set())
        assert not known & {"train", "tests", "benchmarks", "torch", "fastai"}, name


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


def test_train_imports_itself_relatively():
    """Its name is train in a checkout, and raster.train where the wheel is installed."""
    for path in sorted((ROOT / "train").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) and not node.level else []
            assert "train" not in {name.split(".")[0] for name in names}, f"{path}:{node.lineno}"


def test_benchmarks_use_no_private_name():
    wrong = []
    for path in sorted((ROOT / "benchmarks").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] in ("raster", "train", "benchmarks"):
                wrong += [f"{path}: {node.module}.{alias.name}" for alias in node.names if alias.name.startswith("_")]
    assert not wrong


@pytest.mark.parametrize("folder", ["train", "benchmarks"])
def test_there_is_no_circle_in_what_uses_raster(folder):
    paths = modules((ROOT / folder).rglob("*.py"))
    graph = {name: (imports(path) & set(paths)) - {folder} for name, path in paths.items()}
    list(TopologicalSorter(graph).static_order())  # CycleError names the circle


def test_the_ray_caster_shares_no_code_with_what_it_tests():
    paths = [ROOT / "tests" / "support" / f"{name}.py" for name in ("ray_caster", "ray_solids")]
    used = {i.split(".")[0] for path in paths for i in imports(path)}
    assert used <= {"collections", "dataclasses", "itertools", "typing", "numpy", "ray_solids"}
