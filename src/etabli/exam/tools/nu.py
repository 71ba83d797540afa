"""The `nu` fixture: the Nu HTML checker, our own server on the examiner's loopback."""

from __future__ import annotations

import json
import re
import socket
import time
from contextlib import suppress
from typing import Any, Final

import requests

from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.values import Message
from etabli.exam.contract.words import squeeze
from etabli.exam.runner.recorder import Recorder

HOST: Final = "127.0.0.1"
PORT: Final = 8888
WAKE: Final = 8887
"""A connection there has the checker started."""
START_S: Final = 60.0
LIMIT_S: Final = 20.0
MAX_ANSWER: Final = 2_000_000
SMALL: Final = "<!DOCTYPE html><html lang=fr><head><title>x</title></head><body><p>x</p></body></html>"
"""What a checker in good health answers at once."""
_CHUNK: Final = 65536


class Nu:
    """Validity of HTML sources.

    Args:
        recorder: Where actions go.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def prepare(self) -> None:
        """Lets the checker start meanwhile, if no exam before this one has asked for it."""
        with suppress(ConnectionRefusedError):
            socket.create_connection((HOST, WAKE)).close()

    def check(self, html: str, where: str = "") -> list[Message]:
        """Returns the errors (no warning), the same error once, with the line of its first place.

        Args:
            html: The source of a page.
            where: How a person calls this page.

        Example:
            errors = nu.check(http.get("/").text)

        Raises:
            Failed: The checker does not come to the end of this page, though it does of another one.
            requests.RequestException: It answers nothing at all: our error.
        """
        with self._recorder.action("nu", "check", f"{len(html)} caractères") as note:
            _wait_until_it_listens()
            try:
                found = _messages(_asked(html, LIMIT_S))
            except (_TooLong, _Broken, ValueError, requests.RequestException) as error:
                _messages(_asked(SMALL, LIMIT_S))
                raise failed(Cause.UNCOUNTED, where) from error
            note.result = str(len(found))
            return found


class _TooLong(Exception):
    """An answer that is too big, or takes too long."""


class _Broken(Exception):
    """The checker failed on its own."""


def _asked(html: str, seconds: float) -> dict[str, Any]:
    until, body = time.monotonic() + seconds, bytearray()
    with requests.post(
        f"http://{HOST}:{PORT}/",
        params={"out": "json", "level": "error"},
        data=html.encode("utf-8", "replace"),
        headers={"Content-Type": "text/html; charset=utf-8", "Accept-Language": "fr"},
        timeout=seconds,
        stream=True,
    ) as answer:
        answer.raise_for_status()
        for chunk in answer.iter_content(_CHUNK):
            body += chunk
            if len(body) > MAX_ANSWER or time.monotonic() > until:
                raise _TooLong
    data: dict[str, Any] = json.loads(body)
    return data


def _wait_until_it_listens() -> None:
    until = time.monotonic() + START_S
    while True:
        try:
            return socket.create_connection((HOST, PORT)).close()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
        time.sleep(0.02)


def _messages(data: dict[str, Any]) -> list[Message]:
    first: dict[str, Message] = {}
    for item in data.get("messages", []):
        if item.get("type") == "non-document-error":
            raise _Broken(str(item.get("message")))
        if item.get("type") == "error":
            english = squeeze(str(item.get("message", "")))
            text = in_french(english)
            line = int(item.get("lastLine") or item.get("firstLine") or 0)
            first.setdefault(text, Message(line, text, "" if text == english else english))
    return list(first.values())


def _phrases() -> tuple[tuple[str, str], ...]:
    """The checker speaks English; these are the errors that beginners meet."""
    return (
        (r"Duplicate ID “(.+?)”\.", "L'identifiant (id) « {0} » est utilisé plusieurs fois."),
        (r"Stray end tag “(.+?)”\.", "Balise fermante </{0}> de trop."),
        (r"Stray start tag “(.+?)”\.", "Balise <{0}> mal placée."),
        (r"Unclosed element “(.+?)”\.", "La balise <{0}> n'est pas fermée."),
        (
            r"End tag “(.+?)” seen, but there were open elements\.",
            "</{0}> ferme alors que des balises restent ouvertes.",
        ),
        (
            r"End tag for “(.+?)” seen, but there were unclosed elements\.",
            "</{0}> ferme alors que des balises restent ouvertes.",
        ),
        (
            r"End tag “(.+?)” implied, but there were open elements\.",
            "<{0}> se termine alors que des balises restent ouvertes.",
        ),
        (
            r"No “(.+?)” element in scope but a “(.+?)” end tag seen\.",
            "Balise fermante </{1}> sans balise <{0}> ouverte.",
        ),
        (r"An “img” element must have an “alt” attribute.*", "Une image n'a pas d'attribut alt."),
        (
            r"Element “(.+?)” not allowed as child of (?:element )?“(.+?)” in this context\..*",
            "La balise <{0}> n'a pas le droit d'être dans <{1}>.",
        ),
        (
            r"Attribute “(.+?)” not allowed on element “(.+?)” at this point\.",
            "L'attribut {0} n'existe pas sur <{1}>.",
        ),
        (
            r"Element “(.+?)” is missing a required instance of child element “(.+?)”\.",
            "Il manque <{1}> dans <{0}>.",
        ),
        (r"Element “(.+?)” is missing required attribute “(.+?)”\.", "Il manque l'attribut {1} sur <{0}>."),
        (
            r"Bad value “(.*?)” for attribute “(href|src|action|cite|formaction)” on element “(.+?)”.*",
            "« {0} », dans {1} de <{2}>, n'est pas une adresse Web : corrigez-la ou retirez-la.",
        ),
        (
            r"Bad value “(.*?)” for attribute “(.+?)” on element “(.+?)”.*",
            "La valeur « {0} » ne convient pas à {1} sur <{2}>.",
        ),
        (
            r"The value of the “for” attribute of the “label” element must be .*",
            "Un <label for=…> ne désigne aucun champ de la page.",
        ),
        (r"Start tag seen without seeing a doctype first.*", "Il manque <!DOCTYPE html> au début de la page."),
        (
            r"Non-space characters found without seeing a doctype first.*",
            "Il manque <!DOCTYPE html> au début de la page.",
        ),
        (r"The “(.+?)” element is obsolete\..*", "La balise <{0}> n'est plus utilisée : passez par le CSS."),
        (
            r"The “(.+?)” attribute on the “(.+?)” element is obsolete\..*",
            "L'attribut {0} de <{1}> n'est plus utilisé : passez par le CSS.",
        ),
        (r"Saw “(.+?)” when expecting .*", "Caractère « {0} » inattendu dans une balise."),
        (r"“&” did not start a character reference.*", "Écrivez &amp; au lieu de & dans le texte."),
        *_more_phrases(),
    )


def _more_phrases() -> tuple[tuple[str, str], ...]:
    return (
        (r"Bad character “.*?” after “<”\..*", "Un signe < seul dans le texte : écrivez &lt; à sa place."),
        (
            r"Self-closing syntax \(“/>”\) used on a non-void HTML element\..*",
            "Une balise finit par /> alors qu'elle a besoin d'une balise fermante.",
        ),
        (
            r"Misplaced non-space characters inside a table\.",
            "Il y a du texte dans le tableau, mais dans aucune case.",
        ),
        (
            r"Start tag “(.+?)” seen in “table”\.",
            "La balise <{0}> est dans le tableau, mais dans aucune case (<td> ou <th>).",
        ),
        (
            r"Start tag “(.+?)” seen but an element of the same type was already open\.",
            "Une balise <{0}> s'ouvre dans une autre <{0}> qui n'est pas fermée.",
        ),
        (r"Quote “.*?” in attribute name\..*", "Un guillemet mal placé dans une balise : il en manque un avant."),
        (r"“(.+?)” in attribute name\..*", "Le signe {0} n'a pas sa place dans un nom d'attribut."),
        (
            r"“(.+?)” in an unquoted attribute value\..*",
            "Le signe {0} est dans une valeur sans guillemets : ajoutez-les.",
        ),
        (r"Duplicate attribute “(.+?)”\.", "L'attribut {0} est écrit deux fois dans la même balise."),
        (r"No space between attributes\.", "Il manque une espace entre deux attributs."),
        (r"Element “(.+?)” must not be empty\.", "La balise <{0}> est vide."),
        (r"Text not allowed in element “(.+?)” in this context\.", "Il y a du texte directement dans <{0}>."),
        (
            r"The element “(.+?)” must not appear as a descendant of the “(.+?)” element\..*",
            "La balise <{0}> n'a pas le droit d'être à l'intérieur de <{1}>.",
        ),
        (
            r"End of file (?:seen and there were|reached when inside|seen when).*",
            "La page finit alors que des balises restent ouvertes.",
        ),
        (r"End tag “(.+?)” violates nesting rules\.", "</{0}> ferme dans le mauvais ordre."),
        (r"End tag “(.+?)”\.", "Balise fermante </{0}> de trop."),
        (
            r"Named character reference was not terminated by a semicolon\..*",
            "Écrivez &amp; au lieu de & : ici, le mot qui suit est pris pour un caractère.",
        ),
        (r"Unclosed elements?\b.*", "Des balises ne sont pas fermées."),
        (
            r"Cannot recover after last error\..*",
            "Le vérificateur s'arrête ici : corrigez d'abord l'erreur d'avant.",
        ),
    )


def in_french(message: str) -> str:
    """Returns the checker's message in French where we know it, else as it is."""
    for pattern, french in _phrases():
        match = re.fullmatch(pattern, message)
        if match:
            return french.format(*match.groups())
    return message
