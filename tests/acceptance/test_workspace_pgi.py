"""A student extracts from the ERP with the brief and the workspace alone: start, export in the browser, stop, submit.

What is clicked in Tryton is read in the brief: whoever follows it gets the lines that the grader expects.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from erp_client import Refused, Tryton

from etabli.lab import load_lab
from etabli.sandbox import images
from etabli.settings import repository, secret
from etabli.variant import Purpose, Seat, make_variant

LAB = "extraction-pgi"
WHO = "sno-07"
NUMBERS = {"quantite", "montant", "taux"}


@pytest.fixture(scope="module", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["ETABLI_HOME"] = str(tmp_path_factory.mktemp("home"))


def etabli(*arguments: object, at: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "etabli.cli.main", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=at,
        env={**os.environ, "COLUMNS": "200"},
        timeout=600,
        stdin=subprocess.DEVNULL,
    )


def said(done: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in done.stderr
    return " ".join((done.stdout + done.stderr).replace("\u00a0", " ").split())


class Evening:
    """The student's workspace and what starting it said."""

    def __init__(self, root: Path) -> None:
        started = etabli("start", LAB, "--candidat", WHO, "--json", at=root)
        assert started.returncode == 0, started.stderr
        self.facts: dict[str, Any] = json.loads(started.stdout)
        self.folder = Path(self.facts["folder"])
        self.brief = (self.folder / "enonce.md").read_text("utf-8")

    @property
    def port(self) -> int:
        return int(self.facts["pgi"].partition("127.0.0.1:")[2].partition("/")[0])

    def enter(self, password: str | None = None) -> Tryton:
        return Tryton(self.port, self.facts["pgi_user"], password or self.facts["pgi_password"])

    def container(self) -> str:
        project = json.loads((self.folder / ".etabli" / "workspace.json").read_text("utf-8"))["project"]
        listed = ["docker", "ps", "--quiet", "--filter", f"label=com.docker.compose.project={project}"]
        [found] = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
        return found

    def visit(self) -> dict[str, Any]:
        """Follows the brief in the browser of the examiner image, which sees the ERP at the container's own port."""
        [menu] = re.findall(r"Menu de gauche : \*\*(.*?)\*\*", self.brief)
        search = re.findall(r"```text\n\s*(Facture\..*?)\n", self.brief)[0]
        fields = [row[1].split(" ▸ ") for row in columns(self.brief)]
        asked = {"address": "http://127.0.0.1:8080/#entreprise", "login": self.facts["pgi_user"], "delimiter": ";"}
        asked |= {"password": self.facts["pgi_password"], "menu": menu.split(" ▸ ")}
        tag = images.build("examiner") if "examiner" in images.missing() else images.tag("examiner")
        seccomp = repository() / "images" / "examiner" / "seccomp.json"
        argv = ["docker", "run", "--rm", f"--network=container:{self.container()}", "--read-only", "--cap-drop=ALL"]
        argv += ["--shm-size=512m", "--tmpfs=/tmp:exec", "--tmpfs=/home/parsers:uid=1001,mode=0700"]
        argv += ["--security-opt=no-new-privileges", f"--security-opt=seccomp={seccomp}"]
        argv += [f"--volume={Path(__file__).with_name('pgi_visitor.py')}:/visiteur.py:ro", "--entrypoint=timeout", tag]
        told = json.dumps(asked | {"search": search, "fields": fields})
        argv += ["150", "python3", "-I", "/visiteur.py", told]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=180, check=False)
        assert done.returncode == 0, done.stderr[-4000:]
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def columns(brief: str) -> list[list[str]]:
    """Returns the rows of the brief's table of columns: title, where it is in Tryton, type."""
    [table] = re.findall(r"\| Titre \| Dans Tryton \|.*?\n\n", brief, re.DOTALL)
    rows = [[cell.strip().strip("*") for cell in line.strip("|\n ").split("|")] for line in table.splitlines()]
    return [row for row in rows[2:] if len(row) == 3]


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    root = tmp_path_factory.mktemp("soir")
    evening = Evening(root)
    try:
        yield evening
    finally:
        etabli("stop", evening.folder, "--effacer", "--oui", at=root)


@pytest.fixture(scope="module")
def variant(evening: Evening) -> dict[str, Any]:
    return make_variant(Seat(load_lab(LAB), WHO), secret(), Purpose.ATELIER).data


# The tests of this evening follow one another, as the student does.


def test_starting_says_where_the_erp_is_and_how_to_enter(evening: Evening) -> None:
    assert evening.facts["site"] is None and evening.facts["terminal"] is False
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/#entreprise", evening.facts["pgi"])
    again = said(etabli("start", at=evening.folder))
    for part in (evening.facts["pgi"], "assistant", evening.facts["pgi_password"], "enonce.html"):
        assert part in again
    assert f"http://127.0.0.1:{evening.port}" in said(etabli("espaces", at=evening.folder))
    with pytest.raises(Refused):
        evening.enter("autre-mot-9")


def test_nothing_that_is_graded_lies_in_the_workspace(evening: Evening, variant: dict[str, Any]) -> None:
    texts = [path for path in evening.folder.rglob("*") if path.is_file() and path.suffix in {".json", ".md", ".html"}]
    assert len(texts) >= 4
    for path in texts:
        assert variant["total"] not in path.read_text("utf-8"), path


def test_the_export_of_the_brief_gives_the_expected_lines(evening: Evening, variant: dict[str, Any]) -> None:
    met = evening.visit()
    kept = {column["title"]: column["id"] for column in variant["columns"]}
    names = [kept[row[0]] for row in columns(evening.brief)]
    header, *lines = csv.reader(io.StringIO(met["csv"]), delimiter=";")
    assert len(header) == len(names) == len(variant["columns"])
    exported = Counter(tuple(map(plain, names, line)) for line in lines)
    expected = Counter(tuple(plain(name, row[name]) for name in names) for row in variant["rows"])
    assert len(variant["rows"]) > 100 and exported == expected
    assert met["counter"].endswith(f"/{len(variant['rows'])}"), "the counter that the brief tells to look at"


def plain(name: str, text: str) -> str | Decimal:
    """Returns a cell as it is compared: numbers by value, everything else letter by letter."""
    return Decimal(text) if name in NUMBERS else text


def test_a_stop_keeps_what_was_done_and_the_same_address(evening: Evening) -> None:
    tryton = evening.enter()
    menus = tryton.model("ir.ui.menu", "search", [("name", "=", "Ventes")])
    tryton.model("ir.ui.menu.favorite", "set", menus[0])
    assert "votre base sont gardés" in said(etabli("stop", at=evening.folder))
    assert json.loads(etabli("start", "--json", at=evening.folder).stdout)["pgi"] == evening.facts["pgi"]
    assert evening.enter().model("ir.ui.menu.favorite", "get")


def test_a_new_base_is_the_company_of_the_first_day(evening: Evening, variant: dict[str, Any]) -> None:
    done = etabli("start", "--base-neuve", "--oui", at=evening.folder)
    assert done.returncode == 0, done.stderr
    tryton = evening.enter()
    assert tryton.model("ir.ui.menu.favorite", "get") == []
    assert tryton.context["company.rec_name"] == variant["company"]["name"]


def test_the_journal_says_when_it_has_nothing_to_say(evening: Evening) -> None:
    assert etabli("journal", at=evening.folder).returncode == 0
    refused = said(etabli("journal", "--service", "base", at=evening.folder))
    assert "n'a pas de service « base » : il a pgi" in refused


def test_the_company_is_another_for_another_person(evening: Evening, variant: dict[str, Any]) -> None:
    other = make_variant(Seat(load_lab(LAB), "sno-08"), secret(), Purpose.ATELIER).data
    assert other["company"]["siren"] != variant["company"]["siren"]
    amounts = [{row["montant"] for row in one["rows"]} for one in (variant, other)]
    assert len(amounts[0] & amounts[1]) < len(amounts[0]) / 10


def test_the_work_is_checked_and_packed_without_the_erp(evening: Evening) -> None:
    etabli("stop", at=evening.folder)
    with sqlite3.connect(evening.folder / ".etabli" / "pgi" / "entreprise.sqlite") as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    (evening.folder / "rendu" / "note.md").write_text("# Note\n", "utf-8")
    packed = json.loads(etabli("submit", "--json", at=evening.folder).stdout)
    assert packed["files"] >= 1 and packed["size"] < 5_000_000, "the company is not handed in"
    checked = etabli("check", "--json", at=evening.folder)
    assert checked.returncode in {0, 1}, checked.stderr
