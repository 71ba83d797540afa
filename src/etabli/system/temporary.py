"""Temporary copies of learners' works: below ``ETABLI_HOME/travail``, which every command empties of what died."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from etabli.system.disk import unwritable
from etabli.system.held import folder_within, remove_abandoned
from etabli.system.settings import home, home_path

FOLDER = "travail"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Gives an empty folder, for this account alone, and takes it away; a killed process's goes with the next command.

    Raises:
        UsageProblem: It cannot be made.
        DiskFull: There is no room for it.
    """
    root = home() / FOLDER
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(folder_within(root))
        except OSError as error:
            raise unwritable(root, error, "réglez ETABLI_HOME sur un dossier à vous") from error
        yield folder


def forget_the_dead() -> None:
    """Removes the temporary folders of commands that were killed."""
    with suppress(OSError):
        remove_abandoned(home_path() / FOLDER)
