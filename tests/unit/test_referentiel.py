"""The référentiel as a file: what ours says, what may not be said, annexe III, and the centre's own in its place."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from helpers import Done, here
from referentiel_samples import TEXT, small

from etabli.exam.contract.errors import LabError, UsageProblem
from etabli.lab.assessed import looked_at
from etabli.referentiel.annexe import COLUMNS, FOUR, read_annexe
from etabli.referentiel.editing import replaced, with_annexes
from etabli.referentiel.kept import bring, competences, folder, give_up, in_force
from etabli.referentiel.model import AnnexeIII, Looked, Referentiel, misfits, unmapped
from etabli.system.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parents[2]
OURS = ROOT / "course" / "referentiel.yaml"
LABS = {"un": Looked(checks=("e1", "e2", "e3", "e4", "e5", "a1", "a2", "x1", "x2"), people=("lue",), competences=())}
LABS |= {"deux": LABS["un"]}
HEADINGS = ["Code", *(COLUMNS[key] for key in FOUR)]


# -- ours


def test_ours_says_where_each_official_text_is_from() -> None:
    told = in_force().referentiel
    assert [bloc.unit for bloc in told.blocs] == ["U1", "U2", "U3"] and {bloc.coefficient for bloc in told.blocs} == {6}
    lines = competences()
    assert list(lines) == [f"C{bloc}.{number}" for bloc in (1, 2, 3) for number in (1, 2, 3)]
    assert all(line.source and line.text for line in lines.values())
    assert [code for code, line in lines.items() if not line.verified] == ["C3.1", "C3.2", "C3.3"]


def test_our_criteria_are_never_the_official_text() -> None:
    told = in_force().referentiel
    assert all(one.criteres for one in told.competences.values())
    assert {one.origine for one in told.criteria.values()} == {"etabli"}
    assert [code for code, one in told.competences.items() if one.annexe_iii] == ["C2.3"]
    assert not any(one.has_official_criteria for one in told.competences.values())


def test_project_and_social_media_come_from_traces_and_people_alone() -> None:
    told = in_force().referentiel
    assert [code for code, one in told.competences.items() if one.personnes_seulement] == ["C1.2", "C1.3"]
    for code in ("C1.2", "C1.3"):
        assert not any(one.constats for one in told.competences[code].criteres)


def test_our_scale_has_four_degrees_and_our_rules_are_those_of_the_diploma() -> None:
    told = in_force().referentiel
    assert len(told.echelle.degres) == 4 and not told.echelle.verified
    assert (told.regles.traces, told.regles.observations) == (2, 1)


def test_all_that_our_labs_look_at_is_mapped() -> None:
    told, labs = in_force().referentiel, looked_at()
    assert list(misfits(told, labs)) == [] and unmapped(told, labs) == {}


# -- what may not be said


def said(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    with pytest.raises(LabError) as caught:
        read_yaml(path, Referentiel, lambda told: misfits(told, LABS))
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("essentiel: 100", "essentiel: 130", "clé « regles.exige.0.essentiel » : il faut 100 au plus, et non 130"),
        ("essentiel: 100", "essentiel: beaucoup", "il faut un nombre entier, et non « beaucoup »"),
        ("degre: bon", "degre: bonn", "« bonn » n'est pas un degré de l'échelle ; vouliez-vous dire « bon » ?"),
        ("degre: moyen", "degre: bas", "« bas » est le plus bas : il n'exige rien ; retirez cette ligne"),
        ("{id: haut, title: très", "{id: bon, title: très", "« bon » est déjà pris plus haut"),
        ("traces: 2", "traces: 1", "il faut 2 au moins, et non 1"),
        ("observations: 1", "observations: 0", "il faut 1 au moins, et non 0"),
        ("id: chose-dite", "id: chose-faite", "« chose-faite » est déjà pris plus haut"),
        ("code: C1.2", "code: C1.1", "« C1.1 » est déjà pris plus haut ; donnez un autre nom"),
        ("code: C1.2", "code: c12", "clé « blocs.0.competences.1.code » : « c12 » n'a pas la forme attendue"),
        ("[e1, e2, e3, e4, e5, a1, a2, x1, x2]", "[e9]", "le TP « un » n'a pas de « e9 »"),
        ("un: [lue]", "unn: [lue]", "le TP « unn » n'existe pas ; vouliez-vous dire « un » ?"),
        (
            "origine: etabli}",
            "origine: officiel}",
            "« officiel » n'est pas permis ; valeurs permises : etabli, centre",
        ),
        ("verified: true", "verified: peut-être", "il faut « true » ou « false », et non « peut-être »"),
        ("etabli/referentiel/1", "etabli/referentiel/9", "valeurs permises : etabli/referentiel/1"),
    ],
)
def test_a_bad_file_gets_its_line_its_key_and_what_was_expected(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "le-notre.yaml"
    assert old in TEXT
    line = 1 + TEXT[: TEXT.index(old)].count("\n")
    problems = said(path, TEXT.replace(old, new, 1)).splitlines()
    assert any(one.startswith(f"{path}, ligne {line}, ") and words in one for one in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "holder", "words"),
    [
        ("degre: moyen", "degre: bon", "  exige:", "aucune ligne ne dit ce qu'exige « moyen » ; ajoutez-la"),
        ("text: Faire une chose", "libelle: x", "- code: C1.1", "clé « blocs.0.competences.0.text » : elle manque"),
    ],
)
def test_what_is_missing_has_the_line_of_what_should_hold_it(
    tmp_path: Path, old: str, new: str, holder: str, words: str
) -> None:
    line = 1 + TEXT[: TEXT.index(holder)].count("\n")
    assert any(
        f"ligne {line}, " in one and words in one
        for one in said(tmp_path / "x.yaml", TEXT.replace(old, new)).splitlines()
    )


@pytest.mark.parametrize("key", ["note: 20", "points: 3", "sur: 20", "bareme: x"])
@pytest.mark.parametrize("after", ["traces: 2", "title: non maîtrisé", "degre: haut", "unit: U1"])
def test_no_key_makes_a_mark_of_a_degree(tmp_path: Path, after: str, key: str) -> None:
    joint = ", " if after.startswith(("title", "degre")) else f"\n{' ' * (4 if after[0] == 'u' else 2)}"
    assert "elle n'existe pas" in said(tmp_path / "x.yaml", TEXT.replace(after, f"{after}{joint}{key}", 1))


def test_where_people_alone_say_no_check_may(tmp_path: Path) -> None:
    wrong = TEXT.replace("origine: etabli}", "origine: etabli, constats: {un: [e1]}}")
    assert "clé « blocs.0.competences.1.criteres.0.constats » : aucun point ne dit" in said(tmp_path / "x.yaml", wrong)


@pytest.mark.parametrize(
    ("old", "words"),
    [
        ("blocs:\n", "il faut un bloc au moins"),
        ("    competences:\n", "il faut une compétence au moins"),
        ("  degres:\n", "il faut deux degrés au moins"),
    ],
)
def test_what_is_left_empty_is_told(tmp_path: Path, old: str, words: str) -> None:
    told = yaml.safe_load(TEXT)
    place = told if old == "blocs:\n" else told["blocs"][0] if "competences" in old else told["echelle"]
    place[old.strip().rstrip(":")] = []
    assert words in said(tmp_path / "x.yaml", yaml.safe_dump(told, allow_unicode=True))


def test_a_competence_that_a_lab_works_on_is_there() -> None:
    labs = {"un": LABS["un"].model_copy(update={"competences": ("C1.1", "C2.2")})}
    assert [one.problem for one in misfits(small(), labs) if one.place == ("blocs",)] == [
        "le TP « un » travaille « C2.2 », qui manque ici ; ajoutez-la"
    ]


def test_what_shows_no_criterion_is_told_unless_it_is_said_to_be_outside() -> None:
    labs = {"un": LABS["un"].model_copy(update={"checks": (*LABS["un"].checks, "z1"), "people": ("lue", "ton")})}
    assert unmapped(small(), labs) == {"un": ("z1", "ton")}
    assert unmapped(small().model_copy(update={"hors_competence": {"un": ("z1", "ton")}}), labs) == {}


# -- annexe III


def csv_of(rows: list[list[str]], separator: str = ";") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=separator).writerows(rows)
    return stream.getvalue().encode("utf-8-sig")


def xlsx_of(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


FILLED = [HEADINGS, ["C1.1", "- savoir faire\n- bien faire", "le savoir", "un résultat", "• un critère\n• un autre"]]
WANTED = {
    "competences_detaillees": ("savoir faire", "bien faire"),
    "savoirs_associes": ("le savoir",),
    "resultats_attendus": ("un résultat",),
    "criteres_evaluation": ("un critère", "un autre"),
}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", csv_of(FILLED)),
        ("b.csv", csv_of(FILLED, ",")),
        ("c.xlsx", xlsx_of(FILLED)),
        ("d.csv", csv_of([HEADINGS[1:], ["C1.1 Faire une chose", "", "", ""], FILLED[1][1:]])),
        ("h.csv", csv_of([["Annexe III : Bloc 1"], HEADINGS[1:], ["1.1. Faire une chose"], FILLED[1][1:]])),
        ("i.csv", csv_of([["Compétences", *HEADINGS[1:]], ["1.1 Faire une chose", *FILLED[1][1:]]])),
        ("e.csv", csv_of([["Annexe III"], HEADINGS, *([["C1.1", *row] for row in zip(
            ("savoir faire", "bien faire"), ("le savoir", ""), ("un résultat", ""), ("un critère", "un autre"),
            strict=True)])])),
        ("f.csv", csv_of([[one.upper() for one in HEADINGS], FILLED[1]])),
        ("g.csv", csv_of(FILLED).decode("utf-8-sig").encode("cp1252", "replace")),
    ],
)  # fmt: skip
def test_annexe_iii_is_read_as_it_is_usually_copied(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    found = read_annexe(tmp_path / name, small(), "annexe III", verified=True)
    assert found == {"C1.1": AnnexeIII.model_validate(WANTED | {"source": "annexe III", "verified": True})}


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [["Nom", "Prénom"], ["a", "b"]],
            "n'a pas les colonnes de l'annexe III : écrivez sur la première ligne « Compét",
        ),
        ([HEADINGS[:-1], ["C1.1", "a", "b", "c"]], "ligne 1 : il manque la colonne « Critères d'évaluation » ; sont"),
        (
            [HEADINGS, ["C9.9", "a", "b", "c", "d"]],
            "ligne 2, colonne « Code » : « C9.9 » ne commence par aucune compét",
        ),
        ([HEADINGS, ["", "a", "b", "c", "d"]], "ligne 2 : cette ligne n'a pas de compétence ; écrivez son code"),
        ([HEADINGS, ["C1.1", "", "", "", ""]], "aucune ligne sous les titres (ligne 1) ne dit quelque chose"),
    ],
)
def test_a_bad_table_gets_its_row_its_column_and_what_was_expected(
    tmp_path: Path, rows: list[list[str]], words: str
) -> None:
    path = tmp_path / "annexe.csv"
    path.write_bytes(csv_of(rows))
    with pytest.raises(UsageProblem) as caught:
        read_annexe(path, small(), "x", verified=False)
    assert str(caught.value).startswith(str(path)) and words in str(caught.value)


def test_what_is_loaded_already_keeps_its_source(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(csv_of(FILLED))
    once = read_annexe(tmp_path / "a.csv", small(), "annexe III", verified=True)
    assert read_annexe(tmp_path / "a.csv", replaced(small(), once), "ailleurs", verified=False) == {}


@pytest.mark.parametrize("text", [TEXT, OURS.read_text("utf-8"), yaml.safe_dump(yaml.safe_load(TEXT), width=40)])
def test_a_file_keeps_its_comments_and_its_order_when_annexe_iii_comes(text: str) -> None:
    told = Referentiel.model_validate(yaml.safe_load(text))
    annexe = AnnexeIII(source="d'ici : « là »", verified=True, criteres_evaluation=("- un", "deux : trois", "# quatre"))
    annexes = dict.fromkeys(told.competences, annexe)
    edited = with_annexes(text, told, annexes)
    assert Referentiel.model_validate(yaml.safe_load(edited)) == replaced(told, annexes)
    kept = [line for line in text.splitlines() if "#" in line]
    assert [line for line in edited.splitlines() if line in kept] == kept


def test_a_file_in_braces_is_written_anew() -> None:
    told = small()
    text = json.dumps(told.model_dump(mode="json"), ensure_ascii=False)
    annexes = {"C1.1": AnnexeIII(source="x", verified=False, criteres_evaluation=("un",))}
    assert Referentiel.model_validate(yaml.safe_load(with_annexes(text, told, annexes))) == replaced(told, annexes)


# -- which one is in force


def test_ours_is_in_force_until_another_one_is_brought(home: Path) -> None:
    ours = in_force()
    assert not ours.own and ours.path == OURS and not home.exists()
    first, second = (bring(TEXT.replace("Un diplôme", name).encode()) for name in ("Un", "Deux"))
    kept = in_force()
    assert kept.own and kept.sha256 == second and kept.referentiel.diploma.name == "Deux"
    assert sorted(path.name for path in folder().iterdir()) == sorted([f"{first}.yaml", f"{second}.yaml", "actif"])
    assert give_up() and not give_up()
    assert in_force().sha256 == ours.sha256 and (folder() / f"{second}.yaml").is_file()


def test_what_is_no_longer_what_was_imported_is_told(home: Path) -> None:
    digest = bring(TEXT.encode())
    (folder() / f"{digest}.yaml").write_text(TEXT.replace("traces: 2", "traces: 3"), "utf-8")
    with pytest.raises(LabError, match="n'est plus celui qui a été importé : importez-le de nouveau"):
        in_force()
    (folder() / f"{digest}.yaml").unlink()
    with pytest.raises(LabError, match="ne peut pas être lu"):
        in_force()
    (folder() / "actif").write_text("../../secret", "utf-8")
    with pytest.raises(LabError, match="est abîmé"):
        in_force()
    assert here("referentiel", "import", "--etabli").returncode == 0
    assert not in_force().own


# -- the commands


def command(*arguments: object) -> Done:
    return here("referentiel", *arguments)


def test_check_tells_what_is_in_force(home: Path) -> None:
    done = command("check")
    assert done.returncode == 0 and "Critères officiels non chargés : C1.1" in done.stdout
    assert "C1.2 Participer à la valorisation" in done.stdout and "Celui d'Établi" in done.stdout
    facts = json.loads(command("check", "--json").stdout)
    assert facts["sha256"] == in_force().sha256 and facts["own"] is False and facts["unmapped"] == {}
    assert len(facts["competences"]) == 9 and facts["degrees"][0] == "non-maitrise"


def changed(path: Path, **texts: str) -> Path:
    """Ours, with some texts replaced."""
    text = OURS.read_text("utf-8")
    for old, new in texts.items():
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, "utf-8")
    return path


def test_a_centre_replaces_ours_and_comes_back(home: Path, tmp_path: Path) -> None:
    own = tmp_path / "le-notre.yaml"
    assert command("export", "-o", own).returncode == 0 and own.read_bytes() == OURS.read_bytes()
    own.write_text(own.read_text("utf-8").replace("non maîtrisé", "TI", 1), "utf-8")
    assert command("check", own).returncode == 0 and not in_force().own
    done = command("import", own)
    assert done.returncode == 0 and "En vigueur" in done.stdout
    assert in_force().own and in_force().referentiel.echelle.degres[0].title == "TI"
    assert "« etabli referentiel import » lit" in done.stdout
    assert command("import", "--etabli").returncode == 0 and not in_force().own


def test_unmapped_points_are_told_and_a_bad_file_changes_nothing(home: Path, tmp_path: Path) -> None:
    loose = changed(tmp_path / "a.yaml", **{"      page-dynamique: [mentions-legales]": "      page-dynamique: []"})
    done = command("check", loose)
    assert done.returncode == 1 and "TP « page-dynamique » : 1 point n'est rattaché à aucun critère" in done.stdout
    assert json.loads(command("check", loose, "--json").stdout)["unmapped"] == {"page-dynamique": ["mentions-legales"]}
    bad = changed(tmp_path / "b.yaml", **{"mentions-legales": "mention-legale", "traces: 2": "traces: deux"})
    done = command("import", bad)
    assert done.returncode == 2 and f"{bad}, ligne " in done.stderr and "clé « regles.traces »" in done.stderr
    assert not in_force().own and not home.exists()


def test_annexe_iii_completes_what_is_in_force(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "annexe.xlsx"
    assert command("export", "-o", table).returncode == 0
    book = openpyxl.load_workbook(table)
    sheet = book.active
    assert sheet is not None
    headings = [cell.value for cell in sheet[1]]
    assert headings == ["Code", "Libellé de la compétence", *COLUMNS.values()]
    sheet.cell(2, headings.index("Critères d'évaluation") + 1).value = "La page est à jour\nElle se lit"
    book.save(table)
    assert "2 critères officiels" in command("check", table).stdout and not in_force().own
    assert "--source" in command("import", table).stderr
    done = command("import", table, "--source", "annexe III lue par nous", "--verifie")
    assert done.returncode == 0, done.stderr
    told = in_force().referentiel
    annexe = told.competences["C1.1"].annexe_iii
    assert annexe and annexe.verified and annexe.source == "annexe III lue par nous"
    assert annexe.criteres_evaluation == ("La page est à jour", "Elle se lit")
    ours = read_yaml(OURS, Referentiel)
    assert told.competences["C2.3"].annexe_iii == ours.competences["C2.3"].annexe_iii  # its own source stays
    assert "rien n'a changé" in command("import", table, "--source", "x").stderr


def test_the_table_that_is_exported_wakes_no_formula(home: Path, tmp_path: Path) -> None:
    annexes = {"C1.1": AnnexeIII(source="x", verified=False, criteres_evaluation=("=2+5", "+a", "@b"))}
    told = in_force().referentiel
    bring(with_annexes(OURS.read_text("utf-8"), told, annexes).encode())
    assert command("export", "-o", tmp_path / "a.csv").returncode == 0
    assert "'=2+5" in (tmp_path / "a.csv").read_text("utf-8-sig")
    assert command("export", "-o", tmp_path / "a.xlsx").returncode == 0
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None and [cell.quotePrefix for cell in sheet[2]][-1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import"], "Donnez un fichier, ou « --etabli »"),
        (["import", "x.yaml", "--etabli"], "l'un des deux"),
        (["check", "absent.yaml"], "« absent.yaml » ne peut pas être lu"),
        (["check", "absent.csv"], "absent.csv n'existe pas"),
        (["check", "x.ods"], "un référentiel est un .yaml, et l'annexe III un .xlsx ou un .csv"),
        (["export", "-o", "x.txt"], "terminez ce nom par .yaml, .xlsx ou .csv"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = command(*arguments)
    assert done.returncode == 2 and words in done.stderr and done.stderr.startswith("✗ ")


def test_what_exists_is_not_written_over(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("à moi", "utf-8")
    done = command("export", "-o", tmp_path / "a.yaml")
    assert done.returncode == 2 and "existe déjà" in done.stderr
    assert (tmp_path / "a.yaml").read_text("utf-8") == "à moi"


def test_the_sheets_quote_the_one_in_force(home: Path, tmp_path: Path) -> None:
    own: Any = changed(
        tmp_path / "a.yaml", **{"text: Participer à la mise en place": "text: Prendre part à la mise en place"}
    )
    assert command("import", own).returncode == 0
    assert competences()["C1.1"].text.startswith("Prendre part")


def test_the_page_for_centres_quotes_what_is_really_said(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    edits = {
        "degre: tres-bonne, essentiel: 100": "degre: tresbonne, essentiel: 100",
        "mentions-legales": "mention-legale",
    }
    changed(Path("le-notre.yaml"), **edits)
    told = command("check", "le-notre.yaml").stderr
    page = (ROOT / "docs" / "referentiel.md").read_text("utf-8")
    quoted = [line.strip() for line in page.splitlines() if line.startswith("    le-notre.yaml, ")]
    assert len(quoted) == 2 and all(line in told for line in quoted)
