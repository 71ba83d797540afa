"""What is read in sealed files beside their hashes: frozen runs, and histories of decisions.

The same functions read what is about to be sealed and what is verified, so that both say the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Final

import yaml

from etabli.exam.contract.french import counted
from etabli.runs.folder import OLD_SCHEMA
from etabli.runs.run import DIGITS, FACTS, folder_name, name_of
from etabli.seal.canonical import canonical, chained, sha256
from etabli.seal.errors import Flaw
from etabli.seal.manifest import History, SealedRun

HISTORY: Final = "historique"
"""Key of a YAML file whose list says who decided what, one after the other."""
_MOST_YAML: Final = 1_000_000
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)

Files = Mapping[str, bytes | memoryview]


class _Loader(yaml.SafeLoader):
    """Takes an alias of a plain value alone: a few lines of others would be gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event: yaml.AliasEvent = self.peek_event()  # type: ignore[no-untyped-call]
            if not isinstance(self.anchors.get(event.anchor), yaml.ScalarNode):
                raise yaml.YAMLError("alias")
        return super().compose_node(parent, index)


def runs_in(files: Files) -> tuple[tuple[SealedRun, ...], tuple[Flaw, ...]]:
    """Reads the frozen runs among files, each of them compared with what it says of itself.

    Returns:
        What they say of what made them, sorted by path, and what is no longer as it was frozen.
    """
    runs, flaws = [], []
    for path in sorted(path for path in files if PurePosixPath(path).name == FACTS and "/" in path):
        folder = path.removesuffix(f"/{FACTS}")
        try:
            facts = json.loads(bytes(files[path]))
            if not _is_run(folder, facts):
                continue
            if facts["schema"] == OLD_SCHEMA:
                flaws.append(Flaw(path, "est d'une version d'Établi qui ne gardait pas d'empreinte : revérifiez-le"))
                continue
            run, found = _run(folder, facts), list(_changes(folder, facts, files))
        except _MALFORMED:
            flaws.append(Flaw(path, "n'est pas une vérification figée"))
            continue
        runs.append(run)
        flaws += found
    return tuple(runs), tuple(flaws)


def _is_run(folder: str, facts: Any) -> bool:
    """Tells whether it is one of ours, by its name or by what it says of itself: a document may be called the same."""
    told = isinstance(facts, dict) and str(facts.get("schema")).startswith("etabli/run/")
    return told or name_of(Path(folder)).known


def _run(folder: str, facts: Mapping[str, Any]) -> SealedRun:
    own = [name for name in SealedRun.model_fields if name != "path"]
    return SealedRun(path=folder, **{name: facts.get(name) for name in own})


def _changes(folder: str, facts: Mapping[str, Any], files: Files) -> Iterator[Flaw]:
    """Compares a run with its ``run.json``, and that with the folder's name."""
    raw = bytes(files[f"{folder}/{FACTS}"])
    if folder_name(facts["number"], facts["started_at"], raw) != PurePosixPath(folder).name:
        same = PurePosixPath(folder).name.endswith(hashlib.sha256(raw).hexdigest()[:DIGITS])
        yield (
            Flaw(folder, "a été renommé depuis la vérification")
            if same
            else Flaw(f"{folder}/{FACTS}", "a été modifié depuis la vérification")
        )
        return
    listed = {f"{folder}/{name}": digest for name, digest in facts["files"].items()}
    present = {name for name in files if name.startswith(f"{folder}/")} - {f"{folder}/{FACTS}"}
    yield from (Flaw(name, "manque à la vérification") for name in sorted(listed.keys() - present))
    yield from (Flaw(name, "a été ajouté à la vérification") for name in sorted(present - listed.keys()))
    for name in sorted(present & listed.keys()):
        if sha256(files[name]) != listed[name]:
            yield Flaw(name, "a été modifié depuis la vérification")


def histories_in(files: Files) -> tuple[History, ...]:
    """Reads the histories of decisions in YAML files, as chains; a file that is no YAML has none."""
    return tuple(
        History(path=path, where=where, entries=entries, head=chained(entries))
        for path in sorted(files)
        if path.endswith((".yaml", ".yml"))
        for where, entries in histories_of(files[path])
    )


def histories_of(content: bytes | memoryview) -> list[tuple[str, tuple[str, ...]]]:
    """Returns, of one YAML file, where each history is, and the SHA-256 of the canonical JSON of each entry."""
    if len(content) > _MOST_YAML:
        return []
    try:
        return list(_histories(yaml.load(bytes(content), _Loader), ()))
    except (yaml.YAMLError, *_MALFORMED):
        return []


def _histories(value: Any, at: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in items:
        here = (*at, str(key))
        if key == HISTORY and isinstance(one, list):
            yield ".".join(here), tuple(sha256(canonical(_plain(entry))) for entry in one)
        yield from _histories(one, here)


def _plain(value: Any) -> Any:
    """A value of YAML as JSON has it: days and hours as text."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def history_change(before: tuple[str, ...], now: tuple[str, ...]) -> str:
    """Says what happened to the entries of a history (French, without a full stop)."""
    if sorted(before) == sorted(now):
        first = next(at for at, pair in enumerate(zip(before, now, strict=True), 1) if pair[0] != pair[1])
        return f"son historique n'est plus dans l'ordre, à partir de la décision n° {first}"
    if len(now) < len(before):
        return f"il n'a plus que {counted(len(now), 'décision')} sur {len(before)}"
    if len(now) > len(before):
        return f"il a {counted(len(now), 'décision')} au lieu de {len(before)}"
    first = next(at for at, pair in enumerate(zip(before, now, strict=True), 1) if pair[0] != pair[1])
    return f"la décision n° {first} a été changée"
