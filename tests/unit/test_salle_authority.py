"""The room's authority vouches for the room's names and for nothing else, whoever verifies."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import verification
from cryptography.x509.oid import ExtendedKeyUsageOID

from etabli.exam.contract.errors import UsageProblem
from etabli.server.authority import Authority, fingerprint, read_certificate

NAME = "salle.lycee.internal"
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority(tmp_path_factory.mktemp("autorite"))
    assert made.prepare(NAME)
    return made


def leaf(authority: Authority, *names: x509.GeneralName) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """What a thief of the intermediate's key could sign."""
    signer = serialization.load_pem_private_key(authority.intermediate_key.read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    built = (
        x509.CertificateBuilder(read_certificate(authority.intermediate).subject, x509.Name([]), key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=7))
        .add_extension(x509.SubjectAlternativeName(names), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    return built.sign(signer, hashes.SHA256()), key


def verified(authority: Authority, certificate: x509.Certificate, subject: x509.GeneralName) -> None:
    store = verification.Store([read_certificate(authority.root)])
    verifier = verification.PolicyBuilder().store(store).build_server_verifier(subject)
    verifier.verify(certificate, [read_certificate(authority.intermediate)])


def shaken(authority: Authority, folder: Path, name: str, *names: x509.GeneralName) -> None:
    """Shakes hands by OpenSSL, in memory, as a browser that asks for `name` would."""
    certificate, key = leaf(authority, *names)
    pem, private = folder / "feuille.crt", folder / "feuille.key"
    chain = [certificate, read_certificate(authority.intermediate)]
    pem.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain))
    form = serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem, private)
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context(cafile=str(authority.root))
    ends = [client.wrap_bio(down, up, server_hostname=name), server.wrap_bio(up, down, server_side=True)]
    for _turn in range(4):
        for end in list(ends):
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            ends.remove(end)
    assert not ends


@pytest.mark.parametrize("name", [NAME, f"*.{NAME}"])
def test_the_room_s_names_are_vouched_for(authority: Authority, tmp_path: Path, name: str) -> None:
    asked = name.replace("*", "site--abcdefgh")
    verified(authority, leaf(authority, x509.DNSName(name))[0], x509.DNSName(asked))
    shaken(authority, tmp_path, asked, x509.DNSName(name))


@pytest.mark.parametrize("name", ["banque.example", "lycee.internal", f"faux{NAME}", f"{NAME}.example"])
def test_and_no_other(authority: Authority, tmp_path: Path, name: str) -> None:
    with pytest.raises(verification.VerificationError):
        verified(authority, leaf(authority, x509.DNSName(name))[0], x509.DNSName(name))
    with pytest.raises(ssl.SSLCertVerificationError, match="subtree"):
        shaken(authority, tmp_path, name, x509.DNSName(name))
    with pytest.raises(ssl.SSLCertVerificationError, match="subtree"):
        shaken(authority, tmp_path, name, x509.DNSName(name), x509.DNSName(NAME))


@pytest.mark.parametrize("address", ["192.168.1.1", "2001:db8::1"])
def test_nor_any_address(authority: Authority, tmp_path: Path, address: str) -> None:
    """A rule about names would not stop it: addresses are excluded on their own."""
    subject = x509.IPAddress(ip_address(address))
    with pytest.raises(verification.VerificationError):
        verified(authority, leaf(authority, subject)[0], subject)
    with pytest.raises(ssl.SSLCertVerificationError, match="subtree"):
        shaken(authority, tmp_path, address, subject)


def test_the_constraints_bind_whoever_understands_certificates(authority: Authority) -> None:
    for path, length in ((authority.root, 1), (authority.intermediate, 0)):
        found = read_certificate(path).extensions
        assert found.get_extension_for_class(x509.NameConstraints).critical
        basic = found.get_extension_for_class(x509.BasicConstraints)
        assert basic.critical and basic.value.ca and basic.value.path_length == length


def test_keys_are_their_owner_s_alone(authority: Authority) -> None:
    assert {path.stat().st_mode & 0o777 for path in (authority.root_key, authority.intermediate_key)} == {0o600}


def test_what_is_there_stays(authority: Authority) -> None:
    before = fingerprint(authority.root), fingerprint(authority.intermediate)
    assert not authority.prepare(NAME)
    assert (fingerprint(authority.root), fingerprint(authority.intermediate)) == before


def test_the_intermediate_is_renewed_in_time_and_the_root_stays(tmp_path: Path) -> None:
    made = Authority(tmp_path)
    made.prepare(NAME, now=NOW)
    before = fingerprint(made.root), fingerprint(made.intermediate)
    assert not made.prepare(NAME, now=NOW + timedelta(days=4 * 365 - 2))
    assert made.prepare(NAME, now=NOW + timedelta(days=4 * 365 + 2))
    assert fingerprint(made.root) == before[0] and fingerprint(made.intermediate) != before[1]


def test_without_the_root_s_key_nothing_is_renewed(tmp_path: Path) -> None:
    made = Authority(tmp_path)
    made.prepare(NAME, now=NOW)
    made.root_key.unlink()
    assert not made.prepare(NAME, now=NOW)  # it is not needed every day
    made.intermediate.unlink()
    with pytest.raises(UsageProblem, match=r"racine\.key.*sauvegarde"):
        made.prepare(NAME, now=NOW)


def test_another_name_needs_another_authority(authority: Authority) -> None:
    with pytest.raises(UsageProblem, match=rf"ne vaut que pour « {NAME} »"):
        authority.prepare("autre.lycee.internal")


def test_a_damaged_certificate_is_named(tmp_path: Path) -> None:
    made = Authority(tmp_path)
    made.root.write_text("rien")
    with pytest.raises(UsageProblem, match=r"racine\.crt » n'est pas un certificat"):
        made.prepare(NAME)


def test_a_long_name_fits(tmp_path: Path) -> None:
    long = f"{'a' * 60}.{'b' * 60}.internal"
    made = Authority(tmp_path)
    made.prepare(long)
    verified(made, leaf(made, x509.DNSName(long))[0], x509.DNSName(long))
