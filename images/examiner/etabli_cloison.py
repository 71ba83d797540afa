"""Walls around what reads hostile bytes: no network, no process in sight, no file but its own.

Each function says whether its wall rose; where one did not, nothing is opened.
"""

import ctypes
import os
import signal

ALONE = 0x10000000 | 0x40000000 | 0x20000000 | 0x08000000
"""CLONE_NEWUSER, NEWNET, NEWPID, NEWIPC."""
LIBC = ctypes.CDLL(None, use_errno=True)
_DEATH_SIGNAL, _NO_NEW_PRIVILEGES = 1, 38
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_EVERYTHING = (1 << 13) - 1
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_READ = 1 << 0 | 1 << 2 | 1 << 3
_SOCKET = 1 << 9
_WRITE_FILE = 1 << 1


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def leave_network():
    """Goes to namespaces of its own, from the next process on for those of processes; says whether it did."""
    user, group = os.geteuid(), os.getegid()
    if LIBC.unshare(ALONE):
        return False
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{name}", "w") as stream:
            stream.write(text)
    return True


def die_with_parent():
    """Ends when the parent ends."""
    LIBC.prctl(_DEATH_SIGNAL, signal.SIGKILL)


def close_files(readable, writable, sockets):
    """Shuts every file away but those (Landlock); says whether it did.

    Args:
        readable: Folders to read and run from.
        writable: Folders and devices to write.
        sockets: Folders where sockets may be made.
    """
    LIBC.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    version = LIBC.syscall(_CREATE, None, 0, 1)
    if version < 1:
        return False
    every = _EVERYTHING | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    rules = _Ruleset(every, 0, 0)
    ruleset = LIBC.syscall(_CREATE, ctypes.byref(rules), 8, 0)
    if ruleset < 0:
        return False
    for paths, rights in ((readable, _READ), (writable, every), (sockets, _SOCKET)):
        for path in paths:
            _allow(ruleset, path, rights & (every if os.path.isdir(path) else _READ & ~(1 << 3) | _WRITE_FILE))
    done = LIBC.syscall(_RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    return done


def _allow(ruleset, path, rights):
    try:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    rule = _Beneath(rights, folder)
    LIBC.syscall(_ADD, ruleset, 1, ctypes.byref(rule), 0)
    os.close(folder)
