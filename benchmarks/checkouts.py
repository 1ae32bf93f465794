"""turns, commit_of: two checkouts that are measured one after the other, so that other load affects both alike."""

import subprocess
from collections.abc import Iterable
from pathlib import Path


def turns(checkouts: Iterable[str], number: int) -> list[str]:
    """The names of the checkouts, in the other order every other time."""
    return list(checkouts)[:: -1 if number % 2 else 1]


def commit_of(checkout: Path) -> str:
    """The commit of a checkout."""
    words = ["git", "-C", str(checkout), "rev-parse", "--short", "HEAD"]
    return subprocess.run(words, capture_output=True, text=True).stdout.strip() or "unknown"
