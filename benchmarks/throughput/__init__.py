"""Frames a second, by stage: python -m benchmarks.throughput."""
