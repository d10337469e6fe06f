"""Simulated polls, printed and read again: a few of them here, and the table of the many in `reference/`."""

import runpy

import numpy as np
import pandas as pd
import pytest
from reference_values import REFERENCE


@pytest.fixture(scope="module")
def pipeline():
    return runpy.run_path(str(REFERENCE / "simulate_pipeline.py"))


def test_a_few_polls_hold_what_is_true_of_them(pipeline):
    kind = pipeline["Kind"](1200, 1)
    found = pipeline["simulate"]([kind], polls=10, seed=7).set_index("what")["mean"]
    assert found["weights of a partition held"] == 1
    assert found["weights said to be certified"] == 1
    assert found["base recovered / true"] == pytest.approx(1, abs=0.1)
    for what in (
        "share of a column",
        "difference of columns",
        "lead in a column",
        "column against the whole",
    ):
        assert found[what] > 0.9
    assert found["leader of a column named, and wrong"] < 0.05
    false = found[found.index.str.startswith("any false")]
    assert len(false) == 8
    assert false.max() <= 0.4  # of five polls: the table has many


def test_in_the_table_of_many_polls_everything_keeps_its_word():
    table = pd.read_csv(REFERENCE / "coverage-of-pipeline.csv")
    assert (table.loc[table["what"] == "weights of a partition held", "mean"] == 1).all()
    # Interviews out of proportion are allowed for where they are printed.
    allowed_for = table["allocation"].isin(["proportional", "equal, printed"])
    as_assumed = table[allowed_for & (table["rho"] == 0.07)]
    assert set(as_assumed["allocation"]) == {"proportional", "equal, printed"}
    assert set(as_assumed["n"]) == {300, 1200, 3000, 10_000}
    counted = ["share", "lead", "difference", "column", "total", "valid"]
    held = as_assumed[as_assumed["what"].str.split(r"[ ,]").str[0].isin(counted)]
    error = np.sqrt(0.95 * 0.05 / held["cases"].clip(upper=held["polls"] / 2))
    assert (held["mean"] > 0.93 - 2 * error).all()
    false = as_assumed[as_assumed["what"].str.startswith("any false")]
    assert (false["mean"] < 0.05 + 2 * np.sqrt(0.05 * 0.95 / false["cases"])).all()
    # Averaged over sizes and decimals, without allowing for chance.
    assert held.groupby("what")["mean"].mean().min() >= 0.93
    assert false.groupby("what")["mean"].mean().max() <= 0.05
