"""Rules of the house that hold for the project as a whole."""

import ast
import re
import subprocess
import sys
import tomllib

import pytest

from analysis.paths import project_root

ROOT = project_root()
SOURCES = ROOT / "src"
ROOMS = ["analysis.polls", "analysis.stats", "analysis.estimates", "analysis.show", "polltables"]


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def direct():
    """Direct dependencies of pyproject.toml: name -> requirement."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    requirements = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return {canonical(re.match(r"[\w.-]+", requirement).group()): requirement for requirement in requirements}


@pytest.fixture(scope="module")
def locked():
    """Packages of the lock: name -> version."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^ \\;]+)", text, flags=re.MULTILINE))


def test_the_lock_holds_every_direct_dependency_at_an_allowed_version(direct, locked):
    from packaging.requirements import Requirement

    for name, requirement in direct.items():
        assert locked[name] in Requirement(requirement).specifier


def test_environment_yml_pins_the_direct_dependencies_at_the_versions_of_the_lock(direct, locked):
    text = (ROOT / "environment.yml").read_text("utf-8")
    pinned = {
        canonical(name): version
        for name, version in re.findall(r"^  - ([\w.-]+)=([\d.]+)$", text, re.MULTILINE)
    }
    conda_names = {"matplotlib-base": "matplotlib"}
    assert {conda_names.get(name, name): version for name, version in pinned.items()} == {
        name: locked[name] for name in direct
    }


def test_the_lock_has_a_hash_for_everything_and_names_no_index():
    text = (ROOT / "requirements.lock").read_text("utf-8")
    packages = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(packages) > 50
    assert all("--hash=sha256:" in package for package in packages)
    assert not re.search(r"https?://|file://|--(?:extra-)?index-url|--find-links", text)


def test_every_dependency_has_a_line_in_contributing(direct):
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").lower()
    assert [name for name in direct if f"`{name}`" not in text] == []


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_rooms_to_its_left(room):
    to_the_right = ROOMS[ROOMS.index(room) + 1 :]
    for path in (SOURCES / room.replace(".", "/")).rglob("*.py"):
        for module in imported(path):
            assert not module.startswith(tuple(to_the_right)), path


def test_statistics_know_no_poll_and_no_table():
    for path in (SOURCES / "analysis" / "stats").rglob("*.py"):
        assert not [name for name in imported(path) if name.startswith(("pandas", "analysis.polls"))], path


def test_modules_are_short_and_declare_what_they_offer():
    for path in SOURCES.rglob("*.py"):
        text = path.read_text("utf-8")
        # All the words of a notebook are in one place.
        assert len(text.splitlines()) <= (450 if path.parent.name == "show" else 300), path
        if not path.name.startswith("__") or ("__init__" in path.name and "import" in text):
            assert "__all__ = [" in text, path


def test_importing_the_package_is_light():
    """What computes or draws is imported only by what uses it."""
    heavy = {"scipy", "statsmodels", "pandas", "matplotlib", "papermill", "nbconvert"}
    script = "import sys, analysis, analysis.stats; analysis.stats.share_interval; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout.split()
    assert heavy.isdisjoint(loaded)


def test_every_poll_and_reference_is_described_in_the_data_readme():
    text = (ROOT / "data" / "README.md").read_text("utf-8")
    for path in (ROOT / "data").rglob("*.toml"):
        name = path.parent.name if path.name == "poll.toml" else path.stem
        assert name in text
