"""The lists on which a migration script is tried: what lines stand in each, and how each is typed, all of it drawn."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import TypeVar
from zlib import crc32

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.values import TypedLine

from .exports import examples
from .hashing import CHEAP, SCHEMES, opens, scheme_of
from .shape import Case
from .testlists import nearly

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
"""The batch of a few lines more, as the sheets have a student try: a drawn number of them, all wrong but for a person who tries
again and is right."""
SHORTER, LONGER = (4, 9), (10, 20)
"""How many lines the short batch and the one on a terminal have: with that of a few, each length up to twenty comes, over exams."""
CROWD = "foule"
"""The batch of as many lines as a real list has: wrong ones and a few right ones."""
AFTER = 2
"""Right passwords after the damaged hashes, of kinds that are drawn."""
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
BESIDE_OWN = 3
"""At most so many beside the script's own new hashes, where these are the list of four to nine lines."""
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
AGAIN, AS_WELL = "encore", "encore-aussi"
"""The batches that are the shortest list and the crowd, given once more (which is which, is drawn): no new hash comes back,
whatever its salt is calculated from, of a few lines or of many."""
BARE = 3
"""How many of the main lists end without a line end, as some editors save them; the one that comes again, as it did."""
OWN, APART_MADE = "siennes", "ailleurs"
"""The batch of the script's own new hashes, with the passwords that they are of and with others: after all the others. It
has a hash of other settings than those of the exports too, and wrong passwords with hashes that nobody has migrated yet."""
TWICE = {FEW, CROWD, AGAIN, AS_WELL}
"""What the one of two is answered, the other may have been given."""
MAIN = "principal", SCREEN, FEW, CROWD, PART, LISTED, AGAIN
SHOWN = *MAIN, SHORT, AS_WELL
"""The batches that show what a script says of ordinary lines; how those of `MAIN` are given was drawn before the others were."""
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


class Lists:
    """What lines stand in each list, and how each is given.

    Args:
        path: The script, which is typed with each.
        cases: Hidden lines.
        draw: How each batch is given.
    """

    def __init__(self, path: str, cases: Sequence[Case], draw: Draw) -> None:
        self._path = path
        self.batches: dict[str, list[Case]] = {}
        for case in cases:
            self.batches.setdefault(BATCHES[case.role], []).append(case)
        principal = self.batches["principal"]
        known = {case.scheme: case for case in principal if case.role == "bon"}
        self.batches["abimes"] += draw.some([*known.values()], AFTER)
        of_a_kind = {(case.role, case.scheme, case.ok): case for case in draw.shuffled(principal)}
        self.batches[SCREEN] = draw.shuffled([case for (role, *_), case in of_a_kind.items() if role != "jumeaux"])
        wrong = [case for case in principal if case.role == "mauvais"]
        others = draw.some([case for case in principal if case.role == "bon"], draw.between(1, 2))
        self.batches[FEW] = draw.shuffled([draw.one(wrong), *others])
        others = draw.some([case for case in principal if case.role == "bon"], draw.between(1, 3))[:1]
        crowd = self.batches[CROWD]
        by_heart = [replace(case, login=login) for case, login in zip(crowd, EXAMPLES, strict=False)]
        self.batches[CROWD] = draw.shuffled([*by_heart, *crowd[len(by_heart) :], *others])
        self.batches[PART] = draw.some(self.batches[CROWD], draw.between(*PARTS))
        again, as_well = draw.shuffled((FEW, CROWD))
        self.batches[AGAIN] = self.batches[again]
        self.on_screen = {SCREEN, TOGETHER, *draw.some((FEW, CROWD, PART, LISTED), 2)}
        self.on_screen |= {AGAIN} if again in self.on_screen else set()
        late = *APART, TOGETHER, *draw.some(MAIN, len(MAIN) // 2)
        turns = draw.shuffled([*MAIN, *APART, TOGETHER])
        self.earlier = {batch: draw.between(*(LATER if batch in late else AT_ONCE)) for batch in turns}
        self._windows = set(draw.some([batch for batch in MAIN if batch != AGAIN], WINDOWS))
        self._windows |= {AGAIN} if again in self._windows else set()
        self.hand = draw.below(2**32)
        self.draw = draw
        self.bare = set(draw.some([batch for batch in MAIN if batch not in {AGAIN, *self._windows}], BARE))
        self.bare |= {AGAIN} if again in self.bare else set()
        naming = Draw(f"noms|{self.hand}".encode())
        elsewhere = naming.some([batch for batch in turns if batch in MAIN][1:], ELSEWHERE)
        laid = Draw(f"dossiers|{self.hand}".encode())
        self.own_lists = {*elsewhere, *APART, TOGETHER, *laid.some((SOME, SHORT, OWN), laid.between(1, 2))}
        quiet = [batch for batch in MAIN if batch not in {AGAIN, again, *self.on_screen}]
        wrong_there = [batch for batch in quiet if batch != FEW]
        self.to_files = {laid.one(wrong_there): (TO_A_FILE, laid.one(ERRORS))}
        apart = Draw(f"longueurs|{self.hand}".encode())
        self._vary(Draw(f"autrement|{self.hand}".encode()), again, quiet)
        self._shorten(apart)
        self.retried = {*self._insist(apart)}
        """The right passwords that come beside wrong ones of the same account."""
        self._names = self._named(Draw(f"titres|{self.hand}".encode()), elsewhere)
        self._give_known(Draw(f"exemple|{self.hand}".encode()))
        self._send(Draw(f"sorties|{self.hand}".encode()), again)
        self._gather(Draw(f"communs|{self.hand}".encode()))
        self._repeat(Draw(f"recopie|{self.hand}".encode()))
        self._keep_plain(Draw(f"rapides|{self.hand}".encode()))
        self._give_as_well(Draw(f"aussi|{self.hand}".encode()), as_well)
        self.like: dict[str, str] = dict.fromkeys(APART, TOGETHER) | {AS_WELL: as_well}

    def _vary(self, draw: Draw, again: str, quiet: Sequence[str]) -> None:
        """What no kind of list keeps for itself: who is wrong or right there, how lines end, where answers go, how it is typed."""
        rights = [case for case in self.batches["principal"] if case.role == "bon"]
        self._alone = draw.below(2) == 0
        if self._alone:
            self.batches[FEW] = draw.some(rights, draw.one(ALONE))
            self.batches[AGAIN] = self.batches[again]
        crowd = self.batches[CROWD]
        free = [at for at, case in enumerate(crowd) if case.role == "foule" and case.login not in EXAMPLES]
        right, (again_there, *others) = next(case for case in crowd if case.ok), draw.some(free, 3)
        if draw.below(2):  # who signs in twice
            crowd[again_there] = right
        for at in others:  # what one knows is no way in for another
            crowd[at] = _tried(draw, crowd[at], [right.mot_de_passe])
        for batch in (CROWD, PART):
            self._slow_down(draw, self.batches[batch])
        cheap = [case for case in crowd if _ordinary(case)]
        words = [case.mot_de_passe for case in cheap if not case.other and case.mot_de_passe != case.empreinte]
        # neither nearly right nor the hash itself, which are told elsewhere
        wrong = [_tried(draw, case, words) for case in cheap]
        more = draw.some(wrong, draw.between(*draw.one(BESIDE)))
        self.batches["abimes"] = _mixed(draw, self.batches["abimes"], more)
        beside = draw.between(0, BESIDE_OWN) if self._alone else draw.one((0, draw.between(1, 30)))
        self.not_yet = draw.some(wrong, beside)
        for batches in ((TOGETHER, *APART), (SOME,), (SHORT,), (OWN,)):
            self._windows |= {*batches} if draw.below(3) == 0 else set()
            self.bare |= {*batches} if draw.below(2) else set()
        self.bare |= {draw.one(sorted(self._windows & {*MAIN} - {AGAIN, again}) or [SHORT])}
        self.on_screen |= {OWN} if draw.below(2) else set()
        kept = [one for one in (*quiet, SHORT) if one not in (*self.to_files, FEW)]  # in which somebody is wrong
        self.to_files[draw.one(kept)] = TO_ANOTHER, draw.one(REPLIES)
        within = self.own_lists & {*MAIN} - {FEW, *({AGAIN} if again == FEW else ())}  # where somebody is wrong
        within = within - {*self.to_files} or within
        self._within = draw.one(sorted(within - {LISTED} or within))  # from there, none finds the exports

    def _slow_down(self, draw: Draw, cases: list[Case]) -> None:
        """Puts wrong passwords whose hashes cost time in the place of others."""
        free = [at for at, case in enumerate(cases) if case.role == "foule" and case.login not in EXAMPLES]
        for rank, at in enumerate(draw.some(free, SLOW)):
            cases[at] = self._slow(draw, "bcrypt" if rank else "argon2id")

    def _slow(self, draw: Draw, scheme: str) -> Case:
        """A wrong password of somebody whose hash is of this kind."""
        known = [
            case for case in (*self.batches["principal"], *self.batches[LISTED]) if case.ok and case.scheme == scheme
        ]
        own = draw.one(known)
        words = {case.mot_de_passe for case in self.batches[CROWD] if case.role == "foule"} - {own.mot_de_passe}
        return replace(own, role="foule", mot_de_passe=draw.one(sorted(words)), ok=False, other="")

    def _shorten(self, draw: Draw) -> None:
        """Lists of other lengths: a short one, more lines on the terminal, and which of the odd lines stand in a short one."""
        wrong, screen = [case for case in self.batches[CROWD] if case.role == "foule"], self.batches[SCREEN]
        cheap = [case for case in wrong if case.scheme in CHEAP]
        size, kind = draw.between(*((1, FEWEST) if self._alone else SHORTER)), draw.one((*CHEAP, "bcrypt"))
        if draw.below(2):  # all hashes of that list are of one kind
            pool = [case for case in cheap if case.scheme == kind] or [self._slow(draw, kind) for _ in range(size)]
            self.batches[SHORT] = draw.some(pool, size)
        else:
            slow = self._slow(draw, draw.one(("bcrypt", "argon2id")))
            self.batches[SHORT] = draw.shuffled([*draw.some(cheap, size - 1), slow])
        more = max(0, draw.between(*LONGER) - len(screen))
        self.batches[SCREEN] = _mixed(draw, screen, draw.some(cheap, more))
        odd = [
            at for at, case in enumerate(case for one in APART for case in self.batches[one]) if case.role != "foule"
        ]
        self.few_odd = frozenset(draw.some(odd, draw.between(*draw.one(SIZES))))
        turns = _mixed(draw, [*self.earlier], [SHORT, SOME])
        drawn = self.earlier | {SHORT: draw.between(*AT_ONCE), SOME: draw.between(*AT_ONCE)}
        self.earlier = {batch: drawn[batch] for batch in turns}
        self.on_screen |= {one for one in (SOME, SHORT) if draw.below(2)} - {*self.to_files}

    def _insist(self, draw: Draw) -> list[Case]:
        """Has the crowd try accounts again and again, instead of as many of its lines: no line says anything of another.

        Returns:
            The right password that comes after wrong ones, where the crowd has one whose hash is compared at once; else nothing.
        """
        crowd = self.batches[CROWD]
        own_words = {case.mot_de_passe for case in crowd if case.ok}  # which two others are tried with: they stay
        free = [at for at, case in enumerate(crowd) if _ordinary(case) and case.mot_de_passe not in own_words]
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
        return [account] if rights else []

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
        others = [case for case in self.batches[CROWD] if _ordinary(case)]
        lists = [*draw.some(("principal", SCREEN, CROWD, PART), 2), *((SHORT,) if draw.below(4) == 0 else ())]
        for batch in lists:
            for case in draw.some(GIVEN, draw.between(1, 2)):
                whose = draw.one((case, case, draw.one(others)))
                self._put(draw, batch, replace(_changed(draw, case), login=whose.login))
        self._put(draw, draw.one(("principal", SCREEN, PART)), draw.one(GIVEN))
        cases = self.batches[draw.one(("principal", SCREEN, PART, SHORT))]
        at = draw.one([at for at, case in enumerate(cases) if not case.ok])
        cases[at] = replace(cases[at], login=draw.one(EXAMPLES))
        if draw.below(3) == 0:  # the whole example, as the sheet has it tried: as it is, or with a sign changed
            at = len(GIVEN) if self._alone else draw.below(len(GIVEN))
            self.batches[FEW][:] = [_changed(draw, case) if rank == at else case for rank, case in enumerate(GIVEN)]
        for case in OF_SHEET:
            if case.ok:
                self._put_odd(draw, replace(case, mot_de_passe=case.other, ok=False, other=""))
            if draw.below(2):
                self._put_odd(draw, case)

    def _repeat(self, draw: Draw) -> None:
        """The same line comes again within a list, right or wrong, under itself or elsewhere: each is answered for itself."""
        short = len(self.batches[FEW]) < FEWEST and any(case.ok for case in self.batches[FEW])
        places = ("principal", SCREEN, CROWD, *((FEW,) if short else ())), ("principal", SCREEN, PART, SHORT)
        for batch, ok in zip(map(draw.one, places), (True, False), strict=True):
            case = draw.one([one for one in self.batches[batch] if one.ok is ok and one.role != "jumeaux"])
            self._put(draw, batch, case if ok else replace(case, role="encore"), after=case)
        if draw.below(2):
            odd = [case for one in APART for case in self.batches[one] if BATCHES[case.role] in APART]
            self._put_odd(draw, draw.one(odd))

    def _put(self, draw: Draw, batch: str, case: Case, *, after: Case | None = None) -> None:
        """Puts a line into a list, in the place of an ordinary wrong one where there are some.

        Args:
            draw: Which one, and where.
            batch: The list.
            case: The line.
            after: The line under which it comes, half of the time at once.
        """
        cases = self.batches[batch]
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
        place = draw.between(0, len(self.batches[batch]))
        at = place + sum(len(self.batches[one]) for one in APART[: APART.index(batch)])
        few = sorted(one + (one >= at) for one in self.few_odd)
        if draw.below(2):
            few[draw.below(len(few))] = at
        self.few_odd = frozenset(few)
        self.batches[batch].insert(place, case)

    def _send(self, draw: Draw, again: str) -> None:
        """Where errors and answers of each list go: to the screen or to who reads both, to a file, to nobody."""
        for batch in (*MAIN, SHORT, OWN):
            if batch not in {AGAIN, *self.to_files} and draw.below(3) == 0:
                self.to_files[batch] = draw.one(((TO_A_FILE, draw.one(ERRORS)), (TO_ANOTHER, draw.one(REPLIES))))
        self.to_files |= {AGAIN: self.to_files[again]} if again in self.to_files else {}
        if draw.below(2) and not all(case.ok for case in self.batches[AGAIN]):
            self.to_files[AGAIN] = TO_NOBODY, ""
        first, second = draw.one(((TOGETHER, SOME), (TOGETHER, SOME), (SOME, TOGETHER)))
        self.to_files[first] = TO_A_FILE, draw.one(ERRORS)
        self.to_files |= {second: (TO_ANOTHER, draw.one(REPLIES))} if draw.below(3) == 0 else {}
        self.on_screen ^= {TOGETHER} if draw.below(3) == 0 else set()
        self.on_screen |= {SOME} - self.on_screen if TOGETHER not in self.on_screen else set()
        if draw.below(3) == 0:
            odd = [case for one in ("limites", "abimes") for case in self.batches[one] if not case.ok]
            rights = [case for case in self.batches["principal"] if case.ok]
            self.batches[NOWHERE] = draw.shuffled([draw.one(rights), *draw.some(odd, draw.between(1, FEWEST))])
            self.to_files[NOWHERE] = TO_NOWHERE, ""
            turns = _mixed(draw, [*self.earlier], [NOWHERE])
            self.earlier[NOWHERE] = draw.between(*AT_ONCE)
            self.earlier = {batch: self.earlier[batch] for batch in turns}
            self.own_lists |= {NOWHERE} if draw.below(2) else set()
            self.on_screen |= {NOWHERE} if draw.below(2) else set()

    def _gather(self, draw: Draw) -> None:
        """What all lines of a list have in common: one account tries again and again, in the shortest list, the short one or
        the part, or all accounts are tried with one password. The whole example stays, and a list of one line.
        """
        few, part = self.batches[FEW], self.batches[PART]
        example = [case.empreinte for case in few] == [case.empreinte for case in GIVEN]
        turns = (SHORT, SHORT, PART) if self._alone or example else (FEW, FEW, SHORT)
        kept = {PART} if {*part} & {*GIVEN} else set()
        free = [one for one in turns if one == FEW or (len(self.batches[one]) > 1 and one not in kept)]
        own = draw.one(free) if free else ""
        if own:
            size = draw.between(2, FEWEST) if own == FEW else len(self.batches[own])
            right = own == FEW or (size not in range(SHORTER[0], SHORTER[1] + 1) and draw.below(2) == 0)
            self.batches[own][:] = self._tries(draw, size, right=right)
        for batch in (PART, SHORT):
            if batch != own and len(self.batches[batch]) > 1 and draw.below(4) == 0:
                self._share(draw, batch)

    def _keep_plain(self, draw: Draw) -> None:
        """Each exam has a list of a few lines where a wrong password without space or hyphen stands with a fast hash: beside
        its own new hashes, if the short list has none.
        """

        def plain(cases: Sequence[Case]) -> list[Case]:
            words = re.compile(r"[!-,.-~]{1,60}")
            return [
                case for case in cases if not case.ok and case.scheme in CHEAP and words.fullmatch(case.mot_de_passe)
            ]

        short = self.batches[SHORT]
        if len(short) < SHORTER[0] or not plain(short):
            known = plain(self.not_yet) or plain([case for case in self.batches[CROWD] if _ordinary(case)])
            self.not_yet = draw.some(known, draw.between(1, BESIDE_OWN))

    def _give_as_well(self, draw: Draw, first: str) -> None:
        """The other list that comes again is given as it was."""
        self.batches[AS_WELL] = self.batches[first]
        for given in (self.on_screen, self.own_lists, self._windows, self.bare):
            given |= {AS_WELL} if first in given else set()
        turns = _mixed(draw, [*self.earlier], [AS_WELL])
        drawn = self.earlier | {AS_WELL: draw.between(*AT_ONCE)}
        self.earlier = {batch: drawn[batch] for batch in turns}

    def _tries(self, draw: Draw, size: int, *, right: bool) -> list[Case]:
        """Passwords that one account is tried with, almost right ones among them: all wrong, or one of them right."""
        rights = [case for case in self.batches["principal"] if case.role == "bon" and case not in GIVEN]
        kinds = SCHEMES if size <= FEWEST else (*CHEAP, "bcrypt") if size <= SHORTER[1] else CHEAP  # time is counted
        known = () if right else GIVEN  # a right password that comes here alone would tell no other cause
        account = draw.one([case for case in (*rights, *known) if case.scheme in kinds])
        others = {case.mot_de_passe for case in self.batches[CROWD] if _ordinary(case)} - {account.mot_de_passe}
        words = draw.some([*nearly(account.mot_de_passe), *draw.some(sorted(others), size)], size)
        if size > 2 and draw.below(3) == 0:
            words[-1] = words[0]
        tried = [replace(account, role="encore", mot_de_passe=word, ok=False, other="") for word in words]
        if right:  # as often as a wrong one beside it allows: two new hashes of one password have two salts
            for at in draw.some(range(len(tried)), max(1, len(tried) - 1)):  # fewer where words are few
                tried[at] = account
            self.retried.add(account)
        return tried

    def _share(self, draw: Draw, batch: str) -> None:
        """Has all accounts of a list tried with one password: that of who is right there, or anybody's; whose it is too, goes."""
        cases = self.batches[batch]
        known = {case.empreinte: case.mot_de_passe for one in MAIN for case in self.batches[one] if case.ok}
        crowd = [case for case in self.batches[CROWD] if _ordinary(case) and case.mot_de_passe != case.empreinte]
        words = {case.mot_de_passe for case in cases if case.ok} or {draw.one(crowd).mot_de_passe}
        if len(words) == 1:
            [word] = words
            tried = [
                case if case.ok else replace(case, mot_de_passe=word, other="")
                for case in cases
                if case.ok or not (opens(word, case.empreinte) or known.get(case.empreinte) == word)
            ]
            cases[:] = dict.fromkeys(tried)  # who was there with two passwords is there once

    def typed_line(self, batch: str, cases: Sequence[Case]) -> TypedLine:
        """What is typed to run the script on lines."""
        program, script = INTERPRETERS[Path(self._path).suffix.lower()], shlex.quote(f"rendu/{self._path}")
        like = self.like.get(batch, batch)
        own = like in self.own_lists
        name = self._names[like] if own else EXAMPLE
        text = COMMAND.format(program=program, script=script, folder="/tmp" if own else "donnees", name=name)
        if batch == self._within:
            folder, _, script = self._path.rpartition("/")
            text = FROM_WITHIN.format(
                folder=shlex.quote(folder), program=program, script=shlex.quote(script), name=name
            )
        if like in self.to_files:
            way, file = self.to_files[like]
            text = way.format(command=text, name=file)
        screen = 1 + Draw(f"écran|{self.hand}|{batch}".encode()).below(2**32) if batch in self.on_screen else 0
        return TypedLine(text, {name: self._lines(cases, batch)}, screen, self.earlier.get(batch, 0), own)

    def _lines(self, cases: Sequence[Case], batch: str) -> bytes:
        """Lines as a list has them: each written by one of several hands, the same one whenever it comes."""
        batch = self.like.get(batch, batch)
        end = "\r\n" if batch in self._windows else "\n"
        written = [_written(one, crc32(f"{self.hand} {one}".encode())) for one in cases]
        return (end.join(written) + end * (batch not in self.bare)).encode()


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


def _tried(draw: Draw, case: Case, words: Sequence[str]) -> Case:
    """A wrong line with one of other passwords, where one is another: two people may have chosen the same."""
    others = [word for word in words if not opens(word, case.empreinte)]
    return replace(case, mot_de_passe=draw.one(others), other="") if others else case


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
