"""Contact sheets of every feature: python -m benchmarks.gallery."""
