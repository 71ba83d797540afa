"""Build time only: unpacks Tryton's wheels and its web client, and keeps what runs."""

from __future__ import annotations

import compileall
import re
import shutil
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

LIBRARY = Path("/opt/tryton")
CLIENT = Path("/srv/sao")
COMMANDS = {"trytond": "trytond.cli", "trytond-admin": "trytond.cli.admin", "trytond-console": "trytond.cli.console"}
LANGUAGES = {"en", "fr"}
PARTS = ("dist", "images", "locale", "sounds", "index.html", "COPYRIGHT", "LICENSE")
"""What the web client serves; the rest of its archive is how it was made."""


def install_wheels(folder: Path) -> None:
    """Unpacks every wheel where Python finds it, without tests, manuals and other languages."""
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(LIBRARY)
    for module in LIBRARY.glob("trytond/modules/*"):
        for name in ("tests", "doc"):
            shutil.rmtree(module / name, ignore_errors=True)
    for catalogue in LIBRARY.glob("trytond/**/locale/*.po"):
        if catalogue.stem not in LANGUAGES:
            catalogue.unlink()
    (Path(sysconfig.get_path("purelib", "deb_system")) / "tryton.pth").write_text(f"{LIBRARY}\n")
    if not compileall.compile_dir(LIBRARY, quiet=1, workers=0):
        raise SystemExit("a module does not compile")
    for command, module in COMMANDS.items():
        path = Path("/usr/local/bin") / command
        path.write_text(f"#!/usr/bin/python3\nfrom {module} import main\n\nmain()\n")
        path.chmod(0o755)


def install_client(folder: Path) -> None:
    """Unpacks the web client, and from each of its libraries the files that its page and style sheet name."""
    [client] = folder.glob("tryton-sao-*.tgz")
    with tarfile.open(client) as archive:
        kept = [entry for entry in archive if Path(entry.name).parts[1] in PARTS]
        archive.extractall(CLIENT.parent, kept, filter="data")
    (CLIENT.parent / "package").rename(CLIENT)
    wanted = set(named(CLIENT / "index.html")) | set(named(CLIENT / "dist" / "tryton-sao.css"))
    for path in sorted(folder.glob("*.tgz")):
        library = path.name.rpartition("-")[0]
        with tarfile.open(path) as archive:
            for inside in sorted(name for name in wanted if name.partition("/")[0] == library):
                place = CLIENT / "node_modules" / inside
                place.parent.mkdir(parents=True, exist_ok=True)
                stream = archive.extractfile(f"package/{inside.partition('/')[2]}")
                assert stream is not None, f"{inside} is no file"
                place.write_bytes(stream.read())
                wanted.remove(inside)
    if wanted:
        raise SystemExit(f"not in any archive: {sorted(wanted)}")
    for name in ("custom.js", "custom.css"):
        (CLIENT / name).touch()  # its page asks for both
    for path in [CLIENT, *CLIENT.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def named(path: Path) -> Iterator[str]:
    """Yields the libraries' files that a page or a style sheet loads."""
    yield from re.findall(r"node_modules/([^\"'?#)\s]+)", path.read_text("utf-8"))


if __name__ == "__main__":
    install_wheels(Path(sys.argv[1]))
    install_client(Path(sys.argv[1]))
