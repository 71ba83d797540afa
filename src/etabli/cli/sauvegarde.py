"""``etabli salle sauvegarde`` and ``restaurer``: a room kept elsewhere, and put back."""

from __future__ import annotations

import getpass
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Self

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from etabli.cli.labs import AsJson
from etabli.cli.screen import aside, escape, guarded, print_json, say, tell
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count
from etabli.server.backup import (
    PHRASE,
    Backup,
    back_up,
    destination,
    last_backup,
    must_be_root,
    on_same_disk,
    present,
    read_phrase,
)
from etabli.server.restoring import Restored, choose, restore, when
from etabli.server.services import Room, folder_of
from etabli.server.vault import Copy, Tell, Vault

Folder = Annotated[
    Path | None,
    typer.Option(
        "--dossier",
        help="Dossier de la salle (par défaut : celle qui a été ouverte la dernière ; pour root, d'abord /srv/etabli).",
    ),
]
"""Which room a command is about."""
PhraseFile = Annotated[
    Path | None,
    typer.Option("--phrase-fichier", help="Fichier qui contient la phrase, et elle seule."),
]


@guarded
def sauvegarde(
    dest: Annotated[
        Path | None,
        typer.Argument(metavar="[DEST]", help="Dossier d'un autre disque (par défaut : celui de salle.yaml)."),
    ] = None,
    dossier: Folder = None,
    phrase_file: PhraseFile = None,
    anew: Annotated[
        bool, typer.Option("--neuve", help="Commence une autre sauvegarde là où il y en avait une.")
    ] = False,
    listed: Annotated[
        bool, typer.Option("--liste", help="Montre les copies gardées, et ne fait rien d'autre.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Copie toute la salle, chiffrée, sur un autre disque. La salle reste ouverte.

    Seul ce qui a changé est ajouté. La première fois, une phrase est faite : sans elle, personne ne rouvre la copie.

    Exemples :

    [bold]etabli salle sauvegarde /media/cle[/]

    [bold]etabli salle sauvegarde[/]  (vers le dossier noté dans salle.yaml)

    [bold]etabli salle sauvegarde /media/cle --liste[/]

    Codes de sortie : 0 la copie est faite ; 2 le disque ou la phrase ne va pas ; 3 cette machine ne peut pas, ou un
    disque est plein ; 130 interrompu.
    """
    room = Room.at(folder_of(dossier))
    must_be_root(room.folder, "etabli salle sauvegarde")
    last = (last_backup(room.folder) or {}).get("to") if listed else None
    chosen = destination(room, dest or (Path(last) if last and not room.settings.sauvegarde else None))
    if listed:
        with _phrase(phrase_file or _kept(room)) as phrase:
            _show_copies(room, Vault(chosen, phrase), as_json)
        return
    with Shown() as steps:
        done = back_up(room, chosen, steps, phrase_file=phrase_file, anew=anew)
    if as_json:
        print_json(_facts(done))
    else:
        _show(room, done)


@guarded
def restaurer(
    dest: Annotated[Path, typer.Argument(metavar="DEST", help="Dossier où « sauvegarde » a écrit.")],
    dossier: Annotated[
        Path | None,
        typer.Option("--dossier", help="Où remettre la salle (par défaut : /srv/etabli pour root)."),
    ] = None,
    phrase_file: PhraseFile = None,
    copy: Annotated[str | None, typer.Option("--copie", help="Quelle copie (par défaut : la dernière).")] = None,
    as_json: AsJson = False,
) -> None:
    """Remet une salle depuis sa sauvegarde, sur cette machine ou une autre.

    Exemples :

    [bold]etabli salle restaurer /media/cle[/]

    [bold]etabli salle restaurer /media/cle --dossier /srv/etabli --phrase-fichier phrase.txt[/]

    Codes de sortie : 0 la salle est remise ; 2 le dossier ou la phrase ne va pas ; 3 cette machine ne peut pas.
    """
    folder = folder_of(dossier)
    must_be_root(folder, f"etabli salle restaurer {dest}")
    chosen = present(dest)
    with _phrase(phrase_file) as phrase, Shown() as steps:
        vault = Vault(chosen, phrase)
        done = restore(vault, choose(vault, copy), folder, steps)
    if as_json:
        print_json(
            {
                "folder": str(done.room.folder),
                "copy": done.copy.id,
                "at": done.copy.at.isoformat(),
                "learners": done.learners,
                "workspaces": done.spaces,
                "databases": done.databases,
                "aside": [str(path) for path in done.aside],
            }
        )
    else:
        _show_restored(done)


class Shown:
    """Shows the steps of a backup on standard error: a bar on a terminal, a line each elsewhere."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=aside, disable=not aside.is_terminal)
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done()
        self._bar.stop()

    def begin(self, what: str) -> Tell:
        """Takes the name of a step; returns who is told how far it is."""
        self._done()
        if not aside.is_terminal:
            aside.print(f"… {escape(what)}", highlight=False)
        task = self._task = self._bar.add_task(what, total=1.0)
        return lambda part: self._bar.update(task, completed=part)

    def keep(self, phrase: str) -> None:
        """Shows the phrase that was just made."""
        for line in (
            "Notez cette phrase sur papier, loin de la machine et de la copie :",
            f"    {phrase}",
            "Elle n'est montrée qu'une fois. Sans elle, personne ne peut rouvrir la sauvegarde, pas même vous.",
        ):
            aside.print(escape(line), highlight=False, soft_wrap=True)

    def _done(self) -> None:
        if self._task is not None:
            self._bar.update(self._task, completed=1.0)


@contextmanager
def _phrase(given: Path | None) -> Iterator[Path]:
    """Gives the phrase's file, for root alone: what the given one says, or what is typed."""
    told = read_phrase(given) if given else _typed()
    with tempfile.TemporaryDirectory(prefix="etabli-") as folder:
        path = Path(folder) / PHRASE
        path.touch(mode=0o600)
        path.write_text(told + "\n", "utf-8")
        yield path


def _typed() -> str:
    if not sys.stdin.isatty():
        raise UsageProblem("Il manque la phrase de la sauvegarde : donnez-la dans un fichier, « --phrase-fichier ».")
    return getpass.getpass("Phrase de la sauvegarde : ").strip()


def _kept(room: Room) -> Path | None:
    path = room.place.home / PHRASE
    return path if path.is_file() else None


def _show_copies(room: Room, vault: Vault, as_json: bool) -> None:
    choose(vault, None)
    copies = vault.copies()
    if as_json:
        print_json([{"copy": copy.id, "at": copy.at.isoformat()} for copy in copies])
        return
    for copy in copies:
        say(f"{copy.id}   {when(copy, room):%d/%m/%Y %H:%M}")


def _facts(done: Backup) -> dict[str, Any]:
    return {
        "at": done.at.isoformat(),
        "to": str(done.to),
        "copy": done.saved.id,
        "files": done.saved.files,
        "bytes": done.saved.size,
        "added_bytes": done.saved.added,
        "databases": done.databases,
        "copies": len(done.copies),
        "seconds": round(done.seconds, 1),
    }


def _show(room: Room, done: Backup) -> None:
    saved = done.saved
    say(
        f"Sauvegardé dans « {done.to} » en {done.seconds:.0f} s : {count(saved.files, '{n} fichier', '{n} fichiers')}, "
        f"{_size(saved.size)}, dont {_size(saved.added)} de nouveau."
    )
    say(f"{count(len(done.copies), '{n} copie', '{n} copies')}, la plus ancienne du {_day(done.copies[0], room)}.")
    if on_same_disk(done.to, room.folder):
        tell(f"« {done.to} » est sur le disque de la salle : s'il casse, tout est perdu. Donnez un autre disque.")


def _show_restored(done: Restored) -> None:
    room = done.room
    say(
        "La salle du {at} est remise dans « {folder} » : {learners}, {spaces}, {databases}.".format(
            at=f"{when(done.copy, room):%d/%m/%Y à %H:%M}",
            folder=room.folder,
            learners=count(done.learners, "{n} compte d'élève", "{n} comptes d'élèves"),
            spaces=count(done.spaces, "{n} espace", "{n} espaces"),
            databases=count(done.databases, "{n} base", "{n} bases"),
        )
    )
    say(
        "À savoir : tout le monde se reconnecte ; un code ou une personne changés depuis cette copie sont revenus. "
        "Redonnez les codes volés, et relancez les purges faites depuis."
    )
    for path in done.aside:
        tell(f"Déposé pendant la sauvegarde, sans ligne dans la base : {path}. Demandez à l'élève de redéposer.")
    say(f"Ensuite : etabli salle start --dossier {room.folder}")


def _day(copy: Copy, room: Room) -> str:
    return f"{when(copy, room):%d/%m/%Y}"


def _size(number: int) -> str:
    return f"{number / 1e9:.1f} Go".replace(".", ",") if number >= 1e9 else f"{number / 1e6:.1f} Mo".replace(".", ",")
