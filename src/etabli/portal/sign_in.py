"""The way in: a login and a printed code; and the way out."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import Route

from etabli.classroom import people, sign_ins
from etabli.classroom.people import MustWait, WrongCode
from etabli.classroom.sign_ins import COOKIE
from etabli.classroom.tables import Person
from etabli.exam.contract.errors import UsageProblem
from etabli.portal.call import Call, answer, see_other
from etabli.portal.pages import page

_AT_ONCE = 4
"""Codes that are looked at together: each takes 19 MB and a processor for a moment."""


def show(call: Call) -> Response:
    """Shows the form."""
    if call.sign_in:
        return see_other(_way(call))
    return page(call, "connexion.html.j2", login="", wrong=None, way=_way(call))


def sign_in(call: Call) -> Response:
    """Signs in who gives a login and its code."""
    login = call.text("identifiant")
    try:
        person = people.recognised(call.room, login, call.text("code"), address_of(call))
    except (WrongCode, MustWait) as problem:
        status = 429 if isinstance(problem, MustWait) else 403
        return page(call, "connexion.html.j2", status, login=login, wrong=str(problem), way=_way(call))
    return _entered(call, person, "/code" if person.once else _way(call))


def _entered(call: Call, person: Person, way: str) -> Response:
    with call.room.work() as db:
        if call.sign_in:
            sign_ins.end(db, call.sign_in)
        token = sign_ins.begin(db, call.room, person, call.room.hosts.name)
    response = see_other(way)
    set_cookie(response, token)
    return response


def set_cookie(response: Response, token: str) -> None:
    """Gives a browser its cookie, for this host alone and until it is closed."""
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="lax", path="/")


def show_code(call: Call) -> Response:
    """Shows where one chooses a code in place of the one that served once."""
    return page(call, "code.html.j2", wrong=None, once=call.person.once)


def choose_code(call: Call) -> Response:
    """Keeps the code that was chosen; every other browser is signed out.

    Who has chosen one before tells it: a browser that was left open is not enough.
    """
    person, code = call.person, call.text("code")
    wrong = None if code == call.text("encore") else "Les deux ne sont pas pareils : retapez-les."
    if wrong is None:
        try:
            if not person.once:
                people.recognised(call.room, person.login, call.text("actuel"), address_of(call))
            with call.room.work() as db:
                mine = db.get_one(Person, person.id)
                people.choose_code(db, call.room, mine, code)
                sign_ins.end_all(db, mine)
        except WrongCode:
            wrong = "Votre code actuel n'est pas celui-là : retapez-le."
        except (MustWait, UsageProblem) as problem:
            wrong = str(problem)
    if wrong:
        return page(call, "code.html.j2", 409, wrong=wrong, once=person.once)
    return _entered(call, person, "/")


def sign_out(call: Call) -> Response:
    """Signs out, here and on every origin that was opened from here."""
    if call.sign_in:
        with call.room.work() as db:
            sign_ins.end(db, call.sign_in)
    response = see_other("/connexion")
    response.delete_cookie(COOKIE, secure=True, httponly=True, path="/")
    return response


def _way(call: Call) -> str:
    """Where one wanted to go: a path of the portal and nothing else."""
    wanted = call.text("vers") or call.request.query_params.get("vers", "")
    return wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) else "/"


def way_in(path: str, query: str = "") -> str:
    """Returns the address of the form that leads back to a page."""
    wanted = f"{path}?{query}" if query else path
    return "/connexion" if wanted == "/" else f"/connexion?{urlencode({'vers': wanted})}"


def address_of(call: Call) -> str:
    """Returns the address that a request comes from, as Caddy says."""
    told = call.request.headers.get("x-forwarded-for", "").split(",")[-1].strip()
    return (told or (call.request.client.host if call.request.client else ""))[:64]


def routes() -> list[Route]:
    """The way in and out."""
    return [
        Route("/connexion", answer(show), methods=["GET"]),
        Route("/connexion", answer(sign_in, _AT_ONCE), methods=["POST"]),
        Route("/deconnexion", answer(sign_out), methods=["POST"]),
        Route("/code", answer(show_code), methods=["GET"]),
        Route("/code", answer(choose_code, _AT_ONCE), methods=["POST"]),
    ]
