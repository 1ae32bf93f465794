"""Drawer: answers the wishes of a page for images and for what is at a pixel; it runs in a process of its own."""

import json
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from raster.dataset.encode_png import encode_rgb
from raster.errors import InputError
from raster.label_colors import palette
from raster.run.require_parts import notes_on_parts
from raster.studio_app.choices import Choices
from raster.studio_app.configuration import Configuration, Configurations
from raster.studio_app.drawn import Drawn, Held, Workshop
from raster.studio_app.layer_pictures import layer_picture
from raster.studio_app.light_shares import light_shares
from raster.studio_app.preset_text import preset_text
from raster.studio_app.sections import sections

MOST = 48  # images of a wish
# Options that change no image, nor what is said of it.
RUN_ALONE = ("n", "out", "batch", "workers", "quiet", "valid", "test")

Send = Callable[[dict[str, Any], bytes], None]


class Drawer:
    """What draws for one page. `send(header, picture)` gives an answer; `stale()` tells whether a newer wish waits.

    A wish is a dict: "do" ("draw" or "probe"), "wish" (its number, which is in every answer), "choices"; "numbers" and "layer"
    of images to draw; "image", "column", "row" and "lights" of a pixel.
    """

    def __init__(self, fixed: Sequence[str], folder: Path | None, send: Send, stale: Callable[[], bool]):
        self.configurations = Configurations(sections(folder), fixed, folder)
        self.send, self.stale, self.workshop = send, stale, Workshop(folder)
        self.drawn: Drawn | None = None
        self._key, self._base, self._device = "", "", ""

    def answer(self, wish: dict[str, Any]) -> None:
        """Do what a page wishes. What cannot be is told as an error of the configuration."""
        if wish["do"] == "greet":  # a page that knows nothing yet
            self._base = self._device = ""
            return
        try:
            choices = Choices.read(wish["choices"], self.configurations.controls)
            self._probe(wish, choices) if wish["do"] == "probe" else self._draw(wish, choices)
        except InputError as error:
            message = str(error)
            errors = {self.configurations.key_of(message): message}
            self.send({"event": "refused", "wish": wish["wish"], "errors": errors}, b"")

    def configure(self, choices: Choices, count: int) -> Configuration:
        """Make choices the configuration of what follows. What is drawn already is kept where it changes no image."""
        found = self.configurations.configure(choices)
        if found.plain is None:
            return self.configurations.configure(choices, lambda plain: Drawn(plain, count, self.workshop))
        key = json.dumps({name: value for name, value in found.plain.items() if name not in RUN_ALONE}, default=str)
        if key != self._key or self.drawn is None:
            made: list[Drawn] = []
            found = self.configurations.configure(choices, lambda plain: made.append(Drawn(plain, count, self.workshop)))
            if found.plain is not None:
                self.drawn, self._key = made[-1], key
        return found

    def _draw(self, wish: dict[str, Any], choices: Choices) -> None:
        """First what the choices come to, then the images as they are drawn, small ones first."""
        numbers = [int(number) for number in wish["numbers"]][:MOST]
        found = self.configure(choices, len(numbers))
        self._tell(wish, found)
        if found.plain is None or self.drawn is None:
            return
        drawn, layer = self.drawn, str(wish.get("layer", "color"))
        layer = layer if layer in drawn.layers else drawn.layers[0]
        missing = [number for number in numbers if not drawn.holds(number, layer)]
        for number in numbers:
            if number not in missing:
                self._show(wish, number, layer, drawn.held[number], coarse=False)
        if not missing:
            self._tell_device()
            self.send({"event": "done", "wish": wish["wish"]}, b"")
        elif self._coarse(wish, missing, layer):
            self._fine(wish, missing, layer)

    def _fine(self, wish: dict[str, Any], numbers: list[int], layer: str) -> None:
        """Draw and show images as they are in a data set, and say how long that took; the rest is left if nobody wants it."""
        drawn, renderers = self.drawn, self.workshop.renderers
        assert drawn is not None
        made, times = renderers.made, list[tuple[int, float]]()
        for some, seconds in drawn.draw(numbers, layer, self.stale):
            for number in some:
                self._show(wish, number, layer, drawn.held[number], coarse=False)
            times.append((len(some), seconds))
        self._tell_device()
        if sum(count for count, _ in times) < len(numbers):
            return
        self.send({"event": "done", "wish": wish["wish"]}, b"")
        if made != renderers.made:  # a new one compiles its shaders, so that this time tells nothing
            first = numbers[: drawn.fine.batch]
            times = [(len(some), seconds) for some, seconds in drawn.draw(first, layer, self.stale)]
        if times:
            images, whole = (sum(column) for column in zip(*times, strict=True))
            self.send({"event": "timed", "wish": wish["wish"], "images": images, "seconds": whole}, b"")

    def _coarse(self, wish: dict[str, Any], numbers: list[int], layer: str) -> bool:
        """Show images small; whether the right ones are still wanted then."""
        assert self.drawn is not None
        for number, held in self.drawn.small(numbers, layer):
            if number in numbers:
                self._show(wish, number, layer, held, coarse=True)
        self.send({"event": "coarse", "wish": wish["wish"]}, b"")
        self._tell_device()
        return not self.stale()

    def _tell_device(self) -> None:
        """Say once on which device images are drawn, as soon as one is open."""
        name = self.workshop.renderers.device()
        if name and name != self._device:
            self._device = name
            self.send({"event": "device", "name": name}, b"")

    def _show(self, wish: dict[str, Any], number: int, layer: str, held: Held, coarse: bool) -> None:
        """Send one image as a PNG file; that of the layer "color" has the bytes of the file in a data set."""
        assert self.drawn is not None
        picture = layer_picture(layer, held.layers, len(self.drawn.some.classes))
        height, width = picture.shape[:2]
        boxes = [
            {name: entry[name] for name in ("class", "class_id", "instance", "bbox")}
            for entry in held.record["objects"]
            if entry["class_id"] and entry.get("bbox")
        ]
        header = {"event": "image", "wish": wish["wish"], "number": number, "layer": layer, "coarse": coarse,
                  "width": width, "height": height, "boxes": boxes}  # fmt: skip
        self.send(header, encode_rgb(np.ascontiguousarray(picture)))

    def _tell(self, wish: dict[str, Any], found: Configuration) -> None:
        """Say what choices come to: the command line, the preset, what is refused; and the values, when they are others."""
        said: dict[str, Any] = {
            "event": "configuration", "wish": wish["wish"], "command": self.command(found.overrides), "errors": found.errors,
        }  # fmt: skip
        try:
            said["yaml"] = preset_text(found.overrides)
        except InputError as error:
            said["yaml"] = f"# {error}\n"
        if found.plain is not None and self.drawn is not None:
            setup, names = self.drawn.some, self.drawn.some.classes
            colors = palette(len(names)).tolist()
            said["classes"] = [{"name": name, "color": color} for name, color in zip(names, colors, strict=True)]
            said |= {"layers": self.drawn.layers, "size": found.plain["size"]}
            said["notes"] = [*setup.meshes.notes, *notes_on_parts(setup.passes, setup.annotations, setup.writers, setup.layers)]
        if found.base:
            base = self.configurations.shown(found.base)
            if (told := orjson.dumps(base, default=str).decode()) != self._base:
                self._base, said["base"] = told, base
        self.send(said, b"")

    def command(self, overrides: Sequence[str]) -> str:
        """The command line that draws what the page shows."""
        own = ["--config-dir", str(self.workshop.folder)] if self.workshop.folder else []
        return shlex.join(["python", "-m", "raster.generate", *own, *overrides])

    def _probe(self, wish: dict[str, Any], choices: Choices) -> None:
        """Say what is at a pixel of an image, and how much light each lamp sends there if that is wished."""
        if self.configure(choices, 1).plain is None or self.drawn is None:
            return
        explained = self.drawn.explained(int(wish["image"]))
        column, row = int(wish["column"]), int(wish["row"])
        answer = {"event": "probe", "wish": wish["wish"], "said": explained.at(column, row)}
        self.send(answer, b"")
        if wish.get("lights") and answer["said"]["instance"] and not self.stale():
            shares = light_shares(explained, self.workshop.renderers, column, row)
            self.send({"event": "lights", "wish": wish["wish"], "lights": shares}, b"")

    def release(self) -> None:
        """Free what is on the GPU."""
        self.workshop.renderers.release()
