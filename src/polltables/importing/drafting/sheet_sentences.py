"""What running text says of a poll: interviews, pollster, margin of error, and how it was made."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from polltables.importing.drafting.draft import Draft
from polltables.importing.drafting.sheet_items import SAMPLE, SheetItems, in_digits, percentage_of
from polltables.importing.page import clean
from polltables.importing.recognition.figures import NUMBER
from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.titles import is_filter

__all__ = ["LABELS", "find_level", "find_methods", "find_phrases"]

_POLLSTER = (
    re.compile(r"\b(?:conducted|fielded|carried out|realisee?|realizad[oa]|durchgefuhrt) (?:by|par|por|von) "
               r"(?:the |el |la |l.)?(?P<name>\S.{1,40}?)(?=[,.;]? (?:between|from|on|in|for|with|among|entre|"
               r"del?|du|en|em|para|pour|aupres|vom|fur)\b|[,.;]|$)"),
    re.compile(r"(?:etude|sondage|enquete|barometre|encuesta|estudio|poll|survey) (?:by |de |d')?"
               r"(?P<name>(?!(?:d.)?(?:intention|opinion))\S(?:[^.]|\.(?! )){1,40}?) "
               r"(?:realisee?|realizad[oa]|conducted|pour|para|for)\b"),
    re.compile(r"^(?:the )?(?:(?:19|20)\d\d )?(?P<name>\S.{1,50}?) (?:poll|survey|omnibus)\b"),
    re.compile(r"^(?P<name>\S.{2,40}?)[ ,–-]+wave \d+"),
    re.compile(r"(?:^|[.;»] )(?P<name>\S.{1,40}?) (?:a realise|realizo|conducted|carried out) "
               r"(?:cette|ce|esta|este|this|the) (?:etude|enquete|sondage|encuesta|estudio|poll|survey)\b"),
    re.compile(r"^(?P<name>(?:\S+ ){1,4}(?:research|polling|opinion)(?: (?:cent(?:er|re)|group|institute|inc|ltd)\.?)?)$"),
)  # fmt: skip
_MARGIN = re.compile(
    rf"(?:margin of (?:sampling )?error|margen (?:maximo )?de error|marge d'erreur|margem de erro|fehlertoleranz|margine "
    rf"d'errore)[^.\d±+]{{0,60}}"
    rf"(?P<n>(?:±|\+/-|\+-)? ?(?:{NUMBER})) ?(?:%|percent|pp|point|puntos|punti)"
)
# What sentences of running text say of how a poll was made, by the line of a sheet that would say it.
_METHODS = (
    ("target_group", "Population", r"repr[ae]sentati\w* (of|for|d[eou]s?|del|da|der|fur)\b|representati\w* nationa"),
    ("sampling", "Sampling", r"methode des quotas|par quotas|\bquotas? (sampl|control|method|were|are)|quotenverfahren|"
     r"cuotas|(random|probability)[\w, -]{0,30} (sampl|panel|digit)|random(ly)? (select|drawn|dial|generat)|sample matching|"
     r"(muestreo|muestra|amostra(gem)?) [\w, ]{0,30}(probabil|aleator|estratific)|seleccion\w* aleator|zufallsa"),
    ("technique", "Survey mode", r"\bc[aw][wpt]i\b|auto-?administre|"
     r"(interview|interrog|conduct|survey|poll|complet|realis|realiz|recueil|collect|befrag|entrevist|encuest)\w*\b.{0,60}"
     r"\b(online|(tele)?phone|via the internet|en ligne|par internet|face.to.face|cara a cara|telefoni\w+|presencial\w*)\b"),
    ("weighting", "Weighting", r"\b(was|were|are|is|been) (then )?weighted|\bweighted (to|by|using)\b|redress(e|ement)|"
     r"\bponderad[oa]s? (por|segun|de)|factores de ponderacion|gewichtet|ponderat[oaie] "),
    ("funding", "Commissioned by", r"^(etude|sondage|enquete|barometre|poll|survey|encuesta|estudio)\b.{0,60} "
     r"(pour|for|para) (?!(le |la |l.|the |el )?(president|election|gob|alcald|sen|congr))\w"),
)  # fmt: skip
_ABOUT_ERROR = re.compile(r"interval|marge|margin|margen|error")  # explains samples of any kind
_NAME = re.compile(r"(?![a-zà-ÿ])\w[^:]*(?<! The)(?<! This)(?<! Our)")
_CALLED = {_POLLSTER[2], _POLLSTER[-1]}  # patterns of a name alone, of which every word has a capital
_WORD = re.compile(r"[^a-zà-ÿ]|(of|the|for|and|in|on|at|d[aeiou]s?|del|la|le|les|y|e|et|und)$")
_MOST_WORDS = 6
_SENTENCE = (20, 500)  # letters
_LEVEL = re.compile(r"confi(?:an|den|abil)|konfiden|vertrauens|신뢰")
LABELS = {
    "pollster": "Pollster",
    "sample_size": "Sample size",
    "fieldwork": "Fieldwork",
    "margin_of_error": "Margin of error",
}


def find_phrases(draft: Draft, items: SheetItems, texts: Sequence[str], base: str) -> None:
    """Find in running text what no line of a sheet says: interviews, pollster, margin of error."""
    how_many, who = "How many interviews were made?", "Who made the poll?"
    for name, patterns, question, otherwise, because in (
        ("sample_size", SAMPLE, how_many, base, "the base that tables print for the whole sample"),
        ("pollster", _POLLSTER, who, "?", "the file does not say; type it, or give --pollster NAME"),
        ("margin_of_error", (_MARGIN,), "", "", ""),
    ):
        if name in items.by_id:
            continue
        # Interviews of one question are those of the poll only where nothing else tells.
        ways = [[text for text in texts if is_filter(folded(text)) == later] for later in (False, True)]
        found = chain.from_iterable(_phrases(patterns, way) for way in ways)
        value, text = next(found, (otherwise, ""))
        if name == "margin_of_error" and not percentage_of(value, name):
            continue  # the level of a table of margins
        if text:
            question, because = f"What is the {name.replace('_', ' ')}?", f"read in {text[:200]!r}"
        if value:
            items.add(LABELS[name], value, known=name)
        elif name == "sample_size":
            value, because = "not settled", "the file does not say; type it, or give --sample-size N"
        if value:
            draft.ask(f"sheet item {name}", question, value, because)


def find_level(items: SheetItems, texts: Sequence[str], mark: str) -> None:
    """Find the confidence level beside the margin of error that it belongs to, where no line of its own says it."""
    margin = items.by_id.get("margin_of_error")
    if margin is None or "confidence_level" in items.by_id:
        return
    for text in [margin["printed"], *(text for text in texts if _MARGIN.search(folded(text)))]:
        level = percentage_of(text, "confidence_level")
        if level and float(level) > 60 and _LEVEL.search(folded(f"{margin['label']} {text}")):
            items.add(margin["label"], f"{level.replace('.', mark)}%", known="confidence_level")
            return


def find_methods(items: SheetItems, lines: Sequence[str]) -> None:
    """Take the first sentence of running text that says how the poll was made, where no line of a sheet does."""
    paragraphs: list[str] = []
    for line in lines:
        if paragraphs and line[:1].islower():
            paragraphs[-1] += f" {line}"
        else:
            paragraphs.append(line)
    sentences = [
        one
        for text in paragraphs
        for one in re.split(r"(?<=[.;])\s+(?=[^\W\d_])", clean(text).lstrip("•▪■●*- "))
    ]
    told = [one for one in sentences if _SENTENCE[0] < len(one) < _SENTENCE[1] and "?" not in one]
    for name, label, pattern in _METHODS:
        known = {name, "universe"} if name == "target_group" else {name}
        found = (
            one for one in told if re.search(pattern, plain := folded(one)) and not _ABOUT_ERROR.search(plain)
        )
        if not known & items.by_id.keys() and (sentence := next(found, "")):
            items.add(label, sentence, known=name)


def _is_name(text: str) -> bool:
    """Say whether a text is a name and no beginning of a sentence: a few words, all with capitals, and no day."""
    words = text.split()
    return len(words) <= _MOST_WORDS and all(map(_WORD.match, words)) and not re.search(r"\d{4}", text)


def _phrases(patterns: Sequence[re.Pattern[str]], texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Go through what patterns find, with the text around it, as printed where folding keeps the length of the text."""
    for pattern in patterns:
        for text in texts:
            plain = in_digits(folded(text)) if pattern in SAMPLE else folded(text)
            if match := pattern.search(plain):
                group = "n" if "n" in pattern.groupindex else "name"
                start, end = match.span(group)
                value = text[start:end] if len(plain) == len(text) else match[group]
                if group == "n":
                    told = int(re.sub(r"\D", "", value) or 0) > 0
                else:
                    told = bool(_NAME.fullmatch(value)) and (pattern not in _CALLED or _is_name(value))
                if told:
                    yield value.strip(), text
