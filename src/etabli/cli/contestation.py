"""``etabli recueil contestation``: all that bears on one candidate, purge suspended, checks replayed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.commission import By, Files, Root, Who
from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.screen import guarded, print_json, say
from etabli.commission.contesting import close, gather_all, replay, sessions_of, suspend, write_page
from etabli.commission.kept import USUAL
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import counted
from etabli.recueil.kept import USUAL as RECUEILS
from etabli.recueil.kept import read
from etabli.sandbox.docker_provider import DockerSandbox
from etabli.system.settings import secret

_RESULTS = Path("resultats")


@guarded
def contestation(
    who: Who,
    par: By,
    motif: Annotated[str, typer.Option("--motif", help="Ce qui est contesté, en une phrase.")] = "",
    out: Annotated[Path | None, typer.Option("-o", "--sortie", help="Dossier à écrire, nouveau ou vide.")] = None,
    outputs: Annotated[
        list[Path] | None,
        typer.Option("--resultats", help="Où sont les rendus gardés ; répétez (par défaut : resultats)."),
    ] = None,
    sans_rejeu: Annotated[bool, typer.Option("--sans-rejeu", help="Ne rejoue pas les vérifications.")] = False,
    clore: Annotated[
        bool, typer.Option("--clore", help="La contestation est finie : l'effacement redevient possible.")
    ] = False,
    recueils: Files = RECUEILS,
    root: Root = USUAL,
    as_json: AsJson = False,
) -> None:
    """Réunit dans un dossier tout ce qui concerne un candidat, et suspend tout effacement de ses données.

    Énoncés, rendus, vérifications, décisions des personnes, neutralisations, incidents, versions ; les vérifications
    sont rejouées à côté des anciennes, et ce qui diffère est dit avec sa cause. Le dossier contient des propositions de
    note : il n'est pas à remettre au candidat tel quel.

    Exemples :

    [bold]etabli recueil contestation --candidat SNO-07 --par "Mme Essai" --motif "le degré de C2.3"[/]

    [bold]etabli recueil contestation --candidat SNO-07 --par "Mme Essai" --clore[/]

    Codes de sortie : 0 ; 2 commande incorrecte ; 3 cette machine ne peut pas rejouer (« --sans-rejeu » s'en passe).
    """
    kept = read(recueils, checked_candidate(who))
    name = kept.recueil.candidat
    if clore:
        say(f"Contestation de {name} close par {par} : {close(kept)}. L'effacement redevient possible.")
        return
    if not motif.strip() or not par.strip():
        raise UsageProblem("Dites ce qui est contesté (« --motif ») et qui ouvre la contestation (« --par »).")
    sandbox = DockerSandbox(keeping=True)
    if not sans_rejeu:
        sandbox.probe()
    folders = outputs or ([_RESULTS] if _RESULTS.is_dir() else [])
    found = gather_all(kept, list(sessions_of(root, name)), folders, out or Path(f"contestation-{name}"), secret())
    mark = suspend(kept, par, motif)
    if not sans_rejeu:
        replay(found, kept, sandbox, secret(), tell=say)
    page = write_page(found, motif, par)
    if as_json:
        print_json(
            {
                "folder": str(found.folder),
                "mark": str(mark),
                "traces": [one["id"] for one in found.traces],
                "sessions": found.sessions,
                "replayed": found.replayed,
                "missing": found.missing,
            }
        )
        return
    say(f"Contestation de {name} : {counted(len(found.traces), 'trace')}, {page}")
    for sentence in (*found.replayed, *found.missing):
        say(f"  {sentence}")
    say(f"Rien de ce candidat n'est effacé tant que {mark} est là (« --clore » y met fin).")
