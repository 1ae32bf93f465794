"""file_digests: what tells whether a data set is drawn from the same files as before."""

import hashlib
from pathlib import Path
from typing import Any

from raster.run.own_code import own_code
from raster.run.setup import Setup


def file_digests(plain: dict[str, Any], setup: Setup, folder: Path | None = None) -> dict[str, str]:
    """Return the digests of all files that a configuration reads, by the keys of raster.dataset.manifest.FILES.

    `setup` is what was built of the configuration. A key is left out where nothing of its kind is read.
    `folder`: as of own_code().
    """
    catalog, files = setup.sampler.catalog, setup.sampler.requirements.files
    found = {
        "library": setup.sampler.library.digest(),
        "meshes": catalog.digest() if catalog.imported else None,
        "cameras": hashlib.sha256("\n".join(files).encode()).hexdigest() if files else None,
        "code": own_code(plain, setup.passes, folder),
    }
    return {key: digest for key, digest in found.items() if digest is not None}
