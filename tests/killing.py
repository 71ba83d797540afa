"""Pulls the plug on ``etabli grade``, at a chosen moment, and looks at what is left once it has been started again.

Moments are seen from outside, in files and containers: the command does not know that it is watched. A chain of kills is
made on one folder of results; between two of them, the command is started again and goes as far as the next moment.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import docker
from command_line import Begun, begin
from docker.errors import APIError
from helpers import volume
from small_repository import LAB, PAGE, repository, write

from etabli.runs.folder import read_run_folder
from etabli.runs.run import run_folders
from etabli.runs.scoring import results
from etabli.sandbox.docker_reaper import OURS, OWNER, ROLE

CHECKS = '''
from etabli.exam import Failed, check

@check(points=2, palier="essentiel", competences=["C1.1"], help="Ouvrez la page dans votre navigateur.")
def check_demarre(page):
    """La page répond."""
    page.open("/")
    page.screenshot("La page")
    if page.status != 200:
        raise Failed(observed=f"La page répond {page.status}.", expected="200")

@check(points=3, palier="essentiel", competences=["C1.1"], after=["demarre"])
def check_titre(page, db):
    """La page a un titre."""
    for _visit in range(5):
        page.open("/")
    if page.headings() != ["Bonjour"]:
        raise Failed(observed="Pas de titre.", expected="Bonjour")
    if db.count("objets") != 1:
        raise Failed(observed="La table n'est plus la même.", expected="Une ligne.")
'''
WORKS = ("bon", "sans-titre", "vide", "encore", "refuse", "autre", "dernier")[: volume(5, 7)]
PATIENCE = 180.0
_LOOK, _ASK = volume(20, 4) / 1000, 0.05
"""Seconds between two looks at files, and between two questions to the engine, which cost it more than they wait."""
BROWSER = 'for p in /proc/[0-9]*; do grep -aqs "^chrom\\|^headless" $p/comm && kill -9 ${p#/proc/}; done; true'


class Kill(NamedTuple):
    """Who is killed, and when."""

    moment: str
    victim: str = "commande"
    delay: float = 0.0

    def __str__(self) -> str:
        return f"{self.victim}@{self.moment}+{self.delay:.2f}"


@dataclass
class Plug:
    """A class of a small lab, graded by a command that is killed again and again."""

    place: Path
    home: Path
    root: Path
    out: Path
    ended: list[int] = field(default_factory=list)
    """The processes that are no more, killed or not."""
    process: Begun | None = None

    def start(self) -> Begun:
        """Types the command."""
        arguments = ["grade", self.place / "classe", "--tp", LAB, "-o", self.out, "--postes", 1]
        own = {"ETABLI_HOME": str(self.home), "ETABLI_ROOT": str(self.root)}
        with open(self.place / "dit.txt", "ab") as said:
            self.process = begin(*arguments, out=said, err=said, environment=own)
        return self.process

    def kill(self, kill: Kill) -> bool:
        """Waits for a moment and kills; returns whether that moment came before the end."""
        process = self.process or self.start()
        if not self.until(kill.moment):
            return False
        time.sleep(kill.delay)
        if kill.victim == "commande":
            process.kill()
            self._over(process)
        else:
            self.strike(kill.victim)
        return True

    def strike(self, victim: str) -> None:
        """Kills the containers of a role, or the browser in them."""
        for identifier in self.containers("examiner" if victim == "navigateur" else victim):
            with suppress(APIError):  # it has just ended by itself
                if victim == "navigateur":
                    container = client().containers.get(identifier)
                    container.exec_run(["sh", "-c", BROWSER], user="examiner")
                else:
                    client().api.kill(identifier)

    def said(self) -> str:
        """All that the commands have said."""
        return (self.place / "dit.txt").read_text("utf-8", "replace")

    def finish(self) -> int:
        """Lets the command go to its end; returns its exit code."""
        return self._over(self.process or self.start())

    def _over(self, process: Begun) -> int:
        code = process.wait(600)
        self.ended.append(process.pid)
        self.process = None
        return code

    def until(self, moment: str) -> bool:
        """Waits for a moment; returns whether it came before the end."""
        come, limit = MOMENTS[moment](self), time.monotonic() + PATIENCE
        while not come():
            if self.process is None:
                return False
            if self.process.poll() is not None:
                self._over(self.process)
                return False
            assert time.monotonic() < limit, "that moment never came"
            time.sleep(_LOOK)
        return True

    # What there is

    def containers(self, role: str | None = None) -> list[str]:
        """The containers of the command that runs, of one role; or, without one, of all that ended."""
        found = client().api.containers(all=True, filters={"label": [f"{OURS}=1"]})
        mine = (self.process.pid,) if self.process and role else (*self.ended,)
        labels = {str(one["Id"]): one.get("Labels") or {} for one in found}
        return [one for one, said in labels.items() if owner(said) in mine and role in (None, said.get(ROLE))]

    def runs(self) -> dict[str, list[Path]]:
        """The run folders, by candidate."""
        return {name: run_folders(self.out / name) for name in WORKS}

    def verdicts(self) -> dict[str, list[tuple[str, ...]]]:
        """What each run says, by candidate: its status, then what came out of each check."""
        found = {}
        for name, folders in self.runs().items():
            read = [read_run_folder(folder) for folder in folders]
            found[name] = [
                (one.status.value, *(item.outcome.value for item in (results(one.run) if one.run else ())))
                for one in read
            ]
        return found

    def leftovers(self) -> list[str]:
        """All that should not be there once the command has gone to its end."""
        networks = client().api.networks(filters={"label": [f"{OURS}=1"]})
        mine = [one["Name"] for one in networks if owner(one.get("Labels") or {}) in self.ended]
        hidden = [path for path in (*self.out.rglob(".*"), *self.home.rglob(".*")) if path.name != ".verrou"]
        copies = [*(self.home / "travail").iterdir()]
        return [str(one) for one in (*self.containers(), *mine, *hidden, *copies)]


def client() -> docker.DockerClient:
    """The engine of this machine."""
    global _client
    if _client is None:
        _client = docker.from_env(timeout=60)
    return _client


_client: docker.DockerClient | None = None


def owner(labels: Any) -> int:
    """The process that a container or a network belongs to."""
    return int(str(labels.get(OWNER, "0")).partition(":")[0])


def seen(folder: Path, pattern: str) -> list[Path]:
    """What is there now; nothing where a folder goes away while we look, for we look again."""
    try:
        return list(folder.glob(pattern))
    except FileNotFoundError:
        return []


def there(plug: Plug, pattern: str) -> Callable[[], bool]:
    """Something of the batch's own folder is there."""
    return lambda: bool(seen(plug.out / ".travail", pattern))


def grown(plug: Plug, pattern: str) -> Callable[[], bool]:
    """There is more of something among the results than when we began to look."""
    before = len(seen(plug.out, pattern))
    return lambda: len(seen(plug.out, pattern)) > before


def applications(plug: Plug) -> list[str]:
    """The applications that run now."""
    time.sleep(_ASK)
    return plug.containers("candidate")


def started(plug: Plug) -> Callable[[], bool]:
    return lambda: bool(applications(plug))


def cleared(plug: Plug) -> Callable[[], bool]:
    """The first application that was seen is gone."""
    known: set[str] = set()

    def come() -> bool:
        now = set(applications(plug))
        known.update(now if not known else ())
        return bool(known - now)

    return come


def reported(plug: Plug) -> Callable[[], bool]:
    """Reports are being written: the page of the class is there, or there again."""
    page = plug.out / "index.html"
    before = page.stat().st_mtime_ns if page.exists() else 0
    return lambda: page.exists() and page.stat().st_mtime_ns != before


def frozen(plug: Plug) -> Callable[[], bool]:
    half, whole = there(plug, "*/run-*/transcript.jsonl"), grown(plug, "*/0*/run.json")
    return lambda: half() or whole()


MOMENTS: dict[str, Callable[[Plug], Callable[[], bool]]] = {
    "ouverture": lambda plug: there(plug, "*"),
    "réception": lambda plug: there(plug, "*/w0/[ab]/*"),
    "garde": lambda plug: grown(plug, "*/rendus/*.zip"),
    "démarrage": started,
    "épreuve": lambda plug: there(plug, "*/run-*/evidence/*"),
    "rangement": cleared,
    "gel": frozen,
    "après": lambda plug: grown(plug, "*/0*/run.json"),
    "rapports": reported,
}
"""Each begins to look when it is called."""


def make_class(place: Path) -> Plug:
    """Writes a lab and a class: right, wrong, empty and refused ones."""
    for name in WORKS:
        write(place / "classe" / name, **{"index.php": PAGE})
    write(place / "classe" / "sans-titre", **{"index.php": PAGE.replace("h1", "p")})
    write(place / "classe" / "refuse", **{"rendu.json": '{"lab": "autre"}'})
    (place / "classe" / "vide" / "index.php").unlink()
    root = repository(place / "depot", CHECKS, service="mariadb", structure=None)
    return Plug(place, place / "home", root, place / "out")


def chain(place: Path, kills: Sequence[Kill], expected: dict[str, list[tuple[str, ...]]]) -> Iterator[str]:
    """Makes a chain of kills, lets the command end and yields all that is not as in a batch that nobody disturbed.

    Where a batch ends before a moment comes, another one takes its place.
    """
    plug = make_class(place / "0")
    try:
        for number, kill in enumerate(kills, 1):
            if not plug.kill(kill):
                yield from aftermath(plug, expected)
                plug = make_class(place / str(number))
                if not plug.kill(kill):
                    yield f"{kill} never came: {plug.said()[-2000:]}"
        yield from aftermath(plug, expected)
    finally:
        if plug.process is not None:
            plug.process.kill()
            plug.process.wait()


def aftermath(plug: Plug, expected: dict[str, list[tuple[str, ...]]]) -> Iterator[str]:
    """Lets the command end; yields all that is not as it should be."""
    code = plug.finish()
    if code != 1:
        yield f"code {code}: {plug.said()[-2000:]}"
    found = plug.verdicts()
    yield from (f"{name}: {found[name]} and not {expected[name]}" for name in WORKS if found[name] != expected[name])
    yield from (f"left: {one}" for one in plug.leftovers())


def drawn(seed: int, number: int) -> list[Kill]:
    """Draws a chain; few of them see a run frozen, so that something is left to kill until the end."""
    draw = random.Random(seed)
    early = ["ouverture", "réception", "démarrage", "épreuve", "épreuve"]
    once = draw.sample(["garde", "rangement", "gel", "après"], 3)
    moments = [*once, *(draw.choice(early) for _kill in range(number - len(once) - 1))]
    draw.shuffle(moments)
    others = iter(draw.sample(["examiner", "navigateur", "services"], 3))
    kills = [
        Kill(
            moment,
            next(others, "commande") if moment == "épreuve" else "commande",
            draw.choice([0.0, draw.random() / 4]),
        )
        for moment in moments
    ]
    return [*kills, Kill("rapports", delay=draw.choice([0.0, draw.random() / 10]))]
