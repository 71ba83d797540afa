"""What a program asks about where it runs and who is there: nobody needs it for what a sheet asks (ADR 56).

A program that is right only when it is examined needs a sign of it: the machine's settings, what else the database
does, a browser's marks. It gives advice for the learner and a line for whoever decides; no verdict depends on it, for
an honest program may ask too, and one that hides its question is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from etabli.exam.contract.transcript import Event
from etabli.reception.sources import cited
from etabli.system.digest import open_regular

ADVICE: Final = "se-demande-ou"
PROGRAMS: Final = frozenset({".php", ".inc", ".phtml", ".py", ".js", ".mjs", ".html", ".htm", ".sql", ".sh", ".twig"})
"""How the names of files end that a learner's programs and pages are in."""
_LIBRARIES: Final = frozenset({"vendor", "node_modules", "site-packages"})
_FILES, _SIZE, _LINE = 300, 64 * 1024, 400
"""Files looked at, bytes of one, signs of a line: what is longer was not written by a learner."""
_SHOWN: Final = 3
_OWN_AFFAIR: Final = "HOST|ORIGIN|REFERER|AUTHORIZATION|X[-_]FORWARDED[-_]PROTO"
"""Headers that honest programs read: where one is, whence a form comes, who signs in, whether the line is HTTPS."""
_ASKED: Final = {
    "la machine": re.compile(
        r"/proc/|/sys/(?:fs|class|devices|kernel)\b|/etc/(?:hosts|hostname|resolv\.conf|os-release)\b|/dev/tty\b"
        r"|\b(?:posix_)?getrlimit\b|\b(?:sys_)?getloadavg\b|\bphp_uname\b|\bgethostname\b|\bdisk_(?:(?:free|total)_space|usage)\b"
        r"|\bposix_(?:getp?pid|times|ttyname)\b|\bpsutil\b|\bplatform\.(?:uname|node|system|release|platform)\b"
        r"|\bos\.(?:uname|getppid|fstat|statvfs|get_terminal_size|ttyname)\b|\.st_[acm]time|\bfile[ac]time\s*\("
    ),
    "la base, sur autre chose que ses tables": re.compile(
        r"\b(?:GLOBAL|SESSION)_STATUS\b|\bSHOW\s+(?:(?:GLOBAL|SESSION|LOCAL)\s+)?STATUS\b|\bPROCESSLIST\b"
        r"|\bCONNECTION_ID\s*\(|\bperformance_schema\b|\b(?:USER|TABLE|CLIENT)_STATISTICS\b|\bINNODB_(?:TRX|METRICS)\b"
        r"|@@(?:global\.)?(?:hostname|server_id|uptime)\b",
        re.IGNORECASE,
    ),
    "le visiteur": re.compile(
        rf"\b(?-i:HTTP_(?!(?:{_OWN_AFFAIR})\b)[A-Z_]+)\b|\bREMOTE_(?:ADDR|PORT|HOST)\b|\bUser-Agent\b"
        r"|\bSec-(?:Fetch-|CH-|Purpose\b)|\b(?:user_agent|remote_addr)\b|\bgetallheaders\b|\bapache_request_headers\b"
        rf"|\brequest\.headers(?:\.get\(|\[)\s?[\"'](?!(?:{_OWN_AFFAIR})\b)[\w-]+"
        r"|\bphp://input\b|\bAccept-CH\b",
        re.IGNORECASE,
    ),
    "le navigateur": re.compile(
        r"\bnavigator\.(?:platform|webdriver|userAgent|plugins|mimeTypes|hardwareConcurrency|deviceMemory|languages?"
        r"|connection|permissions|getBattery|serviceWorker)|\bnew\s+(?:Shared)?Worker\b|\bisTrusted\b"
        r"|\bperformance\.(?:now|memory|getEntries|timing)|\brequestAnimationFrame\b|\.(?:movement|screen|offset)[XY]\b"
        r"|\bdocument\.prerendering\b|\bprerenderingchange\b|\bactivationStart\b"
        r"|\bouter(?:Width|Height)\b|\bspeechSynthesis\b|\bRTCPeerConnection\b|\b(?:client|page)[XY]\b"
        r"|\b(?:on)?(?:mouse|pointer|touch|key)(?:down|up|move|over|out|enter|leave|press|start|end)\b"
    ),
}
_HTACCESS: Final = {
    "le visiteur": re.compile(
        rf"%\{{[^%{{}}]{{0,40}}\bHTTP[_:](?!(?:{_OWN_AFFAIR}|ACCEPT-ENCODING)\}})[\w-]{{1,60}}\}}"
        r"|%\{[^%{}]{0,40}\bREMOTE_(?:ADDR|PORT|HOST)\}"
        rf"|\bSetEnvIf(?:NoCase)?\s+(?!\"?(?:{_OWN_AFFAIR}|Request_\w+|Server_Addr)\b)\S+|\bBrowserMatch(?:NoCase)?\b"
        rf"|\b(?:req(?:_novary)?|http)\s*\(\s*[\"'](?!(?:{_OWN_AFFAIR})\b)[\w-]+",
        re.IGNORECASE,
    )
}
"""The same where the server asks (``.htaccess``)."""


def asking(tree: Path, paths: Sequence[str]) -> list[Event]:
    """Returns the advice event about what the programs of a work ask of their surroundings, if they do.

    Args:
        tree: The work.
        paths: Its files, from there.
    """
    return advice(
        ADVICE,
        list(_places(tree, paths)),
        means=(
            "Ces lignes demandent sur quelle machine, par qui ou par quel navigateur le travail est utilisé. Ce "
            "qui vous est demandé n'en a pas besoin. Aucun point n'est retiré pour cela ; la personne qui corrige "
            "verra ces lignes."
        ),
        look="Enlevez ces lignes, ou dites en commentaire à quoi elles servent.",
    )


def advice(kind: str, found: Sequence[str], *, means: str, look: str) -> list[Event]:
    """Returns the advice event about places of a work, the first ones named; none where there is no place.

    Args:
        kind: Its identifier.
        found: What was seen where, each in a few words.
        means: What that says, and that no point depends on it.
        look: What to do.
    """
    message = " ; ".join(found[:_SHOWN]) + (f" ; et {len(found) - _SHOWN} de plus" if len(found) > _SHOWN else "")
    told: Event = {"kind": "advice", "check": None, "advice": kind, "message": message, "means": means, "look": look}
    return [told] if found else []


def _places(tree: Path, paths: Sequence[str]) -> Iterator[str]:
    own = [
        one for one in map(PurePosixPath, paths) if not _LIBRARIES.intersection(one.parts) and ".min." not in one.name
    ]
    for path in [one for one in own if one.suffix.lower() in PROGRAMS or one.name == ".htaccess"][:_FILES]:
        with open_regular(tree / path) as file:
            text = file.read(_SIZE + 1).decode("utf-8", "replace")
        if len(text) > _SIZE:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            known = _HTACCESS if path.name == ".htaccess" else _ASKED
            for whom, pattern in known.items() if len(line) <= _LINE else ():
                if asked := pattern.search(line):
                    yield f"« {cited(str(path))} », ligne {number}, interroge {whom} ({asked[0].strip()})"
                    break
