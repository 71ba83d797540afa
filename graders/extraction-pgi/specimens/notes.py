"""The note to the manager: what the workbook shows, in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .work import Made

MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
          "novembre", "décembre")  # fmt: skip


def note(made: Made) -> str:
    """The whole note."""
    return _whole(made, sales(made))


def stale(made: Made) -> str:
    """A note of an earlier extraction: its total is another."""
    return note(made).replace(euros(made.values["total"]), euros(made.values["total"] - Decimal("1250.50")))


def wordless(made: Made) -> str:
    """No figure at all."""
    text = "Les ventes sont bonnes dans l'ensemble et quelques clients comptent beaucoup. Le classeur donne le détail."
    return _joined(*opening(made), text, f"Nos premiers clients : {_named(made)}.", closing(made))


def endless(made: Made) -> str:
    """Far more than a page."""
    return note(made) + "Le détail de chaque ligne se trouve dans le classeur joint à cette note. " * 25


def listing(made: Made) -> str:
    """The first customers are named, without their figures."""
    told = f"{_total(made)} Nos premiers clients : {_named(made)}."
    return _whole(made, told)


def _whole(made: Made, sold: str) -> str:
    return _joined(*opening(made), sold, taxes(made), *late(made), closing(made))


def _joined(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"


def _total(made: Made) -> str:
    return f"Le chiffre d'affaires hors taxes s'élève à {euros(made.values['total'])}."


def _named(made: Made) -> str:
    return ", ".join(f"{made.figures.names[code]} ({code})" for code in _first(made))


def _first(made: Made) -> list[str]:
    """The first customers, and the big ones."""
    thresholds, shown = made.work.data["thresholds"], made.figures
    big = sum(shown.share(code) > Decimal(thresholds["big_share"]) for code in shown.ranking)
    return list(shown.ranking[: max(int(thresholds["top"]), big)])


def without_big(made: Made) -> str:
    """The first customers are named, the others above the threshold are only counted."""
    named = ", ".join(made.figures.names[code] for code in _first(made)[: int(made.work.data["thresholds"]["top"])])
    return _whole(made, f"{_total(made)} Nos premiers clients : {named}. D'autres dépassent aussi le seuil demandé.")


def without_total(made: Made) -> str:
    """Everything but the total."""
    told = f"Nos premiers clients : {_named(made)}."
    return _whole(made, told)


def nameless(made: Made) -> str:
    """The first customers are counted, not named."""
    best = made.figures.ranking[0]
    told = f"{_total(made)} Notre premier client a acheté pour {euros(made.figures.by_customer[best])}."
    return _whole(made, told)


def turned(made: Made) -> str:
    """The total and what is due are exchanged; the first customers are told as the smallest."""
    values = made.values
    told = (
        f"Le chiffre d'affaires hors taxes s'élève à {euros(values['due:total'])}. Nos plus petits clients, qui ne comptent presque "
        f"pas, sont : {_named(made)}. Aucun d'eux ne dépasse le seuil."
    )
    owed = f"Les clients nous doivent {euros(values['total'])}, dont {euros(values['due:plus_90'])} depuis plus de 90 jours."
    return _joined(*opening(made), told, taxes(made), owed, closing(made))


def to_nobody(made: Made) -> str:
    """Nobody is named."""
    return _joined(sales(made), taxes(made), *late(made), closing(made))


def opening(made: Made) -> list[str]:
    """To whom, and about what."""
    data = made.work.data
    return [
        f"À l'attention de {data['manager']['name']}, {data['manager']['role']}",
        f"Objet : ventes {data['period']['fr']['label']}",
        "Bonjour,\n\nvoici ce que montrent les factures et les avoirs validés dans Tryton. Le détail est dans le "
        "classeur joint ; l'extraction a été faite avec mon compte, sans donnée personnelle.",
    ]


def sales(made: Made) -> str:
    """The total, the best month, the first customers."""
    shown, values = made.figures, made.values
    best = max(shown.by_month, key=lambda key: values[f"month:{key}"])
    top = int(made.work.data["thresholds"]["top"])
    named = " ; ".join(
        f"{shown.names[code]} ({code}), {euros(shown.by_customer[code])}, soit {percent(shown.share(code))}"
        for code in _first(made)[:top]
    )
    others = ", ".join(shown.names[code] for code in _first(made)[top:])
    return (
        f"{_total(made)} Le meilleur mois est {month(best)}, avec "
        f"{euros(values[f'month:{best}'])}. Nos premiers clients sont : {named} du total."
        f"{f' Au-dessus du seuil aussi : {others}.' if others else ''}"
    )


def taxes(made: Made) -> str:
    """VAT and the other figure."""
    figure, values = made.work.data["figure"], made.values
    rates = " ; ".join(
        f"au taux de {percent(Decimal(rate))}, {euros(values[f'tax:{rate}'])} "
        f"sur une base de {euros(values[f'base:{rate}'])}"
        for rate in made.figures.vat
    )
    return f"TVA collectée : {rates}. {figure['title']} : {number(values['figure'])} {figure['unit']}."


def late(made: Made) -> list[str]:
    """Aged receivables and the gap."""
    values = made.values
    today = date.fromisoformat(made.work.data["today"])
    return [
        f"Au {day(today)}, les clients nous doivent {euros(values['due:total'])}, dont "
        f"{euros(values['due:plus_90'])} échus depuis plus de 90 jours : une relance est à prévoir.",
        f"La comptabilité montre un écart de {euros(values['gap'])} avec ces ventes ; les écritures qui l'expliquent "
        "sont dans la feuille « Écart ».",
    ]


def closing(made: Made) -> str:
    """Goodbye."""
    return "Je reste à votre disposition pour toute précision.\n\nL'assistante de gestion"


def euros(amount: Decimal | int) -> str:
    """An amount as people write it: « 1 234,56 € »."""
    return f"{number(amount)} €"


def number(amount: Decimal | int) -> str:
    """« 1 234,56 »."""
    return f"{amount:,.2f}".replace(",", "\u00a0").replace(".", ",")


def percent(part: Decimal) -> str:
    """« 12,3 % »."""
    return f"{part * 100:.1f}".replace(".", ",") + " %"


def month(key: str) -> str:
    """« janvier 2026 »."""
    return f"{MONTHS[int(key[5:]) - 1]} {key[:4]}"


def day(one: date) -> str:
    """« 30 juin 2026 »."""
    return f"{one.day} {MONTHS[one.month - 1]} {one.year}"
