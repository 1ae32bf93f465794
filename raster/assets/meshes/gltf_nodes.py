"""meshes_at_nodes, world_from_nodes: the nodes of a glTF file that hold meshes, or are joints, with their matrices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from raster.assets.meshes.gltf_accessors import Accessors
from raster.errors import InputError
from raster.transforms import multiply, rotation_from_quaternion

INSTANCING = "EXT_mesh_gpu_instancing"
Tree = dict[str, Any]


@dataclass(frozen=True)
class NodeOfMesh:
    """One use of a mesh in the file's scene."""

    name: str
    node: int  # number in the file
    mesh: int
    file_from_mesh: np.ndarray  # (4, 4) float64


def meshes_at_nodes(tree: Tree, path: Path, accessors: Accessors) -> tuple[NodeOfMesh, ...]:
    """All nodes of the file's scene that hold a mesh, parents first. A file without scenes shows all its nodes.

    A node with EXT_mesh_gpu_instancing comes once for each place of its mesh.

    InputError for a node that occurs twice in the tree, and for a number that no node, mesh or scene has.
    """
    nodes, many = tree.get("nodes", []), len(tree.get("meshes", []))
    for number, node in enumerate(nodes):
        for child in node.get("children", []):
            _check(child, len(nodes), f"{path}: node {number}: children")
        if "mesh" in node:
            _check(node["mesh"], many, f"{path}: node {number}: mesh")
    children = {child for node in nodes for child in node.get("children", [])}
    roots = [number for number in range(len(nodes)) if number not in children]
    if tree.get("scenes"):
        scene = tree.get("scene", 0)
        _check(scene, len(tree["scenes"]), f"{path}: scene")
        roots = tree["scenes"][scene].get("nodes", [])
        for number in roots:
            _check(number, len(nodes), f"{path}: scene {scene}: nodes")
    found, seen = [], set()
    waiting = [(number, np.eye(4)) for number in reversed(roots)]
    while waiting:
        number, file_from_parent = waiting.pop()
        if number in seen:
            raise InputError(f"{path}: node {number} stands in its tree twice; expected every node once")
        seen.add(number)
        node = nodes[number]
        with np.errstate(invalid="ignore"):  # numbers that are not finite are refused by name later
            file_from_node = multiply(file_from_parent, parent_from_node(node))
        if "mesh" in node:
            name = node.get("name") or tree["meshes"][node["mesh"]].get("name") or ""
            places = [file_from_node]
            if "skin" not in node and INSTANCING in node.get("extensions", {}):
                places = [multiply(file_from_node, own) for own in _instances(node, accessors, f"{path}: node {number}")]
            found += [NodeOfMesh(str(name), number, node["mesh"], place) for place in places]
        waiting += [(child, file_from_node) for child in reversed(node.get("children", []))]
    return tuple(found)


def _check(number: object, many: int, where: str) -> None:
    """Raise InputError unless number is one of 0 .. many - 1; Python would count -1 from the end."""
    if type(number) is not int or not 0 <= number < many:
        raise InputError(f"{where}: {number!r:.40} is none of the file's {many}; expected a whole number from 0, below {many}")


def _instances(node: Tree, accessors: Accessors, where: str) -> Iterable[np.ndarray]:
    """(4, 4) float64 of each place of EXT_mesh_gpu_instancing. InputError if the columns differ in length."""
    names = {"TRANSLATION": "translation", "ROTATION": "rotation", "SCALE": "scale"}
    held = node["extensions"][INSTANCING].get("attributes", {})
    columns = {names[name]: accessors.floats(number) for name, number in held.items() if name in names}
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise InputError(f"{where}: {INSTANCING} has columns of {sorted(lengths)} rows; expected as many in each")
    rows = range(lengths.pop() if lengths else 1)
    return (parent_from_node({name: column[row] for name, column in columns.items()}) for row in rows)


def world_from_nodes(tree: Tree, numbers: Sequence[int]) -> list[np.ndarray]:
    """(4, 4) float64 of each of these nodes: its matrix, whether it is in the scene or not."""
    parents = {child: k for k, node in enumerate(tree["nodes"]) for child in node.get("children", [])}
    made: dict[int, np.ndarray] = {}
    for number in numbers:
        chain = [number]
        while chain[-1] not in made and (parent := parents.get(chain[-1], -1)) >= 0 and parent not in chain:
            chain.append(parent)
        for node in reversed(chain):
            if node not in made:
                matrix = parent_from_node(tree["nodes"][node])
                above = made.get(parents.get(node, -1))
                made[node] = matrix if above is None else multiply(above, matrix)
    return [made[number] for number in numbers]


def parent_from_node(node: Tree) -> np.ndarray:
    """(4, 4) float64: the matrix of a node, or the product of its translation, rotation and scale (glTF 2.0, 3.5.3)."""
    if "matrix" in node:
        return np.array(node["matrix"], np.float64).reshape(4, 4).T  # columns first in the file
    turn = np.array(node.get("rotation", [0.0, 0.0, 0.0, 1.0]), np.float64)
    length = np.sqrt((turn * turn).sum())
    matrix = np.eye(4)
    matrix[:3, :3] = rotation_from_quaternion(turn / length if length > 0 else np.array([0.0, 0, 0, 1]))
    matrix[:3, :3] *= np.array(node.get("scale", [1.0, 1.0, 1.0]), np.float64)
    matrix[:3, 3] = node.get("translation", [0.0, 0.0, 0.0])
    return matrix
