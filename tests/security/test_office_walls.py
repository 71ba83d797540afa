"""The office suite of the examiner: whoever takes it over finds no network, no file, no process, and no next candidate."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import documents_samples as samples
import pytest
import workbook_samples
from examiner_room import Room
from helpers import volume

ASK = """
import json, os, sys
sys.path.insert(0, "/source")
from etabli.exam.runner import office
from etabli.exam.runner.peer import Unwalled, sources
path, job = sys.argv[1], json.loads(sys.argv[2])
changed = json.load(sys.stdin)
def altered(folder):
    true = sources(folder)
    return {"id": true["id"][:-2] + "0a", "sources": {**true["sources"], **changed}} if changed else true
office.sources = altered
desk = office.Office()
try:
    answer = desk.ask(os.open(path, os.O_RDONLY), **job)
except office.OfficeError as error:
    answer = {"error": str(error)}
except Unwalled as error:
    answer = {"unwalled": str(error)}
print(json.dumps(answer))
"""
PROBE = """
import os, resource, socket, subprocess
from pathlib import Path

TRY = '''
import json, os, socket, sys
from pathlib import Path
def allowed(action):
    try:
        action()
    except OSError:
        return False
    return True
def connect(family, address):
    with socket.socket(family) as one:
        one.settimeout(2)
        one.connect(address)
print(json.dumps({
    "uid": os.getuid(),
    "network": allowed(lambda: connect(socket.AF_INET, ("127.0.0.1", 9515))),
    "reader": allowed(lambda: connect(socket.AF_UNIX, chr(0) + "etabli-lecteur")),
    "rooms": allowed(lambda: os.listdir("/rendus")),
    "oracle": allowed(lambda: os.listdir("/etabli")),
    "home": allowed(lambda: os.listdir("/home/parsers")),
    "shared": allowed(lambda: Path("/tmp/reste").write_text("x")),
    "own": allowed(lambda: Path(sys.argv[1], "tmp", "reste").write_text("x")),
}))
'''

def serve(office, job, document):
    import json
    said = subprocess.run(["/usr/bin/python3", "-c", TRY, office.folder], capture_output=True, text=True, timeout=30)
    found = json.loads(said.stdout)
    process = office._process.pid
    found["memory"] = resource.prlimit(process, resource.RLIMIT_DATA)[1]
    java = office.context.ServiceManager.createInstanceWithContext("com.sun.star.java.JavaVirtualMachine", office.context)
    import uno
    found["java"] = [java.getJavaVM(uno.ByteSequence(bytes(16))), java.isVMStarted()]
    scripting = "/org.openoffice.Office.Common/Security/Scripting"
    found["macros"] = [setting(office, scripting, name) for name in ("MacroSecurityLevel", "DisableMacrosExecution")]
    found["links"] = setting(office, "/org.openoffice.Office.Calc/Content/Update", "Link")
    return {"found": found}

def setting(office, path, name):
    import uno
    node = uno.getClass("com.sun.star.beans.PropertyValue")("nodepath", 0, path, 0)
    provider = office.context.ServiceManager.createInstanceWithContext(
        "com.sun.star.configuration.ConfigurationProvider", office.context
    )
    access = provider.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", (node,))
    return access.getByName(name)
"""
LINGER = """
def serve(office, job, document):
    import os, signal, subprocess
    subprocess.Popen(["/usr/bin/sleep", "1234"], start_new_session=True)
    return {"found": True}
"""
STRIKE = """
def serve(office, job, document):
    import os
    os.kill(-1, 9)
    return {"found": office._process.wait(5)}
"""
VALUES = {"verb": "values", "kind": "xlsx", "scenarios": [[]]}


class Computing(Room):
    """An examiner whose office is asked."""

    def ask(self, path: str = "a.xlsx", *, user: str = "examiner", **changed: str) -> dict[str, Any]:
        argv = ("python3", "-B", "-c", ASK, str(Path("/rendus", path)), json.dumps(VALUES))
        done = self.run(*argv, user=user, stdin=json.dumps(changed))
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert isinstance(answer, dict)
        return answer


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Computing]:
    folder = tmp_path_factory.mktemp("bureau")
    folder.chmod(0o755)
    (folder / "a.xlsx").write_bytes(workbook_samples.packed(workbook_samples.book()))
    (folder / "page.xlsx").write_bytes(b"<html><body><table><tr><td>1</td></tr></table></body></html>")
    (folder / "autre.xlsx").write_bytes(samples.full_ods())
    made = Computing(folder)
    yield made
    subprocess.run(["docker", "rm", "--force", made.name], capture_output=True, check=False, timeout=60)


def test_the_examiner_is_answered(room: Computing) -> None:
    [values] = room.ask()["found"]
    assert [sheet["name"] for sheet in values] == ["Données", "Synthèse"]


def test_nobody_else_is_answered(room: Computing) -> None:
    assert "did not answer" in room.ask("/etc/passwd", user="parsers")["error"]


def test_behind_its_walls_there_is_nothing(room: Computing) -> None:
    answer = room.ask(serve=PROBE)
    assert "found" in answer, answer
    found = answer["found"]
    assert found["uid"] == 1001
    assert (found["network"], found["reader"]) == (False, False)
    assert (found["oracle"], found["rooms"], found["home"], found["shared"], found["own"]) == (False,) * 4 + (True,)
    assert found["memory"] == 900 << 20
    assert (found["macros"], found["java"], found["links"]) == ([3, True], [None, False], 2)


def test_it_can_signal_nobody_else(room: Computing) -> None:
    checker = ("^java",)[: volume(0, 1)]  # of HTML: three seconds of a processor until it is there
    names = ("local/bin/lecteur", "local/bin/bureau", "^chromedriver", *checker)

    def helpers() -> list[str]:
        return [room.run("pgrep", "-o", "-f", name, user="parsers").stdout for name in names]

    wake = (
        "import socket; socket.create_connection(('127.0.0.1', 8887))"  # the HTML checker starts when it is asked for
    )
    if checker:
        room.run("sh", "-c", f'until python3 -c "{wake}" || pgrep java; do sleep 0.1; done', user="parsers")
        room.run("sh", "-c", "until pgrep java; do sleep 0.1; done", user="parsers")
    room.run("sh", "-c", "until pgrep chromedriver; do sleep 0.1; done", user="parsers")
    before = helpers()
    assert room.ask(serve=STRIKE)["found"] == -9  # everybody in sight: its own office
    assert all(before) and helpers() == before
    assert "found" in room.ask()


def test_what_it_leaves_running_ends_with_the_exam(room: Computing) -> None:
    assert room.ask(serve=LINGER)["found"] is True
    assert "found" in room.ask()  # served after the first office has been killed
    assert room.run("pgrep", "-f", "sleep 1234", user="parsers").stdout == ""


@pytest.mark.parametrize("path", ["page.xlsx", "autre.xlsx"])
def test_no_other_format_is_tried(room: Computing, path: str) -> None:
    """The reader has refused these before; even so, the office tries no other of its two hundred filters."""
    assert room.ask(path).get("refused", {}).get("cause") == "broken-file", room.ask(path)


@pytest.mark.parametrize("denied", ["unshare", "landlock_create_ruleset"])
def test_where_a_wall_does_not_rise_nothing_is_computed(tmp_path: Path, denied: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook_samples.packed(workbook_samples.book()))
    unwalled = Computing(tmp_path, denied=(denied,))
    try:
        assert "etabli doctor" in unwalled.ask()["unwalled"]
    finally:
        subprocess.run(["docker", "rm", "--force", unwalled.name], capture_output=True, check=False, timeout=60)
