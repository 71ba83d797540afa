"""The exam's command line: pytest, fenced, in a fork of a Python that is ready."""

from __future__ import annotations

import shlex

PACK = "/etabli/pack"
"""Where the sandbox unpacks our sources and the graders inside the examiner."""
READY = "--ready"
_SOURCE = "src/etabli/exam"


def command(lab: str, *, pack: str = PACK, python: str = "python3") -> list[str]:
    """Returns the argv that examines one submission.

    Standard input is the request (JSON), standard output the channel of framed events, standard error
    noise for a teacher's eyes. Nothing of the submission is among the arguments, the working folder is new
    and empty, and no configuration but ours is read.

    Args:
        lab: Identifier of the lab; its grader folder must be in the pack.
        pack: Folder of the pack (another one in our own tests).
        python: Interpreter.
    """
    grader = f"{pack}/graders/{lab}"
    exam = [
        *_server(pack, python),
        grader,
        *("-c", f"{pack}/{_SOURCE}/pytest.ini"),
        *(f"--rootdir={grader}", f"--confcutdir={grader}", "--noconftest", "--import-mode=importlib"),
        *("-p", "no:cacheprovider", "-p", "etabli.exam.plugin"),
        f"{grader}/checks.py",
    ]
    script = (
        "exec 3>&1 4<&0 1>&2 0</dev/null; "
        'cd "$(mktemp -d /tmp/vide.XXXXXX)" || exit 70; '
        f"PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 exec {shlex.join(exam)}"
    )
    return ["sh", "-c", script]


def ahead(lab: str, *, pack: str = PACK, python: str = "python3") -> list[str]:
    """Returns the argv that makes the fork server of a lab ready before its first exam, in the same surroundings."""
    words = [*_server(pack, python), READY, f"{pack}/graders/{lab}"]
    return ["sh", "-c", f"cd /tmp && PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 exec {shlex.join(words)}"]


def _server(pack: str, python: str) -> list[str]:
    return [python, "-I", "-S", "-B", f"{pack}/{_SOURCE}/forkserver.py"]
