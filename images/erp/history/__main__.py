"""``python -m history FOLDER NAME``: see :mod:`history`."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

from .chance import make
from .finish import finish
from .live import live
from .office import Office
from .verify import verify


def main(folder: Path, name: str) -> None:
    """Makes one history."""
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - begun:6.1f} s  {text}", flush=True)

    (folder / "travail").mkdir(exist_ok=True)
    office = Office(folder / "travail", name)
    office.create()
    say("database")
    office.open()
    live(office, make(name), say)
    facts = verify(office)
    finish(office.file, folder / f"{name}.sqlite")
    (folder / f"{name}.json").write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(folder / "travail")
    say("verified")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2])
