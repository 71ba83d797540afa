"""A worker's examiner on Docker: warm from one exam to the next, fresh after one that went wrong.

It stands in the room that it examines and in no other. What was handed in there is given to it as a copy that its
account alone can enter: nothing of this machine's disk is mounted, no path of it is told. After each exam, what it left
is taken away; an examiner that cannot be emptied is replaced.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from docker.errors import APIError, NotFound
from docker.models.containers import Container

from etabli.exam.contract.errors import ExamTimeout, SandboxFailure
from etabli.sandbox.base import MAX_CHANNEL, MAX_NOISE, ExamCrashed, ExamEnd, Room
from etabli.sandbox.docker_engine import Engine, last_line, remove
from etabli.sandbox.docker_errors import translated
from etabli.sandbox.docker_streams import STDOUT, Conversation, Expired, Tail

_ACCOUNT = "examiner"
_MEMORY = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=268435456"
"""An exam keeps the memory that it has had: verifying one hash after the other asks for as much each time."""
_ENVIRONMENT = {"HOME": "/tmp", "GLIBC_TUNABLES": _MEMORY}
_NOT_RUN = (126, 127)
_UNPACK = (
    *("sh", "-c"),
    "for one in /proc/[0-9]*; do "
    '[ "${one#/proc/}" = $$ ] || [ "${one#/proc/}" = $PPID ] || kill -9 "${one#/proc/}"; '
    "done 2>/dev/null; rm -rf /etabli/pack && exec tar -x -C /etabli",
)
"""Before a pack is unpacked, all that runs under the account goes, with the former pack."""
_LIFE = 100
"""Exams after which a container is replaced: whatever grows in it does not grow for long."""
_EXAM = (
    *("sh", "-c"),
    "emptied() { rm -rf /rendus/* && find /tmp /dev/shm -mindepth 1 -maxdepth 1 -user examiner -exec rm -rf {} +; }; "
    'emptied; head -c "$1" | tar -x -C /rendus || exit 126; shift; "$@"; code=$?; emptied; exit "$code"',
    "examen",
)
"""Given the size of a tar that comes before the input, then a command: the copy stays as long as the command runs."""
_SWEEP = ("menage",)
_SWEEP_S = 30.0


@dataclass(frozen=True)
class Standing:
    """A container that waits for an exam, as it may be told to another process."""

    container: str
    room: str
    pack: str
    """Its SHA-256."""
    exams: int
    """How many it has had."""


class Examiner:
    """Runs exams, one at a time.

    Args:
        engine: The engine.
        make: Creates the container in a room; called again whenever a fresh one is needed.
        move: Takes the container from a room to another.
        pack: The tar that each container is given.
        ahead: Run in it then; nobody waits for it.
        slots: Host folder with one sub-folder per room: what was handed in there.
    """

    def __init__(
        self,
        engine: Engine,
        make: Callable[[Room], Container],
        move: Callable[[Container, Room, Room], None],
        pack: bytes,
        ahead: Sequence[str],
        slots: Path,
    ) -> None:
        self.last_exam: ExamEnd | None = None
        self._engine = engine
        self._make = make
        self._move = move
        self._pack = pack
        self._ahead = ahead
        self._exams = 0
        self._slots = slots
        self._room = Room.A
        self._until = 0.0
        self._line: Conversation | None = None
        self._container: Container | None = None
        self._busy: Container | None = None

    @property
    def container(self) -> Container | None:
        """The container, if there is one."""
        return self._container

    def ready(self, room: Room) -> Container:
        """Returns a container that runs in a room; a fresh one when the last exam took it down.

        Raises:
            SandboxFailure: The container does not start or does not take the pack.
        """
        if self._container is not None:
            if self._exams < _LIFE and _running(self._container):
                return self._moved(self._container, room)
            remove(self._container)
            self._container = None
        container = self._make(room)
        try:
            self._furnish(container)
        except BaseException:
            remove(container)
            raise
        self._container, self._room, self._exams = container, room, 0
        return container

    def standing(self) -> Standing | None:
        """Returns the container for somebody else to take; None when there is none that an exam has left empty."""
        if self._container is None or self._busy is not None:
            return None
        pack = hashlib.sha256(self._pack).hexdigest()
        return Standing(str(self._container.id), self._room.value, pack, self._exams)

    def take(self, standing: Standing) -> None:
        """Takes a container that waits, and gives it our pack where it has another one.

        Raises:
            SandboxFailure: It does not take it.
            NotFound: It is gone.
        """
        container = self._engine.client.containers.get(standing.container)
        if _running(container) and standing.pack != hashlib.sha256(self._pack).hexdigest():
            self._unpack(container)
        self._container, self._room, self._exams = container, Room(standing.room), standing.exams

    def _moved(self, container: Container, room: Room) -> Container:
        if room is not self._room:
            try:
                self._move(container, self._room, room)
            except BaseException:  # nobody knows where it stands
                self._discard(container)
                raise
            self._room = room
        return container

    def _furnish(self, container: Container) -> None:
        container.start()
        self._unpack(container)

    def _unpack(self, container: Container) -> None:
        unpacked = self._engine.run(container, _UNPACK, user=_ACCOUNT, stdin=self._pack, timeout=60)
        if unpacked.exit_code:
            raise SandboxFailure(
                "L'examinateur n'a pas reçu ses points de vérification "
                f"({last_line(unpacked.stderr + unpacked.stdout)}) : relancez la vérification."
            )
        if self._ahead:
            self._engine.launch(container, self._ahead, user=_ACCOUNT, environment=_ENVIRONMENT)

    def exam(
        self, room: Room, argv: Sequence[str], request: bytes, *, deadline: float, answering: bool
    ) -> Generator[bytes, None, None]:
        """Runs an exam and yields what it writes on its channel as it comes."""
        if self._busy is not None:
            # Whoever read the last exam went away without closing it.
            self._discard(self._busy)
        self.last_exam = None
        with translated("préparer l'examinateur"):
            container = self._busy = self.ready(room)
            self._exams += 1
            tree = _packed(self._slots / room)
        noise = Tail(MAX_NOISE)
        code: int | None = None
        try:
            with translated("examiner un rendu"):
                self._until = time.monotonic() + deadline
                whole = (*_EXAM, str(len(tree)), *argv)
                code = yield from self._channel(container, whole, tree + request, noise, answering=answering)
        except Expired:
            raise ExamTimeout from None
        finally:
            self.last_exam = ExamEnd(code, bytes(noise))
            self._line = None
            if code is None or not self._emptied(container):
                self._discard(container)
            elif self._busy is container:
                self._busy = None
        if code in _NOT_RUN:
            raise ExamCrashed(
                f"L'examinateur n'a pas pu être lancé ({last_line(bytes(noise))}) : lancez « make setup »."
            )

    def answer(self, data: bytes) -> None:
        """Sends more to the standard input of the exam that runs.

        Raises:
            ExamCrashed: None runs that could take it.
            ExamTimeout: It did not take it in time.
        """
        if self._line is None:
            raise ExamCrashed
        try:
            with translated("répondre à l'examinateur"):
                self._line.add(data, until=self._until)
        except Expired:
            raise ExamTimeout from None

    def _channel(
        self, container: Container, argv: Sequence[str], given: bytes, noise: Tail, *, answering: bool
    ) -> Generator[bytes, None, int]:
        """Yields the channel, keeps the end of the noise, returns the exit code."""
        identifier, pieces = self._engine.converse(
            container,
            argv,
            user=_ACCOUNT,
            environment=_ENVIRONMENT,
            stdin=given,
            until=self._until,
            opened=self._listen if answering else None,
        )
        total = 0
        # Hanging up comes first: the engine waits long for a container whose output nobody takes.
        with closing(pieces):
            for piece in pieces:
                if piece.stream != STDOUT:
                    noise.add(piece.data)
                    continue
                total += len(piece.data)
                if total > MAX_CHANNEL:
                    raise ExamCrashed("L'examinateur a écrit plus de 64 Mio : relancez la vérification.")
                yield piece.data
        code = self._engine.exit_code(identifier)
        if code and not _running(container):
            raise ExamCrashed
        return code

    def _listen(self, line: Conversation) -> None:
        self._line = line

    def _emptied(self, container: Container) -> bool:
        """Takes away what the exam left; whether nothing stays."""
        try:
            with translated("vider l'examinateur"):
                return self._engine.run(container, _SWEEP, timeout=_SWEEP_S).exit_code == 0
        except (APIError, SandboxFailure):  # it cannot even run that
            return False

    def _discard(self, container: Container) -> None:
        """Ends an exam with its container: nothing else ends a command there, nor what it has started."""
        if self._container is container:
            self._container = None
        if self._busy is container:
            self._busy = None
        with translated("remplacer l'examinateur"):
            remove(container)


def _packed(folder: Path) -> bytes:
    """Returns a tar of a folder, under its own name, in which everything is for everybody to read."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        if folder.is_dir():
            tar.add(folder, folder.name, filter=_plain)
    return buffer.getvalue()


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Returns the entry of a folder or a regular file, without whose it was; None for anything else."""
    if not (entry.isreg() or entry.isdir()):
        return None
    return entry.replace(mode=0o755 if entry.isdir() else 0o644, uid=0, gid=0, uname="", gname="", deep=False)


def _running(container: Container) -> bool:
    try:
        container.reload()
    except NotFound:
        return False
    return bool(container.attrs["State"]["Running"])
