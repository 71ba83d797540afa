"""One cause is told once, at its place: what a student reads when a page stops, a filter is lost, a form does nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure, observed
from report_page import Page
from report_samples import sample_lab, sample_payload

from etabli.cli.live import said
from etabli.exam import Failed, Rows
from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.values import Contrast, Diff, Message, Violation
from etabli.exam.tools.draws import Draws
from etabli.exam.tools.nu import in_french
from etabli.lab.messages import explain
from etabli.reports.html import render_learner
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
visitor = import_grader(GRADER, "visitor")
diagnosis = import_grader(GRADER, "diagnosis")
adding = import_grader(GRADER, "adding")
forms = import_grader(GRADER, "forms")
acting = import_grader(GRADER, "acting")
items, columns, deleting, editing = (
    import_grader(GRADER, name) for name in ("items", "columns", "deleting", "editing")
)
forgery, links, searches, targets = (
    import_grader(GRADER, name) for name in ("forgery", "links", "searches", "targets")
)
kinds = import_grader(GRADER, "kinds")
lists = import_grader(GRADER, "lists")
hostile = import_grader(GRADER, "hostile")
quality = import_grader(GRADER, "quality")
Results = visitor.Results
Stock = import_grader(GRADER, "stock").Stock


@pytest.fixture(autouse=True)
def one_act(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the visitor has done before has its own tests."""
    for module in (editing, deleting):
        monkeypatch.setattr(module, "other_act_first", lambda *_asked: "")


WORDS = SimpleNamespace(
    fields={"name": "Nom", "date": "Date d'arrivée", "price": "Prix"}, an_item="un objet", item="objet", items="objets",
    columns={"name": "Nom", "price": "Prix", "date": "Date"},
)  # fmt: skip
DRAWN = SimpleNamespace(edited="Lampe d'Odile", absent="igloo", lot=SimpleNamespace(text="d'Ivan & fils"))
PARSE = 'Parse error: syntax error, unexpected variable "$erreurs" in /srv/app/ajouter.php on line 6'
PARSE_TOLD = PARSE.replace("/srv/app/", "")


def site(text: str = "", status: int = 200, path: str = "/", journal: str = "", **more: Any) -> Any:
    """A site of which only the page now open is known."""
    made = visitor.Site.__new__(visitor.Site)
    made.page = SimpleNamespace(
        text=text,
        status=status,
        path=path,
        url=path,
        source="",
        open=lambda _address: None,
        keep_source=lambda *_: None,
    )
    made.rules = SimpleNamespace(page_size=2)
    made.words, made.memo, made.journal = WORDS, {}, SimpleNamespace(text=lambda: journal)
    made.drawn, made.draws, made.acts = DRAWN, Draws("0"), lambda: None
    made.visitor, made.address_now = (lambda: made.http), lambda _name, noted: noted
    vars(made).update(more)
    return made


# -- a page that stops is told where it stops


def test_a_parse_error_in_the_page_of_the_form_is_a_parse_error(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped, opened = site(PARSE, path="/ajouter.php"), list[str]()
    stopped.page.open = opened.append
    forms._remember_stopped(stopped)
    monkeypatch.setattr(forms, "find_add_form", lambda _site: None)
    found = failure(lambda: forms.need_add_form(stopped))
    assert found.observed == f"La page /ajouter.php affiche une erreur de PHP : « {PARSE_TOLD} ». {forms.NOT_SEEN}"
    assert opened == ["/ajouter.php"] and found.at is None, "the picture is that of the page that stops"
    assert found.expected == "Un lien mène à un formulaire qui ajoute un objet, envoyé par la méthode POST."
    assert found.help is not None and found.help.startswith("Regardez la ligne indiquée, et celle d'avant")
    [known] = explain([found.observed])
    assert known.message == PARSE_TOLD and known.look.endswith("Endroit signalé : ajouter.php, ligne 6.")


def test_a_form_that_nobody_made_is_still_a_form_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "find_add_form", lambda _site: None)
    found = failure(lambda: forms.need_add_form(site()))
    assert found.observed.startswith("En suivant les liens depuis /, aucun formulaire vide ne porte les champs")


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("Introuvable", 404, None),
        ("Ajouter un objet", 200, None),
        ("Erreur interne", 500, "La page /modifier répond par le code 500 : son programme s'arrête sur une erreur."),
        (
            "Traceback (most recent call last): NameError: name 'x' is not defined",
            500,
            "La page /modifier affiche une erreur de Python : « Traceback (most recent call last): NameError: name 'x' is "
            "not defined ».",
        ),
    ],
)
def test_only_a_program_that_stops_is_told_so(text: str, status: int, said: str | None) -> None:
    stopped = forms.stopped_page(site(text, status, "/modifier"), "Un formulaire.")
    assert (stopped and stopped.observed) == said


FLASK = """[2026-11-27 17:00:00 +0100] [8] [ERROR] Exception on /ajouter [GET]
Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/flask/app.py", line 1511, in wsgi_app
    response = self.full_dispatch_request()
  File "/srv/app/app.py", line 58, in ajouter
    return page(formulaire.saisi({}))
AttributeError: module 'formulaire' has no attribute 'saisi'. Did you mean: 'saisie'?
"""
PHP = "[Fri Nov 27 17:00:00 2026] [php:error] [pid 8] [client 10.83.0.2:4] PHP Fatal error:  Uncaught Error: Call to "
PHP += "undefined function lister() in /srv/app/inc/fiches.php:12\nStack trace:\n#0 {main}\n  thrown in /srv/app/x.php"


@pytest.mark.parametrize(
    ("journal", "path", "message"),
    [
        (
            FLASK,
            "/ajouter",
            "AttributeError: module 'formulaire' has no attribute 'saisi' (app.py, ligne 58)",
        ),
        (
            FLASK,
            "/ajouter?de=3",
            "AttributeError: module 'formulaire' has no attribute 'saisi'",
        ),
        (FLASK, "/modifier", ""),
        (PHP, "/ajouter.php", "Fatal error: Uncaught Error: Call to undefined function lister() in inc/fiches.php:12"),
        (PHP + "\n[Fri Nov 27 17:00:01 2026] [php:notice] une note", "/ajouter.php", ""),
        ("", "/", ""),
    ],
)
def test_what_a_page_does_not_show_is_read_in_its_journal(journal: str, path: str, message: str) -> None:
    found = forms.stopped_page(site("Internal Server Error", 500, path, journal), "Un formulaire.")
    start = f"La page {path} répond par le code 500 : son programme s'arrête sur une erreur"
    assert found is not None
    assert found.observed.startswith(f"{start} : « {message}" if message else f"{start}.")
    assert ("ligne que nomme le message" in found.help) is bool(message)


START = """[2026-11-27 17:00:00 +0100] [8] [ERROR] Exception in worker process
Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/gunicorn/arbiter.py", line 608, in spawn_worker
    worker.init_process()
  File "/srv/app/app.py", line 12
    app = Flask(__name__
               ^
SyntaxError: '(' was never closed
[2026-11-27 17:00:00 +0100] [7] [ERROR] Reason: Worker failed to boot.
"""


CHAINED = START.replace(
    "SyntaxError: '(' was never closed",
    "ConnectionRefusedError: [Errno 111] Connection refused\n\nDuring handling of the above exception, another exception "
    'occurred:\n\nTraceback (most recent call last):\npymysql.err.OperationalError: (2003, "Can\'t connect")',
)


def silent(journal: str, **texts: str) -> Any:
    def get(_address: str) -> None:
        raise failed(Cause.SILENT)

    files = SimpleNamespace(
        repaired=False, paths=lambda *_ends: list(texts), text=texts.get, search=lambda *_asked, **_more: []
    )
    return failure(site(journal=journal, http=SimpleNamespace(get=get), files=files).expect_answer)


def test_a_program_that_cannot_start_is_told_by_its_journal() -> None:
    found = silent(START)
    assert found.observed == (
        "L'application ne répond pas. Le journal dit : « SyntaxError: '(' was never closed (app.py, ligne 12) »."
    )
    assert found.help is not None and found.help.startswith("Regardez la ligne indiquée, et celle d'avant")
    assert silent("").observed == "L'application ne répond pas."
    assert '« pymysql.err.OperationalError: (2003, "Can\'t connect") (app.py, ligne 12) »' in silent(CHAINED).observed


def test_a_program_that_connects_where_it_starts_has_its_connection_repaired() -> None:
    found = silent(START.replace("SyntaxError: '('", "pymysql.err.OperationalError: (2003, '"), app="")
    assert found.repair == ()
    found = silent("", **{"app.py": "base = pymysql.connect(host='localhost', user='root', password='', db='rec')"})
    assert found.observed == (
        "La connexion à la base est écrite en dur dans app.py, ligne 1. L'application ne répond pas."
    )
    assert len(found.repair) == 4


def test_a_page_that_shows_its_message_is_not_told_twice() -> None:
    found = forms.stopped_page(site(PARSE, 500, "/ajouter.php", PHP), "Un formulaire.")
    assert found is not None and found.observed.endswith(f"« {PARSE_TOLD} ».") and "lister" not in found.observed


def test_the_page_of_a_change_that_stops_is_told_and_not_a_missing_form(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = leading(monkeypatch, PARSE, gone=False)
    for find in (acting.find_edit_form, lambda *asked: list(acting.deletions(*asked))):
        assert failure(lambda find=find: find(broken, ITEM, "/")).observed.startswith(  # type: ignore[misc]
            "La page /modifier.php affiche une erreur de PHP"
        )


def leading(monkeypatch: pytest.MonkeyPatch, text: str, *, gone: bool) -> Any:
    """A site whose item's page has one link, to a page without any form."""
    made = site(text, path="/modifier.php")
    made.page.open, made.page.url = lambda _address: None, "/"
    made.page.pressables, made.page.forms, made.stock = list, list, SimpleNamespace(raw=list)
    link = SimpleNamespace(text="Supprimer", label="", path="/modifier.php", href="/modifier.php")
    monkeypatch.setattr(acting, "own_links", lambda *_asked: [link])
    monkeypatch.setattr(acting, "gone", lambda *_asked: gone)
    return made


def test_results_that_stop_are_an_error_and_not_no_result() -> None:
    found = failure(lambda: site(PARSE).expect_shown(Results(((),)), ["Lampe"], "Pour la recherche « a »"))
    assert found.observed == f"Pour la recherche « a », la page montre un message technique : « {PARSE_TOLD} »."


# -- a lost filter is a lost filter


PAGES = (("Ampoule", "Lampe"), ("Buffet", "Vélo"), ("Zèbre",))


def filtered(monkeypatch: pytest.MonkeyPatch, *pages: tuple[str, ...]) -> Any:
    """A site whose list, without any filter, has these pages."""
    made = site()
    monkeypatch.setattr(made, "walk", lambda: iter(_listings(pages)))
    return made


def test_a_filter_lost_on_page_2_is_a_lost_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["Ampoule", "Lampe", "Lanterne"]
    plain = filtered(monkeypatch, ("Ampoule", "Arrosoir"), *PAGES[1:])
    found = failure(lambda: plain.expect_shown(Results(PAGES), wanted, "Pour le filtre « Éclairage »"))
    assert found.observed == (
        "Pour le filtre « Éclairage », la page 1 est juste ; mais en suivant le lien vers la page 2, le choix du "
        "visiteur est perdu : « Buffet » ne devrait pas y être."
    )
    assert "résultats" not in found.observed
    assert found.help is not None and "http_build_query" in found.help


@pytest.mark.parametrize("plain", [(("Ampoule", "Arrosoir"), ("Bidon", "Buffet"), ("Vélo", "Zèbre")), (), PAGES[:1]])
def test_a_filter_that_is_too_broad_is_not_lost_on_page_2(monkeypatch: pytest.MonkeyPatch, plain: Any) -> None:
    wanted = ["Ampoule", "Lampe", "Vélo", "Zèbre"]
    found = failure(lambda: filtered(monkeypatch, *plain).expect_shown(Results(PAGES), wanted, "Pour « x »"))
    assert found.observed == "Pour « x », les 3 pages montrent ensemble 5 résultats : « Buffet » ne devrait pas y être."
    assert found.help == visitor.CHOICE_CUT, "page 1 is right: its links are looked at before the query"


def test_page_2_of_a_filter_that_stops_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is judged is the page where the results ended, not one that the examiner opens afterwards."""
    broad = filtered(monkeypatch)
    broad.page.text = PARSE
    monkeypatch.setattr(broad, "walk", lambda: (setattr(broad, "page", site().page), iter(()))[1])
    found = failure(lambda: broad.expect_shown(Results(PAGES), PAGES[0], "Pour « x »"))
    assert found.observed == f"Pour « x », la page montre un message technique : « {PARSE_TOLD} »."


@pytest.mark.parametrize(
    ("pages", "wanted", "observed"),
    [
        (
            PAGES,
            ["Lampe"],
            "les 3 pages montrent ensemble 5 résultats : « Ampoule » (et 3 autres) ne devraient pas y être.",
        ),
        (
            ((), ("Vélo",)),
            ["Lampe"],
            "les 2 pages montrent ensemble 1 résultat : il manque « Lampe » et « Vélo » ne devrait pas y être.",
        ),
        (PAGES[:1], ["Ampoule", "Lampe", "Lit"], "la page montre 2 résultats : il manque « Lit »."),
    ],
)
def test_a_filter_that_is_wrong_from_page_1_is_told_by_its_items(pages: Any, wanted: list[str], observed: str) -> None:
    more = site(stock=SimpleNamespace(by_name=lambda: dict.fromkeys("ABCDEF")))
    found = failure(lambda: more.expect_shown(Results(pages), wanted, "Pour « x »"))
    assert found.observed == f"Pour « x », {observed}" and found.help != visitor.CHOICE_UNUSED


def test_a_choice_that_shows_the_whole_list_is_a_choice_that_is_not_used() -> None:
    made = site(stock=SimpleNamespace(by_name=lambda: dict.fromkeys("ABCDE")))
    found = failure(lambda: made.expect_shown(Results(PAGES), ["Lampe"], "Pour le filtre « x »"))
    assert found.observed.endswith("C'est toute la liste : le choix du visiteur ne change rien.")
    assert found.help == visitor.CHOICE_UNUSED


def test_what_happened_to_a_table_and_to_its_columns_is_listed() -> None:
    row: Any = {}
    assert visitor.changes(Diff([row], [], [row, row])) == "1 ligne ajoutée et 2 lignes modifiées"
    assert targets.touched_besides(2, 1, 1) == "changé 2 autres lignes, ajouté 1 ligne et supprimé 1 ligne"
    kept = Stock.__new__(Stock)
    kept.tables, kept.columns = (
        {"item": "objet"},
        {"item": {"id": "id", "name": "nom", "price": "prix", "date": "jour"}},
    )
    kept.db = SimpleNamespace(rows=lambda _table: [{"id": 1}])
    found = failure(lambda: kept._rows("item"))
    assert found.observed == "La table objet n'a plus de colonne nom, prix ni jour."


SAME = (("Ampoule", "Lampe"), ("Ampoule", "Lampe"), ("Ampoule", "Lampe"))


def listing(monkeypatch: pytest.MonkeyPatch, *pages: tuple[str, ...]) -> Any:
    """A site with five rows whose list has these pages; it remembers the addresses that are opened."""
    made = filtered(monkeypatch, *pages)
    rows = {name: SimpleNamespace(name=name) for page in PAGES for name in page}
    made.stock = SimpleNamespace(names=lambda: [*rows], by_name=lambda: rows, name_ranks=lambda: ranks)
    ranks = {name: rank for rank, name in enumerate(rows)}
    made.rules.order = [("name", "asc")]
    made.opened = []
    monkeypatch.setattr(lists, "keep_further", lambda *_asked: None)
    monkeypatch.setattr(lists, "_expand", lambda _site: [])
    made.page.open = made.opened.append
    return made


def test_pages_that_all_show_the_same_rows_are_the_matter_of_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    found = failure(lambda: lists.expect_all_shown(listing(monkeypatch, *SAME)))
    assert found.observed == "Vos 3 pages montrent les 2 mêmes objets, sur 5."
    assert found.help is not None and "OFFSET" in found.help and "(page - 1) × 2" in found.help


def test_rows_that_lack_are_links_that_were_not_seen_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner whose every page was opened is not sent to the words of links."""
    one = observed(lambda: lists.expect_all_shown(listing(monkeypatch, PAGES[0])))
    assert one.startswith(
        "Sur la seule page trouvée, on voit 2 objets sur 5 : il manque par exemple « Buffet ». Un lien"
    )
    assert observed(lambda: lists.expect_all_shown(listing(monkeypatch, *PAGES[:2]))) == (
        "En 2 pages, on voit 4 objets sur 5 : il manque « Zèbre »."
    )


def test_a_row_that_lacks_between_two_pages_is_a_matter_of_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    made = listing(monkeypatch, ("Ampoule",), ("Buffet", "Vélo"), ("Zèbre",))
    found = failure(lambda: lists.expect_all_shown(made))
    assert found.observed == (
        "En 3 pages, on voit 4 objets sur 5. La ligne qui manque a sa place entre deux pages : « Lampe », entre la dernière "
        "ligne de la page 1 et la première de la page 2. La page 1 en montre 1, la page 2 en montre 2."
    )
    assert made.opened == ["/?page=1"] and "(page - 1) × 2" in (found.help or ""), "the page before the row"
    disordered = listing(monkeypatch, ("Buffet",), ("Ampoule", "Vélo"), ("Zèbre",))
    assert "il manque « Lampe »" in observed(lambda: lists.expect_all_shown(disordered)), "nobody knows its place"


def test_a_choice_among_the_rows_of_the_first_page_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    made = listing(monkeypatch, ("Ampoule", "Buffet", "Lampe"), ("Vélo", "Zèbre"))
    made.rules.page_size = 3
    wanted = ["Ampoule", "Lampe", "Zèbre"]
    found = failure(lambda: made.expect_shown(Results((("Ampoule", "Lampe"),)), wanted, "Pour le filtre « x »"))
    assert found.observed.endswith("Ce sont les seules qui conviennent parmi les 3 premières de la liste entière.")
    assert found.help == visitor.CUT_FIRST
    other = failure(lambda: made.expect_shown(Results((("Ampoule", "Zèbre"),)), wanted, "Pour le filtre « x »"))
    assert "premières" not in other.observed and other.help is None


def test_a_text_that_leaves_its_attribute_is_told_by_the_sign_that_ends_it() -> None:
    payload, escaped = "<i onx=import(`/a`)>", "&lt;i onx=import(`/a`)&gt;"
    for value, told, to_do in (
        (f"''&quot;&gt;{escaped}'", "une apostrophe tapée ferme value='…'", 'value="…"'),
        (f'""&gt;{escaped}"', 'un guillemet tapé ferme value="…"', "ENT_QUOTES"),
        (f"'&quot;{escaped}", "value=… n'a pas de guillemets", 'value="…"'),
        (f"&#039;&quot;{escaped}", "value=… n'a pas de guillemets", 'value="…"'),
    ):
        source = f'<p class="x"><input type="search" name=q value={value}>'
        if told.startswith("value") and value.startswith("'"):
            continue  # an attribute between apostrophes, whose apostrophe no text has closed
        shown, said, advice = hostile.left_attribute(source, payload) or ("", "", "")
        assert said.startswith(told) and to_do in advice and shown.startswith("value="), value
    assert hostile.left_attribute(f'<input value="{escaped}">', payload) is None
    assert hostile.left_attribute(f"<p>{escaped}</p>", payload) is None


def test_a_typed_text_that_the_base_could_not_read_is_known_again_by_what_follows_its_apostrophe() -> None:
    told = "le journal dit : « PDOException: SQLSTATE[42000]: 1064 You have an error in your SQL syntax near '{}' at line 1 »."

    def sent(near: str, typed: str) -> None:
        with hostile.typed_as_sql([typed]):
            raise Failed(told.format(near), "La ligne contient ce qui a été tapé.")

    found = failure(lambda: sent("Alizée', prix = ?", "Vase d'Alizée"))
    assert found.observed.endswith("On avait tapé « Vase d'Alizée » : son apostrophe a fermé le texte SQL.")
    assert found.help == hostile.APART
    for near, typed in (("WHERE id = ?", "Vase d'Alizée"), ("Alizée", "Vase Alizée")):
        assert failure(lambda: sent(near, typed)).help is None, "another cause is not ours to guess"  # noqa: B023


def test_an_apostrophe_that_is_doubled_is_told_not_to_be_enough() -> None:
    def searched(text: str) -> None:
        with hostile.read_as_sql():
            raise Failed(f"Pour la recherche « {text} », le journal dit : « 1064 near '%'' at line 1 ».", "Une page.")

    assert (failure(lambda: searched("x\\' OR 2=2")).help or "").startswith("Une apostrophe seule passe")
    assert failure(lambda: searched("x' OR 2=2")).help == hostile.APART


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("nom LIKE ? COLLATE utf8mb4_uca1400_as_ci", "tient compte des accents."),
        ("nom LIKE ? COLLATE utf8mb4_bin", "tient compte des majuscules et des accents."),
        ("nom LIKE BINARY ?", "tient compte des majuscules et des accents."),
        ("nom LIKE ? COLLATE utf8mb4_unicode_ci", ""),
        ("SET NAMES utf8mb4 COLLATE utf8mb4_bin", ""),
        ("a binary file", ""),
    ],
)
def test_what_asks_the_base_to_mind_accents_is_named_where_it_stands(query: str, told: str) -> None:
    files = SimpleNamespace(paths=lambda *_ends: ["inc/f.php"], text=lambda _path: f"<?php\n'{query}'")
    said = searches._strict_comparison(site(files=files)) or ""
    assert (told in said and "inc/f.php, ligne 2" in said) if told else not said


def test_rows_that_a_request_chose_by_another_column_are_told_by_it() -> None:
    columns = {"id": "id", "category": "id_type", "place": "id_lieu", "date": "jour", "price": "prix"}
    made = site(stock=SimpleNamespace(columns={"item": columns}))
    before = [{"id": n, "id_type": n % 2, "id_lieu": n % 3, "jour": n, "prix": None} for n in range(6)]
    said = targets.shared_column(made, before, [row for row in before if row["id_type"] == 1], None)
    assert said == " Ce sont toutes les lignes où id_type vaut 1 : c'est cette colonne que compare la requête."
    assert targets.shared_column(made, before, before[1:4:2], None) == "", "others have this value, and stayed"
    assert targets.shared_column(made, before, before[:1], None) == ""


def test_the_place_of_an_error_is_kept_though_the_sql_that_it_quotes_has_lines() -> None:
    now = time.strftime("%a %b %d %H:%M:%S.000000 %Y")
    message = r"PDOException: SQLSTATE[42000]: 1064 near 'Alizée',\n   prix = ?' at line 1 in /srv/app/inc/base.php:22\nStack trace:"
    journal = f"\n[{now}] [php:notice] [pid 7] [client 10.0.0.1:5] {message}\\n#0 /srv/app/inc/base.php(22): f()\\n#1 /srv/app/x.php(70): g()"
    said = diagnosis.last_error(journal, "/x.php")
    assert said.endswith("at line 1 in inc/base.php:22 (appelé par x.php, ligne 70)")


@pytest.mark.parametrize(
    ("css", "where"), [("body { color: #aaa; }", "Cette couleur de texte est dans style.css, ligne 1. "), ("p {}", "")]
)
def test_a_pale_text_is_told_by_its_colours_and_where_they_are_written(
    monkeypatch: pytest.MonkeyPatch, css: str, where: str
) -> None:
    pale = Violation(
        "color-contrast", "serious", "Contraste insuffisant", ("3.2",), ("<p>x</p>",), 3, (Contrast("#aaaaaa", "#ffffff", 2.32, 4.5),)
    )  # fmt: skip
    made = site(files=SimpleNamespace(paths=lambda *_ends: ["style.css"], text=lambda _path: css))
    made.page.axe = lambda: [pale]
    made.memo = {"further": "{}", "other-lists": json.dumps({kinds.NOTHING: "/?q=x", "la liste filtrée": "/?f=1"})}
    monkeypatch.setattr(quality, "main_pages", lambda *_asked: {"la page /": "/", "la page 2": "/2"})
    found = failure(lambda: quality.expect_accessible(made))
    assert found.observed == (
        "1 défaut :\n- Sur la page /, la page 2 et la liste où rien n'est trouvé, Contraste insuffisant (RGAA 3.2) : <p> et 8 autres éléments ; "
        "texte #aaaaaa sur fond #ffffff, rapport 2,3 au lieu de 4,5"
    )
    assert (found.help or "").startswith(f"{where}Éloignez")


def test_each_field_without_a_label_is_told_what_is_its_own() -> None:
    assert adding._to_label(["« Nom »", "« Prix »"], ["Détail"]) == (
        "« Nom » et « Prix » sont un texte gris dans le champ (placeholder) : écrivez une balise <label> avant chacun. "
        "Pour « Détail », écrivez le même mot dans le for de l'étiquette et dans l'id du champ."
    )
    assert adding._to_label([], []) == ""


@pytest.mark.parametrize(("pages", "told"), [(SAME, True), (PAGES, False), (PAGES[:1], False)])
def test_one_cause_for_the_list_and_for_its_filter_is_told_so(
    monkeypatch: pytest.MonkeyPatch, pages: Any, told: bool
) -> None:
    made = listing(monkeypatch, *pages)
    monkeypatch.setattr(made, "walk", lambda: (setattr(made.page, "url", "/?page=3"), iter(_listings(pages)))[1])
    results = Results(SAME[:2])
    found = failure(lambda: made.expect_shown(results, ["Ampoule", "Lampe", "Lanterne"], "Pour le filtre « x »"))
    assert found.observed == "Pour le filtre « x », vos 2 pages montrent les 2 mêmes objets, sur 3."
    assert found.because == (("liste-complete",) if told else ())
    assert made.opened == ["/"], "the picture is that of the results, not of the list"


def _listings(pages: Any) -> list[Any]:
    return [SimpleNamespace(names=list(page), url=f"/?page={number}") for number, page in enumerate(pages, 1)]


def test_the_same_strangers_on_every_page_are_not_a_matter_of_offset(monkeypatch: pytest.MonkeyPatch) -> None:
    made = listing(monkeypatch, *PAGES)
    said = observed(lambda: made.expect_shown(Results(SAME[:2]), ["Lampe", "Lit"], "Pour « x »"))
    assert (
        said
        == "Pour « x », les 2 pages montrent ensemble 2 résultats : il manque « Lit » et « Ampoule » ne devrait pas y être."
    )


def test_a_full_first_page_without_a_second_is_a_matter_of_links(monkeypatch: pytest.MonkeyPatch) -> None:
    made = listing(monkeypatch)
    found = failure(lambda: made.expect_shown(Results(PAGES[:1]), ["Ampoule", "Lampe", "Lit"], "Pour « x »"))
    assert found.help == visitor.MORE_PAGES
    found = failure(lambda: made.expect_shown(Results(PAGES[2:]), ["Zèbre", "Lit"], "Pour « x »"))
    assert found.help is None, "the check's own"


def test_an_intruder_of_a_search_is_shown_on_its_page_and_its_column_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    made = listing(monkeypatch, ("Ampoule", "Arrosoir"), ("Bidon", "Buffet"))
    made.page.url = "/?page=3"
    row = SimpleNamespace(description="Voir aussi l'ampoule.", category="Coin ampoule", place="Cave")
    unseen = SimpleNamespace(description=None, category="Coin ampoule", place="Cave")
    made.stock.by_name = lambda: {"Buffet": row, "Coffre": unseen}  # its category has the text: it was not looked at
    monkeypatch.setattr(made, "title", lambda kind: {"description": "Descriptif"}[kind])
    results = Results(PAGES, ("/?page=1", "/?page=2", "/?page=3"))
    wanted = ["Ampoule", "Lampe", "Vélo", "Zèbre"]
    said = observed(lambda: made.expect_shown(results, wanted, "Pour « ampoule »", "ampoule"))
    assert said.endswith("« Buffet » ne devrait pas y être. Ce texte est dans « Descriptif », et pas dans le nom.")
    assert made.opened[-1] == "/?page=2", "the picture is that of the page with the intruder"
    row.description = "Un meuble."
    assert "Ce texte" not in observed(lambda: made.expect_shown(results, wanted, "Pour « ampoule »", "ampoule"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "$base->prepare(\"SELECT nom FROM plats WHERE nom LIKE ? ESCAPE '!'\");",
            "ESCAPE « ! » : mettez ce signe devant",
        ),
        (
            "$base->prepare('SELECT nom FROM plats WHERE nom LIKE ? ESCAPE \\'!\\'');",
            "ESCAPE « ! » : mettez ce signe devant",
        ),
        ("$base->prepare('SELECT nom FROM plats WHERE nom LIKE ?');", "Mettez \\ devant ceux du visiteur"),
    ],
)
def test_the_sign_that_escapes_is_that_of_the_learners_own_query(query: str, said: str) -> None:
    files = SimpleNamespace(paths=lambda *_ends: ["index.php"], text=lambda _path: f"<?php {query}")
    assert said in quality._escape_advice(site(files=files))


def test_names_that_a_source_writes_itself_are_the_matter_of_the_join() -> None:
    stock = SimpleNamespace(labels=lambda _kind: {5: "Viandes", 18: "Apéritif", 27: "Entrées"})
    for source, told in (
        ("[5 => 'Viandes', 18 => \"Apéritif\"]", True),
        ("// Viandes et Apéritif", False),
        ("['Viandes']", False),
    ):
        files = SimpleNamespace(paths=lambda *_ends: ["noms.php"], text=lambda _path, source=source: f"<?php {source};")
        assert columns._written_names(site(files=files, stock=stock), "category") is told


def test_what_is_shown_of_an_unknown_item_is_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    first, second = (SimpleNamespace(name=name, href=f"/fiche.php?id={at}") for at, name in ((3, "Lit"), (4, "Lampe")))
    monkeypatch.setattr(items, "two_entries", lambda _site: (first, second))
    answer = SimpleNamespace(status=200, readable="<h1>Page introuvable</h1>", text="<h1>Page introuvable</h1>")
    made = site(
        http=SimpleNamespace(get=lambda _address: answer), free_id=lambda: 2199, drawn=SimpleNamespace(unknown="x")
    )
    made.page.open, made.shuffled = opened.append, lambda _for, some: list(some)
    made.visitors, made.visitor = lambda _why: [made.http.get], lambda: made.http
    made.words = SimpleNamespace(columns={}, fields={}, empty="non renseigné", item="objet", items="objets")
    monkeypatch.setattr(items, "_free_ids", lambda *_asked: [])
    assert "code 200 au lieu de 404" in observed(lambda: items.expect_not_found(made))
    assert opened == ["/fiche.php?id=2199"]


def test_what_is_kept_of_an_outage_is_an_answer_of_the_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    entry = SimpleNamespace(name="Lit", href="/fiche.php?id=3")
    get = lambda address: (asked.append(address), SimpleNamespace(text="Les lits"))[1]  # noqa: E731
    made = site(http=SimpleNamespace(get=get), linked=lambda: [entry], shuffled=lambda _for, pages: list(pages))
    made.words = SimpleNamespace(of_the_item="de l'objet")
    down, seen, message = [False], list[tuple[str, bool]](), ["SQLSTATE[HY000] [2002]"]

    @contextmanager
    def outage(_kind: str) -> Iterator[None]:
        down[0] = True
        yield
        down[0] = False

    made.db = SimpleNamespace(down=outage)
    made.page.open = lambda address: seen.append((address, down[0]))
    made.page.keep_source = lambda *_: seen.append(("kept", down[0]))
    monkeypatch.setattr(quality.kinds, "further_pages", lambda _site: {})
    right = "<p>Le service est fermé pour le moment.</p>"
    monkeypatch.setattr(
        quality, "_in_outage", lambda _site, at: (500, right if at in sound else f"<p>{message[0]}</p>")
    )
    sound = ["/"]
    found = failure(lambda: quality.expect_decent_outage(made))
    assert found.observed.startswith("Base en panne, la page de « Lit » montre un message technique")
    assert found.help == quality.SHOWN
    assert asked == ["/"] and seen == [("/fiche.php?id=3", True), ("kept", True)], (
        "the base is down for the picture too"
    )
    sound, message = [], ["Fatal error: Uncaught PDOException"]
    found = failure(lambda: quality.expect_decent_outage(made))
    assert found.observed == (
        "Base en panne, les 2 pages essayées sont à reprendre : la page / et la page de « Lit ». Par exemple :\n"
        "- la page / montre un message technique : « Fatal error: Uncaught PDOException »."
    )
    assert found.help == quality.UNCAUGHT and seen[-2:] == [("/", True), ("kept", True)]
    made.page.text = made.memo["item-stopped"] = PARSE
    made.memo["item-stopped"] = made.crash()
    assert failure(lambda: quality.expect_decent_outage(made)).because == ("fiche-complete",)


LOTS = ["Boîte 1", "Boîte 2", "Boîte 3"]


def test_the_picture_of_a_search_is_that_of_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the filter is lost too is looked at in between: the search is made again before it is told."""
    made = listing(monkeypatch, *PAGES)
    done: list[str] = []
    found = {"amp": ["Ampoule"], "mpou": ["Ampoule"], "igloo": [], "k": []}
    search = lambda text, **_how: (done.append(text), Results((tuple(found.get(text, LOTS[:2])),)))[1]  # noqa: E731
    monkeypatch.setattr(made, "search", search)
    monkeypatch.setattr(searches, "fragment_of_names", lambda _site: ("amp", ["Ampoule"]))
    monkeypatch.setattr(searches, "pieces_of_names", lambda _site: [("mpou", ["Ampoule"])])
    monkeypatch.setattr(searches, "lone_signs", lambda _site: [("k", [])])
    monkeypatch.setattr(searches, "_add_lots", lambda _site: LOTS)
    monkeypatch.setattr(searches, "filter_is_lost", lambda _site: done.append("filter") or False)
    assert "il manque « Boîte 3 »" in observed(lambda: searches.expect_search(made))
    assert done == ["amp", "mpou", "igloo", "k", DRAWN.lot.text, DRAWN.lot.text, "filter", DRAWN.lot.text], (
        "on a later page, on /"
    )


def test_the_right_results_are_right_on_any_number_of_pages() -> None:
    site().expect_shown(Results(PAGES), [name for page in PAGES for name in page], "Pour tout")


# -- helps say what happened


ITEM = SimpleNamespace(id=3, name="Lampe")
CHANGED = SimpleNamespace(before={"id": 3})
OTHER = SimpleNamespace(before={"id": 4})
TWIN = 9


def sent(diff: Any, **page: Any) -> Any:
    """A site whose form was sent, and what came of it in the table."""
    stock = SimpleNamespace(
        raw=list,
        linked=dict,
        since=lambda _before: diff,
        items=lambda: [ITEM],
        ids=lambda rows: {row["id"] for row in rows},
        change=lambda *_asked, **_values: None,
        item=lambda _identifier: ITEM,
        columns={"item": {"id": "id", "category": "id_type", "place": "id_lieu", "date": "jour", "price": "prix"}},
    )
    made = site(**page, stock=stock)
    last = SimpleNamespace(one=lambda some: some[-1], some=lambda some, count: some[:count], below=lambda _bound: 0)
    made.draws = SimpleNamespace(of=lambda _purpose: last)  # not the price, nor 0
    made.entry = lambda _name: SimpleNamespace(href="/fiche.php?id=3")
    made.listed_items = lambda count, **_how: [None, ITEM][:count]
    return made


def edit(monkeypatch: pytest.MonkeyPatch, diff: Any, wrong: list[str], **page: Any) -> Any:
    monkeypatch.setattr(editing, "add_twin", lambda *_asked: TWIN)
    for name in ("_expect_prefilled", "send"):
        monkeypatch.setattr(editing, name, lambda *_asked, **_how: None)
    monkeypatch.setattr(editing, "changed_draft", lambda *_asked: forms.Draft("", "", "", "12,37", "20/03/2031", ""))
    monkeypatch.setattr(acting, "find_edit_form", lambda *_asked: None)
    monkeypatch.setattr(editing, "well_filled", lambda _site, _count, **_how: [None, ITEM])
    monkeypatch.setattr(editing, "problems", lambda *_asked: wrong)
    return failure(lambda: editing.expect_edit(sent(diff, **page)))


def test_an_edit_that_changes_nothing_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    found = edit(monkeypatch, Diff((), (), ()), ["« Nom » vaut « Lampe » au lieu de « x »"])
    assert found.observed == (
        "Après la modification de « Lampe », rien n'a changé dans la base. On avait tapé 12,37 pour « Prix » et 20/03/2031 pour "
        "« Date d'arrivée »."
    )
    assert found.help is not None and "WHERE" not in found.help and "exécutée" in found.help


def test_an_edit_that_stores_something_else_is_told_by_the_field(monkeypatch: pytest.MonkeyPatch) -> None:
    found = edit(monkeypatch, Diff((), (), (CHANGED,)), ["« Nom » vaut « x » au lieu de « y »"])
    assert found.observed == "Après la modification de « Lampe », « Nom » vaut « x » au lieu de « y »."
    assert found.help is not None and "WHERE" not in found.help and "un à un les champs" in found.help
    kept = edit(monkeypatch, Diff((), (), (CHANGED,)), ["« Texte » vaut « x » au lieu de rien"])
    assert kept.help == editing.EMPTIED


def test_an_edit_that_stops_is_told_by_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    found = edit(monkeypatch, Diff((), (), ()), ["« Nom » vaut"], text=PARSE)
    assert found.observed == (
        f"À l'envoi du formulaire de modification, la page montre un message technique : « {PARSE_TOLD} »."
    )


def test_an_edit_of_too_many_lines_is_the_matter_of_where(monkeypatch: pytest.MonkeyPatch) -> None:
    found = edit(monkeypatch, Diff((), (), (CHANGED, OTHER)), [])
    assert found.observed == "Modifier « Lampe » a aussi changé 1 autre ligne."
    assert found.help is None, "the check's own help, which speaks of WHERE"
    assert found.at == Rows(), "the rows that changed, and no page"


def test_an_edit_by_name_is_told_by_the_two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    found = edit(monkeypatch, Diff((), (), (CHANGED, SimpleNamespace(before={"id": TWIN}))), [])
    assert found.observed == "Deux lignes portent le nom « Lampe » : modifier l'une a aussi changé l'autre."
    assert found.help is not None and "UPDATE" in found.help and "identifiant" in found.help
    assert "recherche par le nom" in found.help and found.at == Rows()


def test_what_is_left_blank_and_stored_is_not_the_matter_of_where(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_expect_prefilled", "send"):
        monkeypatch.setattr(editing, name, lambda *_asked, **_how: None)
    monkeypatch.setattr(editing, "changed_draft", lambda *_asked: forms.Draft("Lampe", "", "", "12,37", "", "Usée."))
    for name in ("find_edit_form", "prefilled"):
        monkeypatch.setattr(acting, name, lambda *_asked: None)
    typed: list[Any] = []
    monkeypatch.setattr(editing, "send", lambda _site, _form, draft, **_how: typed.append(draft))
    monkeypatch.setattr(editing, "problems", lambda *_asked: ["« Prix » vaut 0,00 au lieu de vide"])
    made = sent(Diff((), (), ()))
    made.drawn = SimpleNamespace(corrected_day=date(2025, 3, 9))
    made.words = SimpleNamespace(fields={"price": "Prix", "description": "Détail"}, columns={})
    made.entry = lambda _name: SimpleNamespace(href="/fiche.php?id=3")
    for kind, one in (("description", -1), ("price", 0), ("price", -1)):
        made.draws = SimpleNamespace(
            of=lambda purpose, one=one: SimpleNamespace(one=lambda some: some[one if purpose == "montant tapé" else 0])
        )
        found = failure(
            partial(editing._expect_missing_kept, made, kind, ITEM, "/fiche.php?id=2", "/modifier.php?id=2")
        )
        assert (
            found.help == adding.ZERO_KEPT
            if not one
            else "NULL" in (found.help or "") and "WHERE" not in (found.help or "")
        )
    assert [(draft.price, draft.description) for draft in typed] == [("", "Usée."), ("0", ""), ("12,37", "")]


@pytest.mark.parametrize(
    ("diff", "told", "price", "help_"),
    [
        (
            Diff((), (), (CHANGED,)),
            "après l'envoi, « Prix » vaut « 1.00 » au lieu de « 1234,50 »",
            "1 234,50",
            "(float)",
        ),
        (Diff((), (), ()), "après l'envoi, rien n'a changé dans la base", "1 234,50", "renvoyé tel quel"),
        (Diff((), (), (CHANGED, OTHER)), "l'envoi a aussi changé 1 autre ligne", "", ""),
    ],
)
def test_a_form_that_is_sent_as_it_came_is_told_by_what_else_has_changed(
    monkeypatch: pytest.MonkeyPatch, diff: Diff, told: str, price: str, help_: str
) -> None:
    typed: list[tuple[Any, str]] = []
    dear = SimpleNamespace(**vars(LINKED_ITEM) | {"price": Decimal("1234.50"), "name": "Lampe"})
    monkeypatch.setattr(acting, "prefilled", lambda *_asked: "the form")
    monkeypatch.setattr(editing, "field_of", lambda *_asked: SimpleNamespace(value="1 234,50"))
    monkeypatch.setattr(editing, "send", lambda _site, _form, draft, only: typed.append((draft, only)))
    monkeypatch.setattr(editing, "changed_draft", lambda *_asked: forms.Draft("", "", "", "", "", ""))
    monkeypatch.setattr(editing, "problems", lambda *_asked: ["« Prix » vaut « 1.00 » au lieu de « 1234,50 »"])
    made = sent(diff)
    made.stock.item = lambda _identifier: dear
    made.words = SimpleNamespace(fields={"price": "Prix", "date": "Jour"})
    made.drawn = SimpleNamespace(edited="Lampe d'Odile", dear="1234.50", day=date(2025, 3, 9), description="Usée.")
    made.draws = SimpleNamespace(
        of=lambda _purpose: SimpleNamespace(
            one=lambda counts: counts[0], some=lambda kinds, count: kinds[3 : 3 + count], below=lambda _bound: 0
        )
    )
    found = failure(lambda: editing._expect_rest_kept(made, ITEM, "/fiche.php?id=2", "/modifier.php?id=2"))
    shown = f" Le champ « Prix » montrait « {price} »." if price else ""
    assert found.observed == f"Dans le formulaire de « Lampe », seul le champ « Jour » a été corrigé ; {told}.{shown}"
    assert help_ in (found.help or "") and [only for _draft, only in typed] == [("date",)]


def delete(monkeypatch: pytest.MonkeyPatch, diff: Any, **page: Any) -> Any:
    monkeypatch.setattr(deleting, "add_twin", lambda *_asked: TWIN)
    monkeypatch.setattr(acting, "deletions", lambda *_asked: iter([None]))
    monkeypatch.setattr(acting, "press", lambda *_asked: None)
    return failure(lambda: deleting.expect_delete(sent(diff, **page)))


def test_a_deletion_that_removes_nothing_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    found = delete(monkeypatch, Diff((), (), ()))
    assert found.observed == "Après la suppression de « Lampe » : rien n'a été supprimé."
    assert found.help is not None and "WHERE" not in found.help


def test_a_row_that_was_just_added_and_stays_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acting, "deletions", lambda *_asked: iter([None]))
    monkeypatch.setattr(acting, "press", lambda *_asked: None)
    found = failure(lambda: deleting._expect_own_deleted(sent(Diff((), (), ())), ITEM, "/fiche.php?id=2"))
    assert found.observed.startswith("La ligne « Lampe » vient d'être ajoutée par le formulaire, dans la même visite")
    assert found.observed.endswith("la supprimer ne retire rien de la base.") and "session" in (found.help or "")
    more = Diff((), ({"id": 3}, {"id": 4}), ())
    found = failure(lambda: deleting._expect_own_deleted(sent(more), ITEM, "/fiche.php?id=2"))
    assert found.observed.endswith("la supprimer a supprimé 2 lignes.") and found.at == Rows()


def test_a_deletion_of_too_many_lines_is_the_matter_of_where(monkeypatch: pytest.MonkeyPatch) -> None:
    found = delete(monkeypatch, Diff((), ({"id": 3}, {"id": 4}), ()))
    assert found.observed == "Après la suppression de « Lampe » : 2 lignes supprimées (dont la bonne, id = 3)."
    assert found.help is None


def test_a_deletion_by_name_is_told_by_the_two_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    found = delete(monkeypatch, Diff((), ({"id": 3}, {"id": TWIN}), ()))
    assert found.observed == "Deux lignes portent le nom « Lampe » ; les deux sont parties."
    assert found.help is not None and "DELETE" in found.help and "identifiant" in found.help
    assert "recherche par le nom" in found.help and found.at == Rows()


def adds(monkeypatch: pytest.MonkeyPatch, diff: Any) -> Failed:
    for name in ("need_add_form", "send"):
        monkeypatch.setattr(adding, name, lambda *_asked, **_how: None)
    typed = forms.Draft("Lampe", "", "", "12,50", "01/02/2026", "")
    monkeypatch.setattr(adding, "draft", lambda *_asked, **_values: typed)
    monkeypatch.setattr(adding, "_values", lambda *_asked: {})
    made = sent(diff)
    made.words = SimpleNamespace(fields={"price": "Prix", "date": "Date"})
    return failure(lambda: adding.expect_added(made, name="Lampe"))


def test_an_addition_that_adds_nothing_does_not_send_to_a_new_row(monkeypatch: pytest.MonkeyPatch) -> None:
    found = adds(monkeypatch, Diff((), (), ()))
    assert "n'a rien ajouté" in found.observed and found.help == adding.NOT_ADDED
    assert adds(monkeypatch, Diff(({"id": 8}, {"id": 9}), (), ())).help is None, "the check's own"


@pytest.mark.parametrize(("doubled", "word"), [(1, "clé"), (2, "clé"), (3, "303"), (4, "clé"), (5, "dernière clé")])
def test_each_way_to_send_twice_has_its_own_remedy(monkeypatch: pytest.MonkeyPatch, doubled: int, word: str) -> None:
    """Who redirects already is not told to redirect."""
    right = (1, 2, 2, 2, 2)
    counts = iter((*right[: doubled - 1], right[doubled - 1] + 1))
    monkeypatch.setattr(adding, "_came_back", lambda _site: None)
    for name in ("fill", "draft", "sent_data", "cookie_header", "sender", "replay"):
        monkeypatch.setattr(adding, name, lambda *_asked, **_values: None)
    monkeypatch.setattr(adding, "need_add_form", lambda _site: SimpleNamespace(fields=()))
    monkeypatch.setattr(adding, "stored", lambda *_asked: [None] * next(counts))
    made = sent(Diff((), (), ()))
    vars(made.page).update(submit=lambda *_asked: None, submit_twice=lambda *_asked: None, reload=lambda: None)
    found = failure(lambda: adding.expect_single_row(made, "Lampe"))
    assert found.help is not None and word in found.help and "2 fois « Lampe »" in found.observed


@pytest.mark.parametrize(
    ("counts", "key", "told"),
    [
        ((1, 3, 3), "", adding.KEYLESS),
        ((1, 3, 3), "09d1c4", adding.TOO_LATE),
        ((1, 1, 2, 2, 2, 2), "", ""),
        ((1, 2, 2, 2, 2, 2), "09d1c4", ""),
    ],
)
def test_a_form_that_was_put_right_is_sent_by_a_double_click_as_well(
    monkeypatch: pytest.MonkeyPatch, counts: tuple[int, ...], key: str, told: str
) -> None:
    """One that is not stored at all once it is put right is another check's matter: a new form is sent in its place."""
    left, sent_twice = iter(counts), list[Any]()
    for name in ("fill", "draft", "sent_data", "cookie_header", "sender", "replay"):
        monkeypatch.setattr(adding, name, lambda *_asked, **_values: None)
    plain, back = (
        SimpleNamespace(fields=[SimpleNamespace(kind="hidden", name="cle", value=value)]) for value in ("7f3ab2", key)
    )
    monkeypatch.setattr(adding, "need_add_form", lambda _site: plain)
    monkeypatch.setattr(adding, "_came_back", lambda _site: back)
    monkeypatch.setattr(adding, "stored", lambda *_asked: [None] * next(left))
    made = sent(Diff((), (), ()))
    vars(made.page).update(
        submit=lambda *_asked: None, submit_twice=lambda form, _button: sent_twice.append(form), reload=lambda: None
    )
    if told:
        found = failure(lambda: adding.expect_single_row(made, "Lampe"))
        assert found.help == told and found.observed.startswith(
            "Revenu avec un message, corrigé, puis envoyé deux fois"
        )
    else:
        adding.expect_single_row(made, "Lampe")
    assert sent_twice == ([back, plain] if counts[1] == 1 else [back])


def test_a_second_form_that_is_filled_alike_is_another_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "stored", lambda *_asked: [None])
    found = failure(lambda: adding._expect_one(sent(Diff((), (), ())), "Lampe", [], "Envoyé deux fois", str, 1))
    assert "rempli comme le premier, n'a pas enregistré « Lampe »" in found.observed and found.help == adding.BY_KEY


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ({"cle": "7f3ab2"}, "« cle »"), ({"cle": "09d1c4"}, ""), ({"jeton": "a51e77", "cle": "7f3ab2"}, "« cle »"),
        ({}, ""), ({"n": "12"}, ""),
    ],
)  # fmt: skip
def test_who_has_a_key_that_is_never_looked_at_is_not_told_to_add_one(
    monkeypatch: pytest.MonkeyPatch, shown: dict[str, str], told: str
) -> None:
    def form(hidden: dict[str, str]) -> Any:
        return SimpleNamespace(
            fields=[SimpleNamespace(kind="hidden", name=name, value=value) for name, value in hidden.items()]
        )

    monkeypatch.setattr(adding, "need_add_form", lambda _site: form(shown))
    found = adding._known_again(site(), form({"cle": "09d1c4", "jeton": "a51e77", "n": "11"}))
    assert (told in found and "effacez-la" in found) if told else found == adding.KNOWN_AGAIN


@pytest.mark.parametrize(("dated", "told"), [(1, True), (2, False)])
def test_two_rows_of_one_date_are_told_to_be_settled_by_the_next_key(dated: int, told: bool) -> None:
    rows = {
        name: SimpleNamespace(name=name, date=date(2026, 9, day), key=lambda key, day=day: f"0{day}/09/2026")
        for name, day in (("Pain", 1), ("Brioche", dated))
    }
    made = site(look_for=lambda _name: None)
    made.rules = SimpleNamespace(order=(("date", "desc"), ("name", "asc")), page_size=2)
    made.stock = SimpleNamespace(by_name=lambda: rows, name_ranks=lambda: {"Brioche": 0, "Pain": 1})
    said = observed(lambda: made.expect_order(["Pain", "Brioche"]))
    assert said.startswith("À la place n° 1, « Pain »")
    assert said.endswith("Les deux ont « Date » : 01/09/2026. C'est « Nom » qui les départage.") == told


def test_a_place_of_a_later_page_is_told_with_its_page() -> None:
    names = ["Abricot", "Brioche", "Figue", "Datte"]
    rows = {name: SimpleNamespace(name=name, date=date(2026, 9, 1), key=lambda _key: "01/09/2026") for name in names}
    made = site(look_for=lambda _name: None)
    made.rules = SimpleNamespace(order=(("date", "desc"), ("name", "asc")), page_size=2)
    made.stock = SimpleNamespace(
        by_name=lambda: rows, name_ranks=lambda: {name: at for at, name in enumerate(sorted(names))}
    )
    said = observed(lambda: made.expect_order(names))
    assert said.startswith("À la place n° 3 (page 2, ligne 1), « Figue » est affiché avant « Datte »")


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (["Vélo BEFAGIC"], ""),
        (["Lit BÉFAG", "Pot béfag"], " Les majuscules sont bien ignorées ; les accents ne le sont pas."),
        ([], ""),
    ],
)
def test_a_search_that_minds_accents_only_says_so_and_names_the_rows_put_in(shown: list[str], told: str) -> None:
    names = ["Lit BÉFAG", "Pot béfag", "Sac BEFAG"]
    added = " La vérification a mis dans la base : « Lit BÉFAG », « Pot béfag » et « Sac BEFAG »."
    assert searches._which_writing("béfag", names, set(shown)) == told + added


@pytest.mark.parametrize(("forged", "expected", "advice"), [
    (hostile.Forged(), "La base ne change pas.", "Un jeton tiré au hasard"),
    (hostile.Forged("jeton"), "La base ne change pas.", "Votre formulaire porte un jeton (« jeton »), mais le serveur accepte"),
    (hostile.Forged("jeton", True), "Chaque visiteur a son jeton", "Votre jeton est le même pour tous"),
    (hostile.Forged("jeton", False), "Chaque visiteur a son jeton", "Le serveur doit comparer le jeton reçu"),
    (hostile.Forged("jeton", guessed=2), "La base ne change pas.", "Le jeton n'est comparé que sur une partie"),
    (hostile.Forged("jeton", changed=True), "Le serveur refuse un jeton changé", "Regarder d'où vient l'envoi"),
])  # fmt: skip
def test_a_token_of_another_visitor_that_was_enough_is_told(forged: hostile.Forged, expected: str, advice: str) -> None:
    victim = site()
    victim.db = SimpleNamespace(compare=lambda _old, _new, caption="": Diff(removed=({"id": 3},)))
    victim.stock = SimpleNamespace(rows=lambda _table: [])
    found = failure(lambda: forgery._expect_forged_refused(victim, {"objets": [{"id": 3}]}, "suppression", forged))
    without = " sans le jeton « jeton »" if forged.token else ""
    if forged.guessed:
        without = " avec les 2 premières lettres du jeton « jeton »"
    with_token = ", avec le jeton pris dans la page d'un autre visiteur" if forged.shared is not None else without
    doing = "Après un formulaire de suppression envoyé depuis un autre site"
    if forged.changed:
        doing, with_token = (
            "Après un formulaire de suppression envoyé depuis votre page, son jeton « jeton » changé (touche F12)",
            "",
        )
    assert found.observed == f"{doing}{with_token}, la table objets a changé : 1 ligne supprimée."
    assert found.expected.startswith(expected) and (found.help or "").startswith(advice)
    assert found.at == Rows(), "neither a picture nor a page shows it"


def test_an_error_that_the_program_wrote_in_its_journal_just_now_is_said_first() -> None:
    entry = "[%a %b %d %H:%M:%S.000000 %Y] [php:notice] DivisionByZeroError: Division by zero in /srv/app/index.php:15"
    for age, known in ((0, True), (60, False)):
        journal = time.strftime(entry, time.localtime(time.time() - age)) + "\\nStack trace:\\n#0 {main}"
        stopped = site("Service indisponible", 503, "/", f"[x] avant\n{journal}")
        found = failure(lambda made=stopped: made.expect_decent(503, "Service indisponible", "Quand la table est vide"))
        said = (
            "le programme s'arrête sur une erreur, que dit son journal : « DivisionByZeroError: Division by zero in "
            "index.php:15 ». Le visiteur reçoit le code 503."
        )
        assert (found.observed == f"Quand la table est vide, {said}") is known
        assert ("Cherchez la ligne que nomme le message" in (found.help or "")) is known
        assert "code" in found.expected or "phrase" in found.expected


def test_a_list_that_stops_is_no_empty_list() -> None:
    journal = FLASK.replace("/ajouter [GET]", "/ [GET]")
    stopped = site("Internal Server Error", 500, "/", journal, _beside=None)
    stopped.read = lambda _also=(): SimpleNamespace(entries=[], beside=())
    found = failure(lambda: stopped.home(doing="Avec mille lignes dans la table"))
    said = "Avec mille lignes dans la table, le programme s'arrête sur une erreur, que dit son journal : « "
    assert found.observed.startswith(said) and "app.py, ligne" in found.observed
    stopped.page.status, stopped.page.text = 200, "Aucun objet"
    assert stopped.home().entries == []


def test_a_window_at_load_is_told_with_its_line() -> None:
    def opens(_address: str) -> None:
        raise failed(Cause.DIALOG, "« Bienvenue »")

    source = "<body>\n<script>alert('Bienvenue')</script>"
    files = SimpleNamespace(repaired=False, paths=lambda *_: ["menu.php"], text=lambda _path: source)
    made = site(files=files)
    made.page.open = opens
    found = failure(made._expect_quiet)
    assert found.observed.endswith(
        "(« Bienvenue »). Elle s'ouvre toute seule, au chargement. L'appel est dans menu.php, ligne 2."
    )
    assert found.help == "Retirez cet appel de menu.php, ligne 2, et écrivez son message dans la page."
    assert [edit.becomes for edit in found.repair] == ["void"]
    made.files = SimpleNamespace(repaired=False, paths=lambda *_: [], text=str)
    assert "alert(…)" in (failure(made._expect_quiet).help or "")


def test_a_file_of_settings_is_told_by_its_kind() -> None:
    env = "les réglages de la base, dont un mot de passe"
    unread, read = (
        site(files=SimpleNamespace(paths=lambda *_: ["a.php"], text=lambda _path, said=said: said))
        for said in ("", ".env")
    )
    assert (quality._closing(unread, {"/.env": env}) or "").startswith(
        "Aucun de vos programmes ne nomme .env : supprimez-le."
    )
    assert "mot de passe qui y est écrit" in (quality._closing(unread, {"/.env": env}) or "")
    assert '<Files ".env">' in (quality._closing(read, {"/.env": env}) or "")
    assert quality._closing(unread, {"/base.sql": "les données de la base"}) is None, (
        "the check's own words are about copies"
    )


def test_a_message_below_a_heading_is_quoted_without_it() -> None:
    source = "<h1>Erreur</h1><p>Erreur de la base : SQLSTATE[HY000] [4151] Access denied</p>"
    made = site()
    vars(made.page).update(status=200, source=source)
    found = failure(lambda: quality._expect_outage_told(made, "la page /", "/", ""))
    assert "« Erreur de la base : SQLSTATE" in found.observed


def test_a_text_that_is_escaped_twice_is_not_told_to_escape_once_more() -> None:
    kept: list[str] = []
    shown = site("&lt;b&gt;")
    shown.page.keep_source = lambda: kept.append(shown.page.url)
    found = failure(lambda: hostile.expect_literal(shown, "<b>", "Dans la liste"))
    assert kept == ["/"], "the page whose source is kept"
    assert found.help is not None and "une seule fois" in found.help


# -- words


def test_what_runs_is_quoted_and_what_is_shown_once_is_the_message() -> None:
    """The second answer has it no more: the page that is kept is the one in which it ran."""
    page = '<main>\n    <p class="annonce">« Lit<svg onload=import(`/c5`)> » est ajouté</p>\n<h1>Lit</h1>'
    for again, told in (("<h1>Lit</h1>", "Dans le message"), (page, "Après l'ajout")):
        made, kept = (
            site(http=SimpleNamespace(get=lambda _at, again=again: SimpleNamespace(readable=again))),
            list[str](),
        )
        vars(made.page).update(
            source=page, executed=lambda _mark: True, payload=lambda _mark: "<svg onload=import(`/c5`)>",
            markup=lambda _mark: "<b title=c5>x</b>", spread=lambda html, _mark: html, keep_source=kept.append,
        )  # fmt: skip
        found = failure(lambda: hostile.expect_inert(made, "x", "Après l'ajout", once="Dans le message"))  # noqa: B023
        assert found.observed == (
            f"{told}, un texte qui contient du HTML est exécuté par le navigateur. La page reçue contient : "
            '« <p class="annonce">« Lit<svg onload=import(`/c5`)> ».'
        )
        assert kept == ["<svg onload=import(`/c5`)"] and (found.help == hostile.IN_MESSAGE) is (again != page)


def test_a_label_that_is_hidden_is_not_told_to_be_added(monkeypatch: pytest.MonkeyPatch) -> None:
    field = SimpleNamespace(
        visible=True, labelled=False, label="Rechercher", aria="", placeholder="", name="q", kind="text"
    )
    made = site()
    made.page.forms, tags = lambda: [SimpleNamespace(entries=[field])], [['<span class="lecteur">'], []]
    made.page.script = lambda *_asked, **_kind: tags.pop(0)
    monkeypatch.setattr(adding, "need_add_form", lambda _site: None)
    found = failure(lambda: adding.expect_labels(made, {}))
    assert found.observed == (
        "Sur la page du formulaire d'ajout, une étiquette est écrite dans le code, mais cachée : personne ne la voit. C'est "
        '« Rechercher » (« <span class="lecteur"> »).'
    )
    assert "Reliez" not in (found.help or "") and "CSS" in (found.help or "")
    field.label, field.aria = "", "Chercher"
    assert "« Chercher » (aria-label, que personne ne voit)" in observed(lambda: adding.expect_labels(made, {}))


def test_a_form_that_shows_0_where_nothing_is_noted_says_so() -> None:
    assert editing._filled("Prix", "0", "") == "« Prix » montre « 0 », et la base contient NULL (rien)"
    assert editing._filled("Prix", "", "12,00 €") == "« Prix » est vide, et la base contient « 12,00 € »"
    assert editing._filled("Prix", None, "") == "« Prix » n'est pas dans le formulaire, et la base contient NULL (rien)"


def test_lacking_facts_are_a_list_and_who_has_the_page_is_not_told_to_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    notice = import_grader(GRADER, "notice")
    lacks = ["son téléphone", "la rue de l'hébergeur"]
    monkeypatch.setattr(notice, "legal_link", lambda _site: SimpleNamespace(href="/mentions.php"))
    monkeypatch.setattr(notice, "missing_facts", lambda *_asked: lacks)
    found = failure(lambda: notice.expect_legal_notice(site(organisation=None)))
    lead = "Sur la page des mentions légales, on ne trouve pas"
    assert found.observed == f"{lead} 2 informations :\n- son téléphone\n- la rue de l'hébergeur"
    assert found.help is not None and found.help.startswith("La page et son lien sont là.")
    del lacks[1]
    assert observed(lambda: notice.expect_legal_notice(site(organisation=None))) == f"{lead} son téléphone."


def test_the_errors_of_nu_keep_their_tags_in_every_report(tmp_path: Path) -> None:
    english = "Element “section” not allowed as child of element “ul” in this context. (Suppressing further errors.)"
    stray = "Stray end tag “section”."
    messages = [Message(4, in_french(text), text) for text in (english, stray)]
    checker = SimpleNamespace(check=lambda _text, _where: messages)
    broken = site(memo={"further": "{}"})
    vars(broken.page).update(source="<ul>", status=200, open=lambda _address: None)
    quality_main, quality.main_pages = quality.main_pages, lambda *_asked: {"la page /": "/"}
    try:
        found = failure(lambda: quality.expect_valid(broken, checker))
    finally:
        quality.main_pages = quality_main
    assert found.observed == (
        "Le code de la page / a 2 erreurs :\n"
        "- ligne 4 : La balise <section> n'a pas le droit d'être dans <ul> (« Element “section” not allowed as child of "
        "element “ul” in this context. (Suppressing further errors.) »)\n"
        "- ligne 4 : Balise fermante </section> de trop (« Stray end tag “section” »)"
    )
    lab = sample_lab()
    payload = sample_payload("SNO-01", lab, {"html-valide": Outcome.FAILED})
    next(check for check in payload["checks"] if check["id"] == "html-valide")["observed"] = found.observed
    source = render_learner(payload, lab, out=tmp_path)
    assert "La balise &lt;section&gt; n&#39;a pas le droit" in source and "fermante &lt;/section&gt; de trop" in source
    page = Page(source)
    assert "La balise <section> n'a pas le droit d'être dans <ul>" in page.text
    assert "<section>" in said(found.observed), "on the screen too"


def test_a_link_that_deletes_is_the_matter_of_post(monkeypatch: pytest.MonkeyPatch) -> None:
    linked = leading(monkeypatch, "", gone=True)
    kept: list[Any] = []
    linked.stock = SimpleNamespace(raw=list, since=kept.append, put_back=kept.append)
    linked.page.script = lambda _script, link, **_kind: (kept.append(link), "modifier.php?a=1&b=2")[1]
    linked.page.keep_source = kept.append
    found = failure(lambda: list(acting.deletions(linked, ITEM, "/fiche.php?id=3")))
    assert found.observed == "Sur la fiche, le lien « Supprimer » (/modifier.php) a suffi à supprimer « Lampe »."
    assert found.help is not None and "WHERE" not in found.help and "en POST" in found.help
    assert kept == [[], [], "/modifier.php", "modifier.php?a=1&amp;b=2"], (
        "the rows, the link in sight, and in the source"
    )


OBJETS = ({"id": 3, "prix": 10}, {"id": 4, "prix": 20})


def follows(
    linked: dict[str, tuple[Any, ...]],
    memo: dict[str, str],
    sent_to: dict[str, tuple[Any, ...]] | None = None,
    after: str = "",
    **named: tuple[Any, ...],
) -> Failed:
    """The failure of links of ``/`` that leave these rows, after each other; `named`: what each page names besides.

    `sent_to`: where its forms are sent by POST; `after`: the link that is on the page after an act alone.
    """
    sent_to = sent_to or {}
    rows = [OBJETS]
    asked: list[str] = []

    besides = {f"/{name}": left for name, left in named.items()}

    def get(address: str, sent_from: str = "") -> Any:
        asked.append(address)
        rows.append((linked | besides | sent_to).get(address, rows[-1]))
        return SimpleNamespace(readable="", url=address)

    def compare(before: Any, after: Any) -> Diff:
        old, new = ({row["id"]: row for row in some} for some in (before, after))
        gone = tuple(row for number, row in old.items() if number not in new)
        return Diff((), gone, tuple(number for number in new if old[number] != new[number]))

    made = site(
        memo=memo,
        files=None,
        linked=list,
        shuffled=lambda _purpose, some: list(some),
        db=SimpleNamespace(compare=compare),
    )
    made.page.links = lambda: [SimpleNamespace(href=link) for link in linked if link != after]
    made.page.forms = lambda: [SimpleNamespace(method="post", index=0, action=action, fields=()) for action in sent_to]
    made.stock = SimpleNamespace(
        snapshot=lambda: {"objets": list(rows[-1])},
        sums=lambda: [repr(rows[-1])],
        tables={"item": "objets"},
        put_back=lambda _rows: None,
        replace=lambda before: rows.append(tuple(before["objets"])),
    )
    made.http = SimpleNamespace(get=get)
    made.visitors, made.draws = lambda _why: [get, get], Draws("0")
    made.drawn = SimpleNamespace(foreign="https://www.example.org/")
    opened: list[str] = []
    made.page.open, made.page.script = opened.append, lambda *_asked, **_kind: ""
    made.page.awaited, made.page.roam = lambda: list(besides), lambda: False
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "_after_acts", lambda _site: {after: "/"} if after else {})
        found = failure(lambda: links.expect_links_harmless(made))
    assert opened[-1] == "/" and set(opened[:-1]) == set(linked), (
        "the page of the link, not the last one that was visited"
    )
    return found


@pytest.mark.parametrize(
    ("links", "known", "told", "because"),
    [
        (
            {"/effacer?n=3": OBJETS[1:], "/mentions": OBJETS[1:]}, True,
            "Suivre le lien /effacer?n=3, sur la page /, a changé la table objets : 1 ligne supprimée.", ["suppression"],
        ),
        (
            {"/effacer?n=3": OBJETS[1:]}, False,
            "Suivre le lien /effacer?n=3, sur la page /, a changé la table objets : 1 ligne supprimée.", [],
        ),
        (
            {"/vider": ()}, True,
            "Suivre le lien /vider, sur la page /, a changé la table objets : 2 lignes supprimées.", [],
        ),
        (
            {"/effacer?n=3": OBJETS[1:], "/solde": ({"id": 4, "prix": 18},)}, True,
            "Suivre le lien /solde, sur la page /, a changé la table objets : 1 ligne modifiée. Autres liens qui changent "
            "la base : 1.", [],
        ),
    ],
)  # fmt: skip
def test_a_link_that_changes_rows_is_named_and_a_deletion_told_before_costs_once(
    links: dict[str, tuple[Any, ...]], known: bool, told: str, because: list[str]
) -> None:
    found = follows(links, {"delete-link": ""} if known else {})
    assert (found.observed, list(found.because)) == (told, because)


def test_a_link_of_the_page_after_an_act_is_followed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "own_texts", lambda _files: {})
    monkeypatch.setattr(hostile, "shown_in", lambda *_asked: "")
    found = follows({"/mentions": OBJETS[1:], "/annuler?n=3": OBJETS[1:]}, {}, after="/annuler?n=3")
    assert found.observed == (
        "Suivre le lien /annuler?n=3, sur la page /, telle qu'elle vient après un envoi, a changé la table objets : 1 ligne supprimée."
    )


@pytest.mark.parametrize("also", ["refusal", "change", "deletion"])
def test_pages_after_an_addition_and_one_more_act_give_their_links(monkeypatch: pytest.MonkeyPatch, also: str) -> None:
    """What fails leaves the others: a site may have no form yet."""
    did: list[str] = []
    made = site(draws=SimpleNamespace(of=lambda _why: SimpleNamespace(one=lambda _acts: also)))
    made.linked = lambda: [SimpleNamespace(name="Lampe", href="/f")]
    made.stock = SimpleNamespace(by_name=lambda: {"Lampe": ITEM})
    made.page.links = lambda: [SimpleNamespace(href=f"/{did[-1]}")]
    monkeypatch.setattr(links, "need_add_form", lambda _site: None)
    monkeypatch.setattr(links, "item_form", lambda _site: None)
    monkeypatch.setattr(links, "draft", lambda _site, name="addition": name or "refusal")
    monkeypatch.setattr(links, "changed_draft", lambda *_asked: "change")
    monkeypatch.setattr(links, "send", lambda _site, _form, typed: did.append(typed))
    monkeypatch.setattr(acting, "find_edit_form", lambda *_asked: None)
    monkeypatch.setattr(acting, "deletions", lambda *_asked: iter([None]))
    monkeypatch.setattr(acting, "press", lambda *_asked: did.append("deletion"))
    assert links._after_acts(made) == {"/addition": "/", f"/{also}": "/"} and len(did) == 2

    def lacks(_site: Any) -> Any:
        raise Failed("Aucun formulaire.", "Un formulaire.")

    monkeypatch.setattr(links, "need_add_form", lacks)
    assert links._after_acts(made) == ({} if also == "refusal" else {f"/{also}": "/"})


def test_what_a_page_names_besides_its_links_is_asked_for_and_told_so() -> None:
    found = follows({"/mentions": OBJETS}, {}, compteur=({"id": 4, "prix": 18},))
    assert found.observed == (
        "La page / ou sa feuille de style nomme l'adresse /compteur ; la demander, comme fait un navigateur, a changé la "
        "table objets : 1 ligne supprimée et 1 ligne modifiée."
    )
    assert found.help is not None and "programme qui répond à /compteur" in found.help


def test_the_address_of_a_form_is_typed_and_told_so() -> None:
    found = follows({"/mentions": OBJETS[1:]}, {}, {"/effacer?n=3": OBJETS[1:]})
    assert found.observed == (
        "L'adresse /effacer?n=3 est celle que dit action, dans un formulaire de la page / ; la taper dans la barre d'adresse a "
        "changé la table objets : 1 ligne supprimée."
    )
    assert found.help is not None and "programme qui répond à /effacer," in found.help


@pytest.mark.parametrize(("kind", "sent_by"), [("date", "un programme"), ("text", "")])
def test_an_impossible_day_is_said_and_who_may_send_it(
    monkeypatch: pytest.MonkeyPatch, kind: str, sent_by: str
) -> None:
    typed: list[Any] = []
    draft = forms.Draft("Lampe", "Jeux", "Cave", "abc", adding.IMPOSSIBLE, "")
    monkeypatch.setattr(adding, "draft", lambda *_asked, **_values: draft)
    monkeypatch.setattr(adding, "field_of", lambda *_asked: SimpleNamespace(kind=kind))
    monkeypatch.setattr(adding, "message_near", lambda *_asked: "")
    for name in ("need_add_form", "refused_form"):
        monkeypatch.setattr(adding, name, lambda *_asked, **_more: None)
    monkeypatch.setattr(adding, "send", lambda _site, _form, values: typed.append(values.date))
    made = site(drawn=SimpleNamespace(no_day=(30, 2), day=date(2024, 5, 1), refused="Lampe"))
    made.stock = SimpleNamespace(snapshot=dict)
    found = failure(lambda: adding.expect_messages(made, "date impossible ({day})", ("date",), date=adding.IMPOSSIBLE))
    assert found.observed == "Avec date impossible (le 30/02/2024), rien n'apparaît près de : Date d'arrivée."
    assert typed == ["2024-02-30" if sent_by else "30/02/2024"]
    assert found.help is not None and "checkdate" in found.help and (sent_by or "Ce jour") in found.help


def test_a_silent_field_is_told_with_what_is_wrong_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "draft", lambda *_asked, **_values: forms.Draft("", "", "", "-5", "", ""))
    monkeypatch.setattr(adding, "message_near", lambda _site, _form, _blank, kind: "" if kind == "price" else "Vide")
    for name in ("need_add_form", "refused_form", "field_of", "send"):
        monkeypatch.setattr(adding, name, lambda *_asked, **_more: None)
    made = site(drawn=SimpleNamespace(refused="Lampe"), stock=SimpleNamespace(snapshot=dict))
    made.words = SimpleNamespace(
        fields=dict.fromkeys(("name", "category", "place", "date"), "Nom") | {"price": "Prix en euros"}
    )
    found = failure(lambda: adding.expect_messages(made, "prix négatif", ("name", "price"), price="-5"))
    assert found.help == (
        "Sur le serveur, refusez aussi un prix négatif, avec un message à côté du champ, même quand un autre champ est faux."
    )


def test_the_picture_of_a_refused_form_is_that_of_its_first_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    def quietly(_site: Any, doing: str, *_asked: Any, **_values: Any) -> None:
        sent.append(doing)
        raise Failed(doing, "Rien.")

    monkeypatch.setattr(adding, "expect_messages", lambda *_asked, **_values: None)
    monkeypatch.setattr(adding, "refuse_quietly", lambda *_asked, **_values: None)
    monkeypatch.setattr(adding, "expect_too_long_refused", lambda made: quietly(made, "Avec un nom trop long"))
    monkeypatch.setattr(adding, "expect_long_name_stored", lambda _site: None)
    made = site(drawn=SimpleNamespace(negative="-5", lettered="abc", precise="12,309"), draws=Draws("0"))
    assert failure(lambda: adding.expect_all_refused(made)).observed == "Avec un nom trop long"
    assert sent == ["Avec un nom trop long"] * 2, "sent once more: the page now open shows it"


@pytest.mark.parametrize("stores", ["", "nom", "prix", "jour", "rayon"])
def test_a_single_mistake_that_is_stored_is_told_and_each_is_sent_alone(
    monkeypatch: pytest.MonkeyPatch, stores: str
) -> None:
    right = {"nom": "Lampe", "prix": "12,50", "jour": "2025-03-09", "rayon": "4", "cle": "k0"}
    names = {"name": "nom", "price": "prix", "date": "jour", "category": "rayon"}
    posted: list[dict[str, str]] = []
    rows: list[str] = []

    def post(_action: str, data: Any, **_how: Any) -> Any:
        posted.append(dict(data))
        rows.extend(["a row"] if stores and dict(data).get(stores) != right[stores] else [])
        said = "" if posted[-1]["jour"] != right["jour"] else "Cette valeur ne convient pas."
        source = f"<p>Ajouter {said}</p><form><input type=hidden name=cle value=k{len(posted)}></form>"
        return SimpleNamespace(status=200, readable=source)

    fields = {
        kind: SimpleNamespace(
            name=name, kind="date" if kind == "date" else "select", options=[SimpleNamespace(value="")]
        )
        for kind, name in names.items()
    }
    form = SimpleNamespace(
        action="/ajouter", method="post", index=0, fields=[SimpleNamespace(kind="hidden", name="cle")]
    )
    monkeypatch.setattr(adding, "item_form", lambda _site: form)
    monkeypatch.setattr(adding, "field_of", lambda _site, _form, kind: fields.get(kind))
    monkeypatch.setattr(adding, "sent_data", lambda *_asked: list(right.items()))
    for name in ("fill", "draft"):
        monkeypatch.setattr(adding, name, lambda *_asked, **_values: None)
    shown = dict[str, tuple[str, dict[str, str]]]()
    monkeypatch.setattr(
        adding, "expect_messages", lambda _site, doing, kinds, **one: shown.update({kinds[0]: (doing, one)})
    )
    draw = SimpleNamespace(
        one=lambda kinds: kinds[0], between=lambda low, _high: low, some=lambda kinds, count: kinds[:count]
    )
    made = site(shuffled=lambda _why, some: list(some), draws=SimpleNamespace(of=lambda _why: draw))
    made.words = SimpleNamespace(fields={"category": "Rayon"})
    made.drawn = SimpleNamespace(refused="", negative="-5", lettered="abc", no_february=(30, 2), day=date(2024, 5, 1),
                                 whole="15", unknown="branou")  # fmt: skip
    newcomer = SimpleNamespace(get=lambda _address: SimpleNamespace(readable="<p>Ajouter</p>"))
    made.http = SimpleNamespace(post=post, session=lambda: newcomer)
    made.db = SimpleNamespace(compare=lambda before, after, **_how: Diff(tuple(after[len(before) :]), (), ()))
    made.stock = SimpleNamespace(snapshot=lambda: {"objets": list(rows)}, rows=lambda _table: list(rows))
    if not stores:
        adding.expect_each_refused_alone(made)
        wrong = [{name for name in right if one[name] != right[name]} - {"cle"} for one in posted]
        assert wrong == [{"nom"}, {"prix"}, {"jour"}, {"rayon"}], "one at a time"
        assert [one["cle"] for one in posted] == ["k0", "k1", "k2", "k3"], "each with the key that came last"
        assert shown == {
            "category": ("une liste sans choix dans « Rayon » pour seule faute", {"category": ""}),
            "date": ("une date impossible ({day}) pour seule faute", {"date": adding.IMPOSSIBLE}),
        }, "a drawn one, and the one of which the answer said nothing"
        return
    found = failure(lambda: adding.expect_each_refused_alone(made))
    said = {
        "nom": "Avec un nom fait d'espaces",
        "prix": "Avec un prix négatif",
        "jour": "Avec une date impossible (le 30/02/2024)",
    }
    assert found.observed == (
        f"{said.get(stores, 'Sans choix dans « Rayon »')} pour seule faute, la table objets a changé : 1 ligne ajoutée."
    )
    assert found.at == Rows() and "un seul" in (found.help or "")


LINKED_ITEM = SimpleNamespace(
    id=7, name="Lampe", category="Éclairage", category_id=4, place="Fournil", place_id=31, price=None, date=date(2026, 3, 9),
    description=None,
)  # fmt: skip
FICHE = "Lampe\nType\nÉclairage\nCuisine\n31\nDate\n09/03/2026\n"


def the_page(text: str, status: int = 200) -> Any:
    """A site whose item page is open."""
    made = site(text, status, "/fiche.php?id=7", open_item=lambda _entry: None, entry=lambda _name: None)
    made.page.headings = lambda _level: ["Lampe"]
    titles = {"category": "Type", "place": "Cuisine", "price": "Prix", "date": "Date"}
    made.words = SimpleNamespace(fields={}, columns=titles, of_the_item="du plat")
    return made


@pytest.mark.parametrize(
    ("text", "told", "advice"),
    [
        (FICHE, "sous « Cuisine », on lit « 31 » là où on attend « Fournil ».", columns.JOIN),
        (FICHE.replace("31", "Salle"), "sous « Cuisine », on lit « Salle » là où on attend « Fournil ».", "chacun de ses titres"),
        (FICHE.replace("Cuisine\n31\n", ""), "on ne trouve pas : Cuisine.", "chacun de ses titres"),
    ],
)  # fmt: skip
def test_what_stands_in_the_place_of_a_value_is_quoted_and_the_page_opens(text: str, told: str, advice: str) -> None:
    made = the_page(text)
    found = failure(lambda: items.expect_item_page(made, LINKED_ITEM))
    assert found.observed == f"Sur la page de « Lampe », {told}" and advice in (found.help or "")
    items.expect_openable(made)


def test_a_page_that_does_not_open_is_told_once() -> None:
    made = the_page("Erreur", 404)
    assert "code 404" in failure(lambda: items.expect_item_page(made, LINKED_ITEM)).observed
    assert failure(lambda: items.expect_openable(made)).because == ("fiche-complete",)
    items.expect_openable(site())


def test_an_address_that_moves_is_told_with_what_it_showed_and_all_that_was_done() -> None:
    gone, item = SimpleNamespace(name="Vélo"), SimpleNamespace(id=3, name="Lampe")
    said = ["Lampe d'Odile", "Vase"]
    answer = lambda _href: SimpleNamespace(status=200, text=said[0] if len(said) > 1 else said[-1])  # noqa: E731
    made = site(
        drawn=SimpleNamespace(readdressed="Lampe d'Odile"),
        listed_items=lambda _count: [gone, item],
        entry=lambda _name: SimpleNamespace(href="/fiche.php?rang=14"),
        http=SimpleNamespace(session=lambda: SimpleNamespace(get=answer)),
    )
    made.words = SimpleNamespace(fields={}, columns={"price": "Prix"}, the_item="la lampe")
    made.page.headings = lambda _level: ["Vase"]
    made.stock = SimpleNamespace(
        columns={"item": {"id": "id"}},
        change=lambda *_asked, **_values: None,
        remove=lambda _item: said.pop(0),
        ahead=lambda: {"price": 5},
    )
    found = failure(lambda: items.expect_stable_address(made))
    assert found.observed == (
        "Dans la base, une autre ligne (« Vélo ») a été supprimée, et « Lampe d'Odile » a changé de « Prix » : la place de chacun "
        "dans la liste n'est plus la même. L'adresse /fiche.php?rang=14 montrait « Lampe d'Odile » ; maintenant, elle montre "
        "« Vase »."
    )
    assert found.expected == "La même adresse montre toujours la lampe."


@pytest.mark.parametrize(("said", "help_"), [("No data available in table", True), ("", False)])
def test_a_sentence_in_english_is_only_to_be_put_in_french(said: str, help_: bool) -> None:
    texts = ["Lampe\nVélo", said]
    made = site(stock=SimpleNamespace(clear=lambda: texts.pop(0)))
    made.page = SimpleNamespace(status=200, open=lambda _address: setattr(made.page, "text", texts[0]))
    found = failure(lambda: lists.expect_empty_sentence(made))
    assert (found.help == "Le cas est déjà prévu : écrivez cette phrase en français.") is help_


def test_titles_that_are_missing_are_listed_as_french_lists() -> None:
    listing = SimpleNamespace(headers=["Nom"], entries=[SimpleNamespace(text="Lampe")])
    made = site(stock=SimpleNamespace(by_name=dict))
    made.home = lambda: listing
    made.page.script = lambda *_asked, **_kind: [["", ""], ["", ""]]
    found = failure(lambda: columns.expect_columns(made))
    assert found.observed == "On ne trouve pas ces titres dans la liste : « Prix » et « Date »."
    made.page.script = lambda *_asked, **_kind: [["", ""], ['<span class="lecteur">', "Le"]]
    found = failure(lambda: columns.expect_columns(made))
    assert found.observed.endswith('caché par « <span class="lecteur"> » ; à sa place, on lit « Le ».') and found.help
    assert found.expected == "Les titres : Nom, Prix et Date."


def test_nobody_is_told_of_a_file_of_their_own_that_they_do_not_have() -> None:
    [known] = explain(["ModuleNotFoundError: No module named 'flask_mysqldb'"])
    assert "app.py" not in known.look
    assert known.look == (
        "Est-ce une faute de frappe ? Une bibliothèque doit être nommée dans l'énoncé : les autres ne sont pas installées "
        "sur le serveur. Si c'est un de vos fichiers, rendez-le avec celui qui l'importe, dans le même dossier."
    )


def not_joined(text: str, rows: int) -> Failed:
    seen = site(text, words=SimpleNamespace(items="plats", no_item="aucun plat"))
    seen.page.look = lambda *_asked, **_kind: rows
    seen._failed = lambda observed, _message, expected, help: Failed(observed, expected, help)
    return seen._not_joined(83, ())


def test_a_home_page_without_rows_is_quoted_and_another_list_is_not_a_cut_one() -> None:
    found = not_joined("Bienvenue. Lignes trouvées dans la base : 83.", 0)
    said = "La page / n'affiche encore aucun plat. La page elle-même écrit : « Bienvenue. Lignes trouvées dans la base : 83. »."
    assert found.observed == said and found.help == visitor.NO_LOOP
    found = not_joined("Tarte aux poires", 12)
    said = "La page / montre une liste, mais ce ne sont pas les 83 plats de la base de vérification."
    assert found.observed == said and found.help == visitor.OTHER_ROWS


# -- a token that is the same for all is told as such, whatever stands beside the button


def test_a_forged_deletion_that_works_is_told_before_any_other_link_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"objets": [{"id": 3}]}
    item = SimpleNamespace(id=3, name="Vélo")

    def expect_unchanged(before: Any, doing: str, **_: Any) -> None:
        if rows != before:
            raise Failed(observed=f"{doing}, la table objets a changé.", expected="Rien.", help="Un jeton.")

    def deletions(*_: Any) -> Any:
        yield SimpleNamespace(form=None, button=SimpleNamespace(index=0))
        if not rows["objets"]:
            raise Failed(observed="Suivre un lien (GET) a suffi à supprimer « Vélo ».", expected="")

    victim = site(
        stock=SimpleNamespace(snapshot=lambda: {name: list(kept) for name, kept in rows.items()}),
        entry=lambda _name: SimpleNamespace(href="/fiche?id=3"),
        expect_unchanged=expect_unchanged,
    )
    victim.page.url, victim.db = "/", SimpleNamespace(witness=lambda: None)
    victim.shuffled, victim.as_at_home = lambda _purpose, both: list(both), lambda: None
    monkeypatch.setattr(forgery, "well_filled", lambda *_: [item, item])
    monkeypatch.setattr(forgery, "sent_data", lambda *_: [])
    monkeypatch.setattr(forgery.acting, "deletions", deletions)
    monkeypatch.setattr(forgery.hostile, "forged_post", lambda *_: rows["objets"].clear() or hostile.Forged())
    monkeypatch.setattr(forgery, "_expect_forged_edit_refused", lambda _site: None)
    found = failure(lambda: forgery.expect_forgery_refused(victim))
    assert found.observed.startswith("Après un formulaire de suppression envoyé depuis un autre site, la table")

    def forged(_site: Any) -> None:
        raise Failed("Après un formulaire de modification envoyé.", "Rien.", at=Rows())

    rows["objets"] = [{"id": 3}]
    monkeypatch.setattr(forgery, "_expect_forged_edit_refused", forged)
    both = failure(lambda: forgery.expect_forgery_refused(victim))
    assert both.observed.startswith(
        "2 envois sont acceptés, qui devraient être refusés :\n- Après un formulaire de suppr"
    )
    assert both.observed.endswith("\n- Après un formulaire de modification envoyé.") and both.help == "Un jeton."


# -- two values under each other's title


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Rayon\nJouets\nCommune\nLyon\nDate\n09/03/2026", ""),
        ("Rayon\nLyon\nCommune\nJouets", "« Lyon » sous le titre « Rayon », et « Jouets » sous « Commune »"),
        ("Commune : Jouets\nPrix : 12,50 €\nRayon : Lyon", "« Lyon » sous le titre « Rayon »"),
        ("Prix\t09/03/2026\nDate :\t12,50 €", "« 12,50 € » sous le titre « Date », et « 09/03/2026 » sous « Prix »"),
        ("Rayon\tCommune\nLyon\tJouets", ""),
        ("Voir aussi : Lyon\nRayon Lyon, commune Jouets", ""),
        ("Rayon\nJouets de Lyon\nCommune\nLyon, près de Jouets", ""),
    ],
)
def test_values_that_have_changed_places_are_told(text: str, told: str) -> None:
    titles = {"name": "Nom", "category": "Rayon", "place": "Commune", "price": "Prix", "date": "Date"}
    words = SimpleNamespace(columns=titles, fields=titles)
    row = SimpleNamespace(category="Jouets", place="Lyon", price=Decimal("12.5"), date=date(2026, 3, 9))
    look = partial(columns.expect_own_titles, site(words=words), text, row, "La page de « Vélo »")
    if told:
        assert told in failure(look).observed
    else:
        look()


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("Accueil Ajouter un objet\nMentions légales", False),
        ("Accueil Ajouter un objet\nL'objet est ajouté.", True),
        ("Accueil Ajouter un objet\nEnregistrement effectué", True),
        ("Accueil Ajouter un objet\nMerci !", True),
        ("Accueil Ajouter un objet\nMerci de votre visite", False),
        ("Accueil Ajouter un objet\nÉnorme vélo", True),
    ],
)
def test_an_addition_is_confirmed_by_words_that_the_form_has_not(text: str, done: bool) -> None:
    frame = "Accueil Ajouter un objet\nMerci de votre visite"
    confirm = partial(adding._expect_confirmed, site(text), "Énorme vélo", frame)
    if done:
        confirm()
    else:
        assert failure(confirm).observed == "Après l'ajout, la page affichée ne dit rien de la nouvelle ligne."


# -- one cause is told once


def test_what_stops_an_item_s_page_is_told_by_it_alone() -> None:
    def because(before: str, shown: str = PARSE) -> Any:
        one = site(shown, path="/fiche.php", memo={"item-stopped": site(before).crash()})

        def expect() -> None:
            with one.told_by_items():
                raise Failed("Après l'ajout, la page s'arrête.", "Une page.")

        return failure(expect).because

    assert because(PARSE) == ("fiche-complete",)
    assert because("Lampe") == because(PARSE, "Bonjour") == because("", "") == ()


def test_a_disorder_may_be_that_of_another_check() -> None:
    rows = [SimpleNamespace(name=name, key=lambda _column, name=name: name) for name in ("Beau", "Ami")]
    stock = SimpleNamespace(by_name=lambda: {row.name: row for row in rows}, name_ranks=lambda: {"Ami": 0, "Beau": 1})
    one = site(stock=stock, look_for=lambda _name: {})
    one.rules = SimpleNamespace(page_size=2, order=(("name", "asc"),))
    one.order_words = lambda: "de A à Z"
    assert failure(lambda: one.expect_order(["Beau", "Ami"], because=["liste-ordre"])).because == ("liste-ordre",)


def test_a_name_that_is_no_link_is_told_with_all_of_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [
        SimpleNamespace(name=name, href=f"/{name}", named=named)
        for name, named in (("a", True), ("b", False), ("c", False))
    ]
    words = SimpleNamespace(**vars(WORDS), of_the_item="de l'objet")
    one = site(linked=lambda: entries, entry=lambda _name: None, words=words, walk=lambda: iter([SimpleNamespace(entries=[])]),
               draws=SimpleNamespace(of=lambda _what: SimpleNamespace(between=lambda _low, _high: 1)),
               stock=SimpleNamespace(items=list, by_name=dict))  # fmt: skip
    reduced: list[Any] = []
    monkeypatch.setattr(items, "expect_reduced_too", lambda *asked: reduced.append(asked))
    found = failure(lambda: items.expect_named_links(one))
    assert (
        found.observed.startswith("Dans la liste, « b » n'est pas un lien")
        and "1 autre nom de cette page" in found.observed
    )
    one.linked = lambda: entries[:1]
    items.expect_named_links(one)
    assert len(reduced) == 1, "then a filter and a search as well"


@pytest.mark.parametrize(("message", "words"), [
    ("PDOException: SQLSTATE[22007]: Invalid datetime format: 1366 Incorrect integer value: '' for column `id`", "obligatoire est arrivé vide"),
    ('pymysql.err.IntegrityError: (1048, "Column \'nom\' cannot be null")', "obligatoire est arrivé vide"),
    ("PDOException: SQLSTATE[22001]: String data, right truncated: 1406 Data too long for column 'nom'", "refuse une valeur reçue"),
    ("PDOException: SQLSTATE[HY093]: Invalid parameter number", "La base est jointe, mais elle refuse une requête"),
    ("PDOException: SQLSTATE[HY000] [2002] Connection refused", "DB_HOST, DB_PORT"),
    ("mysqli_sql_exception: Access denied for user 'eleve'", "DB_HOST, DB_PORT"),
])  # fmt: skip
def test_a_base_that_refuses_a_value_is_no_matter_of_connection(message: str, words: str) -> None:
    assert words in diagnosis.advice(500, "", message)


def test_what_a_refused_form_lacks_is_told_by_what_the_base_said() -> None:
    empty = "PDOException: SQLSTATE[22007]: Incorrect date value: '' for column `d`"
    long = "PDOException: SQLSTATE[22001]: Data too long for column 'nom'"
    for message, told in ((empty, "vide"), (long, "faux"), ("PDOException: SQLSTATE[HY000] [2002] refused", "")):
        assert visitor._refused(message, "faux", "vide") == told


def test_a_text_that_is_inside_a_word_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "fragment_of_names", lambda _site: ("Brioche", ["Brioche aux graines"]))
    monkeypatch.setattr(searches, "pieces_of_names", lambda _site: [("raine", ["Brioche aux graines"])])
    monkeypatch.setattr(searches, "whole_or_ends", lambda _site: [])
    made = site(search=lambda text: text)

    def shown(results: str, *_asked: Any) -> None:
        if results == "raine":
            raise Failed("la page ne montre aucun résultat : il manque « Brioche aux graines ».", "")

    made.expect_shown = shown
    assert (failure(lambda: searches.expect_search(made)).help or "").startswith("« raine » est au milieu d'un mot")


def test_every_page_that_is_too_wide_is_told_with_what_is() -> None:
    wide = {"/": 112, "/mentions": 156}
    opened: list[str] = []
    made = site(shuffled=lambda _purpose, some: list(reversed(list(some))))
    made.page.open, made.page.width = opened.append, lambda *_asked, **_how: None
    made.page.overflow = lambda: SimpleNamespace(pixels=wide[opened[-1]], culprit="<h2>, large de 500 px")
    told = failure(lambda: quality._expect_within(made, 360, {"la page /": "/", "la page des mentions": "/mentions"}))
    assert told.observed.split("\n- ") == [
        "Sur un écran de 360 px, 2 pages sont trop larges :",
        "la page / mesure 472 px de large ; ce qui dépasse le plus : <h2>, large de 500 px",
        "la page des mentions mesure 516 px de large ; ce qui dépasse le plus : <h2>, large de 500 px",
    ]
    assert opened[-1] == "/", "the picture is of the first one that is told"


def test_a_legal_notice_under_other_capitals_is_named_as_it_is_written() -> None:
    notice = import_grader(GRADER, "notice")
    paths = ["index.php", "Mentions.php", "pages/avis.php"]
    assert notice.otherwise_written("/mentions.php?x=1", paths) == "Mentions.php"
    assert notice.otherwise_written("/pages/Avis.php", paths) == "pages/avis.php"
    assert [notice.otherwise_written(path, paths) for path in ("/Mentions.php", "/", "/legal.php")] == ["", "", ""]
