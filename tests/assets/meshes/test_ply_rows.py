"""Tests of the rows of PLY files: lists of any lengths, read in few steps."""

from pathlib import Path

import numpy as np
import pytest

from raster.assets.meshes import ply_rows
from raster.assets.meshes.ply_elements import read_elements
from raster.errors import InputError


@pytest.mark.parametrize("form", ["ascii", "binary_little_endian", "binary_big_endian"])
def test_lists_of_mixed_lengths(form):
    """Two columns of lists between single numbers, all lengths mixed; what is cut off counts the whole rows."""
    rng = np.random.default_rng(5)
    order = ">" if "big" in form else "<"
    rows = [(k, rng.integers(0, 99, rng.integers(0, 5)), rng.random(rng.integers(0, 3)), -k) for k in range(300)]
    head = f"ply\nformat {form} 1.0\nelement odd {len(rows)}\nproperty int before\nproperty list uchar short whole\n"
    head += "property list int float parts\nproperty int after\nend_header\n"
    made = []
    for before, whole, parts, after in rows:
        if form == "ascii":
            words = [before, len(whole), *whole, len(parts), *parts, after]
            made.append(" ".join(map(str, words)).encode() + b"\n")
        else:
            columns = [
                ([before], "i4"),
                ([len(whole)], "u1"),
                (whole, "i2"),
                ([len(parts)], "i4"),
                (parts, "f4"),
                ([after], "i4"),
            ]
            made.append(b"".join(np.array(values, order + kind).tobytes() for values, kind in columns))
    data = head.encode() + b"".join(made)
    odd = read_elements(data, Path("o.ply")).elements["odd"]
    np.testing.assert_array_equal(odd["before"], np.arange(300))
    np.testing.assert_array_equal(odd["after"], -np.arange(300))
    for name, column, kind in (("whole", 1, "i2"), ("parts", 2, "f4")):
        np.testing.assert_array_equal(odd[name].counts, [len(row[column]) for row in rows])
        np.testing.assert_array_equal(odd[name].values, np.concatenate([row[column] for row in rows]).astype(kind))
    with pytest.raises(InputError, match="counts 300 of element odd; it holds 298"):
        read_elements(data[: -len(made[-1]) - 6], Path("o.ply"))


def test_rows_of_mixed_lengths_are_copied_together(monkeypatch):
    """As many steps as there are lengths, not as there are changes of length."""
    made = []
    monkeypatch.setattr(ply_rows, "_layout", lambda *given, real=ply_rows._layout: made.append(given) or real(*given))
    rows = b"".join(np.uint8(3 + k % 2).tobytes() + bytes(4 * (3 + k % 2)) for k in range(1000))
    head = b"ply\nformat binary_little_endian 1.0\nelement face 1000\nproperty list uchar int vertex_index\nend_header\n"
    read_elements(head + rows, Path("o.ply"))
    assert len(made) == 3  # of the first row, and of both lengths
