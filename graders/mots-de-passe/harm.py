"""No harm: neither a password, nor a full hash, nor anybody out of the mandate, anywhere in what is handed in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from etabli.exam import Cells, Failed, Line
from etabli.exam.contract.blot import Blot, Disguise
from etabli.exam.contract.french import cells, counted, some
from etabli.exam.contract.words import contains_words, fold, without_homoglyphs
from etabli.exam.tools.documents import Trace

from .decoding import decoded
from .pieces import Pieces

if TYPE_CHECKING:
    from .work import Work

PLAIN = "Ni mot de passe ni empreinte, dans aucun fichier du rendu, même caché, même « pour preuve »."
PLAINLY = Disguise.PLAIN.value
A_COPY = 10
"""With more secrets than this, a file is more likely a copy of what was given than a report."""
PIECE = 8
"""Characters in a row from which a piece of a hash is one: 6 may be kept."""
_RUN = re.compile(rf"[A-Za-z0-9./+]{{{PIECE},}}")


_CELL = re.compile(r"cellule ([A-Z]+\d+)")
_ROW = re.compile(r"cellule [A-Z]+(\d+)(.*)")
_PASSWORD = ("un mot de passe", "des mots de passe")
_SPLIT = ("un mot de passe en morceaux", "des mots de passe en morceaux")
_WHOLE = ("une empreinte entière", "des empreintes entières")
_PIECE = ("un morceau d'empreinte", "des morceaux d'empreintes")
INSTEAD = " À la place, dites ce que vous avez vu, sans la valeur : la sorte de l'empreinte, sa longueur, ou l'essai qui a réussi."
"""What a cell may say: an empty one would be no proof."""
UNNAMED = "un nom de fichier ou de dossier"
"""Where a name is what must not be shown."""


def traces(work: Work) -> Iterator[tuple[str, Trace]]:
    """Every name, then every piece of text of every file."""
    for path in work.files.paths():
        yield UNNAMED, Trace("lisible sans rien ouvrir", path)
    yield from ((path, trace) for path in work.files.paths() for trace in work.documents.traces(path))


def expect_no_secret(work: Work) -> None:
    """No password and no piece of a hash, under any usual disguise."""
    passwords, hashes = sorted(set(work.variant.passwords.values())), sorted(set(work.variant.hashes.values()))
    blot, pieces, seen = Blot([*passwords, *hashes]), _pieces(passwords, hashes), set[int]()
    told: dict[tuple[tuple[str, str], str, str], list[tuple[int, str]]] = {}
    files: set[str] = set()
    for path, trace in traces(work):
        found = {one.secret_index: one.disguise.value for one in blot.found(trace.text)}
        for code, text in decoded(trace.text):
            found = dict.fromkeys((one.secret_index for one in blot.found(text)), code) | found
        whole = len(found)
        if not any(index >= len(passwords) for index in found):
            found |= dict.fromkeys(
                (pieces[cut] for cut in _cuts(without_homoglyphs(trace.text)) if cut in pieces), PLAINLY
            )
        for rank, (index, disguise) in enumerate(found.items()):
            if _told_already(path, trace, index in seen):
                continue
            seen.add(index)
            what = _PASSWORD if index < len(passwords) else _WHOLE
            what = what if rank < whole else _PIECE
            how = "" if disguise == PLAINLY else f" ({disguise})"
            told.setdefault((what, how, path), []).append((index, trace.where))
            files.add(path)
    for path, where, index in _given_away(traces(work), passwords):
        if index not in seen:
            seen.add(index)
            told.setdefault((_SPLIT, "", path), []).append((index, where))
            files.add(path)
    if told:
        places = [
            f"{what[len(dict(held)) > 1]}{how} dans {path} ({_places([where for _, where in held])})"
            for (what, how, path), held in told.items()
        ]
        table = any(_CELL.fullmatch(where) for held in told.values() for _, where in held)
        one = len(seen) < 2
        inside = ", feuilles masquées, commentaires et propriétés compris" if any(map(_has_corners, files)) else ""
        invented = (
            " Même inventé, un mot de passe peut être celui d'un compte : n'en donnez aucun, même en exemple."
            if not table and any(what in (_PASSWORD, _SPLIT) for what, _how, _path in told)
            else ""
        )
        changed = (
            " Dans un vrai audit, un mot de passe montré est aussi à changer."
            if any(what in (_PASSWORD, _SPLIT) for what, *_ in told)
            else ""
        )
        whole_copy = " C'est une copie d'un fichier de donnees/ ? Supprimez-la." if len(seen) > A_COPY else ""
        raise Failed(
            f"{counted(len(seen), 'valeur secrète se lit', 'valeurs secrètes se lisent')} dans le rendu : "
            f"{some(places, 3, ' ; ')}.",
            PLAIN,
            f"{'Retirez-la' if one else 'Retirez-les'} {'du fichier nommé' if len(files) < 2 else 'des fichiers nommés'}"
            f"{inside}, puis rendez à nouveau.{whole_copy or (INSTEAD if table else invented)}{changed}",
        )


def _given_away(found: Iterator[tuple[str, Trace]], passwords: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Passwords of which the cells of a row, or another piece of text, give most in pieces: file, place and rank of each."""
    rows: dict[tuple[str, str], list[Trace]] = {}
    for number, (path, trace) in enumerate(found):
        row = _ROW.fullmatch(trace.where)
        if row or not _told_already(path, trace, True):
            rows.setdefault((path, f"{row[1]} {row[2]}" if row else f"-{number}"), []).append(trace)
    pieces = Pieces(passwords)
    for (path, place), parts in rows.items():
        for index in pieces.given(" ; ".join(one.text for one in parts), cell=not place.startswith("-")):
            yield path, max(parts, key=lambda one: pieces.share(one.text, index)).where, index


def _places(where: Sequence[str]) -> str:
    """Places as a sentence names them: cells of one sheet that follow each other by both ends."""
    once = list(dict.fromkeys(where))
    names = [cell[1] for place in once if (cell := _CELL.fullmatch(place))]
    if len(names) < max(2, len(once)):
        return some(once, 3)
    return f"cellules {cells(names, 3)}"


def _has_corners(path: str) -> bool:
    """Whether a file may hold what is not seen when it is opened."""
    return path.lower().endswith((".xlsx", ".ods", ".docx", ".odt", ".pdf"))


def _pieces(passwords: Sequence[str], hashes: Sequence[str]) -> dict[str, int]:
    """Each piece of a hash, by the rank of its secret; the leak list is SHA-1, so a password's own is one too."""
    leaked = [hashlib.sha1(word.encode()).hexdigest() for word in passwords]
    made: dict[str, int] = {}
    for rank, stored in enumerate([*hashes, *leaked], len(passwords)):
        for part in stored.split("$"):
            if len(part) > PIECE and "=" not in part:
                made |= dict.fromkeys(_cuts(part), rank)
    return made


def _cuts(text: str) -> Iterator[str]:
    """All pieces of the long runs of a text; digits of hashes are written in small letters or in capitals."""
    for run in _RUN.findall(text):
        for whole in {run, run.lower()}:
            yield from (whole[at : at + PIECE] for at in range(len(whole) - PIECE + 1))


_COPIES = re.compile(r"(?:rh|resultats)\.(?:csv|ods|xlsx|txt)")
"""Files that were given and hold no secret: nothing else tells a copy of them."""
_TITLES = {"matricule", "absence_jusqu_au", "habilitations"}, {"resultat", "groupe", "remarque"}
"""Titles that tell them under another name (« rh (1).csv »), in a file that is none of the documents asked for."""


def expect_in_scope(work: Work) -> None:
    """Nobody out of the scope is named, and what was given is not handed in."""
    copies = [
        path
        for path in work.files.paths()
        if _COPIES.fullmatch(path.rpartition("/")[2].casefold()) or _is_a_copy(path, work)
    ]
    if copies:
        raise Failed(
            f"{counted(len(copies), 'fichier', 'fichiers')} de donnees/ dans le rendu : {some(copies, 3)}.",
            "Vos documents seulement. Les fichiers remis ne sortent pas de donnees/.",
            "Supprimez cette copie du dossier rendu : vos documents n'en ont pas besoin.",
        )
    outside = {external.login.casefold(): _names(external.holder, work) for external in work.variant.externals}
    named: dict[tuple[str, str], list[Trace]] = {}
    for path, trace in traces(work):
        text = without_homoglyphs(trace.text)
        for login, names in outside.items():
            known = login in text.casefold() or any(contains_words(text, name) for name in names)
            if known and not _told_already(path, trace, (login, path) in named):
                named.setdefault((login, path), []).append(trace)
    if named:
        (_, path), where = next(iter(named.items()))
        logins, places = [login for login, _path in named], {(path, *where) for (_login, path), where in named.items()}
        inside = f"dans le rendu : {some(_each(named), 3, ' ; ')}"
        if len(named) > 1 and len(places) == 1:
            inside = f"dans {path}, {some([one.where for one in where], 2)} : {some(logins)}"
        shown = logins[0] not in without_homoglyphs(where[0].text).casefold()
        by_name = f", par le nom de son titulaire, {outside[logins[0]][0]}" if shown else ""
        raise Failed(
            f"{counted(len(set(logins)), 'compte', 'comptes')} hors du périmètre {inside}{by_name}.",
            "Le mandat porte sur les comptes de l'organisation, dans les trois systèmes, et sur rien d'autre.",
            "Retirez ces lignes ou ces phrases : le mandat dit quels comptes n'entrent dans aucun de vos documents.",
            at=_place(path, where[0].where),
        )


def _is_a_copy(path: str, work: Work) -> bool:
    """Whether a table that nobody asked for has the titles of one that was given."""
    if not path.lower().endswith((".csv", ".txt", ".ods", ".xlsx")) or path in work.answering:
        return False
    texts = {cell.strip() for trace in work.documents.traces(path) for cell in re.split(r"[;,\t]", trace.text)}
    return any(titles <= texts for titles in _TITLES)


def _names(holder: str, work: Work) -> tuple[str, ...]:
    """How a document may name the holder of an account; nothing where somebody of the organisation is called so too."""
    first, _, last = holder.partition(" ")
    same = any(fold(f"{one.prenom} {one.nom}") == fold(holder) for one in work.variant.people)
    return () if same else (holder, f"{last} {first}")


def _each(named: Mapping[tuple[str, str], Sequence[Trace]]) -> list[str]:
    return [f"{login} ({path}, {some([one.where for one in where], 2)})" for (login, path), where in named.items()]


def _told_already(path: str, trace: Trace, seen: bool) -> bool:
    """Whether a line of a CSV only says again what one of its cells has said."""
    return seen and path.lower().endswith(".csv") and trace.where.startswith("ligne ")


def _place(path: str, where: str) -> Line | Cells | None:
    """The place that a trace tells, where it is a line or a cell that can be seen."""
    if path.lower().endswith(".csv"):
        row = re.fullmatch(r"cellule [A-Z]+(\d+)", where)
        return Line(path, int(row[1])) if row else None
    if line := re.fullmatch(r"ligne (\d+)", where):
        return Line(path, int(line[1]))
    cell = re.fullmatch(r"cellule ([A-Z]+\d+) de la feuille « (.+) »", where)
    return Cells(cell[2], cell[1], path=path) if cell else None
