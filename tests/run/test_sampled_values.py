"""SampledValues: what was drawn at random for the images of a set, told again: the same streams, the same values."""

import math

import pytest
from drawn_sets import records, varied

from raster import InputError, SampledValues
from raster.randomizers.ranges import check_weights
from raster.run.config import load_config
from raster.run.setup import build_setup
from raster.streams import Streams, VariantStreams

# Everything that SAMPLED names is drawn in some of the images.
ON = [
    "size=48", "seed=3", "randomizers.textures.images=clutter", "randomizers.textures.most=2", "randomizers.morphs.share=0.3",
    "randomizers.lens.defocused=0.4", "randomizers.lens.moving=0.4", "randomizers.lens.distorted=0.3",
    "randomizers.sensor.jpeg=0.5", "randomizers.placement.arrangements={poisson: 1}", "randomizers.materials.variants=30",
    "solids@distractors=[cone]", *(f"randomizers.{name}.most=2" for name in ("floor", "walls", "background", "surroundings")),
]  # fmt: skip
COUNT = 24


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A small set with everything on."""
    return varied(tmp_path_factory.mktemp("sampled"), *ON, f"n={COUNT}", "batch=32", "passes/color=phong")


@pytest.fixture(scope="module")
def told(drawn):
    sampled = SampledValues(drawn)
    return [sampled(k) for k in range(COUNT)]


def test_every_option_is_drawn_from_the_stream_that_the_table_names(monkeypatch):
    """The randomizers ask for the same names, in the same shapes, as SAMPLED does."""
    setup = build_setup(load_config(ON))
    asked: set[tuple] = set()

    def noted(draw):
        def uniform(self, name, *shape):
            asked.add((type(self), self.name + name, shape, self.views, self.first))
            return draw(self, name, *shape)

        return uniform

    for kind in (Streams, VariantStreams):
        monkeypatch.setattr(kind, "uniform", noted(kind.uniform))
    setup.sampler(5, 1)
    of_randomizers, count = set(asked), 0
    for name, randomizer in setup.sampler.randomizers.items():
        for sampled in getattr(randomizer, "sampled", ()):
            asked.clear()
            sampled.draw(randomizer, setup.sampler.streams_of(name, 5, 1), setup.sampler.slots["objects"])
            assert asked, (name, sampled.field)
            assert asked <= of_randomizers, (name, sampled.field)
            count += 1
    assert count > 50


def test_values_are_those_of_the_records(told, drawn):
    for sampled, record in zip(told, records(drawn), strict=True):
        values, labelled = sampled.values, [each for each in record["objects"] if each["slot"] == "objects"]
        assert {each["instance"]: each["solid"] for each in labelled} == {
            number: values["solid"] for number, values in sampled.objects.items()
        }
        camera = record["camera"]
        fov = math.degrees(2 * math.atan(camera["height"] / 2 / camera["fy"]))
        assert values["camera.fov_deg"] == pytest.approx(fov, rel=1e-4)
        lights = [light for light in record["lights"] if light["type"] not in ("ambient", "environment")]
        around = [light for light in record["lights"] if light["type"] == "environment"]
        assert values["environment.share"] == bool(around)
        if around:
            assert values["environment.gain"] == pytest.approx(around[0]["gain"], rel=1e-5)
        else:
            assert values["lights.count"] == len(lights)
        if any(each["slot"] == "floor" for each in record["objects"]):
            assert values["placement.floor"]
        if any(each["slot"] == "surroundings" for each in record["objects"]):
            assert values["surroundings.share"]
        for number, of_object in sampled.objects.items():
            entry = next(each for each in labelled if each["instance"] == number)
            assert of_object["class"] == entry["class"]
            assert "/" not in of_object["solid"] or of_object["shapes.share"]
            if "textures.kinds" in of_object:
                assert of_object["texture"] == of_object["textures.kinds"]


def test_what_is_not_of_effect_is_not_told(told):
    assert {sampled.values["framing.share"] for sampled in told} == {True, False}
    for sampled in told:
        assert ("framing.size" in sampled.values) == sampled.values["framing.share"]
        assert ("camera.distance" in sampled.values) != sampled.values["framing.share"]
        assert ("sensor.blur_px" in sampled.values) == sampled.values["sensor.filtered"] == (sampled.values["blur_px"] > 0)
        assert ("floor.pictured" in sampled.values) == sampled.values["placement.floor"]


def test_values_keep_to_ranges_and_weights(told):
    randomizers = build_setup(load_config(ON)).sampler.randomizers
    seen: dict[str, list] = {}
    for sampled in told:
        for values in (sampled.values, *sampled.objects.values()):
            for key, value in values.items():
                seen.setdefault(key, []).append(value)
    for name, randomizer in randomizers.items():
        for option in getattr(randomizer, "sampled", ()):
            found, bounds = seen[f"{name}.{option.field}"], getattr(randomizer, option.field)
            if option.how in ("range", "log", "whole"):
                assert bounds[0] - 1e-9 <= min(found) <= max(found) <= bounds[1] + 1e-9, (name, option.field)
            if option.how == "choice":
                weights = check_weights(option.field, bounds, option.names)
                possible = {each for each, weight in zip(option.names, weights, strict=True) if weight}
                assert set(found) <= possible, (name, option.field)


def test_a_folder_that_is_no_set(tmp_path):
    with pytest.raises(InputError, match="holds no manifest"):
        SampledValues(tmp_path)
