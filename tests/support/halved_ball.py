"""halved_ball: a mesh file of two parts that meet in a wavy line."""

from pathlib import Path

import numpy as np
import trimesh


def halved_ball(path: Path) -> Path:
    """Write an OBJ file of a ball of 5,120 triangles in two materials, thus of two parts, and its material library."""
    mesh = trimesh.creation.icosphere(4)
    upper = mesh.triangles_center[:, 2] > 0.2 * np.sin(5 * mesh.triangles_center[:, 0])
    lines = ["mtllib halves.mtl", *("v {} {} {}".format(*p) for p in mesh.vertices.tolist())]
    for name, chosen in (("red", upper), ("blue", ~upper)):
        lines += [f"usemtl {name}", *("f {} {} {}".format(*face) for face in (mesh.faces[chosen] + 1).tolist())]
    path.with_suffix(".mtl").write_text("newmtl red\nKd 1 0 0\nnewmtl blue\nKd 0 0 1\n")
    path.write_text("\n".join([*lines, ""]))
    return path
