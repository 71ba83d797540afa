"""An attestation de formation: an Open Badges 3.0 credential that the centre decides, and nothing that looks like a mark."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from helpers import Done, here
from moodle_samples import sno
from seal_samples import PHRASE
from sentences import faults

from etabli.seal import keys

WORDS = ("--par", "Mme Essai", "--centre", "Lycée Essai", "--le", "2026-11-20", "--phrase-fichier", "phrase.txt")


@pytest.fixture(autouse=True)
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "240")
    Path("phrase.txt").write_text(PHRASE, "utf-8")
    keys.make(PHRASE)
    sno()
    return tmp_path


def made(*words: str, out: str = "a.jwt") -> Done:
    return here("badge", "creer", "--candidat", "SNO-01", *words, *WORDS, "-o", out)


def parts(token: bytes) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, credential, what is signed, and the signature: read by hand, as RFC 7515 has them."""
    signed, _dot, last = token.strip().rpartition(b".")
    head, body, signature = (base64.urlsafe_b64decode(one + b"==") for one in (*signed.split(b"."), last))
    return json.loads(head), json.loads(body), signed, signature


def test_it_is_an_open_badge_that_the_centre_s_key_signed() -> None:
    assert made("--tp", "page-dynamique").returncode == 0
    head, body, signed, signature = parts(Path("a.jwt").read_bytes())
    own = base64.urlsafe_b64decode(head["jwk"]["x"] + "==")
    assert (head["alg"], head["jwk"]["crv"]) == ("EdDSA", "Ed25519") and own == keys.present().key.public_bytes_raw()
    Ed25519PublicKey.from_public_bytes(own).verify(signature, signed)
    assert body["@context"][0] == "https://www.w3.org/ns/credentials/v2" and body["iss"].startswith("did:key:z6Mk")
    assert body["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert body["validFrom"].startswith("2026-11-20")


def test_it_says_a_training_and_neither_a_unit_nor_a_mark_nor_a_name() -> None:
    made("--module", "publier")
    _head, body, _signed, _signature = parts(Path("a.jwt").read_bytes())
    subject = body["credentialSubject"]
    assert subject["achievement"]["achievementType"] == "Course"
    assert not {"result", "creditsEarned"} & subject.keys()
    assert not {"resultDescription", "creditsAvailable", "alignment"} & subject["achievement"].keys()
    [identity] = subject["identifier"]
    assert identity["hashed"] and identity["identityHash"].startswith("sha256$")
    assert "MARTIN" not in json.dumps(body).upper() and "SNO-01" not in json.dumps(body)


def test_its_holder_and_the_centre_are_verified_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = made("--tp", "mots-de-passe").stdout
    name = said.rpartition('--nom "')[2].partition('"')[0]
    assert name
    here("keys", "exporter", "centre.pub")
    monkeypatch.setenv("ETABLI_HOME", str(tmp_path / "ailleurs"))
    done = here("badge", "verifier", "a.jwt", "--cle", "centre.pub", "--nom", name)
    assert done.returncode == 0 and "Mme Essai" in done.stdout and "ni une note du diplôme" in done.stdout, done
    other = here("badge", "verifier", "a.jwt", "--cle", "centre.pub", "--nom", "Un Autre")
    assert other.returncode == 1 and "n'est pas celle de « Un Autre »" in other.stderr
    assert "Donnez la clé publique" in here("badge", "verifier", "a.jwt").stderr


def test_a_changed_one_or_another_centre_s_is_refused() -> None:
    made("--tp", "mots-de-passe")
    token = Path("a.jwt").read_bytes()
    head, body, signature = token.strip().split(b".")
    forged = base64.urlsafe_b64encode(base64.urlsafe_b64decode(body + b"==").replace(b"Mme Essai", b"Mme Autre"))
    Path("b.jwt").write_bytes(b".".join([head, forged.rstrip(b"="), signature]))
    keys.make("la phrase d'un autre centre", replace=True)
    here("keys", "exporter", "autre.pub")
    for words in (("b.jwt",), ("a.jwt", "--cle", "autre.pub"), ("phrase.txt",)):
        done = here("badge", "verifier", *words)
        assert done.returncode == 1 and "n'est pas une attestation signée par le centre" in done.stderr, words
    assert here("badge", "verifier", "a.jwt").returncode == 0  # by the former key, which stays known


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Dites quelle formation"),
        (("--tp", "page-dynamique", "--module", "publier"), "Dites quelle formation"),
        (("--module", "nulle-part"), "n'est pas un module de l'année : il y a « publier »"),
        (("--tp", "page-dynamique", "--le", "2999-01-01"), "un jour à venir"),
        (("--tp", "page-dynamique", "--candidat", "SNO-99"), "donnez son nom avec « --nom »"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(words: tuple[str, ...], said: str) -> None:
    done = here("badge", "creer", "--candidat", "SNO-01", *WORDS, *words, "-o", "a.jwt")
    assert done.returncode == 2 and said in done.stderr, done
    assert faults(done.stderr.removeprefix("✗ ").strip()) == [] and not Path("a.jwt").exists()
