"""From scenes to frames: draw list, GPU buffers and textures, passes, camera effects."""
