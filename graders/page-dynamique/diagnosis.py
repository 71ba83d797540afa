"""What a broken page says of itself, and what the sources say of the connection."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etabli.exam.contract.masks import masked
from etabli.exam.contract.repair import Correction
from etabli.exam.contract.words import cut, squeeze
from etabli.exam.reading.markup import unescape

from .connection import Role, edits_of, own_texts
from .reach import reach

if TYPE_CHECKING:
    from etabli.exam.tools.files import Files

LEAKS = re.compile(
    r"""SQLSTATE\[? | mysqli_sql_exception | PDOException | PDO::__construct | mysqli?_\w+\(\) | mysqli::
    | \bpymysql\b | sqlalchemy | OperationalError | ProgrammingError | IntegrityError | DataError
    | Traceback\ \(most | Werkzeug | Stack\ trace: | \bStacktrace\b
    | (?:Fatal|Parse)\ error: | \bWarning:\ + | \bNotice:\ + | \bDeprecated:\ +
    | Uncaught\ \w+ | You\ have\ an\ error\ in\ your\ SQL | Unknown\ column | Access\ denied(?:\ for\ user|,\ this\ account)
    | \bThis\ account\ is\ locked | \bhas\ exceeded\ the\ ' | \bConnection\ was\ killed | \bserver\ has\ gone\ away | \bLost\ connection\ to\b
    | getaddrinfo\b | \((?:1[0-2]\d\d|4151),\ ["']
    | Can't\ connect\ to | Connection\ refused | /srv/app\b | \bon\ line\ \d+ | \bline\ \d+,\ in\ """,
    re.VERBOSE,
)
"""Words of PHP, Python and MariaDB that have no place in front of a visitor."""

CONNECTION = re.compile(
    r"SQLSTATE\[HY000\]|SQLSTATE\[08|mysqli?_sql_exception|PDOException|Access denied for user|Can't connect to"
    r"|Connection refused|No such file or directory|OperationalError|Unknown database"
)

REFUSED = re.compile(
    r"SQLSTATE\[2[23]|Incorrect \w+ value|cannot be null|doesn't have a default value|Data too long|Out of range value"
    r"|Data truncated|foreign key constraint|Duplicate entry|IntegrityError|DataError"
)
"""A base that was joined refuses a value of the statement: no matter of connection."""
EMPTY = re.compile(r"value: \'\'|cannot be null|doesn't have a default value|update a child row")
"""It does for want of a value: a list without a choice sends nothing, or 0."""

_JOINING = (
    r"SQLSTATE\[(?:HY000|08\w+)\] \[|PDO::__construct|mysqli::|mysqli_connect|Access denied for user|Can't connect to|getaddrinfo"
    r"|Connection refused|No such file or directory|OperationalError|Unknown database"
)
"""Nothing was asked of the base yet."""

_NO_PAGE = (403, 404)
_FIXED = re.compile(r"""["'](?:localhost|127\.0\.0\.1|root)["'](?!\s*\])|host=(?:localhost|127\.0\.0\.1)""")
_ASKS = re.compile(r"getenv|environ|\$_ENV|\$_SERVER|apache_getenv")
_ASKS_HOST = re.compile(
    r"""(?<!define)(?<!defined)\(\s*["']DB_HOST["']|(?:_ENV|_SERVER|environ)\s*\[\s*["']DB_HOST["']"""
)
_COMMENT = re.compile(r"^\s*(?://|#|\*|/\*|--)")


NOTICE = re.compile(r"(?:Warning|Notice|Deprecated) ?: .{0,300}? on line \d+")
"""What PHP prints beside a page that it goes on with."""

_CRASH = re.compile(r"(?:Parse|Fatal) error ?: |Traceback \(most recent call last|Uncaught \w+")
_HIDDEN = re.compile(r"<(script|style|head)\b", re.IGNORECASE)
_PLACE = re.compile(r" in \S+?\.(?:php|inc)(?: on line |:)\d+")
_INSIDE = re.compile(r"(\b(?:in|at) |[('])/srv/app/")
_BYTES = re.compile(r"(?:\\x[0-9A-Fa-f]{2})+")
_MANUAL = "; check the manual that corresponds to your MariaDB server version for the right syntax to use"
READABLE = 170


def leak(text: str) -> str:
    """The technical message that `text` shows, shortened, or ''; the file and the line that it names are kept."""
    found = LEAKS.search(text)
    if found is None:
        return ""
    line_start = text.rfind("\n", 0, found.start()) + 1
    start = found.start() if ":" in found.group() else max(line_start, found.start() - 40)
    return told(text[start : found.start() + 600].split("\n")[0])


def told(message: str) -> str:
    """A message as it is quoted: bytes read as letters, paths from the submission's root, cut before its place."""
    plain = _INSIDE.sub(r"\1", _BYTES.sub(_letters, squeeze(message))).split(" Stack trace:")[0]
    plain = plain.replace(_MANUAL, "")
    place = _PLACE.search(plain)
    if len(plain) <= READABLE or place is None:
        return cut(plain, READABLE)
    return cut(plain[: place.start()], READABLE - len(place.group())) + place.group()


def _caller(journal: str, start: int, message: str) -> str:
    """What called the line that sent a request which the base refused, where a function that pages share sends it."""
    place = _PLACE.search(message)
    if place is None or "SQL" not in message or re.search(_JOINING, message):
        return ""
    end = journal.find("\n[", start)
    known = re.split(r" on line |:", place.group().removeprefix(" in "))
    frames = _CALL.findall(journal, start, end if end >= 0 else len(journal))
    other = next((one for one in frames if list(one) != known), None)
    return f" (appelé par {other[0]}, ligne {other[1]})" if other else ""


def _letters(found: re.Match[str]) -> str:
    r"""MariaDB writes letters with accents as their bytes: ``\xC3\x89`` is « É »."""
    try:
        return bytes.fromhex(found.group().replace("\\x", "")).decode()
    except UnicodeDecodeError:
        return found.group()


_RAISED = re.compile(
    r"(?P<what>\b[\w.]{0,80}(?:Error|Exception|NotFound|Interrupt|Undefined\w{0,40})\b(?:: [^\n]{0,300})?)"
)
_FRAME = re.compile(r'File "/srv/app/(?P<file>[^"\n]{1,80})", line (?P<line>\d+)')
_LOGGED = re.compile(r"PHP (?:Parse|Fatal) error: [^\n]{0,600}")
_CAUGHT = re.compile(
    r"\[\w{3} \w{3} +\d+ \d\d:(?P<minute>\d\d):(?P<second>\d\d)[^\]\n]*\] \[php:\w+\](?: \[[^\]\n]*\])* "
    r"(?P<what>[^\n]{0,80}?\b\w*(?:Error|Exception)\b[^\n]{0,600})"
)
"""An exception that a program in PHP caught, and wrote in its journal itself."""
_CALL = re.compile(r"#\d{1,2} /srv/app/([^\s(]{1,80})\((\d+)\)")
"""A line of the stack that PHP adds to an error."""
_GUESS = re.compile(r"\.? Did you mean:? .{1,80}?\?$")
"""What Python guesses of a wrong name, in English: the name is told, and advice says to compare it."""
_STACK = "\\nStack trace:"
"""As the journal writes it; a message may have lines of its own before: those of the SQL that it quotes."""
_REFERER = re.compile(r", referer: \S+$")
_JUST_NOW = 5.0
"""Seconds between a visit and its entry in the journal, at most; the two clocks may be of two time zones."""


def last_error(journal: str, path: str = "") -> str:
    """The last error that stopped a program, as its journal tells it, with its place; '' when it tells none.

    What another page said is none of this one's: PHP's error must be the last entry, an error that the program caught
    must be of now too, and Flask writes the address in front of a traceback. Without a path: what stopped the program
    where it starts.
    """
    last = journal.rfind("\n[") + 1
    logged = _LOGGED.search(journal, last)
    if logged:
        message = told(logged.group().removeprefix("PHP "))
        return message + _caller(journal, last, message)
    caught = _CAUGHT.match(journal, last) if path else None
    if caught:
        age = (time.time() - 60 * int(caught["minute"]) - int(caught["second"])) % 3600
        message = told(_REFERER.sub("", caught["what"].split(_STACK)[0].replace("\\n", " ")))
        return message + _caller(journal, last, message) if age < _JUST_NOW else ""
    mark = f"Exception on {path.split('?')[0]} [" if path else "Exception in worker process"
    start = journal.rfind(mark)
    if start < 0:
        return ""
    block = journal[start : start + 20_000].split("\n[")[0]
    frames = list(_FRAME.finditer(block))
    raised = [line for line in block.split("\n") if line and not line[0].isspace() and _RAISED.match(line)]
    if not raised:
        return ""
    place = f" ({frames[-1]['file']}, ligne {frames[-1]['line']})" if frames else ""
    return cut(_GUESS.sub("", squeeze(raised[-1])), READABLE - len(place)) + place


def crash(status: int, text: str) -> str:
    """How a page shows that its program stopped, in French words that follow the page's name; '' when it did not."""
    if _CRASH.search(text):
        return f"affiche une erreur de {_speaker(text)} : « {leak(text)} »"
    return f"répond par le code {status} : son programme s'arrête sur une erreur" if status >= 500 else ""


def _speaker(text: str) -> str:
    return "Python" if re.search(r"Traceback \(most", text) else "PHP"


def without_notices(text: str) -> str:
    """The text of a page without what PHP prints beside it."""
    return NOTICE.sub(" ", text)


def visible_text(source: str) -> str:
    """HTML without its tags, roughly: enough to look for a message. What nothing closes is looked for once."""
    tagged, end, rest = re.sub(r"(?i)</?b>", "", _without_hidden(source)).rpartition(">")
    return unescape(re.sub(r"<[^>]*>", " ", tagged + end) + rest)


def _without_hidden(source: str) -> str:
    """HTML without the elements that no visitor reads."""
    kept, start, unclosed = list[str](), 0, set[str]()
    for found in _HIDDEN.finditer(source):
        kind = found.group(1).lower()
        if found.start() < start or kind in unclosed:
            continue
        end = re.compile(f"</{kind}>", re.IGNORECASE).search(source, found.end())
        if end is None:
            unclosed.add(kind)
        else:
            kept += [source[start : found.start()], " "]
            start = end.end()
    return "".join(kept) + source[start:]


def first_heading(source: str) -> str:
    """The text of the first h1 of a page, '' without one."""
    lower = source.lower()
    start = lower.find("<h1")
    end = lower.find("</h1", start)
    return visible_text(source[start:end]) if 0 <= start < end else ""


def own_text(text: str, frame: str) -> str:
    """What a page says besides the lines that it shares with another one: its header, its menu, its footer."""
    known = {squeeze(line) for line in frame.splitlines()}
    return squeeze(" ".join(line for line in text.splitlines() if squeeze(line) not in known))


def broken_page(status: int, source: str) -> str:
    """Why an answer is no page, in a French sentence, or ''."""
    text = visible_text(source)
    message = leak(text)
    if status in _NO_PAGE:
        return f"À l'adresse /, le serveur ne trouve pas de page d'accueil (code {status})."
    if status >= 400:
        return f"L'adresse / répond par le code {status}." + (f" On y lit : « {message} »." if message else "")
    if (_CRASH.search(text) or CONNECTION.search(text)) and "<h1" not in source.lower():
        return f"L'adresse / montre un message d'erreur au lieu d'une page : « {message or cut(squeeze(text), 140)} »."
    if not squeeze(text) and "<script" not in source.lower():
        return "L'adresse / répond par une page vide."
    if "<?php" in source:
        return "L'adresse / montre le code PHP au lieu de l'exécuter."
    return ""


ADVICE = (
    (r"Failed to open stream|Failed opening|No module named|TemplateNotFound",
     "Le message nomme un fichier introuvable : est-il dans votre dossier, avec les mêmes majuscules ?"),
    (r"Parse error|SyntaxError|IndentationError",
     "Regardez la ligne indiquée, et celle d'avant : un « ; », une parenthèse ou un guillemet manque souvent."),
    (r"\b1064\b|error in your SQL",
     "La base ne lit pas votre requête comme du SQL : affichez-la entière et regardez juste avant ce qui suit « near ». Un signe y "
     "manque (virgule, parenthèse, apostrophe), ou un texte reçu y est collé."),
    (r"SQLSTATE\[42|Unknown column|doesn't exist|ambiguous",
     "La base a refusé votre requête : essayez-la dans phpMyAdmin ou Adminer, puis comparez les noms à l'énoncé."),
    (EMPTY.pattern,
     "Un champ ou une liste obligatoire est arrivé vide : vérifiez-le sur le serveur, avant l'INSERT, et montrez un message à côté."),
    (REFUSED.pattern,
     "La base refuse une valeur reçue : vérifiez-la sur le serveur, avant d'enregistrer, et montrez un message à côté du champ."),
    (r"SQLSTATE\[\w+\]:",
     "La base est jointe, mais elle refuse une requête : essayez-la dans phpMyAdmin ou Adminer, avec les mêmes valeurs."),
    (_JOINING,
     "Votre site doit lire l'adresse et le compte de la base dans DB_HOST, DB_PORT, DB_NAME, DB_USER et DB_PASSWORD."),
    (r"has no attribute|is not defined|Undefined variable|Call to undefined|undefined (?:variable|function|method)",
     "Cherchez la ligne que nomme le message, et comparez le nom inconnu, lettre par lettre, à celui que vous avez défini."),
    (r".", "Cherchez la ligne que nomme le message, et remontez d'où vient la valeur dont il parle."),
)  # fmt: skip
"""Where to look, by what the message says."""


def advice(status: int, source: str, said: str = "") -> str:
    """Where to look when ``/`` is no page: it depends on what it shows instead, or on what was said of it."""
    text = visible_text(source)
    message = leak(text) or leak(said) or (said if _RAISED.search(said) else "")
    if message:
        return next(words for pattern, words in ADVICE if re.search(pattern, message))
    if status in _NO_PAGE:
        return "Le fichier d'entrée doit être à la racine de votre dossier (ou dans public/) : index.php ou app.py."
    if "<?php" in source:
        return "Le nom du fichier finit-il par .php ? Commence-t-il par <?php, sans rien devant ?"
    return "La page ne dit pas pourquoi : ouvrez-la dans votre navigateur, puis lisez le journal de votre site."


@dataclass(frozen=True)
class Written:
    """A connection that is written in the code, by the first of its lines."""

    path: str
    line: int
    text: str
    repair: tuple[Correction, ...] = ()
    """What to write in a copy for the rest of the site to be seen; nothing where nobody can tell."""
    certain: bool = True
    """Whether the home page surely runs it."""
    constant: bool = False
    """Whether PHP's ``const`` gives one of its values: it takes no call."""
    ready: str = ""
    """The source that already has the environment's address under a name, which nothing of the connection uses."""

    def sentence(self) -> str:
        """What is said of it, with its place."""
        return f"La connexion à la base est écrite en dur dans {self.path}, ligne {self.line}."

    def remedy(self) -> str:
        """What to change, and how."""
        ask = "os.environ.get('DB_HOST', …)" if self.path.endswith(".py") else "getenv('DB_HOST') ?: …"
        return (
            f"{self.path}, ligne {self.line} : « {cut(squeeze(masked(self.text)), 100)} » fixe la connexion. "
            f"Ici, le serveur de base de données n'est pas celui de votre poste : lisez DB_HOST, DB_PORT, DB_NAME, "
            f"DB_USER et DB_PASSWORD dans l'environnement, par exemple {ask}, et gardez vos valeurs comme secours."
            + (" Aucun mot de passe n'est donné à la base : ajoutez aussi DB_PASSWORD." if self.lacks_password else "")
            + (f" {self.ready} les lit déjà : servez-vous de ses noms." if self.ready else "")
            + (" « const » n'accepte pas getenv : appelez-le là où la constante sert." if self.constant else "")
        )

    @property
    def lacks_password(self) -> bool:
        """Whether the connection gives no password at all: a line is to be added, not only changed."""
        place = Role.PASSWORD.place
        return any(not edit.was and place in edit.becomes and edit.becomes != place for edit in self.repair)


_NAMED_HOST = re.compile(
    r"""(?:define\(\s*["']DB_HOST["']\s*,|\bDB_HOST\s*=)[^;\n]{0,40}(?:getenv|_ENV|_SERVER|environ)\b"""
)
"""A name that is given what the environment says."""
_CONSTANT = re.compile(r"""\bconst\s+\w{1,80}\s*=\s*["']?$""")
"""What stands before a value that PHP's ``const`` gives."""


def written_connection(files: Files) -> Written | None:
    """The connection that the sources write instead of asking the environment, if the home page runs what writes it.

    What reaches a connection is looked at first; else the first line that names ``localhost`` or ``root``, in a work
    that never asks for ``DB_HOST``.
    """
    if files.repaired:
        return None
    texts = own_texts(files)
    edits, reached = edits_of(texts.items()), reach(texts)
    run = [edit for edit in edits if edit.path in reached.paths]
    if told := run or ([] if reached.whole else edits):
        first = next((edit for edit in told if edit.becomes == Role.HOST.place), told[0])
        start = texts[first.path].rfind("\n", 0, first.start) + 1
        text = texts[first.path][start : start + 300].split("\n")[0]
        constant = any(_CONSTANT.search(texts[edit.path][max(0, edit.start - 200) : edit.start]) for edit in told)
        ready = next((path for path, text in texts.items() if path != first.path and _NAMED_HOST.search(text)), "")
        return Written(first.path, first.line, text, edits, bool(run), constant, ready)
    if any(_ASKS_HOST.search(text) for text in texts.values()):
        return None
    paths = [path for path in texts if path in reached.paths]
    paths += [] if reached.whole else [path for path in texts if path not in reached.paths]
    for path in paths:
        for number, line in enumerate(texts[path].splitlines(), 1):
            if _FIXED.search(line[:2000]) and not _ASKS.search(line) and not _COMMENT.match(line):
                return Written(path, number, cut(line.strip(), 300), certain=path in reached.paths)
    return None


_WINDOW = re.compile(r"""(?<![\w.$])(?<!->)(?:window\.)?(alert|confirm|prompt)\s*\(\s*(?:(["'`])([^"'`\n]{1,80}))?""")
_WITH_SCRIPTS = (".php", ".inc", ".html", ".htm", ".js", ".mjs", ".jinja", ".j2", ".py")


def window_opened(files: Files, said: str) -> Written | None:
    """Where the sources open the window whose words are in `said`: the one call that holds them, else the only call."""
    if files.repaired:
        return None
    calls = []
    for path in files.paths(*_WITH_SCRIPTS):
        text = files.text(path)
        for found in _WINDOW.finditer(text):
            start = text.rfind("\n", 0, found.start()) + 1
            line = text[start : start + 300].split("\n")[0]
            if not _COMMENT.match(line):
                number = text.count("\n", 0, start) + 1
                call = text[found.start() : found.end(1)]
                mute = (Correction(path, number, found.start(), call, "void"),) if found[1] == "alert" else ()
                calls.append((bool(found[3]) and found[3] in said, Written(path, number, line, mute)))
    best = [written for same, written in calls if same] or [written for _, written in calls]
    return best[0] if len(best) == 1 else None


def explains(message: str) -> bool:
    """Whether a connection that is written in the code may be why a page shows this, or says nothing."""
    return not message or CONNECTION.search(message) is not None
