"""compose_file, read_override, change: what Hydra makes of files of conf/ and of overrides, beside a caller's own Hydra."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
    if folder is not None:
        quoted = f"file://{folder}".replace("\\", "\\\\").replace('"', '\\"')
        overrides = [f'hydra.searchpath=["{quoted}"]', *overrides]
    with _lock, _hydra_version():
        setup_globals()
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
    user's own, nobody has set that: the first time is left out, a sixth of the time that a small run takes to start.
    """
    if folder is not None or any("hydra" in word for word in words):
        yield
        return
    compose = Hydra.get_mode
    Hydra.get_mode = lambda self, config_name, overrides: None  # type: ignore[method-assign]
    try:
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
