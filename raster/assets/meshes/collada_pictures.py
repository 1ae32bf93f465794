"""picture_names: the pictures that a COLLADA file refers to, found without the library that reads the rest of the file."""

from pathlib import Path
from urllib.parse import unquote
from xml.parsers import expat

from raster.errors import InputError

LINKS = (("sampler2D", "source"), ("surface", "init_from"))  # elements of a newparam whose text names what it stands for


def picture_names(data: bytes, path: Path) -> tuple[str, ...]:
    """The references to all pictures of diffuse colours. InputError for what is no XML, or has a DOCTYPE.

    A DOCTYPE can define entities that grow without bound; COLLADA has none.
    """
    reader = _Reader(path)
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise InputError(f"{path}: is no COLLADA file that can be read ({error})") from error
    return reader.found()


def picture_name(text: str | None) -> str:
    """The reference that the text of init_from means, in which %20 and the like stand for characters."""
    return unquote((text or "").strip().removeprefix("file://"))


class _Reader:
    """Collects what leads from diffuse colours to pictures; numbers and geometries are passed over."""

    def __init__(self, path: Path):
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._end
        self._path = path
        self._open: list[str] = []  # the elements around the place
        self._image, self._param = "", ""  # the last image's id and the last newparam's sid
        self._text: list[str] = []
        self._images: dict[str, str] = {}  # init_from by the image's id
        self._links: dict[str, set[str]] = {}
        self._diffuse: set[str] = set()

    def found(self) -> tuple[str, ...]:
        """The references. A diffuse colour names a sampler, that a surface, and that an image; or the image at once."""
        names = set(self._diffuse)
        for _ in LINKS:
            names |= {linked for name in names for linked in self._links.get(name, ())}
        return tuple(dict.fromkeys(picture_name(text) for image, text in self._images.items() if image in names))

    def _refuse(self, *_: object) -> None:
        raise InputError(f"{self._path}: has a DOCTYPE, which no COLLADA file needs; remove it")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._open.append(name.rpartition(":")[2])
        if self._open[-1] == "image":
            self._image = attributes.get("id", "")
        elif self._open[-1] == "newparam":
            self._param = attributes.get("sid", "")
        elif self._open[-2:] == ["diffuse", "texture"]:
            self._diffuse.add(attributes.get("texture", ""))
        elif self._is_read():
            self._text = []
            self.parser.CharacterDataHandler = self._text.append

    def _end(self, _: str) -> None:
        if self._is_read():
            self.parser.CharacterDataHandler = None
            text = "".join(self._text)
            if self._open[-2] == "image":
                self._images[self._image] = text
            else:
                self._links.setdefault(self._param, set()).add(text)
        self._open.pop()

    def _is_read(self) -> bool:
        return tuple(self._open[-2:]) in (("image", "init_from"), *LINKS)
