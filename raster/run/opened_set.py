"""open_set: the images of a data set again, as its manifest describes them, or with some options changed."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from raster.dataset import manifest
from raster.errors import InputError
from raster.run.check_overrides import checked, finish
from raster.run.compose import change, read_override
from raster.run.config import Config, check_config
from raster.run.file_digests import file_digests
from raster.run.hydra_messages import explain
from raster.run.image_source import ImageSource
from raster.run.intrinsics_at_size import scale_intrinsics
from raster.run.known_keys import is_group
from raster.run.own_folder import own_folder, use_folder
from raster.shards.shown import read_manifest_at


def open_set(out: str | Path, overrides: Sequence[str] = (), config_dir: str | Path | None = None) -> ImageSource:
    """Return what draws the images of the data set in the folder, or at the URL, `out`: image i is the one that it holds.

    `overrides` change values of its configuration, such as ["size=1024", "randomizers.lens=null"]. `config_dir`: the user's own
    folder that the set was drawn with. With another size the options of the camera in px (fx, fy, cx, cy) that are not given
    anew are scaled, so that the picture is the same. InputError for a folder without a manifest, for bad overrides, and for
    another shape of the picture with such options. A warning says so if the images cannot be the same: drawn by another
    version, or from other pictures, meshes, modules or shaders.

        >>> import raster
        >>> source = raster.open("demo", ["size=512"])
        >>> frames = next(source.frames(first=137, count=1))
        >>> source.release()
    """
    held = read_manifest_at(out)
    if held is None:
        raise InputError(f"{out}: holds no {manifest.MANIFEST}, so it is not a data set of raster generate")
    options = options_of_set(held["configuration"], overrides, config_dir)
    source = ImageSource.of_options(options, config_dir)
    changed = any(not word.startswith("batch=") for word in overrides)
    for difference in _differences(held, file_digests(options, source.setup), changed):
        warnings.warn(f"{out}: {difference}", stacklevel=2)
    return source


def options_of_set(configuration: Mapping[str, Any], overrides: Sequence[str], config_dir: str | Path | None) -> dict[str, Any]:
    """Return the configuration of a data set's manifest with overrides, checked as load_config() does. InputError likewise."""
    known = {field.name for field in fields(Config)}
    folder = own_folder() if config_dir is None else use_folder(config_dir)
    taken = checked(overrides, folder)
    for word, override in zip(overrides, taken, strict=True):
        key = str(read_override(override).key_or_group)
        if is_group(key, folder) or "/" in key:
            what = "a set is drawn again with the components that it was drawn with"
            raise InputError(f"{word}: {what}; change values, as size=512 or randomizers.lens=null")
        if key.startswith("hydra."):
            raise InputError(f"{word}: no setting of Hydra counts here; change values, as size=512 or randomizers.lens=null")
    try:
        held = {key: value for key, value in configuration.items() if key in known}
        cfg: Any = OmegaConf.merge(OmegaConf.structured(Config), held)
        OmegaConf.set_struct(cfg, True)
        change(cfg, taken)
    except Exception as error:  # Hydra's own, or what it stumbles over
        raise InputError(explain(error, "config", folder, dict(zip(taken, overrides, strict=True)))) from None
    finish(cfg, taken, "config", folder)
    options = check_config(cfg)
    scale_intrinsics(options, held, taken)
    return options


def _differences(held: manifest.Manifest, digests: Mapping[str, str], changed: bool) -> list[str]:
    """Return what makes images differ from those of the set, beside overrides, which `changed` says there are.

    `digests`: of the files that are read now.
    """
    found = []
    drew, draws = (each["versions"].get("raster") for each in (held, manifest.start({}, 1, ())))
    if drew != draws:
        found.append(f"was drawn by version {drew}; this is {draws}, whose images may differ")
    if not changed and (files := manifest.changed_files(held["configuration"], digests)):
        found.append(f"its {' and '.join(files)} are not those that it was drawn with")
    return found
