"""Set-up: which mirrors a base image takes, what a step shows, what `make` offers."""

from __future__ import annotations

import re
import runpy
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
mirrors: Callable[[Path], list[str]] = runpy.run_path(str(ROOT / "scripts" / "miroirs.py"))["mirrors"]

DEB822 = """\
# A comment.
Types: deb deb-src
URIs: http://miroir.example/debian
Suites: trixie trixie-updates trixie-backports
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.pgp

Types: deb
URIs: https://miroir.example/securite
Suites:
 trixie-security
Components: main
"""
OURS = [
    "deb http://miroir.example/debian trixie main",
    "deb http://miroir.example/debian trixie-updates main",
    "deb https://miroir.example/securite trixie-security main",
]


def apt(tmp_path: Path, **files: str) -> Path:
    """Makes a folder like /etc/apt; ``__`` in a name stands for a dot."""
    (tmp_path / "sources.list.d").mkdir()
    for name, text in files.items():
        (tmp_path / "sources.list.d" / name.replace("__", ".")).write_text(text)
    return tmp_path


def test_stanzas_give_their_trixie_lines(tmp_path: Path) -> None:
    assert mirrors(apt(tmp_path, debian__sources=DEB822)) == OURS


def test_one_line_sources_give_the_same(tmp_path: Path) -> None:
    (tmp_path / "sources.list").write_text(
        "deb [arch=amd64 signed-by=/k.gpg] http://miroir.example/debian trixie main contrib # ours\n"
        "deb-src http://miroir.example/debian trixie main\n"
        "deb http://miroir.example/debian trixie-updates main\n"
        "deb http://miroir.example/debian trixie-updates main\n"
        "deb https://miroir.example/securite trixie-security main\n"
    )
    assert mirrors(tmp_path) == OURS


@pytest.mark.parametrize(
    "other",
    [
        "Types: deb\nURIs: file:/usr/share/depot\nSuites: ./\nTrusted: yes\n",
        "Types: deb\nURIs: https://vendeur.example/apt\nSuites: stable\nComponents: main\n",
        "Types: deb\nEnabled: no\nURIs: http://ancien.example/debian\nSuites: trixie\nComponents: main\n",
        "Types: deb\nURIs: http://miroir.example/debian\nSuites: trixie\nComponents: non-free\n",
    ],
    ids=["local folder", "vendor", "disabled", "not main"],
)
def test_what_a_new_debian_could_not_use_is_left_out(tmp_path: Path, other: str) -> None:
    assert mirrors(apt(tmp_path, debian__sources=DEB822, autre__sources=other)) == OURS


def test_files_that_apt_would_not_read_are_not_read(tmp_path: Path) -> None:
    assert (
        mirrors(apt(tmp_path, debian__sources=DEB822, debian__sources__save=DEB822.replace("miroir", "vieux"))) == OURS
    )


def test_another_release_gives_nothing(tmp_path: Path) -> None:
    assert mirrors(apt(tmp_path, debian__sources=DEB822.replace("trixie", "bookworm"))) == []


def run_step(body: str) -> subprocess.CompletedProcess[str]:
    script = f"set -eu; . scripts/commun.sh; JOURNAUX=$(mktemp -d); essai() {{ {body}; }}; etape 1/1 essai essai"
    return subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_a_step_shows_its_time_and_what_is_meant_for_the_screen() -> None:
    done = run_step("echo bavardage; echo '      web : prête'")
    assert re.fullmatch(r"\[1/1\] essai … \d+,\d s\n      web : prête\n", done.stdout)
    assert done.returncode == 0


def test_a_failing_step_ends_set_up_with_its_last_words() -> None:
    done = run_step("echo 'plus de place'; false; echo jamais")
    assert (done.returncode, done.stdout) == (3, "[1/1] essai … échec\n\n")
    assert "plus de place" in done.stderr
    assert "jamais" not in done.stderr


def test_giving_up_says_why_once() -> None:
    done = run_step("renoncer 'Il faut Python 3.11.'")
    assert done.returncode == 3
    assert done.stderr.count("✗ Il faut Python 3.11.") == 1


def failing(folder: Path, name: str, *failures: int) -> str:
    """A command that fails at these calls, from 1, and writes what it was asked into ``calls``. Returns a PATH."""
    (folder / name).write_text(
        f'#!/bin/bash\necho "$@" >>{folder}/calls\n'
        f'[[ " {" ".join(map(str, failures))} " != *" $(wc -l <{folder}/calls) "* ]]\n'
    )
    (folder / name).chmod(0o755)
    return f"PATH={folder}:$PATH"


def test_what_the_network_refuses_once_is_asked_again(tmp_path: Path) -> None:
    path = failing(tmp_path, "miroir", 1, 2)
    done = run_step(f"{path}; PAUSES='0 0 0'; insister miroir un-paquet; echo '      arrivé'")
    assert done.returncode == 0
    assert (tmp_path / "calls").read_text() == "un-paquet\n" * 3
    assert re.findall("^      .*", done.stdout, re.MULTILINE) == [
        "      nouvel essai dans 0 s : miroir un-paquet", "      nouvel essai dans 0 s : miroir un-paquet", "      arrivé"
    ]  # fmt: skip


def test_what_the_network_always_refuses_ends_set_up(tmp_path: Path) -> None:
    path = failing(tmp_path, "miroir", *range(1, 9))
    done = run_step(f"{path}; PAUSES='0 0'; insister miroir un-paquet; echo jamais")
    assert done.returncode == 3
    assert "jamais" not in done.stdout + done.stderr
    assert (tmp_path / "calls").read_text() == "un-paquet\n" * 3


def test_a_package_that_the_lists_no_longer_have_is_looked_up_in_new_lists(tmp_path: Path) -> None:
    path = failing(tmp_path, "apt-get", 2)
    done = run_step(
        f"{path}; PAUSES='0 0'; en_root() {{ \"$@\"; }}; peut_administrer() {{ :; }}; installer jq; installer tree"
    )
    assert done.returncode == 0, done.stderr
    asked = [line.split()[2] for line in (tmp_path / "calls").read_text().splitlines()]
    assert asked == ["update", "install", "update", "install", "install"]


@pytest.mark.parametrize("target", ["setup", "demo", "test", "test-long", "lint", "clean"])
def test_make_offers_and_explains(target: str) -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120).stdout
    assert re.search(rf"^  make {target} +\S", shown, re.MULTILINE)


def test_the_integration_machine_runs_what_a_person_runs() -> None:
    commands = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]
    assert commands[-1] == "make test"


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    lines = (ROOT / "requirements.txt").read_text() + (ROOT / "requirements-dev.txt").read_text()
    pinned = {match[1].lower() for match in re.finditer(r"^([A-Za-z0-9_.-]+)==\S+$", lines, re.MULTILINE)}
    assert {re.split(r"[><=~\[]", name)[0].lower() for name in wanted} <= pinned
