"""Witness hand-ins that no template can be: `BUILDERS[name](data)` gives the files of a specimen."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from etabli.exam.contract.plain import plain

from ..variant import make
from . import cheats, leaks, lines, looks, mistakes, notes, office, pivots, right, rows, sleepers
from .figures import Figures
from .right import tableau
from .work import Data, Made, Tree, Work

Builder = Callable[[Data], Work]


def listed(make: Callable[[Data], rows.Rows], work: Builder = tableau, **settings: Any) -> Builder:
    """Right work over other lines."""
    return lambda data: work(data).but(rows=make(data), **settings)


def changed(*steps: Callable[[Made], None], work: Builder = tableau, **settings: Any) -> Builder:
    """Right work, one thing changed in the workbook."""
    return lambda data: work(data).but(**settings).then(*steps)


def written(note: Callable[[Made], str] | None) -> Builder:
    """Right work, another note."""
    return lambda data: tableau(data).but(note=note)


def texts_for_dates(data: Data) -> Work:
    """Dates are texts; the helper takes the month out of them."""
    own = right.sommeprod(data).but(month_of='MID({0},7,4)&"-"&MID({0},4,2)'.format)
    return own.but(rows=[row | {"date": rows.DayText(row["date"])} for row in own.rows], note_suffix=".md")


def without(column: str) -> Builder:
    """A demanded column is not there."""
    return lambda data: tableau(data).but(columns=tuple(name for name in rows.columns(data) if name != column))


def pivot_short(data: Data) -> Work:
    """The pivots were made before the last lines were pasted, over a fixed range."""
    own = right.pivot_libre(data)
    known = own.rows[:-9]

    def synthese(made: Made) -> None:
        made.figures = Figures(data, tuple(known))
        pivots.pivoted(made)
        for rate, (base, tax) in Figures(data, tuple(own.rows)).vat.items():
            made.values |= {f"base:{rate}": base, f"tax:{rate}": tax}

    def build(made: Made, content: bytes) -> bytes:
        done = pivots.acts(made, by=lines.headers(own)["date"], last=len(known) + 1)
        return office.saved(content, [*done, pivots.named(made)], save=".ods")

    def note(made: Made) -> str:
        """The first customers are those of all lines, whatever their pivots forgot: one fault, one cost."""
        made.figures = Figures(data, tuple(own.rows))
        return notes.listing(made)

    return own.but(sheets=(own.sheets[0], synthese, *own.sheets[2:]), patches=(build,), note=note)


def pivot_pasted(data: Data) -> Work:
    """The pivots were pasted as values."""
    own = right.pivot_libre(data)

    def build(made: Made, content: bytes) -> bytes:
        done = pivots.acts(made, by=lines.headers(own)["date"], last=lines.LAST)
        sheet = made.work.names["synthese"]
        gone: list[office.Act] = [("remove_pivot", {"sheet": sheet, "name": name}) for name in ("Mois", "Clients")]
        again = [act for act in done if act[0] == "number_format"]
        return office.saved(content, [*done, pivots.named(made), *gone, *again], save=".ods")

    return own.but(patches=(build,))


def foreign(data: Data) -> Work:
    """The work of who sits beside."""
    seed = hashlib.sha256(str(data["company"]).encode()).digest()
    return tableau(plain(make(seed, seed)))


def two_books(data: Data) -> Tree:
    """An `.ods` stands beside the `.xlsx`."""
    tree = tableau(data).tree()
    return tree | {"analyse.ods": office.saved(tree["analyse.xlsx"], save=".ods")}


def no_book(data: Data) -> Tree:
    """A note, and no workbook."""
    return {name: content for name, content in tableau(data).tree().items() if name.startswith("note")}


WORKS: Mapping[str, Builder] = {
    # right
    "tableau": tableau,
    "croise": right.croise,
    "noms": right.noms,
    "sommeprod": right.sommeprod,
    "mois-en-rangs": right.rangs,
    "codes-a-droite": changed(right.codes_last),
    "export-garde": changed(right.raw_kept),
    "dynamique": right.dynamique,
    "libre": right.libre,
    "pivot-excel": right.pivot_excel,
    "pivot-libre": right.pivot_libre,
    "enregistre": right.enregistre,
    "autrement": right.autrement,
    "essentiel-seul": right.essentiel,
    "extraction-seule": right.extraction,
    # lines
    "brouillons-compris": listed(rows.with_outside("draft")),
    "annulees-comprises": listed(rows.with_outside("cancelled")),
    "fournisseurs-compris": listed(rows.with_outside("supplier")),
    "veille-comprise": listed(rows.too_early),
    "lendemain-compris": listed(rows.beyond),
    "dernier-jour-oublie": listed(rows.without_last_day),
    "avoirs-oublies": listed(rows.without_credit_notes),
    "avoirs-ajoutes": listed(rows.added_credit_notes),
    "facture-en-double": listed(rows.doubled),
    "page-oubliee": listed(rows.cut),
    "colonne-triee-seule": listed(rows.sorted_alone),
    "releve-d-un-autre": foreign,
    "colonne-absente": without("compte"),
    "colonne-en-trop": changed(leaks.extra),
    "sans-titres": changed(mistakes.no_titles, reach="long", table=""),
    # types
    "dates-en-texte": texts_for_dates,
    "dates-en-nombres": changed(looks.bare_dates),
    "codes-sans-zeros": listed(rows.changed(code_client=lambda row: str(row["code_client"]).lstrip("0"))),
    "codes-en-nombres": listed(rows.changed(code_client=lambda row: int(row["code_client"]))),
    "comptes-en-nombres": listed(rows.changed(compte=lambda row: int(row["compte"]))),
    "quantites-en-texte": listed(rows.changed(quantite=lambda row: str(row["quantite"]))),
    "virgule-en-texte": changed(mistakes.thousands_as_text),
    "jamais-tape": lambda data: changed(mistakes.greatest)(data).patched(mistakes.half_a_sign),
    "total-dans-donnees": changed(mistakes.total_in_lines, reach="long"),
    # totals
    "totaux-colles": changed(cheats.pasted(*cheats.SHOWN)),
    "mois-colles": changed(cheats.pasted("month")),
    "totaux-a-moitie": changed(cheats.pasted("customer", every=2)),
    "totaux-egal": changed(cheats.equals("month", "customer")),
    "branche-morte": changed(cheats.dead_branch("month", "customer")),
    "premiere-ligne": changed(sleepers.asleep(sleepers.first_line, "month", "customer")),
    "somme-inchangee": changed(
        sleepers.asleep(sleepers.sum_of_all, "month"), sleepers.asleep(sleepers.extremes, "customer")
    ),
    "tant-que-la-facture": changed(
        sleepers.too_high(sleepers.other_invoices, "month"), sleepers.too_high(sleepers.other_quantity, "customer")
    ),
    "montants-ronds": changed(sleepers.too_high(sleepers.round_amount, "month", "customer")),
    "moins-qu-aujourd-hui": changed(
        sleepers.too_high(sleepers.fallen, "month"), sleepers.too_high(sleepers.nought, "customer")
    ),
    "petits-ecarts": changed(sleepers.small_gaps("month", "customer")),
    "quelques-lignes": changed(sleepers.a_few("month", "customer")),
    "premier-janvier-1900": changed(sleepers.asleep(sleepers.first_of_1900, "month", "customer", "total")),
    "decide-sans-lire": changed(sleepers.in_excel_alone("month", "base"), sleepers.endless_words("customer")),
    "articles-connus": changed(sleepers.known_articles),
    "jours-connus": changed(sleepers.known_days),
    "lignes-nouvelles": changed(
        sleepers.old_invoices("month"), sleepers.old_credits("customer"), sleepers.one_line_more("base")
    ),
    "jamais-filtrees": changed(
        sleepers.too_high(sleepers.filtered, "month"), sleepers.too_high(sleepers.one_month_left, "customer")
    ),
    "calcul-manuel": changed(looks.by_hand),
    "jamais-triees": changed(sleepers.too_high(sleepers.other_order, "month", "customer")),
    "treize-lignes": changed(sleepers.too_high(sleepers.thirteen_more, "month", "customer")),
    "jusqu-a-l-examen": changed(
        sleepers.asleep(sleepers.day_of_exam, "month"), sleepers.asleep(sleepers.other_office, "customer")
    ),
    "zero-fois": changed(cheats.nothing_added("customer")),
    "blanc-sur-blanc": changed(cheats.white("month", "customer")),
    "copie-collee": changed(cheats.copied, reach="long"),
    "pivots-colles": pivot_pasted,
    "pivot-trop-court": pivot_short,
    "une-ligne-de-moins": changed(mistakes.one_row_short, reach="exact"),
    "valeurs-menteuses": lambda data: changed(mistakes.one_row_short, reach="exact")(data).patched(cheats.cached),
    "mauvaise-colonne": changed(mistakes.wrong_column),
    "homonymes-confondus": changed(mistakes.namesakes, note=notes.listing),
    "noms-seuls": changed(mistakes.names_alone),
    "client-oublie": changed(mistakes.customer_left_out, note=notes.listing),
    "total-tape": changed(cheats.pasted("total")),
    "plages-exactes": changed(right.named_range, reach="exact", table=""),
    "total-arrete": changed(right.named_range, mistakes.totals_that_stop, reach="whole", table=""),
    "cellule-en-erreur": changed(mistakes.division),
    "lien-externe": lambda data: tableau(data).patched(cheats.linked),
    # parts, ranks, VAT, the other figure
    "part-sans-dollars": changed(mistakes.floating_total, note=notes.listing),
    "parts-arretees": changed(right.named_range, mistakes.shares_that_stop, reach="whole", table=""),
    "rangs-a-l-envers": changed(mistakes.upside_down),
    "tva-sur-tout": changed(mistakes.tax_on_all),
    "chiffre-a-moitie": changed(mistakes.half_a_figure),
    "ajustes-a-aujourd-hui": changed(cheats.adjusted),
    "au-prorata": changed(cheats.proportional),
    "d-un-cote-seulement": changed(cheats.one_side_typed),
    "chiffre-tape": changed(cheats.pasted("figure")),
    # looks
    "sans-graphique": changed(looks.no_chart),
    "graphique-sans-le-dernier": changed(looks.chart_without_last),
    "graphique-avec-total": changed(looks.chart_with_total),
    "graphique-des-premiers-venus": changed(looks.first_come),
    "graphique-sur-copie": changed(looks.chart_on_a_copy),
    "axe-hors-de-vue": changed(looks.out_of_sight),
    "graphique-a-cent-pour-cent": changed(looks.all_alike),
    "graphique-sans-titre": changed(looks.untitled_chart),
    "graphique-invisible": lambda data: tableau(data).patched(looks.unseen_chart),
    "camembert": changed(looks.pie),
    "sans-formats": changed(looks.general),
    "lisible-a-moitie": changed(looks.short, leaks.followed),
    "a-l-envers": changed(looks.denied, note=notes.turned),
    "mal-imprime": changed(looks.unprintable),
    "titres-sans-fin": lambda data: tableau(data).patched(looks.endless_titles),
    "a-moitie-montre": changed(looks.half_shown),
    "sans-tableau": changed(reach="whole", table=""),
    "total-et-periode": changed(looks.half_told),
    "extrait-aujourdhui": changed(looks.taken_today),
    # privacy
    "courriels-masques": changed(leaks.emails),
    "telephones-en-nombres": changed(leaks.lost_zeros),
    "salaries-nommes": changed(leaks.employees),
    "marges-et-titres": changed(leaks.in_margins),
    "abreges": changed(leaks.initials, looks.month_first, looks.ten_customers),
    "bornes-et-signes": changed(mistakes.border_days, mistakes.sign_turned, mistakes.second_total),
    "feuille-masquee": changed(leaks.hidden_sheet),
    "lignes-masquees": changed(leaks.hidden_lines),
    # note
    "note-d-une-version-d-avant": written(notes.stale),
    "note-sans-chiffres": written(notes.wordless),
    "note-sans-total": written(notes.without_total),
    "note-trop-longue": written(notes.endless),
    "note-sans-clients": written(notes.nameless),
    "note-sans-destinataire": written(notes.to_nobody),
    "sans-note": written(None),
    # aged receivables, ledger
    "reglements-oublies": changed(mistakes.without_payments),
    "clients-intervertis": changed(mistakes.swapped),
    "balance-collee": changed(cheats.pasted("aged", "due")),
    "lignes-inventees": changed(cheats.made_up),
    "nombres-recopies": changed(cheats.white("figure"), cheats.nothing_added("aged"), cheats.beside),
    "ecart-arrete": changed(right.named_range, mistakes.gap_that_stops, reach="whole", table=""),
    "ecart-tape": changed(mistakes.typed_gap),
    "ecritures-en-trop": changed(mistakes.entries_of_too_many),
    "ecriture-oubliee": changed(mistakes.entry_left_out),
    "grand-livre-faux": changed(mistakes.wrong_ledger),
}


def _files(build: Builder) -> Callable[[Data], Tree]:
    return lambda data: build(data).tree()


BUILDERS: dict[str, Callable[[Data], Tree]] = {
    **{name: _files(build) for name, build in WORKS.items()},
    "deux-classeurs": two_books,
    "sans-classeur": no_book,
}
