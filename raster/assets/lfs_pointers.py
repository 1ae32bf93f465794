"""refuse_lfs_pointer: files that Git LFS left out: a clone without git-lfs holds three lines of text in their place."""

from raster.errors import InputError

_BEGINNING = b"version https://git-lfs.github.com/spec/"


def refuse_lfs_pointer(data: bytes, what: str = "is") -> None:
    """InputError, which begins with `what`, for the bytes of such a file."""
    if data.startswith(_BEGINNING):
        raise InputError(f"{what} a Git LFS pointer, not the file itself; fetch it: git lfs pull")
