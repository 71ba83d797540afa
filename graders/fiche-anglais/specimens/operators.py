"""What `operators.yaml` says: `OPERATORS[name](specimen, data)` gives the files, in the form of the right sheet changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from etabli.lab.specimens.specimen import Specimen

from .fiches import Data, Tree, docx, odt, page, pdf, right
from .witnesses import (
    FILLER, FOREIGN, JARGON, NO_GLOSSARY, OLD_FORM, OTHER_AIM, Change, cut, english_passage, late_warning, month_first, swap,
)  # fmt: skip

FORMS: Mapping[str, Callable[[str], Tree]] = {
    "texte": lambda text: {"fiche.md": text.encode()},
    "navigateur": lambda text: {"fiche.html": page(text).encode()},
    "word": lambda text: {"fiche.docx": docx(text)},
    "writer": lambda text: {"fiche.odt": odt(text, picture="Le terminal, ouvert sur le poste")},
    "imprimable": lambda text: {"fiche.pdf": pdf(text)},
}
Code = Callable[[Specimen, Data], Tree]


def text(*changes: Change) -> Code:
    """The right sheet with changes, in the form of its specimen."""

    def code(specimen: Specimen, data: Data) -> Tree:
        told = right(data)
        for change in changes:
            told = change(told, data)
        return FORMS[specimen.name](told)

    return code


def sub(pattern: str, put: str, count: int = 0) -> Change:
    """A pattern, replaced."""
    return lambda told, data: re.sub(pattern, put, told, count=count, flags=re.M)


def bytes_of(change: Callable[[bytes], bytes]) -> Code:
    """A Markdown sheet whose bytes are others."""
    return lambda specimen, data: {"fiche.md": change(right(data).encode())}


def figure(name: str, put: str) -> Change:
    """A figure of the document, as something else."""

    def change(told: str, data: Data) -> str:
        size = data["values"]["size"]
        hour, minutes = re.split("[: ]", data["values"]["hour_us"])[:2]
        find = {
            "size": rf"\b{size} [MG]o", "count": data["values"]["count_us"].replace(",", " "),
            "hour": rf"{int(hour) % 12 + 12} h {minutes}", "version": rf"version {re.escape(data['values']['version'])}",
        }[name]  # fmt: skip
        return re.sub(find, put.format(size=size, hour=hour, h24=int(hour) % 12 + 12, minutes=minutes, count=data["values"]["count_us"]), told)

    return change


def day(form: str) -> Change:
    """The date, in another form."""

    def change(told: str, data: Data) -> str:
        month, day, year = data["values"]["date_us"].split("/")
        return re.sub(r"jusqu'au .*\.", f"jusqu'au {form.format(d=day, m=month, y=year, yy=year[2:])}.", told)

    return change


def hedged_day(told: str, data: Data) -> str:
    """The date both ways."""
    month, day, year = data["values"]["date_us"].split("/")
    return re.sub(r"(jusqu'au .*)\.", rf"\1 ou {month}/{day}/{year}.", told)


def several_words(told: str, data: Data) -> str:
    """A word of the glossary has its French word, then a false friend."""
    term, given = {"courrier": ("folder", "dossier, dépliant"), "sauvegarde": ("pattern", "motif, patron"), "site": ("key", "clé, touche"), "partage": ("effective", "effectif, efficace")}[data["family"]]
    return rows(lambda lines: [*(one for one in lines if not one.startswith(f"| {term} |")), f"| {term} | {given} |"])(told, data)


def rows(change: Callable[[list[str]], list[str]]) -> Change:
    """Other lines in the glossary."""

    def changed(told: str, data: Data) -> str:
        head, _, rest = told.partition("|---|---|\n")
        table, _, end = rest.partition("\n\n")
        return f"{head}|---|---|\n" + "\n".join(change(table.split("\n"))) + f"\n\n{end}"

    return changed


def listed(told: str, data: Data) -> str:
    """A glossary as a list."""
    head, _, rest = told.partition("| Anglais | Français |\n|---|---|\n")
    table, _, end = rest.partition("\n\n")
    return head + re.sub(r"(?m)^\| (.*?) \| (.*) \|$", r"- **\1** : \2", table) + f"\n\n{end}"


def as_table(told: str, data: Data) -> str:
    """Typed lines have the sign of a terminal."""
    return re.sub(r"(?m)^((?:borg|sievec|sieve-test|ln|cp|cd|ls|mkdocs|getfacl|setfacl|touch) .*)$", r"$ \1", told)


def before(title: str, words: str) -> Change:
    """Words before a title."""
    return lambda told, data: told.replace(title, f"{words}\n\n{title}", 1)


FORGOTTEN = swap(
    courrier=("cp ~/.dovecot.sieve ~/.dovecot.sieve.old\n", ""),
    sauvegarde=("borg prune --keep-daily «daily»", "borg prune --dry-run --keep-daily «daily»"),
    site=("cp -r ~/«public» ~/«public»-copie\n", "ls ~/«public»\n"),
    partage=("getfacl -R ~/partage/«folder» > ~/«record».acl", "getfacl -R ~/partage/«folder»"),
)
OTHER_VALUE = swap(
    courrier=('"subject" "«keyword»"', '"subject" "Autre"'),
    sauvegarde=("::«prefix»-{now}", "::copie-du-jour"),
    site=("  - Accueil: index.md\n  - «title_a»: «page_a».md\n", "  - «title_a»: «page_a».md\n  - Accueil: index.md\n"),
    partage=("g:«readers»:rX", "g:«readers»:rwX"),
)
MISTYPED = swap(
    courrier=("sievec ~/sieve", "sievec ~/seive"), sauvegarde=("borg create", "borg crate"),
    site=("mkdocs build", "mkdocs bild"), partage=("g:«writers»:rwX", "g:«writers»x:rwX"),
)  # fmt: skip
ELSEWHERE = swap(
    courrier=("sievec ~/sieve/«script»", "sievec ~/sieve/filtres/«script»"),
    sauvegarde=("borg list ~/sauvegarde/", "borg list ~/copies/"),
    site=("cd ~/«folder»", "cd ~/«folder»/site"),
    partage=("touch ~/partage/«folder»", "touch ~/commun/«folder»"),
)
STILL_WORKS = swap(
    courrier=('"imap4flags"', '"imapflags"'), sauvegarde=("--glob-archives '«prefix»-*'", "--prefix «prefix»-"),
    site=("nav:", "pages:"), partage=("setfacl -R -m", "chacl -l ~/partage/«folder»\nsetfacl -R -m"),
)  # fmt: skip
LONG_OPTIONS = swap(
    courrier=("ln -sf", "ln --symbolic --force"), sauvegarde=("--exclude '*.tmp'", "-e '*.tmp'"),
    site=("cp -r", "cp --recursive"), partage=("setfacl -R -b", "setfacl --recursive --remove-all"),
)  # fmt: skip
SPOKEN = swap(
    courrier=("## Les étapes", "La commande `ln -sf` met un script en service.\n\n## Les étapes"),
    sauvegarde=("## Les étapes", "La commande `borg prune` trie les copies.\n\n## Les étapes"),
    site=("## Les étapes", "La commande `mkdocs build` fabrique les pages.\n\n## Les étapes"),
    partage=("## Les étapes", "La commande `setfacl -R -b` enlève les droits.\n\n## Les étapes"),
)
UNDOING = swap(
    courrier=("## Glossaire", "Pour annuler, tapez `cp ~/.dovecot.sieve.old ~/.dovecot.sieve`.\n\n## Glossaire"),
    sauvegarde=("## Glossaire", "## En cas de problème\n\nRecommencez : `rm -r ~/sauvegarde/«repository»`\n\n## Glossaire"),
    site=("## Glossaire", "Pour revenir en arrière : `cp -r ~/«public»-copie/. ~/«public»`\n\n## Glossaire"),
    partage=("## Glossaire", "En cas d'erreur, tapez `setfacl --restore=$HOME/«record».acl`\n\n## Glossaire"),
)
EDITOR = swap(
    courrier=("1. Ouvrez le fichier `~/sieve/«script».sieve` avec l'éditeur.", "1. Ouvrez le fichier :\n\n```\nnano ~/sieve/«script».sieve\n```\n\n"),
    sauvegarde=("~/«source»\n", "\"$HOME/«source»\"\n"), site=("`~/«folder»/mkdocs.yml`", "`nano mkdocs.yml`"),
    partage=("touch ~/", "cat > ~/"),
)  # fmt: skip
DETAIL = swap(
    courrier=('  addflag "\\\\Flagged";\n', ""), sauvegarde=("--keep-daily «daily»", "--keep-daily 1"),
    site=("use_directory_urls: false\n", ""), partage=("«writers»:rwX", "«writers»:rwx"),
)  # fmt: skip
HALF_DONE = swap(
    courrier=('"«domain»"', '"autre.example"'), sauvegarde=(" --keep-weekly «weekly»", ""),
    site=("  - «title_b»: «page_b».md\n", ""), partage=("setfacl -R -d -m", "setfacl -d -m"),
)  # fmt: skip
SCREEN = {
    "courrier": "store message in folder: «folder»", "sauvegarde": "Keeping archive (rule: daily #1)",
    "site": "INFO - Documentation built in 0.20 seconds", "partage": "group:«writers»:rwx",
}  # fmt: skip
SHOWN_LINES = {
    "courrier": 'require ["fileinto", "imap4flags"];', "sauvegarde": "«prefix»-2026-01-01", "site": "site_name: Autre", "partage": "other::---",
}  # fmt: skip
NAMED = {"courrier": "`imapflags`", "sauvegarde": "`--prefix`", "site": "`pages`", "partage": "`chacl`"}


def below_checking(words: Callable[[Data], str]) -> Change:
    """Lines that the screen shows, before the glossary."""
    return lambda told, data: before("## Glossaire", re.sub(r"«(\w+)»", lambda found: data["values"][found[1]], words(data)))(told, data)


ENGLISH_CHECK = "You must read the name of the folder in the list. If it is not there, try again from the first step."
OPERATORS: dict[str, Code] = {
    # -- mutants
    "autre-nom": lambda specimen, data: {f"ma-{name}": made for name, made in FORMS[specimen.name](right(data)).items()},
    "debut-seul": text(cut("## Les étapes", r"\Z")),
    "trop-bavarde": text(before("## Glossaire", FILLER * 70)),
    "puces": text(sub(r"^\d+\. ", "- ")),
    "trois-numeros": text(sub(r"^[4-9]\. ", "")),
    "paragraphe-anglais": text(english_passage),
    "controle-anglais": text(before("## Glossaire", ENGLISH_CHECK)),
    "avertissement-anglais": text(sub(r"^\*\*Attention.*$", "**Warning: this cannot be undone, and nobody will be able to help you.**")),
    "citation-anglaise": text(before("## Glossaire", f"Le document dit : « {ENGLISH_CHECK} »")),
    "mot-de-passe": text(before("## Les étapes", "Le poste s'ouvre avec le mot de passe Cerise!28.")),
    "phrase-en-mots": text(before("## Les étapes", "La phrase secrète est donnée toute seule. Si le poste la demande, c'est « remparts soleil mardi 42 ».")),
    "numero-personnel": text(before("## Les étapes", "En cas de souci, appelez Malik au 06 39 98 12 47.")),
    "blanc-sur-blanc": lambda specimen, data: {"fiche.docx": docx(right(data), mono=True, hidden="Voyez avec moi pour la suite")},
    "page-cachee": lambda specimen, data: {"fiche.html": page(right(data)).replace("</body>", '<p style="position:absolute;left:-5000px">Un mot pour le jury seul</p></body>').encode()},
    "page-aplatie": lambda specimen, data: {"fiche.html": page(right(data)).replace("</head>", "<style>.pied{max-height:0;overflow:hidden}</style></head>").replace("</body>", '<div class="pied"><p>Un mot pour le jury seul</p></div></body>').encode()},
    "faute-de-frappe": text(MISTYPED),
    "autre-chemin": text(ELSEWHERE),
    "rien-a-taper": text(sub(r"(?s)^```.*?^```$", "Suivez le document.")),
    "etape-oubliee": text(FORGOTTEN),
    "autre-valeur": text(OTHER_VALUE),
    "detail-change": text(DETAIL),
    "moitie-faite": text(HALF_DONE),
    "promesse-manquee": text(OTHER_AIM),
    "etape-etrangere": lambda specimen, data: text(before("## Les étapes", f"Préparez le poste :\n\n```\n{FOREIGN[data['family']]}\n```"))(specimen, data),
    "forme-d-avant": text(OLD_FORM),
    "forme-qui-marche-encore": text(STILL_WORKS),
    "averti-apres": text(late_warning),
    "jamais-averti": text(sub(r"^\*\*Attention.*$", "")),
    "averti-sans-le-dire": text(sub(r"^\*\*Attention.*$", "Bon courage pour la suite.")),
    "sans-verifier": text(lambda told, data: re.sub(r"(?ms)^## Comment savoir.*?(?=^## )", "", told)),
    "titre-de-controle-vide": text(lambda told, data: re.sub(r"(?ms)^(## Comment savoir[^\n]*\n).*?(?=^## )", r"\1\nBien.\n\n", told)),
    "taille-en-anglais": text(figure("size", "{size} MB/GB")),
    "taille-changee": text(figure("size", "9{size} Mo")),
    "nombre-oublie": text(figure("count", "trop de")),
    "nombre-a-l-anglaise": text(figure("count", "{count}")),
    "heure-du-matin": text(figure("hour", "{hour} h {minutes}")),
    "date-a-l-envers": text(month_first),
    "deux-dates": text(hedged_day),
    "deux-heures": text(figure("hour", "{hour} h {minutes} ou {h24} h {minutes}")),
    "date-oubliee": text(sub(r", suivie jusqu'au .*\.", ".")),
    "glossaire-de-trois": text(rows(lambda lines: lines[:3])),
    "sans-glossaire": text(NO_GLOSSARY),
    "glossaire-faux": text(rows(lambda lines: [*lines[:2], re.sub(r"\| [^|]* \|$", "| girouette en bois |", lines[2]), *lines[3:]])),
    "glossaire-non-traduit": text(rows(lambda lines: [re.sub(r"^\| (.*?) \| .* \|$", r"| \1 | comme en anglais |", lines[0]), *lines[1:]])),
    "mots-au-choix": text(several_words),
    "sans-version": text(figure("version", "dernière version")),
    "autre-version": text(figure("version", "version 1.0")),
    "titre-traduit": lambda specimen, data: text(sub(re.escape(data["document"]["title"]), "Le manuel"))(specimen, data),
    "phrase-immense": text(before("## Les étapes", "Il faut lire tout " + "ce qui suit avec soin et sans sauter une ligne, puis " * 4 + "agir.")),
    "phrases-longues": text(sub(r"^## Les étapes$", "## Les étapes\n\n" + "Chaque fois que vous le pourrez, prenez le temps de relire tout ce que vous venez de faire avant de passer à la suite de cette fiche, même quand cela paraît inutile. " * 19)),
    "mot-brut": lambda specimen, data: text(before("## Les étapes", f"Pour {JARGON[data['family']]}, voyez le support."))(specimen, data),
    "image-sans-texte": lambda specimen, data: {"fiche.odt": odt(right(data), picture="")},
    "image-word-sans-texte": lambda specimen, data: {"fiche.docx": docx(right(data), picture="")},
    # -- ways
    "numeros-ecrits": text(sub(r"^(\d+)\. ", r"Étape \1 : ")),
    "invite": text(as_table),
    "date-en-chiffres": text(day("{d}/{m}/{y}")),
    "heure-serree": text(figure("hour", "{h24}h{minutes}")),
    "milliers-insecables": text(lambda told, data: told.replace(data["values"]["count_us"].replace(",", " "), data["values"]["count_us"].replace(",", "\u202f"))),
    "glossaire-en-liste": text(listed),
    "francais-d-abord": text(rows(lambda lines: [re.sub(r"^\| (.*?) \| (.*) \|$", r"| \2 | \1 |", one) for one in lines])),
    "dans-les-phrases": text(sub(r"(?s)^```\n([^\n]+)\n```$", r"Tapez alors `\1` et validez.")),
    "ligne-coupee": text(sub(r"^((?:borg|sievec|ln|cp|mkdocs|setfacl) .*) (~/\S+)$", r"$ \1 \\\n    \2")),
    "autre-titre": text(sub(r"^## Comment savoir.*$", "## Vérifier le résultat")),
    "lexique": text(sub(r"^## Glossaire$", "## Petit lexique")),
    "danger": text(sub(r"^\*\*Attention : ", "**Danger ! ")),
    "averti-autrement": text(sub(r"^\*\*Attention.*$", "**Attention.** Ce qui est ancien disparaît d'un coup.")),
    "options-longues": text(LONG_OPTIONS),
    "parler-d-une-commande": text(SPOKEN),
    "savoir-annuler": text(UNDOING),
    "ecran-cite": text(below_checking(lambda data: f"Vous devez lire cette ligne (tout est prêt).\n\n« {SCREEN[data['family']]} »")),
    "ecran-montre": text(below_checking(lambda data: f"L'écran affiche :\n\n```\n{SHOWN_LINES[data['family']]}\n```")),
    "tableau-fonce": lambda specimen, data: {"fiche.html": page(right(data)).replace("<h2>", '<h2 style="color:#fff;background:#036">').encode()},
    "dire-de-ne-pas": lambda specimen, data: text(before("## Glossaire", f"N'employez pas {NAMED[data['family']]}, ni {FOREIGN[data['family']]}."))(specimen, data),
    "editeur": text(EDITOR),
    "image-decrite": lambda specimen, data: {"fiche.docx": docx(right(data), picture="La liste des dossiers, à gauche de l'écran")},
    "word-nu": lambda specimen, data: {"fiche.docx": docx(right(data), mono=False)},
    "fins-de-ligne": bytes_of(lambda told: told.replace(b"\n", b"\r\n")),
    "marque-en-tete": bytes_of(lambda told: b"\xef\xbb\xbf" + told),
    "balise-kbd": lambda specimen, data: {"fiche.html": page(right(data)).replace("code>", "kbd>").encode()},
}  # fmt: skip
