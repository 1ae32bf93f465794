"""--help: every option once, as it is; two screens at most, and --help all for the rest."""

import re
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import import_module

import pytest
from omegaconf import OmegaConf
from programs import run

from raster import export_scene, preview, scale, studio
from raster.errors import InputError
from raster.run.components import chosen_components
from raster.run.compose import compose_file
from raster.run.config import Config, load_config
from raster.run.help_page import WIDTH, asked_for_help, help_page, print_help, schema
from raster.run.options import GROUPS, options_of
from train import config as train_config

PROGRAMS = {"config": Config, "train": train_config.TrainConfig, "evaluate": train_config.EvaluateConfig,
            "diagnose": train_config.DiagnoseConfig, "predict": train_config.PredictConfig}  # fmt: skip
TWO_SCREENS = 100  # lines


CONFIGURATION = cache(load_config)


@cache
def page(config: str, word: str = "") -> str:
    program = {"config": "raster.generate", "train": "train.fit"}.get(config, f"train.{config}")
    return help_page(config, import_module(program), word, CONFIGURATION)


def entries(text: str) -> list[str]:
    """The options of a page, each with its default: what begins a line after two blanks; long ones go on after four."""
    return re.findall(r"^  ([a-z]\S*=\S.*?)(?:  |$)", re.sub(r"\n    (?! )", "", text), re.M)


@pytest.mark.parametrize("config", PROGRAMS)
def test_a_page_fits_on_two_screens(config):
    lines = page(config).splitlines()
    assert len(lines) <= TWO_SCREENS
    assert max(map(len, lines)) <= WIDTH == 100
    assert max(map(len, page(config, "all").splitlines())) <= WIDTH


@pytest.mark.parametrize(("config", "made"), PROGRAMS.items())
def test_a_page_tells_all_own_options_with_range_and_default(config, made):
    assert schema(config) is made
    told = {entry.partition("=")[0] for entry in entries(page(config))}
    own = [option for option in options_of(made) if option.name in made.__annotations__]
    assert len(own) >= 7
    for option in own:
        assert option.title, option.name
        if not is_dataclass(option.default):
            assert option.text, option.name
        if not is_dataclass(option.default) and option.name not in GROUPS:
            assert option.name in told
            assert option.allowed, option.name
    assert "  --help all " in page(config)


@pytest.mark.parametrize("config", ["train", "evaluate", "diagnose", "predict"])
def test_the_programs_of_train_are_called_as_a_reader_calls_them(config):
    """In an installed package there is no module train. Each of them can be quiet."""
    assert "quiet=false" in entries(page(config))
    assert not re.search(r"train\.(fit|evaluate|diagnose|predict)|raster\.generate", page(config))


ALL = pytest.param("config", "all", marks=pytest.mark.slow)


@pytest.mark.parametrize(("config", "word"), [*((config, "") for config in PROGRAMS), ALL])
def test_the_defaults_told_are_the_defaults(config, word):
    """Given as overrides they change nothing. Lists of components are left out: naming them anew drops what presets say."""
    told = [entry for entry in entries(page(config, word)) if chosen(entry.split("=")[0])]
    assert len(told) >= (200 if word else 7)
    assert OmegaConf.to_container(compose_file(config, told)) == OmegaConf.to_container(compose_file(config))


def chosen(key: str) -> bool:
    """Whether a key can be overridden as it stands: an option, but not of a solid or randomizer that the default has not."""
    group, _, rest = key.partition(".")
    components = chosen_components("config").get(group)
    return rest.split(".")[0] in components if rest and components else group.partition("@")[0] not in (*GROUPS, "preset")


def test_all_tells_every_option_of_every_randomizer_and_of_the_run():
    text = page("train", "all")
    for name, options in CONFIGURATION()["randomizers"].items():
        for key in set(options) - {"_target_"}:
            assert f"  randomizers.{name}.{key}=" in text
    for field in fields(Config):
        assert re.search(rf"^  (solids@)?{field.name}[=.]", text, re.M), field.name


@pytest.mark.parametrize("program", [preview, export_scene, scale, studio])
def test_a_program_without_hydra_tells_its_own_options_in_groups(program):
    """And those of raster generate where they are asked for; the flags are those that it takes."""
    text = help_page("config", program, "", CONFIGURATION, program.Options)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert {entry.partition("=")[0] for entry in entries(text)} == {field.name for field in fields(program.Options)}
    for option in options_of(program.Options):
        assert option.title, option.name
        assert option.text, option.name
        assert option.allowed, option.name
    assert "--json" in text
    assert "--multirun" not in text
    more = help_page("config", program, "all", CONFIGURATION, program.Options)
    assert all(f"  {key}=" in more for key in ("first", "size", "randomizers.lights.shadows", "passes/color"))


def test_a_word_shows_what_has_it_in_its_name():
    told = entries(page("config", "shadows"))
    assert told
    assert all("shadows" in entry for entry in told)
    assert "randomizers.lights.shadows=" in page("config", "shadows")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [([], None), (["n=4"], None), (["--help"], ""), (["-h"], ""), (["n=4", "--help", "all"], "all"),
     (["--help", "n=4"], ""), (["--help", "-m"], ""), (["--cfg", "job"], None)],
)  # fmt: skip
def test_where_help_is_asked_for(arguments, word):
    assert asked_for_help(arguments) == word


@pytest.mark.slow
@pytest.mark.parametrize("command", ["generate", "fit"])
def test_both_names_of_a_program_print_it(command):
    folder = {"generate": "raster", "fit": "train"}[command]
    short, long = (run("-m", *words, "--help") for words in (("raster", command), (f"{folder}.{command}",)))
    assert short.returncode == long.returncode == 0
    first, *rest = short.stdout.splitlines()
    assert first == f"usage: raster {command} [OPTION=VALUE ...]"
    assert long.stdout.splitlines() == [f"usage: python -m {folder}.{command} [OPTION=VALUE ...]", *rest]
    wrong = run("-m", "raster", command, "--help", "shadowz")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == "error: --help shadowz: no option has this in its name; --help all lists all of them\n"


def test_help_with_a_preset_and_a_folder_of_ones_own(tmp_path, capsys, modules_forgotten):
    """The values are the preset's, those of the folder too, and what there is to choose from holds its components."""
    for path, text in {
        "preset/night.yaml": "# @package _global_\n# Night.\nsamples: 4\ndefaults: [override /passes/color: phong]\n"
        "randomizers: {lights: {count: 2}}\n",
        "solids/wedge.yaml": "# Half a cube.\nwedge:\n  _target_: my.wedge\n  width: 0.8 # along x\n",
    }.items():
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(text)
    module = import_module("raster.generate")

    def shown(*words: str) -> str:
        assert print_help([f"--config-dir={tmp_path}", *words], "config", module, load_config)
        return capsys.readouterr().out

    found = shown("--help", "preset=night")
    told = entries(found)
    for entry in (
        "samples=4",
        "passes/color=phong",
        "passes=[class_id,geometry,coverage,coverage_canvas]",
        "preset=night",
        "size=256",
        "solids.wedge.width=0.8",
    ):
        assert entry in told, entry
    assert "preset=night              Night." in found
    assert "solids=wedge, of your own: Half a cube." in found
    assert "torus, triangular_prism, wedge)" in " ".join(found.split())
    assert "randomizers.lights.count=2" in entries(shown("preset=night", "--help", "lights"))
    assert "randomizers.lights.count=[1,4]" in entries(shown("--help", "lights"))
    assert "samples=1" in entries(shown("--help"))
    (tmp_path / "solids/wedge.yaml").write_text("wedge:\n\twidth: 3\n")
    with pytest.raises(InputError, match=rf"^{tmp_path}/solids/wedge\.yaml, line 2: "):
        shown("--help")
