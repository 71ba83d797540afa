"""A wrong key in a description is said in French, with what to write instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from helpers import MANIFEST

from etabli.exam.contract.errors import LabError
from etabli.lab.manifest import read_manifest

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
        ({"title": None}, "clé « title » : il faut un texte, et non « None »"),
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


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    manifest = {key: value for key, value in MANIFEST.items() if key != "title"}
    assert "clé « title » : elle manque" in said(tmp_path / "lab.yaml", yaml.safe_dump(manifest))


@pytest.mark.parametrize("text", ["", "bonjour", "- une\n- liste\n"])
def test_a_document_of_another_shape_is_told(tmp_path: Path, text: str) -> None:
    assert "clé « (racine) » : il faut des clés et des valeurs" in said(tmp_path / "lab.yaml", text)


@pytest.mark.parametrize(
    ("text", "line"), [("id: essai\n\ttitle: x\n", 2), ("id: a: b\n", 1), ("id: [essai\ntitle: x\n", 2)]
)
def test_what_is_no_yaml_gives_its_line(tmp_path: Path, text: str, line: int) -> None:
    assert f"ligne {line}, colonne" in said(tmp_path / "lab.yaml", text)


def test_control_characters_are_told_without_a_line(tmp_path: Path) -> None:
    assert "caractère interdit" in said(tmp_path / "lab.yaml", "id: a\x07\n")
