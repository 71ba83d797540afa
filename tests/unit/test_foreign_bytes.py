"""Whatever bytes are handed in, every reader answers, or refuses in its own words; nothing else comes out.

Hypothesis draws damage to samples that are right: pieces of a file, or of a part of its archive, changed, doubled or
taken away. `ETABLI_EXEMPLES` sets how many examples each test draws (make test-long: many more).
"""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import book_samples as samples
import documents_samples as documents
import openpyxl
import pytest
from foreign_bytes import damaged, damaged_archive
from helpers import make_run
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from referentiel_samples import TEXT, seen, small, trace

from etabli.exam.contract.errors import EtabliError, ExaminerSilent, RejectedSubmission
from etabli.exam.contract.transcript import Decoder, encode
from etabli.exam.reading import serve
from etabli.exam.reading.limits import Refused
from etabli.lab.manifest import Lab
from etabli.reception.declaration import read_declaration
from etabli.reception.intake import take_in
from etabli.reception.moodle.worksheet import read_worksheet
from etabli.reception.sources import checked_path
from etabli.referentiel.annexe import read_annexe
from etabli.referentiel.editing import with_annexes
from etabli.referentiel.model import Referentiel, misfits
from etabli.referentiel.proposing import propose
from etabli.roster.listing import LIST
from etabli.runs.folder import read_run_folder
from etabli.runs.run import freeze
from etabli.system.tables import read_tables
from etabli.system.yaml_files import read_yaml

foreign = settings(
    max_examples=int(os.environ.get("ETABLI_EXEMPLES", "25")),
    deadline=None,
    database=None,
    derandomize="ETABLI_EXEMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
SEEDS = st.integers(0, 2**64)

RIGHT: Mapping[str, tuple[tuple[str, ...], Callable[[], bytes]]] = {
    "a.xlsx": (("book", "tables", "text"), lambda: samples.pivot()),
    "b.xlsx": (("book",), lambda: samples.charts()),
    "c.ods": (("book", "tables", "text"), documents.full_ods),
    "d.docx": (("text", "seen", "outline", "traces"), lambda: documents.docx("Bonjour", "la suite")),
    "e.odt": (("text", "seen", "outline", "traces"), lambda: documents.odt("Bonjour", "la suite")),
    "f.pdf": (("text", "seen", "outline", "traces"), lambda: documents.pdf("Bonjour", "la suite")),
    "g.csv": (("tables", "text"), lambda: "Compte;Système\r\nm.dupré;PGI\r\n".encode("cp1252")),
    "h.md": (("text", "outline", "traces"), lambda: "# Titre\n\n- é\n".encode()),
}


@pytest.mark.parametrize("name", RIGHT)
@foreign
@given(seed=SEEDS)
def test_a_damaged_document_is_read_or_refused(name: str, seed: int) -> None:
    verbs, make = RIGHT[name]
    chance = random.Random(seed)
    sample = make()
    data = damaged_archive(sample, chance) if zipfile.is_zipfile(io.BytesIO(sample)) else damaged(sample, chance)
    try:
        json.dumps(serve.read(chance.choice(verbs), name, data), ensure_ascii=False).encode()
    except Refused as refusal:
        json.dumps(refusal.values, ensure_ascii=False).encode()


@foreign
@given(seed=SEEDS)
def test_a_damaged_zip_is_taken_in_or_rejected(tmp_path: Path, lab: Lab, seed: int) -> None:
    chance = random.Random(seed)
    path, target = tmp_path / "a.zip", tmp_path / f"t{seed}"
    right = documents.packed({"site/index.php": b"<?php", "site/style.css": b"body{}", "rendu.json": b'{"lab": "l"}'})
    path.write_bytes(damaged_archive(right, chance))
    try:
        take_in(path, lab, target)
    except RejectedSubmission as refusal:
        str(refusal).encode()


@foreign
@given(name=st.text(st.characters(codec=None), max_size=40))
def test_any_name_is_a_path_inside_or_rejected(name: str) -> None:
    try:
        path = checked_path(name)
    except RejectedSubmission:
        return
    assert not path.is_absolute() and ".." not in path.parts


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["lab", "candidate", "x"]), inner),
    max_leaves=8,
)


@foreign
@example(value="\ud800", raw=b"", wild=False)
@given(value=JSON, raw=st.binary(max_size=60), wild=st.booleans())
def test_a_declaration_is_read_or_rejected(value: Any, raw: bytes, wild: bool) -> None:
    data = (
        raw if wild else json.dumps({"lab": "l", "candidate": value} if not isinstance(value, dict) else value).encode()
    )
    try:
        said = read_declaration(data)
    except RejectedSubmission:
        return
    (said.lab + (said.candidate or "")).encode()


LISTS = (
    "Nom;Prénom;Adresse de courriel\nBouvard;Inès;ines@example.org\n".encode("cp1252"),
    '\ufeffNom,Prénom\r\n"Le Guirrec",Tom\r\n'.encode(),
    documents.workbook(),
)


@pytest.mark.parametrize("sample", range(len(LISTS)))
@foreign
@given(seed=SEEDS)
def test_a_damaged_list_is_read_or_refused(tmp_path: Path, sample: int, seed: int) -> None:
    chance = random.Random(seed)
    path = tmp_path / "liste.csv"
    path.write_bytes((damaged_archive if LISTS[sample][:2] == b"PK" else damaged)(LISTS[sample], chance))
    for read in (partial(read_tables, sought=LIST), read_worksheet):
        try:
            read(path)
        except EtabliError as refusal:
            assert str(path) in str(refusal)


def annexe(code: str) -> list[list[str]]:
    headings = ["Code", "Compétences détaillées", "Savoirs associés", "Résultats attendus", "Critères d'évaluation"]
    return [headings, [code, "- faire\n- refaire", "savoir", "un résultat", "un critère"]]


def in_a_workbook(rows: list[list[str]]) -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(stream)
    return stream.getvalue()


ANNEXES = (
    "\r\n".join(";".join(row).replace("\n", " ") for row in annexe("C1.1")).encode("cp1252"),
    in_a_workbook(annexe("C1.2")),
)


@pytest.mark.parametrize("sample", range(len(ANNEXES)))
@foreign
@given(seed=SEEDS)
def test_a_damaged_annexe_iii_is_read_or_refused(tmp_path: Path, sample: int, seed: int) -> None:
    chance = random.Random(seed)
    path = tmp_path / "annexe.csv"
    path.write_bytes((damaged_archive if ANNEXES[sample][:2] == b"PK" else damaged)(ANNEXES[sample], chance))
    try:
        found = read_annexe(path, small(), "une source", verified=True)
    except EtabliError as refusal:
        assert str(path) in str(refusal)
        return
    assert with_annexes(TEXT, small(), found)


@foreign
@given(seed=SEEDS)
def test_a_damaged_referentiel_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "referentiel.yaml"
    path.write_bytes(damaged(TEXT.encode(), random.Random(seed)))
    try:
        told = read_yaml(path, Referentiel, misfits)
    except EtabliError as refusal:
        assert str(path) in str(refusal)
        return
    assert propose(told, [trace("un"), trace("deux")], [seen(told.echelle.degres[-1].id)])


def test_a_list_zipped_by_a_later_version_is_refused(tmp_path: Path) -> None:
    path, data = tmp_path / "liste.xlsx", bytearray(documents.workbook())
    data[data.rindex(b"PK\x01\x02") + 6] = 254
    path.write_bytes(data)
    with pytest.raises(EtabliError, match="xlsx abîmé"):
        read_tables(path, LIST)


@foreign
@given(events=st.lists(st.dictionaries(st.sampled_from(["kind", "t", "detail"]), JSON, max_size=3), max_size=4))
def test_what_is_written_in_a_transcript_is_read_again(events: list[dict[str, Any]]) -> None:
    told: list[Any] = [event | {"n": n, "kind": "action"} for n, event in enumerate(events)]
    whole = json.loads(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"))
    assert repr(Decoder().feed(b"".join(map(encode, told)))) == repr(whole)


@foreign
@given(seed=SEEDS, raw=st.binary(max_size=40))
def test_a_damaged_transcript_is_our_error(seed: int, raw: bytes) -> None:
    right = encode({"n": 0, "kind": "open"}) + encode({"n": 1, "kind": "check_end", "observed": "é"})
    try:
        Decoder().feed(damaged(right, random.Random(seed)) + raw)
    except ExaminerSilent:
        pass


@foreign
@given(seed=SEEDS)
def test_a_damaged_run_is_told_as_such(tmp_path: Path, seed: int) -> None:
    folder = _frozen(tmp_path)
    right = (folder / "run.json").read_bytes()
    (folder / "run.json").write_bytes(damaged(right, random.Random(seed)))
    try:
        read_run_folder(folder).sentence().encode()
    finally:
        (folder / "run.json").write_bytes(right)


def _frozen(tmp_path: Path) -> Path:
    out = tmp_path / "sno-01"
    if not out.exists():
        freeze(make_run((), ()), tmp_path / "atelier", out)
    return next(path for path in out.iterdir() if path.is_dir())


@pytest.mark.long
def test_the_same_with_many_more_examples() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not long", __file__]
    done = subprocess.run(command, env={**os.environ, "ETABLI_EXEMPLES": "1500"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-4000:]
