"""Solids of rooms, tables and hands, which are unlabelled: each kind in several variants."""
