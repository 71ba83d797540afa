"""The justification and the message: what a machine can state of them; people read the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import pairwise
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed, quote, quoted
from etabli.exam.contract.words import contains_words, fold, normal, squeeze
from etabli.kit import papers

from .applied import elsewhere, points_at
from .given import ADVICE_RUN, ADVICE_TABLE, CHARTER, SOURCES_RUN, SOURCES_SHEET, own_words
from .vocabulary import ADVICE, FRAMEWORKS, SOURCES, Term

if TYPE_CHECKING:
    from .shape import Situation
    from .work import Work

MESSAGE_WORDS = (80, 300)
JUSTIFICATION_WORDS = (120, 600)
OWN_WORDS = 60
"""Words of a justification that are not copied from the sheet of sources."""
LEAST_ADVICE, LEAST_SOURCES = 3, 2
"""Four pieces of advice are asked for; with fewer than three that are recognised, one surely lacks."""
PASTED = 20
"""Words of a message beside the sheet's table, copied, below which it is that table."""
STOPS = re.compile(r"(?<=[.!?;])\s+|\n\s*\n")
"""A PDF gives lines as they stand on the page: a sentence then goes over several."""
_NUMBERS = {1: "1|un|premier|i", 2: "2|deux|deuxieme|second|ii"}
_BITS = {80: r"80(?:bits?)?|quatre vingts?", 50: r"50(?:bits?)?|cinquante"}
_OF_ELSE = (
    r" (?:pour cent|pourcent|mots?|caracteres|lettres|signes|pages?|comptes?|personnes|collegues|salaries|agents|utilisateurs|postes"
    r"|jours|ans|mois|semaines|minutes|secondes|heures|fois|euros|recommandations)\b"
)
"""What a number may count beside bits."""
_TRIES = {
    1: re.compile(
        r"\b(?:autant de fois|sans (?:attente|blocage|limite)|aucun(?:e)? (?:attente|blocage)|ni attente|illimite\w*)"
    ),
    2: re.compile(r"\b(?:ralenti\w*|bloqu\w+|blocage|attendre|attente|verrouill\w+)\b"),
}
"""Words of a situation in which this case applies."""
_NOT = re.compile(r"\b(?:pas|non|ni|jamais|aucun|plutot|contraire\w*|exclu\w*|ecart\w*|autre)\b")
_MORE = re.compile(r"\b(?:plus|davantage|au lieu|mieux|suffi\w*|seulement)\b")
"""A sentence that compares."""
_IT_ASKS = re.compile(
    r"^(?:ce cas|celui ci|il|elle|la cnil|cela|ca)(?: la)? (?:nous |y |en )?(?:demande|exige|impose|veut|fixe|faut|prevoit)\b"
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+|\n")
_STARTS = r"(?:^|[,:;(–—]\s*|\b(?:surtout|alors|donc|et) )"
_NEVER_ONE = r"(?:surtout )?(?:pas|jamais|aucun)(?: de| d'un| un| le| votre)?"
_MANAGER = r"(?:gestionnaire|coffre|keepass|bitwarden|trousseau)"
_NOBODY_ELSE = r"(?! (?:d'autre|sauf|hors|avant|a part|que)\b)"
_CONTRARY = {
    name: re.compile(pattern)
    for name, pattern in {
        "longueur": rf"{_STARTS}(?:prenez|choisissez|utilisez|employez|mettez|preferez) (?:un |des )mots? de passe (?:tres |plus )?courts?\b"
        r"|\blongueur ne (?:sert a|change|compte pour) rien|\b(?:deux|trois|quatre|cinq|six) (?:lettres|caracteres|signes) suffisent"
        rf"|{_STARTS}(?:n'(?:utilisez|employez)|ne (?:prenez|choisissez)) {_NEVER_ONE} (?:longue )?phrase",
        "unique": rf"{_STARTS}(?:gardez|prenez|utilisez|mettez|employez|choisissez|reprenez) (?:toujours |partout )?(?:le |un )meme mot de passe "
        rf"(?:partout|pour|sur|dans|chez)\b|^(?!.*\b(?:unique|different|jamais|a changer)\b).*\bmeme mot de passe\b.*\b(?<!ne )(?:pouvez|peut) le garder\b|\bseul mot de passe pour tous\b.*\b(?<!ne )(?:pouvez|peut) le garder\b|{_STARTS}reutilisez (?:partout |toujours )?(?:le|votre|un|vos)\b"
        rf"|^(?!.*\b(?:{_MANAGER}|logiciel|appli\w*|outil|facteur|\w*fication|unique|different|jamais|telephone|codes?|piege|erreur|croire|penser|disent|entend)\b)"
        rf"(?=.*\b(?:mots? de passe|mdp|phrase)\b.*-l[ae]\b).*{_STARTS}(?:gardez|prenez|mettez|employez|utilisez)-l[ae] (?:pour|sur|dans) tou(?:s|tes) (?:vos|les) (?:comptes|sites|services|logiciels)\b",
        "gestionnaire": rf"\b(?:n'(?:installez|utilisez|employez)|ne (?:prenez|choisissez)) {_NEVER_ONE} {_MANAGER}"
        rf"|\b(?:pas (?:besoin|utile|necessaire|la peine)|inutile) (?:de |d'un |d'(?:installer|utiliser|avoir) (?:un )?|de prendre (?:un )?){_MANAGER}(?! (?:payant|complique|cher))(?![^.!?]*\b(?:keepass|bitwarden|support)\b)|\b(?:evitez|fuyez|mefiez-vous) (?:des|les|de tout) {_MANAGER}s?\b"
        rf"|^(?:surtout |alors |donc )?(?:evitez|fuyez|laissez tomber) (?:le|tout) {_MANAGER}(?: de mots de passe)?(?= ?(?:[:;.,!]|$|car\b|parce\b))(?!.*\b(?:keepass|bitwarden|navigateur|support|autre|sauf|valid\w+|inconnus?|celui|ceux|le notre|seulement|demandez|faux)\b)",
        "second-facteur": r"^(?:le|la|un|ce|cet?te)? ?(?:second|deuxieme|double)? ?facteur (?:vous |nous )?(?:fait perdre (?:du|votre) temps(?! aux?\b)(?!.*\bactivez)|est une perte de temps|ne sert a rien)|\bfacteur\b[^.!?]*[,;] (?:c.est une perte de temps|vous pouvez vous en passer)\b|\bfacteur\b.*\b(?:refusez|desactivez|ignorez)-l(?:e|es)\b"
        r"|^(?:le|un|ce) (?:second|deuxieme|double) facteur n'est (?:utile|necessaire|bon|fait) (?:qu'aux (?!mains\b)|que pour (?:les|des|ceux)\b)(?!.*(?:\?|\b(?:activez|mais|conseill?e?r?|mettez|faites|acceptez|pourtant)\b))"
        rf"|\b(?:n'activez|ne prenez|n'acceptez) {_NEVER_ONE} (?:second|deuxieme|double)\b"
        r"|\b(?:refusez|desactivez) (?:le|tout) (?:second|deuxieme) facteur\b",
        "contact": rf"\b(?:ne (?:prevenez|contactez)|n'(?:appelez|alertez|avertissez)) (?:surtout )?personne\b{_NOBODY_ELSE}"
        rf"|\bn(?:e parlez|e telephonez|'ecrivez) (?:surtout )?a personne\b{_NOBODY_ELSE}|\binutile de (?:prevenir|contacter|appeler|signaler)\b",
    }.items()
}
"""What surely advises the contrary of each piece of advice, in a sentence; French has more ways, which a person reads."""
_IT = r"(?:toute? )?(?:la |cette |le |cet |ce |ces |les |l )?(?:charte|mandat|engagement|document|texte|regles?|conditions)\b"
_REFUSED = re.compile(
    rf"\b(?:refuse|rejette) (?:{_IT}|(?:de (?:m engager|signer|l accepter|la signer)|d accepter)\b)"
    r"|\b(?:refuse|rejette)(?: tout)?(?: le \d| *$)|\bne m engage (?:a rien|pas|en rien|nullement|point)\b"
    rf"|\bn accepte (?:rien\b|pas {_IT})|\bn ai (?:pas|ni|jamais) (?:lu|accepte|signe) {_IT}|\bn ai rien (?:lu|accepte|signe)\b"
    r"|\b(?:non|ni) (?:lu|accepte|signe)\b|(?:^|\blu )pas (?:lu|accepte|signe)\b"
    r"|\blu (?:et|mais) (?:refuse|rejete|non|pas)\b|\bsans (?:l avoir lu|l accepter|accepter)"
)
"""A commitment that is none, in the words below the charter; who refuses to share a password refuses something else."""
_MONTH = r"(?:janv|fev|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec)[a-z]*"
_NUMBER = r"(?:\d+(?:er)?|premier|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DATED = re.compile(
    rf"(?<!\d){_DAY} ?[/.-] ?{_DAY}(?!\d)|(?<!\d){_DAY} {_DAY} \d{{2,4}}|\d{{4}}-\d|(?<!\d)\d{{6}}(?:\d\d)?(?!\d)|\b{_NUMBER} {_MONTH}\b|\b{_MONTH} {_NUMBER}\b"
)
"""A day, in digits or in words; « SIO 1 » is none."""
_OF_THE_CHARTER = 3
"""Of its five rules, those that are there word for word: who writes it anew, or turns a rule round, engages to something else."""
_A_CHARTER = 30
"""Words of a page from which it may be a charter."""


def expect_length(text: str, bounds: tuple[int, int], what: str) -> None:
    """A text has the length asked for, in words."""
    look = "Le traitement de texte compte les mots (LibreOffice : Outils, Statistiques)."
    short, long = f"Il en manque. {look}", f"Coupez ce qui ne sert pas au lecteur. {look}"
    papers.expect_length(text, bounds, what, short=short, long=long)
    said, once = papers.words(text).most, papers.words(_once(text)).most
    if once < min(said, bounds[0] * (1 - papers.SPARE)):
        raise Failed(
            f"{what} a {counted(said, 'mot')}, dont {said - once} dans des phrases qui y sont déjà : il en reste {once}.",
            f"Entre {bounds[0]} et {bounds[1]} mots ; une phrase compte une fois.",
            f"Retirez les phrases répétées. {short}",
        )


def _once(text: str) -> str:
    """A text without the sentences that it has already said."""
    seen, kept = set[str](), list[str]()
    for one in re.split(r"(?<=[.!?;:…])\s+|\n", text):
        said = fold(one)
        if not said or said not in seen:
            kept.append(one)
        seen.add(said)
    return "\n".join(kept)


def expect_message(text: str) -> None:
    """A message has the length asked for, and is not the sheet's table itself."""
    expect_length(text, MESSAGE_WORDS, "Le message")
    if is_pasted(text):
        raise Failed(
            "Le message est le tableau de la feuille, recopié.",
            "Une demi-page écrite pour vos collègues, avec vos mots.",
            "Dites chaque conseil comme à un collègue : ce qu'il fait demain, et pourquoi.",
        )


def is_pasted(text: str) -> bool:
    """Whether a message is the sheet's table of advice, copied."""
    mine = own_words(text, ADVICE_TABLE, ADVICE_RUN)
    return mine != text and papers.words(mine).most < PASTED


def expect_written(text: str) -> None:
    """A justification has the fewest words asked for."""
    expect_length(text, (JUSTIFICATION_WORDS[0], max(JUSTIFICATION_WORDS[1], len(text))), "La justification")


def expect_sources(text: str) -> None:
    """At least two of the three texts are named, in a page that is not the sheet of sources itself."""
    expect_length(text, JUSTIFICATION_WORDS, "La justification")
    if not _is_own(text):
        said, mine = papers.words(text).most, papers.words(_own(text)).most
        raise Failed(
            f"La justification a {counted(said, 'mot')}, dont {said - mine} recopiés de la fiche des sources : il en reste {mine} à vous.",
            f"Au moins {OWN_WORDS} mots à vous. Le reste peut citer la fiche.",
            "Gardez de la fiche la phrase qui compte, et dites pourquoi elle vaut pour votre organisation.",
        )
    named = [term.word for term in SOURCES if term.id in FRAMEWORKS and _says(text, term)]
    if len(named) < LEAST_SOURCES:
        told = f"ne cite que {quote(named[0])}" if named else "ne cite aucun texte de la fiche"
        texts = [term.word for term in SOURCES if term.id in FRAMEWORKS]
        raise Failed(f"La justification {told}.", f"Au moins deux de ces textes : {listed(texts)}.")


def _own(text: str) -> str:
    return own_words(text, SOURCES_SHEET, SOURCES_RUN)


def _is_own(text: str) -> bool:
    """Whether enough of a justification is not the sheet of sources."""
    return papers.words(_own(text)).most >= OWN_WORDS * (1 - papers.SPARE)


def expect_situation(text: str, situation: Situation, names: Collection[str] = ()) -> None:
    """The page gives the bits of the case that applies, and neither names nor applies another case alone.

    Which case a page retains is for a person, where it says it otherwise.

    Args:
        text: The page.
        situation: How people sign in at the organisation.
        names: What that is called.
    """
    expected = "Le cas de la CNIL qui s'applique à votre organisation, et son nombre de bits."
    other = [one for one in _sentences(text, 3 - situation.case) if not one.rstrip().endswith("?")]
    if other and not _sentences(text, situation.case) and not points_at(text, situation):
        raise Failed(
            "La justification ne parle que d'un cas de la CNIL qui n'est pas celui de la situation : "
            f"{quote(squeeze(other[0]).rstrip('. '), 120)}.{_premise(text, situation)}",
            expected,
        )
    if applied := elsewhere(text, situation, names):
        raise Failed(
            f"La justification applique à votre organisation un cas de la CNIL qui n'est pas celui de la situation : {quote(applied, 120)}."
            f"{_premise(text, situation, applied)}",
            expected,
        )
    own, others = (rf"\b(?:{_BITS[bits]})\b" for bits in (situation.bits, sum(_BITS) - situation.bits))
    mine = [fold(one) for one in _sentences(text, situation.case) if one not in _sentences(text, 3 - situation.case)]
    swapped = [one for one in mine if re.search(others, one) and not _MORE.search(one)]
    if swapped and not any(re.search(own, one) for one in mine):
        raise Failed("La justification donne au cas qui s'applique les bits d'un autre cas.", expected)
    if said := _asked_wrongly(text, situation, own, others):
        raise Failed(
            f"La justification donne au cas qui s'applique les bits d'un autre cas : {quote(said, 120)}.", expected
        )
    if not any(re.search(rf"{own}(?!{_OF_ELSE})", fold(one.replace("%", " pour cent"))) for one in text.split("\n\n")):
        raise Failed(
            "La justification ne donne pas le nombre de bits que demande ce cas.",
            expected,
            "La fiche des sources donne, pour chaque cas, son nombre de bits.",
        )
    said = _own(text)
    if not re.search(own, fold(said)) and not _sentences(said, situation.case):
        raise Failed(
            "La justification recopie les cas de la fiche des sources : aucune phrase à vous ne dit lequel s'applique, ni ses bits.",
            expected,
            "Complétez la phrase de la séance 4 : le cas, pourquoi il s'applique ici, et ses bits.",
            because=[] if _is_own(text) else ["justification-sources"],
        )


def _asked_wrongly(text: str, situation: Situation, own: str, others: str) -> str:
    """The sentence that follows the one on the case that applies, and says that it asks for another case's bits; ''."""
    every = STOPS.split(text)
    mine = {one for one in _sentences(text, situation.case) if one not in _sentences(text, 3 - situation.case)}
    if any(re.search(own, fold(one)) for one in mine):
        return ""
    for before, one in pairwise(every):
        said = fold(one)
        if before in mine and _IT_ASKS.search(said) and not _MORE.search(said):
            if re.search(own, said):
                return ""
            if re.search(
                rf"(?:{others})(?: bits?)?(?: d entropie)?(?: (?:au moins|au minimum|minimum|donc|ici))?$", said
            ):
                return squeeze(one).rstrip(". ")
    return ""


def _premise(text: str, situation: Situation, told: str = "") -> str:
    """What the text says of how people sign in, where the brief of the situation says the contrary, in sentences; ''.

    Args:
        text: The page.
        situation: How people sign in at the organisation.
        told: A sentence that is quoted already.
    """
    for one in STOPS.split(text):
        found = _TRIES[3 - situation.case].search(fold(one))
        if found and not _TRIES[situation.case].search(fold(one)):
            brief = re.split(r"(?<=[.!?])\s+", situation.text)[-1]
            said = squeeze(one).rstrip(". ")
            premise = " La" if told and told in said else f" Elle dit : {quote(said, 100)} ; la"
            return f"{premise} séance 3 dit : {quote(brief.rstrip('.'), 120)}."
    return ""


def bits_in(text: str) -> list[int]:
    """The numbers of bits of the CNIL's cases that a text gives."""
    words = {number: written.replace("(?:bits?)?", "") for number, written in _BITS.items()}
    return [number for number, written in words.items() if re.search(rf"\b(?:{written}) ?bits?\b", fold(text))]


def length_in(text: str) -> str:
    """The first sentence that gives a number of characters as its own, and not as what a source asks for; ''."""
    return next(
        (squeeze(one).rstrip(". ") for one in STOPS.split(text) if _OWN_LENGTH.search(fold(one)) and not _sourced(one)),
        "",
    )


def _sourced(sentence: str) -> bool:
    return any(_says(sentence, term) for term in SOURCES if term.id in FRAMEWORKS)


_OWN_LENGTH = re.compile(r"\b\d{1,2} caracteres\b")
_UNCHANGED = re.compile(
    r"\b(?:aucun|pas de|jamais de|sans) (?:changement|renouvellement)\b|\bpas (?:renouvel|change)\w*\b"
)


def no_renewal_in(text: str) -> str:
    """The first sentence that says that no change of password is imposed; ''."""
    return next((squeeze(one).rstrip(". ") for one in STOPS.split(text) if _UNCHANGED.search(fold(one))), "")


def _sentences(text: str, case: int) -> list[str]:
    """The sentences that name a case of the CNIL's; one that says no is left out."""
    names = _NUMBERS[case]
    named = re.compile(rf"\bcas (?:de figure |de la cnil |cnil |no? |numero )*(?:{names})\b|\b(?:{names}|1er|2e) cas\b")
    return [one for one in STOPS.split(text) if named.search(fold(one)) and not _NOT.search(fold(one))]


def expect_advice(text: str) -> None:
    """The message speaks of most of the five pieces of advice; whether each is good is for a person.

    A sentence that surely advises the contrary is no mention of its own: « Gardez le même mot de passe partout ».
    The sheet's table, copied, is none either.
    """
    mine = own_words(text, ADVICE_TABLE, ADVICE_RUN)
    sentences = _SENTENCES.split(mine)
    lacking, against = list[str](), list[str]()
    for term in ADVICE:
        contrary = [one for one in sentences if _CONTRARY[term.id].search(_plain(one))]
        folded = fold(" ".join(one for one in sentences if one not in contrary))
        if not any(re.search(pattern, folded) for pattern in term.others):
            lacking.append(term.means)
            against += contrary[:1]
    if len(ADVICE) - len(lacking) < LEAST_ADVICE:
        given = len(ADVICE) - len(lacking)
        told = f"ne donne que {counted(given, 'conseil')}" if given else "ne donne aucun des conseils"
        said = f" Il conseille le contraire : {quote(squeeze(against[0]).rstrip('. '), 120)}." if against else ""
        told = f"recopie le tableau de la feuille ; à part cela, il {told}" if mine != text else told
        raise Failed(
            f"Le message {told} : on n'y reconnaît pas {quoted(lacking)}.{said}",
            f"Au moins quatre des {len(ADVICE)} conseils de l'énoncé, avec vos mots.",
            because=["message-longueur"] if is_pasted(text) else (),
        )


def _plain(text: str) -> str:
    """Without capitals nor accents, with its punctuation."""
    bare = normal("NFKD", squeeze(text).replace("’", "'").casefold())
    return "".join(one for one in bare if not unicodedata.combining(one)).strip()


def expect_signed(work: Work) -> None:
    """The charter of this audit bears a dated commitment: something with a date stands after its last line, or in it."""
    wanted = "La charte, avec « Lu et accepté le », puis la date, sous sa dernière ligne."
    found = [path for path in work.files.paths() if fold(path.rpartition("/")[2]).startswith("charte")]
    if not found:
        raise Failed("La charte n'est pas dans le rendu.", wanted, "Copiez-y charte.txt, puis engagez-vous à la fin.")
    written = [line.strip() for path in found for line in work.documents.text(path).splitlines()]
    lines = [fold(line) for line in written]
    end = next((at for at, line in enumerate(lines) if line.startswith("pour m engager")), len(lines))
    organisation, whole = work.variant.organisation, " ".join(lines)
    short = len(whole.split()) < _A_CHARTER
    if not contains_words(whole, organisation.short) and ("je suis charge" in whole or short):
        told = (
            "ne porte pas le texte de la charte"
            if short
            else f"n'est pas celle de l'audit : {quote(organisation.name)} n'y est pas"
        )
        raise Failed(f"{found[0]} {told}.", wanted, "Reprenez la charte remise avec votre TP, entière.")
    rules = sum(f" {fold(rule)} " in f" {whole} " for rule in CHARTER)
    if rules < _OF_THE_CHARTER:
        raise Failed(
            f"{found[0]} n'a que {counted(rules, 'règle')} de la charte sur {len(CHARTER)}, telles qu'elle les écrit.",
            wanted,
            "Reprenez la charte remise avec votre TP, entière : ses règles ne se changent pas.",
        )
    own = [said for said, line in zip(written, lines, strict=True) if "lu et a" in line] + written[end + 1 :]
    if not any(_DATED.search(_plain(line)) for line in own):
        undated = [said for said, line in zip(written, lines, strict=True) if "lu et a" in line]
        undated = undated if any("lu et a" in line for line in lines[end + 1 :]) else []
        told = f"porte {quote(undated[-1])}, sans date" if undated else "ne porte pas d'engagement daté"
        raise Failed(f"{found[0]} {told}.", wanted)
    if refused := [
        said for said, line in zip(written[end + 1 :], lines[end + 1 :], strict=True) if _REFUSED.search(line)
    ]:
        raise Failed(
            f"{found[0]} porte {quote(refused[0].rstrip('. '), 120)} : c'est un refus.",
            wanted,
            "Le mandat ne vaut qu'avec votre engagement. Un point vous gêne ? Parlez-en avant de commencer.",
        )


def _says(text: str, term: Term) -> bool:
    return any(contains_words(text, name) for name in term.names())
