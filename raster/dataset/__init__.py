"""The folder on disk: its files, manifest, records, journal, lock, and their verification."""
