"""The `asked` fixture: which file answers what the lab asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from etabli.exam.contract.check import Failed
from etabli.exam.contract.french import listed, quoted, some
from etabli.exam.runner.request import Wanted

_SHOWN = 5


class AskedFiles:
    """What was asked for, by the identifiers of ``lab.yaml``; paths are those of the `files` fixture.

    Args:
        wanted: By identifier.
        present: Some paths of the submission, for a sentence.
    """

    def __init__(self, wanted: Mapping[str, Wanted], present: Sequence[str]) -> None:
        self._wanted = wanted
        self._present = present

    def __contains__(self, name: str) -> bool:
        """Whether something was handed in for it."""
        return bool(self._wanted[name].found)

    def paths(self, name: str) -> tuple[str, ...]:
        """All the files that answer: none, one, or several when it is unclear which counts."""
        return self._wanted[name].found

    def path(self, name: str) -> str:
        """The one file that answers.

        Raises:
            Failed: There is none, or more than one.
        """
        wanted = self._wanted[name]
        expected = f"Un seul de ces fichiers : {listed(wanted.names, 'ou')}."
        if len(wanted.found) == 1:
            return wanted.found[0]
        if wanted.found:
            raise Failed(
                f"Plusieurs fichiers pour « {wanted.title} » : {quoted(wanted.found)}. Rien ne dit lequel compte.",
                expected,
                "Gardez le bon et retirez le reste du rendu.",
            )
        present = some(self._present, _SHOWN) or "rien"
        raise Failed(
            f"Aucun fichier pour « {wanted.title} » dans le rendu (on y trouve : {present}).",
            expected,
            "S'il est fait, donnez-lui un de ces noms, et rangez-le dans le dossier rendu, là où l'énoncé le veut. "
            "Pas encore fait ? L'énoncé dit comment, et ce qui vient avant.",
        )
