"""own_code: a digest of the Python modules and shaders of the user's own that a run uses."""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from raster.gl.program import load
from raster.passes import Pass
from raster.run.own_folder import own_folder
from raster.system.paths import SHADERS
from raster.system.regular_files import read_regular


def own_code(plain: dict[str, Any], passes: tuple[Pass, ...], folder: Path | None = None) -> str | None:
    """Return the SHA-256 of all that a built configuration takes from code that is not raster's; None if that is nothing.

    That are the modules that a _target_ names, the other modules of the --config-dir that have been imported, and the shaders
    that are not in shaders/, with what they include. What modules elsewhere import is not looked at.
    `folder`: the user's own; None: the --config-dir of the running program, if any.
    """
    folder = own_folder() if folder is None else folder
    files = {f"{name}.py": Path(path) for name, path in _modules(plain, folder)}
    for drawing in passes:
        for shader in filter(None, (drawing.shader, drawing.background)):
            if os.path.isabs(shader):
                seen: list[Path] = []
                load(Path(shader), seen)
                files |= {_name(path, folder): path for path in seen if not path.is_relative_to(SHADERS)}
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{hashlib.sha256(read_regular(files[name])).hexdigest()}  {name}\n".encode())
    return whole.hexdigest() if files else None


def _name(path: Path, folder: Path | None) -> str:
    """What a file is called wherever the user's folder stands; its path if it is elsewhere."""
    return str(path.relative_to(folder)) if folder is not None and path.is_relative_to(folder) else str(path)


def _modules(plain: dict[str, Any], folder: Path | None) -> Iterator[tuple[str, str]]:
    """Yield name and path of the modules."""
    names = {name for target in _targets(plain) if (name := _module_of(target))}
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None) if isinstance(module, ModuleType) else None
        inside = folder is not None and path is not None and Path(path).is_relative_to(folder)
        if path and name.partition(".")[0] not in ("raster", "__main__") and (name in names or inside) and os.path.isfile(path):
            yield name, path


def _targets(value: Any) -> Iterator[str]:
    """Yield each _target_ of a configuration."""
    if isinstance(value, dict):
        if isinstance(value.get("_target_"), str):
            yield value["_target_"]
        value = list(value.values())
    for below in value if isinstance(value, list | tuple) else ():
        yield from _targets(below)


def _module_of(target: str) -> str:
    """Return the name of the imported module that holds a target such as module.Class.method, "" if there is none."""
    while target and target not in sys.modules:
        target = target.rpartition(".")[0]
    return target
