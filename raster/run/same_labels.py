"""SameLabels: a writer that writes nothing: it holds the class ids that are drawn against the labels of a data set."""

from pathlib import Path
from typing import ClassVar

from raster.dataset.decode_grey import decode_grey
from raster.dataset.files import file_name
from raster.dataset.journal import Made
from raster.errors import InputError
from raster.frames import Frames
from raster.system.regular_files import read_regular


class SameLabels:
    """of: the folder of a data set. write() raises InputError for an image whose label there is another one."""

    needs: ClassVar[tuple[str, ...]] = ("class_id",)  # layers

    def __init__(self, out: str | Path, threads: int = 0, of: str | Path = ""):
        self._labels = Path(of) / "labels"

    def write(self, frames: Frames) -> list[Made]:
        """Compare a batch; no file is made of any image."""
        for index, drawn in zip(frames.index.tolist(), frames.layers["class_id"], strict=True):
            path = self._labels / file_name(index)
            try:
                held = decode_grey(read_regular(path, links=False), path)
            except (OSError, InputError) as error:
                why = error if isinstance(error, InputError) else f"{path}: cannot be read: {error.strerror}"
                raise InputError(f"{why}; the same command without layers= draws it again") from None
            if held.shape != drawn.shape or (held != drawn).any():
                found = "another size" if held.shape != drawn.shape else f"{int((held != drawn).sum())} other pixels"
                what = "so layers that are drawn now would not fit it (another OpenGL driver, or another version?)"
                raise InputError(f"{path}: the image drawn again has {found}, {what}; draw the set anew with these layers")
        return [{} for _ in frames.index]

    def close(self) -> None:
        """Nothing waits."""
