"""Read the tables of `tests/reference/` that hold expected values beside their inputs, and compare with them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

REFERENCE = Path(__file__).parent / "reference"


def reference(what: str, table: str = "scores") -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield the name, inputs and expected values of the rows whose name begins with a word."""
    rows = pd.read_csv(REFERENCE / f"{table}.csv")
    rows = rows[rows["what"].str.split().str[0] == what]
    assert len(rows)
    for row in rows.itertuples():
        numbers = (
            np.array([float(n.replace("NA", "nan")) for n in str(text).split()])
            for text in (row.inputs, row.expected)
        )
        yield row.what, *numbers


def assert_close(found, expected, tolerance=1e-9):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)
