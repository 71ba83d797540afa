"""The connection as the sources write it: which words fix the server, the account or the base, and what to write there.

Nothing is run and nothing is guessed from a name alone: what is looked at is what reaches a connection. The words
between the quotation marks of ``mysqli_connect('localhost', …)``, of a PDO or SQLAlchemy address, of
``pymysql.connect(host="localhost", …)``; and, when these name a variable, a constant or a key, the words that are given
to that name anywhere. What asks the environment is left alone, and so is what stands in for its answer:
``$h = 'localhost'; if (getenv('DB_HOST')) { $h = getenv('DB_HOST'); }``.

A work may be hostile: whatever it holds, the steps grow with its length and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from etabli.exam.contract.repair import MOST, Correction

if TYPE_CHECKING:
    from etabli.exam.tools.files import Files

MAX_CHARACTERS = 300_000
"""Of all that is read, the shortest files first: a site of students has a third of it, libraries left out."""
LONGEST, MAX_KEYS, MAX_CONNECTIONS, MAX_PLACES, MAX_FUNCTIONS = 150, 60, 100, 50, 200
"""Tokens of an expression; names that are followed; of a file: addresses and calls, places of one name, functions.

Far beyond what a person writes.
"""
LONGEST_JOINED = 20
"""Tokens of what is joined to an address."""
LIBRARIES = {"vendor", "node_modules", "site-packages"}
"""Folders of what others wrote."""
USUAL_PORT = "3306"
"""The port of everybody: alone, it fixes nothing."""


class Role(StrEnum):
    """What a word of a connection says, by the variable that should say it."""

    HOST = "DB_HOST"
    PORT = "DB_PORT"
    NAME = "DB_NAME"
    USER = "DB_USER"
    PASSWORD = "DB_PASSWORD"

    @property
    def place(self) -> str:
        """What stands for the value in an edit."""
        return f"{{{self.value}}}"


@dataclass(frozen=True)
class Token:
    """A piece of a source."""

    kind: str
    """``text`` (between quotation marks), ``number``, ``name`` or ``sign``."""
    word: str
    """Of a text, what is between the marks."""
    start: int
    """Of the word."""
    line: int
    open: bool = False
    """Of a text: names inside it are replaced by their values (PHP's double quotes, Python's f-strings)."""


@dataclass(frozen=True)
class Source:
    """A file, cut in tokens."""

    path: str
    text: str
    tokens: tuple[Token, ...]

    @property
    def python(self) -> bool:
        """Whether a line ends a statement."""
        return self.path.endswith(".py")

    @cached_property
    def given(self) -> dict[str, list[Given]]:
        """Where something is given to each name, at most so many times."""
        found: dict[str, list[Given]] = {}
        for one in _given(self):
            places = found.setdefault(one.key, [])
            if len(places) < MAX_PLACES:
                places.append(one)
        return found

    @cached_property
    def groups(self) -> dict[int, set[str]]:
        """The names that stand together in each group."""
        found: dict[int, set[str]] = {}
        for one in _given(self):
            found.setdefault(one.group, set()).add(one.key)
        return found

    @cached_property
    def functions(self) -> dict[str, list[tuple[str, list[str]]]]:
        """By the name of a parameter, the functions that have it, with all their parameters."""
        found: dict[str, list[tuple[str, list[str]]]] = {}
        for name, names in islice(_functions(self), MAX_FUNCTIONS):
            for parameter in set(names):
                found.setdefault(parameter, []).append((name, names))
        return found

    @cached_property
    def calls(self) -> dict[str, list[int]]:
        """The places where each function is called, at most so many times."""
        found: dict[str, list[int]] = {}
        for at, (token, after) in enumerate(pairwise(self.tokens)):
            if after.word == "(" and token.kind == "name" and _word(self.tokens, at - 1) not in _FUNCTION:
                places = found.setdefault(token.word, [])
                if len(places) < MAX_PLACES:
                    places.append(at)
        return found

    @cached_property
    def _expressions(self) -> dict[int, list[Token]]:
        return {}

    def expression(self, at: int) -> list[Token]:
        """The tokens of the expression that begins here, found once."""
        if at not in self._expressions:
            self._expressions[at] = _until(self, at)[0]
        return self._expressions[at]

    @cached_property
    def _called(self) -> dict[int, list[list[Token]]]:
        return {}

    def arguments(self, at: int) -> list[list[Token]]:
        """The arguments of the call whose name is here, found once."""
        if at not in self._called:
            self._called[at] = _arguments(self, at + 2)
        return self._called[at]


_PHP = re.compile(
    r"""(?P<skip>\s+|//(?:[^\n?]|\?(?!>))*+|\#(?!\[)(?:[^\n?]|\?(?!>))*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)
    |(?P<end>\?>)
    |(?P<mark>['"])(?P<text>(?:\\.|(?!(?P=mark))[^\\])*+)(?:(?P=mark)|\Z)
    |(?P<number>\d+)
    |(?P<name>\$?[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)
    |(?P<sign>=>|->|\?->|::|\?\?=?|\?:|===?|!==?|[<>.+*/-]=|.)""",
    re.VERBOSE | re.DOTALL,
)
_PYTHON = re.compile(
    r"""(?P<skip>\s+|\#[^\n]*+)
    |(?P<prefix>[rRbBfFuU]{0,2})(?P<mark>'''|\"\"\"|['"])(?P<text>(?:\\.|(?!(?P=mark))[^\\])*+)(?:(?P=mark)|\Z)
    |(?P<number>\d+)
    |(?P<name>[^\W\d]\w*)
    |(?P<sign>\*\*|==|!=|[<>:+*/-]=|.)""",
    re.VERBOSE | re.DOTALL,
)
_OPENING = re.compile(r"<\?(?:php\b|=)", re.IGNORECASE)
_ASKS = {"getenv", "apache_getenv", "environ", "$_ENV", "$_SERVER"}
_OPEN, _CLOSE = "([{", ")]}"
_FUNCTION = ("function", "def")


def tokens_of(text: str, *, python: bool) -> tuple[Token, ...]:
    """Cuts a source in tokens; comments, and HTML around PHP, are left out."""
    found: list[Token] = []
    pattern, at, line, counted = (_PYTHON if python else _PHP), 0, 1, 0
    if not python:
        at = _after_opening(text, 0)
    while at < len(text) and (piece := pattern.match(text, at)):
        kind = piece.lastgroup or "sign"
        at = piece.end()
        if kind == "skip":
            continue
        if kind == "end":
            at = _after_opening(text, at)
            continue
        kind = "text" if piece["text"] is not None else kind
        start = piece.start(kind)
        line, counted = line + text.count("\n", counted, start), start
        held = piece["prefix"].lower().count("f") > 0 if python and kind == "text" else piece["mark"] == '"'
        found.append(Token(kind, piece[kind], start, line, kind == "text" and held))
    return tuple(found)


def _after_opening(text: str, at: int) -> int:
    found = _OPENING.search(text, at)
    return found.end() if found else len(text)


# -- expressions


def _until(source: Source, at: int) -> tuple[list[Token], int]:
    """The tokens of the expression that begins at `at`, and the place of what ends it."""
    depth = 0
    taken: list[Token] = []
    tokens = source.tokens
    for place in range(at, min(at + LONGEST, len(tokens))):
        token = tokens[place]
        if token.kind == "sign":
            if token.word in _OPEN:
                depth += 1
            elif token.word in _CLOSE:
                if depth == 0:
                    return taken, place
                depth -= 1
            elif token.word in ",;" and depth == 0:
                return taken, place
        if source.python and depth == 0 and taken and token.line > taken[-1].line:
            return taken, place
        taken.append(token)
    return taken, min(at + LONGEST, len(tokens))


def _arguments(source: Source, at: int) -> list[list[Token]]:
    """The arguments of a call whose opening bracket is just before `at`."""
    found: list[list[Token]] = []
    inside = Source(source.path.removesuffix(".py"), source.text, source.tokens)  # inside brackets, lines end nothing
    while at < len(source.tokens) and len(found) < LONGEST:
        taken, at = _until(inside, at)
        if taken:
            found.append(taken)
        if at >= len(source.tokens) or source.tokens[at].word != "," or len(taken) == LONGEST:
            break
        at += 1
    return found


def _key(tokens: Sequence[Token]) -> str:
    """The last name of ``$x``, ``X``, ``$this->x``, ``X::Y``, ``config.X`` or ``$x['y']``; '' for anything else."""
    if not tokens or any(token.word in _ASKS for token in tokens):
        return ""
    words = [token for token in tokens if token.kind != "sign"]
    signs = {token.word for token in tokens if token.kind == "sign"}
    if not words or signs - {"->", "?->", "::", ".", "[", "]"} or ("." in signs and words[0].word.startswith("$")):
        return ""
    last = words[-1]
    return last.word.lstrip("$") if last.kind in ("name", "text") and (last.kind == "name" or len(words) > 1) else ""


def _asks(tokens: Sequence[Token]) -> bool:
    """Whether an expression asks the environment; of what the server says of a request, ``DB_…`` only."""
    words = {token.word for token in tokens}
    asked = words & _ASKS
    return bool(asked - {"$_SERVER"}) or (bool(asked) and any(word.startswith("DB_") for word in words))


# -- what reaches a connection

_MYSQLI = (Role.HOST, Role.USER, Role.PASSWORD, Role.NAME, Role.PORT)
_KEYWORDS = {
    **dict.fromkeys(("host", "hostname"), Role.HOST),
    **dict.fromkeys(("user", "username"), Role.USER),
    **dict.fromkeys(("password", "passwd"), Role.PASSWORD),
    **dict.fromkeys(("database", "db", "dbname"), Role.NAME),
    "port": Role.PORT,
}
_DSN = re.compile(rf"\b(?P<key>{'|'.join(_KEYWORDS)})\s*=\s*(?P<value>[^;]*)")
_NAMED = re.compile(r"\$\w+(?:(?:->|::)\w+|\[['\"]?\w+['\"]?\])*")
_URL = re.compile(
    r"(?:mysql|mariadb)(?:\+\w+)?://(?P<user>[^:@/]*)(?::(?P<password>[^@/]*))?@(?P<host>[^:/?]*)"
    r"(?::(?P<port>[^/?]*))?(?:/(?P<name>[^?]*))?"
)


class _Reading:
    """Follows words to the connections of some sources."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self.edits: dict[tuple[str, int], tuple[str, Correction]] = {}
        """By their place, with whose value they write: a name's, or a connection's own."""
        self.keys: list[tuple[str, Role]] = []
        self.key = ""
        """The name whose values are taken now; '' for a connection's own words."""
        self.roles: dict[str, set[Role]] = {}
        """What each followed name says."""
        self.spread = False
        """A dictionary is given whole to a connection."""
        self.uses: set[tuple[str, str]] = set()
        """Files, with the names of the connection that they read."""
        self.asking: set[str] = set()
        """Whose value asks the environment."""
        self.takers: dict[str, set[str]] = {}
        """Who takes the value of each name."""
        self.calls: dict[str, list[tuple[Source, int]]] = {}
        """The places where each function is called."""
        for source in sources:
            for name, places in source.calls.items():
                self.calls.setdefault(name, []).extend((source, at) for at in places)

    def owner(self, source: Source, role: Role) -> str:
        """Whose value is taken now."""
        return self.key or f"{source.path} {role.value}"

    def edit(self, source: Source, token: Token, start: int, was: str, becomes: str, role: Role) -> None:
        """Keeps an edit, the first one of its place."""
        correction = Correction(source.path, token.line, start, was, becomes)
        self.edits.setdefault((source.path, start), (self.owner(source, role), correction))

    def add_password(self, source: Source, last: Token, before: str = "") -> None:
        """Keeps an edit that writes the password behind a token, in quotation marks."""
        start = last.start + len(last.word) + (last.kind == "text")
        self.edit(source, last, start, "", f", {before}'{Role.PASSWORD.place}'", Role.PASSWORD)

    def take(self, source: Source, tokens: Sequence[Token], role: Role) -> None:
        """Takes an expression that says this of a connection: its own words, or a name to follow."""
        if _asks(tokens):
            self.asking.add(self.owner(source, role))
        elif len(tokens) == 1 and _bare(tokens[0], role):
            self.edit(source, tokens[0], tokens[0].start, tokens[0].word, f"'{role.place}'", role)
        elif len(tokens) == 1 and tokens[0].kind in ("text", "number") and not _names(tokens[0]):
            self.edit(source, tokens[0], tokens[0].start, tokens[0].word, role.place, role)
        elif key := _key(tokens):
            self.follow(source, key, role)
        elif len(tokens) == 1 and tokens[0].kind == "text":
            for name in _names(tokens[0]):
                self.follow(source, name, role)

    def follow(self, source: Source, key: str, role: Role) -> None:
        """Remembers a name whose values say this of a connection."""
        self.uses.add((source.path, key))
        self.takers.setdefault(key, set()).add(self.owner(source, role))
        if role not in self.roles.get(key, ()) and len(self.roles) < MAX_KEYS:
            self.roles.setdefault(key, set()).add(role)
            self.keys.append((key, role))

    def beside(self, names: Set[str]) -> set[Role]:
        """What these names say of a connection, together."""
        return {role for name in names & self.roles.keys() for role in self.roles[name]}

    def fixed(self) -> list[Correction]:
        """The edits of what never asks the environment, be it through another name, nor only serves what asks it."""
        asking, new = set(self.asking), list(self.asking)
        while new:
            further = self.takers.get(new.pop(), set()) - asking
            further |= {key for key, takers in self.takers.items() if key not in asking and takers <= asking | further}
            asking |= further
            new += further
        return [edit for owner, edit in self.edits.values() if owner not in asking]


def _bare(token: Token, role: Role) -> bool:
    """Whether a value has no quotation marks and needs some: a number but for the port, a password that is nothing."""
    nothing = token.kind == "name" and token.word.lower() in ("null", "none")
    return (token.kind == "number" and role is not Role.PORT) or (nothing and role is Role.PASSWORD)


def _names(token: Token) -> list[str]:
    """The last names of what a PHP text or an f-string puts in its place."""
    if not token.open:
        return []
    return [re.findall(r"\w+", found.group())[-1] for found in _NAMED.finditer(token.word)]


def _dsn(reading: _Reading, source: Source, start: int) -> None:
    """Reads ``mysql:host=…;dbname=…``, with the names in it and the pieces joined to it."""
    expression, _end = _until(source, start)
    waiting: Role | None = None
    for at, piece in enumerate(expression):
        if piece.kind == "sign":
            continue
        if piece.kind != "text":
            if waiting is not None and piece.kind == "name":
                joined = expression[at : at + LONGEST_JOINED]
                stop = next((n for n, token in enumerate(joined) if token.word == "."), len(joined))
                reading.take(source, joined[:stop], waiting)
                waiting = None
            continue
        waiting = None
        for found in _DSN.finditer(piece.word):
            role = _KEYWORDS[found["key"]]
            inner = Token("text", found["value"], piece.start + found.start("value"), piece.line, piece.open)
            if found["value"]:
                reading.take(source, [inner], role)
            elif found.end() == len(piece.word):
                waiting = role


def _url(reading: _Reading, source: Source, token: Token) -> None:
    """Reads ``mysql+pymysql://user:password@host:port/name``."""
    found = _URL.search(token.word)
    if found is None:
        return
    for group in ("user", "password", "host", "port", "name"):
        value, role = found[group], Role[group.upper()]
        if value is None:
            if group == "password" and found["user"] and not (token.open and "{" in found["user"]):
                reading.edit(source, token, token.start + found.end("user"), "", f":{role.place}", role)
        elif token.open and "{" in value:
            names = re.findall(r"\w+", value)
            if _ASKS & set(names):
                reading.asking.add(reading.owner(source, role))
            elif names:
                reading.follow(source, names[-1], role)
        else:
            reading.edit(source, token, token.start + found.start(group), value, role.place, role)


def _call(reading: _Reading, source: Source, at: int) -> None:
    """Reads the call whose name is at `at`, if it opens a connection or chooses a base."""
    tokens = source.tokens
    name = tokens[at].word.lower()
    before = tokens[at - 1].word if at else ""
    before = tokens[at - 2].word if before == "\\" and at > 1 else before
    arguments = source.arguments(at)
    if source.python:
        if name in ("connect", "connection") or (name == "create" and before == "."):
            _keywords(reading, source, arguments)
        return
    if name in ("mysqli_connect", "mysqli_real_connect") or (name == "mysqli" and before.lower() == "new"):
        _in_order(reading, source, arguments[name == "mysqli_real_connect" :], _MYSQLI)
    elif name == "real_connect":
        _in_order(reading, source, arguments, _MYSQLI)
    elif name in ("mysqli_select_db", "select_db"):
        _in_order(reading, source, arguments[-1:], (Role.NAME,))
    elif name == "pdo" and before.lower() == "new":
        _in_order(reading, source, arguments[1:], (Role.USER, Role.PASSWORD))


_CALLS = {"mysqli_connect", "mysqli_real_connect", "mysqli", "real_connect", "mysqli_select_db", "select_db", "pdo"}
_PYTHON_CALLS = {"connect", "connection", "create"}


def _connections(source: Source) -> Iterator[int]:
    """The places where a connection may be: the name of a call, or an address."""
    calls = _PYTHON_CALLS if source.python else _CALLS
    for at, token in enumerate(source.tokens):
        if token.kind == "text":
            if "://" in token.word if source.python else token.word.startswith("mysql:"):
                yield at
        elif token.word.lower() in calls and _word(source.tokens, at + 1) == "(":
            yield at


def _in_order(reading: _Reading, source: Source, arguments: Sequence[list[Token]], roles: Sequence[Role]) -> None:
    """Takes arguments by their rank; adds the password to a call that stops at the account."""
    for argument, role in zip(arguments, roles, strict=False):
        reading.take(source, argument, role)
    plain = all(
        argument[0].word != "." and _word(argument, 1) != ":" for argument in arguments
    )  # not ``...$x``, ``x: 1``
    if plain and 0 < len(arguments) < len(roles) and roles[len(arguments)] is Role.PASSWORD:
        reading.add_password(source, arguments[-1][-1])


def _keywords(reading: _Reading, source: Source, arguments: Sequence[list[Token]]) -> None:
    given: dict[Role, list[Token]] = {}
    for argument in arguments:
        if argument[0].word == "**":
            for word, role in _KEYWORDS.items():
                reading.follow(source, word, role)
            reading.spread = True
            given |= {role: [] for role in Role}
        elif len(argument) > 2 and argument[1].word == "=" and argument[0].word in _KEYWORDS:
            role = _KEYWORDS[argument[0].word]
            given[role] = argument[2:]
            reading.take(source, argument[2:], role)
    if Role.USER in given and Role.PASSWORD not in given and given[Role.USER]:
        reading.add_password(source, given[Role.USER][-1], "password=")


@dataclass(frozen=True)
class Given:
    """A place where something is given to a name."""

    key: str
    value: int
    """The place of the first token of what is given."""
    group: int
    """The bracket that holds it, of a key of an array; -1 for a variable, a property, a constant."""
    constant: bool = False


def _given(source: Source) -> list[Given]:
    """All of a source: ``$key =``, ``const KEY =``, ``define('key',``, ``'key' =>``, ``"key":``, ``['key'] =``."""
    tokens, opened, found = source.tokens, [-1], []
    for at, (token, after) in enumerate(pairwise(tokens)):
        if token.kind == "sign" and token.word in _OPEN:
            opened.append(at)
        elif token.kind == "sign" and token.word in _CLOSE and len(opened) > 1:
            opened.pop()
        before = tokens[at - 1].word.lower() if at else ""
        if token.kind == "name" and after.word == "=":
            found.append(Given(token.word.lstrip("$"), at + 2, -1, before == "const"))
        elif source.python and token.kind == "name" and after.word == ":" and _word(tokens, at + 3) == "=":
            found.append(Given(token.word, at + 4, -1))
        elif token.kind == "text" and after.word == "," and at > 1 and tokens[at - 2].word.lower() == "define":
            found.append(Given(token.word, at + 2, -1, True))
        elif token.kind == "text" and (after.word == "=>" or (after.word == ":" and source.python)):
            found.append(Given(token.word, at + 2, opened[-1]))
        elif token.kind == "text" and after.word == "]" and _word(tokens, at + 2) == "=":
            found.append(Given(token.word, at + 3, -1))
    return found


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if at < len(tokens) else ""


def _values(reading: _Reading, source: Source, key: str) -> Iterator[list[Token]]:
    """What a source gives to a name that reaches a connection.

    Names such as ``nom`` serve elsewhere: a constant is the same everywhere, but a variable counts where the
    connection is, or beside another name of it, and the key of an array beside another one in the same array.
    """
    places = source.given.get(key, ())
    counts = {group: len(reading.beside(source.groups[group])) for group in {place.group for place in places}}
    for place in places:
        if place.constant or counts[place.group] > 1 or (place.group < 0 and (source.path, key) in reading.uses):
            yield source.expression(place.value)


def _add_passwords(reading: _Reading, source: Source) -> None:
    """Adds the password that a dictionary given whole (``**BASE``) does without, beside the account."""
    if not source.python or not reading.spread:
        return
    users = [key for key, roles in reading.roles.items() if Role.USER in roles]
    for place in (place for key in users for place in source.given.get(key, ()) if place.group >= 0):
        beside = reading.beside(source.groups[place.group])
        value = source.expression(place.value)
        if Role.HOST in beside and Role.PASSWORD not in beside and value:
            reading.add_password(source, value[-1], "'password': ")


def _passed(reading: _Reading, key: str) -> Iterator[tuple[Source, list[Token]]]:
    """What is passed for a parameter of this name, beside another one of the connection, where the function is called."""
    having = (found for source in reading.sources for found in source.functions.get(key, ()))
    called = [(name, names.index(key)) for name, names in having if len(reading.beside(set(names))) > 1]
    for name, rank in dict.fromkeys(called[:MAX_PLACES]):
        for source, at in reading.calls.get(name, ())[:MAX_PLACES]:
            arguments = source.arguments(at)
            if rank < len(arguments):
                yield source, arguments[rank]


def _functions(source: Source) -> Iterator[tuple[str, list[str]]]:
    """The functions of a source, with the names of their parameters."""
    for at, token in enumerate(source.tokens[:-2]):
        if token.word in _FUNCTION and source.tokens[at + 2].word == "(":
            yield source.tokens[at + 1].word, [_parameter(argument) for argument in source.arguments(at + 1)]


def _parameter(argument: Sequence[Token]) -> str:
    """The name of a parameter, whatever type or value stands beside it."""
    names = [token.word for token in argument if token.kind == "name"]
    return next((name.lstrip("$") for name in names if name.startswith("$")), names[0] if names else "")


def edits_of(sources: Iterable[tuple[str, str]]) -> tuple[Correction, ...]:
    """The edits after which the connections of some sources ask nobody but the environment.

    Args:
        sources: Paths and texts of PHP and Python files.
    """
    cut = [Source(path, text, tokens_of(text, python=path.endswith(".py"))) for path, text in sources]
    reading = _Reading(cut)
    for source in cut:
        for at in islice(_connections(source), MAX_CONNECTIONS):
            if source.tokens[at].kind == "name":
                _call(reading, source, at)
            elif source.python:
                _url(reading, source, source.tokens[at])
            else:
                _dsn(reading, source, at)
    while reading.keys:
        reading.key, role = reading.keys.pop(0)
        for source in cut:
            for tokens in _values(reading, source, reading.key):
                reading.take(source, tokens, role)
        for source, tokens in _passed(reading, reading.key):
            reading.take(source, tokens, role)
    reading.key = ""
    for source in cut:
        _add_passwords(reading, source)
    order = {source.path: place for place, source in enumerate(cut)}
    found = sorted(reading.fixed(), key=lambda edit: (order[edit.path], edit.start))
    fixed = [edit for edit in found if edit.was != USUAL_PORT]
    return tuple(found) if fixed and len(found) <= MOST else ()


def own_texts(files: Files) -> dict[str, str]:
    """The sources that the students wrote themselves, the shortest first while there is room, in the order of paths."""
    paths = [path for path in files.paths(".php", ".inc", ".py") if not LIBRARIES & {*path.lower().split("/")[:-1]}]
    texts = {path: files.text(path) for path in paths}
    read, left = [], MAX_CHARACTERS
    for path in sorted(texts, key=lambda path: (len(texts[path]), path)):
        left -= len(texts[path])
        read += [path] if left >= 0 else []
    return {path: texts[path] for path in sorted(read)}
