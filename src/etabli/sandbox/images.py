"""The images in ``images/``: one folder each, built when no image has the content of the folder.

An image's tag is ``etabli/<name>:<12 hex>``, where the digits stand for every file of its folder (and, through
``downloads.toml``, for the pinned files that it copies). So a tag that exists is up to date by construction, and
two copies of the repository share their images.

As a command, which ``make setup`` uses::

    python -m etabli.sandbox.images list     one line per image: name, tag, « prête » or « à construire »
    python -m etabli.sandbox.images fetch    downloads the pinned files that are not there yet
    python -m etabli.sandbox.images build    builds what is missing, side by side
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import threading
import time
import urllib.parse
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import IO, TypedDict

from etabli.exam.contract.errors import EtabliError, SandboxFailure, SandboxUnavailable
from etabli.sandbox.downloads import fetch, read_manifest
from etabli.system.settings import repository

BASE = "debian:trixie-slim"
"""What every image is built on."""

Log = Callable[[str], None]
_PROXIES = ("http_proxy", "https_proxy", "no_proxy")
_ANSWER_TIMEOUT = 60
_BUILD_LIMIT = 3600.0
_LAST_LINES = 20


class Identity(TypedDict):
    """What an image is, for the record of a run: images built here have no digest of a registry."""

    id: str
    packages: str


def names() -> tuple[str, ...]:
    """Returns the names of all images, sorted."""
    return tuple(sorted(file.parent.name for file in (repository() / "images").glob("*/Dockerfile")))


def tag(name: str) -> str:
    """Returns the tag that the image `name` has when it is up to date."""
    return f"etabli/{name}:{digest(name)}"


def digest(name: str) -> str:
    """Returns 12 hexadecimal digits that change with any name, mode or byte in the image's folder."""
    total = hashlib.sha256()
    for path in _files(name):
        executable = b"x" if os.access(path, os.X_OK) else b"-"
        content = path.read_bytes()
        total.update(b"%s %s %d\n" % (path.name.encode(), executable, len(content)))
        total.update(content)
    return total.hexdigest()[:12]


def context(name: str) -> bytes:
    """Returns the build context as a tar: the files of the folder, then its pinned downloads.

    Raises:
        SandboxFailure: A download is missing or is not the pinned one.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for path in _files(name):
            _add(tar, path.name, path.read_bytes(), executable=os.access(path, os.X_OK))
        for download in read_manifest(_folder(name)):
            _add(tar, download.name, download.content(), executable=False)
    return buffer.getvalue()


def missing() -> list[str]:
    """Returns the names of the images that are still to build.

    Raises:
        SandboxUnavailable: No engine answers.
    """
    listed = _docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")
    present = set(listed.splitlines())
    return [name for name in names() if tag(name) not in present]


def require(wanted: Iterable[str]) -> None:
    """Makes sure that images are there and up to date.

    Raises:
        SandboxUnavailable: No engine answers, or an image is still to be built.
    """
    absent = sorted(set(wanted) & set(missing()))
    if absent:
        raise SandboxUnavailable("Il manque l'image {names} : lancez « make setup ».".format(names=", ".join(absent)))


def build(name: str, log: Log = lambda line: None) -> str:
    """Builds one image, and returns its tag.

    Args:
        name: A folder of ``images/``.
        log: Told each line that the engine prints.

    Raises:
        SandboxFailure: The build has failed; the message ends with the last lines printed.
    """
    fetch(read_manifest(_folder(name)))
    argv = ["docker", "build", "--progress=plain", "--tag", tag(name), *_network_options(os.environ), "-"]
    tail: deque[str] = deque(maxlen=_LAST_LINES)
    for line in _lines(argv, context(name)):
        tail.append(line)
        log(line)
    if name in missing():
        raise SandboxFailure(
            "L'image « {name} » n'a pas pu être construite :\n{lines}".format(name=name, lines="\n".join(tail))
        )
    return tag(name)


def identity(name: str) -> Identity:
    """Returns the image's id and the SHA-256 of its sorted list of Debian packages.

    Raises:
        SandboxFailure: The image is not there.
    """
    image = _docker("image", "inspect", "--format", "{{.Id}}", tag(name)).strip()
    kept = repository() / ".cache" / "images" / f"{image.removeprefix('sha256:')}.json"
    if not kept.is_file():
        packages = _docker("run", "--rm", "--network=none", "--entrypoint=cat", image, "/etc/etabli-packages")
        _write(kept, json.dumps({"packages": hashlib.sha256(packages.encode()).hexdigest()}))
    return {"id": image, "packages": str(json.loads(kept.read_text("utf-8"))["packages"])}


def _folder(name: str) -> Path:
    folder = repository() / "images" / name
    if not (folder / "Dockerfile").is_file():
        raise SandboxFailure(
            "L'image « {name} » n'existe pas : il y a {known}.".format(name=name, known=", ".join(names()))
        )
    return folder


def _files(name: str) -> list[Path]:
    return sorted(path for path in _folder(name).iterdir() if path.is_file() and not path.name.startswith("."))


def _add(tar: tarfile.TarFile, name: str, content: bytes, *, executable: bool) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mode = 0o755 if executable else 0o644
    tar.addfile(entry, io.BytesIO(content))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_text(text, "utf-8")
    partial.replace(path)


def _network_options(environ: Mapping[str, str]) -> list[str]:
    """Passes the host's proxies on; one that listens on the host itself needs the host's network."""
    given = {name: environ.get(name) or environ.get(name.upper()) for name in _PROXIES}
    options = [f"--build-arg={name}={value}" for name, value in given.items() if value]
    hosts = {urllib.parse.urlsplit(given[name] or "").hostname for name in ("http_proxy", "https_proxy")}
    return [*options, "--network=host"] if hosts & {"localhost", "127.0.0.1", "::1"} else options


def _docker(*arguments: str) -> str:
    try:
        done = subprocess.run(
            ["docker", *arguments], check=True, capture_output=True, text=True, timeout=_ANSWER_TIMEOUT
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as absent:
        raise SandboxUnavailable() from absent
    except subprocess.CalledProcessError as failed:
        if arguments[:2] == ("image", "ls"):
            raise SandboxUnavailable() from failed
        raise SandboxFailure(
            "Le moteur de conteneurs a refusé « docker {verb} » : {said}".format(
                verb=" ".join(arguments[:2]), said=failed.stderr.strip()[-400:]
            )
        ) from failed
    return done.stdout


def _lines(argv: Sequence[str], stdin: bytes, limit: float = _BUILD_LIMIT) -> Iterator[str]:
    """Yields what a command prints; one that is not done after so many seconds is killed, and that is its last line."""
    try:
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except FileNotFoundError as absent:
        raise SandboxUnavailable() from absent
    assert process.stdin and process.stdout
    with process, ThreadPoolExecutor(1) as writer:
        over = threading.Event()

        def stop() -> None:
            over.set()
            process.kill()

        alarm = threading.Timer(limit, stop)
        alarm.start()
        try:
            sent = writer.submit(_send, process.stdin, stdin)
            for line in process.stdout:
                yield line.decode("utf-8", "replace").rstrip()
            sent.result()
        finally:
            alarm.cancel()
        if over.is_set():
            yield f"Arrêtée, pas finie après {limit / 60:.0f} min : relancez « make setup »."


def _send(pipe: IO[bytes], data: bytes) -> None:
    try:
        pipe.write(data)
        pipe.close()
    except BrokenPipeError:
        return  # the engine has given up: its own words say why


def _fetch() -> int:
    for package in fetch(download for name in names() for download in read_manifest(_folder(name))):
        print(f"      {package} : téléchargé", flush=True)
    return 0


def _build_missing() -> int:
    todo = missing()
    for name in sorted(set(names()) - set(todo)):
        print(f"      {name} : prête", flush=True)
    with ThreadPoolExecutor(max(len(todo), 1)) as pool:
        jobs = {pool.submit(_timed_build, name): name for name in todo}
        for job in as_completed(jobs):
            print(
                "      {name} : construite en {seconds} s".format(
                    name=jobs[job], seconds=f"{job.result():.1f}".replace(".", ",")
                ),
                flush=True,
            )
    return 0


def _timed_build(name: str) -> float:
    start = time.monotonic()
    journal = repository() / ".cache" / "images" / f"{name}.log"
    journal.parent.mkdir(parents=True, exist_ok=True)
    with journal.open("w", encoding="utf-8") as stream:
        build(name, lambda line: print(line, file=stream, flush=True))
    return time.monotonic() - start


def _list() -> int:
    todo = missing()
    for name in names():
        print(f"{name:<12} {tag(name)}  " + ("à construire" if name in todo else "prête"))
    return 0


def main(argv: Sequence[str]) -> int:
    """Runs ``list``, ``fetch`` or ``build``; returns the exit status (3: this machine cannot grade)."""
    verbs = {"list": _list, "fetch": _fetch, "build": _build_missing}
    if len(argv) != 1 or argv[0] not in verbs:
        print("usage : python -m etabli.sandbox.images list|fetch|build", file=sys.stderr)
        return 2
    try:
        return verbs[argv[0]]()
    except EtabliError as problem:
        print(problem, file=sys.stderr)
        return 3


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
