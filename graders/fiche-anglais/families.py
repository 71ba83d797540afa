"""The four families of tools: what is drawn for each, and what is true of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from etabli.exam.contract.draw import Draw

from .shape import Aim

Values = Mapping[str, str]
Home = tuple[tuple[str, str], ...]
"""Paths and contents; a path that ends in « / » is a folder, and its contents an access list."""


class Family(NamedTuple):
    """A tool that really runs, what a reader gets done with it, and what is true of that."""

    tool: str
    goal: str
    """For the brief, with the values between « »."""
    draw: Callable[[Draw], dict[str, str]]
    home: Callable[[Values], Home]
    sizes: tuple[str, str, str]
    """Unit in English, in French, and what the size is of."""
    counted: tuple[str, str]
    """What is counted, as a pattern, and what the count is of."""
    nightly: str
    """What happens at an hour."""
    aims: tuple[Aim, ...]
    deprecated: str
    foreign: str
    danger: str
    warning: tuple[str, ...]
    config: str = ""
    content: str = ""


def filled(text: str, values: Values) -> str:
    """A text with the values that it names between « »; a quotation of ours has spaces there."""
    return re.sub(r"«(\w+)»", lambda found: values[found[1]], text)


def _mail(draw: Draw) -> dict[str, str]:
    keyword, folder = draw.one([("Devis", "Devis"), ("Commande", "Commandes"), ("Inscription", "Inscriptions"),
                                ("Location", "Locations"), ("Livraison", "Livraisons")])  # fmt: skip
    return {
        "script": draw.one(["accueil", "standard", "bureau", "guichet"]),
        "keyword": keyword,
        "folder": folder,
        "letters": draw.one(["Lettres", "Bulletins", "Actualites"]),
        "domain": f"{draw.one(['infos', 'lettre', 'nouvelles'])}.{draw.one(['merisier', 'tramontane', 'belvedere', 'confluent'])}.example",
    }


def _mail_home(values: Values) -> Home:
    sample = (
        f"From: client@orange-bleue.example\\nTo: nous@ici.example\\nSubject: {values['keyword']} du mois\\n\\nBonjour"
    )
    former = 'require ["fileinto"];\\nif address :domain "from" "ancien.example" {\\n  fileinto "Anciens";\\n}'
    return (("~/sieve/LISEZMOI.txt", "Un fichier par script."), ("~/.dovecot.sieve", former), ("~/essai.eml", sample),
            *_papers("Courrier"))  # fmt: skip


def _backup(draw: Draw) -> dict[str, str]:
    return {
        "source": draw.one(["Documents", "Comptes", "Adherents", "Dossiers"]),
        "repository": draw.one(["depot", "reserve", "bureau", "poste"]),
        "prefix": draw.one(["quotidien", "copie", "poste", "soir"]),
        "daily": str(draw.between(5, 9)),
        "weekly": str(draw.between(10, 14)),
    }


def _backup_home(values: Values) -> Home:
    own = [(path.replace("Papiers", values["source"]), text) for path, text in _papers("Papiers")]
    own[-1] = (f"~/{values['source']}/brouillon.tmp", "à jeter")
    return (("~/sauvegarde/LISEZMOI.txt", "Second disque."), ("~/bureau.txt", "Hors du dossier."),
            ("~/liste.txt", "Hors du dossier."), *own)  # fmt: skip


def _site(draw: Draw) -> dict[str, str]:
    pages = [
        ("horaires", "Horaires"),
        ("contact", "Contact"),
        ("acces", "Venir"),
        ("equipe", "Equipe"),
        ("tarifs", "Tarifs"),
    ]
    # MkDocs itself puts them in the other order: who leaves the menu out does not reach this one
    (page_a, title_a), (page_b, title_b) = sorted(draw.some(pages, 2), reverse=True)
    return {
        "folder": draw.one(["site", "pages", "vitrine"]),
        "public": draw.one(["public", "en-ligne", "www"]),
        "name": draw.one(["Infos pratiques", "Nos services", "La vie du lieu", "Bienvenue ici"]),
        "page_a": page_a, "title_a": title_a, "page_b": page_b, "title_b": title_b,
    }  # fmt: skip


def _site_home(values: Values) -> Home:
    docs = f"~/{values['folder']}/docs"
    return (
        (f"~/{values['folder']}/mkdocs.yml", "# Réglages du site"),
        (f"{docs}/index.md", f"# {values['name']}\\n\\nBienvenue."),
        (f"{docs}/{values['page_a']}.md", f"# {values['title_a']}\\n\\nEn préparation."),
        (f"{docs}/{values['page_b']}.md", f"# {values['title_b']}\\n\\nEn préparation."),
        (f"~/{values['public']}/index.html", "<h1>L'an dernier</h1>"),
        (f"~/{values['public']}/registre.html", "<h1>Registre des réunions</h1>"),
        *_papers("Papiers")[:3],
    )


def _share(draw: Draw) -> dict[str, str]:
    former, writers, readers = draw.some(["accueil", "atelier", "benevoles", "compta", "secretariat", "stagiaires"], 3)
    return {
        "folder": draw.one(["factures", "paies", "contrats", "dossiers"]),
        "former": former, "writers": writers, "readers": readers,
        "record": draw.one(["droits", "avant", "releve"]),
    }  # fmt: skip


def _share_home(values: Values) -> Home:
    folder = f"~/partage/{values['folder']}"
    return (
        *((path.replace("~/Papiers", folder), text) for path, text in _papers("Papiers")[:5]),
        (f"{folder}/archives/ancien.txt", "Ancien."), ("~/LISEZMOI.txt", "Poste partagé."),
        ("~/partage/LISEZMOI.txt", "Dossiers partagés."), (f"{folder}/", f"g:{values['former']}:rwX"),
    )  # fmt: skip


def _papers(folder: str) -> Home:
    names = ("lettre", "liste", "planning", "compte-rendu", "budget", "brouillon")
    return tuple((f"~/{folder}/{name}.txt", f"{name.capitalize()}, à garder.") for name in names)


_LOST = r"effac|supprim|detrui|ecras|rempla|disparai|definiti|retrouv|recuper|sans retour|irrevers|irremedi"
"""What becomes of things that nobody gets back."""
_BEGINS = r"(?:^|\d\s|[.:;,!)]\s*|\b(?:puis|et|ensuite|alors)\s)"
"""What stands before an imperative."""
FAMILIES: Mapping[str, Family] = {
    "courrier": Family(
        tool="le filtrage du courrier par le serveur (Sieve)",
        goal="les messages qui ont un certain mot dans leur objet et les lettres d'information se rangent seuls",
        draw=_mail, home=_mail_home,
        sizes=("MB", "Mo", "la taille maximale d'un script"),
        counted=(r"message|courriel|mail", "le nombre maximal de messages d'un dossier"),
        nightly="l'heure de la relecture",
        aims=(
            Aim("former", "l'ancien script n'a pas été copié, et il est perdu", "rien des anciennes règles n'est perdu"),
            Aim("active", "le script en service n'est pas le nouveau, ou le serveur le refuse", "les nouvelles règles sont en service"),
            Aim("first", "un message de la première règle n'est pas rangé dans son dossier", "les messages au mot convenu vont dans leur dossier"),
            Aim("flag", "un message de la première règle n'est pas marqué", "ces messages sont marqués"),
            Aim("second", "une lettre d'information n'est pas rangée dans son dossier", "les lettres d'information vont dans le leur"),
            Aim("others", "un message ordinaire ne reste pas dans la boîte de réception", "les autres messages restent où ils arrivent"),
        ),
        deprecated=r"\bimapflags\b", foreign=rf"(?i)unix2dos|\.exe\b|(?:\b(?:installe|lance)[rz]|{_BEGINS}(?:installe|lance))\b[^.:;]{{0,20}}\bconvertisseur",
        danger=r"\bln\s+(?:-\S+\s+)*(?:-\w*f|--force)|\brm\s.*\.dovecot\.sieve\b|\b(?:cp|mv)\s.*\s\S*\.dovecot\.sieve\s*$",
        warning=(rf"ancien|perd|copi|{_LOST}",),
        config=r"\.sieve$",
        content=r"^\s*(?:require\b|if\s+(?:header|address|anyof|allof|not|exists|true)\b|elsif\b|else\s*(?:\{|$)|(?:fileinto|addflag|setflag|redirect)\s*[\"“«:\[]|(?:stop|keep|discard)\s*(?:;|$)|[{}\]\)]|#|:\w+\s|\"[^\"]*\"\s*(?:,\s*|[\])}{;]+.*)?$|(?:header|address)\s+:|(?:anyof|allof)\s*\()",
    ),
    "sauvegarde": Family(
        tool="la sauvegarde d'un dossier par une commande (Borg)",
        goal="son dossier de travail est sauvegardé sur le second disque, et les vieilles copies sont triées",
        draw=_backup, home=_backup_home,
        sizes=("GB", "Go", "la taille maximale du dépôt"),
        counted=(r"fichier", "le nombre de fichiers au-delà duquel une copie est longue"),
        nightly="l'heure où le serveur copie les dépôts",
        aims=(
            Aim("encrypted", "le dépôt n'existe pas, ou il n'est pas chiffré comme le document le demande", "le dépôt existe, et il est chiffré"),
            Aim("archived", "le dépôt n'a aucune archive dont le nom commence comme prévu", "une archive porte le nom prévu"),
            Aim("whole", "il manque des fichiers du dossier dans la sauvegarde", "tout le dossier y est"),
            Aim("clean", "des fichiers temporaires sont dans la sauvegarde", "les fichiers temporaires n'y sont pas"),
            Aim("pruned", "les vieilles archives ne sont pas triées, ou pas avec les nombres du document", "les vieilles archives sont triées"),
        ),
        deprecated=r"(?:--prefix|\s-P)\b", foreign=rf"(?i)\bbrew\b|(?:\bautorise[rz]|{_BEGINS}autorise)\b[^.;]{{0,30}}\bterminal\b[^.;]{{0,40}}\bdisque",
        danger=r"\bborg\s+prune\b(?!.*(?:--dry-run|\s-n\b))",
        warning=(r"prune|elag|\btri|suppr|purg|effac|detrui|disparai|menage|nettoy|elimin|enlev|retir|vieilles (?:copi|archi|sauveg)",),
    ),
    "site": Family(
        tool="la fabrication d'un site de quelques pages (MkDocs)",
        goal="les pages d'information sont en ligne, avec leur titre et leur menu",
        draw=_site, home=_site_home,
        sizes=("MB", "Mo", "la taille maximale d'une image"),
        counted=(r"page", "le nombre maximal de pages d'un site"),
        nightly="l'heure de passage du serveur",
        aims=(
            Aim("kept", "les anciennes pages n'ont pas été copiées, et elles sont perdues", "rien des anciennes pages n'est perdu"),
            Aim("built", "les trois pages ne sont pas dans le dossier publié", "les trois pages sont publiées"),
            Aim("title", "le titre du site n'est pas sur les pages", "le titre du site est sur les pages"),
            Aim("menu", "le menu ne mène pas aux trois pages, dans l'ordre", "le menu mène aux trois pages, dans l'ordre"),
        ),
        deprecated=r"^\s*pages\s*:", foreign=rf"(?i)\bpip\b|\\scripts\\|\bactive[rz]\b[^.]{{0,12}}\benvironnement|{_BEGINS}active (?:d'abord |donc )?(?:l['’]|ton |votre |cet )environnement",
        danger=r"\bmkdocs\s+build\b",
        warning=(rf"\bvid|perd|copi|ancien|dupliqu|a zero|{_LOST}",),
        config=r"mkdocs\.ya?ml$",
        content=r"^\s*(?:(?:site_\w+|use_\w+|nav|pages|theme|docs_dir|language|plugins)\s*:|-\s.*\.md|[^\W\d_][^:\n-]*: [\w/-]+\.md\s*$)",
    ),
    "partage": Family(
        tool="les droits d'un dossier partagé (listes d'accès)",
        goal="un dossier partagé ne s'ouvre plus que pour deux groupes, dont un seul peut y écrire",
        draw=_share, home=_share_home,
        sizes=("GB", "Go", "la taille maximale d'un dossier partagé"),
        counted=(r"fichier", "le nombre de fichiers au-delà duquel une commande est longue"),
        nightly="l'heure où les autres sites voient un changement",
        aims=(
            Aim("record", "les anciens droits n'ont pas été notés avant d'être enlevés", "les anciens droits sont notés"),
            Aim("former", "le groupe qui ne doit plus entrer a encore des droits", "l'ancien groupe n'entre plus"),
            Aim("writers", "le groupe qui doit écrire ne le peut pas partout", "un groupe lit et écrit partout"),
            Aim("readers", "le groupe qui doit seulement lire n'a pas ce droit, ou peut écrire", "un autre groupe lit seulement"),
            Aim("others", "les autres peuvent encore ouvrir le dossier", "personne d'autre n'ouvre le dossier"),
            Aim("documents", "des documents ont disparu, ou sont devenus des programmes, que l'on peut lancer", "aucun document ne devient un programme"),
            Aim("later", "un fichier créé ensuite, dans le dossier ou dans un dossier qu'il contient, n'a pas les mêmes droits", "les fichiers à venir suivent la même règle"),
        ),
        deprecated=r"\bchacl\b", foreign=r"\bchmod\s+\+a\b",
        danger=r"\bsetfacl\b.*\s(?:-\w*[bx]|--remove|--set)",
        warning=(rf"enlev|perd|retir|\bnot|releve|copi|dehors|bloqu|\bvid|\bcoupes? d|droits .{0,60}(?:ecrit|trace|partent)|(?:ecrit|trace)\w* .{0,30}droits|plus personne|{_LOST}",),
    ),
}  # fmt: skip
"""Commands are matched as they are typed, warnings without accents."""
