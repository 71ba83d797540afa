"""`make setup` on a machine where this account may do nothing: what to ask the administrator for, in one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = "apt-get bash cat cut date dirname env flock grep id ln mkdir readlink rm sha256sum sleep tail timeout".split()

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="changing to another account needs root")


class Machine:
    """A copy of what set-up needs, a PATH with chosen commands, and an account without rights."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.repository = place / "etabli"
        self.bin = place / "bin"
        self.home = place / "home"
        self.home.mkdir()
        shutil.copytree(ROOT / "scripts", self.repository / "scripts")
        for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
            shutil.copy(ROOT / name, self.repository)
        self.bin.mkdir()
        for tool in TOOLS:
            self.offer(tool)
        self._script(self.repository / ".venv/bin/python", "exit 0")  # Python is not what is missing here
        place.chmod(0o755)

    def offer(self, tool: str) -> None:
        """Puts a command of this machine on the PATH."""
        found = shutil.which(tool)
        assert found, tool
        (self.bin / tool).symlink_to(found)

    def pretend(self, tool: str, body: str) -> None:
        """Puts a command of ours on the PATH."""
        self._script(self.bin / tool, body)

    @staticmethod
    def _script(path: Path, body: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def belongs_to(self, account: int) -> None:
        """Gives the copy and the home to an account; the one that runs set-up is 65534."""
        for path in [self.home, self.repository, *self.repository.rglob("*")]:
            os.chown(path, account, account)

    def setup(self) -> subprocess.CompletedProcess[str]:
        """Runs set-up as nobody."""
        account = [shutil.which("setpriv") or "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        return subprocess.run(
            [*account, "bash", str(self.repository / "scripts/setup.sh")],
            capture_output=True,
            text=True,
            env={"PATH": str(self.bin), "HOME": str(self.home)},
            timeout=600,
        )


@pytest.fixture
def machine() -> Iterator[Machine]:
    """In /tmp itself: pytest's own folders are closed to other accounts."""
    with tempfile.TemporaryDirectory(prefix="etabli-refus-") as name:
        made = Machine(Path(name))
        made.belongs_to(65534)
        yield made


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """Returns the one sentence of a set-up that gave up."""
    assert done.returncode == 3, done.stdout + done.stderr
    (sentence,) = [line for line in done.stderr.splitlines() if line.startswith("✗ ")]
    return sentence


def test_no_engine_and_no_right_to_install_one(machine: Machine) -> None:
    done = machine.setup()
    assert refusal(done) == (
        "✗ Il manque docker.io docker-cli docker-buildx docker-compose apparmor ca-certificates, et ce compte ne peut "
        "pas l'installer : demandez à l'administrateur de la machine de lancer « apt-get install docker.io docker-cli "
        "docker-buildx docker-compose apparmor ca-certificates », puis relancez « make setup »."
    )
    assert "[4/7] moteur de conteneurs … échec" in done.stdout


def test_sudo_that_refuses_is_no_right(machine: Machine) -> None:
    machine.pretend("sudo", 'echo "nobody is not in the sudoers file." >&2; exit 1')
    assert "demandez à l'administrateur de la machine de lancer « apt-get install docker.io" in refusal(machine.setup())


def test_no_engine_on_another_system(machine: Machine) -> None:
    (machine.bin / "apt-get").unlink()
    assert "Cette machine n'est pas une Debian : installez vous-même docker.io" in refusal(machine.setup())


def test_an_engine_that_this_account_may_not_use(machine: Machine) -> None:
    """The real Docker of this machine, whose socket belongs to the group « docker »."""
    machine.offer("docker")
    sentence = refusal(machine.setup())
    assert "Docker fonctionne, mais pas pour ce compte" in sentence
    assert "demandez à l'administrateur de la machine de lancer « usermod -aG docker nobody »" in sentence
    assert "rouvrez la session" in sentence


def test_a_copy_that_this_account_may_not_write(machine: Machine) -> None:
    machine.belongs_to(0)
    sentence = refusal(machine.setup())
    assert f"Ce compte ne peut pas écrire dans « {machine.repository} »" in sentence
    assert "copiez le dépôt dans un dossier à vous" in sentence


def test_no_python_and_no_right_to_install_one(machine: Machine) -> None:
    (machine.repository / ".venv/bin/python").write_text("#!/bin/sh\nexit 1\n")
    assert "Il manque python3 python3-venv python3-pip, et ce compte ne peut pas l'installer" in refusal(
        machine.setup()
    )


def test_the_command_of_this_account_alone(machine: Machine) -> None:
    done = machine.setup()
    assert (machine.home / ".local/bin/etabli").readlink() == machine.repository / "etabli"
    assert "[2/7] paquets Python et commande etabli … " in done.stdout
    assert f"fermez puis rouvrez la session : « {machine.home}/.local/bin » n'est pas encore" in done.stdout


def test_a_home_that_cannot_be_written_stops_nothing(machine: Machine) -> None:
    os.chown(machine.home, 0, 0)
    done = machine.setup()
    told = f"« {machine.home}/.local/bin/etabli » ne peut pas être écrit : au lieu de « etabli », tapez « "
    assert told + f"{machine.repository}/etabli »" in done.stdout
    assert "[4/7] moteur" in done.stdout
