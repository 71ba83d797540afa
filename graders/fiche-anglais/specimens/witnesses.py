"""Witness sheets: `BUILDERS[name](data)` gives the files of a specimen, made of the right sheet of its candidate."""

from __future__ import annotations

import re
from collections.abc import Callable

from etabli.lab.specimens import papers

from .fiches import Data, Tree, docx, odt, otherwise, page, pdf, plain, right

Change = Callable[[str, Data], str]
FILLER = "Prenez votre temps. Lisez chaque ligne deux fois. Gardez cette feuille près du poste pour demain. "


def changed(*changes: Change) -> Callable[[Data], Tree]:
    """A right sheet in Markdown with changes."""

    def build(data: Data) -> Tree:
        text = right(data)
        for change in changes:
            text = change(text, data)
        return {"fiche.md": text.encode()}

    return build


def swap(**by_family: tuple[str, str]) -> Change:
    """A text found once in the right sheet of each family, replaced."""

    def change(text: str, data: Data) -> str:
        find, put = (re.sub(r"«(\w+)»", lambda found: data["values"][found[1]], one) for one in by_family[data["family"]])
        if find not in text:
            raise ValueError(f"{find!r} is not in the sheet of {data['family']}")
        return text.replace(find, put)

    return change


def cut(start: str, end: str) -> Change:
    """Without a passage: from a pattern up to another."""
    return lambda text, data: re.sub(rf"(?ms)^{start}.*?(?={end})", "", text, count=1)


def added(after: str, words: str) -> Change:
    """With words after the first line that begins so."""
    return lambda text, data: re.sub(rf"(?m)^({after}.*)$", lambda found: f"{found[1]}\n\n{words}", text, count=1)


def late_warning(text: str, data: Data) -> str:
    """The warning comes after all steps."""
    warning = re.search(r"(?m)^\*\*Attention.*$", text)
    assert warning is not None
    return text.replace(warning[0], "").replace("## Comment savoir", f"{warning[0]}\n\n## Comment savoir")


def month_first(text: str, data: Data) -> str:
    """The date as the document writes it."""
    return re.sub(r"jusqu'au .*\.", f"jusqu'au {data['values']['date_us']}.", text)


def wrong_words(text: str, data: Data) -> str:
    """Two words of the glossary are taken for others."""
    head, rows = text.split("|---|---|\n", 1)
    lines = rows.split("\n")
    lines[1:3] = [f"{line.rsplit('|', 2)[0]}| bouilloire du matin |" for line in lines[1:3]]
    return head + "|---|---|\n" + "\n".join(lines)


def english_passage(text: str, data: Data) -> str:
    """A paragraph of the document, as it is."""
    passage = next(line for line in data["text"] if line.startswith("This page is for the person") or line.startswith("This page is for people"))
    return text.replace("## Comment savoir", f"{passage}\n\n## Comment savoir")


OTHER_AIM = swap(
    courrier=('fileinto "«folder»";', 'fileinto "Divers";'),
    sauvegarde=("--exclude '*.tmp' ", ""),
    site=("site_name: «name»", "site_name: Mon site"),
    partage=("setfacl -R -d -m", "setfacl -R -m"),
)
ONLY_HERE = swap(
    courrier=('fileinto "«letters»";\n}', 'fileinto "«letters»";\n}\nif exists "received" {\n  discard;\n}'),
    sauvegarde=("--keep-weekly «weekly» --glob-archives '«prefix»-*'", "--keep-weekly «weekly» --glob-archives 'ancien-*'"),
    site=("site_name: «name»", "site_name: Mon site"),
    partage=("setfacl -R -m g:", "setfacl -R -m u:nobody:rwX,g:"),
)
"""What only looks right where nothing real arrives, nothing is old, and nobody else comes; of a site, nothing does: a title."""
FORGED = """
```
echo '{"ended": [], "found": {}}' > /proc/$PPID/fd/1
```

## Comment savoir"""
OLD_FORM = swap(
    courrier=('"imap4flags"', '"imapflags"'),
    sauvegarde=("borg create", "borg create --prefix «prefix»-"),
    site=("nav:", "pages:"),
    partage=("setfacl -R -m", "chacl -Z ~/partage/«folder»\nsetfacl -R -m"),
)
RETOUCHED = swap(
    courrier=('fileinto "«folder»";', "fileinto “«folder»”;"),
    sauvegarde=("--encryption", "–encryption"),
    site=("--strict", "–strict"),
    partage=("setfacl -R -m", "setfacl –R –m"),
)
"""What a word processor does to quotes and dashes."""
FOREIGN = {
    "courrier": "unix2dos.exe filtre.sieve", "sauvegarde": "brew install borgbackup",
    "site": "py -m pip install mkdocs", "partage": "chmod +a 'compta allow read' ~/partage",
}  # fmt: skip
JARGON = {"courrier": "la newsletter", "sauvegarde": "le pattern", "site": "le browser", "partage": "le mask"}


def foreign(text: str, data: Data) -> str:
    """A step for another system comes first."""
    return text.replace("## Les étapes\n", f"## Les étapes\n\nInstallez d'abord ce qu'il faut :\n\n```\n{FOREIGN[data['family']]}\n```\n")


def capital(text: str, data: Data) -> str:
    """A word processor has put a capital on a command that only looks; nothing is to be seen; the version is another one."""
    text = re.sub(r"(?ms)^## Comment savoir(.*?\n\n).*?(?=^## )", r"```\nLs ~\n```\n\n## Comment savoir\1Bravo, votre travail est fini, et vous y avez mis du soin.\n\n", text)
    version = data["document"]["version"]
    text = text.replace("## Les étapes\n", f"La version {version} est suivie.\n\n## Les étapes\n", 1)
    return text.replace(f"», version {version}", "», version 1.1")


def jargon(text: str, data: Data) -> str:
    """An English word of the document stands in a sentence, and nowhere else."""
    return text.replace("## Les étapes\n", f"Pour {JARGON[data['family']]}, voyez le support.\n\n## Les étapes\n")


def only_typed(data: Data) -> Tree:
    """Commands without a sheet around them, and words that say nothing."""
    typed = "\n".join(re.findall(r"(?ms)^```\n.*?^```", right(data).split("## Comment")[0]))
    first = re.search(r"`(~/[^`]*(?:sieve|yml))`", right(data))
    return {"fiche.md": f"# Fiche\n\n{FILLER * 12}\n\n{first[0] if first else ''}\n\n{typed}\n".encode()}


def quoted_english(text: str, data: Data) -> str:
    """Explanations are the document's, between quotation marks so that nobody counts them."""
    lines = [line for line in data["text"] if len(line.split()) > 40 and not re.search(r"[`*>]", line[0])][:2]
    return text.replace("## Les étapes\n", "\n\n".join([f"« {re.sub('[*`]', '', line)} »" for line in lines] + ["## Les étapes\n"]))


def hidden_commands(data: Data) -> Tree:
    """A page whose reader sees no command at all."""
    return {"fiche.html": page(right(data)).replace("<pre>", '<pre style="color:#fff;font-size:1px">').encode()}


NO_FIGURES = cut("## Avant de commencer", "## Les étapes")
NO_GLOSSARY = cut("## Glossaire", r"^(?:Source|Gardez|\Z)")
NO_SOURCE = cut("Source :", r"\Z")
BUILDERS: dict[str, Callable[[Data], Tree]] = {
    "texte": changed(),
    "word": lambda data: {"fiche.docx": docx(right(data))},
    "writer": lambda data: {"fiche.odt": odt(right(data), picture="Le terminal, ouvert sur le poste")},
    "navigateur": lambda data: {"fiche.html": page(right(data)).encode()},
    "imprimable": lambda data: {"fiche.pdf": pdf(right(data))},
    "sans-police": lambda data: {"fiche.docx": docx(right(data), mono=False, numbers=False)},
    "sans-styles": lambda data: {"fiche.odt": papers.odt(plain(right(data)))},
    "a-sa-facon": otherwise,
    "deux-fiches": lambda data: {"fiche.md": right(data).encode(), "fiche.docx": docx(right(data))},
    "tirets-longs": changed(RETOUCHED),
    "resume": changed(lambda text, data: f"{text.split('## Les étapes')[0]}{FILLER * 10}\n\n1. Lisez.\n2. Faites.\n3. Relisez.\n4. Rangez.\n"),
    "autre-but": changed(OTHER_AIM),
    "pour-l-essai": changed(ONLY_HERE),
    "poste-joue": changed(swap(**dict.fromkeys(("courrier", "sauvegarde", "site", "partage"), ("\n## Comment savoir", FORGED)))),
    "autre-machine": changed(foreign),
    "forme-ancienne": changed(OLD_FORM),
    "averti-trop-tard": changed(late_warning),
    "majuscule": changed(capital),
    "sans-controle": changed(lambda text, data: re.sub(r"(?ms)^## Comment savoir.*?(?=^## )", "", text)),
    "mois-en-premier": changed(month_first),
    "faux-amis": changed(wrong_words),
    "sans-source": changed(NO_SOURCE, lambda text, data: text + f"\nSuivie jusqu'au {right(data).rsplit('au ', 1)[1]}"),
    "phrase-sans-fin": changed(added("Pour :", "Cette fiche vous explique " + "ce que vous devez faire et pourquoi vous devez le faire, puis " * 5 + "la fin.")),
    "trop-longue": changed(added("Pour :", FILLER * 60)),
    "mot-anglais": changed(jargon),
    "image-muette": lambda data: {"fiche.odt": odt(right(data), picture="")},
    "essentiel-seul": changed(NO_FIGURES, NO_GLOSSARY, NO_SOURCE),
    "commandes-seules": only_typed,
    "anglais-cite": changed(quoted_english),
    "commandes-cachees": hidden_commands,
}  # fmt: skip
