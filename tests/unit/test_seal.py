"""A seal: the same bytes for the same evidence, and whatever is changed is told by its name."""

from __future__ import annotations

import hashlib
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from helpers import Done, here, volume
from report_tables import validator
from seal_samples import HISTORY, PHRASE, changed, evidence, files_of, mutated, packed, sealed
from sentences import faults

from etabli.exam.contract.errors import UsageProblem
from etabli.seal import archive as archive_form
from etabli.seal import checking, keys
from etabli.seal import manifest as manifest_form
from etabli.seal.canonical import canonical, merkle_root
from etabli.seal.checking import Checked, check
from etabli.seal.facts import histories_of
from etabli.seal.keys import PublicKey
from etabli.seal.manifest import CONTENT, MANIFEST, read_manifest
from etabli.seal.opening import read_archive
from etabli.seal.short import printable

DECISIONS = "juin/decisions/SNO-07.yaml"


@pytest.fixture(scope="module")
def archive(module_home: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, PublicKey]:
    return sealed(evidence(tmp_path_factory.mktemp("preuves")))


@pytest.fixture(scope="module")
def small(module_home: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, PublicKey]:
    """One without runs, which are long to read."""
    return sealed(evidence(tmp_path_factory.mktemp("petit"), runs=0))


@pytest.fixture
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with evidence in ``juin``, a phrase, and a home with the centre's key."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "240")
    evidence(tmp_path)
    keys.make(PHRASE)
    Path("phrase.txt").write_text(PHRASE + "\n", "utf-8")
    return tmp_path


def seal(*words: object, out: str = "juin.scelle.zip") -> Done:
    return here("seal", *words, "-o", out, "--phrase-fichier", "phrase.txt")


def names(found: Checked) -> list[str]:
    return [flaw.name for flaw in found.flaws]


def test_the_root_is_the_one_of_rfc_6962() -> None:
    leaves = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
    roots = [merkle_root(leaves[:number])[:16] for number in range(8)]
    assert roots == [
        *("e3b0c44298fc1c14", "6e340b9cffb37a98", "fac54203e7cc696c", "aeb6bcfe274b70a1"),
        *("d37ee418976dd957", "4e3bbb1f7b478dcf", "76e67dadbcdf1e10", "ddb89be403809e32"),
    ]


def test_the_same_evidence_is_the_same_bytes(home: Path, tmp_path: Path) -> None:
    folder, once = evidence(tmp_path), []
    sealed(folder)
    for _time in range(2):
        (folder / "procès-verbal.txt").touch()
        files = files_of(sealed(folder)[0])
        once.append({name: one for name, one in files.items() if name.startswith(CONTENT) or name == "CLE.pub"})
    assert once[0] == once[1]


def test_it_is_a_zip_that_opens_everywhere(archive: tuple[bytes, PublicKey], tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(archive[0])
    with zipfile.ZipFile(tmp_path / "a.zip") as found:
        assert found.testzip() is None
        assert found.namelist() == sorted(found.namelist()) == list(files_of(archive[0]))
        assert {(one.compress_type, one.date_time, one.external_attr >> 16) for one in found.infolist()} == {
            (zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0), 0o100644)
        }
        assert found.read(f"{CONTENT}juin/procès-verbal.txt").decode() == "La commission propose."


def test_what_made_the_runs_is_in_the_manifest(archive: tuple[bytes, PublicKey]) -> None:
    files = files_of(archive[0])
    told = json.loads(files["MANIFESTE.json"])
    assert canonical(told) == files["MANIFESTE.json"]
    validator("manifeste").validate(told)
    assert not validator("manifeste").is_valid(told | {"note": 12})
    [run] = told["runs"]
    frozen = json.loads(files[f"{CONTENT}{run.pop('path')}/run.json"])
    assert run == {key: frozen[key] for key in run} and {"image_ids", "seed_fingerprint", "pack_sha256"} < run.keys()
    assert told["etabli"].keys() == {"version", "platform_sha256"}
    [history] = told["histories"]
    assert history["where"] == "historique" and len(history["entries"]) == 3


def test_an_intact_archive_says_what_was_checked(place: Path) -> None:
    done = seal("juin")
    assert done.returncode == 0, done
    root = next(line for line in done.stdout.splitlines() if line.startswith("Racine")).rpartition(" ")[2]
    done = here("verify", "juin.scelle.zip")
    assert done.returncode == 0, done
    assert root in done.stdout and keys.present().short in done.stdout
    assert "5 fichiers, chacun comparé à son empreinte SHA-256 ; aucun ajouté, aucun retiré." in done.stdout
    assert "Intacte, et scellée par le centre : juin" in done.stdout
    assert [faults(line.removeprefix("✓ ")) for line in done.stdout.splitlines()] == [[]] * 7


def test_it_is_verified_elsewhere_with_the_public_key_alone(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert seal("juin").returncode == 0
    assert here("keys", "exporter", "centre.pub").returncode == 0
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "ailleurs"))
    assert here("verify", "juin.scelle.zip", "--cle", "centre.pub").returncode == 0
    alone = here("verify", "juin.scelle.zip")
    assert alone.returncode == 1 and "Rien ici ne dit que la clé" in alone.stderr
    assert not (tmp_path / "ailleurs" / "cles").exists()


def test_another_key_is_told(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seal("juin")
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "autre"))
    keys.make(PHRASE)
    done = here("verify", "juin.scelle.zip")
    assert done.returncode == 1 and "« CLE.pub »" in done.stderr and "un autre a signé" in done.stderr


def reversed_history(content: bytes) -> bytes:
    told = yaml.safe_load(content)
    return yaml.safe_dump(told | {"historique": told["historique"][::-1]}).encode()


@pytest.mark.parametrize(
    ("change", "name", "said"),
    [
        (lambda one: one.replace(b"partiel", b"acquis!"), DECISIONS, "la décision n° 3 a été changée"),
        (reversed_history, DECISIONS, "son historique n'est plus dans l'ordre"),
        (lambda one: one.rpartition(b"- {")[0], DECISIONS, "il n'a plus que 2 décisions sur 3"),
        (lambda one: one + b"- {quoi: note, le: 2027-06-02}\n", DECISIONS, "il a 4 décisions au lieu de 3"),
        (lambda one: one + b"# rien\n", DECISIONS, "a été modifié après le scellé."),
        (lambda one: one + b"!", "juin/procès-verbal.txt", "a été modifié après le scellé."),
    ],
)
def test_a_file_that_was_edited_is_named(
    archive: tuple[bytes, PublicKey], change: Callable[[bytes], bytes], name: str, said: str
) -> None:
    data, public = archive
    [flaw] = check(changed(data, name, change), [public]).flaws
    assert flaw.name == CONTENT + name and said in flaw.sentence()
    assert faults(flaw.sentence()) == []


def test_what_was_added_or_removed_is_named(archive: tuple[bytes, PublicKey]) -> None:
    data, public = archive
    files = files_of(data)
    added = check(packed(files | {f"{CONTENT}juin/note.txt": b"18/20"}), [public])
    assert names(added) == [f"{CONTENT}juin/note.txt"] and "a été ajouté" in added.flaws[0].sentence()
    for name in (DECISIONS, f"autre/{DECISIONS}", "A", "zz"):
        assert names(check(packed(files | {name: b"18/20"}), [public])) == [name], name
    gone = f"{CONTENT}{DECISIONS}"
    removed = check(packed({name: one for name, one in files.items() if name != gone}), [public])
    assert names(removed) == [gone] and "a été retiré" in removed.flaws[0].sentence()


def test_where_it_was_cut_is_named(archive: tuple[bytes, PublicKey]) -> None:
    data, public = archive
    cut = check(data[: data.index(b"La commission propose.") + 5], [public])
    assert f"{CONTENT}juin/procès-verbal.txt" in names(cut)
    assert "tronqué" in cut.flaws[0].sentence()
    assert names(check(b"", [public])) == ["CLE.pub", "MANIFESTE.json"]


def test_a_manifest_made_to_fit_is_not_signed(archive: tuple[bytes, PublicKey]) -> None:
    data, public = archive
    other = changed(data, DECISIONS, lambda one: one.replace(b"partiel", b"acquis!"))
    files = files_of(other)
    manifest = read_manifest(files["MANIFESTE.json"])
    assert manifest is not None
    told = tuple(
        one.model_copy(update={"sha256": hashlib.sha256(files[CONTENT + one.path]).hexdigest()})
        for one in manifest.files
    )
    [(_where, entries)] = histories_of(files[CONTENT + DECISIONS])
    histories = tuple(one.model_copy(update={"entries": entries}) for one in manifest.histories)
    forged = manifest.model_copy(update={"files": told, "histories": histories}).rooted()
    found = check(packed(files | {"MANIFESTE.json": forged.content()}), [public])
    assert names(found) == ["SIGNATURE"] and "MANIFESTE.json" in found.flaws[0].sentence()


def test_a_signature_of_another_spelling_is_none(small: tuple[bytes, PublicKey]) -> None:
    """S and S + L are the same number to who does not compare it with L."""
    files = files_of(small[0])
    order = 2**252 + 27742317777372353535851937790883648493
    first, second = files["SIGNATURE"][:32], int.from_bytes(files["SIGNATURE"][32:], "little")
    odd = packed(files | {"SIGNATURE": first + (second + order).to_bytes(32, "little")})
    assert names(check(odd, [small[1]])) == ["SIGNATURE"]


def test_of_a_manifest_that_nobody_signed_no_decisions_are_read(
    small: tuple[bytes, PublicKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred files of them would take an hour."""
    files = files_of(small[0])
    files[CONTENT + DECISIONS] = files[CONTENT + DECISIONS].replace(b"acquis", b"partiel")
    assert "la décision n° 1 a été changée" in check(packed(files), [small[1]]).flaws[0].what
    monkeypatch.setattr(checking, "histories_of", lambda content: pytest.fail("read"))
    files["SIGNATURE"] = bytes(64)
    assert names(check(packed(files), [small[1]])) == [CONTENT + DECISIONS, "SIGNATURE"]


def test_an_archive_of_crumbs_has_an_end(small: tuple[bytes, PublicKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a gigabyte of entries that are nothing is seventeen million of them."""
    crumb = packed({"": b""})[:30]
    monkeypatch.setattr(archive_form, "MOST_FILES", 50)
    assert len(archive_form.walk(crumb * 1000).files) == 50
    assert not check(crumb * 1000, [small[1]]).intact


def test_what_is_greater_than_any_of_ours_is_not_read(
    small: tuple[bytes, PublicKey], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(tmp_path / "creux.zip", "wb") as hollow:
        hollow.truncate(archive_form.MOST + 1)
    with pytest.raises(UsageProblem, match="dépasse 500 Mo"):
        read_archive(tmp_path / "creux.zip")
    content = bytes(files_of(small[0])[MANIFEST])
    assert read_manifest(content)
    monkeypatch.setattr(manifest_form, "_MOST", len(content) - 2)
    assert read_manifest(content) is None


def test_a_zip_written_again_by_another_tool_is_seen(archive: tuple[bytes, PublicKey], tmp_path: Path) -> None:
    data, public = archive
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_STORED) as made:
        for name, content in files_of(data).items():
            made.writestr(zipfile.ZipInfo(name, (2027, 6, 1, 0, 0, 0)), content)
    assert names(check((tmp_path / "b.zip").read_bytes(), [public])) == ["CLE.pub"]


def test_whatever_happens_to_an_archive_is_seen(
    archive: tuple[bytes, PublicKey], small: tuple[bytes, PublicKey]
) -> None:
    unseen = []
    for seed in range(volume(100, 10_000)):
        data, public = small if seed % 10 else archive
        other = mutated(data, random.Random(seed))
        found = check(other, [public])
        if found.intact if other != data else not found.intact:
            unseen.append(seed)
        if not found.intact:
            assert all(flaw.name for flaw in found.flaws), seed
    assert unseen == []


@pytest.mark.long
def test_each_byte_of_an_archive_matters(small: tuple[bytes, PublicKey]) -> None:
    data, public = small
    for at in range(len(data)):
        other = bytearray(data)
        other[at] ^= 0x20
        assert not check(bytes(other), [public]).intact, at


def test_a_run_that_has_changed_is_not_sealed(place: Path) -> None:
    [transcript] = Path("juin").rglob("transcript.jsonl")
    transcript.write_bytes(transcript.read_bytes() + b"\n")
    done = seal("juin")
    assert done.returncode == 1 and "transcript.jsonl » a été modifié depuis la vérification" in done.stderr
    assert "Rien n'est scellé" in done.stderr and not Path("juin.scelle.zip").exists()


def test_the_recueil_of_a_candidate_is_sealed(place: Path) -> None:
    from recueil_samples import frozen_run

    frozen_run(Path("resultats/mots-de-passe"), "SNO-07")
    assert here("trace", "choisir", "--candidat", "SNO-07").returncode == 0
    done = seal("juin", "--candidat", "sno-07", "--json", out="SNO-07.scelle.zip")
    assert done.returncode == 0, done
    told = json.loads(done.stdout)
    assert told["runs"] == 2
    found = check(Path("SNO-07.scelle.zip").read_bytes(), keys.known())
    assert found.manifest is not None and (found.manifest.kind, found.manifest.subject) == ("candidat", "SNO-07")
    assert {"SNO-07/recueil.yaml", "SNO-07/referentiel.yaml", DECISIONS} < set(found.files)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Dites quoi sceller"),
        (("nulle-part",), "« nulle-part » n'est pas un dossier"),
        (("juin", "autre/juin"), "ont le même nom"),
        (("vide",), "Il n'y a aucun fichier à sceller"),
        (("liens",), "« liens/x » ne peut pas être scellé"),
        (("juin", "--candidat", "SNO-99"), "n'a pas de recueil"),
    ],
)
def test_what_cannot_be_sealed_is_told_in_a_sentence(place: Path, words: tuple[str, ...], said: str) -> None:
    for folder in ("autre/juin", "vide", "liens"):
        Path(folder).mkdir(parents=True)
    Path("autre/juin/x.txt").write_text("x", "utf-8")
    Path("vide/.DS_Store").write_text("x", "utf-8")
    Path("liens/x").symlink_to("/etc/passwd")
    done = seal(*words)
    assert done.returncode == 2 and said in done.stderr, done
    assert faults(done.stderr.removeprefix("✗ ").strip()) == [] and not Path("juin.scelle.zip").exists()


def test_an_archive_is_not_replaced(place: Path) -> None:
    assert seal("juin").returncode == 0
    assert "une archive scellée ne se remplace pas" in seal("juin").stderr


def test_what_is_no_archive_is_told(place: Path) -> None:
    done = here("verify", "phrase.txt")
    assert done.returncode == 1 and "« MANIFESTE.json » manque : ce n'est pas une archive scellée" in done.stderr
    assert here("verify", "nulle-part.zip").returncode == 2
    assert "n'est pas une clé publique" in here("verify", "phrase.txt", "--cle", "phrase.txt").stderr


def test_papers_show_the_root_in_a_form_that_people_compare(place: Path) -> None:
    seal("juin")
    shown = printable(Path("juin.scelle.zip"))
    assert shown.short.replace("-", "").lower() == shown.root[:24] and len(shown.short.split("-")) == 6
    assert shown.qr.startswith("<svg") and shown.root.upper() in shown.qr


def test_a_bomb_in_yaml_is_no_history() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [*{last}, *{last}]\n" for last, name in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    assert histories_of((bomb + "historique: [*k]\n").encode()) == []
    assert len(histories_of(HISTORY.encode())[0][1]) == 3
