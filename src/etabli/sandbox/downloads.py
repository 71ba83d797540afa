"""The few files that Debian does not package: fetched by npm or pip on the host, checked, then copied into images.

An image lists them in ``images/<name>/downloads.toml``, each with the sum that its bytes must have::

    [[file]]
    name = "axe.min.js"                # its name in the build context
    package = "axe-core@4.14.1"        # what npm is asked for
    member = "package/axe.min.js"      # where it is in npm's archive
    sha256 = "2934…"

    [[file]]
    name = "zxcvbn.whl"
    package = "zxcvbn==4.5.0"          # « == »: what pip is asked for; the file is the wheel itself
    sha256 = "…"
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from etabli.errors import SandboxFailure
from etabli.i18n import _
from etabli.settings import repository

MANIFEST = "downloads.toml"
_TIMEOUT = 180


@dataclass(frozen=True)
class Download:
    """One pinned file."""

    name: str
    package: str
    sha256: str
    member: str = ""
    """Of npm's archive; a wheel is taken whole."""

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
            raise SandboxFailure(
                _("Le fichier « {name} » n'est pas encore téléchargé : lancez « make setup ».").format(name=self.name)
            )
        return self.checked(self.path.read_bytes())

    def checked(self, data: bytes) -> bytes:
        """Returns `data` when it is the pinned file.

        Raises:
            SandboxFailure: It is another file.
        """
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise SandboxFailure(
                _(
                    "Le fichier « {name} » de {package} n'est pas celui qui est attendu : "
                    "supprimez .cache/downloads, puis relancez « make setup »."
                ).format(name=self.name, package=self.package)
            )
        return data


def read_manifest(folder: Path) -> tuple[Download, ...]:
    """Returns the downloads that an image's folder asks for, in the order of the file."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return ()
    return tuple(Download(**entry) for entry in tomllib.loads(manifest.read_text("utf-8"))["file"])


def fetch(downloads: Iterable[Download]) -> list[str]:
    """Fetches what is not in the cache yet, and returns the packages that npm or pip was asked for.

    Raises:
        SandboxFailure: npm or pip is not there or has failed, or a file is not the pinned one.
    """
    absent = sorted((d for d in downloads if not d.path.is_file()), key=lambda d: d.package)
    by_package = {package: list(group) for package, group in groupby(absent, key=lambda d: d.package)}
    for package, wanted in by_package.items():
        with tempfile.TemporaryDirectory(prefix="etabli-telechargement-") as folder:
            if "==" in package:
                _keep(wanted[0], _pip_download(package, Path(folder)).read_bytes())
            else:
                unpack(_npm_pack(package, Path(folder)), wanted)
    return list(by_package)


def unpack(archive: Path, wanted: Iterable[Download]) -> None:
    """Takes the `wanted` members out of npm's archive into the cache.

    Raises:
        SandboxFailure: A member is missing, or is not the pinned one.
    """
    with tarfile.open(archive) as tar:
        for download in wanted:
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


def _npm_pack(package: str, folder: Path) -> Path:
    return _one_file("npm", ["npm", "pack", "--silent", package], package, folder, "*.tgz")


def _pip_download(package: str, folder: Path) -> Path:
    argv = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", package]
    return _one_file("pip", argv, package, folder, "*.whl")


def _one_file(tool: str, argv: list[str], package: str, folder: Path, pattern: str) -> Path:
    try:
        subprocess.run(argv, cwd=folder, check=True, capture_output=True, text=True, timeout=_TIMEOUT)
        return next(folder.glob(pattern))
    except FileNotFoundError as missing:
        raise SandboxFailure(
            _("La commande {tool} est absente : lancez « make setup », qui l'installe.").format(tool=tool)
        ) from missing
    except subprocess.TimeoutExpired as late:
        raise SandboxFailure(
            _("{tool} n'a pas fourni {package} à temps : vérifiez la connexion, puis relancez.").format(
                tool=tool, package=package
            )
        ) from late
    except (subprocess.CalledProcessError, StopIteration) as failed:
        said = getattr(failed, "stderr", "") or ""
        raise SandboxFailure(
            _("{tool} n'a pas pu fournir {package} : {said}").format(
                tool=tool, package=package, said=said.strip()[-400:]
            )
        ) from failed
