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


def read_project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def needed_for(*extras):
    """Direct dependencies of the package with some extras: name -> requirement."""
    project = read_project()["project"]
    requirements, waiting = list(project["dependencies"]), list(extras)
    while waiting:
        for requirement in project["optional-dependencies"][waiting.pop()]:
            if own := re.fullmatch(r"polltables\[(.+)\]", requirement):
                waiting += own[1].split(",")
            else:
                requirements.append(requirement)
    return {canonical(re.match(r"[\w.-]+", requirement).group()): requirement for requirement in requirements}


def locked(name):
    """Packages of a lock: name -> version."""
    text = (ROOT / name).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^ \\;]+)", text, flags=re.MULTILINE))


@pytest.fixture(scope="module")
def direct():
    """Direct dependencies with every extra, and what builds the package: name -> requirement."""
    build = read_project()["dependency-groups"]["build"]
    return needed_for(*read_project()["project"]["optional-dependencies"]) | {"setuptools": build[0]}


LOCKS = {
    "requirements.lock": ["render"],
    "requirements-lab.lock": ["render", "notebooks", "import"],
    "requirements-dev.lock": list(read_project()["project"]["optional-dependencies"]),
}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_its_targets_need_at_allowed_versions(lock, direct):
    from packaging.requirements import Requirement

    there, wanted = locked(lock), needed_for(*LOCKS[lock]).keys() | {"setuptools"}
    assert [name for name in wanted if there[name] not in Requirement(direct[name]).specifier] == []


def test_each_lock_holds_all_of_the_one_before_at_the_same_versions():
    reports, lab, dev = map(locked, LOCKS)
    assert reports.items() < lab.items() < dev.items()
    assert {"jupyterlab", "pdfplumber"} <= lab.keys() - reports.keys()
    assert {"distributed", "mypy", "pytest"} <= dev.keys() - lab.keys()


def test_environment_yml_pins_the_direct_dependencies_at_the_versions_of_the_lock(direct):
    text = (ROOT / "environment.yml").read_text("utf-8")
    pinned = {
        canonical(name): version
        for name, version in re.findall(r"^  - ([\w.-]+)=([\d.]+)$", text, re.MULTILINE)
    }
    conda_names = {"matplotlib-base": "matplotlib"}
    versions = locked("requirements-dev.lock")
    assert {conda_names.get(name, name): version for name, version in pinned.items()} == {
        name: versions[name] for name in direct
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_has_a_hash_for_everything_and_names_no_index(lock):
    text = (ROOT / lock).read_text("utf-8")
    packages = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(packages) > 50
    assert all("--hash=sha256:" in package for package in packages)
    assert not re.search(r"https?://|file://|--(?:extra-)?index-url|--find-links", text)


def test_pylock_is_the_lock_of_everything_with_addresses_on_pypi_alone():
    pylock = tomllib.loads((ROOT / "pylock.toml").read_text("utf-8"))
    text = (ROOT / "requirements-dev.lock").read_text("utf-8")
    parts = re.split(r"^([a-z0-9-]+)==([^ \\\\;]+)", text, flags=re.MULTILINE)[1:]
    wanted = {
        (name, version): set(re.findall(r"sha256:(\w+)", hashes))
        for name, version, hashes in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    }
    found = dict[tuple[str, str], set[str]]()
    for package in pylock["packages"]:
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        for file in files:
            # The path of a file on PyPI is its own digest (BLAKE2b), so that no address can lead to another.
            assert re.fullmatch(
                r"https://files\.pythonhosted\.org/packages/\w\w/\w\w/[0-9a-f]{60}/[\w.+-]+", file["url"]
            )
        found[package["name"], package["version"]] = {file["hashes"]["sha256"] for file in files}
    assert found.keys() == wanted.keys()
    # Less those for Pythons before 3.11.
    assert all(found[one] and found[one] <= wanted[one] for one in found)
    assert "index" not in {key for package in pylock["packages"] for key in package}


@pytest.mark.parametrize(
    ("part", "extras"),
    [
        ("analysis", []),
        ("polltables/exporting", []),
        ("polltables/races", []),
        ("polltables/importing", ["import"]),
    ],
)
def test_a_part_imports_only_what_it_is_installed_with(part, extras):
    own = {"analysis", "polltables", *sys.stdlib_module_names}
    for path in (SOURCES / part).rglob("*.py"):
        modules = {canonical(module.partition(".")[0]) for module in imported(path)}
        assert modules - own <= needed_for(*extras).keys(), path


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


def test_the_version_is_the_same_wherever_it_is_said():
    import analysis
    import polltables

    said = read_project()["project"]["version"]
    assert analysis.__version__ == polltables.__version__ == said
    assert f"\nversion: {said}\n" in (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"\n## {said}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_actions_of_others_are_pinned_by_commit():
    for path in (ROOT / ".github" / "workflows").iterdir():
        for action in re.findall(r"uses: (\S+)", path.read_text("utf-8")):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), path
