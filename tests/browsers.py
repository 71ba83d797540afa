"""Real browsers for tests: the examiner image's Chromium, on this machine's network, driven from here.

Nothing is reached but what listens on 127.0.0.1: every other name is unknown to these browsers, unless a test maps it
there. What a page asks for is kept, so that a test can say that nothing left the machine.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import requests
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.remote_connection import ChromeRemoteConnection
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.support.wait import WebDriverWait

from etabli.sandbox import images
from etabli.system.settings import repository

PATIENCE_S = int(os.environ.get("ETABLI_PATIENCE", "240"))
AXE = "/opt/axe/axe.min.js"
RUN_AXE = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations'], iframes: false}).then(
  found => done(found.violations.map(v => ({
    id: v.id, impact: v.impact, nodes: v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + ' ' + n.failureSummary)}))),
  problem => done([{id: 'axe', impact: 'critical', nodes: [String(problem)]}]));
"""
Seen = TypeVar("Seen")


class Driver(webdriver.Remote):
    """A browser that asks for a page again when another test's containers come or go meanwhile."""

    def get(self, url: str) -> None:
        """Opens a page: Chromium gives up all it asks for when an interface of this machine appears or goes."""
        for _again in range(10):
            super().get(url)
            if "ERR_NETWORK_CHANGED" not in self.page_source:
                return


class Browsers:
    """A chromedriver of its own, which opens as many browsers as a test needs."""

    def __init__(self, container: str, address: str, machine: str, shared: Path) -> None:
        self.container = container
        self.address = address
        self.machine = machine
        """Where this machine is for a browser: what calls itself 127.0.0.1 in a test has to listen there too."""
        self.shared = shared
        """What a browser may upload: seen there as ``/partage``."""
        self._axe = ""

    @contextmanager
    def open(self, *, names: Sequence[str] = (), trusted: Sequence[Path] = ()) -> Iterator[webdriver.Remote]:
        """Opens a browser without any past.

        Args:
            names: Rules of ``--host-resolver-rules``: ``MAP *.salle.test 127.0.0.1``.
            trusted: Certificates (PEM) whose keys are trusted, without asking the system: those of our own authority.
        """
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

    def axe(self, driver: webdriver.Remote) -> list[dict[str, Any]]:
        """Returns what axe finds wrong on the page that is open."""
        if not self._axe:
            argv = ["docker", "exec", self.container, "cat", AXE]
            self._axe = subprocess.run(argv, check=True, capture_output=True, text=True, timeout=60).stdout
        driver.execute_script(self._axe)
        found: list[dict[str, Any]] = driver.execute_async_script(RUN_AXE)
        return found


@contextmanager
def browsers(shared: Path) -> Iterator[Browsers]:
    """Starts a chromedriver, and ends it with all that it opened.

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
        argv += ["--user=1001", "--entrypoint=timeout", images.tag("examiner"), "1800", "chromedriver", "--port=9515"]
        argv += [f"--allowed-ips={machine}"]
        process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        stack.callback(process.wait, timeout=60)
        stack.callback(subprocess.run, ["docker", "kill", name], capture_output=True, timeout=60, check=False)
        address = f"http://{until(lambda: _told('port', name, '9515'), process)}"
        until(lambda: _answers(f"{address}/status"), process)
        yield Browsers(name, address, machine, shared)


def until(seen: Callable[[], Seen], process: subprocess.Popen[bytes] | None = None) -> Seen:
    """Waits for what `seen` returns to be true, and returns it."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        if process is not None and process.poll() is not None:
            raise AssertionError("the browser's container has ended")
        if found := seen():
            return found
        time.sleep(0.05)
    raise AssertionError(f"never seen: {seen}")


def wait(driver: webdriver.Remote, seen: Callable[[webdriver.Remote], Seen], why: str = "") -> Seen:
    """Waits for a condition on a page, with minutes to spare."""
    going = [NoSuchElementException, StaleElementReferenceException]  # a page that is being left
    waiting = WebDriverWait(driver, PATIENCE_S, poll_frequency=0.1, ignored_exceptions=going)
    return waiting.until(seen, why)  # type: ignore[arg-type, return-value]


def size(driver: webdriver.Remote, width: int, height: int, scheme: str = "light") -> None:
    """Plays a screen and a colour scheme."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    cdp(driver, "Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    cdp(driver, "Emulation.setEmulatedMedia", {"media": "screen", "features": features})


def cdp(driver: webdriver.Remote, command: str, facts: dict[str, Any]) -> Any:
    """Says a command of the DevTools protocol."""
    return driver.execute("executeCdpCommand", {"cmd": command, "params": facts})["value"]


def log(driver: webdriver.Remote, kind: str = "browser") -> list[dict[str, Any]]:
    """Returns what the browser noted since the last call: its console, or (``performance``) what it asked for."""
    driver.command_executor.add_command("journal", "POST", "/session/$sessionId/se/log")  # type: ignore[union-attr]
    found: list[dict[str, Any]] = driver.execute("journal", {"type": kind})["value"]
    return found


def asked(driver: webdriver.Remote) -> list[str]:
    """Returns the addresses that the browser asked for since the last call."""
    events = [json.loads(entry["message"])["message"] for entry in log(driver, "performance")]
    requested = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    sockets = [event["params"]["url"] for event in events if event["method"] == "Network.webSocketCreated"]
    return [one["request"]["url"] for one in requested] + sockets


def spki(certificate: Path) -> str:
    """Returns the fingerprint of a certificate's public key, as Chromium is told it."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

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
