"""What each field must bear: a label of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed
from etabli.exam.contract.words import cut

from .choices import look_up
from .formats import quote
from .forms import ADD_FORM, EDIT_FORM, RETURNED, field_of, item_form, need_add_form, need_item_form, sender

if TYPE_CHECKING:
    from etabli.exam.contract.values import Field
    from etabli.exam.tools.page import Leaving

    from .visitor import Site

SEARCHED = "la page des résultats d'une recherche"
_LOST_LABELS = """
return [...document.querySelectorAll("label[for]")].filter((one) => !one.control && one.innerText.trim())
  .map((one) => one.innerText.trim().slice(0, 60));
"""
_HIDING = """
return arguments[0].map((text) => {
  const label = [...document.querySelectorAll("label,legend")].find((one) => bare(one) === text || squeeze(one.textContent) === text);
  const around = [];
  for (let up = label; up; up = up.parentElement) around.push(up);
  const parts = label ? [...label.querySelectorAll("*"), ...around] : [];
  const hiding = parts.find((one) => !one.matches("input,select,textarea,option,script,style") && (unseen(one) || !shown(one)));
  return hiding ? hiding.cloneNode(false).outerHTML.split("></")[0].replace(/>?$/, ">") : "";
});
"""
"""The tags by which these labels are hidden, '' where nothing says so."""


def expect_labels(site: Site, further: Mapping[str, str]) -> None:
    """Every field of ``/``, of the result of a search, of the add form, blank and as it comes back with its messages, and of the
    form that changes an item, if it is one of the `further` pages, has a label of its own, which stays when one fills it.
    """
    need_add_form(site)
    pages = {ADD_FORM: "", RETURNED: "", "la page /": "/", SEARCHED: ""}
    pages |= {where: address for where, address in further.items() if where == EDIT_FORM}
    for where, address in pages.items():
        if address:
            site.page.open(address)
        elif where == RETURNED:
            _send_without_day(site)
            if item_form(site) is None:
                continue
        elif where == SEARCHED:
            with suppress(Failed):  # what cannot be searched is told by `recherche`
                look_up(site, site.draws.of("recherche, étiquettes").one(site.stock.names()))
        fields = [field for form in site.page.forms() for field in form.entries if field.visible and not field.labelled]
        if fields and all(field.label for field in fields):
            raise _hidden_labels(site, where, [field.label for field in fields])
        bare = [_called(field) for field in fields]
        if bare:
            lost = site.page.script(_LOST_LABELS, kind=list[str])
            why = (
                f" L'étiquette {quote(lost[0])} ne mène à aucun champ : aucun n'a pour id le mot de son for."
                if lost
                else ""
            )
            raise Failed(
                observed=f"Sur {where}, on trouve {counted(len(bare), 'champ')} sans étiquette reliée : {listed(bare)}.{why}",
                expected="Chaque champ a une étiquette <label> reliée à lui : on la voit, les lecteurs d'écran la lisent.",
                help=_to_label([quote(field.placeholder) for field in fields if _grey(field)], lost) or None,
            )
        leaving = site.page.leaving_label()
        if leaving.step:
            raise _leaving_label(where, leaving)


def _send_without_day(site: Site) -> None:
    """Sends the add form now open with a name and nothing else: what does not come back is told by `ajout-messages`."""
    site.acts()
    with suppress(Failed):
        form = need_item_form(site)
        if name := field_of(site, form, "name"):
            site.page.fill(name, site.drawn.usual)
        site.page.submit(form, sender(form))


def _leaving_label(where: str, leaving: Leaving) -> Failed:
    """The failure of a label that gives way to what its field is given."""
    since = "dès qu'on clique dans le champ" if leaving.step == "focus" else "dès que le champ est rempli"
    return Failed(
        observed=f"Sur {where}, l'étiquette {quote(leaving.label)} disparaît {since} : on ne sait plus ce qu'il demande.",
        expected="Chaque champ, vide ou rempli, a une étiquette <label> reliée à lui, que l'on voit toujours.",
        help="Écrivez l'étiquette au-dessus du champ. Posée dans le champ, elle peut remonter et rétrécir quand on y tape, mais pas "
        "s'effacer : cherchez dans votre CSS « :focus » et « :placeholder-shown ».",
    )


def _grey(field: Field) -> bool:
    """Whether a field has no other words than the grey text inside it."""
    return bool(field.placeholder) and not field.label and not field.aria


def _to_label(grey: Sequence[str], lost: Sequence[str]) -> str:
    """What to do for fields that have only a text inside them, and for labels that lead to none: each its own."""
    one = len(grey) == 1
    parts = (
        [f"{listed(grey)} {'est' if one else 'sont'} un texte gris dans le champ (placeholder) : écrivez une balise <label> avant "
         f"{'lui' if one else 'chacun'}."]
        if grey
        else []
    )  # fmt: skip
    for label in lost[:1]:
        parts.append(f"Pour {quote(label)}, écrivez le même mot dans le for de l'étiquette et dans l'id du champ.")
    return " ".join(parts)


def _hidden_labels(site: Site, where: str, labels: Sequence[str]) -> Failed:
    """The failure of fields whose labels are in the page, where nobody sees them."""
    tags = site.page.script(_HIDING, list(labels), kind=list[str])
    one = len(labels) == 1
    these = "C'est" if one else "Ce sont"
    told = listed(
        quote(label) + (f" (« {cut(tag, 60)} »)" if tag else "") for label, tag in zip(labels, tags, strict=True)
    )
    return Failed(
        observed=f"Sur {where}, {'une étiquette est écrite' if one else f'{len(labels)} étiquettes sont écrites'} dans le code, mais "
        f"{'cachée : personne ne la voit' if one else 'cachées : personne ne les voit'}. {these} {told}.",
        expected="Chaque champ a une étiquette <label> reliée à lui : on la voit, les lecteurs d'écran la lisent.",
        help="Retirez de votre CSS, ou de la balise, ce qui cache les étiquettes. Le texte grisé dans un champ n'en remplace aucune : "
        "il disparaît quand on tape.",
    )


def _called(field: Field) -> str:
    """A field without a label that is seen, by what names it otherwise."""
    if field.label:
        return f"{quote(field.label)} (étiquette cachée)"
    if field.aria:
        return f"{quote(field.aria)} (aria-label, que personne ne voit)"
    return quote(field.placeholder) if field.placeholder else _tag(field)


def _tag(field: Field) -> str:
    tag = field.kind if field.kind in ("select", "textarea") else "input"
    return f'<{tag} name="{field.name}">' if field.name else f"<{tag}>"
