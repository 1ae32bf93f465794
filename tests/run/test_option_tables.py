"""Tests of raster.run.option_tables: conf/randomizers/ and docs/options.md are what the code says."""

import re
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from hydra.utils import instantiate
from omegaconf import OmegaConf

from raster.assets.meshes.options import MeshOptions
from raster.run import option_tables
from raster.run.components import randomizer_class
from raster.run.config import Config, GLOptions
from raster.run.known_keys import names
from raster.run.options import GROUPS, default, description, yaml_value
from raster.system.paths import CONF

ROOT = Path(__file__).parents[2]
NAMES = names("randomizers")
ADVICE = "run python -m raster.run.option_tables --write"


@dataclass(frozen=True)
class Fog:
    """A randomizer of plain fields, without option()."""

    density: float = 0.5  # share of the light that is lost in a metre
    colors: tuple = ("#ffffff", None)


def test_the_randomizers_were_found():
    assert len(NAMES) >= 17


@pytest.mark.parametrize("name", NAMES)
def test_the_file_of_a_randomizer_is_made_from_its_dataclass(name):
    assert (CONF / "randomizers" / f"{name}.yaml").read_text() == option_tables.randomizer_yaml(name), ADVICE


@pytest.mark.parametrize("name", NAMES)
def test_the_file_of_a_randomizer_gives_the_same_as_its_defaults(name):
    """YAML read by Hydra, as a run does it: every field can be overridden, and no value is changed on the way."""
    described = OmegaConf.to_container(OmegaConf.load(CONF / "randomizers" / f"{name}.yaml"))
    made = randomizer_class(name)
    assert list(described) == [name]
    assert set(described[name]) == {"_target_", *(field.name for field in fields(made))}
    found = instantiate(described[name], _convert_="all")
    assert {k: tuple(v) if isinstance(v, list) else v for k, v in vars(found).items()} == vars(made())


@pytest.mark.parametrize("name", NAMES)
def test_every_field_says_what_it_does_and_what_it_allows(name):
    for field in fields(randomizer_class(name)):
        text, _, allowed = description(field)
        assert text.endswith("."), field.name
        assert allowed, field.name


@pytest.mark.parametrize("name", NAMES)
def test_the_allowed_range_is_the_one_that_is_checked(name):
    """The ends of the range in words are accepted, one more or less is refused, and the default is accepted."""
    made = randomizer_class(name)
    for field in fields(made):
        allowed = field.metadata["allowed"].removesuffix(", whole").split(" to ")
        if len(allowed) != 2:
            continue
        low, high = map(float, allowed)
        check, value = field.metadata["check"], default(field)
        many = next((n for n, key in ((3, "box"), (2, "floor_size")) if field.name == key), None)
        for end, step in ((low, -1), (high, 1)):
            given = [end] * many if many else [end] if field.name == "sizes" else end
            beyond = [end + step] * many if many else [end + step] if field.name == "sizes" else end + step
            check(field.name, given)
            with pytest.raises(ValueError, match=f"^{field.name}="):
                check(field.name, beyond)
        assert value is None or check(field.name, value) is not None


def test_the_page_of_options_is_made_from_the_code():
    assert (ROOT / "docs" / "options.md").read_text() == option_tables.markdown(), ADVICE


def test_plain_fields_are_described_by_the_comment_behind_them():
    comments = {"density": "share of the light that is lost in a metre", "colors": "of some [or all] [sRGB; two or more]"}
    described = [description(field, comments) for field in fields(Fog)]
    assert described == [("share of the light that is lost in a metre", "", ""), ("of some [or all]", "sRGB", "two or more")]
    assert "| `density` | `0.5` |  |  | share of the light that is lost in a metre |" in option_tables.fields_table(Fog)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ((0, 1.5), "[0, 1.5]"), (1.0, "1.0"), (None, "null"), (True, "true"), ("clutter", "clutter"),
        ({"grid": 1, "poisson": 0}, "{grid: 1, poisson: 0}"), ((), "[]"),
    ],
)  # fmt: skip
def test_values_come_back_from_yaml(value, text):
    assert yaml_value(value) == text
    back = OmegaConf.to_container(OmegaConf.create(f"key: {text}"))["key"]
    assert back == (list(value) if isinstance(value, tuple) else value)


def test_new_fields_come_last_and_old_ones_keep_their_order():
    """The order of keys is part of the configuration, so an interrupted data set depends on it."""
    keys = [line.split(":")[0].strip() for line in option_tables.randomizer_yaml("walls").splitlines()[3:]]
    assert keys[:4] == ["share", "distance", "height", "kinds"]
    assert [field.name for field in fields(randomizer_class("walls"))][:1] == ["kinds"]


@pytest.mark.parametrize("made", [Config, GLOptions, MeshOptions])
def test_every_option_of_the_run_says_what_it_does_and_what_it_allows(made):
    rows = option_tables.fields_table(made, skip=(*GROUPS, "gl", "objects", "label_filter")).splitlines()[2:]
    assert rows
    for row in rows:
        _, option, default, allowed, _, text, _ = re.split(r"\s*(?<!\\\\)\|\s*", row)
        assert option, row
        assert default, row
        assert allowed, row
        assert text, row
