"""« Télécharger tous les travaux remis », in every shape that Moodle and teachers give it."""

from __future__ import annotations

import os
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from deposit_samples import tree
from moodle_samples import SITE, download, packed

from etabli.exam.contract.errors import UsageProblem
from etabli.lab.manifest import Lab
from etabli.reception.dropped import Gathered
from etabli.reception.gathering import Reading, gather
from etabli.reception.moodle import pieces
from etabli.reception.moodle.download import read_download

Received = Callable[..., Gathered]


@pytest.fixture
def received(tmp_path: Path, lab: Lab, workshop: Path) -> Received:
    """What is taken of a download with these members."""

    def of(members: Sequence[tuple[str, bytes]], **more: Any) -> Gathered:
        return read(download(tmp_path / "d.zip", members, **more), lab, workshop)

    return of


def read(path: Path, lab: Lab, workshop: Path) -> Gathered:
    download = read_download(path, lab, workshop)
    assert download is not None
    return download


LEA = "Léa Martin_101_assignsubmission_file"


@pytest.mark.parametrize("folder", [f"{LEA}/", f"{LEA}_/", f"{LEA}_", f"Devoir 3/{LEA}/"])
def test_every_naming_is_read(tmp_path: Path, lab: Lab, workshop: Path, folder: str) -> None:
    path = download(tmp_path / "d.zip", [(f"{folder}site.zip", SITE)])
    (dropped,) = read(path, lab, workshop).dropped
    assert (dropped.name, dropped.participant, dropped.files) == ("Léa Martin", "101", ("site.zip",))
    assert dropped.source.read_bytes() == SITE and dropped.problem is None


def test_an_unpacked_folder_is_the_same(tmp_path: Path, lab: Lab, workshop: Path) -> None:
    path = download(
        tmp_path / "d.zip", [(f"{LEA}/site.zip", SITE), ("Tom Blanc_102_assignsubmission_file/t.zip", SITE)]
    )
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "Devoir")
    found = read(tmp_path / "Devoir", lab, workshop)
    assert [(one.name, one.participant, one.files) for one in found.dropped] == [
        ("Léa Martin", "101", ("site.zip",)),
        ("Tom Blanc", "102", ("t.zip",)),
    ]


@pytest.mark.parametrize("encoding", ["cp437", "cp850", "cp1252", "utf-8"])
def test_names_of_other_zip_tools_are_read(tmp_path: Path, lab: Lab, workshop: Path, encoding: str) -> None:
    raw = f"{LEA}_/réponse.zip".encode(encoding)
    stand_in = "x" * len(raw)
    path = download(tmp_path / "d.zip", [(stand_in, SITE)])
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), raw))
    (dropped,) = read(path, lab, workshop).dropped
    assert (dropped.name, dropped.files) == ("Léa Martin", ("réponse.zip",))


def test_names_of_a_mac_are_composed(tmp_path: Path, lab: Lab, workshop: Path) -> None:
    path = download(tmp_path / "d.zip", [(unicodedata.normalize("NFD", f"{LEA}_/réponse.zip"), SITE)])
    (dropped,) = read(path, lab, workshop).dropped
    assert (dropped.name, dropped.files) == ("Léa Martin", ("réponse.zip",))


def test_of_several_archives_the_last_is_graded_and_all_are_listed(received: Received) -> None:
    last = packed(index__php="<?php echo 'v10';")
    members = [(f"{LEA}/v9.zip", SITE), (f"{LEA}/v10.zip", last), (f"{LEA}/lisez-moi.txt", b"bonjour")]
    (dropped,) = received(members).dropped
    assert dropped.source.read_bytes() == last
    assert dropped.files == ("v9.zip", "lisez-moi.txt", "v10.zip")


def test_versions_of_an_unpacked_folder_count_as_people_count(tmp_path: Path, lab: Lab, workshop: Path) -> None:
    folder = tmp_path / "Devoir" / LEA
    folder.mkdir(parents=True)
    for name in ("v10.zip", "v9.zip"):
        (folder / name).write_bytes(SITE)
        os.utime(folder / name, (1_800_000_000, 1_800_000_000))
    (dropped,) = read(tmp_path / "Devoir", lab, workshop).dropped
    assert dropped.files == ("v9.zip", "v10.zip")


def test_a_readable_zip_is_preferred_to_another_archive(received: Received) -> None:
    members = [(f"{LEA}/site.zip", SITE), (f"{LEA}/site.rar", b"Rar!")]
    (dropped,) = received(members).dropped
    assert dropped.source.read_bytes() == SITE


def test_loose_files_are_one_submission(received: Received) -> None:
    members = [(f"{LEA}/index.php", b"<?php"), (f"{LEA}/css/style.css", b"p{}"), (f"{LEA}/images.zip", packed(a="b"))]
    (dropped,) = received(members).dropped
    assert set(tree(dropped.source)) == {"index.php", "css/style.css", "images.zip"}
    assert dropped.files == ("index.php et 2 autres fichiers",)


def test_flat_loose_files_are_one_submission_too(received: Received) -> None:
    members = [(f"{LEA}_index.php", b"<?php"), (f"{LEA}_style.css", b"p{}")]
    (dropped,) = received(members).dropped
    assert {path.name for path in dropped.source.iterdir()} == {"index.php", "style.css"}


def test_an_online_text_is_listed_and_not_graded(received: Received) -> None:
    text = "Tom Blanc_102_assignsubmission_onlinetext/onlinetext.html"
    found = received([(f"{LEA}/site.zip", SITE), (text, b"<p>Bonjour")])
    lea, tom = found.dropped
    assert found.texts == 1
    assert lea.problem is None
    assert tom.problem and "texte en ligne" in tom.problem


def test_anonymous_submissions_are_known_by_number_only(received: Received) -> None:
    members = [(f"Participant_{n}_assignsubmission_file/site.zip", SITE) for n in (7, 8)]
    found = received(members).dropped
    assert [(one.title, one.blind) for one in found] == [("Participant 7", True), ("Participant 8", True)]


def test_the_group_of_older_versions_is_no_name(received: Received) -> None:
    members = [
        (f"TP1-{name}_{n}_assignsubmission_file_/s.zip", SITE) for n, name in enumerate(("Léa Martin", "Tom Blanc"))
    ]
    found = received(members).dropped
    assert [one.name for one in found] == ["TP1-Léa Martin", "TP1-Tom Blanc"]
    assert [one.short for one in found] == ["Léa Martin", "Tom Blanc"], "the class tells which reading is right"


def test_what_groups_handed_in_is_kept_apart_from_what_bears_the_same_number(received: Received) -> None:
    other = packed(index__php="<?php echo 'groupe';")
    members = [
        ("Équipe 1_101_assignsubmission_file/site.zip", other),
        (f"{LEA}/site.zip", SITE),
        ("Groupe par défaut_assignsubmission_file/site.zip", packed(a="b")),
        ("Default group_assignsubmission_file/site.zip", packed(c="d")),
    ]
    found = received(members).dropped
    assert [(one.name, one.participant, one.group) for one in found] == [
        ("Équipe 1", "101", None),
        ("Léa Martin", "101", None),
        ("Groupe par défaut", None, "0"),
        ("Default group", None, "0"),
    ]
    assert [one.source.read_bytes() for one in found] == [other, SITE, packed(a="b"), packed(c="d")]


def test_the_dates_of_the_download_are_not_taken_for_those_of_the_deposits(received: Received) -> None:
    members = [(f"É {n}_{n}_assignsubmission_file/s.zip", SITE) for n in range(3)]
    found = received(members)
    assert {one.at for one in found.dropped} == {None}


def test_dates_that_go_back_are_those_of_the_deposits(received: Received) -> None:
    members = [(f"É {n}_{n}_assignsubmission_file/s.zip", SITE) for n in range(3)]
    dates = [datetime(2026, 11, 20, 18, 2), datetime(2026, 11, 18, 9, 0), datetime(2026, 11, 22, 23, 58)]
    found = received(members, dates=dates)
    assert [one.at for one in found.dropped] == [date.astimezone() for date in dates]


DAYS = [datetime(2026, 11, 20, 18, 2), datetime(2026, 11, 18, 9, 0), datetime(2026, 11, 22, 23, 58)]


@pytest.mark.parametrize(
    ("members", "dates", "ordered"),
    [
        (["v2.zip", "v1.zip"], DAYS, True),
        (["v2.zip", "v1.zip"], [DAYS[1], DAYS[1], DAYS[0]], False),
        (["v1.zip", "v2.zip"], None, False),
        (["notes.txt", "site.zip"], None, True),
        (["site.rar", "site.zip"], None, True),
        (["index.php", "style.css"], None, True),
    ],
)
def test_an_order_that_no_hour_tells_is_unknown(
    tmp_path: Path, lab: Lab, workshop: Path, members: list[str], dates: list[datetime] | None, ordered: bool
) -> None:
    """A number in a name proves nothing; what has no rival needs no order."""
    files = [(f"{LEA}/{name}", SITE) for name in members]
    path = download(tmp_path / "d.zip", [*files, ("Tom Blanc_102_assignsubmission_file/t.zip", SITE)], dates=dates)
    lea, tom = read(path, lab, workshop).dropped
    assert (lea.ordered, tom.ordered) == (ordered, True)
    assert not dates or lea.files[-1] == "v2.zip" or not ordered


def test_a_path_that_leaves_the_tree_is_passed_over(received: Received, tmp_path: Path) -> None:
    members = [
        (f"{LEA}/site.zip", SITE),
        (f"{LEA}/../../../dehors.zip", SITE),
        ("/Tom_1_assignsubmission_file_/a.zip", SITE),
    ]
    found = received(members).dropped
    assert [one.files for one in found] == [("site.zip",)]
    assert not list(tmp_path.rglob("dehors.zip"))


def test_too_much_is_a_problem_of_that_learner_only(received: Received) -> None:
    members = [(f"{LEA}/gros.zip", bytes(1_200_000)), ("Tom Blanc_102_assignsubmission_file/t.zip", SITE)]
    lea, tom = received(members).dropped
    assert lea.problem and "plus de 1 Mo" in lea.problem
    assert tom.problem is None


def test_a_name_that_moodle_made_too_long_is_read(received: Received) -> None:
    """Its own beginning, before 225 signs of the learner's, makes more than a disk takes of a name."""
    name = f"{'é' * 110}.zip"
    lea, tom = received(
        [(f"{LEA}_{name}", SITE), (f"Tom Blanc_102_assignsubmission_file_{'x' * 260}.txt", b"")]
    ).dropped
    assert (lea.files, lea.problem) == ((name,), None)
    assert tom.problem and "chemin trop long" in tom.problem


@pytest.mark.parametrize("wrapped", [False, True])
def test_who_hands_in_thousands_of_files_costs_nobody_theirs(
    tmp_path: Path, lab: Lab, workshop: Path, monkeypatch: pytest.MonkeyPatch, wrapped: bool
) -> None:
    monkeypatch.setattr(pieces, "_MOST_EACH", 150)
    folder = tmp_path / "Devoir" / "Classe" if wrapped else tmp_path / "Devoir"
    for name in ("Ada_100_assignsubmission_file", LEA):
        (folder / name).mkdir(parents=True)
    for number in range(400):
        (folder / "Ada_100_assignsubmission_file" / f"{number}.txt").touch()
    (folder / LEA / "site.zip").write_bytes(SITE)
    ada, lea = read(tmp_path / "Devoir", lab, workshop).dropped
    assert ada.problem and "plus de 20 fichiers" in ada.problem
    assert (lea.files, lea.problem) == (("site.zip",), None)


def test_a_day_that_no_calendar_has_is_an_unknown_hour(tmp_path: Path, lab: Lab, workshop: Path) -> None:
    path = tmp_path / "Devoir" / LEA / "site.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(SITE)

    def far() -> datetime:
        return datetime.fromtimestamp(400_000_000_000)  # of the year 14645; few disks keep one

    assert pieces._local(far) is None
    (lea,) = read(tmp_path / "Devoir", lab, workshop).dropped
    assert lea.problem is None


def test_links_of_an_unpacked_folder_are_not_followed(tmp_path: Path, lab: Lab, workshop: Path) -> None:
    folder = tmp_path / "Devoir" / LEA
    folder.mkdir(parents=True)
    (folder / "index.php").symlink_to("/etc/passwd")
    (folder / "site.zip").write_bytes(SITE)
    (dropped,) = read(tmp_path / "Devoir", lab, workshop).dropped
    assert dropped.files == ("site.zip",)


def test_a_class_folder_with_a_made_up_name_inside_is_no_download(tmp_path: Path, lab: Lab, workshop: Path) -> None:
    trap = tmp_path / "rendus" / "sno-07" / "X_1_assignsubmission_file"
    trap.mkdir(parents=True)
    (trap / "a.zip").write_bytes(SITE)
    (tmp_path / "rendus" / "sno-08").mkdir()
    (tmp_path / "rendus" / "sno-08" / "index.php").write_text("<?php")
    assert read_download(tmp_path / "rendus", lab, workshop) is None


def test_what_a_teacher_put_beside_is_taken_too(tmp_path: Path, lab: Lab, workshop: Path) -> None:
    folder = tmp_path / "Devoir"
    (folder / LEA).mkdir(parents=True)
    (folder / LEA / "site.zip").write_bytes(SITE)
    (folder / "SNO-02.zip").write_bytes(SITE)
    (folder / "liste.csv").write_text("nom")
    gathered = gather([folder], lab, Reading.GUESS, workshop)
    assert gathered.moodle
    assert [(one.name, one.participant) for one in gathered.dropped] == [("Léa Martin", "101"), ("SNO-02", None)]


def test_a_zip_with_a_password_is_one_sentence(tmp_path: Path, lab: Lab, workshop: Path) -> None:
    path = download(tmp_path / "d.zip", [(f"{LEA}/site.zip", SITE)])
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(UsageProblem, match="mot de passe"):
        read_download(path, lab, workshop)


def test_a_zip_that_was_compressed_again_in_another_way_is_one_sentence(
    tmp_path: Path, lab: Lab, workshop: Path
) -> None:
    path = download(tmp_path / "d.zip", [(f"{LEA}/site.zip", SITE)])
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 10] = 93
    path.write_bytes(data)
    with pytest.raises(UsageProblem, match=r"« d\.zip » est un zip compressé avec la méthode Zstandard"):
        read_download(path, lab, workshop)


def test_a_folder_told_by_its_attribute_alone_is_no_file(tmp_path: Path, lab: Lab, workshop: Path) -> None:
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as made:
        for name, content in ((LEA, b""), (f"{LEA}/css", b""), (f"{LEA}/css/a.css", b"p{}"), (f"{LEA}/index.php", b"")):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 0, 0 if "." in name else 0x10
            made.writestr(info, content)
    (dropped,) = read(tmp_path / "d.zip", lab, workshop).dropped
    assert dropped.problem is None and set(tree(dropped.source)) == {"css/a.css", "index.php"}


def test_a_damaged_member_is_a_problem_of_that_learner_only(tmp_path: Path, lab: Lab, workshop: Path) -> None:
    members = [(f"{LEA}/site.zip", SITE), ("Tom Blanc_102_assignsubmission_file/t.zip", packed(a="tout autre"))]
    path = download(tmp_path / "d.zip", members)
    data = bytearray(path.read_bytes())
    data[data.index(b"<?php echo 1;")] ^= 0xFF
    path.write_bytes(data)
    lea, tom = read(path, lab, workshop).dropped
    assert lea.problem and "téléchargez-le de nouveau" in lea.problem
    assert tom.problem is None


def test_a_flood_of_files_is_a_problem_of_that_learner_only(received: Received) -> None:
    members = [(f"{LEA}/{n}.txt", b"") for n in range(121)] + [("Tom Blanc_102_assignsubmission_file/t.zip", SITE)]
    lea, tom = received(members).dropped
    assert lea.problem and "plus de 20 fichiers" in lea.problem
    assert tom.problem is None
