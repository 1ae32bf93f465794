"""Networks trained on each preset, scored on the others: python -m benchmarks.presets."""
