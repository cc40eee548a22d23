"""One node that asks for TLS and a password, and keeps rights."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from confluent_kafka.admin import ScramCredentialInfo, ScramMechanism, UserScramCredentialUpsertion
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from shared.settings import ServiceSettings
from trellis.cluster import connect, until
from trellis.kraft import Node, nodes_in
from trellis.layout import HOST
from trellis.ports import free_ports

OPERATOR = "operator"
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine's own address: what the node shows, and what clients trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    shown, trusted = folder / "node.pem", folder / "ca.pem"
    pem = made.public_bytes(serialization.Encoding.PEM)
    trusted.write_bytes(pem)
    kind, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    shown.write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, plain) + pem)
    return shown, trusted


def secured_node(folder: Path, shown: Path) -> tuple[Node, str]:
    """The node, and the address at which it asks who comes. Nodes among themselves speak plainly."""
    node, address = nodes_in(folder, 1)[0], f"{HOST}:{free_ports(1)[0]}"
    plain = f"PLAINTEXT://{node.address}"
    more = {
        "listeners": f"{plain},CONTROLLER://{HOST}:{node.controller},SASL_SSL://{address}",
        "advertised.listeners": f"{plain},SASL_SSL://{address}",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": SCRAM,
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(shown),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:ANONYMOUS;User:{OPERATOR}",
    }
    return replace(node, more=more), address


@dataclass(frozen=True)
class Secured:
    """The node as a client finds it, and each one's password."""

    address: str
    trusted: Path
    passwords: dict[str, str]

    def environment(self, who: str) -> dict[str, str]:
        return {
            "KAFKA_BOOTSTRAP_SERVERS": self.address,
            "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "KAFKA_SASL_USERNAME": who,
            "KAFKA_SASL_PASSWORD": self.passwords[who],
            "KAFKA_CA_FILE": str(self.trusted),
        }

    def settings(self, who: str, **other: str) -> ServiceSettings:
        return ServiceSettings(**{"sandbox": True, **self.environment(who), **other})

    def admin(self):
        return connect(self.environment(OPERATOR))

    def enrol(self, *services: str) -> None:
        """Give each a password, as an operator of a cluster does."""
        for service in services:
            self.passwords[service] = secrets.token_urlsafe(12)
        scram = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
        wanted = [UserScramCredentialUpsertion(name, scram, self.passwords[name].encode()) for name in services]
        admin = self.admin()
        for done in admin.alter_user_scram_credentials(wanted).values():
            done.result(30)
        until(lambda: set(services) <= set(admin.describe_user_scram_credentials().result(30)), "passwords")
