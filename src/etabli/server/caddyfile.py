"""The front's settings: what it passes on to whom, and what it takes away on the way; and its one page."""

from __future__ import annotations

import html
from pathlib import Path

import jinja2

from etabli.classroom.place import Place
from etabli.classroom.settings import RoomSettings
from etabli.server.authority import Authority, fingerprint

_PAGE = (
    "<!doctype html><html lang='fr'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
    "{again}<title>{title}</title><style>body{{font:1.1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:4rem auto;"
    "padding:0 1rem;color:#1c2733;background:#fff}}</style></head><body><h1>{title}</h1><p>{said}</p></body></html>"
)


def caddyfile(place: Place, settings: RoomSettings) -> str:
    """Returns the front's settings, in Caddy's language."""
    port = "" if settings.ports.https == 443 else f":{settings.ports.https}"
    return template("Caddyfile.j2").render(
        settings=settings,
        folder=place.folder,
        front=place.folder / "front",
        sockets=place.sockets,
        port=port,
        page=_page,
    )


def install_page(settings: RoomSettings, authority: Authority) -> str:
    """Returns the page that says how to install the root on a PC."""
    return template("certificat.html.j2", autoescape=True).render(
        name=settings.nom, origin=settings.hosts.origin, fingerprint=fingerprint(authority.root)
    )


def _page(title: str, said: str, again_s: int) -> str:
    """Returns a page of the front's own; it asks again after so many seconds, unless that is none."""
    again = f"<meta http-equiv='refresh' content='{again_s}'>" if again_s else ""
    return _PAGE.format(title=html.escape(title), said=html.escape(said), again=again)


def template(name: str, *, autoescape: bool = False) -> jinja2.Template:
    """Returns one of the templates that are beside this module."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        undefined=jinja2.StrictUndefined,
        autoescape=autoescape,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)
