"""The tool around the analysis: files into polls, notebooks into reports, polls into files."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("polltables")
