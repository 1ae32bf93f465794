"""Many machines: one task for each shard, given to processes that draw, wherever they run."""
