"""The user's own meshes: files found, read, checked, normalised, and kept ready in a cache."""
