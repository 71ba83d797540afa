"""Prints the Debian 13 mirrors that this machine uses, one apt line each: ``miroirs.py /etc/apt``.

Only what a new Debian can use as it is: http(s) addresses, Debian's own suites of trixie, ``main``. A machine may
have other sources (local folders, other releases, vendors) that would make ``apt-get update`` fail elsewhere.
Prints nothing when the machine runs another release.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

SUITES = ("trixie", "trixie-updates", "trixie-security")


def mirrors(folder: Path) -> list[str]:
    """Returns the apt lines, each once; none when plain trixie is not among them."""
    sources = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    found: dict[str, None] = {}
    for source in filter(Path.is_file, sources):
        read = {".list": one_line, ".sources": deb822}.get(source.suffix)
        if read:
            found |= dict.fromkeys(read(source.read_text("utf-8", "replace")))
    return list(found) if any(line.endswith(" trixie main") for line in found) else []


def one_line(text: str) -> Iterator[str]:
    """Reads ``deb [options] uri suite component…`` lines."""
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if words[:1] != ["deb"]:
            continue
        if len(words) > 1 and words[1].startswith("["):
            end = next((i for i, word in enumerate(words) if word.endswith("]")), len(words))
            words[1 : end + 1] = []
        yield from usable(words[1:2], words[2:3], words[3:])


def deb822(text: str) -> Iterator[str]:
    """Reads stanzas of ``Types/URIs/Suites/Components`` fields."""
    for stanza in text.split("\n\n"):
        fields: dict[str, list[str]] = {}
        name = ""
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if not line[:1].isspace() and ":" in line:
                name, _sep, line = line.partition(":")
            fields.setdefault(name.lower(), []).extend(line.split())
        if "deb" in fields.get("types", []) and fields.get("enabled", ["yes"]) != ["no"]:
            yield from usable(fields.get("uris", []), fields.get("suites", []), fields.get("components", []))


def usable(uris: list[str], suites: list[str], components: list[str]) -> Iterator[str]:
    """Keeps what any Debian 13 can use."""
    for uri in uris:
        for suite in suites:
            if uri.startswith(("http://", "https://")) and suite in SUITES and "main" in components:
                yield f"deb {uri} {suite} main"


if __name__ == "__main__":
    print("\n".join(mirrors(Path(sys.argv[1]))), end="")
