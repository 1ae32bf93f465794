"""LayerFile: how a layer lies on disk, as manifest.json says under "layers". encode_layer, read_layer: its files."""

import hashlib
import io
import struct
import zipfile
import zlib
from typing import NotRequired, TypedDict

import numpy as np
from isal import isal_zlib
from PIL import Image

from raster.dataset.decode_grey import decode_grey, decode_rgb16
from raster.dataset.encode_png import encode_grey, encode_grey16, encode_rgb, encode_rgb16
from raster.dataset.flow_files import FLOWS, decode_flo, encode_flo, masks_of
from raster.dataset.held_files import Place, bytes_at
from raster.errors import InputError
from raster.system.numpy_files import read_npy, read_npz

METRIC = ("depth", "distance")  # layers of lengths in metres
NORMALS = ("normal", "normal_camera")
SUFFIXES = {"png16": ".png", "png8": ".png", "grey8": ".png", "npy": ".npy", "npz": ".npz", "flo": ".flo", "kitti": ".png"}
MAX_UNITS = 65535  # the largest number of 16 bits
_DAMAGED = (OSError, ValueError, KeyError, EOFError, SyntaxError, zipfile.BadZipFile, zlib.error)


class LayerFile(TypedDict):
    """How the files of a layer are made."""

    folder: str  # in OUT
    # png16: 16-bit grey; png8: RGB, round((n + 1) * 127.5); grey8: 8-bit grey; npy, npz: NumPy's, as Frames.layers has the
    # array; flo, kitti: of FLOWS
    format: str
    unit_m: NotRequired[float]  # metres that 1 stands for in a png16 of METRIC; 0 is where nothing is
    of: NotRequired[str]  # of masks: the layer that comes with them


def layer_file(name: str, metric: str, normal: str, unit_m: float, flow: str = "flo") -> LayerFile:
    """The LayerFile of a layer. metric, normal, flow: formats of METRIC, NORMALS and FLOWS. What is not known becomes npy."""
    if name in METRIC:
        file: LayerFile = {"folder": name, "format": metric}
        return {**file, "unit_m": unit_m} if metric == "png16" else file
    if name in NORMALS:
        return {"folder": name, "format": normal}
    if name in FLOWS:
        return {"folder": name, "format": flow}
    if of := next((of for of in FLOWS if masks_of(of) == name), None):
        return {"folder": name, "format": "grey8", "of": of}
    known = {"instance_id": ("instances", "png16"), "coverage": ("amodal", "npz")}
    folder, form = known.get(name, (name, "npy"))
    return {"folder": folder, "format": form}


def path_of(file: LayerFile, index: int) -> str:
    """Path in OUT of the file of image `index`."""
    return f"{file['folder']}/{index:06d}{SUFFIXES[file['format']]}"


def in_units(metres: np.ndarray, unit_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Metres (B, H, W) float32 as uint16 of units, and how many pixels (B,) int64 are too far for that: those become 0.

    What is nearer than half a unit becomes 1, since 0 is where nothing is.
    """
    units = np.rint(metres.astype(np.float64) / unit_m)
    units[(units == 0) & (metres > 0)] = 1
    too_far = units > MAX_UNITS
    units[too_far] = 0
    return units.astype(np.uint16), too_far.sum(axis=(1, 2))


def encode_layer(name: str, file: LayerFile, layer: np.ndarray) -> bytes:
    """The file of a layer (H, W) or (H, W, C) of one image, in the numbers of its file: see in_units, to_flo, to_kitti."""
    form = file["format"]
    if form == "png16":
        return encode_grey16(layer, smooth="unit_m" in file)
    if form == "png8":
        return encode_rgb(np.rint((layer.astype(np.float32) + 1) * 127.5).astype(np.uint8))
    if (encode := {"grey8": encode_grey, "flo": encode_flo, "kitti": encode_rgb16}.get(form)) is not None:
        return encode(layer)
    data = io.BytesIO()
    np.save(data, np.ascontiguousarray(layer), allow_pickle=False)
    return data.getvalue() if form == "npy" else _zipped(f"{name}.npy", data.getvalue())


def _zipped(name: str, data: bytes) -> bytes:
    """A ZIP file with one deflated member, as np.load reads it; ZIP's time stamp is that of 1 January 1980.

    isal deflates many times faster than zipfile's zlib. Layout: PKWARE's APPNOTE.TXT, 4.3.
    """
    deflater = isal_zlib.compressobj(0, isal_zlib.DEFLATED, -15)
    packed = deflater.compress(data) + deflater.flush()
    facts = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, zlib.crc32(data), len(packed), len(data), len(name), 0)
    local = b"PK\x03\x04" + facts + name.encode() + packed
    central = b"PK\x01\x02" + struct.pack("<H", 20) + facts + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name.encode()
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def read_layer(path: Place, name: str, file: LayerFile, sha256: str | None = None) -> np.ndarray:
    """The layer of one image as its file has it: uint16 of a png16, uint8 of a png8 or grey8, else the array.

    Of flow what flow_of() takes: (H, W, 2) float32 of a flo, (H, W, 3) uint16 of a kitti.

    InputError for a file that cannot be read, and for one with another hash than `sha256` (hex), if that is given.
    """
    try:
        data = bytes_at(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    if sha256 is not None and (found := hashlib.sha256(data).hexdigest()) != sha256:
        raise InputError(f"{path}: its sha256 is {found}, but scenes.jsonl says {sha256}")
    return decode_layer(data, path, name, file)


def decode_layer(data: bytes, path: Place, name: str, file: LayerFile) -> np.ndarray:
    """The same of the bytes of its file. InputError, which names the path, for bytes that are no such file."""
    try:
        if file["format"] == "flo":
            return decode_flo(data, path)
        if file["format"] == "kitti":
            return decode_rgb16(data, path)
        if bits := {"png16": 16, "grey8": 8}.get(file["format"]):
            pixels = decode_grey(data, path)
            if 8 * pixels.itemsize != bits:
                raise InputError(f"{path}: is a PNG file of {8 * pixels.itemsize} bit; expected {bits}")
            return pixels
        if file["format"] == "png8":
            with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
                if image.mode != "RGB":
                    raise InputError(f"{path}: is a PNG file of mode {image.mode}; expected RGB")
                return np.asarray(image)
        return read_npz(io.BytesIO(data))[name] if file["format"] == "npz" else read_npy(io.BytesIO(data))
    except InputError:
        raise
    except _DAMAGED as error:
        raise InputError(f"{path}: cannot be read: {error}") from error


def metres_of(layer: np.ndarray, file: LayerFile) -> np.ndarray:
    """Metres (H, W) float32 of a layer of METRIC as read_layer() gives it; 0 where nothing is."""
    return layer.astype(np.float32) * np.float32(file["unit_m"]) if "unit_m" in file else layer
