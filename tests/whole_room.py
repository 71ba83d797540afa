"""A whole room for tests: the real front, portal, PostgreSQL and worker, and browsers that trust its authority."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from browsers import shown, wait
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from websockets.sync.client import ClientConnection, connect

from etabli.classroom import workspaces
from etabli.classroom.state import Classroom
from etabli.classroom.state import connect as database
from etabli.classroom.tables import State, WorkspaceRow
from etabli.sandbox import images
from etabli.server.passing import passing_room
from etabli.server.services import Room

NAME = "salle.essai.internal"
OUT = "Se déconnecter"


@contextmanager
def whole_room() -> Iterator[Room]:
    """Brings a room up for the occasion."""
    images.require(["salle"])
    with passing_room(NAME) as room:
        yield room


def state_of(room: Room) -> Classroom:
    """Returns what a room knows, with root's rights."""
    return Classroom(database(room.database), room.place, room.settings.hosts, room.settings.zone)


def close_workspaces(room: Room) -> None:
    """Removes what runs in the workspaces of a room, whose worker is told so: it brings back what only vanished."""
    state = state_of(room)
    with state.work() as db:
        for row in db.query(WorkspaceRow):
            workspaces.set_state(db, row, State.STOPPED)
    state.engine.dispose()
    room.remove_workspaces()


def websocket(
    name: str, port: int, path: str, root: Path, headers: Mapping[str, str], limit_s: float = 60
) -> ClientConnection:
    """Opens a WebSocket through the front, as a PC that trusts our root and no other.

    In TLS 1.2: this client reads in a thread of its own while it writes, and a ticket of TLS 1.3 read at that moment
    spoils the line (https://github.com/python/cpython/issues/151508; 5 lines in 1,500 beside three busy processes,
    none in 7,500 with TLS 1.2). A browser has no such thread.
    """
    context = ssl.create_default_context(cafile=str(root))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    plain = socket.create_connection(("127.0.0.1", port), timeout=limit_s)
    return connect(
        f"wss://{name}:{port}{path}", sock=plain, ssl=context, server_hostname=name, additional_headers=headers,
        open_timeout=limit_s, close_timeout=1,  # who is flooded never hears that the other side agrees
    )  # fmt: skip


def names_of(room: Room) -> list[str]:
    """Returns the rules by which a browser finds the room on this machine."""
    return [f"MAP {name} 127.0.0.1" for name in (room.settings.nom, f"*.{room.settings.nom}")]


def field(page: WebDriver, label: str) -> WebElement:
    """Returns the field that a label is about."""
    words = f'//label[contains(normalize-space(.), "{label}")]//*[self::input or self::select or self::textarea]'
    return wait(page, lambda _: next((one for one in page.find_elements(By.XPATH, words)), None), label)


def fill(page: WebDriver, label: str, text: str) -> None:
    """Types into the field of a label."""
    found = field(page, label)
    found.clear()
    found.send_keys(text)


def press(page: WebDriver, words: str) -> None:
    """Presses the button or follows the link that is called so; what it leads to is there when this returns."""
    called = f'[starts-with(normalize-space(.), "{words}")]'
    path = f"//button{called} | //a{called}"

    def pressed(_: WebDriver) -> bool:
        found = shown(page, path)
        if found is not None:
            page.execute_script("arguments[0].scrollIntoView({block: 'center'})", found)
            found.click()
        return found is not None

    wait(page, pressed, words)


def sees(page: WebDriver, words: str) -> None:
    """Waits until the page says something."""
    try:
        wait(page, lambda _: words in said(page))
    except TimeoutException as error:
        raise AssertionError(f"« {words} » is not on {page.current_url}: {said(page)[:4000]}") from error


def said(page: WebDriver) -> str:
    """Returns what the page says, whichever page it is by now."""
    return str(page.execute_script("return document.body ? document.body.innerText : ''"))


def sign_in(page: WebDriver, origin: str, login: str, code: str) -> None:
    """Signs in with what a slip says; whoever it is is in when this returns."""
    page.get(f"{origin}/connexion")
    fill(page, "Identifiant", login)
    fill(page, "Code", code)
    press(page, "Entrer")
    sees(page, OUT)


def sign_out(page: WebDriver) -> None:
    """Signs out; the way in is shown when this returns."""
    press(page, OUT)
    sees(page, "Entrer dans la salle")
