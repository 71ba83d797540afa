"""What fixtures do on a well-behaved site, and how checks are ordered, blocked and cleaned."""

from __future__ import annotations

import ast
import html
import json
import re
import time
from functools import partial
from urllib.parse import quote, urlencode

import pymysql
import pytest

from etabli.exam import Failed, check
from etabli.exam.tools import browser
from etabli.exam.tools import db as database

it = partial(check, points=1, palier="essentiel", competences=["C1.1"], timeout=20)


def expect(seen, wanted):
    """Failed unless equal."""
    if seen != wanted:
        raise Failed(repr(seen), repr(wanted))


@it()
def check_lecture(page):
    """Reading a page."""
    page.open("/")
    expect((page.status, page.title, page.lang, page.path), (200, "Essai", "fr", "/"))
    expect(page.headings(), ["Accueil"])
    expect([(link.text, link.path) for link in page.links()], [("Liste", "/liste?p=2")])
    page.follow("liste")
    expect((page.path, page.headings()), ("/liste?p=2", ["Liste"]))
    page.follow("Retour")
    expect(page.path, "/")
    page.back()
    expect(page.path, "/liste?p=2")
    page.open("/nulle-part")
    expect((page.status, page.headings()), (404, ["Introuvable"]))
    page.open("/devinee", guessed=True)
    expect(page.status, 404)
    page.open("/erreur")
    expect(page.status, 500)


@it()
def check_page_donnee(page):
    """A still page is asked for by the browser once, then given to it: nobody who looks, acts or serves can tell."""

    def seen():
        """What the page shows, says of itself and asked for."""
        told = "return [document.compatMode, document.characterSet, document.URL, document.body.innerText]"
        return page.status, page.title, page.path, page.links(), page.script(told)

    page.open("/cookie")
    looks, given = [], []
    for path in 2 * (
        "/",
        "/habillee",
        "/entetes",
        "/lecture-seule",
        "/liste",
        "/nulle-part",
        "/formulaire",
        "/",
        "/cookies-refuses",
        "/cookie",
    ):
        page.open(path)
        looks.append((path, seen()))
        given.append(page._browser.tab.given is not None)
    for one, other in zip(looks[:10], looks[10:], strict=True):
        expect(one, other)
    expect(looks[1][1][-1][-1], "Habits\n\nEN BLOC")  # with its styles, however late they come
    expect(set(given), {True})  # the first time too, to see that it is the same
    expect([cookie["httpOnly"] for cookie in page.cookies()], [True])
    page.open("/formulaire")
    page.fill_all({"Nom": "Donnée", "Rayon": "Jouets", "Date d'entrée": "09/03/2026"})
    page.submit(page.forms()[0])
    expect(("'nom', ['Donnée']" in page.text, page._browser.tab.given), (True, None))
    page.open("/deux-rayons")
    form = page.forms()[1]
    for _ in range(2):
        page.open("/deux-rayons")
        page.fill(page.field("Rayon", form), "Jouets")
        page.submit(form)
        expect((page.path, page._browser.tab.given is not None), ("/recu?rayon=7", True))
    page.back()
    expect(page.path, "/deux-rayons")
    answers = []
    for _ in range(2):
        page.open("/entetes")
        page.fill("nom", "œuf + sel ~*-_.!")
        page.submit(page.forms()[0])
        answers.append((page.path, page.html.partition("<pre>")[2]))
    expect(answers[0], answers[1])  # the first one was the browser's own
    expect(page._browser.tab.given is not None, True)
    page.reload()
    expect(page.html.partition("<pre>")[2].startswith("Host"), True)
    expect("Content-Type: application/x-www-form-urlencoded" in page.html, True)  # sent again
    page.open("/formulaire")
    page.fill("Nom", page.payload("donnee"))
    page.submit(page.forms()[0])
    expect((page.executed("donnee"), page.path, page._browser.tab.given), (True, "/recu", None))
    expect(page.script("return document.getElementById('nombre').textContent", kind=str), "1")  # sent once
    page.open("/ordinaire")
    page.open("/ordinaire")
    expect(page._browser.tab.given, None)  # it runs something


@it()
def check_formulaire(page):
    """Finding fields by the words a person uses."""
    page.open("/formulaire")
    form = page.forms()[0]
    expect((form.method, [button.name for button in form.buttons]), ("post", ["Enregistrer"]))
    expect([item.label for item in form.entries], ["Nom *", "Rayon", "Date d'entrée", "Prix", "Dépôt", ""])
    expect([item.kind for item in form.fields][-2:], ["hidden", "text"])
    date = page.field("date d’entree")
    expect((date.kind, date.nearby, date.labelled), ("date", "date invalide", True))
    expect((page.field("Recherche").labelled, page.field("nom").required), (False, True))
    expect(page.field("Dépôt").chosen, "Sud")
    page.fill_all(
        {"Nom": "Lampe", "Rayon": "été & jardin", "Date d'entrée": "09/03/2026", "Prix": "12,50", "Dépôt": "Nord"}
    )
    page.submit(form)
    expect(page.headings(), ["Reçu"])
    wanted = (
        "[('action', ['envoi']), ('depot', ['1']), ('jeton', ['j1']), ('jour', ['2026-03-09']), ('nom', ['Lampe']), "
        "('prix', ['12.50']), ('rayon', ['2']), ('sans', [''])]"
    )
    expect(page.script("return document.querySelector('pre').textContent"), wanted)


@it()
def check_main(page):
    """What is filled and pressed is told to the page as a person's doing."""
    page.open("/mefiant")
    given = {"Nom": "Lampe", "Rayon": "Été & jardin", "Date d'entrée": "2026-03-09", "Prix": "12,50", "Dépôt": "Nord"}
    page.fill_all({**given, "Neuf": True, "Recherche": "b"})
    seen = {field.name: field.value for field in page.forms()[0].entries}
    wanted = {
        "nom": "Lampe",
        "rayon": "2",
        "jour": "2026-03-09",
        "prix": "12.50",
        "depot": "1",
        "sans": "b",
        "neuf": "on",
    }
    expect((seen, page.field("Neuf").checked), (wanted, True))
    page.submit(page.forms()[0])
    expect(page.script("return document.getElementById('faux').textContent"), "")


@it()
def check_valeur_refusee(page):
    """A value that the control refuses reaches the server all the same."""
    page.open("/formulaire")
    page.fill_all({"Prix": "abc", "Date d'entrée": "31/02/2026"})
    page.submit("Prix", "Enregistrer")
    sent = page.script("return document.querySelector('pre').textContent")
    expect(("'prix', ['abc']" in sent, "['31/02/2026']" in sent, "('nom', [''])" in sent), (True, True, True))


@it()
def check_deux_envois(page):
    """The same form sent twice; a reload sends a third time."""
    page.open("/formulaire")
    page.fill("Nom", f"Double {time.monotonic_ns()}")
    page.submit_twice("Nom")
    expect(page.script("return document.getElementById('nombre').textContent"), "2")
    page.reload()
    expect(page.script("return document.getElementById('nombre').textContent"), "3")


@it()
def check_envoi_lent(page):
    """A slow answer is waited for, after a form and after a link."""
    page.open("/lent-formulaire")
    page.submit(page.forms()[0])
    expect(page.headings(), ["Enfin"])
    page.open("/lent-formulaire")
    page.follow("Lien lent")
    expect(page.headings(), ["Enfin"])


@it()
def check_presse(page):
    """However quick the exam, no click is lost: Chromium takes 200 navigations of a page in ten seconds."""
    for _time in range(110):
        page.open("/pose?a=rel%3Dnoreferrer")
        page.follow("Suite")
        expect("/entetes" in page.url, True)


@it()
def check_confirmation(page):
    """A confirm() that the check accepts."""
    page.open("/confirmation")
    page.submit(page.forms()[0], accept_dialog=True)
    expect(page.headings(), ["Reçu"])


@it()
def check_replie(page):
    """A form that waits behind a click: in <details>, or in a window that a button opens."""
    page.open("/replie")
    page.submit(page.forms()[0])
    expect(page.headings(), ["Reçu"])
    page.open("/boite")
    form = page.forms()[0]
    page.submit(form, "Adieu")
    expect(page.headings(), ["Reçu"])


@it()
def check_pressable(page):
    """What can be pressed: buttons, links without address, and what stands in an open window."""
    page.open("/boite")
    expect([(item.name, item.method) for item in page.pressables()], [("Mettre au rebut", ""), ("Suivant", "")])
    page.push(page.pressables()[1])
    expect(page.headings(), ["Page 2"])
    page.push(page.pressables()[0])
    asked = [item for item in page.pressables() if item.modal]
    expect([(item.name, item.method) for item in asked], [("Ne pas supprimer", "post"), ("Adieu", "post")])
    page.push(asked[1])
    expect(page.headings(), ["Reçu"])


@it()
def check_boite_fermee(page):
    """A window that is closed by its answer, and only then has its form sent: a frame tells that it is closed."""
    page.open("/boite-fermee")
    page.submit(page.forms()[0], accept_dialog=True)
    [answer] = [item for item in page.pressables() if item.modal]
    page.push(answer)
    expect(page.headings(), ["Reçu"])


@it()
def check_texte(page):
    """A read-only field is read; what only machines read is not, what fades in is."""
    page.open("/lecture-seule")
    text = page.text
    expect([word in text for word in ("12,50 €", "Nord", "bientôt")], [True, True, True])
    expect([word in text for word in ("tapé", "machines", "transparent")], [False, False, False])
    page.open("/lecture-seule")
    expect(page.script("return document.querySelector('[style*=width]').style.visibility"), "")


@it()
def check_filtre_nomme(page):
    """Of two fields of the same name, the one that is told is the filter."""
    page.open("/deux-rayons")
    page.choose("Rayon", "Jouets", field=page.field("Rayon", page.forms()[1]))
    expect(page.path.split("?")[0], "/recu")


@it()
def check_filtre(page):
    """A select that sends itself, a select with a button, and a link, with a count or not, among longer names."""
    page.open("/auto")
    page.choose("Rayon", "Jouets")
    expect(page.path, "/recu?rayon=7")
    page.open("/formulaire")
    page.choose("Rayon", "Jouets")
    expect(page.headings(), ["Reçu"])
    page.open("/")
    page.choose("Rayon", "Liste")
    expect(page.headings(), ["Liste"])
    page.open("/choix")
    page.choose("Rayon", "Jouets")
    expect(page.path, "/recu?rayon=3")
    for option, path in (("Jouets", "/recu?rayon=2"), ("Livres", "/recu?rayon=4")):
        page.open("/rayons")
        page.choose("Rayon", option)
        expect(page.path, path)


@it()
def check_script(page):
    """A page that a script fills is read once it is calm; what we looked on while nothing came is not its time."""
    start, waited = time.monotonic(), page._recorder.waited
    page.open("/js")
    expect("arrivé" in page.text, True)
    expect(time.monotonic() - start - (page._recorder.waited - waited) >= 0.5, True)


@it()
def check_marque(page):
    """A payload that runs is seen, one that does not is not."""
    for number in range(5):  # one of each kind
        page.open("/montre-tel-quel?" + urlencode({"texte": page.payload(f"essai {number}")}))
        expect((page.executed(f"essai {number}"), page.executed("autre")), (True, False))
    expect(len({page.payload(f"essai {number}").split()[0] for number in range(5)}), 5)
    page.open("/montre-tel-quel?" + urlencode({"texte": page.markup("gras")}))
    expect((page.executed("gras"), page.executed("autre")), (True, False))
    page.open("/")
    expect(page.executed("essai"), False)


@it()
def check_telephone(page):
    """Sideways scroll on a phone."""
    page.width(360)
    page.open("/large")
    seen = page.overflow()
    expect((seen.pixels > 300, "trop" in seen.culprit), (True, True))
    page.open("/etroit")
    expect(page.overflow().pixels, 0)


@it()
def check_taille(page):
    """After the phone, the ordinary window, of its drawn size."""
    page.open("/")
    width, height = page.script("return [innerWidth, innerHeight]", kind=list[int])
    expect((1240 <= width <= 1904, 820 <= height <= 900), (True, True))


@it()
def check_axe(page):
    """axe-core speaks French and names criteria of the RGAA."""
    page.open("/axe")
    found = {item.id: item for item in page.axe()}
    expect(found["image-alt"].impact, "critical")
    expect((found["label"].rgaa, "étiquette" in found["label"].help), (("11.1",), True))


PALE = "<!DOCTYPE html><html lang=fr><title>x</title><style>p{color:#bbb}</style><h1>Un</h1><p>pâle</p><img src=a.png>"


LOOKS = """<!DOCTYPE html><html lang=fr><title>x</title><style>
a:link { color: #046; } p a:visited { color: #fff; } h1 a:link { padding: 1em; }
@media (prefers-color-scheme: dark) { body { background: #111; } }
</style><h1>Un</h1><p><a href="/a">Lampe</a> <a href="#b" style="color: #fff">Suite</a></p>"""
FIELD = """<!DOCTYPE html><html lang=fr><title>x</title><style>p { position: relative; } label { transition: all 9s; }
p label { position: absolute; left: 0; top: 0; } input:not(:placeholder-shown) + label { %s }
</style><h1>Un</h1><p><input id=a placeholder=" "><label for=a>Chercher</label></p>"""

VARIABLES = """<!DOCTYPE html><title>Un</title><style>:root { --ground: #046; --ink: #fff; }
  .button, .button:visited { background: var(--ground); color: var(--ink); }
</style><h1>Un</h1><p><a class=button href=/>Ajouter</a> <button class=button>Chercher</button>"""


def contrasts(leaf):
    return sorted({one.ratio for found in leaf.axe(rules=["color-contrast"], same=True) for one in found.contrasts})


@it()
def check_autres_regards(leaf):
    """As who has been everywhere sees a page, and who wants it dark; a text of its background's colour is a fault."""
    leaf.put(LOOKS.replace("a:link { color: #046; } p a:visited { color: #fff; }", ""))
    expect((contrasts(leaf), leaf.visit_links()), ([1.0], False))
    leaf.put(LOOKS.replace(' style="color: #fff"', ""))
    expect((contrasts(leaf), leaf.visit_links(), contrasts(leaf)), ([], True, [1.0]))
    leaf.put(VARIABLES)
    expect((contrasts(leaf), leaf.visit_links(), contrasts(leaf)), ([], True, []))
    leaf.put(LOOKS.replace(' style="color: #fff"', ""))
    expect((leaf.themed(), contrasts(leaf)), (True, []))
    leaf.theme(dark=True)
    expect(len(contrasts(leaf)) > 1, True)
    leaf.theme(dark=False)
    expect(contrasts(leaf), [])
    leaf.theme(dark=True)
    leaf.put("<!DOCTYPE html><meta name=color-scheme content='light dark'><p>Sans couleurs")
    expect((leaf.themed(), contrasts(leaf)), (True, []))


@it()
def check_theme_rendu(leaf):
    """The next check's pages are light again."""
    leaf.put("<h1>Un</h1>")
    expect(leaf.script("return matchMedia('(prefers-color-scheme: dark)').matches", kind=bool), False)
    expect(leaf.themed(), False)


@it()
def check_etiquette_qui_part(leaf):
    """A label that leaves a field that is filled, however long it takes; one that goes up and stays is no such."""
    for style, wanted in (
        ("opacity: 0", ("Chercher", "filled")),
        ("color: #fff", ("Chercher", "filled")),
        ("left: -999em", ("Chercher", "filled")),
        ("display: none", ("Chercher", "filled")),
        ("top: -1em; font-size: .8em; color: #046", ("", "")),
    ):
        leaf.put(FIELD % style)
        found = leaf.leaving_label()
        expect((found.label, found.step), wanted)
    leaf.put((FIELD % "opacity: 0").replace("input:not(:placeholder-shown)", "input:focus"))
    expect(leaf.leaving_label().step, "focus")


@it()
def check_page_rendue(leaf):
    """A page that was handed in as a file: nothing serves it, and the next one is another."""
    leaf.put(PALE)
    expect((leaf.lang, leaf.headings(), "pâle" in leaf.text), ("fr", ["Un"], True))
    expect({"color-contrast", "image-alt"} - {item.id for item in leaf.axe()}, set())
    leaf.put("<h1>Deux</h1>")
    expect((leaf.lang, leaf.headings()), ("", ["Deux"]))


@it()
def check_nu(nu):
    """The checker's errors, once each, in French."""
    page = "<!DOCTYPE html><html lang=fr><head><title>x</title></head><body><p id=a></p><p id=a></p></div></div></body></html>"
    many = " ".join(f"a{number}=1" for number in range(9_000))
    try:
        nu.check(f"<!DOCTYPE html><p {many}>", "la page de trop")
    except Failed as told:
        expect(told.observed, "Le code d'une page a trop d'erreurs pour être comptées (la page de trop).")
    else:
        raise AssertionError("its answer is of several megabytes")
    seen = [message.text for message in nu.check(page)]
    expect(seen, ["L'identifiant (id) « a » est utilisé plusieurs fois.", "Balise fermante </div> de trop."])


@it()
def check_http(http):
    """Plain requests: host, cookies, redirects, size."""
    http.get("/cookie")
    expect(http.cookies(), {"s": "1"})
    expect("s=1 127.0.0.1:8080" in http.get("/montre").text, True)
    expect("aucun" in http.session().get("/montre").text, True)
    expect(http.get("/nulle-part").status, 404)
    expect(http.post("/recu", {"nom": "par http"}).status, 200)
    big = http.get("/enorme")
    expect((big.truncated, len(big.body)), (True, 5 * 1024 * 1024))


def sent(shown):
    """What the browser, or whoever asks in its place, has sent for a page that shows it."""
    return html.unescape(shown.partition("<pre>")[2].partition("</pre>")[0]).splitlines()


@it()
def check_meme_visiteur(page, http):
    """A request without the browser is the browser's own on the wire: names, values and order."""
    page.open("/entetes")
    typed = sent(page.html)
    expect(sent(http.get("/entetes").text), typed)
    page.submit(page.forms()[0])
    form = sent(page.html)
    expect(sent(http.post("/entetes", {"nom": "x"}, sent_from=page.url).text), form)
    values = dict(line.split(": ", 1) for line in form)
    agent = re.search(r"Chrome/(\d+)\.0\.0\.0", values["User-Agent"])
    expect(f'"Chromium";v="{agent[1]}"' in values["sec-ch-ua"] and "Headless" not in "".join(form), True)
    languages = [one.partition(";")[0] for one in values["Accept-Language"].split(",")]
    expect(
        (values["Sec-Fetch-Site"], "fr" in languages, set(languages) <= {"fr-FR", "fr", "en-US", "en"}),
        ("same-origin", True, True),
    )
    before = page.url
    page.open("/entetes")
    opened = dict(line.split(": ", 1) for line in sent(page.html))
    expect((opened["Referer"], opened["Sec-Fetch-Site"]), (before, "same-origin"))
    other = "https://www.brocante-du-lac.fr"
    theirs = dict(
        line.split(": ", 1) for line in sent(http.post("/entetes", {"nom": "x"}, sent_from=f"{other}/a").text)
    )
    changed = {"Origin": other, "Referer": f"{other}/", "Sec-Fetch-Site": "cross-site"}
    expect(list((values | changed).items()), list(theirs.items()))


COOKIES = (
    ['a="tableau-\\"large\\""', "b=", "c=x  y", 'd="é, œ"', "e= 1 ", "g=1; Path=/ailleurs", 'h="1'],
    [
        "a=1",
        "long=1; Path=/entetes",
        "b=2",
        "a=3",
        "c=1",
        "b=2",
        "d=; Max-Age=0",
        "e=1",
        "e=; Max-Age=0",
        "f=1; Version=1",
        "court=1; Path=/ent",
    ],
    [
        "seul",
        "=vide",
        "=a=b",
        "i=1; Secure",
        "j=1; SameSite=None",
        "k=1; SameSite=None; Secure",
        "l=1; Domain=127.0.0.1",
    ],
    [
        "__Host-m=1",
        "__Host-n=1; Secure; Path=/",
        "__Secure-o=1",
        "p=1; Domain=ailleurs.test",
        "q=1; Path=x",
        "r=1;;HttpOnly",
    ],
    [
        "s=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "t=1; Max-Age=x",
        "u=1; Expires=Fri, 31-Dec-2100 10:00:00 GMT",
        "v=1\x01",
    ],
    ["v=a=b=c", "x=1; Max-Age=5; Max-Age=0", "w=1, y=2", "z=\\", "z2='\u2603'", "Z=maj", "z=min; path=/entetes/"],
)


@it()
@pytest.mark.parametrize("cookies", COOKIES, ids=range(len(COOKIES)))
@pytest.mark.parametrize("given", [False, True])
def check_memes_temoins(page, http, cookies, given):
    """Cookies go back as the browser sends them: signs, order and all, from whoever asks in its place, and from itself after that."""
    path = f"/pose?{urlencode([('t', one) for one in cookies])}"
    for _time in range(1 + given):
        page._browser.clean()
        page.open(path, typed=not given)
        page._browser.tab.jar = None
    expect(page._browser.tab.given is not None or not given, True)
    page.open("/entetes", typed=True)
    browser = sent(page.html)
    expect(sent(http.session(page.jar()).get("/entetes").text), browser)
    http.get(path)
    expect(sent(http.get("/entetes").text), browser)


POLICIES = ("", "no-referrer", "origin", "strict-origin", "same-origin", "no-referrer, x", "unsafe-url")
TOLD = (
    *(("header", policy) for policy in POLICIES),
    *(("meta", policy) for policy in ("no-referrer", "same-origin", "no-referrer, x")),
    *(("link", policy) for policy in ("", "origin", "unsafe-url")),
    *(("moved", policy) for policy in ("no-referrer", "origin")),
    *(("long", policy) for policy in ("", "unsafe-url")),
)
"""Not all of both: a browser changes an address two hundred times in ten seconds at most."""


@it()
@pytest.mark.parametrize(("way", "policy"), TOLD)
def check_meme_provenance(page, http, policy, way):
    """Where one comes from is told as the page, its link and its form let the browser tell it."""
    told = {
        "header": {"p": policy},
        "meta": {"m": f'<meta content="{policy}" name=referrer>'},
        "link": {
            "a": f'referrerpolicy="{policy}"' if policy else "rel=noreferrer",
            "f": "" if policy else "rel=noreferrer",
        },
        "long": {"p": policy, "x": "x" * 4096},
        "moved": {"p": policy, "vers": "/entetes"},
    }[way]
    path = f"/pose?{urlencode(told)}"
    answers = []
    for _time in range(2):
        page.open("/liste", typed=True)
        page.open(path)
        if way == "moved":
            answers.append(sent(page.html))
            continue
        page.open("/entetes")
        answers.append(sent(page.html))
        page.open(path)
        page.follow("Suite")
        expect(sent(page.html), answers[-1])
        page.open(path)
        page.submit(page.forms()[0])
        expect(
            sent(http.post("/entetes", {"nom": "x"}, sent_from=f"http://127.0.0.1:8080{path}").text), sent(page.html)
        )
    expect(answers[0], answers[1])
    if way == "moved":
        expect(sent(http.get(path, sent_from="http://127.0.0.1:8080/liste").text), answers[0])
        page.open(path, typed=True)
        expect(sent(http.get(path).text), sent(page.html))


@it()
@pytest.mark.parametrize("path", ["/zstd", "/brotli"])
def check_compresse(page, http, path):
    """What the browser can read is read without it too, and asked for once."""
    before = int(http.get(f"/combien?de={path}").text)
    answer = http.get(path)
    expect((answer.text.count("été"), answer.truncated, answer.text.endswith("</html>")), (20000, False, True))
    for _time in range(2):
        page.open(path)
        expect((page.title, page.text.count("été")), ("Pressée", 20000))
    expect((int(http.get(f"/combien?de={path}").text) - before, page._browser.tab.given is not None), (3, True))


@it()
def check_chemins(page):
    """An address that is typed, a link, F5 and the arrows are told apart by the server, as a real browser has them."""

    def seen():
        """What the page now shown was asked for with: these headers, or None."""
        lines = html.unescape(page.html.partition("<pre>")[2].partition("</pre>")[0]).splitlines()
        told = dict(line.split(": ", 1) for line in lines if ": " in line)
        return [told.get(name) for name in ("Sec-Fetch-Site", "Referer", "Cache-Control", "Cookie")]

    page.open("/cookie")
    for path in ("/entetes", "/entetes?agit=1"):  # a still page, which may be given; one in which something runs
        for _time in range(2):
            page.open("/liste")
            page.open(path, typed=True)
            expect(seen(), ["none", None, None, "s=1"])
        page.reload()
        expect(seen(), ["none", None, "max-age=0", "s=1"])
        page.open("/liste")
        before = page.url
        page.open(path)
        expect(seen(), ["same-origin", before, None, "s=1"])
    page.reload()
    expect(seen(), ["same-origin", before, "max-age=0", "s=1"])
    page.open("/auto")
    page.back()  # what it has kept, which nobody is asked for
    expect((page.path, seen()), (path, ["same-origin", before, "max-age=0", "s=1"]))


@it()
def check_fleches(page):
    """Forward after back is the page that was left, whether the browser asked for it or was given it; else nothing."""
    page.open("/")
    for first, given in (("/formulaire", True), ("/auto", False)):
        page.open(first)
        for typed in (None, False, True):
            there = (first, 1) if typed is None else ("/", 0)
            page.open("/liste?p=2")
            page.open(first)
            expect(page._browser.tab.given is not None, given)
            page.back()
            expect((page.path, page.headings()), ("/liste?p=2", ["Liste"]))
            page.forward() if typed is None else page.open("/", typed=typed)
            expect((page.path, len(page.forms())), there)
            page.forward()  # nobody has gone back from there
            expect((page.path, len(page.forms())), there)


HEARD = """<script>for (const kind of ['keydown', 'click']) addEventListener(kind, (event) => {
document.forms[0].vu.value += event.key ?? (event.detail ? ' main' : ' clic') })</script>"""
ONE, TWO = "<button name=b value=un>Un</button>", "<button name=b value=deux>Deux</button>"
ENTERED = {
    "two buttons": ("post", f"{ONE}{TWO}", "Enter clic", "un"),
    "one that nobody sees": ("get", f"{ONE.replace(' ', ' hidden ', 1)}{TWO}", "Enter clic", "un"),
    "one that writes, and nobody sees": ("post", f"{ONE.replace(' ', ' hidden ', 1)}{TWO}", " main", "deux"),
    "one that is barred": ("get", f"{ONE.replace(' ', ' hidden disabled ', 1)}{TWO}", " main", "deux"),
    "one among barred fields": ("post", f"<fieldset disabled>{ONE}</fieldset>{TWO}", " main", "deux"),
    "none": ("post", "", "Enter", None),
    "none, and two fields": ("post", "<input type=password name=mot>", "", None),
}
"""Buttons of a form; what its page hears of Enter in its field, and the button that is sent with it (HTML, "implicit
submission"). A form that Enter does not send so is sent otherwise."""


@it()
def check_entree(page):
    """Enter in a field sends a form once, by its default button: in a page that hears it, and in one that is given."""
    wrong = []
    for buttons, (method, inside, heard, button) in ENTERED.items():
        for script, wanted in (("", ""), ("", ""), (HEARD, heard)):
            seen = entered(page, method, inside + script)
            if seen != ("1", wanted, button):
                wrong.append((buttons, seen))
    expect(wrong, [])


@it()
def check_entree_sans_effet(page):
    """A key that a page bars or that begins a line, or another button than the first: that one is clicked after all."""
    mute = "<script>document.forms[0].nom.onkeydown = (event) => event.preventDefault()</script>"
    expect(entered(page, "post", f"{ONE}{mute}{HEARD}"), ("1", "Enter main", "un"))
    text = "<label>Texte <textarea name=texte></textarea></label>"
    expect(entered(page, "post", f"{text}{ONE}{HEARD}", "Texte"), ("1", " main", "un"))
    expect(entered(page, "get", f"{ONE}{TWO}{HEARD}", button="Deux"), ("1", " main", "deux"))
    page.open("/touches")
    page.fill("Texte", "un\ndeux")
    expect((page.path, page.field("Texte").value), ("/touches", "un\ndeux"))


def entered(page, method, inside, field="Nom", button=None):
    """Presses Enter in a form that holds this; gives how often it was sent, what its page heard, its button."""
    name = f"<label>Nom <input name=nom value='{time.monotonic_ns()}'></label>"
    form = f"<form method={method} action=/recu><input type=hidden name=vu>{name}{inside}</form>"
    page.open("/montre-tel-quel?" + urlencode({"texte": form}))
    page.submit(page.forms()[0], button, enter=page.field(field))
    found = "return ['#nombre', 'pre'].map((one) => document.querySelector(one)?.textContent ?? '[]')"
    times, told = page.script(found, kind=list[str])
    sent = dict(ast.literal_eval(told))
    return times, sent.get("vu", [""])[0], sent.get("b", [None])[0]


@it()
def check_temoins(page, http, db):
    """A failure keeps what was seen."""
    before = db.rows("objets")
    db.update("objets", {"id": 1}, nom="Lampe bleue")
    diff = db.compare(before, db.rows("objets"))
    expect([change.columns for change in diff.changed], [("nom",)])
    page.open("/liste")
    http.get("/nulle-part")  # before the page, it would be no proof of what is seen there
    raise Failed("à revoir", "autre chose")


@it()
def check_base(db):
    """Reading and writing."""
    expect(db.count("objets"), 3)
    new = db.insert("objets", nom="Pelle d'été", prix="3.20", rayon_id=2)
    expect([row["nom"] for row in db.rows("objets", {"rayon_id": 2}, ["-nom"])], ["Vélo", "Théière", "Pelle d'été"])
    expect(db.rows("objets", {"prix": None})[0]["id"], 4)
    expect((db.update("objets", {"id": new}, nom="x"), db.delete("objets", {"id": new})), (1, 1))
    db.add_rows("objets", [{"nom": f"n{n}", "rayon_id": 1} for n in range(1000)])
    expect(db.count("objets"), 1003)
    db.clear("rayons")
    expect((db.count("rayons"), db.count("objets"), db.columns("rayons")), (0, 0, ["id", "nom"]))
    db.execute("ALTER TABLE objets ADD COLUMN vert INT")
    for name in ("intrus", "a%sb", "a\u2028b\x85\n\tc", "a`` '\"", r"a\:b.c"):
        db.execute(f"CREATE TABLE `{name}` (id INT, rayon_id INT, FOREIGN KEY (rayon_id) REFERENCES rayons (id))")
    db.execute("INSERT INTO `a%sb` VALUES (1, NULL)")
    db.clear("rayons")
    db.execute("CREATE SEQUENCE suite")
    db.execute("SET foreign_key_checks = 0")
    db.execute("RENAME TABLE objets TO gardes")
    db.execute("CREATE VIEW objets AS SELECT * FROM gardes")


@it()
def check_base_revenue(db):
    """Structure and rows are what they were, whatever the check before did."""
    expect((db.tables(), db.columns("objets")), (["objets", "rayons"], ["id", "nom", "prix", "rayon_id"]))
    expect([row["nom"] for row in db.rows("objets", order="id")], ["Lampe", "Théière", "Vélo"])
    expect(db.insert("objets", nom="suivant", rayon_id=1), 10)


@it()
def check_base_preparee(db):
    """A distributed transaction that was prepared outlives its connection, with its locks: it is undone all the same."""
    place = db._address
    other = pymysql.connect(
        host=place.host, port=place.port, user=place.user, password=place.password, database=place.name
    )
    kept = "UPDATE objets SET nom = 'gardé' WHERE id = 1"
    for statement in ("XA START 'a%b`'", kept, "XA END 'a%b`'", "XA PREPARE 'a%b`'"):
        other.cursor().execute(statement)
    other.close()
    db.update("objets", {"id": 4}, nom="x")
    db.restore()
    expect([row["nom"] for row in db.rows("objets", order="id")], ["Lampe", "Théière", "Vélo"])
    db.update("objets", {"id": 1}, nom="libre")


@it()
def check_base_en_panne(db):
    """An outage of each kind: the application is refused for a reason of its own, we still read, and it ends."""
    place = db._address

    def refused():
        try:
            pymysql.connect(host=place.host, user=place.candidate_user, password=place.candidate_password).close()
        except pymysql.err.OperationalError as error:
            return error.args[0]
        return 0

    expect(refused(), 0)
    for outage, code in zip(database.OUTAGES, (4151, 1045, 1226), strict=True):
        with db.down(outage):
            expect(refused(), code)
            expect(db.count("objets"), 3)
        expect(refused(), 0)


@it()
def check_fichiers(files):
    """The submission, read only."""
    expect((files.paths(), files.paths(".php")), (["index.php", "vieux.txt"], ["index.php"]))
    expect([(hit.path, hit.line) for hit in files.search("localhost")], [("index.php", 2)])
    expect(files.text("vieux.txt"), "café")


@it()
def check_biscuit(page):
    """Leaves a cookie, storage and a window behind."""
    page.open("/cookie")
    page.script("localStorage.setItem('a', '1')")
    expect([(cookie["name"], cookie["httpOnly"]) for cookie in page.cookies()], [("s", True)])
    page.open("/fenetres")


@it()
def check_sans_biscuit(page):
    """Nothing of it is left."""
    page.open("/montre")
    expect(("aucun" in page.text, page.script("return localStorage.length"), "Headless" in page.text), (True, 0, False))


@it()
@pytest.mark.parametrize("number", [1, 2, 3])
def check_cas(number):
    """Several cases, one verdict: the worst."""
    if number == 2:
        raise Failed("cas 2", "aucun cas")


@it(after=["cas"])
def check_apres_cas():
    """Blocked by the one before."""


@it(after=["apres-cas", "lecture"], help="Aide du point.")
def check_apres_apres():
    """Blocked by the root."""


@it(help="Aide du point.")
def check_aide():
    """The check's own help is used where a failure has none; secrets are blotted."""
    raise Failed("vu", "attendu")


@it(blames=["aide", "variante"])
def check_explique():
    """Told as the consequence of the one that failed, which runs before it."""
    raise Failed("vu", "attendu", because=["variante", "aide"])


@it(blames=["variante"])
def check_mal_explique():
    """What is named works, and what failed is not declared: its own failure is told."""
    raise Failed("vu", "attendu", because=["variante", "aide"])


@it(after=["explique"])
def check_apres_explique():
    """Blocked by the cause."""


@it()
def check_a_cote():
    """Fails, and nothing waits for it."""
    raise Failed("vu", "attendu", stops=False)


@it(after=["a-cote"])
def check_apres_a_cote():
    """Examined all the same."""


@it()
def check_variante(variant):
    """The variant cannot be changed."""
    with pytest.raises(TypeError):
        variant["mot"] = "autre"
    expect(variant["mot"], "bonjour")


@it()
def check_ordinaire(page):
    """What a page may look at to know who visits it: a person at a desk, then one with a phone."""
    desk = {
        "webdriver": False,
        "headless": False,
        "ours": [],
        "native": True,
        "timer": 1,
        "console": 0,
        "chrome": "object",
    }
    desk |= {"mouse": True, "finger": False, "touch": False, "points": False, "mobile": False, "framed": True}
    desk |= {"focus": True, "shown": "visible", "sharp": False, "bars": True}
    desk |= {"icon": "default", "pdf": [5, "application/pdf", "PDF Viewer", True], "bar": True, "barred": True}
    page.open("/ordinaire")
    expect(json.loads(page.text), desk)
    page.width(360, phone=False)
    page.open("/ordinaire")
    expect(json.loads(page.text), desk)
    page.width(360)
    page.open("/ordinaire")
    phone = {
        "mouse": False,
        "finger": True,
        "touch": True,
        "points": True,
        "mobile": True,
        "sharp": True,
        "bars": False,
        "pdf": [0, None, None, False],
        "bar": False,
    }
    expect(json.loads(page.text), desk | phone | {"framed": json.loads(page.text)["framed"]})


@it()
def check_place(page):
    """A click is where a window on a screen has it, under its bars; a key's is nowhere, a script's where it says."""

    def heard():
        return json.loads(page.script("return vu.textContent"))

    def laid_out():
        return {name: int(value) for name, value in page.script("return {...document.body.dataset}").items()}

    page.open("/place")
    expect(heard(), ["made", 7, 0, 8, 0])
    window = laid_out()
    expect([name for name, value in window.items() if value < 0], [])
    expect(window["beside"], 16)
    page.click("button", 0)
    kind, screen_x, x, screen_y, y = heard()
    expect((kind, screen_x - x, screen_y - y), ("hand", window["left"] + 8, window["top"] + window["above"] - 8))
    expect((x > 0, y > 0, 60 <= screen_y - y - window["top"] <= 130), (True, True, True))
    page.script("document.querySelector('input').focus()")
    page._browser.tab.press(["Enter"])
    expect(heard(), ["key", 0, 0, 0, 0])
    page.width(360)
    page.open("/place")
    page.click("button", 0)
    kind, screen_x, x, screen_y, y = heard()
    window = laid_out()
    expect((window["left"], window["top"], window["width"], window["below"] >= 80), (0, 0, 360, True))
    expect((kind, screen_y > 80), ("hand", True))


@it()
@pytest.mark.parametrize("phone", [False, True])
def check_partout_le_meme(page, phone):
    """Who visits is the same for the page and for all that it can make: workers, a frame, a window."""
    if phone:
        page.width(360)
    page.open("/meme-visiteur")
    for _time in range(100):
        if "Ouvrir" in page.text:
            break
        time.sleep(0.1)
    page.click("button", 0)
    for _time in range(100):
        if "en cours" not in page.text:
            break
        time.sleep(0.1)
    seen = json.loads(page.text.removesuffix("Ouvrir"))
    expect({name: seen.pop(name) for name in ("worker", "nested", "shared", "service", "frame", "window")}, dict.fromkeys(
        ("worker", "nested", "shared", "service", "frame", "window"), "same"))  # fmt: skip
    five = "PDF Viewer,Chrome PDF Viewer,Chromium PDF Viewer,Microsoft Edge PDF Viewer,WebKit built-in PDF"
    pdf = (
        json.dumps({str(at): {"0": {}, "1": {}} for at in range(5)}, separators=(",", ":"))
        + "0,1,application/pdf,text/pdf"
    )
    expect(seen.pop("pdf").replace(five, ""), "{}" if phone else pdf)
    ordinary = {
        "version": False,
        "language": True,
        "line": True,
        "rights": ["granted", "granted"],
        "getter": "get plugins",
    }
    expect(seen, ordinary | {"loaded": "number", "load": "number"})


@it()
def check_touches(page):
    """A text is typed where a page hears keys: a click, keys with their places, and what a script makes of them stays."""
    page.open("/touches")
    page.fill_all({"Nom": "Été, 12 €", "Texte": "un œuf\ndeux", "Cinq": "plus de cinq", "Grand": "bleu"})
    seen = json.loads(page.script("return document.getElementById('vu').textContent"))
    codes = seen.pop("codes")
    expect(
        [seen["clicks"], seen["keys"], seen["texts"]], ["ntcg", "Été, 12 €un uf/deuxbleu", "Été, 12 €un œuf/deuxbleu"]
    )
    expect((seen["forged"], seen["focused"]), (0, True))
    expect(codes.startswith("ShiftLeft16 KeyE69 KeyT84 Digit250 KeyM188 Space32 Digit149 Digit250 "), True)
    page.fill("Lignes", "un\ndeux")  # a form that bars this key from sending it is right
    values = {field.name: field.value for field in page.forms()[0].entries}
    expect(
        values,
        {"nom": "Été, 12 €", "texte": "un œuf\ndeux", "cinq": "plus de cinq", "grand": "BLEU", "lignes": "un\ndeux"},
    )


@it()
def check_icone(page, http):
    """The icon of a site is asked for once, as a browser with windows does; no page is told to have missed it."""
    page._browser._new_tab()
    first = f"combien?de={time.time_ns()}"
    page.open(f"/{first}")
    page.open("/formulaire")
    asked = "/combien?de=" + quote(f"icone image {first}")
    for _time in range(50):
        if http.get(asked).text != "0":
            break
        time.sleep(0.1)
    expect((http.get(asked).text, page._browser.tab.document.lost), ("1", []))


@it()
def check_carte_du_site(page, http):
    """A site's manifest is asked for once by each visitor, as its link says; no page is told to have missed it."""

    def asked(what):
        return int(http.get("/combien?de=" + quote(f"manifest {what}")).text)

    before = [asked("lien s=1"), asked("lien aucun"), asked("script aucun")]
    page.open("/cookie")
    page.open("/carte")
    lost = page._browser.tab.document.lost
    page.open("/carte?encore")
    page.open("/carte")
    expect([asked("lien s=1"), asked("lien aucun"), asked("script aucun"), lost], [before[0] + 1, *before[1:], []])
    page._browser.clean()
    page.open("/carte")  # given, when the one before was asked for
    expect([asked("lien s=1"), asked("lien aucun")], [before[0] + 1, before[1] + 1])
    page._browser.clean()
    page.open("/cookie")
    page.open("/carte-tardive")
    page.open("/carte-tardive")
    expect(asked("script aucun"), before[2] + 1)


def called(page, http):
    """Lets a page send UDP by WebRTC, and a frame of it; gives how much arrived at the candidate's."""
    before = int(http.get("/datagrammes").text)
    page.open(f"/appel?a={page._browser._request.address}")
    for _time in range(50):
        if "fini" in page.text:
            break
        time.sleep(0.1)
    expect("fini" in page.text, True)
    return int(http.get("/datagrammes").text) - before


@it(timeout=60)
def check_udp(page, http, monkeypatch):
    """No page sends UDP, to any address; without our flag it does."""
    expect(called(page, http), 0)
    open_ = [flag for flag in browser._FLAGS if "webrtc" not in flag]
    expect(len(open_), len(browser._FLAGS) - 1)
    monkeypatch.setattr(browser, "_FLAGS", open_)
    page._browser.close()
    expect(called(page, http) > 0, True)
    page._browser.close()


@it()
def check_murs(page):
    """A page reaches neither the examiner's own helpers nor another host."""
    page.open("/")
    reach = "return fetch(arguments[0], {mode: 'no-cors'}).then(() => 'atteint', () => 'refusé')"
    for address in (
        "http://127.0.0.1:9515/status",
        "http://localhost:8888/",
        "http://[::1]:9515/",
        "http://ailleurs.test/",
    ):
        expect((address, page.script(reach, address)), (address, "refusé"))
    expect(page.script(reach, "/"), "atteint")


@it()
def check_sejour(page):
    """Who stays has the pointer over the page, sees the ends of what moves, and has scrolled."""
    for path, since, seen in (
        ("/reste-survol", "stay", "le 3 mai"),
        ("/reste-sourd", "stay", "B"),
        ("/reste-bas", "stay", "B"),
    ):
        page.open(path)
        expect((path, page.stay(0.5, 0.5), page.text.strip()), (path, since, seen))
    page.open("/reste-calme")
    expect((page.stay(0.1, 0.1), page.script("return [scrollX, scrollY]")), ("", [0, 0]))


@it()
def check_absence(page):
    """Who stays where something runs leaves the tab, narrows the page and prints it; all is as before afterwards."""
    for name, since in (
        ("onglet", "leave"),
        ("retour", "leave"),
        ("perdu", "leave"),
        ("trouve", "leave"),
        ("etroit", "resize"),
        ("papier", "print"),
    ):
        page.open(f"/reste-{name}")
        expect((name, page.stay(0.5, 0.5), page.text.strip()), (name, since, "B"))
    page.open("/reste-recharge")
    expect((page.stay(0.5, 0.5), page.text.strip()), ("", "A"))
    page.open("/reste-ecoute")
    before = page.script("return outerWidth - innerWidth")
    expect(page.stay(0.5, 0.5), "")
    page.script("document.querySelector('p').click()")
    heard = page.text.strip().split(",")
    expect([set(heard[:2]), set(heard[2:4])], [{"blur", "hidden"}, {"focus", "visible"}])
    expect(heard[4:], ["resize", "resize", "print", str(before), "visible", "true"])


@it()
def check_ordre_vu(page):
    """Things are taken in the order in which they are shown; one in which a person may read them stays."""
    page.open("/ordre")
    read = (
        "return asShown(Array.from(document.getElementById(arguments[0]).querySelectorAll('b'), (el) => ({ el })))"
        ".map(({ el }) => el.textContent).join('')"
    )
    seen = {
        name: page.script(read, name)
        for name in "lignes cartes milieu colonnes casiers macon zigzag contenu groupes tableau envers droite haut "
        "rang place tourne pris rangees cellules".split()
    }
    expect({name for name, order in seen.items() if order == "ABCD"}, set(list(seen)[:10]))
    expect(
        {name: order for name, order in seen.items() if order != "ABCD"},
        {
            "envers": "DCBA",
            "droite": "BADC",
            "haut": "CDAB",
            "rang": "ACDB",
            "place": "DCBA",
            "tourne": "DCBA",
            "pris": "BCDA",
            "rangees": "DCBA",
            "cellules": "DBCA",
        },
    )


@it()
def check_chiffres_vus(page):
    """Texts are read as CSS shows them: turned round, with others before or after them, or apart; what it hides is not."""
    page.open("/chiffres")
    figures = "03/01|1234|112,50|12,50 €|12,50 €|Prix : 3|4|5|6 €|NEUF"
    words = "Tarif : 10 €|11|Lieu : 12|Lieu treize|Date|14|quinze|Lieu : 16|17"
    expect([line for line in page.text.split("\n") if line], f"{figures}|{words}".split("|"))


@it()
def check_page_sans_memoire(page):
    """What a page kept in the browser is there for the same visit, and for no other exam."""
    page.open("/garde-tout")
    expect(json.loads(page.text), ["", [], [], []])
    page.open("/garde-tout")
    expect(json.loads(page.text), ["trace=1", ["trace"], ["trace"], ["trace"]])
