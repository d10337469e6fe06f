"""What changed between two polls that asked the same question, as two polls of one pollster do."""

from collections.abc import Sequence
from dataclasses import astuple, replace

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.bases import table_cells
from analysis.estimates.opening import opened
from analysis.estimates.options import Options, options_of
from analysis.estimates.pairs import DISJOINT, Cells, compared
from analysis.estimates.remaking import at_settings, no_rows, remakeable
from analysis.estimates.verdict import HIGHER, JUDGED, judge
from analysis.estimates.votes import vote_question
from analysis.polls import WHOLE, Poll

__all__ = ["compare_polls", "compare_waves"]

_POLLS = ["question", "answer", "segment", "poll", "against", "share", "share_against", *JUDGED]


def compare_polls(
    poll: Poll,
    other: Poll,
    question: str,
    segment: str | Sequence[str] = WHOLE,
    options: Options | None = None,
) -> pd.DataFrame:
    """Compare the answers of segments in two polls, which are independent samples, judged together.

    Columns: `question, answer, segment, poll, against, share, share_against, estimate, low, high, …, verdict`, as
    `compare_segments`: by segment the answers in the order of `poll`, then those of `other` alone, which are `"not
    published"`. Two pollsters differ in more than sampling: in mode, wording, weighting and coverage.

    * `poll`, `other`: two polls that use one id for this question, these segments, and the answers that are compared.
    * `options`: a design effect of None is that of each poll.

    Examples
    --------
    >>> from analysis import load_poll
    >>> april, may = load_poll("cpi-2021-04"), load_poll("cpi-2021-05-08")
    >>> compare_polls(may, april, "vote_intention")[["answer", "estimate", "low", "high", "verdict"]].round(3).head(2)
         answer  estimate    low   high              verdict
    0  castillo    -0.013 -0.061  0.035  not distinguishable
    1  fujimori     0.089  0.034  0.142               higher

    From April to May Fujimori gained 8.9 points, and at least 3; Castillo's 1.3 points fewer may be chance.
    """
    # Each poll at the effect of its own sheet, or both at one.
    own = options_of(poll, options).effect, options_of(other, options).effect
    if poll.sha256 == other.sha256:
        raise AnalysisError(f"other: {other.id!r} is the same poll; compare two samples.")
    given: dict[str, str | None] = {}
    for one in (poll, other):
        for answer in one.question(question).answers:
            if given.setdefault(answer.id, answer.given) != answer.given:
                raise AnalysisError(
                    f"Question {question!r}, answer {answer.id!r}: a share of {given[answer.id] or 'all'} in "
                    f"{poll.id!r}, but of {answer.given or 'all'} in {other.id!r}; such shares cannot be compared."
                )
    segments = [segment] if isinstance(segment, str) else list(segment)
    of_each = options is None or options.design_effect is None

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        a, b = (_columns(one, question, segments, list(given), settings[0]) for one in (poll, other))
        rows = [(answer, segment) for segment in segments for answer in given]
        frame = pd.DataFrame(rows, columns=["answer", "segment"]).assign(
            question=question, poll=poll.id, against=other.id, share=a.share, share_against=b.share
        )
        used = [
            replace(one, design_effect=None) if of_each and one.effect == own[0] else one for one in settings
        ]
        judged = judge(compared(a, b, DISJOINT, own=own), used, HIGHER)
        return at_settings(frame, judged, _POLLS)

    return remakeable(poll, options, make)


def compare_waves(
    poll: Poll, other: Poll | None, question: str = "", options: Options | None = None
) -> pd.DataFrame:
    """Give what changed from the earlier to the later of two polls, in every segment that both publish.

    As `compare_polls`, of the vote unless a question is given: `poll` is the later of the two, and figures that only
    one publishes are left out. No rows without another poll, or where it did not ask the question.

    Examples
    --------
    >>> from analysis import load_poll
    >>> changed = compare_waves(load_poll("cpi-2021-04"), load_poll("cpi-2021-05-08"))
    >>> changed.loc[changed["verdict"] == "higher", ["answer", "segment", "share", "share_against"]].round(3)
          answer   segment  share  share_against
    1   fujimori     total   0.32          0.231
    11  fujimori  interior   0.28          0.179

    In two weeks Fujimori rose in the country and in its interior; no other change can be told from chance.
    """
    asked = vote_question(poll, question)
    if other is None or asked not in {one.id for one in other.questions}:
        return no_rows(poll, options, _POLLS)
    earlier, later = sorted((poll, other), key=lambda one: one.sheet.fieldwork[::-1])
    segments = [segment for segment in later.segments.ids if segment in earlier.segments.ids]
    changed = compare_polls(later, earlier, asked, segments, options)
    return changed[changed["estimate"].notna()]


def _columns(
    poll: Poll, question: str, segments: Sequence[str], answers: Sequence[str], options: Options
) -> Cells:
    """Return the cells of segments in a row, by answer; NaN for an answer that the table does not have."""
    table = opened(poll, question)
    columns = table.columns([poll.segments[segment].id for segment in segments])
    cells = table_cells(poll, table, options)
    at = [table.answers.index(answer) if answer in table.answers else -1 for answer in answers]
    padded = (np.pad(values, ((0, 1), (0, 0)), constant_values=np.nan) for values in astuple(cells))
    return Cells(*(values[np.ix_(at, columns)].T.ravel() for values in padded))
