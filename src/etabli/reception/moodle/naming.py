r"""How Moodle names what it hands over and what it takes back.

Going out (moodle/moodle, ``mod/assign/classes/downloader.php``; before 4.1, ``mod/assign/locallib.php``)::

    Full name_12345_assignsubmission_file/site/index.php    in folders, since 4.1
    Full name_12345_assignsubmission_file_/index.php        in folders, before 4.1
    Full name_12345_assignsubmission_file_index.php         « Télécharger … dans des dossiers » unticked
    Participant_12345_assignsubmission_file/…               anonymous submissions
    Groupe A-Full name_12345_assignsubmission_file_/…       team submissions, before 4.1: a copy for each member
    Groupe A_4711_assignsubmission_file/…                   team submissions, since 4.1: once, by the group's number
    Groupe par défaut_assignsubmission_file/…               team submissions of those in no group (« Default group »)

The name loses its underscores (they become spaces) and what ``clean_filename`` forbids (``& < > " ` | ' : \ /``).
Coming back (``mod/assign/feedback/file/importziplib.php``), Moodle looks at each part of a path for
``…_<number>_<type>_<plugin>`` and matches by the number alone: the first field may be anything without underscore.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

FILE = "file"

_PART = re.compile(
    r"(?P<name>[^_]*)(?:_(?P<participant>\d{1,18}))?_assignsubmission_(?P<plugin>[a-z0-9]+)(?:_(?P<rest>.*))?\Z",
    re.DOTALL,
)
_BLIND = re.compile(r"participant(?:[ \xa0]?\d+)?\Z", re.IGNORECASE)


@dataclass(frozen=True)
class MoodlePath:
    """What a path in a download says."""

    name: str
    participant: str | None
    """A learner's number or a group's, which look alike; none for the default group."""
    plugin: str
    inner: PurePosixPath
    """The path as the learner handed it in."""


def place_of(path: PurePosixPath) -> MoodlePath | None:
    """Reads a path of a download; ``None`` when its first part does not follow the rule.

    Only the first part counts: what a learner handed in may hold anything, even names made to look like Moodle's.
    """
    found = _PART.match(path.parts[0]) if path.parts else None
    if found is None or not (found["name"].strip() or found["participant"]):
        return None
    inside = [found["rest"]] if found["rest"] else []
    inner = PurePosixPath(*inside, *path.parts[1:])
    number = str(int(found["participant"])) if found["participant"] else None
    return MoodlePath(found["name"].strip(), number, found["plugin"], inner)


def is_blind(name: str) -> bool:
    """Tells whether Moodle hid the name: « Participant » is its word in French and in English."""
    return bool(_BLIND.match(name))


def without_group(names: Sequence[str]) -> list[str]:
    """Takes off what may be the group that older versions put before names (« Groupe A-Léa Martin », « -Léa Martin »).

    It may be one only when all the names, at least two, begin with it: « Anne-Sophie » is no group. Even then it may be
    half of their given names: :func:`may_be_half`, and the class, tell.
    """
    first, last = min(names, default=""), max(names, default="")  # what these two begin with, all begin with
    hyphens = [at for at, char in enumerate(first[:-1]) if char == "-" and last[:-1].startswith(first[: at + 1])]
    head = first[: hyphens[-1] + 1] if hyphens and first != last else "-"  # a group's name may hold a hyphen too
    return [name.removeprefix(head).strip() for name in names]


def after_hyphens(name: str) -> list[str]:
    """Returns what a name would be without the group that older versions put before it, for each hyphen in it."""
    return [name[at + 1 :].strip() for at, char in enumerate(name) if char == "-"]


def may_be_half(head: str, rest: str) -> bool:
    """Tells whether what is before a name may be the first half of a given name: « Jean- » before « Luc Martin »."""
    first, second = head.removesuffix("-"), (rest.split() or [""])[0]
    return first.isalpha() and first.istitle() == second.istitle() and first.isupper() == second.isupper()


def feedback_path(label: str, participant: str, file: str) -> str:
    """Returns where Moodle looks for a file to give back to one learner, in a zip of feedback files.

    Args:
        label: Anything without underscore; Moodle does not read it.
        participant: The learner's number in this assignment.
        file: The file's name; not hidden, that is, beginning with neither ``.`` nor ``~``.
    """
    return f"{label.replace('_', ' ')}_{participant}_assignsubmission_{FILE}_/{file}"
