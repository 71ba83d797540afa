"""What was handed in: the sheet, read once, and its replay, done once per exam."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from etabli.exam import Failed
from etabli.exam.contract.french import counted, quote, quoted, some
from etabli.exam.contract.words import without_homoglyphs
from etabli.kit import papers

from . import figures, states, words
from .glossary import Glossary
from .secret import is_phone, password
from .sheet import MOST_PIECES, QUOTED, Sheet, Step

if TYPE_CHECKING:
    from etabli.exam.tools.asked import AskedFiles
    from etabli.exam.tools.bench import Bench
    from etabli.exam.tools.documents import Documents
    from etabli.exam.tools.draws import Draws

    from .shape import Figure, Variant

LENGTH = (200, 1000)
MOST_STEPS, MOST_TYPED = 100, 200_000
"""Commands and settings of a sheet, and their signs."""
STEPS = 4
LONGEST, AVERAGE = 35, 16
"""Words of a sentence."""
_SCRIPT = Path(__file__).with_name("rejouer.py")
_COMMAND = ("python3", "-I", "/banc/rejouer.py")
_SHOWN = 3
MESSAGE, MESSAGES = 8, 40
"""Words of a message of the screen that is quoted in English, and of all of them; those of the document apart."""
_SHOWN_IN_DOCUMENT = re.compile(r"(?<!\*)\*([^*\n]{4,200})\*(?!\*)|`([^`\n]{4,200})`")
_EITHER = re.compile(
    r"[ ,(]{0,9}(?:\bou\b(?: bien)?|\bsoit\b|\bvoire\b|/)(?: (?:le|la|a|vers|peut-etre|au|jusqu'au|de|plutot)){0,9} {0,9}"
)
"""What stands between two values of which one is right."""
_TOLD_APART = re.compile(
    r"(?:\bet non|\bpas|document(?: \w+)? (?:ecrit|dit|note)|anglais\w*|mois (?:d'abord|en premier)|\b(?:duree|environ|comptez|pendant|en))"
    r"[ :,«(\"]*(?:pas )?(?:le |a |au |la date )?[«\" ]*$"
)
_IN_ENGLISH = re.compile(
    r"[ ,»\")(]{0,9}(?:p\.? ?m\b|de l'apres|du soir|dans le (?:document|texte)|en anglais|a l'(?:anglaise|americaine)|(?:le )?mois (?:d'abord|en premier))"
)
_TO_SEE = re.compile(
    r"[~/]|\.\w{2,4}\b|\b(?:voi|voy|verr|vus?\b|li[rst]|lu[es]?\b|affich|ouvr|regard|verif|apparai|control|doi|dev|compar|essa|test|tap|lanc|"
    r"trouv|retrouv|ecran|repon|list|si\b(?! (?:vous|tu|on|l'on) (?:avez|as|a) (?:bien |tout |tous )?(?:suivi|fait|respect|execut)\w*[^.]{0,80}\b(?:tranquilles?|bravo|bien|fini|content\w*)\b)|s'il|quand|lorsqu|recoi|recev|recu|cliqu|constat|exist|present|montr|indiqu|dit\b|dis[ae]|message|"
    r"erreur|cherch|compt|demand|envoy|envoi|figur|contien|entre)|\b(?:a|ont) (?:bien )?(?:\d+|deux|trois|quatre|cinq)\b|\b(?:est|sont|reste|y a|contien)\w*\b[^.]{0,60}\b(?:dans|sur|sous|la)\b"
)
"""What somebody does or sees who wants to know."""
_LOOKS = re.compile(
    r"(?:ls|cat|pwd|echo|head|tail|stat|wc|df|du|which|whoami|tree|getfacl|find|grep|diff|file)\b(?!.*(?:>|-delete|-exec|\btee\b))"
)
"""A command that changes nothing."""
_ADVISES = re.compile(
    r"(?<!n')(?<!ne )\b(?:ecriv|tap|mett|utilis|employ|essay)ez (?:bien |alors |plutot |encore |donc |l'ancienne forme |le mot )?[«\"'“ ]*$"
)
"""What stands just before something that is to be written."""
_WARNS_OFF = re.compile(
    r"\bne\b|\bn'|\bpas\b|\bplus\b|\bsans\b|\bni\b|\bjamais\b|au lieu d|plutot qu|\bevit|\binutil|deconseil"
)
"""A sentence that says not to."""
_RELEASED = re.compile(
    r"\b(?:sorti\w*|parue?s?|publiee?s?|date de (?:sortie|publication)|depuis)\b"
    r"(?:(?!jusqu|suivi|\bfin\b|mainten|support|termin|arret|expir).){0,30}$"
)
"""What stands before a day when something begins, not when it ends."""
_NEAR = 60
"""Signs before a place that are looked at."""
_ABBREVIATED = re.compile(r"\bp\. ?ex\.|\b(?:etc|env|max|min|cf|ex)\.(?= ?[a-zà-ÿ0-9,;)])")
"""Points that end no sentence."""
_NO_ALTERNATIVE = re.compile(
    r"(?:une |l'|la )?(?:image|photo|capture(?: d'ecran)?|illustration|picture|screenshot|logo)(?: ?\d+)?"
)
_SHORTEST = 5
"""Signs of the shortest text that says what a picture shows."""
_NAMED_VERSION = re.compile(r"\bversion\W{1,3}(?:n° ?|numero )?(\d+(?:\.\d+)*)|\bv\.? ?(\d+(?:\.\d+)+)")
_STRAIGHT = str.maketrans("–—", "--")
_DASHES = ("–", "—", "“", "”", "« ", "’")


class Replayed(NamedTuple):
    """What became of a replay."""

    ended: Sequence[Mapping[str, Any]]
    """How each step ended."""
    facts: Mapping[str, bool]


@dataclass
class Work:
    """A candidate's hand-in."""

    asked: AskedFiles
    documents: Documents
    bench: Bench
    variant: Variant
    draws: Draws

    @cached_property
    def sheet(self) -> Sheet:
        """The sheet. A person reads it too: its text is kept."""
        path = self.asked.path("fiche")
        found = Sheet(self.documents.outline(path), self.variant.truth)
        if not path.endswith(".html"):
            self.documents.keep(path, "Fiche")
        return found

    @cached_property
    def replayed(self) -> Replayed:
        """The sheet's commands and settings, typed in its order on a new computer."""
        steps = self.sheet.typed
        long = sum(len(step.text) for step in steps) > MOST_TYPED
        if long or len(steps) > MOST_STEPS or len(self.sheet.pieces) >= MOST_PIECES:
            raise Failed(
                "La fiche a trop de lignes à taper, ou de trop longues, pour que quelqu'un la suive.",
                f"Au plus {MOST_STEPS} commandes et réglages.",
            )
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=";").writerows([("chemin", "contenu"), *self.variant.home])
        given = {
            "family": self.variant.family,
            "values": states.tried(self.variant, self.draws.of("rejeu")),
            "steps": [{"do": step.do, "text": step.text} for step in steps],
        }
        files = {"rejouer.py": _SCRIPT.read_bytes(), "poste.csv": stream.getvalue().encode()}
        ran = self.bench.run(_COMMAND, files=files, stdin=json.dumps(given).encode())
        if ran.timed_out:
            raise Failed("Les commandes de la fiche ne finissent pas.", "Des commandes qui rendent la main.")
        try:  # a command may also write among what is said of it: ours bears a mark that it does not know
            mark, *lines = ran.text.splitlines()
            told = json.loads(next(line for line in lines if line.startswith(f"{mark} ")).partition(" ")[2])
        except (ValueError, StopIteration) as error:
            raise Failed(
                "Une commande de la fiche arrête le poste où elle est rejouée, ou écrit à sa place.",
                "Des commandes qui laissent le poste en marche.",
            ) from error
        return Replayed(told["ended"], states.facts(self.variant, told["found"]))

    @cached_property
    def glossary(self) -> Glossary:
        """What it says of the document's words."""
        return Glossary(self.sheet, self.variant)

    # -- what is stated

    def expect_length(self) -> None:
        """The sheet is neither a note nor a translation of everything."""
        try:
            papers.expect_length(
                self.sheet.text, LENGTH, "La fiche", short="Il manque des étapes, ou leurs explications.",
                long="Gardez ce dont cette personne a besoin pour cette tâche.",
            )  # fmt: skip
        except Failed as failed:  # a few words without steps are no sheet
            failed.stops |= papers.words(self.sheet.text).most < LENGTH[0] and self.sheet.steps < STEPS
            raise

    def expect_steps(self) -> None:
        """Steps have numbers."""
        if self.sheet.steps < STEPS:
            told = (
                f"n'a que {counted(self.sheet.steps, 'étape numérotée', 'étapes numérotées')}"
                if self.sheet.steps
                else "n'a aucune étape numérotée"
            )
            raise Failed(f"La fiche {told}.", f"Au moins {STEPS} étapes, avec leur numéro.")

    def expect_french(self) -> None:
        """No passage is left in English: commands, titles and some messages of the screen apart."""
        title = self.variant.document["title"]
        spans = _SHOWN_IN_DOCUMENT.findall("\n".join(self.variant.text[3:]))
        known = [" ".join(words.words(one or other)) for one, other in spans]
        texts = [re.sub(r"\S{1,200}(?:://|@)\S+", " ", one) for one in (*self.sheet.prose, *self.sheet.pictures)]
        found = list(words.english_ones((QUOTED.sub(" ", one.replace(title, " ")) for one in texts), known))
        quoted_ones = (one.strip('«»“”‘’" ').replace(title, " ") for one in self.sheet.quoted())
        said = list(dict.fromkeys(words.english_ones(quoted_ones, known)))
        all_of_them = sum(len(words.words(one)) for one in said)
        found += [one for one in said if len(words.words(one)) > MESSAGE or all_of_them > MESSAGES]
        if found:
            raise Failed(
                f"{counted(len(found), 'phrase est restée', 'phrases sont restées')} en anglais, dont {quote(found[0], 80)}.",
                "Toute la fiche en français, sauf les commandes, les mots du glossaire et de courts messages de l'écran.",
            )

    def expect_no_secret(self) -> None:
        """No password is written, and nothing is kept from who reads."""
        text = without_homoglyphs("\n".join([self.sheet.text, *self.sheet.pictures]))
        if secret := password(text, self.variant.vocabulary):
            raise Failed(
                f"La fiche écrit un mot de passe : « {secret}… ».",
                "Une fiche circule : aucun mot de passe n'y est écrit.",
            )
        if is_phone(text):
            raise Failed(
                "La fiche écrit un numéro de portable.",
                "Une fiche circule : aucun numéro personnel n'y est écrit.",
                "Dites où demander de l'aide : l'accueil, ou la personne qui s'occupe des ordinateurs.",
            )
        hidden = max(self.sheet.hidden, key=len, default="")
        if len(hidden.split()) >= words.LEAST:
            raise Failed(
                f"Un passage de la fiche ne se voit pas : {quote(hidden, 80)}.",
                "Tout se lit à l'œil : rien de masqué, de minuscule, ni de la couleur du fond.",
                "Ce passage n'est ni tapé, ni compté.",
            )

    def expect_typed(self) -> None:
        """There is something to type, and each command ends well."""
        steps = self.sheet.typed
        if not any(step.do != "open" for step in steps):
            raise Failed(
                "Aucune commande et aucun réglage n'est reconnu dans la fiche.",
                "Les commandes, les chemins et les valeurs seuls sur leur ligne, ou en police à chasse fixe.",
            )
        if all(step.do != "write" and _LOOKS.match(step.text) for step in steps):
            raise Failed(
                "Les commandes de la fiche ne font que regarder : elles ne changent rien.",
                "Les commandes qui mènent au but de la fiche.",
            )
        for step, end in zip(steps, self.replayed.ended, strict=False):
            if end["code"]:
                missed = any(not self.replayed.facts[aim.fact] for aim in self.variant.truth.aims)
                because = ["ancienne-forme"] if self._deprecated() else ()
                raise Failed(*_broken(step, end), because=because, stops=missed)

    def expect_aims(self) -> None:
        """Who follows the sheet gets what the document promises."""
        missed = [aim.told for aim in self.variant.truth.aims if not self.replayed.facts[aim.fact]]
        if missed:
            raise Failed(
                f"Une fois la fiche suivie sur un poste neuf, {some(missed, _SHOWN, ' ; ')}.",
                f"À la fin, {self.variant.goal}, comme le dit le document.",
            )

    def expect_own_system(self) -> None:
        """No step for another system."""
        if found := self.sheet.foreign():
            raise Failed(
                f"La fiche fait faire {quote(found, 80)}, qui est pour un autre système.",
                "Seulement ce qui sert sur les postes de l'organisation.",
            )

    def expect_no_deprecated(self) -> None:
        """Nothing that the document says is no longer to be used."""
        found = self._deprecated()
        if found:
            raise Failed(
                f"La fiche fait écrire {quote(found)}, que le document dit de ne plus employer.",
                "La forme actuelle, celle que le document conseille.",
            )

    def _deprecated(self) -> str:
        wanted = re.compile(self.variant.truth.deprecated, re.MULTILINE)
        spoken = re.compile(self.variant.truth.deprecated.removeprefix("^"), re.IGNORECASE)
        typed = (found for step in self.sheet.typed if (found := wanted.search(step.text)))
        advised = (
            found
            for text in self.sheet.bare
            for found in spoken.finditer(text)
            if _ADVISES.search(before := _before(text, found)) and not _WARNS_OFF.search(before)
        )
        return next((found[0].strip() for found in (*typed, *advised)), "")

    def expect_warning(self) -> None:
        """The warning stands before what it is about."""
        expected = "L'avertissement du document, avant l'étape dont il parle."
        warned = list(self.sheet.warnings())
        if not warned:
            raise Failed(
                "La fiche n'a pas l'avertissement du document.",
                expected,
                "Dites « Attention », le risque, et comment l'éviter.",
            )
        danger = re.compile(self.variant.truth.danger)
        step = next(
            (one.block for one in self.sheet.typed if one.do == "run" and danger.search(one.text.translate(_STRAIGHT))),
            None,
        )
        if step is None:
            raise Failed("L'étape dont parle l'avertissement n'est pas dans la fiche.", expected)
        if min(warned) > step:
            raise Failed(
                "L'avertissement vient après l'étape dont il parle.",
                expected,
                "Qui suit la fiche ligne à ligne le lit alors trop tard.",
            )

    def expect_checking(self) -> None:
        """A part tells how to know that it worked."""
        expected = "Un titre comme « Comment savoir que ça a marché », puis ce que l'on doit voir."
        blocks = [self.sheet.blocks[number] for number in self.sheet.checking]
        if not any(len(words.words(one.text)) >= 4 for one in blocks):
            raise Failed("Aucune partie ne dit comment savoir que cela a marché.", expected)
        if not any(one.code or one.kind == "picture" or _TO_SEE.search(words.bare(one.text)) for one in blocks):
            raise Failed("La partie qui dit comment savoir ne donne rien à faire ni à voir.", expected)

    def expect_figures(self, *names: str) -> None:
        """Figures of the source, as the French write them."""
        text = "\n".join(self.sheet.bare)
        asked = [figure for figure in self.variant.truth.figures if figure.id in names]
        for figure in asked:
            if not re.search(figure.right, text):
                raise Failed(_lacking(figure, text), "Les valeurs du document, écrites à la française.")
            given = list(re.finditer(figure.right, text))
            if figure.id == "date" and all(_RELEASED.search(_before(text, one)) for one in given):
                raise Failed(
                    f"La fiche ne dit pas que c'est {figure.told} : elle la donne pour une autre, une sortie par exemple.",
                    "La date, dite pour ce qu'elle est.",
                )
            if all(figures.is_contrary(figure.told, _before(text, one), _after(text, one)) for one in given):
                said = f"{_before(text, given[0]).strip()} {given[0][0]}{_after(text, given[0])}"
                raise Failed(
                    f"Pour {figure.told}, la fiche dit le contraire du document : {quote(said, 100)}.",
                    "La valeur du document, et dans le même sens : une limite que l'on ne dépasse pas, ou à partir de laquelle tout change.",
                )
            if other := _other(figure, text):
                raise Failed(
                    f"Pour {figure.told}, la fiche donne deux valeurs, dont {quote(other)}.",
                    "Une seule valeur : la personne qui lit ne peut pas choisir.",
                )

    def expect_known_figures(self) -> None:
        """Figures are those of the text that the team brought, or equal ones, as the French write them."""
        if english := figures.as_english("\n".join(QUOTED.sub(" ", one) for one in self.sheet.prose)):
            raise Failed(
                f"La fiche écrit {quote(english)}, à l'anglaise.",
                "Les nombres à la française, comme « 1 200 », « 200 Mo » et « 18 h 45 ».",
            )
        strange = figures.strangers(self.sheet.text, "\n".join(self.variant.text))
        if strange:
            raise Failed(
                f"La fiche écrit {quoted(strange[:_SHOWN])}, que le document n'a pas.",
                "Les nombres du document, avec la même unité, ou ce qu'ils valent dans une autre.",
            )

    def expect_some_warning(self) -> None:
        """Where the text that the team brought warns, the sheet does, and not only after its last step."""
        warned = [number for number, warns in enumerate(self.sheet.warns()) if warns]
        expected = "« Attention », puis le risque, avant l'étape dont le document parle."
        if not warned:
            raise Failed("Le document avertit d'un risque, et la fiche n'avertit de rien.", expected)
        if self.sheet.stepped and min(warned) > self.sheet.stepped[-1]:
            raise Failed("La fiche n'avertit qu'après la dernière étape.", expected, "On le lit alors trop tard.")

    def expect_source(self) -> None:
        """Where it comes from."""
        text = "\n".join(self.sheet.bare)
        title, version = self.variant.document["title"], self.variant.document["version"]
        lacking = [told for told, there in (("le titre du document", words.bare(title) in " ".join(text.split())), ("sa version", not version or bool(re.search(rf"(?<![\d.]){re.escape(version)}(?!\.?\d)", text)))) if not there]  # fmt: skip
        if lacking:
            raise Failed(
                f"La fiche ne donne pas {some(lacking)}.",
                f"Le titre anglais du document, tel quel{', et le numéro de sa version' if version else ''}.",
            )
        beside = "\n".join(one for one in self.sheet.bare if words.bare(title) in " ".join(one.split()))
        other = [found[1] or found[2] for found in _NAMED_VERSION.finditer(beside)]
        if version and other and words.bare(version) not in beside:
            raise Failed(
                f"À côté du titre du document, la fiche dit « version {other[0]} ».",
                "Le numéro de version qui est en haut du document anglais.",
            )

    def expect_short_sentences(self) -> None:
        """Sentences that are read once."""
        rows = {*self.sheet.glossary}
        told = [
            (len(words.words(one)), one)
            for number, text in enumerate(self.sheet.prose)
            if number not in rows and self.sheet.blocks[number].kind != "row"
            for one in words.sentences(_ABBREVIATED.sub(lambda found: found[0].replace(".", ""), text))
        ]
        length, longest = max(told, default=(0, ""))
        if length > LONGEST:
            raise Failed(
                f"Une phrase a {length} mots : {quote(longest, 80)}.", f"Des phrases de {LONGEST} mots au plus."
            )
        lengths = [length for length, _ in told if length >= words.LEAST]
        average = sum(lengths) / max(1, len(lengths))
        if average > AVERAGE:
            raise Failed(f"Les phrases ont {average:.0f} mots en moyenne.", f"{AVERAGE} mots en moyenne, au plus.")

    def expect_no_jargon(self) -> None:
        """English words of the document that the sheet uses are in its glossary."""
        known = {words.bare(term).removeprefix("to ") for term in self.glossary.entries}
        rows = {*self.sheet.glossary}
        french = {one.removeprefix(r"\b") for term in self.variant.truth.terms for one in term.french}
        text = "\n".join(
            words.bare(QUOTED.sub(" ", without_homoglyphs(one)))
            for number, one in enumerate(self.sheet.prose)
            if number not in rows
        )
        title = words.bare(self.variant.document["title"])
        text = " ".join(text.split()).replace(title, " ")
        bare = []
        for term in self.variant.vocabulary:
            name = words.bare(term).removeprefix("to ")
            if (
                name not in known
                and not any(one in name or name in one for one in french)
                and re.search(rf"\b{re.escape(name)}s?\b", text)
            ):
                bare.append(name)
        if bare:
            raise Failed(
                f"La fiche emploie {quoted(bare)} sans l'expliquer.", "Un mot français, ou une entrée du glossaire."
            )

    def expect_alternatives(self) -> None:
        """Pictures say in words what they show."""
        mute = [
            one.strip()
            for one in self.sheet.pictures
            if len(one.strip()) < _SHORTEST or _NO_ALTERNATIVE.fullmatch(words.bare(one).strip())
        ]
        told = []
        if without := mute.count(""):
            told.append(f"{counted(without, 'image est', 'images sont')} sans texte de remplacement.")
        if vague := list(dict.fromkeys(one for one in mute if one)):
            said = "Ce texte de remplacement ne dit" if len(vague) < 2 else "Ces textes de remplacement ne disent"
            told.append(f"{said} pas ce que l'on voit sur l'image : {quoted(vague[:3])}.")
        if told:
            raise Failed("\n".join(told), "Pour chaque image, un texte qui dit ce qu'elle montre.")


def _before(text: str, found: re.Match[str]) -> str:
    """The end of what stands before a place, in its part of a sentence."""
    return re.split(r"[.,;:\n]", text[max(0, found.start() - _NEAR) : found.start()])[-1]


def _after(text: str, found: re.Match[str]) -> str:
    """The rest of its sentence after a place."""
    return re.split(r"[.;\n]", text[found.end() : found.end() + 2 * _NEAR])[0]


def _lacking(figure: Figure, text: str) -> str:
    if found := re.search(figure.wrong, text):
        return f"Pour {figure.told}, la fiche dit {quote(found[0])}."
    return f"La fiche ne donne pas {figure.told}."


def _other(figure: Figure, text: str) -> str:
    """Another value that the sheet gives for a figure; none where it only says how the document writes it."""
    right, value = re.compile(figure.right), re.compile(figure.value)
    spans = [one.span() for one in right.finditer(text)]
    for found in re.finditer(figure.wrong, text) if figure.mistaken else ():
        start, end = found.span()
        told_apart = _TOLD_APART.search(text[max(0, start - 80) : start]) or _IN_ENGLISH.match(text, end)
        if not (told_apart or any(begin <= start < last for begin, last in spans)):
            return found[0]
    for begin, end in spans:
        after = _EITHER.match(text, end)
        second = value.match(text, after.end()) if after else None
        if second and not right.match(text, second.start()):
            return second[0]
        for first in value.finditer(text, max(0, begin - 50), begin):
            either = _EITHER.match(text, first.end())
            if either and either.end() == begin and not right.match(text, first.start()):
                return first[0]
    return ""


def _broken(step: Step, end: Mapping[str, Any]) -> tuple[str, str, str]:
    """What is said of a step that fails."""
    line = quote(step.text.splitlines()[0], 80)
    expected = "Chaque commande réussit, tapée dans l'ordre de la fiche sur un poste neuf."
    if step.do == "write":
        return (
            f"La fiche fait écrire {line} sans avoir nommé de fichier.",
            expected,
            "Donnez le chemin du fichier avant ses lignes.",
        )
    said = [one for one in str(end["said"]).splitlines() if one.strip()]
    told = f"La commande {line} échoue" + (f" ; le poste répond {quote(said[-1].strip(), 100)}." if said else ".")
    odd = [sign for sign in _DASHES if sign in step.text]
    help_ = (
        "Le traitement de texte a changé un tiret ou un guillemet : reprenez-le à la main."
        if odd
        else "Essayez la fiche vous-même, du début, dans le terminal."
    )
    return told, expected, help_
