"""A small path tracer, an independent test set: python -m benchmarks.path_tracer."""
