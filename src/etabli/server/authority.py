"""The room's own authority: a root that PCs install once, and the intermediate that the front signs with.

Both may vouch for the room's name and those below it, and for nothing else: ``nameConstraints``, critical, in each. So
a key that is stolen from the server opens no other site on the PCs that trust the root. The root's key stays in the
room's folder, where no service sees it; it is needed again when the intermediate is renewed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from etabli.exam.contract.errors import UsageProblem
from etabli.runs.evidence import write_atomically

ROOT_YEARS = 10
INTERMEDIATE_YEARS = 5
RENEWED = timedelta(days=365)
"""The intermediate is made anew when it has less than this left."""
_YEAR = timedelta(days=365)
_SKEW = timedelta(days=1)
"""A PC whose clock is late takes a new certificate all the same."""


@dataclass(frozen=True)
class Authority:
    """The four files of an authority, in the room's folder.

    Args:
        folder: ``autorite/``.
    """

    folder: Path

    @property
    def root(self) -> Path:
        """What PCs install."""
        return self.folder / "racine.crt"

    @property
    def root_key(self) -> Path:
        """Mounted into no service."""
        return self.folder / "racine.key"

    @property
    def intermediate(self) -> Path:
        """What the front signs with."""
        return self.folder / "intermediaire.crt"

    @property
    def intermediate_key(self) -> Path:
        """The front's alone."""
        return self.folder / "intermediaire.key"

    def prepare(self, name: str, *, now: datetime | None = None) -> bool:
        """Makes what is missing, and the intermediate anew when its end is near; returns whether anything changed.

        Raises:
            UsageProblem: The authority that is there is for another name, or is damaged.
        """
        now = now or datetime.now(UTC)
        if not self.root.exists():
            self._make_root(name, now)
        root = read_certificate(self.root)
        if name_of(root) != name:
            raise UsageProblem(
                f"L'autorité de « {self.folder} » ne vaut que pour « {name_of(root)} », pas pour « {name} » : remettez "
                "ce nom dans salle.yaml, ou supprimez ce dossier et réinstallez le nouveau certificat sur les postes."
            )
        if self.intermediate.exists() and self.intermediate_key.exists():
            if read_certificate(self.intermediate).not_valid_after_utc - now > RENEWED:
                return False
        self._make_intermediate(name, root, now)
        return True

    def _make_root(self, name: str, now: datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _subject(f"Établi, autorité de {name}", name)
        built = _built(subject, subject, key.public_key(), name, now, ROOT_YEARS, path_length=1)
        built = built.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        _write_key(self.root_key, key)
        _write_certificate(self.root, built.sign(key, hashes.SHA256()))

    def _make_intermediate(self, name: str, root: x509.Certificate, now: datetime) -> None:
        try:
            signer = serialization.load_pem_private_key(self.root_key.read_bytes(), None)
        except (OSError, ValueError) as error:
            raise UsageProblem(
                f"« {self.root_key} » ne peut pas être lu, et il faut cette clé pour renouveler le certificat : "
                "remettez-la depuis une sauvegarde, ou relancez avec le compte qui a installé la salle."
            ) from error
        assert isinstance(signer, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _subject(f"Établi, serveur de {name}", name)
        built = _built(subject, root.subject, key.public_key(), name, now, INTERMEDIATE_YEARS, path_length=0)
        built = (
            built.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        )
        _write_key(self.intermediate_key, key)
        _write_certificate(self.intermediate, built.sign(signer, hashes.SHA256()))


def fingerprint(path: Path) -> str:
    """Returns a certificate's SHA-256 as systems show it, for who compares before installing."""
    digest = hashlib.sha256(read_certificate(path).public_bytes(serialization.Encoding.DER)).hexdigest().upper()
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def read_certificate(path: Path) -> x509.Certificate:
    """Returns the first certificate of a PEM file.

    Raises:
        UsageProblem: It cannot be read.
    """
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UsageProblem(
            f"« {path} » n'est pas un certificat lisible (PEM) : remettez-le, ou relancez « etabli salle start » avec "
            "le compte qui a installé la salle."
        ) from error


def name_of(certificate: x509.Certificate) -> str:
    """Returns the one name that a certificate of ours may vouch for."""
    found = certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    return next((name.value for name in found if isinstance(name, x509.DNSName)), "")


def _subject(shown: str, name: str) -> x509.Name:
    texts = ((NameOID.ORGANIZATION_NAME, name), (NameOID.COMMON_NAME, shown))
    return x509.Name([x509.NameAttribute(oid, text.encode()[:64].decode(errors="ignore")) for oid, text in texts])


def _built(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    name: str,
    now: datetime,
    years: int,
    *,
    path_length: int,
) -> x509.CertificateBuilder:
    """Returns a certificate of an authority, still to be identified and signed."""
    # Names of DNS are constrained to ours; addresses, which no rule about names would stop, are forbidden altogether.
    addresses = [x509.IPAddress(IPv4Network("0.0.0.0/0")), x509.IPAddress(IPv6Network("::/0"))]
    return (
        x509.CertificateBuilder(issuer, subject, key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + years * _YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(x509.NameConstraints([x509.DNSName(name)], addresses), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=False,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    coding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    write_atomically(path, key.private_bytes(coding, form, serialization.NoEncryption()), mode=0o600)


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    write_atomically(path, certificate.public_bytes(serialization.Encoding.PEM))
