"""tree_hash: the root of the Merkle tree of RFC 9162, by which a part of a list can be checked without the rest."""

import hashlib
from collections.abc import Sequence


def tree_hash(entries: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash (32 bytes) of a list of byte strings; of an empty one SHA-256 of nothing.

    RFC 9162, 2.1.1: a leaf is SHA-256 of 0x00 and the entry; a node is SHA-256 of 0x01 and both below it, of which the left one
    holds as many entries as the largest power of two that is less than all. So a list that grows keeps the nodes of its
    complete parts.

        >>> tree_hash([b"one shard"]) == hashlib.sha256(b"\\0one shard").digest()
        True
    """
    waiting: list[tuple[int, bytes]] = []  # complete trees, the largest first: entries, root
    for entry in entries:
        size, root = 1, hashlib.sha256(b"\0" + entry).digest()
        while waiting and waiting[-1][0] == size:
            size, root = 2 * size, _node(waiting.pop()[1], root)
        waiting.append((size, root))
    if not waiting:
        return hashlib.sha256().digest()
    root = waiting.pop()[1]
    while waiting:
        root = _node(waiting.pop()[1], root)
    return root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
