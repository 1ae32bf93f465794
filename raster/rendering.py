"""render: the images of a configuration, batch by batch, in memory."""

from collections.abc import Iterator, Sequence

from raster.assembly import Setup, assemble
from raster.config import compose
from raster.frames import Frames
from raster.scene import Scenes


def render(n: int = 1, seed: int = 0, overrides: Sequence[str] = (), first: int = 0) -> Iterator[Frames]:
    """Frames of the images first .. first + n - 1, in batches of `batch` images.

    overrides: as on the command line, for example ["size=128", "solids=[cube,torus]"]. Image i is the one that
    `python -m raster.generate seed=...` with these overrides puts into images/. InputError for bad input.
    """
    setup = assemble(compose([*overrides, f"n={n}", f"seed={seed}"]))
    return frames_of(setup, first, n)


def frames_of(setup: Setup, first: int, n: int) -> Iterator[Frames]:
    """Annotated frames of the images first .. first + n - 1."""
    renderer = setup.renderer()

    def batches() -> Iterator[Scenes]:
        for start in range(first, first + n, setup.batch):
            yield setup.sampler(start, min(setup.batch, first + n - start))

    try:
        for frames in renderer.stream(batches()):
            for annotate in setup.annotations.values():
                annotate(frames)
            yield frames
    finally:
        renderer.release()

