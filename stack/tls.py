"""A certificate authority of the home, and certificates by it for servers on this machine."""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from filelock import FileLock

from stack.private_file import write_private

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
RENEW_DAYS = 30
TRUSTSTORE_PASSWORD = "changeit"


def authority_file(folder: Path) -> Path:
    """The certificate that clients of the home's servers trust."""
    return folder / "ca.pem"


def truststore(authorities: Path) -> bytes:
    """The certificates in a PEM file as Java reads them (PKCS #12); its password is public, as is
    what it holds."""
    found = x509.load_pem_x509_certificates(authorities.read_bytes())
    trusted = [
        pkcs12.PKCS12Certificate(one, f"authority {number}".encode())
        for number, one in enumerate(found)
    ]
    protected = serialization.BestAvailableEncryption(TRUSTSTORE_PASSWORD.encode())
    return pkcs12.serialize_java_truststore(trusted, protected)


def server_files(
    folder: Path, name: str, addresses: Sequence[str] = ("127.0.0.1",), *, is_peer: bool = False
) -> tuple[Path, Path]:
    """The certificate and the key of a server on localhost, PEM, made when they are missing or run
    out within 30 days; with them the authority, once. Keys have mode 0600.

    `is_peer`: it also shows its certificate to servers of its own kind, as their client.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    # two that start at once must not make two authorities
    with FileLock(folder / "tls.lock"):
        if not (certificate.exists() and key.exists() and _lasts(certificate)):
            authority, authority_key = _authority(folder)
            built, built_key = _server(name, addresses, is_peer, authority, authority_key)
            write_private(key, _pem(built_key))
            write_private(certificate, _pem_of(built), mode=0o644)
    return certificate, key


def server_keystore(folder: Path, name: str, password: str) -> bytes:
    """A server's certificate and key as Java reads them (PKCS #12)."""
    certificate, key = server_files(folder, name)
    shown = x509.load_pem_x509_certificate(certificate.read_bytes())
    protected = serialization.BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(
        name.encode(), _private_key(key), shown, None, protected
    )


def _private_key(path: Path) -> ec.EllipticCurvePrivateKey:
    found = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(found, ec.EllipticCurvePrivateKey)
    return found


def _lasts(path: Path) -> bool:
    end = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    return end > datetime.now(UTC) + timedelta(days=RENEW_DAYS)


def _authority(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    path, key_path = authority_file(folder), folder / "ca.key"
    if path.exists() and key_path.exists():
        return x509.load_pem_x509_certificate(path.read_bytes()), _private_key(key_path)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Ratelake home authority")
    built = (
        _builder(name, name, key, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_private(key_path, _pem(key))
    write_private(path, _pem_of(built), mode=0o644)
    return built, key


def _server(
    name: str,
    addresses: Sequence[str],
    is_peer: bool,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    names += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH]
    if is_peer:
        purposes.append(ExtendedKeyUsageOID.CLIENT_AUTH)
    built = (
        _builder(_name(name), authority.subject, key, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    return built, key


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=days))
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
