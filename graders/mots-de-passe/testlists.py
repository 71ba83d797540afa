"""Hidden tests: passwords that a policy must refuse or accept, and what a migration script is given.

Each exam draws its own, of the same strength; nothing tells them from what a candidate's own data hold.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import cycle

from etabli.exam.contract.draw import Draw
from etabli.exam.contract.words import fold

from .hashing import BCRYPT_BYTES, CHEAP, SCHEMES, make_hash, other_salt, scheme_of, unknown_hashes, unreadable_argon
from .passwords import (
    LETTERS,
    SEASONS,
    SIGNS,
    WORDS,
    any_manager,
    everyday,
    from_identity,
    from_organisation,
    from_season,
    passphrase,
    strong,
)
from .people import LAST_NAMES
from .shape import Account, Case, Family, Organisation, PolicyTests, Try, Variant
from .words import LONGER, USUAL

FREQUENT = ("azerty", "motdepasse", "bonjour", "doudou", "soleil")
ZEROS = {
    "md5": ("240610708", "QNKCDZO", "aabg7XSs", "aabC9RqS", "s878926199a"),
    "sha1": ("aaroZmOk", "aaK1STfY", "aaO8zKZF", "aa3OFF9m"),
}
"""Words whose hash is `0e` and digits, which PHP reads as the number 0."""


def block_families(organisation: Organisation) -> tuple[Family, ...]:
    """What every policy must refuse, whatever stands around it; the brief says these words."""
    own = fold(organisation.short), fold(organisation.town_word)
    return (
        Family("organisation", "le nom de l'organisation et de sa ville", own),
        Family("saisons", "les saisons", tuple(map(fold, SEASONS))),
        Family("frequents", "les mots les plus fréquents des fuites", FREQUENT),
    )


def policy_tests(draw: Draw, families: Sequence[Family], logins: Sequence[str], bits: int) -> PolicyTests:
    """Passwords to refuse, by family, and to accept, by kind; the login of each comes with it where it matters.

    Of each kind to accept, one has as few digits as may be, and a manager's as few signs: who asks for two refuses it.
    Phrases are of words that everybody uses: a policy that refuses those refuses the phrases of people too. One has a word
    of more than ten letters.
    A weak one is what a strong one is, with the word in it: nothing else tells them apart, so nothing else refuses it.
    """
    refused = [word for family in families for word in family.words]

    def in_phrase(word: str) -> str:
        return _in_phrase(draw, word, everyday(draw, 4, refused))

    weak = {
        family.id: tuple(made for word in family.words for made in (in_phrase(word), _in_signs(draw, word)))
        for family in families
    }
    weak["courts"] = tuple(any_manager(draw, length) for length in ((5, 6, 7) if bits < 80 else (6, 8, 9)))
    tests = PolicyTests(
        weak=weak,
        logins=tuple(
            Try(login, _in_signs(draw, login.title()) if rank == 1 else in_phrase(login.title()))
            for rank, login in enumerate(draw.some(logins, 3))
        ),
        strong={
            "phrases": tuple(
                everyday(draw, count, refused, digits)
                for count, digits in zip((5, 6, 6, 7), draw.shuffled((1, 0, 0, 0)), strict=True)
            ),
            "gestionnaire": tuple(
                any_manager(draw, length, refused, lone=lone)
                for length, lone in zip((16, 18, 20, 20), draw.shuffled((True, False, False, False)), strict=True)
            ),
        },
    )
    phrases = list(tests.strong["phrases"])
    phrases.append(_lengthened(draw, phrases.pop(draw.below(len(phrases))), refused))
    return replace(tests, strong={**tests.strong, "phrases": tuple(phrases)})


def _lengthened(draw: Draw, phrase: str, refused: Sequence[str]) -> str:
    """A phrase, one of whose words that are not the most usual is a longer one."""
    words = phrase.split("-")
    longer = [word for word in LONGER if not any(one in word or one in word[::-1] for one in refused)]
    places = [rank for rank, word in enumerate(words) if rank and word.isalpha() and word not in USUAL]
    words[draw.one(places)] = draw.one(longer)
    return "-".join(words)


def _in_phrase(draw: Draw, word: str, phrase: str) -> str:
    """A phrase with the word among its own."""
    words = phrase.split("-")
    words.insert(draw.between(1, len(words)), draw.one((word, word.capitalize(), f"{word.upper()}x")))
    return "-".join(words)


def _in_signs(draw: Draw, word: str) -> str:
    """What a manager draws, with the word in the middle."""
    made, place = any_manager(draw, 12), draw.between(4, 8)
    return made[:place] + draw.one((word.capitalize(), f"{word.upper()}x")) + made[place:]


ACCOUNTS = 3
"""Accounts of the candidate's own data in the lines: login, hash and password are those of the exports."""
MORE = 4
"""Lines that an exam may have beside those that each has, so that their number tells nothing."""
CROWD = 100, 157
"""Lines of the list that is as long as a real one: all wrong, of hashes that are compared at once, for time is counted."""
ODD = 2
"""Lines with a salt of another form than those of the exports: wrong ones, which are refused whether a program knows such
salts or takes them for no hash at all."""
LISTED = 14, 20
"""Lines of the list that holds accounts of the exports alone."""
LONG = (73, 250), (251, 400)
"""Letters of two long passwords: wherever a program cuts one, its end counts. Half of the time, the fewest of the first
and the most of the second."""
ROUGH = "'\"\\<"
"""Signs that a program must not take for anything but themselves, in the password of the twins."""
TWINS = *CHEAP, "bcrypt"
"""Kinds of hash that they may have: each is verified twice."""
OTHER_ROUGH, ROUGH_MORE = ">/`|;:,.()[]{}~^_%&$ ", 3
"""Others, of which so many are drawn to stand with them."""
PLAINER = 5
"""One password in so many is short and plain, as people made them before anybody asked for more."""
WHITE = {
    " ": "une espace",
    "\t": "une tabulation",
    "\u00a0": "une espace insécable",
    "\u202f": "une espace fine",
    "\u3000": "une espace large",
}
"""What may stand at an end of a password, and be taken away there."""
_ACCENTED = (
    "forêt",
    "naïf",
    "château",
    "théâtre",
    "hôtel",
    "maïs",
    "façade",
    "fenêtre",
    "pâté",
    "égoïste",
    "crème",
    "où",
)
_LIGATURES = ("Œuf", "Cœur", "Sœur", "Bœuf", "Œillet")
_FAR = ("雪", "Ж", "λ", "ש", "ม")
FARTHEST = "𠮷"
"""A letter beyond the first 65,536 signs, of family names: JSON may write it as two."""
LONG_KINDS = "sha1", "sha256", "argon2id"
"""Kinds of hash that long passwords come with, beside MD5, which is the sheet's: it excepts bcrypt."""
UNKNOWN = 2
"""Hashes of other kinds than the five, which are drawn of those that old systems have."""
LOCKS = "!", "!!", "*"
"""What stands before the hash of an account that is locked: each exam has the first, and another."""
NAMED = {"md5": "MD5", "sha1": "SHA", "sha256": "SSHA256", "bcrypt": "CRYPT", "argon2id": "ARGON2"}
"""What directories write before each kind, between braces."""
ENDS = ":", ":19700:0:99999:7:::", "!", "*", ";"
"""What no program takes away of a hash by chance, as it does of spaces."""
ACCENTED = 2
"""Accented passwords beside the one that has MD5, which is the sheet's; of other kinds, which are drawn."""
_NEXT = str.maketrans("0123456789", "1234567890")
CUTS = {"md5": (1, 16, 17), "sha1": (1, 20, 21), "sha256": (8, 22, 24), "bcrypt": (4, 7, 30), "argon2id": (10, 52, 55)}
"""Where a hash of each kind is cut: from and to in its first part (half of it, its settings, its salt), and from in its
digest. Of bcrypt, never in the salt: Python's library then stops in a way that no `except Exception` holds back."""


def migration_cases(draw: Draw, variant: Variant, apart: Draw) -> tuple[Case, ...]:
    """Lines for the script: what it reads, and what is true of it; `apart` draws what was added to them since.

    `role` tells the checks apart: bon, mauvais, foule (wrong ones, many), releve (accounts of the exports alone), jumeaux, long, vide, espaces, unicode, abime. They look like lines of
    the candidate's own tables: logins, forms of passwords and hashes are of the same kinds, and some are the very ones.
    """
    made = _Lines(draw, variant, apart)
    cases = [*made.own(), *made.ordinary(), *made.loose(), *made.twins(), *made.more()]
    return (*draw.shuffled(cases), *made.long(), *made.limits(), *made.damaged(), *made.crowd(), *made.listed())


class _Lines:
    """Makes lines, for logins of the exports and for others of their form, in turn.

    Args:
        draw: Where choices come from.
        variant: The candidate's own data.
        apart: Where choices come from that change none of the others.
    """

    def __init__(self, draw: Draw, variant: Variant, apart: Draw) -> None:
        self._draw = draw
        self._apart = apart
        self._variant = variant
        known = draw.shuffled(sorted({account.login for account in variant.accounts}))
        turns = (draw.shuffled(pair) for pair in zip(known, self._hired(known), strict=True))
        self._logins = cycle([login for pair in turns for login in pair])
        self._right: dict[str, Case] = {}  # a right password of each kind, of the ordinary lines

    def _hired(self, known: Sequence[str]) -> list[str]:
        """As many logins of the same form that are in no export: of two in a row, one is somebody's hired since."""
        draw, made = self._draw, list[str]()
        while len(made) < len(known):
            login = f"{draw.one(LETTERS)}.{fold(draw.one(LAST_NAMES)).replace(' ', '-')}"
            if login not in (*known, *made):
                made.append(login)
        return made

    def own(self) -> list[Case]:
        """Accounts of the exports, each of another kind of hash, with their password and with somebody else's."""
        accounts = [account for account in self._variant.accounts if account.hash]
        by_scheme = {scheme_of(account.hash): account for account in self._draw.shuffled(accounts)}
        made: list[Case] = []
        for scheme, account in self._draw.some(sorted(by_scheme.items()), ACCOUNTS):
            other = self._draw.one(sorted(set(self._variant.passwords.values()) - {account.password}))
            for role, word in (("bon", account.password), ("mauvais", other)):
                made.append(Case(role, scheme, word, account.hash, role == "bon", login=account.login))
        return made

    def ordinary(self) -> list[Case]:
        """The right password, another one, and one that differs by a letter, for each kind of hash.

        Of the two that cost time, one has the almost right one alone, and the other the old hash itself: the organisation's
        own list has another password for both.
        """
        made = []
        typed_itself = self._apart.one([scheme for scheme in SCHEMES if scheme not in CHEAP])
        for scheme in SCHEMES:
            right, login = self._password(), next(self._logins)
            stored = self._hash(scheme, right)
            self._right[scheme] = Case("bon", scheme, right, stored, True, login=login)
            made.append(self._right[scheme])
            other = Case("mauvais", scheme, self._other(right), stored, False, login=login)
            if scheme == typed_itself:
                made.append(replace(other, mot_de_passe=stored))
                continue
            made += [other] if scheme in CHEAP else []
            near = (self._draw if scheme in CHEAP else self._apart).one(nearly(right))
            made.append(replace(other, mot_de_passe=near, other=right))
        return made

    def loose(self) -> list[Case]:
        """Wrong ones that a loose comparison accepts: `==` of PHP takes two `0e…` for the same zero; the old hash."""
        made = []
        for scheme, words in ZEROS.items():
            known, tried = self._draw.some(words, 2)
            made.append(self._case("mauvais", scheme, tried, self._hash(scheme, known)))
        stored = self._hash("sha1", self._password())
        return [*made, self._case("mauvais", "sha1", stored, stored)]

    def twins(self) -> list[Case]:
        """Two accounts of one password, which has all rough signs and some others, with a kind of hash that is drawn."""
        word = self._password()
        place = self._apart.between(1, len(word) - 1)
        rough = self._apart.shuffled([*ROUGH, *self._apart.some(OTHER_ROUGH, ROUGH_MORE)])
        word, scheme = f"{word[:place]}{''.join(rough)}{word[place:]}", self._apart.one(TWINS)
        return [self._case("jumeaux", scheme, word, self._hash(scheme, word), ok=True) for _ in range(2)]

    def more(self) -> list[Case]:
        """A few more."""
        made = []
        for _ in range(self._draw.between(0, MORE)):
            scheme, right, ok = self._draw.one(CHEAP), self._password(), self._draw.below(2) == 0
            word = right if ok else self._other(right)
            made.append(self._case("bon" if ok else "mauvais", scheme, word, self._hash(scheme, right), ok=ok))
        return made

    def crowd(self) -> list[Case]:
        """Wrong ones, as many as a real list has: others, each way of typing the right one almost, the old hash itself."""
        made, itself = [], cycle(CHEAP)
        for number in range(self._draw.between(*CROWD)):
            scheme, right, login = self._draw.one(CHEAP), self._password(), next(self._logins)
            other, stored = self._other(right), self._hash(scheme, right)
            typed = {other: "", stored: "", self._mistyped(login): "", **dict.fromkeys(nearly(right), right)}
            typed.pop(right, None)
            word = [*typed][number % len(typed)]
            if word == stored:  # of each kind in turn
                scheme = next(itself)
                word = stored = make_hash(scheme, right, bytes(self._apart.below(256) for _ in range(16)))
            made.append(Case("foule", scheme, word, stored, False, typed.get(word, ""), login))
        return self._draw.shuffled(made)

    def _mistyped(self, login: str) -> str:
        """What people type where a password is asked for, of no form of the exports'; accents are with the odd lines."""
        draw = self._apart
        return draw.one((
            login, f"{login}@{self._variant.organisation.domain}", self._plain(), str(draw.between(0, 9)),
            "".join(draw.shuffled(ROUGH + OTHER_ROUGH)),
        ))  # fmt: skip

    def _plain(self) -> str:
        """A word, a date, a name and a figure: what a system asked for nothing was given."""
        draw = self._apart
        word, day = draw.one(WORDS), f"{draw.between(1, 28):02d}{draw.between(1, 12):02d}{draw.between(1955, 2009)}"
        return draw.one((word, word.upper(), f"{word[:4]}{draw.between(0, 99)}", day, f"{word} {draw.one(WORDS)}"))

    def listed(self) -> list[Case]:
        """The organisation's own list, accounts of its exports and no other line: a few wrong passwords, the others right.

        So a list is that people really type: each account is there once, a login as often as it has accounts, and little is
        wrong. Always wrong are one of each kind of hash that costs time, in each system: no other list has them wrong and once.
        """
        accounts = self._draw.shuffled([account for account in self._variant.accounts if account.hash])
        slow: dict[tuple[str, str], Account] = {}
        for one in accounts:
            if (kind := scheme_of(one.hash)) not in CHEAP:
                slow.setdefault((one.system, kind), one)
        fast = [one for one in accounts if scheme_of(one.hash) in CHEAP]
        wrong = [*slow.values(), *self._draw.some(fast, self._draw.between(0, 1))]
        others = [account for account in accounts if account not in wrong]
        known = sorted(set(self._variant.passwords.values()))
        made = []
        for account in (*wrong, *others[: self._draw.between(*LISTED)]):
            ok = account not in wrong
            word = account.password if ok else self._draw.one([one for one in known if one != account.password])
            made.append(Case("releve", scheme_of(account.hash), word, account.hash, ok, login=account.login))
        return self._draw.shuffled(made)

    def long(self) -> list[Case]:
        """One of more than 72 letters, one of more than 72 bytes, one of up to 400: each with one that begins alike.

        Each has another kind of hash. The hash of a first part alone stands with the last kind, and with the one whose
        letters are no more than 72.
        """
        draw = self._draw
        whole, longest = (
            "-".join([*draw.some(WORDS, 50), *draw.some(WORDS, 9)])[: self._apart.one((draw.between(*size), edge))]
            for size, edge in zip(LONG, (LONG[0][0], LONG[1][1]), strict=True)
        )
        pairs = [(whole, whole[:72] + draw.one(SIGNS) + whole[73:]), _long_in_bytes(draw)]
        pairs.append((longest, longest[:-1] + draw.one(SIGNS)))
        made = []
        *drawn, last = draw.shuffled(LONG_KINDS)
        few = draw.one([scheme for scheme in ("md5", *drawn) if scheme in CHEAP])
        first, second = draw.shuffled([scheme for scheme in ("md5", *drawn) if scheme != few])
        for scheme, (right, other) in zip((first, few, second), pairs, strict=True):
            made.append(self._case("long", scheme, right, self._hash(scheme, right), ok=True, other=other))
            made.append(replace(made[-1], mot_de_passe=other, ok=False, other=""))
        begins = whole[:BCRYPT_BYTES]
        made += [self._case("long", one, whole, self._hash(one, begins), other=begins) for one in (few, last)]
        return draw.shuffled(made)

    def limits(self) -> list[Case]:
        """Empty ones, letters of the whole world, spaces at an end: each with kinds of hash that are drawn, or with all.

        With accents, another password and the right one without them are tried too, beside all kinds but the dearest; an empty
        one is tried beside a hash of another.
        """
        draw = self._draw
        first, last = draw.shuffled((" ", draw.one([sign for sign in WHITE if sign != " "])))
        accents = [self._accents(draw, decomposed=rank % 2 == 0) for rank in range(ACCENTED + 1)]
        kinds = draw.shuffled(["md5", *draw.some(SCHEMES[1:], ACCENTED)])
        made = [("unicode", scheme, word) for scheme, word in zip(kinds, accents, strict=True)]
        inside = passphrase(draw, 2).replace("-", self._apart.one((" ", "  ")), self._apart.between(1, 2))
        made.append(("espaces", draw.one(SCHEMES), f"{first}{inside}{last}"))
        cases = [self._case(role, scheme, word, self._hash(scheme, word), ok=True) for role, scheme, word in made]
        cases += [self._case("vide", scheme, "", self._hash(scheme, "")) for scheme in SCHEMES]
        signs = [*dict.fromkeys(SCHEMES, " ").items(), *((draw.one(CHEAP), sign) for sign in WHITE if sign != " ")]
        cases = draw.shuffled([*cases, *(self._white(self._right[scheme], sign) for scheme, sign in signs)])
        empty = replace(self._apart.one([*self._right.values()]), role="vide", mot_de_passe="", ok=False)
        accented = [case for case in cases if case.role == "unicode" and case.ok and case.scheme != "argon2id"]
        others = [
            self._accents(self._apart, decomposed=False),
            *(_unaccented(case.mot_de_passe) for case in accented[1:]),
        ]
        wrong = [replace(case, mot_de_passe=word, ok=False) for case, word in zip(accented, others, strict=True)]
        for case in (empty, *wrong):
            cases = self._with(cases, case)
        return self._with(cases, Case("vide", "", "", "", False, login=self._apart.one(cases).login))

    def _accents(self, draw: Draw, *, decomposed: bool) -> str:
        """Accented words; some have letters of other countries, some their accents apart from their letters."""
        number = str(draw.between(100, 999))
        if decomposed:
            return unicodedata.normalize("NFD", "-".join([*draw.some(_ACCENTED, 3), number]))
        return "-".join([draw.one(_LIGATURES), *draw.some(_ACCENTED, 2), number, draw.one(_FAR), FARTHEST, "é"])

    def _white(self, right: Case, sign: str) -> Case:
        """A password with a white sign too many, at its end or at its beginning."""
        bare = right.mot_de_passe
        typed = self._draw.one((f"{bare}{sign}", f"{sign}{bare}"))
        return self._case("espaces", right.scheme, typed, right.empreinte, other=bare)

    def damaged(self) -> list[Case]:
        """Hashes that nobody can read: none, a word, kinds that are none of the five, cut ones, one too long of each cheap kind,
        whole ones beside which something stands; and salts of another form.

        Each kind is cut in its first part, and in its digest or before its last sign; the password is the right one.
        """
        draw = self._draw
        word, argon = passphrase(draw, 2), unreadable_argon(self._bytes(16), self._bytes(32))
        unknown = self._apart.some([f"$2z{self._right['bcrypt'].empreinte[3:]}", *unknown_hashes(self._apart)], UNKNOWN)
        broken = ["", word, *unknown, argon]
        made = [self._case("abime", "", self._password(), stored) for stored in broken]
        for scheme, (first, last, digest) in CUTS.items():
            whole = self._right[scheme]
            end = len(whole.empreinte) - 1
            for at in (draw.between(first, last), draw.one((end, draw.between(digest, end)))):
                made.append(self._case("abime", scheme, whole.mot_de_passe, whole.empreinte[:at]))
        for _ in range(ODD):
            right = self._password()
            made.append(self._case("sel", "sha256", self._other(right), other_salt(self._salt(), right), other=right))
        made = draw.shuffled([*made, self._case("abime", "", word, word)])
        for kind in CHEAP:
            whole, more = self._right[kind], self._apart.one((1, 1, 2, 12, 24))
            longer = f"{whole.empreinte}{''.join(self._apart.one('0123456789abcdef') for _ in range(more))}"
            made = self._with(made, replace(whole, role="abime", empreinte=longer, ok=False))
        for case in self._marked():
            made = self._with(made, case)
        return made

    def _marked(self) -> list[Case]:
        """Right passwords with their whole hash, of each kind once, and something before it, or after: as `usermod -L` locks
        an account, as LDAP names a kind, as a line of shadow(5) goes on."""
        draw = Draw(f"marques|{self._right['md5'].empreinte}".encode())
        named, other, locked, twice, after = draw.shuffled(SCHEMES)
        written = {
            named: f"{{{NAMED[named]}}}%s", other: f"{draw.one(LOCKS)}%s", locked: "!%s",
            twice: f"{draw.one(LOCKS[1:])}%s", after: f"%s{draw.one(ENDS)}",
        }  # fmt: skip
        return [
            replace(self._right[kind], role="abime", empreinte=form % self._right[kind].empreinte, ok=False)
            for kind, form in written.items()
        ]

    def _with(self, cases: Sequence[Case], case: Case) -> list[Case]:
        """One more, anywhere among the others."""
        place = self._apart.between(0, len(cases))
        return [*cases[:place], case, *cases[place:]]

    def _case(self, role: str, scheme: str, word: str, stored: str, *, ok: bool = False, other: str = "") -> Case:
        return Case(role, scheme, word, stored, ok, other, next(self._logins))

    def _hash(self, scheme: str, password: str) -> str:
        return make_hash(scheme, password, self._bytes(16))

    def _salt(self) -> str:
        """A salt of another form: other letters, another length, or a word."""
        signs = self._draw.one(("0123456789", "0123456789ABCDEF", "0123456789abcdef", f"{LETTERS}{LETTERS.upper()}"))
        length = self._draw.one((6, 8, 12, 20, 22, 32))
        return self._draw.one((self._draw.one(WORDS), "".join(self._draw.one(signs) for _ in range(length))))

    def _bytes(self, count: int) -> bytes:
        return bytes(self._draw.below(256) for _ in range(count))

    def _password(self) -> str:
        """Made as those of the accounts are."""
        draw, organisation = self._draw, self._variant.organisation
        person = draw.one(self._variant.people)
        makers: tuple[Callable[[], str], ...] = (
            lambda: strong(draw),
            lambda: passphrase(draw, 3),
            lambda: from_season(draw),
            lambda: from_organisation(draw, organisation.short, organisation.postcode),
            lambda: from_identity(draw, person.prenom, person.nom),
        )
        made, plain = draw.one(makers)(), self._plain()
        return made if self._apart.below(PLAINER) else plain

    def _other(self, right: str) -> str:
        """Another password."""
        while (other := self._password()) == right:
            pass
        return other


def nearly(right: str) -> list[str]:
    """The same password, but for what a hand does: the case of a letter or of all (a key that stayed down), a sign that
    lacks, one too many, two that are exchanged, another figure.

    Where is drawn of the password itself: at its ends more often than between them.
    """
    draw, end = Draw(f"presque|{right}".encode()), len(right)
    letters = [at for at, one in enumerate(right) if one.swapcase() != one] or [0]
    figures = [at for at, one in enumerate(right) if one.isdecimal()] or [0]
    at, cut, twice, turned, figure = (
        draw.one((*where[:1], *where[-1:], draw.one(where)))
        for where in (letters, range(end), range(end), range(end - 1), figures)
    )
    made = (
        right[:at] + right[at].swapcase() + right[at + 1 :],
        right.swapcase(),
        right[:cut] + right[cut + 1 :],
        right[: twice + 1] + right[twice:],
        right[:turned] + right[turned + 1] + right[turned] + right[turned + 2 :],
        right[:figure] + right[figure].translate(_NEXT) + right[figure + 1 :],
    )
    return [one for one in dict.fromkeys(made) if one and one != right]


def _unaccented(word: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", word) if not unicodedata.combining(one))


def _long_in_bytes(draw: Draw) -> tuple[str, str]:
    """A password of fewer than 72 letters and of more bytes, and one that differs at its last byte only."""
    while True:
        whole = "-".join(draw.some(WORDS, 8)).translate(str.maketrans("aeiou", "âéîôû"))
        if len(whole) <= BCRYPT_BYTES < len(whole[:-1].encode()):
            return whole, whole[:-1] + draw.one(SIGNS)
