"""Answers one question about a file, in a container without network, as nobody.

Its source travels alone: it is given to ``python3 -I -c`` in the image of the examiner. It reads, on its standard
input, eight digits of hexadecimal (a size), then that much JSON: ``verb``, ``name``, ``data`` (base64), and the
``sources`` of :mod:`etabli.exam.reading` with their ``id``. It answers by one JSON object: ``found`` or ``refused``.
"""

from __future__ import annotations

import base64
import importlib
import json
import sys


def main() -> None:
    """Reads the question, and answers."""
    size = int(sys.stdin.buffer.read(8), 16)
    asked = json.loads(sys.stdin.buffer.read(size))
    module_of = importlib.import_module("etabli_envoi").module_of
    serve = module_of("serve", asked["id"], asked["sources"])
    try:
        told = {"found": serve.read(asked["verb"], asked["name"], base64.b64decode(asked["data"]))}
    except serve.Refused as refusal:
        told = {"refused": refusal.cause}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
