"""placed_meshes: the nodes of a glTF file that hold meshes, with their matrices."""

from pathlib import Path
from typing import Any

import numpy as np

from raster.assets.meshes.parsed_file import Node
from raster.errors import InputError
from raster.transforms import multiply, rotation_from_quaternion

Tree = dict[str, Any]


def placed_meshes(tree: Tree, path: Path) -> tuple[Node, ...]:
    """All nodes of the file's scene that hold a mesh, parents first. A file without scenes shows all its nodes.

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
            found.append(Node(str(name), node["mesh"], file_from_node))
        waiting += [(child, file_from_node) for child in reversed(node.get("children", []))]
    return tuple(found)


def _check(number: object, many: int, where: str) -> None:
    """Raise InputError unless number is one of 0 .. many - 1; Python would count -1 from the end."""
    if type(number) is not int or not 0 <= number < many:
        raise InputError(f"{where}: {number!r:.40} is none of the file's {many}; expected a whole number from 0, below {many}")


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
