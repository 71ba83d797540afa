"""Commands that people type, and what hands and scripts make of them: from a seed, one mutation of a right command."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shlex
import signal
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from deposit_samples import zipped
from foreign_bytes import damaged
from helpers import make_run
from moodle_samples import download, sno, worksheet
from seal_samples import PHRASE, sealed

from etabli.commission.kept import begin
from etabli.commission.model import Candidate, Evaluator, Session
from etabli.lab.manifest import load_lab
from etabli.lab.variant import Seat
from etabli.recueil.kept import read_or_begin
from etabli.runs.run import freeze
from etabli.system.settings import secret
from etabli.workspace.opening import open_workspace

SESSION = Session(
    format="etabli/commission/1",
    objet="E2",
    referentiel="0" * 64,
    unites=("U2",),
    candidats=(Candidate(candidat="SNO-01"),),
    evaluateurs=(Evaluator(nom="Essai"),),
)
LIMIT_S = 180
"""Far beyond what any of these takes, on a machine however busy."""
RIGHT = (
    "grade classe --tp mots-de-passe -o sortie",
    "grade sno-01.zip --tp page-dynamique --classe SNO --echeance 20/11/2026 --formulaire notes.csv --rendu-le '22/11/2026 09:00' --session s1 -o sortie",
    "grade Devoir.zip --tp page-dynamique --classe SNO --associer 'MARTIN Léa=SNO-01' --postes 2 --json",
    "regrade resultats --candidat SNO-01 --rendus classe --tp page-dynamique --postes 1 --json",
    "check site --tp page-dynamique --candidat sno-07 --session s1 --palier essentiel -k liste",
    "submit espace -o sortie.zip --json",
    "start page-dynamique --candidat sno-07 --session s1 --dossier travail --langage php --port 8123 --oui",
    "stop espace --effacer --oui",
    "terminal --dossier espace -c ls",
    "journal espace --service terminal --lignes 5",
    "espaces --json",
    "labs --json",
    "sujet page-dynamique --candidat sno-07 --session s1 -o sortie --sans-pdf",
    "sujet page-dynamique --classe SNO --sans-pdf --maison -o sortie",
    "exercice --tp page-dynamique --eleves 3 -o sortie",
    "run verify resultats --json",
    "export gradebook resultats -o carnet.csv --format csv --separateur ';' --constats --bareme bareme.yaml --tp page-dynamique",
    "export moodle resultats --formulaire notes.csv -o rempli.csv --retours retours.zip --bareme bareme.yaml --json",
    "export bareme page-dynamique -o nouveau.yaml",
    "classe import liste.csv --classe BTS --oui",
    "classe liste SNO",
    "classe ajouter SNO 'MOREL Tom' --courriel tom@example.org --numero A7",
    "classe corriger SNO SNO-01 --nom 'MOREL Tom' --numero A8",
    "classe retirer SNO SNO-02",
    "classe effacer SNO SNO-03 --oui",
    "classe absent SNO SNO-02 --tp mots-de-passe",
    "classe imprimer SNO -o liste.html",
    "trace choisir --candidat SNO-01 resultats --verification 0001 --recueils recueils --json",
    "trace ajouter --candidat SNO-01 --titre Guide --origine 'PFMP 1' --auteur SNO-01 --fichier liste.csv --competence C3.1 --le 2027-01-20",
    "trace observer --candidat SNO-01 --critere part-tenue --degre satisfaisante --par 'Mme Essai' --le 2027-01-20 --json",
    "trace pfmp --candidat SNO-01 --titre 'PFMP 1' --du 2026-11-30 --au 2027-01-22 --semaines 6 --lieu Mairie",
    "trace authentifier --candidat SNO-01 --par 'Mme Essai' --aide seul --recueils recueils",
    "recueil build --candidat SNO-01 -o sortie --anonyme --numero 0412 --sans-pdf --json",
    "recueil contestation --candidat SNO-01 --par Essai --motif doute --sans-rejeu --resultats resultats -o sortie --json",
    "commission ouvrir e3-2027 --objet E3 --unite U3 --candidat SNO-01 --statut VAE --evaluateur Essai=professionnel",
    "commission juger e2-2027 --candidat SNO-01 --evaluateur Essai --degre C2.1=satisfaisante --raison vu",
    "commission lire e2-2027 liste.csv --evaluateur Essai --commissions commissions",
    "commission note e2-2027 --candidat SNO-01 --unite U2 --valeur 12,5 --par Essai",
    "commission neutraliser e2-2027 --tp page-dynamique --point filtre --par Essai --raison faux --appliquer --json",
    "imprimer e2-2027 --document grille --candidat SNO-01 --modele liste.csv --correspondance bareme.yaml --json",
    "fiche ecrire --candidat SNO-01 --pfmp 'PFMP 1' --critere part-tenue -o fiche.xlsx --json",
    "annee resultats --candidat SNO-01 --recueils recueils -o sortie",
    "seal site --candidat SNO-01 --recueils recueils -o sortie.zip --phrase-fichier phrase.txt --json",
    "verify scelle.zip --cle recu.json --json",
    "keys creer --phrase-fichier phrase.txt --remplacer",
    "keys exporter --complete sortie.pem",
    "keys importer recu.json --phrase-fichier phrase.txt --remplacer",
    "regrade --depuis scelle.zip --cle recu.json -o sortie --postes 1 --json",
    "secret exporter secret.json",
    "secret importer recu.json --remplacer",
    "lab test page-dynamique --temoin pdo --graine 3 --melange 4 --postes 1 --garder sortie",
    "lab debug page-dynamique site --candidat sno-07 --session s1",
)
WORDS = (
    "\udcff", "é\udce9.zip", "\ud800", "", " ", "-", "--", "--nope", "-1", "0", "1e9", "9" * 40, "-" + "9" * 40, "NaN",
    "res[/]", "[bold red]x[/bold red]", r"\[/x]", "a\nb", "a\x1b]0;x\x07b", "\u202e\u2028", "%s%n", "{0}", "../..",
    "a" * 300, "é" * 200, "31/02/2026", "20/11/99999", "30/11/0000 25:61", "../../../../../../etc/passwd", "CON",
    "etabli.sqlite-journal", ".verrou", ".travail.zip", ".travail", "index.html", "SNO", "SNO-01=SNO-01", "=", "x=", "~",
)  # fmt: skip
PLACES = (
    "tube", "boucle", "casse", "zero", "vide", "creux.zip", "creux.csv", "creux.json", "creux.yaml", "creux.xlsx",
    "dossier.zip", "dossier.csv", "dossier.json", "dossier.yaml", "abime.zip", "abime.csv", "abime.json", "abime.yaml",
    "verrouille", "tubes", "boucles", "creuse", "site/index.php", "/dev/null", "/dev/full", "/proc/self/mem", ".", "..",
    "resultats/SNO-01", "classe/sno-02", "vide/..", "liste.csv/x", "sno-01.zip/x", "res[/]/x", "profond/" * 60,
)  # fmt: skip
"""What may be met where a file or a folder is expected; `furnish` makes them."""


def furnish(folder: Path, words: Sequence[str]) -> None:
    """Makes what a command is about, in an empty folder, and what nobody expects there."""
    sno()
    secret()
    page = {"index.php": b"<?php echo 1;", "rendu.json": b'{"lab": "page-dynamique"}'}
    for name in ("site", "classe/sno-01", "classe/sno-02"):
        _write(folder / name, page)
    archive = zipped({name: data for name, data in page.items() if name != "rendu.json"})
    lists = {
        "csv": "Nom;Prénom;Adresse de courriel\nBouvard;Inès;ines@example.org\n".encode(),
        "json": json.dumps({"schema": "etabli/secret/1", "secret": "ab" * 32}).encode(),
        "yaml": b"paliers:\n  essentiel: 10\n",
        "zip": archive,
    }
    _write(folder, {"liste.csv": lists["csv"], "recu.json": lists["json"], "bareme.yaml": lists["yaml"]})
    _write(folder, {"sno-01.zip": archive, "vide": b""})
    worksheet(folder / "notes.csv")
    download(folder / "Devoir.zip", [("MARTIN Léa_101_assignsubmission_file_/site.zip", archive)])
    run = make_run((), (), candidate="SNO-01", lab="page-dynamique")
    freeze(run, folder / "atelier", folder / "resultats" / "SNO-01")
    if "espace" in words:  # it takes a second
        open_workspace(folder / "espace", Seat(load_lab("mots-de-passe"), "sno-07"), secret(), None)
    if {"seal", "verify", "keys", "--depuis"} & set(words):
        _write(folder, {"phrase.txt": PHRASE.encode(), "scelle.zip": sealed(folder / "resultats")[0]})
    if {"commission", "imprimer"} & set(words):
        begin(folder / "commissions", "e2-2027", SESSION)
    if {"recueil", "trace", "fiche", "seal"} & set(words):
        read_or_begin(folder / "recueils", "SNO-01")
    for kind, right in lists.items():
        (folder / f"dossier.{kind}").mkdir()
        _write(folder, {f"abime.{kind}": damaged(right, random.Random(kind))})
    for kind in (*lists, "xlsx"):
        _hollow(folder / f"creux.{kind}")
    for name in ("tubes", "boucles", "creuse"):
        _write(folder / name, page)
    os.mkfifo(folder / "tube")
    os.mkfifo(folder / "tubes" / "index.css")
    for name, target in (("boucle", "boucle"), ("casse", "absent"), ("zero", "/dev/zero"), ("boucles/x", "x")):
        (folder / name).symlink_to(target)
    _hollow(folder / "creuse" / "gros.csv")
    (folder / "verrouille").mkdir(mode=0)


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def _hollow(path: Path) -> None:
    with open(path, "wb") as made:
        made.truncate(20 * 10**9)


def mutated(seed: int) -> list[str]:
    """A right command with one or two words changed, left out, doubled or added."""
    chance = random.Random(seed)
    words = shlex.split(RIGHT[seed % len(RIGHT)])
    for _ in range(chance.choice((1, 1, 2))):
        odd = chance.choice(chance.choice((WORDS, PLACES)))
        if len(words) == 1:
            return [*words, odd]
        at = chance.randrange(1, len(words))
        kind = chance.random()
        if kind < 0.75:
            named = words[at].startswith("-") and len(words) > at + 1
            words[at + named : at + named + 1] = [odd]
        elif kind < 0.83:
            del words[at]
        elif kind < 0.91:
            words[at:at] = words[at : at + 2]
        else:
            words.append(odd)
    return words


class WaitedForEver(BaseException):
    """A command had not ended after many times what it takes."""


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Interrupts what waits for ever; nothing is measured."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise WaitedForEver

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(LIMIT_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
