"""One job with other programs' renderers, side by side: python -m benchmarks.peers."""
