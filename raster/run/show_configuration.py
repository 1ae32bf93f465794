"""show_configuration: what --cfg job prints, the configuration as a run gets it. decoded_output: for what Hydra prints."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Any

from hydra._internal.utils import get_args_parser
from omegaconf import Container, DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from raster.errors import InputError
from raster.run.hydra_messages import explain
from raster.run.quoting import decoded


def show_configuration(arguments: Sequence[str], composed: Callable[[Sequence[str]], DictConfig]) -> dict[str, Any] | None:
    """Print the configuration as YAML if a command line asks for it by --cfg, and return what --json says; None if not.

    `composed` makes it of overrides. InputError of that, and for a --package that there is not. --cfg hydra and --cfg all are
    checked alike, and then Hydra prints them; for those None is returned.
    """
    given = get_args_parser().parse_known_args(list(arguments))[0]
    if given.cfg is None or given.multirun or given.run or given.info:  # Hydra says that these are too many
        return None
    cfg: Any = composed(given.overrides)
    if given.cfg != "job":
        return None
    try:
        if given.resolve:
            OmegaConf.resolve(cfg)
        part = cfg if given.package in (None, "_global_") else OmegaConf.select(cfg, given.package)
    except OmegaConfBaseException as error:
        raise InputError(explain(error)) from None
    if part is None:
        raise InputError(f"--package {given.package}: there is no such key")
    print(OmegaConf.to_yaml(part) if isinstance(part, Container) else part, end="" if isinstance(part, Container) else "\n")
    return {"configuration": OmegaConf.to_container(part) if isinstance(part, Container) else part}


@contextmanager
def decoded_output(arguments: Sequence[str]) -> Iterator[None]:
    """While Hydra runs a command line: what it prints for --cfg hydra and --cfg all has keys as the user wrote them."""
    if get_args_parser().parse_known_args(list(arguments))[0].cfg is None:
        yield
        return
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            yield
    finally:
        print(decoded(said.getvalue()), end="")
