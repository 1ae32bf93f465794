"""Tests of raster.run.check_overrides: what is refused, in one line, before Hydra takes it or ends at it."""

import pytest
from omegaconf import OmegaConf

from raster.errors import InputError
from raster.run.check_overrides import checked
from raster.run.config import check_config, load_config


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
        ("=3", "=3: there is no key before the ="),
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
        ("randomizers.background={pictured: 1, share: 1}", "randomizers.background.share: there is no such key; did you mean "),
        ("distractors=null", "distractors=null: randomizers.distractors=null switches them off"),
        ("gl=3", "gl=3: this is a table of options: give one of them, as gl.NAME=VALUE"),
        ("objects=null", "objects=null: this is a table of options"),
        ("out=a,b", "out=a,b: several values: a list is out=[a,b], a text with commas 'out=\"a,b\"'; a sweep begins with -m"),
        ("out=M\udcfcller", r"out: 'M\udcfcller' is not UTF-8; rename"),
    ],
)
def test_what_nobody_reads_or_what_cannot_be(override, said):
    with pytest.raises(InputError) as refused:
        load_config([override])
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


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
