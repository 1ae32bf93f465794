"""try_writers: one image into a folder that is thrown away: a writer of the user's own fails before a data set begins."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from raster.dataset.files import FOLDERS, file_name
from raster.errors import InputError
from raster.rendering.renderer import Renderer
from raster.run.derived_layers import drawn_with
from raster.run.setup import Setup, module_of
from raster.run.workers import DrawJob, SharedProgress, chunks_of, draw


def try_writers(setup: Setup, renderer: Renderer, first: int) -> None:
    """Draw image number `first` with all writers, if any is the user's own. InputError for one that fails, names a file that it
    must not, or leaves one in images/ or labels/ that no image there is called: no run could continue such a data set.
    """
    own = [name for name, make in setup.writers.items() if not module_of(make).startswith("raster.")]
    if not own:
        return
    with TemporaryDirectory(prefix="raster-") as folder:
        chunks = chunks_of(drawn_with(setup, np.array([first])), setup.batch)
        draw(DrawJob(setup, Path(folder), chunks, 0, frozenset([first])), renderer, SharedProgress())
        for name in FOLDERS:
            for found in sorted(os.listdir(Path(folder) / name)) if (Path(folder) / name).is_dir() else ():
                if found != file_name(first):
                    what = f"{name}/ holds nothing but {file_name(first)} and so on; write into a folder of its own"
                    raise InputError(f"writers.{' or '.join(own)}: writes {name}/{found}, but {what}, such as jpeg/")
