"""quick_yaml: for a block, OmegaConf reads YAML files with libyaml, in a third of the time, where PyYAML was built with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import yaml
from omegaconf import _utils  # pyproject.toml keeps Hydra at 1.3, and that OmegaConf at 2.3

_usual = _utils.get_yaml_loader


@contextmanager
def quick_yaml() -> Iterator[None]:
    """To be used for files of the package: what is wrong in a file is told in other words than OmegaConf's."""
    if not yaml.__with_libyaml__:
        yield
        return
    _utils.get_yaml_loader = _loader
    try:
        yield
    finally:
        _utils.get_yaml_loader = _usual


@cache
def _loader() -> Any:
    """OmegaConf's loader, which reads numbers, times and keys that come twice in its own way, on libyaml's parser."""
    from yaml.cyaml import CParser

    class Loader(CParser, _usual()):  # type: ignore[misc]
        def __init__(self, stream: Any):
            CParser.__init__(self, stream)
            yaml.constructor.SafeConstructor.__init__(self)
            yaml.resolver.Resolver.__init__(self)

    return Loader
