"""All that is wrong in description files is said at once, in French, each with its place and what to write instead."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import MANIFEST, make_lab

from etabli.exam.contract.errors import LabError
from etabli.lab.aides import aides_of
from etabli.lab.manifest import read_manifest
from etabli.lab.specimens.specimen import load_specimens

RUNTIME = {"id": "php", "entries": ["index.php"], "image": "web", "command": ["servir"]}


def said(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    with pytest.raises(LabError) as caught:
        read_manifest(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}, ") and sentence.endswith("relancez.")
    return sentence


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"titel": "x"}, "clé « titel » : elle n'existe pas ; vouliez-vous dire « title » ?"),
        ({"zzz": "x"}, "clé « zzz » : elle n'existe pas ; clés permises : id, title, summary"),
        ({"title": None}, "clé « title » : il faut un texte, et non « null »"),
        ({"title": 12}, "clé « title » : il faut un texte, et non « 12 »"),
        ({"data_version": "deux"}, "clé « data_version » : il faut un nombre entier, et non « deux »"),
        ({"competences": "C1.1"}, "clé « competences » : il faut une liste, et non « C1.1 »"),
        ({"limits": ["memory_mb"]}, "clé « limits » : il faut des clés et des valeurs"),
        ({"limits": {"start_s": "vite"}}, "clé « limits.start_s » : il faut un nombre, et non « vite »"),
        ({"limits": {"memory": 512}}, "clé « limits.memory » : elle n'existe pas ; vouliez-vous dire « memory_mb » ?"),
        ({"runtimes": [RUNTIME | {"imge": "web"}]}, "vouliez-vous dire « image » ?"),
        ({"runtimes": [{"id": "php"}]}, "clé « runtimes.0.entries » : elle manque"),
        ({"runtimes": [RUNTIME | {"id": "PHP 8"}]}, "clé « runtimes.0.id » : « PHP 8 » n'a pas la forme attendue"),
        (
            {"paliers": {"facile": {"title": "x", "hours": 1}}},
            "clé « paliers.facile » : « facile » n'est pas permis ; valeurs permises : essentiel, attendu, approfondissement",
        ),
        ({"paliers": {"essentiel": {"titel": "x", "hours": 1}}}, "clé « paliers.essentiel.title » : elle manque"),
    ],
)
def test_the_key_and_the_remedy_are_named(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    assert words in said(tmp_path / "lab.yaml", yaml.safe_dump(MANIFEST | changes, allow_unicode=True))


@pytest.mark.parametrize("text", ["", "bonjour", "- une\n- liste\n"])
def test_a_document_of_another_shape_is_told(tmp_path: Path, text: str) -> None:
    assert "clé « (racine) » : il faut des clés et des valeurs" in said(tmp_path / "lab.yaml", text)


@pytest.mark.parametrize(
    ("text", "line"), [("id: essai\n\ttitle: x\n", 2), ("id: a: b\n", 1), ("id: [essai\ntitle: x\n", 2)]
)
def test_what_is_no_yaml_gives_its_line(tmp_path: Path, text: str, line: int) -> None:
    assert f"ligne {line}, colonne" in said(tmp_path / "lab.yaml", text)


@pytest.mark.parametrize(
    "text", ["id: a\x07\n", "version: 2026-13-45\n", "title: caf\udce9\n", "[" * 5_000, "#" * 2_000_001]
)
def test_what_cannot_be_read_is_told_without_a_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "lab.yaml").write_text(text, "utf-8", "surrogateescape")
    with pytest.raises(LabError, match=r"lab\.yaml, ce n'est pas du YAML lisible .*\. Corrigez-le puis relancez\.$"):
        read_manifest(tmp_path / "lab.yaml")


def test_every_problem_has_its_line(tmp_path: Path) -> None:
    text = yaml.safe_dump(MANIFEST | {"data_version": "deux", "limits": {"cpus": "x"}}, sort_keys=False)
    text = text.replace("  image: web", "  imge: web", 1).replace("title: Un essai", "titel: Un essai")
    lines = text.splitlines()
    words = [
        ("title", 1, "elle manque."),
        ("titel", lines.index("titel: Un essai") + 1, "elle n'existe pas ; vouliez-vous dire « title » ?"),
        ("data_version", lines.index("data_version: deux") + 1, "il faut un nombre entier, et non « deux »."),
        ("runtimes.0.image", lines.index("- id: php") + 1, "elle manque."),
        ("runtimes.0.imge", lines.index("  imge: web") + 1, "elle n'existe pas ; vouliez-vous dire « image » ?"),
        ("limits.cpus", lines.index("  cpus: x") + 1, "il faut un nombre, et non « x »."),
    ]
    path = tmp_path / "lab.yaml"
    wanted = [f"{path}, ligne {line}, clé « {key} » : {problem}" for key, line, problem in words]
    assert said(path, text).splitlines() == [*wanted, "Corrigez tout cela puis relancez."]


def test_the_problems_of_all_specimens_come_together(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)
    for name, text in {
        "a": "titre: x\n",
        "b": "kind: [\n",
        "c": "title: c\nkind: drôle\nfailed: []\n",
    }.items():
        (lab.grader / "specimens" / name).mkdir(parents=True)
        (lab.grader / "specimens" / name / "specimen.yaml").write_text(text, "utf-8")
    with pytest.raises(LabError) as caught:
        load_specimens(lab)
    found = [line.removeprefix(f"{lab.grader}/specimens/") for line in str(caught.value).splitlines()]
    assert found[0].startswith("a/specimen.yaml, ligne 1, clé « failed » : elle manque")
    assert [line.split(",")[0] for line in found] == ["a/specimen.yaml"] * 4 + [
        "b/specimen.yaml",
        "c/specimen.yaml",
        found[-1],
    ]
    assert "c/specimen.yaml, ligne 2, clé « kind » : « drôle » n'est pas permis" in found[5]


def test_a_wrong_help_is_named_with_its_check(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)
    (lab.folder / "aides.yaml").write_text("liste:\n  geste: g\n  question: q\n  pist: p\n  exemple: e\n", "utf-8")
    with pytest.raises(LabError, match=r"ligne 1, clé « liste\.piste » : elle manque") as caught:
        aides_of(lab)
    assert "ligne 4, clé « liste.pist » : elle n'existe pas ; vouliez-vous dire « piste » ?" in str(caught.value)


def test_a_check_is_put_right_after_earlier_ones_only(tmp_path: Path) -> None:
    lab = make_lab(tmp_path)
    text = "liste:\n  apres: [liste]\n  geste: g\n  question: q\n  piste: p\n  exemple: e\n"
    (lab.folder / "aides.yaml").write_text(text, "utf-8")
    with pytest.raises(LabError, match=r"« liste », apres : « liste » n'est pas un point qui vient avant lui"):
        aides_of(lab)


def test_a_key_written_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    text = yaml.safe_dump(MANIFEST, sort_keys=False) + "title: Un autre\n"
    line, again = text.splitlines().index("title: Un essai") + 1, text.count("\n")
    words = f"ligne {again}, clé « title » : elle est déjà à la ligne {line} ; gardez-en une."
    assert words in said(tmp_path / "lab.yaml", text)
    inside = text.removesuffix("title: Un autre\n").replace("  size_mb: 1", "  size_mb: 1\n  size_mb: 2")
    assert "clé « size_mb » : elle est déjà à la ligne" in said(tmp_path / "lab.yaml", inside)


def test_aliases_that_make_a_short_text_endless_are_refused(tmp_path: Path) -> None:
    levels = [
        "a0: &a0 [x, x, x, x, x, x, x, x]",
        *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]" for n in range(1, 9)),
    ]
    assert "ce n'est pas du YAML lisible (trop gros" in said(tmp_path / "lab.yaml", "\n".join([*levels, "id: *a8\n"]))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lab.yaml")
    with pytest.raises(LabError, match=r"lab\.yaml n'est pas un fichier ordinaire\. Corrigez-le puis relancez\.$"):
        read_manifest(tmp_path / "lab.yaml")


def test_a_document_that_holds_itself_ends(tmp_path: Path) -> None:
    assert "clé « runtimes.0 » : il faut" in said(tmp_path / "lab.yaml", "runtimes: &a [*a]\n")
