"""An examiner on its own, for tests that attack its services from inside."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Sequence
from pathlib import Path

from etabli.sandbox import images
from etabli.system.settings import repository


class Room:
    """An examiner container with our sources to ask from, in ``/source``.

    Args:
        folder: A copy is given to the account ``examiner`` as ``/rendus``, as in an exam.
        denied: System calls that this machine would not have.
    """

    def __init__(self, folder: Path, *, denied: Sequence[str] = ()) -> None:
        self.name = f"etabli-essai-{secrets.token_hex(4)}"
        profile = repository() / "images" / "examiner" / "seccomp.json"
        if denied:
            rules = json.loads(profile.read_text("utf-8"))
            rules["syscalls"].append({"names": list(denied), "action": "SCMP_ACT_ERRNO"})
            profile = folder / "seccomp.json"
            profile.write_text(json.dumps(rules), "utf-8")
        options = [
            *("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--network=none", "--shm-size=64m"),
            *(f"--security-opt=seccomp={profile}", "--tmpfs=/tmp:exec,mode=1777", "--memory=2g"),
            *("--tmpfs=/home/parsers:uid=1001,mode=0700", "--tmpfs=/etabli:uid=1002,mode=0700"),
            *(f"--volume={repository() / 'src'}:/source:ro", "--tmpfs=/rendus:uid=1002,mode=0700"),
        ]
        argv = ["docker", "run", "--detach", "--rm", "--name", self.name, *options, images.tag("examiner")]
        subprocess.run(argv, check=True, capture_output=True, timeout=300)
        pipe = f"tar -c -C {folder} . | docker exec -i -u examiner {self.name} tar -x -C /rendus --no-overwrite-dir"
        subprocess.run(pipe, shell=True, check=True, capture_output=True, timeout=300)

    def run(self, *argv: str, user: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a command in it under an account."""
        command = ["docker", "exec", "--interactive", f"--user={user}", self.name, *argv]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=600, check=False)
