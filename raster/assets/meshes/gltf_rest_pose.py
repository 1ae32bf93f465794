"""morphed, joint_matrices, skinned: the attributes of a primitive of a glTF file in its rest pose."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from raster.assets.meshes.gltf_accessors import Accessors
from raster.assets.meshes.gltf_nodes import world_from_nodes
from raster.transforms import multiply

SETS = 4  # more than four influences of a vertex come in further sets of four
INFLUENCES = tuple(f"{name}_{k}" for k in range(SETS) for name in ("JOINTS", "WEIGHTS"))  # attributes of skins
Tree = dict[str, Any]
Values = dict[str, np.ndarray]  # attributes (V, width) float64 by name


def morphed(values: Values, targets: Sequence[Tree], weights: Sequence[float], floats: Callable[[int], np.ndarray]) -> Values:
    """Positions and normals with the morph targets, by the weights that the file gives them (glTF 2.0, 3.7.2.2)."""
    changed: Values = {}
    for name in ("POSITION", "NORMAL"):
        moves = [weight * floats(target[name]) for target, weight in zip(targets, weights, strict=False) if name in target]
        if name in values and moves:
            changed[name] = values[name] + sum(moves)
    return changed


def joint_matrices(tree: Tree, skin: int, accessors: Accessors) -> np.ndarray:
    """(J, 4, 4) float64: for each joint of a skin the file's space from the space of the mesh as it was bound."""
    entry = tree["skins"][skin]
    joints = np.stack(world_from_nodes(tree, entry["joints"]))
    if "inverseBindMatrices" in entry:
        inverse = accessors.floats(entry["inverseBindMatrices"]).reshape(-1, 4, 4).swapaxes(1, 2)  # columns first in the file
        joints = multiply(joints, inverse[: len(joints)])
    return joints


def skinned(values: Values, joints: np.ndarray) -> Values:
    """Positions and normals in the file's space, where the joints (J, 4, 4) of a skin put them at rest (glTF 2.0, 3.7.3.3).

    The matrix of the mesh's own node does not count. Weights that do not sum to 1 are scaled.
    """
    moves = np.zeros((len(values["POSITION"]), 3, 4))
    sums = np.zeros(len(moves))
    for k in range(SETS):
        if f"JOINTS_{k}" in values and f"WEIGHTS_{k}" in values:
            weights = values[f"WEIGHTS_{k}"]
            for column, joint in enumerate(values[f"JOINTS_{k}"].astype(np.int64).T):
                moves += weights[:, column, None, None] * joints[joint, :3]
            sums += weights.sum(axis=1)
    moves /= np.where(sums > 0, sums, 1)[:, None, None]
    positions = multiply(moves[:, :, :3], values["POSITION"][:, :, None])[..., 0] + moves[:, :, 3]
    if "NORMAL" not in values:
        return {"POSITION": positions}
    a, b, c = np.moveaxis(moves[:, :, :3], 1, 0)
    cofactors = np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=1)
    return {"POSITION": positions, "NORMAL": multiply(cofactors, values["NORMAL"][:, :, None])[..., 0]}
