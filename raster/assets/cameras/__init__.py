"""Cameras as users have them: calibrations and poses read from files."""
