"""All that a program may look at to tell an exam from the terminal of its own workspace; laid there as a work's file.

What changes from one moment or one container to the next is left out (numbers, dates, names drawn by the engine), and
what the two differ in on purpose: docs/securite.md says why.
"""

from __future__ import annotations

import glob
import json
import os
import re
import signal
import sys
import termios
from contextlib import suppress
from typing import Any

APART = re.compile(r"/proc/sys/net/(netfilter|ipv4/neigh|ipv6/neigh)|nf_conntrack|_count$")
LIMITS = (
    "cpu.max", "cpu.weight", "memory.max", "memory.high", "memory.swap.max", "pids.max", "cpuset.cpus*", "cpu.cfs_*_us",
    "cpu.shares", "memory.*limit_in_bytes", "memory.swappiness",
)  # fmt: skip
OF_ITS_OWN = (
    "/proc/sys/net/**",
    "/proc/sys/fs/mqueue/*",
    "/proc/sys/kernel/[sm][hes][mg]*",
    "/proc/sys/kernel/domainname",
)


def text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError as error:
        return str(error.errno)


def read(*patterns: str) -> dict[str, str]:
    paths = [path for pattern in patterns for path in glob.glob(pattern, recursive=True)]
    return {path: text(path) for path in sorted(paths) if os.path.isfile(path) and not APART.search(path)}


def opened(pid: str) -> dict[str, str]:
    """What each open file of a process leads to, but for those that are closed meanwhile."""
    found = {}
    for number in sorted(os.listdir(f"/proc/{pid}/fd")):
        with suppress(OSError):
            found[number] = re.sub(r"\[\d+]", "", os.readlink(f"/proc/{pid}/fd/{number}"))
    return {number: target for number, target in found.items() if not target.startswith("/proc/")}


def listed(folder: str) -> dict[str, str]:
    """Its files with their kinds and rights."""
    return {one.name: oct(one.stat(follow_symlinks=False).st_mode) for one in os.scandir(folder)}


def written(folder: str) -> bool:
    with suppress(OSError):
        os.close(os.open(f"{folder}/essai", os.O_CREAT | os.O_WRONLY))
        os.unlink(f"{folder}/essai")
        return True
    return False


def seen() -> dict[str, Any]:
    parent = str(os.getppid())
    status = dict(line.split(":\t", 1) for line in text("/proc/self/status").splitlines() if ":\t" in line)
    rooms = {place: os.statvfs(place) for place in ("/tmp", "/dev/shm")}
    mounts = [line.split() for line in text("/proc/mounts").splitlines()]
    return {
        "entrée": len(sys.stdin.read()),
        "variables": {name: value for name, value in os.environ.items() if name != "HOSTNAME"},
        "soi": [sys.argv, os.getcwd(), os.nice(0), os.umask(0o22), os.sched_getscheduler(0), os.uname()[2:]],
        "processeurs": [os.cpu_count(), sorted(os.sched_getaffinity(0))],
        "état": {
            name: told
            for name, told in status.items()
            if name.startswith(("Cap", "NoNew", "Seccomp", "Sig", "Shd", "Umask", "Spec", "Threads")) and name != "SigQ"
        },
        "signaux": [str(signal.getsignal(number)) for number in sorted(signal.valid_signals())],
        "groupe": [os.getpgrp() == os.getpid(), os.tcgetpgrp(1) == os.getpid(), str(os.getsid(0)) == parent],
        "écran": [termios.tcgetattr(1)[:6], os.ttyname(1), os.isatty(0), os.isatty(2)],
        "de chacun": {
            name: [text(f"/proc/{pid}/{name}") for pid in ("self", parent, "1")]
            for name in ("cmdline", "limits", "oom_score_adj", "coredump_filter", "loginuid", "uid_map", "attr/current")
        },
        "ouverts": [opened("self"), opened(parent)],
        "programmes": sorted(text(path) for path in glob.glob("/proc/[0-9]*/cmdline")),
        "disques": sorted(words[:4] for words in mounts if words[1] not in ("/", "/srv/app")),
        "noyau": read(*OF_ITS_OWN),
        "limites": {
            os.path.basename(path): told
            for name in LIMITS
            for path, told in read(f"/sys/fs/cgroup/{name}", f"/sys/fs/cgroup/*/{name}").items()
        },
        "réseau": [sorted(os.listdir("/sys/class/net")), text("/proc/net/if_inet6"), text("/proc/net/route")],
        "fichiers": [text(path) for path in ("/etc/hosts", "/etc/resolv.conf", "/etc/passwd")],
        "dossiers": {
            place: listed(place) for place in ("/", "/dev", "/espace", "/srv", "/srv/donnees", "/tmp", "/run")
        },
        "place": [[one.f_blocks, one.f_files, one.f_flag, one.f_namemax] for one in rooms.values()],
        "données": text("/proc/self/mountinfo").partition(" /srv/donnees ")[0].rpartition("/")[2],
        "écrits": sorted(
            place for place, _, _ in os.walk("/") if place.split("/")[1] not in ("proc", "sys") and written(place)
        ),
        "mémoire commune": [text(f"/proc/sysvipc/{kind}") for kind in ("shm", "msg", "sem")],
    }


if __name__ == "__main__":
    print("@@@" + json.dumps(seen()) + "@@@")
