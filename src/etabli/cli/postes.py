"""``etabli postes``: the workers that are kept ready for the next command."""

from __future__ import annotations

import math
from typing import Annotated, Any

import typer

from etabli.cli.labs import AsJson
from etabli.cli.screen import guarded, print_json, say
from etabli.exam.contract.french import count
from etabli.sandbox import kept


@guarded
def postes(
    close: Annotated[bool, typer.Option("--fermer", help="Ferme tout de suite ceux qui attendent.")] = False,
    as_json: AsJson = False,
) -> None:
    """Dit quels postes attendent, prêts, la prochaine vérification.

    Après une vérification, son poste reste prêt dix minutes : la suivante commence tout de suite. La variable
    ETABLI_GARDER change cette durée, en minutes ; avec ETABLI_GARDER=0, aucun poste n'est gardé.

    Exemples :

    [bold]etabli postes[/]

    [bold]etabli postes --fermer[/]
    """
    if close:
        removed = kept.end_all()
        found = kept.running()
        if as_json:
            print_json({"removed": removed, "lent": sum(one["lent"] for one in found)})
            return
        say(count(removed, "{n} poste fermé.", "{n} postes fermés.") if removed else "Aucun poste n'attendait.")
        return
    found = kept.running()
    if as_json:
        print_json(found)
    else:
        say(f"{told(found)}.")


def told(found: list[dict[str, Any]]) -> str:
    """Says, without a full stop, how many workers wait and for how long yet."""
    waiting, lent = (sum(one[name] for one in found) for name in ("waiting", "lent"))
    said = []
    if waiting:
        left = math.ceil(max(one["left_s"] for one in found) / 60)
        minutes = count(left, "{n} minute", "{n} minutes")
        said.append(f"{count(waiting, '{n} poste prêt', '{n} postes prêts')} pour {minutes}")
    if lent:
        said.append(count(lent, "{n} poste occupé", "{n} postes occupés"))
    return ", ".join(said) or "Aucun poste n'est gardé prêt"
