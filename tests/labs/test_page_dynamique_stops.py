"""A page that stops is told where it stops: what a student reads of it, and of a program that does not start."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure
from small_site import PARSE, PARSE_TOLD, site

from etabli.exam import Failed
from etabli.exam.contract.causes import Cause, failed
from etabli.exam.contract.check import import_grader
from etabli.lab.messages import explain
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
diagnosis, forms, home = (import_grader(GRADER, name) for name in ("diagnosis", "forms", "home"))
results, trouble = (import_grader(GRADER, name) for name in ("results", "trouble"))
Results = results.Results


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
    made = site(journal=journal, http=SimpleNamespace(get=get), files=files)
    return failure(lambda: home.expect_answer(made))


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


def test_results_that_stop_are_an_error_and_not_no_result() -> None:
    found = failure(lambda: results.expect_shown(site(PARSE), Results(((),)), ["Lampe"], "Pour la recherche « a »"))
    assert found.observed == f"Pour la recherche « a », la page montre un message technique : « {PARSE_TOLD} »."


def test_the_place_of_an_error_is_kept_though_the_sql_that_it_quotes_has_lines() -> None:
    now = time.strftime("%a %b %d %H:%M:%S.000000 %Y")
    message = r"PDOException: SQLSTATE[42000]: 1064 near 'Alizée',\n   prix = ?' at line 1 in /srv/app/inc/base.php:22\nStack trace:"
    journal = f"\n[{now}] [php:notice] [pid 7] [client 10.0.0.1:5] {message}\\n#0 /srv/app/inc/base.php(22): f()\\n#1 /srv/app/x.php(70): g()"
    said = diagnosis.last_error(journal, "/x.php")
    assert said.endswith("at line 1 in inc/base.php:22 (appelé par x.php, ligne 70)")


def test_an_error_that_the_program_wrote_in_its_journal_just_now_is_said_first() -> None:
    entry = "[%a %b %d %H:%M:%S.000000 %Y] [php:notice] DivisionByZeroError: Division by zero in /srv/app/index.php:15"
    for age, known in ((0, True), (60, False)):
        journal = time.strftime(entry, time.localtime(time.time() - age)) + "\\nStack trace:\\n#0 {main}"
        stopped = site("Service indisponible", 503, "/", f"[x] avant\n{journal}")
        found = failure(
            lambda made=stopped: made.trouble.expect_decent(503, "Service indisponible", "Quand la table est vide")
        )
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
    found = failure(lambda: home._expect_quiet(made))
    assert found.observed.endswith(
        "(« Bienvenue »). Elle s'ouvre toute seule, au chargement. L'appel est dans menu.php, ligne 2."
    )
    assert found.help == "Retirez cet appel de menu.php, ligne 2, et écrivez son message dans la page."
    assert [edit.becomes for edit in found.repair] == ["void"]
    made.files = SimpleNamespace(repaired=False, paths=lambda *_: [], text=str)
    assert "alert(…)" in (failure(lambda: home._expect_quiet(made)).help or "")


def test_nobody_is_told_of_a_file_of_their_own_that_they_do_not_have() -> None:
    [known] = explain(["ModuleNotFoundError: No module named 'flask_mysqldb'"])
    assert "app.py" not in known.look
    assert known.look == (
        "Est-ce une faute de frappe ? Une bibliothèque doit être nommée dans l'énoncé : les autres ne sont pas installées "
        "sur le serveur. Si c'est un de vos fichiers, rendez-le avec celui qui l'importe, dans le même dossier."
    )


def test_what_stops_an_item_s_page_is_told_by_it_alone() -> None:
    def because(before: str, shown: str = PARSE) -> Any:
        one = site(shown, path="/fiche.php", memo={"item-stopped": site(before).trouble.crash()})

        def expect() -> None:
            with one.trouble.told_by_items():
                raise Failed("Après l'ajout, la page s'arrête.", "Une page.")

        return failure(expect).because

    assert because(PARSE) == ("fiche-complete",)
    assert because("Lampe") == because(PARSE, "Bonjour") == because("", "") == ()


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
        assert trouble._refused(message, "faux", "vide") == told
