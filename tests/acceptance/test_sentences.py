"""One sentence each: everything that goes wrong in a classroom, really provoked, and the rest of the batch goes on.

A small lab of its own keeps this short; the containers are the real ones.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import command_line
import pytest
from helpers import Done, here, volume
from small_repository import CHECKS, LAB, PAGE, ROOT, repository, write

from etabli.runs.identifier import stand_in

SLOW = "from flask import Flask\nimport time\napp = Flask(__name__)\n@app.route('/')\ndef page():\n    time.sleep(60)\n"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="small disks and closed folders are made by root")


@dataclass(frozen=True)
class Case:
    """Something handed in, and what is said of it."""

    name: str
    make: Callable[[Path], None]
    """Writes it below the folder of the class."""
    words: tuple[str, ...]
    """In the sentence."""
    status: str = "rejected"
    outcomes: tuple[str, ...] = ()


def site(name: str, **files: str | bytes) -> Callable[[Path], None]:
    return lambda top: write(top / name, **files)


def deposit(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda top: write(top, **{name: content})


def closed(top: Path) -> None:
    write(top / "interdit", **{"index.php": PAGE, "prive/a.txt": "x"})
    (top / "interdit" / "prive").chmod(0)


def twice(top: Path) -> None:
    write(top / "double", **{"index.php": PAGE})
    with zipfile.ZipFile(top / "double.zip", "w") as made:
        made.writestr("index.php", PAGE + "<!-- plus tard -->")


def named(name: str | bytes, words: str) -> Case:
    """A right work in a zip of an odd name."""
    file = os.fsdecode(name)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("index.php", PAGE)
    return Case(stand_in(file.removesuffix(".zip")), deposit(file, packed.getvalue()), (words,))


def special(name: str, make: Callable[[Path], object], words: str) -> Case:
    """What is there under the name of an archive and is none."""
    return Case(name, lambda top: make(top / f"{name}.zip"), (f"« {name}.zip » {words}",))


def hollow(path: Path) -> None:
    with open(path, "wb") as made:
        made.truncate(20 * 10**9)


def declared(name: str, declaration: bytes, words: str) -> Case:
    return Case(name, site(name, **{"index.php": PAGE, "rendu.json": declaration}), (words,))


OURS, NO_NAME = "un nom qu'Établi garde pour ses propres fichiers", "n'est pas un identifiant"
LINK = "est un lien ou un fichier spécial, pas une archive"
EXAMINED = ("graded", ("failed", "blocked"))
CASES = [
    Case("texte", deposit("texte.zip", b"bonjour"), ("« texte.zip » n'est pas une archive .zip", "nouveau dépôt")),
    Case("coupe", deposit("coupe.zip", b"PK\x03\x04" + bytes(90)), ("l'envoi s'est arrêté en route", "nouveau dépôt")),
    Case("rar", deposit("rar.rar", b"Rar!\x1a\x07\x00"), ("archive .rar", "« Compresser dans un fichier ZIP »")),
    Case("sept", deposit("sept.7z", b"7z\xbc\xaf\x27\x1c"), ("archive .7z", "« Compresser dans un fichier ZIP »")),
    Case(
        "deguise",
        deposit("deguise.zip", b"Rar!\x1a\x07\x00"),
        ("« deguise.zip » n'est pas une archive .zip, c'est une archive RAR", "« Compresser dans un fichier ZIP »"),
    ),
    Case("pdf", deposit("pdf.zip", b"%PDF-1.7"), ("c'est un document PDF", "déposez ce .zip")),
    Case(
        "autre-tp",
        site("autre-tp", **{"index.php": PAGE, "rendu.json": '{"lab": "autre"}'}),
        ("celui du TP « autre », pas de « essai »", "vérifiez le TP choisi"),
    ),
    Case("interdit", closed, ("« interdit » ne peut pas être lu", "interdit/prive", "chmod")),
    Case("vide", site("vide", **{"Thumbs.db": "x"}), ("Le rendu est vide",), *EXAMINED),
    Case(
        "majuscule",
        site("majuscule", **{"Index.PHP": PAGE}),
        ("« Index.PHP » doit s'appeler « index.php »", "Linux"),
        *EXAMINED,
    ),
    Case("muet", site("muet", **{"app.py": "import time\ntime.sleep(1e6)\n"}), ("pas arrivée à temps",), *EXAMINED),
    *[Case("lent", site("lent", **{"app.py": SLOW}), ("pas arrivée à temps",), *EXAMINED)][: volume(0, 1)],
    Case(
        "plante",
        site("plante", **{"app.py": "def page(:\n"}),
        ("L'application ne répond pas|La page n'est pas arrivée à temps|Le serveur a coupé la connexion",),
        *EXAMINED,
    ),
    Case(
        "erreur-500",
        site("erreur-500", **{"index.php": "<?php http_response_code(500);"}),
        ("aucune page à afficher (/, code 500)",),
        *EXAMINED,
    ),
]
CASES += [
    *(named(f"{name}.zip", f"« {name} » est {OURS}") for name in ("etabli.sqlite-shm", ".verrou", ".travail")),
    *(named(name, NO_NAME) for name in (b"caf\xe9.zip", "a\x1b]0;b\nc.zip", "[red]x[bold].zip", "\u202e\u2028.zip")),
    special("tube", os.mkfifo, LINK),
    special("zero", lambda path: path.symlink_to("/dev/zero"), LINK),
    special("boucle", lambda path: path.symlink_to(path), LINK),
    special("creux", hollow, "n'est pas une archive .zip lisible"),
    declared("demi-tp", rb'{"lab": "\ud800"}', "celui du TP « ? », pas de « essai »"),
    declared("demi-nom", rb'{"lab": "essai", "candidate": "\udfff"}', "celui de « ? »"),
    declared("puits", b"[" * 60_000, "« rendu.json » est illisible"),
]
GOOD = {
    "demi-cle": site(
        "demi-cle",
        **{"index.php": PAGE, "rendu.json": rb'{"lab": "essai", "\ud800": 0, "noted": {"\ud800": ["\ud800"]}}'},
    ),
    "bon": site("bon", **{"index.php": PAGE}),
    "casse": site("casse", **{"index.php": PAGE + "<img src='images/Logo.PNG' alt=''>", "images/logo.png": b"x"}),
}


BOUNDED = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Root whom permission bits stop, as they stop everyone else."""


def etabli(
    *arguments: object, home: Path, root: Path = ROOT, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the command as root that permission bits stop."""
    own = {"ETABLI_HOME": str(home), "ETABLI_ROOT": str(root), **(environment or {})}
    return command_line.etabli(*arguments, environment=own, under=BOUNDED)


def sentence(done: Done | subprocess.CompletedProcess[str]) -> str:
    """Returns the one sentence that a command ended with."""
    said = " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr + done.stdout
    assert said.count("✗") == 1 and said.startswith("✗"), said
    return said


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "chez-moi"


Typed = Callable[..., Done]


@pytest.fixture
def typed(home: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Runs the command in this process, where neither rights nor an end by itself matter."""

    def run(*arguments: object, **environment: object) -> Done:
        for name, value in {"ETABLI_HOME": home, "ETABLI_ROOT": ROOT, **environment}.items():
            monkeypatch.setenv(name, str(value))
        return here(*arguments)

    return run


# ---------------------------------------------------------------- one batch with everything in it


@dataclass(frozen=True)
class Aftermath:
    """What the batch left."""

    done: subprocess.CompletedProcess[str]
    payloads: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Aftermath:
    place = tmp_path_factory.mktemp("phrases")
    for case in CASES:
        case.make(place / "classe")
    for make in GOOD.values():
        make(place / "classe")
    twice(place / "classe")
    done = etabli(
        "grade", place / "classe", "--tp", LAB, "--out", place / "out", "--postes", 1,
        home=place / "home", root=repository(place / "depot", CHECKS),
    )  # fmt: skip
    (place / "classe" / "interdit" / "prive").chmod(0o755)
    assert (place / "out" / "resultats.json").is_file(), done.stderr
    results = json.loads((place / "out" / "resultats.json").read_text("utf-8"))["results"]
    return Aftermath(done, {payload["candidate"]: payload for payload in results})


def test_the_batch_goes_on_and_says_that_some_need_a_look(after: Aftermath) -> None:
    assert after.done.returncode == 1
    assert "Traceback" not in after.done.stderr + after.done.stdout
    assert set(after.payloads) == {*(case.name for case in CASES), *GOOD}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_gets_its_sentence(after: Aftermath, case: Case) -> None:
    payload = after.payloads[case.name]
    assert payload["status"] == case.status, payload["reason"]
    assert tuple(check["outcome"] for check in payload["checks"]) == case.outcomes
    for words in case.words:  # one of them: a server that dies while it is asked may be met before or after
        assert any(one in payload["reason"] for one in words.split("|")), payload["reason"]
    assert 15 <= len(payload["reason"]) <= 400
    assert payload["reason"].endswith((".", "»", "?"))
    for check in payload["checks"][:1]:
        assert check["observed"] == payload["reason"] and check["expected"] and check["help"]
        assert check["duration_ms"] < 30_000
    assert " ".join(payload["reason"].split()) in " ".join(after.done.stderr.split()), "the teacher sees it at once"


@pytest.mark.parametrize("name", GOOD)
def test_the_others_are_graded(after: Aftermath, name: str) -> None:
    payload = after.payloads[name]
    assert payload["score"]["earned"] == payload["score"]["possible"] == 5


def test_two_under_one_name_are_told_and_neither_is_graded(after: Aftermath) -> None:
    said = " ".join(after.done.stderr.split())
    assert "Deux rendus différents portent le même nom" in said and "double.zip" in said and "gardez-en un" in said
    assert "2 rendus laissés de côté" in " ".join(after.done.stdout.split())
    assert "double" not in after.payloads


def test_a_name_that_only_windows_finds_gets_advice(after: Aftermath) -> None:
    (advice,) = after.payloads["casse"]["messages"]
    assert advice["id"] == "casse-du-nom"
    assert "La page « / » demande « images/Logo.PNG » ; le rendu contient « images/logo.png »" in advice["means"]
    assert "Écrivez exactement pareil" in advice["look"]
    assert after.payloads["bon"].get("messages", []) == []


# ---------------------------------------------------------------- a command that cannot even begin


def test_an_unknown_lab(typed: Typed, tmp_path: Path) -> None:
    done = typed("grade", tmp_path, "--tp", "esai", ETABLI_ROOT=repository(tmp_path / "depot", CHECKS))
    assert done.returncode == 2
    assert "Le TP « esai » n'existe pas : vouliez-vous dire « essai » ? TP disponibles : essai." in sentence(done)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"limites": {}}, "clé « limites » : elle n'existe pas ; vouliez-vous dire « limits » ?"),
        ({"runtimes": "php"}, "clé « runtimes » : il faut une liste, et non « php »"),
        ({"title": None}, "clé « title » : il faut un texte"),
    ][: volume(1, 3)],
)
def test_a_wrong_key_in_a_manifest(typed: Typed, tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    root = repository(tmp_path / "depot", CHECKS, **changes)
    done = typed("grade", tmp_path, "--tp", LAB, ETABLI_ROOT=root)
    assert done.returncode == 2
    said = sentence(done)
    assert f"{root}/labs/essai/lab.yaml, ligne " in said and words in said and "relancez" in said


def test_a_folder_of_a_class_that_may_not_be_read(home: Path, tmp_path: Path) -> None:
    top = tmp_path / "classe"
    write(top / "bon", **{"index.php": PAGE})
    top.chmod(0)
    done = etabli("grade", top, "--tp", LAB, home=home, root=repository(tmp_path / "depot", CHECKS))
    top.chmod(0o755)
    assert done.returncode == 2
    assert f"« {top}" in sentence(done) and "accès interdit à ce compte" in sentence(done)


def test_nothing_but_two_deposits_under_one_name(typed: Typed, tmp_path: Path) -> None:
    twice(tmp_path / "classe")
    done = typed("grade", tmp_path / "classe", "--tp", LAB, ETABLI_ROOT=repository(tmp_path / "depot", CHECKS))
    assert done.returncode == 2
    said = sentence(done)
    assert "Deux rendus différents portent le même nom" in said and "double.zip" in said and "gardez-en un" in said


def test_results_that_may_not_be_written(home: Path, tmp_path: Path) -> None:
    write(tmp_path / "bon", **{"index.php": PAGE})
    (tmp_path / "out").mkdir(mode=0o500)
    done = etabli(
        "grade", tmp_path / "bon", "--tp", LAB, "--out", tmp_path / "out",
        home=home, root=repository(tmp_path / "depot", CHECKS),
    )  # fmt: skip
    assert done.returncode == 2
    assert "ne peut pas être écrit (accès interdit à ce compte) : choisissez un autre dossier" in sentence(done)


def test_a_home_that_cannot_be_made(typed: Typed, tmp_path: Path) -> None:
    arguments = ("sujet", "page-dynamique", "--candidat", "a", "-o", tmp_path / "sujet")
    done = typed(*arguments, ETABLI_HOME="/proc/nulle-part")
    assert done.returncode == 2
    assert "« /proc/nulle-part » ne peut pas être créé" in sentence(done) and "ETABLI_HOME" in sentence(done)


# ---------------------------------------------------------------- a machine that cannot grade


def test_no_engine(typed: Typed, tmp_path: Path) -> None:
    write(tmp_path / "bon", **{"index.php": PAGE})
    done = typed("grade", tmp_path / "bon", "--tp", "page-dynamique", DOCKER_HOST="unix:///nulle/part.sock")
    assert done.returncode == 3
    assert "Le moteur de conteneurs ne répond pas : lancez « make setup », puis « etabli doctor »." in sentence(done)


def test_an_engine_that_this_account_may_not_use(home: Path, tmp_path: Path) -> None:
    write(tmp_path / "bon", **{"index.php": PAGE})
    (tmp_path / "docker.sock").touch(mode=0)
    refused = {"DOCKER_HOST": f"unix://{tmp_path / 'docker.sock'}"}
    done = etabli("grade", tmp_path / "bon", "--tp", "page-dynamique", home=home, environment=refused)
    assert done.returncode == 3
    assert "Docker refuse l'accès à ce compte" in sentence(done) and "groupe « docker »" in sentence(done)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "petit"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "etabli-test", place], check=True)
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_disk_in_the_middle(home: Path, tmp_path: Path, small: Path) -> None:
    """Nothing is lost: with more room, the same command finishes."""
    write(tmp_path / "bon", **{"index.php": PAGE, "gros.bin": os.urandom(100_000)})
    root = repository(tmp_path / "depot", CHECKS)
    arguments = ("grade", tmp_path / "bon", "--tp", LAB, "--out", small / "out")
    done = etabli(*arguments, home=home, root=root)
    assert done.returncode == 3
    assert f"Le disque de « {small / 'out'} » est plein : libérez de la place" in sentence(done)
    subprocess.run(["mount", "-o", "remount,size=20m", small], check=True)
    again = etabli(*arguments, home=home, root=root)
    assert again.returncode == 0, again.stderr
    assert (small / "out" / "index.html").is_file()


def test_a_full_disk_for_a_command_without_containers(home: Path, small: Path) -> None:
    (small / "bourrage").write_bytes(bytes(120_000))
    done = etabli("sujet", "page-dynamique", "--candidat", "sno-07", "-o", small / "sujet", home=home)
    shutil.rmtree(small / "sujet", ignore_errors=True)
    assert done.returncode == 3
    assert "est plein : libérez de la place" in sentence(done)


# ---------------------------------------------------------------- a mistake of ours


def test_an_unforeseen_error_is_kept_for_us_and_told_in_a_sentence(home: Path, tmp_path: Path) -> None:
    root = repository(tmp_path / "depot", CHECKS)
    (root / "graders" / LAB / "variant.py").write_text("def make(atelier, rows):\n    return {}['absent']\n")
    done = etabli("sujet", LAB, "--candidat", "a", "-o", tmp_path / "sujet", home=home, root=root)
    assert done.returncode == 70
    (kept,) = (home / "journaux").iterdir()
    assert "Erreur inattendue d'Établi (KeyError : 'absent')" in sentence(done) and str(kept) in sentence(done)
    assert "Traceback" in kept.read_text("utf-8") and "variant.py" in kept.read_text("utf-8")


@pytest.mark.parametrize("content", ["", "zz", "é"][: volume(1, 3)])
def test_a_damaged_secret(typed: Typed, home: Path, tmp_path: Path, content: str) -> None:
    write(home, secret=content)
    done = typed("sujet", "page-dynamique", "--candidat", "a", "-o", tmp_path / "sujet")
    assert done.returncode == 2
    assert f"Le secret d'Établi « {home / 'secret'} » est abîmé" in sentence(done)
