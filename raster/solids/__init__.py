"""Procedural meshes: one file for each solid of conf/solids, and composite."""
