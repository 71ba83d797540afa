"""A mark is made by a teacher's own table only: what it says, what it leaves blank and why, and never in a situation."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from helpers import make_run
from report_samples import rejected_payload, sample_lab, sample_payload
from report_tables import csv_rows, opened, sheet_rows, validator
from student import etabli, said

from etabli.exam.contract.errors import LabError
from etabli.exam.contract.outcome import Outcome, Status
from etabli.lab.manifest import lab_ids, load_lab
from etabli.reception.hand_in import HandIn, HandIns, HandInState, write_hand_ins
from etabli.reports.marking import OTHER_CHECKS, MarkingScheme, example, mark_in, read_scheme
from etabli.reports.payload import Payload
from etabli.reports.results import described, publish
from etabli.reports.roll import roll_of
from etabli.reports.text import word_of
from etabli.roster.learner import Person
from etabli.roster.roster import new_roster
from etabli.runs.run import freeze

META = sample_lab()


def table(folder: Path, text: str) -> Path:
    path = folder / "bareme.yaml"
    path.write_text(text, "utf-8")
    return path


def scheme(folder: Path, text: str) -> MarkingScheme:
    return read_scheme(table(folder, text), META)


def failing(*checks: str) -> Payload:
    return sample_payload("SNO-01", META, dict.fromkeys(checks, Outcome.FAILED))


# The table


@pytest.mark.parametrize("name", lab_ids())
def test_the_example_is_a_table_that_gives_the_lab_s_own_points(tmp_path: Path, name: str) -> None:
    meta = described(load_lab(name))
    found = read_scheme(table(tmp_path, example(meta)), meta)
    assert found.out_of == 20 and {check: float(n) for check, n in found.weights.items()} == pytest.approx(
        {check.id: check.points for check in meta.checks}
    )


def test_the_example_with_its_comments_taken_away_is_a_table_by_check(tmp_path: Path) -> None:
    head, _paliers, checks = example(META).replace("# points:", "points:").replace("#   ", "  ").split("\n\n")
    found = scheme(tmp_path, f"{head}\n\n{checks}")
    assert found.weights == {check.id: check.points for check in META.checks}


def test_numbers_are_brought_to_the_scale_and_rounded_to_the_step(tmp_path: Path) -> None:
    """Three of the four points of 18: 15 out of 20; the teacher's comma is understood."""
    text = "sur: 20\narrondi: 0,5\npoints:\n  langue: 4,5\n  titre-h1: 4.5\n  liste-ordre: 9\n"
    assert scheme(tmp_path, text).mark(failing("langue")) == Decimal(15)
    assert scheme(tmp_path, text).mark(failing("liste-ordre")) == Decimal(10)
    assert scheme(tmp_path, text).mark(failing("recherche")) == Decimal(20)
    assert scheme(tmp_path, text).mark(failing("site-repond")) == 0


def test_a_number_counts_as_it_is_written(tmp_path: Path) -> None:
    """YAML 1.1 takes the first for 8, and a mark would be wrong in silence."""
    assert scheme(tmp_path, "sur: 010\npoints: {langue: 1}\n").out_of == 10


@pytest.mark.parametrize(
    ("step", "mark"), [("0.01", "13.33"), ("0.25", "13.25"), ("0.5", "13.5"), ("1", "13"), ("5", "15")]
)
def test_the_step_is_the_teacher_s(tmp_path: Path, step: str, mark: str) -> None:
    text = f"sur: 20\narrondi: {step}\npoints: {{langue: 1, titre-h1: 1, liste-ordre: 1}}\n"
    assert scheme(tmp_path, text).mark(failing("langue")) == Decimal(mark)


def test_a_palier_that_is_not_in_the_table_counts_for_nothing(tmp_path: Path) -> None:
    found = scheme(tmp_path, "sur: 20\npaliers:\n  essentiel: 12\n  attendu: 8\n")
    assert found.mark(failing("csrf", "modification")) == 20
    # A palier's number is shared as the lab shares its points: « langue » is 1 of the 50 of the first one.
    assert found.weights["langue"] == Decimal(12) / 50
    assert found.mark(failing("langue")) == Decimal(20)  # 19.76
    assert found.mark(failing("liste-ordre")) == Decimal(19)  # 19.04


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ["ligne 1, clé « (racine) » : il faut des clés et des valeurs"]),
        ("sur: 20\n", ["ligne 1, clé « (racine) » : donnez « paliers » (un nombre par palier) ou « points »"]),
        (
            "sur: 20\npaliers: {essentiel: 1}\npoints: {langue: 1}\n",
            ["ligne 1, clé « (racine) » : donnez « paliers » (un nombre par palier) ou « points » (un par point)"],
        ),
        ("sur: 20\npaliers: {essentiel: 0}\n", ["tous les nombres sont à 0"]),
        ("sur: 20\narrondi: 3\npaliers: {essentiel: 1}\n", ["« arrondi » (3) ne divise pas « sur » (20)"]),
        (
            "sur: vingt\narrondi: true\npaliers:\n  essentiels: 3\n  attendu: deux\n  attendu: -1\nnote: 12\n",
            [
                "ligne 1, clé « sur » : il faut un nombre, et non « vingt »",
                "ligne 2, clé « arrondi » : il faut un nombre, et non « true »",
                "ligne 4, clé « paliers.essentiels » : elle n'existe pas ; vouliez-vous dire « essentiel » ?",
                "ligne 6, clé « attendu » : elle est déjà à la ligne 5 ; gardez-en une",
                "ligne 6, clé « paliers.attendu » : il faut 0 au moins, et non -1",
                "ligne 7, clé « note » : elle n'existe pas ; clés permises : paliers, points, sur et arrondi",
            ],
        ),
        (
            "sur: 20\npoints:\n  liste-complet: 2\n  zzz: 2\n",
            [
                "ligne 3, clé « points.liste-complet » : elle n'existe pas ; vouliez-vous dire « liste-complete » ?",
                "ligne 4, clé « points.zzz » : elle n'existe pas ; clés permises : site-repond, base-jointe",
            ],
        ),
        (
            "sur: 20\narrondi: 1e-30\npaliers: {essentiel: 1}\n",
            ["clé « arrondi » : il faut 0,01 au moins, et non 1e-30"],
        ),
        (
            "sur: 1:30\narrondi:\npaliers: {essentiel: 0x14}\n",
            [
                "ligne 1, clé « sur » : il faut un nombre, et non « 1:30 »",
                "ligne 2, clé « arrondi » : il faut un nombre, et rien n'est écrit",
                "ligne 3, clé « paliers.essentiel » : il faut un nombre, et non « 0x14 »",
            ],
        ),
        ("sur: 20\npaliers: [essentiel]\n", ["ligne 2, clé « paliers » : il faut des clés et des valeurs"]),
        ("sur: 20\npaliers:\n\tessentiel: 3\n", ["ligne 3, colonne 1 : ce n'est pas du YAML lisible"]),
    ],
)
def test_all_that_is_wrong_in_a_table_is_told_at_once(tmp_path: Path, text: str, lines: list[str]) -> None:
    with pytest.raises(LabError) as caught:
        scheme(tmp_path, text)
    told = str(caught.value).splitlines()
    assert len([line for line in told if line.startswith(f"{tmp_path}/bareme.yaml, ")]) == len(lines)
    for words, line in zip(lines, told, strict=False):
        assert words in line


# What has no mark


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"status": Status.NEEDS_REVIEW.value}, "needs_review"),
        ({"status": Status.MODIFIED.value}, "modified"),
        ({"status": Status.UNVERIFIABLE.value}, "unverifiable"),
        ({"decisive_failed": ["langue"]}, "decisive"),
    ],
)
def test_what_a_person_has_to_look_at_has_no_mark(tmp_path: Path, facts: dict[str, Any], why: str) -> None:
    found = scheme(tmp_path, "sur: 20\npaliers: {essentiel: 20}\n")
    payload: Any = {**failing("langue"), **facts}
    assert found.mark(payload) == word_of(why)
    assert found.mark(rejected_payload("SNO-01", META)) == word_of("rejected")


def test_a_run_that_lacks_a_check_of_the_table_has_no_mark(tmp_path: Path) -> None:
    payload = failing()
    payload["checks"] = [check for check in payload["checks"] if check["id"] != "csrf"]
    assert scheme(tmp_path, "sur: 20\npoints: {csrf: 1, langue: 1}\n").mark(payload) is OTHER_CHECKS
    assert scheme(tmp_path, "sur: 20\npoints: {langue: 1}\n").mark(payload) == 20


# The commands

LAB = "mots-de-passe"
SPECS = load_lab(LAB).checks().specs
DECISIVE = next(spec.id for spec in SPECS if spec.decisive)
NAMES = "Bouvard Inès|Le Guirrec Tom|Diarrassou Awa|Pécoul Jules|Vanhoutte Chloé|Mirepoix Sacha|Ouadfel Lina".split("|")
SHEET = (
    "Identifiant,Nom complet,Statut,Note,Note maximale,Dernière modification (note),Feedback par commentaires\n"
    + "".join(f"Participant{100 + n},Élève {n},Remis,,20,-,\n" for n in range(1, 8))
)


@pytest.fixture
def out(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All passed; one at fault; a decisive one at fault; an incident; refused; modified; nothing handed in."""
    monkeypatch.setenv("COLUMNS", "300")
    new_roster("SNO", "SNO").add([Person(*name.rsplit(" ", 1)) for name in NAMES])
    out = tmp_path / "resultats"
    other = next(spec.id for spec in SPECS if not spec.decisive and spec.points > 1)
    frozen(out, "SNO-01", {})
    frozen(out, "SNO-02", {other: Outcome.FAILED})
    frozen(out, "SNO-03", {DECISIVE: Outcome.FAILED})
    frozen(out, "SNO-04", {other: Outcome.ERROR}, status=Status.NEEDS_REVIEW)
    frozen(out, "SNO-05", {}, status=Status.REJECTED, reason="Illisible.", submission_sha256=None)
    (frozen(out, "SNO-06", {}) / "transcript.jsonl").write_text("", "utf-8")
    entries = tuple(
        HandIn(f"SNO-0{n}", HandInState.HANDED_IN if n < 7 else HandInState.MISSING, participant=str(100 + n))
        for n in range(1, 8)
    )
    late = HandIn("SNO-02", HandInState.LATE, "2026-11-25T08:00:00Z", 140_400, participant="102")
    entries = (entries[0], late, *entries[2:])
    write_hand_ins(out, HandIns(LAB, "entrainement", entries, class_name="SNO"))
    return out


def frozen(out: Path, candidate: str, outcomes: Mapping[str, Outcome], **facts: Any) -> Path:
    events = [
        {"kind": "check_end", "check": spec.id, "outcome": outcomes.get(spec.id, Outcome.PASSED).value, "observed": "x"}
        for spec in SPECS
    ]
    run = make_run(SPECS, events, candidate=candidate, **{"lab": LAB, "submission_sha256": "ab" * 32, **facts})
    return out / candidate / freeze(run, out / ".atelier", out / candidate).id


@pytest.fixture
def bareme(tmp_path: Path) -> Path:
    done = etabli("export", "bareme", LAB, "-o", tmp_path / "bareme.yaml")
    assert done.exit_code == 0 and "Barème à compléter" in said(done)
    return tmp_path / "bareme.yaml"


BLANK = {
    "SNO-03": "à reprendre avant tout",
    "SNO-04": "à relire par une personne",
    "SNO-05": "non examiné",
    "SNO-06": "modifié",
    "SNO-07": "non rendu",
}


def test_the_gradebook_labels_its_marks_and_says_who_has_none_and_why(out: Path, bareme: Path, tmp_path: Path) -> None:
    done = etabli("export", "gradebook", out, "-o", tmp_path / "c.csv", "--excel", "--bareme", bareme)
    assert done.exit_code == 1  # a run was modified
    rows = {row["Élève"]: row for row in csv_rows((tmp_path / "c.csv").read_text("utf-8"), ";")}
    assert rows["SNO-01"]["Note de formation (sur 20)"] == "20,0"
    assert 0 < float(rows["SNO-02"]["Note de formation (sur 20)"].replace(",", ".")) < 20
    assert {name: row["Sans note de formation"] for name, row in rows.items() if name in BLANK} == BLANK
    assert {row["Note de formation (sur 20)"] for name, row in rows.items() if name in BLANK} == {""}
    words = said(done)
    assert "Note de formation (sur 20), arrondie à 0,5, d'après votre barème" in words
    for name, why in BLANK.items():
        assert f"Sans note, {why} : {name}" in words
    etabli("export", "gradebook", out, "-o", tmp_path / "c.json", "--bareme", bareme)
    document = json.loads((tmp_path / "c.json").read_text("utf-8"))
    validator("gradebook").validate(document)
    assert [one["mark"] for one in document["learners"]][2:] == [None] * 5
    etabli("export", "gradebook", out, "-o", tmp_path / "c.xlsx", "--bareme", bareme)
    (sheet,) = opened((tmp_path / "c.xlsx").read_bytes()).values()
    assert sheet_rows(sheet)[0]["Note de formation (sur 20)"] == 20


def test_moodle_gets_marks_with_their_label_and_the_rest_is_listed(out: Path, bareme: Path, tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_text(SHEET, "utf-8")
    done = etabli("export", "moodle", out, "--formulaire", tmp_path / "n.csv", "--bareme", bareme)
    assert done.exit_code == 1
    rows = list(csv.DictReader(io.StringIO((tmp_path / "n-rempli.csv").read_text("utf-8"))))
    assert [row["Note"] for row in rows][2:] == [""] * 5 and rows[0]["Note"] == "20.00"
    labelled = ["Note de formation" in row["Feedback par commentaires"] for row in rows]
    assert labelled == [bool(row["Note"]) for row in rows]
    assert "ne peut pas être retenu en l'état" in rows[2]["Feedback par commentaires"].replace("\u00a0", " ")
    words = said(done)
    for sentence in (
        "1 rendu à reprendre avant tout, sans note : SNO-03",
        "1 rendu à relire par une personne, laissé vide : SNO-04",
        "1 rendu refusé, sans note : SNO-05",
        "1 vérification modifiée depuis qu'elle a été figée, aucune note écrite : SNO-06",
        "1 non rendu, laissé vide : SNO-07",
    ):
        assert sentence in words


TYPED = 4
"""The learner whose mark a person changed, under a comment of Établi's."""


@pytest.fixture
def yesterday(out: Path, bareme: Path, tmp_path: Path) -> Path:
    """What Moodle gives back after marks were written; since then, nobody has one but SNO-07."""
    for n in range(1, 8):
        frozen(out, f"SNO-0{n}", {})
    (tmp_path / "n.csv").write_text(SHEET, "utf-8")
    etabli("export", "moodle", out, "--formulaire", tmp_path / "n.csv", "--bareme", bareme)
    rows = [line.split(",") for line in (tmp_path / "n-rempli.csv").read_text("utf-8").splitlines()]
    assert [row[3] for row in rows[1:]] == ["20.00"] * 7
    rows[TYPED][3] = "15.00"
    (tmp_path / "y.csv").write_text("".join(f"{','.join(row)}\n" for row in rows), "utf-8")
    frozen(out, "SNO-01", {DECISIVE: Outcome.FAILED})
    frozen(out, "SNO-02", {}, status=Status.NEEDS_REVIEW)
    frozen(out, "SNO-03", {}, status=Status.REJECTED, reason="Illisible.", submission_sha256=None)
    frozen(out, "SNO-04", {DECISIVE: Outcome.FAILED})
    (frozen(out, "SNO-05", {}) / "transcript.jsonl").write_text("", "utf-8")
    shutil.rmtree(out / "SNO-06")
    return tmp_path / "y.csv"


STALE = (
    "5 notes déjà présentes, à retirer : SNO-01 (20.00 ; rendu à reprendre avant tout), SNO-02 (20.00 ; rendu à "
    "relire par une personne), SNO-03 (20.00 ; rendu refusé), SNO-05 (20.00 ; vérification modifiée depuis qu'elle a "
    "été figée), SNO-06 (20.00 ; élève sans vérification)"
)


@pytest.mark.parametrize("replace", [False, True])
def test_a_mark_that_nothing_gives_any_more_is_told_and_taken_away(
    out: Path, bareme: Path, yesterday: Path, replace: bool
) -> None:
    options = ["--remplacer"] if replace else []
    done = etabli("export", "moodle", out, "--formulaire", yesterday, "--bareme", bareme, *options)
    words = said(done)
    assert done.exit_code == 1 and STALE in words and "Une case vide n'efface rien dans Moodle" in words
    assert ("ôter du formulaire une note à retirer, ajoutez « --remplacer »" in words) is not replace
    assert "1 rendu à reprendre avant tout, sans note : SNO-04 (note 15.00 déjà présente, gardée)" in words
    filled = yesterday.with_name("y-rempli.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(filled.decode())))
    if not replace:
        assert filled == yesterday.read_bytes()
        return
    assert [row["Note"] for row in rows] == ["", "", "", "15.00", "", "", "20.00"]
    comments = [row["Feedback par commentaires"] for row in rows]
    assert ["Note de formation" in comment for comment in comments] == [False] * 6 + [True]
    assert "n'est pas une note" in comments[0] and comments[1] == ""


def test_without_a_table_no_mark_stays_beside_a_comment_that_says_there_is_none(out: Path, yesterday: Path) -> None:
    """A row as it was, mark and comment, contradicts nothing; once the comment is replaced, the mark has to go."""
    frozen(out, "SNO-01", {})
    done = etabli("export", "moodle", out, "--formulaire", yesterday)
    assert "3 notes ou commentaires déjà présents, gardés : SNO-01, SNO-04, SNO-07" in said(done)
    done = etabli("export", "moodle", out, "--formulaire", yesterday, "--remplacer", "--json")
    lines = {line["candidate"]: line for line in json.loads(done.stdout)["lines"]}
    assert (lines["SNO-07"]["fate"], lines["SNO-07"]["unmarked"]) == ("stale", "filled")
    rows = list(csv.DictReader(io.StringIO(yesterday.with_name("y-rempli.csv").read_text("utf-8"))))
    assert [row["Note"] for row in rows] == ["", "", "", "15.00", "", "", ""]


def test_a_mark_is_known_by_its_comment_as_moodle_gives_it_back(tmp_path: Path) -> None:
    told = scheme(tmp_path, "sur: 20\npaliers: {essentiel: 1}\n").said(Decimal("14.50"))
    assert mark_in(f"<p>Bravo. {told.replace(' :', '&nbsp;:')}</p>") == Decimal("14.5")
    assert mark_in("Note de formation à venir : 14 sur 20") is None and mark_in("") is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",20,", ",100,", "La note maximale de ce devoir n'est pas 20, comme dans votre barème : changez « sur »"),
        (",Feedback par commentaires", "", "Ce formulaire n'a pas de colonne de commentaires"),
    ],
)
def test_a_worksheet_that_cannot_take_a_labelled_mark_is_told_what_to_change(
    out: Path, bareme: Path, tmp_path: Path, old: str, new: str, words: str
) -> None:
    text = SHEET.replace(old, new) if new else SHEET.replace(old, new).replace("-,\n", "-\n")
    (tmp_path / "n.csv").write_text(text, "utf-8")
    done = etabli("export", "moodle", out, "--formulaire", tmp_path / "n.csv", "--bareme", bareme)
    assert done.exit_code == 1 and words in said(done)
    rows = csv.DictReader(io.StringIO((tmp_path / "n-rempli.csv").read_text("utf-8")))
    assert {row["Note"] for row in rows} == {""}


@pytest.mark.parametrize("command", ["moodle", "gradebook"])
@pytest.mark.parametrize("whose", ["run", "hand-ins"])
def test_a_situation_has_no_mark(out: Path, bareme: Path, tmp_path: Path, command: str, whose: str) -> None:
    """Whatever is not of the training session may be a situation: of the hand-ins, or of runs without any."""
    if whose == "run":
        (out / "remises.json").unlink()
        frozen(out, "SNO-01", {}, session="e2-2027")
    else:
        entries = (HandIn("SNO-01", HandInState.HANDED_IN, participant="101"),)
        write_hand_ins(out, HandIns(LAB, "e2-2027", entries, class_name="SNO"))
    (tmp_path / "n.csv").write_text(SHEET, "utf-8")
    where = ("--formulaire", tmp_path / "n.csv") if command == "moodle" else ("-o", tmp_path / "c.csv")
    done = etabli("export", command, out, *where, "--bareme", bareme)
    assert done.exit_code == 2
    if command == "moodle" and whose == "run":
        assert "quel alias" in said(done)  # nobody of Moodle is known without hand-ins
    else:
        assert "La session « e2-2027 » n'est pas un entraînement" in said(done) and "sans « --bareme »" in said(done)
    assert not (tmp_path / "c.csv").exists() and not (tmp_path / "n-rempli.csv").exists()


def test_a_table_that_is_not_there_or_would_be_written_over_is_one_sentence(
    out: Path, bareme: Path, tmp_path: Path
) -> None:
    done = etabli("export", "gradebook", out, "-o", tmp_path / "c.csv", "--bareme", tmp_path / "absent.yaml")
    assert done.exit_code == 2 and f"etabli export bareme {LAB} -o absent.yaml" in said(done)
    assert "absent.yaml » ne peut pas être lu (il n'existe pas)" in said(done)
    before = bareme.read_bytes()
    done = etabli("export", "bareme", LAB, "-o", bareme)
    assert done.exit_code == 2 and "existe déjà" in said(done) and bareme.read_bytes() == before
    done = etabli("export", "bareme", LAB, "-o", "/proc/bareme.yaml")
    assert done.exit_code == 2 and "« /proc/bareme.yaml » ne peut pas être écrit" in said(done)


# Without a table

NUMBERS = {"Version du TP", "lab_version", "Retard (jours)", "Retard (heures)", "late_days", "late_hours"}
"""The only columns of numbers."""


def numbers_of(rows: list[dict[str, Any]]) -> set[str]:
    """The headings of the columns that hold a number, or text that a spreadsheet or Moodle might take for one."""

    def reads_as_one(value: Any) -> bool:
        if isinstance(value, str):
            return bool(value) and not value.strip(" 0123456789.,/%-+−") and any(map(str.isdigit, value))
        return isinstance(value, int | float)

    return {heading for row in rows for heading, value in row.items() if reads_as_one(value)}


def test_no_column_reads_as_one_of_marks(out: Path, tmp_path: Path) -> None:
    """Points, shares, counts out of a total: nothing a person or an import takes for a mark, in any form."""
    publish(out, load_lab(LAB), None, roll_of(out))
    for form in ("csv", "xlsx", "json"):
        etabli("export", "gradebook", out, "-o", tmp_path / f"c.{form}", "--constats")
    tables = {
        "resultats.csv": csv_rows((out / "resultats.csv").read_text("utf-8"), ";"),
        "carnet.csv": csv_rows((tmp_path / "c.csv").read_text("utf-8")),
        "carnet.json": json.loads((tmp_path / "c.json").read_text("utf-8"))["learners"],
    }
    for name in (out / "resultats.xlsx", tmp_path / "c.xlsx"):
        tables |= {f"{name.name} {title}": sheet_rows(sheet) for title, sheet in opened(name.read_bytes()).items()}
    assert len(tables) == 8
    for name, rows in tables.items():
        assert rows and numbers_of(rows) <= NUMBERS, name
        assert not [heading for heading in rows[0] if "note" in heading.lower() or heading.endswith("acquis")], name
