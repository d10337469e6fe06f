r"""Raking: weights multiplied by a factor of their row and one of their column until both margins are as wanted."""

import numpy as np

from analysis.inference.margins import FloatArray

__all__ = ["rake", "raked_share", "raked_slope"]

_RAKING_STEPS = 1000
_RAKING_ERROR = 1e-10


def rake(table: FloatArray, rows: FloatArray, columns: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Rake tables to margins.

    Parameters
    ----------
    table : numpy.ndarray
        Weights, of the shape (..., rows, columns); not negative.
    rows, columns : numpy.ndarray
        Margins wanted, with the same sum.

    Returns
    -------
    row_factors, column_factors : numpy.ndarray
        Of the shapes (..., rows) and (..., columns); the raked table is their outer product times
        `table`. NaN where no factors reach the margins, since too many cells are empty.

    Notes
    -----
    Iterative proportional fitting (Deming & Stephan 1940, *Annals of Mathematical Statistics* 11).

    Examples
    --------
    >>> import numpy as np
    >>> table = np.array([[0.3, 0.2], [0.1, 0.4]])
    >>> row_factors, column_factors = rake(table, np.array([0.6, 0.4]), np.array([0.5, 0.5]))
    >>> print((row_factors[:, None] * column_factors * table).round(3))
    [[0.4 0.2]
     [0.1 0.3]]

    Both margins are met, and the odds ratio is still 6.
    """
    column_factors = np.ones((*table.shape[:-2], table.shape[-1]))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for _ in range(_RAKING_STEPS):
            row_factors = rows / (table * column_factors[..., np.newaxis, :]).sum(axis=-1)
            reached = (table * row_factors[..., np.newaxis]).sum(axis=-2)
            previous, column_factors = column_factors, columns / reached
            change = np.abs(column_factors / previous - 1).max(axis=-1)
            if not (change > _RAKING_ERROR).any():
                break
        failed = ~(change <= _RAKING_ERROR)[..., np.newaxis]
    return np.where(failed, np.nan, row_factors), np.where(failed, np.nan, column_factors)


def raked_share(tables: FloatArray, answer: int, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Return the share of an answer in tables (..., layers, rows, columns) raked to margins."""
    row_factors, column_factors = rake(tables[..., 0, :, :], rows, columns)
    factors = row_factors[..., :, np.newaxis] * column_factors[..., np.newaxis, :]
    return np.asarray((factors * tables[..., answer, :, :]).sum(axis=(-2, -1)))


def raked_slope(
    table: FloatArray, answer: int, rows: FloatArray, columns: FloatArray
) -> tuple[FloatArray, FloatArray]:
    r"""Return how the raked share of an answer grows with its own cells, and with the cells of the weights.

    With raking factors :math:`g`, shares :math:`p` of the cells and :math:`\hat p` their least-squares fit, at the
    raked weights, by a row effect plus a column effect: :math:`g` and :math:`-g\hat p`. It follows from differentiating
    the two conditions on the margins (Deville & Särndal 1992, *Journal of the American Statistical Association* 87).
    """
    row_factors, column_factors = rake(table[0], rows, columns)
    factors = np.outer(row_factors, column_factors)
    raked = (factors * table[0]).ravel()
    share = np.divide(table[answer], table[0], out=np.zeros_like(table[0]), where=table[0] > 0).ravel()
    row, column = np.indices(factors.shape).reshape(2, -1)
    design = np.concatenate([np.eye(len(rows))[row], np.eye(len(columns))[column]], axis=1)
    root = np.sqrt(raked)
    coefficients = np.linalg.lstsq(design * root[:, np.newaxis], share * root, rcond=None)[0]
    return factors, -factors * (design @ coefficients).reshape(factors.shape)
