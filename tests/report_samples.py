"""Sample payloads for the tests of reports: a class of 24 with varied outcomes, drawn from a fixed seed."""

from __future__ import annotations

import hashlib
import random
import struct
import zlib
from collections.abc import Mapping
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

from documents_samples import chunk
from helpers import make_run

from etabli.exam.contract.check import CheckSpec
from etabli.exam.contract.outcome import Outcome, Palier, Status
from etabli.lab.aides import Aides
from etabli.lab.manifest import lab_ids, load_lab
from etabli.reception.hand_in import HandIn, HandIns, HandInState
from etabli.reports.payload import PAYLOAD_SCHEMA, CheckResult, EvidenceItem, LabMeta, MessageItem, Payload, tally
from etabli.reports.results import described
from etabli.reports.roll import Roll
from etabli.runs.differences import Differences, Skipped, compare_class
from etabli.runs.run import Run

NOW = "2026-11-24T14:00:00Z"
PARIS = timezone(timedelta(hours=1))
NOWHERE = Path("/nowhere")
"""Where no evidence is."""
ROWS = b"""{"added": [{"id": 7, "nom": "La lampe unique d'Ysalie", "description": null}], "removed": [], "cut": 0,
 "changed": [{"before": {"id": 8, "prix": "12.50"}, "after": {"id": 8, "prix": "15.00"}}]}"""
"""Rows that were compared, as a run keeps them."""
HOSTILE = "<script>alert('x')</script> & \u202eabc\x07"
CANDIDATES = [f"SNO-{number:02d}" for number in range(1, 25)]
ABSENT, MISSING, LATE = "SNO-25", "SNO-26", "SNO-03"
NAMES = dict(
    zip(
        [*CANDIDATES, ABSENT, MISSING],
        "Inès Bouvard|Tom Le Guirrec|Awa Diarrassou|Jules Pécoul|Chloé Vanhoutte|Sacha Mirepoix|Lina Ouadfel|"
        "Hugo d'Arçonval|Camille Fauchereau|Bilal Zerrouki|Zoé Kerambrun|Adam Szczepaniak|Manon Rouvière|"
        "Rayan El Mezouar|Jade Thévenard|Élio Castagnède|Nour Benhaddou|Gabin Lestrohan|Elsa Wackenheim|Malo Quiniou|"
        "Noé Jean-Baptiste|Maëlle de La Bretesche|Yanis Aït-Ouarab|Léa Marchandot|Théo Grandcoing|Anaïs Poulichet".split(
            "|"
        ),
        strict=True,
    )
)
"""Invented, like everyone here."""

_CHECKS: dict[Palier, list[tuple[str, str, int, str]]] = {
    Palier.ESSENTIEL: [
        ("site-repond", "Le site répond à l'adresse « / »", 2, ""),
        ("base-jointe", "Les données affichées viennent de la base", 4, "site-repond"),
        ("liste-complete", "Toutes les fiches sont dans la liste", 4, "base-jointe"),
        ("liste-suit-ajout", "Une ligne ajoutée à la base apparaît dans la liste", 3, "base-jointe"),
        ("liste-suit-modification", "Une ligne renommée change dans la liste", 3, "base-jointe"),
        ("liste-suit-suppression", "Une ligne supprimée disparaît de la liste", 3, "base-jointe"),
        ("liste-vide", "Une table vide donne une page normale, avec une phrase", 2, "base-jointe"),
        ("liste-ordre", "La liste suit l'ordre demandé", 4, "liste-complete"),
        ("liste-colonnes", "Les colonnes portent les titres demandés", 2, "base-jointe"),
        ("prix-format", "Les prix sont écrits à la française", 3, "base-jointe"),
        ("date-format", "Les dates sont écrites à la française", 3, "base-jointe"),
        ("valeurs-absentes", "Une valeur absente est signalée par le mot demandé", 2, "base-jointe"),
        ("fiche-complete", "Chaque fiche montre toutes ses informations", 4, "base-jointe"),
        ("fiche-adresse", "L'adresse d'une fiche ne change pas", 2, "fiche-complete"),
        ("fiche-inconnue", "Une fiche inconnue donne une erreur 404 en français", 2, "fiche-complete"),
        ("filtre", "Le filtre montre exactement les fiches choisies", 4, "base-jointe"),
        ("titre-h1", "Chaque page a un titre et un seul h1", 2, "site-repond"),
        ("langue", "La langue de la page est déclarée", 1, "site-repond"),
    ],
    Palier.ATTENDU: [
        ("recherche", "La recherche trouve les fiches par leur nom", 3, "base-jointe"),
        ("recherche-casse-accents", "La recherche ignore les majuscules et les accents", 3, "recherche"),
        ("ajout-enregistre", "Le formulaire d'ajout enregistre exactement une ligne", 4, "base-jointe"),
        ("ajout-messages", "Chaque erreur de saisie a son message près du champ", 3, "ajout-enregistre"),
        ("ajout-saisie-conservee", "Après une erreur, la saisie est conservée", 2, "ajout-enregistre"),
        ("ajout-sans-doublon", "Un double envoi ne crée pas de doublon", 3, "ajout-enregistre"),
        ("etiquettes", "Chaque champ a une étiquette", 2, "ajout-enregistre"),
        ("accessibilite", "Aucun défaut grave d'accessibilité", 3, "base-jointe"),
        ("html-valide", "Le code HTML est valide", 2, "base-jointe"),
        ("mobile", "La page tient sur un écran de téléphone", 2, "base-jointe"),
        ("mentions-legales", "Les mentions légales sont complètes", 2, "site-repond"),
        ("injection-sql", "Une saisie malveillante ne détourne pas la requête SQL", 3, "recherche"),
        ("echappement", "Les textes de la base sont affichés sans être exécutés", 3, "base-jointe"),
    ],
    Palier.APPROFONDISSEMENT: [
        ("pagination-taille", "Chaque page montre le nombre de fiches demandé", 2, "liste-complete"),
        ("pagination-parcours", "On atteint toutes les fiches de page en page", 2, "pagination-taille"),
        ("modification", "Une fiche se modifie, et elle seule", 3, "fiche-complete"),
        ("suppression", "Une fiche se supprime, et elle seule", 3, "fiche-complete"),
        ("get-sans-effet", "Suivre un lien ne change jamais les données", 2, "base-jointe"),
        ("csrf", "Un formulaire venu d'un autre site est refusé", 2, "modification suppression"),
        ("mille-lignes", "Avec 1 000 lignes, la liste répond encore à temps", 2, "pagination-taille"),
        ("base-en-panne", "Base en panne : une page correcte, sans détail technique", 2, "base-jointe"),
        ("rien-de-secret", "Aucun fichier secret n'est accessible", 2, "base-jointe"),
    ],
}
"""Identifier, title, points, and what has to work before."""

_DETAILS = {
    "base-jointe": (
        "La page d'accueil n'affiche aucune des lignes de la base. Dans config.php, ligne 4, l'adresse « localhost » "
        "est écrite en dur.",
        "La page lit la base dont l'adresse est donnée par DB_HOST.",
        "Regardez comment config.php du dossier de départ lit DB_HOST.",
    ),
    "liste-ordre": (
        "Les trois premières fiches affichées : « Lampe d'atelier », « Buffet bas », « Vélo enfant ». "
        "La plus récente arrive en 14e position.",
        "De la plus récente à la plus ancienne ; à date égale, par ordre alphabétique du nom.",
        "Relisez la clause ORDER BY de la requête de la liste : combien de critères a-t-elle ?",
    ),
    "prix-format": ("« 1234.5 »", "« 1 234,50 € »", "Cherchez number_format dans la documentation de PHP."),
    "recherche-casse-accents": (
        "La recherche de « echelle » n'a rien trouvé, celle de « Échelle » trouve 2 fiches.",
        "Les mêmes fiches, avec ou sans majuscules et accents.",
        "Quelle collation la table utilise-t-elle ?",
    ),
    "echappement": (
        "Le nom « <b>Étagère</b> » s'affiche en gras : le navigateur l'a lu comme du code.",
        "Le texte tel qu'il est dans la base, chevrons compris.",
        "Toute valeur écrite dans la page passe par htmlspecialchars.",
    ),
}


_AIDES = Aides(
    geste="Revoyez ORDER BY",
    question="Combien de critères la clause `ORDER BY` de **votre** requête a-t-elle ?",
    piste="Ouvrez `index.php`, cherchez la requête de la liste, et relisez l'énoncé : « à date égale ».\n\n"
    "- un critère par colonne\n- l'ordre des critères compte",
    exemple="Pour des livres, du plus récent au plus ancien, puis par titre :\n\n"
    "```sql\nSELECT titre, annee FROM livres ORDER BY annee DESC, titre ASC;\n```\n\n"
    "| titre | année |\n|---|---|\n| Antigone | 1944 |\n| Zadig | 1748 |",
)
_MESSAGES: list[MessageItem] = [
    {
        "id": "php-undefined-key",
        "message": 'Warning: Undefined array key "prix" in /srv/rendu/index.php on line 42',
        "means": "Le programme a demandé une case nommée « prix » dans un tableau qui n'en a pas.",
        "look": "Ligne 42 de index.php : comparez ce nom avec ceux des colonnes de la requête.",
        "check": "prix-format",
    },
    {
        "id": "sql-unknown-column",
        "message": "SQLSTATE[42S22]: Column not found: 1054 Unknown column 'date_ajout' in 'order clause'",
        "means": "La base ne connaît pas de colonne de ce nom.",
        "look": "Comparez le nom dans ORDER BY avec ceux de schema.sql.",
        "check": None,
    },
]


def sample_messages() -> list[MessageItem]:
    """One message printed in a check, one in the application's journal."""
    return [item.copy() for item in _MESSAGES]


def sample_roll(names: Mapping[str, str] = NAMES) -> Roll:
    """The class of the sample payloads, or some of it, and two more: one absent, one who handed in nothing."""

    def entry(candidate: str) -> HandIn:
        if candidate == LATE:
            files = ("Awa Diarrassou_v1.zip", "Awa Diarrassou_v2.zip")
            return HandIn(candidate, HandInState.LATE, "2026-11-25T08:00:00Z", 140_400, files)
        state = {ABSENT: HandInState.EXCUSED, MISSING: HandInState.MISSING}.get(candidate, HandInState.HANDED_IN)
        return HandIn(candidate, state)

    entries = tuple(entry(candidate) for candidate in names)
    deadline = "2026-11-23T17:00:00Z"
    hand_ins = HandIns("page-dynamique", "entrainement", entries, class_name="SNO 2026-2027", deadline=deadline)
    return Roll(candidates=tuple(names), names=names, hand_ins=hand_ins)


def sample_lab() -> LabMeta:
    """A lab of forty checks, as large as a class page has to bear."""
    specs = tuple(
        CheckSpec(
            id=name,
            title=title,
            points=points,
            palier=palier,
            competences=("C1.1", "C2.1") if name.startswith(("ajout", "modif", "suppr")) else ("C1.1",),
            after=tuple(after.split()),
            timeout=60.0,
            help="Relisez la page 2 de l'énoncé.",
        )
        for palier, checks in _CHECKS.items()
        for name, title, points, after in checks
    )
    return LabMeta(
        id="page-dynamique",
        title="Des données en ligne : la page dynamique",
        version="1.0",
        paliers=(("essentiel", "Essentiel"), ("attendu", "Attendu"), ("approfondissement", "Approfondissement")),
        competences={
            "C1.1": "Participer à la mise en place et à l'actualisation d'un site Web",
            "C2.1": "Participer à la gestion des outils et applications numériques « métier »",
        },
        checks=specs,
        aides={"liste-ordre": _AIDES, "base-jointe": _AIDES},
    )


def sample_picture(width: int = 640, height: int = 360) -> bytes:
    """A real PNG, drawn by hand: a striped page."""
    shades = [b"\xf6\xf1e" * width if (y // 18) % 3 else b"\xb9\xc6\xcf" * width for y in range(height)]
    raw = b"".join(b"\0" + shade for shade in shades)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def keep(out: Path, candidate: str, name: str, data: bytes, *, kind: str, caption: str) -> EvidenceItem:
    """Writes a piece of evidence where a run would have, and returns its record."""
    path = f"{candidate}/20261124T140500Z-ab12/evidence/{name}"
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    (out / path).write_bytes(data)
    return {"kind": kind, "caption": caption, "path": path, "sha256": hashlib.sha256(data).hexdigest()}


def sample_payload(
    candidate: str,
    lab: LabMeta,
    failing: dict[str, Outcome] | None = None,
    *,
    out: Path | None = None,
    started_at: str = "2026-11-24T13:05:00Z",
    finished_at: str = "2026-11-24T13:05:12Z",
) -> Payload:
    """A run in which the named checks fail (or err), what stands after them is blocked, and the rest passes."""
    failing = failing or {}
    results: dict[str, CheckResult] = {}
    for spec in lab.checks:
        blockers = [name for name in spec.after if results[name]["outcome"] != Outcome.PASSED]
        outcome = Outcome.BLOCKED if blockers else failing.get(spec.id, Outcome.PASSED)
        results[spec.id] = _result(spec, outcome, blockers, candidate, out)
    checks = list(results.values())
    incident = any(check["outcome"] == Outcome.ERROR for check in checks)
    return {
        "schema": PAYLOAD_SCHEMA,
        "lab": lab.id,
        "lab_version": lab.version,
        "session": "entrainement",
        "candidate": candidate,
        "run": "20261124T140500Z-ab12",
        "seed_fingerprint": hashlib.sha256(candidate.encode()).hexdigest()[:16],
        "submission_sha256": hashlib.sha256(b"rendu " + candidate.encode()).hexdigest(),
        "runtime": "php",
        "image_ids": {"web": "sha256:" + "ab" * 32, "examiner": "sha256:" + "cd" * 32},
        "started_at": started_at,
        "finished_at": finished_at,
        "phases_ms": {"intake": 80.0, "rooms": 900.0, "exam": 10_400.0, "freeze": 120.0},
        "status": Status.NEEDS_REVIEW if incident else Status.GRADED,
        "reason": "Un point a rencontré un incident technique deux fois de suite." if incident else None,
        "checks": checks,
        "score": tally(checks),
    }


def _result(spec: CheckSpec, outcome: Outcome, blockers: list[str], candidate: str, out: Path | None) -> CheckResult:
    failed = outcome == Outcome.FAILED
    observed, expected, advice = _DETAILS.get(
        spec.id, ("La page ne montre pas ce qui était demandé.", spec.title + ".", spec.help)
    )
    evidence: list[EvidenceItem] = []
    if failed and out is not None:
        picture = sample_picture()
        evidence.append(keep(out, candidate, "page.png", picture, kind="screenshot", caption="La page « / »"))
        evidence.append(keep(out, candidate, "lignes.json", ROWS, kind="rows", caption="Les lignes comparées"))
    return {
        "id": spec.id,
        "title": spec.title,
        "competences": list(spec.competences),
        "palier": spec.palier,
        "points": spec.points,
        "outcome": outcome,
        "blocked_by": blockers,
        "observed": observed if failed else None,
        "expected": expected if failed else None,
        "help": advice if failed else None,
        "evidence": evidence,
        "duration_ms": 0.0 if outcome == Outcome.BLOCKED else 210.0,
    }


def rejected_payload(candidate: str, lab: LabMeta) -> Payload:
    """A submission that was not examined."""
    payload = sample_payload(candidate, lab)
    payload["status"] = Status.REJECTED
    payload["reason"] = "Le fichier n'est pas une archive zip lisible."
    payload["checks"] = []
    payload["score"] = payload["runtime"] = None
    payload["image_ids"] = {}
    return payload


def sample_class(lab: LabMeta, out: Path | None = None) -> list[Payload]:
    """Twenty-four runs: complete, partial, stuck at the start, in incident, rejected."""
    draw = random.Random(20261124)
    payloads = []
    for place, candidate in enumerate(CANDIDATES):
        picked = draw.sample([spec.id for spec in lab.checks[2:]], k=draw.choice([0, 1, 2, 3, 4, 6, 9]))
        failing = dict.fromkeys(picked, Outcome.FAILED)
        if place == 4:
            failing = {"site-repond": Outcome.FAILED}
        if place in {8, 19}:
            failing = {"base-jointe": Outcome.FAILED, "langue": Outcome.FAILED}
        if place == 13:
            failing["mobile"] = Outcome.ERROR
        if place == 0:
            failing = dict.fromkeys(
                ["liste-ordre", "prix-format", "recherche-casse-accents", "echappement", "modification", "etiquettes"],
                Outcome.FAILED,
            )
        payloads.append(sample_payload(candidate, lab, failing, out=out))
    payloads[0]["messages"] = sample_messages()
    payloads[16] = rejected_payload(CANDIDATES[16], lab)
    return payloads


def widest_lab() -> LabMeta:
    """The real lab with the most checks."""
    return max((described(load_lab(lab)) for lab in lab_ids()), key=lambda lab: len(lab.checks))


def full_class(lab: LabMeta) -> list[Payload]:
    """Twenty-four runs of any lab with much to say of each: two that did not start, one refused, many points failed."""
    draw = random.Random(54)
    names = [spec.id for spec in lab.checks]
    payloads = []
    for place, candidate in enumerate(CANDIDATES):
        picked = names[:1] if place in {5, 11} else draw.sample(names[1:], k=draw.choice([0, 1, 2, 3, 5, 8, 20]))
        payload = sample_payload(candidate, lab, dict.fromkeys(picked, Outcome.FAILED))
        payload["decisive_failed"] = [spec.id for spec in lab.checks if spec.decisive and spec.id in picked]
        payload["submission_sha256"] = hashlib.sha256(candidate.encode()).hexdigest()
        for check in payload["checks"]:
            if check["outcome"] == Outcome.FAILED:
                check["observed"] = (
                    f"Pour « {check['id']} », on lit dans le fichier rendu, lignes {place + 2}, {place + 5}, {place + 9} "
                    "et 14 autres, autre chose que ce qui est attendu : trois valeurs ne sont pas dans la liste donnée."
                )
        payloads.append(payload)
    payloads[16] = rejected_payload(CANDIDATES[16], lab)
    return payloads


def sample_differences(lab: LabMeta) -> Differences:
    """A class graded again: points won and lost by other checks, an unstable verdict, someone left out."""

    def run(candidate: str, name: str, outcomes: dict[str, Outcome], **facts: Any) -> Run:
        events: list[dict[str, Any]] = []
        for spec in lab.checks:
            outcome = outcomes.get(spec.id, Outcome.PASSED)
            said = {"observed": _DETAILS.get(spec.id, (HOSTILE,))[0]} if outcome is Outcome.FAILED else {}
            said |= {"blocked_by": list(spec.after)} if outcome is Outcome.BLOCKED else {}
            events.append({"kind": "check_end", "check": spec.id, "outcome": outcome.value, **said})
        return make_run(lab.checks, events, candidate=candidate, run=name, lab=lab.id, **facts)

    later = {"pack_sha256": "9" * 64, "lab_version": "1.1"}
    lost = {"recherche": Outcome.FAILED, "recherche-casse-accents": Outcome.BLOCKED}
    pairs = [
        (run("SNO-01", "a", {"liste-ordre": Outcome.FAILED}), run("SNO-01", "b", lost, **later)),
        (run("SNO-02", "a", {}), run("SNO-02", "b", {"prix-format": Outcome.FAILED})),
        (run("SNO-03", "a", {}), run("SNO-03", "b", {}, **later)),
    ]
    return compare_class(
        pairs, [Skipped("SNO-17", "le dernier rendu a été refusé, et un rendu refusé n'est pas gardé.")]
    )
