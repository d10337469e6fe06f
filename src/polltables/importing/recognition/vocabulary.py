"""The words by which pollsters name things, in English, Spanish, French, Portuguese, German, Italian and Korean."""

import re
from collections.abc import Callable

from polltables.importing.recognition.families import ASKED, is_whole
from polltables.importing.recognition.folding import bare, folded, pattern_of

__all__ = [
    "base_kind", "is_answer_word", "is_beside", "is_bound", "is_change", "is_count_unit", "is_earlier",
    "is_group_size", "is_mean_title", "is_measure", "is_net", "is_percent_unit", "is_population", "is_rank", "is_rate",
    "is_row_heading", "is_score_title", "is_sum", "is_summary", "role_of"
]  # fmt: skip


def _naming(*words: str) -> Callable[[str], bool]:
    """Make a question about labels: whether one, without its decoration, is one of these words."""
    pattern = pattern_of(*words)
    return lambda label: bool(pattern.fullmatch(bare(label)))


_UNWEIGHTED = (
    r"\bun-?w(eigh|g|gh)?te?d\b|\bunwgt\b|\bunw\.? (base|n)\b|\bno ponderad|sin ponderar|\bmuestra real|\bn real|실제|"
    r"\bsin peso|(no|non|nao|nicht) (pond|gew)\b|non pondere|non redresse|effectifs? bruts?|"
    r"\bbruts?\b|\bobserved (count|share|n|sample)\b|nao ponderad|ungewichtet|non ponderat|조사 ?완료|완료 ?사례|実数"
)
_WEIGHTED = r"\bw(eigh|g|gh)?te?d\b|\bwgt\b|\bw\.? (base|n)\b|pondera?[de]|\bpond\b|redresse|gewichtet|ponderat|가중|加重"
_COUNTED = (
    rf"({ASKED}|base|bases|basis|n|tama(no|nho) d[ae] (la )?(muestra|amostra)|taille de l'echantillon|sample( size)?|"
    r"total interviews?|counts?|cases|muestra|total de (entrevistas|encuestas|casos)|effectifs?|echantillon|amostra|"
    r"(personnes )?(interroge|sonde)e?s|(numeros? |valores |n[o°]? ?)?abs(olut\w*)?|fallzahl(en)?|anzahl|"
    r"campione|casi|사례 ?수|응답자 ?수|표본 ?수?|回答者数|人数)"
)
_BASE = re.compile(
    rf"((un)?(weighted|wtd)|total|tot\.|#|sum of|effective|completed|"
    rf"(number|no|n[o°º]?|num|numero|nombre|anzahl|zahl)\b\.?( ?[o°º])?( of| de| di| der|(?= d'))?)?[ .-]*(d')?{_COUNTED}"
    r"([ .:,-]*(\(?((un)?weighted|unwtd|wtd|real|total|efectiva|muestral|no ponderad[oa]s?|sin ponderar|ponderad[oa]s?|size|"
    r"n|s|gesamt|ungewichtet|gewichtet|bruts?|entrevistas|interviews|명)\)?))*( ?[=(:].*)?"
)


def base_kind(label: str) -> str:
    """Say which interviews a label counts: `unweighted`, `weighted`, `stated` where it does not say, or nothing.

    An `effective` base is calculated and counts no interviews.

    Examples
    --------
    >>> [base_kind(label) for label in ("Unweighted N", "Base: All Respondents (wtd)", "Casos", "Basado en su plan")]
    ['unweighted', 'weighted', 'stated', '']

    Only unweighted interviews carry sampling error.
    """
    text = re.sub(r"^\(([^()]*)\)$", r"\1", bare(label))
    if not text or len(text) > 90:
        return ""
    unweighted = re.search(_UNWEIGHTED, text)
    weighted = re.search(_WEIGHTED, text) and not unweighted
    counted = _BASE.fullmatch(text) or re.match(r"base\b", text)
    named = re.search(rf"\b{_COUNTED}\b|\btotals?\b|표본|사례", text)
    short = len(text) < 20 and not re.search(
        r"%|\bper ?cent|\bpct\b|\bshares?\b", text
    )  # which are weighted too
    if unweighted and (counted or named or short):
        return "unweighted"
    if weighted and (counted or named or short):
        return "weighted"
    if counted and re.search(r"\beffective\b|\beffektiv", text):
        return "effective"
    return "stated" if counted else ""


is_population = _naming(r".*\b(population|poblacion|populacao|bevolkerung|popolazione)\b.*|\(?'?000'?s?\)?")
"""Say whether a label counts the people of whom a group stands, or thousands of them."""
is_sum = _naming(
    r"(sub)?totals?|sums?|sigma|sumas?|somme|soma|summe|somma|totales|totale|total (en |em |in )?%|\u03c3|계|합 ?계|소계|",
    r"計|合計|общо|итого|cols?\.? ?%?|col(umn)?s? totals?|100 ?%",
)
"""Say whether a label names a row that only adds up the others."""
is_summary = _naming(
    r"(summary|summaries|nets?|subtotals?|resumen|resume|synthese|zusammenfassung|riepilogo|resumo|요약)( .{0,20})?"
)
"""Say whether a heading within a table announces sums and means of the answers above it."""
is_percent_unit = _naming(
    r"(in |en |em |valid )?(%|％|per ?cent|percent(age)?s?|porcentajes?|pourcentages?|prozent|col(umn)? ?%|row ?%|pct\.?|"
    r"비율)|% (within|of|in|dentro|d[ae]|del|innerhalb|von)\b.*"
)
"""Say whether a label says only that per cents stand beneath it."""
is_count_unit = _naming(
    r"\(*(n|#|nb|counts?|freq(uency)?|frecuencia|frequencia|frequenza|casos?|effectifs?|anz(ahl)?|unweighted n|명|人|名|"
    r"cases|casi|abs|ni|н)\.?\)*"
)
"""Say whether a label says only that counts stand beneath it."""
is_beside = _naming(
    r"(valid|cumulative|cum\.?)( %| ?per ?cent)?|.*\b(valid[oa]|acumulad[oa]|valide|cumule|kumuliert\w*)"
)
"""Say whether a column holds shares calculated beside the per cents: of those who answered, or cumulated."""
is_rate = _naming(
    r"(calculated|derived|computed|calculad[oa]|calculee?|berechnet\w*)\b.*|.*\b(rate|tasa|taux|taxa) ?\(.*"
)
"""Say whether a row says that it was calculated from answers."""
is_bound = _naming(
    r"(lower|upper|low|high|lo|hi|min|max|inferior|superior|untere?|obere?)\.?( (bound|limit|ci|grenze|cl)|[ _]?\d\d ?%?)?|",
    r"l[is]([ _.-]?\d+ ?%?)?|[lu]c[il]|lwr|upr|ci[ _.-]?(low|high|lower|upper|lo|hi|l|u)|(lower|upper|low|high)[ _.-]ci|",
    r".*\b(ci|ic|ki|konfidenzintervall)\b.*|.*\bint[ae]rval\w* (de |di )?confi.*|\d\d ?% confi\w+|confidence interval.*|",
    r".*\b(lim|limite?|borne|cota|extremo)\b[ .]*(de |d[oe] )?(inf|sup)\w*\.?|.*\b(lower|upper) (bound|limit)s?\b.*",
)
"""Say whether a column could hold a bound of an interval."""
is_earlier = _naming(
    r"(previous|prior|last)( (wave|poll|survey|month|week|year|reading))?|rappel\b.*|vor(monat|woche|jahr)|letzte \w+|",
    r"politiche( \d{4})?|((mes|ola|encuesta|medicion|onda|pesquisa|mese|rilevazione|vague|enquete|vorherige) )?"
    r"(pasad[oa]|passad[oa]|anterior|scors[oa]|precedente?|welle|umfrage)",
)
"""Say whether a column holds an earlier reading, by words that name no day."""
is_rank = _naming(
    r"(rank(ing)?|rang|n°|nr|pos(icion|ition)?|puesto|orden|page|pagina|seite|순위|code|codigo|codice|kode|코드)\b.{0,20}|#"
)
"""Say whether a label names the place in a ranking, a running number or the code of an answer."""
_NET = re.compile(
    r"^\(?(nets?|summary|netto|subtotal|sub-total|sous-total|total|summe|suma|somma|somme|soma|s ?/ ?t|st|소계)\b[ :)\-–]|"
    r"^\(?(top|bottom)[ -]?[234]\b|^[tb][234]b\b|\((nets?|subtotal|sum)\)$|^nets?$|^[^a-z]*net[: ]"
)
_MEASURE = (
    ("mean", pattern_of(r"^(the |weighted )?(mean|average|avg|media|promedio|moyenne|durchschnitt\w*)\b|mittel(wert)?$|^ø",
                      r"^(nota|note|voto|valoracion|puntuacion|punteggio) (media|medio|moyenne)\b|^평균|^平均")),
    ("index", pattern_of(r"^(index|indice|indice de)\b|\bnet (approval|score|favorability|favourability|positive|effect|"
                       r"agree|support)", r"^saldo\b|^solde\b|\bnps\b|^lead$|^ventaja\b|^vantagem\b")),
    ("score", pattern_of(r"^(score|note|nota|puntaje|punteggio|punktzahl)( [^ :]+){0,2}$|^점수")),
    ("other", pattern_of(r"\b(median|mediana|mediane)\b|(std\.?|standard) ?(dev|err)|\bdesv|desviacion|ecart[- ]type|error "
                       r"estandar|erreur type|",
                       r"standardabweichung|\bvariance|varianza|deviazione|^mode$|^s\.?[de]\.?$|\bmargins? of error|^moe\b|"
                       r"^margen(es)? de error|^표준편차|^p[ -]?(values?|valor|wert)( ?[<=(].*)?$|^(valor|valeur)[ -]p\b|",
                       r"^(chi|ji)[ -]?(2|squared?|cuadrado|quadrado|deux|quadrat)( test)?$|^χ|^design effect|^deff$|",
                       r"^efecto (de|del) diseno|^cramer|^(margem|margine) (de|di|d') ?err|^marge d'erreur|",
                       r"\b(factor(es)?|facteurs?|fator(es)?|fattor[ei]) (d[ei] )?(ponder|pesa|expans)|gewichtungsfaktor|",
                       r"\b(weight(ing)?|expansion) factors?\b|^(design|final|mean) weights?$|^가중(치|값)( 배율)?$")),
)  # fmt: skip
_CHANGE = re.compile(
    r"(net )?(change|diff(erence)?s?|evolutions?|evolucion|variacion|variation|variacao|cambio|diferencia|veranderung|delta|"
    r"swing|trend|differenza|variazione|증감|변화|차이|±|Δ|δ)( ?(since|from|vs\.?|versus|desde|frente a|vs|par rapport a?|"
    r"seit|zu|rispetto)\b.{0,25}| ?\(.{0,20}\)| in (points|pts|pp)|[ +/–-]+)?|\+ ?/ ?[-–]|±|.{0,20}\bevol\.?( ?/.{0,20})?|"
    r"var\.?|(vs\.?|versus|since|desde|depuis|seit|rispetto a) .{2,25}"
)
_ROW_HEADING = re.compile(
    r"(candidat[oe]?s?|candidate ?[-–/] ?party|candidato ?[-–/] ?partido( politico)?|answers?|responses?|respuestas?|"
    r"reponses?|respostas?|antwort(en)?|"
    r"risposte?|options?|opcion(es)?|categor(y|ies|ias?)|label|item|party|partidos?|row|alternativas?|구분|응답|항목|n|percent|)"
)


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


def is_measure(label: str) -> str:
    """Name the measure that a row holds instead of percentages: `mean`, `score`, `index`, `other`; empty for none.

    Examples
    --------
    >>> is_measure("Mean score"), is_measure("Standard deviation"), is_measure("Meaning of life")
    ('mean', 'other', '')

    Such rows stay outside every percentage method.
    """
    text = bare(label)
    return next((name for name, pattern in _MEASURE if pattern.search(text)), "")


_SCORES = pattern_of(
    r"\b(mean|average|note moyenne|nota media|media de|promedio|durchschnitt\w*|mittelwerte?|punteggio medio)\b|평균|",
    r"\b(scale|escala|echelle|skala|scala)\b|\b(0|1|zero|one) ?(-|–|to|a|bis|bis zu) ?(5|7|10)\b|\bsur (5|10|20)\b|",
    r"\bout of (5|10)\b",
)


is_mean_title = _naming(
    r"(the )?(mean|average|(nota |note |puntuacion |punteggio )?(media|medio|moyenne)|promedio|durchschnitt\w*)\b.*|",
    r"(number|numero|nombre|anzahl|zahl) (of|de|d'|di|der|von) .*",
)
"""Say whether a title announces means or numbers, whatever they are of."""


def is_score_title(title: str) -> bool:
    """Say whether a title announces means, or the points of a scale."""
    return bool(_SCORES.search(folded(title)))


def is_change(label: str) -> bool:
    """Say whether a label names a change since an earlier reading."""
    return bool(_CHANGE.fullmatch(bare(label)) or _CHANGE.fullmatch(folded(label)))


def is_row_heading(label: str) -> bool:
    """Say whether the corner of a table only says what its rows are, and is no title.

    Examples
    --------
    >>> is_row_heading("Candidate"), is_row_heading("Approval of the mayor")
    (True, False)

    A title tells two tables with the same columns apart.
    """
    return is_percent_unit(label) or bool(_ROW_HEADING.fullmatch(bare(label)))


def is_group_size(label: str) -> bool:
    """Say whether a label, where answers have names, says what share of all interviews a group is.

    Examples
    --------
    >>> is_group_size("percent"), is_group_size("Share of voters"), is_group_size("Percent who agree")
    (True, True, False)

    Exit polls print it before the answers of the group.
    """
    parted = r"(composi\w+|distribu\w+|repartition|perfil) (of|d[aeo]|du|des|der)\b.{0,30}"
    size = rf"{parted}|(group|sample) (size|share)|(share|size|%|percent(age)?) of (the )?"
    size += rf"(electorate|{_COUNTED}|voters|total|all)"
    return is_percent_unit(label) or bool(re.fullmatch(size, bare(label)))


# What kind of answer a row is, by what its folded label holds. The first that fits counts.
_ROLES = (
    ("certain", r"\bsegur[oa]s?\b.*(no (piensa|va a|cambiar)|decidid)|muy segur|very (certain|sure)|not change|decidid[oa]|"
                r"(tout a fait|totalement) sur|definitif"),
    ("may_change", r"podria cambiar|puede cambiar|could (still )?change|may (still )?change|might change|pourrai(t|ent|"
                   r"s) (encore )?changer|pode mudar"),
    ("will_not_vote", r"no (piensa )?(ir|iria?|va) a votar|no votar[ia]|no iria a votar|(will|would) not vote|wouldn't vote|"
                      r"won't vote|does not intend to vote|not going to vote|ne votera|abstention|s'abst|nichtwahler|"
                      r"nao (iria|vai) votar|astensione|투표하지 ?않"),
    ("blank_null", r"\b(vot\w*|en|em|papeletas?|sched[ae]|cedulas?)( en| em)? (blanc[oa]s?|branco|bianc(a|he))\b|"
                   r"\bnul[oa]s?\b|^(blancos?|brancos?|bianc(a|he)|blanc)( ?([/,+&y]|e|o|ou|et)( .*|\b.*)?)?$|"
                   r"viciad|^blank\b|blank (vote|ballot)|spoil|vote blanc"),  # Blanco and Branco are surnames
    ("undecided", r"indecis|aun no (decide|sabe)|no (ha )?decid|undecided|unentschieden|미정"),
    # Not the least of a scale, as `Nada satisfecho` or `Ninguna confianza`.
    ("nothing", r"^(nada|nothing)($| ?[/(,;–-]| (de (lo|l[ao]s|es[ot]|ell)|en (particul|especi)|que|in|of|that|to|stands))|"
                r"^((con|por|a) )?(ning(un|uno|una)|nenhuma?)\b(?! (confian|vez|veces|interes|importan|probab|posib))|"
                r"^none(?! at all)|^aucun|^keine[rs]?$|^nessuno|^없다|^없음"),
    ("no_opinion", r"^(no (sabe|opina|precisa|responde|contesta|opinion|answer|response|lo se)|n[sr](n[crsp])?\b|"
                   r"don't know|dk\b|dk/|d/k|do not know|does not know|unsure|refus|not sure|can't say|nsp\b|sans opinion|"
                   r"ne (sait|se prononce)|nao (sabe|respond)|weiss nicht|keine angabe|non (sa|risponde)|prefer not|skipped|"
                   r"no response|모름|무응답|응답 ?거절|не знаю|わからない).{0,45}$|^n\.[scr]\.( ?/ ?n\.[scr]\.)?$"),
    ("other", r"^otr[oa]s?\b|^others?\b|^another|^autres?\b|^outr[oa]s?\b|^andere|^sonstige|^altr[oi]|^기타|^그 ?외|"
              r"^something else|^someone else"),
)  # fmt: skip


def role_of(label: str) -> str:
    """Say what kind of answer a row label names; "" for an answer of substance.

    Examples
    --------
    >>> role_of("Votará en blanco/viciado"), role_of("Indecisos"), role_of("Keiko Fujimori - Fuerza Popular")
    ('blank_null', 'undecided', '')

    The kinds are those of the codebook.
    """
    text = folded(label).lstrip("-–•· (")
    return next((role for role, pattern in _ROLES if re.search(pattern, text)), "")


_ANSWER = pattern_of(
    r"(very|somewhat|fairly|strongly|mostly|extremely|not (at all|too|very|so)|much|((only|just) )?a (lot|little|great deal|"
    r"(moderate|fair) amount)|quite a|generally|tout a fait|plutot|pas "
    r"(vraiment|du tout)|muy|algo|poco|",
    r"mucho|bastante|totalmente|sehr|eher|매우|대체로)\b.*|yes\b.*|no|si|oui|non|ja|nein|sim|nao|(dis)?approve|(des)?aprueba|"
    r"(dis)?agree.*|",
    r"favou?r(able)?|unfavou?rable|support|oppose|good|bad|fair|poor|excellent|buen[oa]|mal[oa]|regular|better|worse|"
    r"always|never|often|sometimes",
)


def is_answer_word(label: str) -> bool:
    """Say whether a label reads like an answer that somebody gave."""
    return bool(role_of(label) or _ANSWER.fullmatch(bare(label)))
