"""What a question is about, as far as that changes how its answers are read: whether they are candidates."""

import re

from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.model import Table
from polltables.importing.recognition.vocabulary import is_answer_word, role_of

__all__ = ["is_undecided", "names_candidates", "topic_of"]

_TOPICS = (
    ("vote_certainty", r"grado de segur|segur(idad|[oa]) (esta )?(de|del|con|en) (su |el )?voto|(que|cuan) tan segur|"
                       r"certainty|how (sure|certain)"),
    ("vote_intention", r"intencion de voto|por quien votar|votaria|vote intent|voting intent|who(m)? would you vote|"
                       r"vote for|"
                       r"intention(s)? de vote|wahlabsicht|sonntagsfrage|intencao de voto|intenzion[ei] di voto|"
                       r"stemintentie"),
    ("approval", r"aprobacion|aprueba|approval|approve"),
)  # fmt: skip
# A vote that was cast is no intention, nor is that for whom they never would.
_NO_INTENTION = (
    r"did you vote|you voted for|(past|recalled) vote|recuerdo de voto|por quien voto\b|em quem .{0,20}votou|"
    r"avez-vous vote|ha votato|gewahlt haben|haben sie .{0,40}gewahlt|"
    r"\b(never|not|nunca|jamas|no|jamais|niemals) (vote|votaria|voteria|votar|voter|wahlen)\b|rechazo|antivoto"
)
_FOR_WHOM = (
    r"\bpor (quien|cual)(es)?\b[^?.]{0,60}\bvot(ari|ar)|\bwhom? (would|will|do) you\b.{0,25}\bvote|"
    r"\b(which|what) (party|candidate)\b.{0,60}\bvote|welche partei\b.{0,40}wahlen|\bem quem\b.{0,30}votaria|"
    r"\bhow would you\b.{0,20}\bvote\b(?!.*\b(mail|post|person|early)\b)|\bwen (wurden|werden|wollen) sie\b.{0,30}wahlen|"
    r"\bpour (qui|quel(le)?s?)\b.{0,40}\bvot(eri?ez|er)|\bper (chi|qual[ei])\b.{0,40}\bvot(erebbe|ar)|"
    r"\b(hvilket|hvilken|vilket|op welke?)\b.{0,40}\b(stemme|rosta|stemmen)\b"
)
# Nor is, where nobody is asked for whom, why, how, when or how likely people vote, or who will win.
_OF_OTHER_THINGS = (
    r"(?<!and )\b(why|reasons?|issues?|factors?|important|razon(es)?|motivos?|temas?|problemas?|raisons?|pourquoi|grunde?|"
    r"warum|perche)\b|"
    r"\b(va|van|ira|will|would|going) (a |to )?(win|ganar)\b|\b(ganara|vencera|gagnera|gewinnt|wins)\b|gewinnen wird|"
    r"\b(method|likely(?! voter)|likelihood|probab\w+|chances?|turnout|participa\w+|mind made up)\b|cast (your|their|a) |"
    r"\b((ira|iria|irias|ir|asistira|acudira) a votar|como (va|piensa|planea) .{0,12}votar|"
    r"certain .{0,20}(to|will) vote(?! for))"
)
_UNDECIDED = (
    r"not sure|unsure|(don't|do not|does not) know|\bdk\b|d/k|no (lo )?s(abe|e)\b|\bns\b|\bnsp\b|ne (sait|se prononce)|"
    r"sans opinion|nao sabe|weiss nicht|non sa\b|모름|не знаю|わからない"
)
_REFERENDUM = r"referend|plebiscit|consulta popular|volksabstimmung|ballot (measure|question)|proposition"
# A statement about voting, or a way to do it, is nobody's name.
_VOTING = r"\b(vot(e[sdr]?|ing|ar|are|ara|ado|ato|aria|o|erai)|wahlen|gewahlt)\b(?! (por|for|pour|fur|per))"


def topic_of(title: str) -> str:
    """Name the kind of question that a title asks: `vote_intention`, `vote_certainty`, `approval`; "" for any other."""
    text = folded(title)
    if _is_of_other_things(text):
        return ""
    if re.search(_FOR_WHOM, text):
        return "vote_intention"
    return next((topic for topic, pattern in _TOPICS if re.search(pattern, text)), "")


def _is_of_other_things(text: str) -> bool:
    """Say whether a title asks of a vote that was cast, or of something else than for whom people would vote."""
    asked = re.search(_FOR_WHOM, text)
    return bool(re.search(_NO_INTENTION, text) or (not asked and re.search(_OF_OTHER_THINGS, text)))


def names_candidates(table: Table, title: str) -> bool:
    """Say whether the answers of a table are candidates: the title asks for whom, or names stand beside blank ballots."""
    text, topic = folded(title), topic_of(title)
    roles = [row.role or role_of(row.label) for row in table.rows]
    named = [row.label for row, role in zip(table.rows, roles, strict=True) if not role]
    if topic == "vote_certainty":
        return bool(table.given)
    if 2 * sum(map(is_answer_word, named)) > len(named) and not re.search(_REFERENDUM, text):
        return False  # as how glad somebody is of a vote
    if topic or _is_of_other_things(text):
        return topic == "vote_intention"
    beside = {"blank_null", "will_not_vote"} & set(roles)
    return text == "vote" or (bool(beside) and not any(map(_is_statement, named)))


def _is_statement(label: str) -> bool:
    """Say whether a label speaks of voting, or is a phrase without a name in it."""
    _, *later = re.findall(r"[^\W\d_]{4,}", label) or [""]
    return bool(re.search(_VOTING, folded(label))) or (len(later) > 1 and all(map(str.islower, later)))


def is_undecided(label: str) -> bool:
    """Say whether people of this label may not know for whom they will vote, where nobody else is called undecided."""
    return bool(re.search(_UNDECIDED, folded(label)))
