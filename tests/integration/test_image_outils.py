"""The image `outils`: what the documents of `fiche-anglais` promise is true of the tools that really run there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from etabli.exam.contract.check import import_grader
from etabli.lab.manifest import load_lab
from etabli.lab.sujet import make_sujet
from etabli.lab.variant import Seat
from etabli.sandbox import images

LAB = load_lab("fiche-anglais")
FENCED = ["--network=none", "--read-only", "--tmpfs=/tmp:mode=1777,size=64m", "--cap-drop=ALL"]
FENCED += ["--security-opt=no-new-privileges", "--pids-limit=64", "--memory=384m"]
STATES, SHAPE = (import_grader(LAB.grader, name) for name in ("states", "shape"))


def inside(folder: Path, *argv: str, stdin: str = "") -> str:
    """What a command of the image says, in a container of its own."""
    words = ["docker", "run", "--rm", "-i", *FENCED, f"--volume={folder}:/banc:ro", images.tag("outils"), *argv]
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    (tmp_path / "rejouer.py").write_bytes((LAB.grader / "rejouer.py").read_bytes())
    return tmp_path


def given(family: str) -> Any:
    """A candidate of a family."""
    sujets = (make_sujet(Seat(LAB, "a.martin"), bytes([number]) * 32) for number in range(20))
    return next(one for one in sujets if one.variant.data["family"] == family)


@pytest.mark.parametrize(
    ("family", "lines", "reached"),
    [
        ("sauvegarde", ["export BORG_PASSPHRASE=autre", "borg init --encryption=repokey ~/sauvegarde/{repository}"], {"encrypted"}),
        ("partage", ["cd ~/partage", "getfacl -R {folder} > ../a.acl", "setfacl -R -b {folder}"], {"record", "former", "documents"}),
    ],
)  # fmt: skip
def test_lines_are_typed_in_one_terminal_and_what_is_there_is_told(
    folder: Path, family: str, lines: list[str], reached: set[str]
) -> None:
    one = given(family)
    values = one.variant.data["values"]
    (folder / "poste.csv").write_bytes(one.files["poste.csv"])
    steps = [{"do": "run", "text": line.format(**values)} for line in lines]
    wrong = [{"do": "run", "text": text} for text in ("faux ((", "echo faux > /proc/$PPID/fd/1", "cat /proc/$PPID/mem")]
    last = {
        "do": "run",
        "text": "export FIN=oui; trap 'echo \"borg() { echo; }\" >> /tmp/.etabli' EXIT; (sleep 60; rm -rf ~/*) >/dev/null 2>&1 &",
    }
    asked = {"family": family, "values": values, "steps": [*steps, *wrong, last]}
    mark, answer = inside(folder, "python3", "-I", "/banc/rejouer.py", stdin=json.dumps(asked)).splitlines()
    assert answer.startswith(f"{mark} ") and len(mark) == 32
    told = json.loads(answer.removeprefix(mark))
    assert [end["code"] == 0 for end in told["ended"]] == [True] * len(lines) + [False] * len(wrong) + [True]
    variant = SHAPE.Variant(**one.variant.data | {"home": [tuple(row) for row in one.variant.data["home"]]})
    facts = STATES.facts(variant, told["found"])
    assert {name for name, true in facts.items() if true} == reached


def test_a_deprecated_form_is_one_for_the_real_tools(folder: Path) -> None:
    """The documents say so: nobody may be told off for what works as well as before."""
    said = inside(
        folder,
        "bash",
        "-c",
        "borg prune --help | grep -A2 -e --prefix; man chacl >/dev/null 2>&1; chacl 2>&1 | head -3; true",
    )
    assert "deprecated" in said and "pathname" in said
    script = 'printf \'require ["imapflags"];\' > /tmp/a.sieve; sievec /tmp/a.sieve 2>&1; mkdir /tmp/d; echo "pages: []" > /tmp/m.yml'
    said = inside(folder, "bash", "-c", f"{script}; cd /tmp; mkdocs build -f m.yml 2>&1; true")
    assert "unknown Sieve capability" in said and "'pages' was removed" in said
