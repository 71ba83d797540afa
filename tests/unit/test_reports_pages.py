"""The pages say what happened, in words, and trust nothing that a candidate wrote."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from report_page import Page
from report_samples import (
    HOSTILE,
    NOW,
    NOWHERE,
    PARIS,
    keep,
    rejected_payload,
    sample_class,
    sample_lab,
    sample_payload,
    sample_picture,
)

from etabli.exam.contract.outcome import Outcome
from etabli.lab.manifest import lab_ids, load_lab
from etabli.reports.build import lab_meta
from etabli.reports.html import content_policy, render_class, render_learner, style
from etabli.reports.payload import Pace
from etabli.reports.pictures import PAGE_CAP, PICTURE_CAP, Album
from etabli.reports.views import next_step
from etabli.runs.scoring import MISSING

LAB = sample_lab()


def learner(failing: dict[str, Outcome] | None = None, out: Path = NOWHERE) -> Page:
    return Page(render_learner(sample_payload("SNO-01", LAB, failing), LAB, out=out, zone=PARIS))


def test_learner_page_shows_at_most_three_things_first_and_roots_only() -> None:
    order = ["mobile", "base-jointe", "langue", "mentions-legales"]
    source = render_learner(sample_payload("SNO-01", LAB, dict.fromkeys(order, Outcome.FAILED)), LAB, out=NOWHERE)
    first = source[source.index("À reprendre d&#39;abord") : source.index("Tous les points de vérification")]
    assert re.findall(r'id="c-([a-z-]+)"', first) == ["base-jointe", "langue", "mentions-legales"]
    assert re.search(r"\d+ autres points de vérification attendent celui-ci", first)


def test_a_page_whose_findings_quote_names_says_once_that_they_are_not_the_learners() -> None:
    """A lab that tries the work on other rows: nobody looks for « Carillon » in a base that has none."""
    sentence = "La vérification met d'autres lignes dans la base : un nom cité ici peut ne pas être dans la vôtre."
    payload = sample_payload("SNO-01", LAB, {"liste-ordre": Outcome.FAILED})
    plain = sample_payload("SNO-01", LAB, {"langue": Outcome.FAILED})
    other = replace(LAB, other_rows=True)
    told = Page(render_learner(payload, other, out=NOWHERE)).text
    assert told.count(sentence) == 1
    assert "puis relancez la vérification. Une autre faute peut se cacher derrière" in told
    assert "« " in str([one["observed"] for one in payload["checks"]])
    for said, lab in ((payload, LAB), (plain, other), (sample_payload("SNO-01", LAB), other)):
        assert sentence not in Page(render_learner(said, lab, out=NOWHERE)).text


@pytest.mark.parametrize("lab", lab_ids())
def test_only_a_lab_whose_application_is_tried_has_other_rows(lab: str) -> None:
    assert lab_meta(load_lab(lab), {}).other_rows == (lab == "page-dynamique")


def test_where_one_stands_is_counted_in_points_de_verification_alone() -> None:
    text = learner({"base-jointe": Outcome.FAILED, "langue": Outcome.FAILED}).text
    stand = text[text.index("Où vous en êtes") : text.index("Lire les constats")]
    counted = {
        word: sum(map(int, re.findall(rf"(\d+) {word}", stand))) for word in ("réussi", "à revoir", "non observé")
    }
    assert sum(counted.values()) == len(LAB.checks) and counted["à revoir"] == 2
    assert "acquis" not in text


def test_every_check_has_exactly_one_anchor() -> None:
    ids = learner({"base-jointe": Outcome.FAILED, "langue": Outcome.FAILED}).attributes("id")
    assert len(ids) == len(set(ids))
    assert {f"c-{spec.id}" for spec in LAB.checks} <= set(ids)


def test_links_inside_a_page_lead_somewhere() -> None:
    page = learner({"liste-ordre": Outcome.FAILED, "recherche": Outcome.FAILED})
    inside = {link[1:] for link in page.attributes("href") if link.startswith("#")}
    assert inside <= set(page.attributes("id"))


def test_blocked_is_explained_by_its_root_and_is_no_fault() -> None:
    text = learner({"recherche": Outcome.FAILED}).text
    assert "parce que « La recherche trouve les fiches par leur nom » n'est pas encore réussi." in text
    assert "Ce ne sont pas des fautes de plus." in text


def test_a_chain_of_blocked_checks_names_what_failed_at_its_head() -> None:
    text = learner({"liste-complete": Outcome.FAILED}).text
    assert "« Toutes les fiches sont dans la liste » n'est pas encore réussi" in text
    assert "« Chaque page montre le nombre de fiches demandé » est à revoir" not in text


def test_blocked_behind_an_incident_blames_nobody() -> None:
    text = learner({"recherche": Outcome.ERROR}).text
    assert "Incident technique de notre côté" in text
    assert "Vous n'y êtes pour rien" in text
    assert "Rien à reprendre de votre côté" in text


def test_learner_page_gives_observed_expected_and_where_to_look() -> None:
    text = learner({"liste-ordre": Outcome.FAILED}).text
    for words in ("Ce qui a été observé", "Lampe d'atelier", "Ce qui était attendu", "Où regarder ensuite", "ORDER BY"):
        assert words in text


def test_competences_are_worded_and_counted() -> None:
    text = learner({"ajout-enregistre": Outcome.FAILED}).text
    assert "Participer à la mise en place et à l'actualisation d'un site Web" in text
    assert "Montré par 2 points de vérification." in text  # C2.1: modification and suppression
    assert "aucune compétence" not in text


def test_points_of_no_competence_are_told_and_what_is_not_begun_has_no_other_points() -> None:
    payload = sample_payload("SNO-01", LAB, {"ajout-enregistre": Outcome.FAILED})
    for check in payload["checks"][:3]:
        check["competences"] = []
    for check in payload["checks"]:
        if "C2.1" in check["competences"]:
            check["outcome"] = Outcome.FAILED
    text = Page(render_learner(payload, LAB, out=NOWHERE)).text
    assert "3 points de vérification ne sont rattachés à aucune compétence." in text
    assert re.search(r"Rien n'a encore été montré. \d+ points restent à montrer.", text)


def test_provenance_names_the_run_and_how_to_do_it_again() -> None:
    payload = sample_payload("SNO-01", LAB)
    text = Page(render_learner(payload, LAB, out=NOWHERE, zone=PARIS)).text
    assert payload["submission_sha256"] is not None
    for words in (payload["submission_sha256"], payload["run"], payload["seed_fingerprint"], "version 1.0"):
        assert words in text
    assert "24 novembre 2026 à 14 h 05" in text
    assert "etabli grade CHEMIN_DU_RENDU --tp page-dynamique --session entrainement --refaire" in text


def test_rejected_page_says_why_and_what_next() -> None:
    text = Page(render_learner(rejected_payload("SNO-17", LAB), LAB, out=NOWHERE)).text
    assert "non examiné" in text
    assert "Le fichier n'est pas une archive zip lisible." in text
    assert "Demandez un nouveau rendu" in text


def test_class_page_shows_every_outcome_by_sign_and_word() -> None:
    page = Page(render_class(sample_class(LAB), LAB, None, generated_at=NOW))
    for sign, word in (("✓", "réussi"), ("✗", "à revoir"), ("○", "non observé"), ("!", "incident technique")):
        assert sign in page.text
        assert word in page.text


def test_class_page_has_a_cell_per_learner_and_check() -> None:
    source = render_class(sample_class(LAB), LAB, None, generated_at=NOW)
    assert len(re.findall(r'class="tile is-(?!absent)', source)) == 23 * len(LAB.checks)
    assert source.count('class="tile is-absent" title="non examiné"') == len(LAB.checks)  # one was not examined


def test_class_page_puts_what_needs_a_person_on_top() -> None:
    text = Page(render_class(sample_class(LAB), LAB, None, generated_at=NOW)).text
    top = text[text.index("À regarder par une personne") : text.index("Qui a besoin d'aide")]
    assert "SNO-14" in top
    assert "--refaire" in top
    assert "SNO-17" not in top  # refused: it is the learner who has something to do


def test_a_limit_of_ours_sends_a_person_to_the_workbook_and_an_incident_is_tried_again() -> None:
    def told(*observed: str | None) -> str:
        payload = sample_payload("SNO-14", LAB, {"base-jointe": Outcome.ERROR, "langue": Outcome.ERROR})
        errors = [check for check in payload["checks"] if check["outcome"] == Outcome.ERROR]
        for check, said in zip(errors, observed, strict=True):
            check["observed"] = said
        return next_step(payload) or ""

    limit = "LibreOffice ne sait pas calculer la fonction GROUPER.PAR."
    assert "vous-même ce classeur" in told(limit, limit)
    assert "--refaire" not in told(limit, limit)
    for other in (None, MISSING):
        assert "--refaire" in told(limit, other)


def test_class_page_counts_successes_per_check() -> None:
    payloads = [
        sample_payload("A", LAB),
        sample_payload("B", LAB, {"langue": Outcome.FAILED}),
        sample_payload("C", LAB, {"langue": Outcome.FAILED}),
    ]
    source = render_class(payloads, LAB, None, generated_at=NOW)
    assert "1 sur 3" in source
    assert "2 élèves" in source


def test_class_page_ends_with_the_pace() -> None:
    pace = Pace(submissions=24, workers=2, wall_ms=192_000, median_ms=14_200, outside_share=0.283)
    text = Page(render_class(sample_class(LAB), LAB, pace, generated_at=NOW)).text
    assert "7,5 rendus par minute" in text
    assert "14,2 s par rendu" in text
    assert "28\u202f%" in text or "28 %" in text


def test_no_page_gives_a_mark() -> None:
    pages = [render_class(sample_class(LAB), LAB, None, generated_at=NOW)]
    pages += [render_learner(payload, LAB, out=NOWHERE) for payload in sample_class(LAB)]
    for source in pages:
        assert not re.search(r"(/|sur)\s*20\b", Page(source).text)
        assert "des personnes qui évaluent et qui décident" in source or "non examiné" in source


def test_an_empty_class_is_a_page() -> None:
    assert "Aucun rendu" in Page(render_class([], LAB, None, generated_at=NOW)).text


def test_what_a_candidate_wrote_is_inert_and_visible() -> None:
    payload = sample_payload("SNO-01", LAB, {"langue": Outcome.FAILED})
    for check in payload["checks"]:
        check["observed"] = check["expected"] = check["help"] = check["title"] = HOSTILE
    payload["reason"] = HOSTILE
    for source in (
        render_learner(payload, LAB, out=NOWHERE),
        render_class([payload], LAB, None, generated_at=NOW),
    ):
        page = Page(source)
        assert "script" not in {tag for tag, _attributes in page.tags}
        assert "\u202e" not in source
        assert "\x07" not in source
        assert "⟨U+202E⟩" in page.text
        assert "␇" in page.text


def test_pages_hold_no_script_no_inline_style_and_a_strict_policy() -> None:
    page = learner({"langue": Outcome.FAILED})
    assert "script" not in {tag for tag, _attributes in page.tags}
    assert not page.attributes("style")
    assert not [name for _tag, attributes in page.tags for name in attributes if name.startswith("on")]
    assert content_policy() in page.attributes("content")
    assert content_policy().startswith("default-src 'none'")
    assert "unsafe" not in content_policy()


def test_the_policy_allows_exactly_our_style_sheet() -> None:
    source = render_class([], LAB, None, generated_at=NOW)
    inline = re.search(r"<style>(.*?)</style>", source, re.DOTALL)
    assert inline is not None
    digest = base64.b64encode(hashlib.sha256(inline[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in html.unescape(source)


def test_style_sheet_asks_nothing_from_elsewhere() -> None:
    assert "url(" not in style()
    assert "@import" not in style()
    assert "justify" not in style()


def test_headings_are_in_order() -> None:
    classe = Page(render_class(sample_class(LAB), LAB, None, generated_at=NOW))
    for page in (classe, learner({"langue": Outcome.FAILED, "mobile": Outcome.FAILED})):
        found = [int(tag[1]) for tag, _attributes in page.tags if re.fullmatch(r"h[1-6]", tag)]
        assert found[0] == 1
        assert found.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(found))


def test_pictures_are_embedded_with_their_caption(tmp_path: Path) -> None:
    payload = sample_payload("SNO-01", LAB, {"langue": Outcome.FAILED}, out=tmp_path)
    page = Page(render_learner(payload, LAB, out=tmp_path))
    (image,) = [attributes for tag, attributes in page.tags if tag == "img"]
    assert str(image["src"]).startswith("data:image/png;base64,")
    assert image["alt"] == "La page «\u00a0/\u00a0»"
    proof = payload["checks"][17]["evidence"][0]
    assert f"../{proof['path']}" in page.attributes("href")


def test_compared_rows_are_tables_on_a_page_that_stays_in_its_folder(tmp_path: Path) -> None:
    """They hold hidden values: a page that travels does not."""
    row = {"id": 7, "nom": "Lampe", "prix": None}
    told = {
        "added": [row, row | {"nom": "\u202eBus"}],
        "removed": [],
        "changed": [{"before": row, "after": row | {"prix": "12.50", "nom": "Lampe bleue"}}],
        "cut": 3,
    }
    item = keep(tmp_path, "SNO-01", "r.json", json.dumps(told).encode(), kind="rows", caption="Lignes")
    (proof,) = Album(tmp_path).proofs([item])
    added, changed, left = proof.tables
    assert (added.title, added.headers) == ("2 lignes ajoutées", ("id", "7", "7"))
    assert added.rows[0][:2] == ("nom", "Lampe") and "\u202e" not in added.rows[0][2]
    assert added.rows[1] == ("prix", "(vide)", "(vide)")
    assert (changed.title, changed.headers) == ("1 ligne changée", ("id", "Colonne", "Avant", "Après"))
    assert changed.rows == (("7", "nom", "Lampe", "Lampe bleue"), ("7", "prix", "(vide)", "12.50"))
    assert (left.title, left.rows) == ("Et 3 autres lignes, que ce tableau ne montre pas", ())
    counted = told | {"total": {"added": 5, "removed": 0, "changed": 1}}
    item = keep(tmp_path, "SNO-01", "c.json", json.dumps(counted).encode(), kind="rows", caption="Lignes")
    titles = [table.title for table in Album(tmp_path).proofs([item])[0].tables]
    assert titles == ["5 lignes ajoutées (ce tableau en montre 2)", "1 ligne changée"]
    many = json.dumps(told | {"added": [row] * 4}).encode()
    item = keep(tmp_path, "SNO-01", "m.json", many, kind="rows", caption="Lignes")
    added = Album(tmp_path).proofs([item])[0].tables[0]
    assert (added.headers, added.rows) == (("id", "nom", "prix"), (("7", "Lampe", "(vide)"),) * 4)
    assert not Album(tmp_path, linked=False).proofs([item])[0].tables


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'["valeur cachee"]', b"{}", b'{"added": 1}', b'{"added": [[]]}', b"[" * 9000]
)
def test_rows_that_are_none_stay_behind_a_link(tmp_path: Path, data: bytes) -> None:
    item = keep(tmp_path, "SNO-01", "r.json", data, kind="rows", caption="Lignes")
    (proof,) = Album(tmp_path).proofs([item])
    assert (proof.text, proof.image, proof.tables) == (None, None, ())
    assert proof.href == f"../{item['path']}"


@pytest.mark.parametrize(
    ("size", "linked", "sentence"),
    [
        (9000, True, "Ce sont les 3 000 premiers caractères, sur 9 000 gardés. Ouvrir tout ce qui a été gardé ."),
        (9000, False, "sur 9 000 gardés. L'enseignant garde la suite."),
        (3000, True, None),
    ],
)  # fmt: skip
def test_a_text_says_how_much_of_it_is_shown_and_where_the_rest_is(
    tmp_path: Path, size: int, linked: bool, sentence: str | None
) -> None:
    payload = sample_payload("SNO-01", LAB, {"langue": Outcome.FAILED}, out=tmp_path)
    item = keep(tmp_path, "SNO-01", "r.txt", b"e" * size, kind="response", caption="Réponse")
    payload["checks"][17]["evidence"] = [item]
    page = Page(render_learner(payload, LAB, out=tmp_path, linked=linked))
    text = " ".join(page.text.split())
    assert sentence in text if sentence else "gardé" not in text, "a whole text needs no word"
    assert ("Ouvrir tout" in page.text) is (linked and size > 3000)


def test_long_text_is_cut_visibly(tmp_path: Path) -> None:
    item = keep(tmp_path, "SNO-01", "r.txt", "é".encode() * 9000, kind="response", caption="Réponse")
    (proof,) = Album(tmp_path).proofs([item])
    assert proof.cut
    assert proof.text == "é" * 3000


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../secret.txt", "a/../../secret.txt", "lien.txt", "a\\..\\b", "absent.txt"]
)
def test_evidence_never_leaves_the_output_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    out = tmp_path / "out"
    out.mkdir()
    (out / "lien.txt").symlink_to(tmp_path / "secret.txt")
    (proof,) = Album(out).proofs([{"kind": "text", "caption": "x", "path": path, "sha256": "0" * 64}])
    assert proof.href is None
    assert proof.text is None


def test_only_real_pictures_within_the_budget_are_embedded(tmp_path: Path) -> None:
    def embedded(data: bytes, album: Album) -> bool:
        item = keep(tmp_path, "SNO-01", "p.png", data, kind="screenshot", caption="x")
        return album.proofs([item])[0].image is not None

    album = Album(tmp_path)
    assert embedded(sample_picture(), album)
    assert not embedded(b"<svg xmlns='http://www.w3.org/2000/svg'/>", album)
    assert not embedded(sample_picture() + b"\0" * PICTURE_CAP, album)
    heavy = sample_picture() + b"\0" * (PICTURE_CAP - 20_000)
    shown = sum(embedded(heavy, album) for _turn in range(20))
    assert 1 < shown <= PAGE_CAP // (PICTURE_CAP - 20_000)
