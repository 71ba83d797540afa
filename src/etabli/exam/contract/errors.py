"""Everything that can go wrong on *our* side, as one tree.

::

    EtabliError
    ├── UsageProblem            the command line or a path is not what we expected   (exit 2)
    ├── LabError                a lab or grader is badly written                     (exit 2)
    │   └── UnknownLab
    ├── RejectedSubmission      a submission that cannot be examined                 (status rejected)
    ├── SandboxError
    │   ├── SandboxUnavailable  this machine cannot grade                            (exit 3)
    │   │   └── DiskFull        no room left for results (see etabli.system.disk)
    │   └── SandboxFailure      a room, a container or a command of ours broke       (outcome error)
    │       ├── MachineBusy     others had the processors: nothing can be told about time
    │       ├── ExamTimeout     the examiner passed its deadline
    │       ├── ExamCrashed     the examiner died or flooded its channel (etabli.sandbox.base)
    │       └── ExaminerSilent  the examiner gave no closing record
    └── RunFolderError          a frozen run folder cannot be read

A class docstring is its default message: a sentence for a person, naming the next step. A failed *check* is
not in this tree: see :class:`etabli.exam.contract.check.Failed`.
"""

from __future__ import annotations

import inspect


class EtabliError(Exception):
    """Établi s'est arrêté : relancez la commande avec « --help » pour voir ce qu'elle attend."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (inspect.getdoc(type(self)) or ""))


class UsageProblem(EtabliError):
    """La commande n'est pas complète : ajoutez « --help » pour voir des exemples."""


class LabError(EtabliError):
    """Le TP est mal décrit : corrigez lab.yaml ou checks.py."""


class UnknownLab(LabError):
    """Ce TP n'existe pas : « etabli labs » donne la liste."""


class RejectedSubmission(EtabliError):
    """Le rendu ne peut pas être examiné : demandez à l'élève de déposer un dossier ou un .zip."""


class SandboxError(EtabliError):
    """Le bac à sable ne répond pas : « etabli doctor » dit pourquoi."""


class SandboxUnavailable(SandboxError):
    """Aucun moteur de conteneurs ne répond : lancez « make setup », puis « etabli doctor »."""


class DiskFull(SandboxUnavailable):
    """Le disque est plein : libérez de la place, puis relancez la même commande ; ce qui était fini est gardé."""


class SandboxFailure(SandboxError):
    """Un conteneur d'Établi n'a pas fonctionné : relancez la vérification."""


class MachineBusy(SandboxFailure):
    """La machine était trop chargée, ou la commande suspendue, pour juger du temps : relancez au calme."""


class ExamTimeout(SandboxFailure):
    """La vérification a dépassé son délai : relancez-la, puis lisez le journal si cela se répète."""


class ExaminerSilent(SandboxFailure):
    """L'examinateur s'est arrêté sans conclure : relancez la vérification."""


class RunFolderError(EtabliError):
    """Ce dossier de vérification est illisible : relancez la vérification avec « --refaire »."""
