"""Tests of raster.run.check_overrides: what is refused, in one line, before Hydra takes it or ends at it."""

import pytest
from omegaconf import OmegaConf

from raster.errors import InputError
from raster.run import check_overrides
from raster.run.check_overrides import checked
from raster.run.config import check_config, load_config
from raster.run.opened_set import options_of_set

pytestmark = pytest.mark.slow  # each test composes configurations


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("writers=[1e308]", "writers=[1e308]: writers takes names, as writers=NAME or writers=[ONE,ANOTHER]"),
        ("solids=[[cube]]", "solids=[[cube]]: solids takes names"),
        ("solids=[cube,{a: 1}]", "solids=[cube,{a: 1}]: solids takes names"),
        ("passes=[null]", "passes=[null]: passes takes names"),
        ("solids@distractors=[true]", "solids@distractors=[true]: solids takes names"),
        ("preset=3", "preset=3: preset takes names"),
        ("preset=null", "preset=null: preset takes names"),
        ("passes/color=[1]", "passes/color=[1]: passes/color takes names"),
        ("solids=cube,3", "solids=cube,3: solids takes names"),
        ("~workers", "~workers: only components can be taken away, as ~randomizers.lens; leave workers out"),
        ("~views_per_layout", "~views_per_layout: only components"),
        ("~gl", "~gl: only components"),
        ("~gl.device", "~gl.device: only components"),
        ("~distractors", "~distractors: only components"),
        ("~solids", "~solids: say solids=[] for none; to leave one out: ~solids.NAME"),
        ("~solids@distractors", "~solids@distractors: say solids@distractors=[] for none; to leave one out: ~distractors.NAME"),
        ("~preset=[a]", "~preset=[a]: leave the value out: ~preset"),
        ("=3", "=3: there is no key before the ="),
        ("hydra=3", "hydra=3: give one of Hydra's settings, as hydra.sweep.dir=FOLDER"),
        ("hydra=null", "hydra=null: give one of Hydra's settings"),
        ("demo", "demo: options are written KEY=VALUE"),
    ],
)
def test_what_spoils_a_configuration(override, said):
    with pytest.raises(InputError) as refused:
        checked([override])
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    "override", ["~solids.cube", "~randomizers.lens", "~randomizers.camera.distance", "~preset", "~passes/color"]
)
def test_what_may_be_taken_away(override):
    assert checked([override]) == [override]


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("+classes={cube: box}", "classes: there is no such key"),
        ("+objects.classesx=1", "objects.classesx: there is no such key; did you mean objects.classes?"),
        ("++sed=1", "sed: there is no such key; did you mean seed?"),
        ("+gl.devic=1", "gl.devic: there is no such key; did you mean gl.device?"),
        ("+mine.level=1", "mine: there is no such key"),
        (
            "randomizers.background={pictured: 1, share: 1}",
            "randomizers.background.share: there is no such key; randomizers.background has kinds, ",
        ),
        ("distractors=null", "distractors=null: randomizers.distractors=null switches them off"),
        ("gl=3", "gl=3: this is a table of options: give one of them, as gl.NAME=VALUE"),
        ("objects=null", "objects=null: this is a table of options"),
        ("out=a,b", "out=a,b: several values: a list is out=[a,b], a text with commas 'out=\"a,b\"'; a sweep begins with -m"),
        ("out=M\udcfcller", r"out: 'M\udcfcller' is not UTF-8; rename"),
    ],
)
def test_what_nobody_reads_or_what_cannot_be(override, said, opened):
    """By both doors: a configuration of its own, and that of a data set whose values are changed."""
    for door in (load_config, opened):
        with pytest.raises(InputError) as refused:
            door([override])
        assert str(refused.value).startswith(said)
        assert "\n" not in str(refused.value)


@pytest.fixture(scope="module")
def opened():
    """A function: the configuration of a data set with overrides."""
    held = load_config(["preset=fast"])
    return lambda overrides: options_of_set(held, overrides, None)


@pytest.mark.parametrize("override", ["~workers", "~distractors", "=3", "demo", "hydra=3", "size=[48"])
def test_a_set_is_opened_with_overrides_checked_alike(override, opened):
    with pytest.raises(InputError) as checking:
        checked([override])
    with pytest.raises(InputError) as opening:
        opened([override])
    assert str(opening.value) == str(checking.value)


@pytest.mark.parametrize("text", ["Müller", "set#1", "set (2)", "run=1", "~/set"])
def test_a_set_is_opened_with_any_letters(text, opened):
    plain = opened([f"out={text}", f"objects.exclude={text}", f"objects.classes={{Ünï/*: {text}}}", "~randomizers.lens"])
    assert plain["out"] == plain["objects"]["exclude"] == plain["objects"]["classes"]["Ünï/*"] == text
    assert "lens" not in plain["randomizers"]


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("solids=[cube]", "solids=[cube]: a set is drawn again with the components that it was drawn with; change values, as "),
        ("solids@distractors=[ü]", "solids@distractors=[ü]: a set is drawn again with the components"),
        ("+switch=physics", "+switch=physics: a set is drawn again with the components"),
        ("seed=1,2", "seed=1,2: several values: a list is seed=[1,2], "),
        ("seed=range(1,3)", "seed=range(1,3): several values; "),
        ("n=null", "n=null: expected a whole number (1 to 100,000,000)"),
        ("hydra.run.dir=x", "hydra.run.dir=x: no setting of Hydra counts here"),
    ],
)
def test_what_a_set_is_not_opened_with(override, said, opened):
    with pytest.raises(InputError) as refused:
        opened([override])
    assert str(refused.value).startswith(said)


def test_a_key_that_is_added_composes_no_second_configuration(monkeypatch):
    made = []
    monkeypatch.setattr(check_overrides, "known_keys", made.append)
    assert load_config(["+fog={_target_: my_module.Fog}", "++n=3", "++randomizers.lens.k1=0"])["n"] == 3
    assert made == []


def test_what_is_added_with_a_target_or_from_an_own_group_is_taken(tmp_path):
    (tmp_path / "mood").mkdir()
    (tmp_path / "mood" / "dark.yaml").write_text("# @package _global_\nseed: 7\n")
    assert load_config(["+mood=dark"], tmp_path)["seed"] == 7
    assert load_config(["+fog={_target_: my_module.Fog}", "++n=3"])["fog"] == {"_target_": "my_module.Fog"}


def test_the_hint_for_a_part_that_the_preset_does_not_have():
    """'~KEY' and then '+KEY=...', as the message says."""
    given = "solids.cube.proportions={x: [0.5, 1]}"
    with pytest.raises(InputError) as refused:
        load_config([given])
    key, right = str(refused.value).split("'")[1::2]
    assert load_config([key, right])["solids"]["cube"]["proportions"] == {"x": [0.5, 1]}


def test_a_configuration_that_lacks_an_option_is_refused():
    plain = load_config(["preset=fast"])
    del plain["workers"]
    with pytest.raises(InputError, match=r"^workers: is missing; load_config\(\)"):
        check_config(OmegaConf.create(plain))
