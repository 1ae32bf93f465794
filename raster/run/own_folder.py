"""The user's own folder, given by --config-dir: YAML files, Python modules and shaders beside those of the package.

mine/solids/wedge.yaml    wedge: {_target_: my_module.wedge}
mine/passes/depth.yaml    depth: {_target_: raster.passes.Pass, shader: depth.frag, layers: {depth: r32f}}
mine/my_module.py         def wedge() -> raster.Mesh: ...
mine/depth.frag

python -m raster.generate --config-dir mine 'solids=[cube,wedge]' +passes=depth
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hydra.core.hydra_config import HydraConfig

from raster.errors import InputError
from raster.passes import Pass
from raster.run.own_yaml import misnamed
from raster.system.paths import CONF, SHADERS
from raster.system.regular_files import irregular

_used: dict[Path, None] = {}


def split_config_dir(arguments: Sequence[str]) -> tuple[Path | None, list[str]]:
    """Return the folder that --config-dir of a command line names, None without it, and the other arguments.

    Warns of a file in it that nobody reads, and of a component whose key is not the name of its file. InputError if there is no
    such folder.
    """
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--config-dir", "-cd")
    try:
        options, rest = parser.parse_known_args(list(arguments))
    except argparse.ArgumentError:
        raise InputError("--config-dir: name a folder after it") from None
    if options.config_dir is None:
        return None, rest
    folder = use_folder(options.config_dir)
    for path in sorted(CONF.glob("*.yaml")):
        if (folder / path.name).exists():
            what = f"a preset has options of your own: {folder / 'preset' / 'NAME.yaml'}, chosen by preset=NAME"
            print(f"WARNING: {folder / path.name} is not read, since raster has a file of that name; {what}", file=sys.stderr)
    for said in misnamed(folder):
        print(f"WARNING: {said}", file=sys.stderr)
    return folder, rest


def use_folder(folder: str | Path) -> Path:
    """Return the absolute path of the user's folder, and let Python import the modules in it. InputError if there is none.

    It stands last in sys.path: a module with the name of an installed one is not found. Helper processes inherit the path.
    """
    path = Path(folder).absolute()
    if not os.path.isdir(path):  # False also for a name that is too long
        raise InputError(f"--config-dir={folder}: there is no such folder")
    groups = [group.name for group in CONF.iterdir() if group.is_dir()]
    for file in (*path.glob("*.yaml"), *(file for group in groups for file in (path / group).rglob("*.yaml"))):
        if kind := irregular(file.stat().st_mode) if file.exists() else "":
            raise InputError(f"--config-dir={folder}: {file} is {kind}, and no regular file")
    if str(path) not in sys.path:
        sys.path.append(str(path))
    _used[path] = None
    return path


def folders_used() -> list[Path]:
    """Return the folders that use_folder() was given in this process."""
    return list(_used)


def own_folder() -> Path | None:
    """Return the folder that --config-dir of the running program names, None without one, and in other Hydra applications."""
    sources = HydraConfig.get().runtime.config_sources if HydraConfig.initialized() else ()
    if any(source.provider == "main" and source.path == str(CONF) for source in sources):
        for source in sources:
            if source.provider == "command-line":
                return use_folder(source.path)
    return None


def with_shaders(drawing: Pass, folder: Path | None) -> Pass:
    """Return the pass with absolute paths of those of its shaders that are not in shaders/ but in the user's folder.

    InputError for a shader that is in neither, if there is such a folder.
    """
    if folder is None:
        return drawing
    background = drawing.background and _find(drawing.background, folder, "background")
    return replace(drawing, shader=_find(drawing.shader, folder, "shader"), background=background)


def _find(shader: str, folder: Path, key: str) -> str:
    if (SHADERS / shader).is_file():  # an absolute path too
        return shader
    if not (folder / shader).is_file():
        raise InputError(f"{key}={shader}: there is no such file in {SHADERS} nor in {folder}")
    return str(folder / shader)
