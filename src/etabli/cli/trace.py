"""``etabli trace``: what a candidate chooses and says, what people bring, observe and authenticate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from etabli.cli.labs import AsJson, checked_candidate
from etabli.cli.screen import escape, guarded, print_json, say, screen
from etabli.exam.contract.errors import UsageProblem
from etabli.exam.contract.french import counted, listed, quoted
from etabli.lab.manifest import load_lab
from etabli.recueil import acting, adding, choosing
from etabli.recueil.acting import day, made, trace_called
from etabli.recueil.appreciated import Along, along
from etabli.recueil.kept import USUAL, Kept, read, read_or_begin, write
from etabli.recueil.model import KINDS, WORDS, Part, Trace
from etabli.referentiel.kept import in_force

traces = typer.Typer(
    help="Les traces d'un candidat : choisies, racontées, observées, authentifiées.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

Who = Annotated[str, typer.Option("--candidat", help="Identifiant ou alias, comme SNO-07.")]
Root = Annotated[Path, typer.Option("--recueils", help="Dossier des recueils.")]
Which = Annotated[str, typer.Option("--trace", help="La trace (« etabli trace liste » les donne).")]
Author = Annotated[str, typer.Option("--par", help="Qui le dit, comme on signe.")]
Day = Annotated[str | None, typer.Option("--le", metavar="AAAA-MM-JJ", help="Quel jour (par défaut : aujourd'hui).")]
_RESULTS = Path("resultats")


@traces.command()
@guarded
def choisir(
    who: Who,
    outputs: Annotated[
        list[Path] | None,
        typer.Argument(metavar="RESULTATS…", help="Ce qu'a écrit « etabli grade » (par défaut : resultats)."),
    ] = None,
    runs: Annotated[
        list[str] | None,
        typer.Option("--verification", help="Une vérification, par le début de son nom ; répétez pour plusieurs."),
    ] = None,
    root: Root = USUAL,
    as_json: AsJson = False,
) -> None:
    """Choisit des vérifications comme traces : par défaut, de chaque TP, la meilleure et la dernière.

    Ce qui est choisi est copié dans le recueil, tel qu'il a été figé. Choisir de nouveau n'enlève rien : « etabli trace
    retirer » le fait. Les autres vérifications sont comptées dans l'annexe des essais.

    Exemples :

    [bold]etabli trace choisir --candidat SNO-07[/]

    [bold]etabli trace choisir --candidat SNO-07 resultats/page-dynamique --verification 0003[/]
    """
    found = choosing.runs_of(outputs or [usual_results()], checked_candidate(who))
    if not found:
        raise UsageProblem(f"Aucune vérification de « {who} » n'est là : donnez le dossier écrit par « etabli grade ».")
    if runs:
        choices = [choosing.named(found, name) for name in runs]
    else:
        choices = [one for folders in found.values() for one in choosing.best_and_last(folders)]
    kept = read_or_begin(root, who)
    for lab, folders in found.items():
        choosing.note_attempts(kept, lab, load_lab(lab).manifest.title, folders)
    told = []
    for choice in choices:
        trace = choosing.bring(kept, choice, load_lab(choice.run.lab).manifest.title)
        kept = write(kept, kept.recueil.changed(trace))
        known = [one.run.submission_sha256 for one in found[choice.run.lab] if one.run]
        more = along(kept, trace, choice, load_lab(choice.run.lab), known)
        kept = write(kept, more.recueil)
        told.append(f"{trace.id} : « {trace.titre} », vérification {choice.run.number} ({choice.reason})")
        told += [_went_along(more)] if more.seen else []
    _tell(kept, as_json, told or [f"Aucune vérification de « {who} » n'a de constat : rien n'est choisi."])


@traces.command()
@guarded
def ecrire(
    who: Who,
    name: Which,
    contexte: Annotated[str | None, typer.Option("--contexte", help="Où, pour qui, dans quel but.")] = None,
    fait: Annotated[str | None, typer.Option("--fait", help="Ce que j'ai fait.")] = None,
    difficultes: Annotated[str | None, typer.Option("--difficultes", help="Les difficultés rencontrées.")] = None,
    appris: Annotated[str | None, typer.Option("--appris", help="Ce que j'ai appris.")] = None,
    aide: Annotated[str | None, typer.Option("--aide", help="L'aide reçue : personne, web, IA.")] = None,
    members: Annotated[
        list[str] | None,
        typer.Option("--membre", metavar="QUI=PART", help="Travail de groupe : un membre et sa part ; répétez."),
    ] = None,
    root: Root = USUAL,
    as_json: AsJson = False,
) -> None:
    """Écrit ce que l'élève dit d'une trace, avec ses mots. Ce qui n'est pas donné ne change pas.

    Le même texte s'écrit aussi dans recueil.yaml, avec un éditeur. Une trace déjà authentifiée est à authentifier de
    nouveau quand elle change.

    Exemples :

    [bold]etabli trace ecrire --candidat SNO-07 --trace page-dynamique-3 --fait "J'ai relié la page à la base."[/]

    [bold]etabli trace ecrire --candidat SNO-07 --trace site --membre "SNO-07=Les textes"[/]
    """
    kept = read(root, checked_candidate(who))
    trace_called(kept, name)
    given = {"contexte": contexte, "fait": fait, "difficultes": difficultes, "appris": appris, "aide": aide}
    words = {key: text for key, text in given.items() if text is not None}
    if not words and not members:
        raise UsageProblem(
            "Dites ce qui change : « --contexte », « --fait », « --appris » (« --help » les donne tous)."
        )
    kept = acting.told(kept, name, words, [_part(one) for one in members] if members else None)
    _tell(kept, as_json, [f"Écrit pour « {name} ».", *_again(kept, name)])


@traces.command()
@guarded
def reprendre(
    who: Who,
    author: Annotated[str, typer.Option("--de", help="L'élève qui a choisi la trace, et y nomme le groupe.")],
    name: Which,
    root: Root = USUAL,
    as_json: AsJson = False,
) -> None:
    """Reprend, dans le recueil d'un membre, la trace d'un groupe qu'un autre a choisie.

    Elle doit nommer ce membre (« --membre »). Le travail, sa vérification et la part de chacun y
    sont ; les mots de l'autre, ce qui a été observé et l'authentification n'y sont pas : chacun a les siens.

    Exemple : [bold]etabli trace reprendre --candidat SNO-08 --de SNO-07 --trace page-dynamique-3[/]
    """
    source = read(root, checked_candidate(author))
    trace_called(source, name)
    kept, own = acting.taken(read_or_begin(root, checked_candidate(who)), source, name)
    _tell(kept, as_json, [f"Reprise : « {own} », de {source.recueil.candidat}. Écrivez-y vos mots, à vous."])


@traces.command()
@guarded
def ajouter(
    who: Who,
    titre: Annotated[str, typer.Option("--titre", help="Ce que c'est, en quelques mots.")],
    origine: Annotated[str, typer.Option("--origine", help="D'où elle vient, comme « PFMP 1 ».")],
    auteur: Annotated[str, typer.Option("--auteur", help="Qui a fait le document.")],
    fichier: Annotated[Path | None, typer.Option("--fichier", help="Le document ; il n'est pas ouvert.")] = None,
    le: Day = None,
    genre: Annotated[
        str | None, typer.Option("--type", help=f"{', '.join(one for one in KINDS if one != 'tp')}.")
    ] = None,
    competences: Annotated[
        list[str] | None, typer.Option("--competence", help="De quoi elle est la trace ; répétez l'option.")
    ] = None,
    criteres: Annotated[
        list[str] | None, typer.Option("--critere", help="Critère observable ; répétez l'option.")
    ] = None,
    root: Root = USUAL,
    as_json: AsJson = False,
) -> None:
    """Ajoute une trace d'ailleurs : PFMP, projet, séance hors TP.

    Deux traces d'une même origine comptent pour une seule. « etabli trace criteres » donne les critères.

    Exemples :

    [bold]etabli trace ajouter --candidat SNO-07 --titre Guide --origine "PFMP 1" --auteur SNO-07 --competence C3.1[/]

    [bold]etabli trace ajouter --candidat SNO-07 --titre Fiche --origine Projet --auteur SNO-07 --critere part-tenue[/]
    """
    if genre is not None and genre not in KINDS:
        raise UsageProblem(f"« --type {genre} » n'existe pas : choisissez parmi {quoted(KINDS)}.")
    kept = read_or_begin(root, checked_candidate(who))
    facts = {"type": genre, "titre": titre, "date": day(le, "--le")}
    outside: dict[str, Any] = {"origine": origine, "auteur": auteur}
    outside |= {"competences": tuple(competences or ()), "criteres": tuple(criteres or ())}
    kept, name = acting.brought(kept, facts, outside, adding.read_document(fichier) if fichier else None)
    _tell(kept, as_json, [f"Ajoutée : « {name} »."])


@traces.command()
@guarded
def observer(
    who: Who,
    critere: Annotated[str, typer.Option("--critere", help="Critère observable (« etabli trace criteres »).")],
    degre: Annotated[str, typer.Option("--degre", help="Degré de l'échelle en vigueur.")],
    par: Author,
    le: Day = None,
    name: Annotated[str | None, typer.Option("--trace", help="Sur cette trace ; sans elle, vu directement.")] = None,
    remarque: Annotated[str, typer.Option("--remarque", help="Ce qui a été vu, en une phrase.")] = "",
    root: Root = USUAL,
    as_json: AsJson = False,
) -> None:
    """Note ce qu'une personne a observé d'un critère : sur une trace, ou directement.

    Exemples :

    [bold]etabli trace observer --candidat SNO-07 --critere part-tenue --degre satisfaisante --par "Mme Essai"[/]

    [bold]etabli trace observer --candidat SNO-07 --critere part-tenue --degre satisfaisante --par Test --trace site[/]
    """
    kept = read_or_begin(root, checked_candidate(who))
    seen = {"critere": critere, "degre": degre, "par": par, "le": day(le, "--le"), "trace": name, "remarque": remarque}
    kept = acting.observed(kept, seen)
    _tell(kept, as_json, [f"Noté : « {critere} », {degre}, par {par}."])


@traces.command()
@guarded
def authentifier(
    who: Who,
    par: Author,
    aide: Annotated[str, typer.Option("--aide", help="Dans quelles conditions et avec quelle aide.")],
    names: Annotated[
        list[str] | None, typer.Option("--trace", help="La trace ; répétez l'option. Sans elle : toutes.")
    ] = None,
    le: Day = None,
    root: Root = USUAL,
    as_json: AsJson = False,
) -> None:
    """Authentifie des traces : un enseignant dit que le travail est celui du candidat, et avec quelle aide.

    Une trace qui change ensuite est dite « modifiée depuis l'authentification », jusqu'à la suivante.

    Exemples :

    [bold]etabli trace authentifier --candidat SNO-07 --trace site --par "Mme Essai" --aide "en classe, seul"[/]

    [bold]etabli trace authentifier --candidat SNO-07 --par "Mme Essai" --aide "en classe, aides d'Établi"[/]
    """
    kept = read(root, checked_candidate(who))
    chosen = [trace_called(kept, name) for name in names] if names else list(kept.recueil.traces)
    if not chosen:
        raise UsageProblem(f"Le recueil de « {who} » n'a pas de trace : « etabli trace choisir » en choisit.")
    kept = acting.authenticated(kept, chosen, par, day(le, "--le"), aide)
    _tell(kept, as_json, [f"{counted(len(chosen), 'trace authentifiée', 'traces authentifiées')} par {par}."])


@traces.command()
@guarded
def pfmp(
    who: Who,
    titre: Annotated[str, typer.Option("--titre", help="Comme « PFMP 1 ».")],
    du: Annotated[str, typer.Option("--du", metavar="AAAA-MM-JJ", help="Premier jour.")],
    au: Annotated[str, typer.Option("--au", metavar="AAAA-MM-JJ", help="Dernier jour.")],
    semaines: Annotated[int, typer.Option("--semaines", min=1, max=52, help="Semaines faites.")],
    lieu: Annotated[str, typer.Option("--lieu", help="L'organisation d'accueil.")] = "",
    tuteur: Annotated[str, typer.Option("--tuteur", help="Le tuteur ou la tutrice.")] = "",
    root: Root = USUAL,
    as_json: AsJson = False,
) -> None:
    """Note une période de formation en milieu professionnel ; le même titre remplace la précédente.

    Exemple : [bold]etabli trace pfmp --candidat SNO-07 --titre "PFMP 1" --du 2026-11-30 --au 2027-01-22 --semaines 6[/]
    """
    kept = read_or_begin(root, checked_candidate(who))
    facts: dict[str, Any] = {"titre": titre, "semaines": semaines, "lieu": lieu, "tuteur": tuteur}
    facts |= {"du": day(du, "--du"), "au": day(au, "--au")}
    if facts["au"] < facts["du"]:
        raise UsageProblem(f"« --au {au} » est avant « --du {du} » : il faut ce jour ou après.")
    kept = acting.period_noted(kept, facts)
    total = sum(one.semaines for one in kept.recueil.pfmp)
    _tell(kept, as_json, [f"Noté : {titre}, {counted(semaines, 'semaine')} ; {counted(total, 'semaine')} en tout."])


@traces.command()
@guarded
def retirer(who: Who, name: Which, root: Root = USUAL, as_json: AsJson = False) -> None:
    """Retire une trace du recueil ; ce qui a été observé sur elle reste, et le dit.

    Exemple : [bold]etabli trace retirer --candidat SNO-07 --trace page-dynamique-1[/]
    """
    kept = read(root, checked_candidate(who))
    trace = trace_called(kept, name)
    kept = write(kept, adding.without(kept, trace))
    _tell(kept, as_json, [f"Retirée : « {name} »."])


@traces.command()
@guarded
def liste(who: Who, root: Root = USUAL, as_json: AsJson = False) -> None:
    """Montre le recueil d'un candidat, et dit tout ce qui n'y va pas.

    Exemple : [bold]etabli trace liste --candidat SNO-07[/]

    Codes de sortie : 0 ; 2 le recueil n'est pas permis, ou n'existe pas.
    """
    _tell(read(root, checked_candidate(who)), as_json, [])


@traces.command()
@guarded
def criteres(
    competence: Annotated[str | None, typer.Option("--competence", help="D'une seule compétence, comme C3.1.")] = None,
    as_json: AsJson = False,
) -> None:
    """Donne les critères observables et les degrés du référentiel en vigueur.

    Exemple : [bold]etabli trace criteres --competence C3.1[/]
    """
    referentiel = in_force().referentiel
    if competence is not None and competence not in referentiel.competences:
        raise UsageProblem(f"« {competence} » n'est pas une compétence : il y a {listed(referentiel.competences)}.")
    chosen = [one for code, one in referentiel.competences.items() if competence in (None, code)]
    if as_json:
        print_json(
            {
                "degrees": {one.id: one.title for one in referentiel.echelle.degres},
                "criteria": [
                    {"id": item.id, "competence": one.code, "text": item.text}
                    for one in chosen
                    for item in one.criteres
                ],
            }
        )
        return
    for one in chosen:
        screen.print(f"[bold]{one.code}[/] {escape(one.text)}", highlight=False, soft_wrap=True)
        for item in one.criteres:
            say(f"   {item.id} : {item.text}")
    say(f"Degrés : {', '.join(f'{one.id} ({one.title})' for one in referentiel.echelle.degres)}.")


def _went_along(more: Along) -> str:
    """Says what people had said of a chosen work."""
    said = f"   {counted(more.seen, 'observation jointe', 'observations jointes')} (« etabli apprecier »)"
    stale = f", dont {more.stale} sur un autre état du travail" if more.stale else ""
    return f"{said}{stale}"


def usual_results() -> Path:
    """Returns the folder of results that is here.

    Raises:
        UsageProblem: There is none.
    """
    if not _RESULTS.is_dir():
        raise UsageProblem("Il n'y a pas de dossier « resultats » ici : donnez celui qu'a écrit « etabli grade ».")
    return _RESULTS


def _part(given: str) -> Part:
    who, mark, part = given.partition("=")
    if not mark or not who.strip():
        raise UsageProblem(f"« --membre {given} » : écrivez le membre, « = », puis sa part.")
    return made(Part, {"membre": who.strip(), "part": part})


def _again(kept: Kept, name: str) -> list[str]:
    trace = trace_called(kept, name)
    if trace.authentification is None or trace.stands:
        return []
    return ["Elle a changé depuis son authentification : elle est à authentifier de nouveau."]


def _tell(kept: Kept, as_json: bool, sentences: Iterable[str]) -> None:
    if as_json:
        print_json(_facts(kept))
        return
    for sentence in sentences:
        say(sentence)
    screen.print(_table(kept.recueil.traces))
    say(f"Recueil de {kept.recueil.candidat} : {kept.folder}")


def _facts(kept: Kept) -> dict[str, Any]:
    told = kept.recueil.model_dump(mode="json")
    stands = {one.id: one.stands for one in kept.recueil.traces}
    return told | {
        "folder": str(kept.folder),
        "traces": [one | {"authentic": stands[one["id"]]} for one in told["traces"]],
    }


def _table(found: Sequence[Trace]) -> Table:
    table = Table(box=None)
    for heading in ("Trace", "Type", "Titre", "Date", "Mots de l'élève", "Authentifiée"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("Trace", "Type", "Date"))
    for one in found:
        words = sum(bool(getattr(one.reflexion, key)) for key in WORDS)
        table.add_row(
            one.id, KINDS[one.type], escape(one.titre), f"{one.date:%d/%m/%Y}", f"{words} sur {len(WORDS)}", _word(one)
        )
    return table


def _word(trace: Trace) -> str:
    if trace.authentification is None:
        return "non"
    if not trace.stands:
        return "[yellow]modifiée depuis[/]"
    return escape(f"par {trace.authentification.par}, le {trace.authentification.le:%d/%m/%Y}")
