"""Environment maps: the user's .hdr and .exr files, or skies and studios made for the run."""
