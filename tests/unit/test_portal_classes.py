"""A teacher's classes: a list becomes a class after a look, codes are printed once, and each teacher sees their own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from portal import ORIGIN, Browser, Room
from sqlalchemy import select

from etabli.classroom import people
from etabli.classroom.tables import Class, DiaryRow, Person, SignInRow
from etabli.roster.roster import open_roster

LIST = "Nom;Prénom\nMOREL;Tom\nKONÉ;Awa\nROUX;Zoé\nPETIT;Jean\nBOUVARD;Inès\n"


def send(browser: Browser, text: str, name: str = "TNE", **fields: str) -> Any:
    """Sends a list."""
    files = {"liste": ("2nde TNE.csv", text.encode())}
    return browser.send_form("/classes/importer", {"classe": name, **fields}, files=files)


def codes(browser: Browser, who: str, **fields: str) -> Any:
    """Gives codes; returns the page to print."""
    given = browser.send_form("/classes/1/codes", {"eleve": who, **fields})
    assert given.status_code == 303, given.words
    return browser.get(given.headers["location"])


def key_of(page: Any) -> str:
    """What a preview is confirmed with."""
    found = re.search(r'name="apercu" value="([^"]+)"', page.words)
    assert found, page.words
    return found[1]


def shown_rows(page: Any) -> list[tuple[str, ...]]:
    """The rows of the preview: line, alias, family name, given name, what to know."""
    row = r"<tr><td>(.*?)</td><th scope=\"row\">(.*?)</th><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>"
    return re.findall(row, page.words)


def test_nothing_changes_before_the_list_was_looked_at(room: Room) -> None:
    browser = room.browser(room.teacher)
    page = send(browser, LIST)
    assert page.status_code == 200 and "Lu : 2nde TNE.csv" in page.words and "nouveaux 5" in page.words
    assert sorted(row[2] for row in shown_rows(page)) == ["BOUVARD", "KONÉ", "MOREL", "PETIT", "ROUX"]
    with room.work() as db:
        assert list(db.scalars(select(Class.name))) == ["SNO"]
    done = browser.send_form("/classes/importer", {"apercu": key_of(page)})
    assert done.status_code == 303
    given = {learner.alias: learner.family for learner in open_roster("TNE").learners()}
    assert given == {row[1]: row[2] for row in shown_rows(page)}  # the aliases are those that were shown
    page = browser.get(done.headers["location"])
    assert "MOREL Tom" in page.words and page.words.count("à donner") == 5


def test_a_preview_serves_once_and_its_owner_alone(room: Room) -> None:
    browser, colleague = room.browser(room.teacher), room.browser(room.teaching("lefort"))
    key = key_of(send(browser, LIST))
    assert "n'est plus gardé" in colleague.send_form("/classes/importer", {"apercu": key}).words
    assert browser.send_form("/classes/importer", {"apercu": key}).status_code == 303
    assert "n'est plus gardé" in browser.send_form("/classes/importer", {"apercu": key}).words
    late = key_of(send(browser, LIST, "AUTRE", prefixe="AU"))
    room.later(minutes=31)
    assert "n'est plus gardé" in browser.send_form("/classes/importer", {"apercu": late}).words


def test_lines_may_be_left_out_and_are_looked_at_again(room: Room) -> None:
    browser = room.browser(room.teacher)
    page = send(browser, LIST)
    again = browser.send_form("/classes/importer", {"apercu": key_of(page), "sauf": "3"})
    assert again.status_code == 200 and "KONÉ" not in again.words
    assert browser.send_form("/classes/importer", {"apercu": key_of(again), "sauf": "3"}).status_code == 303
    assert "KONÉ" not in [learner.family for learner in open_roster("TNE").learners()]


def test_a_list_with_a_wrong_line_is_mended_where_it_is_shown(room: Room) -> None:
    browser = room.browser(room.teacher)
    page = send(browser, LIST + "PETIT;Jean\n")
    assert page.status_code == 409 and "en tapant 7 sous « Lignes à écarter »" in page.words
    assert "--" not in page.words.partition("<main")[2] and "PETIT · Jean" in page.words and 'value="TNE"' in page.text
    twelve = browser.send_form("/classes/importer", {"apercu": key_of(page), "sauf": "12", "relire": "1"})
    assert "n'a pas de ligne 12 : corrigez « Lignes à écarter »" in twelve.words
    letters = browser.send_form("/classes/importer", {"apercu": key_of(page), "sauf": "la 7", "relire": "1"})
    assert letters.status_code == 409 and "tapez des numéros de lignes" in letters.words
    again = browser.send_form("/classes/importer", {"apercu": key_of(page), "sauf": "7", "relire": "1"})
    assert again.status_code == 200 and "Ligne 7 écartée." in again.words and 'value="7"' in again.text
    assert browser.send_form("/classes/importer", {"apercu": key_of(again), "sauf": "7"}).status_code == 303
    assert len(open_roster("TNE").learners()) == 5


def test_a_prefix_that_cannot_serve_keeps_the_file(room: Room) -> None:
    browser = room.browser(room.teacher)
    page = send(browser, LIST, prefixe="é!")
    assert page.status_code == 409 and "sous « Préfixe des alias »" in page.words and "--prefixe" not in page.words
    fields = {"apercu": key_of(page), "classe": "TNE", "prefixe": "TN", "relire": "1"}
    assert "TN-01" in browser.send_form("/classes/importer", fields).words


def test_two_of_one_name_are_told_apart_wherever_they_are_named(room: Room) -> None:
    browser = room.browser(room.teacher)
    twins = "Nom;Prénom;Courriel\nPETIT;Jean;jean1@ecole.example\nPETIT;Jean;jean2@ecole.example\nKONÉ;Awa;awa@ecole.example\n"
    page = send(browser, twins)
    assert "homonyme : jean1@ecole.example" in page.words and "awa@" not in page.words
    where = browser.send_form("/classes/importer", {"apercu": key_of(page)}).headers["location"]
    shown = browser.get(where).words
    assert "PETIT Jean (jean1@ecole.example)" in shown and "Jean PETIT (jean2@ecole.example)" in shown
    slips = browser.get(browser.send_form(f"{where}/codes", {"eleve": "tous"}).headers["location"]).words
    assert "Jean PETIT (jean1@ecole.example)" in slips and "awa@" not in slips


def test_a_newer_list_keeps_aliases_and_codes_and_shuts_out_who_left(room: Room) -> None:
    browser = room.browser(room.teacher)
    browser.send_form("/classes/importer", {"apercu": key_of(send(browser, LIST))})
    with room.work() as db:
        of_class = db.scalars(select(Class).where(Class.name == "TNE")).one()
        before = {one.shown: one.id for one in people.learners_of(db, of_class)}
        for one in people.learners_of(db, of_class):
            people.give_code(db, one)
    tom = next(one for one in open_roster("TNE").learners() if one.family == "MOREL")
    page = send(browser, LIST.replace("MOREL;Tom\n", "") + "ZIDI;Lou\n")
    assert "absents de la liste 1" in page.words
    browser.send_form("/classes/importer", {"apercu": key_of(page)})
    with room.work() as db:
        after = people.learners_of(db, of_class)
        assert before.items() <= {one.shown: one.id for one in after}.items()
        assert [one.shown for one in after if not one.active] == [tom.alias]
        assert [one.shown for one in after if not one.code_hash] == ["TNE-06"]


def test_a_list_of_another_class_needs_a_word_more(room: Room) -> None:
    browser = room.browser(room.teacher)
    page = send(browser, "Nom;Prénom\nZIDI;Lou\n", "SNO")
    assert "Plus de la moitié" in page.words
    again = browser.send_form("/classes/importer", {"apercu": key_of(page)})
    assert again.status_code == 200 and len(open_roster("SNO").learners()) == 6
    assert browser.send_form("/classes/importer", {"apercu": key_of(page), "departs": "1"}).status_code == 303
    assert [one.family for one in open_roster("SNO").learners()] == ["ZIDI"]


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("", "TNE", "2nde TNE.csv est vide"),
        ("%PDF-1.7", "TNE", "n'est pas une liste lisible"),
        (LIST, "", "La classe n'a pas de nom"),
        (LIST, "x" * 41, "de 1 à 40 caractères"),
    ],
)
def test_what_is_no_class_is_one_sentence_beside_the_form(room: Room, text: str, name: str, words: str) -> None:
    answer = send(room.browser(room.teacher), text, name)
    assert answer.status_code == 409 and words in answer.words and "Importer une liste" in answer.words


def test_a_list_that_is_too_heavy_is_not_read(room: Room) -> None:
    assert "dépasse 5 Mo" in send(room.browser(room.teacher), "x" * 5_000_001).words


def test_no_file_at_all_says_so(room: Room) -> None:
    answer = room.browser(room.teacher).send_form("/classes/importer", {"classe": "TNE"})
    assert answer.status_code == 409 and "Aucun fichier" in answer.words


def test_a_colleague_s_class_is_not_there(room: Room) -> None:
    other = room.browser(room.teaching("lefort"))
    assert "SNO" not in other.get("/classes").words
    for path in ("/classes/1", "/ouvertures/1", "/ouvertures/1/suivi", "/ouvertures/1/resultats/index.html"):
        assert other.get(path).status_code == 404, path
    for path in ("/classes/1/codes", "/classes/1/ouvertures", "/classes/1/collegues", "/ouvertures/1"):
        assert other.send_form(path, {"eleve": "tous"}).status_code == 404, path
    refused = send(other, LIST, "sno")
    assert refused.status_code == 409 and "celle d'un collègue" in refused.words and "MARTIN" not in refused.words


def test_a_class_may_be_shared(room: Room) -> None:
    other = room.teaching("lefort")
    mine = room.browser(room.teacher)
    assert (
        "Aucun enseignant n'a l'identifiant" in mine.send_form("/classes/1/collegues", {"identifiant": "admin"}).words
    )
    assert mine.send_form("/classes/1/collegues", {"identifiant": " Lefort "}).status_code == 303
    assert "SNO" in room.browser(other).get("/classes").words


@pytest.mark.parametrize("path", ["/classes", "/classes/1", "/ouvertures/1"])
def test_learners_and_administrators_have_no_class_pages(room: Room, path: str) -> None:
    assert room.browser(room.learners[0]).get(path).status_code == 404
    assert room.browser(room.admin).get(path).status_code == 404
    assert room.browser().get(path).headers["location"].startswith("/connexion")


def test_slips_have_all_that_a_learner_needs_and_the_codes_work(room: Room) -> None:
    browser = room.browser(room.teacher)
    page = codes(browser, "tous")
    slips = re.findall(r'class="code">(SNO-\d\d)</dd>.*?class="code">([a-z2-9-]+)</dd>', page.words, re.S)
    assert [alias for alias, _code in slips] == [one.shown for one in room.learners]
    assert page.words.count(ORIGIN) >= 6 and "ne seront plus montrés" in page.words and "Léa MARTIN" in page.words
    assert page.headers["cache-control"] == "no-store"
    for alias, code in slips:
        fields = {"identifiant": alias, "code": code}
        assert room.browser().send_form("/connexion", fields).status_code == 303
    assert "Ceux qui n'ont pas encore" not in browser.get("/classes/1").words


def test_all_codes_are_replaced_only_by_who_says_so(room: Room) -> None:
    browser = room.browser(room.teacher)
    codes(browser, "tous")  # nobody had one
    page = browser.get("/classes/1")
    assert page.text.index('<option value="">Choisir') < page.text.index('<option value="tous">')
    with room.work() as db:
        before = {one.id: one.code_hash for one in people.learners_of(db, room.of_class)}
    refused = browser.send_form("/classes/1/codes", {"eleve": "tous"})
    assert refused.status_code == 409 and "Aucun code n'a changé" in refused.words
    with room.work() as db:
        assert {one.id: one.code_hash for one in people.learners_of(db, room.of_class)} == before
    assert codes(browser, "tous", remplacer="1").words.count('class="slip"') == 6


def test_codes_are_shown_once_and_loading_again_gives_no_others(room: Room) -> None:
    browser, colleague = room.browser(room.teacher), room.browser(room.teaching("lefort"))
    where = browser.send_form("/classes/1/codes", {"eleve": str(room.learners[0].id)}).headers["location"]
    with room.work() as db:
        before = db.get_one(Person, room.learners[0].id).code_hash
    assert colleague.get(where).status_code == 404
    assert browser.get(where).words.count('class="slip"') == 1
    again = browser.get(where)
    assert again.status_code == 410 and "déjà été montrés" in again.words and "Ils valent toujours" in again.words
    with room.work() as db:
        assert db.get_one(Person, room.learners[0].id).code_hash == before
    late = browser.send_form("/classes/1/codes", {"eleve": "sans"}).headers["location"]
    room.later(minutes=3)
    assert browser.get(late).status_code == 410


def test_a_new_code_ends_the_former_one_and_its_sign_ins(room: Room) -> None:
    learner = room.learners[0]
    inside, browser = room.browser(learner), room.browser(room.teacher)
    assert inside.get("/").status_code == 200
    page = codes(browser, str(learner.id))
    assert page.words.count('class="slip"') == 1
    assert inside.get("/").status_code == 303
    with room.work() as db:
        assert db.scalar(select(SignInRow).where(SignInRow.person_id == learner.id)) is None
        noted = db.scalars(select(DiaryRow).where(DiaryRow.what == "donne un autre code")).one()
        assert (noted.who, noted.about) == ("roux", "sno-01")
        code = re.findall(r'class="code">([a-z2-9-]+)</dd>', page.words)[0]
        assert code not in str(noted.detail)


def test_codes_are_for_those_of_the_class(room: Room) -> None:
    browser = room.browser(room.teacher)
    for who in (str(room.admin.id), str(room.teacher.id), "", "0"):
        assert browser.send_form("/classes/1/codes", {"eleve": who}).status_code == 409
    with room.work() as db:
        assert db.get_one(Person, room.admin.id).code_hash is None


@pytest.mark.parametrize("path", ["/classes/1/codes", "/classes/importer", "/classes/1/ouvertures", "/ouvertures/1"])
@pytest.mark.parametrize("origin", [None, "https://site--abc.salle.internal", "null", "http://salle.internal"])
def test_another_page_writes_nothing_in_a_teacher_s_name(room: Room, path: str, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    answer = room.browser(room.teacher).post(path, data={"eleve": "tous", "fermer": "1"}, headers=headers)
    assert answer.status_code == 403
    with room.work() as db:
        assert list(db.scalars(select(DiaryRow.what))) == ["ouvre le TP"]
