"""The few files that Debian does not package: fetched from npm's registry or by pip, checked, then copied into images.

An image lists them in ``images/<name>/downloads.toml``, each with the sum that its bytes must have::

    [[file]]
    name = "axe.min.js"                # its name in the build context
    package = "axe-core@4.14.1"        # its name and version in npm's registry
    member = "package/axe.min.js"      # where it is in npm's archive
    sha256 = "2934…"

    [[file]]
    name = "zxcvbn.whl"
    package = "zxcvbn==4.5.0"          # « == »: what pip is asked for; the file is the wheel itself
    sha256 = "…"

    [wheels]                           # the same, many at once: each becomes zxcvbn-4.5.0.whl
    "zxcvbn==4.5.0" = "…"
    "cffi==2.1.1" = { x86_64 = "…", aarch64 = "…" }        # with a compiled part: one sum per kind of machine

    [archives]                         # whole archives of npm: each becomes jquery-3.7.1.tgz
    "jquery@3.7.1" = "…"
    "@lezer/php@1.0.6" = "…"           # of a scope: @lezer+php-1.0.6.tgz

Wheels are those for the Python of the images, whichever one runs here. npm itself is not needed: its archives are plain
files of the registry (``npm_config_registry``, or npm's own). Where only npm knows the way to a registry, it is asked.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from etabli.exam.contract.errors import SandboxFailure
from etabli.system.settings import repository

MANIFEST = "downloads.toml"
PYTHON = "3.13"
"""The one of debian:trixie-slim."""
REGISTRY = "https://registry.npmjs.org"
AT_ONCE = 8
"""Archives that are fetched at once: seventy small ones, each of which the registry takes its time to answer."""
_TIMEOUT = 180


@dataclass(frozen=True)
class Download:
    """One pinned file."""

    name: str
    package: str
    sha256: str
    member: str = ""
    """Of npm's archive; without one, what was fetched is taken whole."""

    @property
    def path(self) -> Path:
        """Where the file is kept; its sum is in its name, so a new pin never meets an old file."""
        return repository() / ".cache" / "downloads" / f"{self.sha256[:12]}-{self.name}"

    def content(self) -> bytes:
        """Returns the file's bytes, which are checked at each reading.

        Raises:
            SandboxFailure: The file is not there, or is not the pinned one.
        """
        if not self.path.is_file():
            raise SandboxFailure(f"Le fichier « {self.name} » n'est pas encore téléchargé : lancez « make setup ».")
        return self.checked(self.path.read_bytes())

    def checked(self, data: bytes) -> bytes:
        """Returns `data` when it is the pinned file.

        Raises:
            SandboxFailure: It is another file.
        """
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise SandboxFailure(
                f"Le fichier « {self.name} » de {self.package} n'est pas celui qui est attendu : "
                "supprimez .cache/downloads, puis relancez « make setup »."
            )
        return data


def read_manifest(folder: Path) -> tuple[Download, ...]:
    """Returns the downloads that an image's folder asks for, in the order of the file."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return ()
    told = tomllib.loads(manifest.read_text("utf-8"))
    wheels, archives = (told.get(kind, {}).items() for kind in ("wheels", "archives"))
    return (
        *(Download(**entry) for entry in told.get("file", ())),
        *(
            Download(f"{package.replace('==', '-')}.whl", package, _of_machine(package, sums))
            for package, sums in wheels
        ),
        *(Download(_archive_name(package), package, sha256) for package, sha256 in archives),
    )


def _archive_name(package: str) -> str:
    name, _at, version = package.rpartition("@")
    return f"{name.replace('/', '+')}-{version}.tgz"


def machine() -> str:
    """Returns the kind of machine that images run on here, as wheels name it."""
    return {"amd64": "x86_64", "arm64": "aarch64"}.get(found := platform.machine().lower(), found)


def _of_machine(package: str, sums: str | Mapping[str, str]) -> str:
    """Returns the one sum, or this machine's.

    Raises:
        SandboxFailure: The package has no wheel for this machine.
    """
    if isinstance(sums, str):
        return sums
    if machine() not in sums:
        raise SandboxFailure(
            "{package} n'existe pas pour cette machine ({machine}) : prenez-en une parmi {known}.".format(
                package=package, machine=machine(), known=", ".join(sums)
            )
        )
    return sums[machine()]


def fetch(downloads: Iterable[Download]) -> list[str]:
    """Fetches what is not in the cache yet, and returns the packages that the registry or pip was asked for.

    Raises:
        SandboxFailure: The registry, npm or pip has failed, or a file is not the pinned one.
    """
    absent = sorted((d for d in downloads if not d.path.is_file()), key=lambda d: d.package)
    by_package = {package: list(group) for package, group in groupby(absent, key=lambda d: d.package)}
    wheels = {package: wanted[0] for package, wanted in by_package.items() if "==" in package}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        jobs = [pool.submit(_fetch_wheels, wheels)] if wheels else []
        jobs += [pool.submit(_fetch_archive, one, by_package[one]) for one in by_package if one not in wheels]
        for job in jobs:
            job.result()
    return list(by_package)


def _fetch_wheels(wanted: Mapping[str, Download]) -> None:
    with tempfile.TemporaryDirectory(prefix="etabli-telechargement-") as folder:
        _keep_wheels(wanted, _pip_download(list(wanted), Path(folder)))


def _fetch_archive(package: str, wanted: Iterable[Download]) -> None:
    with tempfile.TemporaryDirectory(prefix="etabli-telechargement-") as folder:
        unpack(_archive(package, Path(folder)), wanted)


def _keep_wheels(wanted: Mapping[str, Download], fetched: Iterable[Path]) -> None:
    """Keeps each wheel, which pip names as it likes: the name and the version are compared letter by letter."""
    by_package = {package_of(path): path for path in fetched}
    for package, download in wanted.items():
        path = by_package.get(_normal(package))
        _keep(download, path.read_bytes() if path else b"")


def package_of(wheel: Path) -> str:
    """Returns ``name==version``, normalised, for a wheel's file name (PEP 427)."""
    name, version = wheel.name.split("-")[:2]
    return _normal(f"{name}=={version}")


def _normal(package: str) -> str:
    name, _equal, version = package.partition("==")
    return f"{re.sub(r'[-_.]+', '-', name).lower()}=={version}"


def unpack(archive: Path, wanted: Iterable[Download]) -> None:
    """Takes the `wanted` members out of npm's archive, or the archive itself, into the cache.

    Raises:
        SandboxFailure: A member is missing, or is not the pinned one.
    """
    with tarfile.open(archive) as tar:
        for download in wanted:
            if not download.member:
                _keep(download, archive.read_bytes())
                continue
            try:
                stream = tar.extractfile(download.member)
            except KeyError:
                stream = None
            _keep(download, stream.read() if stream else b"")


def _keep(download: Download, data: bytes) -> None:
    download.checked(data)
    download.path.parent.mkdir(parents=True, exist_ok=True)
    partial = download.path.with_name(f"{download.path.name}.{os.getpid()}")
    partial.write_bytes(data)
    partial.replace(download.path)


def _archive(package: str, folder: Path) -> Path:
    """Fetches an archive from the registry, or through npm where there is one and the registry does not answer."""
    name, _at, version = package.rpartition("@")
    registry = os.environ.get("npm_config_registry") or os.environ.get("NPM_CONFIG_REGISTRY") or REGISTRY
    address = f"{registry.rstrip('/')}/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    path = folder / "archive.tgz"
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT) as answer:
            path.write_bytes(answer.read())
    except OSError as error:
        if shutil.which("npm"):
            return _run("npm", ["npm", "pack", "--silent", package], package, folder, "*.tgz")[0]
        raise _refused(registry, package, str(error)) from error
    return path


def _pip_download(packages: Sequence[str], folder: Path) -> list[Path]:
    argv = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    argv += [f"--python-version={PYTHON}", f"--platform=manylinux_2_28_{machine()}", *packages]
    return _run("pip", argv, ", ".join(packages), folder, "*.whl")


def _run(tool: str, argv: list[str], package: str, folder: Path, pattern: str) -> list[Path]:
    """Runs npm or pip in a folder and returns the files that it left there, at least one."""
    try:
        subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True, timeout=_TIMEOUT)
    except FileNotFoundError as missing:
        raise SandboxFailure(f"La commande {tool} est absente : lancez « make setup », qui l'installe.") from missing
    except subprocess.TimeoutExpired as late:
        raise SandboxFailure(
            f"{tool} n'a pas fourni {package} à temps : vérifiez la connexion, puis relancez."
        ) from late
    except subprocess.CalledProcessError as failed:
        raise _refused(tool, package, failed.stderr or "") from failed
    if not (found := sorted(folder.glob(pattern))):
        raise _refused(tool, package, "")
    return found


def _refused(tool: str, package: str, said: str) -> SandboxFailure:
    return SandboxFailure(f"{tool} n'a pas pu fournir {package} : {said.strip()[-400:]}")
