"""Nothing of ours shows what mots-de-passe hides: runs, journals, evidence and reports of hand-ins that show it all."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import etabli
from helpers import volume

from etabli.exam.contract.blot import Blot
from etabli.exam.contract.check import import_grader
from etabli.exam.contract.outcome import Outcome
from etabli.exam.tools.draws import Draws
from etabli.grading.matrix import render_specimens
from etabli.lab.manifest import load_lab
from etabli.lab.specimens.specimen import load_specimens
from etabli.lab.variant import TRAINING, Purpose, Seat, make_variant
from etabli.runs.folder import read_run
from etabli.runs.scoring import results
from etabli.system.settings import secret

LAB = "mots-de-passe"
testlists = import_grader(load_lab(LAB).grader, "testlists")
SHOWING = ("feuille-masquee", "journal-bavard")
SHOWING += (
    *("mot-de-passe-en-preuve", "auteur-a-l-envers"),
    *("empreinte-en-preuve", "commentaire-code", "export-joint", "trace-oubliee"),
)[: volume(0, 6)]
CANDIDATES = {f"sno-{number:02d}": name for number, name in enumerate(SHOWING, 1)}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A class of hand-ins, each of which shows what must not be shown, graded by the command of a teacher."""
    folder = tmp_path_factory.mktemp("secrets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETABLI_HOME", str(folder / "maison"))
        specimens = load_specimens(load_lab(LAB))
        chosen = {candidate: specimens[name] for candidate, name in CANDIDATES.items()}
        render_specimens(load_lab(LAB), chosen, secret(), TRAINING, folder / "rendus")
        done = etabli("grade", folder / "rendus", "--tp", LAB, "--sortie", folder / "resultats", "--postes", 1)
        (folder / "resultats" / "console.txt").write_text(done.stdout + done.stderr, "utf-8")
        yield folder / "resultats"


@pytest.fixture(scope="module")
def written(graded: Path) -> list[tuple[str, str]]:
    """Everything that grading wrote, read once."""
    return list(texts(graded))


def hidden(candidate: str) -> Blot:
    seat = Seat(load_lab(LAB), candidate)
    return Blot(make_variant(seat, secret(), Purpose.EVALUATION).secrets())


def texts(out: Path) -> Iterator[tuple[str, str]]:
    """Everything that grading wrote, the zipped parts of workbooks included; kept submissions are the candidates' own."""
    for path in sorted(out.rglob("*")):
        if not path.is_file() or path.parent.name == "rendus":
            continue
        data = path.read_bytes()
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for name in archive.namelist():
                    yield f"{path.relative_to(out)}!{name}", archive.read(name).decode("utf-8", "replace")
        else:
            yield path.relative_to(out).as_posix(), data.decode("utf-8", "replace")


def test_the_hand_ins_are_found_out(graded: Path) -> None:
    for candidate, name in CANDIDATES.items():
        [run] = [read_run(path.parent) for path in graded.glob(f"{candidate}/*/run.json")]
        failed = {item.spec.id for item in results(run) if item.outcome is Outcome.FAILED}
        assert failed == {"migration-silence" if name in ("trace-oubliee", "journal-bavard") else "rien-de-secret"}, (
            name
        )


def test_nothing_of_ours_shows_a_password_or_a_hash(written: list[tuple[str, str]]) -> None:
    assert len(written) > 3 * len(CANDIDATES)
    assert any(name.endswith("transcript.jsonl") for name, _ in written)
    assert any(name.endswith(".html") for name, _ in written)
    for candidate in CANDIDATES:
        blot = hidden(candidate)
        assert [name for name, text in written if blot.found(text)] == []


def test_hidden_tests_stand_nowhere_either(graded: Path, written: list[tuple[str, str]]) -> None:
    for candidate in CANDIDATES:
        own = make_variant(Seat(load_lab(LAB), candidate), secret(), Purpose.EVALUATION).made
        [run] = [read_run(path.parent) for path in graded.glob(f"{candidate}/*/run.json")]
        assert run.nonce
        logins, draws = sorted({account.login for account in own.accounts}), Draws(run.nonce)
        tests = testlists.policy_tests(draws.of("politique"), own.block_families, logins, own.situation.bits)
        words = [word for family in (*tests.weak.values(), *tests.strong.values()) for word in family]
        cases = testlists.migration_cases(draws.of("migration"), own, draws.of("migration, à part"))
        words += [case.mot_de_passe for case in cases if len(case.mot_de_passe) > 8]
        assert len(words) > 30
        forms = {form for word in words for form in (word, json.dumps(word)[1:-1])}
        assert [(name, form) for name, text in written for form in forms if form in text] == []
