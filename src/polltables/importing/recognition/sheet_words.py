"""The lines of a technical sheet, by the words that pollsters of several languages name them with."""

import re
from collections.abc import Sequence

from polltables.importing.page import Cell
from polltables.importing.recognition.folding import folded

__all__ = ["is_sheet", "is_sheet_line", "parted", "sheet_id"]

_TELLING = {"pollster", "sample_size", "margin_of_error", "confidence_level", "fieldwork", "universe"}
# By what the folded label begins with. The first that fits counts.
_LABELS = (
    ("pollster", r"nombre de la (empresa )?encuestador|(firma |empresa )?encuestadora|empresa( |$)|(estudio |"
                 r"encuesta )?realizad[oa] por|persona (natural o )?juridica que (la )?realiz|quien la realiz|"
                 r"polling (company|firm|organi[sz]ation)|pollster|by$|(survey |poll |study )?conducted by|fielded by|"
                 r"survey (company|house|organi[sz]ation|firm)|publisher|research (company|firm)|institut(e|o|"
                 r"s)?( de (sondage|pesquisa|investigacion)s?)?$|(etude |sondage |enquete )?realisee? par|"
                 r"pesquisa realizada por|durchgefuhrt von|istituto|realizzat[oa] da|soggetto realizzatore|조사 ?(기관|회사|"
                 r"업체)|調査機関"),
    ("registration", r"registro|registration|registre"),
    ("funding", r"(fuente de )?financia|contratante|cliente|encomendad|persona (natural o )?juridica que (la )?(encomend|"
                r"contrat)|quien la encomend|funding|funded by|commissioned|sponsor|client|commandit|commande par|"
                r"finance par|auftraggeber|committente|의뢰"),
    ("objective", r"objetivo|objective|purpose|objectif|tema o temas|temas a los|themen"),
    ("response_rate", r"tasa de respuesta|response rate|taux de reponse|taxa de resposta|rucklauf|tasso di risposta|응답률"),
    ("weighting", r"ponderacion|ponderacao|weight(ing|ed by|s?$)|redressement|ponderation|gewichtung|ponderazione|가중"),
    ("sample_size", r"tamano (de (la )?)?muestra|tamano muestral|muestra( total| efectiva| final)?( \(n\))?$|n$|"
                    r"numero de (entrevistas|encuestas|casos|encuestad[oa]s)$|(total de )?entrevistas|encuestados|"
                    r"sample size|sample$|interviews|respondents|number of (interviews|respondents|adults)|"
                    r"(total )?sample size|taille (de l'|d')echantillon|echantillon|nombre (de|d') ?(personnes|interviews|"
                    r"repondants|entretiens|interroges)|numero (di |de )?(intervist|entrevist)\w*|"
                    r"tamanho da amostra|amostra$|stichprobe(ngrosse|numfang)?$|fallzahl|"
                    r"befragte$|campione$|dimensione del campione|numerosita|표본( ?의)? ?(크기|수)|유효 ?표본|"
                    r"조사 ?(완료 ?)?사례|사례 ?수|標本数"),
    ("margin_of_error", r"margen(es)? (maximo )?(de )?error|error(es)? (muestral|estadistico|maximo)|"
                        r"(\w+ )?margins? of (sampling )?error|sampling error|moe\b|marges? d'erreur|"
                        r"margem de erro|fehlertoleranz|statistische fehler|"
                        r"schwankungsbreite|margine (di|d') ?errore|표본 ?오차"),
    ("confidence_level", r"nivel de confianza|confianza$|confidence( level)?|niveau de confiance|nivel de confianca|"
                         r"konfidenz|vertrauens|livello di confidenza|신뢰 ?수준"),
    ("representativeness", r"representatividad|share of the population"),
    ("universe", r"universo|universe|population size|univers$|grundgesamtheit|모집단"),
    ("target_group", r"grupo objetivo|poblacion( objetivo| objeto)?$|target (group|population)|population$|publico alvo|"
                     r"popolazione|zielgruppe|조사 ?대상"),
    ("coverage", r"ambito|cobertura|area ?/? ?cubrimiento|area de cobertura|coverage|geographical|조사 ?지역"),
    ("fieldwork", r"fechas? de(l)? (campo|trabajo|realizacion|aplicacion|recoleccion|levantamiento|la encuesta)|"
                  r"trabajo de campo|(periodo|fecha)s?( de(l)?)?( realizacion| trabajo)?( de)? (trabajo de )?campo|campo$|"
                  r"fieldwork|field dates|field(ed| period)?$|interview(ing)? dates|dates? of|fechas?$|dates?$|dates? (de|"
                  r"du|d'|des) ?(terrain|enquete|realisation|interview)|terrain$|(data|periodo) d(a|e) (coleta|campo|"
                  r"pesquisa)|(befragungs|erhebungs)?zeitraum|feldzeit|erhebung$|(data|periodo|date) di (realizzazione|"
                  r"rilevazione|esecuzione)|조사 ?(기간|일시|일자|일)|調査(期間|日)"),
    ("sampling", r"(tipo|sistema|metodo|diseno) (de(l|e)?|da) (muestreo|muestra|amostragem)|muestreo|marco muestral|"
                 r"diseno muestral|sampling( method)?|sample design|constitution de l'echantillon|methode des quotas|"
                 r"plan de sondage|amostragem|auswahlverfahren|표본 ?추출|표집"),
    ("technique", r"tecnica|metodologia|modalidad|(survey )?method(ology)?$|technique|(survey )?mode( de| of|$)|methode|"
                  r"(data collection|interview(ing)?)( method| mode)?$|(erhebungs|befragungs)(methode|art)|"
                  r"metodo de coleta|methodik|metodo di|조사 ?방법"),
    ("contact", r"pagina web|web$|web ?site|contacto|e-?mail|contact"),
    ("publication", r"fecha de publicacion|publicacion|publication|published|veroffentlich"),
)  # fmt: skip
_NUMBERING = re.compile(r"^[\s\-–—•●▪■◆*·]*(?:\(?\d{1,2}[.)]\s*(?!\d))?")


def sheet_id(label: str) -> str | None:
    """Say which line of a technical sheet a label names, if a known one.

    Examples
    --------
    >>> sheet_id("13. Tamaño de la muestra:"), sheet_id("Dates de terrain"), sheet_id("Margin of error"), sheet_id("Color")
    ('sample_size', 'fieldwork', 'margin_of_error', None)

    A line that is not known keeps an id made from its label.
    """
    text = _NUMBERING.sub("", folded(label)).strip(" :：.-*")
    if not text or len(text) > 80:
        return None
    return next((name for name, pattern in _LABELS if re.match(pattern, text)), None)


def parted(line: str) -> tuple[str, str]:
    """Part a line of text into a label and what it says, at its colon; both empty where there is none.

    Examples
    --------
    >>> parted("• Margin of error: ±3.1%")
    ('Margin of error', '±3.1%')

    Bullets and numbers before the label go.
    """
    label, colon, printed = line.replace("：", ":").partition(":")
    label = _NUMBERING.sub("", label)
    return (label.strip(), printed.strip()) if colon and printed.strip() and len(label) < 80 else ("", "")


def is_sheet_line(line: str) -> bool:
    """Say whether a text is a line of a technical sheet: a known label, a colon, something printed."""
    return sheet_id(parted(line)[0]) is not None


def is_sheet(rows: Sequence[Sequence[Cell]]) -> bool:
    """Say whether rows are a technical sheet: at most three columns, and two or more lines known by name."""
    filled = [texts for row in rows if (texts := [cell.text for cell in row if cell.text])]
    if not filled or max(map(len, filled)) > 3:
        return False
    names = {sheet_id(row[-2]) for row in filled if len(row) > 1} - {None}
    return bool(names & _TELLING) and len(names) > 1
