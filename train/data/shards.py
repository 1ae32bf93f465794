"""ShardFolder: a data set in shards, as Folder is one of files. ShardPairs: its pairs, decoded file by file when needed."""

import io
import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from raster import InputError, is_url, open_regular, open_shards

from .folder import decode_image, decode_picture, fitting_pair
from .pairs import MAX_MEMORY, THREADS, Pair, fit_pair

POOL = 4  # files whose images an epoch mixes
_KEPT = 2  # files of which ShardFolder keeps what they hold
_Held = list[tuple[str, bytes, bytes]]  # name of the image, its file, its mask's file


class ShardFolder:
    """A data set in shards: a folder, or a URL. Images are numbered file by file; attributes as of Folder.

    place: its folder or URL. InputError as raster.open_shards().
    """

    def __init__(self, place: str | Path):
        self._reader = open_shards(place)
        self.path, self.codes, files = str(place), self._reader.classes, self._reader.files
        counts = np.array([file.images for file in files], np.int64)
        self.ends = np.cumsum(counts)  # (F,) of each file: number of its last image, and 1
        self.valid, self.test = (np.repeat([file.split == name for file in files], counts) for name in ("valid", "test"))
        self._held: OrderedDict[int, _Held] = OrderedDict()

    def __len__(self) -> int:
        return int(self.ends[-1])

    @property
    def views(self) -> int:
        """How many consecutive images show the same layout."""
        return int(self._reader.manifest["configuration"].get("views_per_layout", 1))

    def file_of(self, index: int) -> int:
        """The number of the file that holds an image."""
        return int(np.searchsorted(self.ends, index, side="right"))

    def row_of(self, index: int) -> int:
        """Which image of its file this is, from 0."""
        file = self.file_of(index)
        return index - (int(self.ends[file - 1]) if file else 0)

    def read(self, number: int) -> _Held:
        """What a file holds. InputError for one that is damaged, or other than the set's digest says."""
        file = self._reader.files[number]
        held = [(Path(sample.record["image"]).name, sample.image, sample.label) for sample in self._reader.samples(file)]
        if len(held) != file.images:
            raise InputError(f"{self.path}/{file.name}: holds {len(held)} images; expected {file.images}")
        return held

    def decode(self, held: tuple[str, bytes, bytes]) -> tuple[Image.Image, Image.Image]:
        """Image (RGB) and mask (L) of an entry of read(). InputError for a damaged or wrong one."""
        name, *files = held
        image, label = (f"{self.path}: {folder}/{name}" for folder in ("images", "labels"))
        picture = decode_image(io.BytesIO(files[0]), image)
        return fitting_pair(picture, decode_picture(io.BytesIO(files[1]), label), label, len(self.codes))

    def pair(self, index: int) -> tuple[Image.Image, Image.Image]:
        """Image (RGB) and mask (L) of an index, at their own size. Fast for indices of one file after another."""
        return self.decode(self._entry(index))

    def name(self, index: int) -> str:
        """The name of an image: 000123.png."""
        return self._entry(index)[0]

    def _entry(self, index: int) -> tuple[str, bytes, bytes]:
        number = self.file_of(index)
        if number not in self._held:
            while len(self._held) >= _KEPT:
                self._held.popitem(last=False)
            self._held[number] = self.read(number)
        return self._held[number][self.row_of(index)]

    def digest(self) -> str:
        """The digest of manifest.json. Each file is held against its hash when it is read."""
        return self._reader.digest


class ShardPairs:
    """The pairs of a ShardFolder at `size` (H, W) px: all of them if they fit into memory, else those of a few files."""

    def __init__(self, folder: ShardFolder, size: tuple[int, int]):
        """Decode all files, if their pairs fit into memory. InputError for the first that is damaged."""
        self.folder, self.size = folder, size
        self.fits = len(folder) * size[0] * size[1] * 4 <= MAX_MEMORY
        self._pool = ThreadPoolExecutor(THREADS)
        self._reading = ThreadPoolExecutor(1)
        self._files: OrderedDict[int, Future[list[Pair]]] = OrderedDict()
        self._next: list[int] = []
        if self.fits:
            for number in range(len(folder.ends)):
                self._begin(number).result()

    def __call__(self, index: int) -> Pair:
        """The pair of an image index; another file is read when its first image is asked for, and the next one meanwhile."""
        number = self.folder.file_of(index)
        pairs = self._begin(number).result()
        if number in self._next:
            self._next = self._next[self._next.index(number) + 1 :]
            for following in self._next[:1]:
                self._begin(following)
        return pairs[self.folder.row_of(index)]

    @property
    def file_of(self) -> Callable[[int], int] | None:
        """Which file an image is in, for who shuffles; None if all images are in memory, so that any order is as fast."""
        return None if self.fits else self.folder.file_of

    def expect(self, order: Iterable[int]) -> None:
        """Say in which order images will be asked for: files are then read in advance."""
        self._next = list(dict.fromkeys(map(self.folder.file_of, order)))

    def _begin(self, number: int) -> "Future[list[Pair]]":
        """Read a file, unless it is there. Those that were asked for longest ago go."""
        if number not in self._files:
            while not self.fits and len(self._files) > POOL:
                self._files.popitem(last=False)
            self._files[number] = self._reading.submit(self._read, number)
        self._files.move_to_end(number)
        return self._files[number]

    def _read(self, number: int) -> list[Pair]:
        held = self.folder.read(number)
        return list(self._pool.map(lambda entry: fit_pair(*self.folder.decode(entry), self.size), held))


def shuffled_by_file(indices: Sequence[int], file_of: Callable[[int], int], rng: Random) -> list[int]:
    """The positions of image indices in random order, but of POOL files at a time, so that each file is read once."""
    places: dict[int, list[int]] = {}
    for place, index in enumerate(indices):
        places.setdefault(file_of(index), []).append(place)
    files = rng.sample(sorted(places), len(places))
    order: list[int] = []
    for first in range(0, len(files), POOL):
        mixed = [place for file in files[first : first + POOL] for place in places[file]]
        order += rng.sample(mixed, len(mixed))
    return order


def is_in_shards(place: str | Path) -> bool:
    """Return whether this is a URL, or the folder of a data set in shards."""
    if is_url(place):
        return True
    try:
        with open_regular(Path(place) / "manifest.json") as file:
            return "shards" in json.load(file)
    except (OSError, ValueError, TypeError):
        return False
