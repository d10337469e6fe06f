"""The header of a run of figures: which lines above it name its columns, and what stands over several of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from polltables.importing.layout.heads import (
    WHOLE,
    Heading,
    headings_over,
    leaf_labels,
    lines_of_names,
    names_of_each,
    names_on,
)
from polltables.importing.layout.labels import TIGHT, pitch_of
from polltables.importing.layout.ruled import Rules
from polltables.importing.layout.runs import Column, Run
from polltables.importing.layout.words import TextLine, Word, phrases_of, text_of
from polltables.importing.recognition.families import family_of, is_segment_word, is_whole
from polltables.importing.recognition.sheet_words import sheet_id
from polltables.importing.recognition.titles import is_note, is_question
from polltables.importing.recognition.vocabulary import is_count_unit, is_percent_unit

__all__ = ["Header", "header_of"]

_MOST_HEADER_LINES = 10
_MOST = 0.55
_NEAR = 0.4  # of the size; lines of one name stand nearer
_LONG = 60  # letters of a phrase that names no column
_SPACED = 0.36  # of the size; a wider gap may part names that stand close to one another
_OPEN = re.compile(
    r"(?<![–-])[,/&–-]$|^(a|and|bis|de|e|et|o|of|oder|or|ou|than|to|und|y)$"
)  # at the end of a line


@dataclass(slots=True)
class Header:
    """Names of columns, headings over them, and the lines that hold both; `before` are lines that name rows."""

    labels: list[list[Word]]
    levels: list[list[Heading]]
    stub: list[Word]
    lines: list[int]
    turned: list[Word]
    before: list[int]


def header_of(
    run: Run, lines: Sequence[TextLine], turned: Sequence[Word], rules: Rules, floor: int
) -> Header | None:
    """Find the names of the columns over a run."""
    ends = [word.x1 for _, row in run.rows for word in row.label]
    # Labels end and names of columns begin here.
    boundary = (
        (min(max(ends), run.left) + run.left) / 2 if ends else run.left - run.rows[0][1].figures[0].size
    )
    top = lines[run.first].top
    ceiling = lines[floor - 1].bottom if floor else 0.0
    upright = [w for w in turned if ceiling <= w.top and w.bottom <= top + 2 and w.x1 > boundary]
    collected, before = _lines_above(run, lines, rules, floor, boundary, upright)
    naming = [names_on(run, lines[at], boundary) for at in collected]
    stub = [w for at, names in zip(collected, naming, strict=True) for w in lines[at].words if w not in names]
    bands = _bands([TextLine(words) for words in naming if words])
    named = [list(band.words) for band in bands]
    labels: list[list[Word]] | None
    if upright:
        leaf, labels = 0, [[] for _ in run.columns]
        for word in sorted(upright, key=lambda one: one.order):
            if (place := _under(run.columns, word.middle)) is not None:
                labels[place].append(word)
    else:
        leaf, labels = _leaf(run, named)
    if labels is None or not any(labels):
        return None
    levels = _levels(run, labels, named[: len(named) - leaf], bands, rules, top)
    if levels is None or sum(map(bool, labels)) < 0.6 * len(labels):
        return None
    return Header(labels, levels, stub, collected, upright, before)


def _under(columns: Sequence[Column], middle: float) -> int | None:
    """Return the column whose name may stand there: nearer to it than halfway to the next."""
    middles = [column.middle for column in columns]
    at = min(range(len(middles)), key=lambda one: abs(middles[one] - middle))
    near = min((abs(middles[at] - other) for other in middles if other != middles[at]), default=60.0)
    return at if abs(middles[at] - middle) < 0.5 * near else None


def _lines_above(
    run: Run, lines: Sequence[TextLine], rules: Rules, floor: int, boundary: float, upright: Sequence[Word]
) -> tuple[list[int], list[int]]:
    """Collect the lines that name columns, from the uppermost, and those between them and the figures that name rows.

    Running text and titles end them.
    """
    collected: list[int] = []
    before: list[int] = []
    below = min([lines[run.first].top, *(word.top for word in upright)])
    lowest = max((word.bottom for word in upright), default=0.0)
    for at in range(run.first - 1, max(floor, run.first - 1 - _MOST_HEADER_LINES) - 1, -1):
        line = lines[at]
        # What ends before the figures begin names rows, however long it is.
        ends = line.words[-1].x1 < run.left - 0.3 * line.size
        names = not ends and bool(names_on(run, line, boundary))
        if upright and (line.top > below or not (names or collected)):
            # Beside turned names stands their corner, and beneath them what names rows.
            if line.top > lowest - 2:
                before.insert(0, at)
            elif line.top > below and any(word.x1 > boundary for word in line.words):
                collected.insert(0, at)
            continue
        gap = below - line.bottom
        units = all(map(_is_unit, (word.text for one in collected for word in lines[one].words)))
        ruled = not units and rules.wide(run.columns, line.bottom - 2, below + 1)
        far = gap > (1.0 if not names else 2.0 if collected else 3.2) * line.size
        if ruled or far or (_runs_on(run, line, boundary) and (collected or not ends)):
            break
        (collected if names or collected else before).insert(0, at)
        below = line.top
    return collected, before


def _is_unit(text: str) -> bool:
    return is_percent_unit(text) or is_count_unit(text)


def _bands(lines: Sequence[TextLine]) -> list[TextLine]:
    """Put lines that overlap in height into one, since some names break over lines and others beside them do not."""
    bands: list[list[list[Word]]] = []
    bottom = 0.0
    for line in lines:
        pieces = phrases_of(line.words, _SPACED)
        if not bands or line.top > bottom - 0.25 * line.size:
            bands.append(pieces)
            bottom = line.bottom
            continue
        for piece in pieces:
            x0, x1 = piece[0].x0, piece[-1].x1
            over = [one for one in bands[-1] if one[0].x0 < x1 and one[-1].x1 > x0]
            every = [word for one in (*over, piece) for word in one]
            merged = Word(text_of(every), min(w.x0 for w in every), max(w.x1 for w in every), min(w.top for w in every),
                          max(w.bottom for w in every), every[0].size, every[0].bold)  # fmt: skip
            bands[-1] = [*(one for one in bands[-1] if one not in over), [merged] if over else piece]
        bottom = max(bottom, line.bottom)
    return [TextLine(sorted((w for one in band for w in one), key=lambda w: w.x0)) for band in bands]


def _runs_on(run: Run, line: TextLine, boundary: float) -> bool:
    """Say whether a line is running text or a title, and no row of names."""
    phrases = phrases_of(line.words)
    if _names_most(run, phrases_of(line.words, _SPACED)):
        return False
    told = len(phrases) == 2 != len(run.columns) + 1  # a label and what it says, unless that is the only name
    if told and sheet_id(text_of(phrases[0])):
        return True
    for phrase in phrases:
        x0, x1, size, text = phrase[0].x0, phrase[-1].x1, phrase[0].size, text_of(phrase)
        asks = is_question(text) and len(text) > 12 and len(phrases) == 1  # not beside names of columns
        into = run.columns[0].middle if len(phrases) == 1 else run.columns[0].x1 + size
        into = run.left if len(phrases) == 1 and (is_note(text) or len(run.columns) > 1) else into
        crowded = len(phrases) == 1 and len(phrase) > 2 * len(run.columns) + 2  # more words than names have
        crosses = x0 < boundary - (1 if crowded else 3) * size and x1 > into
        beyond = x1 > run.columns[-1].x1 + 12 * size
        if crosses or beyond or len(text) > _LONG or asks:
            return True
    return False


def _leaf(run: Run, named: list[list[Word]]) -> tuple[int, list[list[Word]] | None]:
    """Find how many of the lowest lines name the columns themselves, and give each column its words.

    What stands on the uppermost of them beside such a name, over columns that have theirs, stays there as headings.
    """
    labels: list[list[Word]] = [[] for _ in run.columns]
    lines: list[list[Word]] = []
    # What stands under a line of names for all of the columns goes on with these, wherever they are set.
    every = [at for at, words in enumerate(named) if names_of_each(run.columns, words)]
    if every and (found := leaf_labels(run.columns, named[every[-1] :])):
        lines, labels = named[every[-1] :], found
    for count, words in enumerate(reversed(named[: len(named) - len(lines)]), start=len(lines)):
        phrases = phrases_of(words)
        unnamed = [column.middle for column, label in zip(run.columns, labels, strict=True) if not label]
        own = [p for p in phrases if any(p[0].x0 - 2 <= middle <= p[-1].x1 + 2 for middle in unnamed)]
        own = [p for p in phrases if p in own or (own and _stands_alone(run, labels, p))]
        if not lines or (not own and _names_most(run, phrases)):
            own = phrases
        if phrases and not own:
            return count, labels
        if own:
            lines.insert(0, [word for phrase in own for word in phrase])
            found = leaf_labels(run.columns, lines)
            if found is None:
                return 0, None
            labels = found
        if len(own) < len(phrases):
            named[-count - 1] = [word for phrase in phrases if phrase not in own for word in phrase]
            return count, labels
    return len(named), labels


def _stands_alone(run: Run, labels: Sequence[list[Word]], phrase: Sequence[Word]) -> bool:
    """Say whether a phrase stands over a column whose neighbours have no names yet: it begins that of the column."""
    at = _under(run.columns, (phrase[0].x0 + phrase[-1].x1) / 2)
    return at is not None and not any((*labels[max(at - 1, 0) : at], *labels[at + 1 : at + 2]))


def _without_beginnings(
    run: Run, labels: list[list[Word]], words: Sequence[Word], levels: Sequence[Sequence[Heading]]
) -> list[Word]:
    """Put phrases at the names that they begin: they end open, or these go on in small letters as no other does."""
    kept: list[Word] = []
    capitals = any(label and label[0].text[0].isupper() for label in labels)
    boxes = _boxes(labels, run.columns)
    for phrase in phrases_of(words):
        at = _under(boxes, (phrase[0].x0 + phrase[-1].x1) / 2)
        headed = (
            any(one.first <= at <= one.last for level in levels for one in level) if at is not None else True
        )
        own = labels[at] if at is not None and not headed else []
        if own and (_OPEN.search(phrase[-1].text) or (capitals and own[0].text[0].islower())):
            own[:0] = phrase
        else:
            kept += phrase
    return kept


def _boxes(labels: Sequence[list[Word]], columns: Sequence[Column]) -> list[Column]:
    """Return where names stand, or where columns without one do."""
    return [
        Column(min(word.x0 for word in own), max(word.x1 for word in own)) if own else column
        for own, column in zip(labels, columns, strict=True)
    ]


def _names_most(run: Run, phrases: Sequence[Sequence[Word]]) -> bool:
    """Say whether most columns have a phrase over them, since names break over lines."""
    places = {_under(run.columns, (phrase[0].x0 + phrase[-1].x1) / 2) for phrase in phrases}
    most = len(phrases) >= _MOST * len(run.columns) and len(run.columns) > 2
    return most and None not in places and len(places) == len(phrases)


def _levels(
    run: Run,
    labels: list[list[Word]],
    upper: Sequence[list[Word]],
    bands: Sequence[TextLine],
    rules: Rules,
    top: float,
) -> list[list[Heading]] | None:
    """Give each line over the names the columns that its phrases span; one over a single column belongs to its name."""
    columns = [
        Column(min([c.x0, *(w.x0 for w in label)]), max([c.x1, *(w.x1 for w in label)]))
        for c, label in zip(run.columns, labels, strict=True)
    ]
    texts = [text_of(label).partition("(")[0].strip() for label in labels]  # without their interviews
    groups = [
        WHOLE if is_whole(text) else family_of(text) or "place" * is_segment_word(text) for text in texts
    ]
    wholes = [group == WHOLE for group in groups]
    names = [
        Column(own[0].x0, own[-1].x1) if own else column for own, column in zip(labels, columns, strict=True)
    ]
    levels: list[list[Heading]] = []
    lower = (
        bands[len(upper)].top
        if len(upper) < len(bands)
        else min([top, *(w.top for own in labels for w in own)])
    )
    for words, band in reversed([*zip(upper, bands, strict=False)]):
        rest = _without_beginnings(run, labels, words, levels)
        begun, words = len(rest) < len(words), rest  # a line that begins one name begins others
        spans = rules.between(band.bottom - 3, lower + 3)
        below, lower = lower, band.top
        headings = headings_over(columns, names, words, spans, groups) if words else []
        gap, size = below - band.bottom, words[0].size if words else 0.0
        families = [{*groups[one.first : one.last + 1]} for one in headings or [] if one.last > one.first]
        told = families and all(
            len(some) == 1 and "" not in some for some in families
        )  # each over one family
        if words and not spans and not told and gap < _NEAR * size and gap < TIGHT * (pitch_of(run) - size):
            boxes = _boxes(labels, columns)
            named = lines_of_names(boxes, words, headings or [], wholes, run.columns, begun=begun)
            headings = named or headings
        if headings is None:
            return None
        wide = []
        for heading in headings:
            own = labels[heading.first]
            name = text_of(own)
            if heading.first == heading.last and not _is_unit(name):
                labels[heading.first] = [*heading.words, *own]
            else:
                wide.append(heading)
        if wide:
            levels.insert(0, wide)
    return levels
