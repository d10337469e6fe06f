"""The words that name groups of people, and the whole sample."""

import re

from polltables.importing.recognition.dates import is_date_label
from polltables.importing.recognition.folding import bare, folded, pattern_of

__all__ = ["ASKED", "family_of", "is_demographic", "is_segment_word", "is_whole"]

ASKED = (
    r"respondents?|interviews?|encuestas|encuestad[oa]s|entrevistas|entrevistad[oa]s|casos|electores|eleitores|repondants|"
    r"interviewe[es]?s|befragte[nr]?|interviste|intervistati|participant(?:e?s)?|teilnehmer(?:innen)?|partecipanti"
)
"""What those who were asked are called, or their answers."""
_SAMPLE = (
    rf"({ASKED}|sample|adults?|voters?|population|muestra|poblacion|echantillon|amostra|campione|"
    r"general|geral|generale?|pais|peru|nacional|national)"
)
_WHOLE = re.compile(
    rf"(gran |grand )?tot(als?)?( {_SAMPLE})*|all( {_SAMPLE})?|{_SAMPLE} total|overall|nationwide|(nivel )?nacional|national"
    r"|everyone|everybody|full sample|whole sample|todos|conjunto( total)?|ensemble( des francais)?|total des \w+|tous|"
    r"geral|general|toplines?|insgesamt|gesamt|og[oó]łem|totaa?lt?|toplam|celkem|"
    r"alle( befragten)?|bundesweit|totale( campione)?|tutti|media nacional|base total|"
    r"poblacion total|razem|łacznie|i alt|yhteensa|osszesen|ukupno|kokku|kopa|is viso|jumlah|tong( cong)?|"
    r"전 ?체|합 ?계|총계|전국|全体|总体|全體|合計|всего|всього|общо|συνολο|المجموع|الإجمالي|कुल|סך הכל|סה״כ|รวม"
)
_MAYBE_WHOLE = re.compile(
    r"(us |u\.s\. |all |registered |likely |national )*(adults|voters|adult \w+|respondents)|total\b.*|overall\b.*"
)


def is_whole(label: str, *, maybe: bool = False) -> bool:
    """Say whether a label names the whole sample; `maybe`, whether it could, where it stands first.

    Examples
    --------
    >>> is_whole("Total Perú"), is_whole("전 체 ■"), is_whole("Rural"), is_whole("Adults"), is_whole("Adults", maybe=True)
    (True, True, False, False, True)

    The whole sample has an id of its own.
    """
    names = _names_of(label)
    return all(_WHOLE.fullmatch(text) or (maybe and _MAYBE_WHOLE.fullmatch(text)) for text in names)


def _names_of(label: str) -> list[str]:
    """Fold a label, and part one in two languages, such as `Men / Hombres`, into what it says in each."""
    return [bare(name).removeprefix("% ") for name in re.split(r"\s[/|]\s", label)]


_AGE = (
    r"(?:a(?:ge|ges)?d? |de |of |von |da |over |under |mas de |menos de |plus de |moins de |mayor(?:es)? de |"
    r"menor(?:es)? de |uber |unter |ab )*"
)
_FAMILIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("sex", pattern_of(r"hombres?|mujer(es)?|masculino|femenino|varon(es)?|m[ae]n|wom([ae]n)?|males?|females?|hommes?",
                     r"femmes?|homens?|mulher(es)?|feminino|manner|frauen|mannlich|weiblich|uomini|donne|maschi|femmine|[mf]",
                     r"남성?|여성?|남자|여자|男性?|女性?|мужчины|женщины")),
    ("age", pattern_of(rf"{_AGE}\d{{1,2}}-? ?(?:-|–|—|~|a|to|y|et|bis|e|au)+ ?(?:\d{{1,2}}|mas|more|over|plus|older|"
                     r"mehr|oltre)(?:[ -]?(?:anos?|years?|ans|j\.?|jahre|jahrige|anni|세|대|歳|岁).{0,12})?",
                     rf"{_AGE}\d{{1,2}}(?: ?(?:\+|anos?.{{0,10}}|years?.{{0,12}}|ans.{{0,10}}|j\.?|jahre.{{0,10}}|"
                     rf"and (?:over|older|up)|or "
                     rf"(?:over|older|more)"
                     r"|plus|et plus|y mas|o mas|und alter|세.{0,4}|대.{0,4}|歳.{0,4}))", r"\d0s", r"\+ ?\d\d.{0,6}")),
    ("area", pattern_of(r"urban[oa]?s?|rurale?s?|urbain|urbano|landlich|stadtisch|suburban|도시|농촌")),
    ("socioeconomic_level", pattern_of(r"(nse |nivel |estrato |class |social grade )?[a-e]([/+]?[a-e1-3])?[12]?|estrato "
                                     r"\d|nse \d([-+]\d)?")),
)  # fmt: skip
_PLACE = re.compile(
    r"(the )?((north|south)[ -]?(east|west)?|east|west|mid-?west|cent(re|er|ral|ro)|"
    r"norte|sur|este|oeste|sul|nordeste|sudeste|"
    r"leste|nord([ -]?(est|ouest|ost|west))?|sud([ -]?(est|ouest))?|sued|suden|norden|osten|westen|est|ouest|ost|ovest)"
)
_DEMOGRAPHIC = pattern_of(
    r"\b(gender|sex|sexo|sexe|genero|geschlecht|sesso|genre|age|ages|edad(es)?|idade|alter|eta|region(es|s|i|en)?|regiao|"
    r"regione|",
    r"race|ethnicity|raza|education|educacion|escolaridad(e)?|diplome|bildung|istruzione|income|ingresos?|renda|revenus?|",
    r"einkommen|reddito|party|partido|parti|partei|ideology|ideologia|vote|voto|area|zonas?|zones?|ambito|nivel|nse|"
    r"estrato|",
    r"class|classe|religion|religiao|marital|urbanity|municipio|agglomeration|profession|categorie|children|household|",
    r"registration|orientation|employment|occupation|ocupacion|profissao|beruf|professione|district|departamento|"
    r"provincia)\b|",
    r"성별|연령|지역|권역|직업|이념|지지|정당|학력|소득",
)


def family_of(label: str) -> str:
    """Name the family of groups that a label belongs to, such as `sex` or `age`; empty for any other label.

    Examples
    --------
    >>> family_of("Female"), family_of("18-34"), family_of("65+"), family_of("De 20.000 a 99.999")
    ('sex', 'age', 'age', '')

    Columns of one family divide a whole although no heading spans them.
    """
    names = _names_of(label)
    if is_date_label(label):
        return ""  # as 10-12 June
    return next((name for name, known in _FAMILIES if all(map(known.fullmatch, names))), "")


def is_demographic(heading: str) -> bool:
    """Say whether a heading names a trait that divides people."""
    return bool(_DEMOGRAPHIC.search(folded(heading)))


def is_segment_word(label: str) -> bool:
    """Say whether a label names the whole or a group of people, as the columns of most tables do."""
    return (
        is_whole(label) or family_of(label) in {"sex", "age", "area"} or bool(_PLACE.fullmatch(bare(label)))
    )
