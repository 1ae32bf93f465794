"""read_container: the JSON description of a GLB or glTF file. buffer_bytes, image_bytes: its buffers and pictures."""

import json
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from raster.assets.meshes.external_files import References
from raster.errors import InputError

MAGIC = b"glTF"
# Extensions that a file may require, beside all KHR_materials_*, of which only the base colour is used.
KNOWN = (
    "KHR_texture_transform", "KHR_mesh_quantization", "EXT_texture_webp", "KHR_lights_punctual", "EXT_mesh_gpu_instancing",
    "KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_meshopt_compression",
)  # fmt: skip

Tree = dict[str, Any]


def read_container(data: bytes, references: References) -> tuple[Tree, bytes]:
    """The JSON description and the binary chunk of a GLB file, or of a .gltf file, which has no binary chunk.

    Source: glTF 2.0 specification, "GLB File Format Specification". InputError for another or damaged file.
    """
    suffix = references.path.suffix.lower()
    text, binary = data, b""
    if data[:4] == MAGIC:
        version, length = struct.unpack_from("<II", data, 4) if len(data) >= 20 else (2, len(data) + 1)
        if version != 2:
            raise InputError(f"{references.path}: is of glTF version {version}; expected version 2")
        if length > len(data):
            raise InputError(f"{references.path}: is cut off: {len(data)} bytes of {length}")
        chunks: dict[bytes, bytes] = {}
        at = 12
        while at + 8 <= length:
            size, name = struct.unpack_from("<I4s", data, at)
            chunks.setdefault(name, data[at + 8 : at + 8 + size])
            at += 8 + size
        text, binary = chunks.get(b"JSON", b""), chunks.get(b"BIN\0", b"")
    elif suffix == ".glb":
        raise InputError(f"{references.path}: is no GLB file: it does not begin with glTF")
    try:
        tree = json.loads(text.decode("utf-8-sig"))
    except ValueError as error:
        raise InputError(f"{references.path}: is no {suffix} file: its description is no JSON ({error})") from error
    if not isinstance(tree, dict) or not isinstance(tree.get("asset"), dict):
        raise InputError(f"{references.path}: is no {suffix} file: its description has no asset")
    if not str(tree["asset"].get("version", "2.0")).startswith("2."):
        raise InputError(f"{references.path}: is of glTF version {tree['asset']['version']}; expected version 2")
    for name in tree.get("extensionsRequired", []):
        if name not in KNOWN and not name.startswith("KHR_materials_"):
            raise InputError(f"{references.path}: needs the glTF extension {name}, which is not read; export it without")
    return tree, binary


def buffer_bytes(tree: Tree, binary: bytes, references: References, number: int) -> bytes:
    """The bytes of a buffer: the binary chunk of the file, or the file that its uri names."""
    uri = tree["buffers"][number].get("uri")
    return binary if uri is None else references[_reference(uri)]


def image_bytes(tree: Tree, references: References, number: int, view: Callable[[int], bytes]) -> bytes | None:
    """The bytes of an encoded picture: of a buffer view, or of the file that its uri names; None if that is missing."""
    image = tree["images"][number]
    if "uri" in image:
        return references.optional(_reference(image["uri"]))
    return bytes(view(image["bufferView"]))


def _reference(uri: str) -> str:
    """What a uri names, in which %20 and the like stand for characters."""
    return uri if uri.startswith("data:") else unquote(uri)
