"""The controls of a page: at every setting it states what the notebook would with those parameters."""

import base64
import itertools
import json
import pickle
import re
import zlib
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.image import imread
from matplotlib.text import Text
from notebook_cells import NOTEBOOKS, run_and_show

from analysis import Options, estimates, load_poll, show
from analysis.show.display import note, paragraph
from analysis.show.view import SETTINGS_VARIABLE
from polltables.rendering.settings import Lookups

VOID = {"path", "rect", "use", "br"}


class Tree(HTMLParser):
    """The elements of some markup, each a tag, its attributes, and what it holds."""

    def __init__(self, markup):
        super().__init__()
        self.root = ["", {}, []]
        self.open = [self.root]
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        element = [tag, {name: value or "" for name, value in attrs}, []]
        self.open[-1][2].append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.open[-1][2].append([tag, dict(attrs), []])

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.open.pop()

    def handle_data(self, data):
        inside = self.open[-1][2]
        if inside and isinstance(inside[-1], str):
            inside[-1] += data
        else:
            inside.append(data)


def looked_up(markup, lookups, setting):
    """What the page shows at a setting, by its lookups, as the script puts it in."""
    found = json.loads(zlib.decompress(base64.b64decode(lookups.packed()), -15))

    def put(element):
        tag, attributes, inside = element
        attributes = dict(attributes)
        if "data-text" in attributes:
            inside = [found["texts"][int(attributes.pop("data-text"))][setting]]
        if "data-whole" in attributes:
            return Tree(found["texts"][int(attributes["data-whole"])][setting]).root[2]
        if "data-tag" in attributes:
            changing = found["tags"][int(attributes.pop("data-tag"))]
            attributes |= {
                name: "".join(part if isinstance(part, str) else part[setting] for part in parts)
                for name, parts in changing.items()
            }
            attributes = {name: value for name, value in attributes.items() if value or name not in changing}
        if "data-order" in attributes:
            inside = [inside[place] for place in found["orders"][int(attributes.pop("data-order"))][setting]]
            for row in inside:
                row[1].pop("hidden", None)
        together = []
        for child in inside:
            for one in [child] if isinstance(child, str) else put(child):
                if isinstance(one, str) and together and isinstance(together[-1], str):
                    together[-1] += one
                elif one != "":
                    together.append(one)
        is_wrapped = tag in {"span", "tspan"} and not attributes
        return together if is_wrapped else [[tag, attributes, together]]

    return put(Tree(markup).root)[0]


def alike(variants):
    lookups = Lookups(own=0)
    marked = lookups.followed(variants[0], variants)
    for setting, variant in enumerate(variants):
        assert looked_up(marked, lookups, setting) == looked_up(variant, Lookups(own=0), 0)
    return marked


labels = st.sampled_from(["Lima", "Interior", "Costa & Sierra", "A &lt;b&gt;"])
cells = st.sampled_from(["1.0 to 2.0", "3.5", "higher", "", "&amp; more"])
rows = st.lists(st.tuples(labels, cells, st.sampled_from(["", "few"])), max_size=5)


def table(body):
    written = "".join(
        f'<tr><th scope="row">{label}</th><td class="pt-{looks}">{text}</td></tr>'
        for label, text, looks in body
    )
    return f"<div><p>{len(body)} rows</p><table><tbody>{written}</tbody></table></div>"


@settings(max_examples=150)
@given(st.lists(rows, min_size=2, max_size=4))
def test_rows_may_come_go_and_change_places(bodies):
    alike([table(body) for body in bodies])


def test_what_does_not_change_is_not_marked():
    assert alike(["<p>35.5% <b>of all</b></p>"] * 3) == "<p>35.5% <b>of all</b></p>"


def test_a_piece_made_with_other_options_than_its_page_follows_nothing():
    lookups = Lookups(own=1)
    assert lookups.followed("<p>2</p>", ["<p>1</p>", "<p>3</p>"]) == "<p>2</p>"
    assert not lookups


def test_another_sentence_is_looked_up_whole():
    alike(["<p>5 of 40</p>", "<p>nothing <b>can</b> be said</p>", "<p>5 of 40</p>"])


def test_what_was_added_to_the_lookups_of_a_page_can_be_added_anew():
    lookups = Lookups(own=0)
    lookups.followed("<p>1</p>", ["<p>1</p>", "<p>2</p>"])
    page = lookups.packed()

    def added(packed):
        more = Lookups.resumed(packed, own=0)
        return more.followed("<p>3</p>", ["<p>3</p>", "<p>4</p>"]), more.packed()

    marked, packed = added(page)
    assert marked == '<p data-text="1">3</p>'
    assert added(packed) == (marked, packed)


def test_the_same_is_shown_once_and_what_differs_at_some_setting_twice():
    one, other = paragraph("One."), paragraph("Other.")
    assert one + one == one
    assert one + replace(one, variants=(one.html, one.html)) == one
    assert (one + other + one).text == "One.\n\nOther.\n\nOne."
    differing = replace(one, variants=(one.html, other.html))
    assert (one + differing).variants == (one.html * 2, one.html + other.html)
    assert (differing + differing).variants == (one.html * 2, other.html * 2)


def texts(html):
    """The words and numbers of some markup; a drawing says its own in the text that stands for it."""
    html = re.sub(r'<(svg|style)\b.*?</\1>|<p class="pt-save">.*?</p>', "", html, flags=re.DOTALL)
    return [" ".join(unescape(part).split()) for part in re.split(r"<[^>]*>", html) if part.strip()]


FOLLOWING = [path.stem for path in NOTEBOOKS if "design_effect: float" in path.read_text("utf-8")]


@pytest.mark.parametrize(
    ("stem", "chosen"),
    [*((stem, {}) for stem in FOLLOWING), ("03-segment-comparisons", {"question": "fujimori_positive"})],
)
def test_at_other_settings_a_page_states_what_the_notebook_gives_for_those_parameters(
    stem, chosen, monkeypatch, capsys
):
    """Three settings of the page as it is committed; `make verify` compares every page at all of them."""
    monkeypatch.setenv(SETTINGS_VARIABLE, "1")
    names, shown = run_and_show(stem, **chosen)
    monkeypatch.delenv(SETTINGS_VARIABLE)
    following = [place for place, one in enumerate(shown) if getattr(one, "variants", ())]
    assert len(following) > 1
    assert {len(shown[place].variants) for place in following} == {len(names["view"].settings)} == {27}
    for setting in (0, 13, 26):
        options = names["view"].settings[setting]
        given = {"confidence_level": options.confidence_level, "design_effect": options.effect}
        _, alone = run_and_show(stem, **chosen, **given)
        for place in following:
            html = alone[place]._repr_mimebundle_()["text/html"]
            assert texts(shown[place].variants[setting]) == texts(html)
    for place in following:
        alike([re.sub(r'(<p class="pt-save">).*?</p>', r"\1</p>", one) for one in shown[place].variants])


def test_a_table_that_was_stored_is_the_same_and_follows_nothing():
    table = estimates.intervals(load_poll("cpi-2021-04"), "vote_intention")
    stored = pickle.loads(pickle.dumps(table))
    assert stored.equals(table)
    assert stored.attrs["options"] == table.attrs["options"]
    assert estimates.again(table, [Options(0.9)]) is not None
    assert estimates.again(stored, [Options(0.9)]) is None


def test_what_somebody_changed_is_shown_as_it_is_and_follows_nothing(monkeypatch):
    poll = load_poll("cpi-2021-04")
    shares = estimates.intervals(poll, "vote_intention")
    undecided = estimates.compare_segments(poll, "vote_intention", "zone").query("answer == 'undecided'")
    monkeypatch.setenv(SETTINGS_VARIABLE, "1")
    view = show.View(poll)
    changed = [
        undecided.reset_index(drop=True),
        shares.assign(low=0.111),
        shares.set_axis(shares.index + 10_000),
    ]
    assert [view.follow(table) for table in changed] == [None] * 3
    assert view.follow(undecided) is not None
    assert not show.comparisons.differences_table(view, changed[0]).variants
    drawing = show.comparisons.segments_chart(view, shares, ["castillo", "fujimori"])
    assert len(drawing.shown().variants) == 27
    drawing.axes[0].set_title("A title of one’s own")
    assert "A title of one’s own" in drawing._repr_mimebundle_()["text/html"]
    assert "pt-narrow" not in drawing.shown().html
    assert not drawing.shown().variants


def test_a_drawing_made_smaller_stays_readable(cpi):
    """No letters run into others that they did not run into before, and at its first size it is as it was."""

    def overlaps():
        drawing.draw_without_rendering()
        texts = [text for text in drawing.findobj(Text) if text.get_text() and text.get_visible()]
        places = [text.get_window_extent() for text in texts]
        return sum(one.overlaps(other) for one, other in itertools.combinations(places, 2))

    drawing = show.comparisons.segments_chart(
        show.View(cpi), estimates.intervals(cpi, "vote_intention"), ["castillo", "fujimori"]
    )
    size, before, svg = drawing.get_size_inches(), overlaps(), drawing.svg()
    drawing.set_size_inches(3, 2)
    assert overlaps() <= before
    drawing.set_size_inches(*size)
    assert drawing.svg() == svg


def test_a_drawing_that_somebody_saves_has_room_for_its_letters(cpi, tmp_path):
    shares = estimates.intervals(cpi, "vote_intention")
    show.comparisons.segments_chart(show.View(cpi), shares, ["castillo"]).savefig(tmp_path / "own.png")
    assert (imread(tmp_path / "own.png")[:, -1, :3] == 1).all()


def test_days_are_kept_in_one_line_where_a_page_breaks_lines(cpi):
    for shown in (show.View(cpi).sentence("{pollster}, {fieldwork}"), paragraph("a – b, 1–2 May")):
        assert re.search(r'<span class="pt-days">\d+–\d+</span>', shown.html)
        assert "<" not in shown.text
    assert note("<18–21 April>") == (
        '<p class="pt-note">&lt;<span class="pt-days">18–21</span> April&gt;</p>'
    )


def test_what_is_said_of_a_table_holds_at_the_options_it_was_made_with(monkeypatch):
    poll, options = load_poll("cpi-2021-04"), Options(0.5, 1)
    shares = estimates.intervals(poll, "vote_intention", options)
    compared = estimates.compare_segments(poll, "vote_intention", options=options)
    monkeypatch.setenv(SETTINGS_VARIABLE, "1")
    view = show.View(poll)
    drawing = show.comparisons.segments_chart(view, shares, ["castillo"])
    assert drawing.chart.axis.endswith("50% intervals")
    assert not drawing.shown().variants
    assert "50% confidence, design effect 1." in show.comparisons.differences_table(view, compared).text
