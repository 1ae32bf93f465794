"""compose_file, read_override, change: what Hydra makes of files of conf/ and of overrides, beside a caller's own Hydra."""

import os
import pickle
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock

from hydra._internal.config_loader_impl import ConfigLoaderImpl  # pyproject.toml keeps Hydra at 1.3
from hydra._internal.hydra import Hydra
from hydra._internal.utils import create_config_search_path
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.core.utils import setup_globals
from hydra.types import RunMode
from hydra.version import VersionBase, setbase
from omegaconf import DictConfig, open_dict

from raster.run.quick_yaml import quick_yaml
from raster.system.paths import CONF

VERSION_BASE = "1.3"  # of Hydra, whose behaviour conf/ relies on
_lock = Lock()  # Hydra keeps what is below in globals


def _new_lock() -> None:
    """Forget a lock that another thread held when this process was forked."""
    global _lock
    _lock = Lock()


if hasattr(os, "register_at_fork"):  # where there are forks
    os.register_at_fork(after_in_child=_new_lock)


def compose_file(name: str, overrides: Sequence[str] = (), folder: Path | None = None) -> DictConfig:
    """Return conf/NAME.yaml with overrides, unchecked; `folder` holds more files for its groups, as --config-dir.

    Any thread may call it, in a caller's own Hydra application too: hydra.compose would take the place of that.
    """
    with _lock, _hydra_version():
        setup_globals()
        if folder is None and not any("hydra" in override for override in overrides):
            return _of_the_package(name, list(overrides))
        found = [] if folder is None else [f'hydra.searchpath=["{_escaped(folder)}"]']
        return _composed(name, [*found, *overrides])


def _of_the_package(name: str, overrides: list[str]) -> DictConfig:
    """As _composed(). What choices of components make is kept, since that takes Hydra 0.2 s; values are then put in quickly."""
    parsed = OverridesParser.create().parse_overrides(overrides)
    ConfigLoaderImpl.validate_sweep_overrides_legal(parsed, RunMode.RUN, from_shell=False)
    groups = ConfigLoaderImpl(create_config_search_path(str(CONF))).repository
    is_choice = [groups.group_exists(str(each.key_or_group)) and not isinstance(each.value(), dict) for each in parsed]
    chosen = tuple(text for text, choice in zip(overrides, is_choice, strict=True) if choice)
    cfg: DictConfig = pickle.loads(_kept(name, chosen, _state_of_files()))  # a fifth of the time that copy.deepcopy() takes
    values = [each for each, choice in zip(parsed, is_choice, strict=True) if not choice]
    ConfigLoaderImpl._apply_overrides_to_config(values, cfg)
    return cfg


@lru_cache(maxsize=32)
def _kept(name: str, chosen: tuple[str, ...], files: tuple[tuple[str, int, int], ...]) -> bytes:
    """The configuration of these choices, pickled. `files` are what it depends on, beside the choices."""
    with quick_yaml():
        return pickle.dumps(_composed(name, chosen))


def _state_of_files() -> tuple[tuple[str, int, int], ...]:
    """All files of conf/, and when they were written: they may be changed while Python runs."""
    found = ((path, path.stat()) for path in sorted(CONF.rglob("*.yaml")))
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)


def _escaped(folder: Path) -> str:
    return f"file://{folder}".replace("\\", "\\\\").replace('"', '\\"')


def _composed(name: str, overrides: Sequence[str]) -> DictConfig:
    """conf/NAME.yaml as Hydra composes it, without the settings of Hydra itself."""
    loader = ConfigLoaderImpl(create_config_search_path(str(CONF)))
    cfg = loader.load_configuration(name, list(overrides), RunMode.RUN, from_shell=False)
    with open_dict(cfg):
        del cfg["hydra"]
    return cfg


def change(cfg: DictConfig, overrides: Sequence[str]) -> None:
    """Let overrides change a composed configuration, as those of compose_file() do: its values, and no choice of components."""
    with _lock:
        parsed = OverridesParser.create().parse_overrides(list(overrides))
        ConfigLoaderImpl.validate_sweep_overrides_legal(parsed, RunMode.RUN, from_shell=False)
        ConfigLoaderImpl._apply_overrides_to_config(parsed, cfg)


def read_override(text: str) -> Override:
    """Return what Hydra reads in an override. HydraException for what it cannot read."""
    with _lock:
        return OverridesParser.create().parse_override(text)


@contextmanager
def composed_once(words: Sequence[str], folder: Path | None) -> Iterator[None]:
    """Hydra composes the configuration twice, at first only to read hydra.mode. Without a word of it, or a folder of the
    user's own, nobody has set that: the first time is left out, a sixth of the time that a small run takes to start. And only
    files of the package are read.
    """
    if folder is not None or any("hydra" in word for word in words):
        yield
        return
    compose = Hydra.get_mode
    Hydra.get_mode = lambda self, config_name, overrides: None  # type: ignore[method-assign]
    try:
        with quick_yaml():
            yield
    finally:
        Hydra.get_mode = compose  # type: ignore[method-assign]


@contextmanager
def _hydra_version() -> Iterator[None]:
    """Let Hydra behave as VERSION_BASE for a block, and then as the caller has asked it to."""
    base = VersionBase.instance()
    before = base.getbase()
    setbase(VERSION_BASE)
    try:
        yield
    finally:
        base.version_base = before
