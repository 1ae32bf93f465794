"""A mesh of one's own to try things with: python -m benchmarks.mug FILE.glb writes a mug of 10 cm with a printed pattern.

Its class is the name of its folder, as of any mesh: python -m benchmarks.mug models/mug/mug.glb
"""

import sys
from pathlib import Path

import numpy as np
import trimesh
from PIL import Image, ImageDraw
from trimesh.visual.material import PBRMaterial

from raster.errors import InputError, one_line

RADIUS, HEIGHT, WALL = 0.04, 0.095, 0.004  # m
AROUND, ALONG, TUBE = 96, 24, 16  # points around the mug, along the handle, around the handle


def main() -> None:
    """Run the program; an InputError ends it with one line and exit code 2."""
    with one_line():
        if {"-h", "--help"} & set(sys.argv[1:]):
            print(__doc__)
            return
        if len(sys.argv) != 2 or not sys.argv[1].endswith(".glb"):
            raise InputError(f"{' '.join(sys.argv[1:])}: expected the path of one file that ends in .glb")
        write(Path(sys.argv[1]))


def write(path: Path) -> None:
    """Write the mug to a GLB file, whose folder is made. InputError if that fails."""
    parts = {"outside": _outside(), "inside": _inside(), "handle": _handle()}
    for part in parts.values():  # glTF's y is up
        part.apply_transform([[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        trimesh.Scene(parts).export(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from None
    print(f"{path}: {sum(len(part.faces) for part in parts.values())} triangles")


def _outside() -> trimesh.Trimesh:
    """Foot and wall, printed."""
    heights = np.concatenate([[0, 0.002, 0.006], np.linspace(0.01, HEIGHT, 12)])
    radii = RADIUS * np.concatenate([[0.86, 0.92, 0.98], np.ones(12)])
    return _turned(radii, heights, _material(_print(), 0.25))


def _inside() -> trimesh.Trimesh:
    """Rim, inner wall and the bottom on both sides, in the white of the glaze."""
    radii = np.array([0, 0.86 * RADIUS, 0, 0.8 * RADIUS, RADIUS - WALL, RADIUS - WALL, RADIUS - WALL / 2, RADIUS])
    heights = np.array([0, 0, WALL, WALL, 3 * WALL, HEIGHT, HEIGHT + 0.0015, HEIGHT])
    bottom = _turned(radii[:2], heights[:2], _material(None, 0.3))
    top = _turned(radii[:1:-1], heights[:1:-1], _material(None, 0.3))
    joined = trimesh.util.concatenate([bottom, top])
    joined.visual = trimesh.visual.TextureVisuals(material=_material(None, 0.3))
    return joined


def _handle() -> trimesh.Trimesh:
    """Half an ellipse of a flattened tube, in red glaze."""
    t, u = np.linspace(-np.pi / 2, np.pi / 2, ALONG), np.linspace(0, 2 * np.pi, TUBE, endpoint=False)
    middle = np.stack([RADIUS - WALL / 2 + 0.03 * np.cos(t), 0 * t, HEIGHT / 2 + 0.031 * np.sin(t)], axis=1)
    outward = np.stack([np.cos(t), 0 * t, np.sin(t)], axis=1)
    ring = np.cos(u)[:, None] * 0.0045 * outward[:, None] + np.sin(u)[:, None] * np.array([0, 0.007, 0])
    points = (middle[:, None] + ring).reshape(-1, 3)
    faces = _grid(ALONG, TUBE)
    red = PBRMaterial(baseColorFactor=[165, 22, 14, 255], metallicFactor=0.0, roughnessFactor=0.3)
    return _outwards(trimesh.Trimesh(points, faces, process=False), red)


def _turned(radii: np.ndarray, heights: np.ndarray, material: PBRMaterial) -> trimesh.Trimesh:
    """A surface of revolution about z through radii and heights (K,), m; u of the picture runs around, v upwards."""
    angle = np.linspace(0, 2 * np.pi, AROUND + 1)  # the seam twice, for the picture
    x, y = np.outer(radii, np.cos(angle)), np.outer(radii, np.sin(angle))
    points = np.stack([x, y, np.repeat(heights[:, None], AROUND + 1, axis=1)], axis=-1).reshape(-1, 3)
    uv = np.stack([np.tile(angle / (2 * np.pi), len(radii)), np.repeat(heights / HEIGHT, AROUND + 1)], axis=1)
    mesh = trimesh.Trimesh(points, _grid(len(radii), AROUND + 1, closed=False)[:, ::-1], process=False)
    mesh.visual = trimesh.visual.TextureVisuals(uv=uv, material=material)
    return mesh


def _grid(rows: int, columns: int, closed: bool = True) -> np.ndarray:
    """Triangles (T, 3) of rows x columns points, closed in the direction of columns or not."""
    row, column = (v.ravel() for v in np.mgrid[: rows - 1, : columns if closed else columns - 1])
    a, b = row * columns + column, row * columns + (column + 1) % columns
    return np.concatenate([np.stack([a, a + columns, b], axis=1), np.stack([b, a + columns, b + columns], axis=1)])


def _outwards(mesh: trimesh.Trimesh, material: PBRMaterial) -> trimesh.Trimesh:
    """The mesh with its triangles counter-clockwise seen from outside, with a material."""
    mesh.fix_normals()
    mesh.visual = trimesh.visual.TextureVisuals(uv=np.zeros((len(mesh.vertices), 2)), material=material)
    return mesh


def _material(picture: Image.Image | None, roughness: float) -> PBRMaterial:
    """A glaze: printed, or white."""
    if picture is None:
        return PBRMaterial(baseColorFactor=[225, 220, 205, 255], metallicFactor=0.0, roughnessFactor=roughness)
    return PBRMaterial(baseColorTexture=picture, metallicFactor=0.0, roughnessFactor=roughness)


def _print() -> Image.Image:
    """The pattern around the mug: blue glaze below, a row of yellow dots and leaves on white, a blue rim."""
    picture = Image.new("RGB", (768, 256), (236, 232, 220))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 150, 768, 256), (28, 66, 140))
    pen.rectangle((0, 136, 768, 142), (28, 66, 140))
    pen.rectangle((0, 0, 768, 18), (28, 66, 140))
    for k in range(12):
        x = 32 + 64 * k
        pen.ellipse((x - 17, 58, x + 17, 92), (232, 178, 32))
        pen.ellipse((x + 20, 84, x + 44, 124), (46, 128, 66))
        pen.rectangle((x - 3, 180, x + 3, 230), (236, 232, 220))
    return picture


if __name__ == "__main__":
    main()
