"""What each randomization is worth to a network: python -m benchmarks.ablation."""
