"""The words of a page laid out into tables."""
