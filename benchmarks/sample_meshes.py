"""make: writes files of many different meshes in all formats that raster reads, for benchmarks and tests."""

from pathlib import Path

import numpy as np
import trimesh
from PIL import Image
from trimesh.visual.material import PBRMaterial, SimpleMaterial

FORMATS = ("glb", "gltf", "obj", "stl", "ply")
CLASSES = ("pebble", "gourd", "star", "pod", "tube")


def make(folder: Path, count: int, detail: int = 4, seed: int = 0) -> None:
    """Write `count` meshes to FOLDER/CLASS/NUMBER.FORMAT, each of 20 * 4^detail triangles, with an image or vertex colours."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        name, form = CLASSES[number % len(CLASSES)], FORMATS[number // len(CLASSES) % len(FORMATS)]
        mesh = _shape(name, detail, rng)
        here, own = folder / name, f"{number:04d}"
        here.mkdir(parents=True, exist_ok=True)
        mesh.visual = _visual(mesh, form, f"{own}-material", rng)
        # glTF's and OBJ's y is up.
        if form in ("glb", "gltf", "obj"):
            mesh.apply_transform([[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
        if form == "gltf":
            files = trimesh.exchange.gltf.export_gltf(trimesh.Scene(mesh))
            for file, data in files.items():  # several share a folder, so each gets its own names
                if file == "model.gltf":
                    for other in files:
                        data = data.replace(f'"{other}"'.encode(), f'"{own}-{other}"'.encode())
                (here / (f"{own}.gltf" if file == "model.gltf" else f"{own}-{file}")).write_bytes(data)
        elif form == "obj":
            mesh.export(here / f"{own}.obj", mtl_name=f"{own}.mtl")
        else:
            mesh.export(here / f"{own}.{form}")


def _shape(name: str, detail: int, rng: np.random.Generator) -> trimesh.Trimesh:
    """A random bumpy mesh: a sphere of about unit radius whose radius depends on the direction."""
    mesh = trimesh.creation.icosphere(detail)
    x, y, z = mesh.vertices.T
    around = np.arctan2(y, x)
    bumps = sum(np.sin(mesh.vertices @ rng.normal(0, 4, 3) + rng.uniform(0, 6)) for _ in range(4))
    radius = 1 + 0.04 * bumps
    if name == "gourd":
        radius = radius * (1 - rng.uniform(0.3, 0.5) * np.exp(-((z - 0.2) ** 2) / 0.05))
    if name == "star":
        radius = radius * (1 + 0.35 * np.cos(rng.integers(4, 8) * around) * (1 - z**2))
    mesh.vertices = mesh.vertices * radius[:, None]
    if name == "pod":
        mesh.vertices[:, 0] += rng.uniform(0.3, 0.8) * mesh.vertices[:, 2] ** 2
        mesh.vertices *= [0.5, 0.5, 1.4]
    if name == "tube":
        mesh.vertices *= [rng.uniform(0.3, 0.5), rng.uniform(0.3, 0.5), 1.5]
    return mesh


def _visual(mesh: trimesh.Trimesh, form: str, material: str, rng: np.random.Generator) -> object:
    """A texture of random patches over latitude and longitude; colours by vertex for formats without textures."""
    grid = rng.integers(30, 256, (8, 16, 3)).astype(np.uint8)
    normal = mesh.vertices / np.linalg.norm(mesh.vertices, axis=1, keepdims=True)
    uv = np.stack([np.arctan2(normal[:, 1], normal[:, 0]) / (2 * np.pi) + 0.5, np.arcsin(normal[:, 2]) / np.pi + 0.5], axis=1)
    if form in ("stl", "ply"):
        rows, columns = ((1 - uv[:, 1]) * 7.99).astype(int), (uv[:, 0] * 15.99).astype(int)
        return trimesh.visual.ColorVisuals(mesh, vertex_colors=grid[rows, columns])
    picture = Image.fromarray(grid).resize((256, 128), Image.Resampling.NEAREST)
    if form == "obj":
        simple = SimpleMaterial(image=picture, name=material, diffuse=[255, 255, 255, 255])
        return trimesh.visual.TextureVisuals(uv=uv, material=simple)
    metallic, roughness = float(rng.integers(2)), float(rng.uniform(0.2, 0.9))
    pbr = PBRMaterial(baseColorTexture=picture, metallicFactor=metallic, roughnessFactor=roughness)
    return trimesh.visual.TextureVisuals(uv=uv, material=pbr)
