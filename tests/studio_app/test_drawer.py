"""Tests of what draws for a page: small images first, then those of a data set to the byte; layers, pixels, the light there."""

from dataclasses import dataclass, field

import numpy as np
import orjson
import pytest
from programs import generate_here

from raster.dataset.encode_png import encode_rgb
from raster.label_colors import colored, palette
from raster.run.image_source import ImageSource
from raster.studio_app.drawer import Drawer

pytestmark = pytest.mark.slow
SIZE = 160  # more than coarse images have
FAST = {"size": str(SIZE), "seed": 3}


@dataclass
class Page:
    """A page that wishes, and hears all answers."""

    drawer: Drawer = field(init=False)
    heard: list = field(default_factory=list)
    stale_after: str = ""  # the event after which a newer wish is said to wait

    def __post_init__(self):
        self.drawer = Drawer([], None, lambda header, body: self.heard.append((header, body)), self.stale)

    def stale(self) -> bool:
        return bool(self.stale_after) and self.stale_after in self.events()

    def draw(self, values=None, numbers=range(4), layer="color", preset="fast", stale_after="") -> list[str]:
        self.heard.clear()
        self.stale_after = stale_after
        choices = {"preset": preset, "values": {**FAST, **(values or {})}}
        self.drawer.answer({"do": "draw", "wish": 1, "choices": choices, "numbers": list(numbers), "layer": layer})
        return self.events()

    def probe(self, image, column, row, values=None, lights=False) -> dict:
        self.heard.clear()
        choices = {"preset": "fast", "values": {**FAST, **(values or {})}}
        wish = {"do": "probe", "wish": 1, "choices": choices, "image": image, "column": column, "row": row, "lights": lights}
        self.drawer.answer(wish)
        return {header["event"]: header for header, _ in self.heard}

    def events(self) -> list[str]:
        return [header["event"] for header, _ in self.heard]

    def pictures(self, coarse=False) -> dict[int, bytes]:
        return {h["number"]: body for h, body in self.heard if h["event"] == "image" and h["coarse"] == coarse}

    def said(self, event: str) -> dict:
        return next(header for header, _ in self.heard if header["event"] == event)


@pytest.fixture(scope="module")
def page():
    made = Page()
    yield made
    made.drawer.release()


def test_small_images_come_first_then_those_of_a_data_set(page, tmp_path):
    events = page.draw({"randomizers.camera.distance": [3, 4]})
    images = ["image"] * 4
    assert events == ["configuration", *images, "coarse", "device", *images, "done", "timed"]
    headers = [header for header, _ in page.heard if header["event"] == "image"]
    assert [(h["width"], h["coarse"]) for h in headers] == [(128, True)] * 4 + [(SIZE, False)] * 4
    generate_here(tmp_path, "preset=fast", f"size={SIZE}", "seed=3", "randomizers.camera.distance=[3,4]", "n=4", "out=set")
    files = {number: (tmp_path / f"set/images/{number:06}.png").read_bytes() for number in range(4)}
    assert page.pictures() == files
    command = page.said("configuration")["command"]
    assert command == f"python -m raster.generate preset=fast 'randomizers.camera.distance=[3,4]' size={SIZE} seed=3"
    boxes = [[o["bbox"] for o in line["objects"] if o["class_id"] and o["visible_px"]]
             for line in map(orjson.loads, (tmp_path / "set/scenes.jsonl").read_text().splitlines())]  # fmt: skip
    assert [[each["bbox"] for each in header["boxes"]] for header in headers[4:]] == boxes


def test_what_is_held_is_not_drawn_again(page):
    page.draw()
    before = page.pictures()
    assert page.draw() == ["configuration", *["image"] * 4, "done"]
    assert page.pictures() == before
    assert page.draw({"n": 5, "out": "other"}) == ["configuration", *["image"] * 4, "done"]  # which change no image
    assert page.draw(numbers=range(2, 6)).count("coarse") == 1
    assert set(page.pictures()) == {2, 3, 4, 5}
    assert page.draw(layer="class_id") == ["configuration", *["image"] * 4, "done"]
    source = ImageSource.of(["preset=fast", f"size={SIZE}", "seed=3"])
    labels = next(source.frames(0, 4)).layers["class_id"]
    source.release()
    assert page.pictures() == {k: encode_rgb(colored(labels[k], palette(4))) for k in range(4)}


def test_a_newer_wish_ends_what_is_not_wanted_any_more(page):
    assert page.draw({"randomizers.camera.distance": [2, 3]}, stale_after="coarse")[-1] == "coarse"
    assert not page.pictures()
    assert len(page.pictures(coarse=True)) == 4


def test_layers_that_a_run_would_not_draw(page):
    page.draw()
    assert page.said("configuration")["layers"][:4] == ["color", "overlay", "class_id", "instance_id"]
    for layer in ("depth", "normal_camera", "coverage"):
        page.draw({"size": "32"}, numbers=[0], layer=layer)  # as small as coarse ones: those are left out
        assert set(page.pictures()) == {0}, layer
        assert not page.pictures(coarse=True)


def test_bad_values_are_told_and_nothing_is_drawn(page):
    assert page.draw({"randomizers.lights.shadows": [0, 9]}) == ["configuration"]
    errors = page.said("configuration")["errors"]
    assert errors == {"randomizers.lights.shadows": "randomizers.lights.shadows=[0, 9]: expected values with 0 <= shadows <= 4"}
    assert page.draw({"size": "100000"})[-1] == "refused"  # what the driver cannot do is known when it is asked to draw
    assert list(page.said("refused")["errors"]) == ["size"]
    assert page.draw({"nothing": 1}) == ["refused"]
    assert page.draw()[-1] != "refused"


def test_other_catalogs_pictures_and_effects_are_drawn_with_what_is_kept(page):
    """Whatever was drawn before: the images are those of a source of their own."""
    several = [{}, {"solids": ["torus", "cone"]}, {"randomizers.background.pictured": 1, "randomizers.background.most": 3},
               {"randomizers.lens.distorted": 1}, {"solids": ["cube"]}]  # fmt: skip
    for values in several:
        page.draw({"size": "48", **values}, numbers=[0, 1])
        words = page.said("configuration")["command"].replace("'", "").split()[3:]
        source = ImageSource.of(words)
        color = next(source.frames(0, 2)).layers["color"]
        source.release()
        assert page.pictures() == {k: encode_rgb(color[k]) for k in range(2)}, values


def test_a_pixel_is_explained_as_the_source_does_it(page):
    source = ImageSource.of(["preset=fast", f"size={SIZE}", "seed=3"])
    for column, row in ((10, 20), (80, 80), (80, 81)):
        expected = orjson.dumps(source.explain(1, column, row), option=orjson.OPT_SERIALIZE_NUMPY)
        said = page.probe(1, column, row)["probe"]["said"]
        assert orjson.dumps(said, option=orjson.OPT_SERIALIZE_NUMPY) == expected
    source.release()
    assert page.probe(1, SIZE, 0)["refused"]["errors"][""].startswith(f"explain={SIZE},0: expected a column")


def test_shares_of_light_are_those_of_lamberts_law(page):
    """A dull ball lit by two lamps far away and from all around: each gives its luminance times the cosine to the normal."""
    values = {
        "solids": ["sphere"], "solids@distractors": [], "randomizers.objects.count": [1, 1],
        "randomizers.distractors.count": [0, 0], "randomizers.scale.stretched": 0, "randomizers.textures.kinds": {"flat": 1},
        "randomizers.materials.specular": [0, 0], "randomizers.placement.floor": 0, "randomizers.lights.count": [2, 2],
        "randomizers.lights.point": 0, "randomizers.lights.elevation_deg": [10, 60], "randomizers.shapes.share": 0,
        "randomizers.materials.value": [0.8, 1], "randomizers.scale.size": [1, 1], "solids.sphere.proportions": None,
    }  # fmt: skip
    page.draw(values, numbers=[0])
    box = next(header for header, _ in page.heard if header["event"] == "image" and not header["coarse"])["boxes"][0]["bbox"]
    tried = 0
    for across, down in ((0.5, 0.2), (0.3, 0.4), (0.6, 0.5)):
        column, row = int(box[0] + across * box[2]), int(box[1] + down * box[3])
        answers = page.probe(0, column, row, values, lights=True)
        said, lights = answers["probe"]["said"], answers["lights"]["lights"]
        assert [light["type"] for light in lights] == ["ambient", "directional", "directional"]
        centre = np.array(said["object"]["world_from_object"])[:3, 3]
        normal = np.array(said["point"]) - centre
        normal /= np.linalg.norm(normal)
        albedo, weights = np.array(said["material"]["color"]), np.array([0.2126, 0.7152, 0.0722])
        arriving = [1.0, *(max(0.0, float(normal @ np.array(light["direction"]))) for light in lights[1:])]
        colors = [float(np.array(light["color"]) * albedo @ weights) for light in lights]
        luminances = np.array(arriving) * colors
        expected = luminances / luminances.sum()
        assert np.allclose([light["share"] for light in lights], expected, atol=0.02)
        tried += sum(factor > 0.1 for factor in arriving[1:])
    assert tried >= 3
