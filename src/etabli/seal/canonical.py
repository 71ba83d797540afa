"""Bytes that are the same for the same facts: RFC 8785 for JSON, RFC 6962 for the root of many.

A tree's leaf is ``SHA-256(00 ‖ data)``, a node ``SHA-256(01 ‖ left ‖ right)``, and its left part is the greatest power
of two below its number of leaves: neither a node nor a tree of another shape can pass for a leaf.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import rfc8785

_LEAF, _NODE = b"\0", b"\1"


def canonical(value: Any) -> bytes:
    """Writes a value as canonical JSON (RFC 8785).

    Raises:
        ValueError: JSON has no such value.
    """
    return rfc8785.dumps(value)


def sha256(content: bytes | memoryview) -> str:
    """Returns the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def merkle_root(leaves: Sequence[bytes]) -> str:
    """Returns the root of a tree over these leaves, in their order, in hexadecimal."""
    return _hash(leaves).hex()


def _hash(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) < 2:
        return hashlib.sha256(_LEAF + leaves[0] if leaves else b"").digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(_NODE + _hash(leaves[:left]) + _hash(leaves[left:])).digest()


def chained(digests: Sequence[str]) -> str:
    """Returns the head of a chain: each link is the SHA-256 of the former one and of an entry's own SHA-256."""
    head = bytes(32)
    for digest in digests:
        head = hashlib.sha256(head + bytes.fromhex(digest)).digest()
    return head.hex()
