"""Templates meet neither PHP nor Flask; the secret is made once, for the user alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from etabli.exam.contract.errors import LabError
from etabli.lab.templating import render_text, render_tree
from etabli.system.settings import home, secret


def test_only_our_delimiters_are_obeyed() -> None:
    text = "<?php echo $a['x']; ?> {{ item.name }} {% if x %} @{ table }@"
    assert render_text(text, {"table": "objets"}) == text.replace("@{ table }@", "objets")


def test_a_key_of_the_data_wins_over_a_method() -> None:
    assert render_text("@{ words.items }@ @{ words.items | e }@", {"words": {"items": "objets"}}) == "objets objets"


@pytest.mark.parametrize(
    ("filter_", "value", "written"),
    [
        ("php", "l'été \\ x", r"'l\'été \\ x'"),
        ("py", "l'été", '"l\'été"'),
        ("e", "<b>&", "&lt;b&gt;&amp;"),
        ("js", 'a"b', '"a\\"b"'),
    ],
)
def test_filters_write_literals(filter_: str, value: str, written: str) -> None:
    assert render_text(f"@{{ v | {filter_} }}@", {"v": value}) == written


def test_a_missing_name_is_told_with_the_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.php").write_text("@{ absent }@")
    with pytest.raises(LabError, match=r"x\.php.*absent"):
        render_tree(tmp_path / "a", tmp_path / "b", {})


@pytest.mark.parametrize(
    "text", ["a\n@{ x | length }@", "a\n@% if %@", "a\n@{ y }@", "a\n@{ x.z.k }@", "a\n@{ 1 / 0 }@"]
)
def test_whatever_a_template_cannot_do_is_told_with_its_line(text: str) -> None:
    with pytest.raises(LabError, match=r"^modèle illisible, ligne 2 : "):
        render_text(text, {"x": 3})


def test_binary_files_are_copied_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.png").write_bytes(b"\x89PNG @{ v }@")
    render_tree(tmp_path / "a", tmp_path / "b", {"v": 1})
    assert (tmp_path / "b" / "x.png").read_bytes() == b"\x89PNG @{ v }@"


def test_the_secret_is_made_once_for_the_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "chez-moi"))
    first = secret()
    assert len(first) == 32
    assert secret() == first
    assert stat.S_IMODE((home() / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(home().stat().st_mode) == 0o700
