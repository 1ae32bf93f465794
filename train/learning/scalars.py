"""Scalars: the rows of metrics.csv as files that TensorBoard shows. require_tensorboard: is it installed?"""

from pathlib import Path
from typing import Any

from raster import InputError

TENSORBOARD = "tensorboard"  # a folder in that of a run


def require_tensorboard() -> None:
    """InputError that names the extra where tensorboard is not installed."""
    try:
        import tensorboard  # noqa: F401
    except ModuleNotFoundError:
        raise InputError("tensorboard=true: TensorBoard is not installed: pip install 'raster-labels[tensorboard]'") from None


class Scalars:
    """Writes losses, mean IoU and seconds of each epoch. A run that is continued goes on after `rows`, the epochs before."""

    def __init__(self, folder: Path, rows: list[dict[str, float]]):
        self._folder, self._first = folder, len(rows)
        self._writer: Any = None

    def add(self, row: dict[str, float]) -> None:
        """Write the row of an epoch at once. The folder is made with the first one. InputError if it cannot be written."""
        from torch.utils.tensorboard import SummaryWriter

        try:
            if self._writer is None:
                self._writer = SummaryWriter(str(self._folder), purge_step=self._first + 1)
            for name, value in row.items():
                if name != "epoch":
                    self._writer.add_scalar(name, value, int(row["epoch"]))
            self._writer.flush()
        except OSError as error:
            raise InputError(f"{self._folder}: cannot be written ({error.strerror})") from None

    def close(self) -> None:
        """Close the file."""
        if self._writer is not None:
            self._writer.close()
