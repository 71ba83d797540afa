"""What is told of the pages themselves: colours, HTML, widths, settings, and a base that is down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from refused import failure
from report_page import Page
from report_samples import sample_lab, sample_payload
from small_site import PARSE, site

from etabli.cli.live import said
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.outcome import Outcome
from etabli.exam.contract.values import Contrast, Message, Violation
from etabli.exam.tools.nu import in_french
from etabli.reports.html import render_learner
from etabli.system.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
kinds, outage, quality, secrecy = (import_grader(GRADER, name) for name in ("kinds", "outage", "quality", "secrecy"))


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
    made.page.axe = lambda **_how: [pale]
    made.page.visit_links = made.page.themed = lambda: False
    made.memo = {"further": "{}", "other-lists": json.dumps({kinds.NOTHING: "/?q=x", "la liste filtrée": "/?f=1"})}
    monkeypatch.setattr(quality, "main_pages", lambda *_asked: {"la page /": "/", "la page 2": "/2"})
    found = failure(lambda: quality.expect_accessible(made))
    assert found.observed == (
        "1 défaut :\n- Sur la page /, la page 2 et la liste où rien n'est trouvé, « Contraste insuffisant » (RGAA 3.2) : <p> et 8 autres éléments ; "
        "texte #aaaaaa sur fond #ffffff, rapport 2,3 au lieu de 4,5"
    )
    assert (found.help or "").startswith(f"{where}Éloignez")


def test_what_is_kept_of_an_outage_is_an_answer_of_the_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    entry = SimpleNamespace(name="Lit", href="/fiche.php?id=3")
    get = lambda address: (asked.append(address), SimpleNamespace(text="Les lits"))[1]  # noqa: E731
    made = site(http=SimpleNamespace(get=get), linked=lambda: [entry], shuffled=lambda _for, pages: list(pages))
    made.words = SimpleNamespace(of_the_item="de l'objet")
    down, seen, message = [False], list[tuple[str, bool]](), ["SQLSTATE[HY000] [2002]"]

    @contextmanager
    def lasting(_kind: str) -> Iterator[None]:
        down[0] = True
        yield
        down[0] = False

    made.db = SimpleNamespace(down=lasting)
    made.page.open = lambda address: seen.append((address, down[0]))
    made.page.keep_source = lambda *_: seen.append(("kept", down[0]))
    monkeypatch.setattr(outage.kinds, "further_pages", lambda _site: {})
    right = "<p>Le service est fermé pour le moment.</p>"
    monkeypatch.setattr(outage, "_in_outage", lambda _site, at: (500, right if at in sound else f"<p>{message[0]}</p>"))
    sound = ["/"]
    found = failure(lambda: outage.expect_decent_outage(made))
    assert found.observed.startswith("Base en panne, la page de « Lit » montre un message technique")
    assert found.help == outage.SHOWN
    assert asked == ["/"] and seen == [("/fiche.php?id=3", True), ("kept", True)], (
        "the base is down for the picture too"
    )
    sound, message = [], ["Fatal error: Uncaught PDOException"]
    found = failure(lambda: outage.expect_decent_outage(made))
    assert found.observed == (
        "Base en panne, les 2 pages essayées sont à reprendre : la page / et la page de « Lit ». Par exemple :\n"
        "- la page / montre un message technique : « Fatal error: Uncaught PDOException »."
    )
    assert found.help == outage.UNCAUGHT and seen[-2:] == [("/", True), ("kept", True)]
    made.page.text = made.memo["item-stopped"] = PARSE
    made.memo["item-stopped"] = made.trouble.crash()
    assert failure(lambda: outage.expect_decent_outage(made)).because == ("fiche-complete",)


def test_a_file_of_settings_is_told_by_its_kind() -> None:
    env = "les réglages de la base, dont un mot de passe"
    unread, read = (
        site(files=SimpleNamespace(paths=lambda *_: ["a.php"], text=lambda _path, said=said: said))
        for said in ("", ".env")
    )
    assert (secrecy._closing(unread, {"/.env": env}) or "").startswith(
        "Aucun de vos programmes ne nomme .env : supprimez-le."
    )
    assert "mot de passe qui y est écrit" in (secrecy._closing(unread, {"/.env": env}) or "")
    lines = 'de trois lignes : « <Files ".env"> », « Require all denied » et « </Files> »'
    assert lines in (secrecy._closing(read, {"/.env": env}) or ""), (
        "Apache takes no such section on one line: error 500"
    )
    assert secrecy._closing(unread, {"/base.sql": "les données de la base"}) is None, (
        "the check's own words are about copies"
    )


def _served(monkeypatch: pytest.MonkeyPatch, source: str) -> Any:
    """A site of one page, and of one row that has a `<` in its name and in its description."""
    monkeypatch.setattr(quality, "main_pages", lambda *_asked: {"la page /": "/"})
    row = SimpleNamespace(name="Vis < 10 mm & plus", description="Boîte.\nÀ poser < 3 h.")
    made = site(memo={"further": "{}"}, stock=SimpleNamespace(items=lambda: [row]))
    vars(made.page).update(source=source, status=200, open=lambda _address: None)
    return made


def test_a_value_that_is_not_escaped_is_told_by_the_check_of_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    checker = SimpleNamespace(check=lambda code, _where: read.append(code) or [])
    quality.expect_valid(
        _served(monkeypatch, "<p>Vis < 10 mm & plus<td>Boîte.<br>À poser < 3 h.</td> Prix < 9 €, Vis &lt; 10 mm"),
        checker,
    )
    assert read == ["<p>Vis &lt; 10 mm &amp; plus<td>Boîte.<br>À poser &lt; 3 h.</td> Prix < 9 €, Vis &lt; 10 mm"], (
        "what the site itself writes is its own"
    )


def test_the_errors_of_nu_keep_their_tags_in_every_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    english = "Element “section” not allowed as child of element “ul” in this context. (Suppressing further errors.)"
    stray = "Stray end tag “section”."
    messages = [Message(4, in_french(text), text) for text in (english, stray)]
    checker = SimpleNamespace(check=lambda _text, _where: messages)
    found = failure(lambda: quality.expect_valid(_served(monkeypatch, "<ul>"), checker))
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


HEAD = (
    "<!doctype html><HTML LANG=fr-FR><title>Le &amp; site</title><h1>Un <b>deux</b></h1><svg><title>x</title></svg><h1>"
)


def test_the_head_of_a_source_is_read() -> None:
    head = kinds.Head(HEAD)
    assert (head.lang, head.headings) == ("fr-FR", ["Un deux", ""])
    assert head.title.startswith("Le & site")


def test_only_the_opening_tag_of_a_faulty_element_is_shown() -> None:
    assert quality.opening_tag('<select name="a"\n  title="x > y">\n<option>1') == '<select name="a" title="x > y">'
    assert quality.bulleted("1 défaut", ["Un"], 1) == "1 défaut :\n- Un"
    assert quality.bulleted("3 défauts", ["Un", "Deux"], 3) == "3 défauts :\n- Un\n- Deux\n- … et 1 autre"
