"""What is true of the reader's computer once the sheet was followed, from what was found there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from fnmatch import fnmatchcase
from typing import Any

from etabli.exam.contract.draw import Draw

from .shape import Variant

Found = Mapping[str, Any]


def tried(variant: Variant, draw: Draw) -> dict[str, Any]:
    """What is tried besides, that no sheet can know: messages; and what to look for."""
    values = variant.values
    if variant.family != "courrier":
        return dict(values)
    people, words = ("martin", "leroy", "petit", "moreau"), ("réunion", "planning", "salle", "merci", "rappel")
    person = f"{draw.one(people)}{draw.below(90) + 10}@{draw.one(('voisin', 'quartier', 'mairie'))}.example"
    subject = f"{draw.one(words)} {draw.below(900) + 100}"
    keyword = values["keyword"]
    messages = [
        (person, f"{keyword} n° {draw.below(900) + 100}"),
        (person, f"Re: {subject}, votre {keyword.lower()}"),
        (f"{draw.one(people)}@{values['domain']}", subject),
        (person, subject),
        (f"{values['domain']}@piege.example", subject),
    ]
    return {"messages": [_message(who, what, draw) for who, what in messages]}


def _message(who: str, what: str, draw: Draw) -> str:
    """A message as a server keeps it: RFC 5322, with the trace of its way."""
    year, month, day, hour = (draw.between(*ends) for ends in ((2026, 2028), (1, 12), (1, 28), (7, 18)))
    when = format_datetime(datetime(year, month, day, hour, draw.below(60), draw.below(60), tzinfo=UTC))
    number, domain = draw.between(10**8, 10**9 - 1), who.partition("@")[2]
    headers = (
        f"Return-Path: <{who}>", "Delivered-To: nous@ici.example",
        f"Received: from courrier.{domain} (courrier.{domain} [192.0.2.{draw.between(2, 250)}])\n"
        f"\tby courrier.ici.example with ESMTPS id {number:x}; {when}",
        f"Date: {when}", f"From: {who}", "To: nous@ici.example", f"Message-ID: <{number}@{domain}>", f"Subject: {what}",
        "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
    )  # fmt: skip
    lines = (
        "Bonjour,",
        "Merci de votre réponse.",
        "Je repasse demain.",
        "Voici ce dont nous avons parlé.",
        "À bientôt.",
    )
    body = "\n".join(draw.one(lines) for _line in range(draw.one((3, 9, 80, 300))))
    return "\n".join(headers) + f"\n\n{body}\n"


def facts(variant: Variant, found: Found) -> Mapping[str, bool]:
    """Whether each aim of the document is reached."""
    return _FACTS[variant.family](variant, found)


def _mail(variant: Variant, found: Found) -> dict[str, bool]:
    values, home = variant.values, dict(variant.home)
    former = home["~/.dovecot.sieve"].replace("\\n", "\n").strip()
    folders = [_folder(one) for one in found["tried"]]
    own, letters = values["folder"], values["letters"]
    return {
        "former": any(text.strip() == former for text in found["files"].values()),
        "active": bool(found["compiled"]) and found["active"].strip() != former,
        "first": folders[:2] == [own, own],
        "flag": all("\\flagged" in one.lower() for one in found["tried"][:2]),
        "second": folders[2] == letters,
        "others": folders[3:] == ["INBOX", "INBOX"],
    }


def _folder(told: str) -> str:
    """Where a message goes, by what `sieve-test` says; nothing when it goes nowhere."""
    stored = re.search(r"store message in folder: (.+)", told)
    return stored[1].strip() if stored else ""


def _backup(variant: Variant, found: Found) -> dict[str, bool]:
    values = variant.values
    names, paths = found["archives"], found["paths"]
    wanted = [path.removeprefix("~/") for path, _ in variant.home if path.startswith(f"~/{values['source']}/")]
    kept = [path for path in wanted if not path.endswith(".tmp")]
    return {
        "encrypted": str(found["mode"]).startswith("repokey"),
        "archived": any(name.startswith(f"{values['prefix']}-") for name in names),
        "whole": bool(paths) and all(any(one.endswith(path) for one in paths) for path in kept),
        "clean": bool(paths) and not any(path.endswith(".tmp") for path in paths),
        "pruned": bool(found["pruned"])
        and all(
            one["in"] in (values["repository"], "poste")
            and one["rules"] == {rule: int(values[rule]) for rule in ("daily", "weekly")}
            and any(fnmatchcase(name, one["of"]) for name in names if name.startswith(values["prefix"]))
            for one in found["pruned"]
        ),
    }


def _site(variant: Variant, found: Found) -> dict[str, bool]:
    values, pages = variant.values, found["pages"]
    wanted = ["index.html", f"{values['page_a']}.html", f"{values['page_b']}.html"]
    former = [
        text for path, text in variant.home if path.startswith(f"~/{values['public']}/") and path.endswith(".html")
    ]
    first = pages.get("index.html", "")
    links = re.findall(r'href="(?:\./)?([\w-]+\.html)"', first)
    menu = [name for name in dict.fromkeys(links) if name in wanted]
    return {
        "kept": all(any(page == text.strip() for text in found["kept"]) for page in former),
        "built": all("mkdocs" in pages.get(name, "").lower() for name in wanted),
        "title": bool(re.search(rf"<title>[^<]*{re.escape(values['name'])}", first)),
        "menu": menu == wanted or (menu == wanted[1:] and "index.html" in pages and values["title_a"] in first),
    }


def _share(variant: Variant, found: Found) -> dict[str, bool]:
    values = variant.values
    lists = {}
    for told in re.split(r"\n\s*\n", found["lists"].strip()):
        lines = told.splitlines()
        name = next((line.partition(": ")[2] for line in lines if line.startswith("# file:")), "")
        lists[name] = [line.partition("\t")[0].strip() for line in lines if not line.startswith("#")]
    new = {name: told for name, told in lists.items() if "-neuf" in name}
    names = [path.rpartition("/")[2] for path, _ in variant.home if path.startswith(f"~/partage/{values['folder']}/")]
    old = {name: told for name, told in lists.items() if "-neuf" not in name and not name.endswith("essai.txt")}

    def has(told: Mapping[str, Sequence[str]], group: str, rights: str) -> bool:
        """Whether a group has exactly these rights on files, and on folders may pass besides."""
        return bool(told) and all(
            given[:2] == rights and (name not in found["folders"] or given[2:] == "x")
            for name, lines in told.items()
            for given in [_right(lines, f"group:{group}:")]
        )

    known = [f"group:{values[one]}:" for one in ("former", "writers", "readers")]
    strangers = [
        line
        for told in lists.values()
        for line in told
        if re.match(r"(?:user|group):[^:]+:", line) and not line.startswith(tuple(known)) and "---" not in line
    ]
    return {
        "record": any(
            f"group:{values['former']}:rw" in text and all(f"{name}\n" in text for name in names)
            for text in found["records"]
        ),
        "former": bool(old)
        and not any(f"group:{values['former']}:" in line for told in lists.values() for line in told),
        "writers": has(old, values["writers"], "rw"),
        "readers": has(old, values["readers"], "r-"),
        "others": bool(old) and all("other::---" in told for told in old.values()) and not strangers,
        "documents": not found["programs"]
        and all(any(one.endswith(f"/{name}") for one in old) for name in filter(None, names))
        and all(
            found["texts"].get(path.rpartition("/")[2], "").strip() == text.replace("\\n", "\n").strip()
            for path, text in variant.home
            if path.startswith(f"~/partage/{values['folder']}/") and not path.endswith("/")
        ),
        "later": has(new, values["writers"], "rw")
        and has(new, values["readers"], "r-")
        and all("other::---" in told for told in new.values()),
    }


def _right(told: Sequence[str], entry: str) -> str:
    """What an entry gives, under the mask."""
    given = next((line.removeprefix(entry) for line in told if line.startswith(entry)), "---")
    mask = next((line.removeprefix("mask::") for line in told if line.startswith("mask::")), "rwx")
    return "".join(right if right == limit else "-" for right, limit in zip(given, mask, strict=False))


_FACTS: Mapping[str, Callable[[Variant, Found], dict[str, bool]]] = {
    "courrier": _mail,
    "sauvegarde": _backup,
    "site": _site,
    "partage": _share,
}
