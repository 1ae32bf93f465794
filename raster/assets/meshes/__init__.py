"""The user's own meshes: found, read, repaired and kept in the cache."""
