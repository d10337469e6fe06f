"""Groups that were not printed: their ranges hold the respondents, and the page says what they say."""

from dataclasses import replace
from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from made_up_poll import poll_of, question, write_poll
from notebook_cells import run
from scipy.optimize import linprog

from analysis import estimates, load_known_weights, load_poll, show
from analysis.errors import AnalysisError, PollError

PARTITIONS = [("zone", "total", ("north", "south")), ("area", "total", ("rural", "urban"))]
GROUPS = [(a, b) for a in ("north", "south") for b in ("rural", "urban")]


def printed_poll(folder, people, answers=("a", "b", "c")):
    """Print a poll of people, groups × answers, with one decimal."""
    cells = {"total": range(4), "north": (0, 1), "south": (2, 3), "rural": (0, 2), "urban": (1, 3)}
    of = {name: people[list(rows)].sum(axis=0) for name, rows in cells.items()}
    table = {
        (answer, "candidate"): {name: f"{100 * row[place] / row.sum():.1f}" for name, row in of.items()}
        for place, answer in enumerate(answers)
    }
    return write_poll(folder, {"vote": table}, n=int(people.sum()), partitions=PARTITIONS)


def test_every_true_share_of_known_respondents_lies_in_its_range():
    (known,) = load_known_weights("masculinity-2018")
    bounds = estimates.cross_table(known.poll, "masculine").set_index(["segment", "other", "answer"])
    groups = known.crossed.groupby(["segment", "other"])["weighted"].sum()
    assert len(bounds) == 36
    for row in known.crossed.itertuples():
        ends = bounds.loc[(row.segment, row.other, row.answer)]
        assert ends["low"] - 1e-6 <= row.weighted / groups[row.segment, row.other] <= ends["high"] + 1e-6
    for group, weighted in groups.items():
        ends = bounds.loc[(*group, "")]
        assert ends["low"] <= weighted / groups.sum() <= ends["high"]


@pytest.mark.parametrize("seed", range(5))
def test_ranges_hold_the_people_who_were_printed(seed, tmp_path):
    rng = np.random.default_rng(seed)
    people = rng.integers(1, 60, size=(4, 3))
    poll = printed_poll(tmp_path, people)
    bounds = estimates.cross_table(poll, "vote").set_index(["segment", "other", "answer"])
    leads = estimates.cross_leads(poll, "vote").set_index(["segment", "other"])
    for group, row in zip(GROUPS, people, strict=True):
        for answer, count in (*zip("abc", row / row.sum(), strict=True), ("", row.sum() / people.sum())):
            ends = bounds.loc[(*group, answer)]
            assert ends["low"] - 1e-6 <= count <= ends["high"] + 1e-6
        lead = leads.loc[group]
        first, second = ("abc".index(lead[name]) for name in ("answer", "against"))
        assert lead["low"] - 1e-6 <= row[first] / (row[first] + row[second]) <= lead["high"] + 1e-6


def two_questions(people, decimals=1):
    """Print two questions of people, groups × answers to one × answers to the other, and one of several answers a person."""
    cells = {"total": range(4), "north": (0, 1), "south": (2, 3), "rural": (0, 2), "urban": (1, 3)}
    figures = {"one": {}, "two": {}, "some": {}}
    for column, rows in cells.items():
        of = people[list(rows)].sum(axis=0)
        # What else they said follows from both.
        marked = {"x": of[0, :].sum() + of[1, 0], "y": of[:, 1].sum()}
        for name, counts in (("one", of.sum(axis=1)), ("two", of.sum(axis=0))):
            for answer, count in zip("abc", counts, strict=False):
                figures[name][answer, column] = f"{100 * count / of.sum():.{decimals}f}"
        for answer, count in marked.items():
            figures["some"][answer, column] = f"{100 * count / of.sum():.{decimals}f}"
    answers = {name: dict.fromkeys(answer for answer, _ in printed) for name, printed in figures.items()}
    kinds = {"some": "multiple_response"}
    questions = [
        question(name, answers[name], printed, kind=kinds.get(name, "single_response"))
        for name, printed in figures.items()
    ]
    return poll_of(questions, partitions=PARTITIONS, n=int(people.sum()), decimals=decimals)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_crossed_the_people_who_were_printed_are_in_the_ranges(seed):
    rng = np.random.default_rng(seed)
    people = rng.multinomial(rng.integers(40, 900), rng.dirichlet(np.full(36, 0.7))).reshape(4, 3, 3)
    poll, cells = two_questions(people, decimals=seed % 2), np.indices(people.shape)
    sides = {
        "zone": dict(zip(("north", "south"), (cells[0] < 2, cells[0] >= 2), strict=True)),
        "area": dict(zip(("rural", "urban"), (cells[0] % 2 == 0, cells[0] % 2 == 1), strict=True)),
        "one": {answer: cells[1] == place for place, answer in enumerate("abc")},
        "two": {answer: cells[2] == place for place, answer in enumerate("abc")},
        "some": {"x": (cells[1] == 0) | (cells[1] == 1) & (cells[2] == 0), "y": cells[2] == 1},
    }
    everybody = {"": np.ones(people.shape, dtype=bool)}
    told = 0
    for asked, first, second, among in [
        ("one", "two", "", ""), ("one", "two", "zone", ""), ("one", "zone", "two", ""), ("two", "one", "", "rural"),
        ("zone", "one", "two", ""), ("some", "one", "", ""), ("two", "zone", "area", "one:a"), ("one", "zone", "area", ""),
        ("one", "some:x", "", "north"), ("area", "two:b", "zone", "some:y"),
    ]:  # fmt: skip
        base = next(
            (its[among.split(":")[-1]] for its in sides.values() if among.split(":")[-1] in its),
            everybody[""],
        )
        for row in estimates.cross_table(poll, asked, first, second, among).itertuples():
            group = base & sides[first.split(":")[0]][row.segment]
            group = group & (sides[second] if second else everybody)[row.other]
            whole = people[group if row.answer else base].sum()
            share = people[group & sides[asked][row.answer] if row.answer else group].sum()
            if whole:
                assert row.low - 1e-6 <= share / whole <= row.high + 1e-6, (asked, first, second, among, row)
                told += row.high - row.low < 0.995
    assert told > 30


def test_small_respondents_of_two_questions_are_all_tried():
    # North or south, answers to one and to the other.
    kinds = np.array(list(product(range(2), range(2), range(2))))
    truth = np.array([3, 0, 1, 1, 0, 1, 0, 2])

    def printed(counts):
        figures = {}
        for column, inside in (("total", [0, 1]), ("north", [0]), ("south", [1])):
            there = np.isin(kinds[:, 0], inside)
            for name, place in (("one", 1), ("two", 2)):
                for value, answer in enumerate("ab"):
                    share = counts[there & (kinds[:, place] == value)].sum() / max(counts[there].sum(), 1)
                    figures[name, answer, column] = f"{100 * share:.0f}"
        return figures

    own = printed(truth)
    questions = [
        question(name, dict.fromkeys("ab"), {key[1:]: value for key, value in own.items() if key[0] == name})
        for name in ("one", "two")
    ]
    poll = poll_of(questions, n=8, decimals=0)
    found = estimates.cross_table(poll, "two", "one").set_index(["segment", "answer"])
    fitting = [
        counts
        for chosen in combinations_with_replacement(range(8), int(truth.sum()))
        for counts in [np.bincount(chosen, minlength=8)]
        if printed(counts) == own
    ]
    assert len(fitting) > 1
    for value, answer in enumerate("ab"):
        givers = kinds[:, 1] == 0
        shares = [counts[givers & (kinds[:, 2] == value)].sum() / counts[givers].sum() for counts in fitting]
        assert found.loc[("a", answer), "low"] - 1e-6 <= min(shares)
        assert max(shares) <= found.loc[("a", answer), "high"] + 1e-6
    # Every kind of respondent as a variable, and scipy the solver: how many gave both answers.
    sizes = (
        estimates.cross_table(poll, "parts", "one", "two")
        .query("answer == ''")
        .set_index(["segment", "other"])
    )
    limits = []
    for (name, answer, column), figure in own.items():
        low, high = max(0, float(figure) - 0.5) / 100, min(100, float(figure) + 0.5) / 100
        inside = np.ones(8, bool) if column == "total" else kinds[:, 0] == (column == "south")
        gives = inside & (kinds[:, {"one": 1, "two": 2}[name]] == "ab".index(answer))
        limits += [gives - high * inside, low * inside - gives]
    for one, two in product("ab", "ab"):
        both = ((kinds[:, 1] == "ab".index(one)) & (kinds[:, 2] == "ab".index(two))).astype(float)
        ends = [
            linprog(sign * both, A_ub=limits, b_ub=np.zeros(len(limits)), A_eq=[np.ones(8)], b_eq=[1]).fun
            for sign in (1, -1)
        ]
        assert sizes.loc[(one, two), ["low", "high"]].to_list() == pytest.approx(
            [ends[0], -ends[1]], abs=1e-6
        )


@pytest.mark.parametrize(
    ("name", "division", "told", "asked"),
    [
        ("masculinity-2018", "age", "age", "masculine"),
        ("masculinity-2018", "race", "race", "lonely"),
        ("cnc-2018-03", "sex", "sex", "vote"),
        ("cnc-2018-03", "age", "age", "vote"),
        ("nesdc-15309", "approval", "president", "party"),
    ],
)
def test_what_a_pollster_printed_lies_in_the_range_that_its_other_tables_leave(name, division, told, asked):
    """Tables of one question by another that were printed are kept from it: columns by a question's answers."""
    poll = load_poll(name)
    rest = tuple(one for one in poll.segments.partitions if one.id != division)
    blind = replace(poll, segments=replace(poll.segments, partitions=rest))
    found = estimates.cross_table(blind, asked, told).set_index(["segment", "answer"])
    answers = {answer.id for answer in poll.question(told).answers}
    low, high = poll.table(asked, "low"), poll.table(asked, "high")
    tested = 0
    for part in answers.intersection(poll.segments.ids):
        for answer in high[part].dropna().index:
            ends = found.loc[(part, answer)]
            assert ends["low"] <= high.loc[answer, part] + 1e-6, (part, answer)
            assert low.loc[answer, part] <= ends["high"] + 1e-6, (part, answer)
            tested += ends["high"] - ends["low"] < 0.995
    assert tested > 4


def test_of_people_outside_every_group_nothing_is_asked(cpi):
    """Zones and town or country divide the interior: of the capital there is none of them."""
    arguments = (cpi, "vote_intention", "zone", "area", "lima_callao")
    assert estimates.cross_table(*arguments).empty
    assert estimates.cross_leads(*arguments).empty
    assert estimates.cross_contradictions(*arguments).empty


def test_sides_that_cannot_be_crossed_are_refused(cpi, valle):
    several = (
        r"'reasons_castillo': people may give several answers .* such as 'reasons_castillo:of_the_people', or"
    )
    with pytest.raises(AnalysisError, match=several):
        estimates.cross_table(cpi, "vote_intention", "reasons_castillo")
    with pytest.raises(AnalysisError, match=r"'problems': it was not asked of everybody \(base: part\)"):
        estimates.cross_table(valle, "approval", "problems:water")
    with pytest.raises(
        AnalysisError, match=r"No division or question 'zones'; did you mean 'zone'\? There is: region, zone"
    ):
        estimates.cross_table(cpi, "vote_intention", "zones")
    with pytest.raises(PollError, match="no answer 'humala'"):
        estimates.cross_table(cpi, "castillo_positive", "vote_intention:humala")
    with pytest.raises(AnalysisError, match="'vote_intention': it is crossed with itself"):
        estimates.cross_table(cpi, "vote_intention", "vote_intention")
    with pytest.raises(
        AnalysisError, match="no segment or question:answer 'vote_intention'; there is: total"
    ):
        estimates.cross_table(cpi, "castillo_positive", "zone", "area", "vote_intention")
    with pytest.raises(AnalysisError, match="among: 'women' is part of no division"):
        estimates.cross_table(valle, "approval", "approval:yes", among="women")
    with pytest.raises(AnalysisError, match=r"kinds of answers in \d+ groups are too many"):
        estimates.cross_table(load_poll("masculinity-2018"), "lonely", "cry", "fight", "sports:often")


def test_voters_are_crossed_with_what_they_may_have_said(cpi):
    assert estimates.telling_question(cpi, "vote_intention") == "fujimori_positive"
    said = estimates.cross_table(cpi, "fujimori_positive", "vote_intention")
    ends = said.set_index(["segment", "answer"]).loc[("castillo", "nothing"), ["low", "high"]]
    # By hand, in the countryside alone: 58.6 + 61.5 - 100 % of it, of weights at their least, said both.
    assert 0.09 < ends["low"] < 0.1 < 0.95 < ends["high"] < 1
    apart = estimates.cross_contradictions(cpi, "fujimori_positive", "vote_intention")
    assert set(apart["answer"]) == set(said.loc[said["low"].isna(), "answer"]) == {"experienced", "other"}
    view = show.View(cpi)
    shown = show.crossing.said_table(view, said)
    assert "this row’s figures contradict" in shown.text
    empty = said.head(0)
    assert show.crossing.said_table(view, empty) == view.nothing()
    leads = estimates.cross_leads(cpi, "vote_certainty", "fujimori_positive:nothing", "zone")
    cross = estimates.cross_table(cpi, "vote_certainty", "fujimori_positive:nothing", "zone")
    assert len(leads) == 4
    told = show.crossing.answer(view, cross, leads, said).text
    assert told.startswith(
        "“Certainty of the vote”. CPI’s tables settle whether Castillo or Fujimori was ahead in 1 of 4 groups that it did "
        "not publish: in “Nothing stands out · Central and Southern Highlands” it was Castillo."
    )
    assert "9.4 to 98.7% of those who chose Castillo may have answered “Nothing stands out”" in told
    # Where no range says anything, none is a key number.
    assert (
        "may have answered"
        not in show.crossing.answer(view, cross, leads, said.assign(low=0.0, high=1.0)).text
    )
    # A conditional answer is a share of those who gave the one that it follows up: here all that was printed of them.
    sure = estimates.cross_table(cpi, "vote_certainty", "vote_intention", among="interior")
    ends = sure.set_index(["segment", "answer"]).loc[("castillo", "castillo_certain"), ["low", "high"]]
    assert 0.9255 - 1e-6 <= ends["low"] < ends["high"] <= 0.9265 + 1e-6
    items = estimates.cross_table(cpi, "fujimori_positive", "area", "zone")
    shown = show.crossing.answer(view, items, estimates.cross_leads(cpi, "fujimori_positive", "area", "zone"))
    assert shown.text.startswith("Of “")
    refuted = [f(cpi, "castillo_negative:terrorism") for f in (estimates.cross_table, estimates.cross_leads)]
    assert "they contradict one another" in show.crossing.answer(view, *refuted).text
    assert show.crossing.groups_chart(view, *refuted) == view.nothing()


def test_an_answer_that_all_of_a_part_gave_settles_who_was_ahead(tmp_path):
    people = np.array([[50, 2, 0], [60, 2, 0], [2, 40, 0], [3, 70, 0]])
    poll = printed_poll(tmp_path, people)
    leads, cross = estimates.cross_leads(poll, "vote"), estimates.cross_table(poll, "vote")
    assert leads["answer"].iloc[0] == "a"
    assert leads["verdict"].to_list() == ["ahead", "ahead", "behind", "behind"]
    said = show.crossing.answer(show.View(poll), cross, leads).text
    assert said.startswith(
        "Nobody’s tables settle whether a or b was ahead in 4 of 4 groups that it did not publish: in “north · rural” it "
        "was a."
    )
    behind = show.crossing.answer(show.View(poll), cross, leads[leads["verdict"] == "behind"]).text
    assert "“south · rural” it was b." in behind


def test_a_group_left_out_of_the_leads_is_left_out_of_their_drawing(cpi):
    cross, leads = (make(cpi, "vote_intention") for make in (estimates.cross_table, estimates.cross_leads))
    drawing = show.crossing.groups_chart(show.View(cpi), cross, leads[leads["segment"] != "oriente"])
    assert "East" not in drawing.chart.spoken()


def test_every_range_that_a_reader_sees_can_be_downloaded(cpi):
    view = show.View(cpi)
    cross, leads = (make(cpi, "vote_intention") for make in (estimates.cross_table, estimates.cross_leads))
    said = estimates.cross_table(cpi, "fujimori_positive", "vote_intention")
    known = said[said["answer"].ne("") & said["high"].notna()]
    assert len(show.crossing.groups_table(view, cross).numbers) == len(cross) == 8 * 6
    assert len(show.crossing.said_table(view, said).numbers) == len(known) == 10 * 5
    assert len(show.crossing.groups_chart(view, cross, leads).chart.numbers) == 2 * len(leads) == 2 * 8


def test_divisions_that_do_not_cross_make_no_groups(cpi, harbour):
    assert estimates.cross_table(
        cpi, "vote_intention", "region", "area"
    ).empty  # each area is within one region
    assert set(estimates.cross_table(cpi, "vote_intention", "area", "zone")["first"]) == {"area"}
    assert estimates.cross_table(harbour, "vote").empty
    shown = show.crossing.answer(
        show.View(harbour), *(f(harbour, "vote") for f in (estimates.cross_table, estimates.cross_leads))
    )
    assert "no group can be bounded" in shown.text


def test_tables_that_contradict_one_another_are_said_to(tmp_path):
    poll = printed_poll(tmp_path, np.array([[50, 2, 5], [60, 2, 5], [2, 40, 5], [3, 70, 5]]))
    file = next(tmp_path.glob("*vote*.csv"))
    lines = file.read_text("utf-8").splitlines()
    place = lines[0].split(",").index("total")
    for number, printed in ((1, "97.0"), (2, "1.0"), (3, "2.0")):  # no mixture of the parts
        cells = lines[number].split(",")
        cells[place] = printed
        lines[number] = ",".join(cells)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    poll = load_poll(tmp_path)
    cross, leads = estimates.cross_table(poll, "vote"), estimates.cross_leads(poll, "vote")
    assert cross["low"].isna().all()
    named = estimates.cross_contradictions(poll, "vote")
    assert len(named) >= 1
    assert set(named["printed"]) <= set(poll.figures["printed"])
    view = show.View(poll)
    assert "contradict one another" in show.crossing.answer(view, cross, leads).text
    assert show.crossing.contradictions_table(view, named).text.startswith("Figures that contradict")
    assert "nan" not in show.crossing.groups_table(view, cross).text


@pytest.mark.parametrize("poll", ["cpi-2021-04", "masculinity-2018"])
def test_the_open_arithmetic_of_unpublished_groups_agrees_with_the_package(poll):
    names = run("10-unpublished-groups", poll=poll)
    assert names["checked"]["inside"].all()
    assert all(names["tighter"])  # a linear programme is never wider than by hand
    if "narrower" in names:
        assert names["narrower"].all()


def test_the_open_arithmetic_of_known_weights_agrees_with_the_package():
    names = run("09-known-weights", poll="masculinity-2018", known="masculinity-2018", language="es")
    by_hand, package = names["narrowing"].iloc[-1], names["package"]
    own = names["held"].set_index("segment").loc[by_hand["segment"]]
    assert by_hand["low"] <= own["low"] + 1e-7
    assert own["high"] <= by_hand["high"] + 1e-7
    assert (package <= names["by_hand"]["masculinity-2018"]).all()
    missed = names["left_out"].query("people == 'answered' and allowed == 0").set_index("segment")
    truth = names["held"].set_index("segment")["weight"]
    assert ((truth < missed["low"]) | (truth > missed["high"])).sum() == 3


def test_a_question_of_which_nothing_is_said_does_not_tell_of_itself(tmp_path):
    rows = {(f"level_{n}", "no_opinion"): {"total": str(20 * n)} for n in (1, 4)}
    assert estimates.telling_question(write_poll(tmp_path / "p", {"q": rows}, n=500, decimals=0), "q") == ""


SIDES = [("shore", "total", ("coast", "hills")), ("size", "total", ("town", "land"))]


def test_where_one_answer_of_the_whole_is_known_nobody_leads(tmp_path):
    parts = {"coast": "60", "hills": "40", "town": "50", "land": "50"}
    rows = {
        "yes": parts | {"total": "50"},
        "no": {part: str(100 - int(share)) for part, share in parts.items()},
    }
    poll = write_poll(tmp_path / "p", {"q": rows}, n=500, decimals=0, partitions=SIDES)
    assert len(estimates.cross_table(poll, "q")) == 12  # the size of each group, and its answers
    assert estimates.cross_leads(poll, "q").empty


def test_a_table_that_leaves_answers_out_contradicts_nothing_and_may_say_nothing(tmp_path):
    rows = {
        "yes": {"total": "41", "coast": "30", "hills": "50", "town": "44", "land": "38"},
        "no": {"total": "30", "coast": "30", "hills": "30", "town": "30", "land": "30"},
    }
    poll = write_poll(tmp_path / "p", {"q": rows}, n=500, decimals=0, partitions=SIDES)
    cross, leads = estimates.cross_table(poll, "q"), estimates.cross_leads(poll, "q")
    said = show.crossing.answer(show.View(poll), cross, leads).text
    assert said.startswith(
        "Of 4 groups that Nobody did not publish, such as “hills · land”, its tables say nothing"
    )
