"""The library of tokens works on cryptography alone: its two other backends have known weaknesses."""

import subprocess
import sys

import pytest

SERVICES = ("gateway", "intake", "clinical_records", "scheduling", "referrals", "authorizations", "workforce")
ASK = """import importlib, os, sys, time
os.environ['TRELLIS_SANDBOX'] = 'true'
importlib.import_module(sys.argv[1] + '.main')
from jose import backends, jwk, jwt
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, rsa
for alg, key in (('RS256', rsa.generate_private_key(65537, 2048)), ('ES384', ec.generate_private_key(ec.SECP384R1()))):
    pem = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode()
    built = jwk.construct(pem, alg)
    assert jwt.decode(jwt.encode({'a': 1}, built, alg), built.public_key(), [alg]) == {'a': 1}
    print(type(built).__module__)
print(sorted({name.partition('.')[0] for name in sys.modules} & {'ecdsa', 'rsa'}))"""


@pytest.mark.parametrize("package", SERVICES)
def test_only_cryptography_is_loaded(package):
    ran = subprocess.run([sys.executable, "-c", ASK, package], capture_output=True, text=True)
    assert ran.stdout.splitlines() == ["jose.backends.cryptography_backend"] * 2 + ["[]"], ran.stderr[-500:]
