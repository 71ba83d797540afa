"""The examples of the aides, run by the tools of the images that candidates have: not one complains."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import time
from collections.abc import Iterator

import pytest

from etabli.lab.aides import aides_of
from etabli.lab.manifest import load_lab
from etabli.sandbox import images

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(lab: str, language: str) -> list[tuple[str, str]]:
    """The examples in a language, by check and number."""
    return [
        (f"{check}-{number}", code)
        for check, aides in aides_of(load_lab(lab)).items()
        for number, (found, code) in enumerate(FENCE.findall(aides.exemple))
        if found == language
    ]


CHECK = r"""
import json, subprocess, sys
def verdict(code):
    given = code if "<?" in code else "<?php\n" + code
    done = subprocess.run(["php", "-d", "display_errors=1", "-l"], input=given, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr
print(json.dumps({name: verdict(code) for name, code in json.load(sys.stdin)}))
"""
SCHEMA = """
CREATE DATABASE jardin; USE jardin;
CREATE TABLE espece (id INT PRIMARY KEY, nom VARCHAR(60) NOT NULL);
CREATE TABLE serre (id INT PRIMARY KEY, nom VARCHAR(60) NOT NULL);
CREATE TABLE plante (id INT PRIMARY KEY, nom VARCHAR(60) NOT NULL, hauteur DECIMAL(8,1), semis DATE NOT NULL,
  note TEXT, espece_id INT NOT NULL, serre_id INT NOT NULL);
"""


def docker(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *words], input=stdin, capture_output=True, text=True, timeout=300, check=False)


def test_php_examples_are_correct() -> None:
    run = ["run", "--rm", "-i", "--network=none", "--read-only", "--cap-drop=ALL", images.tag("web")]
    done = docker(*run, "python3", "-I", "-c", CHECK, stdin=json.dumps(blocks("page-dynamique", "php")))
    verdicts = json.loads(done.stdout)
    assert len(verdicts) == len(blocks("page-dynamique", "php")) > 20
    assert {name: said for name, said in verdicts.items() if said} == {}


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    name = f"etabli-essai-{secrets.token_hex(4)}"
    stores = [
        "--tmpfs=/var/lib/mysql",
        "--tmpfs=/run/mysqld",
        "--tmpfs=/tmp:mode=1777",
        "--cap-drop=ALL",
        "--read-only",
    ]
    secret = f"--env=ETABLI_DB_ROOT=essai-{secrets.token_hex(8)}"
    try:
        docker("run", "--detach", "--rm", "--network=none", f"--name={name}", secret, *stores, images.tag("services"))
        end = time.monotonic() + 120
        while (filled := docker("exec", "-i", name, "mariadb", stdin=SCHEMA)).returncode:
            assert time.monotonic() < end, filled.stderr
            time.sleep(0.1)
        yield name
    finally:
        docker("rm", "--force", name)


def test_sql_examples_run(database: str) -> None:
    for name, code in blocks("page-dynamique", "sql"):
        done = docker("exec", "-i", database, "mariadb", "jardin", stdin=code)
        assert done.returncode == 0, (name, done.stderr)


def test_the_example_on_accents_answers_as_it_says(database: str) -> None:
    [code] = [code for name, code in blocks("page-dynamique", "sql") if name.startswith("recherche-casse-accents")]
    done = docker("exec", "-i", database, "mariadb", "--skip-column-names", stdin=code)
    assert done.stdout.split() == ["1", "0"]


RUN = r"""
import json, subprocess, sys
def said(language, code):
    tool = ["php"] if language == "php" else ["python3", "-"]
    done = subprocess.run(tool, input=code, capture_output=True, text=True)
    return done.stderr if done.returncode or done.stderr else ""
print(json.dumps({f"{name}-{language}": said(language, code) for language, name, code in json.load(sys.stdin)}))
"""


def test_programs_shown_run_without_a_word_of_complaint() -> None:
    programs = [(kind, *block) for kind in ("php", "python") for block in blocks("mots-de-passe", kind)]
    # What reads lines finds the program itself on its input: it must stop at the end, no more.
    whole = [one for one in programs if "stdin" not in one[2].lower()]
    run = ["run", "--rm", "-i", "--network=none", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", images.tag("audit")]
    verdicts = json.loads(docker(*run, "python3", "-I", "-c", RUN, stdin=json.dumps(whole)).stdout)
    assert len(verdicts) == len(whole) >= 6
    assert {name: said for name, said in verdicts.items() if said} == {}
