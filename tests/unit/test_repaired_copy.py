"""The copy in which a few words are repaired, made where the candidate's program runs."""

from __future__ import annotations

import ast
import json
import stat
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from etabli.exam.contract.repair import MOST, Correction, parse_corrections
from etabli.sandbox import docker_containers, repaired_copy
from etabli.sandbox.base import MISFIT, Application

SOURCE = "<?php $b = mysqli_connect('localhost', 'root', '');"
HOST = Correction("index.php", 1, SOURCE.index("localhost"), "localhost", "{DB_HOST}")
PASSWORD = Correction("index.php", 1, SOURCE.index("'');") + 1, "", "{DB_PASSWORD}")
ENVIRONMENT = {"DB_HOST": "10.83.0.3", "DB_PASSWORD": "s3cret_-"}


def made(tmp_path: Path, data: bytes, *edits: Correction) -> Path:
    original, target = tmp_path / "rendu", tmp_path / "copie"
    (original / "inc").mkdir(parents=True)
    target.mkdir()
    (original / "index.php").write_bytes(data)
    (original / "inc" / "autre.bin").write_bytes(b"\0\xff")
    repaired_copy.copy(original, target, [asdict(edit) for edit in edits], ENVIRONMENT)
    assert (original / "index.php").read_bytes() == data, "what was handed in does not change"
    return target


def test_only_these_words_change(tmp_path: Path) -> None:
    copy = made(tmp_path, SOURCE.encode(), HOST, PASSWORD)
    assert (copy / "index.php").read_text() == "<?php $b = mysqli_connect('10.83.0.3', 'root', 's3cret_-');"
    assert (copy / "inc" / "autre.bin").read_bytes() == b"\0\xff"


def test_the_copy_is_closed_to_writing_as_the_work_is(tmp_path: Path) -> None:
    copy = made(tmp_path, SOURCE.encode(), HOST)
    assert {stat.S_IMODE(path.stat().st_mode) & 0o222 for path in (copy, *copy.rglob("*"))} == {0}


@pytest.mark.parametrize(
    ("before", "encoding"), [("\ufeff", "utf-8"), ("// été\r\n", "utf-8"), ("// été – « \x9d\r\n", "latin-1")]
)
def test_the_encoding_stays_what_it_was(tmp_path: Path, before: str, encoding: str) -> None:
    text = before.replace("–", "-") + SOURCE
    shift = len(text.encode(encoding).decode("utf-8-sig" if encoding == "utf-8" else "latin-1")) - len(SOURCE)
    edit = Correction("index.php", 1, HOST.start + shift, "localhost", "{DB_HOST}")
    copy = made(tmp_path, text.encode(encoding), edit)
    assert (copy / "index.php").read_bytes() == text.replace("localhost", "10.83.0.3").encode(encoding)


def test_nothing_is_started_when_the_file_is_not_what_the_repair_says(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"index\.php"):
        made(tmp_path, b"<?php // autre chose", HOST)


def test_its_source_travels_alone_and_runs_nothing_of_the_work() -> None:
    tree = ast.parse(Path(repaired_copy.__file__).read_text("utf-8"))
    names = {
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {str(name).split(".")[0] for name in names} <= set(sys.stdlib_module_names)
    command = docker_containers._repairing((HOST,))
    nowhere = subprocess.run([sys.executable, *command[1:], "touch", "/nulle/part"], check=False)
    assert nowhere.returncode == MISFIT, "there is no /srv/rendu here"
    assert json.loads(command[-1]) == [asdict(HOST)]


def test_a_candidate_whose_work_is_repaired_gets_room_for_a_copy_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "index.php").write_bytes(b"x" * 3_000_000)
    app = Application("web", ("servir", "php"), tmp_path, {"DB_HOST": "h"}, memory_mb=96, tmp_mb=3)
    plain = docker_containers.candidate(app, "etabli/web:1")
    recipe = docker_containers.candidate(Application(**{**vars(app), "repair": (HOST,)}), "etabli/web:1")
    changed = {key for key in recipe if recipe[key] != plain[key]}
    assert changed == {"command", "mounts", "tmpfs", "mem_limit", "memswap_limit"}
    assert [one["Target"] for one in recipe["mounts"]] == ["/dev/pts", "/srv/rendu"]
    assert recipe["mounts"][-1]["ReadOnly"] is True
    assert recipe["tmpfs"] == {**plain["tmpfs"], "/srv/app": "size=10m,nr_inodes=65,uid=1000,gid=1000,mode=0755"}
    assert recipe["mem_limit"] == recipe["memswap_limit"] == (96 + 10) * 1024 * 1024
    assert recipe["command"][-2:] == ["servir", "php"]


def test_a_copy_of_many_small_files_has_room_for_each(tmp_path: Path) -> None:
    """Intake takes 2 000 files, and 10 000 more below « vendor »."""
    (tmp_path / "vendor").mkdir()
    for number in range(12_000):
        (tmp_path / "vendor" / f"{number}.php").touch()
    app = Application("web", (), tmp_path, {}, memory_mb=96, tmp_mb=3, repair=(HOST,))
    options = dict(
        option.split("=") for option in docker_containers.candidate(app, "w")["tmpfs"]["/srv/app"].split(",")
    )
    assert int(options["nr_inodes"]) > 12_001
    assert int(options["size"].removesuffix("m")) * 256 > 12_001, "a page for the name of each"


@pytest.mark.parametrize(
    "raw", [[{}], [{**asdict(HOST), "start": -1}], [{**asdict(HOST), "line": 0}], [asdict(HOST)] * (MOST + 1), ["x"]]
)
def test_edits_that_make_no_sense_are_refused(raw: list[Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        parse_corrections(raw)
