"""How well networks carry over to other pictures: python -m benchmarks.carry."""
