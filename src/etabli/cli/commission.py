"""``etabli commission``: a session, and what is decided in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.screen import Exit, escape, guarded, print_json, say, screen
from etabli.commission import acting, kept
from etabli.commission.judging import Row, degree_title, departures, mark_of, rows
from etabli.commission.kept import USUAL, Board
from etabli.commission.model import (
    ROLES,
    STATUSES,
    Candidate,
    Decision,
    Evaluator,
    Incident,
    Neutralised,
    Session,
    decimal,
    doubts,
    situations_of,
    typed,
)
from etabli.commission.proposals import Change, changes
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import count, counted, listed, quoted
from etabli.recueil.kept import USUAL as RECUEILS
from etabli.referentiel.kept import in_force
from etabli.roster.roster import open_roster

commission = typer.Typer(
    help="Une commission : elle juge d'abord, l'annexe automatique vient après, le jury décide.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

Name = Annotated[str, typer.Argument(metavar="SESSION", help="Nom de la session, comme e2-2027.")]
Who = Annotated[str, typer.Option("--candidat", help="Identifiant ou alias, comme SNO-07.")]
By = Annotated[str, typer.Option("--par", help="Qui le décide, comme on signe.")]
Why = Annotated[str, typer.Option("--raison", help="Pourquoi, en une phrase.")]
Root = Annotated[Path, typer.Option("--commissions", help="Dossier des sessions.")]
Files = Annotated[Path, typer.Option("--recueils", help="Dossier des recueils.")]


@commission.command()
@guarded
def ouvrir(
    session: Name,
    objet: Annotated[str, typer.Option("--objet", help="Ce que la commission évalue, en une phrase.")],
    units: Annotated[
        list[str] | None, typer.Option("--unite", help="Unité, comme U2 ; répétez (sans elle : toutes).")
    ] = None,
    candidates: Annotated[
        list[str] | None, typer.Option("--candidat", help="Un candidat ; répétez l'option pour plusieurs.")
    ] = None,
    classe: Annotated[str | None, typer.Option("--classe", help="Tous les élèves d'une classe.")] = None,
    statut: Annotated[
        str, typer.Option("--statut", help="CCF, ponctuel ou VAE (à changer pour l'un ensuite).")
    ] = "CCF",
    evaluators: Annotated[
        list[str] | None,
        typer.Option("--evaluateur", metavar="NOM[=ROLE]", help="« Mme Essai=enseignant » ou « =professionnel »."),
    ] = None,
    root: Root = USUAL,
) -> None:
    """Ouvre une session : commissions/SESSION/session.yaml, à compléter avec un éditeur.

    Les situations de l'épreuve y sont, telles que le référentiel les connaît : complétez-les. Aménagements, dates de
    consultation et établissement s'écrivent dans ce fichier (docs/commission.md).

    Exemples :

    [bold]etabli commission ouvrir e2-2027 --objet "E2, 2027" --unite U2 --classe SNO --evaluateur "Mme Essai"[/]

    [bold]etabli commission ouvrir essai --objet "Répétition" --candidat SNO-07 --evaluateur "M. Duc=professionnel"[/]
    """
    if not _is_name(session):
        raise UsageProblem(f"« {session} » : nommez la session en minuscules, chiffres et tirets, comme « e2-2027 ».")
    if statut not in STATUSES:
        raise UsageProblem(f"« --statut {statut} » n'existe pas : choisissez parmi {quoted(STATUSES)}.")
    names = [checked_candidate(one) for one in candidates or []]
    names += [one.alias for one in open_roster(classe).learners()] if classe is not None else []
    force = in_force()
    wanted = tuple(units or (one.unit for one in force.referentiel.blocs))
    told = typed(
        Session,
        {
            "format": "etabli/commission/1",
            "objet": objet,
            "referentiel": force.sha256,
            "unites": wanted,
            "situations": situations_of(force.referentiel, wanted),
            "evaluateurs": tuple(_evaluator(one) for one in evaluators or ()),
            "candidats": tuple(
                Candidate.model_validate({"candidat": one, "statut": statut}) for one in dict.fromkeys(names)
            ),
        },
    )
    board = kept.begin(root, session, told)
    people = f"{counted(len(told.candidats), 'candidat')}, {counted(len(told.evaluateurs), 'évaluateur')}"
    say(f"Session « {session} » : {people}.")
    for sentence in doubts(told, force.referentiel):
        say(f"À savoir : {sentence}.")
    say(f"Complétez {board.folder / kept.FILE}, puis « etabli commission voir {session} ».")


def _is_name(text: str) -> bool:
    return (
        text[:1].isalpha()
        and text.isascii()
        and text.lower() == text
        and 1 < len(text) <= 40
        and text.replace("-", "").isalnum()
    )


def _evaluator(given: str) -> Evaluator:
    name, _, role = given.partition("=")
    if (role or "enseignant") not in ROLES or not name.strip():
        raise UsageProblem(f"« --evaluateur {given} » : écrivez un nom, puis « =enseignant » ou « =professionnel ».")
    return typed(Evaluator, {"nom": name, "role": role or "enseignant"})


@commission.command()
@guarded
def voir(
    session: Name,
    who: Annotated[str | None, typer.Option("--candidat", help="Un seul candidat, compétence par compétence.")] = None,
    root: Root = USUAL,
    as_json: AsJson = False,
) -> None:
    """Relit une session, dit ce qui n'y va pas, et où en est chacun.

    La proposition automatique n'y est que pour les unités dont l'annexe est ouverte.

    Exemples :

    [bold]etabli commission voir e2-2027[/]

    [bold]etabli commission voir e2-2027 --candidat SNO-07[/]

    Codes de sortie : 0 ; 1 il reste quelque chose à décider ; 2 un fichier n'est pas permis.
    """
    board = kept.read(root, session)
    chosen = [board.candidate(who)] if who is not None else list(board.session.candidats)
    left = {one.candidat: acting.unsettled(board, one) for one in chosen}
    if as_json:
        print_json({"session": board.name, "candidates": [_facts(board, one, left[one.candidat]) for one in chosen]})
    elif who is not None:
        show(board, chosen[0])
    else:
        screen.print(_class_table(board, left))
        for sentence in doubts(board.session, board.referentiel):
            say(f"À savoir : {sentence}.")
    if any(left.values()):
        raise typer.Exit(Exit.REVIEW)


def show(board: Board, candidate: Candidate) -> None:
    """Shows what was judged of a candidate, competence by competence."""
    told = board.decisions(candidate.candidat)
    screen.print(_table(board, rows(board, candidate, told)))
    for unit in board.session.units_of(candidate):
        mark = mark_of(told, unit)
        said = f"{decimal(mark.proposition_de_note or 0)} / 20 ({mark.par})" if mark else "à écrire par la commission"
        say(f"Proposition de note, {unit} : {said}.")
    for sentence in acting.unsettled(board, candidate):
        say(f"Reste {sentence}.")


def _table(board: Board, found: Sequence[Row]) -> Table:
    table = Table(box=None)
    for heading in ("Compétence", "Évaluateurs", "Annexe automatique", "Retenu"):
        table.add_column(heading, overflow="fold")
    for row in found:
        said = [f"{name} : {_judged(board, row, one)}" for name, one in row.degrees.items()]
        said += [f"{name} : —" for name in row.waiting]
        said += ["[yellow]désaccord[/]"] if row.disagreement else []
        shown = row.proposal.dit if row.proposal else "pas ouverte"
        kept_ = degree_title(board.referentiel, row.retained.degre) if row.retained else ""
        table.add_row(row.code, "\n".join(said), escape(shown), escape(kept_))
    return table


def _judged(board: Board, row: Row, one: Decision) -> str:
    """What an assessor judged: told once all have, so that nobody copies."""
    return "a jugé" if row.waiting else degree_title(board.referentiel, one.degre)


def _class_table(board: Board, left: dict[str, list[str]]) -> Table:
    table = Table(box=None, title=escape(board.session.objet))
    for heading in ("Candidat", "Statut", "Aménagements", "Reste"):
        table.add_column(heading, overflow="fold")
    for one in board.session.candidats:
        eased = [*one.amenagements, *([f"temps × {decimal(one.temps)}"] if one.temps > 1 else [])]
        table.add_row(
            one.candidat, one.statut, escape(", ".join(eased)), escape(" ; ".join(left[one.candidat]) or "rien")
        )
    return table


def _facts(board: Board, candidate: Candidate, left: list[str]) -> dict[str, Any]:
    told = board.decisions(candidate.candidat)
    found = rows(board, candidate, told)
    marks = {
        unit: one.proposition_de_note for unit in board.session.units_of(candidate) if (one := mark_of(told, unit))
    }
    return {
        "candidate": candidate.candidat,
        "status": candidate.statut,
        "competences": [
            {
                "code": row.code,
                "degrees": {name: None if row.waiting else one.degre for name, one in row.degrees.items()},
                "waiting": list(row.waiting),
                "disagreement": row.disagreement,
                "annex": row.proposal.model_dump(mode="json") if row.proposal else None,
                "retained": row.retained.degre if row.retained else None,
            }
            for row in found
        ],
        "departures": [row.code for row in departures(board.referentiel, found)],
        "proposed_marks": marks,
        "left": left,
    }


@commission.command()
@guarded
def neutraliser(
    session: Name,
    tp: Annotated[str, typer.Option("--tp", help="Le TP du point.")],
    point: Annotated[str, typer.Option("--point", help="Le point de vérification, par son identifiant.")],
    par: By,
    raison: Why,
    retablir: Annotated[bool, typer.Option("--retablir", help="Le point compte de nouveau.")] = False,
    apply: Annotated[bool, typer.Option("--appliquer", help="Le fait. Sans elle : dit ce qui changerait.")] = False,
    root: Root = USUAL,
    recueils: Files = RECUEILS,
    as_json: AsJson = False,
) -> None:
    """Fait qu'un point fautif ne compte plus dans les propositions de cette session. Dit d'abord ce qui changerait.

    Avec « --appliquer », la décision est écrite, et les annexes déjà ouvertes sont recalculées, à la suite des
    anciennes. Rien n'est changé de ce que les évaluateurs ont jugé.

    Exemples :

    [bold]etabli commission neutraliser e2-2027 --tp page-dynamique --point date-format --par Essai --raison ambigu[/]

    [bold]etabli commission neutraliser e2-2027 --tp page-dynamique --point fil --par A --raison B --appliquer[/]
    """
    if not raison.strip() or not par.strip():
        raise UsageProblem("Dites qui neutralise (« --par ») et pourquoi (« --raison »).")
    board = kept.read(root, session)
    if ((tp, point) in board.neutralisations.in_force) is not retablir:
        state = "compte déjà" if retablir else "est déjà neutralisé"
        raise UsageProblem(f"Le point « {point} » de « {tp} » {state} dans cette session.")
    effect = "retabli" if retablir else "neutralise"
    if apply:
        facts = {"le": kept.now(), "par": par, "raison": raison, "tp": tp, "point": point, "effet": effect}
        entry = typed(Neutralised, facts)
        board, found = acting.neutralise(board, recueils, entry)
    else:
        found = changes(board, recueils, tp, point, counts=retablir)
    if as_json:
        print_json({"applied": apply, "changes": [_change(one) for one in found]})
        return
    _show_changes(found)
    verb = "compte de nouveau" if retablir else "ne compte plus"
    if apply:
        say(f"Fait : « {point} » {verb} dans la session « {session} ». Les annexes ouvertes sont recalculées.")
    else:
        say("Rien n'est changé. « --appliquer » le fait.")


def _change(one: Change) -> dict[str, str]:
    return {
        "candidate": one.candidate,
        "competence": one.after.competence,
        "before": one.before.said,
        "after": one.after.said,
    }


def _show_changes(found: Iterable[Change]) -> None:
    listing = list(found)
    table = Table(box=None)
    for heading in ("Candidat", "Compétence", "Avant", "Après"):
        table.add_column(heading, overflow="fold")
    for one in listing:
        table.add_row(one.candidate, one.after.competence, escape(one.before.said), escape(one.after.said))
    if listing:
        screen.print(table)
    say(
        count(len(listing), "{n} proposition change.", "{n} propositions changent.")
        if listing
        else "Aucune proposition ne change."
    )


@commission.command()
@guarded
def incident(
    session: Name,
    fait: Annotated[str, typer.Option("--fait", help="Ce qui est arrivé.")],
    par: By,
    suite: Annotated[str, typer.Option("--suite", help="Ce qui a été fait.")] = "",
    situation: Annotated[str | None, typer.Option("--situation", help="La situation, par son identifiant.")] = None,
    candidates: Annotated[
        list[str] | None, typer.Option("--candidat", help="Qui est concerné ; répétez (sans elle : tous).")
    ] = None,
    root: Root = USUAL,
) -> None:
    """Note un incident : panne, retard, absence, fraude supposée. Une fiche s'en imprime.

    Exemple : [bold]etabli commission incident e3-2027 --fait "Coupure" --suite "10 min rendues" --par "M. Duc"[/]
    """
    board = kept.read(root, session)
    known = [one.id for one in board.session.situations]
    if situation is not None and situation not in known:
        there = f"il y a {listed(known)}" if known else "la session n'en a pas encore"
        raise UsageProblem(f"« {situation} » n'est pas une situation : {there}.")
    who = tuple(board.candidate(one).candidat for one in candidates or ())
    if not fait.strip() or not par.strip():
        raise UsageProblem("Dites ce qui est arrivé (« --fait ») et qui le note (« --par »).")
    facts = {"le": kept.now(), "par": par, "fait": fait, "suite": suite, "situation": situation, "candidats": who}
    kept.note_incident(board, typed(Incident, {key: one for key, one in facts.items() if one}))
    say(f"Noté. « etabli imprimer {session} --document incident » en imprime la fiche.")
