"""What the examiner sends to those who work for it as the account `parsers`: a message, an open file, our sources.

A message is its length on 8 bytes, then JSON, with at most one open file beside it. The sources of what must run
are sent along because this account cannot read the examiner's folder; they are loaded once, under a name that
stands for their content.
"""

import array
import importlib.abc
import importlib.util
import json
import os
import socket
import struct
import sys

EXAMINER = 1002
LIMIT = 8 << 20


class Sources(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Modules that exist as text only, in one package and those in it."""

    def __init__(self, package, texts):
        self.texts = {f"{package}.{name}" if name else package: text for name, text in texts.items()}

    def find_spec(self, fullname, path=None, target=None):
        """Returns what the import system asks for, None for anybody else's module."""
        if fullname in self.texts:
            return importlib.util.spec_from_loader(fullname, self, is_package=self.is_package(fullname))
        return None

    def is_package(self, fullname):
        """Whether other modules are in it."""
        return any(name.startswith(f"{fullname}.") for name in self.texts)

    def get_source(self, fullname):
        """Returns the text of a module."""
        return self.texts[fullname]


def module_of(name, identifier, texts):
    """Returns the module `name` of these sources; None when there are none, and none came before."""
    package = f"envoi_{int(identifier, 16):x}"
    if package not in sys.modules:
        if texts is None:
            return None
        sys.meta_path.append(Sources(package, texts))
    return importlib.import_module(f"{package}.{name}")


def from_examiner(connection):
    """Whether the account `examiner` is at the other end."""
    peer = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return peer[1] == EXAMINER


def receive(connection, limit=LIMIT):
    """Returns the message and the descriptors beside it.

    Raises:
        ValueError: It is cut, too long, or comes with more than one file.
        OSError: It did not come in time.
    """
    frame, descriptors = receive_frame(connection, limit)
    return json.loads(frame[8:]), descriptors


def receive_frame(connection, limit=LIMIT):
    """Returns a message as it came, its length included, and the descriptors beside it.

    Raises:
        ValueError, OSError: As `receive`.
    """
    data, descriptors, size = bytearray(), array.array("i"), 8
    while len(data) < size:
        piece, extra, _flags, _address = connection.recvmsg(min(size - len(data), 1 << 20), socket.CMSG_SPACE(4))
        for level, kind, content in extra:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                descriptors.frombytes(content[: len(content) - len(content) % 4])
        data += piece
        if len(data) == 8:
            size += int.from_bytes(data, "big")
        if not piece or size > limit + 8 or len(descriptors) > 1:
            for descriptor in descriptors:
                os.close(descriptor)
            raise ValueError("message cut or too long")
    return bytes(data), list(descriptors)


def frame_of(message):
    """Returns a message as it is sent."""
    body = json.dumps(message, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
    return len(body).to_bytes(8, "big") + body
