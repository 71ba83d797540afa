"""What a sheet has its reader type, and what is stated of its words; nothing is replayed here."""

from __future__ import annotations

import email
import json
import os
import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from refused import expectation, failure
from seats import LABS, sujet

from etabli.exam import Failed
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.plain import rebuild
from etabli.exam.reading import outline, serve
from etabli.exam.tools.draws import Draws

GRADER = LABS["fiche-anglais"].grader
FORMS, WORDS, WORK, SHAPE, SHEET = (
    import_grader(GRADER, name) for name in ("specimens.fiches", "words", "work", "shape", "sheet")
)
SEATS: dict[str, Any] = {}
for _number in range(40):
    _given = sujet("fiche-anglais", bytes([_number]) * 32).variant
    SEATS.setdefault(_given.data["family"], _given)
    if len(SEATS) == 4:
        break
FAMILIES = sorted(SEATS)


def work(family: str, text: str) -> Any:
    documents = SimpleNamespace(outline=lambda path: outline.markdown(text), keep=lambda path, caption: None)
    variant = rebuild(SHAPE.Variant, SEATS[family].data)
    return WORK.Work(SimpleNamespace(path=lambda name: "fiche.md"), documents, None, variant, None)


def right(family: str) -> str:
    return str(FORMS.right(SEATS[family].data))


def typed(family: str, text: str) -> list[tuple[str, str]]:
    return [(step.do, step.text) for step in work(family, text).sheet.typed]


def test_all_four_families_are_drawn() -> None:
    assert FAMILIES == ["courrier", "partage", "sauvegarde", "site"]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_document_is_as_long_as_on_the_day_and_has_its_traps(family: str) -> None:
    text = "\n".join(SEATS[family].data["text"])
    assert 900 <= len(text.split()) <= 1400
    values = SEATS[family].data["values"]
    assert re.search(r"### On (?:Windows|macOS) only", text) and "deprecated" in text and "> **Warning.**" in text
    assert text.count("**") == 2 * (len(SEATS[family].data["vocabulary"]) + 1)
    assert all(values[name] in text for name in ("date_us", "hour_us", "count_us", "size", "version"))
    truth = SEATS[family].data["truth"]
    assert [
        one for one in SEATS[family].data["vocabulary"] if f"**{one.removeprefix('to ')}" not in text.casefold()
    ] == []
    assert re.search(truth["deprecated"].lstrip("^"), text) and re.search(truth["foreign"], text)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_right_sheet_is_well_stated(family: str) -> None:
    own = work(family, right(family))
    for name in ("length", "steps", "french", "own_system", "no_deprecated", "warning", "checking", "source",
                 "glossary.enough", "glossary.right", "short_sentences", "no_jargon", "alternatives"):  # fmt: skip
        expectation(own, name)()
    own.expect_figures("date", "hour", "size", "count")


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("Tapez `ls ~/a` puis `ls ~/b`.", [("run", "ls ~/a"), ("run", "ls ~/b")]),
        ("La commande `borg prune` trie.", []),
        ("borg list ~/a", [("run", "borg list ~/a")]),
        ("Borg list ~/a", [("run", "Borg list ~/a")]),
        ("Borg : sauvegarder un dossier", []),
        ("Ne tapez jamais `rm -r ~/a` ici.", []),
        ("Au lieu de `borg list ~/a`, tapez `borg list ~/b`.", [("run", "borg list ~/b")]),
        ("Tapez `borg list ~/a`, rien ne doit manquer.", [("run", "borg list ~/a")]),
        ("| 1 | Voyez les copies | borg list ~/a |", [("run", "borg list ~/a")]),
        ("1. borg list ~/a", [("run", "borg list ~/a")]),
        ("```\n$ borg list ~/a\n```", [("run", "borg list ~/a")]),
        ("```\nborg list \\\n  ~/a\n```", [("run", "borg list ~/a")]),
        ("Si rien ne va, tapez `rm -r ~/a`.", []),
        ("## En cas de problème\n\n```\nrm -r ~/a\n```", []),
        ("Voyez `documents-AAAA` avec `borg list ~/a::<nom du jour>`", []),
        ("**Attention** : `borg prune ~/a` supprime.\n\n```\nborg prune --list ~/a\n```", [("run", "borg prune --list ~/a")]),
        ("L'écran dit `Keeping archive`.", []),
        ("## Glossaire\n\n`ls ~/a` : la liste des fichiers", []),
        ("Tapez `brew install borgbackup`.", []),
        ("Tapez :\n\n« borg list ~/a »", []),
        ("S'il y a une erreur, recommencez :\n\n```\nrm -r ~/a\n```\n\nPuis :\n\n```\nls ~/b\n```", [("run", "ls ~/b")]),
        ("    $ borg list \\\n        ~/a\n    $ ls ~/b", [("run", "borg list ~/a"), ("run", "ls ~/b")]),
        ("`borg list \\`\n\n`~/a`", [("run", "borg list ~/a")]),
        ("Tapez `cp -r a b`, puis `cd a` et `mkdir c`.", [("run", "cp -r a b"), ("run", "cd a"), ("run", "mkdir c")]),
        ("Lancez la commande `borg info` ; `cp -r a` ne suffit pas.", [("run", "borg info")]),
        ("`cd a`\n\nLa commande `cd a` vous y a mis.", [("run", "cd a")]),
        ("Avant de taper `borg list ~/a`, lisez.\n\n`borg list ~/a`", [("run", "borg list ~/a")]),
        ("N'écrivez plus l'ancienne option `--prefix`.", []),
        ("Si le téléphone sonne, finissez l'étape.\n\n`ls ~/a`", [("run", "ls ~/a")]),
        ("Si c'est la première fois, tapez `ls ~/a`.", [("run", "ls ~/a")]),
        ("Si le dépôt n'existe pas encore :\n\n`ls ~/a`", [("run", "ls ~/a")]),
        ("Si vous créez des fichiers plus tard, tapez `ls ~/a`.", []),
        ("`cat > a << 'FIN'`\n\n`- un`\n\n`FIN`\n\n`ls ~/a`", [("run", "cat > a << 'FIN'\n- un\nFIN"), ("run", "ls ~/a")]),
        ("1. Copiez :\nls ~/a\nls ~/b", [("run", "ls ~/a"), ("run", "ls ~/b")]),
        ("Attention : `borg list` est long.\n\nÀ la fin : `borg list`", [("run", "borg list")]),
        ("L'écran affiche : `borg list`", []),
        ("N'employez ni `chmod`, ni `chacl`.", []),
        ("test une condition", []),
        ("Utilisez `borg prune --list` comme ceci :\n\n`borg prune --list ~/a`", [("run", "borg prune --list ~/a")]),
        ("```\n# borg list ~/a\n% ls ~/b\n[poste@accueil ~]$ ls ~/c\n$ls ~/d\n```", [("run", f"{one}") for one in ("borg list ~/a", "ls ~/b", "ls ~/c", "ls ~/d")]),
        ("`borg\u00a0list\u200b ~/a\u2011b`", [("run", "borg list ~/a-b")]),
        ("Étape 1 : Listez.\nborg list ~/a\nÉtape 2 : Lisez.\nls ~/b", [("run", "borg list ~/a"), ("run", "ls ~/b")]),
        ("```\n$ cat << FIN > ~/a\nun\nFIN\n$ ls ~/a\n```", [("run", "cat << FIN > ~/a\nun\nFIN\nls ~/a")]),
        ("## Étape 1. Copiez\n\nSi tout va mal, on revient par là. Tapez ceci :\n\n`ls ~/a`", [("run", "ls ~/a")]),
        ("Si tout va mal, recommencez. Tapez ceci :\n\n`ls ~/a`", []),
        ("Si vous tenez aux anciens :\n\n```\ncp -r a b\n```", []),
        ("5. Si tout est bon, lancez le tri :\n\n```\nborg prune ~/a\n```", [("run", "borg prune ~/a")]),
    ],
)  # fmt: skip
def test_what_a_sheet_has_its_reader_type(words: str, steps: list[tuple[str, str]]) -> None:
    assert typed("sauvegarde", words) == steps


FILE = "cat > mkdocs.yml << 'FIN'\n# réglages\n\nnav:\n  - Accueil: index.md\nFIN"
_PLACED = FILE.replace("\n", "\n   ").replace("\n   \n", "\n\n")
_IN_CELL = "<br>".join(
    f"<kbd>{line.replace('<<', '&lt;&lt;').replace('  -', '&nbsp;&nbsp;-')}</kbd>" for line in FILE.splitlines() if line
)


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("a.md", f"```\n{FILE}\n```"),
        ("a.md", f"1. Écrivez :\n\n   ```\n   {_PLACED}\n   ```"),
        ("a.md", "> ```\n> " + FILE.replace("\n", "\n> ") + "\n> ```"),
        ("a.md", f"1. ```\n   {_PLACED}\n   ```"),
        ("a.md", f"Écrivez :\n{FILE}\nPuis lisez."),
        ("a.html", f"<table><tr><td>1</td><td>Écrivez.</td><td>{_IN_CELL}</td></tr></table>"),
        ("a.docx", f"```\n{FILE}\n```"),
        ("a.odt", f"```\n{FILE}\n```"),
        ("a.odt", "```\n" + FILE.replace("> mkdocs.yml << 'FIN'", "<< 'FIN' > mkdocs.yml") + "\n```"),
        ("a.pdf", f"```\n{FILE}\n```"),
    ],
)  # fmt: skip
def test_a_file_that_a_command_writes_is_typed_whole(name: str, sheet: str) -> None:
    make = {"docx": lambda text: FORMS.docx(text, mono=False), "odt": FORMS.odt, "pdf": FORMS.pdf}
    data = make.get(name[2:], str.encode)(sheet)
    told = serve.read("outline", name, data)
    found = SHEET.Sheet([SHEET.Block(*one) for one in told], work("site", "").variant.truth).typed
    assert [step.do for step in found] == ["run"]
    lines = [line for line in found[0].text.splitlines() if line.strip()]
    assert sorted(lines[0].split()) == sorted(FILE.splitlines()[0].split())
    assert lines[1:] == [line for line in FILE.splitlines()[1:] if line]


def test_lines_go_into_the_file_that_was_named() -> None:
    assert typed("site", "Ouvrez site/mkdocs.yml :\n\nsite_name: Essai\n\nnav:\n\nAttention : lisez.") == [
        ("open", "site/mkdocs.yml"), ("write", "site_name: Essai\nnav:"),
    ]  # fmt: skip
    assert typed("courrier", "`nano ~/sieve/a.sieve`\n\n```\nstop;\n```") == [
        ("open", "~/sieve/a.sieve"),
        ("write", "stop;"),
    ]


def test_settings_may_stand_in_a_table_or_as_the_items_of_a_plain_text() -> None:
    written = ("write", "site_name: Essai\nnav:\n  - Accueil: index.md")
    for told in ("| site_name | Essai |\n| nav: | |\n", "site_name: Essai\nnav:\n"):
        assert typed("site", f"`nano mkdocs.yml`\n\n{told}- Accueil: index.md")[1:] == [written]


def test_a_file_may_be_named_when_it_is_kept() -> None:
    sheet = "Lancez `nano`.\n\n```\nstop;\n```\n\nEnregistrez sous `~/sieve/a.sieve`."
    assert typed("courrier", sheet)[:2] == [("open", "~/sieve/a.sieve"), ("write", "stop;")]


@pytest.mark.parametrize(
    "number", ["1/", "①", "1\ufe0f\u20e3", "IV.", "Action 2 :", "Première étape :", "N° 3 :", "**4)**", "- [ ] 5."]
)
def test_a_step_is_numbered_in_many_ways(number: str) -> None:
    assert work("site", f"{number} Ouvrez le dossier.").sheet.steps == 1


@pytest.mark.parametrize("words", ["06/08/2027 : la fin", "a) Ouvrez", "Premièrement, lisez."])
def test_what_has_no_number_is_no_step(words: str) -> None:
    assert work("site", words).sheet.steps == 0


def test_a_setting_that_a_sentence_explains_is_written_once() -> None:
    sheet = "`nano ~/sieve/a.sieve`\n\n```\nif true {\n  stop;\n}\n```\n\nLe mot `stop;` arrête, `keep` garde, `discard` jette."
    assert typed("courrier", sheet) == [("open", "~/sieve/a.sieve"), ("write", "if true {\n  stop;\n}")]
    table = "Écrivez `site_name: Essai`, puis `use_directory_urls: false`."
    assert typed("site", f"`nano ~/site/mkdocs.yml`\n\n{table}")[1:] == [
        ("write", "site_name: Essai\nuse_directory_urls: false")
    ]


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Écrivez ceci :", True),
        ("Recopiez la première ligne. Elle dit de quoi vos règles ont besoin :", True),
        ("Voici le titre. Il affiche le nom du site en haut :", True),
        ("Lancez la commande. Vous devez y lire :", False),
        ("Recopiez ces lignes ; l'écran n'affiche rien.", True),
        ("Vous devez lire :", False),
        ("Voyez le fichier. L'écran affiche alors :", False),
    ],
)
def test_what_the_screen_shows_is_not_written(said: str, written: bool) -> None:
    steps = typed("site", f"Ouvrez `~/site/mkdocs.yml`.\n\n{said}\n\n```\nsite_name: Essai\n```\n")
    assert ("write", "site_name: Essai") in steps if written else len(steps) == 1
    source = 'Ouvrez `~/sieve/a.sieve` :\n\nstop;\n\nSource :\n\n"Filing mail by rules", version 2'
    assert typed("courrier", source)[1:] == [("write", "stop;")]


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ("repository : dépôt, l'endroit où sont les archives\n\narchive : archive, une image du dossier", []),
        ("| Français | Anglais |\n|---|---|\n| élagage | to prune |\n| le dépôt | a repository |", []),
        ("- Dépôt (en anglais « repository ») : là où sont les archives\n- Motif (pattern) : modèle, et non patron", []),
        ("- **Chiffrement** — *encryption* : illisible pour les autres\n- Élaguer → to prune", []),
        ("- pattern : patron, un modèle de nom\n- repository : répertoire du dépôt", ["repository", "pattern"]),
        ("- repository : un lieu de stockage des archives\n- archive : boîte", ["archive"]),
    ],
)  # fmt: skip
def test_a_word_of_the_glossary_has_the_entry_that_is_about_it(lines: str, wrong: list[str]) -> None:
    own = work("sauvegarde", f"## Glossaire\n\n{lines}\n")
    terms = {term.english: term for term in own.variant.truth.terms}
    if not wrong:
        own.glossary.expect_right()
        assert len(own.glossary.entries) == 2 and set(own.glossary.entries) < set(terms)
        return
    with pytest.raises(Failed) as failed:
        own.glossary.expect_right()
    assert all(f"« {one} »" in failed.value.observed for one in wrong)


@pytest.mark.parametrize(
    ("family", "line", "right"),
    [
        ("courrier", "| flag | drapeau, marque, indicateur |", True),
        ("courrier", "| flag | drapeau, pavillon, dalle |", False),
        ("courrier", "- folder : classeur, dossier ou dépliant", False),
        ("courrier", "| subject | objet (et non sujet) | le titre |", True),
        ("site", "| key | clé, touche | le nom d'un réglage |", False),
        ("site", "- key : clé, le nom d'un réglage ; pas une touche", True),
        ("sauvegarde", "- pattern : motif, et non patron", True),
        ("partage", "| effective | effectif, réel | efficace n'est pas le mot |", True),
        ("partage", "| effective | effectif, efficace |", False),
    ],
)
def test_a_false_friend_among_several_words_is_no_answer(family: str, line: str, right: bool) -> None:
    own = work(family, f"## Glossaire\n\n{line}\n")
    assert len(own.glossary.entries) == 1
    if right:
        own.glossary.expect_right()
    else:
        with pytest.raises(Failed, match="n'est pas reconnu"):
            own.glossary.expect_right()


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("Fin de suivi : le {right} ou le {wrong}.", True),
        ("Fin de suivi : le {us}, soit le {wrong} ou le {right}.", True),
        ("Fin de suivi : {right}. Ailleurs : {wrong}.", True),
        ("Fin de suivi : {right} ou 30 mars 2027.", True),
        ("Fin de suivi : {right}, et non le {wrong}.", False),
        ("Fin de suivi : {right} (le document écrit {us}, à l'anglaise).", False),
        ("Fin de suivi : {fr}, soit le {right}.", False),
        ("Fiche faite le 29 novembre 2026. Fin de suivi : {right}.", False),
    ],
)
def test_a_date_that_is_given_twice_is_not_given(words: str, refused: bool) -> None:
    month, day, year = map(int, SEATS["partage"].data["values"]["date_us"].split("/"))
    named = [f"{one} {FORMS._MONTHS[other - 1]} {year}" for one, other in ((day, month), (month, day))]
    told = words.format(
        right=named[0], wrong=named[1], us=f"{month:02}/{day:02}/{year}", fr=f"{day:02}/{month:02}/{year}"
    )
    own = work("partage", told)
    if refused:
        with pytest.raises(Failed, match="deux valeurs"):
            own.expect_figures("date")
    else:
        own.expect_figures("date")


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("À {late} ou {early}, {size} Go et {count} fichiers.", True),
        ("À {early} ou {late}, {size} Go et {count} fichiers.", True),
        ("À {late}, {size} Go ou 97 Go, et {count} fichiers.", True),
        ("À {late}, {size} Go, et {count} ou 99 000 fichiers.", True),
        ("À {late} ({early} du soir), {size} Go et {count} fichiers. Durée : {early}.", False),
        ("À {late}, {size} Go, ou {count} fichiers.", False),
        ("Avant {late}. À {late}, {size} Go, soit {size} gigaoctets, et {count} fichiers.", False),
    ],
)
def test_a_figure_with_two_values_is_not_given(words: str, refused: bool) -> None:
    values = SEATS["partage"].data["values"]
    hour, minutes = re.split("[: ]", values["hour_us"])[:2]
    told = words.format(
        late=f"{int(hour) % 12 + 12} h {minutes}", early=f"{hour} h {minutes}", size=values["size"],
        count=values["count_us"].replace(",", " "),
    )  # fmt: skip
    own = work("partage", told)
    if refused:
        with pytest.raises(Failed, match="deux valeurs"):
            own.expect_figures("hour", "size", "count")
    else:
        own.expect_figures("hour", "size", "count")


@pytest.mark.parametrize(
    ("family", "words", "warned"),
    [
        ("partage", "Attention. Tout ce qui avait été ajouté disparaît d'un coup, et rien ne se récupère.", True),
        ("partage", "Attention : des gens peuvent être coupés de leur travail.", True),
        ("partage", "Attention : dites à vos collègues ce que vous allez faire.", False),
        ("courrier", "Attention : les règles d'avant disparaissent.", True),
        ("site", "Attention : on ne retrouve pas les pages d'avant.", True),
        ("sauvegarde", "Attention : des archives disparaissent, sans corbeille.", True),
        ("sauvegarde", "Attention : tapez une commande à la fois.", False),
    ],
)
def test_a_warning_may_say_the_risk_in_other_words(family: str, words: str, warned: bool) -> None:
    assert bool(list(work(family, words).sheet.warnings())) is warned


def test_a_new_file_of_each_folder_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replay, states = (import_grader(GRADER, name) for name in ("rejouer", "states"))
    values = SEATS["partage"].data["values"]
    folder = tmp_path / "partage" / values["folder"]
    (folder / "archives").mkdir(parents=True)
    monkeypatch.setattr(replay, "HOME", tmp_path)
    found = replay.share(values)
    new = [str(path.parent.relative_to(folder)) for path in sorted(folder.rglob("fichier-neuf.txt"))]
    assert new == ["archives", "dossier-neuf", "."]
    lines = [f"group:{values['writers']}:rw-", f"group:{values['readers']}:r--", "other::---"]
    inside = [f"group:{values['writers']}:rwx", f"group:{values['readers']}:r-x", "other::---"]
    lists = {f"{folder}/{one}": lines for one in ("archives/fichier-neuf.txt", "fichier-neuf.txt")}
    lists[f"{folder}/archives"] = inside
    tell = lambda: "\n\n".join("\n".join([f"# file: {name}", *told]) for name, told in lists.items())  # noqa: E731
    variant = rebuild(SHAPE.Variant, SEATS["partage"].data)
    assert states.facts(variant, {**found, "lists": tell()})["later"]
    given = [f"{folder}/{path.rpartition('/')[2]}" for path, _ in variant.home if not path.endswith("/")]
    lists |= dict.fromkeys(given, lines)
    found["texts"] = {path.rpartition("/")[2]: text.replace("\\n", "\n") for path, text in variant.home}
    told = states.facts(variant, {**found, "lists": tell()})
    assert told["others"] and told["documents"]
    lists[given[0]] = [*lines, "user:nobody:rw-"]
    assert not states.facts(variant, {**found, "lists": tell()})["others"], "nobody else comes in"
    emptied = {**found["texts"], given[0].rpartition("/")[2]: ""}
    assert not states.facts(variant, {**found, "texts": emptied, "lists": tell()})["documents"], "nor are they emptied"
    del lists[given[0]]
    assert not states.facts(variant, {**found, "lists": tell()})["documents"], "the documents are still there"
    lists[given[0]] = lines
    lists[f"{folder}/archives/fichier-neuf.txt"] = ["other::r--"]
    told = states.facts(variant, {**found, "lists": tell()})
    assert told["readers"] and not told["later"]
    lists[f"{folder}/archives"] = lines
    assert not states.facts(variant, {**found, "lists": tell()})["readers"], "nobody enters a folder without x"
    kept = "\n".join(f"# file: {path}\ngroup:{values['former']}:rw-" for path, _ in variant.home)
    for record, whole in ((kept + "\n", True), (kept.splitlines()[0] + f"\ngroup:{values['former']}:rwx\n", False)):
        assert states.facts(variant, {**found, "lists": tell(), "records": [record]})["record"] is whole


@pytest.mark.parametrize(
    "said",
    [
        "Évitez d'utiliser « --prefix ».", "Il ne faut plus utiliser « --prefix ».", "Ne plus employer « --prefix ».",
        "Les vieux guides demandent d'écrire « --prefix ».", "Vous ne devez pas utiliser « --prefix ».", "Il est inutile de taper « --prefix ».", "N'écrivez pas « --prefix ».",
    ],
)  # fmt: skip
def test_an_older_form_may_be_named_to_forbid_it(said: str) -> None:
    work("sauvegarde", right("sauvegarde").replace("Triez", f"{said} Triez")).expect_no_deprecated()


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("Le nouveau titre figure en haut.", True), ("Le dossier public contient trois pages.", True),
        ("Le menu a trois entrées, dans le bon ordre.", True), ("Les deux groupes entrent, et personne d'autre.", True),
        ("Bravo, votre travail est fini, et vous y avez mis du soin.", False),
        ("Si vous avez suivi les étapes une par une, soyez tranquille.", False), ("Si tout va bien, vous lisez deux noms.", True),
        ("Si vous avez fait l'étape 4, deux noms s'ajoutent.", True),
    ],
)  # fmt: skip
def test_a_part_that_tells_how_to_know_gives_something_to_see(said: str, seen: bool) -> None:
    assert bool(WORK._TO_SEE.search(WORDS.bare(said))) is seen


@pytest.mark.parametrize(
    ("told", "said", "contrary"),
    [
        ("maximal", "un dossier doit contenir plus de | messages, sinon la recherche devient lente", True),
        ("maximal", "un script ne doit pas faire plus de | mo", False),
        ("maximal", "une image d'au moins | mo est trop lourde", False),
        ("maximal", "si un dossier doit contenir plus de | messages, faites-en un autre", False),
        ("au-delà", "s'il y a moins de | fichiers, chaque commande prend plusieurs minutes", True),
        ("au-delà", "jusqu'a | fichiers, la copie est longue", True),
        ("au-delà", "avec moins de | fichiers, la commande dure moins de deux minutes", False),
        ("au-delà", "la copie reste courte jusqu'a | fichiers puis elle devient longue", False),
        ("au-delà", "gardez moins de | fichiers, autrement la copie est longue", False),
        ("au-delà", "avec plus de | fichiers, chaque commande prend plusieurs minutes", False),
    ],
)
def test_a_limit_that_is_said_the_other_way_round_is_told(told: str, said: str, contrary: bool) -> None:
    assert WORK.figures.is_contrary(told, *said.split("|")) is contrary


@pytest.mark.parametrize(
    "said",
    ["Autorise le terminal à lire tout le disque.", "Dans les réglages, autorise le terminal à lire le disque."],
)
def test_who_is_told_by_tu_to_do_what_is_of_another_system_is_led_astray(said: str) -> None:
    steps = right("sauvegarde").replace("Triez", f"{said} Triez")
    with pytest.raises(Failed, match="autre système"):
        work("sauvegarde", steps).expect_own_system()


@pytest.mark.parametrize(
    "said",
    [
        "On t'autorise à ouvrir un terminal, le second disque est là. Triez",
        "Le document dit aux Mac : « autorisez le terminal à lire tout le disque ». Passez cette étape. Triez",
        "L'étape « autorisez le terminal à lire tout le disque » ne concerne que les Mac. Triez",
    ],
)
def test_another_system_may_be_spoken_of(said: str) -> None:
    work("sauvegarde", right("sauvegarde").replace("Triez", said)).expect_own_system()


def test_old_copies_are_sorted_where_the_pattern_is_theirs() -> None:
    states = import_grader(GRADER, "states")
    data = SEATS["sauvegarde"].data
    values, variant = data["values"], rebuild(SHAPE.Variant, data)
    rules = {rule: int(values[rule]) for rule in ("daily", "weekly")}
    found = {"mode": "repokey", "archives": [f"{values['prefix']}-2026"], "paths": ["x"]}
    for of, well in ((f"{values['prefix']}-*", True), ("*", True), ("ancien-*", False)):
        for where, right_one in ((values["repository"], True), ("poste", True), ("essai", False)):
            pruned = [{"in": where, "of": of, "rules": rules}]
            assert states.facts(variant, {**found, "pruned": pruned})["pruned"] is (well and right_one)


def test_a_sheet_of_endless_lines_is_typed_by_nobody() -> None:
    dots = "\n".join(".\n" for _line in range(SHEET.MOST_PIECES))
    for more in (f"```\n{dots}\n```", "```\n" + "ls ~\n" * 101 + "```", "```\nexport S=" + "x" * 200_001 + "\n```"):
        own = work("site", right("site").replace("## Comment", f"{more}\n\n## Comment"))
        own.draws = Draws("1")
        with pytest.raises(Failed, match="pour que quelqu'un la suive"):
            _ = own.replayed


def test_a_few_words_without_steps_are_no_sheet() -> None:
    assert failure(work("site", "Voilà une fiche pour vous. " * 21).expect_length).stops


@pytest.mark.parametrize(("words", "stops"), [(1200, False), (2500, True)])
def test_a_sheet_that_is_too_long_is_followed_all_the_same(words: int, stops: bool) -> None:
    own = work("site", right("site") + "\n\n" + "Voilà. " * words)
    assert failure(own.expect_length).stops is stops


def test_three_words_of_a_glossary_are_looked_at_all_the_same() -> None:
    own = work("site", re.sub(r"(?m)(\|---\|---\|\n(?:.*\n){3})(?:\|.*\n)+", r"\1", right("site")))
    assert not failure(own.glossary.expect_enough).stops
    own.glossary.expect_right()


def test_messages_that_are_tried_came_by_the_same_way_as_real_ones() -> None:
    states = import_grader(GRADER, "states")
    tried = states.tried(rebuild(SHAPE.Variant, SEATS["courrier"].data), Draws("1").of("rejeu"))["messages"]
    read = [email.message_from_string(one) for one in tried]
    assert len(read) == 5 and all(one["Received"] and one["Message-ID"] for one in read)
    for one in read:
        assert f"{parsedate_to_datetime(one['Date']):%a}" == one["Date"][:3] and one["Date"] in one["Received"]


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("m\nm {}", True), ("m\nx\nm {}\nm {}", True), ("m\n{}", False), ("m\nn {}", False), ("m\nm {", False), ("", False),
    ],
)  # fmt: skip
def test_an_answer_bears_the_mark_that_was_told_first(said: str, taken: bool) -> None:
    own = work("site", right("site"))
    answer = {"ended": [], "found": {"pages": {}, "kept": []}}
    own.bench = SimpleNamespace(
        run=lambda *_how, **_given: SimpleNamespace(timed_out=False, text=said.replace("{}", json.dumps(answer)))
    )
    own.draws = Draws("1")
    if taken:
        assert own.replayed.ended == []
    else:
        with pytest.raises(Failed, match="écrit à sa place"):
            _ = own.replayed


def test_borg_is_asked_by_us_and_not_in_the_shell_of_the_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replay = import_grader(GRADER, "rejouer")
    asked: list[list[str]] = []
    monkeypatch.setattr(replay, "KEPT", str(tmp_path / "kept"))
    monkeypatch.setattr(replay, "done", lambda argv, cwd=None: asked.append(argv) or (1, ""))
    monkeypatch.setattr(replay, "sorted_out", list)
    monkeypatch.setenv("BORG_PASSPHRASE", "phrase du poste")
    kept = 'declare -x BORG_PASSPHRASE="une \\"autre\\""\nborg() { echo {}; }\ndeclare -x BORG_PASSCOMMAND="sh ~/x"\n'
    for text, phrase in (("", "phrase du poste"), (kept, 'une "autre"')):
        (tmp_path / "kept").write_text(text)
        replay.backup({"repository": "bureau"})
        assert os.environ["BORG_PASSPHRASE"] == phrase and "BORG_PASSCOMMAND" not in os.environ
    assert {argv[0] for argv in asked} == {"borg"}


@pytest.mark.parametrize("number", ["06 39 98 12 47", "06/39/98/12/47", "0033 6 39 98 12 47", "06 399 81 247"])
def test_a_private_number_is_seen(number: str) -> None:
    with pytest.raises(Failed, match="numéro de portable"):
        work("site", f"Appelez Malik au {number}.").expect_no_secret()


@pytest.mark.parametrize(
    "title", ["## Résultat attendu", "**Pour être sûr**", "## Tout va bien si", "Savoir si c'est bon", "## Tester"]
)
def test_the_part_that_checks_has_many_titles(title: str) -> None:
    work("site", f"{title}\n\nOuvrez la page : son titre est en haut.").expect_checking()


def test_a_date_and_an_hour_are_no_number() -> None:
    work(
        "site", "Relecture le 07/08/2027 15h15, puis le 06-12-2027 18 h 30. Accueil : 01 39 98 12 47."
    ).expect_no_secret()


LONG_QUOTE = "It is sensible to tell your colleagues before you begin, when nobody has a document open."


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (f"« {LONG_QUOTE} »", True),
        (f"“{LONG_QUOTE}”", True),
        (f"`{LONG_QUOTE}`", True),
        (f"```\n# {LONG_QUOTE}\necho '{LONG_QUOTE}'\n```", True),
        (f"| a | {LONG_QUOTE} |", True),
        (f"![{LONG_QUOTE}](a.png)", True),
        ("« You do not have the right. » (vous n'avez pas le droit)", False),
        ("\n\n".join(f"« It takes all of the rights {one} »" for one in "abcdefgh"), True),
        ("Voir https://www.example.org/how-to-use-the-command-line.html pour le lire.", False),
        ("« It is sensible to tell your colleagues » « before you begin, when nobody works »", True),
        ("| passphrase supplied is incorrect | la phrase est fausse |", False),
        ("L'écran dit « A repository already exists ».", False),
    ],
)
def test_english_counts_wherever_it_stands(words: str, refused: bool) -> None:
    own = work("sauvegarde", f"{right('sauvegarde')}\n\n{words}\n")
    if refused:
        with pytest.raises(Failed, match="en anglais"):
            own.expect_french()
    else:
        own.expect_french()


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("Ouvrez le poste avec le mot de passe Cerise!28.", True),
        ("La session s'ouvre avec : Cerise!2028", True),
        ("Identifiant : accueil. Code : Cerise2028", True),
        ("Tapez Cerise123! pour commencer.", True),
        ("Mot de passe : cerise", True),
        ("Votre mot de passe est cerise mardi fenêtre bleu.", True),
        ("Le code de la session accueil est 4821.", True),
        ("Clé du Wi-Fi : A1B2-C3D4", True),
        ("export BORG_PASSPHRASE='chat noir 42'", True),
        ("mdp accueil Cerise2028", True),
        ("![Un papier : mot de passe Cerise2028](a.png)", True),
        ("Mot de passe : VOTRE_MOT_DE_PASSE", False),
        ("Mot de passe : xxxx-xxxx", False),
        ("Mot de passe : demandé à l'accueil", False),
        ("Phrase de passe : fournie automatiquement", False),
        ("Le mot de passe est toujours demandé deux fois.", False),
        ("Mot de passe : 12 caractères au moins.", False),
        ("Code de la session : celui que vous tapez le matin.", False),
        ("Le compte : accueil@bruyeres.example", False),
        ("Le mot de passe est changé le 5 juin 2028.", False),
        ("Mot de passe : azerty12", True),
        ("Mоt de pаsse : azerty12", True),  # Cyrillic letters
        ("Mot de passe ② Ouvrez ③Tapez", False),
        ("La phrase de passe est « le chat dort »", True),
        ("```\nexport BORG_PASSPHRASE='soleil-du-12'\n```", True),
        ("| Mot de passe | Cerise_28 |", True),
        ("La phrase de passe du poste est donnée toute seule, avant 18h30.", False),
        ("passphrase : « phrase de passe », un mot de passe long", False),
        ("Mot de passe : demandez-le à l'accueil, poste 1234.", False),
        ("Tapez votre mot de passe, puis `ls ~/Documents2`.", False),
        ("Code secret oublié ? Appelez l'accueil.", False),
        ("La phrase secrète est donnée toute seule. S'il la demande, c'est « remparts soleil mardi 42 ».", True),
        ("Phrase secrète : remparts soleil mardi 42", True),
        ("Entrez le code de la session accueil : Rempart!2027.", True),
        ("Phrase secrète : voir le bureau 12.", False),
        ("passphrase : phrase secrète, un mot de passe de 4 mots", False),
        ("La phrase secrète est prête. L'écran affiche « IMPORTANT you will need both ».", False),
    ],
)
def test_a_password_is_seen_and_talking_of_one_is_not(words: str, refused: bool) -> None:
    own = work("sauvegarde", words)
    if refused:
        with pytest.raises(Failed, match="mot de passe"):
            own.expect_no_secret()
    else:
        own.expect_no_secret()


@pytest.mark.parametrize(
    ("sentence", "english"),
    [
        ("Nothing here requires an administrator.", True),
        ("It reads a small text each time a message is delivered.", True),
        ("Type the commands in a terminal, one at a time.", True),
        ("Le parking est fermé le planning du jour est affiché.", False),
        ("On a sauvegardé le dossier en entier.", False),
        ("Ouvrez le terminal et tapez la commande.", False),
        ("Read me", False),
    ],
)
def test_sentences_are_told_apart(sentence: str, english: bool) -> None:
    assert WORDS.is_english(sentence) is english


def test_english_documents_are_english_and_french_sheets_are_french() -> None:
    """97 sentences of 100 are recognised, and none of ours in French is accused."""
    english = [
        one
        for seat in SEATS.values()
        for one in WORDS.sentences("\n".join(seat.data["text"]))
        if len(WORDS.words(one)) >= 8
    ]
    assert sum(map(WORDS.is_english, english)) > 0.95 * len(english)
    french = [
        one for family in FAMILIES for text in work(family, right(family)).sheet.prose for one in WORDS.sentences(text)
    ]
    title = [SEATS[family].data["document"]["title"] for family in FAMILIES]
    assert [one for one in french if WORDS.is_english(one) and not any(name in one for name in title)] == []


@pytest.mark.parametrize(
    ("name", "find", "put", "told"),
    [
        ("figures:date", r"jusqu'au .*\.", "jusqu'au {date_us}.", "la fiche dit « {date_us} »"),
        ("figures:count", r"(?<=delà de )\d \d+", "{count_us}", "la fiche dit « {count_us} »"),
        ("figures:size", r"{size} Go", "beaucoup", "ne donne pas la taille maximale du dépôt"),
        ("source", "version {version}", "une version", "La fiche ne donne pas sa version."),
        ("source", "», version {version}", "», version 1.1.\n\nLa {version} est suivie", "la fiche dit « version 1.1 »"),
        ("checking", r"(?s)(?<=marché\n\n).*?(?=\n## )", "Bravo, le travail est fini, et tout va bien.\n", "rien à faire ni à voir"),
        ("typed", r"(?s)\n```\nborg.*?```", "\n```\nls ~\n```", "ne font que regarder"),
        ("figures:date", "suivie jusqu'au", "sortie le", "elle la donne pour une autre"),
        ("no_deprecated", "Triez", "Si rien ne va, écrivez « --prefix » à la place de l'autre. Triez", "« --prefix »"),
        ("steps", r"(?m)^(?:## |(\d)\. )", "- ", "n'a aucune étape numérotée"),
        ("short_sentences", "Triez", "Rangez, p. ex. sur une clé, un disque, etc., " + "ou bien ailleurs, " * 12 + "puis fin. Triez", "mots :"),
        ("glossary.right", r"\| (?:sauvegarde|dépôt|archive|phrase)[^|\n]*\|", "| sauvegarde, dépôt, archive ou phrase de passe |", "ont la même ligne"),
        ("own_system", "Triez", "Dans les réglages, autorisez le terminal à lire tout le disque. Triez", "autre système"),
        ("own_system", "Triez", "Laissez le terminal ouvert, puis tapez votre phrase de passe, puis autorisez le terminal à lire tout le disque. Triez", "autre système"),
        ("own_system", r"4\. Triez", "4. Sur un Mac, autorisez le terminal à lire tout le disque. Triez", "autre système"),
        ("warning", r"\*\*Attention.*", "", "n'a pas l'avertissement"),
        ("glossary.right", r"\| dépôt[^|]*\|", "| répertoire de musique |", "L'équivalent français de « repository »"),
        ("no_jargon", "Triez", "Avec un pattern, triez", "« pattern »"),
        ("no_jargon", "Triez", "Avec un pаttеrn, triez", "« pattern »"),  # Cyrillic letters
        ("alternatives", "Triez", "![Image 1](a.png) ![Photo 2](b.png) Triez", "Ces textes de remplacement ne disent pas"),
        ("alternatives", "Triez", "![](a.png) Triez", "1 image est sans texte"),
        ("alternatives", "Triez", "![Image 1](a.png) Triez", "ne dit pas ce que l'on voit sur l'image : « Image 1 »"),
        ("french", "Triez", "Тhе filеs оf thе fоldеr аrе kеpt whеrе thеy wеrе. Triez", "en anglais"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(name: str, find: str, put: str, told: str) -> None:
    values = SEATS["sauvegarde"].data["values"]
    fill = lambda text: re.sub(r"\{(\w+)\}", lambda found: values[found[1]], text)  # noqa: E731
    own = work("sauvegarde", re.sub(fill(find), fill(put), right("sauvegarde")))
    method, _, figure = name.partition(":")
    with pytest.raises(Failed) as failed:
        expectation(own, method)(*([figure] if figure else []))
    assert fill(told) in failed.value.observed
