"""Pictures that textures show: files of the user, or dead leaves drawn for the run."""
