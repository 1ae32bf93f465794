"""Tests of tree_hash against the recursive definition of RFC 9162, and of what it is for: a part that is checked alone."""

import hashlib

import pytest

from raster.shards.merkle_tree import tree_hash


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def by_definition(entries: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not entries:
        return sha256(b"")
    if len(entries) == 1:
        return sha256(b"\0" + entries[0])
    k = 1
    while 2 * k < len(entries):
        k *= 2
    return sha256(b"\1" + by_definition(entries[:k]) + by_definition(entries[k:]))


@pytest.mark.parametrize("count", [*range(18), 100, 257])
def test_it_is_the_hash_of_the_rfc(count):
    entries = [sha256(bytes([k % 256, k // 256])) for k in range(count)]
    assert tree_hash(entries) == by_definition(entries)


def test_a_part_is_checked_with_the_roots_of_the_others():
    entries = [sha256(bytes([k])) for k in range(12)]
    left, right = tree_hash(entries[:8]), tree_hash(entries[8:])
    assert tree_hash(entries) == sha256(b"\1" + left + right)
    assert tree_hash(entries) != tree_hash([*entries[:11], entries[0]])
    assert tree_hash(entries[:2]) != tree_hash([entries[0] + entries[1]])
