"""The report against the truth: what is found, what is missed, who is accused wrongly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed, quote, some
from etabli.exam.contract.words import fold
from etabli.kit import tables

from .plan import SUSPECTED
from .reading import LearnerTable, TableLine, place
from .remedies import PASSWORDS, leaves, of_another_risk, suits_any
from .said import account, as_of, by_system, first_lines, is_dated, people, why_good, words
from .sights import Sights, is_seen
from .vocabulary import DORMANT_DAYS, KINDS, SEVERITIES, SOURCES, SYSTEMS, Term, word

if TYPE_CHECKING:
    from .shape import Variant


def _stem(word: str) -> str:
    return word.rstrip("es") or word


LEAST_SHARE = 0.5
WRONG_SHARE = 0.1
NAMED = 6
"""Accounts that only look suspicious are named up to so many: each has its own reason."""
MOB_SHARE = 0.25
"""Beyond this part of the accounts nothing is to be said of, a report accuses everyone."""

_TRIED = "resultats.csv donne cet essai en face du compte, colonne resultat"
RULES = {
    **dict.fromkeys(("fuite", "identifiant", "organisation", "saison"), _TRIED),
    "reutilise": "resultats.csv donne un groupe au compte",
    "partage": "la colonne titulaire nomme une équipe, ni une personne ni un service",
    "empreinte-faible": "le système est Intranet et l'empreinte d'intranet.csv a 32 ou 40 caractères",
    "dormant": f"actif vaut oui et la connexion date de plus de {DORMANT_DAYS} jours, sans absence prévue ni départ dans rh.csv",
    "parti": "la personne est partie dans rh.csv (prénom compris) et actif vaut oui",
    "sans-2fa": "droits vaut administrateur, actif vaut oui et second_facteur vaut non",
}
"""When a risk is one, as the files of the candidate show it."""

FILLERS = frozenset({
    "", "oui", "non", "ok", "x", "xx", "xxx", "vu", "vrai", "fait", "preuve", "voir", "a voir", "a faire", "a completer",
    "rien", "aucun", "aucune", "ras", "n a", "na", "nc", "neant", "todo", "recommandation", "action",
})  # fmt: skip
"""Cells that say neither what was seen nor what is to be done; one word may say it (« MD5 », « G1 », « désactiver »)."""


_GRADES = frozenset(_stem(word) for word in "gravite faible moyenne elevee critique".split())
EMPTY = _GRADES | frozenset(stem for text in (
    "un une le la les l de des du d ce cet cette c et a au aux en est sont etait ont bien tres voir cf il elle y compte personne",
    "constat constate vu vue verifie confirme avere observe note releve detecte trouve present",
    "oui ok x exact vrai reel certain sur evident prouve preuve risque ici dessus",
) for stem in map(_stem, text.split()))  # fmt: skip
"""Words that show nothing, beside the risk or alone: articles, « constaté », « oui », a severity."""


FILES_OF = (
    PASSWORDS,
    frozenset({"empreinte-faible", "partage", "dormant", "parti", "sans-2fa"}),
)
"""Risks by where they are seen: in resultats.csv, in an export and rh.csv. No sight shows both."""
FILLED = 3
"""Lines of each from which one proof is only filled down."""
CLOSED = ("parti", "dormant", "sans-2fa")
"""Risks of an account into which somebody may come: one that is closed has none of them."""
DITTO = frozenset({"idem", "id", "meme chose", "pareil", "comme ci dessus", "voir ci dessus"})
"""Cells that say again what stands above."""


_ANY = ("compte déjà fermé", "compte utilisateur, le second facteur n'est demandé qu'aux administrateurs")
"""Why accounts that nobody planted are normal."""


def check_of(kind: str) -> str:
    """The check that all findings of a risk are there."""
    return f"trouve-{kind}"


IN_REVIEW = "Chaque compte trouvé va aussi dans la revue des droits."
"""What follows a risk that asks for an action."""
WORDS_FIRST = "vocabulaire"
_DATED = ("dormant", "parti")
"""The risks that are counted at the day of the exports."""


SYSTEMS_FIRST = ["constats-trouves", "trois-systemes"]
"""The checks that tell how much is found of each system."""


def checks_before(kind: str) -> list[str]:
    """The checks that may tell why findings of a risk lack: they come before."""
    kinds = [term.id for term in KINDS]
    return [WORDS_FIRST, *SYSTEMS_FIRST, *map(check_of, kinds[: kinds.index(kind)])]


class Audit:
    """A candidate's report and the truth about their accounts."""

    def __init__(self, table: LearnerTable, variant: Variant) -> None:
        self.table = table
        self._variant = variant
        self._truth = {finding.claim: finding for finding in variant.findings}
        self._tolerated = set(variant.tolerated)

    # -- the words

    def expect_known_words(self) -> None:
        """Every risk, severity and system is one of the vocabulary's."""
        odd = [one for line in self.table.lines for one in _odd_words(line)]
        if odd:
            column, lines = first_lines(odd)
            raise Failed(
                f"{self.table.path} : {counted(len(odd), 'case')} hors du vocabulaire : {words(self.table, odd)}.",
                f"Dans la colonne {quote(column)} : {_accepted(column)}. Majuscules et accents sont libres.",
                at=place(lines, fold(column)),
            )

    def expect_known_accounts(self) -> None:
        """Every line names an account of the system it says."""
        odd = [line for line in self.table.lines if line.system and not line.key and not self._of_the_partner(line)]
        if odd:
            told = [
                f"{line.quoted('compte', 'compte vide')} ({line.system.word}, ligne {line.number}{self._elsewhere(line)})"
                for line in odd
                if line.system
            ]
            look = "Copiez le compte depuis l'export du système : le même compte n'existe pas partout."
            if len(odd) > LEAST_SHARE * len(self.table.lines):
                look = "Presque rien n'est dans vos exports : est-ce bien votre relevé, et le dossier donnees/ de votre TP ?"
            raise Failed(
                f"{self.table.path} : {counted(len(odd), 'ligne')} sur un compte qui n'existe pas dans ce système : "
                f"{some(told, mark=' ; ')}.",
                "Des comptes de vos fichiers donnees/, écrits comme dans la colonne compte.",
                look,
                at=place(odd),
            )

    def _of_the_partner(self, line: TableLine) -> bool:
        """Whether a line names an account of the directory that the mandate leaves out: it is there (`perimetre`)."""
        outside = {one.login.casefold() for one in self._variant.externals}
        return line.system is not None and line.system.id == "annuaire" and _login(line) in outside

    def _elsewhere(self, line: TableLine) -> str:
        """What is known of an account that is not where a line says; it is in the candidate's own exports."""
        login = _login(line)
        if login in {one.login.casefold() for one in self._variant.externals}:
            return " : hors du périmètre"
        systems = [term.word for term in SYSTEMS if f"{login}@{term.id}" in line.known]
        return f" : il est dans {listed(systems)}" if systems else ""

    # -- what is found

    @cached_property
    def _compared(self) -> tables.Compared[TableLine]:
        return tables.compare(self.table.risks, self._truth, self._tolerated)

    @property
    def right(self) -> Mapping[str, TableLine]:
        """Claims that are true."""
        return self._compared.right

    @property
    def wrong(self) -> Mapping[str, TableLine]:
        """Claims that are neither true nor tolerated."""
        return self._compared.wrong

    def expect_share(self) -> None:
        """At least half of all there is to find."""
        if len(self.right) < LEAST_SHARE * len(self._truth):
            found = f"trouve {counted(len(self.right), 'constat')}" if self.right else "ne trouve aucun constat"
            each = [
                f"{found_there} sur {len(wanted)} dans {term.word}" for term, found_there, wanted in self._systems()
            ]
            kinds = {finding.kind for claim, finding in self._truth.items() if claim in self.right}
            never = [quote(term.word) for term in KINDS if term.id not in kinds]
            more = f" Il n'a aucun constat pour {listed(never)}." if self.right and never else ""
            raise Failed(
                f"Le relevé {found} sur {len(self._truth)} : {listed(each)}.{more}{self._unread()}",
                "Au moins la moitié de ce qu'il y a à trouver.",
            )

    def expect_kind(self, kind: str) -> None:
        """All findings of a risk."""
        wanted = [claim for claim, finding in self._truth.items() if finding.kind == kind]
        missed = self._missed(kind)
        if missed:
            veiled = self._hidden.keys() >= set(missed)
            dated = as_of(self._variant) if kind in _DATED and not veiled else ""
            limit = (
                f" La limite est de {DORMANT_DAYS} jours sans connexion." if kind == "dormant" and not veiled else ""
            )
            raise Failed(
                f"Il manque {counted(len(missed), 'constat')} {quote(word(KINDS, kind))} sur {len(wanted)} : "
                f"{by_system(missed)}.{dated}{limit}{self._unread(kind)}",
                "Tous les comptes de ce risque, un par ligne.",
                self.table.show if self._hidden.keys() & set(missed) else self._limit if kind == "dormant" else None,
                because=self._why(kind, missed),
                why=self.table.veiled if veiled else "",
            )

    @property
    def _limit(self) -> str:
        """How to sort out those who have not come for long, with a formula to be typed as it is."""
        day = date.fromisoformat(f"{self._variant.period['today']}")
        return (
            f"Écrivez =DATE({day.year};{day.month};{day.day})-{DORMANT_DAYS} dans une cellule : c'est la date limite. Dans chaque export, "
            "filtrez les comptes actifs dont la dernière connexion est avant elle (ou créés avant elle, et jamais connectés), puis "
            f"cherchez leur absence dans rh.csv. {IN_REVIEW}"
        )

    def _why(self, kind: str, missed: Sequence[str]) -> list[str]:
        """The checks that tell why findings of a risk lack.

        Their lines are in a hidden sheet, or name no known risk; or nothing at all is found in the systems where they are.
        """
        if self._hidden.keys() >= set(missed):
            return self._hidden_before(kind)
        odd = {line.key for line in self.table.lines if line.key and not line.kind}
        if all(claim.rpartition(":")[0] in odd for claim in missed):
            return [WORDS_FIRST]
        untouched = {term.id for term, found, _ in self._systems() if not found}
        return SYSTEMS_FIRST if all(self._truth[claim].system in untouched for claim in missed) else []

    def overlooked(self, kinds: Sequence[str]) -> dict[str, str]:
        """The accounts that have one of these risks and that no line tells of it, with the risk."""
        return {claim.rpartition(":")[0]: kind for kind in kinds for claim in self._missed(kind)}

    def _missed(self, kind: str) -> list[str]:
        """The findings of a risk that no line tells."""
        return [
            claim for claim, finding in self._truth.items() if finding.kind == kind and claim not in self.table.risks
        ]

    @property
    def _hidden(self) -> dict[str, TableLine]:
        """What hidden sheets claim."""
        return self.table.claims("risque", hidden=True)

    def _hidden_before(self, kind: str) -> list[str]:
        """The checks before that of a risk that tell a hidden sheet."""
        kinds = {check_of(term.id): term.id for term in KINDS}
        return [
            one
            for one in checks_before(kind)
            if one != WORDS_FIRST and (one not in kinds or self._hidden.keys() & set(self._missed(kinds[one])))
        ]

    def _unread(self, kind: str = "") -> str:
        """Says that some lines count for nothing, which is then why something lacks: of a risk, or all of them."""
        lines = [line for line in self.table.unread if not kind or (line.kind and line.kind.id == kind)]
        if self.table.unseen and (not kind or self._hidden.keys() & set(self._missed(kind))):
            return self.table.unseen
        if not lines:
            return ""
        noun = "ligne" if len(lines) < 2 else "lignes"
        what = "ce risque, mais un compte inconnu," if kind else "un risque ou un compte inconnu"
        has, counts = ("a", "compte") if len(lines) < 2 else ("ont", "comptent")
        return f" {len(lines)} {noun} {has} {what} et ne {counts} pas."

    def expect_systems(self) -> None:
        """At least half of what there is to find in each system."""
        few = [one for one in self._systems() if one[1] < LEAST_SHARE * len(one[2])]
        if few:
            told = [f"{found or 'aucun'} sur {len(wanted)} dans {term.word}" for term, found, wanted in few]
            hidden = all(
                sum(claim in self.table.risks or claim in self._hidden for claim in wanted) >= LEAST_SHARE * len(wanted)
                for _, _, wanted in few
            )
            raise Failed(
                f"Le relevé trouve moins de la moitié des constats : {listed(told)}.{self._unread()}",
                "Les trois systèmes sont audités : au moins la moitié des constats de chacun.",
                f"Ouvrez {listed(f'{term.id}.csv' for term, _, _ in few)}, avec rh.csv et les lignes de ce système dans "
                "resultats.csv, et prenez les risques un par un.",
                because=SYSTEMS_FIRST[:1] if hidden else self._half_way(),
                why=self.table.veiled if hidden else "",
            )

    def _systems(self) -> list[tuple[Term, int, list[str]]]:
        """Each system, how many of its findings the report tells, and all of them."""
        wanted = {
            term: [claim for claim, finding in self._truth.items() if finding.system == term.id] for term in SYSTEMS
        }
        return [(term, sum(claim in self.table.risks for claim in all_), all_) for term, all_ in wanted.items()]

    def _half_way(self) -> list[str]:
        """The check that tells how much is found, where a little of each system is, or nothing at all: the same lack."""
        covered = {self._truth[claim].system for claim in self.right}
        return SYSTEMS_FIRST[:1] if len(covered) in (0, len(SYSTEMS)) else []

    # -- who is accused

    def expect_no_mob(self) -> None:
        """Something is found, and those of whom nothing is to be said are left alone."""
        if not self.right:
            told = (
                "n'est un constat vrai de vos données"
                if self.table.risks
                else "ne se comprend : compte ou risque inconnus"
            )
            look = "Gardez les lignes dont vous pouvez montrer la preuve dans un fichier."
            if not self.table.risks:
                look = "Recopiez les comptes depuis vos exports, et les risques depuis le tableau de l'énoncé."
            raise Failed(f"Aucune ligne du relevé {told}.", "Des constats vérifiés, un par ligne.", look)
        innocent = set(self._variant.passwords) - {claim.partition(":")[0] for claim in self._truth}
        named = {claim.partition(":")[0] for claim in self.wrong} & innocent
        if len(named) > MOB_SHARE * len(innocent) or len(self.wrong) > len(self.right):
            verb = "est mis" if len(named) < 2 else "sont mis"
            blamed = f" ; {counted(len(named), 'compte')} sans aucun risque {verb} en cause" if named else ""
            raise Failed(
                f"{self.table.path} : {counted(len(self.wrong), 'ligne est fausse', 'lignes sont fausses')} sur "
                f"{len(self.table.risks)}{self._mainly}{blamed}.",
                "Un compte n'est mis en cause que sur une preuve.",
                self._rule,
                at=place(list(self.wrong.values())),
            )

    @property
    def _by_kind(self) -> list[tuple[str, int]]:
        """How many wrong claims there are of each risk, most first."""
        return Counter(claim.rpartition(":")[2] for claim in self.wrong).most_common()

    @property
    def _mainly(self) -> str:
        """Says of which risks most wrong claims are: « , dont 68 « sans second facteur » »."""
        return f", dont {listed(f'{number} {quote(word(KINDS, kind))}' for kind, number in self._by_kind[:3])}"

    @property
    def _rule(self) -> str:
        """What to do about the two risks that are most often claimed wrongly."""
        kept = [f"pour {quote(word(KINDS, kind))}, celles où {RULES[kind]}" for kind, _ in self._by_kind[:2]]
        return f"Gardez seulement ces lignes : {' ; '.join(kept)}. Supprimez les autres lignes de {'ce risque' if len(kept) < 2 else 'ces risques'}."

    def expect_precision(self) -> None:
        """At most one claim in ten is wrong."""
        wrong = self.wrong
        if len(wrong) > WRONG_SHARE * len(self.table.risks):
            named = [account(claim, [line]) for claim, line in wrong.items()]
            raise Failed(
                f"{self.table.path} : {counted(len(wrong), 'ligne accuse', 'lignes accusent')} à tort, sur "
                f"{len(self.table.risks)}{self._mainly} : {some(named)}.",
                "Au plus une ligne fausse sur dix.",
                self._rule,
                at=place(list(wrong.values())),
                because=["accusations-fondees"],
            )

    @property
    def caught(self) -> dict[str, list[TableLine]]:
        """Accounts that only look suspicious, and are accused of what they look guilty of: the lines that do; planted ones first."""
        found: dict[str, list[TableLine]] = {}
        for claim, line in self.wrong.items():
            key, _, kind = claim.partition(":")
            if self._why_normal(key, kind):
                found.setdefault(key, []).append(line)
        return dict(
            sorted(found.items(), key=lambda one: any(self._why_normal(*_claim(line)) in _ANY for line in one[1]))
        )

    def _why_normal(self, key: str, kind: str) -> str:
        """Why the sheet says that an account is no finding of a risk; '' where its list says nothing of it."""
        if kind in SUSPECTED.get(self._variant.traps.get(key, ""), ()):
            return why_good(self._variant, key)
        account = next(one for one in self._variant.accounts if one.key == key)
        if kind in CLOSED and not account.active:
            return _ANY[0]
        return _ANY[1] if kind == "sans-2fa" and not account.admin else ""

    def expect_no_trap(self) -> None:
        """Accounts that only look suspicious are not accused."""
        caught = self.caught
        if caught:
            found = [(key, self._why_normal(*_claim(line)), line) for key, lines in caught.items() for line in lines]
            told = people(found)
            accusing = [line for _, _, line in found]
            raise Failed(
                f"{self.table.path} : {counted(len(accusing), 'ligne accuse', 'lignes accusent')} "
                f"{counted(len(caught), 'compte qui paraît seulement suspect', 'comptes qui paraissent seulement suspects')} : "
                f"{some(told, NAMED, ' ; ')}.{as_of(self._variant) if any(map(is_dated, told)) else ''}",
                "Avant d'accuser, croiser l'export, rh.csv et la colonne remarque de resultats.csv. Une date se compare à l'état des "
                "comptes, pas à aujourd'hui.",
                "Supprimez ces lignes du relevé. Une action les suit dans la revue des droits ? Supprimez-la aussi.",
                at=place(accusing),
            )

    # -- each line

    def expect_severity(self) -> None:
        """Severities follow the grid, on administrators' accounts too."""
        found = {
            claim: [
                line for line in self.table.telling[claim] if fold(line["gravite"]) != fold(self._truth[claim].severity)
            ]
            for claim in self.right
        }
        wrong = {claim: lines for claim, lines in found.items() if lines}
        twice = [
            c
            for c, lines in wrong.items()
            if {fold(line["gravite"]) for line in self.table.telling[c]} != {fold(lines[0]["gravite"])}
        ]
        admins = [claim for claim in wrong if self._truth[claim].admin]
        if len(wrong) > WRONG_SHARE * len(self.right) or len(admins) > 1:
            by_word: dict[str, list[TableLine]] = {}
            every = sorted((line for lines in wrong.values() for line in lines), key=lambda line: line.number)
            for line in every:
                by_word.setdefault(line["gravite"].strip(), []).append(line)
            told = [
                f"{quote(said) if said else 'case vide'} ({self.table.told(lines)})" for said, lines in by_word.items()
            ]
            only = {fold(line["gravite"]) for line in self.table.lines}
            same = "toutes les lignes ont la même gravité ; " if len(only) < 2 < len(self.table.lines) else ""
            theirs = self.table.told([line for claim in admins for line in wrong[claim]])
            more = f", dont {len(admins)} sur un compte administrateur ({theirs})" if admins else ""
            look = "Prenez la gravité de base de chaque risque, dans les tableaux des séances 1 et 2."
            if len(admins) == len(wrong):
                more = ", toutes sur un compte administrateur" if len(wrong) > 1 else ", sur un compte administrateur"
                look = "La gravité monte d'un cran quand le compte est administrateur de ce système : colonne droits de l'export."
            if twice:
                same += f"{counted(len(twice), 'constat y est', 'constats y sont')} avec plusieurs gravités ; "
                look = f"Un constat prend une seule ligne : supprimez celle de trop. {look}"
            raise Failed(
                f"{self.table.path} : {same}{counted(len(wrong), 'gravité ne suit', 'gravités ne suivent')} pas la grille{more} : {some(told)}.",
                "La gravité de base du risque ; un cran de plus sur un compte administrateur. Une fausse sur dix est tolérée, et une seule "
                "sur un compte administrateur.",
                look,
                at=place(every, "gravite"),
            )

    def expect_proofs(self) -> None:
        """Each line says its proof, which is more than its risk."""
        expected = "Une preuve par ligne : le fichier, la colonne, la date ou le groupe ; jamais le mot de passe."
        again = [line for line in self.table.lines if _repeats_its_risk(line)]
        bare = [line for line in self.table.lines if _says_nothing(line["preuve"]) and line not in again]
        if bare or again:
            told = [*_bare(bare, "preuve"), *([(again, "dont la preuve redit seulement le risque")] if again else [])]
            raise Failed(
                self._told(told),
                expected,
                at=place(bare or again, "preuve"),
            )
        self._expect_its_own("preuve", _is_filled_down, f"{expected} {_ONE_FOR_ALL}")
        unseen = [line for line in self.table.lines if not is_seen(line["preuve"])]
        if len(unseen) > len(self.table.lines) / 2:
            raise Failed(
                self._told(
                    [(unseen, f"dont la preuve ne dit rien de ce qui se voit, dont {quote(unseen[0]['preuve'])}")]
                ),
                expected,
                "Redire le risque avec d'autres mots ne montre rien : dites où vous l'avez vu.",
                at=place(unseen, "preuve"),
            )
        self._expect_true_proofs()

    def _expect_true_proofs(self) -> None:
        """What proofs of true findings tell is what the candidate's own files show, but for a slip, or one in ten."""
        sights = Sights(self._variant)
        told = {
            claim: sights.compare(claim.rpartition(":")[0], self._truth[claim].kind, line["preuve"])
            for claim, line in self.right.items()
        }
        wrong = {claim: sight for claim, sight in told.items() if sight and sight.shown}
        compared = sum(sight is not None for sight in told.values())
        if len(wrong) > max(1, WRONG_SHARE * compared):
            each = [
                f"{account(claim, [self.right[claim]])} dit {quote(sight.told)}, mais {sight.shown}"
                for claim, sight in wrong.items()
            ]
            raise Failed(
                f"{self.table.path} : {counted(len(wrong), 'preuve')} sur {compared} ne se retrouvent pas dans vos fichiers : "
                f"{some(each, 3, ' ; ')}.",
                "Une preuve dit ce que le fichier montre de ce compte. Une fausse sur dix est tolérée.",
                "Ouvrez le fichier que nomme chaque ligne citée, cherchez le compte, et recopiez ce qui y est écrit.",
                at=place([self.right[claim] for claim in wrong], "preuve"),
            )

    def _expect_its_own(self, column: str, everywhere: Callable[[Sequence[TableLine]], bool], expected: str) -> None:
        """No text of a column stands for risks that have nothing in common."""
        by_text: dict[str, list[TableLine]] = {}
        above = ""
        for line in self.table.lines:
            said = f" {fold(line[column])} ".replace(f" {fold(line['compte'])} ", " ").strip()
            above = above if said in DITTO and above else said
            by_text.setdefault(above, []).append(line)
        found = [lines for lines in by_text.values() if everywhere([line for line in lines if line.kind])]
        if found:
            kinds = [len({line.kind for line in lines if line.kind}) for lines in found]
            told = [
                (lines, f"de {number} risques différents ont la même {column}, {quote(lines[0][column])}")
                for lines, number in zip(found, kinds, strict=True)
            ]
            raise Failed(self._told(told), expected, at=place(found[0], column))

    def _told(self, found: Sequence[tuple[Sequence[TableLine], str]]) -> str:
        """How many lines are as they should not be, and which."""
        parts = (f"{counted(len(lines), 'ligne')} {what} ({self.table.told(lines)})" for lines, what in found)
        return f"{self.table.path} : {listed(parts)}."

    def expect_advice(self) -> None:
        """Each line has a recommendation and names its source."""
        bare = [
            line for line in self.table.lines if _says_nothing(line["recommandation"]) or leaves(line["recommandation"])
        ]
        if bare:
            raise Failed(
                self._told(_bare(bare, "recommandation")),
                "Une recommandation par ligne : un verbe, et ce qu'il faut changer.",
                "Dites l'action : « fermer le compte », « changer le mot de passe ».",
                at=place(bare, "recommandation"),
            )
        self._expect_its_own(
            "recommandation", suits_any, f"Une recommandation répond au risque de sa ligne. {_ONE_FOR_ALL}"
        )
        if misplaced := of_another_risk(self.table.lines):
            raise Failed(
                self._told(misplaced),
                "Une recommandation répond au risque de sa ligne. Une seule ligne fausse est tolérée.",
                "Un compte qui sert garde son accès : changez le mot de passe, ou ajoutez un second facteur. Un compte qui ne sert plus "
                "se ferme.",
                at=place([line for lines, _what in misplaced for line in lines], "recommandation"),
            )
        names = {f" {name} " for term in SOURCES for name in term.names()}
        lost = [line for line in self.table.lines if not any(name in f" {fold(line['source'])} " for name in names)]
        if lost:
            odd = [("source", line["source"], line) for line in lost]
            raise Failed(
                f"{self.table.path} : {counted(len(lost), 'ligne')} sans source connue : {words(self.table, odd)}.",
                f"Une de ces sources : {listed((term.word for term in SOURCES), 'ou')}.",
                "Les règles de l'organisation sont dans le mandat ; celles des mots de passe, dans la fiche des sources.",
                at=place(lost, "source"),
            )


_ONE_FOR_ALL = "La même phrase ne vaut pas pour tous les risques."


def _is_filled_down(lines: Sequence[TableLine]) -> bool:
    """Whether one proof shows what is seen in files that have nothing in common, on several lines of each."""
    systems = {line.system.id for line in lines if line.system}
    if len(systems) == 1 and systems <= {term.id for term in SYSTEMS if term.id in fold(lines[0]["preuve"]).split()}:
        return False  # the file of the system where all of them are
    return all(sum(line.kind.id in kinds for line in lines if line.kind) >= FILLED for kinds in FILES_OF)


def _bare(lines: Sequence[TableLine], column: str) -> list[tuple[list[TableLine], str]]:
    """Lines whose cell says nothing: those where it is empty, then those of each word that only fills it, which is quoted."""
    words = dict.fromkeys(line[column].strip() for line in lines)
    return [
        (
            [line for line in lines if line[column].strip() == word],
            f"dont la {column} dit seulement {quote(word)}" if word else f"sans {column}",
        )
        for word in sorted(words, key=bool)
    ]


def _says_nothing(text: str) -> bool:
    """Whether a cell is empty, or only filled."""
    return fold(text) in FILLERS or not _words(text)


def _words(text: str) -> set[str]:
    """The words of a cell that may show something, without their endings."""
    return {_stem(word) for word in fold(text).split()} - EMPTY


def _repeats_its_risk(line: TableLine) -> bool:
    """Whether a proof is the risk, as the line or the sheet writes it, and nothing beside it but the account and empty words."""
    if line["preuve"] and fold(line["preuve"]) == fold(line["risque"]):
        return True
    said, own = ({_stem(word) for word in fold(line[column]).split()} for column in ("preuve", "compte"))
    for name in (line["risque"], line.kind.word if line.kind else ""):
        risk = {_stem(word) for word in fold(name).split()} - (EMPTY - _GRADES)
        if risk and risk <= said and said - risk <= own | EMPTY:
            return True
    return False


def _claim(line: TableLine) -> tuple[str, str]:
    """The account and the risk of a line that tells one."""
    return line.key, line.kind.id if line.kind else ""


def _login(line: TableLine) -> str:
    return line["compte"].casefold().partition("@")[0].strip()


def _odd_words(line: TableLine) -> Iterator[tuple[str, str, TableLine]]:
    """The first word of a line that is not in the vocabulary: its column, itself, the line."""
    if line.system is None:
        yield "système", line["systeme"], line
    elif line.kind is None:
        yield "risque", line["risque"], line
    elif fold(line["gravite"]) not in {fold(word) for word in SEVERITIES}:
        yield "gravité", line["gravite"], line


def _accepted(column: str) -> str:
    """The words that a column may have, for a sentence."""
    known = {"système": [term.word for term in SYSTEMS], "risque": [term.word for term in KINDS]}
    return listed(known.get(column, SEVERITIES), "ou")
