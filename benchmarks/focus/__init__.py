"""Whether drawing more of what a network fails at helps: python -m benchmarks.focus."""
