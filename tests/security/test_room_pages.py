"""What a learner's page can do to who looks at it, in real browsers, through the real front.

The teacher was asked for help, so the learner's page runs in the teacher's browser, on an origin that browsers take for
the same *site* as the portal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from browsers import Browsers, log, one, wait
from room_lesson import ADMIN, LEARNER, MATE, TEACHER, Lesson, lesson
from selenium.common.exceptions import NoSuchElementException
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from sqlalchemy import select
from whole_room import names_of, sees, sign_in

from etabli.classroom import workspaces
from etabli.classroom.tables import DiaryRow, HandInRow, Look, Opening, Person, Remark, VerificationRow, WorkspaceRow
from etabli.server.services import Room

MARK = "<img src=x onerror=\"document.title='pris'\">"
"""Written wherever a learner may write a text."""
HEADERS = "<?php setcookie('panier', '3'); header('Content-Type: text/plain'); print_r($_SERVER); print_r($_COOKIE);"
COUNTER = "<?php file_put_contents('/tmp/vus', $_SERVER['REQUEST_METHOD'].' ', FILE_APPEND); echo file_get_contents('/tmp/vus');"
ATTACK = r"""<!doctype html><title>Attaque</title><button id=ouvre>Ouvrir</button><pre id=dit></pre><script>
const {portal, name, target, mine, klass, opening, neighbour} = FACTS;
const said = {};
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const tried = async (what, act) => { try { said[what] = String(await act()); } catch (problem) { said[what] = "refus " + problem.name; } };
const opaque = (path, options) => fetch(portal + path, {mode: "no-cors", credentials: "include", ...options}).then((one) => one.type);
const made = (tag, facts) => new Promise((done) => {
  const one = Object.assign(document.createElement(tag), facts);
  one.onload = () => done("load"); one.onerror = () => done("error"); setTimeout(() => done("rien"), 4000);
  document.body.append(one);
});
const sent = async (path, fields, enctype) => {
  const frame = document.createElement("iframe"); frame.name = "f" + Math.random(); document.body.append(frame);
  const form = Object.assign(document.createElement("form"), {action: portal + path, method: "post", target: frame.name, enctype});
  for (const [key, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), {name: key, value}));
  document.body.append(form); form.submit(); await pause(700); return "envoyé";
};
const writes = [
  ["/classes/" + klass + "/codes", {eleve: "tous"}], ["/ouvertures/" + opening + "/corriger", {}],
  ["/ouvertures/" + opening, {fermer: "1"}], ["/ouvertures/" + opening + "/commentaires", {espace: mine, texte: "Bravo."}],
  ["/classes/" + klass + "/ouvertures", {tp: "mots-de-passe", session: "volee", ouvre: "2026-01-01T08:00"}], ["/deconnexion", {}],
];
(async () => {
  for (const [path, fields] of writes) {
    await tried("post " + path, () => opaque(path, {method: "POST", body: new URLSearchParams(fields)}));
    await tried("beacon " + path, () => navigator.sendBeacon(portal + path, new URLSearchParams(fields)));
    await tried("form " + path, () => sent(path, fields, "application/x-www-form-urlencoded"));
  }
  await tried("texte", () => sent("/api/espace/" + mine + "/depots", {"{}": ""}, "text/plain"));
  await tried("put", () => fetch(portal + "/api/espace/" + mine + "/fichier?chemin=x", {method: "PUT", credentials: "include", headers: {"X-Etabli": "1", "If-None-Match": "*"}, body: "x"}).then((one) => one.status));
  for (const path of ["/classes", "/api/espace/" + target, "/espace/" + target + "/rapport"])
    await tried("lire " + path, () => fetch(portal + path, {credentials: "include"}).then((one) => one.text()));
  const look = portal + "/espace/" + target;
  await tried("aveugle", () => opaque("/espace/" + target));
  await tried("entrer", () => opaque("/entrer?hote=" + location.hostname.replace(mine, target)));
  await tried("image", () => made("img", {src: look}));
  await tried("script", () => made("script", {src: look}));
  await tried("style", () => made("link", {rel: "stylesheet", href: look}));
  await tried("avance", () => made("link", {rel: "prefetch", href: look}));
  await tried("objet", () => made("object", {data: look}));
  await tried("cadre", async () => { await made("iframe", {src: look, id: "cadre"}); return document.getElementById("cadre").contentDocument?.title ?? "ailleurs"; });
  await tried("devine", () => made("script", {type: "speculationrules", textContent: JSON.stringify({prefetch: [{source: "list", urls: [look]}], prerender: [{source: "list", urls: [look]}]})}));
  await tried("service", () => navigator.serviceWorker.register(portal + "/statique/atelier.js", {scope: portal + "/"}).then(() => "pris"));
  await tried("flux", () => new Promise((done) => { const line = new WebSocket(portal.replace("https", "wss") + "/flux/" + mine + "/journal"); line.onopen = () => done("ouvert"); line.onerror = () => done("refus"); }));
  await tried("suite", () => new Promise((done) => { const line = new EventSource(portal + "/api/verifications/1/suite", {withCredentials: true}); line.onopen = () => done("ouvert"); line.onerror = () => { line.close(); done("refus"); }; }));
  for (const method of ["GET", "POST"]) await tried("voisin " + method, () => fetch(neighbour + "/compte.php", {method, mode: "no-cors", credentials: "include"}).then((one) => one.type));
  await tried("voisin cadre", () => made("iframe", {src: neighbour + "/compte.php"}));
  for (const cookie of ["__Host-etabli=faux; Domain=" + name, "__Host-etabli=faux", "__HOST-ETABLI=faux; Domain=" + name, "=__Host-etabli=faux; Domain=" + name, "\t__Host-etabli=faux; Domain=" + name, "panier=x; __Host-etabli=faux; Domain=" + name])
    document.cookie = cookie + "; Path=/; Secure";
  said.cookies = document.cookie;
  document.getElementById("dit").textContent = JSON.stringify(said);
  document.title = "Fini";
})();
document.getElementById("ouvre").onclick = async () => {
  const other = window.open(portal + "/classes"); await pause(2500); const told = {};
  try { told.read = String(other.document.title); } catch (problem) { told.read = "refus " + problem.name; }
  told.closed = other.closed; try { other.postMessage({verify: true}, "*"); } catch (problem) { told.post = problem.name; }
  window.told = told;
};
</script>"""


@pytest.fixture(scope="module")
def room(one_room: Room) -> Iterator[Lesson]:
    with lesson(one_room, "CGE", "CGI") as found:
        for who in (LEARNER, MATE):
            found.tokens[who] = found.open(who, found.site)
        yield found


@pytest.fixture(scope="module")
def teacher(room: Lesson, fleet: Browsers) -> Iterator[WebDriver]:
    """The teacher's browser, signed in; the learner has asked for help."""
    ask_for_help(room, LEARNER)
    authority = room.room.authority
    with fleet.open(names=names_of(room.room), trusted=[authority.root, authority.intermediate]) as page:
        signed_in(page, room, TEACHER)
        sees(page, "Mes classes")
        yield page


def signed_in(page: WebDriver, room: Lesson, who: str) -> None:
    """Signs somebody in, on the portal's first page."""
    sign_in(page, room.room.settings.hosts.origin, room.logins[who], room.codes[who])


def ask_for_help(room: Lesson, who: str, text: str = "Je ne trouve pas.") -> None:
    sent = room.visitor(who).post(f"/api/espace/{room.tokens[who]}/aide", json.dumps({"text": text}).encode())
    assert sent.status == 200


def put(room: Lesson, who: str, name: str, content: str) -> None:
    room.visitor(who).save(room.tokens[who], name, content.encode(), None)


def visit(room: Lesson, page: WebDriver, who: str, path: str) -> None:
    """Opens a page of a learner's site from the portal, as the link there does."""
    origin = room.room.settings.hosts.origin
    page.get(f"{origin}/entrer?hote={room.host(room.tokens[who])}&chemin={path}")


def written(room: Lesson) -> dict[str, Any]:
    """All that a page could write in somebody else's name."""
    with room.state.work() as db:
        told: dict[str, Any] = {
            table.__tablename__: len(db.scalars(select(table)).all())
            for table in (DiaryRow, HandInRow, VerificationRow, Remark, Look, Opening, WorkspaceRow)
        }
        told["codes"] = {one.login: one.code_hash for one in db.scalars(select(Person))}
        told["hours"] = [(one.id, one.closes_at) for one in db.scalars(select(Opening).order_by(Opening.id))]
        return told


def test_a_page_s_program_never_sees_our_cookies(room: Lesson, teacher: WebDriver) -> None:
    put(room, LEARNER, "entetes.php", HEADERS)
    for _twice in range(2):  # the second time with a cookie of its own, which passes
        visit(room, teacher, LEARNER, "/entetes.php")
    shown = teacher.find_element(By.TAG_NAME, "body").text
    ours = [cookie["value"] for cookie in teacher.get_cookies() if cookie["name"] == "__Host-etabli"]
    teacher.get(f"{room.room.settings.hosts.origin}/classes")
    ours += [cookie["value"] for cookie in teacher.get_cookies() if cookie["name"] == "__Host-etabli"]
    assert len(set(ours)) == 2, shown
    assert "[panier] => 3" in shown
    assert not [value for value in ours if value in shown] and "__Host-etabli" not in shown


def test_a_page_does_and_reads_nothing_as_the_teacher_who_looks_at_it(room: Lesson, teacher: WebDriver) -> None:
    hosts = room.room.settings.hosts
    put(room, MATE, "compte.php", COUNTER)
    ask_for_help(room, MATE)
    visit(room, teacher, MATE, "/compte.php")  # so that the teacher's browser has a cookie there too
    assert teacher.find_element(By.TAG_NAME, "body").text.split() == ["GET"]
    with room.state.work() as db:
        mate, opening = db.query(Person).filter_by(login=room.logins[MATE]).one(), db.get_one(Opening, room.terminal)
        row = workspaces.reserve(db, mate, opening)  # work that the teacher may look at, and has not
        workspaces.ask_for_help(db, room.state, row, "?")
        target = row.token
    facts = {
        "portal": hosts.origin,
        "name": hosts.name,
        "target": target,
        "mine": room.tokens[LEARNER],
        "klass": room.person(LEARNER).class_id,
        "opening": room.site,
        "neighbour": hosts.at(room.host(room.tokens[MATE])),
    }
    put(room, LEARNER, "attaque.html", ATTACK.replace("FACTS", json.dumps(facts)))
    before = written(room)
    visit(room, teacher, LEARNER, "/attaque.html")
    wait(teacher, lambda page: page.title == "Fini")
    said = json.loads(teacher.find_element(By.ID, "dit").text)
    assert written(room) == before, said
    assert {key: value for key, value in said.items() if key.startswith("lire")} == dict.fromkeys(
        (key for key in said if key.startswith("lire")), "refus TypeError"
    )
    assert said["put"] == said["service"].replace("SecurityError", "TypeError") == "refus TypeError"
    assert (said["flux"], said["suite"], said["cadre"]) == ("refus", "refus", "ailleurs")
    assert "etabli" not in said["cookies"]

    # The same page opens the portal in a window: it holds nothing of it.
    first = teacher.current_window_handle
    one(teacher, "#ouvre").click()
    told = wait(teacher, lambda page: page.execute_script("return window.told"))
    assert told["closed"] is True or told["read"].startswith("refus"), told
    assert written(room) == before
    for handle in teacher.window_handles:
        if handle != first:
            teacher.switch_to.window(handle)
            teacher.close()
    teacher.switch_to.window(first)

    # What it tossed changed nothing, and the neighbour's page saw nobody.
    teacher.get(f"{hosts.origin}/classes")
    sees(teacher, "Mes classes")
    visit(room, teacher, MATE, "/compte.php")
    assert teacher.find_element(By.TAG_NAME, "body").text.split() == ["GET", "GET"]


def test_what_a_candidate_wrote_has_no_power_on_the_portal_s_origin(room: Lesson, teacher: WebDriver) -> None:
    """Evidence is shown enclosed, and a file of the work is only ever taken away."""
    token, origin = room.tokens[LEARNER], room.room.settings.hosts.origin
    evil = "<!doctype html><title>Preuve</title><p id=la>là</p><script>document.title = 'pris'</script>" + MARK
    kept = room.room.place.workspace(token) / ".etabli" / "verifications"
    kept.mkdir(parents=True, exist_ok=True)
    kept.chmod(0o755)
    (kept / "piege.html").write_text(evil)
    (kept / "piege.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg'><script>document.title='pris'</script><text id='la'>a</text></svg>"
    )
    put(room, LEARNER, "piege.html", evil)
    for name in ("piege.html", "piege.svg"):
        teacher.get(f"{origin}/espace/{token}/verification/.etabli/verifications/{name}")
        assert teacher.find_element(By.ID, "la") and teacher.title != "pris"
        assert teacher.execute_script("return self.origin") == "null"
    teacher.get(f"{origin}/classes")
    teacher.get(f"{origin}/api/espace/{token}/fichier?chemin=piege.html")
    with pytest.raises(NoSuchElementException):
        teacher.find_element(By.ID, "la")
    teacher.get(f"{origin}/classes")
    path = f"/api/espace/{token}/fichier?chemin=piege.html"
    frame = (
        "const [path, done] = arguments; const frame = document.createElement('iframe'); frame.src = path;"
        "document.body.append(frame); setTimeout(() => done(frame.contentDocument?.title ?? 'ailleurs'), 1500);"
    )
    assert teacher.execute_async_script(frame, path) != "pris"
    assert teacher.execute_async_script(
        "const done = arguments[1]; const one = document.createElement('script'); one.src = arguments[0];"
        "one.onload = () => done('load'); one.onerror = () => done('error'); document.body.append(one);",
        f"/api/espace/{token}/fichier?chemin=piege.html",
    ) == "error"  # fmt: skip


@pytest.mark.long
def test_a_learner_s_texts_are_texts(room: Lesson, fleet: Browsers, teacher: WebDriver) -> None:
    """A help text, file names, what the application says, names of a list: shown, and never markup."""
    origin, token = room.room.settings.hosts.origin, room.tokens[LEARNER]
    named = room.work(token) / f"{MARK.replace('/', '')}.txt"  # as a terminal could make one
    named.write_text("x")
    bidi = room.work(token) / "fac\u202ephp.txt"
    bidi.write_text("x")
    put(room, LEARNER, "dit.php", f'<?php error_log({MARK!r}); error_log("\\x1b]0;pris\\x07\\x1b[2J fin"); echo 1;')
    ask_for_help(room, LEARNER, f"Voilà : {MARK}")
    refused = room.visitor().request(
        "POST", room.room.settings.nom, "/connexion", b"identifiant=%3Cimg+src%3Dx+onerror%3D1%3E&code=x",
        {"Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert refused.status == 403
    preview = room.import_class(TEACHER, "MARQUE", f"Nom;Prénom\n{MARK};<b>Lou</b>\n")
    assert b"<img src=x" not in preview and b"&lt;img src=x" in preview
    log(teacher)

    def clean(page: WebDriver) -> None:
        assert page.title != "pris" and not page.find_elements(By.CSS_SELECTOR, "img[src=x]")
        refusals = [one["message"] for one in log(page) if "Content Security Policy" in one["message"]]
        assert not refusals

    teacher.get(f"{origin}/ouvertures/{room.site}")
    sees(teacher, MARK)
    clean(teacher)
    teacher.get(f"{origin}/espace/{token}")
    sees(teacher, MARK.replace("/", ""))
    one(teacher, "#tab-journal").click()
    assert room.visitor(LEARNER).visit(f"/entrer?hote={room.host(token)}&chemin=/dit.php").status == 200
    wait(teacher, lambda page: MARK in page.find_element(By.ID, "journal").text)
    clean(teacher)
    assert "fac\u202ephp.txt" not in teacher.find_element(By.ID, "tree").text
    authority = room.room.authority
    with fleet.open(names=names_of(room.room), trusted=[authority.root, authority.intermediate]) as admin:
        signed_in(admin, room, ADMIN)
        for path, words in (("connexions", "<img src=x onerror=1>"), ("journal", "MARQUE")):
            admin.get(f"{origin}/administration/{path}")
            sees(admin, words)
            clean(admin)
