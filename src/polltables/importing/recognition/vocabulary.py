"""The words by which pollsters name things, in English, Spanish, French, Portuguese, German, Italian and Korean."""

import re
import unicodedata
from functools import lru_cache

__all__ = [
    "Family",
    "base_kind",
    "family_of",
    "folded",
    "is_answer_word",
    "is_change",
    "is_count_unit",
    "is_measure",
    "is_net",
    "is_percent_unit",
    "is_rank",
    "is_row_heading",
    "is_segment_word",
    "is_sum",
    "is_summary",
    "is_whole",
    "role_of",
]

_MARKS = dict.fromkeys(range(0x300, 0x370))


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Take accents, case and runs of blanks out of a text, so that printed variants of a word compare equal.

    Examples
    --------
    >>> folded("Tamaño de la  MUESTRA"), folded("전  체")
    ('tamano de la muestra', '전 체')

    Words are compared in this form and printed in their own.
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_MARKS)
    plain = "".join(one for one in unicodedata.normalize("NFC", plain) if unicodedata.category(one) != "Cf")
    return " ".join(plain.replace("’", "'").split())


def _bare(text: str) -> str:
    """Fold a label and take off what only decorates it."""
    return re.sub(r"^[^\w%#<>+(]+|[^\w%#)+]+$", "", folded(text))


def _pattern(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(word.strip("|") for word in words))


_SAMPLE = r"(sample|respondents?|interviews?|adults?|voters?|population|muestra|poblacion|encuestad[oa]s|entrevistad[oa]s|"
_SAMPLE += r"echantillon|amostra|eleitores|befragte[nr]?|campione|intervistati|general|geral|generale?|pais|peru|nacional|national)"
_WHOLE = re.compile(
    rf"(gran |grand )?totals?( {_SAMPLE})*|all( {_SAMPLE})?|{_SAMPLE} total|overall|nationwide|(nivel )?nacional|national"
    r"|everyone|everybody|full sample|whole sample|todos|conjunto( total)?|ensemble( des francais)?|total des \w+|tous|geral|"
    r"insgesamt|gesamt|alle( befragten)?|bundesweit|totale( campione)?|tutti|media nacional|base total|poblacion total|"
    r"전 ?체|합 ?계|총계|전국|全体|总体|全體|合計|всего|σύνολο"
)
_MAYBE_WHOLE = re.compile(
    r"(us |u\.s\. |all |registered |likely )?(adults|voters|adult \w+|respondents)|total\b.*|overall\b.*"
)


def is_whole(label: str, *, maybe: bool = False) -> bool:
    """Say whether a label names the whole sample; `maybe`, whether it could, where it stands first.

    Examples
    --------
    >>> is_whole("Total Perú"), is_whole("전 체 ■"), is_whole("Rural"), is_whole("Adults"), is_whole("Adults", maybe=True)
    (True, True, False, False, True)

    The whole sample has an id of its own.
    """
    text = _bare(label)
    return bool(_WHOLE.fullmatch(text) or (maybe and _MAYBE_WHOLE.fullmatch(text)))


Family = tuple[str, re.Pattern[str]]
_AGE = r"(?:a(?:ge|ges)?d? |de |of |von |da |over |under |mas de |menos de |plus de |moins de |mayor(?:es)? de |menor(?:es)? de |uber |unter )*"
_FAMILIES: tuple[Family, ...] = (
    ("sex", _pattern(r"hombres?|mujer(es)?|masculino|femenino|varon(es)?|m[ae]n|wom[ae]n|males?|females?|hommes?|femmes?",
                     r"homens?|mulher(es)?|feminino|manner|frauen|mannlich|weiblich|uomini|donne|maschi|femmine|[mf]",
                     r"남성?|여성?|남자|여자|男性?|女性?|мужчины|женщины")),
    ("age", _pattern(rf"{_AGE}\d{{1,2}} ?(?:-|–|—|~|a|to|y|et|bis|e|au)+ ?(?:\d{{1,2}}|mas|more|over|plus|older|mehr|oltre)"
                     r"(?: ?(?:anos?|years?|ans|jahre|anni|세|대|歳|岁).{0,12})?",
                     rf"{_AGE}\d{{1,2}}(?: ?(?:\+|anos?.{{0,10}}|years?.{{0,12}}|ans.{{0,10}}|and (?:over|older|up)|or (?:over|older|more)"
                     r"|plus|et plus|y mas|o mas|und alter|세.{0,4}|대.{0,4}|歳.{0,4}))", r"\d0s", r"\+ ?\d\d.{0,6}")),
    ("area", _pattern(r"urban[oa]?s?|rurale?s?|urbain|urbano|landlich|stadtisch|suburban|도시|농촌")),
    ("socioeconomic_level", _pattern(r"(nse |nivel |estrato |class |social grade )?[a-e]([/+]?[a-e1-3])?[12]?|estrato \d|nse \d([-+]\d)?")),
)  # fmt: skip
_DEMOGRAPHIC = _pattern(
    r"\b(gender|sex|sexo|sexe|genero|geschlecht|sesso|genre|age|ages|edad(es)?|idade|alter|eta|region(es|s|i|en)?|regiao|regione|",
    r"race|ethnicity|raza|education|educacion|escolaridad(e)?|diplome|bildung|istruzione|income|ingresos?|renda|revenus?|",
    r"einkommen|reddito|party|partido|parti|partei|ideology|ideologia|vote|voto|area|zonas?|zones?|ambito|nivel|nse|estrato|",
    r"class|classe|religion|religiao|marital|urbanity|municipio|agglomeration|profession|categorie|children|household|",
    r"registration|orientation|employment|occupation|ocupacion|profissao|beruf|professione|district|departamento|provincia)\b|",
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
    text = _bare(label)
    return next((name for name, pattern in _FAMILIES if pattern.fullmatch(text)), "")


def is_demographic(heading: str) -> bool:
    """Say whether a heading names a trait that divides people."""
    return bool(_DEMOGRAPHIC.search(folded(heading)))


def is_segment_word(label: str) -> bool:
    """Say whether a label names the whole or a group of people, as the columns of most tables do."""
    return is_whole(label) or family_of(label) in {"sex", "age", "area"}


_UNWEIGHTED = r"unweighted|un-weighted|unwtd|unwgt|\bno ponderad|sin ponderar|\bsin peso|non pondere|non redresse|effectifs? bruts?|\bbruts?\b|"
_UNWEIGHTED += r"nao ponderad|ungewichtet|non ponderat|조사 ?완료|완료 ?사례|実数"
_WEIGHTED = r"weighted|\bwtd\b|\bwgt\b|ponderad|pondere|redresse|gewichtet|ponderat|가중|加重"
_COUNTED = (
    r"(base|bases|n|sample( size)?|total interviews?|interviews?|respondents?|counts?|cases|"
    r"muestra|entrevistas|encuestas|encuestad[oa]s|casos|total de (entrevistas|encuestas|casos)|electores|"
    r"effectifs?|echantillon|repondants|interviewe[es]?s|amostra|entrevistas|casos|befragte|fallzahl|anzahl|fallzahlen|"
    r"campione|intervistati|casi|사례 ?수|응답자 ?수|표본 ?수?|回答者数|人数)"
)
_BASE = re.compile(
    rf"((un)?(weighted|wtd)|total|number of|no\. of|#|sum of|effective)?[ .-]*{_COUNTED}"
    r"([ .:,-]*(\(?((un)?weighted|unwtd|wtd|real|total|efectiva|muestral|no ponderad[oa]s?|sin ponderar|ponderad[oa]s?|size|n|s|"
    r"gesamt|ungewichtet|gewichtet|bruts?|entrevistas|interviews|명)\)?))*( ?[=(:].*)?"
)


def base_kind(label: str) -> str:
    """Say which interviews a label counts: `unweighted`, `weighted`, `stated` where it does not say, or nothing.

    Examples
    --------
    >>> base_kind("Unweighted N"), base_kind("Base: All Respondents (wtd)"), base_kind("Casos"), base_kind("Basado en su plan")
    ('unweighted', 'weighted', 'stated', '')

    Only unweighted interviews carry sampling error.
    """
    text = _bare(label)
    if not text or len(text) > 90:
        return ""
    unweighted = re.search(_UNWEIGHTED, text)
    weighted = re.search(_WEIGHTED, text) and not unweighted
    counted = _BASE.fullmatch(text) or re.match(r"base\b", text)
    named = re.search(rf"\b{_COUNTED}\b|\btotals?\b|표본|사례", text)
    if unweighted and (counted or named or len(text) < 20):
        return "unweighted"
    if weighted and (counted or named or len(text) < 20):
        return "weighted"
    return "stated" if counted else ""


_SUM = re.compile(
    r"(sub)?totals?|sums?|sigma|sumas?|somme|soma|summe|somma|totales|totale|total %|σ|계|합 ?계|소계|計|合計|общо|итого|cols?\.? ?%?|100 ?%"
)
_NET = re.compile(
    r"^\(?(nets?|summary|netto|subtotal|sub-total|total|suma|somme|소계|top ?[23] ?box|bottom ?[23] ?box|t2b|b2b)\b[ :)\-–]|\((nets?|subtotal|sum)\)$|^nets?$|^[^a-z]*net[: ]"
)
_MEASURE = (
    ("mean", _pattern(r"^(the )?(mean|average|media|promedio|moyenne|mittelwert|durchschnitt|media aritmetica)\b", r"^평균|^平均")),
    ("index", _pattern(r"^(index|indice|indice de)\b|\bnet (approval|score|favorability|favourability|positive|effect|agree|support)", r"^saldo\b|^solde\b|\bnps\b")),
    ("score", _pattern(r"^(score|note|nota|puntaje|punteggio|punktzahl)( [^ :]+){0,2}$|^점수")),
    ("other", _pattern(r"\b(median|mediana|mediane)\b|(std\.?|standard) ?(dev|err)|\bdesv|desviacion|ecart[- ]type|error estandar|erreur type|",
                       r"standardabweichung|\bvariance|varianza|deviazione|^mode$|^s\.?[de]\.?$|^margins? of error|^margen(es)? de error|^표준편차")),
)  # fmt: skip
_CHANGE = re.compile(
    r"(net )?(change|diff(erence)?s?|evolutions?|evolucion|variacion|variation|variacao|cambio|diferencia|veranderung|delta|swing|trend|differenza|variazione|"
    r"증감|변화|차이|±|Δ|δ)( ?(since|from|vs\.?|versus|desde|frente a|vs|par rapport a?|seit|zu|rispetto)\b.{0,25}| ?\(.{0,20}\)| in (points|pts|pp)|[ +/–-]+)?"
    r"|\+ ?/ ?[-–]|±|.{0,20}\bevol\.?"
)
_ROW_HEADING = re.compile(
    r"(candidat[oe]?s?|candidate ?[-–/] ?party|candidato ?[-–/] ?partido( politico)?|answers?|responses?|respuestas?|reponses?|respostas?|antwort(en)?|"
    r"risposte?|options?|opcion(es)?|categor(y|ies|ias?)|label|item|party|partidos?|row|alternativas?|구분|응답|항목|n|percent|)"
)
_RANK = re.compile(r"^(rank(ing)?|rang|n°|nr|pos(icion|ition)?|puesto|orden|순위)\b.{0,20}$|^#$")


def is_sum(label: str) -> bool:
    """Say whether a label names a row that only adds up the others."""
    return bool(_SUM.fullmatch(_bare(label)))


def is_net(label: str) -> bool:
    """Say whether a label names a sum of some answers.

    Examples
    --------
    >>> is_net("NET: Approve"), is_net("Total confiance"), is_net("Total"), is_net("Network news")
    (True, True, False, False)

    A sum of answers is no further answer.
    """
    text = folded(label)
    return bool(_NET.search(text)) and not is_whole(label) and not base_kind(label)


def is_summary(heading: str) -> bool:
    """Say whether a heading within a table announces sums and means of the answers above it."""
    return bool(
        re.fullmatch(
            r"(summary|summaries|nets?|subtotals?|resumen|resume|synthese|zusammenfassung|riepilogo|resumo|요약)( .{0,20})?",
            _bare(heading),
        )
    )


def is_measure(label: str) -> str:
    """Name the measure that a row holds instead of percentages: `mean`, `score`, `index`, `other`; empty for none.

    Examples
    --------
    >>> is_measure("Mean score"), is_measure("Standard deviation"), is_measure("Meaning of life")
    ('mean', 'other', '')

    Such rows stay outside every percentage method.
    """
    text = _bare(label)
    return next((name for name, pattern in _MEASURE if pattern.search(text)), "")


def is_change(label: str) -> bool:
    """Say whether a label names a change since an earlier reading."""
    return bool(_CHANGE.fullmatch(_bare(label)) or _CHANGE.fullmatch(folded(label)))


def is_rank(label: str) -> bool:
    """Say whether a label names the place in a ranking, or a running number."""
    return bool(_RANK.search(_bare(label)))


def is_row_heading(label: str) -> bool:
    """Say whether the corner of a table only says what its rows are, and is no title.

    Examples
    --------
    >>> is_row_heading("Candidate"), is_row_heading("Approval of the mayor")
    (True, False)

    A title tells two tables with the same columns apart.
    """
    return is_percent_unit(label) or bool(_ROW_HEADING.fullmatch(_bare(label)))


def is_percent_unit(label: str) -> bool:
    """Say whether a label says only that per cents stand beneath it."""
    return bool(
        re.fullmatch(
            r"(in |en |em )?(%|％|per ?cent|percent(age)?s?|porcentajes?|pourcentages?|prozent|col(umn)? ?%|row ?%|pct\.?|비율)",
            _bare(label),
        )
    )


def is_count_unit(label: str) -> bool:
    """Say whether a label says only that counts stand beneath it."""
    return bool(
        re.fullmatch(
            r"\(?(n|#|counts?|freq(uency|\.)?|frecuencia|casos?|effectifs?|anzahl|unweighted n|명|人|名|cases|abs\.?)\)?",
            _bare(label),
        )
    )


# What kind of answer a row is, by what its folded label holds. The first that fits counts.
_ROLES = (
    ("certain", r"\bsegur[oa]s?\b.*(no (piensa|va a|cambiar)|decidid)|muy segur|very (certain|sure)|not change|decidid[oa]|"
                r"(tout a fait|totalement) sur|definitif"),
    ("may_change", r"podria cambiar|puede cambiar|could (still )?change|may (still )?change|might change|pourrai(t|ent|s) (encore )?changer|pode mudar"),
    ("will_not_vote", r"no (piensa )?(ir|iria?|va) a votar|no votar[ia]|no iria a votar|(will|would) not vote|wouldn't vote|won't vote|"
                      r"does not intend to vote|not going to vote|ne votera|abstention|s'abst|nichtwahler|nao (iria|vai) votar|astensione|투표하지 ?않"),
    ("blank_null", r"\bblancos?\b|viciad|\bnul[oa]s?\b|blank|spoil|vote blanc|\bbranco\b|bianca"),
    ("undecided", r"indecis|aun no (decide|sabe)|no (ha )?decid|undecided|unentschieden|미정"),
    ("nothing", r"^nada( |$)|^ning(un|uno|una)( |$)|^nothing|^none( |$)|^aucun|^nenhum|^keine[rs]?$|^nessuno|^없다|^없음"),
    ("no_opinion", r"^(no (sabe|opina|precisa|responde|contesta|opinion|answer|response|lo se)|ns|nr|ns ?/ ?n[rcp]|don't know|dk\b|dk/|d/k|"
                   r"do not know|does not know|unsure|refus|not sure|can't say|nsp|sans opinion|ne (sait|se prononce)|nao (sabe|respond)|weiss nicht|"
                   r"keine angabe|non (sa|risponde)|prefer not|skipped|no response|모름|무응답|응답 ?거절|не знаю|わからない).{0,45}$"),
    ("other", r"^otr[oa]s?\b|^others?\b|^another|^autres?\b|^outr[oa]s?\b|^andere|^sonstige|^altr[oi]|^기타|^그 ?외|^something else|^someone else"),
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


_ANSWER = _pattern(
    r"(very|somewhat|fairly|strongly|mostly|not (at all|too|very)|much|a (lot|little)|generally|tout a fait|plutot|pas (vraiment|du tout)|muy|algo|poco|",
    r"mucho|bastante|totalmente|sehr|eher|매우|대체로)\b.*|yes\b.*|no|si|oui|non|ja|nein|sim|nao|(dis)?approve|(des)?aprueba|(dis)?agree.*|",
    r"favou?r(able)?|unfavou?rable|support|oppose|good|bad|fair|poor|excellent|buen[oa]|mal[oa]|regular|better|worse|always|never|often|sometimes",
)


def is_answer_word(label: str) -> bool:
    """Say whether a label reads like an answer that somebody gave."""
    return bool(role_of(label) or _ANSWER.fullmatch(_bare(label)))
