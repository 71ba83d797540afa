"""Specimens: how they build on each other, and what is said when one is badly written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from deposit_samples import tree
from helpers import make_lab

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.errors import LabError
from etabli.exam.contract.outcome import Outcome, Palier
from etabli.lab.manifest import Lab, Manifest
from etabli.lab.specimens.specimen import Builder, Kind, blocked_by, load_class, load_specimens, read_specimens


def spec(name: str, *after: str, blames: tuple[str, ...] = ()) -> CheckSpec:
    return CheckSpec(name, name, 1, Palier.ESSENTIEL, ("C1.1",), after, 60.0, "", blames=blames)


CHECKS = (spec("start"), spec("list", "start"), spec("order", "list"), spec("legal", "start", blames=("list",)))


def accounts(data: Mapping[str, Any]) -> dict[str, bytes]:
    return {"audit.csv": data["login"].encode(), "droits.csv": b"\xff\x00"}


def none(data: Mapping[str, Any]) -> dict[str, bytes]:
    return {"audit.csv": b""}


class Shelf:
    """A folder of specimens under construction."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "specimens"
        self.starter = root / "starter"
        self.builders: dict[str, Builder] = {}

    def add(
        self, name: str, files: dict[str, str] | None = None, build: Builder | None = None, **description: object
    ) -> None:
        if build:
            self.builders[name] = build
        folder = self.folder / name
        folder.mkdir(parents=True)
        described = {"title": name, "kind": "right", "failed": []} | description
        (folder / "specimen.yaml").write_text(yaml.safe_dump(described, allow_unicode=True), "utf-8")
        for path, text in (files or {}).items():
            target = folder / "rendu" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")

    def read(self):
        return read_specimens(self.folder, CHECKS, self.starter, self.builders)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def change(find: str, replace: str = "", file: str = "index.php") -> list[dict[str, str]]:
    return [{"file": file, "find": find, "replace": replace}]


def test_it_is_rendered_with_the_variant(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("right", {"inc/list.php": "SELECT * FROM @{ tables.item }@", "photo.jpg": "@{ raw }@"})
    shelf.read()["right"].render(tmp_path / "out", {"tables": {"item": "objets"}})
    assert (tmp_path / "out/inc/list.php").read_text("utf-8") == "SELECT * FROM objets"
    assert (tmp_path / "out/photo.jpg").read_text("utf-8") == "@{ raw }@"


def test_an_empty_one_renders_an_empty_folder(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("void", kind="empty", failed=["start"])
    shelf.read()["void"].render(tmp_path / "out", {})
    assert list((tmp_path / "out").iterdir()) == []


def test_a_template_that_cannot_be_rendered_is_named(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("right", {"index.php": "@{ unknown }@"})
    with pytest.raises(LabError, match=r"right/index\.php"):
        shelf.read()["right"].render(tmp_path / "out", {})


def test_bases_files_removals_and_edits_add_up(shelf: Shelf) -> None:
    shelf.add("right", {"index.php": "one two", "style.css": "a", "old.php": ""})
    shelf.add("second", base="right", edits=change("two", "deux"), remove=["old.php"])
    shelf.add("third", {"style.css": "b"}, base="second", edits=change("one", "un"))
    specimens = shelf.read()
    assert specimens["third"].templates == {"index.php": b"un deux", "style.css": b"b"}
    assert specimens["right"].templates["index.php"] == b"one two"


def test_edits_of_one_file_follow_each_other(shelf: Shelf) -> None:
    shelf.add("right", {"index.php": "one"})
    shelf.add("second", base="right", edits=change("one", "two") + change("two", "three"))
    assert shelf.read()["second"].templates["index.php"] == b"three"


def test_a_starter_is_taken_as_it_is(shelf: Shelf) -> None:
    (shelf.starter / "php").mkdir(parents=True)
    (shelf.starter / "php" / "index.php").write_text("start", "utf-8")
    shelf.add("begin", kind="starter", starter="php")
    begin = shelf.read()["begin"]
    assert (begin.kind, begin.templates) == (Kind.STARTER, {"index.php": b"start"})


def test_what_is_not_named_must_pass_and_blocked_follows_from_after(shelf: Shelf) -> None:
    shelf.add("wrong", kind="mistake", failed=["list"])
    assert shelf.read()["wrong"].expected == {
        "start": Outcome.PASSED,
        "list": Outcome.FAILED,
        "order": Outcome.BLOCKED,
        "legal": Outcome.PASSED,
    }


def test_a_failure_that_another_one_explains_is_blocked(shelf: Shelf) -> None:
    shelf.add("wrong", kind="mistake", failed=["list"], explained=["legal"])
    outcomes = shelf.read()["wrong"].expected
    assert (outcomes["list"], outcomes["legal"]) == (Outcome.FAILED, Outcome.BLOCKED)


def test_a_failure_that_is_beside_what_comes_after_blocks_nothing(shelf: Shelf) -> None:
    shelf.add("wrong", kind="mistake", failed=["list", "legal"], beside=["list"])
    outcomes = shelf.read()["wrong"].expected
    assert (outcomes["list"], outcomes["order"]) == (Outcome.FAILED, Outcome.PASSED)


def test_blocking_goes_all_the_way() -> None:
    assert blocked_by(["start"], CHECKS) == {"list", "order", "legal"}
    assert blocked_by([], CHECKS) == set()


@pytest.mark.parametrize(
    ("description", "sentence"),
    [
        ({"base": "nobody"}, "rendu témoin de base inconnu : « nobody »"),
        ({"starter": "cobol"}, "point de départ inconnu : « cobol »"),
        ({"base": "right", "edits": change("absent")}, "s'y trouve 0 fois au lieu d'une : absent"),
        ({"base": "right", "edits": change("e")}, "s'y trouve 2 fois"),
        ({"base": "right", "edits": change("x", file="gone.php")}, "fichier à changer inconnu : « gone.php »"),
        ({"base": "right", "edits": change("")}, "clé « edits.0.find »"),
        ({"base": "right", "remove": ["gone.php"]}, "fichier à retirer inconnu : « gone.php »"),
        ({"failed": ["nothing"]}, "point de vérification inconnu : « nothing »"),
        ({"failed": ["list"], "beside": ["order"]}, "échec annoncé inconnu : « order »"),
        ({"failed": ["list"], "explained": ["nothing"]}, "point de vérification inconnu : « nothing »"),
        ({"failed": [], "explained": ["legal"]}, "aucun échec annoncé n'explique celui de « legal »"),
        ({"failed": ["list", "legal"], "explained": ["legal"]}, "« legal » ne peut pas échouer"),
        ({"failed": ["start", "order"]}, "« order » ne peut pas échouer"),
        ({"kind": "funny"}, "clé « kind »"),
        ({"colour": "red"}, "clé « colour »"),
    ],
)
def test_a_badly_written_one_gets_a_clear_sentence(shelf: Shelf, description: dict[str, object], sentence: str) -> None:
    shelf.add("right", {"index.php": "here"})
    shelf.add("wrong", **description)
    with pytest.raises(LabError) as caught:
        shelf.read()
    assert sentence in str(caught.value)
    assert "wrong/specimen.yaml" in str(caught.value)


def test_bases_that_go_round_in_circles_are_refused(shelf: Shelf) -> None:
    shelf.add("hen", base="egg")
    shelf.add("egg", base="hen")
    with pytest.raises(LabError, match="tourne en rond"):
        shelf.read()


class TestTheBundledClass:
    """``classe.yaml``."""

    @pytest.fixture
    def lab(self, shelf: Shelf, tmp_path: Path) -> Lab:
        shelf.add("right")
        return Lab(Manifest.model_construct(id="lab"), tmp_path, tmp_path)

    def write(self, shelf: Shelf, text: str) -> None:
        (shelf.folder / "classe.yaml").write_text(text, "utf-8")

    def test_it_gives_each_identifier_a_specimen(self, lab: Lab, shelf: Shelf) -> None:
        self.write(shelf, "eleve-01: right\n")
        assert load_class(lab, {"right"}) == {"eleve-01": "right"}

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("eleve-01: nobody\n", "rendu témoin inconnu : « nobody »"),
            ("élève 1: right\n", "« élève 1 » n'est pas un identifiant"),
            ("- right\n", "clé « (racine) »"),
        ],
    )
    def test_a_wrong_line_is_said(self, lab: Lab, shelf: Shelf, text: str, sentence: str) -> None:
        self.write(shelf, text)
        with pytest.raises(LabError) as caught:
            load_class(lab, {"right"})
        assert sentence in str(caught.value)

    def test_its_absence_is_said(self, lab: Lab) -> None:
        with pytest.raises(LabError, match=r"classe\.yaml est illisible"):
            load_class(lab, set())


def built(shelf: Shelf, name: str, out: Path, **context: Any) -> dict[str, bytes]:
    shelf.read()[name].render(out, context or {"login": "jdupont"})
    return tree(out)


def test_what_no_template_can_be_is_built(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("right", {"message.txt": "@{ login }@", "audit.csv": "remplacé"}, build=accounts)
    assert built(shelf, "right", tmp_path / "out") == {
        "audit.csv": b"jdupont",
        "droits.csv": b"\xff\x00",
        "message.txt": b"jdupont",
    }


def test_a_base_s_builder_is_inherited_until_another_bears_the_name(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("right", {"message.txt": "m"}, build=accounts)
    shelf.add("less", base="right", remove=["droits.csv", "message.txt"])
    shelf.add("least", base="less", build=none)
    assert built(shelf, "less", tmp_path / "less") == {"audit.csv": b"jdupont"}
    assert built(shelf, "least", tmp_path / "least") == {"audit.csv": b""}


def test_a_builder_of_no_specimen_is_named(shelf: Shelf) -> None:
    shelf.add("right")
    shelf.builders["rigth"] = accounts
    with pytest.raises(LabError, match=r"witnesses\.py : rendu témoin inconnu : « rigth »"):
        shelf.read()


def test_a_builder_that_breaks_and_a_file_that_it_does_not_make_are_told(shelf: Shelf, tmp_path: Path) -> None:
    shelf.add("right", build=accounts)
    shelf.add("less", base="right", remove=["politique.ods"])
    with pytest.raises(LabError, match=r"right : « builder » a échoué \(KeyError\('login'\)\)"):
        built(shelf, "right", tmp_path / "a", other=1)
    with pytest.raises(LabError, match=r"less : « remove » : « politique\.ods » n'a pas été fait"):
        built(shelf, "less", tmp_path / "b")


def test_builders_are_those_of_witnesses(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)
    shelf = Shelf(lab.grader)
    (lab.folder / "starter").mkdir()
    shelf.add("right")
    code = (
        "from ..checks import check_liste\nBUILDERS = {'right': lambda data: {'a.txt': check_liste.__doc__.encode()}}\n"
    )
    (shelf.folder / "witnesses.py").write_text(code, "utf-8")
    load_specimens(lab)["right"].render(tmp_path / "out", {})
    assert (tmp_path / "out/a.txt").read_text("utf-8") == "La liste est là."
