"""Tests of raster.run.hydra_messages: whatever Hydra refuses comes out as one line that says what would be right."""

import pytest

from raster.errors import InputError
from raster.run.config import load_config

pytestmark = pytest.mark.slow  # each test composes configurations

WHOLE = "expected a whole number (1 to 100,000,000)"
GROUPS = "annotations, passes, passes/color, preset, randomizers, solids, switch, writers"


def refused(*overrides: str) -> str:
    """The line that these overrides are refused with."""
    with pytest.raises(InputError) as error:
        load_config(overrides)
    assert "\n" not in str(error.value)
    return str(error.value)


QUICK = [("n=null", f"n=null: {WHOLE}"), ("n==3", f"n==3: {WHOLE}"), ("quiet=maybe", "quiet=maybe: expected true or false")]


@pytest.mark.parametrize(("override", "said"), QUICK)
def test_a_value_of_another_kind_is_told_what_the_option_takes(override, said):
    assert refused(override) == said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("override", "said"),
    [
        *((f"n={value}", f"n={value}: {WHOLE}") for value in ("abc", "1.5", "1e3", "", "[1]", "{a: 1}", "ü")),
        ("seed=null", "seed=null: expected a whole number"),
        ("seed=true", "seed=true: expected a whole number"),
        ("n=null", "n=null: expected a whole number (1 to 100,000,000)"),
        ("views_per_layout=null", "views_per_layout=null: expected a whole number (1 or more)"),
        ("samples=x", "samples=x: expected a whole number (1, 4)"),
        ("gl.device=x", "gl.device=x: expected a whole number (0 or more, or null)"),
        ("gl={device: x}", "gl={device: x}: gl.device: expected a whole number (0 or more, or null)"),
        ("quiet=null", "quiet=null: expected true or false"),
        ("out=[1]", "out=[1]: expected text, or null"),
        ("size=null", "size=null: expected px as a whole number or [height, width], 16 or more"),
        ("valid=null", "valid=null: expected a share from 0 to below 1, or a whole number of images"),
        ("hydra.job.chdir=abc", "hydra.job.chdir=abc: expected true or false"),
        ("gl=null", "gl=null: this is a table of options: give one of them, as gl.NAME=VALUE"),
        ("n.x=1", "n.x: there is no such key; did you mean n?"),
        ("randomizers.objects.count.a=1", "a: this names no item of a list; they are KEY.0, KEY.1 and so on"),
        ("n=???", "n: has no value; give n=VALUE"),
        ("n=${sead}", "n: Interpolation key 'sead' not found"),
        ("n=${seed", "n=${seed: a value with ${ refers to another option, as ${seed}; there is no } or no key here"),
    ],
)
def test_each_kind_of_value(override, said):
    assert refused(override) == said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("~randomizers.foo", "~randomizers.foo: there is no such key; did you mean randomizers.floor?"),
        ("~randomizers.lens=3", "~randomizers.lens=3: it has another value; leave that out: ~randomizers.lens"),
        ("~solids.torus", "~solids.torus: there is no such key; solids has cube, sphere, cylinder"),
        (
            "~hydra.run",
            "~hydra.run: settings of Hydra cannot be taken away; leave hydra.run out for its default, or give it a value",
        ),
        ("+hydra.foo=1", "hydra.foo: Hydra has no such setting; --cfg hydra shows all"),
        ("++hydra.job.foo=1", "hydra.job.foo: Hydra has no such setting; --cfg hydra shows all"),
        ("+hydra.a.b=1", "hydra.a.b: Hydra has no such setting; --cfg hydra shows all"),
        ("~preset=fast", "~preset=fast: another one is chosen; leave that out: ~preset"),
        ("~writers/foo", f"~writers/foo: there is no group writers/foo; choose from {GROUPS}"),
        ("+n=5", "+n=5: n is there already; leave the plus out: n=5"),
        ("+preset=fast", "preset: one is chosen already; leave the plus out to choose another: preset=NAME"),
        ("+passes/color=pbr", "passes/color: one is chosen already; leave the plus out to choose another: passes/color=NAME"),
        ("++solids=cube", "++solids=cube: one plus adds components: +solids=cube"),
        ("seed=range(1,3)", "seed=range(1,3): several values; a sweep begins with -m"),
        ("hydra.foo=1", "hydra.foo: Hydra has no such setting; --cfg hydra shows all"),
        ("hydra/foo=1", "hydra/foo: Hydra has no such setting; --cfg hydra shows all"),
        ("+foo@bar=1", f"+foo@bar=1: there is no group foo; choose from {GROUPS}"),
        ("preset/foo=1", f"preset/foo: there is no group preset/foo; choose from {GROUPS}"),
        ("preset@x=fast", "preset@x=fast: did you mean preset?"),
        ("switch=physics", "switch=physics: none is chosen that this could replace; give +switch=physics"),
        ("solids=['']", "solids: there is no ''; choose from capsule, "),
        ("solids=[a/b]", "solids: there is no a/b; choose from capsule, "),
    ],
)
def test_what_is_taken_away_added_chosen_or_swept(override, said):
    assert refused(override).startswith(said)


@pytest.mark.slow
def test_what_is_not_chosen_any_more_cannot_be_taken_away():
    assert refused("randomizers=[camera]", "~randomizers.lens") == "~randomizers.lens: this is not chosen here anyway"
