"""joined: the scenes of several batches as one."""

import numpy as np


def joined(pieces: list[dict[str, np.ndarray]], like: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Batches end to end; what has no batch axis (the tree) must be alike in all."""
    tree = ("nodes.parent", "nodes.object")
    for key in tree:
        for piece in pieces:
            np.testing.assert_array_equal(piece[key], like[key])
    return {key: like[key] if key in tree else np.concatenate([piece[key] for piece in pieces]) for key in like}
