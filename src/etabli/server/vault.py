"""A vault: where backups are, encrypted, each adding only what is new (restic, in the room's image)."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from etabli.exam.contract.errors import SandboxFailure, SandboxUnavailable, UsageProblem
from etabli.sandbox import images
from etabli.system.disk import disk_full, why

NAME: Final = "sauvegarde-etabli"
"""Of the folder, below the one that was chosen."""
ROOM: Final = "/salle"
STATE: Final = "/etat"
"""Where the container sees the room's folder, and what was made ready of what cannot be copied as it is."""
_VAULT = "/coffre"
_PHRASE = "/phrase"
_INCOMPLETE, _NO_VAULT, _HELD, _WRONG_PHRASE = 3, 10, 11, 12
"""Exit codes of restic."""

Tell = Callable[[float], None]
"""Takes which part of the work is done, from 0 to 1."""


@dataclass(frozen=True)
class Copy:
    """One backup, as the vault knows it."""

    id: str
    at: datetime

    @classmethod
    def read(cls, told: dict[str, Any]) -> Copy:
        """Reads what restic says of a snapshot."""
        return cls(told["short_id"], datetime.fromisoformat(told["time"]))


@dataclass(frozen=True)
class Saved:
    """A backup that was just made."""

    id: str
    files: int
    size: int
    """Of all that it holds, in bytes."""
    added: int
    """What the vault grew by."""


@dataclass(frozen=True)
class Mount:
    """A folder that the container sees."""

    source: Path
    target: str
    read_only: bool = True

    def words(self) -> list[str]:
        """Writes it as the engine reads it: as a line of CSV."""
        parts = ["type=bind", f"source={self.source}", f"target={self.target}"]
        parts += ["readonly"] if self.read_only else []
        return ["--mount", ",".join('"' + part.replace('"', '""') + '"' for part in parts)]


@dataclass(frozen=True)
class Vault:
    """The backups below a folder.

    Args:
        chosen: The folder that the user named.
        phrase: The file with the phrase that opens them.
    """

    chosen: Path
    phrase: Path

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.chosen / NAME

    @property
    def exists(self) -> bool:
        """Whether there is one already."""
        return (self.folder / "config").is_file()

    def make(self) -> None:
        """Makes an empty vault.

        Raises:
            UsageProblem: Its folder cannot be written, or is something else.
            SandboxError: The engine cannot, or the disk is full.
        """
        try:
            self.folder.mkdir(exist_ok=True)
            other = any(self.folder.iterdir())
        except OSError as error:
            raise UsageProblem(
                f"« {self.chosen} » ne peut pas être écrit ({why(error)}) : vérifiez que la clé n'est pas protégée "
                "ou pleine, ou choisissez un autre dossier."
            ) from error
        if other:
            raise UsageProblem(
                f"« {self.folder} » n'est pas une sauvegarde d'Établi : renommez ce dossier, ou choisissez-en un autre."
            )
        self._do(["init"])

    def save(self, mounts: Sequence[Mount], paths: Sequence[str], without: Sequence[str], tell: Tell) -> Saved:
        """Adds a backup of paths, as the container sees them.

        Raises:
            UsageProblem: The phrase is not the one, or somebody else uses the vault.
            SandboxError: The disk is full, or a file could not be read.
        """
        words = ["backup", "--host=etabli", "--tag=salle", *(f"--exclude={path}" for path in without), *paths]
        summary: dict[str, Any] = {}
        for told in self._follow(words, mounts):
            if told.get("message_type") == "status":
                tell(float(told.get("percent_done", 0)))
            elif told.get("message_type") == "summary":
                summary = told
        if not summary:
            raise SandboxFailure("La sauvegarde n'a rien dit à sa fin : relancez-la.")
        return Saved(
            str(summary["snapshot_id"])[:8],
            int(summary["total_files_processed"]),
            int(summary["total_bytes_processed"]),
            int(summary.get("data_added_packed", summary["data_added"])),
        )

    def thin_out(self, days: int, weeks: int, months: int) -> None:
        """Forgets the backups that are no longer wanted, and what only they held."""
        kept = [f"--keep-daily={days}", f"--keep-weekly={weeks}", f"--keep-monthly={months}"]
        self._do(["forget", "--group-by=", "--tag=salle", *(one for one in kept if not one.endswith("=0")), "--prune"])

    def copies(self) -> list[Copy]:
        """Returns the backups, oldest first."""
        told = json.loads(self._do(["snapshots", "--tag=salle"]))
        return sorted((Copy.read(one) for one in told), key=lambda copy: copy.at)

    def restore(self, copy: str, mounts: Sequence[Mount], tell: Tell) -> None:
        """Writes what a backup holds where the mounts say.

        Raises:
            SandboxError: The disk is full, or the vault is damaged.
        """
        for told in self._follow(["restore", copy, "--target=/"], mounts):
            if told.get("message_type") == "status":
                tell(float(told.get("percent_done", 0)))

    def _do(self, words: Sequence[str]) -> str:
        """Runs restic and returns what it printed."""
        done = subprocess.run(self._argv(words, ()), capture_output=True, check=False)
        if done.returncode != 0:
            raise self._error(done.returncode, done.stderr.decode("utf-8", "replace"))
        return done.stdout.decode("utf-8", "replace")

    def _follow(self, words: Sequence[str], mounts: Sequence[Mount]) -> Iterator[dict[str, Any]]:
        """Runs restic, giving what it says while it works."""
        with tempfile.TemporaryFile() as errors:
            with subprocess.Popen(self._argv(words, mounts), stdout=subprocess.PIPE, stderr=errors) as running:
                assert running.stdout is not None
                try:
                    for line in running.stdout:
                        if line.startswith(b"{"):
                            yield json.loads(line)
                except BaseException:  # or it would go on without what is about to be cleared away
                    running.terminate()
                    running.wait()
                    raise
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace")
        vanished = running.returncode == _INCOMPLETE and _only_vanished(said)
        if running.returncode != 0 and not vanished:
            raise self._error(running.returncode, said)

    def _argv(self, words: Sequence[str], mounts: Sequence[Mount]) -> list[str]:
        seen = [Mount(self.folder, _VAULT, read_only=False), Mount(self.phrase, _PHRASE), *mounts]
        return [
            *container(),
            *(word for mount in seen for word in mount.words()),
            *("--env", f"RESTIC_REPOSITORY={_VAULT}", "--env", f"RESTIC_PASSWORD_FILE={_PHRASE}"),
            *(images.tag("salle"), "restic", "--json", "--no-cache", "--retry-lock=2m", *words),
        ]

    def _error(self, code: int, said: str) -> Exception:
        """Returns the sentence for what restic ended with."""
        low = said.lower()
        if "no space left on device" in low or "disk quota exceeded" in low:
            return disk_full(self.chosen)
        if code == _WRONG_PHRASE or "wrong password" in low:
            return UsageProblem(
                f"La phrase n'ouvre pas la sauvegarde de « {self.chosen} » : donnez celle qui a été notée la première "
                "fois, dans un fichier, avec « --phrase-fichier »."
            )
        if code == _NO_VAULT:
            return UsageProblem(f"« {self.folder} » n'est pas une sauvegarde d'Établi : vérifiez le dossier.")
        if code == _HELD:
            return UsageProblem(
                "Une autre sauvegarde se fait au même endroit, ou vient d'être coupée : réessayez dans une demi-heure."
            )
        if "cannot connect to the docker daemon" in low:
            return SandboxUnavailable()
        last = _last_words(said)
        if "read-only file system" in low or "permission denied" in low:
            return UsageProblem(
                f"« {self.chosen} » ne peut pas être écrit ({last}) : vérifiez que la clé n'est pas protégée."
            )
        if "input/output error" in low:
            return SandboxFailure(f"Le disque de « {self.chosen} » ne répond pas bien ({last}) : prenez-en un autre.")
        return SandboxFailure(f"La sauvegarde n'a pas abouti ({last}) : relancez-la.")


def container() -> list[str]:
    """Returns the beginning of a command in the room's image, as root, with nothing but what it is shown."""
    return [
        *("docker", "run", "--rm", "--network=none", "--read-only", "--hostname=etabli", "--tmpfs=/tmp"),
        *("--cap-drop=ALL", "--cap-add=CHOWN", "--cap-add=DAC_OVERRIDE", "--cap-add=FOWNER", "--cap-add=FSETID"),
        *("--security-opt=no-new-privileges", "--log-driver=none", f"--env=ETABLI_SALLE={ROOM}"),
    ]


def _only_vanished(said: str) -> bool:
    """Tells whether all that could not be read was removed by its owner meanwhile."""
    errors = [line for line in said.splitlines() if '"message_type":"error"' in line]
    return bool(errors) and all("no such file or directory" in line and STATE not in line for line in errors)


def _last_words(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = (lines or ["?"])[-1]
    if last.startswith("{"):
        told = json.loads(last)
        last = str(told.get("message") or (told.get("error") or {}).get("message") or last)
    return last.splitlines()[0][:300] if last else "?"
