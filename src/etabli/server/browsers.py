"""Real browsers: the examiner image's Chromium, in a network of its own, led from here.

Nothing is reached but what listens on this machine: every other name is unknown to these browsers, unless a rule maps
it there.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, TypeVar

import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from selenium import webdriver

from etabli.exam.contract.errors import SandboxFailure
from etabli.sandbox import images
from etabli.system.settings import repository

Seen = TypeVar("Seen")
_PATIENCE_S: Final = 60.0
_LIFE_S: Final = 1800
"""When a browser that nobody ended goes by itself."""


class Driver(webdriver.Remote):
    """A browser that asks for a page again when other containers come or go meanwhile."""

    def get(self, url: str) -> None:
        """Opens a page: Chromium gives up all it asks for when an interface of this machine appears or goes."""
        for _again in range(10):
            super().get(url)
            if "ERR_NETWORK_CHANGED" not in self.page_source:
                return


class Browsers:
    """A chromedriver of its own, which opens as many browsers as one needs."""

    def __init__(self, container: str, address: str, machine: str, shared: Path) -> None:
        self.container = container
        self.address = address
        self.machine = machine
        """Where this machine is for a browser: what calls itself 127.0.0.1 has to listen there too."""
        self.shared = shared
        """What a browser may upload: seen there as ``/partage``."""

    @contextmanager
    def open(self, *, names: Sequence[str] = (), trusted: Sequence[Path] = ()) -> Iterator[webdriver.Remote]:
        """Opens a browser without any past.

        Args:
            names: Rules of ``--host-resolver-rules``: ``MAP *.salle.test 127.0.0.1``.
            trusted: Certificates (PEM) whose keys are trusted, without asking the system: those of our own authority.
        """
        # The image of the room has an older selenium, and never a browser.
        from selenium.webdriver.chrome.remote_connection import ChromeRemoteConnection
        from selenium.webdriver.remote.client_config import ClientConfig

        options = webdriver.ChromeOptions()
        here = [rule.replace(" 127.0.0.1", f" {self.machine}") for rule in names]
        rules = ", ".join([*here, f"MAP 127.0.0.1 {self.machine}", "MAP * ~NOTFOUND"])
        folder = f"/tmp/navigateur-{secrets.token_hex(4)}"
        arguments = ["--headless=new", "--disable-gpu", "--no-first-run", f"--user-data-dir={folder}"]
        arguments += [f"--host-resolver-rules={rules}", "--disable-background-networking", "--disable-component-update"]
        if trusted:
            arguments.append(f"--ignore-certificate-errors-spki-list={','.join(map(spki, trusted))}")
        for argument in (*arguments, "--lang=fr"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        config = ClientConfig(remote_server_addr=self.address, timeout=180)
        driver = Driver(command_executor=ChromeRemoteConnection(self.address, client_config=config), options=options)
        try:
            driver.set_script_timeout(60)
            yield driver
        finally:
            driver.quit()


@contextmanager
def browsers(shared: Path, life_s: int = _LIFE_S) -> Iterator[Browsers]:
    """Starts a chromedriver, and ends it with all that it opened; it goes by itself after so many seconds.

    It has a network of its own: on this machine's, each container that comes or goes is a change of network, which
    cuts what a page asks for.
    """
    name = f"etabli-navigateur-{secrets.token_hex(6)}"
    shared.chmod(0o755)
    with ExitStack() as stack:
        machine = _told("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}")
        argv = ["docker", "run", "--rm", f"--name={name}", "--publish=127.0.0.1::9515", "--read-only", "--cap-drop=ALL"]
        argv += ["--shm-size=512m", "--tmpfs=/tmp:exec", "--tmpfs=/home/parsers:uid=1001,mode=0700"]
        argv += ["--security-opt=no-new-privileges", f"--volume={shared}:/partage:ro"]
        argv += [f"--security-opt=seccomp={repository() / 'images' / 'examiner' / 'seccomp.json'}"]
        argv += [
            "--user=1001",
            "--entrypoint=timeout",
            images.tag("examiner"),
            str(life_s),
            "chromedriver",
            "--port=9515",
        ]
        argv += [f"--allowed-ips={machine}"]
        process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(process.wait, timeout=60)
        stack.callback(subprocess.run, ["docker", "kill", name], capture_output=True, timeout=60, check=False)
        address = f"http://{_until(lambda: _told('port', name, '9515'), process)}"
        _until(lambda: _answers(f"{address}/status"), process)
        yield Browsers(name, address, machine, shared)


def _until(seen: Callable[[], Seen], process: subprocess.Popen[bytes]) -> Seen:
    ends = time.monotonic() + _PATIENCE_S
    while time.monotonic() < ends and process.poll() is None:
        if found := seen():
            return found
        time.sleep(0.05)
    raise SandboxFailure("Le navigateur n'a pas démarré : relancez, puis « etabli doctor ».")


def spki(certificate: Path) -> str:
    """Returns the fingerprint of a certificate's public key, as Chromium is told it."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    told = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(told).digest()).decode()


def _told(*words: str) -> str:
    told = subprocess.run(["docker", *words], capture_output=True, text=True, timeout=60, check=False)
    return told.stdout.strip().partition("\n")[0]


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).ok
    except requests.RequestException:
        return False
