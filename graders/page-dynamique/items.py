"""What the page of an item must do, and the forms that change or delete it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import islice
from string import ascii_lowercase
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus, urlsplit

from etabli.exam import Failed, Rows
from etabli.exam.contract.french import counted, listed
from etabli.exam.contract.words import contains_words, cut, fold, squeeze
from etabli.exam.tools.still import kind_of

from . import acting, hostile
from .adding import UNTESTED, ZERO_KEPT, expect_refused, mistake_alone
from .connection import own_texts
from .diagnosis import advice, first_heading, own_text, visible_text
from .formats import in_english, mentions_date, mentions_price, price_text, quote
from .forms import (
    ENCTYPES,
    NOT_SEEN,
    Draft,
    address_family,
    deliver,
    draft,
    field_of,
    fill,
    item_form,
    need_add_form,
    need_item_form,
    problems,
    send,
    sent_data,
    stored,
)
from .lists import JOIN, expect_own_titles, read_by_title
from .reading import links_and_actions, with_fields
from .reduced import expect_reduced_too
from .visitor import ITEM_STOPPED, MOST_TURNED, altered_addresses, changes, split_identifier

if TYPE_CHECKING:
    from etabli.exam.contract.draw import Draw
    from etabli.exam.contract.values import Diff, Form, Response, Row

    from .reading import Entry, Listing
    from .shape import Linked
    from .stock import Item, Snapshot
    from .visitor import Site


RENAMED = (
    "Un nom peut changer : l'adresse porte le numéro de la ligne (colonne {id}), comme id=12, et non son nom. Changez le "
    "lien de la liste, puis la requête de la page."
)
SAME_LINKS = (
    "Sur la page /, le nom est bien un lien : un filtre ou une recherche réduit cette même liste. Passez par la même boucle d'affichage, et "
    "lisez aussi le numéro de la ligne dans sa requête."
)
NOT_RUN = (
    "La requête n'a touché aucune ligne : le formulaire envoie-t-il bien l'identifiant, sous le nom que lit le programme ? "
    "La requête est-elle exécutée, puis validée (commit) en Python ?"
)


BY_ID = (
    "Un nom ne suffit pas à choisir une ligne : dans la requête {verb}, WHERE compare l'identifiant (la clé primaire). C'est déjà "
    "le cas ? Cherchez plus haut, là où la page choisit les numéros : une recherche par le nom (WHERE nom = …) ou une boucle sur "
    "plusieurs lignes. Pour l'essayer chez vous, donnez le même nom à deux lignes."
)
ALSO_LINKED = "Cherchez la requête qui suit votre {verb} : les tables liées gardent leurs lignes, même celles que plus aucune ligne n'utilise."
BLANK = (
    "NULL veut dire que rien n'est noté : ce n'est ni 0 ni un texte. Avant de remplir le champ, testez NULL et lui seul "
    "(=== null en PHP, is none dans un modèle Flask), et laissez alors le champ vide. Sinon, qui corrige le nom seul enregistre "
    "aussi cette valeur."
)
ZERO_SHOWN = (
    "0 est une valeur, et non une case vide : qui corrige le nom seul l'efface. « ?: », « or » et empty prennent 0 pour rien ; comparez "
    "à NULL (=== null en PHP, is none dans un modèle Flask)."
)
EMPTIED = (
    "Un champ que le visiteur vide arrive comme un texte vide : donnez alors NULL à l'UPDATE, au lieu de garder l'ancienne valeur (COALESCE, ou "
    "une colonne ajoutée seulement si le champ est rempli)."
)
AS_SHOWN = (
    "Ce que le formulaire montre doit pouvoir être renvoyé tel quel. Un montant écrit « 1 234,50 » perd ce qui suit l'espace quand "
    "(float) ou floatval le lit : écrivez 1234,50 dans le champ, ou retirez toutes les espaces avant d'enregistrer, celle de "
    "number_format comprise."
)
SAME_TESTS = "Comme à l'ajout, une saisie fausse est refusée par une page ; la ligne ne change pas."
TEST_TOO = (
    "Le programme qui modifie reçoit les mêmes champs que celui qui ajoute : appelez-y la même fonction de vérification, avant "
    "l'UPDATE, et réaffichez le formulaire avec ses messages."
)
CLOSED = "item-closed"
"""Of the memo: `fiche-complete` met a page of an item that does not open."""
LACKS = "item-lacks"
"""Of the memo: what `fiche-complete` did not read on a page of an item."""
FROM_ELSEWHERE = (
    "Un lien ou une image d'un autre site suffit à demander cette adresse. Dans ce programme, n'exécutez la requête que si la méthode est "
    "POST et que le jeton est le bon, d'où que vienne la demande."
)
BY_POST = 'Donnez method="post" au formulaire qui modifie.'
OF_ONE_S_OWN = (
    "Ajoutez une ligne par votre formulaire, puis {verb}-la dans la même visite. La requête ne dépend que du numéro de la ligne : ni de la "
    "session, ni de qui l'a ajoutée."
)
TOKEN = "Un jeton tiré au hasard, gardé dans la session et placé dans un champ caché, que le serveur compare."
_EACH_ITS_OWN = (
    "Tirez-le au hasard une fois par session : $_SESSION['jeton'] ??= bin2hex(random_bytes(32)) en PHP, "
    "session.setdefault('jeton', secrets.token_hex(32)) avec Flask. Avant d'agir, comparez-le à celui qui est reçu."
)
SAME_TOKEN = (
    "Votre jeton est le même pour tous. Ouvrez une fiche, puis la même dans une fenêtre privée : comparez le champ caché. "
    + _EACH_ITS_OWN
)
NOT_COMPARED = (
    f"Le serveur doit comparer le jeton reçu à celui de la session de ce visiteur, et d'aucun autre. {_EACH_ITS_OWN}"
)
UNCHECKED = (
    "Votre formulaire porte un jeton ({name}), mais le serveur accepte l'envoi sans lui : comparez-le. Avant d'agir, le jeton "
    "reçu doit être celui de la session (hash_equals en PHP, secrets.compare_digest avec Flask) ; s'il manque ou s'il diffère, "
    "rien ne change dans la base. Faites-le pour le formulaire qui modifie et pour celui qui supprime."
)
FORBIDDEN = 403
MOST_TOLD = 3
"""How often a text of four lines is repeated, each line with its number, to make a long one."""
LEAST_BEGUN = 40
"""Characters of a description by which one that is cut is known."""
LEAST_SAID = 15
"""Characters that explain something."""
NOT_SAID = "la page ne l'explique pas : on n'y lit que ce qu'ont les autres pages"
SAY_SO = (
    "Le code est juste. Écrivez en plus une phrase qui dit que cette page n'existe pas, puis arrêtez là le programme (exit en PHP, return avec "
    "Flask) : sinon, la page continue avec une ligne vide."
)
BLANK_VALUE = r"\bNULL\b|\bNone\b|\bnull\b"
"""Words that stand where a value is missing."""
ONE_TOKEN = (
    "Le jeton change à chaque affichage : seul le dernier formulaire ouvert passe. Tirez-le une fois par visite, s'il n'y en a pas encore : "
    "$_SESSION['jeton'] ??= bin2hex(random_bytes(32)) en PHP, session.setdefault('jeton', secrets.token_hex(32)) avec Flask."
)
NEWCOMER = (
    "Depuis un autre site, le navigateur envoie souvent le formulaire sans cookie : la session est neuve, sans jeton. Comparez quand même, et "
    "refusez quand l'un des deux manque ou est vide : if (isset($_SESSION['jeton'])) autour de la comparaison laisse tout passer."
)
EACH_WAY = (
    "Votre serveur refuse le même formulaire écrit de la façon habituelle. Un autre site choisit cette façon par enctype : ne regardez pas le "
    "type de l'envoi (Content-Type) avant de comparer le jeton."
)
NEVER_COMPARED = (
    "Regarder d'où vient l'envoi (Origin, Referer) ne remplace pas le jeton. Avant de changer la base, comparez celui qui est reçu à celui de la "
    "session (hash_equals en PHP, secrets.compare_digest avec Flask) ; s'ils diffèrent, répondez par le code 403."
)
CUT_OFF = (
    "Le jeton n'est comparé que sur une partie : un autre site essaie toutes les premières lettres, et l'une passe. Comparez les deux "
    "en entier (hash_equals en PHP, secrets.compare_digest avec Flask)."
)
NOT_THERE = "Le code 404, avec une page qui l'explique en français."
MOST_AFTER = 3
"""Of so many rows that get a second one of their name, that one comes after one of them."""
MOST_FORGED = 4
"""Forms of an item's page that are sent from another site: whichever of them deletes."""

ONLY_POST = (
    "Il y a deux choses à faire. Sur la page {page}, remplacez ce lien par un petit formulaire en POST, avec un bouton. Puis, au "
    "début du programme qui répond à {target}, refusez tout ce qui n'est pas POST ($_SERVER['REQUEST_METHOD'] en PHP, @app.post "
    "avec Flask), avant toute requête : sinon, qui tape cette adresse change encore la base. Si ce lien ne devait que montrer une "
    "page, retirez-en la requête qui écrit (un compteur, par exemple)."
)
ONLY_SHOWN = (
    "Une adresse que la page ou sa feuille de style nomme (image, fond, police) est demandée par le navigateur sans que le visiteur "
    "presse rien : dans le programme qui répond à {target}, retirez la requête qui écrit."
)
POST_ALONE = (
    "Au début du programme qui répond à {target}, refusez tout ce qui n'est pas POST ($_SERVER['REQUEST_METHOD'] en PHP, @app.post "
    "avec Flask), avant toute requête : une vérification du jeton qui n'a lieu que pour POST laisse passer GET."
)
MOST_AWAITED = 10
"""Addresses that pages name besides their links, and that are asked for as well: one of each kind."""
MOST_TYPED = 10
"""Addresses to which forms are sent by POST, and that are asked for as who types them would: one of each family."""
MOST_FOLLOWED = 60
"""Links that are followed to see that none of them changes rows."""


def well_filled(site: Site, count: int, *, later: bool = False) -> list[Item]:
    """Items that ``/`` shows, or a `later` page, and that have all their values; filled in the database if need be."""
    some = site.listed_items(count, complete=True, later=later)
    for item in some:
        if item.price is None or not item.description:
            site.stock.change(item, price=site.drawn.dear, description=f"{site.drawn.description} N° {item.id}.")
            site.stock.since(site.stock.raw())  # what was prepared is not kept beside a failure
    return [site.stock.item(item.id) for item in some]


def later_entry(site: Site) -> Entry | None:
    """A drawn entry that leads to a page, has all its values, and stands on a drawn later page of the list, if any does."""
    draw = site.draws.of("fiche d'une autre page")
    *_, listing = islice(site.walk(), draw.between(2, MOST_TURNED))
    whole = {item.name for item in site.stock.items() if item.price is not None and item.description}
    entries = [entry for entry in listing.entries if entry.href and entry.name in whole]
    return draw.one(entries) if entries else None


def expect_item_pages(site: Site) -> None:
    """The pages of two items of ``/`` and of one of a later page open, and give all that is asked for; of one, a long text."""
    site.memo[CLOSED] = "/"
    some = well_filled(site, 2)
    long = site.draws.of("texte entier").one(some)
    for item in some:
        known = item.description or ""
        if item == long:
            site.stock.change(item, description=_long_text(site))
            site.stock.since(site.stock.raw())  # what was prepared is no proof of what the page shows
            item = site.stock.item(item.id)
        expect_item_page(site, item, known=known)
    if entry := later_entry(site):
        expect_item_page(site, site.stock.by_name()[entry.name], entry)


def _long_text(site: Site) -> str:
    """A text of many lines, each with its number; they end as a form sends them or as a program writes them, and some go on."""
    lines, draw = site.drawn.long_description.splitlines() * MOST_TOLD, site.draws.of("fins de ligne")
    ends = [draw.one(("\r\n", "\n")), *(draw.one(("\r\n", "\n", "\r\n\r\n", " ")) for _line in lines[2:])]
    return "".join(
        f"{line} ({number}){end}" for number, (line, end) in enumerate(zip(lines, [*ends, ""], strict=True), 1)
    )


def expect_openable(site: Site) -> None:
    """Raises Failed, told by `fiche-complete`, where the page of an item does not open: what lacks on one stops nobody."""
    if CLOSED in site.memo:
        raise Failed(
            observed="La page de la fiche ne s'ouvre pas : on ne peut rien y faire.",
            expected=f"Le nom mène à la page {site.words.of_the_item}.",
            because=["fiche-complete"],
        )


def expect_item_page(site: Site, item: Item, entry: Entry | None = None, known: str = "") -> None:
    """Its name leads to a page with its name as h1 and all its values.

    `entry`: where it was seen; `known`: its description before: a page that shows that does not follow the base.
    """
    site.memo[CLOSED] = item.name
    site.open_item(entry or site.entry(item.name))
    page, headings, text = site.page, site.page.headings(1), site.page.text
    crash = site.stopped()
    if crash:
        site.memo.setdefault(ITEM_STOPPED, site.crash())
        raise Failed(
            observed=f"La page de la fiche ({cut(site.page.path, 90)}) {crash}. {NOT_SEEN}",
            expected=f"La page {site.words.of_the_item}, sans erreur.",
            help=advice(page.status, text, crash),
        )
    if page.status >= 400 or not bears(headings, item.name):
        title = f"son titre h1 est {quote(headings[0])}" if headings else "elle n'a pas de titre h1"
        raise Failed(
            observed=f"Le lien {quote(item.name)} mène à une page (code {page.status}) : {title}.{site.notice()}",
            expected=f"La page {site.words.of_the_item}, avec son nom dans le titre h1.",
        )
    del site.memo[CLOSED]
    shows = {
        "category": contains_words(text, item.category),
        "place": contains_words(text, item.place),
        "price": item.price is None or mentions_price(text, item.price),
        "date": mentions_date(text, item.date),
        "description": not item.description
        or any(squeeze(one) in squeeze(text) for one in (item.description, known) if one),
    }
    lacking = [kind for kind, shown in shows.items() if not shown]
    if lacking:
        site.memo[LACKS] = " ".join(lacking)
        raise _lacking(site, item, text, lacking)
    expect_own_titles(site, text, item, f"La page de {quote(item.name)}")


def _lacking(site: Site, item: Item, text: str, kinds: Sequence[str]) -> Failed:
    """The failure of a page without some values of its item: what stands under their titles is quoted."""
    under = read_by_title(text, site.words.columns)
    wanted = {
        "category": item.category,
        "place": item.place,
        "price": price_text(item.price) if item.price is not None else "",
        "date": f"{item.date:%d/%m/%Y}",
    }
    numbers = {"category": str(item.category_id), "place": str(item.place_id)}
    told = [
        f"sous {quote(site.title(kind))}, on lit {quote(cut(under[kind], 60))} là où on attend {quote(cut(wanted[kind], 60))}"
        for kind in kinds
        if kind in wanted and kind in under
    ]
    absent = [site.title(kind) for kind in kinds if not (kind in wanted and kind in under)]
    whole = squeeze(item.description or "")
    if "description" in kinds and whole[:LEAST_BEGUN] in squeeze(text):
        absent.remove(site.title("description"))
        told.append(
            f"{quote(site.title('description'))} n'est pas en entier : la base en contient {len(whole)} caractères"
        )
    if absent:
        told.append(f"on ne trouve pas : {listed(absent)}")
    numbered = [kind for kind in kinds if kind in numbers and under.get(kind) == numbers[kind]]
    return Failed(
        observed=f"Sur la page de {quote(item.name)}, {' ; '.join(told)}.{site.notice()}",
        expected="Le nom et toutes les informations demandées.",
        help=f"C'est son numéro, et non son nom. {JOIN}"
        if numbered
        else "La page s'ouvre, et c'est la bonne. Comparez chacun de ses titres aux informations que demande l'énoncé.",
    )


def bears(headings: Sequence[str], name: str) -> bool:
    """Whether a title gives an item's name."""
    return any(contains_words(heading, name) for heading in headings)


def local(address: str) -> str:
    """An address from the root of the site: ``/fiche.php?id=3``."""
    parts = urlsplit(address)
    return cut(parts.path + (f"?{parts.query}" if parts.query else ""), 90)


def expect_named_links(site: Site) -> None:
    """On ``/``, on a drawn later page and where the list is reduced, each name is a link: not only another one of its row, from
    which all the rest is seen.
    """
    home = site.linked()
    later = later_entry(site)
    for entry in [*home, *([later] if later else [])]:
        if not entry.named:
            site.entry(entry.name)  # the page whose picture is kept
            count = sum(not one.named for one in home)
            others = (
                f" De même pour {counted(count - 1, 'autre nom', 'autres noms')} de cette page." if count > 1 else ""
            )
            raise Failed(
                observed=f"Dans la liste, {quote(entry.name)} n'est pas un lien : c'est un autre lien de sa ligne qui mène à sa "
                f"page.{others}",
                expected=f"Le nom est lui-même le lien vers la page {site.words.of_the_item}.",
            )
    if home:
        expect_reduced_too(site, site.stock.by_name(), partial(_expect_results_linked, site), SAME_LINKS)


def _expect_results_linked(site: Site, listing: Listing, _items: Mapping[str, Item]) -> None:
    """Each name is a link, and that of a drawn one leads to its page."""
    bare = [entry for entry in listing.entries if not (entry.href and entry.named)]
    if bare:
        count = f" De même pour {counted(len(bare) - 1, 'autre nom', 'autres noms')}." if len(bare) > 1 else ""
        raise Failed(
            observed=f"Dans la liste, {quote(bare[0].name)} n'est pas un lien.{count}",
            expected=f"Le nom est lui-même le lien vers la page {site.words.of_the_item}.",
        )
    entry = site.draws.of("fiche d'un résultat").one(listing.entries)
    answer = site.visitor().get(entry.href)
    if answer.status < 400 and contains_words(first_heading(answer.readable), entry.name):
        return
    here = site.page.url
    site.page.open(entry.href)
    headings, status = site.page.headings(1), site.page.status
    if status >= 400 or not bears(headings, entry.name):
        shown = f"montre {quote(headings[0])}" if headings and status < 400 else f"répond par le code {status}"
        site.back(here)
        raise Failed(
            observed=f"Dans la liste, le lien {quote(entry.name)} mène à {local(entry.href)}, qui {shown}.",
            expected=f"Le nom mène à la page {site.words.of_the_item}.",
        )


def expect_stable_address(site: Site) -> None:
    """The noted address shows the same item to a newcomer: with its new name, then after the list has moved."""
    gone, item = site.listed_items(2)
    entry = site.entry(item.name)
    name = site.drawn.readdressed
    site.stock.change(item, name=name)
    named = _bare(item.name) in _bare(unquote_plus(entry.href))
    help_ = RENAMED.format(id=site.stock.columns["item"]["id"]) if named else None
    told = f"{quote(item.name)} a été renommé {quote(name)} dans la base"
    _expect_still_there(site, entry, item.name, name, told, help_)
    site.stock.remove(gone)
    done = f"Dans la base, une autre ligne ({quote(gone.name)}) a été supprimée"
    if ahead := site.stock.ahead():
        site.stock.change(item, **ahead)
        [kind] = ahead
        done += f", et {quote(name)} a changé de {quote(site.title(kind))} : la place de chacun dans la liste n'est plus la même"
    _expect_still_there(site, entry, name, name, done, None)


def _bare(text: str) -> str:
    """Its letters and digits, as an address may write a name."""
    return "".join(re.findall(r"[a-z0-9]+", fold(text)))


def _expect_still_there(site: Site, entry: Entry, before: str, name: str, done: str, help: str | None) -> None:
    """Raises Failed unless the noted address shows the item, under the name that it bears now; `before`: then."""
    newcomer = site.http.session().get(entry.href)
    if newcomer.status < 400 and contains_words(_text(newcomer.text), name):
        return
    site.page.open(entry.href)
    headings, status = site.page.headings(1), site.page.status
    if bears(headings, name):
        return
    parts = urlsplit(entry.href)
    address = cut(unquote_plus(parts.path + (f"?{parts.query}" if parts.query else "")), 90)
    shown = (
        site.stopped() or f"répond par le code {status}"
        if status >= 400 or not headings
        else f"montre {quote(headings[0])}"
    )
    raise Failed(
        observed=f"{done}. L'adresse {address} montrait {quote(before)} ; maintenant, elle {shown}.",
        expected=f"La même adresse montre toujours {site.words.the_item}{', avec son nouveau nom' if before != name else ''}.",
        help=help,
    )


def expect_not_found(site: Site) -> None:
    """The address of an item, its identifier replaced by one that does not exist, answers 404 in French.

    That is far beyond the greatest one; where the address bears the row's own number, next to it as well, the one of
    a row that is removed, and a word, of which any refusal will do.
    """
    first, second = two_entries(site)
    free = [site.free_id(), *_free_ids(site, first, second)]
    addresses = [place for one in free for place in altered_addresses(first.href, second.href, one, site.drawn.unknown)]
    if not addresses:
        raise Failed(
            observed=f"Les pages de {quote(first.name)} et de {quote(second.name)} ont la même adresse.",
            expected="Chaque page a son adresse.",
        )
    worded = hostile.item_address(first, second, site.drawn.unknown) if len(free) > 1 else []
    known = site.visitor()
    frame = "\n".join(visible_text(known.get(place).text) for place in ("/", first.href))
    titles = [*site.words.columns.values(), *site.words.fields.values(), site.words.empty]
    for address in site.shuffled("adresses inconnues", dict.fromkeys([*addresses, *worded])):
        for ask in site.visitors(f"qui demande {address}"):
            answer = ask(address)
            if address in worded and 400 <= answer.status < 500:  # « 400 » fits too, and a server may say so itself
                continue
            wrong = wrong_answer(answer.status, visible_text(answer.readable), frame, titles)
            if wrong:
                site.page.open(address)  # the page whose picture is kept
                scripted = answer.status == 404 and "<script" in answer.readable
                if scripted and not wrong_answer(404, site.page.text, frame, titles):
                    continue
                if answer.status >= 500:
                    doing = f"À l'adresse {local(address)}, qui ne correspond à aucune ligne"
                    site.expect_decent(answer.status, visible_text(answer.readable), doing, NOT_THERE)
                raise Failed(
                    observed=f"À l'adresse {local(address)}, qui ne correspond à aucune ligne, {wrong}.",
                    expected=NOT_THERE,
                    help=SAY_SO if answer.status == 404 and not wrong.endswith("en français") else None,
                )
            try:
                site.expect_decent(answer.status, _text(answer.text), "Pour une adresse inconnue")
            except Failed:
                site.page.open(address)
                raise


def _free_ids(site: Site, first: Entry, second: Entry) -> list[int]:
    """The number of a row that is removed now, and one next to the greatest; none where addresses bear no such number."""
    items = site.stock.by_name()
    numbers = [
        re.findall(r"\d+", split_identifier(*pair)[1])
        for pair in ((first.href, second.href), (second.href, first.href))
    ]
    if numbers != [[str(items[entry.name].id)] for entry in (first, second)]:
        return []
    others = [item for item in items.values() if item.name not in (first.name, second.name)]
    gone = site.draws.of("ligne retirée").some(others, 1)
    near = site.stock.top_id() + site.drawn.near
    for item in gone:
        site.stock.remove(item)
    return [near, *(item.id for item in gone)]


def wrong_answer(status: int, text: str, frame: str, titles: Sequence[str] = ()) -> str:
    """What is wrong with the answer to an address without row, in French, or ''.

    The `frame` that this page shares with ``/`` or with an item's page explains nothing, nor do `titles` beside which nothing
    stands, or no value.
    """
    own = own_text(text, frame) or squeeze(text)
    idle = re.compile("|".join([*map(re.escape, titles), BLANK_VALUE]))
    lines = (line for line in text.splitlines() if re.search(r"[^\W\d_]", idle.sub(" ", line)))
    explained = own_text("\n".join(lines), frame)
    said = f"la page dit seulement {quote(own)}" if own else "la page est vide"
    if status != 404:
        return f"le site répond par le code {status} au lieu de 404 ; {said.replace(' seulement', '')}"
    if in_english(own):
        return f"{said.replace(' seulement', '')} : écrivez-la en français"
    if len(squeeze(text)) < LEAST_SAID:
        return said
    if len(explained) >= LEAST_SAID or len(re.findall(r"[^\W\d_]{3,}", explained)) > 1:  # « Fiche inconnue » has 14
        return ""
    return (
        f"la page ne l'explique pas : en dehors de ce qu'ont toutes les pages, on lit {quote(explained)}"
        if explained
        else NOT_SAID
    )


def two_entries(site: Site) -> tuple[Entry, Entry]:
    """Two linked entries of ``/``.

    Raises:
        Failed: Fewer are linked.
    """
    linked = site.linked()
    if len(linked) < 2:
        raise Failed(
            observed="Dans la liste, un seul nom mène à une page."
            if linked
            else "Dans la liste, aucun nom ne mène à une page.",
            expected=f"Chaque nom mène à la page {site.words.of_the_item}.",
        )
    return linked[0], linked[1]


@dataclass(frozen=True)
class _Effect:
    """The rows of the three tables before and after a link was followed, where that changed any."""

    link: str
    before: Snapshot
    after: Snapshot
    roamed: bool = False
    """The mouse had passed over the page to which it leads, in which something runs."""


def expect_links_harmless(site: Site, limit: int = MOST_FOLLOWED) -> None:
    """Follow links from ``/``, from two items and from what comes after an act, by GET only, the most suspicious first: none
    changes a row.

    Each is followed by who has been through the site, and by who has never come, one of whom comes by a link of another site
    (drawn); the first of each kind in the browser too, where the mouse passes over the page, and what the browser would ask for besides (under the mouse, on paper) is asked for.
    So is, once, each address to which a form is sent by POST, where no link leads to its like.

    Links that each delete one item have the cause that `suppression` tells, where it met no form that deletes either.
    """
    after = _after_acts(site)
    entries = site.linked()[:2]
    stands = after | {link.href: site.page.url for link in site.page.links()}
    actions = _actions(site)
    for number, entry in enumerate(entries):
        if number:
            site.page.open(entry.href)
        else:
            site.go_by_hand(entry)
        stands = {link.href: site.page.url for link in site.page.links()} | stands
        actions = _actions(site) | actions
    shown, awaited, typed = set[str](), dict[str, str](), dict[str, str]()
    queue, seen = site.shuffled("ordre des liens", stands), set[str]()
    visitors, elsewhere = site.visitors("qui suit les liens"), site.draws.of("lien d'un autre site")
    first = now = site.stock.snapshot()
    sums = site.stock.sums()
    effects: list[_Effect] = []
    lines, shown_after = hostile.code_lines(own_texts(site.files)) if after else {}, dict[str, str]()
    while True:
        if actions:
            families = {address_family(href) for href in stands}
            for action, page in actions.items():
                if (family := address_family(action)) not in families and len(typed) < MOST_TYPED:
                    typed[family], stands[action] = action, page
                    families.add(family)
                    queue.append(action)
            actions = {}
        if not queue or len(seen) >= limit:
            break
        queue.sort(
            key=lambda href: not (hostile.SUSPICIOUS.search(href) or href in (*awaited.values(), *typed.values()))
        )
        address = queue.pop(0)
        if address in seen:
            continue
        seen.add(address)
        answers: list[Response] = []
        roamed = False
        quiet = (Failed,) if address in typed.values() else ()  # what answers POST alone may break off
        sent_from = elsewhere.shuffled((site.drawn.foreign, ""))
        for ask, place in zip(visitors, sent_from, strict=True):
            with suppress(*quiet):
                answers.append(ask(address, sent_from=place))
        if not quiet and address not in awaited.values() and (kind := re.sub(r"\d+|=[^&#]*", "", address)) not in shown:
            shown.add(kind)
            with suppress(Failed):  # what leads nowhere is another check's
                site.page.open(address)
                for named in site.page.awaited():
                    if len(awaited) < MOST_AWAITED and awaited.setdefault(kind_of(named), named) == named:
                        stands.setdefault(named, site.page.url)
                        queue.append(named)
                roamed = site.page.roam()
        sums_before, sums = sums, site.stock.sums()
        same = sums == sums_before and None not in sums
        before, now = now, now if same else site.stock.snapshot()
        if now != before and _diffs(site, before, now):
            effects.append(_Effect(address, before, now, roamed))
        for answer in answers if address in after else ():
            if told := hostile.shown_in(site, answer.readable, address, lines):
                shown_after[local(address)] = told
        site.memo[hostile.SHOWN_AFTER] = json.dumps(shown_after)
        for answer in answers:
            links, sent_to = links_and_actions(answer.readable, answer.url)
            queue += [href for href in links if href not in stands]
            stands = dict.fromkeys(links, answer.url) | stands
            actions |= dict.fromkeys(sent_to, answer.url)
    if effects:
        raise _changed_by_links(site, effects, stands, first, set(awaited.values()), set(typed.values()), after)
    if not (entries or seen):
        raise Failed(
            observed="Le site n'a aucun lien à suivre.",
            expected="Des liens, au moins vers les fiches.",
            because=["fiche-complete"],
        )


def _after_acts(site: Site) -> dict[str, str]:
    """The links of the pages that come after an addition and one more act: a refusal, a change or a deletion; where each stands."""
    found = dict[str, str]()

    def note() -> None:
        found.update({link.href: site.page.url for link in site.page.links()})

    also = site.draws.of("acte avant les liens").one(("refusal", "change", "change", "deletion", "deletion"))
    with suppress(Failed):  # what cannot be done is told by other checks
        form = need_add_form(site)
        if also == "refusal":
            send(site, form, draft(site, name=""))
            note()
            form = item_form(site) or need_add_form(site)
        send(site, form, draft(site))
        note()
    with suppress(Failed):
        for entry in site.linked()[:1] if also != "refusal" else ():
            item = site.stock.by_name()[entry.name]
            if also == "change":
                send(site, acting.find_edit_form(site, item, entry.href), changed_draft(site, item))
            else:
                acting.press(site, next(acting.deletions(site, item, entry.href)), item)
            note()
    return found


def _actions(site: Site) -> dict[str, str]:
    """Where the forms of the page now open are sent by POST, with the numbers that they hide; and this page's own address."""
    found = (
        with_fields(form.action, [(field.name, field.value) for field in form.fields if field.kind == "hidden"])
        for form in site.page.forms()
        if form.method == "post" and form.index >= 0
    )
    inside = urlsplit(site.page.url).netloc
    return {address: site.page.url for address in found if urlsplit(address).netloc == inside}


def _changed_by_links(
    site: Site,
    effects: Sequence[_Effect],
    stands: Mapping[str, str],
    first: Snapshot,
    awaited: Collection[str],
    typed: Collection[str],
    after: Collection[str] = (),
) -> Failed:
    """The failure of links that change rows; the one that is named, and shown where it `stands`, may delete no item.

    `awaited`: those that are no links, but that the page or its styles name; `typed`: those to which its forms are sent; `after`:
    those of pages that come after an act.
    """
    others = [effect for effect in effects if not _deletes_one(site, effect)]
    told, main = (others or effects)[0], site.stock.tables["item"]
    once, elsewhere = _followed_once(site, told)
    table = next(iter(_diffs(site, told.before, once)))
    diff = site.db.compare(told.before[table], once[table])
    acting.show_link(site, stands[told.link], told.link, first[main])
    link, page = (
        cut(urlsplit(address)._replace(scheme="", netloc="").geturl(), 90) for address in (told.link, stands[told.link])
    )
    more = f" Autres liens qui changent la base : {len(effects) - 1}." if len(effects) > 1 else ""
    said = ", telle qu'elle vient après un envoi" if told.link in after else ""
    doing = f"Suivre le lien {link}, sur la page {page}{said},"
    if told.link in awaited:
        doing = f"La page {page} ou sa feuille de style nomme l'adresse {link} ; la demander, comme fait un navigateur,"
    elif told.link in typed:
        doing = f"L'adresse {link} est celle que dit action, dans un formulaire de la page {page} ; la taper dans la barre d'adresse"
    elif elsewhere:
        doing = f"Suivre depuis un autre site le lien {link}, celui de la page {page},"
    elif told.roamed and once is told.after:
        doing = f"Suivre le lien {link}, sur la page {page}, et passer la souris sur la page où il mène,"
    return Failed(
        observed=f"{doing} a changé la table {table} : {changes(diff)}.{more}",
        expected="La base ne change pas.",
        help=(ONLY_SHOWN if told.link in awaited else POST_ALONE if told.link in typed else ONLY_POST).format(
            page=page, target=cut(urlsplit(told.link).path, 60)
        ),
        because=["suppression"] if not others and "delete-link" in site.memo else [],
    )


def _followed_once(site: Site, effect: _Effect) -> tuple[Snapshot, bool]:
    """The rows after one visit from those of before: the link was followed by several visitors, which nobody could guess.

    That of a link of another site where the site's own changes nothing, which is said; those after all of them where neither does.
    """
    with suppress(Failed):
        site.acts()
        site.stock.replace(effect.before)
        for place in ("", site.drawn.foreign):
            site.visitor().get(effect.link, sent_from=place)
            after = site.stock.snapshot()
            if _diffs(site, effect.before, after):
                return after, bool(place)
    return effect.after, False


def _deletes_one(site: Site, effect: _Effect) -> bool:
    """Whether one item is gone, and nothing else has changed."""
    diffs = _diffs(site, effect.before, effect.after)
    diff = diffs.pop(site.stock.tables["item"], None)
    return diff is not None and len(diff.removed) == 1 and not (diff.added or diff.changed or diffs)


def _diffs(site: Site, before: Snapshot, after: Snapshot) -> dict[str, Diff]:
    """What happened to each table that changed, whatever the order of its rows."""
    found = {table: site.db.compare(rows, after[table]) for table, rows in before.items()}
    return {table: diff for table, diff in found.items() if diff}


# -- change and delete


def changed_draft(site: Site, item: Item) -> Draft:
    """A draft that changes everything of an item."""
    kinds = {kind: list(site.stock.labels(kind).values()) for kind in ("category", "place")}
    choice, drawn = site.draws.of("choix de la correction"), site.drawn
    return Draft(
        name=drawn.corrected,
        category=choice.one([label for label in kinds["category"] if label != item.category]),
        place=choice.one([label for label in kinds["place"] if label != item.place]),
        price=drawn.corrected_price.replace(",", site.draws.of("virgule de la correction").one(",.")),
        date=f"{drawn.later:%d/%m/%Y}",
        description=drawn.corrected_description,
    )


def slightly(text: str, draw: Draw) -> str:
    """The text but for one slip of the pen, inside a word: a letter, an accent, a capital or a space more, less or another.

    Example:
        >>> slightly("Été", Draw(b"7")), slightly("12", Draw(b"7"))
        ('ÉtÉ', '12')
    """
    places = [
        found.start() for found in re.finditer(r"(?<=[^\W\d_])[^\W\d_](?=[^\W\d_])|(?<=[^\W\d_]{2})[^\W\d_]", text)
    ]
    accents = [at for at in places if text[at] in _ACCENTS]
    kind = draw.one(("other", "less", "more", "capital", "space", "accent")) if places else ""
    if not kind:
        return text
    at = draw.one(accents if kind == "accent" and accents else places)
    letter = text[at]
    new = {
        "other": draw.one([one for one in ascii_lowercase if one != letter.lower()]),
        "less": "",
        "more": letter + draw.one(ascii_lowercase),
        "capital": letter.swapcase(),
        "space": f" {letter}",
        "accent": _ACCENTS.get(letter, letter.swapcase()),
    }
    return text[:at] + new[kind] + text[at + 1 :]


_ACCENTS = dict(zip("eéaàiîoôuùcç", "éeàaîiôoùuçc", strict=True))


def _corrected(site: Site) -> list[str]:
    """The fields that are corrected alone in a form that is sent as it came: one, or more."""
    draw = site.draws.of("champs corrigés")
    return draw.some(("name", "category", "place", "date", "description"), draw.one((1, 1, 2, 3)))


def _slight(site: Site) -> list[str]:
    """Those of them in which what is corrected is a slip; each other field has its own when all are typed anew."""
    draw = site.draws.of("petites corrections")
    last = [kind for kind in ("name", "date", "description") if draw.below(2)]
    return [kind for kind in _corrected(site) if kind in last]


def _but_for_a_slip(site: Site, values: Draft, kinds: Collection[str], purpose: str) -> dict[str, str]:
    """These values of a draft, of which each is a slip away from what the draft has: a letter, or a day; none of an empty one."""
    draw, near = site.draws.of(purpose), dict[str, str]()
    for kind in kinds:
        if kind == "date":
            day = datetime.strptime(values.date, "%d/%m/%Y").date() + timedelta(days=draw.one((-1, 1)))
            near[kind] = f"{day:%d/%m/%Y}"
        elif text := getattr(values, kind):
            near[kind] = slightly(text, draw)
    return near


def _other_act_first(site: Site, check: str, item: Item) -> str:
    """In a drawn one of the two checks, or in both, the visitor has done the other act just before: it has changed this row, or
    deleted it. The rows are put back; a sentence that says so, '' where nothing was done, which other checks tell.
    """
    draw = site.draws.of("visite où l'on fait plusieurs choses")
    if check not in draw.some(("modification", "suppression"), draw.one((1, 2))):
        return ""
    before, told = site.stock.snapshot(), ""
    with suppress(Failed):
        href = site.entry(item.name).href
        if check == "suppression":
            send(
                site,
                acting.find_edit_form(site, item, href),
                as_shown(item).but(name=site.drawn.readdressed),
                only=["name"],
            )
            told = f" Dans la même visite, {quote(item.name)} venait d'être modifié."
        else:
            acting.press(site, next(acting.deletions(site, item, href)), item)
            told = f" Dans la même visite, {quote(item.name)} venait d'être supprimé."
    if site.stock.snapshot() == before:
        return ""
    site.stock.replace(before)
    return told


def expect_edit(site: Site) -> None:
    """The prefilled form of an item changes it and nothing else, not even a row of the same name; twice.

    Its price is 0 at first. A drawn one of the price and the description is emptied, then typed where nothing was. Of the name,
    the day and the description, what is typed is often but a slip away from what was there (`_slight` are so the second time).
    """
    other, item = well_filled(site, 2, later=True)
    also = _other_act_first(site, "modification", other)
    entry = site.entry(item.name)
    emptied = site.draws.of("champ vidé").one(("price", "description"))
    values = changed_draft(site, item).but(**{emptied: ""})
    slips = [kind for kind in ("name", "date", "description") if kind not in _slight(site)]
    near = _but_for_a_slip(site, values, slips, "avant la correction")
    held = {kind: _stored(kind, text) for kind, text in near.items()}
    site.stock.change(item, **{"name": site.drawn.edited, "price": 0} | held)
    item = site.stock.item(item.id)
    href = site.address_now(item.name, entry.href)
    site.stock.since(site.stock.raw())  # what was prepared is no proof of what the form does
    form = acting.find_edit_form(site, item, href)
    here = site.page.url
    _expect_prefilled(site, item)
    twin = add_twin(site, item, href)
    before, linked = site.stock.raw(), site.stock.linked()
    site.stock.since(before)
    second = _other_form_shown(site, item.id, twin)
    send(site, form, values)
    diff = site.stock.since(before)
    others = site.stock.ids(change.before for change in diff.changed) - {item.id}
    itself = item.id in site.stock.ids(change.before for change in diff.changed)
    if others == {twin} and not (diff.added or diff.removed):
        raise Failed(
            observed=f"Deux lignes portent le nom {quote(item.name)} : modifier l'une a {'aussi ' if itself else ''}changé l'autre"
            f"{'' if itself else ', et elle seule'}.",
            expected="La ligne modifiée, et elle seule, change.",
            help=BY_ID.format(verb="UPDATE"),
            because=[] if itself else ["fiche-adresse"],  # its page was the other row's
            at=Rows(),
        )
    if others or diff.added or diff.removed:
        shared = _shared(site, before, [change.before for change in diff.changed], item)
        touched = _touched(len(others), len(diff.added), len(diff.removed))
        raise Failed(
            observed=f"Modifier {quote(item.name)} a {'aussi ' if itself else ''}{touched}{'' if itself else ', et pas cette ligne'}."
            f"{shared}",
            expected="Cette ligne, et elle seule, change ; une autre ligne peut porter le même nom.",
            help=_compares_id(site, "UPDATE") if shared else None,
            because=["fiche-adresse"] if len(diff.changed) == len(others) == 1 else [],  # its page was another row's
            at=Rows(),
        )
    _expect_linked_kept(site, linked, f"Après la modification de {quote(item.name)}", "UPDATE")
    wrong = problems(site, site.stock.item(item.id), values)
    if wrong:
        site.expect_decent(site.page.status, site.page.text, "À l'envoi du formulaire de modification")
        nothing = not diff.changed
        if nothing and second and site.page.status == FORBIDDEN:
            raise Failed(
                observed=f"Le formulaire de {quote(item.name)} est affiché, puis celui d'une autre ligne, comme dans un second onglet. Le "
                "premier, envoyé, est refusé (code 403).",
                expected="Le même jeton sert pour toute la visite : les deux formulaires s'envoient.",
                help=ONE_TOKEN,
            )
        raise Failed(
            observed=f"Après la modification de {quote(item.name)}, "
            + (f"rien n'a changé dans la base.{also}{_typed(site, values)}" if nothing else f"{wrong[0]}."),
            expected="La ligne contient ce qui a été tapé dans le formulaire.",
            help=NOT_RUN
            if nothing
            else EMPTIED
            if any(problem.endswith("au lieu de rien") for problem in wrong[:1])
            else "Comparez un à un les champs du formulaire et les colonnes de la requête UPDATE.",
        )
    _expect_rest_kept(site, item, href, here)
    if own := own_row(site):
        _expect_missing_kept(site, emptied, *own)
    else:
        _expect_missing_kept(site, emptied, item, href, here)


def _expect_mistake_refused(site: Site, form: Form, page: str, data: Sequence[tuple[str, str]]) -> None:
    """A drawn mistake in the form that changes an item changes nothing, where all else that is sent is as the base holds it.

    It is sent as a program does, with what the form of this `page` hides now.
    """
    kind = site.draws.of("faute en modifiant").one(("name", "price", "date", "category", "place"))
    field = field_of(site, form, kind)
    if field is None or field.name not in dict(data):
        return
    value, told = mistake_alone(site, field, kind)
    visitor, before = site.visitor(), site.stock.snapshot()
    hidden = {one.name for one in form.fields if one.kind == "hidden"}
    fresh = {
        name: now
        for name, now in hostile.hidden_fields(visitor.get(page).readable, form.index).items()
        if name in hidden
    }
    one = [(name, value if name == field.name else fresh.get(name, old)) for name, old in data]
    one = [pair for pair in one if field.kind != "radio" or pair[0] != field.name]
    way = site.draws.of("écriture d'une faute").one(ENCTYPES)
    answer = deliver(visitor, form, one, way, sent_from=page)
    doing = f"{told} dans le formulaire de modification"
    expect_refused(site, answer, before, doing, (SAME_TESTS, SAME_TESTS), TEST_TOO)


def _stored(kind: str, text: str) -> str | date:
    """A text of a draft as the base holds it, on one line: a field of a form may have no more."""
    return datetime.strptime(text, "%d/%m/%Y").date() if kind == "date" else text.replace("\n", " ")


def _other_form_shown(site: Site, mine: int, other: int) -> bool:
    """Whether the visitor has asked for another row's form as well, as in a second tab; the address has to bear the number."""
    address = re.sub(rf"(?<!\d){mine}(?!\d)", str(other), site.page.path)
    with suppress(Failed):
        return address != site.page.path and site.visitor().get(address).status < 400
    return False


def _typed(site: Site, values: Draft) -> str:
    """A sentence about what may have been refused."""
    labels = site.words.fields
    return f" On avait tapé {values.price or 'rien'} pour {quote(labels['price'])} et {values.date} pour {quote(labels['date'])}."


def _edit_form_again(site: Site, item: Item, href: str, known: str) -> Form:
    """The form of an item whose row has changed: where it was `known` to be, else from its page once more."""
    site.acts()
    site.page.open(known)
    return acting.prefilled(site, item) or acting.find_edit_form(site, item, site.address_now(item.name, href))


def _expect_rest_kept(site: Site, item: Item, href: str, known: str) -> None:
    """A form that is sent as it came, but for one or more drawn fields, changes these alone: what it shows is what it takes.

    Its price is over a thousand, and is never one of them.
    """
    site.stock.change(item, price=site.drawn.dear)
    now = site.stock.item(item.id)
    before = site.stock.raw()
    site.stock.since(before)
    form = _edit_form_again(site, now, href, known)
    kinds = _corrected(site)
    other = changed_draft(site, now).but(
        name=site.drawn.edited, date=f"{site.drawn.day:%d/%m/%Y}", description=site.drawn.description
    )
    other = other.but(**_but_for_a_slip(site, as_shown(now), _slight(site), "petite correction"))
    wanted = as_shown(now).but(**{kind: getattr(other, kind) for kind in kinds})
    send(site, form, other, only=kinds)
    diff = site.stock.since(before)
    others = site.stock.ids(change.before for change in diff.changed) - {item.id}
    wrong = problems(site, site.stock.item(item.id), wanted)
    if not (wrong or others or diff.added or diff.removed):
        return
    labels = listed(quote(site.words.fields[kind]) for kind in kinds)
    corrected = f"seul le champ {labels} a été corrigé" if len(kinds) == 1 else f"seuls {labels} ont été corrigés"
    doing = f"Dans le formulaire de {quote(now.name)}, {corrected}"
    site.expect_decent(site.page.status, site.page.text, f"{doing} ; à l'envoi")
    if others or diff.added or diff.removed:
        raise Failed(
            observed=f"{doing} ; l'envoi a aussi {_touched(len(others), len(diff.added), len(diff.removed))}.",
            expected="Cette ligne, et elle seule, change.",
            at=Rows(),
        )
    price = field_of(site, form, "price")
    shown = f" Le champ {quote(site.words.fields['price'])} montrait {quote(price.value)}." if price else ""
    became = wrong[0] if diff.changed else "rien n'a changé dans la base"
    raise Failed(
        observed=f"{doing} ; après l'envoi, {became}.{shown}",
        expected="Ce qui est corrigé change, et rien d'autre : les autres champs reviennent tels que le formulaire les montrait.",
        help=AS_SHOWN,
        at=Rows() if diff else None,
    )


def as_shown(item: Item) -> Draft:
    """What the form of an item shows before anything is typed."""
    price = "" if item.price is None else price_text(item.price).removesuffix(" €").replace(" ", "")
    return Draft(item.name, item.category, item.place, price, f"{item.date:%d/%m/%Y}", item.description or "")


def _of_no_other(site: Site) -> dict[str, str]:
    """A new category and a new place; not where the candidate has added what a row of these tables needs."""
    new: dict[Linked, str] = {"category": site.drawn.renamed_label, "place": site.drawn.renamed_place}
    added = dict[str, str]()
    for kind, label in new.items():
        with suppress(Failed):
            site.stock.add_label(kind, label)
            added[kind] = label
    return added


def own_row(site: Site) -> tuple[Item, str] | None:
    """A row that the visitor adds by the form, the only one of its category and of its place, and the address of its page; None
    where that is to be mended first, which other checks tell."""
    known = {item.id for item in site.stock.items()}
    with suppress(Failed):
        alone = _of_no_other(site)  # before the form is shown
        send(site, need_add_form(site), draft(site, **alone))
        added = [item for item in site.stock.items() if item.id not in known]
        if [item.name for item in added] == [site.drawn.usual]:
            return added[0], site.entry(site.drawn.usual).href
    return None


def _expect_missing_kept(site: Site, kind: str, item: Item, href: str, known: str = "") -> None:
    """What is missing is blank in the form; it is still missing once that is sent, neither 0 nor what was there before, but for
    what was typed in the field of this `kind`: an amount, which may be 0, or a description. All others are typed anew, or none is.

    The form is where it was `known` to be; a row that the visitor has just added has its own to be found.
    """
    site.stock.change(item, price=None, description=None)
    blank = site.stock.item(item.id)
    before, linked = site.stock.raw(), site.stock.linked()
    site.stock.since(before)
    form = (
        _edit_form_again(site, blank, href, known)
        if known
        else acting.find_edit_form(site, blank, site.address_now(blank.name, href))
    )
    emptied = "" if known else f"Nous avons ajouté {quote(item.name)} par le formulaire. "
    emptied += f"Nous avons vidé {quote(site.title('price'))} et {quote(site.title('description'))} de {quote(item.name)} dans la base. "
    _expect_prefilled(site, blank, emptied)
    typed = changed_draft(site, item)
    amount = site.draws.of("montant tapé").one(("0", typed.price))
    blanks = {"description": ""} if kind == "price" else {"price": ""}
    values = typed.but(price=amount).but(date=f"{site.drawn.corrected_day:%d/%m/%Y}", **blanks)
    only = site.draws.of("montant ou texte seul").one(([], [kind]))
    if only:
        values = as_shown(blank).but(**{kind: getattr(values, kind)})
    page = site.page.url
    data = send(site, form, values, only=only, keep=UNTESTED not in site.memo)
    diff = site.stock.since(before)
    wrong = problems(site, site.stock.item(item.id), values)
    if wrong and not known and not diff:
        raise Failed(
            observed=f"La ligne {quote(blank.name)} vient d'être ajoutée par le formulaire, dans la même visite : après l'envoi de son formulaire de "
            "modification, rien n'a changé dans la base.",
            expected="Toute ligne se modifie, celle que le visiteur vient d'ajouter aussi.",
            help=OF_ONE_S_OWN.format(verb="corrigez"),
        )
    if wrong:
        site.expect_decent(
            site.page.status, site.page.text, "À l'envoi du formulaire de modification, prix laissé vide"
        )
        raise Failed(
            observed=f"{quote(blank.name)} n'a ni {quote(site.title('price'))} ni {quote(site.title('description'))}. "
            f"Son formulaire renvoyé, {quote(site.words.fields[kind])} seul rempli des deux, {wrong[0]}.",
            expected="La ligne contient ce qui a été tapé ; ce qui est laissé vide reste vide : NULL dans la base.",
            help=ZERO_KEPT
            if kind == "price" and amount == "0"
            else "Un champ laissé vide arrive comme un texte vide : donnez NULL à la requête à sa place (null en PHP, None en "
            "Python).",
        )
    _expect_linked_kept(site, linked, f"Après la modification de {quote(blank.name)}", "UPDATE", alone=not known)
    if data:  # last: what a site keeps of a refused form is not looked at
        _expect_mistake_refused(site, form, page, data)


def _expect_linked_kept(site: Site, linked: Snapshot, doing: str, verb: str, *, alone: bool = False) -> None:
    """Raises Failed when a linked table has changed; `alone`: the row was the only one of its category and of its place."""
    last = f", seule ligne de {site.words.this_category} et de {site.words.this_place}" if alone else ""
    site.expect_unchanged(
        linked,
        f"{doing}{last}",
        expected=f"Cette ligne, et elle seule, {'change' if verb == 'UPDATE' else 'disparaît de la base'}.",
        help=ALSO_LINKED.format(verb=verb),
    )


def _touched(changed: int, added: int, removed: int) -> str:
    """What happened besides, in words: « changé 2 autres lignes et ajouté 1 ligne »."""
    parts = [f"changé {counted(changed, 'autre ligne', 'autres lignes')}"] if changed else []
    parts += [f"ajouté {counted(added, 'ligne')}"] if added else []
    parts += [f"supprimé {counted(removed, 'ligne')}"] if removed else []
    return listed(parts)


def _expect_prefilled(site: Site, item: Item, told: str = "") -> None:
    """Every field of the form now open shows the item's value; `told`: what was done to it before, in a sentence."""
    form = need_item_form(site)
    fields = {kind: field_of(site, form, kind) for kind in ("category", "place", "description", "price", "date")}
    shown = {
        kind: field.chosen if kind in ("category", "place") else field.value for kind, field in fields.items() if field
    }
    right = {
        "category": contains_words(shown.get("category", ""), item.category),
        "place": contains_words(shown.get("place", ""), item.place),
        "description": squeeze(shown.get("description", "")) == squeeze(item.description or ""),
        "price": _same_price(shown.get("price", ""), item),
        "date": shown.get("date") in (item.date.isoformat(), f"{item.date:%d/%m/%Y}"),
    }
    wanted = {
        "category": item.category,
        "place": item.place,
        "description": item.description or "",
        "price": "" if item.price is None else price_text(item.price),
        "date": f"{item.date:%d/%m/%Y}",
    }
    lacking = [kind for kind, fine in right.items() if not (fine and fields[kind])]
    if lacking:
        field = fields[lacking[0]]
        site.page.keep_source(f'name="{field.name}"' if field else "<form")
        lines = [_filled(site.words.fields[kind], shown.get(kind), wanted[kind]) for kind in lacking]
        blank = all(shown.get(kind) and not wanted[kind] for kind in lacking)
        lead = f"{told}{'Son formulaire' if told else f'Le formulaire de {quote(item.name)}'} n'est pas rempli avec ses valeurs :"
        raise Failed(
            observed=f"{lead} {lines[0]}." if len(lines) == 1 else "\n- ".join([lead, *lines]),
            expected="Chaque champ montre la valeur actuelle ; ce qui manque dans la base (NULL) donne un champ vide."
            if blank
            else "Chaque champ montre la valeur actuelle.",
            help=BLANK
            if blank
            else ZERO_SHOWN
            if lacking == ["price"] and not item.price and not shown.get("price")
            else "Écrivez dans chaque champ la valeur lue dans la base : value pour <input>, selected pour une option, "
            "le texte entre les balises pour <textarea>.",
        )


def _filled(label: str, shown: str | None, wanted: str) -> str:
    """What a field of the form shows, and what the base has; `shown`: None where there is no such field."""
    found = "n'est pas dans le formulaire" if shown is None else f"montre {_value(shown)}" if shown else "est vide"
    return f"{quote(label)} {found}, et la base contient {_value(wanted) if wanted else 'NULL (rien)'}"


def _value(text: str) -> str:
    return quote(cut(squeeze(text), 60))


def _same_price(shown: str, item: Item) -> bool:
    if item.price is None:
        return not shown.strip()
    plain = re.sub(r"€|\s", "", shown).replace(",", ".")
    return re.fullmatch(r"\d+(?:\.\d*)?", plain) is not None and Decimal(plain) == item.price


def add_twin(site: Site, item: Item, href: str) -> int:
    """Put another row of the same name, category and place into the database; gives its identifier.

    It is often less than the item's own, where the address of its page bears that: who takes the first row of a name then takes
    another one's.
    """
    taken = {one.id for one in site.stock.items()}
    told = re.search(rf"(?<!\d){item.id}(?!\d)", local(href))
    free = [number for number in range(1, item.id) if number not in taken] if told else []
    draw = site.draws.of(f"numéro de l'homonyme de {item.name}")
    number = draw.one(free) if free and draw.below(MOST_AFTER) else 0
    own = {"id": number} if number else {}
    added = site.stock.add(
        item.name, **own, category=item.category_id, place=item.place_id, date=item.date, price=item.price
    )
    return number or added


def expect_delete(site: Site) -> None:
    """Deleting an item by its form removes it and nothing else, not even a row of the same name."""
    other, item = site.listed_items(2, later=True)
    also = _other_act_first(site, "suppression", other)
    entry = site.entry(item.name)
    twin = add_twin(site, item, entry.href)
    before, linked = site.stock.raw(), site.stock.linked()
    site.stock.since(before)  # the row that was put in is no proof of what the button does
    told: Failed | None = None
    for found in acting.deletions(site, item, entry.href):
        try:
            acting.press(site, found, item)
        except Failed as failed:  # another button may delete
            told = told or failed
        if site.stock.raw() != before:
            break
    else:
        if told:
            raise told
    diff = site.stock.since(before)
    gone = site.stock.ids(diff.removed)
    if gone in ({item.id, twin}, {twin}) and not (diff.changed or diff.added):
        went = "les deux sont parties" if item.id in gone else "l'autre est partie, et pas celle de la fiche"
        raise Failed(
            observed=f"Deux lignes portent le nom {quote(item.name)} ; {went}.",
            expected="La ligne supprimée, et elle seule, disparaît : une autre du même nom reste.",
            help=BY_ID.format(verb="DELETE"),
            because=[] if item.id in gone else ["fiche-adresse"],  # its page was the other row's
            at=Rows(),
        )
    if gone != {item.id} or diff.changed or diff.added:
        if not diff:
            site.expect_decent(site.page.status, site.page.text, "À l'envoi du formulaire de suppression")
        what = counted(len(gone), "ligne supprimée", "lignes supprimées") if gone else "rien n'a été supprimé"
        what += ", mais pas la bonne" if gone and item.id not in gone else ""
        key = site.stock.columns["item"]["id"]
        what += f" (dont la bonne, {key} = {item.id})" if len(gone) > 1 and item.id in gone else ""
        shared = _shared(site, before, diff.removed, item)
        raise Failed(
            observed=f"Après la suppression de {quote(item.name)} : {what}.{shared or also}",
            expected="Cette ligne, et elle seule, disparaît de la base.",
            help=_compares_id(site, "DELETE") if shared else None if gone or diff.changed or diff.added else NOT_RUN,
            because=["fiche-adresse"] if len(gone) == 1 and item.id not in gone else [],  # its page was another row's
            at=Rows() if diff else None,
        )
    _expect_linked_kept(site, linked, f"Après la suppression de {quote(item.name)}", "DELETE")
    if own := own_row(site):
        _expect_own_deleted(site, *own)


def _expect_own_deleted(site: Site, item: Item, href: str) -> None:
    """A row that the visitor has just added is deleted as any other, though its category and its place have no other one."""
    before, linked = site.stock.raw(), site.stock.linked()
    site.stock.since(before)
    for found in acting.deletions(site, item, href):
        with suppress(Failed):
            acting.press(site, found, item)
        if site.stock.raw() != before:
            break
    diff = site.stock.since(before)
    if site.stock.ids(diff.removed) != {item.id} or diff.changed or diff.added:
        what = _touched(len(diff.changed), len(diff.added), len(diff.removed)) if diff else ""
        raise Failed(
            observed=f"La ligne {quote(item.name)} vient d'être ajoutée par le formulaire, dans la même visite : la supprimer "
            + (f"a {what}." if what else "ne retire rien de la base."),
            expected="Cette ligne, et elle seule, disparaît de la base, même si le visiteur vient de l'ajouter.",
            help=OF_ONE_S_OWN.format(verb="supprimez"),
            at=Rows() if diff else None,
        )
    _expect_linked_kept(site, linked, f"Après la suppression de {quote(item.name)}", "DELETE", alone=True)


def _shared(site: Site, before: Sequence[Row], touched: Sequence[Row], item: Item) -> str:
    """A sentence about the column whose value chose the rows that were touched: they are all those that had it."""
    columns = site.stock.columns["item"]
    for column in (columns["category"], columns["place"], columns["date"], columns["price"]):
        values = {row.get(column) for row in touched} - {None}
        if len(touched) > 1 and len(values) == 1 and sum(row.get(column) in values for row in before) == len(touched):
            return f" Ce sont toutes les lignes où {column} vaut {values.pop()} : c'est cette colonne que compare la requête."
    return ""


def _compares_id(site: Site, verb: str) -> str:
    """What to compare instead, in this request."""
    key = site.stock.columns["item"]["id"]
    return f"Dans le WHERE de {verb}, comparez {key}, et donnez-lui le numéro de la ligne demandée : vérifiez les deux."


def expect_forgery_refused(site: Site) -> None:
    """Forged posts change nothing, for deleting and for editing; a drawn one of them among the rows of the candidate's own folder.

    All that was accepted is told at once.
    """
    accepted = list[Failed]()
    both = site.shuffled("envois d'ailleurs", (_expect_forged_deletion_refused, _expect_forged_edit_refused))
    for number, refused in enumerate(both):
        if number:
            site.as_at_home()
        try:
            refused(site)
        except Failed as failed:
            if accepted and not isinstance(failed.at, Rows):
                break  # the form is not found once more: what was accepted is told
            accepted.append(failed)
            if not isinstance(failed.at, Rows):
                break
            if not number:
                site.db.witness()  # its rows: the next one compares others
    if len(accepted) == 2:
        raise Failed(
            "\n- ".join(["2 envois sont acceptés, qui devraient être refusés :", *(one.observed for one in accepted)]),
            accepted[0].expected,
            accepted[0].help,
            at=Rows(),
        )
    if accepted:
        raise accepted[0]


def _expect_forged_deletion_refused(site: Site) -> None:
    _, item = well_filled(site, 2)
    entry = site.entry(item.name)
    before = site.stock.snapshot()
    for found in islice(acting.deletions(site, item, entry.href), MOST_FORGED):
        data = sent_data(site, found.form, found.button.index)
        forged = hostile.forged_post(site, found.form, site.page.url, data, lambda: site.stock.snapshot() != before)
        # at once: what follows would be taken for the fault of the next link or button
        _expect_forged_refused(site, before, "suppression", forged)
        link = hostile.follow_from_elsewhere(site, found.form)
        if site.stock.snapshot() != before:
            _refuse_link(site, before, link)


def _refuse_link(site: Site, before: Snapshot, link: str, advice: str = FROM_ELSEWHERE) -> None:
    """Tells what following a link of another site has changed."""
    shown = cut(urlsplit(link)._replace(scheme="", netloc="").geturl(), 90)
    try:
        site.expect_unchanged(
            before,
            f"Après un lien suivi depuis un autre site (GET), vers {shown}",
            help=advice,
            expected="Une demande venue d'un autre site est refusée : la base ne change pas.",
            caption="Après un lien suivi depuis un autre site",
        )
    except Failed as changed:
        changed.at = Rows()  # no page shows it
        raise


def _expect_forged_edit_refused(site: Site) -> None:
    _, item = well_filled(site, 2)
    before = site.stock.snapshot()
    form = acting.find_edit_form(site, item, site.entry(item.name).href)
    address = site.page.url
    draw = site.draws.of("correction forgée")
    fill(site, form, draw.one((changed_draft(site, item), as_shown(item).but(name=slightly(item.name, draw)))))
    data = sent_data(site, form)
    forged = hostile.forged_post(site, form, address, data, lambda: site.stock.snapshot() != before, turned=True)
    _expect_forged_refused(site, before, "modification", forged)
    link = hostile.follow_from_elsewhere(site, form, data)
    if site.stock.snapshot() != before:
        _refuse_link(site, before, link, f"{BY_POST} {FROM_ELSEWHERE}" if form.method == "get" else FROM_ELSEWHERE)
    if not stored(site, item.name):
        raise Failed(observed=f"{quote(item.name)} a disparu.", expected="La base ne change pas.")


def _expect_forged_refused(site: Site, before: Snapshot, what: str, forged: hostile.Forged) -> None:
    """The base is as before; what went along, and what did not, is told."""
    doing, expected = f"Après un formulaire de {what} envoyé depuis un autre site", "La base ne change pas."
    if forged.shared is not None:
        doing += ", avec le jeton pris dans la page d'un autre visiteur"
        advice = SAME_TOKEN if forged.shared else NOT_COMPARED
        expected = "Chaque visiteur a son jeton : celui d'un autre est refusé, et la base ne change pas."
    elif forged.changed:
        doing = f"Après un formulaire de {what} envoyé depuis votre page, son jeton {quote(forged.token)} changé (touche F12)"
        expected, advice = "Le serveur refuse un jeton changé : la base ne change pas.", NEVER_COMPARED
    elif forged.newcomer:
        doing += ", sans aucun cookie"
        expected, advice = "Qui n'est jamais venu n'a pas de jeton : son envoi est refusé.", NEWCOMER
    elif forged.guessed:
        first = f"les {forged.guessed} premières lettres" if forged.guessed > 1 else "la première lettre"
        doing += f" avec {first} du jeton {quote(forged.token)}"
        advice = CUT_OFF
    elif forged.token:
        doing += f" sans le jeton {quote(forged.token)}"
        advice = UNCHECKED.format(name=quote(forged.token))
    else:
        advice = TOKEN
    if forged.enctype:
        doing += f", écrit autrement (enctype : {forged.enctype})"
        advice = f"{EACH_WAY} {advice}"
    try:
        site.expect_unchanged(
            before, doing, help=advice, expected=expected, caption=f"Après l'envoi d'un formulaire de {what}"
        )
    except Failed as changed:
        changed.at = Rows()  # no page shows it: neither the form nor the list after it
        raise


def _text(source: str) -> str:
    return squeeze(visible_text(source))
