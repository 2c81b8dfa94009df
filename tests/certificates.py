"""Certificates that a test gives out itself, to play a host on the public network."""

from __future__ import annotations

import datetime as dt
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """Somebody whose certificates are believed, and a folder for what it gives out."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    own: x509.Certificate

    @classmethod
    def found(cls, folder: Path) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("An authority of the tests")
        own = _certificate(name, name, key, key, x509.BasicConstraints(ca=True, path_length=0))
        return cls(folder, key, own)

    def believed(self) -> ssl.SSLContext:
        """What a client believes that believes nobody else."""
        told = self.own.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=told)

    def serving(self, host: str) -> ssl.SSLContext:
        """What a server shows that has this name."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        made = _certificate(_name(host), self.own.subject, key, self.key, names)
        file = self.folder / f"{host}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + made.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signing: ec.EllipticCurvePrivateKey,
    says: x509.ExtensionType,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(says, critical=isinstance(says, x509.BasicConstraints))
        .sign(signing, hashes.SHA256())
    )
