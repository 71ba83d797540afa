"""Images are known by the content of their folder, and pinned downloads by their sum. No engine here."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import socket
import tarfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from etabli.exam.contract.errors import SandboxFailure
from etabli.sandbox import downloads, images

CONTENT = b"axe"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one image, which copies one pinned file."""
    folder = tmp_path / "images" / "banc"
    folder.mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM debian:trixie-slim\nCOPY axe.js servir /\n")
    (folder / "servir").write_text("#!/bin/sh\n")
    (folder / "servir").chmod(0o755)
    pin(folder, hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setenv("ETABLI_ROOT", str(tmp_path))
    return tmp_path


def pin(folder: Path, sha256: str) -> None:
    (folder / "downloads.toml").write_text(
        f'[[file]]\nname = "axe.js"\npackage = "axe@1.0.0"\nmember = "package/axe.js"\nsha256 = "{sha256}"\n'
    )


def npm_archive(folder: Path, member: str = "package/axe.js", content: bytes = CONTENT) -> Path:
    archive = folder / "axe-1.0.0.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        entry = tarfile.TarInfo(member)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    return archive


Fake = Callable[[str, str], None]


@pytest.fixture
def fake(root: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Puts a command of ours before any other; Python is found as a command too."""
    monkeypatch.setattr("sys.executable", "python")

    def put(name: str, script: str) -> None:
        tool = root / "bin" / name
        tool.parent.mkdir(exist_ok=True)
        tool.write_text(f"#!/bin/sh\n{script}\n")
        tool.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tool.parent}:/usr/bin:/bin")

    return put


def wanted(root: Path, text: str | None = None) -> tuple[downloads.Download, ...]:
    """What the image pins, by another list if one is given."""
    folder = root / "images" / "banc"
    if text:
        (folder / "downloads.toml").write_text(text)
    return downloads.read_manifest(folder)


def test_every_image_of_the_repository_has_a_tag() -> None:
    names = ("adminer", "audit", "erp", "examiner", "facade", "messagerie", "outils", "salle", "services", "web")
    assert images.names() == names
    assert len({images.tag(name) for name in images.names()}) == len(names)


def test_a_tag_names_the_content(root: Path) -> None:
    assert images.tag("banc").startswith("etabli/banc:")
    assert images.tag("banc") == images.tag("banc")


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "servir").write_text("#!/bin/sh\nexit\n"),
        lambda folder: (folder / "servir").chmod(0o644),
        lambda folder: (folder / "servir").rename(folder / "servir2"),
        lambda folder: (folder / "php.ini").write_text(""),
        lambda folder: pin(folder, "0" * 64),
    ],
    ids=["byte", "mode", "name", "empty file", "pin"],
)
def test_any_change_gives_another_tag(root: Path, change) -> None:  # type: ignore[no-untyped-def]
    before = images.tag("banc")
    change(root / "images" / "banc")
    assert images.tag("banc") != before


def test_hidden_files_do_not_count(root: Path) -> None:
    before = images.tag("banc")
    (root / "images" / "banc" / ".servir.swp").write_text("editor")
    assert images.tag("banc") == before


def test_an_unknown_image_is_said_with_the_known_ones(root: Path) -> None:
    with pytest.raises(SandboxFailure, match=r"« bnac » n'existe pas.*banc"):
        images.tag("bnac")


def test_the_context_holds_the_folder_and_the_pinned_files(root: Path) -> None:
    (pinned,) = wanted(root)
    downloads.unpack(npm_archive(root), [pinned])
    with tarfile.open(fileobj=io.BytesIO(images.context("banc"))) as tar:
        assert tar.getnames() == ["Dockerfile", "downloads.toml", "servir", "axe.js"]
        assert [tar.getmember(name).mode for name in ("servir", "axe.js")] == [0o755, 0o644]
        assert tar.extractfile("axe.js").read() == CONTENT  # type: ignore[union-attr]


def test_the_context_needs_the_pinned_files(root: Path) -> None:
    with pytest.raises(SandboxFailure, match="make setup"):
        images.context("banc")


def test_a_changed_pinned_file_never_enters_an_image(root: Path) -> None:
    (pinned,) = wanted(root)
    downloads.unpack(npm_archive(root), [pinned])
    pinned.path.write_bytes(b"other")
    with pytest.raises(SandboxFailure, match="n'est pas celui qui est attendu"):
        images.context("banc")


@pytest.mark.parametrize("wrong", [{"content": b"other"}, {"member": "package/autre.js"}], ids=["bytes", "member"])
def test_another_file_than_the_pinned_one_is_not_kept(root: Path, wrong: dict[str, str]) -> None:
    (pinned,) = wanted(root)
    with pytest.raises(SandboxFailure, match=r"axe@1\.0\.0"):
        downloads.unpack(npm_archive(root, **wrong), [pinned])  # type: ignore[arg-type]
    assert not pinned.path.exists()


class Registry(BaseHTTPRequestHandler):
    """Has one archive, and keeps what it is asked."""

    archive = b""
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        there = self.path.endswith("/axe/-/axe-1.0.0.tgz")
        self.send_response(200 if there else 404)
        self.end_headers()
        self.wfile.write(self.archive if there else b"")

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def registry(root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A registry on this machine; what it is asked."""
    Registry.archive, Registry.asked = npm_archive(root).read_bytes(), []
    with ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_port}/miroir/")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        yield Registry.asked
        server.shutdown()


@pytest.fixture
def no_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens there."""
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def test_fetch_asks_the_registry_once_and_then_nobody(root: Path, registry: list[str]) -> None:
    pinned = wanted(root)
    assert downloads.fetch(pinned) == ["axe@1.0.0"]
    assert downloads.fetch(pinned) == []
    assert registry == ["/miroir/axe/-/axe-1.0.0.tgz"]


def test_a_scoped_package_has_its_own_address(root: Path, registry: list[str]) -> None:
    with pytest.raises(SandboxFailure, match="n'est pas celui qui est attendu"):
        downloads.fetch(wanted(root, f'[archives]\n"@equipe/axe@1.0.0" = "{"0" * 64}"\n'))
    assert registry == ["/miroir/@equipe/axe/-/axe-1.0.0.tgz"]


@pytest.mark.usefixtures("no_registry")
def test_npm_is_asked_where_only_it_knows_the_registry(root: Path, fake: Fake) -> None:
    archive = npm_archive(root)
    fake("npm", f'echo "$@" >>{root}/asked; cp {archive} .')
    assert downloads.fetch(wanted(root)) == ["axe@1.0.0"]
    assert (root / "asked").read_text() == "pack --silent axe@1.0.0\n"


@pytest.mark.usefixtures("no_registry")
def test_fetch_repeats_what_npm_said(root: Path, fake: Fake) -> None:
    fake("npm", "echo 'E404 not found' >&2; exit 1")
    with pytest.raises(SandboxFailure, match="E404 not found"):
        downloads.fetch(wanted(root))


@pytest.mark.usefixtures("no_registry")
def test_fetch_without_npm_says_what_does_not_answer(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root))
    with pytest.raises(SandboxFailure, match=r"http://127\.0\.0\.1:1 n'a pas pu fournir axe@1\.0\.0 : "):
        downloads.fetch(wanted(root))


def test_a_wheel_is_fetched_by_pip_and_taken_whole(root: Path, fake: Fake) -> None:
    fake("python", f'echo "$@" >>{root}/asked; printf axe >mot-1.0-py3-none-any.whl')
    expected = hashlib.sha256(CONTENT).hexdigest()
    pinned = wanted(root, f'[[file]]\nname = "mot.whl"\npackage = "mot==1.0"\nsha256 = "{expected}"\n')
    assert downloads.fetch(pinned) == ["mot==1.0"]
    assert downloads.fetch(pinned) == []
    asked = (root / "asked").read_text()
    assert asked.startswith("-m pip download --quiet --no-deps --only-binary=:all: --python-version=3.13 ")
    assert asked.endswith(f" --platform=manylinux_2_28_{downloads.machine()} mot==1.0\n")
    with tarfile.open(fileobj=io.BytesIO(images.context("banc"))) as tar:
        assert tar.extractfile("mot.whl").read() == CONTENT  # type: ignore[union-attr]
    fake("python", "printf other >mot-1.0-py3-none-any.whl")
    pinned[0].path.unlink()
    with pytest.raises(SandboxFailure, match="n'est pas celui qui est attendu"):
        downloads.fetch(pinned)


def test_a_list_of_wheels_is_fetched_at_once_and_each_is_checked(root: Path, fake: Fake) -> None:
    sums = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("mot", "Le_Mot")}
    script = (
        f'echo "$@" >>{root}/asked; printf mot >mot-1.0-py3-none-any.whl; printf Le_Mot >Le_Mot-2.0-py3-none-any.whl'
    )
    fake("python", script)
    listed = (
        f'[wheels]\n"le-mot==2.0" = "{sums["Le_Mot"]}"\n'
        f'"mot==1.0" = {{ {downloads.machine()} = "{sums["mot"]}", autre = "{"0" * 64}" }}\n'
    )
    pinned = wanted(root, listed)
    assert [one.name for one in pinned] == ["le-mot-2.0.whl", "mot-1.0.whl"]
    assert downloads.fetch(pinned) == ["le-mot==2.0", "mot==1.0"]
    assert len((root / "asked").read_text().splitlines()) == 1
    assert [one.content() for one in pinned] == [b"Le_Mot", b"mot"]
    fake("python", script.replace("printf mot", "printf autre"))
    for one in pinned:
        one.path.unlink()
    with pytest.raises(SandboxFailure, match=r"mot-1\.0\.whl.*n'est pas celui qui est attendu"):
        downloads.fetch(pinned)


def test_a_wheel_that_this_kind_of_machine_lacks_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(SandboxFailure, match=r"mot==1\.0 n'existe pas pour cette machine \(riscv64\).*x86_64"):
        wanted(root, f'[wheels]\n"mot==1.0" = {{ x86_64 = "{"0" * 64}" }}\n')


@pytest.mark.usefixtures("registry")
def test_an_archive_of_npm_may_be_taken_whole(root: Path) -> None:
    expected = hashlib.sha256(Registry.archive).hexdigest()
    pinned = wanted(root, f'[archives]\n"axe@1.0.0" = "{expected}"\n')
    assert downloads.fetch(pinned) == ["axe@1.0.0"]
    assert (pinned[0].name, pinned[0].content()) == ("axe-1.0.0.tgz", Registry.archive)


def test_missing_lists_what_the_engine_does_not_have(root: Path, fake: Fake) -> None:
    fake("docker", "echo etabli/banc:000000000000")
    assert images.missing() == ["banc"]
    fake("docker", f"echo {images.tag('banc')}")
    assert images.missing() == []


@pytest.mark.parametrize("script", ["exit 1", None], ids=["no daemon", "no client"])
def test_no_engine_ends_with_status_3(
    root: Path, fake: Fake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], script: str | None
) -> None:
    monkeypatch.setenv("PATH", str(root))
    if script:
        fake("docker", script)
    assert images.main(["list"]) == 3
    assert "make setup" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["bulid"], ["build", "web"]])
def test_other_words_are_a_usage_problem(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert images.main(words) == 2
    assert "list|fetch|build" in capsys.readouterr().err


def test_the_package_list_is_read_once_per_image(root: Path, fake: Fake) -> None:
    fake(
        "docker",
        f'echo "$1" >>{root}/asked; [ "$1" = image ] && echo sha256:abc || echo php=8.4',
    )
    expected = {"id": "sha256:abc", "packages": hashlib.sha256(b"php=8.4\n").hexdigest()}
    assert [images.identity("banc"), images.identity("banc")] == [expected, expected]
    assert (root / "asked").read_text().split() == ["image", "run", "image"]


@pytest.mark.parametrize(
    ("environ", "options"),
    [
        ({}, []),
        ({"http_proxy": "http://cache.example:3128"}, ["--build-arg=http_proxy=http://cache.example:3128"]),
        (
            {"HTTPS_PROXY": "http://127.0.0.1:3128"},
            ["--build-arg=https_proxy=http://127.0.0.1:3128", "--network=host"],
        ),
    ],
)
def test_a_build_goes_through_the_proxy_of_the_host(environ: dict[str, str], options: list[str]) -> None:
    assert images._network_options(environ) == options


PROFILE = json.loads(Path(__file__).parents[2].joinpath("images/examiner/seccomp.json").read_text("utf-8"))


def test_the_profile_explains_each_of_its_rules() -> None:
    assert all(rule["comment"].strip() for rule in PROFILE["syscalls"])
    assert {rule["action"] for rule in PROFILE["syscalls"]} == {"SCMP_ACT_ERRNO"}


def test_the_profile_leaves_the_browser_its_sandbox_and_nothing_to_escape_with() -> None:
    shut = {name for rule in PROFILE["syscalls"] for name in rule["names"]}
    assert shut.isdisjoint({"clone", "clone3", "unshare", "chroot", "seccomp", "prctl"})
    assert shut >= {"mount", "move_mount", "ptrace", "process_vm_readv", "bpf", "setns", "keyctl", "io_uring_setup"}


CALLS = json.loads(Path(__file__).parents[2].joinpath("images/seccomp.json").read_text("utf-8"))


def test_what_a_candidate_may_ask_of_the_kernel_is_a_list_and_netlink_is_not_on_it() -> None:
    allowed = [rule for rule in CALLS["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW"]
    always = {name for rule in allowed if not rule.get("args") for name in rule["names"]}
    assert CALLS["defaultAction"] == "SCMP_ACT_ERRNO" and CALLS["defaultErrnoRet"] == errno.ENOSYS
    assert always.isdisjoint(
        {
            "sync",
            "timerfd_create",
            "seccomp",
            "socket",
            "clone",
            "clone3",
            "unshare",
            "setns",
            "mount",
            "ptrace",
            "bpf",
            "keyctl",
            "chroot",
        }
    )
    families = {rule["args"][0]["value"] for rule in allowed if "socket" in rule["names"]}
    assert families == {socket.AF_UNIX, socket.AF_INET, socket.AF_INET6}
    told = {(one["index"], one["value"]) for rule in allowed if "socket" in rule["names"] for one in rule["args"][2:]}
    assert told == {(2, 0), (2, socket.IPPROTO_TCP), (2, socket.IPPROTO_UDP)}
    options = [rule for rule in CALLS["syscalls"] if "setsockopt" in rule["names"]]
    masked = [[(one["index"], one["value"], one["op"]) for one in rule["args"]] for rule in options]
    whole = [[(1, 2**32 - 1, "SCMP_CMP_MASKED_EQ"), (2, 2**32 - 1, "SCMP_CMP_MASKED_EQ")]]
    assert masked == whole * len(options), "of 64 bits, whose upper half the kernel does not look at"
    heard = {tuple(one["valueTwo"] for one in rule["args"]): rule.get("errnoRet") for rule in options}
    assert "setsockopt" not in always
    assert heard[socket.SOL_SOCKET, socket.SO_SNDBUF] == heard[socket.SOL_SOCKET, socket.SO_RCVBUF] == 0
    assert heard[0, 11] == heard[41, 25] == 0, "or no name would be looked up"
    filters, stamps, groups = (socket.SOL_SOCKET, 26), (socket.SOL_SOCKET, 37), (0, socket.IP_ADD_MEMBERSHIP)
    assert heard.keys().isdisjoint({filters, stamps, groups})
    shut = {name for rule in CALLS["syscalls"] if rule["action"] == "SCMP_ACT_ERRNO" for name in rule["names"]}
    assert shut.isdisjoint(always) and shut > {"io_uring_setup", "userfaultfd", "perf_event_open"}


def test_a_build_that_never_ends_is_stopped_and_says_so() -> None:
    lines = images._lines(["sh", "-c", "echo commencé; exec sleep 3600"], b"", limit=0.5)
    assert list(lines) == ["commencé", "Arrêtée, pas finie après 0 min : relancez « make setup »."]
    assert list(images._lines(["echo", "fini"], b"")) == ["fini"]


def test_an_archive_of_a_scope_is_a_file_of_the_context(root: Path) -> None:
    (pinned,) = wanted(root, '[archives]\n"@lezer/php@1.0.6" = "abc"\n')
    assert (pinned.name, pinned.package) == ("@lezer+php-1.0.6.tgz", "@lezer/php@1.0.6")
