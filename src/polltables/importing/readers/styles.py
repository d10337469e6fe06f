"""What the style sheets of a web page say of its parts, as far as that hides or raises text."""

import re

__all__ = ["HIDDEN", "RAISED", "named_as"]

HIDDEN = re.compile(  # also what only a reader of screens is told: cut off, or far beyond an edge
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:font-size|opacity)\s*:\s*0(?![\d.])|(?:left|top)\s*:\s*-\d{3}|"
    r"clip\s*:\s*rect\((?:[01](?:px)?[\s,]*)+\)|clip-path\s*:\s*inset\((?:50|100)%",
    re.IGNORECASE,
)
RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b|\btop\s*:\s*-", re.IGNORECASE)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")  # of a style sheet
# By a name, or by its place among the cells of a row, as far as those of a table that has a name.
_SELECTED = re.compile(
    r"^\s*(?:\w*([.#][\w-]+)|(?:(?:\w*([.#][\w-]+)|\w+)[\s>]+)?(?:t(?:r|head|body|foot)[\s>]+)*(?:t[dh])?"
    r"(:nth-child\(\d+\)))\s*$"
)


def named_as(style: re.Pattern[str], text: str) -> set[str]:
    """Return the classes and ids that the page's own style sheets hide, or raise, and nowhere set otherwise."""
    sheets = " ".join(re.findall(r"<style\b[^>]*>(.*?)</style", text, re.DOTALL | re.IGNORECASE))
    found: set[str] = set()
    others: set[str] = set()
    for rule in _RULE.finditer(
        re.sub(r"@media[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|/\*.*?\*/", "", sheets, flags=re.DOTALL)
    ):
        if style.search(rule[2]):
            found |= {"".join(name) for one in rule[1].split(",") for name in _SELECTED.findall(one)}
        elif re.search(r"\b(display|visibility|vertical-align)\s*:", rule[2]):
            others |= set(re.findall(r"[.#][\w-]+", rule[1]))
    return found - others
