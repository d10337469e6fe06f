"""The words by which pollsters name things, in Spanish and English, and ids made from printed labels."""

import re
import unicodedata
from collections.abc import Collection

__all__ = [
    "SHEET_LABELS",
    "TOPICS",
    "folded",
    "free_id",
    "identifier",
    "is_base_label",
    "role_of",
    "sheet_id",
]


def folded(text: str) -> str:
    """Take accents, case and runs of blanks out of a text, so that printed variants of a word compare equal.

    Examples
    --------
    >>> folded("Tamaño de la  MUESTRA")
    'tamano de la muestra'

    Words are compared in this form and printed in their own.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(character for character in plain if not unicodedata.combining(character)).split())


_SMALL_WORDS = {
    "a", "al", "and", "at", "but", "by", "con", "da", "de", "del", "do", "dos", "e", "el", "en", "es", "for", "from", "in",
    "la", "las", "le", "lo", "los", "of", "on", "or", "para", "pais", "peru", "por", "que", "se", "su", "the", "to", "u",
    "un", "una", "with", "y",
}  # fmt: skip


def identifier(text: str, words: int = 5) -> str:
    """Make an id of a printed label from its first telling words.

    Examples
    --------
    >>> identifier("Costa y Sierra Norte"), identifier("Interior del País"), identifier("18–34")
    ('costa_sierra_norte', 'interior', 'from_18_34')

    The id is proposed; any other does as well.
    """
    found = re.findall(r"[a-z0-9]+", folded(text))
    telling = [word for word in found if word not in _SMALL_WORDS] or found
    name = "_".join(telling[:words])[:60].strip("_")
    if not name:
        return "unnamed"
    return name if name[0].isalpha() else f"from_{name}"


def free_id(wanted: str, taken: Collection[str]) -> str:
    """Return the id, with a number behind it if it is taken.

    Examples
    --------
    >>> free_id("other", {"other", "other_2"})
    'other_3'

    Ids are unique in their list.
    """
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


# The lines of a technical sheet, by what their folded label begins with or holds. The first that fits counts.
SHEET_LABELS = (
    ("pollster", r"nombre de la (empresa )?encuestador|encuestadora|empresa( |$)|realizad[oa] por|polling (company|firm)"
                 r"|pollster|by$|conducted by|fielded by|survey (company|house)|publisher"),
    ("registration", r"registro|registration"),
    ("funding", r"financia|financiacion|contratante|cliente|funding|funded by|commissioned|sponsor|client"),
    ("objective", r"objetivo|objective|purpose"),
    ("sample_size", r"tamano (de la )?muestra|tamano muestral|muestra( total| efectiva)?( \(n\))?$|n$|"
                    r"numero de "
                    r"(entrevistas|encuestas|casos)|entrevistas|encuestados|sample size|sample$|interviews|respondents|"
                    r"number of (interviews|respondents)"),
    ("margin_of_error", r"margen (de )?error|error (muestral|estadistico)|margin of (sampling )?error|sampling error"),
    ("confidence_level", r"nivel de confianza|confianza|confidence( level)?"),
    ("representativeness", r"representatividad|share of the population"),
    ("universe", r"universo|universe|population size"),
    ("target_group", r"grupo objetivo|poblacion( objetivo| objeto)?$|target (group|population)|population$"),
    ("coverage", r"ambito|cobertura|coverage|geographical"),
    ("fieldwork", r"fechas? de(l)? (campo|trabajo|realizacion|aplicacion)|trabajo de campo|campo$|fieldwork|field dates|"
                  r"dates? of|fechas?$|dates?$"),
    ("sampling", r"(tipo|sistema|metodo|diseno) de(l)? (muestreo|muestra)|muestreo|diseno muestral|sampling( method)?|"
                 r"sample design"),
    ("technique", r"tecnica|metodologia|modalidad|method(ology)?$|technique|mode"),
    ("contact", r"pagina web|web|contacto|e-?mail|website|contact"),
    ("publication", r"fecha de publicacion|publicacion|publication|published"),
)  # fmt: skip


def sheet_id(label: str) -> str | None:
    """Say which line of a technical sheet a label names, if a known one.

    Examples
    --------
    >>> sheet_id("Tamaño de la muestra:"), sheet_id("Margin of error"), sheet_id("Color")
    ('sample_size', 'margin_of_error', None)

    A line that is not known keeps an id made from its label.
    """
    text = folded(label).strip(" :.-*")
    return next((name for name, pattern in SHEET_LABELS if re.match(pattern, text)), None)


# What kind of answer a row is, by what its folded label holds. The first that fits counts.
_ROLES = (
    ("certain", r"\bsegur[oa]s?\b.*(no (piensa|va a|cambiar)|decidid)|muy segur|very (certain|sure)|not change|decidid[oa]"),
    ("may_change", r"podria cambiar|puede cambiar|could (still )?change|may (still )?change|might change"),
    ("will_not_vote", r"no (piensa )?(ir|iria?|va) a votar|no votar[ia]|no iria a votar|will not vote|would not vote|"
                      r"does not intend to vote|not going to vote"),
    ("blank_null", r"\bblancos?\b|viciad|\bnul[oa]s?\b|blank|spoil"),
    ("undecided", r"indecis|aun no (decide|sabe)|no (ha )?decid|undecided"),
    ("nothing", r"^nada( |$)|^ning(un|uno|una)( |$)|^nothing|^none( |$)"),
    ("no_opinion", r"^(no (sabe|opina|precisa|responde|contesta|opinion|answer)|ns|nr|ns ?/ ?n[rcp]|don.?t know|"
                   r"does not know|refused|not sure)\b.{0,30}$"),
    ("other", r"^otr[oa]s?\b|^others?\b|^another"),
)  # fmt: skip


def role_of(label: str) -> str:
    """Say what kind of answer a row label names; "" for an answer of substance.

    Examples
    --------
    >>> role_of("Votará en blanco/viciado"), role_of("Indecisos"), role_of("Keiko Fujimori - Fuerza Popular")
    ('blank_null', 'undecided', '')

    The kinds are those of the codebook.
    """
    text = folded(label).lstrip("-–•· ")
    return next((role for role, pattern in _ROLES if re.search(pattern, text)), "")


def is_base_label(label: str) -> bool:
    """Say whether a row holds numbers of interviews and not shares.

    Examples
    --------
    >>> is_base_label("Base (entrevistas)"), is_base_label("Basado en su programa")
    (True, False)

    Bases go to the segments.
    """
    text = folded(label).strip(" :.*")
    words = r"(base|bases|n|entrevistas|encuestados|casos|interviews|respondents|sample|muestra|total de entrevistas)"
    return bool(
        re.fullmatch(
            rf"(un)?(weighted )?{words}( (real|total|efectiva|muestral|no ponderada|ponderada|size))*( ?[=(].*)?",
            text,
        )
    )


# What a question is about, by its folded title: a known id, and whether its answers of substance are candidates.
TOPICS = (
    ("vote_certainty", r"(grado de )?segur(idad|o)|certainty|how (sure|certain)", True),
    ("vote_intention", r"intencion de voto|por quien votar|votaria|vote intention|voting intention|who would you vote|"
                       r"vote for", True),
    ("approval", r"aprobacion|aprueba|approval|approve", False),
)  # fmt: skip
