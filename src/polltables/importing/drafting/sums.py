"""What the sums of a table's columns tell: that answers are missing, or figures in another format than the rest."""

import re

from polltables.importing.recognition.joining import sums_of
from polltables.importing.recognition.model import Table

__all__ = ["FEW_ANSWERS", "fractions_of", "is_short", "table_sums"]

FEW_ANSWERS = 75  # per cent
"""Columns that add up to less are asked about one by one."""


def table_sums(table: Table) -> list[tuple[float, float]]:
    """Add up the unconditional answers of each column, with how far rounding may bring the sums off."""
    return sums_of(row for at, row in enumerate(table.rows) if at not in table.given)


def is_short(table: Table) -> bool:
    """Say whether most columns add up to somewhat less than all; much less is asked about by itself."""
    sums = table_sums(table)
    short = sum(total < 100 - max(slack, 0.011) - 0.5 for total, slack in sums)
    return short > 0.5 * len(sums) and min(total for total, _ in sums) >= FEW_ANSWERS


def fractions_of(table: Table) -> list[str]:
    """Find cells that were left in another format than their column: shares of one, as the sum of the column shows."""
    found = []
    for column in zip(*(row.figures for row in table.rows if not row.role), strict=True):
        printed = [figure for figure in column if figure]
        small = [figure for figure in printed if re.fullmatch(r"0[.,]\d\d", figure)]
        others = [figure for figure in printed if figure not in small]
        if small and all(map(str.isdigit, others)):
            left = 100 - sum(map(int, others))
            found += small if abs(left - sum(int(figure[2:]) for figure in small)) < abs(left) else []
    return found
