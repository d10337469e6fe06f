"""Read published polls: what was printed, what follows from it, and how it is shown."""
