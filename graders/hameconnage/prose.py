"""The answer, the page, and what must be in nothing that is handed in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from etabli.exam import Failed
from etabli.exam.contract.french import counted, quote, quoted, some
from etabli.exam.contract.words import cut, fold, squeeze
from etabli.exam.reading.markup import unescape
from etabli.kit import language, papers

from .quiz import hosts

if TYPE_CHECKING:
    from etabli.exam.tools.page import SitePage

    from .shape import Variant
    from .work import Work

ANSWER_WORDS, PAGE_WORDS = (60, 250), 100
_AT_ALL = 2
"""A text that is so many times shorter than what was asked for is none: nothing else of it is looked at."""
LEAST_GESTURES, LEAST_REFLEXES = 3, 4
ENGLISH_SPARED = 2
"""Sentences of a French page that may be in English: a slogan, a quotation."""


class Gesture(NamedTuple):
    """Something to do, and the words by which a text says it."""

    name: str
    said: str
    """The words by which it is recognised."""
    undone: str = ""
    """Of something not to do: the words that say to do it."""


_TELL = Gesture("prévenir l'assistance", r"\b(?:assistance|informatique|support|previen\w*|prevenir|alert\w*)\b")
GESTURES = {
    "motdepasse": (
        Gesture("changer le mot de passe", r"\bchang\w+|\bremplac\w+|\bmodifi\w+|\brenouvel\w+|\breinitialis\w+|\bnouveau mot de passe"),
        Gesture("partout où il servait", r"(?:^|\| )partout\b|\bpartout ou\b|\b(?:chang|modif|remplac|renouvel|fai[rst]|met[sz]?\b|mett|nouveau|autre|different|unique|mots? de passe)[^|]{0,80}\bpartout\b|\bailleurs\b|\bautres? (?:sites?|comptes?|services?)|\bmeme mot de passe|\btous (?:les|vos) (?:sites|comptes|services)"),
        Gesture("le second facteur", r"\b(?:2fa|a2f|mfa)\b|\b(?:second|2nd|deuxieme|2e|2eme|double|deux|2|multi|plusieurs) (?:facteurs?|authentif\w*|verif\w*|identif\w*|etapes?|validation|protection|securite|code|serrure|cle)\b|\bfacteurs? (?:d |supplementaire|multiple)|\bmultifacteurs?\b|\bauthentification (?:forte|renforcee)\b|\bcode (?:recu|a usage)"),
        _TELL,
    ),
    "piece": (
        Gesture("débrancher le réseau", r"\bdebranch\w+|\breseau\b|\bwi fi\b|\bwifi\b|\binternet\b|\bcables?\b|\bdeconnect\w+"),
        Gesture("ne pas éteindre", r"\bpas (?:l |le )?(?:poste |ordinateur |pc )?(?:etei\w+|arret\w+|redemarr\w+)|\bne? (?:l |le )?(?:etei\w+|arret\w+|redemarr\w+)|\b(?:laiss|gard)\w+ (?:\w+ ){0,4}(?:allum|tourn|march)\w+|\b(?:inutile|evit\w+|peine|besoin|sans) (?:de |d )?(?:l )?eteindre", r"\b(?:eteignez|eteins|redemarre[sz]?|(?:l )?(?:eteindr|arreter|redemarrer)(?:ais|ait|iez)|(?:faut|faudra|dois|devez|puis) (?:l )?eteindre)\b"),
        Gesture("ne rien brancher", r"\bcles?\b|\bdisques?\b|\bsupports?\b|\bperipheriques?\b|\brien (?:y )?branch\w+|\bbranch\w+ rien", r"\b(?:rebranch|branch|inser|mett|utilis)(?:ez|e|es|s)? (?:\w+ ){0,3}(?:cles?|disques?|usb)\b|\b(?:sauv|copi|recopi|enregistr|transf)\w* (?:\w+ ){0,4}(?:sur|vers) (?:une?|ta|ton|votre|la|le) (?:\w+ )?(?:cle|disque|usb)\b"),
        _TELL,
    ),
    "carte": (
        Gesture("l'opposition", r"\boppos\w+|(?<!serait )\bbloqu\w+"),
        Gesture("prévenir la banque", r"\bbanque\b|\bbancaire\b"),
        Gesture("surveiller les relevés", r"\breleves?\b|\boperations?\b|\bsurveill\w+|\bdebits?\b|\bpaiements?\b|\bprelevements?\b"),
        _TELL,
    ),
}  # fmt: skip
"""By scene: what ``reflexes.md`` says, and the words by which it is recognised."""
_CLAUSES = re.compile(r"[.;:!?,()\n]+|\b(?:mais|puis|car|sinon|et)\b", re.IGNORECASE)
_DONE = r"(?:chang|modifi|remplac|renouvel|activ|bloqu|prev|avert|alert|dites?|dis|contact|appel|signal|fai|fer|derang|surveill|regard|debranch|coup|deconnect)"
_AGAINST = re.compile(
    r"^ni\b|\b(?:inutile|deconseil\w+ (?:\w+ ){0,3}?(?:de |d )(?!gard|laiss|utilis|reutilis|conserv)|ne (?:sert|servent|servirai\w*|servira) (?:a|pas|plus)|(?:est|serait|parait) (?:\w+ )?(?:imprudent|risque|dangereux|inutile|exagere)|(?<!n )oublie[sz]? (?!pas)|(?<!n )attend\w* avant|sans urgence"
    r"|pas (?:besoin|la peine|necessaire|utile|oblige\w*)|(?:evit|gard)e[zr]? (?:vous )?(?:bien )?(?:de|d)"
    r"|n est (?:pas|plus) (?:de|du|d|une? (?:affaire|probleme|question))"
    rf"|ne? (?:(?:les?|la|l|lui|leur|y|en|vous|te|t) )?{_DONE}\w* (?:pas|rien|jamais|personne|aucun\w*|surtout)"
    rf"|ne (?:pas|rien|jamais|surtout pas) (?:(?:les?|la|l|lui|leur|y|en) )?{_DONE}\w*)\b"
)
"""A clause that says not to do it."""
_CONCEDES = re.compile(r"meme s\b|meme si\b|bien qu")
"""A clause that goes on with one that says not to do it."""
_NEGATED = re.compile(r"\b(?:n|ne|ni|pas|rien|jamais|sans|aucun\w*|inutile|evit\w+|si|sauf)\b")
REFLEXES = (
    Gesture("l'adresse", r"\badresses?\b|\bexpediteurs?\b|\bdomaines?\b"),
    Gesture("le lien", r"\bliens?\b|\bsurvol\w+|\bcliqu\w+"),
    Gesture(
        "la pièce jointe",
        r"\bpieces? jointes?\b|\bextensions?\b|\bfichiers? (?:joints?|attaches?|qui (?:fini|se termin)\w*)|\b(?:pdf|docx?|xlsx?|jpg) exe\b",
    ),
    Gesture(
        "l'urgence",
        r"\burgen\w+|\bpress\w+|\bdelais?\b|\b(?:si|trop) vite\b|\bpren(?:ez|ds|dre|ons) (?:le|son|ton|votre) temps",
    ),
    Gesture(
        "l'IBAN",
        r"\biban\b|\brib\b|\bcoordonnees bancaires\b|\bcomptes? bancaires?\b",
        r"\b(?:appel|telephon|rappel|compos|join)\w* (?:\w+ ){0,6}(?<!autre )numero (?:(?!que\b|autre|different|celui|plutot|lieu)\w+ ){0,3}(?:dans|sur|du) (?:le |ce |son |leur )?(?:meme )?(?:message|mail|courriel)",
    ),
    Gesture("le signalement", r"\bsignal\w+|\balert\w+|\bpreven\w+|\bprevien\w+"),
)
_URL = re.compile(r"(?:https?\\?:/{0,9}|=\s*[\"']?//)([^\s/?\"'<>()\[\]{}#\\]{1,200})", re.IGNORECASE)
_PARTED = re.compile(r"(?<=\d)(?:[\W_]{1,5}|[\W_]{1,3}(?:puis|et)[\W_]{1,3})(?=\d)")
_TAGS, _LINE_END = re.compile(r"<[^<>]{0,200}>"), re.compile(r"-\s*\n\s*")
"""What parts a word in a page, and what parts it at the end of a line."""
_READ_AS = str.maketrans({"\\": "/", "\u00ad": None, "。": ".", "．": ".", "｡": "."})
"""What a browser makes of an address."""
_GRAVE = ("serious", "critical")
_LANGUAGE_RULES = ("html-has-lang", "html-lang-valid")


def expect_answer_length(text: str) -> None:
    """The answer has the length asked for."""
    try:
        papers.expect_length(text, ANSWER_WORDS, "La réponse", short="Dites les gestes un par un.", long="Un collègue inquiet lit trois phrases, pas une page.")  # fmt: skip
    except Failed as failed:
        failed.stops = papers.words(text).most < ANSWER_WORDS[0] / _AT_ALL
        raise


def advised(text: str, scene: str) -> list[str]:
    """The gestures of what happened that a text advises, and advises not to leave undone."""
    clauses = list[str]()
    for one in map(fold, _CLAUSES.split(text)):
        if clauses and _CONCEDES.match(one) and _AGAINST.search(clauses[-1]):
            clauses[-1] += f" {one}"
        else:
            clauses.append(one)
    kept = " | ".join(one for one in clauses if not _AGAINST.search(one))
    done = [one for one in clauses if not _NEGATED.search(one)]
    return [
        one.name
        for one in GESTURES[scene]
        if re.search(one.said, fold(text) if one.undone else kept)
        and not (one.undone and any(re.search(one.undone, clause) for clause in done))
    ]


def expect_gestures(text: str, scene: str) -> None:
    """The answer tells at least three of the four gestures of what happened."""
    found = len(advised(text, scene))
    if found < LEAST_GESTURES:
        raise Failed(
            f"On reconnaît {counted(found, 'geste conseillé', 'gestes conseillés')} sur {len(GESTURES[scene])} dans la "
            "réponse.",
            "Au moins trois des quatre gestes que dit la fiche des réflexes pour ce cas-là ; un geste déconseillé ne compte "
            "pas.",
        )


def expect_page(leaf: SitePage) -> None:
    """The page has one filled heading of level 1, and enough to read."""
    headings, most = leaf.headings(1), papers.words(leaf.text).most
    stops = most < PAGE_WORDS / _AT_ALL
    if len(headings) != 1 or not squeeze(headings[0]):
        found = "n'a aucun titre <h1>" if not headings else f"a {len(headings)} titres <h1>" if len(headings) > 1 else "a un titre <h1> vide"  # fmt: skip
        raise Failed(f"La page {found}.", "Un titre de niveau 1, rempli.", stops=stops)
    if most < PAGE_WORDS * (1 - papers.SPARE):
        raise Failed(f"La page montre {counted(most, 'mot')}.", f"Au moins {PAGE_WORDS} mots.", stops=stops)


def expect_reflexes(text: str) -> None:
    """The page speaks of most of the six reflexes; whether each is good is for a person."""
    said, clauses = fold(text), [one for one in map(fold, _CLAUSES.split(text)) if not _NEGATED.search(one)]
    lacking = [
        one.name
        for one in REFLEXES
        if not re.search(one.said, said) or (one.undone and any(re.search(one.undone, clause) for clause in clauses))
    ]
    if len(REFLEXES) - len(lacking) < LEAST_REFLEXES:
        raise Failed(
            f"On reconnaît {counted(len(REFLEXES) - len(lacking), 'réflexe')} sur {len(REFLEXES)} : il manque, ou est dit à "
            f"l'envers, {quoted(lacking)}.",
            f"Au moins {LEAST_REFLEXES} des six réflexes de la fiche.",
        )


def expect_french(leaf: SitePage) -> None:
    """The page says that it is in French, and is."""
    lang = leaf.lang
    if lang.lower().split("-")[0] != "fr":
        told = f"lang vaut « {cut(lang, 20)} »" if lang else "la balise <html> ne dit pas la langue"
        raise Failed(f"Dans la page, {told}.", "La balise <html> dit « fr » dans son attribut lang.")
    english = list(language.english_ones([leaf.text]))
    if len(english) > ENGLISH_SPARED:
        raise Failed(
            f"La page a {len(english)} phrases en anglais, dont {quote(english[0], 60)}.", "Une page en français."
        )


def expect_accessible(leaf: SitePage) -> None:
    """No serious or critical violation of axe-core."""
    faults = [one for one in leaf.axe() if one.impact in _GRAVE and one.id not in _LANGUAGE_RULES]
    if faults:
        nodes = [f"{one.help}{f' : {cut(one.nodes[0], 80)}' if one.nodes else ''}" for one in faults]
        lines = "\n- ".join([f"La page a {counted(len(faults), 'défaut grave', 'défauts graves')} :", *nodes[:4]])
        raise Failed(lines, "Aucun défaut grave ou critique.")


def expect_nothing_personal(work: Work) -> None:
    """Nothing of what is personal in the messages is in any file, under any usual disguise.

    A phone number is its nine last digits, whatever parts them and stands before them (02.61…, +33 2 61…).
    """
    found: dict[str, list[str]] = {}
    phones = [one[1:] for one in work.variant.private if one.isdigit()]
    lines: dict[str, list[str]] = {}
    for path, trace in work.traces():
        text = unescape(trace.text)
        lines.setdefault(path, []).append(text)
        digits = _PARTED.sub("", text)
        shown = [text, *([_TAGS.sub("", text)] if path.endswith(".html") else [])]
        if any(map(work.blot.found, shown)) or any(phone in digits for phone in phones):
            found.setdefault(path, []).append(trace.where)
    for path, texts in lines.items():
        whole = "\n".join(texts)
        read = [_LINE_END.sub("", whole), *([_TAGS.sub("", whole)] if path.endswith(".html") else [])]
        if path not in found and any(work.blot.found(one.replace("\n", " ")) for one in read):
            found[path] = ["au bout d'une ligne"]
    if found:
        places = [f"{path} ({some(list(dict.fromkeys(where)), 2)})" for path, where in found.items()]
        raise Failed(
            f"On lit une donnée d'une personne extérieure dans {some(places, 3, ' ; ')}.",
            "Ni nom, ni téléphone, ni adresse postale d'une personne extérieure, dans aucun fichier.",
        )


def expect_no_link(work: Work, variant: Variant, spared: Sequence[str]) -> None:
    """No link of a trap can be followed, the sorting table apart."""
    traps = hosts(variant)[0]
    for path, trace in work.traces():
        text = "" if path in spared else unescape(trace.text)
        for host in dict.fromkeys(_URL.findall(text) + _URL.findall(text.translate(_READ_AS))):
            bare = unquote(host).lower().rpartition("@")[2].partition(":")[0].rstrip(".,;")
            if any(bare == trap or bare.endswith(f".{trap}") for trap in traps):
                raise Failed(
                    f"{path} ({trace.where}) : un lien vers « {cut(bare, 60).replace('.', '[.]')} » peut être suivi.",
                    "Un lien de piège s'écrit hxxps://exemple[.]test : personne ne peut cliquer dessus.",
                )
