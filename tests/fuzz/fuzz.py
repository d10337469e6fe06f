"""Coverage-guided fuzzing of the importers and the loader with atheris (README.md beside this file)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))


def main():
    import atheris

    # Only what reads the bytes is instrumented: pandas would slow every run down and tell nothing.
    with atheris.instrument_imports(
        include=["analysis.polls", "polltables.importing", "html.parser", "openpyxl", "tomllib"]
    ):
        import targets
    target = targets.TARGETS[sys.argv.pop(1)]
    for folder in [argument for argument in sys.argv[1:] if not argument.startswith("-")]:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(targets.seeds(target)):
            Path(folder, f"seed-{number}").write_bytes(seed)
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
