"""The one place where what Docker says becomes a sentence of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from docker.errors import APIError, DockerException, ImageNotFound

from etabli.exam.contract.errors import SandboxError, SandboxFailure, SandboxUnavailable

_FOREIGN = (DockerException, requests.RequestException, OSError)


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Raises whatever Docker, its transport or the kernel raises as an error of ours.

    Args:
        doing: What was being done, as a French infinitive (« ouvrir un réseau »).

    Raises:
        SandboxUnavailable: This machine cannot grade: no engine, no right, no image, no room on the disk.
        SandboxFailure: Anything else.
    """
    try:
        yield
    except _FOREIGN as error:
        raise translate(error, doing) from error


def no_room() -> SandboxUnavailable:
    """Returns the error for an engine whose disk is full."""
    return SandboxUnavailable(
        "Le disque est plein : libérez de la place (« docker system df » montre où), puis relancez."
    )


def no_right() -> SandboxUnavailable:
    """Returns the error for an account that may not use the engine."""
    return SandboxUnavailable(
        "Docker refuse l'accès à ce compte : demandez à l'administrateur de la machine de l'ajouter au groupe "
        "« docker » (« etabli doctor » donne la commande), puis rouvrez la session."
    )


def translate(error: Exception, doing: str) -> SandboxError:
    """Chooses the sentence for an error of Docker, of its transport or of the kernel."""
    text = explanation(error)
    if isinstance(error, ImageNotFound) or "no such image" in text.lower():
        return SandboxUnavailable(missing_image(text))
    if "no space left on device" in text.lower():
        return no_room()
    if _caused_by(error, PermissionError):
        return no_right()
    if isinstance(error, requests.Timeout) or _caused_by(error, TimeoutError):
        return SandboxFailure(
            f"Docker n'a pas répondu à temps ({doing}) : relancez avec moins de postes (« --postes 1 »)."
        )
    if not isinstance(error, APIError) and _unreachable(error):
        return SandboxUnavailable(
            "Le moteur de conteneurs ne répond pas : lancez « make setup », puis « etabli doctor »."
        )
    return SandboxFailure(f"Docker n'a pas pu {doing} ({text}) : relancez la vérification.")


def explanation(error: Exception) -> str:
    """Returns the engine's own words, on one line and of bounded length."""
    said = error.explanation if isinstance(error, APIError) and error.explanation else str(error)
    line = " ".join(str(said).split())
    return line if len(line) <= 300 else line[:299] + "…"


def missing_image(text: str) -> str:
    """Returns the sentence for an image that is not there, `text` being its tag or the engine's words."""
    tag = text.rpartition("o such image: ")[2].rstrip('"}) ') or text
    return f"L'image « {tag} » manque : lancez « make setup »."


def _unreachable(error: Exception) -> bool:
    return isinstance(error, requests.ConnectionError | FileNotFoundError | ConnectionError) or _caused_by(
        error, FileNotFoundError, ConnectionError, requests.ConnectionError
    )


def _caused_by(error: BaseException, *kinds: type[BaseException]) -> bool:
    """Looks for a cause in the chain of exceptions and in their arguments, where requests and urllib3 put it."""
    seen: list[BaseException] = []
    pending: list[object] = [error]
    while pending:
        item = pending.pop()
        if isinstance(item, tuple):
            pending.extend(item)
        elif isinstance(item, BaseException) and item not in seen:
            if isinstance(item, kinds):
                return True
            seen.append(item)
            pending.extend([item.__cause__, item.__context__, item.args, getattr(item, "reason", None)])
    return False
