"""Respondents that fit: bounds of unprinted shares hold the truth, and are those of every respondent written down."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from analysis.errors import AnalysisError
from analysis.stats import JointBounds, PrintedTable, joint_bounds

NORTH, SOUTH, RURAL, URBAN, TOTAL = [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1], [1, 1, 1, 1]
COLUMNS = np.array([NORTH, SOUTH, RURAL, URBAN, TOTAL], dtype=bool)


def printed(people, answers, unit):
    """Print the answers, as rows, of people whose cells and answers are numbers."""
    cell, answer = people
    groups = [answer[COLUMNS[column][cell]] for column in range(len(COLUMNS))]
    shares = np.array(
        [[np.mean(group == row) if len(group) else np.nan for group in groups] for row in range(answers)]
    )
    figures = np.round(shares / unit) * unit
    return PrintedTable(figures - unit / 2, figures + unit / 2)


def of_cells(answers):
    """Ask for the people of each cell, and for those of the first answer among them."""
    people = np.zeros((4, answers, 4), dtype=bool)
    for cell in range(4):
        people[cell, :, cell] = True
    first = people.copy()
    first[:, 1:] = False
    return people, first


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_lost_by_not_writing_down_all_answers_at_once(seed):
    rng = np.random.default_rng(10 + seed)
    sizes = (4, 3, 2)  # cells, answers to one question and to another
    people = np.array([rng.choice(size, 400, p=rng.dirichlet(np.full(size, 4.0))) for size in sizes])
    tables = [printed(people[[0, 1]], 3, 0.01), printed(people[[0, 2]], 2, 0.01)]
    asked, _ = of_cells(3)
    found = joint_bounds(COLUMNS, tables, asked)
    # Every kind of respondent is a variable, and scipy the solver.
    kinds = np.array(list(product(*map(range, sizes))))
    limits = []
    for table, which in zip(tables, (1, 2), strict=True):
        for row, column in np.ndindex(table.low.shape):
            inside = COLUMNS[column][kinds[:, 0]]
            gives = inside & (kinds[:, which] == row)
            limits += [gives - table.high[row, column] * inside, table.low[row, column] * inside - gives]
    for cell in range(4):
        costs = (kinds[:, 0] == cell).astype(float)
        least, most = (
            linprog(
                sign * costs, A_ub=limits, b_ub=np.zeros(len(limits)), A_eq=[np.ones(len(kinds))], b_eq=[1]
            ).fun
            for sign in (1, -1)
        )
        assert found.low[cell] == pytest.approx(least, abs=1e-6)
        assert found.high[cell] == pytest.approx(-most, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_bounds_hold_the_respondents_who_were_printed(seed):
    rng = np.random.default_rng(20 + seed)
    cell = rng.choice(4, 500, p=rng.dirichlet([5, 5, 5, 5]))
    answer = (rng.uniform(size=(500, 1)) > rng.dirichlet([6, 3, 2], size=4)[cell].cumsum(axis=1)).sum(axis=1)
    people, first = of_cells(3)
    table = printed((cell, answer), 3, 0.01)
    found = joint_bounds(COLUMNS, [table], first, people)
    truth = [np.mean(answer[cell == one] == 0) for one in range(4)]
    assert ((found.low - 1e-6 <= truth) & (truth <= found.high + 1e-6)).all()
    assert found.contradictions == ()


def test_a_question_about_some_is_asked_of_them():
    # Two candidates, and of the first one's voters those who are certain: answers are both at once.
    counted = [[1, 1, 0], [0, 0, 1], [1, 0, 0]]
    among = [[1, 1, 1], [1, 1, 1], [1, 1, 0]]
    figures = np.array([[0.4, 0.6, 0.5], [0.6, 0.4, 0.5], [0.5, 0.9, np.nan]])
    table = PrintedTable(figures, figures, counted, among)
    columns = [[1, 0], [0, 1], [1, 1]]
    certain = np.zeros((3, 2), dtype=bool)
    certain[0] = True
    of_the_first = certain.copy()
    of_the_first[1] = True
    found = joint_bounds(columns, [table], certain, of_the_first)
    # Halves of 40 and 60 %: (.5 × .4 × .5 + .5 × .6 × .9)/.5.
    assert found.low == pytest.approx(0.74)
    assert found.high == pytest.approx(0.74)
    assert joint_bounds(columns, [table], certain).low == pytest.approx(0.37)


def test_contradictions_are_named_and_what_nobody_can_be_is_nan():
    figures = np.array([[0.4, 0.6, 0.7], [0.6, 0.4, 0.3]])  # no mixture of 40 and 60 is 70
    table = PrintedTable(figures - 0.005, figures + 0.005)
    columns = [[1, 0], [0, 1], [1, 1]]
    found = joint_bounds(columns, [table], np.ones((2, 2), dtype=bool))
    assert isinstance(found, JointBounds)
    assert np.isnan([found.low, found.high]).all()
    assert found.contradictions
    assert {column for _, _, column in found.contradictions} <= {1, 2}
    nobody = PrintedTable([[0.0, 0.0], [1.0, 1.0]], [[0.0, 0.0], [1.0, 1.0]])
    none = np.array([[1, 1], [0, 0]], dtype=bool)
    assert np.isnan(joint_bounds([[1, 0], [0, 1]], [nobody], none, none).low)
    with pytest.raises(AnalysisError, match="2 answers of the first table"):
        joint_bounds(columns, [table], np.ones((3, 2), dtype=bool))
    with pytest.raises(AnalysisError, match=r"low: 39\.5 is not a share"):
        joint_bounds(columns, [PrintedTable(100 * figures - 0.5, 100 * figures)], np.ones((2, 2), dtype=bool))
    with pytest.raises(AnalysisError, match="does not match 2 columns"):
        joint_bounds([[1, 0], [0, 1]], [table], np.ones((2, 2), dtype=bool))
