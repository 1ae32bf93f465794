"""From the files of a data set, or a stream of drawn images, to batches of tensors."""

from typing import Any

from ..earlier_exports import refuse


def __getattr__(name: str) -> Any:
    """InputError for the class that an export.pkl of an earlier version names here; AttributeError for any other name."""
    if name == "Take":
        refuse("train.data.Take")
    raise AttributeError(f"module {__name__} has no attribute {name}")
