"""The press: WeasyPrint over people's words, in a container of its own that has no network and is then gone.

It is in the image of the room, which has it already; nothing of this machine's disk is mounted there.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from dataclasses import dataclass
from types import ModuleType

from docker.models.containers import Container

from etabli.exam.contract.errors import SandboxFailure
from etabli.sandbox import docker_containers, images, pressing
from etabli.sandbox.docker_engine import SOCKET, Engine, last_line, remove
from etabli.sandbox.docker_errors import translated
from etabli.sandbox.docker_reaper import labels
from etabli.sandbox.docker_streams import STDERR, STDOUT, Capped, Expired
from etabli.sandbox.pressing import Job

IMAGE = "salle"
_MOST = 64 * 1024 * 1024
"""Bytes of a job, and of a PDF."""
_WAIT_S = 300.0


@dataclass(frozen=True)
class Printed:
    """What came out of the press."""

    pdf: bytes
    pages: int
    chosen: tuple[int, ...]
    """Which form of each part was printed, 0 being the whole one."""


def printed(job: Job, *, host: str | None = None) -> Printed:
    """Prints a job.

    Args:
        job: What is to be printed.
        host: The engine's address; default: ``DOCKER_HOST``, else Docker's usual socket.

    Raises:
        SandboxUnavailable: No engine answers, or the image is still to be built.
        SandboxFailure: It could not be printed.
    """
    given = json.dumps(job).encode()
    if len(given) > _MOST:
        raise SandboxFailure("Il y a trop d'images pour un seul PDF : retirez des traces, ou faites-le sans PDF.")
    head, _, pdf = answer(pressing, given, "imprimer", "Le PDF n'a pas pu être fait", host=host).partition(b"\n")
    if not pdf.startswith(b"%PDF"):
        raise SandboxFailure("Le PDF n'a pas pu être fait : relancez, ou faites-le sans PDF.")
    told = json.loads(head)
    return Printed(pdf, int(told["pages"]), tuple(map(int, told["chosen"])))


def answer(script: ModuleType, given: bytes, doing: str, failed: str, *, host: str | None = None) -> bytes:
    """Gives bytes to a script of ours, alone in a container without network or disk; returns what it answers.

    Args:
        script: The module; its source travels alone.
        given: What it reads, after the size.
        doing: What it is about, for what the engine refuses: « imprimer ».
        failed: What is said where it fails, in French, without a full stop.
        host: The engine's address; default: ``DOCKER_HOST``, else Docker's usual socket.

    Raises:
        SandboxUnavailable: No engine answers, or the image is still to be built.
        SandboxFailure: It failed, or took too long.
    """
    images.require([IMAGE])
    engine = Engine(host or os.environ.get("DOCKER_HOST") or SOCKET)
    try:
        with translated(doing):
            name = f"etabli-presse-{secrets.token_hex(3)}"
            recipe = docker_containers.press(images.tag(IMAGE), script)
            container = engine.create(recipe, name, labels("presse", "0"), None)
            try:
                return _pressed(engine, container, given, failed)
            finally:
                remove(container)
    finally:
        engine.close()


def _pressed(engine: Engine, container: Container, given: bytes, failed: str) -> bytes:
    output = Capped(_MOST)
    line = engine.attach(container, stdin=True)
    try:
        container.start()
        for piece in line.talk(b"%08x" % len(given) + given, until=time.monotonic() + _WAIT_S):
            output.add(piece)
    except Expired as error:
        raise SandboxFailure(f"{failed} en cinq minutes : relancez quand la machine est calme.") from error
    finally:
        line.close()
    code = int(container.wait(timeout=30)["StatusCode"])
    if code or output.truncated:
        said = last_line(bytes(output.kept[STDERR])) or f"code {code}"
        raise SandboxFailure(f"{failed} ({said}) : relancez ; si cela se répète, « etabli doctor » regarde la machine.")
    return bytes(output.kept[STDOUT])
