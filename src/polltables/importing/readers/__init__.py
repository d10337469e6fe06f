"""Published files read into lines and grids of cells, one module a format."""
