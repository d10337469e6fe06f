"""The card that a notebook shows for a poll."""

from collections.abc import Iterable
from html import escape

from analysis.polls.model import Poll

__all__ = ["poll_card"]


def poll_card(poll: Poll) -> str:
    """Write a poll as a small table: who, when, how many, and what can be asked of it by which id."""
    n = "not published" if poll.sheet.n is None else f"{poll.sheet.n:,}"
    rows = [
        ("Poll", f"<code>{escape(poll.id)}</code>: {escape(poll.source.title_en)}"),
        ("Pollster", escape(poll.sheet.short_name)),
        ("Fieldwork", " to ".join(map(str, poll.sheet.fieldwork)) if poll.sheet.is_dated else "not known"),
        ("Interviews", n),
        ("Questions", _names((question.id, question.name_en) for question in poll.questions)),
        ("Segments", _names((segment.id, segment.label_en) for segment in poll.segments)),
        ("Partitions", _names((one.id, ", ".join(one.parts)) for one in poll.segments.partitions)),
    ]
    body = "".join(f'<tr><th scope="row">{name}</th><td>{text}</td></tr>' for name, text in rows)
    return f'<table class="pt-card">{body}</table>'


def _names(pairs: Iterable[tuple[str, str]]) -> str:
    """Write ids with what each stands for, the first thirty of them."""
    every = list(pairs)
    shown = [f"<code>{escape(name)}</code> {escape(label)}" for name, label in every[:30]]
    more = [f"and {len(every) - 30} more"] if len(every) > 30 else []
    return "<br>".join([*shown, *more])
