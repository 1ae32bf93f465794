"""Data sets in shards: what a shard holds, how it is made whole or not at all, and the digest over all of them."""
