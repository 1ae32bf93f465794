"""What the machine gives: folders of the installation, CPU cores, the cache, whole-file writes."""
