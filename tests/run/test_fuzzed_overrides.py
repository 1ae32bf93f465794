"""Tests of configurations drawn at random: each is built, or refused by one line."""

import pytest
from fuzzed_overrides import command_line

from raster.errors import InputError
from raster.run.config import load_config
from raster.run.setup import build_setup, require_writers

pytestmark = pytest.mark.slow


def refusal(words: list[str]) -> str | None:
    """The line that these overrides are refused with, None if they make a run."""
    try:
        require_writers(build_setup(load_config(words)))
    except InputError as error:
        return str(error)
    except Exception as error:
        raise AssertionError(f"{words}: {error!r}") from error
    return None


@pytest.mark.parametrize("first", [0, 40])
def test_a_configuration_is_built_or_refused_in_one_line(first):
    """At length, by hand: the same with more seeds."""
    said = {seed: refusal(command_line(seed)) for seed in range(first, first + 40)}
    lines = [line for line in said.values() if line is not None]
    assert 10 < len(lines) < 40
    assert [line for line in lines if len(line.splitlines()) != 1 or "Traceback" in line] == []
