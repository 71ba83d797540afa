"""What a learner reads is French, in every lab: helps, aides, causes, refusals, and what they are given to read."""

from __future__ import annotations

import re

import pytest
from seats import LABS, secrets_of, sujet, texts_of
from sentences import faults

from etabli.exam.contract.causes import WORDS, Cause
from etabli.exam.contract.check import load_checks
from etabli.exam.contract.french import cells, listed, of, quote, rows, some
from etabli.exam.runner.refusals import _KINDS, _TEMPLATES, refused
from etabli.lab.aides import aides_of


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("l'audit de Association Passerive", "elision"),
        ("la page de Étagère", "elision"),
        ("Le mandat de le Bureau d'études", "article"),
        ("Il manque 1 lignes.", "one of many"),
        ("Il manque 3 ligne.", "many of one"),
        ('La politique dit "minlen = 12" pour le second facteur.', "straight quotes"),
        ("La cellule B4, =SUMIFS(Données!H:H,Données!C:C,A5), est fausse.", "English function"),
        ("B4 montre #NAME?.", "English error"),
        ("B4 montre 12.50 au lieu de 13.", "not set in French"),
        ("Attention: la ligne manque.", "not set in French"),
        ("Des données de trop : a.xlsx, b.xlsx, c.xlsx.", "glued list"),
        ("Il manque  : , rien.", "doubled"),
    ],
)
def test_each_fault_is_found(sentence: str, kind: str) -> None:
    assert [fault.partition(":")[0] for fault in faults(sentence)] == [kind]


@pytest.mark.parametrize(
    "sentence",
    [
        "L'audit de l'Association Passerive, d'Inès et du Bureau d'études : 1 ligne, 2 mois et 0 compte.",
        'Synthèse!B4, =SOMME.SI.ENS(Ventes[Montant HT];B:B;">="&A4), montre 12,50 : #NOM? n\'y est pas ; de même B5.',
        'Synthèse!B4, =SOMME(SI(Données!$A:$A;"FC20…, passe de 8 919,10 à 32 015,58.',
        'Une ligne JSON : {"ok": true, "nouvelle_empreinte": null}.',
        "Trois noms : a, b et c. Une de ces sources : mandat, charte ou fiche.",
        "La version 4.1.2 est là, comme `a.b` et « dit \"non\" ».",
    ],
)  # fmt: skip
def test_right_french_has_no_fault(sentence: str) -> None:
    assert faults(sentence) == []


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("l'Association Passerive", "de l'Association Passerive"),
        ("la Régie de quartier", "de la Régie de quartier"),
        ("le Bureau d'études", "du Bureau d'études"),
        ("les Transports Malvique", "des Transports Malvique"),
        ("Élodie Orvalès", "d'Élodie Orvalès"),
        ("Hugo", "d'Hugo"),
        ("Œuvres du Val", "d'Œuvres du Val"),
        ("Vergnac Conseil", "de Vergnac Conseil"),
        ("Yves Morvane", "d'Yves Morvane"),
        ("Ysalie", "d'Ysalie"),
        ("Ÿsalie", "d'Ÿsalie"),
        ("Yanis", "de Yanis"),
        ("Yaël", "de Yaël"),
        ("Yéléna", "de Yéléna"),
        ("le yaourt", "du yaourt"),
        ("Y", "de Y"),
    ],
)
def test_de_before_a_name(named: str, told: str) -> None:
    assert of(named) == told


def test_lists_end_with_a_word_and_lines_are_counted() -> None:
    assert (listed("abc"), listed("ab", "ou"), listed("a")) == ("a, b et c", "a ou b", "a")
    assert listed(["a, 1", "b, 2", "c"], mark=" ; ") == "a, 1 ; b, 2 et c"
    assert some(["a", "b", "c"], 1, " ; ") == "a et 2 autres"
    assert (rows([3]), rows([3, 8]), rows(list(range(1, 9)))) == (
        "ligne 3",
        "lignes 3 et 8",
        "lignes 1 à 8",
    )
    assert rows([1, 2, 4, 6, 8, *range(20, 30)]) == "lignes 1, 2, 4, 6 et 11 autres"
    assert (cells(["B6", "B7", "B8", "C9"]), cells(["C4", "D4", "C6:C12"])) == ("B6 à B8 et C9", "C4, D4 et C6:C12")


def test_a_quotation_within_has_other_marks() -> None:
    assert quote("Heures à l'activité « Vente »") == "« Heures à l'activité “Vente” »"


# -- every lab


@pytest.mark.parametrize("lab", LABS)
def test_titles_and_helps_are_french(lab: str) -> None:
    said = [text for spec in load_checks(LABS[lab].grader).specs for text in (spec.title, spec.help)]
    assert [fault for text in said for fault in faults(text)] == []


@pytest.mark.parametrize("lab", LABS)
def test_aides_are_french(lab: str) -> None:
    """Examples are code: their sentences stand outside of the fences."""
    said = [text for one in aides_of(LABS[lab]).values() for text in (one.question, one.piste, one.exemple)]
    bare = [re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL) for text in said]
    found = [fault for text in bare for line in re.split(r"\n\n", text) for fault in faults(" ".join(line.split()))]
    assert [fault for fault in found if not fault.startswith("glued list")] == []


@pytest.mark.parametrize("lab", LABS)
def test_no_name_of_the_data_spoils_the_french_of_what_is_read(lab: str) -> None:
    """« l'audit de Association Passerive »: whatever the organisation, its partner, or the person who asks."""
    found = {
        fault
        for secret in secrets_of(lab)
        for text in texts_of(sujet(lab, secret)).values()
        for fault in faults(re.sub(r"<code>.*?</code>|[*_]+|<[^>]+>", "", text).replace("\n", " "))
        if fault.startswith(("elision", "article"))
    }
    assert {fault.partition(" in ")[0] for fault in found} == set()


# -- what is common


@pytest.mark.parametrize("cause", Cause)
def test_a_cause_is_told_in_french(cause: Cause) -> None:
    words = WORDS[cause]
    said = (words.observed.format(what=""), words.observed.format(what=" (la page « / »)"), words.expected, words.help)
    assert [fault for sentence in said for fault in faults(sentence)] == []


@pytest.mark.parametrize("detail", _TEMPLATES)
def test_a_refusal_is_told_in_french(detail: str) -> None:
    values = {"name": "Synthèse", "cell": "B4", "number": 12, "limit": 3 * 1024 * 1024, "function": "WEBSERVICE"}
    kinds = _KINDS if detail == "kind" else {"": ""}
    for kind in kinds:
        told = refused("analyse.xlsx", {"cause": "linked", "detail": detail, "values": values | {"kind": kind}})
        assert [
            fault for sentence in (told.observed, told.expected, told.help) for fault in faults(sentence or "")
        ] == []
