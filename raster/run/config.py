"""Config: the typed root of the configuration. load_config() and run_hydra() read it with Hydra; errors become one line."""

import functools
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import hydra
from hydra.core.config_store import ConfigStore
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from raster.assets.class_map import labels_table
from raster.assets.meshes.options import MeshOptions
from raster.command_line import print_version
from raster.errors import InputError
from raster.run.check_overrides import checked, finish
from raster.run.chosen_detail import chosen_detail
from raster.run.compose import VERSION_BASE, compose_file, composed_once
from raster.run.flags import quoted_words, refuse_flags
from raster.run.gl_options import GLOptions
from raster.run.help_page import print_help
from raster.run.hydra_messages import explain
from raster.run.json_report import reports_json
from raster.run.label_filter import LabelFilterOptions
from raster.run.options import yaml_value
from raster.run.own_folder import own_folder, split_config_dir, use_folder
from raster.run.refuse_values import refuse_values
from raster.run.shard_size import check_shard
from raster.run.show_configuration import decoded_output, show_configuration
from raster.run.splits import MAX_IMAGES, checked_splits
from raster.run.sweeps import (
    Failure,
    Success,
    clear_sweep_folder,
    failures,
    note,
    note_success,
    point_name,
    results,
    sweep_folder,
)
from raster.standard_streams import quiet
from raster.system.paths import CONF


@dataclass
class Config:
    """The options of every program that draws, with their defaults; conf/config.yaml says what each group holds.

    >>> from raster import Config
    >>> Config().n
    1000
    """

    # --- The data set
    n: int = 1000  # images of the data set [; 1 to 100,000,000]
    first: int = 0  # number of the first; image i is the same in any set [; 0 to 100,000,000]
    seed: int = 0  # another seed gives other images [; a whole number]
    out: str | None = None  # folder; null: out/<width>x<height>-seed<seed>-<hash of the configuration> [; text, or null]
    size: Any = 256  # size of the images: one number, or [height, width] [px; 16 or more]
    # --- The machine
    batch: int | None = None  # images drawn at once; null: 32, on a GPU more [; 1 or more, or null]
    workers: Any = "auto"  # processes that draw; changes no image [; auto, or 1 to 256]
    # --- The data set
    valid: Any = 0.2  # for validation: a share, or a count of the first images [; 0 to below 1, or a whole number]
    test: Any = 0  # for test, never trained on: a share, or a count after that of valid [; 0 to below 1, or a whole number]
    shard: int | None = None  # images to a file of webdataset, parquet; null: up to 1000 [; 1 to 1,000,000, or null]
    views_per_layout: int = 1  # images of each layout, with cameras and lights of their own [; 1 or more]
    hold_appearance: bool = False  # views of a layout share materials, lights, lens, sensor [; true, false]
    samples: int = 1  # samples of colour a pixel: 4 for smooth edges; labels have one [; 1, 4]
    # --- The machine
    quiet: bool = False  # print nothing but warnings and errors [; true, false]
    gl: GLOptions = field(default_factory=GLOptions)
    # --- What is drawn
    solids: dict[str, Any] = field(default_factory=dict)  # the classes, in the order of their ids
    labels: Any = None  # other classes than solids and meshes have [; {solid or class: class, null or ignore}, or null]
    label_filter: LabelFilterOptions = field(default_factory=LabelFilterOptions)
    distractors: dict[str, Any] = field(default_factory=dict)  # unlabelled solids
    # --- Your own meshes
    objects: MeshOptions = field(default_factory=MeshOptions)
    # --- What is drawn
    randomizers: dict[str, Any] = field(default_factory=dict)  # what varies; randomizers.NAME.FIELD sets an option of one
    passes: dict[str, Any] = field(default_factory=dict)  # layers that the GPU draws
    layers: list[str] = field(default_factory=lambda: ["instance_id"])  # written beside images and labels [; names of layers]
    detail: str = "auto"  # how finely solids are divided [; auto, outlines, surfaces]
    annotations: dict[str, Any] = field(default_factory=dict)  # what is computed from the layers
    writers: dict[str, Any] = field(default_factory=dict)  # file formats


ConfigStore.instance().store(name="raster_schema", node=Config)


def load_config(overrides: Sequence[str] = (), config_dir: str | Path | None = None) -> dict[str, Any]:
    """Return the configuration that a program would get from these overrides, as plain dicts and lists, checked.

    `config_dir`: the user's own folder, as --config-dir names it; None: that of the running program, if it has one.
    InputError names the first wrong key or value.

        >>> from raster import load_config
        >>> load_config(["size=128", "solids=[cube,torus]"])["size"]
        [128, 128]
    """
    return check_config(_composed("config", own_folder() if config_dir is None else use_folder(config_dir), overrides))


def _composed(name: str, folder: Path | None, overrides: Sequence[str]) -> DictConfig:
    """conf/NAME.yaml with overrides, as a job of run_hydra() gets it. InputError for overrides that cannot be."""
    taken = checked(overrides, folder)
    try:
        cfg = compose_file(name, taken, folder)
    except Exception as error:  # Hydra's own, or what it stumbles over
        raise InputError(explain(error, name, folder, dict(zip(taken, overrides, strict=True)))) from None
    finish(cfg, taken, name, folder)
    return cfg


@reports_json
def run_hydra(job: Callable[[DictConfig], Any], name: str = "config") -> None:
    """Run a program under Hydra with conf/NAME.yaml. It reads the command line: overrides, --config-dir, --multirun, --help.

    `job` gets the composed configuration; what it returns, a dict or None, is printed at the end where --json is given. With
    quiet=true nothing is printed but warnings and errors. In a sweep every point is run; the first error is raised after the
    last point. InputError for what Hydra does not accept.

        >>> import raster
        >>> with raster.one_line():
        ...     raster.run_hydra(lambda cfg: print(raster.check_config(cfg)["n"]))
    """
    failures.clear()
    results.clear()
    folder, _ = split_config_dir(sys.argv[1:])
    if print_version(sys.argv[1:]) or print_help(sys.argv[1:], name, sys.modules.get(job.__module__), load_config):
        return
    refuse_flags(sys.argv[1:], name)
    shown = show_configuration(sys.argv[1:], functools.partial(_composed, name, folder))
    if shown is not None:
        note_success(shown)
        return

    @functools.wraps(job)
    def attempt(cfg: DictConfig) -> Failure | Success:
        try:
            # In a launcher's process too the modules of the user's own folder can be imported.
            finish(cfg, HydraConfig.get().overrides.task, name, own_folder())
            with quiet(bool(cfg.get("quiet"))):
                return note_success(job(cfg))
        except Exception as error:  # raised below: Hydra would print a line of its own first
            return note(error)

    _under_hydra(attempt, name, folder)
    if failures:
        raise failures[0]


def _under_hydra(job: Callable[[DictConfig], Any], name: str, folder: Path | None) -> None:
    """Let Hydra run a job with the command line. InputError for what it does not accept."""
    written: dict[str, str] = {}
    full_error, command_line = os.environ.get("HYDRA_FULL_ERROR", "0"), sys.argv
    os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra then raises, where it would print many lines and exit with 1
    try:
        words, written = quoted_words(command_line[1:], folder, name)
        sys.argv = [command_line[0], *words]
        with decoded_output(sys.argv[1:]), composed_once(words, folder):
            hydra.main(version_base=VERSION_BASE, config_path=str(CONF), config_name=name)(job)()
    except BrokenPipeError:  # of `--cfg job | head`
        raise
    except KeyboardInterrupt as error:
        if str(error):
            raise
        raise KeyboardInterrupt("interrupted; the same command does the rest") from None
    except Exception as error:
        if full_error == "1":
            raise
        raise InputError(explain(error, name, folder, written)) from None
    finally:
        clear_sweep_folder()
        sys.argv = command_line
        os.environ["HYDRA_FULL_ERROR"] = full_error


def check_config(cfg: DictConfig) -> dict[str, Any]:
    """Return a composed configuration as plain dicts and lists, with `size` as [H, W]. InputError names the first wrong key.

    >>> from omegaconf import OmegaConf
    >>> from raster import check_config, load_config
    >>> check_config(OmegaConf.create({**load_config(), "size": [48, 64]}))["size"]
    [48, 64]
    """
    try:
        plain: dict[str, Any] = OmegaConf.to_container(cfg, resolve=True, throw_on_missing=True)  # type: ignore[assignment]
    except OmegaConfBaseException as error:
        raise InputError(explain(error)) from None
    if missing := [field.name for field in fields(Config) if field.name not in plain]:
        raise InputError(f"{missing[0]}: is missing; load_config() and run_hydra() give all options")
    refuse_values(plain, "")
    ranges = {"seed": (-(2**63), 2**63 - 1), "first": (0, MAX_IMAGES)}
    for key in ("n", "first", "batch", "views_per_layout", "seed"):
        least, most = ranges.get(key, (1, MAX_IMAGES))
        if plain[key] is not None and not least <= plain[key] <= most:
            raise InputError(f"{key}={plain[key]}: expected a whole number from {least} to {most}")
    given = plain["size"]
    plain["size"] = size = given if isinstance(given, list) else [given] * 2
    if len(size) != 2 or not all(type(s) is int and s >= 16 for s in size):
        raise InputError(f"size={yaml_value(given)}: expected px as a whole number or [height, width], 16 or more")
    plain["detail"] = chosen_detail(plain["detail"], plain["layers"])
    if plain["samples"] not in (1, 4):
        raise InputError(f"samples={plain['samples']}: expected 1 or 4")
    check_shard(plain)
    if plain["first"] % plain["views_per_layout"]:
        what = f"expected a multiple of views_per_layout={plain['views_per_layout']}, since views of a layout stay together"
        raise InputError(f"first={plain['first']}: {what}")
    plain["valid"], plain["test"] = checked_splits(plain["valid"], plain["test"], plain["views_per_layout"])
    plain["labels"] = labels_table(plain["labels"]) or None
    LabelFilterOptions(**plain["label_filter"]).check([name for name, made in plain["annotations"].items() if made])
    workers = plain["workers"]
    if workers != "auto" and not (type(workers) is int and 1 <= workers <= 256):
        raise InputError(f"workers={yaml_value(workers)}: expected auto, or a whole number from 1 to 256")
    GLOptions(**plain["gl"]).check()
    return plain


def out_folder(plain: dict[str, Any], name: str) -> Path:
    """Return where a run puts its files: `out`; in a sweep a folder of the point below it; without `out` it is out/NAME.

    >>> from raster import load_config, out_folder
    >>> str(out_folder(load_config(["out=cubes"]), "unused"))
    'cubes'
    """
    if HydraConfig.initialized() and HydraConfig.get().mode == hydra.types.RunMode.MULTIRUN:
        return Path(HydraConfig.get().runtime.output_dir)
    return Path(os.path.expanduser(plain["out"])) if plain["out"] else Path("out") / name


OmegaConf.register_new_resolver("raster_point", point_name, replace=True)
OmegaConf.register_new_resolver("raster_sweep", sweep_folder, replace=True)
