"""Meshes and what is computed from them. Knows no scene, no file format, no OpenGL."""
