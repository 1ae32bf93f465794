"""Mesh, Picture, load_mesh, mesh_files: triangle meshes of files, with their colours. For benchmarks.path_tracer.

trimesh reads the files, so that nothing here is shared with raster's own readers.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import ConvexHull, QhullError

from benchmarks.path_tracer.bvh import Bvh, build
from benchmarks.path_tracer.pictures import Picture, linear
from benchmarks.path_tracer.shapes import dot, normalize
from raster.errors import InputError

SMOOTH = np.cos(np.radians(40))  # flatter edges are shaded as if round
Y_UP = (".glb", ".gltf", ".obj")
ENDINGS = (*Y_UP, ".stl", ".ply")
MAX_TRIANGLES = 1_000_000


@dataclass(frozen=True)
class Material:
    """What is the same over a part of a mesh."""

    picture: Picture | None
    metallic: float
    roughness: float


@dataclass(frozen=True)
class Mesh:
    """T triangles, centred at the origin; the longest side of the box goes from -1 to 1, as that of the unit solids."""

    bvh: Bvh
    corners: np.ndarray  # (3, 3, T) float64: of each corner x, y, z
    normals: np.ndarray  # (3, 3, T) float32: of each corner the unit normal
    colours: np.ndarray  # (3, 3, T) float32: of each corner linear RGB
    uvs: np.ndarray  # (3, 2, T) float32: of each corner; v = 0 at the bottom of the picture
    material: np.ndarray  # (T,) int: index of materials
    materials: tuple[Material, ...]
    hull: np.ndarray  # (P, 3) float64: vertices of the convex hull
    rests: np.ndarray  # (R, 3) float64 unit directions that may point down at rest, the first is (0, 0, -1)

    def surface(self, q: np.ndarray, d: np.ndarray, face: np.ndarray) -> tuple[np.ndarray, ...]:
        """What is seen at points q (3, N) of triangles `face` (N,), by rays along d (3, N), all in the mesh's space.

        Returns unit normals (3, N) that face the rays, linear RGB (3, N), metallic (N,) and roughness (N,).
        """
        a, b, c = self.corners[:, :, face].astype(np.float32)
        weights = _weights(b - a, c - a, q - a)
        n = np.einsum("cn,cxn->xn", weights, self.normals[:, :, face])
        flat = normalize(np.cross(b - a, c - a, axis=0))
        n *= np.where(dot(flat, d) > 0, -1, 1)  # of the side that is seen
        n = normalize(n - d * np.maximum(dot(n, d) + np.float32(1e-3), 0))  # at the outline it may look away from the ray
        colour = np.einsum("cn,cxn->xn", weights, self.colours[:, :, face])
        uv, material = np.einsum("cn,cxn->xn", weights, self.uvs[:, :, face]), self.material[face]
        for number, one in enumerate(self.materials):
            rows = np.flatnonzero(material == number)
            if one.picture is not None and len(rows):
                colour[:, rows] *= one.picture.tiled(uv[0, rows], 1 - uv[1, rows])
        table = np.array([(one.metallic, one.roughness) for one in self.materials], np.float32)[material]
        return n, np.clip(colour, 0.0, 0.95), table[:, 0], table[:, 1]


def _weights(b: np.ndarray, c: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Barycentric coordinates (3, N) of points q in triangles with edges b and c, all (3, N) from the first corner."""
    bb, bc, cc, qb, qc = dot(b, b), dot(b, c), dot(c, c), dot(q, b), dot(q, c)
    area = np.maximum(bb * cc - bc * bc, 1e-30)
    v, w = np.clip((cc * qb - bc * qc) / area, 0, 1), np.clip((bb * qc - bc * qb) / area, 0, 1)
    return np.stack([np.maximum(1 - v - w, 0), v, w])


@lru_cache(maxsize=4)
def mesh_files(path: str) -> tuple[str, ...]:
    """The mesh files below a folder, sorted by path, hidden ones left out; of what is no folder that path alone.

    InputError for a folder without any.
    """
    folder = Path(path)
    if not folder.is_dir():
        return (path,)
    found = sorted(
        file
        for file in folder.rglob("*")
        if file.suffix.lower() in ENDINGS and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )  # fmt: skip
    if not found:
        raise InputError(f"mesh={path}: holds no file that ends in {', '.join(ENDINGS)}")
    return tuple(map(str, found))


@lru_cache(maxsize=16)
def load_mesh(path: str) -> Mesh:
    """The mesh of a GLB, glTF, OBJ, STL or PLY file, upright: y is up in the first three. InputError, which names the file."""
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise InputError(f"mesh={path}: expected a folder, or a file that ends in {', '.join(ENDINGS)}")
    if not Path(path).is_file():
        raise InputError(f"mesh={path}: there is no such file")
    import trimesh

    try:
        scene = trimesh.load_scene(path, process=False)
        parts = [part for part in scene.dump() if isinstance(part, trimesh.Trimesh) and len(part.faces)]
    except Exception as error:  # of any of trimesh's readers
        raise InputError(f"mesh={path}: cannot be read ({error})") from error
    count = sum(len(part.faces) for part in parts)
    if not 1 <= count <= MAX_TRIANGLES:
        raise InputError(f"mesh={path}: has {count} triangles; expected 1 to {MAX_TRIANGLES}")
    return _joined(parts, ending, path)


def _joined(parts: list[Any], ending: str, path: str) -> Mesh:
    """The Mesh of trimesh's meshes."""
    read = [_colours(part, ending) for part in parts]
    corners = np.concatenate([np.asarray(part.vertices, float)[part.faces] for part in parts])
    if ending in Y_UP:
        corners = np.stack([corners[..., 0], -corners[..., 2], corners[..., 1]], axis=-1)
    low, high = corners.min(axis=(0, 1)), corners.max(axis=(0, 1))
    if not 0 < (high - low).max() < np.inf:
        raise InputError(f"mesh={path}: its corners are not finite, or all the same")
    corners = (corners - (low + high) / 2) / ((high - low).max() / 2)
    try:
        hull = ConvexHull(corners.reshape(-1, 3))
    except QhullError:
        raise InputError(f"mesh={path}: is flat; expected a solid body") from None
    fields = (corners, corner_normals(corners), *(np.concatenate([one[k] for one in read]) for k in (0, 1)))
    placed = [np.ascontiguousarray(field.transpose(1, 2, 0)) for field in fields]
    material = np.repeat(np.arange(len(parts)), [len(part.faces) for part in parts])
    return Mesh(
        build(corners), placed[0], *(field.astype(np.float32) for field in placed[1:]), material,
        tuple(one[2] for one in read), hull.points[hull.vertices], _rests(hull),
    )  # fmt: skip


def _colours(part: Any, ending: str) -> tuple[np.ndarray, np.ndarray, Material]:
    """Linear RGB (T, 3, 3) and uv (T, 3, 2) of each corner of a trimesh.Trimesh, and its material."""
    count, visual = len(part.faces), part.visual
    material, uv = getattr(visual, "material", None), getattr(visual, "uv", None)
    uvs = np.zeros((count, 3, 2)) if uv is None else np.asarray(uv, float)[part.faces]
    colour, picture, metallic, roughness = np.ones((count, 3, 3)), None, 0.0, 0.6
    if material is None and visual.kind == "face":
        colour = np.repeat(_of_file(visual.face_colors, ending)[:, None], 3, axis=1)
    elif material is None:
        colour = _of_file(visual.vertex_colors, ending)[part.faces]
    elif hasattr(material, "baseColorFactor"):
        factor, image = material.baseColorFactor, material.baseColorTexture
        colour = colour if factor is None else colour * (np.asarray(factor, float)[:3] / 255)
        metallic, roughness = (1.0 if v is None else float(v) for v in (material.metallicFactor, material.roughnessFactor))
        picture = None if image is None else Picture.of(image)
    else:
        picture = None if material.image is None else Picture.of(material.image)
        colour = colour if picture is not None else colour * linear(np.asarray(material.diffuse)[:3])
    return colour, uvs, Material(picture if uv is not None else None, metallic, roughness)


def _of_file(colours: np.ndarray, ending: str) -> np.ndarray:
    """Linear RGB (..., 3) of bytes, which are linear in glTF and sRGB elsewhere."""
    rgb = np.asarray(colours)[..., :3]
    return rgb / 255 if ending in (".glb", ".gltf") else linear(rgb)


def corner_normals(corners: np.ndarray) -> np.ndarray:
    """Unit normals (T, 3, 3) of corners (T, 3, 3): the mean, by area, of the triangles that meet there at a flat edge."""
    area = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    unit = area / np.maximum(np.linalg.norm(area, axis=1, keepdims=True), 1e-30)
    points = np.round(corners.reshape(-1, 3), 6) + 0.0  # no -0
    _, vertex, count = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    vertex = vertex.reshape(-1)
    there = np.argsort(vertex, kind="stable")  # corners, those of a vertex side by side
    start = np.cumsum(count) - count
    pairs = count[vertex]  # of each corner, with all that meet there, itself among them
    own = np.repeat(np.arange(len(vertex)), pairs)
    other = there[np.arange(len(own)) - np.repeat(np.cumsum(pairs) - pairs - start[vertex], pairs)]
    weight = (unit[own // 3] * unit[other // 3]).sum(axis=1) > SMOOTH
    total = np.stack([np.bincount(own, weight * area[other // 3, axis], len(vertex)) for axis in range(3)], axis=1)
    return (total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-30)).reshape(-1, 3, 3)


def _rests(hull: ConvexHull) -> np.ndarray:
    """Unit directions (R, 3) that point down where a body may lie: upright first, then on a face of its hull below its middle.

    Stable is a face that holds the foot of the perpendicular from the middle: those nearest to it are tried.
    """
    n, offset, middle = hull.equations[:, :3], hull.equations[:, 3], hull.points[hull.vertices].mean(axis=0)
    distance = -(n @ middle + offset)
    tried = np.argsort(distance, kind="stable")[:512]
    feet = middle + n[tried] * distance[tried, None]
    stable = (feet @ n.T + offset <= 1e-6).all(axis=1)
    return np.concatenate([[[0.0, 0.0, -1.0]], n[tried[stable]]])
