"""The silence of a migration script: nothing on the standard error, no file, and no password in an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from etabli.exam import Failed
from etabli.exam.contract.blot import Blot
from etabli.exam.contract.french import some
from etabli.exam.contract.values import Leftover
from etabli.exam.contract.words import cut

from .decoding import decoded
from .lists import APART
from .replies import unreadable
from .runs import Runs, beside
from .script import cleaned, last
from .shape import Case

_ASKED = {"ok", "nouvelle_empreinte"}
REPEATED = 8
"""Characters of a password from which an answer that holds them, as they are or in a code, repeats it."""
OF_LINES = {
    "long": "un mot de passe de plus de 72 octets",
    "vide": "un mot de passe vide",
    "unicode": "un mot de passe accentué",
    "espaces": "un mot de passe qui commence ou finit par un espace",
    "sel": "un sel de SHA-256 d'une autre forme",
}
"""What odd lines have, in the order of the checks; that of damaged ones is said by `unreadable`."""


class Silence:
    """What a script writes or leaves beside its answers.

    Args:
        runs: Its runs.
    """

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._lists = runs.lists
        self._script = runs.script
        self._path = runs.script.path

    def expect_silent(self) -> None:
        """Nothing on the standard error, whatever was given, and no file left."""
        wanted = "Le programme n'écrit que ses réponses : rien sur l'erreur standard, ni fichier, ni dossier, ni lien."
        for batch, cases in self._runs.all.items():
            ran = self._runs.ran(batch)  # on a terminal both outputs are one: what is said in excess is no answer
            if ran.stderr.strip() and not ran.exit_code:  # what stops it is another check's
                words = cleaned(ran.words, cases)
                odd = self._loud(batch) if batch in APART else []
                raise Failed(
                    f"{self._path} écrit sur l'erreur standard{f', avec {some(odd, 3)}' if odd else ''}{last(words)}.",
                    wanted,
                    f"Essayez-le sur une ligne qui a {odd[0]}, l'erreur standard à part (séance 6, point 5). Retirez ce qui écrit, ou "
                    "corrigez la cause de l'avertissement."
                    if odd
                    else None,
                    at=self._script.where(words) or self._script.said_at(words),
                )
        # a line that is killed leaves them there
        ways = {batch: self._lists.to_files.get(self._lists.like.get(batch, batch)) for batch in self._runs.all}
        ours = {(batch, f"/tmp/{way[1]}") for batch, way in ways.items() if way}
        told = {one for batch in self._runs.all for one in self._runs.ran(batch).left if (batch, one.path) not in ours}
        left = sorted(told)
        if left:
            cases = [case for batch in self._lists.batches.values() for case in batch]
            names = [cut(cleaned(_told(one), cases), 60) for one in left]
            secret = Blot([case.mot_de_passe for case in cases]).found(" ".join(map(_told, left)))
            what = "un nom qui porte un mot de passe" if secret else f"quelque chose : {some(names)}"
            writes = (
                "fopen, file_put_contents, mkdir, error_log"
                if self._script.php
                else "open, write_text, os.mkdir, logging"
            )
            raise Failed(
                f"{self._path} laisse derrière lui {what}.",
                wanted,
                f"Cherchez ce qui écrit ({writes}) et retirez-le : il reçoit des mots de passe en clair, aucun fichier ne doit en garder.",
                at=self._script.one_line(*(f"/{name}" for one in left if (name := one.path.rpartition("/")[2]))),
            )
        if any(self._repeats(batch, cases) for batch, cases in self._runs.all.items()):
            raise Failed(
                f"Une réponse de {self._path} redit le mot de passe reçu.",
                "Une réponse dit ok et la nouvelle empreinte, sans le mot de passe : un journal qui la garde ne doit pas le garder.",
                f"Dans {self._path}, faites la réponse avec ces deux champs seulement : ne partez pas de la ligne lue.",
            )

    def _repeats(self, batch: str, cases: Sequence[Case]) -> bool:
        """Whether it repeats a password to who gave it; nothing is known where lines are not those of its cases."""
        lines = [line for line in self._runs.ran(batch).text.splitlines() if line.lstrip().startswith("{")]
        return len(lines) == len(cases) and any(map(_repeats, cases, lines))

    def _loud(self, batch: str) -> list[str]:
        """What the lines of a batch of odd ones have for which it writes on the standard error, each run alone.

        What the sheet gives a line of comes first.
        """
        cases = [case for case in self._lists.batches[batch] if case.role not in ("bon", "foule")]
        ran = self._runs.bench.type([replace(self._lists.typed_line(batch, [case]), earlier=0) for case in cases])
        ran = [*map(beside, ran)] if batch in self._lists.on_screen else ran
        loud = [case for case, one in zip(cases, ran, strict=True) if one.stderr.strip()]
        return list(
            dict.fromkeys(
                (OF_LINES.get(case.role) if case.empreinte else "") or unreadable(case)
                for case in sorted(loud, key=lambda case: bool(case.empreinte))
            )
        )


def _repeats(case: Case, line: str) -> bool:
    """Whether an answer holds the password beside the new hash; one that is short, a login or a hash shows nothing."""
    word = case.mot_de_passe
    if len(word) < REPEATED or word in f"{case.login} {case.empreinte}":
        return False
    with suppress(ValueError, RecursionError):
        said = json.loads(line)
        if isinstance(said, dict) and said.keys() - _ASKED:
            told = json.dumps({name: said[name] for name in said.keys() - _ASKED}, ensure_ascii=False)
            if json.dumps(word, ensure_ascii=False)[1:-1] in told:
                return True
            told = told.replace(case.login, " ").replace(case.empreinte or " ", " ")
            return bool(Blot([word]).found(told)) or any(word in made for _, made in decoded(told))
    return False


def _told(one: Leftover) -> str:
    path = re.sub(r"^/srv/app(?=/|$)", "rendu", one.path)
    return f"{path} → {one.target}" if one.target else path
