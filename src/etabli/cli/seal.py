"""``etabli seal`` and ``etabli verify``: evidence packed so that a change is seen, and whether there is one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.phrase import PhraseFile, passphrase
from etabli.cli.screen import Exit, aside, escape, guarded, print_json, save, say, tell
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count
from etabli.recueil.kept import USUAL, read
from etabli.seal import keys
from etabli.seal.checking import Checked, check
from etabli.seal.keys import PublicKey
from etabli.seal.manifest import manifest_of
from etabli.seal.opening import read_archive
from etabli.seal.sealing import gathered
from etabli.seal.sealing import seal as sealed
from etabli.seal.short import short

_SHOWN = 20
"""Flaws that are told; the others are counted."""


@guarded
def seal(
    out: Annotated[Path, typer.Option("-o", "--sortie", help="Archive à écrire, par exemple SNO-07.scelle.zip.")],
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[DOSSIER]…",
            help="Ce qui est scellé : le dossier d'une commission, un recueil construit… Chacun garde son nom.",
        ),
    ] = None,
    who: Annotated[str | None, typer.Option("--candidat", help="Ajoute le recueil de ce candidat.")] = None,
    root: Annotated[Path, typer.Option("--recueils", help="Dossier des recueils.")] = USUAL,
    phrase_file: PhraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Scelle des dossiers dans une archive signée par le centre : tout changement s'y verra.

    Chaque fichier par son empreinte SHA-256, une racine pour le tout, la signature Ed25519 du centre. Une vérification
    qui n'est plus telle qu'elle a été figée empêche de sceller. L'archive est un .zip ordinaire, qui s'ouvre partout.

    Exemples :

    [bold]etabli seal --candidat SNO-07 SNO-07-recueil -o SNO-07.scelle.zip[/]

    [bold]etabli seal commissions/juin -o juin.scelle.zip[/]

    Codes de sortie : 0 ; 1 une vérification a changé depuis qu'elle a été figée ; 2 la clé, la phrase ou un dossier ne
    va pas.
    """
    chosen = list(folders or ())
    if who is not None:
        chosen.insert(0, read(root, checked_candidate(who)).folder)
    if not chosen:
        raise UsageProblem("Dites quoi sceller : un dossier, ou « --candidat » et son identifiant.")
    if out.exists():
        raise UsageProblem(f"« {out} » existe déjà, et une archive scellée ne se remplace pas : donnez un autre nom.")
    keys.present()
    files = gathered(chosen)
    private = keys.opened(passphrase(phrase_file))
    subject = chosen[0].name if who else ", ".join(path.resolve().name for path in chosen)
    save(out, sealed(files, private, kind="candidat" if who else "dossier", subject=subject))
    manifest = manifest_of(out)
    if as_json:
        facts = {"archive": str(out), "root": manifest.root, "short": short(manifest.root), "key": manifest.key}
        print_json(facts | {"files": len(manifest.files), "runs": len(manifest.runs)})
        return
    say(f"Scellé dans {out} : {count(len(files), '{n} fichier', '{n} fichiers')}.")
    say(f"Racine, à noter sur papier : {short(manifest.root)}")
    say(f"Clé du centre : {short(manifest.key)}. Pour vérifier : etabli verify {out}")


@guarded
def verify(
    archive: Annotated[Path, typer.Argument(metavar="ARCHIVE", help="Archive écrite par « etabli seal ».")],
    key: Annotated[
        Path | None, typer.Option("--cle", help="Clé publique du centre (par défaut : celle de cette machine).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Dit si une archive est encore, à l'octet près, ce que le centre a scellé ; sinon, quel fichier a changé.

    Ni réseau, ni base de données, ni autre clé que la clé publique. Sans clé du centre à comparer, l'archive peut être
    intacte sans que rien ne dise qui l'a faite : le code de sortie est 1, et l'empreinte à comparer est montrée.

    Exemples :

    [bold]etabli verify SNO-07.scelle.zip --cle centre.pub[/]

    [bold]etabli verify SNO-07.scelle.zip --json[/]

    Codes de sortie : 0 intacte, et scellée par le centre ; 1 quelque chose a changé, ou la clé n'est pas celle du
    centre ; 2 commande incorrecte.
    """
    trusted = [keys.read_public(key)] if key else keys.known()
    found = check(read_archive(archive), trusted)
    if as_json:
        print_json(_facts(found))
    else:
        _show(archive, found, trusted)
    if not (found.intact and found.confirmed):
        raise typer.Exit(Exit.REVIEW)


def _facts(found: Checked) -> dict[str, object]:
    manifest = found.manifest if found.intact else None
    return {
        "intact": found.intact,
        "confirmed": found.intact and found.confirmed,
        "subject": manifest.subject if manifest else None,
        "sealed_at": manifest.sealed_at if manifest else None,
        "root": manifest.root if manifest else None,
        "key": found.key.fingerprint if found.key else None,
        "flaws": [{"name": flaw.name, "what": flaw.what} for flaw in found.flaws],
        "checked": found.said(),
    }


def _show(archive: Path, found: Checked, trusted: Sequence[PublicKey]) -> None:
    if found.manifest is None or found.key is None or not found.intact:
        tell(f"« {archive} » n'est plus ce qui a été scellé : n'en retenez rien.")
        for flaw in found.flaws[:_SHOWN]:
            aside.print(escape(f"  {flaw.sentence()}"), soft_wrap=True, highlight=False)
        if more := len(found.flaws) - _SHOWN:
            if more > 0:
                aside.print(f"  Et {count(more, '{n} autre', '{n} autres')}.")
        return
    moment = datetime.fromisoformat(found.manifest.sealed_at).astimezone()
    zone = moment.isoformat()[-6:]
    for sentence in found.said():
        say(f"✓ {sentence}")
    whose = f"{found.manifest.subject}, scellé le {moment:%d/%m/%Y à %H:%M}, UTC{zone} (selon la machine qui a scellé)"
    if found.confirmed:
        say(f"✓ Intacte, et scellée par le centre : {whose}.")
        return
    say(f"Intacte : {whose}.")
    tell(
        f"Rien ici ne dit que la clé {found.key.short} est celle du centre : comparez-la avec celle qu'il a publiée, "
        "ou donnez sa clé publique avec « --cle »."
    )
