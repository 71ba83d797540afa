"""Keeps ``tests/office_words.json``: the words of the office suite that the third lab's brief and aides name.

It keeps ``function_names.txt`` too, by which formulas are told in French (`etabli.exam.contract.formulas`).

``.venv/bin/python scripts/mots_bureau.py`` reads them in the examiner's image, where LibreOffice and its French
language pack are, without any network, and writes both again. Run it after a change of the brief's words, or of
LibreOffice's version: what the office does not know is then missing from the file, and the unit test says it.

A menu path is followed in ``menubar.xml``, its labels found in ``registry_fr.xcd``; a label of a dialog is a message
of ``*.mo`` whose context begins with the dialog's name; a function is a message of ``for.mo`` or ``sca.mo``.

The same file runs in the container (``lire``), where nothing of ours is installed.
"""

from __future__ import annotations

import gettext
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OFFICE = Path("/usr/lib/libreoffice")
SCALC = OFFICE / "share/config/soffice.cfg/modules/scalc"
REGISTRY = "{http://openoffice.org/2001/registry}"
MENU = "{http://openoffice.org/2001/menu}"
DIALOGS = (
    *("textimportcsv", "SCSTR_COLUMN_USER", "RID_SVXSTR_TEXTENCODING_TABLE", "STR_ARR_SVT_LANGUAGE_TABLE"),
    *("definedatabaserangedialog", "printareasdialog", "pagetemplatedialog", "pageformatpage", "sheetprintpage"),
)
"""Contexts of the messages that are kept: what the brief makes one open."""
SUBMENUS = {".uno:PrintRangesMenu": "printranges.xml"}
"""Entries of the menu bar that are filled from another file."""
CONTEXT_MENUS = ("sheettab.xml",)
FUNCTIONS = {"for": "RID_STRLIST_FUNCTION_NAMES", "sca": "ANALYSIS_FUNCNAME_"}


def plain(label: str) -> str:
    """A label as it is read: no mark of a shortcut, no colon at its end, « … » for three dots."""
    return re.sub(r"[~_]", "", label).replace("\u00a0", " ").rstrip(": ").replace("...", "…")


# -- in the image


def read_office() -> dict[str, Any]:
    """All menu paths, labels of `DIALOGS`, functions and errors of this machine's LibreOffice, in French."""
    listed = Path("/etc/etabli-packages").read_text("utf-8").split()
    [version] = [line.partition("=")[2] for line in listed if line.startswith("libreoffice-l10n-fr=")]
    return {"version": version, "menus": read_menus(), "labels": read_labels(), "functions": read_functions()}


def read_menus() -> dict[str, str]:
    """Path → the command that it gives; an entry of a context menu is a path of one label."""
    names: dict[str, str] = {}
    tree = ET.parse(OFFICE / "share/registry/res/registry_fr.xcd")
    for component in ("GenericCommands", "CalcCommands"):
        [data] = [one for one in tree.iter(f"{REGISTRY}component-data") if one.get(f"{REGISTRY}name") == component]
        for node in data.iter("node"):
            said = {prop.get(f"{REGISTRY}name"): prop.findtext("value") or "" for prop in node.findall("prop")}
            if label := said.get("ContextLabel") or said.get("Label"):
                names[node.get(f"{REGISTRY}name") or ""] = plain(label)
    menus = dict(walk(ET.parse(SCALC / "menubar/menubar.xml").getroot(), (), names))
    for file in CONTEXT_MENUS:
        menus |= dict(walk(ET.parse(SCALC / "popupmenu" / file).getroot(), (), names))
    return menus


def walk(element: ET.Element, above: tuple[str, ...], names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Follows the entries of a menu; one without a French name is left out."""
    for entry in element:
        command = entry.get(f"{MENU}id", "")
        if entry.tag == f"{MENU}menupopup":
            yield from walk(entry, above, names)
        elif command in names:
            path = (*above, names[command])
            yield " ▸ ".join(path), command
            yield from walk(entry, path, names)
            if command in SUBMENUS:
                yield from walk(ET.parse(SCALC / "popupmenu" / SUBMENUS[command]).getroot(), path, names)


def messages() -> Iterator[tuple[str, str, str, str]]:
    """File, context, English, French of every message."""
    for path in sorted((OFFICE / "program/resource/fr/LC_MESSAGES").glob("*.mo")):
        with path.open("rb") as stream:
            catalog: dict[Any, str] = vars(gettext.GNUTranslations(stream))["_catalog"]
        for key, french in catalog.items():
            if isinstance(key, str) and "\4" in key:
                context, _, english = key.partition("\4")
                yield path.stem, context, english, french


def read_labels() -> dict[str, str]:
    """Label → the message that it is."""
    found: dict[str, str] = {}
    for file, context, english, french in messages():
        if context.split("|")[0] in DIALOGS and "|extended_tip|" not in context:
            pieces = zip(french.split(";"), english.split(";"), strict=True) if ";" in french else [(french, english)]
            for one, source in pieces:
                found.setdefault(plain(one), f"{file}.mo {context}: {plain(source)}")
    return found


def read_functions() -> dict[str, str]:
    """Name of a function, or of an error, in French → in English."""
    return {
        french: english
        for file, context, english, french in messages()
        if context.startswith(FUNCTIONS.get(file, "\0"))
    }


# -- here


def italics(text: str) -> Iterator[tuple[str, str]]:
    """Words in italics, with the suite that says them: the one named last before them in their paragraph or cell.

    In a table whose titles name the suites, the column tells; words of no suite are left out, unless they are a path.
    """
    text = re.sub(r"(?ms)^ *```.*?^ *```$|`[^`]*`", "", text)
    titles: list[str] = []
    for paragraph in re.split(r"\n(?=[ \t]*(?:[-|#>]|\d+\.|[\w-]+:|\n|$))", text):
        cells = paragraph.split("|") if paragraph.lstrip().startswith("|") else [paragraph]
        titles = (titles or cells) if len(cells) > 1 else []
        for place, cell in enumerate(cells):
            owner = suite(titles[place]) if place < len(titles) else ""
            for bold, word, name in re.findall(r"(\*{1,3})([^*]+)\*{1,3}|(LibreOffice|Excel)", cell):
                owner = name or owner
                if word and len(bold) != 2 and (owner or "▸" in word):
                    yield owner, " ".join(word.split())


def suite(title: str) -> str:
    """The suite that a column is about."""
    return next((name for name in ("LibreOffice", "Excel") if name in title), "")


def functions(text: str) -> set[str]:
    """Functions called, and errors named."""
    return set(re.findall(r"\b[A-Z]{2,}(?:\.[A-Z]+)*(?=\()", text)) | set(re.findall(r"`(#[A-Z/0]+(?: ?[?!])?)`", text))


def lab_texts() -> str:
    """The brief and the aides."""
    from etabli.system.settings import repository

    lab = repository() / "labs" / "extraction-pgi"
    paths = [*sorted((lab / "seances").glob("*.md")), lab / "reference.md", lab / "aides.yaml"]
    return "\n\n".join(path.read_text("utf-8") for path in paths)


def ask_office() -> dict[str, Any]:
    """What the office of the examiner's image says."""
    from etabli.sandbox import images

    tag = images.build("examiner") if "examiner" in images.missing() else images.tag("examiner")
    asked = ["docker", "run", "--rm", "-i", "--network=none", "--entrypoint=python3", tag, "-I", "-", "lire"]
    done = subprocess.run(asked, input=Path(__file__).read_bytes(), capture_output=True, timeout=120, check=False)
    if done.returncode:
        sys.exit(done.stderr.decode())
    office: dict[str, Any] = json.loads(done.stdout)
    return office


def cited(office: dict[str, Any]) -> dict[str, Any]:
    """The words that the lab names and that the office has."""
    text = lab_texts()
    words = {word for owner, word in italics(text) if owner == "LibreOffice"}
    chosen = {"menus": words, "labels": words, "functions": functions(text)}
    kept = {
        part: {word: office[part][word] for word in sorted(office[part]) if word in chosen[part]} for part in chosen
    }
    return {"libreoffice-l10n-fr": office["version"], **kept}


def function_names(office: dict[str, Any]) -> str:
    """A line for each function that has another name in French: the English one, then the French one."""
    pairs = sorted((english, french) for french, english in office["functions"].items() if not french.startswith("#"))
    return "".join(f"{english} {french}\n" for english, french in pairs if english != french)


def main() -> None:
    """Writes the files."""
    from etabli.exam.contract.formulas import NAMES
    from etabli.system.settings import repository

    office = ask_office()
    target = repository() / "tests" / "office_words.json"
    target.write_text(json.dumps(cited(office), ensure_ascii=False, indent=2) + "\n", "utf-8")
    NAMES.write_text(function_names(office), "utf-8")


if __name__ == "__main__":
    if sys.argv[1:] == ["lire"]:
        json.dump(read_office(), sys.stdout)
    else:
        main()
