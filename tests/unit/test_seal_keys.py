"""The centre's key: behind a phrase, shown and given by its public half, never lost by accident."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from helpers import Done, here
from seal_samples import PHRASE
from sentences import faults

from etabli.seal import keys


@pytest.fixture(autouse=True)
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "240")
    Path("phrase.txt").write_text(PHRASE + "\n", "utf-8")
    Path("autre.txt").write_text("une autre phrase, aussi longue\n", "utf-8")
    return tmp_path


def key(*words: object, phrase: str = "phrase.txt") -> Done:
    return here("keys", *words, "--phrase-fichier", phrase)


def test_the_private_half_is_encrypted_and_this_account_s_alone(home: Path) -> None:
    assert key("creer").returncode == 0
    private = home / "cles" / "centre.pem"
    assert private.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600 and stat.S_IMODE(private.parent.stat().st_mode) == 0o700


def test_the_public_half_and_its_short_fingerprint_are_shown() -> None:
    made = key("creer")
    shown = here("keys", "montrer")
    assert keys.present().short in made.stdout and keys.present().short in shown.stdout
    assert "-----BEGIN PUBLIC KEY-----" in shown.stdout
    assert here("keys", "exporter", "centre.pub").returncode == 0
    assert keys.read_public(Path("centre.pub")).fingerprint == keys.present().fingerprint


def test_another_phrase_is_told_clearly() -> None:
    key("creer")
    Path("juin").mkdir()
    Path("juin/a.txt").write_text("a", "utf-8")
    done = here("seal", "juin", "-o", "a.zip", "--phrase-fichier", "autre.txt")
    assert done.returncode == 2 and "La phrase n'est pas celle de la clé" in done.stderr
    assert faults(done.stderr.removeprefix("✗ ").strip()) == [] and not Path("a.zip").exists()


def test_a_former_key_still_verifies_what_it_sealed() -> None:
    key("creer")
    Path("juin").mkdir()
    Path("juin/a.txt").write_text("a", "utf-8")
    assert here("seal", "juin", "-o", "a.zip", "--phrase-fichier", "phrase.txt").returncode == 0
    refused = key("creer")
    assert refused.returncode == 2 and "a déjà la clé du centre" in refused.stderr
    assert key("creer", "--remplacer", phrase="autre.txt").returncode == 0
    assert len(keys.known()) == 2 and here("verify", "a.zip").returncode == 0


def test_a_saved_key_seals_on_another_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key("creer")
    mine = keys.present().fingerprint
    assert here("keys", "exporter", "--complete", "sauvegarde.pem").returncode == 0
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "neuve"))
    assert "n'a pas la clé du centre" in here("keys", "montrer").stderr
    assert "La phrase n'est pas" in key("importer", "sauvegarde.pem", phrase="autre.txt").stderr
    assert key("importer", "sauvegarde.pem").returncode == 0 and keys.present().fingerprint == mine


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("keys", "creer", "--phrase-fichier", "courte.txt"), "moins de 12 caractères"),
        (("keys", "creer"), "Il manque la phrase"),
        (("keys", "exporter", "centre.pub"), "n'a pas la clé du centre"),
        (("keys", "verificateur"), "n'a pas la clé du centre"),
        (("keys", "importer", "courte.txt", "--phrase-fichier", "phrase.txt"), "n'est pas une clé d'Établi"),
        (("seal", "juin", "-o", "a.zip"), "n'a pas la clé du centre"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(words: tuple[str, ...], said: str) -> None:
    Path("juin").mkdir()
    Path("courte.txt").write_text("courte\n", "utf-8")
    done = here(*words)
    assert done.returncode == 2 and said in done.stderr, done
    assert faults(done.stderr.removeprefix("✗ ").strip()) == []


@pytest.mark.parametrize("point", ["01" + "00" * 31, "00" * 31 + "80", "ec" + "ff" * 31])
def test_a_key_by_which_anybody_signs_anything_is_none(point: str) -> None:
    """Of the first, a signature of « one » and nought fits whatever is signed."""
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(point))
    if point.startswith("01"):
        public.verify(bytes.fromhex(point) + bytes(32), b"tout")
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert keys.public_of(pem) is None
    Path("petite.pub").write_bytes(pem)
    told = here("verify", "petite.pub", "--cle", "petite.pub")
    assert told.returncode == 2 and "n'est pas une clé publique d'Établi" in told.stderr
