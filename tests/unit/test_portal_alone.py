"""« etabli ouvrir »: what the command line wrote, for one person, and for nobody else's page."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest
from portal import ALONE as HERE
from portal import ALONE_PORT as PORT
from portal import alone as browser
from recueil_samples import frozen_run
from report_samples import sample_class, sample_lab
from starlette.testclient import TestClient
from student import etabli

from etabli.exam.contract.errors import UsageProblem
from etabli.portal.alone import Found, Key, Library, build, look_for
from etabli.reception.hand_in import HandIn, HandIns, HandInState, write_hand_ins
from etabli.recueil import kept as shelf
from etabli.recueil.kept import read_or_begin as write_recueil
from etabli.reports import write_reports
from etabli.reports.roll import roll_of

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(scope="module")
def written(module_home: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a class, written once for all."""
    out = tmp_path_factory.mktemp("ecrits")
    lab = sample_lab()
    payloads = sample_class(lab)
    entries = tuple(HandIn(payload["candidate"], HandInState.HANDED_IN) for payload in payloads)
    write_hand_ins(out, HandIns(lab.id, "entrainement", entries, class_name="SNO"))
    write_reports(out, payloads, lab, None, roll_of(out))
    return out


@pytest.fixture
def results(written: Path, tmp_path: Path) -> Path:
    """The results of a class, below a folder of results."""
    return shutil.copytree(written, tmp_path / "resultats" / "lundi")


def test_the_index_leads_to_the_class_page_and_to_learners(results: Path) -> None:
    opened = browser(results.parent)
    index = opened.get("/")
    assert "la page dynamique, SNO" in index.text and "à regarder" in index.text
    (home,) = set(re.findall(r'href="(/resultats/[0-9a-f]{12}/)"', index.text))
    page = opened.get(home)
    assert page.content == (results / "index.html").read_bytes()
    assert "script-src" not in page.headers["content-security-policy"]
    learner = next(path.name for path in sorted(results.iterdir()) if path.is_dir())
    assert opened.get(f"{home}{learner}/index.html").content == (results / learner / "index.html").read_bytes()
    assert opened.get(f"{home}resultats.xlsx").status_code == 200
    assert opened.get(f"{home}..%2f..%2fsecret").status_code == 404


def test_the_token_serves_once_and_nobody_enters_without_it(results: Path) -> None:
    opened = browser(results, entered=False)
    token = opened.key.token  # type: ignore[attr-defined]
    for path in ("/", "/?jeton=faux", "/?jeton=", f"/statique/salle.css?jeton={token}", "/resultats/abc/"):
        refused = opened.get(path)
        assert refused.status_code == 403 and "relancez « etabli ouvrir »" in refused.text.replace(
            "\N{NO-BREAK SPACE}", " "
        )
    entered = opened.get(f"/?jeton={token}")
    cookie = entered.headers["set-cookie"].lower()
    assert entered.status_code == 303 and "httponly" in cookie and "samesite=strict" in cookie
    assert opened.get("/").status_code == 200
    opened.cookies.clear()
    assert opened.get(f"/?jeton={token}").status_code == 403


@pytest.mark.parametrize("host", ["pirate.example", f"pirate.example:{PORT}", "127.0.0.1", "127.0.0.1:80", ""])
def test_another_name_for_this_address_is_refused(results: Path, host: str) -> None:
    assert browser(results).get("/", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("origin", [None, "http://pirate.example", "null", "http://127.0.0.1:1"])
def test_another_page_sends_no_form_here(results: Path, origin: str | None) -> None:
    opened = browser(results)
    (key,) = set(re.findall(r"/export/([0-9a-f]{12})/moodle", opened.get("/").text))
    headers = {"Origin": origin} if origin else {}
    assert opened.post(f"/export/{key}/moodle", headers=headers).status_code == 403
    own = opened.post(f"/export/{key}/moodle", headers={"Origin": HERE})
    assert own.status_code == 409 and "Aucun formulaire" in own.text


def test_what_is_not_there_is_one_sentence(tmp_path: Path, results: Path) -> None:
    (tmp_path / "vide").mkdir()
    (tmp_path / "abime").mkdir()
    (tmp_path / "abime" / "resultats.json").write_text("{", "utf-8")
    (tmp_path / "abime" / "index.html").touch()
    for folder, words in (
        ("rien", "n'est pas un dossier"),
        ("vide", "Rien à ouvrir dans"),
        ("abime", "est abîmé : relancez « etabli grade »"),
    ):
        with pytest.raises(UsageProblem, match=words):
            look_for([results, tmp_path / folder])


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path, results: Path) -> None:
    outside = tmp_path / "ailleurs"
    outside.mkdir()
    (results.parent / "lien").symlink_to(outside)
    (results / "lien.txt").symlink_to("/etc/passwd")
    opened = browser(results.parent)
    (home,) = set(re.findall(r'href="(/resultats/[0-9a-f]{12}/)"', opened.get("/").text))
    assert opened.get(f"{home}lien.txt").status_code == 404


def test_the_command_without_results_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = etabli("ouvrir")
    assert done.exit_code == 2 and "Il n'y a pas de dossier « resultats » ici" in " ".join(done.stderr.split())


def test_a_port_that_is_taken_says_so(results: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = etabli("ouvrir", results, "--port", taken.getsockname()[1])
    assert done.exit_code == 2 and "ne peut pas servir" in " ".join(done.stderr.split())


def test_the_command_serves_until_it_is_interrupted(results: Path) -> None:
    words = [sys.executable, "-m", "etabli.cli.main", "ouvrir", str(results), "--sans-navigateur"]
    surroundings = os.environ | {"PYTHONUNBUFFERED": "1", "COLUMNS": "300"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=surroundings) as command:
        assert command.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/\?jeton=\S+", command.stdout.readline())
        assert found is not None
        person = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        with person.open(found[0]) as answer:
            assert answer.status == 200 and b"la page dynamique" in answer.read()
        command.send_signal(signal.SIGINT)
        assert command.stdout.read().rstrip().endswith("Fermé.")
    assert command.returncode == 0


def test_one_person_does_all_over_recueils_and_results(tmp_path: Path) -> None:
    out = tmp_path / "resultats" / "lundi"
    frozen_run(out, "SNO-07")
    recueils = tmp_path / "recueils"
    kept = write_recueil(recueils, "SNO-07")
    library = Library((Found(out, "TP", "page-dynamique", None, None, datetime.now(UTC), 1, 0),), (), recueils)
    key = Key(PORT)
    opened = TestClient(build(library, key, PORT), base_url=HERE, follow_redirects=False)
    assert opened.get("/recueils/SNO-07").status_code == 403
    opened.get(f"/?jeton={key.token}")
    assert 'href="/recueils/SNO-07"' in opened.get("/").text
    assert opened.get("/recueils?candidat=SNO-07").headers["location"] == "/recueils/SNO-07"

    def sent(act: str, **fields: str) -> Any:
        return opened.post(f"/recueils/SNO-07/{act}", data=fields, headers={"Origin": HERE})

    assert sent("choisir", verification="0001").status_code == 303
    (trace,) = shelf.read(recueils, "SNO-07").recueil.traces
    words = {"de": "SNO-07", "trace": trace.id, "champ": "fait", "texte": "J'ai audité.", "avant": ""}
    assert opened.put("/api/mes-traces", json=words, headers={"Origin": HERE}).status_code == 200
    assert opened.put("/api/mes-traces", json=words | {"texte": "x"}, headers={"Origin": HERE}).status_code == 409
    assert opened.put("/api/mes-traces", json=words).status_code == 403  # another page
    (trace,) = shelf.read(recueils, "SNO-07").recueil.traces
    told = {"trace": trace.id, "empreinte": trace.digest, "aide": "en classe"}
    assert "« Par » est vide" in sent("authentifier", **told).text.replace("\N{NO-BREAK SPACE}", " ")
    assert sent("authentifier", **told, par="Mme Essai").status_code == 303
    page = opened.get("/recueils/SNO-07").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Authentifiée par Mme Essai" in page and "J&#39;ai audité." in page
    given = sent("recueil", **{"sans-pdf": "1"})
    assert given.headers["content-type"] == "application/zip" and given.content[:2] == b"PK"
    for path in ("/recueils/a b", "/recueils/SNO-07/pieces/rien", "/recueils/SNO-07/ressemblances/rien"):
        assert opened.get(path).status_code == 404
    assert kept.folder == recueils / "SNO-07"
