"""The polls that tests read, a way to spoil a copy of one, and a server that renders for a whole module."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import settings

from analysis.paths import project_root
from analysis.polls import Poll, load_poll
from polltables import importing
from polltables.importing.drafting.drafting import draft_poll
from polltables.importing.readers.reading import Chosen, merged, read_here, readers_of
from polltables.rendering import render
from polltables.rendering.supervise import ReportServer

DATA = Path(__file__).parent / "data"

# The same examples in every run; `pytest --hypothesis-profile=search` draws new ones, more of them.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=1000, deadline=None)
settings.load_profile("same")


@pytest.fixture(scope="session")
def cpi() -> Iterator[Poll]:
    poll = load_poll("cpi-2021-04")
    before = poll.figures.copy()
    yield poll
    assert poll.figures.equals(before)  # nothing that was asked of it has changed it


@pytest.fixture(scope="session")
def harbour() -> Poll:
    return load_poll(DATA / "harbour-2030-05")


@pytest.fixture(scope="session")
def valle() -> Poll:
    return load_poll(DATA / "valle-2031-02")


@pytest.fixture
def spoilt(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """Copy the real poll and replace one piece of one of its files."""

    def spoil(name: str, old: str, new: str) -> Path:
        folder = tmp_path / "spoilt"
        if not folder.exists():
            shutil.copytree(project_root() / "data" / "polls" / "cpi-2021-04", folder)
        text = (folder / name).read_text("utf-8")
        assert old in text, f"{name} does not hold {old!r}, so the test would spoil nothing"
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")
        return folder

    return spoil


@pytest.fixture
def read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read published files without a process for each, half a second to start; `test_importing_faults.py` has them."""

    def drafted(
        paths: Sequence[Path], given: importing.Given, tell: Callable[[str], None]
    ) -> importing.Draft:
        chosen = Chosen(tuple(given.pages), tuple(given.sheets))
        sources = [read_here(reader, path, name, chosen) for path, reader, name in readers_of(paths, chosen)]
        return draft_poll(merged(sources), given)

    monkeypatch.setattr(importing, "draft_of_files", drafted)


@pytest.fixture(scope="session")
def server() -> Iterator[ReportServer]:
    """A server that makes reports; it takes two seconds to start."""
    with ReportServer() as server:
        yield server


@pytest.fixture(scope="module")
def one_server(server: ReportServer) -> Iterator[None]:
    """Let all that a module renders be made by that server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "ReportServer", lambda: nullcontext(server))
        yield
