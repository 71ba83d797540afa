"""The list of leaked passwords: files of ranges, and the question that tells nobody the password."""

import hashlib
import http.client
import random
import re
from collections import defaultdict
from pathlib import Path

PORT = 8181


class Plages:
    """A list of leaked passwords: one file of `SHA1:COUNT`, or a folder with one file of `SUFFIX:COUNT` per range."""

    def __init__(self, place):
        self._ranges = defaultdict(set)
        place = Path(place)
        for path in sorted(place.iterdir()) if place.is_dir() else [place]:
            prefix = path.stem.upper() if place.is_dir() else ""
            for line in path.read_text("utf-8-sig").split():
                whole = (prefix + line).upper()
                if re.fullmatch(r"[0-9A-F]{40}:[0-9]+", whole):
                    self._ranges[whole[:5]].add(whole[5:])

    def range(self, prefix, padded=False):
        """Returns the lines of a range, sorted; a range that nobody is in is empty."""
        lines = set(self._ranges.get(prefix.upper(), ()))
        if padded:
            draw = random.Random(prefix.upper())
            lines |= {f"{draw.getrandbits(140):035X}:0" for _ in range(draw.randint(20, 40))}
        return sorted(lines)


def times(sha1, port=PORT):
    """Asks the range server how often a password was leaked; only the first five characters leave this program."""
    sha1 = sha1.upper()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", f"/range/{sha1[:5]}", headers={"Add-Padding": "true"})
        answer = connection.getresponse().read().decode("ascii", "replace")
    finally:
        connection.close()
    counts = dict(line.split(":", 1) for line in answer.split() if ":" in line)
    return int(counts.get(sha1[5:], 0))


def sha1_of(password):
    """Returns the SHA-1 of a password in capitals, as leak lists have it."""
    return hashlib.sha1(password.encode()).hexdigest().upper()
