"""Pages as some of their visitors see them: who has been everywhere already, who has asked for a dark theme."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from etabli.exam.contract.values import Violation

    from .visitor import Site

CONTRAST = "color-contrast"
"""The only rule of axe-core for which it counts how one looks at a page."""
AS_IS, VISITED, DARK, DARK_VISITED = (
    "",
    "une fois les liens déjà visités",
    "dans un thème sombre",
    "dans un thème sombre, une fois les liens déjà visités",
)
ADVICE = {
    VISITED: "C'est la couleur des liens vers les pages déjà ouvertes : cherchez « :visited » (ou « :link ») dans votre CSS. ",
    DARK: "Beaucoup de téléphones demandent un thème sombre : cherchez « prefers-color-scheme » ou « color-scheme ». Le fond y devient "
    "sombre : donnez aussi une couleur claire aux textes et aux liens, ou gardez le thème clair pour tous. ",
}


class Fault(NamedTuple):
    """What axe-core finds serious or critical."""

    where: str
    look: str
    violation: Violation

    @property
    def sign(self) -> tuple[object, ...]:
        """The same for what is one fault, seen on several pages."""
        colours = ((one.text, one.background) for one in self.violation.contrasts[:1])
        return self.violation.id, self.violation.nodes[:1], *colours


def faults(site: Site, where: str, *, dark: bool) -> list[Fault]:
    """Those of the page now open: as it is, in a dark theme where that has been asked for; then what only the colours of visited
    links bring, where its styles say any."""
    look, also = (DARK, DARK_VISITED) if dark else (AS_IS, VISITED)
    found = [Fault(where, look, one) for one in site.page.axe(rules=[CONTRAST] if dark else None, same=True)]
    if site.page.visit_links():
        known = {one.sign for one in found}
        more = (Fault(where, also, one) for one in site.page.axe(rules=[CONTRAST], same=True))
        found += [one for one in more if one.sign not in known]
    return [one for one in found if one.violation.impact in ("serious", "critical")]


def look_again(site: Site, look: str) -> None:
    """Shows the page now open, whose theme is asked for, as it was looked at."""
    if look in (VISITED, DARK_VISITED):
        site.page.visit_links()
