"""How much memory it takes to read a large mesh file."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import trimesh

READ = """
import re, sys
from pathlib import Path
from raster.assets.meshes.read import Settings, read_dependencies, read_mesh

path = Path(sys.argv[1])
read_mesh(path, *read_dependencies(path), Settings(True, "auto", 1024), 10**9)
# Not ru_maxrss, which counts what the process that started this one had.
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def surface(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions (V, 3) and triangles (T, 3) of an open wavy sheet: both of its sides are kept, the worst case."""
    y, x = np.mgrid[:side, :side] / side
    places = np.stack([x, y, 0.1 * np.sin(9 * x) * np.cos(7 * y)], axis=-1).reshape(-1, 3)
    number = np.arange(side * side).reshape(side, side)
    a, b, c, d = number[:-1, :-1].ravel(), number[:-1, 1:].ravel(), number[1:, 1:].ravel(), number[1:, :-1].ravel()
    return places, np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])


def write(path: Path, side: int) -> int:
    """An OBJ or GLB file, by the ending; gives the number of its triangles."""
    places, faces = surface(side)
    if path.suffix == ".obj":
        vertices = "v %.6f %.6f %.6f\nvt %.6f %.6f\n" * len(places) % tuple(places[:, [0, 1, 2, 0, 1]].ravel().tolist())
        corners = "f %d/%d %d/%d %d/%d\n" * len(faces) % tuple((faces + 1).repeat(2, axis=1).ravel().tolist())
        path.write_text(vertices + corners)
    else:
        path.write_bytes(trimesh.Trimesh(places, faces, process=False).export(file_type="glb"))
    return len(faces)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["obj", "glb"])
def test_a_million_triangles_take_less_than_600_mb(tmp_path, kind):
    path = tmp_path / f"sheet.{kind}"
    assert write(path, 708) > 999_000
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    assert 150e6 < 1024 * int(done.stdout) < 600e6
