"""Files of flow hold what the formats' own descriptions say, read by parsers that were written from these."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from raster.dataset.decode_grey import decode_rgb16
from raster.dataset.encode_png import encode_grey16, encode_rgb, encode_rgb16
from raster.dataset.flow_files import VALID, encode_flo, flow_of, to_flo, to_kitti, with_masks
from raster.dataset.layer_files import encode_layer, layer_file, read_layer
from raster.errors import InputError

FLOW = np.array([[[[0.0, -1.5], [30.25, 511.98]], [[-512.0, 2.0], [3.0, -512.01]], [[511.99, 0.0], [7.0, 8.0]]]], np.float32)
MASKS = np.array([[[7, 3], [1, 1], [1, 0]]], np.uint8)


def middlebury(data: bytes) -> np.ndarray:
    """Flow (H, W, 2) of a .flo: "PIEH", width, height as int32, then u and v of each pixel, row by row, all little-endian."""
    assert data[:4] == b"PIEH"
    assert struct.unpack("<f", data[:4]) == (202021.25,)
    width, height = struct.unpack("<ii", data[4:12])
    assert len(data) == 12 + width * height * 2 * 4
    numbers = struct.unpack(f"<{2 * width * height}f", data[12:])
    return np.array([[numbers[2 * (y * width + x) :][:2] for x in range(width)] for y in range(height)])


def rgb16(data: bytes) -> list[list[tuple[int, ...]]]:
    """Rows of the pixels of a PNG of 16-bit RGB, by its specification: chunks with right sums, zlib, filter 2 of each row."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, chunks = 8, {}
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body, (checksum,) = data[at + 8 : at + 8 + length], struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert zlib.crc32(kind + body) == checksum
        chunks[kind], at = body, at + 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, *rest = struct.unpack(">II5B", chunks[b"IHDR"])
    assert rest == [16, 2, 0, 0, 0]
    raw, above, rows = zlib.decompress(chunks[b"IDAT"]), bytes(6 * width), []
    for y in range(height):
        row = raw[y * (1 + 6 * width) : (y + 1) * (1 + 6 * width)]
        assert row[0] == 2
        above = bytes((one + other) % 256 for one, other in zip(row[1:], above, strict=True))
        rows.append([struct.unpack(">3H", above[6 * x : 6 * x + 6]) for x in range(width)])
    return rows


def test_flo():
    found = middlebury(encode_flo(to_flo(FLOW, MASKS)[0]))
    assert found.shape == (3, 2, 2)
    assert (found[MASKS[0] > 0] == FLOW[0][MASKS[0] > 0]).all()
    assert (found[2, 1] > 1e9).all()  # unknown


def test_kitti():
    numbers, lost = to_kitti(FLOW, MASKS)
    assert lost.tolist() == [1]  # 512.01 px up
    rows = rgb16(encode_rgb16(numbers[0]))
    expected = [[(32768, 32672, 1), (34704, 65535, 1)], [(0, 32896, 1), (0, 0, 0)], [(65535, 32768, 1), (0, 0, 0)]]
    assert rows == expected  # R = 64 u + 32768, G = 64 v + 32768, B = valid


@pytest.mark.parametrize(("form", "near"), [("flo", 0.0), ("kitti", 1 / 128)])
def test_flow_that_is_read_is_that_which_was_written(tmp_path, form, near):
    rng = np.random.default_rng(1)
    flow, masks = rng.uniform(-400, 400, (1, 9, 14, 2)).astype(np.float32), rng.integers(0, 2, (1, 9, 14), np.uint8) * VALID
    file = layer_file("flow", "npy", "npz", 0.001, form)
    layer = to_flo(flow, masks) if form == "flo" else to_kitti(flow, masks)[0]
    path = tmp_path / "a"
    path.write_bytes(encode_layer("flow", file, layer[0]))
    found, known = flow_of(read_layer(path, "flow", file))
    assert (known == (masks[0] > 0)).all()
    assert np.abs(found - flow[0])[known].max() <= near
    assert not found[~known].any()


def test_masks_stand_in_one_byte(tmp_path):
    file = layer_file("flow_masks", "npy", "npz", 0.001)
    assert file == {"folder": "flow_masks", "format": "grey8", "of": "flow"}
    (tmp_path / "a").write_bytes(encode_layer("flow_masks", file, MASKS[0]))
    assert (read_layer(tmp_path / "a", "flow_masks", file) == MASKS[0]).all()
    assert with_masks(["depth", "flow_backward"]) == ["depth", "flow_backward", "flow_backward_masks"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PIEH", "is no .flo file"),
        (b"PIEI" + encode_flo(FLOW[0])[4:], "is no .flo file"),
        (encode_flo(FLOW[0])[:-1], "has 59 bytes, which is not what a .flo of 2 x 3 px has"),
        (struct.pack("<fii", 202021.25, -2, -3) + bytes(48), "has 60 bytes, which is not what a .flo of -2 x -3 px has"),
    ],
)
def test_what_is_no_flo(tmp_path, data, said):
    (tmp_path / "a.flo").write_bytes(data)
    with pytest.raises(InputError, match=rf"a\.flo: {said}"):
        read_layer(tmp_path / "a.flo", "flow", layer_file("flow", "npy", "npz", 0.001))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        encode_rgb(np.zeros((3, 4, 3), np.uint8)),
        encode_grey16(np.zeros((3, 4), np.uint16)),
        encode_rgb16(np.zeros((3, 4, 3), np.uint16))[:50],
    ],
)
def test_what_is_no_png_of_16_bit_rgb(data):
    with pytest.raises(InputError, match=r"^a\.png: (is no PNG file of 16 bit|its pixels do not decode)"):
        decode_rgb16(data, Path("a.png"))
