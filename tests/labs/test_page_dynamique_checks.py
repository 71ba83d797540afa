"""The pure helpers of the checks of page-dynamique: what is accepted, and what is not."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from etabli.check import import_grader, load_checks
from etabli.settings import repository

GRADER = repository() / "graders" / "page-dynamique"
formats = import_grader(GRADER, "formats")
stock = import_grader(GRADER, "stock")
reading = import_grader(GRADER, "reading")
visitor = import_grader(GRADER, "visitor")
hostile = import_grader(GRADER, "hostile")
diagnosis = import_grader(GRADER, "diagnosis")
quality = import_grader(GRADER, "quality")
forms = import_grader(GRADER, "forms")

NBSP, NARROW = "\u00a0", "\u202f"


# -- the grid


def test_the_grid_has_the_announced_points() -> None:
    points: dict[str, int] = {}
    for spec in load_checks(GRADER).specs:
        points[spec.palier] = points.get(spec.palier, 0) + spec.points
    assert points == {"essentiel": 50, "attendu": 35, "approfondissement": 20}


def test_every_check_helps_in_a_sentence() -> None:
    for spec in load_checks(GRADER).specs:
        assert spec.help.endswith("."), spec.id
        assert spec.title.endswith((".", "/.", "€.")), spec.id
        assert len(spec.title) <= 90, spec.id


def test_only_checks_that_can_be_seen_alone_need_nothing() -> None:
    assert [spec.id for spec in load_checks(GRADER).specs if not spec.after] == ["site-repond"]


# -- formats


@pytest.mark.parametrize(
    "text",
    [
        "1 234,50 €",
        f"1{NBSP}234,50{NBSP}€",
        f"1{NARROW}234,50{NARROW}€",
        "1234,50 €",
        "Prix : 1 234,50 € TTC",
        "Étagère\t1 234,50 €\t09/03/2026",
        "1 234,50€",
    ],
)
def test_a_french_price_is_seen(text: str) -> None:
    assert formats.shows_price(text, Decimal("1234.50"))


@pytest.mark.parametrize(
    "text",
    ["1234.50 €", "1,234.50 €", "1 234,5 €", "1 234,50", "€ 1 234,50", "11 234,50 €", "234,50 €", "1.234,50 €", ""],
)
def test_another_price_is_not(text: str) -> None:
    assert not formats.shows_price(text, Decimal("1234.50"))


def test_a_small_price_is_not_the_end_of_a_larger_one() -> None:
    assert not formats.shows_price("17,00 €", Decimal("7.00"))
    assert formats.shows_price("7,00 €", Decimal("7"))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("le 09/03/2026", True),
        ("09/03/2026 à 14 h", True),
        ("2026-03-09", False),
        ("9/3/2026", False),
        ("03/09/2026", False),
        ("109/03/2026", False),
        ("09/03/20261", False),
    ],
)
def test_a_french_date(text: str, seen: bool) -> None:
    assert formats.shows_date(text, date(2026, 3, 9)) is seen


@pytest.mark.parametrize("text", ["12.5 €", "12,50", "12.50€", "EUR 12,5", "12,50 €"])
def test_any_writing_of_a_price_is_a_mention(text: str) -> None:
    assert formats.mentions_price(text, Decimal("12.50"))


@pytest.mark.parametrize("text", ["112,50 €", "12 €", "12,55 €", "2,50 €", "12,50,1"])
def test_another_price_is_no_mention(text: str) -> None:
    assert not formats.mentions_price(text, Decimal("12.50"))


def test_thousands_are_mentioned_with_and_without_space() -> None:
    assert formats.mentions_price("1 234 €", Decimal("1234"))
    assert formats.mentions_price(f"1{NARROW}234.00", Decimal("1234"))
    assert formats.mentions_price("1234,00", Decimal("1234"))


@pytest.mark.parametrize("text", ["2026-03-09", "9/3/2026", "09/03/2026", "le 09.03.2026"])
def test_any_writing_of_a_date_is_a_mention(text: str) -> None:
    assert formats.mentions_date(text, date(2026, 3, 9))


def test_another_date_is_no_mention() -> None:
    assert not formats.mentions_date("10/03/2026, 2026-04-09", date(2026, 3, 9))


def test_words_are_compared_without_case_accents_or_punctuation() -> None:
    assert formats.contains_words("RAYON :\tÉlectro-ménager", "électro ménager")
    assert not formats.contains_words("Livres", "livre")


# -- order


def item(number: int, name: str, **values: Any) -> Any:
    defaults = {"description": None, "price": Decimal(1), "date": date(2026, 1, 1)}
    return stock.Item(id=number, name=name, category_id=1, place_id=1, category="c", place="p", **(defaults | values))


def disorder(*items: Any, order: tuple[tuple[str, str], ...]) -> int | None:
    ranks = {row.name: place for place, row in enumerate(sorted(items, key=lambda row: formats.tie_keys(row.name)))}
    found: int | None = stock.first_disorder(items, order, ranks)
    return found


DATE_DESC = (("date", "desc"), ("name", "asc"))
PRICE_ASC = (("price", "asc"), ("name", "asc"))


def test_the_first_key_orders() -> None:
    new, old = item(1, "b", date=date(2026, 5, 1)), item(2, "a", date=date(2026, 4, 1))
    assert disorder(new, old, order=DATE_DESC) is None
    assert disorder(old, new, order=DATE_DESC) == 0


def test_ties_follow_the_name() -> None:
    assert disorder(item(1, "Âne"), item(2, "Zèbre"), order=DATE_DESC) is None
    assert disorder(item(2, "Zèbre"), item(1, "Âne"), order=DATE_DESC) == 0


def test_ties_that_only_punctuation_decides_are_left_alone() -> None:
    left, right = item(1, "L'été"), item(2, "Là-haut")
    assert disorder(left, right, order=DATE_DESC) is None
    assert disorder(right, left, order=DATE_DESC) is None


def test_missing_prices_come_last_both_ways() -> None:
    none, one = item(1, "a", price=None), item(2, "b", price=Decimal(3))
    for way in ("asc", "desc"):
        order = (("price", way), ("name", "asc"))
        assert disorder(one, none, order=order) is None
        assert disorder(none, one, order=order) == 0


def test_missing_prices_are_ordered_by_name_among_themselves() -> None:
    a, b = item(1, "a", price=None), item(2, "b", price=None)
    assert disorder(a, b, order=PRICE_ASC) is None
    assert disorder(b, a, order=PRICE_ASC) == 0


# -- from page to page


def link(text: str = "", href: str = "", **values: Any) -> Any:
    return reading.PageLink(**({"text": text, "label": text, "rel": "", "href": href} | values))


@pytest.mark.parametrize(
    "way",
    [
        link("2", "http://x/?page=2"),
        link("Suivant", "http://x/?page=2"),
        link("Page suivante »", "http://x/?page=2"),
        link("»", "http://x/?page=2"),
        link("…", "http://x/?page=2", label="Page suivante"),
        link("plus loin", "http://x/?page=2", rel="nofollow next"),
        link("2", "", button=4),
    ],
)
def test_ways_to_the_next_page(way: Any) -> None:
    others = [link("1", "http://x/?page=1"), link("9", "http://x/?page=9"), link("Accueil", "http://x/")]
    assert reading.next_page([*others, way], 1, {"http://x/"}) is way


def test_no_way_on_the_last_page() -> None:
    links = [link("1", "http://x/?page=1"), link("Suivant", "http://x/?page=2"), link("Ajouter", "http://x/ajout")]
    assert reading.next_page(links, 2, {"http://x/?page=1", "http://x/?page=2"}) is None


def test_the_next_number_wins_over_an_arrow_to_the_end() -> None:
    two, end = link("2", "http://x/?page=2"), link("»", "http://x/?page=9")
    assert reading.next_page([end, two], 1, {"http://x/"}) is two


# -- addresses


@pytest.mark.parametrize(
    ("first", "second", "altered"),
    [
        ("http://x/fiche.php?id=3", "http://x/fiche.php?id=12", "http://x/fiche.php?id=900"),
        ("http://x/fiche/3", "http://x/fiche/12", "http://x/fiche/900"),
        ("http://x/?p=fiche&id=3&r=1", "http://x/?p=fiche&id=4&r=1", "http://x/?p=fiche&id=900&r=1"),
        ("http://x/velo-rouge", "http://x/lampe", "http://x/velo-rouge-zzqx"),
        ("http://x/12-velo", "http://x/7-lampe", "http://x/900-velo"),
    ],
)
def test_the_identifier_is_altered(first: str, second: str, altered: str) -> None:
    assert visitor.altered_addresses(first, second, 900) == [altered]


def test_two_items_at_one_address_have_no_identifier() -> None:
    assert visitor.altered_addresses("http://x/fiche", "http://x/fiche", 900) == []


def test_each_parameter_is_tried_in_turn() -> None:
    assert hostile.with_values("http://x/?a=1&b=&c=2", "'") == ["http://x/?a=%27&b=&c=2", "http://x/?a=1&b=&c=%27"]


def test_links_of_a_page_stay_on_the_site() -> None:
    source = '<a href="/a#x">a</a><a href="b?c=1&amp;d=2">b</a><a href="http://y/">y</a><a href="mailto:z@z">z</a>'
    assert hostile.links_of(source, "http://x/dir/") == ["http://x/a", "http://x/dir/b?c=1&d=2"]


def test_hidden_fields_belong_to_their_form() -> None:
    source = '<form><input type="hidden" name="a" value="1&amp;2"></form><form><input name=b><INPUT TYPE=HIDDEN NAME=c>'
    assert hostile.hidden_fields(source, 0) == {"a": "1&2"}
    assert hostile.hidden_fields(source, 1) == {"c": ""}
    assert hostile.hidden_fields(source, 2) == {}


def test_submitted_files_are_looked_for_under_the_web_root() -> None:
    addresses = hostile.web_addresses(["public/index.php", "config.php", "style.css", ".env"])
    assert addresses[:4] == ["public/index.php", "index.php", "config.php", ".env"]
    assert "style.css" not in addresses
    assert "dump.sql" in addresses


# -- what gives itself away


@pytest.mark.parametrize(
    ("body", "address", "found"),
    [
        ("<?php echo 1;", "config.php~", "du code PHP"),
        ("DB_PASSWORD=\n", ".env", "les réglages de la base"),
        ("INSERT INTO objets VALUES (1);", "base/dump.sql", "les données de la base"),
        ("[core]\n\tbare = false", ".git/config", "l'historique Git"),
        ("import os\n", "app.py", "du code Python"),
        ("ALTER TABLE objets ADD note TEXT;", "base/modifications.sql", ""),
        ("<!DOCTYPE html><p>Mot de passe : oublié</p>", "compte.php", ""),
        ("", "config.php", ""),
    ],
)
def test_secrets(body: str, address: str, found: str) -> None:
    assert hostile.secret_in(body, address) == found


@pytest.mark.parametrize(
    "text",
    [
        "SQLSTATE[42000]: Syntax error",
        "Fatal error: Uncaught PDOException in /srv/app/index.php",
        "Warning: Undefined variable $x in index.php on line 3",
        'pymysql.err.OperationalError: (2003, "Can\'t connect")',
        "Traceback (most recent call last):",
        "Access denied for user 'root'@'localhost'",
    ],
)
def test_technical_words_are_noticed(text: str) -> None:
    assert diagnosis.leak(f"Bonjour\n{text}\nAu revoir")


@pytest.mark.parametrize(
    "text",
    [
        "Le service est indisponible pour le moment. Revenez plus tard.",
        "Aucun objet ne correspond à votre recherche.",
        "Notice de montage : table en chêne. Prix en ligne, 12,50 €",
        "Warning signs, lot de 3",
    ],
)
def test_ordinary_words_are_not(text: str) -> None:
    assert diagnosis.leak(text) == ""


def test_a_page_is_told_from_a_crash() -> None:
    assert diagnosis.broken_page(200, "<!DOCTYPE html><h1>Nos objets</h1>") == ""
    assert "500" in diagnosis.broken_page(500, "")
    assert "vide" in diagnosis.broken_page(200, "  ")
    assert "erreur" in diagnosis.broken_page(200, "<b>Fatal error</b>: Uncaught PDOException: SQLSTATE[HY000] [2002]")


class Sources:
    """A tree of submitted files, searched as the fixture does."""

    def __init__(self, **texts: str) -> None:
        self.texts = {name.replace("_", "."): text for name, text in texts.items()}

    def search(self, pattern: re.Pattern[str], suffixes: tuple[str, ...] = ()) -> list[Any]:
        return [
            SimpleNamespace(path=path, line=number, text=line)
            for path, text in sorted(self.texts.items())
            if path.endswith(suffixes)
            for number, line in enumerate(text.splitlines(), start=1)
            if re.search(pattern, line)
        ]


def test_the_line_that_fixes_the_connection_is_named() -> None:
    files = Sources(index_php="<?php\n// root\n$b = mysqli_connect('localhost', 'root', '');")
    help_ = diagnosis.diagnose(files)
    assert help_.startswith("index.php, ligne 3 :")
    assert "DB_HOST" in help_


@pytest.mark.parametrize(
    "line",
    ["$h = getenv('DB_HOST') ?: 'localhost';", "HOST = os.environ.get('DB_HOST', 'localhost')", "# 'localhost'"],
)
def test_a_fallback_is_no_fixed_connection(line: str) -> None:
    assert diagnosis.diagnose(Sources(config_php=line)) is None


# -- sentences and facts


def test_a_new_sentence_is_told_from_the_frame() -> None:
    full = "Nos objets\nRechercher\n12 objets\nVélo 12,00 €"
    assert visitor.new_sentence(full, "Nos objets\nRechercher\nAucun objet à afficher.") == "Aucun objet à afficher."
    assert visitor.new_sentence(full, "Nos objets\nRechercher\n0 objets") == ""


ORGANISATION = {
    "name": "L'Établi d'Orvane",
    "street": "3, rue des Tilleuls",
    "postcode": "49999",
    "city": "Orvane",
    "phone": "02 99 00 12 34",
    "director": "Maëlle Duvigan",
    "host": {
        "name": "Nuage d'Orvane",
        "street": "1 quai Bas",
        "postcode": "49998",
        "city": "Orvane-sur-Lise",
        "phone": "02 99 00 56 78",
    },
}
NOTICE = """L’Établi d’Orvane, 3 rue des Tilleuls, 49999 ORVANE, tél. 02.99.00.12.34.
Directrice de la publication : Maëlle Duvigan.
Hébergeur : Nuage d'Orvane, 1 quai Bas, 49998 Orvane-sur-Lise, 0299005678"""


def test_a_complete_legal_notice() -> None:
    assert quality.missing_facts(NOTICE, ORGANISATION) == []


def test_what_a_legal_notice_lacks_is_named() -> None:
    text = NOTICE.replace("56", "65").replace("Duvigan", "")
    assert quality.missing_facts(text, ORGANISATION) == [
        "le directeur ou la directrice de la publication",
        "le téléphone de l'hébergeur",
    ]


def test_what_was_stored_wrong_is_said() -> None:
    typed = forms.Draft("Table", "c", "p", "12,50", "01/01/2026", "Une  table\nbasse")
    right = item(1, "Table", price=Decimal("12.50"), description="Une table basse")
    site = SimpleNamespace(words={"fields": {"price": "Prix", "description": "Notes"}})
    assert forms.problems(site, right, typed) == []
    wrong = item(1, "Table", price=Decimal("12.00"), description=None)
    assert forms.problems(site, wrong, typed) == [
        "« Prix » vaut « 12.00 » au lieu de « 12.50 »",
        "« Notes » vaut rien au lieu de « Une table basse »",
    ]
