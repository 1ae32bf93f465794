"""OpenGL and nothing of the scene: contexts, programs, render targets, textures, read-back."""
