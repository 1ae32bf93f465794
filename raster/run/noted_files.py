"""note_files: what a configuration reads from files, noted in the configuration, so that a changed file is not mixed in."""

from pathlib import Path
from typing import Any

from raster.physics.engine import engine_version
from raster.run.file_digests import file_digests
from raster.run.setup import Setup


def note_files(plain: dict[str, Any], setup: Setup, folder: Path | None = None) -> None:
    """Put into the configuration what was read from files, which may have changed since an interrupted run.

    `folder`: the user's own; None: the --config-dir of the running program, if any.
    """
    if plain["objects"]["on_error"] == "skip":
        plain["skipped_meshes"] = [name for name, _ in setup.meshes.skipped]
    plain.update(file_digests(plain, setup, folder))
    if setup.prefetch:
        plain["physics"] = engine_version()  # and so may the program that settles layouts
