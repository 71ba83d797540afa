"""The two rigs on which the sandbox's promises are tried: the real Docker engine and the fake of our tests.

A program is Python source. The Docker rig runs it; the fake is told what it would do.
"""

from __future__ import annotations

import io
import secrets
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from fake_sandbox import HANG, FakeSandbox, Reply, Script

from etabli.exam.contract.values import Leftover, TypedLine
from etabli.sandbox import images, owner
from etabli.sandbox.base import (
    Application,
    AppState,
    ExamCrashed,
    ExamEnd,
    ExecResult,
    Room,
    Sandbox,
    Worker,
    WorkerPlan,
)
from etabli.sandbox.docker_provider import DockerSandbox

MIB = 1024 * 1024

SERVE = "import http.server as h; h.HTTPServer(('', 8080), h.SimpleHTTPRequestHandler).serve_forever()"
HOG = "import time; kept = [b'x' * (1 << 20) for _ in range(512)]; time.sleep(3600)"
EXIT_3 = "raise SystemExit(3)"
JOURNAL = "import time; print('é' * 100_000, 'fin', file=open('/tmp/journal.log', 'w'), flush=True); time.sleep(3600)"
SPEAK = "import sys; print('dit'); print('crié', file=sys.stderr); sys.exit(4)"
CHATTER = "print('x' * 5_000_000)"
SPEAK_LINE = "cat /srv/donnees/cas; echo; echo bruit >&2"
KEEP_LINE = "touch /srv/app/note; ln -s secret /tmp/lien"
SLEEP = "import time; print('avant', flush=True); time.sleep(3600)"

READ_INPUTS = (
    "import sys, pathlib; print(pathlib.Path('/banc/cas').read_text(), pathlib.Path('/srv/app/index.html').read_text());"
    " print('bruit', file=sys.stderr); sys.exit(5)"
)
WRITE_AROUND = """
import os
for place in ('/banc/x', '/srv/app/x', '/x'):
    try:
        open(place, 'w')
        print(place, 'written')
    except OSError:
        pass
print(os.listdir('/tmp'), open('/tmp/reste', 'a').write('x' * 9))
"""

COPY = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
REPEAT_20M = "import sys; [sys.stdout.buffer.write(b'z' * 1_000_000) for _ in range(20)]"
EXAM_FAILS = "import sys; print('bilan'); print('bruit', file=sys.stderr); sys.exit(1)"
EXAM_FLOOD = "import sys; [sys.stdout.buffer.write(b'z' * 1_000_000) for _ in range(70)]"
EXAM_HANGS = "import time; print('début', flush=True); time.sleep(3600)"
EXAM_PACK = "print(open('/etabli/pack/temoin').read())"


class Rig(Protocol):
    """A sandbox and what a test needs around it."""

    @property
    def sandbox(self) -> Sandbox: ...

    def plan(self, *, services: bool = True, pages: bool = False) -> WorkerPlan: ...

    def app(self, program: str, **limits: Any) -> Application: ...

    def exam(self, worker: Worker, program: str, request: bytes = b"", *, deadline: float = 300) -> Iterator[bytes]: ...

    def left(self, plan: WorkerPlan) -> list[str]: ...

    def abandon(self, whose: owner.Owner) -> str: ...

    def exists(self, name: str) -> bool: ...


class _Base:
    def __init__(self, folder: Path) -> None:
        self.source = folder / "rendu"
        self.source.mkdir()
        (self.source / "index.html").write_text("<p>Bonjour</p>", "utf-8")
        self.slots = folder / "slots"
        for room in "ab":
            (self.slots / room).mkdir(parents=True)
        self.tags = {name: images.tag(name) for name in images.names()}

    def plan(self, *, services: bool = True, pages: bool = False) -> WorkerPlan:
        return WorkerPlan(f"t{secrets.token_hex(4)}", 0, pack(), self.slots, self.tags, services, pages)

    def app(self, program: str, **limits: Any) -> Application:
        return Application("web", ("python3", "-c", program), self.source, **limits)


def pack() -> bytes:
    """Returns a tar with one file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        entry = tarfile.TarInfo("pack/temoin")
        entry.size = len(b"le paquet")
        tar.addfile(entry, io.BytesIO(b"le paquet"))
    return buffer.getvalue()


class DockerRig(_Base):
    """The engine of this machine."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sandbox = DockerSandbox()
        self.client = self.sandbox._engine().client
        self._made: list[str] = []

    def exam(self, worker: Worker, program: str, request: bytes = b"", *, deadline: float = 300) -> Iterator[bytes]:
        return worker.examine(Room.A, ["python3", "-I", "-c", program], request, deadline=deadline)

    def left(self, plan: WorkerPlan) -> list[str]:
        filters = {"label": ["etabli=1", f"etabli.runs.run={plan.token}"]}
        containers = self.client.api.containers(all=True, filters=filters)
        networks = self.client.api.networks(filters=filters)
        return [str(one["Id"]) for one in [*containers, *networks]]

    def abandon(self, whose: owner.Owner) -> str:
        name = f"etabli-essai-{secrets.token_hex(4)}"
        labels = {"etabli": "1", "etabli.owner": str(whose)}
        self.client.containers.create(self.tags["web"], ["true"], name=name, labels=labels, network_mode="none")
        self._made.append(name)
        return name

    def exists(self, name: str) -> bool:
        return bool(self.client.api.containers(all=True, filters={"name": name}))

    def close(self) -> None:
        for name in self._made:
            if self.exists(name):
                self.client.api.remove_container(name, force=True)
        self.sandbox.close()


class FakeRig(_Base):
    """The fake, told what each program does."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sandbox = fake = FakeSandbox(self.tags)
        fake.on_start = lambda app: _STATES.get(app.command[-1], AppState(running=True))
        fake.on_bench = _bench
        fake.on_line = _line
        fake.on_run = lambda app: _RUNS[app.command[-1]]
        fake.on_logs = lambda app: "é" * 100_000 + " fin\n" if app.command[-1] == JOURNAL else ""
        fake.on_service = _service

    def exam(self, worker: Worker, program: str, request: bytes = b"", *, deadline: float = 300) -> Iterator[bytes]:
        self.sandbox.on_exam = _EXAMS[program]
        self.sandbox.exam_end = ExamEnd(1, b"bruit\n") if program == EXAM_FAILS else ExamEnd(0, b"")
        return worker.examine(Room.A, ["python3", "-I", "-c", program], request, deadline=deadline)

    def left(self, plan: WorkerPlan) -> list[str]:
        return [name for name in self.sandbox.objects if name.startswith(plan.token)]

    def abandon(self, whose: owner.Owner) -> str:
        name = f"essai-{secrets.token_hex(4)}"
        self.sandbox.objects[name] = str(whose)
        return name

    def exists(self, name: str) -> bool:
        return name in self.sandbox.objects

    def close(self) -> None:
        self.sandbox.objects.clear()


def _bench(app: Application, inputs: Mapping[str, bytes]) -> Reply:
    if app.command[-1] == READ_INPUTS:
        page = (app.source / "index.html").read_bytes()
        return ExecResult(5, b"%s %s\n" % (inputs["cas"], page), b"bruit\n")
    return ExecResult(0, b"[] 9\n") if app.command[-1] == WRITE_AROUND else _RUNS[app.command[-1]]


def _line(line: TypedLine) -> Reply:
    if line.text == SPEAK_LINE:
        return ExecResult(0, b"%s\n" % line.files["cas"], b"bruit\n")
    left = (Leftover("/srv/app/note"), Leftover("/tmp/lien", "secret"))
    return ExecResult(0, left=left) if line.text == KEEP_LINE else ExecResult(3)


_STATES = {
    HOG: AppState(running=False, exit_code=137, oom_killed=True),
    EXIT_3: AppState(running=False, exit_code=3),
}
_RUNS: dict[str, Reply] = {
    SPEAK: ExecResult(4, b"dit\n", "crié\n".encode()),
    CHATTER: ExecResult(0, b"x" * 5_000_000),
    SLEEP: HANG,
    EXIT_3: ExecResult(3),
}


def _service(argv: Sequence[str], stdin: bytes) -> Reply:
    if argv[0] == "wc":
        return ExecResult(0, b"%d\n" % len(stdin))
    return HANG if argv[0] == "sleep" else ExecResult(0, stdin)


def _crash(_request: bytes) -> Script:
    raise ExamCrashed


_EXAMS: dict[str, Callable[[bytes], Script]] = {
    COPY: lambda request: [request[:100], request[100:]],
    REPEAT_20M: lambda _request: [b"z" * 1_000_000] * 20,
    EXAM_FAILS: lambda _request: b"bilan\n",
    EXAM_FLOOD: lambda _request: [b"z" * 1_000_000] * 70,
    EXAM_HANGS: lambda _request: ["début\n".encode(), HANG],
    EXAM_PACK: lambda _request: b"le paquet\n",
}
