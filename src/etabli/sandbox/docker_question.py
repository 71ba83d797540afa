"""One question to a container that has no network, no disk of ours, and is gone once it has answered."""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import dataclass

from etabli.exam.contract.errors import SandboxFailure
from etabli.sandbox import images
from etabli.sandbox.docker_containers import Recipe
from etabli.sandbox.docker_engine import SOCKET, Engine, last_line, remove
from etabli.sandbox.docker_errors import translated
from etabli.sandbox.docker_reaper import labels
from etabli.sandbox.docker_streams import STDERR, STDOUT, Capped, Expired


@dataclass(frozen=True)
class Answered:
    """What came out."""

    code: int
    output: bytes
    whole: bool
    """Whether all of the output was kept."""
    noise: str
    """The last line of its errors."""


def ask(
    image: str,
    recipe: Recipe,
    given: bytes,
    *,
    purpose: str,
    act: str,
    most: int,
    wait_s: float,
    late: str,
    host: str | None,
) -> Answered:
    """Gives a container one question on its standard input: its size on eight digits of hexadecimal, then its bytes.

    Args:
        image: The image that it needs, by its name here.
        recipe: What it is.
        given: The question.
        purpose: What it is called by, in its name and labels.
        act: The verb of sentences about the engine: « imprimer ».
        most: Bytes of output that are kept.
        wait_s: Seconds that it may take.
        late: What is said beyond.
        host: The engine's address; default: ``DOCKER_HOST``, else Docker's usual socket.

    Raises:
        SandboxUnavailable: No engine answers, or the image is still to be built.
        SandboxFailure: It was not finished in time.
    """
    images.require([image])
    engine = Engine(host or os.environ.get("DOCKER_HOST") or SOCKET)
    try:
        with translated(act):
            name = f"etabli-{purpose}-{secrets.token_hex(3)}"
            container = engine.create(recipe, name, labels(purpose, "0"), None)
            try:
                output = Capped(most)
                line = engine.attach(container, stdin=True)
                try:
                    container.start()
                    for piece in line.talk(b"%08x" % len(given) + given, until=time.monotonic() + wait_s):
                        output.add(piece)
                except Expired as error:
                    raise SandboxFailure(late) from error
                finally:
                    line.close()
                code = int(container.wait(timeout=30)["StatusCode"])
                noise = last_line(bytes(output.kept[STDERR]))
                return Answered(code, bytes(output.kept[STDOUT]), not output.truncated, noise)
            finally:
                remove(container)
    finally:
        engine.close()
