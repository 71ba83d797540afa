"""What each container may do, as arguments for the SDK: recipes, and nothing that talks to the engine."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from docker.types import DriverConfig, LogConfig, Mount, Ulimit

from etabli.exam.contract.repair import Correction
from etabli.sandbox import left_behind, pressing, reading_alone, repaired_copy
from etabli.sandbox.base import SERVICE_DISK_MB, SERVICE_MEMORY_MB, Application
from etabli.system.settings import repository

_MIB = 1024 * 1024
_CPU = 1_000_000_000
_PAGE = 4096
_SPARE_INODES = 64
"""Beyond the files and folders of a copy: its top, and what a program may need to make."""
_TMP_INODES = 8192
_ACCOUNT = 1000
"""Of the candidate's program in every image."""
_EXAMINER = 1002
"""Of the checks: what the kernel counts for an account of the machine is not the candidate's to fill."""
_SCREENS = "max=8,ptmxmode=0600,mode=0620,gid=5,nosuid,noexec"
"""Pseudo-terminals of one container: the engine alone makes them, whose other end a thread of the machine works at."""
_FILES = 128
"""That one process may have open: how many connections a candidate can have is that many times ``pids``."""
_QUEUE = 8
"""Connections that wait at a port hold no file, and no memory that a container is charged with."""
_IPV6 = Path("/proc/sys/net/ipv6")
_BUFFER = 8192
"""Bytes that a connection of a candidate's container may keep each way.

Control groups of version 1 charge them to the whole machine (``tcp_mem``). Who asks for more by itself is not heard
(``images/seccomp.json``).
"""
_BUFFER_OF_OURS = 131_072
"""The same of what is ours: a page has the browser open 256 connections and read none, a site those to its database."""
NO_RESOLVER = Path(__file__).with_name("resolv.conf")
"""For a program whose names are told: the engine's resolver also says what containers are called."""

Recipe = dict[str, Any]


def candidate(app: Application, tag: str) -> Recipe:
    """Returns the recipe of a candidate's container.

    The tree is mounted read-only, beside the copy when there is a repair. The SDK offers no ``nosuid,nodev`` for a
    bind mount; intake builds trees of regular files only, all capabilities are gone and ``no-new-privileges`` is set,
    so neither would help anyone.
    """
    tmpfs = {"/tmp": f"size={app.tmp_mb}m,nr_inodes={_TMP_INODES},mode=1777"}
    copy_mb, inodes = _copy_room(app.source) if app.repair else (0, 0)
    if app.repair:
        tmpfs[repaired_copy.COPY] = f"size={copy_mb}m,nr_inodes={inodes},uid={_ACCOUNT},gid={_ACCOUNT},mode=0755"
    mounts = [_screens(), _shown(app.source, repaired_copy.ORIGINAL if app.repair else repaired_copy.COPY)]
    hosts = {"extra_hosts": dict(app.hosts)} if app.hosts else {}
    if app.hosts:
        mounts.append(_shown(NO_RESOLVER, "/etc/resolv.conf"))
    own = {
        "image": tag,
        "command": [*_repairing(app.repair), *app.command] if app.repair else list(app.command),
        "environment": dict(app.environment),
        "init": True,
        "log_config": LogConfig(type=LogConfig.types.NONE),
        "mounts": mounts,
        "tmpfs": tmpfs,
        "shm_size": 8 * _MIB,
        "mem_limit": (app.memory_mb + copy_mb) * _MIB,
        "memswap_limit": (app.memory_mb + copy_mb) * _MIB,
        "pids_limit": app.pids,
        "nano_cpus": int(app.cpus * _CPU),
        "oom_score_adj": 500,
        "security_opt": [*_common()["security_opt"], f"seccomp={_profile()}"],
        "ulimits": [_ulimit("fsize", app.tmp_mb * _MIB), _ulimit("nofile", _FILES), _ulimit("core", 0)],
    }
    return _common() | hosts | own


def _repairing(edits: Sequence[Correction]) -> list[str]:
    """Returns what makes the repaired copy, then becomes the command that follows it."""
    return [
        "python3",
        "-I",
        "-c",
        Path(repaired_copy.__file__).read_text("utf-8"),
        json.dumps(list(map(asdict, edits))),
    ]


def _copy_room(tree: Path) -> tuple[int, int]:
    """Returns the mebibytes and the inodes a copy of a tree needs: whole pages, and one for the name of each file."""
    sizes = [path.stat().st_size if path.is_file() else 0 for path in tree.rglob("*")]
    pages = sum(1 - (-size // _PAGE) for size in sizes)
    return pages * _PAGE // _MIB + 8, len(sizes) + _SPARE_INODES


def bench(app: Application, tag: str, inputs: Path, seconds: float) -> Recipe:
    """Returns the recipe of a candidate's container that runs one command: nobody to talk to, inputs at ``/banc``.

    Args:
        app: The command.
        tag: The image.
        inputs: Host folder of its inputs.
        seconds: Of the processor, for each of its processes; one that takes more gets SIGXCPU.
    """
    recipe = _alone(candidate(app, tag))
    whole = max(1, math.ceil(seconds))
    return recipe | {
        "mounts": [*recipe["mounts"], _shown(inputs, "/banc")],
        "ulimits": [*recipe["ulimits"], Ulimit(name="cpu", soft=whole, hard=whole + 1)],
    }


def terminal(app: Application, tag: str, data: Path) -> Recipe:
    """Returns the recipe of a candidate's container that is what the terminal of a workspace is, its limits included.

    What it may write to are folders that a :func:`watcher` shares; the engine removes them with it. The seconds of the
    processor are counted from outside.

    Args:
        app: The work and its limits.
        tag: The image, whose own command is run.
        data: Host folder that is ``donnees/``.
    """
    recipe = _alone(candidate(app, tag))
    for name in ("command", "tmpfs", "shm_size"):
        del recipe[name]
    recipe["sysctls"] = _network(ours=False)  # whose file cannot know whether there is any IPv6; it has no network
    copy_mb, inodes = _copy_room(app.source)
    inodes += _TMP_INODES
    sizes = {
        left_behind.WORK: f"size={copy_mb + app.tmp_mb}m,nr_inodes={inodes},mode=0755",
        "/tmp": f"size={app.tmp_mb}m,nr_inodes={_TMP_INODES},mode=1777,noexec",
    }
    usual = "size=64m,nr_inodes=8192,mode=1777,noexec"
    shared = [_memory(place, f"{sizes.get(place, usual)},nosuid,nodev") for place in left_behind.PLACES]
    limits = [_ulimit("nofile", _FILES), _ulimit("core", 0)]
    return recipe | {"mounts": [_screens(), *shared, _shown(data, "/srv/donnees")], "ulimits": limits}


def watcher(tag: str, source: Path, terminal: str) -> Recipe:
    """Returns the recipe of the container from which a terminal's folders are filled and looked at.

    It is ours, runs our program alone, and may read what an account hides from others.

    Args:
        tag: The examiner's image, for its Python.
        source: The work to lay.
        terminal: Identifier of the container whose folders it shares.
    """
    return _alone(_common()) | {
        "image": tag,
        "entrypoint": ["python3", "-I", "-S", "-c", Path(left_behind.__file__).read_text("utf-8")],
        "stdin_open": True,
        "user": "0",
        "cap_add": ["CHOWN", "DAC_OVERRIDE", "FOWNER"],
        "mounts": [_shown(source, left_behind.ORIGINAL)],
        "volumes_from": [terminal],
        "mem_limit": 256 * _MIB,
        "memswap_limit": 256 * _MIB,
        "pids_limit": 16,
        "log_config": LogConfig(type=LogConfig.types.NONE),
    }


def _memory(target: str, options: str) -> Mount:
    """Returns a folder in memory that another container may share, and that does not note who reads it."""
    driver = DriverConfig("local", {"type": "tmpfs", "device": "tmpfs", "o": f"{options},noatime"})
    return Mount(target, None, type="volume", no_copy=True, driver_config=driver)


@cache
def _profile() -> str:
    """Returns the system calls of a candidate's container (ADR 57), which a workspace's has too."""
    return (repository() / "images" / "seccomp.json").read_text("utf-8")


def _screens() -> Mount:
    """Returns the terminals of a candidate's container, in place of those that the engine gives without a bound."""
    driver = DriverConfig("local", {"type": "devpts", "device": "devpts", "o": _SCREENS})
    return Mount("/dev/pts", None, type="volume", no_copy=True, driver_config=driver)


def examiner(tag: str, seccomp: str | None, *, pages: bool = True) -> Recipe:
    """Returns the recipe of a worker's examiner; nothing of this machine's disk is mounted in it.

    Args:
        tag: The image.
        seccomp: JSON of the profile under which the browser can build its own sandbox; None for Docker's.
        pages: Whether there are pages to visit; without, there is no network, and neither browser nor HTML checker.
    """
    recipe = _common() | {
        "image": tag,
        "sysctls": sysctls(ours=True),
        "environment": {"ETABLI_PAGES": "oui" if pages else "non"},
        "tmpfs": {
            "/etabli": f"uid={_EXAMINER},gid={_EXAMINER},mode=0700,size=64m",
            "/rendus": f"uid={_EXAMINER},gid={_EXAMINER},mode=0700,size=512m,nr_inodes=65536",
            "/tmp": "exec,mode=1777,size=512m,nr_inodes=65536",
            "/home/parsers": "uid=1001,gid=1001,mode=0700,size=512m,nr_inodes=65536",
        },
        "shm_size": 512 * _MIB,
        "mem_limit": 2048 * _MIB,
        "memswap_limit": 2048 * _MIB,
        "pids_limit": 1024,
        "log_config": LogConfig(type=LogConfig.types.NONE),
        "ulimits": [_ulimit("core", 0)],
    }
    if seccomp is not None:
        recipe["security_opt"] = [*recipe["security_opt"], f"seccomp={seccomp}"]
    return recipe if pages else _alone(recipe)


def press(tag: str) -> Recipe:
    """Returns the recipe of the container that prints what people wrote: no network, nobody's account, no disk.

    Args:
        tag: The image that has WeasyPrint.
    """
    return _alone(_common()) | {
        "image": tag,
        "entrypoint": ["python3", "-I", "-c", Path(pressing.__file__).read_text("utf-8")],
        "stdin_open": True,
        "user": "65534:65534",
        "environment": {"HOME": "/tmp", "XDG_CACHE_HOME": "/tmp"},
        "tmpfs": {"/tmp": f"size=64m,nr_inodes={_TMP_INODES},mode=1777"},
        "shm_size": 8 * _MIB,
        "mem_limit": 1024 * _MIB,
        "memswap_limit": 1024 * _MIB,
        "pids_limit": 64,
        "nano_cpus": _CPU,
        "oom_score_adj": 500,
        "log_config": LogConfig(type=LogConfig.types.NONE),
        "ulimits": [_ulimit("core", 0)],
    }


def lonely_reader(tag: str) -> Recipe:
    """Returns the recipe of the container that reads one file which somebody brought, as :func:`press` is alone.

    Args:
        tag: The image of the examiner, which has what the reader of documents needs.
    """
    return press(tag) | {"entrypoint": ["python3", "-I", "-c", Path(reading_alone.__file__).read_text("utf-8")]}


def services(tag: str, environment: Mapping[str, str]) -> Recipe:
    """Returns the recipe of one room's services; they are ours, and forget everything when they go.

    Whoever is in the room decides what they do, and may fill them: they never take more than a core, nor than what two
    of them can take on the smallest machine. Both disks full leave the server half of its memory.
    """
    return _common() | {
        "image": tag,
        "sysctls": sysctls(ours=True),
        "environment": dict(environment),
        "tmpfs": {"/var/lib/mysql": f"size={SERVICE_DISK_MB}m", "/run/mysqld": "size=1m", "/tmp": "size=64m"},
        "shm_size": 8 * _MIB,
        "mem_limit": SERVICE_MEMORY_MB * _MIB,
        "memswap_limit": SERVICE_MEMORY_MB * _MIB,
        "pids_limit": 256,
        "nano_cpus": _CPU,
        "oom_score_adj": 500,
        # Kept, and bounded: the server's own words say why it does not start.
        "log_config": LogConfig(type=LogConfig.types.JSON, config={"max-size": "1m", "max-file": "1"}),
        "ulimits": [_ulimit("core", 0)],
    }


def _common() -> Recipe:
    return {
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "sysctls": sysctls(),
        # Nobody looks a name up: the engine's resolver is left with nobody to ask.
        "dns": ["127.0.0.1"],
        "restart_policy": {"Name": "no"},
        "ipc_mode": "private",
    }


def _alone(recipe: Recipe) -> Recipe:
    """Returns a recipe without any network, and without a resolver, which the engine refuses there."""
    return {name: value for name, value in recipe.items() if name != "dns"} | {"network_mode": "none"}


def _shown(folder: Path, target: str) -> Mount:
    """Returns a read-only bind mount; unlike a « volume », it is refused when the folder is not there."""
    return Mount(target, str(folder.resolve()), type="bind", read_only=True)


def sysctls(*, ours: bool = False) -> dict[str, str]:
    """Returns settings of a container's own network: no routing from a room to the other, no IPv6.

    Args:
        ours: Whether no candidate's program runs in it.
    """
    settings = _network(ours=ours)
    if _IPV6.is_dir():
        settings |= {"net.ipv6.conf.all.disable_ipv6": "1", "net.ipv6.conf.default.disable_ipv6": "1"}
    return settings


def _network(*, ours: bool) -> dict[str, str]:
    sizes = f"4096 {_BUFFER_OF_OURS} {_BUFFER_OF_OURS}" if ours else f"4096 {_BUFFER} {_BUFFER}"
    told = {"net.ipv4.ip_forward": "0", "net.ipv4.tcp_rmem": sizes, "net.ipv4.tcp_wmem": sizes}
    return told if ours else told | {"net.core.somaxconn": str(_QUEUE)}


def _ulimit(name: str, value: int) -> Ulimit:
    return Ulimit(name=name, soft=value, hard=value)
