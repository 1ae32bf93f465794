"""Tests of keys that name mesh files, and of tables with such keys."""

import pytest

from raster.assets.meshes.file_keys import as_table, fits, values_of
from raster.errors import InputError


@pytest.mark.parametrize(
    ("key", "name", "expected"),
    [
        ("a/old/x.obj", "a/old/x.obj", True),
        ("old", "a/old/x.obj", True),
        ("a", "a/old/x.obj", True),
        ("x.obj", "a/old/x.obj", False),
        ("*/old/*", "a/old/b/x.obj", True),
        ("*/old/*", "old/x.obj", False),
        ("**/old/*", "old/x.obj", True),
        ("**/old/*", "a/b/old/x.obj", True),
        ("**/old/*", "a/bold/x.obj", False),
        ("a/**/b/**/x?.obj", "a/b/x1.obj", True),
        ("a/**/b/**/x?.obj", "a/1/b/2/3/x1.obj", True),
        ("a/**/b/**/x?.obj", "a/1/c/x1.obj", False),
        ("*a/**/b*c*", "a/bc/b", True),  # the shorter of two ways
        ("[ab]*", "b/x.obj", True),
        ("Ünï (1)/*", "Ünï (1)/x.obj", True),
        ("*", "x.obj", True),
    ],
)
def test_keys(key, name, expected):
    assert fits(key, name, "folder") == expected
    assert fits("folder", name, "folder")


def test_the_first_key_that_fits_counts():
    files = [("a/x.obj", "a"), ("b/y.stl", "b"), ("z.ply", "models")]
    assert values_of("up", {"*.stl": "y", "b": "x", "*.obj": "z"}, files, "auto") == ["z", "y", "auto"]
    assert values_of("up", {"models": "y", "*": None}, files, "auto") == [None, None, "y"]
    with pytest.raises(InputError) as error:
        values_of("up", {"*": "y", "c": "x"}, files, "auto")
    assert str(error.value) == "up: c fits no file of objects.meshes; such as a/x.obj would be right"


def test_a_table_may_be_a_list_of_texts():
    table = {"Ünï/*": "mug", "a: b (1)": "c#d", "junk": None, "none": None}
    assert as_table("classes", ["Ünï/*: mug", "a: b (1): c#d", "junk: null", "none: "], "a table") == table
    assert as_table("classes", {2691156: "plane"}, "a table") == {"2691156": "plane"}
    for wrong in (["mug"], [3], "mug", 3, {"": "x"}, {1.5: "x"}):
        with pytest.raises(InputError, match=r"^classes"):
            as_table("classes", wrong, "a table")
