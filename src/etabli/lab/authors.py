"""What breaks in a lab that somebody outside wrote: told to its author by file and line, not as a mistake of ours."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from etabli.exam.contract.errors import EtabliError, LabError


@contextmanager
def told_to_its_author(grader: Path, *, ours: bool) -> Iterator[None]:
    """Turns what a grader's own code raises within the block into a sentence, where the lab is not the repository's.

    Raises:
        LabError: It names the last line of the grader that ran, and what Python says of it.
    """
    try:
        yield
    except EtabliError:
        raise
    except Exception as error:
        lines = [frame for frame in traceback.extract_tb(error.__traceback__) if grader in Path(frame.filename).parents]
        if ours or not lines:
            raise
        raise LabError(
            f"{lines[-1].filename}, ligne {lines[-1].lineno} ({lines[-1].name}) : Python s'arrête là et dit "
            f"« {type(error).__name__}: {error} ». Corrigez cette ligne, ou ce qui l'appelle, puis relancez."
        ) from error
