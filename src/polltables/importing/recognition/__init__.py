"""Grids of cells understood as tables of a poll."""
