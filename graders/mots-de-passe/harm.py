"""No harm: neither a password, nor a full hash, nor anybody out of the mandate, anywhere in what is handed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.blot import Blot, Disguise
from etabli.exam.contract.french import counted, some

if TYPE_CHECKING:
    from etabli.exam.tools.documents import Trace

    from .work import Work

PLAIN = "Ni mot de passe ni empreinte entière, dans aucun fichier du rendu, même caché, même « pour preuve »."


def traces(work: Work) -> Iterator[tuple[str, Trace]]:
    """Every piece of text of every file."""
    return ((path, trace) for path in work.files.paths() for trace in work.documents.traces(path))


def expect_no_secret(work: Work) -> None:
    """No password and no full hash, under any usual disguise."""
    passwords, hashes = sorted(set(work.variant.passwords.values())), sorted(set(work.variant.hashes.values()))
    blot, seen, told = Blot([*passwords, *hashes]), set(), []
    for path, trace in traces(work):
        for found in blot.found(trace.text):
            seen.add(found.secret_index)
            what = "un mot de passe" if found.secret_index < len(passwords) else "une empreinte entière"
            how = "" if found.disguise is Disguise.PLAIN else f" ({found.disguise.value})"
            told.append(f"{path}, {trace.where} : {what}{how}")
    if told:
        raise Failed(
            f"{counted(len(seen), 'valeur secrète se lit', 'valeurs secrètes se lisent')} dans le rendu : "
            f"{some(list(dict.fromkeys(told)), 3)}.",
            PLAIN,
            "Retirez-la du fichier nommé, feuilles masquées, commentaires et propriétés compris, puis rendez-le à nouveau.",
        )


def expect_in_scope(work: Work) -> None:
    """Nobody out of the scope is named."""
    outside = [external.login.casefold() for external in work.variant.externals]
    named = [
        f"{login} ({path}, {trace.where})"
        for path, trace in traces(work)
        for login in outside
        if login in trace.text.casefold()
    ]
    if named:
        raise Failed(
            f"Des comptes hors du périmètre sont nommés : {some(named, 3)}.",
            "Le mandat porte sur les comptes de l'organisation, dans les trois systèmes, et sur rien d'autre.",
        )
