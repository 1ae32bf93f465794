"""Layers: what its files hold, read with other libraries, and how the set is drawn, checked and completed with them."""

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from programs import data, generate_here

import raster
from raster.dataset.layer_files import encode_layer, in_units, layer_file, metres_of, read_layer
from raster.dataset.verify import verify
from raster.errors import InputError
from raster.writers.layers import Layers

ALL = "layers=[instance_id,depth,distance,normal,normal_camera,coverage]"
SMALL = ("n=6", "size=[40,56]", "preset=fast", "workers=1", "out=set", ALL)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("layers")
    generate_here(folder, *SMALL)
    return folder / "set"


@pytest.fixture(scope="module")
def frames():
    (drawn,) = raster.render(n=6, overrides=[*SMALL[1:4], ALL])
    return drawn


def grey16(path: Path) -> np.ndarray:
    """The pixels of a 16-bit grey PNG, by its specification: chunks, zlib, filter 0 or 2 of each row."""
    held, at, packed = path.read_bytes(), 8, b""
    while at < len(held):
        length, kind = struct.unpack(">I4s", held[at : at + 8])
        body = held[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, bits, colour = struct.unpack(">IIBB", body[:10])
            assert (bits, colour) == (16, 0)
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + 2 * width)
    above, result = np.zeros(2 * width, np.uint8), []
    for row in rows:
        assert row[0] in (0, 2)
        above = row[1:] + (above if row[0] == 2 else 0)
        result.append(above)
    return np.stack(result).view(">u2").astype(np.uint16)


@pytest.mark.slow
def test_files_hold_what_frames_hold(drawn, frames):
    for k in range(6):
        ids = np.asarray(Image.open(drawn / f"instances/{k:06d}.png"))
        assert ids.dtype.itemsize == 2
        assert (ids == frames.layers["instance_id"][k]).all()
        assert (grey16(drawn / f"instances/{k:06d}.png") == ids).all()
        for name in ("depth", "distance"):
            metres = frames.layers[name][k]
            assert np.abs(grey16(drawn / f"{name}/{k:06d}.png") * 0.001 - metres).max() <= 0.000501
        for name in ("normal", "normal_camera"):
            with np.load(drawn / f"{name}/{k:06d}.npz") as held:
                assert held.files == [name]
                assert (held[name] == frames.layers[name][k]).all()
        with np.load(drawn / f"amodal/{k:06d}.npz") as held:
            assert (held["coverage"] == frames.layers["coverage"][k]).all()


@pytest.mark.slow
def test_the_manifest_says_how_layers_lie_on_disk(drawn):
    held = json.loads((drawn / "manifest.json").read_text())
    assert held["layers"]["depth"] == {"folder": "depth", "format": "png16", "unit_m": 0.001}
    assert held["layers"]["instance_id"] == {"folder": "instances", "format": "png16"}
    assert held["configuration"]["detail"] == "surfaces"
    for name, file in held["layers"].items():
        layer = read_layer(drawn / file["folder"] / f"000000.{file['format'][:3]}", name, file)
        assert layer.shape[:2] == (40, 56)
    assert verify(drawn)["images"] == 6


@pytest.mark.slow
def test_lost_files_are_drawn_again_to_the_same_bytes(drawn, tmp_path):
    before = data(drawn)
    generate_here(tmp_path, *SMALL)
    for name in ("depth/000001.png", "normal/000003.npz", "instances/000005.png"):
        (tmp_path / "set" / name).unlink()
    (tmp_path / "set/amodal/000002.npz").write_bytes(b"damaged")
    generate_here(tmp_path, *SMALL)
    assert data(tmp_path / "set") == before


@pytest.mark.slow
def test_other_formats(tmp_path, frames):
    options = ("writers.layers.depth=npy", "writers.layers.normal=png8")
    generate_here(tmp_path, *SMALL, *options)
    out = tmp_path / "set"
    assert (np.load(out / "depth/000004.npy") == frames.layers["depth"][4]).all()
    normals = np.asarray(Image.open(out / "normal/000004.png")) / 127.5 - 1
    there = frames.layers["instance_id"][4] > 0
    assert np.abs(normals - frames.layers["normal"][4])[there].max() < 0.005
    assert verify(out)["images"] == 6


def test_metres_in_units_of_16_bits():
    metres = np.array([[[0.0, 0.0004, 0.0016, 65.535, 65.5354, 65.5356, 199.0]]], np.float32)
    units, too_far = in_units(metres, 0.001)
    assert units.tolist() == [[[0, 1, 2, 65535, 65535, 0, 0]]]
    assert too_far.tolist() == [2]
    assert metres_of(units, layer_file("depth", "png16", "npz", 0.001))[0, 0, 3] == np.float32(65.535)


def test_the_same_array_gives_the_same_bytes_and_numpy_reads_them(tmp_path):
    layer = np.random.default_rng(0).normal(size=(7, 9, 3)).astype(np.float16)
    file = layer_file("normal", "png16", "npz", 0.001)
    one, other = encode_layer("normal", file, layer), encode_layer("normal", file, np.asfortranarray(layer))
    assert one == other
    (tmp_path / "a.npz").write_bytes(one)
    assert (read_layer(tmp_path / "a.npz", "normal", file) == layer).all()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"depth": "png8"}, "writers.layers.depth=png8: expected png16 or npy"),
        ({"normal": "npy"}, "writers.layers.normal=npy: expected npz or png8"),
        ({"depth_unit_m": 0}, "writers.layers.depth_unit_m=0: expected metres, from 0.000001 to 1"),
    ],
)
def test_options_that_cannot_be(tmp_path, options, said):
    with pytest.raises(InputError) as error:
        Layers(tmp_path, names=("depth",), **options)
    assert str(error.value) == said


def test_a_layer_that_no_pass_draws():
    with pytest.raises(InputError, match=r"^layers\[1\]=dept: no pass draws it; drawn are class_id, instance_id, depth"):
        raster.render(overrides=["preset=fast", "layers=[depth,dept]"])
