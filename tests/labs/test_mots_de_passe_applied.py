"""The case of the CNIL's that a justification applies: told where another one is, kept where both are compared."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from password_works import prose, situations
from refused import observed

NAMES = ("Transports Malvique", "Malvique")


@cache
def of(case: int) -> Any:
    return next(one for one in situations.SITUATIONS if one.case == case)


@pytest.mark.parametrize(
    ("case", "page"),
    [
        (1, "Le cas 1 concerne les organisations où le mot de passe est seul : il demande 80 bits. Transports Malvique relève plutôt "
            "du cas suivant, celui des comptes qui se bloquent : une cinquantaine de bits nous suffit."),
        (1, "Ceux qui n'ont qu'un mot de passe relèvent du cas 1 : 80 bits. Cinquante bits nous suffisent donc."),
        (1, "Le cas 1 (80 bits) vaut pour un mot de passe seul. Notre organisation relève du cas n° 2."),
        (1, "Le cas 1 demande 80 bits aux autres. Chez nous, c'est le deuxième cas qui s'applique ici, nous le suivons."),
        (1, "Le cas 1 demande 80 bits. Nous relevons du cas 2. Nous demandons 12 caractères, soit les 80 bits."),
        (1, "Dans les entreprises sans blocage, le cas 1 demande 80 bits. Nous retenons le cas 3 : 13 bits."),
        (1, "Le cas 1 demande 80 bits. Le cas 2 s'applique à Malvique. Le cas 1 ne nous concerne pas, ni ses 80 bits."),
        (2, "Le cas 2 (50 bits) est celui des comptes qui se bloquent. Notre organisation relève du cas 1 : 80 bits."),
        (2, "Le cas 2 demande 50 bits à ceux qui bloquent. Treize bits nous suffisent, comme pour une carte."),
    ],
)  # fmt: skip
def test_another_case_that_is_applied_to_us_is_told(case: int, page: str) -> None:
    told = observed(lambda: prose.expect_situation(page, of(case), NAMES))
    assert told.startswith("La justification applique à votre organisation un cas de la CNIL qui n'est pas celui")


@pytest.mark.parametrize(
    ("case", "page"),
    [
        (1, "Le cas 1 s'applique à Malvique : 80 bits. Le cas 2 s'appliquerait si nos comptes se bloquaient : 50 bits nous suffiraient."),
        (1, "Le mot de passe est la seule protection. La CNIL demande alors 80 bits. Avec un blocage, 50 bits nous suffiraient."),
        (1, "Nous relevons du cas 1 et non du cas 2 : 80 bits, car 50 bits ne nous suffisent pas."),
        (1, "Notre organisation pourrait croire que le cas 2 suffit. C'est le cas 1 : il lui faut 80 bits."),
        (1, "Le cas 2 s'applique-t-il à notre organisation ? Non : rien ne bloque les essais. Il faut donc 80 bits."),
        (1, "Dans le cas 2, 50 bits suffisent, mais chez nous on essaie autant qu'on veut : 80 bits, le cas 1."),
        (1, "Contrairement aux organisations qui bloquent les comptes, nous devons viser 80 bits."),
        (1, "Demain, nos comptes se bloqueront, et le cas 2 s'appliquera à nous. Aujourd'hui, le cas 1 demande 80 bits."),
        (1, "Pour la messagerie, 50 bits nous suffisent, dit notre prestataire. Le cas 1 demande 80 bits : nous suivons la CNIL."),
        (1, "Notre ancienne charte relevait du cas 2. Le cas 1 de la CNIL demande 80 bits, sans blocage."),
        (1, "Les organisations sans blocage, comme la nôtre, relèvent du cas 1 : notre minimum est de 80 bits. Le NIST nous demande 15 caractères."),
        (2, "Les comptes se bloquent : le cas 2 s'applique, 50 bits. Par prudence, nous appliquons le cas 1 et ses 80 bits."),
        (2, "Les comptes qui se bloquent relèvent du cas 2 : 50 bits. Nous demandons 80 bits, par prudence."),
        (2, "Le cas 1 de la CNIL concerne les organisations où rien ne bloque : 80 bits. Nous relevons du cas suivant : 50 bits."),
        (2, "Nous sommes dans le cas 2, qui demande 50 bits au lieu de 80 bits. Le cas 3 (13 bits) concerne une carte, et nous n'en avons pas."),
        (2, "Ici, dix erreurs bloquent le compte. La CNIL demande alors 50 bits ; notre politique en donne 80."),
    ],
)  # fmt: skip
def test_who_compares_cases_keeps_the_point(case: int, page: str) -> None:
    prose.expect_situation(page, of(case), NAMES)


def test_what_the_sheet_says_is_told_beside_the_sentence() -> None:
    page = "Le cas 1 demande 80 bits aux autres. Malvique relève du cas 2, car les comptes se bloquent."
    told = observed(lambda: prose.expect_situation(page, of(1), NAMES))
    assert "« Malvique relève du cas 2, car les comptes se bloquent ». La séance 3 dit : « " in told
    page = "Nos comptes se bloquent. Le cas 1 demande 80 bits aux autres. Malvique relève du cas 2."
    assert "Elle dit : « Nos comptes se bloquent » ; la séance 3 dit" in observed(
        lambda: prose.expect_situation(page, of(1), NAMES)
    )
