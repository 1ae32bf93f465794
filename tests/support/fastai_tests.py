"""needs_fastai: which test files load fastai, which takes seconds."""

from pathlib import Path

TESTS = Path(__file__).parents[1]


def needs_fastai(path: Path) -> bool:
    """Whether a test file stands in tests/train/ or imports small_sets, which loads fastai."""
    return path.parent == TESTS / "train" or "\nfrom small_sets import" in path.read_text()
