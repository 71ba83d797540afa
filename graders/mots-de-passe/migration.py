"""The migration script, run on hidden lines in a candidate-type container; our own libraries verify its hashes."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, permutations
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zlib import crc32

from etabli.exam import Failed, Line
from etabli.exam.contract.blot import SHORTEST, Blot
from etabli.exam.contract.draw import Draw
from etabli.exam.contract.french import counted, listed, some
from etabli.exam.contract.values import Leftover, TypedLine
from etabli.exam.contract.words import cut, squeeze
from etabli.exam.reading.markup import whole

from .decoding import decoded
from .exports import examples
from .hashing import (
    BCRYPT_BYTES,
    CHEAP,
    OLDER,
    OTHER_COSTS,
    OTHERS,
    confuses,
    make_hash,
    opens,
    salt_of,
    scheme_of,
    shape,
    unread,
    verifies,
    weakness,
)
from .shape import Case
from .testlists import ROUGH, WHITE, nearly

if TYPE_CHECKING:
    from etabli.exam.tools.bench import Bench, Ran

T = TypeVar("T")
INTERPRETERS = {".php": "php", ".py": "python3"}
EXAMPLE = "migration-exemple.jsonl"
"""The file of ``donnees/`` on which the sheets try a script; most lists of an exam are in its place."""
ELSEWHERE = 3
"""How many of the main lists are in another file, that the first list is given before: a script reads what the command
sends it, whatever its name. They lie in ``/tmp``, and so do odd lines: a student's own lists do, as the sheets have them
made."""
NAMES = (
    "comptes",
    "connexions",
    "essai",
    "Essais",
    "intranet",
    "lignes",
    "limites",
    "liste",
    "lundi",
    "test",
    "suite",
    "abimes",
)
ENDINGS = ".jsonl", ".jsonl", ".jsonl", ".json", ".txt"
SHEETS = "limites.jsonl"
"""The name of odd lines on the sheet; half of the exams have them there."""
COMMAND = "{program} {script} < {folder}/{name}"
"""What a student types, as the sheet shows it: the standard input is a file, which some read twice."""
TO_A_FILE = "{command} 2> /tmp/{name}; r=$?; cat /tmp/{name} >&2; rm /tmp/{name}; (exit $r)"
"""So are the errors of one list, and often of some odd lines, as the sheet has a student try it, who then reads that file."""
ERRORS = "erreurs.txt", "erreur.txt", "messages.txt", "e.txt"
TO_ANOTHER = "{command} > /tmp/{name}; r=$?; cat /tmp/{name}; rm /tmp/{name}; (exit $r)"
"""So are the answers of another list, which who has many of them keeps in a file."""
REPLIES = "reponses.jsonl", "sortie.jsonl", "resultat.txt", "r.jsonl"
TO_NOBODY = "{command} 2> /dev/null"
"""So are, half of the time, the errors of the list that comes again, which the first time tells."""
TO_NOWHERE = "{command} > /dev/null"
NOWHERE = "nulle-part"
"""The batch whose answers nobody reads, as the help of the silence has it tried: only what it leaves or says beside them
counts. A third of the exams have it."""
FROM_WITHIN = "cd rendu/{folder} && {program} {script} < /tmp/{name}"
"""How a list of ``/tmp`` is typed by who stands in the folder of the program."""
SCREEN = "ecran"
"""The batch that is always read on a terminal, beside all odd lines and two drawn batches: some of the main lines, in
another order."""
FEW, FEWEST = "peu", 3
"""The batch of no more lines than the example has."""
SHORT = "courte"
"""The batch of a few lines more, as the sheets have a student try: a drawn number of them, all wrong."""
SHORTER, LONGER = (4, 9), (10, 20)
"""How many lines the short batch and the one on a terminal have: with that of a few, each length up to twenty comes, over exams."""
CROWD = "foule"
"""The batch of as many lines as a real list has: wrong ones and a few right ones."""
AFTER = 2
"""Right passwords after the damaged hashes, of kinds that are drawn."""
ONE_FORGOTTEN = 1
"""A kind of hash that is never recognised costs `migration-bons`: odd passwords of the others are looked at all the same."""
APART = "longs", "limites", "abimes"
"""The batches of odd lines. One run has them all; what a script cannot bear there must not be blamed on the others, so
each is run alone where that run is not clean."""
TOGETHER = "cas"
SOME = "quelques"
"""Of the odd lines that are run together, those that a list of their own has: as few as people try."""
SIZES = (1, 3), SHORTER, SHORTER, LONGER
"""How many they are."""
ALONE = 1, 1, 1, 2
"""Half of the time nobody is wrong in the shortest list: so many sign in. Another list has then as few lines, all wrong."""
BESIDE = (2, 6), (2, 6), (20, 90)
"""Ordinary wrong passwords among the odd lines that are run together."""
SLOW = 3
"""Wrong passwords in each long list whose hashes cost time: one Argon2id, the others bcrypt; half of the short ones have one."""
AGAIN_AND_AGAIN = 6, 14
"""How many wrong passwords one account is tried with in the crowd, one of them twice; another one is tried with one, twice."""
LISTED = "releve"
"""The batch whose lines are all those of the exports, as the organisation's own list would have them."""
PART = "partie"
"""The batch of a part of that list."""
PARTS = 36, 99
WINDOWS = 2
"""How many of the main lists have line ends of Windows, as its text editors save them; the one that comes again, as it did."""
AGAIN = "encore"
"""The batch that is another one, given once more: no new hash comes back, whatever its salt is calculated from."""
BARE = 3
"""How many of the main lists end without a line end, as some editors save them; the one that comes again, as it did."""
OWN, APART_MADE = "siennes", "ailleurs"
"""The batch of the script's own new hashes, with the passwords that they are of and with others: after all the others. It
has a hash of other settings than those of the exports too, and wrong passwords with hashes that nobody has migrated yet."""
MAIN = "principal", SCREEN, FEW, CROWD, PART, LISTED, AGAIN
SHOWN = *MAIN, SHORT
"""The batches that show what a script says of ordinary lines; how those of `MAIN` are given was drawn before the others were."""
SCHEMES = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256 avec sel", "bcrypt": "bcrypt", "argon2id": "Argon2id"}
LENGTHS = {"md5": 32, "sha1": 40, "sha256": 88}
"""Of whole hashes of the exports' forms."""
AT_ONCE, LATER = (0, 4), (20, 80)
"""How many programs the shell of a line has begun before: it has just been opened, or has been used for a while. Half of
the main batches come late, and all odd lines, which one run has: as for who works there."""
BATCHES = {
    "bon": "principal", "mauvais": "principal", "jumeaux": "principal",
    "long": "longs", "vide": "limites", "espaces": "limites", "unicode": "limites", "abime": "abimes",
    "sel": "abimes",
    "foule": "foule", "releve": "releve",
}  # fmt: skip
EXAMPLES = "exemple1", "exemple2", "exemple3"
"""Logins of the example's lines: some programs answer them by heart. They stand beside wrong passwords here."""
GIVEN = tuple(
    Case("bon", scheme_of(one["empreinte"]), one["mot_de_passe"], one["empreinte"], True, login=one["login"])
    for one in map(json.loads, examples())
)
"""The example's own lines; they come right, and with a wrong password, in drawn lists."""
OF_SHEET = (
    Case("abime", "argon2id", "tuile", "$argon2id$v=19$coupee", False, login="abime"),
    Case("abime", "argon2id", "tuile", "$argon2id$v=19$m=19456,t=2,p=1$c2VsZGV0ZXN0$Y291", False, login="coupe"),
    Case("unicode", "md5", "théâtre-où-ça-naît", "257b681b371c8a53968cc7f7bf63b1d1", True, "théâtre-ou-ça-naît", "accents"),
    Case("long", "md5", "un-train-part-de-la-gare-avec-sept-voyageurs-et-deux-chiens-sous-la-pluie-de-mai",
         "92f9df92c7d1886bbe870e12e65c3de9", True,
         "un-train-part-de-la-gare-avec-sept-voyageurs-et-deux-chiens-sous-la-pluie-de-maj", "long"),
)  # fmt: skip
"""The lines that the sheet has a student try, but for the two that every exam has the same."""
IN_EXAMPLE = {"MD5": 1, "SHA-256 avec sel": 2, "bcrypt": 3}
"""The line of the example that has each kind of hash; the others have none."""
OWN_LINES = {"longs": "les longs mots de passe", "limites": "les mots de passe vides et accentués"}
"""The batches whose lines have few kinds of hash, in the words of their checks."""
BONS, MAUVAIS, EMPREINTES = "migration-bons", "migration-mauvais", "migration-empreintes"
SHAPE = (
    'Une ligne JSON par ligne reçue, dans le même ordre : {"ok": true ou false, "nouvelle_empreinte": texte ou null}.'
)
_READ = "Lisez l'erreur et la ligne nommée, puis relancez le programme sur donnees/migration-exemple.jsonl."
DAMAGED = "une empreinte abîmée (vide, inconnue ou coupée)"
TRY_DAMAGED = (
    "Essayez une empreinte Argon2id qui a tous ses champs et dont la fin manque, comme "
    "$argon2id$v=19$m=19456,t=2,p=1$c2VsZGV0ZXN0$Y291 : la réponse est false, et la ligne suivante est traitée."
)
NEVER_AS_IT_IS = "Une empreinte n'est jamais comparée telle quelle au mot de passe."
LOOSE = {
    "hash": "l'ancienne empreinte elle-même, donnée comme mot de passe",
    "zeros": "un mot de passe dont l'empreinte commence par 0e, comme celle du bon",
    "other": "un autre mot de passe que le bon",
    "turned": "le bon mot de passe, majuscules et minuscules échangées",
    "letter": "le bon mot de passe, dont une seule lettre a changé entre majuscule et minuscule",
    "cut": "le bon mot de passe sans un de ses signes",
    "longer": "le bon mot de passe avec un signe de trop",
    "moved": "le bon mot de passe, dont deux signes sont échangés ou un chiffre a changé",
}
"""The wrong passwords, by what takes them for the right one."""
EACH_ALONE = "Chaque ligne se juge seule : cherchez ce que {path} garde d'une ligne à l'autre (un tableau, un compteur), et retirez-le."
_ZEROS = re.compile(r"0+e\d+")
ITS_OWN = (
    "Cherchez ce qui répond true à la forme de l'empreinte ou à ses réglages : toute empreinte se vérifie avec le mot de passe "
    "reçu, les vôtres aussi."
)
UNENDED = (
    "Une réponse par ligne, la dernière comprise, même si aucun retour à la ligne ne la suit.",
    "Un éditeur enregistre parfois ainsi. fgets (PHP) et « for ligne in sys.stdin » (Python) rendent aussi cette ligne : ne comptez pas "
    "les retours à la ligne, et n'enlevez rien d'autre qu'eux à la fin d'une ligne.",
)
BY_NAME = (
    "Une réponse par ligne que la commande envoie, quels que soient le nom et le dossier du fichier après « < ».",
    "Le programme n'ouvre aucun fichier : cherchez-y migration-exemple.jsonl. Lisez STDIN (PHP) ou sys.stdin (Python), où la commande "
    "envoie les lignes.",
)
UNREADABLE_ITSELF = "une empreinte qui est le texte même du mot de passe"
_RAISED = re.compile(r"^(?:\w+\.)*(\w+(?:Error|Exception|Invalid\w*))(?=:|$)", re.MULTILINE)
"""What a Python program stopped on."""
MAKERS = "password_hash(", "hashpw(", ".hash("
"""What makes a new hash in a script."""
SAID = 80
"""Characters of what a script wrote that are looked for in it."""
_ASKED = {"ok", "nouvelle_empreinte"}
REPEATED = 8
"""Characters of a password from which an answer that holds them, as they are or in a code, repeats it."""
OF_LINES = {
    "long": "un mot de passe de plus de 72 octets",
    "vide": "un mot de passe vide",
    "unicode": "un mot de passe accentué",
    "espaces": "un mot de passe qui commence ou finit par un espace",
    "sel": "un sel de SHA-256 d'une autre forme",
}
"""What odd lines have, in the order of the checks; that of damaged ones is said by `_unreadable`."""
_PHP_SAYS = re.compile(r"\s*(?:PHP )?(?:(?:Fatal|Parse|Recoverable fatal) error|Warning|Deprecated|Notice): ")


@dataclass(frozen=True)
class Answer:
    """What the script said of one line."""

    case: Case
    ok: bool
    new: str | None

    @property
    def scheme(self) -> str:
        """The old hash, for a sentence."""
        return SCHEMES.get(self.case.scheme, "une empreinte illisible" if self.case.empreinte else "une empreinte vide")


class Migration:
    """A script and what it is given.

    Args:
        path: In the submission.
        bench: Where it runs.
        cases: Hidden lines.
        draw: How each batch is given.
        source: Its text, for the lines that a failure names.
    """

    def __init__(self, path: str, bench: Bench, cases: Sequence[Case], draw: Draw, source: str = "") -> None:
        self._path = path
        self._source = source
        self._bench = bench
        self._batches: dict[str, list[Case]] = {}
        for case in cases:
            self._batches.setdefault(BATCHES[case.role], []).append(case)
        principal = self._batches["principal"]
        known = {case.scheme: case for case in principal if case.role == "bon"}
        self._batches["abimes"] += draw.some([*known.values()], AFTER)
        of_a_kind = {(case.role, case.scheme, case.ok): case for case in draw.shuffled(principal)}
        self._batches[SCREEN] = draw.shuffled([case for (role, *_), case in of_a_kind.items() if role != "jumeaux"])
        wrong = [case for case in principal if case.role == "mauvais"]
        others = draw.some([case for case in principal if case.role == "bon"], draw.between(0, 2))
        self._batches[FEW] = draw.shuffled([draw.one(wrong), *others])
        others = draw.some([case for case in principal if case.role == "bon"], draw.between(1, 3))[:1]
        crowd = self._batches[CROWD]
        by_heart = [replace(case, login=login) for case, login in zip(crowd, EXAMPLES, strict=False)]
        self._batches[CROWD] = draw.shuffled([*by_heart, *crowd[len(by_heart) :], *others])
        self._batches[PART] = draw.some(self._batches[CROWD], draw.between(*PARTS))
        again = draw.one([one for one in (FEW, CROWD) if any(case.ok for case in self._batches[one])])
        self._batches[AGAIN] = self._batches[again]
        self._on_screen = {SCREEN, TOGETHER, *draw.some((FEW, CROWD, PART, LISTED), 2)}
        self._on_screen |= {AGAIN} if again in self._on_screen else set()
        late = *APART, TOGETHER, *draw.some(MAIN, len(MAIN) // 2)
        turns = draw.shuffled([*MAIN, *APART, TOGETHER])
        self._earlier = {batch: draw.between(*(LATER if batch in late else AT_ONCE)) for batch in turns}
        self._windows = set(draw.some([batch for batch in MAIN if batch != AGAIN], WINDOWS))
        self._windows |= {AGAIN} if again in self._windows else set()
        self._hand = draw.below(2**32)
        self._draw = draw
        self._read: dict[str, list[Answer]] = {}
        self._bare = set(draw.some([batch for batch in MAIN if batch not in {AGAIN, *self._windows}], BARE))
        self._bare |= {AGAIN} if again in self._bare else set()
        naming = Draw(f"noms|{self._hand}".encode())
        elsewhere = naming.some([batch for batch in turns if batch in MAIN][1:], ELSEWHERE)
        laid = Draw(f"dossiers|{self._hand}".encode())
        self._own_lists = {*elsewhere, *APART, TOGETHER, *laid.some((SOME, SHORT, OWN), laid.between(1, 2))}
        quiet = [batch for batch in MAIN if batch not in {AGAIN, again, *self._on_screen}]
        self._to_files = {laid.one(quiet): (TO_A_FILE, laid.one(ERRORS))}
        apart = Draw(f"longueurs|{self._hand}".encode())
        self._vary(Draw(f"autrement|{self._hand}".encode()), again, quiet)
        self._shorten(apart)
        self._after = self._insist(apart)
        self._names = self._named(Draw(f"titres|{self._hand}".encode()), elsewhere)
        self._give_known(Draw(f"exemple|{self._hand}".encode()))
        self._repeat(Draw(f"recopie|{self._hand}".encode()))
        self._send(Draw(f"sorties|{self._hand}".encode()), again)
        self._like: dict[str, str] = dict.fromkeys(APART, TOGETHER)

    def _vary(self, draw: Draw, again: str, quiet: Sequence[str]) -> None:
        """What no kind of list keeps for itself: who is wrong or right there, how lines end, where answers go, how it is typed."""
        rights = [case for case in self._batches["principal"] if case.role == "bon"]
        self._alone = draw.below(2) == 0
        if self._alone:
            self._batches[FEW] = draw.some(rights, draw.one(ALONE))
            self._batches[AGAIN] = self._batches[again]
        crowd = self._batches[CROWD]
        free = [at for at, case in enumerate(crowd) if case.role == "foule" and case.login not in EXAMPLES]
        right, (again_there, *others) = next(case for case in crowd if case.ok), draw.some(free, 3)
        if draw.below(2):  # who signs in twice
            crowd[again_there] = right
        for at in others:  # what one knows is no way in for another
            crowd[at] = _tried(draw, crowd[at], [right.mot_de_passe])
        for batch in (CROWD, PART):
            self._slow_down(draw, self._batches[batch])
        cheap = [case for case in crowd if case.role == "foule" and case.scheme in CHEAP and case.login not in EXAMPLES]
        words = [case.mot_de_passe for case in cheap if not case.other and case.mot_de_passe != case.empreinte]
        # neither nearly right nor the hash itself, which are told elsewhere
        wrong = [_tried(draw, case, words) for case in cheap]
        more = draw.some(wrong, draw.between(*draw.one(BESIDE)))
        self._batches["abimes"] = _mixed(draw, self._batches["abimes"], more)
        beside = draw.between(0, 3) if self._alone else draw.one((0, draw.between(1, 30)))
        self._not_yet = draw.some(wrong, beside)
        for batches in ((TOGETHER, *APART), (SOME,), (SHORT,), (OWN,)):
            self._windows |= {*batches} if draw.below(3) == 0 else set()
            self._bare |= {*batches} if draw.below(2) else set()
        self._bare |= {draw.one(sorted(self._windows & {*MAIN} - {AGAIN, again}) or [SHORT])}
        self._on_screen |= {OWN} if draw.below(2) else set()
        kept = [one for one in (*quiet, SHORT) if one not in (*self._to_files, FEW)]  # in which somebody is wrong
        self._to_files[draw.one(kept)] = TO_ANOTHER, draw.one(REPLIES)
        within = self._own_lists & {*MAIN} - {*self._to_files}
        self._within = draw.one(sorted(within - {FEW} or within))

    def _slow_down(self, draw: Draw, cases: list[Case]) -> None:
        """Puts wrong passwords whose hashes cost time in the place of others."""
        free = [at for at, case in enumerate(cases) if case.role == "foule" and case.login not in EXAMPLES]
        for rank, at in enumerate(draw.some(free, SLOW)):
            cases[at] = self._slow(draw, "bcrypt" if rank else "argon2id")

    def _slow(self, draw: Draw, scheme: str) -> Case:
        """A wrong password of somebody whose hash is of this kind."""
        known = [
            case for case in (*self._batches["principal"], *self._batches[LISTED]) if case.ok and case.scheme == scheme
        ]
        own = draw.one(known)
        words = {case.mot_de_passe for case in self._batches[CROWD] if case.role == "foule"} - {own.mot_de_passe}
        return replace(own, role="foule", mot_de_passe=draw.one(sorted(words)), ok=False, other="")

    def _shorten(self, draw: Draw) -> None:
        """Lists of other lengths: a short one, more lines on the terminal, and which of the odd lines stand in a short one."""
        wrong, screen = [case for case in self._batches[CROWD] if case.role == "foule"], self._batches[SCREEN]
        cheap = [case for case in wrong if case.scheme in CHEAP]
        size, kind = draw.between(*((1, FEWEST) if self._alone else SHORTER)), draw.one((*CHEAP, "bcrypt"))
        if draw.below(2):  # all hashes of that list are of one kind
            pool = [case for case in cheap if case.scheme == kind] or [self._slow(draw, kind) for _ in range(size)]
            self._batches[SHORT] = draw.some(pool, size)
        else:
            slow = self._slow(draw, draw.one(("bcrypt", "argon2id")))
            self._batches[SHORT] = draw.shuffled([*draw.some(cheap, size - 1), slow])
        more = max(0, draw.between(*LONGER) - len(screen))
        self._batches[SCREEN] = _mixed(draw, screen, draw.some(cheap, more))
        odd = [
            at for at, case in enumerate(case for one in APART for case in self._batches[one]) if case.role != "foule"
        ]
        self._few_odd = frozenset(draw.some(odd, draw.between(*draw.one(SIZES))))
        turns = _mixed(draw, [*self._earlier], [SHORT, SOME])
        drawn = self._earlier | {SHORT: draw.between(*AT_ONCE), SOME: draw.between(*AT_ONCE)}
        self._earlier = {batch: drawn[batch] for batch in turns}
        self._on_screen |= {one for one in (SOME, SHORT) if draw.below(2)} - {*self._to_files}

    def _insist(self, draw: Draw) -> Case | None:
        """Has the crowd try accounts again and again, instead of as many of its lines: no line says anything of another.

        Returns:
            The right password that comes after wrong ones, where the crowd has one whose hash is compared at once.
        """
        crowd = self._batches[CROWD]
        free = [
            at
            for at, case in enumerate(crowd)
            if case.role == "foule" and case.scheme in CHEAP and case.login not in EXAMPLES
        ]
        rights = [at for at, case in enumerate(crowd) if case.ok and case.scheme in CHEAP]
        *places, first, second = draw.some(free, draw.between(*AGAIN_AND_AGAIN) + 2)
        crowd[first] = crowd[second] = replace(crowd[first], role="encore")
        own = draw.one(rights or places)
        account, whose = crowd[own], [own, *places] if rights else places
        known = {crowd[at].mot_de_passe for at in free} - {account.mot_de_passe, account.other}
        known = {word for word in known if not opens(word, account.empreinte)}
        words = draw.some(sorted(known), len(places) - 1)
        wrong = [replace(account, role="encore", mot_de_passe=word, ok=False, other="") for word in [*words, words[0]]]
        tried = draw.shuffled(wrong)
        if rights:
            tried.insert(draw.between(len(tried) * 2 // 3, len(tried)), account)
        for at, case in zip(sorted(whose), tried, strict=True):
            crowd[at] = case
        return account if rights else None

    def _named(self, draw: Draw, elsewhere: Sequence[str]) -> Mapping[str, str]:
        """How each list of a student's own is called: with a number, without one, as on the sheet, as the example that was copied."""

        def name(*, figures: bool) -> str:
            number = f"{draw.one(('', '-', '_'))}{draw.between(1, 31)}" if figures else ""
            return f"{draw.one(NAMES)}{number}{draw.one(ENDINGS)}"

        first, second, *others = elsewhere
        names = {one: name(figures=bool(draw.below(2))) for one in (*others, SOME, SHORT, OWN, NOWHERE)}
        names |= {first: name(figures=True), second: name(figures=False)}
        if draw.below(2):
            names[draw.one([*others, SHORT])] = EXAMPLE
        return names | {TOGETHER: SHEETS if draw.below(2) else name(figures=bool(draw.below(2)))}

    def _give_known(self, draw: Draw) -> None:
        """The lines of the example and of the sheet, right, and with a sign changed; and the example's logins elsewhere."""
        others = [case for case in self._batches[CROWD] if _ordinary(case)]
        lists = [*draw.some(("principal", SCREEN, CROWD, PART), 2), *((SHORT,) if draw.below(4) == 0 else ())]
        for batch in lists:
            for case in draw.some(GIVEN, draw.between(1, 2)):
                whose = draw.one((case, case, draw.one(others)))
                self._put(draw, batch, replace(_changed(draw, case), login=whose.login))
        self._put(draw, draw.one(("principal", SCREEN, PART)), draw.one(GIVEN))
        cases = self._batches[draw.one(("principal", SCREEN, PART, SHORT))]
        at = draw.one([at for at, case in enumerate(cases) if not case.ok])
        cases[at] = replace(cases[at], login=draw.one(EXAMPLES))
        if draw.below(3) == 0:  # the whole example, as the sheet has it tried: as it is, or with a sign changed
            at = len(GIVEN) if self._alone else draw.below(len(GIVEN))
            self._batches[FEW][:] = [_changed(draw, case) if rank == at else case for rank, case in enumerate(GIVEN)]
        for case in OF_SHEET:
            if case.ok:
                self._put_odd(draw, replace(case, mot_de_passe=case.other, ok=False, other=""))
            if draw.below(2):
                self._put_odd(draw, case)

    def _repeat(self, draw: Draw) -> None:
        """The same line comes again within a list, right or wrong, under itself or elsewhere: each is answered for itself."""
        short = len(self._batches[FEW]) < FEWEST and any(case.ok for case in self._batches[FEW])
        places = ("principal", SCREEN, CROWD, *((FEW,) if short else ())), ("principal", SCREEN, PART, SHORT)
        for batch, ok in zip(map(draw.one, places), (True, False), strict=True):
            case = draw.one([one for one in self._batches[batch] if one.ok is ok and one.role != "jumeaux"])
            self._put(draw, batch, case if ok else replace(case, role="encore"), after=case)
        if draw.below(2):
            odd = [case for one in APART for case in self._batches[one] if BATCHES[case.role] in APART]
            self._put_odd(draw, draw.one(odd))

    def _put(self, draw: Draw, batch: str, case: Case, *, after: Case | None = None) -> None:
        """Puts a line into a list, in the place of an ordinary wrong one where there are some.

        Args:
            draw: Which one, and where.
            batch: The list.
            case: The line.
            after: The line under which it comes, half of the time at once.
        """
        cases = self._batches[batch]
        free = [at for at, one in enumerate(cases) if _ordinary(one) and one != after]
        if batch == SHORT and not free:
            free = [at for at, one in enumerate(cases) if one != after]
        if free:
            del cases[draw.one(free)]
        first = cases.index(after) + 1 if after else 0
        cases.insert(first if after and draw.below(2) else draw.between(first, len(cases)), case)

    def _put_odd(self, draw: Draw, case: Case) -> None:
        """Puts an odd line among the others, in the short list instead of another one half of the time."""
        batch = BATCHES[case.role]
        place = draw.between(0, len(self._batches[batch]))
        at = place + sum(len(self._batches[one]) for one in APART[: APART.index(batch)])
        few = sorted(one + (one >= at) for one in self._few_odd)
        if draw.below(2):
            few[draw.below(len(few))] = at
        self._few_odd = frozenset(few)
        self._batches[batch].insert(place, case)

    def _send(self, draw: Draw, again: str) -> None:
        """Where errors and answers of each list go: to the screen or to who reads both, to a file, to nobody."""
        for batch in (*MAIN, SHORT, OWN):
            if batch not in {AGAIN, *self._to_files} and draw.below(3) == 0:
                self._to_files[batch] = draw.one(((TO_A_FILE, draw.one(ERRORS)), (TO_ANOTHER, draw.one(REPLIES))))
        self._to_files |= {AGAIN: self._to_files[again]} if again in self._to_files else {}
        if draw.below(2) and not all(case.ok for case in self._batches[AGAIN]):
            self._to_files[AGAIN] = TO_NOBODY, ""
        first, second = draw.one(((TOGETHER, SOME), (TOGETHER, SOME), (SOME, TOGETHER)))
        self._to_files[first] = TO_A_FILE, draw.one(ERRORS)
        self._to_files |= {second: (TO_ANOTHER, draw.one(REPLIES))} if draw.below(3) == 0 else {}
        self._on_screen ^= {TOGETHER} if draw.below(3) == 0 else set()
        self._on_screen |= {SOME} - self._on_screen if TOGETHER not in self._on_screen else set()
        if draw.below(3) == 0:
            odd = [case for one in ("limites", "abimes") for case in self._batches[one] if not case.ok]
            rights = [case for case in self._batches["principal"] if case.ok]
            self._batches[NOWHERE] = draw.shuffled([draw.one(rights), *draw.some(odd, draw.between(1, FEWEST))])
            self._to_files[NOWHERE] = TO_NOWHERE, ""
            turns = _mixed(draw, [*self._earlier], [NOWHERE])
            self._earlier[NOWHERE] = draw.between(*AT_ONCE)
            self._earlier = {batch: self._earlier[batch] for batch in turns}
            self._own_lists |= {NOWHERE} if draw.below(2) else set()
            self._on_screen |= {NOWHERE} if draw.below(2) else set()

    def _typed_line(self, batch: str, cases: Sequence[Case]) -> TypedLine:
        """What is typed to run the script on lines."""
        program, script = INTERPRETERS[Path(self._path).suffix.lower()], shlex.quote(f"rendu/{self._path}")
        like = self._like.get(batch, batch)
        own = like in self._own_lists
        name = self._names[like] if own else EXAMPLE
        text = COMMAND.format(program=program, script=script, folder="/tmp" if own else "donnees", name=name)
        if batch == self._within:
            folder, _, script = self._path.rpartition("/")
            text = FROM_WITHIN.format(
                folder=shlex.quote(folder), program=program, script=shlex.quote(script), name=name
            )
        if like in self._to_files:
            way, file = self._to_files[like]
            text = way.format(command=text, name=file)
        screen = 1 + Draw(f"écran|{self._hand}|{batch}".encode()).below(2**32) if batch in self._on_screen else 0
        return TypedLine(text, {name: self._lines(cases, batch)}, screen, self._earlier.get(batch, 0), own)

    @cached_property
    def _ran(self) -> dict[str, Ran]:
        """The runs of all batches, in one terminal or two."""
        odd = {batch: self._batches[batch] for batch in APART}
        cases = [case for cases in odd.values() for case in cases]
        together: dict[str, list[Case]] = {TOGETHER: [], SOME: []}
        for at, case in enumerate(cases):
            together[SOME if at in self._few_odd else TOGETHER].append(case)
        ran = self._typed({batch: cases for batch, cases in self._batches.items() if batch not in odd} | together)
        if NOWHERE in ran:  # on a terminal too, all that is shown is said in excess
            ran[NOWHERE] = replace(_beside(ran[NOWHERE]), stdout=b"")
        whole, few = ran.pop(TOGETHER), ran.pop(SOME)
        return ran | (self._parted(whole, few, odd) or self._apart(whole, few, odd))

    def _apart(self, whole: Ran, few: Ran, odd: Mapping[str, Sequence[Case]]) -> dict[str, Ran]:
        """Each batch of odd lines alone, given as the run that leaves a doubt was: to the same places, by the same name.

        What is said there in excess is best read behind a pipe; on a terminal, where nothing is said but there.
        """
        count = sum(map(len, odd.values())) - len(self._few_odd)
        at_fault = SOME if _clean(whole, count) and not _clean(few, len(self._few_odd)) else TOGETHER
        self._like = dict.fromkeys(APART, at_fault)
        ran = self._typed(odd)
        if at_fault in self._on_screen and all(_clean(one, len(odd[batch])) for batch, one in ran.items()):
            self._on_screen |= {*APART}
            ran = {batch: _beside(one) for batch, one in self._typed(odd).items()}
        return ran

    def _typed(self, batches: Mapping[str, Sequence[Case]]) -> dict[str, Ran]:
        turns = [batch for batch in self._earlier if batch in batches]
        typed = [self._typed_line(batch, batches[batch]) for batch in turns]
        return dict(zip(turns, self._bench.type(typed), strict=True))

    def _lines(self, cases: Sequence[Case], batch: str) -> bytes:
        """Lines as a list has them: each written by one of several hands, the same one whenever it comes."""
        batch = self._like.get(batch, batch)
        end = "\r\n" if batch in self._windows else "\n"
        written = [_written(one, crc32(f"{self._hand} {one}".encode())) for one in cases]
        return (end.join(written) + end * (batch not in self._bare)).encode()

    def _parted(self, ran: Ran, few: Ran, batches: Mapping[str, Sequence[Case]]) -> dict[str, Ran]:
        """What each batch would have been answered; nothing when one of the two runs leaves any doubt."""
        said, said_few = ([line for line in one.text.splitlines() if line.strip()] for one in (ran, few))
        cases = [case for batch in batches.values() for case in batch]
        doubt = any(one.exit_code or one.timed_out or one.truncated or one.stderr or one.left for one in (ran, few))
        if doubt or len(said_few) != len(self._few_odd) or len(said) + len(said_few) != len(cases):
            return {}
        rest, first = iter(said), iter(said_few)
        lines = [next(first if at in self._few_odd else rest) for at in range(len(cases))]
        try:
            for case, line in zip(cases, lines, strict=True):
                self._answer(case, line, 1, cases)
        except Failed:
            return {}
        parts = iter(lines)
        return {
            batch: replace(ran, stdout="\n".join(islice(parts, len(own))).encode()) for batch, own in batches.items()
        }

    @property
    def _all(self) -> Mapping[str, Sequence[Case]]:
        """All batches, that of its own new hashes too where it can be made."""
        with suppress(Failed):
            self._given_back()
        return self._batches

    def ran(self, batch: str = "principal") -> Ran:
        """The run of a batch."""
        return self._ran[batch]

    def _given_back(self, *roles: str) -> list[Answer]:
        """What it says of its own new hashes, those that hold: a short password and a long one, each right, then wrong.

        The short one may have accents, or white signs at its ends.
        A wrong password stands with an Argon2id hash of other settings too, as the sheet has one made, and a right one with
        such a hash, or with bcrypt of another cost.

        Raises:
            Failed: It stopped, took too long, or wrote something else.
        """
        if OWN not in self._batches:
            short = self._draw.one((self._right, self._limits)) or self._right
            cases = [*self._returned("court", short), *self._returned("long", self._long)]
            if not cases:
                return []
            cases += [*self._of_other_settings(cases[0]), *self._not_yet]
            self._earlier[OWN] = self._draw.between(*AT_ONCE)
            self._batches[OWN] = self._draw.shuffled(cases)
            self._ran.update(self._typed({OWN: self._batches[OWN]}))
        return self._answers(*roles, batch=OWN)

    def _of_other_settings(self, case: Case) -> list[Case]:
        right, salt = case.mot_de_passe, bytes(self._draw.below(256) for _ in range(16))
        stored = make_hash("argon2id", right, salt, argon=self._draw.one((*OTHERS, *OLDER)))
        made = replace(case, role=APART_MADE, scheme="argon2id", empreinte=stored, ok=True, other="")
        wrong = replace(made, mot_de_passe=nearly(right)[0], ok=False, other=right)
        apart = Draw(f"réglages|{self._hand}".encode())
        if apart.below(2) and len(right.encode()) <= BCRYPT_BYTES:
            stored = make_hash("bcrypt", right, salt, cost=apart.one(OTHER_COSTS))
            made = replace(made, scheme="bcrypt", empreinte=stored)
        return [made, wrong]

    def _returned(self, role: str, answers: Sequence[Answer]) -> list[Case]:
        """A right password with the new hash that it was given, and an almost right one with the same; none when none holds."""
        for answer in self._draw.shuffled(answers):
            stored, case = answer.new or "", answer.case
            wrong = case.other if role == "long" else self._draw.one(nearly(case.mot_de_passe))
            if case.ok and answer.ok and _holds(answer) and not confuses(case.mot_de_passe, wrong, stored):
                made = replace(case, role=role, scheme=scheme_of(stored), empreinte=stored, other="")
                return [made, replace(made, mot_de_passe=wrong, ok=False, other=case.mot_de_passe)]
        return []

    def answers(self, *roles: str, batch: str = "principal") -> list[Answer]:
        """What it said of the lines of some roles; of the main ones, on a terminal, a few and many at a time too.

        Raises:
            Failed: It stopped, took too long, or wrote something else.
        """
        batches = SHOWN if batch == "principal" else (batch,)
        return [answer for one in batches for answer in self._answers(*roles, batch=one)]

    def _answers(self, *roles: str, batch: str) -> list[Answer]:
        """What it said of the lines of some roles in one run.

        Raises:
            Failed: It stopped, took too long, or wrote something else.
        """
        if batch in self._read:
            return [answer for answer in self._read[batch] if not roles or answer.case.role in roles]
        cases, ran = self._batches[batch], self.ran(batch)
        lines = [line for line in ran.text.splitlines() if line.strip()]
        if ran.timed_out:
            raise Failed(
                f"{self._path} n'a pas fini dans le temps accordé.",
                "Quelques lignes par seconde au moins.",
                "Le programme s'arrête-t-il à la fin de l'entrée ? Une boucle attend peut-être une ligne de plus.",
            )
        if ran.exit_code:
            words = _cleaned(ran.words or ran.text, cases)
            raised = _RAISED.findall(words)
            caught = (
                f" Attrapez aussi {raised[-1]} autour de la vérification : une autre exception n'y suffit pas."
                if raised
                else ""
            )
            damaged = batch == "abimes"
            stopper = self._stopper(lines) if damaged else DAMAGED
            if "Argon2id" not in stopper and stopper is not DAMAGED:
                tried = f"Essayez-la dans une ligne : la réponse est false, et la ligne suivante est traitée.{caught}"
            else:
                tried = f"{TRY_DAMAGED}{caught}"
            stops = f"{self._path} s'arrête sur une erreur (code {ran.exit_code}){_last(words)}."
            self._expect_whatever(batch, stops)
            given = {"abimes": f"Avec {stopper}, ", OWN: "Avec ses propres nouvelles empreintes, "}
            raise Failed(
                f"{given.get(batch, '')}{stops}",
                SHAPE,
                _READ if batch in SHOWN else tried if damaged else None,
                at=self._handler(self._where(words)) if damaged else self._where(words),
            )
        if batch in self._on_screen and any(
            self.ran(one).stderr.strip() for one in SHOWN
        ):  # what it says there stands among the answers
            lines = [line for line in lines if line.lstrip().startswith("{")]
        if len(lines) != len(cases) and ran.truncated:
            raise Failed(
                f"{self._path} écrit plus d'un mégaoctet : ses réponses se perdent dans ce qu'il affiche d'autre.",
                SHAPE,
                "Retirez tout ce qu'il affiche en plus de ses réponses, sur l'erreur standard aussi.",
            )
        if len(lines) != len(cases):
            few = f"{self._path} reçoit {counted(len(cases), 'ligne')} et en écrit {len(lines)}."
            self._expect_whatever(batch, few)
            raise Failed(few, SHAPE)
        self._read[batch] = [
            self._answer(case, line, number, cases)
            for number, (case, line) in enumerate(zip(cases, lines, strict=True), 1)
        ]
        return self._answers(*roles, batch=batch)

    def _expect_whatever(self, batch: str, told: str) -> None:
        """That a list is not answered has another reason than its last line, which has no end, or the name of its file.

        Raises:
            Failed: All lists that are not so are answered, and none of those that are.
        """
        missed = {
            one for one in SHOWN if (ran := self.ran(one)).exit_code or ran.text.count("{") != len(self._batches[one])
        }
        ways = (
            (self._bare & {*SHOWN}, "finit sans retour à la ligne", UNENDED, None),
            (self._own_lists & {*SHOWN}, f"n'est pas donnees/{EXAMPLE}", BY_NAME, self._one_line(EXAMPLE)),
        )
        for odd, so, (expected, look), at in ways:
            if batch in odd and odd - {AGAIN} <= missed <= odd:  # what comes again may have stood there before
                raise Failed(f"Quand le fichier {so}, {told}", expected, look, at=at)

    def _stopper(self, lines: Sequence[str]) -> str:
        """The kind of damaged hash on which a program stops, when it has answered the lines before; else all kinds."""
        cases = self._batches["abimes"]
        case = cases[len(lines)] if 0 < len(lines) < len(cases) else None
        return _unreadable(case) if case and case.role == "abime" else DAMAGED

    def _where(self, words: str) -> Line | None:
        """The line of the script that an error names, the last one in a Python traceback."""
        named = re.findall(rf"(?:/srv/app|/espace/rendu)/{re.escape(self._path)}(?:\", line | on line |:)(\d+)", words)
        number = whole(named[-1]) if named else 0
        return Line(self._path, number) if number else None

    def _handler(self, place: Line | None) -> Line | None:
        """The ``except`` around the line on which a Python program stopped, which is the one to change; else that line."""
        if place is None or self._php:
            return place
        try:
            nodes = list(ast.walk(ast.parse(self._source)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return place
        around = [
            node.handlers[0].lineno
            for node in nodes
            if isinstance(node, ast.Try)
            and node.handlers
            and node.body[0].lineno <= place.number <= (node.body[-1].end_lineno or 0)
        ]
        return Line(self._path, max(around)) if around else place

    def _one_line(self, *pieces: str) -> Line | None:
        """The line of the script that has one of these pieces, where one line alone does."""
        lines = enumerate(self._source.splitlines(), 1)
        found = [number for number, line in lines if any(piece in line for piece in pieces)]
        return Line(self._path, found[0]) if len(found) == 1 else None

    def _said_at(self, words: str) -> Line | None:
        """The line that has the beginning of what the script wrote as a text of its own; None for none, or several."""
        said = squeeze(words.strip().partition("\n")[0])[:SAID].split(" ")
        starts = (" ".join(said[:count]) for count in range(len(said), 0, -1))
        found = (self._one_line(f"'{start}", f'"{start}') for start in starts if any(map(str.isalnum, start)))
        return next(filter(None, found), None)

    @property
    def _makes(self) -> Line | None:
        """The line that makes new hashes, where one line alone does."""
        return self._one_line(*MAKERS)

    # -- what is expected

    @property
    def _right(self) -> list[Answer]:
        """What it said of right passwords, in the main batches."""
        return [answer for answer in self.answers("bon", "jumeaux", "releve") if answer.case.ok]

    @property
    def _back(self) -> list[Answer]:
        """What it said of its own new hashes; nothing where it stopped, which `expect_wrong_refused` tells."""
        try:
            return self._given_back()
        except Failed:
            return []

    @property
    def _migrated(self) -> list[Answer]:
        """What it said of right passwords that were migrated, with a new hash; who gives none there does as well."""
        return [answer for answer in self._back if answer.ok and answer.case.ok and answer.new]

    @property
    def _long(self) -> list[Answer]:
        """What it said of long passwords; nothing where it stopped, which its own check tells."""
        return self._said_of("longs")

    @property
    def _limits(self) -> list[Answer]:
        """What it said of accents and spaces that are right; nothing where it is wrong of any, which its own check tells."""
        answers = self._said_of("limites")
        return [answer for answer in answers if answer.ok] if all(map(_rightly, answers)) else []

    @property
    def _odd(self) -> list[Answer]:
        """What it said of long passwords, accents and spaces that are right, with a new hash that can be read."""
        answers = [*self._said_of("longs"), *self._said_of("limites")]
        return [answer for answer in answers if answer.ok and answer.case.ok and not unread(answer.new or "")]

    def _said_of(self, batch: str) -> list[Answer]:
        try:
            return self.answers(batch=batch)
        except Failed:
            return []

    def expect_right_accepted(self) -> None:
        """Right passwords are accepted, for each kind of hash, whatever their signs and its settings."""
        wanted = "Un bon mot de passe est reconnu, quelle que soit l'ancienne empreinte."
        refused = [answer for answer in self._right if not answer.ok]
        again = {answer.case for answer in self._right if answer.ok and answer.case == self._after}
        if refused and again == {answer.case for answer in refused}:
            raise Failed(
                f"{self._path} refuse un bon mot de passe quand le même compte en a essayé de mauvais avant, dans la liste (vu avec "
                f"{refused[0].scheme}).",
                wanted,
                EACH_ALONE.format(path=self._path),
            )
        if refused and all({*ROUGH, "&"} & {*answer.case.mot_de_passe} for answer in refused):
            made = "htmlspecialchars, strip_tags, addslashes" if self._php else "html.escape, replace, shlex.quote"
            raise Failed(
                f"{self._path} refuse un bon mot de passe qui a une apostrophe, un guillemet, une barre oblique inverse et un signe "
                f"inférieur (vu avec {listed(_schemes(refused, lambda _: False))}).",
                "Un bon mot de passe est reconnu, quels que soient ses signes.",
                f"Cherchez ce qui change ces signes ({made}) et retirez-le : un mot de passe se prend tel qu'il est lu dans le JSON.",
            )
        if wrong := self._unknown:
            shapes = " ; ".join(self._recognised[one] for one in wrong)
            raise Failed(
                f"Dans {self._path}, le bon mot de passe est refusé pour {_told_forms(wrong)}.{self._by_heart}",
                wanted,
                f"{shapes[0].upper()}{shapes[1:]}. {self._trial(wrong)}{self._waiting(wrong)}",
            )
        others = [answer for answer in self._back if answer.case.role == APART_MADE and answer.case.ok]
        if wrong := _schemes(others, lambda answer: answer.ok):
            raise Failed(
                f"Dans {self._path}, le bon mot de passe est refusé quand l'ancienne empreinte, {listed(wrong)}, a d'autres réglages que "
                "celles de vos exports.",
                wanted,
                "Reconnaissez l'empreinte à ses premiers signes seuls ($2y$, $argon2id$) : ce qui suit en dit les réglages, que "
                f"{'password_verify lit' if self._php else 'bcrypt.checkpw et la méthode verify lisent'} tout seuls.",
            )

    @property
    def _unknown(self) -> list[str]:
        """The kinds of hash of which a right password is refused: that a wrong one is refused too then shows nothing."""
        return _schemes(self._right, lambda answer: answer.ok)

    @property
    def _php(self) -> bool:
        return self._path.lower().endswith(".php")

    @property
    def _argon(self) -> str:
        """What makes an Argon2id hash, in the language of the script."""
        return "PASSWORD_ARGON2ID" if self._php else "argon2.PasswordHasher"

    @property
    def _recognised(self) -> Mapping[str, str]:
        """What each kind of hash is recognised by and checked with, in the language of the script."""
        argon = "password_verify" if self._php else "la méthode verify d'argon2.PasswordHasher"
        return {
            "MD5": "MD5 a 32 chiffres hexadécimaux, calculés du mot de passe seul",
            "SHA-1": "SHA-1 a 40 chiffres hexadécimaux, calculés du mot de passe seul",
            "SHA-256 avec sel": "SHA-256 s'écrit sha256$sel$empreinte : collez le mot de passe après le sel, calculez le SHA-256 de "
            "ce texte, et comparez-le à cette empreinte",
            "bcrypt": f"bcrypt commence par $2 : {'password_verify' if self._php else 'bcrypt.checkpw'} le vérifie",
            "Argon2id": f"Argon2id commence par $argon2id$ : {argon} le vérifie",
        }

    def _trial(self, schemes: Sequence[str]) -> str:
        """On which line to try kinds of hash: one of the example first, where it has one."""
        lines = [f"la ligne {IN_EXAMPLE[one]} ({one})" for one in schemes if one in IN_EXAMPLE]
        own = "fabriquez une ligne, avec un mot de passe et un identifiant qui ne sont pas dans l'exemple."
        if not lines:
            return f"L'exemple n'en a pas : {own}"
        return f"Essayez d'abord, dans {EXAMPLE}, {listed(lines)} : true est attendu. S'il vient, {own}"

    def _waiting(self, unknown: Sequence[str]) -> str:
        """A sentence on what cannot be looked at before these kinds of hash are recognised."""
        named = {name: self._own(batch) for batch, name in OWN_LINES.items()}
        also = [name for name, schemes in named.items() if len(schemes & set(unknown)) > ONE_FORGOTTEN]
        these = "cette forme" if len(unknown) == 1 else "ces formes"
        wait = listed([f"les mauvais mots de passe de {these}", *also])
        return (
            f" Seront regardés ensuite {wait} : un refus n'y montre rien tant que le bon mot de passe est refusé aussi."
        )

    def _own(self, batch: str) -> set[str]:
        """The kinds of hash of a batch."""
        return {SCHEMES[case.scheme] for case in self._batches[batch] if case.scheme}

    def _shown(self, *roles: str, batch: str) -> list[Answer]:
        """What it said of lines, but for right passwords of a kind that it never recognises: that they are refused shows nothing."""
        unknown = self._unknown
        return [
            one for one in self.answers(*roles, batch=batch) if one.ok or not one.case.ok or one.scheme not in unknown
        ]

    def _expect_known(self, schemes: Collection[str], *, but: int = 0) -> None:
        """Right passwords of these kinds of hash are accepted, but for so many kinds: what refuses them all is told by
        `migration-bons`."""
        if len(lacking := [one for one in self._unknown if one in schemes]) > but:
            raise Failed(
                f"Le bon mot de passe est refusé pour {_told_forms(lacking)} : un refus n'y montre rien.",
                "Un bon mot de passe est reconnu.",
                because=[BONS],
            )

    @property
    def _by_heart(self) -> str:
        """Says which logins of the example get in with a wrong password; '' for none."""
        crowd = self.answers("foule", batch=CROWD)
        logins = [login for login in EXAMPLES for answer in crowd if answer.ok and answer.case.login == login]
        if not logins or all(answer.ok for answer in crowd):
            return ""
        whose = f"l'identifiant {logins[0]}" if len(logins) == 1 else f"les identifiants {listed(logins)}"
        return f" Avec {whose}, un mauvais mot de passe est accepté."

    def expect_wrong_refused(self) -> None:
        """Wrong passwords are refused and get no new hash."""
        wanted = "Un mauvais mot de passe est refusé, et ne donne pas de nouvelle empreinte."
        answers = [answer for answer in self.answers("mauvais", "foule", "releve", "encore") if not answer.case.ok]
        if self._by_heart and all(not answer.ok for answer in answers if answer.case.login not in EXAMPLES):
            look = "Ne regardez pas l'identifiant : seule l'empreinte décide."
            raise Failed(self._by_heart.strip(), wanted, look, because=[BONS])
        wrong = [answer for answer in answers if answer.ok]
        if wrong and all(answer.case.role == "encore" for answer in wrong):
            raise Failed(
                "Un mauvais mot de passe est accepté quand le même compte, dans la liste, l'a déjà essayé ou en a essayé plusieurs (vu avec "
                f"{some(_schemes(wrong, lambda _: False), 5)}).",
                wanted,
                EACH_ALONE.format(path=self._path),
            )
        if wrong and {answer.case.empreinte for answer in wrong} <= {case.empreinte for case in GIVEN}:
            raise Failed(
                f"Un mauvais mot de passe est accepté avec une empreinte de donnees/{EXAMPLE}.",
                wanted,
                "Changez une lettre d'un mot de passe de l'exemple : la réponse est false et null. Retirez ce qui connaît ses lignes.",
            )
        if wrong := [answer for answer in wrong if answer.case.role != "encore"]:
            kinds = list(dict.fromkeys(map(_mistaken, wrong)))
            told = [
                f"{LOOSE[kind]} (vu avec {some(_schemes([a for a in wrong if _mistaken(a) == kind], lambda _: False), 5)})"
                for kind in kinds
            ]
            remedies = self._remedies
            raise Failed(
                f"Un mauvais mot de passe est accepté : {listed(told, mark=' ; ')}.",
                wanted,
                f"Ouvrez {self._path}. {' '.join(dict.fromkeys(remedies[kind] for kind in kinds))}",
                because=self._told_before(wrong),
            )
        odd = [a for batch in ("longs", "limites") for a in self._said_of(batch) if not a.ok and a.case.role != "vide"]
        refused = [*answers, *(answer for answer in odd if not answer.case.ok)]
        _expect(refused, lambda a: not a.new, "Un mauvais mot de passe donne une nouvelle empreinte pour", wanted)
        asked = self._given_back("court", APART_MADE, "foule")
        if opened := {answer.case.role for answer in asked if answer.ok and not answer.case.ok}:
            where = (
                f"avec une empreinte que {self._path} a faite lui-même"
                if "court" in opened
                else "avec une empreinte Argon2id dont les réglages ne sont pas ceux de vos exports"
                if APART_MADE in opened
                else f"dans une liste où d'autres lignes ont des empreintes que {self._path} a faites"
            )
            raise Failed(
                f"Un mauvais mot de passe est accepté {where}.",
                wanted,
                f"{ITS_OWN} Essayez comme à la séance 6, point 4, avec un mot de passe court.",
            )
        self._expect_known(SCHEMES.values())

    def _told_before(self, wrong: Sequence[Answer]) -> list[str]:
        """The check that explains wrong answers: right passwords of their kind are refused, or new hashes are wrong."""
        unknown = self._unknown
        if all(answer.scheme in unknown for answer in wrong):
            return [BONS]
        return [EMPREINTES] if all(answer.ok and answer.case.ok for answer in wrong) else []

    @property
    def _remedies(self) -> Mapping[str, str]:
        """What to put right, by the kind of wrong password that is accepted, in the language of the script."""
        whole = "hash_equals" if self._php else "hmac.compare_digest"
        turns = "strtolower, strtoupper, strcasecmp" if self._php else "lower, upper, swapcase"
        cuts = "substr, strncmp" if self._php else "[:-1], startswith"
        case = f"Cherchez où les majuscules se perdent ou s'échangent ({turns}), et calculez la seule empreinte du texte reçu."
        part = f"Cherchez ce qui est coupé, ou comparé en partie ({cuts}) : le mot de passe et l'empreinte comptent en entier."
        return {
            "hash": f"{NEVER_AS_IT_IS} Cherchez où le mot de passe et l'empreinte sont comparés sans calcul, et retirez-le.",
            "zeros": f"Avec ==, PHP prend deux empreintes qui commencent par 0e pour le même nombre. Comparez avec {whole}."
            if self._php
            else f"Comparez des textes avec {whole} : ce ne sont pas des nombres.",
            "other": f"Calculez l'empreinte du mot de passe reçu, tel quel et en entier, et comparez-la en entier, avec {whole}.",
            "turned": case,
            "letter": case,
            "cut": part,
            "longer": part,
            "moved": f"Cherchez ce qui essaie d'autres mots de passe que le mot reçu, ou n'en garde que des signes. {part}",
        }

    def expect_new_hashes(self) -> None:
        """Each new hash is that of the password, with a salt of its own.

        It is that of no other: these passwords are shorter than what bcrypt reads.
        """
        tool = "password_hash" if self._php else "la méthode hash d'argon2.PasswordHasher, ou bcrypt.hashpw"
        checker = "password_verify" if self._php else "argon2 ou bcrypt"
        wanted = f"Une nouvelle empreinte, salée, qui se vérifie avec {checker}."
        answers = [answer for answer in self._right if answer.ok]
        if not answers:
            self._expect_known(SCHEMES.values())
        look = f"Dans {self._path}, rendez tel quel ce que donne {tool} pour le mot de passe reçu : le sel y est déjà tiré."
        _expect(answers, lambda a: bool(a.new), "Pas de nouvelle empreinte pour", wanted, look)
        if wrong := [answer for answer in answers if not _holds(answer)]:
            odd = next((said for answer in wrong if (said := unread(answer.new or ""))), "")
            raise Failed(
                f"Dans {self._path}, la nouvelle empreinte ne vérifie pas le mot de passe pour "
                f"{_told_forms(_schemes(wrong, lambda _: False))}{f' : {odd}' if odd else ''}.",
                wanted,
                f"{look} Les réglages, les longs mots de passe et les accents se lisent dans cette empreinte : ces points attendent "
                "qu'elle se vérifie.",
            )
        twins = [answer.new for answer in self.answers("jumeaux") if answer.ok]
        if len(set(twins)) < len(twins):
            raise Failed(
                "Deux comptes au même mot de passe reçoivent la même nouvelle empreinte.",
                wanted,
                f"Dans {self._path}, faites une empreinte pour chaque ligne, sans donner le sel vous-même : {tool} en tire un.",
            )
        again = [answer for answer in self._back if answer.ok and not unread(answer.new or "")]
        salts = Counter(salt_of(answer.new or "") for answer in (*answers, *self._odd, *again))
        if salts.most_common(1)[0][1] > 1:
            whole = len({answer.new for answer in answers}) < len(answers)
            raise Failed(
                "Le même mot de passe, essayé deux fois, reçoit deux fois la même nouvelle empreinte."
                if whole
                else "Plusieurs nouvelles empreintes ont le même sel.",
                wanted,
                f"Dans {self._path}, ne calculez pas le sel, ni de la ligne, ni de la liste : {tool} en tire un au hasard à chaque fois.",
            )
        own = [answer for answer in self._back if answer.case.role != APART_MADE]
        if any(a.case.ok and not a.ok and a.scheme not in self._unknown for a in own):
            raise Failed(
                f"Une nouvelle empreinte, redonnée à {self._path} avec le bon mot de passe, est refusée.",
                "Le programme reconnaît aussi les empreintes qu'il fait.",
                "Mettez-la comme empreinte dans une ligne, et comparez sa forme ($2y$, $2b$, $argon2id$…) à celles que vous reconnaissez.",
            )
        migrated = self._migrated
        if any(unread(answer.new or "") for answer in migrated) or (
            migrated and not _holds(Draw(f"revenue|{self._hand}".encode()).one(migrated))
        ):
            raise Failed(
                f"La nouvelle empreinte que donne {self._path} quand l'ancienne est déjà de l'Argon2id ou du bcrypt ne vérifie pas le mot "
                "de passe.",
                wanted,
                look,
            )

    def expect_parameters(self) -> None:
        """Algorithm and parameters are at or above OWASP's.

        OWASP Password Storage Cheat Sheet: Argon2id m = 19 MiB, t = 2; bcrypt 10 for legacy systems.
        """
        made = [*(answer for answer in self._right if answer.ok), *self._odd, *self._migrated]
        weak = [(answer.new or "", weakness(answer.new or "")) for answer in made]
        weak = [(new, words) for new, words in weak if words]
        if weak:
            raise Failed(
                f"Dans {self._path}, pour {counted(len(weak), 'nouvelle empreinte', 'nouvelles empreintes')}, {weak[0][1]}.",
                "Argon2id (m ≥ 19456, t ≥ 2) ou bcrypt (coût ≥ 10).",
                f"Prenez plutôt Argon2id ({self._argon}) : il compte aussi ce qui dépasse 72 octets, et bcrypt non."
                if weak[0][0].startswith("$2")
                else None,
                at=self._makes,
            )

    def expect_long(self) -> None:
        """What stands after the 72nd byte counts, in the old hash and in the new one."""
        wanted = "Tout le mot de passe compte, même au-delà de 72 octets."
        answers = self._shown(batch="longs")
        if wrong := [answer for answer in answers if answer.ok is not answer.case.ok]:
            taken = next((answer for answer in wrong if answer.ok), None)
            said = f"confondu avec un autre qui commence pareil (vu avec {taken.scheme})" if taken else "refusé"
            raise Failed(
                f"Un mot de passe de {_size(taken or wrong[0])} est {said}.",
                wanted,
                because=[] if taken else self._told_before(wrong),
            )
        for right in (answer for answer in answers if answer.ok):
            size = _size(right)
            if not _holds(right) and unread(right.new or ""):
                told = f"La nouvelle empreinte d'un mot de passe de {size} ne se lit pas : {unread(right.new or '')}."
                raise Failed(told, wanted, because=[EMPREINTES])
            if not _holds(right) or confuses(right.case.mot_de_passe, right.case.other, right.new or ""):
                raise Failed(
                    f"La nouvelle empreinte ne garde que le début d'un mot de passe de {size}.",
                    wanted,
                    f"bcrypt ne lit que 72 octets. Dans {self._path}, faites la nouvelle empreinte en Argon2id ({self._argon}).",
                    at=self._makes,
                )
        if wrong := [
            answer for answer in self._back if answer.case.role == "long" and answer.ok and not answer.case.ok
        ]:
            raise Failed(
                f"Avec la nouvelle empreinte d'un mot de passe de {len(wrong[0].case.other.encode())} octets, un autre, qui commence "
                "pareil, est accepté.",
                wanted,
                f"{ITS_OWN} Essayez comme à la séance 6, point 4.",
            )
        self._expect_known(self._own("longs"), but=ONE_FORGOTTEN)

    def expect_limits(self) -> None:
        """An empty password is refused; letters of the whole world are kept."""
        if wrong := _schemes(self.answers("vide", batch="limites"), lambda a: not a.ok and not a.new):
            raise Failed(
                f"Un mot de passe vide est accepté (essayé avec {listed(wrong)}).",
                "Un mot de passe vide est toujours refusé, quelle que soit l'empreinte.",
                f"Dans {self._path}, avant de regarder la forme de l'empreinte : si le mot de passe est vide, répondez "
                "false et null.",
            )
        accented = self._shown("unicode", batch="limites")
        if taken := [answer for answer in accented if answer.ok and not answer.case.ok]:
            raise Failed(
                f"Un mauvais mot de passe accentué est accepté (vu avec {listed(_schemes(taken, lambda _: False))}).",
                "Les lettres du monde entier comptent toutes, accents compris.",
                f"Dans {self._path}, n'enlevez ni accent ni lettre : calculez l'empreinte du mot de passe reçu, en UTF-8, et comparez-la "
                "en entier.",
                because=self._told_before(taken),
            )
        if odd := [answer for answer in accented if not _rightly(answer)]:
            raise Failed(
                f"Un mot de passe accentué n'est pas reconnu pour {_told_forms(_schemes(odd, lambda _: False))}.",
                "Les lettres du monde entier, en UTF-8.",
                f"Dans {self._path}, ne convertissez pas le mot de passe : lisez-le en UTF-8, gardez ses accents.",
                because=self._told_before(odd),
            )
        if odd := [answer for answer in self._shown("espaces", batch="limites") if not _rightly(answer)]:
            cut_by = "trim, ltrim ni rtrim" if self._php else "strip, lstrip, rstrip ni split"
            ends = {sign for one in odd for sign in (one.case.mot_de_passe[:1], one.case.mot_de_passe[-1:])}
            raise Failed(
                "Un espace au début ou à la fin d'un mot de passe, ou entre deux mots, ne compte pas (vu avec "
                f"{listed([told for sign, told in WHITE.items() if sign in ends])}) : c'est un autre mot de passe.",
                "Un mot de passe est pris tel quel : ses espaces comptent, au début et à la fin, et tous ceux du milieu.",
                f"Dans {self._path}, n'enlevez aucun espace du mot de passe : pas de {cut_by}.",
                because=self._told_before(odd),
            )
        self._expect_known(self._own("limites"), but=ONE_FORGOTTEN)

    def expect_robust(self) -> None:
        """A hash that cannot be read is refused, and the next line is treated."""
        wrong = [answer for answer in self.answers("abime", batch="abimes") if answer.ok or answer.new]
        if wrong:
            sent = list(dict.fromkeys(_unreadable(answer.case) for answer in wrong))
            told = "est acceptée" if any(answer.ok for answer in wrong) else "donne une nouvelle empreinte"
            itself = UNREADABLE_ITSELF in sent
            raise Failed(
                f"Une empreinte illisible {told} : {listed(sent, mark=' ; ')}.",
                "Une empreinte illisible donne ok : false, sans nouvelle empreinte.",
                f"Ouvrez {self._path}. {NEVER_AS_IT_IS} Si sa forme n'est pas une des cinq, la réponse est false et null."
                if itself
                else f"Ouvrez {self._path}. {self._remedies['cut']}"
                if all(answer.case.scheme for answer in wrong)
                else None,
            )
        if any(answer.ok or answer.new for answer in self.answers("sel", batch="abimes")):
            raise Failed(
                "Un mauvais mot de passe est accepté quand le sel de SHA-256 n'est pas fait de 16 chiffres hexadécimaux.",
                "Un mauvais mot de passe est refusé, et ne donne pas de nouvelle empreinte.",
                f"Ouvrez {self._path}. Le sel est le texte entre les deux $, long ou court : calculez le SHA-256 de ce texte et du "
                "mot de passe, collés, et comparez-le en entier. Une forme inconnue donne false et null.",
            )
        if taken := {answer.scheme for answer in self.answers("foule", batch="abimes") if answer.ok or answer.new}:
            ordinary = self.answers("mauvais", "foule", "releve", "encore")
            raise Failed(
                "Un mauvais mot de passe est accepté dans une liste qui a des empreintes illisibles.",
                "Chaque ligne se juge seule : une empreinte illisible ne change rien aux autres lignes.",
                f"Ouvrez {self._path}. Avant chaque ligne, la réponse est false et null : ne gardez rien de la ligne d'avant.",
                because=[MAUVAIS] if taken <= {one.scheme for one in ordinary if one.ok and not one.case.ok} else [],
            )
        unknown = self._unknown
        known = [answer for answer in self.answers("bon", batch="abimes") if answer.scheme not in unknown]
        if not known:
            self._expect_known(SCHEMES.values())
        if not all(answer.ok for answer in known):
            raise Failed(
                "Après une empreinte illisible, un bon mot de passe est refusé.", "La ligne suivante est traitée."
            )

    def expect_silent(self) -> None:
        """Nothing on the standard error, whatever was given, and no file left."""
        wanted = "Le programme n'écrit que ses réponses : rien sur l'erreur standard, ni fichier, ni dossier, ni lien."
        for batch, cases in self._all.items():
            ran = self.ran(batch)  # on a terminal both outputs are one: what is said in excess is no answer
            if ran.stderr.strip() and not ran.exit_code:  # what stops it is another check's
                words = _cleaned(ran.words, cases)
                odd = self._loud(batch) if batch in APART else []
                raise Failed(
                    f"{self._path} écrit sur l'erreur standard{f', avec {some(odd, 3)}' if odd else ''}{_last(words)}.",
                    wanted,
                    f"Essayez-le sur une ligne qui a {odd[0]}, l'erreur standard à part (séance 6, point 5). Retirez ce qui écrit, ou "
                    "corrigez la cause de l'avertissement."
                    if odd
                    else None,
                    at=self._where(words) or self._said_at(words),
                )
        # a line that is killed leaves them there
        ways = {batch: self._to_files.get(self._like.get(batch, batch)) for batch in self._all}
        ours = {(batch, f"/tmp/{way[1]}") for batch, way in ways.items() if way}
        told = {one for batch in self._all for one in self.ran(batch).left if (batch, one.path) not in ours}
        left = sorted(told)
        if left:
            cases = [case for batch in self._batches.values() for case in batch]
            names = [cut(_cleaned(_told(one), cases), 60) for one in left]
            secret = Blot([case.mot_de_passe for case in cases]).found(" ".join(map(_told, left)))
            what = "un nom qui porte un mot de passe" if secret else f"quelque chose : {some(names)}"
            writes = (
                "fopen, file_put_contents, mkdir, error_log" if self._php else "open, write_text, os.mkdir, logging"
            )
            raise Failed(
                f"{self._path} laisse derrière lui {what}.",
                wanted,
                f"Cherchez ce qui écrit ({writes}) et retirez-le : il reçoit des mots de passe en clair, aucun fichier ne doit en garder.",
                at=self._one_line(*(f"/{name}" for one in left if (name := one.path.rpartition("/")[2]))),
            )
        if any(self._repeats(batch, cases) for batch, cases in self._all.items()):
            raise Failed(
                f"Une réponse de {self._path} redit le mot de passe reçu.",
                "Une réponse dit ok et la nouvelle empreinte, sans le mot de passe : un journal qui la garde ne doit pas le garder.",
                f"Dans {self._path}, faites la réponse avec ces deux champs seulement : ne partez pas de la ligne lue.",
            )

    def _repeats(self, batch: str, cases: Sequence[Case]) -> bool:
        """Whether it repeats a password to who gave it; nothing is known where lines are not those of its cases."""
        lines = [line for line in self.ran(batch).text.splitlines() if line.lstrip().startswith("{")]
        return len(lines) == len(cases) and any(map(_repeats, cases, lines))

    def _loud(self, batch: str) -> list[str]:
        """What the lines of a batch of odd ones have for which it writes on the standard error, each run alone.

        What the sheet gives a line of comes first.
        """
        cases = [case for case in self._batches[batch] if case.role not in ("bon", "foule")]
        ran = self._bench.type([replace(self._typed_line(batch, [case]), earlier=0) for case in cases])
        ran = [*map(_beside, ran)] if batch in self._on_screen else ran
        loud = [case for case, one in zip(cases, ran, strict=True) if one.stderr.strip()]
        return list(
            dict.fromkeys(
                (OF_LINES.get(case.role) if case.empreinte else "") or _unreadable(case)
                for case in sorted(loud, key=lambda case: bool(case.empreinte))
            )
        )

    def _answer(self, case: Case, line: str, number: int, cases: Sequence[Case]) -> Answer:
        """What it says of a line.

        Raises:
            Failed: It is not what is asked for.
        """

        def where() -> str:  # nearly no line is told, and it takes as long as all lines together to clean one
            return f"ligne {number} de la réponse{_last(_cleaned(line, cases))}"

        made = "json_encode" if self._php else "json.dumps"
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            raise Failed(
                f"Le programme écrit du texte à la place du JSON : {where()}.",
                SHAPE,
                f"Écrivez chaque réponse avec {made}, et rien d'autre sur sa ligne.",
                at=self._said_at(_cleaned(line, cases)),
            ) from None
        try:
            ok, new = said["ok"], said["nouvelle_empreinte"]
        except (TypeError, KeyError, IndexError):
            raise Failed(
                f"Le programme écrit du JSON, mais sans « ok » ou sans « nouvelle_empreinte » : {where()}.", SHAPE
            ) from None
        if not isinstance(ok, bool) or not (new is None or isinstance(new, str)):
            told = "« ok » doit être true ou false, et « nouvelle_empreinte » un texte ou null"
            raise Failed(f"{told} : {where()}.", SHAPE)
        return Answer(case, ok, new)


def _mixed(draw: Draw, kept: Sequence[T], more: Sequence[T]) -> list[T]:
    """More of them, anywhere among those that keep their order."""
    made = [*kept]
    for one in more:
        made.insert(draw.between(0, len(made)), one)
    return made


def _ordinary(case: Case) -> bool:
    """Whether another line may stand in its place: a wrong one of many, whose hash is compared at once."""
    return case.role == "foule" and case.scheme in CHEAP and case.login not in EXAMPLES


def _changed(draw: Draw, case: Case) -> Case:
    """A right line with a password that is nearly the right one."""
    return replace(
        case, role="mauvais", mot_de_passe=draw.one(nearly(case.mot_de_passe)), ok=False, other=case.mot_de_passe
    )


def _clean(ran: Ran, count: int) -> bool:
    """Whether a run went to its end, and said and left nothing but its answers."""
    odd = ran.exit_code or ran.timed_out or ran.truncated or ran.stderr or ran.left
    return not odd and len([line for line in ran.text.splitlines() if line.strip()]) == count


def _beside(ran: Ran) -> Ran:
    """A run on a terminal, what stands beside its answers being what it says of errors."""
    lines = ran.stdout.splitlines(keepends=True)
    answers = [line for line in lines if line.lstrip().startswith(b"{")]
    said = b"".join(line for line in lines if line.strip() and line not in answers)
    return replace(ran, stdout=b"".join(answers), stderr=said + ran.stderr)


def _tried(draw: Draw, case: Case, words: Sequence[str]) -> Case:
    """A wrong line with one of other passwords, where one is another: two people may have chosen the same."""
    others = [word for word in words if not opens(word, case.empreinte)]
    return replace(case, mot_de_passe=draw.one(others), other="") if others else case


def _repeats(case: Case, line: str) -> bool:
    """Whether an answer holds the password beside the new hash; one that is short, a login or a hash shows nothing."""
    word = case.mot_de_passe
    if len(word) < REPEATED or word in f"{case.login} {case.empreinte}":
        return False
    with suppress(ValueError, RecursionError):
        said = json.loads(line)
        if isinstance(said, dict) and said.keys() - _ASKED:
            told = json.dumps({name: said[name] for name in said.keys() - _ASKED}, ensure_ascii=False)
            if json.dumps(word, ensure_ascii=False)[1:-1] in told:
                return True
            told = told.replace(case.login, " ").replace(case.empreinte or " ", " ")
            return bool(Blot([word]).found(told)) or any(word in made for _, made in decoded(told))
    return False


def _told(one: Leftover) -> str:
    path = re.sub(r"^/srv/app(?=/|$)", "rendu", one.path)
    return f"{path} → {one.target}" if one.target else path


def _size(answer: Answer) -> str:
    """How long a password is, for a sentence."""
    letters, octets = len(answer.case.mot_de_passe), len(answer.case.mot_de_passe.encode())
    return f"{octets} octets" if letters == octets else f"{letters} caractères, soit {octets} octets"


def _holds(answer: Answer) -> bool:
    return verifies(answer.case.mot_de_passe, answer.new or "")


def _rightly(answer: Answer) -> bool:
    """Whether a line is answered as it must be, its new hash too."""
    return answer.ok is answer.case.ok and (not answer.ok or _holds(answer))


def _told_forms(schemes: Sequence[str]) -> str:
    """Kinds of hash for the end of a sentence."""
    return "les cinq formes" if set(SCHEMES.values()) <= set(schemes) else some(schemes, 5)


def _mistaken(answer: Answer) -> str:
    """What a wrong password that is accepted is, a key of `LOOSE`."""
    if answer.case.mot_de_passe == answer.case.empreinte:
        return "hash"
    if _ZEROS.fullmatch(answer.case.empreinte):
        return "zeros"
    typed, right = answer.case.mot_de_passe, answer.case.other
    if not right:
        return "other"
    if typed.lower() == right.lower():
        return "turned" if typed == right.swapcase() else "letter"
    if len(typed) == len(right):
        return "moved"
    return "cut" if len(typed) < len(right) else "longer"


def _unreadable(case: Case) -> str:
    """What a hash that nobody can read is, without the hash."""
    stored = case.empreinte
    if case.scheme:
        ends = "trop longue" if len(stored) > LENGTHS.get(case.scheme, len(stored)) else "coupée"
        return f"une empreinte {SCHEMES[case.scheme].removesuffix(' avec sel')} {ends}"
    if stored and stored == case.mot_de_passe:
        return UNREADABLE_ITSELF
    if stored.startswith("$argon2id$"):
        return "une empreinte Argon2id dont la fin ne se décode pas"
    if re.fullmatch(r"[A-Za-z]+(?:-\w+)+", stored):
        return "une empreinte faite de mots"
    return f"une empreinte d'une sorte inconnue ({shape(stored)})" if stored else "une empreinte vide"


def _schemes(answers: Sequence[Answer], holds: Callable[[Answer], bool]) -> list[str]:
    """The old hashes for which it does not hold."""
    return list(dict.fromkeys(answer.scheme for answer in answers if not holds(answer)))


def _expect(
    answers: Sequence[Answer], holds: Callable[[Answer], bool], observed: str, expected: str, look: str | None = None
) -> None:
    if wrong := _schemes(answers, holds):
        raise Failed(f"{observed} {_told_forms(wrong)}.", expected, look)


_ORDERS = [*permutations(("login", "mot_de_passe", "empreinte"))]
_SIGNS = (", ", ": "), (",", ":"), (" , ", " : "), (",", ": "), (",  ", ":")


def _written(case: Case, hand: int) -> str:
    """A line of JSON as somebody writes it: as the example, all in ASCII, by PHP, in any order, with other spaces.

    Args:
        case: What it says.
        hand: Whose; any number.
    """
    draw = Draw(f"main|{hand}".encode())
    signs, ascii_alone, slashes = draw.one(_SIGNS), draw.below(2) == 0, draw.below(3) == 0
    order = draw.one((_ORDERS[0], draw.one(_ORDERS)))
    text = json.dumps({key: getattr(case, key) for key in order}, ensure_ascii=ascii_alone, separators=signs)
    return text.replace("/", "\\/") if slashes else text


def _cleaned(words: str, cases: Sequence[Case]) -> str:
    """What a program said, without what it was given, and with no whole hash; a figure that was given is any figure."""
    words = re.sub(r"(\$[\w-]{1,8}\$)\S{16,}", r"\1…", words)
    for case in cases:
        for hidden in (one for one in (case.mot_de_passe, case.empreinte, case.other) if len(one) >= SHORTEST):
            for written in (hidden, json.dumps(hidden)[1:-1], json.dumps(hidden, ensure_ascii=False)[1:-1]):
                words = words.replace(written, "•••").replace(written.replace("/", "\\/"), "•••")
    return words


def _last(words: str) -> str:
    """What matters of what a program said, for the end of a sentence: PHP says it first, Python last."""
    lines = [line for line in words.splitlines() if line.strip()]
    last = next(filter(_PHP_SAYS.match, lines), lines[-1] if lines else "")
    return f" : « {cut(squeeze(last), 140)} »" if last else ""
