"""read_samples: the images of a file of a shard, of any form."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from raster.dataset.layer_files import LayerFile
from raster.errors import InputError
from raster.shards import read_parquet, read_tar
from raster.shards.sample import Sample

FORMS = {"webdataset": read_tar.read_samples, "parquet": read_parquet.read_samples}


def read_samples(
    path: Path, name: str, form: str, layers: Mapping[str, LayerFile], classes: int
) -> Iterator[Sample]:  # fmt: skip
    """Yield the images of a file of a shard, one in memory at a time. form: that of manifest.json; name: for messages.

    layers: "layers" of manifest.json; classes: how many there are, with background. InputError for a file that is damaged, or
    not of this form.
    """
    if form not in FORMS:
        raise InputError(f"{name}: its form is {form!r}; this version reads {' and '.join(FORMS)}")
    try:
        yield from FORMS[form](path, name, layers, classes)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        lacks = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise InputError(f"{name}: is no file of {form}, as it was written: {lacks}") from error
