"""A student audits passwords with the brief and the workspace alone: terminal, work, check, submit, stop.

What is handed in is made as the brief says to, from the supplied files and nothing else: whoever follows it passes.
"""

from __future__ import annotations

import csv
import html
import io
import json
import os
import pty
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from command_line import begin, etabli, said
from conformance.rigs import DockerRig

from etabli.exam.contract.values import TypedLine
from etabli.lab.manifest import load_lab
from etabli.sandbox.base import Application
from etabli.sandbox.docker_terminal import of_a_room

LAB = "mots-de-passe"
WHO = "sno-07"
Row = dict[str, str]


pytestmark = pytest.mark.usefixtures("module_home", "kept_workers")

ADVICE = {
    "sans-2fa": "activer le second facteur",
    "partage": "donner un compte à chacun",
    "dormant": "fermer le compte",
    "parti": "fermer le compte",
}
"""What to change, where it is not the password."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, module_home: None, kept_workers: None) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("soir")
    started = etabli("start", LAB, "--candidat", WHO, "--json", at=root)
    assert started.returncode == 0, started.stderr
    facts = json.loads(started.stdout)
    assert facts["terminal"] is True and facts["site"] is None and facts["db_password"] is None
    place = Path(facts["folder"])
    try:
        yield place
    finally:
        etabli("stop", place, "--effacer", "--oui", at=root)


# The tests of this evening follow one another, as the student does.


def test_starting_says_where_to_read_and_how_to_enter(folder: Path) -> None:
    words = said(etabli("start", at=folder))
    assert "etabli terminal" in words and str(folder / "dossier") in words and str(folder / "donnees") in words
    assert "127.0.0.1" not in words
    project = json.loads((folder / ".etabli" / "workspace.json").read_text("utf-8"))["project"]
    networks = ["docker", "network", "ls", "--quiet", "--filter", f"label=com.docker.compose.project={project}"]
    assert subprocess.run(networks, capture_output=True, check=True).stdout == b"", "its services need none"
    assert "etabli terminal" in said(etabli("espaces", at=folder))


def test_the_terminal_opens_once_the_charter_is_accepted(folder: Path) -> None:
    refused = etabli("terminal", "-c", "echo dedans", at=folder, stdin="non\n")
    assert refused.returncode == 1 and "CHARTE" in refused.stdout and "dedans" not in refused.stdout
    inside = etabli("terminal", "-c", "echo dedans", at=folder / "rendu", stdin="oui\n")
    assert inside.returncode == 0 and inside.stdout.endswith("dedans\n")
    assert re.search(r"Lu et accepté le \d\d/\d\d/\d{4}", (folder / "rendu" / "charte.txt").read_text("utf-8"))
    assert etabli("terminal", "-c", "exit 7", at=folder).returncode == 7


def test_a_program_finds_in_an_exam_what_its_own_terminal_has(folder: Path, tmp_path: Path) -> None:
    """Whatever differs is what a program may behave well by; numbers, moments and what is drawn are left out."""
    probe = folder / "rendu" / "sonde.py"
    probe.write_text((Path(__file__).parents[1] / "seen_inside.py").read_text("utf-8"), "utf-8")
    name = "migration-exemple.jsonl"
    typed = f"python3 rendu/sonde.py < donnees/{name}"
    own = _seen(_typed_at_home(f"{typed}\nexit\n", folder))
    rig = DockerRig(tmp_path)
    bench = load_lab(LAB).manifest.bench
    assert bench is not None
    limits = {part: getattr(bench, part) for part in ("memory_mb", "pids", "cpus", "tmp_mb")}
    app = Application("audit", (), folder / "rendu", **limits)
    data = shutil.copytree(folder / "donnees", tmp_path / "donnees")
    line = TypedLine(typed, {name: (data / name).read_bytes()}, screen=1)
    try:
        with rig.sandbox.open_worker(rig.plan(services=False)) as worker:
            (ran,) = worker.terminal(app, [line], data=data, timeout=60)
    finally:
        rig.close()
        probe.unlink()
    exam = _seen(ran.stdout.decode())
    for one in (own, exam):  # of a room's terminal or of this one: drawn
        for variable in of_a_room(""):
            one["variables"].pop(variable, None)
    assert {part: (own[part], exam[part]) for part in own if own[part] != exam[part]} == {}


def _seen(said: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said.split("@@@")[1])
    return found


def _typed_at_home(lines: str, folder: Path) -> str:
    """Types lines in `etabli terminal`, on a screen; returns all that is shown there."""
    ours, theirs = pty.openpty()
    try:
        with open(theirs, "r+b", buffering=0) as screen:
            begun = begin("terminal", given=screen, out=screen, err=screen, at=folder)
        os.write(ours, lines.encode())
        shown = b""
        with suppress(OSError):  # how the end of a screen is told
            while piece := os.read(ours, 65536):
                shown += piece
        assert begun.wait() == 0, shown[-500:]
        return shown.decode()
    finally:
        os.close(ours)


@pytest.mark.long
def test_every_command_of_the_brief_works_as_it_is_written(folder: Path) -> None:
    brief = (folder / "enonce.html").read_text("utf-8")
    blocks = re.findall(r'<pre><code class="language-text">(.*?)</code>', brief, re.DOTALL)
    [commands] = [html.unescape(block) for block in blocks if "essayer" in block]
    done = etabli("terminal", "-c", f"set -e\n{commands}", at=folder)
    assert done.returncode == 0, done.stderr
    found = re.findall(r"^\S+;intranet;\d+;\d;\d+;", done.stdout, re.MULTILINE)
    assert len(found) >= 3, "several accounts of the intranet give way"
    assert "dans la liste de fuites" in done.stderr


def test_the_starter_is_nothing_to_examine_yet(folder: Path) -> None:
    warnings = said(etabli("submit", "-o", folder.parent / "vide.zip", at=folder))
    assert "il n'y a pas encore « Relevé d'audit »" in warnings


def test_following_the_brief_without_guessing_passes(folder: Path) -> None:
    student = Student(folder)
    student.hand_in()
    done = etabli("check", "--json", at=folder)
    assert done.returncode == 0, done.stderr
    payload = json.loads(done.stdout)["payload"]
    assert len(payload["checks"]) > 50
    wrong = {
        check["id"]: check.get("observed")
        for check in payload["checks"]
        if check["outcome"] != "passed" and check["palier"] != "approfondissement"
    }
    assert wrong == {}


def test_what_is_packed_is_the_work_and_only_approfondissement_is_missing(folder: Path) -> None:
    done = etabli("submit", "--json", at=folder)
    facts = json.loads(done.stdout)
    assert facts["files"] == 6
    assert len(facts["warnings"]) == 1 and "migration/verifier.php" in facts["warnings"][0]


def test_what_is_submitted_is_graded(folder: Path, tmp_path: Path) -> None:
    assert etabli("submit", folder, "-o", tmp_path).returncode == 0
    [zipped] = tmp_path.glob("*.zip")
    graded = etabli("grade", zipped, "--tp", LAB, "--out", tmp_path / "out", "--json")
    assert graded.returncode == 0, graded.stderr
    [payload] = json.loads(graded.stdout)["results"]
    score = payload["score"]
    assert payload["candidate"] == WHO and 0 < score["earned"] < score["possible"], "approfondissement is missing"


def test_stopping_forgets_what_john_found(folder: Path) -> None:
    assert "vos fichiers sont gardés." in said(etabli("stop", at=folder))
    done = etabli("terminal", "-c", "ls ~/.john 2>/dev/null | wc -l; cat /etc/hostname >/dev/null", at=folder)
    assert done.returncode == 0 and done.stdout.strip() == "0", "the terminal starts again by itself, empty"
    assert (folder / "rendu" / "audit.csv").is_file()


class Student:
    """Somebody who knows the brief, the mandate and the supplied files, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.words = json.loads((folder / "sujet.json").read_text("utf-8"))
        self.today = date.fromisoformat(self.words["period"]["today"])
        self.systems = {one["id"]: self.table(one["file"]) for one in self.words["systems"]}
        prefix = self.words["partner"]["prefix"]
        for name, rows in self.systems.items():
            self.systems[name] = [row for row in rows if not row["compte"].startswith(prefix)]
        self.staff = {f"{row['prenom']} {row['nom']}": row for row in self.table("rh.csv")}
        self.results = self.table("resultats.csv")

    def table(self, name: str) -> list[Row]:
        text = (self.folder / "donnees" / name).read_text("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))

    def hand_in(self) -> None:
        audit, rights = self.audit()
        columns = self.words["columns"]
        for name, rows in (("audit", audit), ("droits", rights)):
            lines = [";".join(columns[name]), *(";".join(row) for row in rows)]
            (self.folder / "rendu" / f"{name}.csv").write_text("\r\n".join(lines), "utf-8-sig")
        waits = "Après chaque erreur" in self.words["situation"]["text"]
        for name, text in self.texts(waits).items():
            (self.folder / "rendu" / name).write_text(text, "utf-8")

    def audit(self) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
        kinds = {term["id"]: term for term in self.words["vocabulary"]}
        actions = {term["id"]: term["word"] for term in self.words["actions"]}
        audit, rights = [], []
        for system, rows in self.systems.items():
            for row in rows:
                for kind, proof in self.risks(system, row):
                    grave = self.severity(kinds[kind]["severity"], row)
                    advice = ADVICE.get(kind, "changer le mot de passe")
                    audit.append((row["compte"], system, kinds[kind]["word"], grave, proof, advice, "mandat"))
                for action, why in self.actions(system, row):
                    rights.append((row["compte"], system, actions[action], why))
        return audit, rights

    def severity(self, base: str, row: Row) -> str:
        scale: list[str] = self.words["severities"]
        step = scale.index(base) + (row["droits"] == "administrateur")
        return scale[min(step, len(scale) - 1)]

    def risks(self, system: str, row: Row) -> Iterator[tuple[str, str]]:
        mine = next(one for one in self.results if (one["compte"], one["systeme"]) == (row["compte"], system))
        sizes = Counter(one["groupe"] for one in self.results)
        tests = {"liste de fuites": "fuite", "identifiant": "identifiant"}
        tests |= {"organisation": "organisation", "saison": "saison"}
        if mine["resultat"] in tests:
            yield tests[mine["resultat"]], f"resultats.csv, essai {mine['resultat']}"
        if mine["groupe"] and sizes[mine["groupe"]] > 1:
            yield "reutilise", f"resultats.csv, groupe {mine['groupe']}"
        if row["titulaire"].startswith(("Équipe", "Tous les")):
            yield "partage", f"titulaire : {row['titulaire']}"
        if len(row.get("empreinte", "")) in (32, 40):
            yield "empreinte-faible", f"empreinte de {len(row['empreinte'])} caractères, sans sel"
        if self.gone(row):
            yield "parti", "départ noté dans rh.csv, compte encore actif"
        if self.asleep(row):
            yield "dormant", f"dernière connexion : {row['derniere_connexion'] or 'jamais'}"
        if (row["droits"], row["second_facteur"], row["actif"]) == ("administrateur", "non", "oui"):
            yield "sans-2fa", "colonnes droits et second_facteur"

    def actions(self, system: str, row: Row) -> Iterator[tuple[str, str]]:
        if self.gone(row) or self.asleep(row):
            yield "desactiver", "compte d'une personne partie, ou dormant"
        if row["droits"] == "administrateur" and row["actif"] == "oui":
            if row["second_facteur"] == "non":
                yield "second-facteur", "administrateur sans second facteur"
            if system not in self.staff.get(row["titulaire"], {}).get("habilitations", system):
                yield "reduire", "la liste RH ne prévoit pas ce droit"

    def gone(self, row: Row) -> bool:
        left = self.staff.get(row["titulaire"], {}).get("depart", "")
        return row["actif"] == "oui" and bool(left) and date.fromisoformat(left) <= self.today

    def asleep(self, row: Row) -> bool:
        away = self.staff.get(row["titulaire"], {}).get("absence_jusqu_au", "")
        if row["actif"] != "oui" or self.gone(row) or (away and date.fromisoformat(away) >= self.today):
            return False
        last = date.fromisoformat(row["derniere_connexion"] or row["cree_le"])
        return (self.today - last).days > self.words["rules"]["dormant_days"]

    def texts(self, waits: bool) -> dict[str, Any]:
        case, bits = ("2", 50) if waits else ("1", 80)
        why = "l'accès est restreint après chaque erreur" if waits else "le mot de passe est la seule protection"
        words = " ".join(word for family in self.words["block_families"] for word in family["words"])
        policy = "# renouvellement : jamais\n# second facteur : administrateurs\nminlen = 16\nminclass = 2\n"
        policy += f"badwords = {words}\nusercheck = 1\n"
        reasons = (
            f"Le cas {case} de la délibération CNIL 2022-100 s'applique ici, soit {bits} bits, car {why}. "
            "Notre politique demande seize caractères et deux classes : le calcul donne plus que le nombre demandé, et "
            "une phrase de plusieurs mots suffit, ce qui se retient mieux qu'une suite de signes. "
            "Le guide ANSSI-PG-078 conseille d'adapter la force au contexte et de préférer plusieurs facteurs : les "
            "comptes qui administrent un système en ont donc deux. Le texte américain NIST SP 800-63B-4 demande quinze "
            "caractères quand le mot de passe est seul, et il diffère des exemples de la CNIL, qui comptent des "
            "classes de signes. Nous suivons la CNIL, qui nous concerne, et nous dépassons la longueur américaine. "
            "Aucun de ces textes ne veut d'un changement forcé à date fixe pour les utilisateurs ordinaires : nous le "
            "supprimons, et nous changeons un mot de passe quand il est connu d'une fuite. Les mots que tout le monde "
            "essaie en premier sont refusés."
        )
        message = (
            "Bonjour à toutes et à tous,\n\nNous venons de revoir la façon dont nous protégeons nos comptes. Voici ce "
            "que chacun peut faire dès demain. Choisissez une phrase de passe longue, de cinq mots ou plus : elle se "
            "retient bien et protège mieux. Prenez un mot de passe différent pour chaque service. Pour ne pas avoir à "
            "tout retenir, servez-vous du gestionnaire de mots de passe installé sur nos postes. Quand un second "
            "facteur vous est proposé, activez-le. En cas de doute, prévenez le service informatique : personne ne "
            "vous reprochera d'avoir demandé.\n\nMerci de votre aide, et bonne semaine.\n"
        )
        return {"pwquality.conf": policy, "justification.txt": reasons, "message.txt": message}
