"""What two works share is what neither was given: passages to read, never a verdict."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from etabli.recueil.similarity import Work, compare, work_in

STARTER = "<?php\n$base = new PDO('mysql:host=' . getenv('BASE'), getenv('QUI'), getenv('MOT')); // la connexion\n"
OWN = "function total(array $lignes): float {\n  $somme = 0;\n  foreach ($lignes as $ligne) { $somme += $ligne['prix']; }\n  return $somme;\n}\n"
OTHER = "def afficher(clients):\n    for client in clients:\n        print(client.nom, client.ville, client.solde, client.date)\n"


def work(files: Mapping[str, str | bytes]) -> Work:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return work_in(buffer.getvalue())


def test_the_starter_is_nobody_s_and_what_follows_is_told_with_its_line() -> None:
    mine = work({"index.php": STARTER + OWN})
    others = {"SNO-02": work({"page.php": STARTER + OWN.upper()}), "SNO-03": work({"index.php": STARTER + OTHER})}
    told = compare(mine, others, work({"depart.php": STARTER}))
    assert [one.whose for one in told.found] == ["SNO-02"] and told.others == 2
    (passage,) = told.found[0].passages
    assert passage.file == "index.php" and passage.line == 3 and "foreach" in passage.text and "PDO" not in passage.text
    assert told.found[0].share == 1.0
    assert {one.whose for one in compare(mine, others).found} == {"SNO-02", "SNO-03"}  # without it, both are alike


def test_what_most_of_the_class_has_is_common() -> None:
    works = {f"SNO-{rank:02}": work({"a.php": OWN}) for rank in range(2, 5)}
    assert compare(work({"a.php": OWN + OTHER}), works).found == ()
    two = {"SNO-02": works["SNO-02"]}
    assert [one.whose for one in compare(work({"a.php": OWN + OTHER}), two).found] == ["SNO-02"]


def test_what_is_no_text_is_compared_whole() -> None:
    book = b"PK\0" * 40
    mine = work({"audit.ods": book, "modele.ods": b"\0depart"})
    told = compare(mine, {"SNO-02": work({"x/rapport.ods": book, "modele.ods": b"\0depart"})}, work({"m": b"\0depart"}))
    assert told.found[0].same == ("audit.ods",) and told.found[0].passages == () and told.whole == ("audit.ods",)


def test_a_work_that_is_alone_or_damaged_shares_nothing() -> None:
    assert compare(work({"a.php": OWN}), {"SNO-02": work_in(b"rien")}).found == ()
    assert work_in(b"PK\x03\x04...") == Work()
    assert compare(work({"rendu.json": OWN}), {"SNO-02": work({"rendu.json": OWN})}).found == ()
