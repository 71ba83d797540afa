"""The learner's page helps: aides one by one, printed messages explained, outcomes in plain words, text of any size."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from report_page import Page
from report_samples import HOSTILE, NOW, NOWHERE, rejected_payload, sample_lab, sample_messages, sample_payload

from etabli.exam.contract.outcome import Outcome
from etabli.lab.aides import Aides
from etabli.reports.html import render_class, render_learner
from etabli.reports.learner_view import Point, blocked_sentence
from etabli.reports.payload import MessageItem, Payload
from etabli.reports.printed import PLAYED
from etabli.reports.prose import prose
from etabli.reports.roll import NO_ROLL
from etabli.reports.text import word_of

LAB = sample_lab()


def source(failing: dict[str, Outcome] | None = None, payload: Payload | None = None, *, alone: bool = False) -> str:
    return render_learner(payload or sample_payload("SNO-01", LAB, failing), LAB, out=NOWHERE, alone=alone)


def test_three_aides_each_inside_the_one_before() -> None:
    page = source({"liste-ordre": Outcome.FAILED})
    first, second, third = (page.index(f"<summary>Aide {n}\u00a0:") for n in (1, 2, 3))
    assert first < second < third
    assert page.count('<details class="aide">') == 3
    assert "</details>" not in page[first:third]
    assert page[third:].index("</details>\n</details>\n</details>") < page[third:].index("</article>")
    text = Page(page).text
    assert text.index("Combien de critères") < text.index("relisez l'énoncé") < text.index("SELECT titre")


def test_an_aide_starts_closed() -> None:
    page = Page(source({"liste-ordre": Outcome.FAILED}))
    assert not [found for tag, found in page.tags if tag == "details" and "open" in found]


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.BLOCKED, Outcome.ERROR])
def test_only_a_point_to_take_up_again_has_aides(outcome: Outcome) -> None:
    failing = {"liste-complete": Outcome.FAILED} if outcome is Outcome.BLOCKED else {"liste-ordre": outcome}
    assert "Aide 1" not in source(failing)


def test_what_a_person_looks_at_is_listed_after_all_points() -> None:
    lab = replace(LAB, people=("Le ton est <b>calme</b>.", "Une phrase claire."))
    text = Page(render_learner(sample_payload("SNO-01", lab), lab, out=NOWHERE)).text
    assert re.search(
        r"Regardé par une personne.*Le ton est <b>calme</b>\..*Une phrase claire\..*par compétence", text, re.S
    )
    assert "Regardé par une personne" not in Page(source()).text
    assert "Votre enseignant regarde aussi 2 critères." in text


def test_the_class_page_names_what_a_person_looks_at_and_how() -> None:
    lab = replace(LAB, people=("Le ton est calme.", "Une phrase claire."))
    shown = Page(render_class([sample_payload("SNO-01", lab)], lab, None, NO_ROLL, generated_at=NOW)).text
    assert "ne juge ces 2 critères" in shown and f"etabli apprecier {lab.id}" in shown and "Une phrase claire." in shown


def test_a_lab_without_aides_is_a_page() -> None:
    payload = sample_payload("SNO-01", LAB, {"liste-ordre": Outcome.FAILED})
    assert "Aide 1" not in render_learner(payload, replace(LAB, aides={}), out=NOWHERE)


def test_raw_html_in_an_aide_is_shown_not_obeyed() -> None:
    aides = Aides(
        geste="g", question="<b onclick=x>gras</b>", piste="![i](x.png) [lien](javascript:x)", exemple="# Titre"
    )
    lab = replace(LAB, aides={"langue": aides})
    page = Page(render_learner(sample_payload("A", lab, {"langue": Outcome.FAILED}), lab, out=NOWHERE))
    assert "<b onclick=x>gras</b>" in page.text
    assert not [found for _tag, found in page.tags if "onclick" in found or "javascript:x" in (found.get("href") or "")]
    assert "img" not in {tag for tag, _found in page.tags}
    assert [tag for tag, _found in page.tags].count("h1") == 1


def test_prose_keeps_french_punctuation_on_its_line_and_code_as_it_is() -> None:
    assert prose("Quoi ? `a ? b : c`") == "<p>Quoi\u00a0? <code>a ? b : c</code></p>\n"


def test_a_message_stays_in_english_beside_its_explanation_in_its_own_finding() -> None:
    payload = sample_payload("SNO-01", LAB, {"prix-format": Outcome.FAILED})
    payload["messages"] = sample_messages()
    page = source(payload=payload)
    finding = page[page.index('id="c-prix-format"') : page.index("</article>")]
    assert re.search(r'<code lang="en"[^>]*>Warning: Undefined array key &#34;prix&#34;', finding)
    assert "Le programme a demandé une case" in finding
    assert "Ligne 42 de index.php" in finding
    rest = page[page.index("Messages et remarques") :]
    assert "SQLSTATE[42S22]: Column not found: 1054" in rest
    assert "Undefined array key" not in rest


def test_a_message_of_a_point_that_is_not_told_in_full_is_not_lost() -> None:
    payload = sample_payload("SNO-01", LAB)
    payload["messages"] = sample_messages()
    rest = source(payload=payload).split("Messages et remarques")[1]
    assert "Undefined array key" in rest
    assert "Unknown column" in rest


def test_the_same_message_is_said_once() -> None:
    payload = sample_payload("SNO-01", LAB, {"prix-format": Outcome.FAILED})
    (message, _other) = sample_messages()
    payload["messages"] = [message, {**message, "check": None}]
    assert source(payload=payload).count("Undefined array key") == 1


def test_messages_of_a_submission_that_was_not_examined_are_shown() -> None:
    payload = rejected_payload("SNO-01", LAB)
    payload["messages"] = sample_messages()
    assert "Messages et remarques" in source(payload=payload)


def test_what_an_application_printed_is_inert_and_visible() -> None:
    payload = sample_payload("SNO-01", LAB, {"langue": Outcome.FAILED})
    payload["messages"] = [
        {"id": "x", "message": HOSTILE, "means": HOSTILE, "look": HOSTILE, "check": check} for check in ("langue", None)
    ]
    page = Page(source(payload=payload))
    assert "script" not in {tag for tag, _found in page.tags}
    assert "⟨U+202E⟩" in page.text


def test_no_outcome_but_one_asks_anything_of_the_learner() -> None:
    text = Page(source({"recherche": Outcome.FAILED, "mobile": Outcome.ERROR})).text
    reading = text[text.index("Lire les constats de ces 40 points") : text.index("À reprendre d'abord")]
    assert "Ce n'est pas une faute." in reading
    assert "La panne vient de l'outil de vérification, pas de votre travail." in reading


def test_an_outcome_that_did_not_happen_is_not_explained() -> None:
    text = Page(source()).text
    assert "La panne vient de l'outil" not in text
    assert "Ce n'est pas une faute" not in text


def test_a_learner_whose_work_was_not_examined_knows_what_to_do() -> None:
    assert "Pour vous : Corrigez ce qui est dit ci-dessus" in Page(source(payload=rejected_payload("A", LAB))).text
    assert "Vous n'avez rien à faire pour ce point" in Page(source({"mobile": Outcome.ERROR})).text


def test_a_page_that_travels_alone_links_to_nothing(tmp_path: Path) -> None:
    payload = sample_payload("SNO-01", LAB, {"liste-ordre": Outcome.FAILED, "mobile": Outcome.ERROR}, out=tmp_path)
    page = Page(render_learner(payload, LAB, out=tmp_path, alone=True))
    assert [link for link in page.attributes("href") if not link.startswith(("#", "data:"))] == []
    assert "img" in {tag for tag, _found in page.tags}
    assert "(gardée par l'enseignant)" in page.text
    assert "Pour l'enseignant" not in page.text
    assert "etabli " not in page.text, "whoever reads it may be in a room, where nobody types"


@pytest.mark.parametrize("page", [source(), render_class([], LAB, None, generated_at=NOW)])
def test_text_size_is_a_labelled_choice_without_script(page: str) -> None:
    read = Page(page)
    radios = [found for tag, found in read.tags if tag == "input" and found.get("name") == "taille"]
    assert [found["id"] for found in radios] == ["taille-1", "taille-2", "taille-3"]
    assert ["checked" in found for found in radios] == [True, False, False]
    assert "Taille du texte A normale A+ grande A++ très grande" in read.text


def test_a_reason_already_told_in_a_finding_is_not_told_twice() -> None:
    payload = sample_payload("SNO-01", LAB, {"liste-ordre": Outcome.FAILED})
    payload["reason"] = next(check["observed"] for check in payload["checks"] if check["observed"])
    assert Page(source(payload=payload)).text.count("Les trois premières fiches affichées") == 1


@pytest.mark.parametrize(
    ("advice", "said"), [("Regardez la ligne indiquée, et celle d'avant.", False), ("Relisez ORDER BY.", True)]
)
def test_what_the_explained_message_says_is_not_said_twice_and_comes_before_the_aides(advice: str, said: bool) -> None:
    payload = sample_payload("SNO-01", LAB, {"liste-ordre": Outcome.FAILED})
    [check] = [one for one in payload["checks"] if one["id"] == "liste-ordre"]
    check["help"] = advice
    look = "Regardez la ligne indiquée et surtout celle d'avant : il manque souvent un point-virgule. Ligne 6."
    payload["messages"] = [
        {
            "id": "php-parse",
            "message": "Parse error",
            "means": "Ce n'est pas du PHP.",
            "look": look,
            "check": "liste-ordre",
        }
    ]
    page = Page(source(payload=payload)).text
    assert ("Où regarder ensuite" in page) is said
    first = page.index("Le message affiché, expliqué")
    assert first < page.index("Commencez par le message expliqué ci-dessus")
    payload["messages"][0]["means"] = PLAYED
    assert "une fois qu'il a disparu" not in Page(source(payload=payload)).text, "the aides are about that very message"


def test_what_stands_in_the_way_of_a_point_is_told_where_no_title_says_it() -> None:
    [cause] = [check for check in sample_payload("SNO-01", LAB)["checks"]][:1]
    told = blocked_sentence([cause], 2, "3 lignes sont masquées dans droits.xlsx (13, 17 et 21)")
    assert "parce que 3 lignes sont masquées dans droits.xlsx (13, 17 et 21) : voir « " in told
    assert "pas encore réussi" in blocked_sentence([cause], 2)


@pytest.mark.parametrize(("id_", "follows"), [("sql-empty", False), ("sql-syntax", True)])
def test_the_aides_of_a_form_need_no_message_to_go_first(id_: str, follows: bool) -> None:
    """A value that the base refused is what they are about; a query that it does not understand is another matter."""
    check = sample_payload("SNO-01", LAB)["checks"][0]
    item = MessageItem(id=id_, message="m", means="x", look="y", check=check["id"])
    assert Point(check, word_of(Outcome.FAILED), (), None, 0, messages=(item,)).follows is follows
