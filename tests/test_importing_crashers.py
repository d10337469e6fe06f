"""What the fuzzers found (tests/fuzz/README.md): each file once lost a number, hung or ended in a traceback."""

import sys
from pathlib import Path

import pytest

FUZZ = Path(__file__).parent / "fuzz"
CRASHERS = sorted(path for path in (FUZZ / "crashers").iterdir() if path.is_file())


@pytest.fixture(scope="module")
def targets():
    sys.path.insert(0, str(FUZZ))
    try:
        import targets
    finally:
        sys.path.remove(str(FUZZ))
    return targets


@pytest.mark.parametrize("path", CRASHERS, ids=lambda path: path.name)
def test_what_once_broke_an_importer_does_so_no_more(targets, path):
    targets.TARGETS[path.name.partition("-")[0]](path.read_bytes())


def test_the_seeds_of_the_fuzzers_are_sound(targets):
    for target in targets.TARGETS.values():
        for seed in targets.seeds(target):
            target(seed)
