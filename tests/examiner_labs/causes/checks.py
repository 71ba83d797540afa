"""One check per thing that a candidate's side can cause; each must end « failed » with its words."""

from __future__ import annotations

import time
from functools import partial

from etabli.exam import Failed, check

cause = partial(check, points=1, palier="essentiel", competences=["C1.1"], timeout=20)


@cause()
def check_http_coupe(http):
    """The server ends the connection in the middle of a body."""
    http.get("/coupe")


@cause()
def check_http_rien(http):
    """The server ends the connection without a word."""
    http.get("/rien")


@cause()
def check_http_charabia(http):
    """The answer is not HTTP."""
    http.get("/charabia")


@cause()
def check_http_gzip(http):
    """The body is not compressed as it says."""
    http.get("/gzip")


@cause()
def check_http_br(http):
    """The same, in a way that only a browser accepts."""
    http.get("/br")


@cause()
def check_http_longueurs(http):
    """An answer of two lengths."""
    http.get("/longueurs")


@cause()
def check_http_lent(http):
    """No answer in time."""
    http.get("/lent?s=5", timeout=0.5)


@cause()
def check_http_goutte(http):
    """An answer that never ends, byte by byte."""
    http.get("/goutte", timeout=0.7)


@cause()
def check_http_tours(http):
    """Redirects for ever."""
    http.get("/tours")


@cause()
def check_http_dehors(http):
    """A redirect to another host."""
    http.get("/vers-dehors")


@cause()
def check_http_fichier(http):
    """A redirect to a file."""
    http.get("/vers-fichier")


@cause()
def check_http_rien_du_tout(http):
    """A redirect to what is no address."""
    http.get("/vers-rien")


@cause()
def check_http_port(http):
    """A redirect to a port that cannot be."""
    http.get("/vers-rien?port=1")


@cause()
def check_page_rien_du_tout(page):
    """The same in the browser."""
    page.open("/vers-rien")


@cause()
def check_page_adresse(page):
    """A check opens what a page names, and that is no address."""
    page.open("http://[2001")


@cause()
def check_http_octets(http):
    """Bytes that are not UTF-8."""
    assert http.get("/octets").text


@cause()
def check_http_charset(http):
    """An encoding that does not exist."""
    assert http.get("/charset").text


@cause(timeout=3)
def check_alarme_candidat(http):
    """The check's own time ends while the candidate is awaited."""
    http.get("/lent?s=30", timeout=60)


@cause()
def check_page_coupe(page):
    """The connection closes without an answer."""
    page.open("/rien")


@cause()
def check_page_charabia(page):
    """The browser refuses the answer."""
    page.open("/charabia")


@cause()
def check_page_br(page):
    """The browser cannot make a text of what comes."""
    page.open("/br")


@cause()
def check_page_lente(page):
    """The page does not come in time."""
    page.open("/lent?s=30")


@cause()
def check_page_vide(page):
    """An error status without a page."""
    page.open("/erreur-vide")


@cause()
def check_page_telechargement(page):
    """A download instead of a page."""
    page.open("/telecharge")


@cause()
def check_page_tours(page):
    """Redirects for ever."""
    page.open("/tours")


@cause()
def check_page_redirige_dehors(page):
    """A redirect to a host that is not ours."""
    page.open("/vers-dehors")


@cause()
def check_page_script_dehors(page):
    """A script leaves for another host."""
    page.open("/dehors")


@cause()
def check_page_fichier(page):
    """A link to a file of the machine."""
    page.open("file:///etc/passwd")


@cause()
def check_page_chrome(page):
    """A link to a page of the browser."""
    page.open("chrome://version")


@cause()
def check_page_donnees(page):
    """A script leaves for an empty document."""
    page.open("/donnees")


@cause()
def check_page_alerte(page):
    """A dialog at loading."""
    page.open("/alerte")


@cause()
def check_page_alerte_clic(page):
    """A dialog at a click."""
    page.open("/alerte-clic")
    page.follow("Suite")


@cause()
def check_page_confirmation(page):
    """A confirm() that the check did not accept."""
    page.open("/confirmation")
    page.submit(page.forms()[0])


@cause()
def check_page_fenetre(page):
    """The page closes its window."""
    page.open("/")
    with page._browser.guard("essai"):
        page._browser.cdp("Target.closeTarget", targetId=page._browser.tab.target)
        page.text  # noqa: B018 - reading is the act


@cause()
def check_page_boucle_script(page):
    """A script that never ends."""
    page._browser.tab.patience = 2.0
    page.open("/boucle-script")
    for _ in range(5):
        page.text  # noqa: B018 - reading is the act


@cause()
def check_page_plante(page):
    """A tab that crashes."""
    page.open("/")
    with page._browser.guard("essai"):
        page._browser.cdp("Page.crash")
    assert page.text is not None


@cause()
def check_page_piege(page):
    """A page that breaks the language itself: it is read all the same, and this one passes."""
    page.open("/piege")
    assert [link.text for link in page.links()] == ["Suite"]
    page.open("/noms")
    assert "lu" in page.text
    assert [field.name for field in page.forms()[0].fields] == ["elements", "submit", "id", "action"]


@cause()
def check_page_agitee(page):
    """The page never stops changing: what is seen of it is seen by the clock, whatever the check says of it."""
    page.open("/agitee")
    raise Failed("La liste n'y est pas.", "La liste.")


@cause()
def check_page_masque(page):
    """An element takes the place of what the document offers."""
    page.open("/masque")
    page.text  # noqa: B018 - reading is the act


@cause()
def check_page_lien_absent(page):
    """A link that is not there."""
    page.open("/")
    page.follow("Mentions légales")


@cause()
def check_page_champ_absent(page):
    """A field that is not there."""
    page.open("/formulaire")
    page.fill("Couleur", "bleu")


@cause()
def check_page_choix_absent(page):
    """A choice that is not offered."""
    page.open("/formulaire")
    page.fill("Rayon", "Boucherie")


@cause()
def check_page_bouton_absent(page):
    """A button that is not there."""
    page.open("/formulaire")
    page.submit("Nom", "Supprimer")


@cause()
def check_page_desactive(page):
    """A disabled field."""
    page.open("/desactive")
    page.fill("Nom", "x")


@cause()
def check_page_couvert(page):
    """A link under another block."""
    page.open("/couvert")
    page.follow("Suite")


@cause()
def check_page_204(page):
    """A form that is sent and brings no page."""
    page.open("/vide-204")
    page.submit(page.forms()[0])


@cause()
def check_page_apres(page):
    """After all that, an ordinary page is an ordinary page: this one passes."""
    page.open("/")
    assert page.headings() == ["Accueil"]


@cause()
def check_base_table_absente(db):
    """A table that the candidate's structure lost."""
    db.rows("disparue")


@cause()
def check_base_colonne_obligatoire(db):
    """An added column that refuses to be empty."""
    db.execute("ALTER TABLE objets ADD COLUMN obligatoire INT NOT NULL")
    db.insert("objets", nom="x", rayon_id=1)


@cause()
def check_base_verrou(db):
    """A lock that the application keeps."""
    from sqlalchemy import text

    from etabli.exam.tools.db import Database

    other = Database(db._address, db._recorder)
    other.connection.execution_options(isolation_level="REPEATABLE READ")
    try:
        other.connection.execute(text("START TRANSACTION"))
        other.connection.execute(text("UPDATE objets SET nom = 'gardé' WHERE id = 1"))
        db.update("objets", {"id": 1}, nom="x")
    finally:
        other.close()


@cause()
def check_base_verrou_garde(db):
    """A lock that outlives the application's connections: the base cannot be put back."""
    from sqlalchemy import text

    from etabli.exam.tools.db import Database

    other = Database(db._address, db._recorder)
    for statement in ("XA START 'x'", "UPDATE objets SET nom = 'gardé' WHERE id = 1", "XA END 'x'", "XA PREPARE 'x'"):
        other.connection.execute(text(statement))
    try:
        db.execute("SET SESSION innodb_lock_wait_timeout = 1")
        db.update("objets", {"id": 4}, nom="x")
        db.restore()
    finally:
        other.connection.execute(text("XA ROLLBACK 'x'"))
        other.close()
        db.execute("SET SESSION innodb_lock_wait_timeout = 3")


@cause()
def check_base_occupee(db):
    """Connections that never say their name fill the server; they are closed before the next check."""
    from contextlib import ExitStack
    from socket import create_connection

    from etabli.exam.tools.db import Database

    with ExitStack() as held:
        for _time in range(140):
            held.enter_context(create_connection((db._address.host, db._address.port), 5))
        time.sleep(0.5)
        Database(db._address, db._recorder).count("objets")


@cause()
def check_base_innombrable(db):
    """More tables than anybody could look at before each check; those of this one go in a batch, as they came."""
    names = [f"t{n}" for n in range(503)]
    for name in names:
        db.execute(f"CREATE TABLE {name} (id INT) ENGINE=MEMORY")
    try:
        db.restore()
    finally:
        db.execute(f"DROP TABLE {', '.join(names)}")


@cause()
def check_fichier_absent(files):
    """A file that was not handed in."""
    files.text("config.php")


@cause()
def check_nous_script(page):
    """Our own bad script is our error, not a failure."""
    page.open("/")
    page.script("return jamais_defini.x")


@cause()
def check_nous_sql(db):
    """Our own bad SQL is our error."""
    db.execute("SELEC 1")


@cause(timeout=0.5)
def check_nous_lents(files):
    """Our own slowness is our error, when it is no work."""
    time.sleep(600)


@cause()
def check_nous_exception(variant):
    """Our own mistake is our error."""
    assert variant["absent"]
