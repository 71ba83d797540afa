"""The press: WeasyPrint over people's words, in a container of its own that has no network and is then gone.

It is in the image of the room, which has it already; nothing of this machine's disk is mounted there.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

from etabli.exam.contract.errors import SandboxFailure
from etabli.sandbox import docker_containers, images
from etabli.sandbox.docker_question import ask
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
    """Prints a job; see :func:`all_printed`."""
    return all_printed([job], host=host)[0]


def all_printed(jobs: Sequence[Job], *, host: str | None = None) -> list[Printed]:
    """Prints jobs, each as a PDF, in one container.

    Args:
        jobs: What is to be printed.
        host: The engine's address; default: ``DOCKER_HOST``, else Docker's usual socket.

    Raises:
        SandboxUnavailable: No engine answers, or the image is still to be built.
        SandboxFailure: It could not be printed.
    """
    given = json.dumps(jobs).encode()
    if len(given) > _MOST:
        raise SandboxFailure("Il y a trop d'images pour un seul PDF : retirez des traces, ou faites-le sans PDF.")
    told = ask(
        IMAGE,
        docker_containers.press(images.tag(IMAGE)),
        given,
        purpose="presse",
        act="imprimer",
        most=_MOST,
        wait_s=_WAIT_S,
        late="Le PDF n'est pas fini après cinq minutes : relancez quand la machine est calme.",
        host=host,
    )
    answer = io.BytesIO(told.output)
    try:
        if told.code or not told.whole:
            raise ValueError("unfinished")
        return [_next(answer) for _job in jobs]
    except (ValueError, KeyError, TypeError) as error:
        said = told.noise or f"code {told.code}"
        raise SandboxFailure(f"Le PDF n'a pas pu être fait ({said}) : relancez, ou faites-le sans PDF.") from error


def _next(answer: io.BytesIO) -> Printed:
    facts = json.loads(answer.readline())
    pdf = answer.read(int(facts["size"]))
    if not pdf.startswith(b"%PDF"):
        raise ValueError("no PDF")
    return Printed(pdf, int(facts["pages"]), tuple(map(int, facts["chosen"])))
