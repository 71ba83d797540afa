"""``etabli referentiel``: what is assessed, and the centre's own file in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from etabli.cli.labs import AsJson
from etabli.cli.screen import Exit, escape, guarded, print_json, save, say, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import counted, listed, some
from etabli.lab.assessed import looked_at
from etabli.referentiel.annexe import CODE, COLUMNS, read_annexe, rows_of
from etabli.referentiel.editing import replaced, with_annexes
from etabli.referentiel.kept import InForce, bring, digest_of, give_up, in_force
from etabli.referentiel.model import Competence, Looked, Referentiel, SituationOfExam, misfits, unmapped
from etabli.reports.table import FRENCH_EXCEL, Table, as_csv, keyed
from etabli.reports.xlsx import workbook
from etabli.system.disk import why
from etabli.system.yaml_files import read_yaml

referentiel_app = typer.Typer(
    help="Ce qui est évalué : référentiel, critères, échelle, règles.", no_args_is_help=True, rich_markup_mode="rich"
)
_TABLES = (".xlsx", ".csv")
_YAML = (".yaml", ".yml")
_NO_SOURCE = "non dite"


@referentiel_app.command("check")
@guarded
def check(
    file: Annotated[
        Path | None, typer.Argument(metavar="FICHIER", help="Un .yaml, ou l'annexe III en .xlsx ou .csv.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Relit un référentiel, ou celui en vigueur, et dit ce qu'il a et ce qui lui manque. Rien n'est changé.

    Ce qui n'est pas permis est dit avec le fichier, la ligne, la clé et ce qui est attendu.

    Exemples :

    [bold]etabli referentiel check[/]

    [bold]etabli referentiel check le-notre.yaml[/]

    [bold]etabli referentiel check annexe-iii.xlsx[/]

    Codes de sortie : 0 ; 1 des points de TP ne sont rattachés à aucun critère ; 2 le fichier n'est pas permis.
    """
    labs = looked_at()
    kept = _read(file, labs) if file else in_force()
    alone = unmapped(kept.referentiel, labs)
    if as_json:
        print_json(_facts(kept, alone))
    else:
        for line in _shown(kept.referentiel):
            screen.print(line, highlight=False, soft_wrap=True)
        screen.print()
        for sentence in (_which(kept), *_remarks(kept.referentiel), *_alone(alone)):
            say(sentence)
    if alone:
        raise typer.Exit(Exit.REVIEW)


@referentiel_app.command("import")
@guarded
def import_(
    file: Annotated[
        Path | None, typer.Argument(metavar="FICHIER", help="Un .yaml, ou l'annexe III en .xlsx ou .csv.")
    ] = None,
    source: Annotated[str, typer.Option("--source", help="Annexe III : d'où vient son texte.")] = "",
    verified: Annotated[
        bool, typer.Option("--verifie", help="Annexe III : quelqu'un l'a comparée à cette source.")
    ] = False,
    ours: Annotated[bool, typer.Option("--etabli", help="Remet en vigueur celui d'Établi.")] = False,
) -> None:
    """Met en vigueur le référentiel du centre, ou complète celui en vigueur par l'annexe III.

    Un .yaml remplace tout : commencez par « etabli referentiel export -o le-notre.yaml ». Un tableau (.xlsx, .csv) a
    les quatre colonnes de l'annexe III (compétences détaillées, savoirs associés, résultats attendus, critères
    d'évaluation) et une colonne « Code » ; il complète les compétences qu'il nomme, et garde le reste. Ce qui a été
    importé est gardé sous son empreinte (SHA-256) dans ETABLI_HOME/referentiel : ce qui a été proposé avec un ancien
    référentiel le retrouve.

    Exemples :

    [bold]etabli referentiel import le-notre.yaml[/]

    [bold]etabli referentiel import annexe-iii.xlsx --source "arrêté du 14 décembre 2020, annexe III" --verifie[/]

    [bold]etabli referentiel import --etabli[/]

    Codes de sortie : 0 ; 2 le fichier n'est pas permis, et rien n'a changé.
    """
    if ours == (file is not None):
        raise UsageProblem("Donnez un fichier, ou « --etabli » pour revenir au référentiel d'Établi, l'un des deux.")
    if file is None:
        changed = give_up()
        say(f"Le référentiel d'Établi est {'de nouveau' if changed else 'déjà'} en vigueur.")
        return
    labs = looked_at()
    if file.suffix.lower() in _TABLES:
        if not source.strip():
            raise UsageProblem('Dites d\'où vient ce texte avec « --source », par exemple « --source "annexe III" ».')
        content = _completed(file, source.strip(), verified=verified)
    else:
        _read(file, labs)
        content = _content(file)
    digest = bring(content)
    kept = in_force()
    say(f"En vigueur : {kept.path} (empreinte {digest[:16]}).")
    for sentence in (*_remarks(kept.referentiel), *_alone(unmapped(kept.referentiel, labs))):
        say(sentence)


@referentiel_app.command("export")
@guarded
def export(
    output: Annotated[Path, typer.Option("-o", "--sortie", help="Fichier à écrire : .yaml, .xlsx ou .csv.")],
) -> None:
    """Écrit le référentiel en vigueur (.yaml), ou son annexe III en tableau à compléter (.xlsx, .csv).

    Exemples :

    [bold]etabli referentiel export -o le-notre.yaml[/]

    [bold]etabli referentiel export -o annexe-iii.xlsx[/]
    """
    if output.exists():
        raise UsageProblem(f"« {output} » existe déjà et n'est pas remplacé : donnez un autre nom avec « -o ».")
    kept, kind = in_force(), output.suffix.lower()
    if kind in _YAML:
        content = _content(kept.path)
    elif kind in _TABLES:
        content = _table(kept.referentiel, kind)
    else:
        raise UsageProblem(f"« {output.name} » : terminez ce nom par .yaml, .xlsx ou .csv.")
    save(output, content)
    say(f"Écrit : {output}")


def _read(file: Path, labs: Mapping[str, Looked]) -> InForce:
    """Reads a file as what it would be if it were in force."""
    kind = file.suffix.lower()
    if kind in _TABLES:
        kept = in_force()
        annexes = read_annexe(file, kept.referentiel, _NO_SOURCE, verified=False)
        content = with_annexes(_content(kept.path).decode(), kept.referentiel, annexes).encode()
        return InForce(file, digest_of(content), True, replaced(kept.referentiel, annexes))
    if kind not in _YAML:
        raise UsageProblem(f"« {file} » : un référentiel est un .yaml, et l'annexe III un .xlsx ou un .csv.")
    content = _content(file)
    told = read_yaml(file, Referentiel, partial(misfits, labs=labs))
    return InForce(file, digest_of(content), True, told)


def _completed(file: Path, source: str, *, verified: bool) -> bytes:
    """Returns the content of the référentiel in force with what a table says of annexe III."""
    kept = in_force()
    annexes = read_annexe(file, kept.referentiel, source, verified=verified)
    if not annexes:
        raise UsageProblem(f"« {file} » ne dit rien de plus que le référentiel en vigueur : rien n'a changé.")
    return with_annexes(_content(kept.path).decode(), kept.referentiel, annexes).encode()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageProblem(f"« {path} » ne peut pas être lu ({why(error)}) : vérifiez le chemin.") from error


def _table(referentiel: Referentiel, kind: str) -> bytes:
    columns = (
        keyed("code", CODE, 8),
        keyed("texte", "Libellé de la compétence", 40),
        *(keyed(key, title, 50) for key, title in COLUMNS.items()),
    )
    table = Table("Annexe III", columns, list(rows_of(referentiel)))
    if kind == ".csv":
        return as_csv(table, FRENCH_EXCEL).encode()
    return workbook(
        [table], f"Annexe III : {referentiel.diploma.short}", foot="Texte du référentiel : dites sa source."
    )


def _facts(kept: InForce, alone: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    return {
        "path": str(kept.path),
        "sha256": kept.sha256,
        "own": kept.own,
        "degrees": [degree.id for degree in kept.referentiel.echelle.degres],
        "competences": [
            {
                "code": code,
                "text": one.text,
                "verified": one.verified,
                "criteria": [criterion.id for criterion in one.criteres],
                "people_only": one.personnes_seulement,
                "official_criteria": one.has_official_criteria,
            }
            for code, one in kept.referentiel.competences.items()
        ],
        "unmapped": {lab: list(names) for lab, names in alone.items()},
    }


def _shown(referentiel: Referentiel) -> Iterator[str]:
    """Tells the units, their exams and competences: what looks at each, and what is not loaded."""
    yield f"[bold]{escape(referentiel.diploma.short)}[/]"
    for bloc in referentiel.blocs:
        yield f"\n[bold]{bloc.unit} ({bloc.exam})[/] {escape(bloc.title)} · coefficient {bloc.coefficient}"
        if bloc.epreuve:
            yield f"     {escape(bloc.epreuve.forme)}"
            yield from (f"     {escape(_situation(one))}" for one in bloc.epreuve.situations)
        for one in bloc.competences:
            yield from _competence(one)


def _situation(one: SituationOfExam) -> str:
    if not one.verified:
        return f"{one.title} : {one.remarque or 'à vérifier'}"
    presence = {True: "candidat présent", False: "hors de la présence du candidat", None: "présence à vérifier"}
    facts = [presence[one.presence], *([f"{one.duree} min"] if one.duree else [])]
    facts += [f"entretien de {one.entretien} min"] if one.entretien else []
    return f"{one.title} ({', '.join([*facts, *one.competences])})"


def _competence(one: Competence) -> Iterator[str]:
    official = len(one.annexe_iii.criteres_evaluation) if one.annexe_iii else 0
    labs = dict.fromkeys(lab for item in one.criteres for lab in item.constats)
    by = f"TP {', '.join(labs)}" if labs else "sans TP"
    loaded = (
        counted(official, "critère officiel", "critères officiels") if official else "critères officiels non chargés"
    )
    yield f"\n[bold]{one.code}[/] {escape(one.text)}"
    own = counted(len(one.criteres), "critère observable", "critères observables")
    yield f"     {own} · {escape(by)} · {loaded}{'' if one.verified else ' · libellé à vérifier'}"


def _which(kept: InForce) -> str:
    whose = "Le vôtre" if kept.own else "Celui d'Établi"
    return f"{whose} : {kept.path} (empreinte {kept.sha256[:16]})."


def _remarks(referentiel: Referentiel) -> Iterator[str]:
    if doubtful := [code for code, one in referentiel.competences.items() if not one.verified]:
        yield f"À vérifier avant de les montrer comme officiels : {listed(doubtful)} (verified: false)."
    if blank := [code for code, one in referentiel.competences.items() if not one.has_official_criteria]:
        yield f"Critères officiels non chargés : {listed(blank)}. « etabli referentiel import » lit l'annexe III."
    if not referentiel.echelle.verified:
        yield f"Échelle : {referentiel.echelle.source}."
    for what, one in [("Diplôme", referentiel.diploma), *((bloc.exam, bloc.epreuve) for bloc in referentiel.blocs)]:
        if one and one.remarque:
            yield f"{what} : {one.remarque}."


def _alone(found: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for lab, names in found.items():
        points = counted(len(names), "point n'est rattaché", "points ne sont rattachés")
        yield f"TP « {lab} » : {points} à aucun critère, et ne montrent rien : {some(names, 8)}."
