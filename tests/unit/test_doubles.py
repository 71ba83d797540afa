"""One thing per learner: the same again counts once, two different ones are refused before anything is graded."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from moodle_samples import SITE, learner, packed

from etabli.exam.contract.errors import UsageProblem
from etabli.reception.answers import Answers
from etabli.reception.doubles import fingerprint
from etabli.reception.dropped import Dropped
from etabli.reception.settling import Settled, one_each, settle
from etabli.roster.roster import Roster

pytestmark = pytest.mark.usefixtures("roster")


def settled(roster: Roster, *dropped: Dropped) -> Settled:
    return settle(dropped, roster, Answers(["101=SNO-01"])).settled()


def dropped(path: Path, content: bytes = SITE, number: str | None = "101", label: str = "Léa Martin") -> Dropped:
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(content)
    return Dropped(label, path, (path.name,), participant=number)


def test_the_same_zip_twice_counts_once_and_is_said(tmp_path: Path) -> None:
    again = dropped(tmp_path / "a" / "site.zip", number=None), dropped(tmp_path / "b" / "site.zip")
    ((kept, _learner),), sifted = one_each((one, learner("SNO-01")) for one in again)
    assert sifted.twice == ("SNO-01",)
    assert kept.participant == "101", "Moodle's number leads the way back"


def test_two_different_ones_are_refused_with_the_way_out(tmp_path: Path) -> None:
    own, other = dropped(tmp_path / "site.zip"), dropped(tmp_path / "z.zip", packed(a="b"), "199", "Kevin Inconnu")
    with pytest.raises(UsageProblem) as caught:
        one_each([(own, learner("SNO-01")), (other, learner("SNO-01"))])
    said = str(caught.value)
    assert "« Léa Martin » : Moodle n° 101, « site.zip » ; « Kevin Inconnu » : Moodle n° 199, « z.zip »" in said
    assert '« --associer "Kevin Inconnu=" »' in said and said.endswith(".")


def test_two_downloads_of_one_participant_cannot_be_told_apart_by_an_option(tmp_path: Path) -> None:
    both = dropped(tmp_path / "a.zip"), dropped(tmp_path / "b.zip", packed(a="b"))
    with pytest.raises(UsageProblem, match="gardez-en un, puis relancez") as caught:
        one_each((one, learner("SNO-01")) for one in both)
    assert "--associer" not in str(caught.value)


def test_a_text_beside_a_file_is_no_second_deposit(tmp_path: Path) -> None:
    text = Dropped("Léa Martin", tmp_path / "nulle-part", participant="101", problem="Un texte.")
    mailed = dropped(tmp_path / "lea.zip", number=None)
    ((kept, _learner),), _twice = one_each([(text, learner("SNO-01")), (mailed, learner("SNO-01"))])
    assert kept is mailed
    ((alone, _learner),), _twice = one_each([(text, learner("SNO-01"))])
    assert alone is text


def test_what_cannot_be_examined_stops_no_class(tmp_path: Path, roster: Roster) -> None:
    own = dropped(tmp_path / "site.zip")
    mailed = dropped(tmp_path / "Léa Martin.rar", b"Rar!\x1a\x07", number=None)
    done = settled(roster, mailed, own)
    assert [one.source.name for one in done.deposits] == ["SNO-01.zip"]
    assert [one.source.name for one in done.left] == ["Léa Martin.rar"]
    (said,) = done.doubtful
    assert (
        "« Léa Martin.rar » est laissé de côté" in said and "« site.zip », du même élève" in said and "WinRAR" in said
    )


def test_the_same_files_are_the_same_work(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.php").write_text("<?php echo 1;")
    with zipfile.ZipFile(tmp_path / "wrapped.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(zipfile.ZipInfo("Mon TP/index.php", (2020, 1, 1, 0, 0, 0)), "<?php echo 1;")
    (tmp_path / "flat.zip").write_bytes(SITE)
    marks = {fingerprint(path) for path in (folder, tmp_path / "wrapped.zip", tmp_path / "flat.zip")}
    assert len(marks) == 1
    (folder / "index.php").write_text("<?php echo 2;")
    assert fingerprint(folder) not in marks


def test_what_cannot_be_read_is_compared_by_its_bytes(tmp_path: Path) -> None:
    for name, content in (("a.rar", b"Rar!1"), ("b.rar", b"Rar!1"), ("c.rar", b"Rar!2")):
        (tmp_path / name).write_bytes(content)
    assert fingerprint(tmp_path / "a.rar") == fingerprint(tmp_path / "b.rar") != fingerprint(tmp_path / "c.rar")
    assert fingerprint(tmp_path / "absent") != fingerprint(tmp_path / "absent2")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("TP SNO.rar", "« TP SNO.rar »"),
        ("TP_MARTIN.rar", "« TP_•••.rar »"),
        ("Léa Martin.rar", "« SNO-01.rar »"),
        ("TP SNO-01.rar", "« TP SNO-01.rar »"),
        ("dossier/rendu final.rar", "« rendu final.rar »"),
    ],
)
def test_a_refusal_quotes_the_learner_s_own_file(tmp_path: Path, roster: Roster, name: str, shown: str) -> None:
    source = tmp_path / "depot.rar"
    source.write_bytes(b"Rar!\x1a\x07\x00")
    one = Dropped("Léa Martin", source, (name,), participant="101")
    (deposit,) = settled(roster, one).deposits
    assert deposit.source.name == "SNO-01.rar"
    assert deposit.problem and shown in deposit.problem and "Martin" not in deposit.problem
    said = deposit.discreet(f"« {deposit.source.name} » ou {deposit.source} est illisible.")
    assert shown.strip("« »") in said and "depot" not in said and str(tmp_path) not in said


def test_several_files_of_moodle_go_by_the_alias(tmp_path: Path, roster: Roster) -> None:
    (tmp_path / "depot").mkdir()
    one = Dropped("Léa Martin", tmp_path / "depot", ("index.php et 2 autres fichiers",), participant="101")
    (deposit,) = settled(roster, one).deposits
    assert deposit.shown is None and deposit.source.name == "SNO-01" and deposit.problem is None
