"""out_store: where a run puts its data set. require_folder: the same, if that has to be a folder of this machine."""

from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode

from raster.errors import InputError
from raster.run.config import out_folder
from raster.system.local_store import LocalStore
from raster.system.stores import Store, is_url, open_store


def out_store(plain: dict[str, Any], name: str) -> Store:
    """Return where a run puts its files, as out_folder() does: a folder, or a URL. InputError as open_store()."""
    if not is_url(plain["out"]):
        return LocalStore(out_folder(plain, name))
    try:
        store = open_store(str(plain["out"]))
    except InputError as error:
        raise InputError(f"out={error}") from None
    if HydraConfig.initialized() and HydraConfig.get().mode == RunMode.MULTIRUN:
        return open_store(f"{store}/{HydraConfig.get().sweep.subdir}")
    return store


def require_folder(store: Store) -> Path:
    """Return the folder of a store. InputError for one of another file system: shards alone can go there."""
    if not isinstance(store, LocalStore):
        raise InputError(f"out={store}: files of images are for a disk; say writers=[webdataset] or [parquet]")
    return store.folder
