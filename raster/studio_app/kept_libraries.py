"""KeptLibraries: one library for all configurations of a page that show the same pictures and environment maps."""

from collections import OrderedDict
from collections.abc import Hashable

from raster.assets.library import Library
from raster.run.setup import Setup
from raster.scene.requirements import Requirements
from raster.scene.sampler import Sampler, picture_px

LIBRARIES = 4  # at most


class KeptLibraries:
    """Libraries by what they hold: a renderer need not upload again what it has."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Library] = OrderedDict()

    def share(self, setup: Setup) -> Setup:
        """Let the sampler of a setup use the library that is kept, if it holds the same; the setup itself."""
        sampler = setup.sampler
        key = _contents(sampler)
        sampler.library = self._kept.setdefault(key, sampler.library)
        self._kept.move_to_end(key)
        while len(self._kept) > LIBRARIES:
            self._kept.popitem(last=False)
        return setup


def _contents(sampler: Sampler) -> Hashable:
    """What a sampler's library is made of. Files may be changed while the page is open: then what is in them counts too."""
    each = [getattr(made, "requirements", Requirements)() for made in sampler.randomizers.values()]
    sources = tuple((needed.pictures, needed.backdrops, needed.environments) for needed in each)
    of_files = any(source is not None and _reads_files(source) for row in sources for source in row)
    cropped = sampler.size if any(needed.backdrops for needed in each) else ()
    return sources, sampler.seed, picture_px(sampler.size), cropped, sampler.library.digest() if of_files else ""


def _reads_files(source: object) -> bool:
    """Whether pictures or maps come from files."""
    images, files = getattr(source, "images", "clutter"), getattr(source, "files", None)
    return images != "clutter" or files is not None or hasattr(source, "file")
