"""The review of rights, in both directions: what is to be done is asked for, and nothing else is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from etabli.exam import Failed
from etabli.exam.contract.french import counted, listed, quote, some

from .reading import LearnerTable, place
from .said import as_of, by_system, first_lines, is_dated, people, why_good, words
from .vocabulary import ACTIONS, word

if TYPE_CHECKING:
    from .shape import Variant

_ENTITLED = (
    "Pour chacun de ces comptes, lisez la colonne habilitations de rh.csv : elle nomme ce système. La fonction de la personne "
    "ne compte pas."
)


_AUDIT_FIRST = (
    "Complétez d'abord votre relevé : reprenez ce risque dans les trois exports. Puis recopiez dans la revue chaque compte trouvé, avec "
    "son système."
)
_HELPS = {
    "reduire": _ENTITLED,
    "second-facteur": "Gardez l'action « second facteur » pour les comptes où droits vaut administrateur, second_facteur vaut "
    "non et actif vaut oui ; supprimez les autres lignes.",
}
_LOOKS = {
    "même nom": "Dans rh.csv, comparez aussi le prénom : deux personnes portent ce nom.",
    "déjà fermé": "Un compte où actif vaut non est déjà fermé.",
    "départ prévu": "Un départ à venir ne ferme rien aujourd'hui : comparez depart à la date de l'état des comptes.",
    "absence": "Une absence prévue dans rh.csv explique qu'un compte ne serve pas.",
    "depuis peu": "Lisez la date de création : un compte neuf n'a pas encore servi.",
    "date limite": "Comparez la dernière connexion à la date limite.",
}
"""Where to look, by words of why an account that looks to be disabled is good."""
FOLLOWS = {"desactiver": ("parti", "dormant"), "second-facteur": ("sans-2fa",), "reduire": ()}
"""The risks of the report that lead to each action."""
NAMED = 6
"""People who are named, each with all the lines."""
_WRONG = ["accusations-fondees", "precision"]
"""The checks that tell wrong lines of the report, whatever their risk."""


def checks_before(action: str) -> list[str]:
    """The checks that may tell why an action lacks: those of its risks, and those of the actions before."""
    actions = [term.id for term in ACTIONS]
    return [
        *(f"trouve-{risk}" for risk in FOLLOWS[action]),
        *(f"droits-{one}" for one in actions[: actions.index(action)]),
    ]


class Review:
    """A candidate's review and the truth about rights."""

    def __init__(self, table: LearnerTable, variant: Variant) -> None:
        self.table = table
        self._variant = variant
        self._rights = variant.rights
        self._traps = variant.traps

    def expect_understood(self) -> None:
        """Each line names an account that exists and an action of the vocabulary."""
        odd = []
        for line in self.table.lines:
            if line.action is None:
                odd.append(("action", line["action"], line))
            elif not line.key:
                odd.append(("compte", line["compte"], line))
        if odd:
            column, lines = first_lines(odd)
            look = "L'action est un des trois mots de la colonne « Action à écrire », séance 2."
            if column == "compte":
                look = "Copiez le compte depuis l'export de ce système : le même compte n'existe pas partout."
            raise Failed(
                f"{self.table.path} : {counted(len(odd), 'ligne ne se comprend', 'lignes ne se comprennent')} pas : "
                f"{words(self.table, odd)}.",
                f"Un compte de vos fichiers, son système, et une action : {listed((t.word for t in ACTIONS), 'ou')}.",
                look,
                at=place(lines, column),
            )

    def expect_all(self, action: str, overlooked: Mapping[str, str] | None = None) -> None:
        """Every account that needs an action is there with it.

        Args:
            action: Which one.
            overlooked: Accounts whose risk the audit does not tell, with the risk: what lacks there is told there.
        """
        missed = self._missed(action)
        if missed:
            hidden = self._hidden(action)
            before = {f"droits-{term.id}": term.id for term in ACTIONS}
            because = [one for one in checks_before(action) if one in before and self._hidden(before[one])]
            unknown = [key for key in missed if key in (overlooked or {})]
            if unknown == missed and not hidden:
                because = [f"trouve-{risk}" for risk in dict.fromkeys((overlooked or {})[key] for key in unknown)]
            those = "Ce compte manque" if len(unknown) < 2 else "Ces comptes manquent"
            also = (
                those
                if unknown == missed
                else f"{len(unknown)} de ces comptes {'manque' if len(unknown) < 2 else 'manquent'}"
            )
            named, whole = quote(word(ACTIONS, action)), len(self._rights[action])
            told = f"Il manque {counted(len(missed), 'compte')} à l'action {named}, sur {whole}"
            if not any(claim.endswith(f":{action}") for claim in self.table.actions) and not hidden:
                told = f"{self.table.path} n'a aucune ligne {named} ; il en faut {whole}"
            raise Failed(
                f"{told} : {by_system(missed)}.{self.table.unseen if hidden else ''}"
                + (f" {also} aussi dans votre relevé." if unknown and not hidden else ""),
                "Tous les comptes concernés, dans chaque système.",
                self.table.show if hidden else self._complete(missed, unknown) if unknown else None,
                because=because if unknown == missed or hidden == missed else [],
                why=self.table.veiled if hidden == missed else "",
            )

    def _complete(self, missed: Sequence[str], unknown: Sequence[str]) -> str:
        """Where to take what lacks: from the report, or from the exports where the report lacks it too."""
        if unknown == missed:
            return _AUDIT_FIRST
        there = by_system([key for key in missed if key not in unknown])
        others = "L'autre n'y est pas" if len(unknown) < 2 else "Les autres n'y sont pas"
        return (
            f"Recopiez dans la revue ce que votre relevé a déjà : {there}. {others} ({by_system(unknown)}) : reprenez ce risque dans "
            "les exports, puis complétez le relevé et la revue."
        )

    def _missed(self, action: str) -> list[str]:
        """The accounts that need an action and for which no line asks it."""
        return [key for key in self._rights[action] if f"{key}:{action}" not in self.table.actions]

    def _hidden(self, action: str) -> list[str]:
        """Those of them for which a hidden sheet asks it."""
        hidden = self.table.claims("action", hidden=True)
        return [key for key in self._missed(action) if f"{key}:{action}" in hidden]

    def expect_nothing_else(self, accused: Collection[str], wrong_claims: Collection[str] = ()) -> None:
        """No account is taken something from without need, and something right is asked for.

        Args:
            accused: Accounts that the audit accuses wrongly: what is copied from there is told there.
            wrong_claims: What the audit says wrongly, ``login@system:risk``.
        """
        wanted = {f"{key}:{action}" for action, keys in self._rights.items() for key in keys}
        asked = self.table.actions
        if not wanted & asked.keys():
            raise Failed(
                "Aucune action de la revue n'est à faire.",
                "Des actions fondées sur les exports et la liste RH.",
                "Partez de votre relevé : les personnes parties, les comptes dormants, les administrateurs.",
            )
        wrong = {claim: line for claim, line in asked.items() if claim not in wanted}
        if wrong:
            copied = {claim for claim in wrong if claim.partition(":")[0] in accused}
            followed = {claim for claim in wrong if self._copied([claim], wrong_claims)}
            because = ["pieges"] if copied == wrong.keys() else [*_WRONG, *(["pieges"] if copied else [])]
            rest = {claim: line for claim, line in wrong.items() if claim not in copied}
            told = rest or wrong
            actions = {claim.partition(":")[2] for claim in told}
            keys = {claim.partition(":")[0] for claim in told}
            lines = [(claim.partition(":")[0], self._why(claim), line) for claim, line in told.items()]
            whys = {why for (_key, why, _line), claim in zip(lines, told, strict=True) if claim.endswith(":desactiver")}
            dated = any(", mais " not in why or is_dated(why) for why in whys)
            raise Failed(
                f"{self.table.path} : {counted(len(told), 'action')} sans raison, sur {counted(len(keys), 'compte')} : "
                f"{some(people(lines), NAMED, ' ; ')}.{as_of(self._variant) if dated else ''}",
                "Chaque action répond à une règle : personne ne perd un compte ou un droit dont il se sert.",
                (_HELPS.get(*actions) or _looks(whys, len(told))) if len(actions) == 1 else None,
                at=place(list(told.values())),
                because=because if copied | followed == wrong.keys() else [],
            )

    def _copied(self, wrong: Collection[str], wrong_claims: Collection[str]) -> bool:
        """Whether each wrong action follows from a wrong line of the report."""
        claims = (claim.partition(":") for claim in wrong)
        return all(any(f"{key}:{risk}" in wrong_claims for risk in FOLLOWS[action]) for key, _, action in claims)

    def _why(self, claim: str) -> str:
        """An action that is not to be done, and why its account is good where that is known."""
        key, _, action = claim.partition(":")
        why = why_good(self._variant, key) if action == "desactiver" and key in self._traps else ""
        return word(ACTIONS, action) + (f", mais {why}" if why else "")


def _looks(whys: Collection[str], lines: int) -> str | None:
    """What to do about accounts to be disabled without need, where why each is good is known."""
    if any(", mais " not in why for why in whys):
        return None
    looks = [look for words, look in _LOOKS.items() if any(words in why for why in whys)]
    return " ".join(["Supprimez cette ligne." if lines < 2 else "Supprimez ces lignes.", *looks])
