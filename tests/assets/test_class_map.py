"""Tests of raster.assets.class_map: names and ids of classes that the option labels makes, and what it refuses."""

import numpy as np
import pytest

from raster.assets.catalog import Catalog
from raster.assets.class_map import classes_of, labels_table
from raster.errors import InputError
from raster.solids.cone import cone
from raster.solids.cube import cube

CHOICES = ("cube", "sphere", "cylinder", "mug")


@pytest.mark.parametrize(
    ("table", "classes", "ids"),
    [
        ({}, CHOICES, (1, 2, 3, 4)),
        ({"cube": "box"}, ("box", "sphere", "cylinder", "mug"), (1, 2, 3, 4)),
        ({"sphere": None}, ("cube", "cylinder", "mug"), (1, 0, 2, 3)),
        ({"cube": "ignore"}, ("sphere", "cylinder", "mug"), (255, 1, 2, 3)),
        ({"mug": "round", "sphere": "round"}, ("cube", "round", "cylinder"), (1, 2, 3, 2)),
        ({"mug": "cube"}, ("cube", "sphere", "cylinder"), (1, 2, 3, 1)),  # to a class that is there
        ({"cube": "sphere", "sphere": "cube"}, ("sphere", "cube", "cylinder", "mug"), (1, 2, 3, 4)),  # each is looked up once
        ({"cube": None, "sphere": "ignore", "cylinder": "ignore"}, ("mug",), (0, 255, 255, 1)),
    ],
)
def test_classes_are_numbered_as_they_first_appear(table, classes, ids):
    names, numbers = classes_of(CHOICES, table)
    assert names == ("background", *classes)
    assert numbers.tolist() == [0, *ids]
    assert numbers.dtype == np.int32


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"cubes": "box"}, "labels: cubes: is no solid of `solids` and no class of objects.meshes; there are cube, sphere, "
                           "cylinder, mug"),
        (dict.fromkeys(CHOICES), "labels: leaves nothing that has a class; name at least one, such as {cube: box}"),
        (dict.fromkeys(CHOICES, "ignore"), "labels: leaves nothing that has a class"),
        ({"cube": "Mug"}, "labels: the classes Mug and mug differ only in case; rename one, or join them"),
        ({"cube": "cone"}, "labels: cone: a solid of `distractors` has this name, and no class; leave it out there"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(table, said):
    with pytest.raises(InputError) as caught:
        classes_of(CHOICES, table, ("cone",))
    assert str(caught.value).startswith(said)


def test_a_class_called_ignore_beside_what_is_ignored():
    choices = ("ignore", "cube")
    assert classes_of(choices, {})[0] == ("background", "ignore", "cube")
    with pytest.raises(InputError, match=r"^labels: a class is called ignore, and other things are to be ignored"):
        classes_of(choices, {"cube": "ignore"})


@pytest.mark.parametrize(("ignored", "most"), [(0, 255), (1, 254)])
def test_the_number_of_classes(ignored, most):
    choices = [f"c{k}" for k in range(most + ignored)]
    table = dict.fromkeys(choices[:ignored], "ignore")
    names, ids = classes_of(choices, table)
    assert len(names) == 1 + most
    assert sorted(ids) == [0, *range(1, most + 1), *[255] * ignored]
    with pytest.raises(InputError) as caught:
        classes_of([*choices, "more"], table)
    key = "labels" if ignored else "solids"
    assert str(caught.value).startswith(f"{key}: {most + 1} classes, but an 8-bit label holds {most} and background")
    assert ("since 255 is to be ignored" in str(caught.value)) == bool(ignored)
    assert len(classes_of([*choices, "more"], {**table, "more": choices[-1]})[0]) == 1 + most  # joined they fit


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (3, "labels=3: expected a table {solid or class: class name, null or ignore}"),
        ({"cube": 3}, "labels: cube: 3: expected the name of a class, null for no class, or ignore"),
        ({"cube": True}, "labels: cube: True: expected the name of a class"),
        ({"cube": " box"}, "labels: cube: ' box' is no name for a class"),
        ({"cube": ""}, "labels: cube: '' is no name for a class"),
        ({"cube": "Background"}, "labels: cube: the class name Background is taken; null is for a thing without a class"),
        ({"": "box"}, "labels: : expected text as the key: a solid, or a class of objects.meshes"),
        (["cube"], "labels=['cube']: expected a table"),
    ],
)
def test_what_is_no_table(value, said):
    with pytest.raises(InputError) as caught:
        labels_table(value)
    assert str(caught.value).startswith(said)


def test_a_table_may_be_a_list_of_texts():
    assert labels_table(["cube: Größe #1", "sphere: null"]) == {"cube": "Größe #1", "sphere": None}
    assert labels_table(None) == {}


def test_a_catalog_chooses_among_the_same_things():
    solids = {"cube": cube(), "cone": cone()}
    plain, changed = Catalog(solids), Catalog(solids, labels={"cube": "x", "cone": "ignore"})
    for name in ("choices", "choice", "members", "member_count", "labelled", "unlabelled"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(changed, name))
    assert changed.class_id.tolist() == [1, 255, 0]
    assert [changed.class_name(k) for k in (0, 1, 255)] == ["background", "x", "ignore"]
