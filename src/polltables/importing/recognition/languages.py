"""In which language labels and titles are printed."""

import re
from collections.abc import Iterable

from polltables.importing.recognition.folding import folded

__all__ = ["language_of"]

_LANGUAGES = {
    "es": "el los las del que por para con una encuesta voto muestra margen total hombres mujeres hombre mujer masculino "
          "femenino anos edad region "
          "otros ninguno sabe responde usted cual de la en y candidato nivel base muy poco algo blanco "
          "total se debe casos aprueba desaprueba precisa gobierno sur oriente",
    "en": "the of and to in for with who would you vote sample margin poll survey male female men women other none total "
          "age gender undecided don't "
          "know not sure yes no which what are is candidate somewhat strongly very refused adults region approve party "
          "voters income",
    "fr": "le les des du que pour avec une sondage vote echantillon homme femme hommes femmes ans sans opinion autres "
          "ensemble vous et pas plutot "
          "est dans la au aux sur age tout aucun total base effectif effectifs brut bruts on "
          "doit quel quelle quels votre ne se prononce nsp",
    "pt": "os as do da dos das que para com uma pesquisa amostra homens mulheres masculino feminino anos nao sabe outros "
          "nenhum voce em um branco "
          "nulo idade regiao total voto base ponderada entrevistas candidato deve ser o primeiro norte sul nordeste de "
          "se pelo periodo margem mais menos amostra eleitores fosse foi sao",
    "de": "der die das und von mit ein eine umfrage frage manner frauen jahre weiss nicht andere insgesamt sie wurden "
          "gesamt keine angabe alter",
    "it": "il gli del della che per con una sondaggio campione uomini donne anni non sa altri nessuno si di e le voto quale "
          "quali partito voterebbe intenzione intenzioni fascia eta",
    "nl": "de het een van en voor met mannen vrouwen jaar weet niet anders geen zou u stemmen partij peiling leeftijd op",
    "no": "og av for som menn kvinner ar vet ikke andre ingen alder parti ville du stemme antall alle pa hvilket",
    "sv": "och av som man kvinnor ar vet ej inte andra ingen alder parti skulle du rosta antal alla pa vilket",
    "da": "og af for som maend kvinder ar ved ikke andre ingen alder parti ville du stemme antal alle pa hvilket",
}  # fmt: skip
_WORDS = {language: frozenset(words.split()) for language, words in _LANGUAGES.items()}
_LETTERS = {"es": "[ñ¿¡Ñ]", "pt": "[ãõç]", "de": "[äöüß]", "fr": "[èêâîûœ]", "it": "[ìòù]"}
_SCRIPTS = (
    ("ko", r"[\uac00-\ud7a3]"), ("ja", r"[\u3040-\u30ff]"), ("zh", r"[\u4e00-\u9fff]"),
    ("hi", r"[\u0900-\u097f]"), ("ar", r"[\u0600-\u06ff]"), ("ru", r"[\u0400-\u04ff]"),
    ("el", r"[\u0370-\u03ff]"), ("he", r"[\u0590-\u05ff]"), ("th", r"[\u0e00-\u0e7f]"),
)  # fmt: skip


def language_of(texts: Iterable[str]) -> tuple[str, bool]:
    """Find the language of labels and titles by their script and small words, and whether that is certain.

    Examples
    --------
    >>> language_of(["Candidate", "Total", "Male", "Undecided"]), language_of(["전체", "남성"]), language_of(["A", "B"])
    (('en', True), ('ko', True), ('en', False))

    Without a word that tells, English is proposed and asked about.
    """
    text = " ".join(texts)
    letters = sum(one.isalpha() for one in text)
    for language, pattern in _SCRIPTS:
        if letters and len(re.findall(pattern, text)) > 0.3 * letters:
            return language, True
    words = re.findall(r"[a-z']+", folded(text))
    counts = sorted(
        ((sum(word in known for word in words), language) for language, known in _WORDS.items()), reverse=True
    )
    (most, best), (second, _) = counts[0], counts[1]
    if most == second:  # letters that the others lack
        lettered = [
            name for count, name in counts if count == most and re.search(_LETTERS.get(name, "$^"), text)
        ]
        if len(lettered) == 1:
            return lettered[0], True
    # "total" and "no" belong to several languages, and one word may be a name.
    return (
        (best, most > second + 1 or most > 3)
        if most > second
        else ("en" if (most, "en") in counts else best, False)
    )
