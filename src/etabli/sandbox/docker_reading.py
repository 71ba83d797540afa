"""A file that somebody brought, read in a container of its own that has no network and is then gone.

It is the reader of learners' documents (:mod:`etabli.exam.reading`), whose sources travel with the question, in the
image of the examiner, which has what it needs; nothing of this machine's disk is mounted there.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from etabli.exam import reading
from etabli.exam.contract.causes import Cause
from etabli.exam.contract.errors import SandboxFailure, UsageProblem
from etabli.exam.reading.limits import MAX_ANSWER, MAX_FILE
from etabli.exam.runner.peer import sources
from etabli.sandbox import docker_containers, images
from etabli.sandbox.docker_question import Answered, ask
from etabli.system.disk import why

IMAGE = "examiner"
_WAIT_S = 90.0


def read_sheets(path: Path, *, host: str | None = None) -> Sequence[Mapping[str, Any]]:
    """Reads the sheets of a workbook, cell by cell, as ``tables`` of :mod:`etabli.exam.reading.serve` gives them.

    Raises:
        UsageProblem: The file is why it cannot be read.
        SandboxError: This machine is.
    """
    try:
        if path.stat().st_size > MAX_FILE:
            raise UsageProblem(f"{path} dépasse 20 Mo : donnez le classeur qui est sorti d'ici.")
        content = path.read_bytes()
    except OSError as error:
        raise UsageProblem(f"{path} ne peut pas être lu ({why(error)}) : vérifiez le chemin.") from error
    found = answered("tables", path.name, content, host=host)
    if not isinstance(found, list):
        raise SandboxFailure("Le lecteur de fichiers a répondu autre chose que des feuilles : relancez.")
    return found


def answered(verb: str, name: str, content: bytes, *, host: str | None = None) -> Any:
    """Asks one question about a file.

    Raises:
        UsageProblem: The file is why there is no answer.
        SandboxUnavailable: No engine answers, or the image is still to be built.
        SandboxFailure: The reader did not answer.
    """
    asked = {"verb": verb, "name": name, "data": base64.b64encode(content).decode("ascii")}
    told = ask(
        IMAGE,
        docker_containers.lonely_reader(images.tag(IMAGE)),
        json.dumps(asked | dict(sources(Path(reading.__file__).parent))).encode(),
        purpose="lecteur",
        act="lire un fichier",
        most=MAX_ANSWER,
        wait_s=_WAIT_S,
        late=f"{name} n'a pas été lu en {_WAIT_S:.0f} s : relancez quand la machine est calme.",
        host=host,
    )
    return _found(name, told)


def _found(name: str, answered: Answered) -> Any:
    try:
        told = json.loads(answered.output)
    except ValueError as error:
        said = answered.noise or "sans réponse"
        raise SandboxFailure(f"{name} n'a pas pu être lu ({said}) : relancez.") from error
    if "refused" in told:
        raise UsageProblem(_refusal(name, str(told["refused"])))
    return told["found"]


def _refusal(name: str, cause: str) -> str:
    said = {
        Cause.ENCRYPTED: "est protégé par un mot de passe : retirez-le",
        Cause.BROKEN_FILE: "est abîmé : enregistrez-le de nouveau depuis le tableur",
        Cause.TOO_HEAVY: "est démesuré : partez du classeur qui est sorti d'ici",
    }
    known = {cause.value: words for cause, words in said.items()}
    return f"{name} {known.get(cause, 'ne se lit pas comme un classeur : enregistrez-le en .xlsx')}, puis relancez."
