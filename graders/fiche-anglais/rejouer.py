"""Runs in a fresh container: types what a sheet says, in its order, then looks at what is there. It knows no answer.

On its standard input, JSON: the steps (``run``, ``open``, ``write``), the family, what to try besides. On its standard
output a mark, drawn and told before anything is typed; then, behind that mark, JSON: how each step ended, and what was
found. What is typed has our account: it cannot read the mark, for our memory and our descriptors are closed to it
(`prctl(2)`, PR_SET_DUMPABLE), and nothing of it lives on, nor is run by us, when we look. It imports nothing of ours.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HOME = Path("/home/poste")
KEPT = "/tmp/.etabli"
SAID = "/tmp/.etabli-said"
NOTES = f'borg() {{ printf "%s\\0" "$@" $\'\\n\' >>{SAID}; command borg "$@"; }}'
"""A shell function: what is asked of Borg is noted, word by word, before Borg does it."""
PR_SET_DUMPABLE = 4
LINE_S = 20
SHOWN = 600
MOST = 20_000
"""Characters that are brought back of one text; of all, twenty times as many: an answer has a limit."""


def done(argv: list[str], cwd: Path | None = None) -> tuple[int, str]:
    """A command to its end: code and all it printed."""
    try:
        ran = subprocess.run(
            argv,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LINE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 124, ""
    except OSError as error:
        return 127, str(error)
    return ran.returncode, ran.stdout.decode("utf-8", "replace")


def place(path: str) -> Path:
    """A path as the one who types it means it: in the home, or where they are."""
    said = done(["bash", "--norc", "-c", f". {KEPT} 2>/dev/null; pwd"], cwd=HOME)[1].splitlines()
    here = Path(said[-1] if said else HOME)
    bare = path.replace("$HOME", "~", 1)
    return HOME / bare[2:] if bare.startswith("~/") else here / bare


def typed(line: str) -> tuple[int, str]:
    """One line in the same terminal: folder and exported variables stay."""
    code = f'. {KEPT} 2>/dev/null\n{NOTES}\n{line}\n_code=$?\n{{ export -p; printf "cd %q\\n" "$PWD"; }} >{KEPT}\nexit $_code'
    return done(["bash", "--norc", "-c", code], cwd=HOME)


def passphrase() -> str:
    """What the sheet has set for Borg, which `export -p` wrote: read, never run."""
    found = re.findall(r'^declare -x BORG_PASSPHRASE="((?:[^"\\]|\\.)*)"$', text_of(Path(KEPT)), re.M)
    return re.sub(r"\\(.)", r"\1", found[-1]) if found else os.environ["BORG_PASSPHRASE"]


def keyed(text: str) -> list[list[str]]:
    """The parts of a YAML file, by their key at the margin."""
    parts: list[list[str]] = []
    for line in text.splitlines():
        if re.match(r"[A-Za-z_]+\s*:", line) or not parts:
            parts.append([line])
        else:
            parts[-1].append(line)
    return parts


def written(path: Path, text: str, rewritten: set[Path]) -> None:
    """What somebody does who is told to write these lines in a file: nothing twice, and a key only once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    former = path.read_text("utf-8", "replace") if path.is_file() else ""
    if path.suffix in (".yml", ".yaml"):
        parts = keyed(former)
        for part in keyed(text):
            key = part[0].partition(":")[0].strip()
            parts = [
                one for one in parts if one[0].partition(":")[0].strip() != key or not re.match(r"[A-Za-z_]", one[0])
            ]
            parts.append(part)
        path.write_text("\n".join("\n".join(part) for part in parts) + "\n", "utf-8")
    elif path not in rewritten or text.lstrip().startswith("require"):
        path.write_text(text + "\n", "utf-8")
    elif text not in former:
        path.write_text(former + text + "\n", "utf-8")
    rewritten.add(path)


def replay(steps: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Does all that the sheet says."""
    ended: list[dict[str, Any]] = []
    opened: Path | None = None
    rewritten: set[Path] = set()
    for step in steps:
        code, said = 0, ""
        if step["do"] == "run":
            code, said = typed(step["text"])
        elif step["do"] == "open":
            opened = place(step["text"])
        elif opened is None:
            code, said = 1, "no file"
        else:
            try:
                written(opened, step["text"], rewritten)
            except OSError as error:
                code, said = 1, str(error)
        ended.append({"code": code, "said": said[-SHOWN:]})
    return ended


def text_of(path: Path) -> str:
    """A file's text, whatever it is; of a pipe, nothing."""
    try:
        return path.read_text("utf-8", "replace")[:MOST] if path.is_file() else ""
    except OSError:
        return ""


def others(but: set[Path]) -> dict[str, str]:
    """The texts of all other files of the home."""
    home, found = HOME.resolve(), dict[str, str]()
    for path in sorted(home.rglob("*")):
        if path.is_file() and path not in but and sum(map(len, found.values())) < 20 * MOST:
            found[str(path.relative_to(home))] = text_of(path)
    return found


def mail(given: dict[str, Any]) -> dict[str, Any]:
    """What the script in use does with messages."""
    active = HOME / ".dovecot.sieve"
    code, said = done(["sievec", str(active.resolve()), f"{tempfile.mkdtemp()}/essai.svbin"])
    tried, apart = [], Path(tempfile.mkdtemp())
    for number, message in enumerate(given["messages"]):
        path = apart / f"essai-{number}.eml"
        path.write_text(message, "utf-8")
        tried.append(done(["sieve-test", str(active.resolve()), str(path)])[1][:MOST] if code == 0 else "")
    return {
        "compiled": code == 0,
        "said": said[-SHOWN:],
        "tried": tried,
        "active": text_of(active),
        "files": others({active.resolve()}),
    }


def sorted_out() -> list[dict[str, Any]]:
    """What each real `borg prune` was to keep, as Borg itself reads its options: one archive on a new computer tells nothing of them."""
    archiver = importlib.import_module("borg.archiver").Archiver
    os.environ["BORG_REPO"] = str(HOME)
    found = []
    for told in text_of(Path(SAID)).split("\n\0")[:-1]:
        words = told.split("\0")[:-1]
        if "prune" in words:
            try:
                read = vars(archiver().get_args(["borg", *words], None))
            except (SystemExit, Exception):  # it has failed for its reader too
                continue
            if not read.get("dry_run"):
                of = read.get("glob_archives") or f"{read.get('prefix') or ''}*"
                where = Path(getattr(read.get("location"), "path", None) or HOME).name
                rules = {name: value for name in RULES if (value := read.get(name))}
                found.append({"in": where, "of": of, "rules": rules})
    return found


def backup(given: dict[str, Any]) -> dict[str, Any]:
    """What the repository holds."""
    path = str(HOME / "sauvegarde" / given["repository"])
    os.environ["BORG_PASSPHRASE"] = passphrase()
    code, info = done(["borg", "list", "--json", path], cwd=HOME)
    found = json.JSONDecoder().raw_decode(info[info.index("{") :])[0] if code == 0 and "{" in info else {}
    names = [one["name"] for one in found.get("archives", [])]
    whole = ["borg", "list", "--format", "{path}{NL}", f"{path}::{names[-1]}"] if names else []
    paths = done(whole, cwd=HOME)[1].splitlines() if names else []
    return {
        "mode": found.get("encryption", {}).get("mode", "") if os.environ["BORG_PASSPHRASE"] else "",
        "archives": names[-50:],
        "paths": paths[:500],
        "pruned": sorted_out(),
    }


def site(given: dict[str, Any]) -> dict[str, Any]:
    """The finished pages."""
    public = HOME / given["public"]
    pages = {path.name: text_of(path) for path in sorted(public.glob("*.html"))[:15]}
    inside = public.resolve()
    kept = [text for path, text in others(set(inside.rglob("*"))).items() if path.endswith(".html")]
    return {"pages": pages, "kept": kept}


def share(given: dict[str, Any]) -> dict[str, Any]:
    """The lists of the folder, and of what is made afterwards in it and in each folder inside."""
    folder = HOME / "partage" / given["folder"]
    with contextlib.suppress(OSError):
        (folder / "dossier-neuf").mkdir()
    for inside in [folder, *sorted(path for path in folder.rglob("*") if path.is_dir())][:50]:
        with contextlib.suppress(OSError):
            (inside / "fichier-neuf.txt").write_text("neuf", "utf-8")
    told = done(["getfacl", "-R", "-p", str(folder)])[1]
    folders = [str(path) for path in (folder, *folder.rglob("*")) if path.is_dir()]
    programs = [path.name for path in folder.rglob("*") if path.is_file() and os.stat(path).st_mode & 0o111]
    texts = {path.name: text_of(path) for path in sorted(folder.rglob("*"))[:50] if "neuf" not in path.name}
    return {
        "texts": texts,
        "programs": programs[:50],
        "folders": folders[:50],
        "lists": told[: 2 * MOST],
        "records": [text for text in others(set()).values() if "# file:" in text],
    }


RULES = ("within", "secondly", "minutely", "hourly", "daily", "weekly", "monthly", "yearly")
LOOKS = {"courrier": mail, "sauvegarde": backup, "site": site, "partage": share}


def main() -> None:
    """One sheet."""
    given, mark = json.load(sys.stdin), secrets.token_hex(16)
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)
    print(mark, flush=True)
    os.environ.update(BORG_PASSPHRASE="phrase du poste", BORG_RELOCATED_REPO_ACCESS_IS_OK="yes", HOME=str(HOME))
    subprocess.run(["poste", "/banc/poste.csv"], check=True)
    ended = replay(given["steps"])
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)  # whatever the sheet has left at work
    os.chdir(HOME)
    os.environ["PYTHONNOUSERSITE"] = "1"  # Borg and mkdocs are Python: nothing of that home is theirs
    print(mark, json.dumps({"ended": ended, "found": LOOKS[given["family"]](given["values"])}))


if __name__ == "__main__":
    main()
