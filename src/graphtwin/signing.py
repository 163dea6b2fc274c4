"""The key that signs id_tokens, derived from the seed: the same seed signs the same bytes the same way.

`cryptography` makes keys from the machine's randomness only, so the two primes are found here, from the mint. A key
is made once per seed and process, at the first sign-in (about half a second). It protects nothing: who knows the seed
knows the key.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from math import gcd
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from graphtwin.mint import Mint

_EXPONENT = 65537
_PRIME_OCTETS = 128
_SMALL_PRIMES = tuple(n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2)))


def sign(seed: int | str, claims: dict[str, Any]) -> str:
    """Return the claims as a JWT, RS256."""
    return jwt.encode(claims, _key(seed), algorithm="RS256", headers={"kid": key_id(seed)})


def public_keys(seed: int | str) -> dict[str, Any]:
    """The document at jwks_uri."""
    numbers = _key(seed).public_key().public_numbers()
    key = {
        "kty": "RSA",
        "use": "sig",
        "kid": key_id(seed),
        "x5t": key_id(seed),
        "n": _octets(numbers.n),
        "e": _octets(numbers.e),
        "cloud_instance_name": "microsoftonline.com",
        "issuer": "https://login.microsoftonline.com/{tenantid}/v2.0",
    }
    return {"keys": [key]}


def key_id(seed: int | str) -> str:
    return Mint(f"{seed}/key id").text("kid", 20)


@lru_cache(maxsize=8)
def _key(seed: int | str) -> rsa.RSAPrivateKey:
    mint = Mint(f"{seed}/signing")
    p = _prime(mint)
    q = _prime(mint)
    d = pow(_EXPONENT, -1, (p - 1) * (q - 1) // gcd(p - 1, q - 1))
    public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
    private = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    )
    return private.private_key()


def _prime(mint: Mint) -> int:
    """Return a prime of 1024 bits, the two highest set, so that two of them make 2048."""
    candidate = int.from_bytes(mint.octets("prime", _PRIME_OCTETS)) | (3 << (_PRIME_OCTETS * 8 - 2)) | 1
    while not _is_prime(candidate, mint) or gcd(candidate - 1, _EXPONENT) != 1:
        candidate += 2
    return candidate


def _is_prime(candidate: int, mint: Mint) -> bool:
    """Sieve, then Miller and Rabin with ten witnesses."""
    if any(candidate % small == 0 for small in _SMALL_PRIMES):
        return False
    odd, twos = candidate - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_witness(candidate, odd, twos, mint.number("witness", 2, 2**60)) for _ in range(10))


def _witness(candidate: int, odd: int, twos: int, base: int) -> bool:
    """False if `base` proves the candidate composite."""
    power = pow(base, odd, candidate)
    if power in {1, candidate - 1}:
        return True
    for _ in range(twos - 1):
        power = power * power % candidate
        if power == candidate - 1:
            return True
    return False


def _octets(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes((number.bit_length() + 7) // 8)).decode().rstrip("=")
