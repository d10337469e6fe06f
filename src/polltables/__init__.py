"""The tool around the analysis: files into polls, notebooks into reports, polls into files."""

__all__ = ["__version__"]

__version__: str


def __getattr__(name: str) -> str:
    """Look the version up when it is asked for, which takes longer than all else that a command begins with."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    return version("polltables")
