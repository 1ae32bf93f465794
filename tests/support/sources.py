"""ROOT, SOURCES, NAMES, MODULES, tree, imports: the source files of the project, parsed, and what they import."""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "raster").rglob("*.py"))


def modules(paths: Iterable[Path]) -> dict[str, Path]:
    """The files by the full names of their modules."""
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


NAMES = modules(SOURCES)
ALL_NAMES = NAMES | modules((ROOT / "train").rglob("*.py")) | modules((ROOT / "benchmarks").rglob("*.py"))
MODULES = sorted(set(NAMES) - {"raster"})  # raster/__init__.py stands on top of all


@cache
def tree(path: Path) -> ast.Module:
    """A file as Python parses it."""
    return ast.parse(path.read_text())


@cache
def imports(path: Path) -> set[str]:
    """Full names of all modules that a file imports, anywhere in it, those of the project by their file.

    Files of train/ import one another relatively, since the wheel holds them as raster/train/; all others by full names.
    """
    found = set()
    package = path.parent.relative_to(ROOT).parts if path.is_relative_to(ROOT) else ()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 or package[0] == "train", f"{path}: {node.lineno}: a relative import"
            start = package[: len(package) + 1 - node.level] if node.level else ()
            module = ".".join((*start, *filter(None, (node.module,))))
            full = {f"{module}.{alias.name}" for alias in node.names}
            found |= {name if name in ALL_NAMES else module for name in full}
    return found
