"""« etabli » as a person types it: from any folder, without an environment, once `make setup` has made it a command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PREPARED = "import json, os, sys\nprint(json.dumps([os.getcwd(), *sys.argv[1:]]))\nsys.exit(7)\n"


def clone(folder: Path, *, prepared: bool = True) -> Path:
    """A copy of what types and links the command, whose Python tells where it runs and what it was given."""
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    shutil.copy(ROOT / "etabli", folder)
    if prepared:
        commands = folder / ".venv" / "bin"
        commands.mkdir(parents=True)
        (commands / "python").symlink_to(sys.executable)
        (commands / "etabli").write_text(f"#!{commands}/python\n{PREPARED}")
        (commands / "etabli").chmod(0o755)
    return folder


class Account:
    """Somebody who types: their home, a folder for everybody's commands, and a PATH with both."""

    def __init__(self, place: Path) -> None:
        self.everybody, self.home, self.work = place / "bin", place / "home", place / "mon tp"
        for folder in (self.everybody, self.home, self.work):
            folder.mkdir(parents=True)
        self.own = self.home / ".local" / "bin"
        self.path = [self.everybody, self.own]
        self.writable = self.everybody

    def types(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([*map(str, self.path), "/usr/bin", "/bin"])
        variables = {"PATH": path, "HOME": str(self.home), "ETABLI_BIN": str(self.writable)}
        found = [shutil.which(str(words[0]), path=path) or words[0], *words[1:]]
        return subprocess.run(found, cwd=self.work, env=variables, capture_output=True, text=True, timeout=120)

    def sets_up(self, folder: Path) -> str:
        """Does what `make setup` does for the command, and returns what it says."""
        done = self.types("bash", folder / "scripts" / "commande.sh", "lier")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path / "compte")


def ran(done: subprocess.CompletedProcess[str], account: Account) -> bool:
    """Whether a clone's own Python got the words, and the folder where they were typed."""
    given = ["check", "--nom", "a  b", "$x", "", "*"]
    return done.returncode == 7 and json.loads(done.stdout) == [str(account.work), *given]


WORDS = ("check", "--nom", "a  b", "$x", "", "*")


@pytest.mark.parametrize("name", ["etabli", "le dossier d'Établi"])
def test_the_launcher_runs_its_own_clone_where_it_is_typed(tmp_path: Path, account: Account, name: str) -> None:
    here = clone(tmp_path / name)
    assert ran(account.types(here / "etabli", *WORDS), account)
    (account.work / "raccourci").symlink_to(os.path.relpath(here / "etabli", account.work))
    (account.everybody / "etabli").symlink_to(account.work / "raccourci")
    assert ran(account.types("etabli", *WORDS), account)


def test_before_set_up_it_says_what_to_run_and_where(tmp_path: Path, account: Account) -> None:
    here = clone(tmp_path / "etabli", prepared=False)
    done = account.types(here / "etabli", "labs")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        f"✗ Établi n'est pas encore installé ici : lancez « make setup » dans « {here} », puis recommencez.\n"
    )


@pytest.mark.parametrize("spoil", ["moved", "no Python", "half made"])
def test_an_environment_that_cannot_run_is_none(tmp_path: Path, account: Account, spoil: str) -> None:
    here = clone(tmp_path / "avant")
    if spoil == "moved":
        here = here.rename(tmp_path / "apres")
    else:
        (here / ".venv" / "bin" / ("python" if spoil == "no Python" else "etabli")).unlink()
    done = account.types(here / "etabli", "labs")
    assert done.returncode == 3 and f"lancez « make setup » dans « {here} »" in done.stderr


def test_set_up_makes_it_a_command_for_everybody_and_says_so_once(tmp_path: Path, account: Account) -> None:
    here = clone(tmp_path / "etabli")
    assert account.sets_up(here) == "« etabli » se tape maintenant depuis n'importe quel dossier"
    assert ran(account.types("etabli", *WORDS), account)
    assert account.sets_up(here) == ""
    assert not account.own.exists()


def test_who_may_not_write_for_everybody_gets_a_command_of_their_own(tmp_path: Path, account: Account) -> None:
    account.everybody.rmdir()
    account.path = [account.own]
    account.sets_up(clone(tmp_path / "etabli"))
    assert (account.own / "etabli").is_symlink() and ran(account.types("etabli", *WORDS), account)


def test_who_has_everybody_s_command_needs_no_other(tmp_path: Path, account: Account) -> None:
    here = clone(tmp_path / "etabli")
    account.sets_up(here)
    account.writable = tmp_path / "nowhere"
    assert account.sets_up(here) == "" and not account.own.exists()


def test_a_folder_that_the_session_does_not_search_yet_is_told(tmp_path: Path, account: Account) -> None:
    account.everybody.rmdir()
    account.path = []
    here = clone(tmp_path / "etabli")
    for _ in range(2):
        told = account.sets_up(here)
        assert told.endswith(f"fermez puis rouvrez la session : « {account.own} » n'est pas encore dans son PATH")


def test_of_two_clones_the_last_that_was_set_up_has_the_command_and_says_whose_it_was(
    tmp_path: Path, account: Account
) -> None:
    first, second = clone(tmp_path / "2025"), clone(tmp_path / "2026")
    account.sets_up(first)
    assert account.sets_up(second).endswith(f"(avant : celui de « {first} »)")
    assert (account.everybody / "etabli").resolve() == second / "etabli"
    shutil.rmtree(second)
    assert account.sets_up(first).endswith(f"(avant : celui de « {second} »)")


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_not_ours_is_left_alone_and_told(tmp_path: Path, account: Account, kind: str) -> None:
    here, there = clone(tmp_path / "etabli"), account.everybody / "etabli"
    stranger = there if kind == "file" else account.home / "etabli"
    stranger.write_text("#!/bin/sh\necho autre\n")
    stranger.chmod(0o755)
    if kind == "link":
        there.symlink_to(stranger)
    told = account.sets_up(here)
    assert told == f"« {there} » n'est pas à Établi et reste là : au lieu de « etabli », tapez « {here}/etabli »"
    assert account.types("etabli").stdout == "autre\n"


def test_another_command_that_comes_first_is_told(tmp_path: Path, account: Account) -> None:
    account.own.mkdir(parents=True)
    (account.own / "etabli").write_text("#!/bin/sh\necho autre\n")
    (account.own / "etabli").chmod(0o755)
    account.path.reverse()
    here = clone(tmp_path / "etabli")
    assert account.sets_up(here).splitlines()[-1].strip() == (
        f"« {account.own}/etabli » passe avant « {account.everybody}/etabli » : au lieu de « etabli », tapez "
        f"« {here}/etabli »"
    )


def test_clean_takes_the_command_away_but_not_that_of_another_clone(tmp_path: Path, account: Account) -> None:
    first, second = clone(tmp_path / "2025"), clone(tmp_path / "2026")
    (account.home / "docker").write_text("#!/bin/sh\nexit 1\n")  # images are everybody's: none is removed here
    (account.home / "docker").chmod(0o755)
    account.path.insert(0, account.home)
    for folder in (first, second):
        for name in ("src", "tests"):
            (folder / name).mkdir()
        account.sets_up(folder)
    account.own.mkdir(parents=True)
    (account.own / "etabli").symlink_to(first / "etabli")

    def clean(folder: Path) -> None:
        done = account.types("bash", folder / "scripts" / "clean.sh")
        assert done.returncode == 0, done.stderr
        assert not (folder / ".venv").exists()

    clean(first)
    assert not (account.own / "etabli").is_symlink()
    assert (account.everybody / "etabli").resolve() == second / "etabli"
    clean(second)
    assert not (account.everybody / "etabli").is_symlink()
