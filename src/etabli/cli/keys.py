"""``etabli keys``: the centre's key pair, with which archives are sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.labs import AsJson
from etabli.cli.phrase import PhraseFile, passphrase
from etabli.cli.screen import guarded, print_json, save, say
from etabli.seal import keys
from etabli.seal.page import render_verifier

keys_app = typer.Typer(
    help="La clé du centre : avec elle, il scelle ; avec sa moitié publique, chacun vérifie.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
Replace = Annotated[
    bool,
    typer.Option("--remplacer", help="Change de clé ; l'ancienne reste à côté, pour vérifier ce qu'elle a scellé."),
]


@keys_app.command("creer")
@guarded
def creer(phrase_file: PhraseFile = None, replace: Replace = False) -> None:
    """Fait la clé du centre sur cette machine, derrière une phrase.

    La moitié privée reste dans le dossier d'Établi (ETABLI_HOME/cles), chiffrée par la phrase. Sans la phrase, personne
    ne scelle plus, pas même vous : notez-la sur papier, et gardez une sauvegarde
    (« etabli keys exporter --complete … »).

    Exemple : [bold]etabli keys creer[/]

    Codes de sortie : 0 ; 2 il y a déjà une clé, ou la phrase ne va pas.
    """
    public = keys.make(passphrase(phrase_file, new=True), replace=replace)
    say(f"Clé du centre faite. Empreinte à publier : {public.short}")
    say("Donnez la moitié publique à qui vérifiera : etabli keys exporter centre.pub")


@keys_app.command("montrer")
@guarded
def montrer(as_json: AsJson = False) -> None:
    """Montre la clé publique du centre et son empreinte courte, à imprimer ou à publier.

    Exemple : [bold]etabli keys montrer[/]

    Codes de sortie : 0 ; 2 cette machine n'a pas de clé.
    """
    public = keys.present()
    former = [one.short for one in keys.known() if one.fingerprint != public.fingerprint]
    if as_json:
        print_json({"fingerprint": public.fingerprint, "short": public.short, "pem": public.pem.decode()})
        return
    say(f"Empreinte : {public.short}")
    say(f"En entier (SHA-256) : {public.fingerprint}")
    for one in former:
        say(f"Ancienne clé, gardée pour vérifier : {one}")
    say(public.pem.decode().strip())


@keys_app.command("exporter")
@guarded
def exporter(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier à écrire, par exemple centre.pub.")],
    whole: Annotated[
        bool, typer.Option("--complete", help="Les deux moitiés, toujours derrière la phrase : une sauvegarde.")
    ] = False,
) -> None:
    """Écrit la clé publique du centre dans un fichier, à donner à qui vérifiera.

    Exemples :

    [bold]etabli keys exporter centre.pub[/]

    [bold]etabli keys exporter --complete centre-sauvegarde.pem[/]

    Codes de sortie : 0 ; 2 cette machine n'a pas de clé, ou le fichier ne peut pas être écrit.
    """
    public = keys.export(file, whole=whole)
    if whole:
        say(f"Clé {public.short} écrite en entier dans {file} : gardez ce fichier et la phrase à deux endroits.")
    else:
        say(f"Clé publique {public.short} écrite dans {file}.")


@keys_app.command("importer")
@guarded
def importer(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier écrit par « exporter --complete ».")],
    phrase_file: PhraseFile = None,
    replace: Replace = False,
) -> None:
    """Remet sur cette machine la clé du centre, depuis sa sauvegarde.

    Exemple : [bold]etabli keys importer centre-sauvegarde.pem[/]

    Codes de sortie : 0 ; 2 ce n'est pas une clé, la phrase est une autre, ou une clé est déjà là.
    """
    public = keys.bring(file, passphrase(phrase_file), replace=replace)
    say(f"Clé du centre remise. Empreinte : {public.short}")


@keys_app.command("verificateur")
@guarded
def verificateur(
    out: Annotated[Path, typer.Option("-o", "--sortie", help="Fichier à écrire.")] = Path("verificateur.html"),
) -> None:
    """Écrit une page qui vérifie une archive dans un navigateur, sans Internet et sans Établi.

    La clé publique de cette machine y est inscrite. Donnez la page à part des archives : une page rangée avec une
    archive fausse pourrait être fausse aussi.

    Exemple : [bold]etabli keys verificateur -o verificateur.html[/]

    Codes de sortie : 0 ; 2 cette machine n'a pas de clé, ou le fichier ne peut pas être écrit.
    """
    public = keys.present()
    save(out, render_verifier(public).encode())
    say(f"Vérificateur écrit dans {out}, avec la clé {public.short}.")
