"""The sheet of a class, to print or to open in a spreadsheet: which alias is which person. For the teacher's eyes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import jinja2

from etabli.roster.learner import Learner
from etabli.system.formulas import inert

_PAGE = """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
caption, th, td { text-align: left; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid #767676; }
tr { break-inside: avoid; }
</style>
</head>
<body>
<main>
<h1>{{ title }}</h1>
<p>{{ warning }}</p>
<table>
<thead><tr>{% for column in columns %}<th scope="col">{{ column }}</th>{% endfor %}</tr></thead>
<tbody>
{% for learner in learners %}
<tr><th scope="row">{{ learner.alias }}</th><td>{{ learner.family }}</td><td>{{ learner.given }}</td></tr>
{% endfor %}
</tbody>
</table>
</main>
</body>
</html>
"""


def render_page(name: str, learners: Sequence[Learner]) -> str:
    """Returns a self-contained page to print."""
    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True).from_string(
        _PAGE
    )
    return template.render(
        title=f"Classe {name} : alias et noms",
        warning="Liste nominative : pour l'enseignant seul, à ne pas joindre aux résultats.",
        columns=("Alias", "Nom", "Prénom"),
        learners=learners,
    )


def render_csv(learners: Sequence[Learner]) -> str:
    """Returns a table for a spreadsheet in French: ``;``, BOM, no cell that would be computed."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(["Alias", "Nom", "Prénom", "Courriel", "Numéro d'identification"])
    for learner in learners:
        cells = (learner.alias, learner.family, learner.given, learner.email or "", learner.number or "")
        writer.writerow([inert(cell) for cell in cells])
    return "\ufeff" + stream.getvalue()
