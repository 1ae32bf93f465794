"""ROOT, SOURCES, NAMES, MODULES, imports: the source files of the project and what they import."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "raster").rglob("*.py"))
NAMES = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in SOURCES}
MODULES = sorted(set(NAMES) - {"raster"})  # raster/__init__.py stands on top of all


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
