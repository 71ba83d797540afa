"""An attestation de formation: an Open Badges 3.0 credential, a JWT that the centre's key signs (``openbadgeslib``).

It says that a training was attained, by the decision of a person of the centre; never a unit, a bloc or a mark. The
issuer is the key itself (``did:key``), so nothing has to be fetched to verify it. The holder's name is a salted hash.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from etabli.seal.keys import PublicKey

_NAMES: Final = uuid.UUID("6f1d4b1e-7a53-5a0e-9d0c-2b8f5c1c9e46")
"""Where identifiers of trainings come from: the same one for the same centre's key and the same training."""
_LIMITS: Final = (
    "Attestation de formation, sur décision du centre. Elle n'atteste ni une unité, ni un bloc de compétences, ni une "
    "note du diplôme, que seul le jury prononce."
)


@dataclass(frozen=True)
class Attested:
    """What is attested, of whom, by whom."""

    person: str
    title: str
    """Of the training."""
    code: str
    """``tp:`` or ``module:`` and its identifier."""
    centre: str
    by: str
    """Who decided it."""
    day: date


@dataclass(frozen=True)
class Attestation:
    """An attestation that a key of the centre signed."""

    key: PublicKey
    told: tuple[str, ...]
    """What it says, in French lines."""
    hashes: tuple[tuple[str, str], ...]
    """Salted hashes of the holder's name, and their salts."""

    def is_of(self, name: str) -> bool:
        """Tells whether it is this person's, as the list of the class writes them."""
        return any(_hashed(name, salt) == known for known, salt in self.hashes)


def attestation(told: Attested, private: Ed25519PrivateKey) -> str:
    """Returns the signed credential, as a compact JWT."""
    from openbadgeslib.ob3 import Achievement, IdentityObject, Issuer, OB3Signer, OpenBadgeCredential  # half a second

    public = PublicKey(private.public_key())
    salt = secrets.token_hex(16)
    decided = f"Formation suivie et menée à son terme, sur décision de {told.by}, le {told.day:%d/%m/%Y}."
    credential = OpenBadgeCredential(
        issuer=Issuer(id=_did(public), name=told.centre),
        recipient_id=None,
        achievement=Achievement(
            id=uuid.uuid5(_NAMES, f"{public.fingerprint} {told.code}").urn,
            name=told.title,
            description=_LIMITS,
            criteria_narrative=decided,
            achievement_type="Course",
        ),
        name=f"Attestation de formation : {told.title}",
        issuance_date=min(datetime.combine(told.day, time(), UTC), datetime.now(UTC)),
        identifiers=[IdentityObject(_hashed(told.person, salt), "name", True, salt)],
    )
    return OB3Signer(private, algorithm="EdDSA").sign(credential)


def read_attestation(content: bytes, trusted: Sequence[PublicKey]) -> Attestation | None:
    """Verifies an attestation; nothing when none of these keys signed it, or it is none of ours."""
    from openbadgeslib.errors import LibOpenBadgesException
    from openbadgeslib.ob3 import OB3Verifier

    for key in trusted:
        try:
            found = OB3Verifier.for_issuer_did(_did(key)).verify(content.decode("ascii").strip())
        except (LibOpenBadgesException, ValueError):
            continue
        day = found.issuance_date
        told = (
            f"Formation : {found.achievement.name}",
            f"Centre : {found.issuer.name}, le {day:%d/%m/%Y}" if day else f"Centre : {found.issuer.name}",
            found.achievement.criteria_narrative,
            found.achievement.description,
        )
        return Attestation(key, told, tuple((one.identity_hash, one.salt or "") for one in found.identifiers))
    return None


def _did(key: PublicKey) -> str:
    from openbadgeslib.ob3.did import did_key_from_pem

    return str(did_key_from_pem(key.pem))


def _hashed(name: str, salt: str) -> str:
    """A name as Open Badges hashes an identity: spaces as one, then its salt."""
    return f"sha256${hashlib.sha256((' '.join(name.split()) + salt).encode()).hexdigest()}"
