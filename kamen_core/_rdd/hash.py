"""Where a key goes: Spark's ``portable_hash``, computed here as Spark's workers compute it.

Python mixes a secret into the hash of every string, another one in every process, unless
``PYTHONHASHSEED`` is set. Spark sets it to 0 for its workers, so that a key goes to the same partition
wherever it is hashed. This process was started without it: the same hash is worked out by hand.
"""

import enum
import functools
import math
import os
import sys
from datetime import date, datetime

_64 = (1 << 64) - 1


def portable_hash(x):
    """The hash that chooses a partition: ``partition = portable_hash(key) % numPartitions``.

    Equal in every process and, for the keys below, to that of Spark's workers: None, numbers, strings,
    bytes, dates, enum members, tuples and frozensets of these. An object with a hash of its own keeps it.

    Parameters
    ----------
    x : hashable
        A key.

    Returns
    -------
    int

    Raises
    ------
    TypeError
        If `x` cannot be hashed.

    Examples
    --------
    >>> portable_hash("a") % 4, portable_hash("b") % 4, portable_hash(7) % 4, portable_hash(None)
    (3, 2, 3, 0)
    """
    if x is None:
        return 0
    if isinstance(x, tuple):
        h = 0x345678
        for item in x:
            h = ((h ^ portable_hash(item)) * 1000003) & ((1 << 63) - 1)
        return h ^ len(x)
    return _hash(x)


def _hash(x):
    """``hash(x)`` of a Python with 64 bits and the workers' ``PYTHONHASHSEED``."""
    own = type(x).__hash__
    if isinstance(x, str) and (own is str.__hash__ or type(x).__module__ == "numpy"):
        return _string_hash(str(x))
    if own is bytes.__hash__:
        return _siphash13(bytes(x), _seed())
    if own is tuple.__hash__:
        return _tuple_hash(x)
    if own is frozenset.__hash__:
        return _frozenset_hash(x)
    if own is enum.Enum.__hash__:
        return _string_hash(x._name_)
    if own is date.__hash__ or (own is datetime.__hash__ and x.tzinfo is None):
        state = x.replace(fold=0).__reduce__() if isinstance(x, datetime) else x.__reduce__()
        return _siphash13(state[1][0], _seed())
    if sys.hash_info.width != 64 and own in (int.__hash__, float.__hash__):
        return _number_hash(x)  # Python in a browser has 32 bits
    return hash(x)


def _number_hash(x):
    """The hash of an int or float where words have 64 bits: x modulo the prime 2**61 - 1."""
    prime = (1 << 61) - 1
    if not math.isfinite(x):
        return hash(x) if math.isnan(x) else 314159 if x > 0 else -314159
    numerator, denominator = x.as_integer_ratio()
    h = abs(numerator) * pow(denominator, -1, prime) % prime
    h = -h if x < 0 else h
    return -2 if h == -1 else h


def _seed():
    seed = os.environ.get("PYTHONHASHSEED", "")
    return int(seed) if seed.isdecimal() else 0


def _string_hash(text):
    # CPython stores a string with 1, 2 or 4 bytes a character and hashes those bytes.
    widest = max(text, default="")
    encoding = "latin-1" if widest <= "\xff" else "utf-16-le" if widest <= "\uffff" else "utf-32-le"
    return _siphash13(text.encode(encoding, "surrogatepass"), _seed())


def _signed(h):
    h = h - (1 << 64) if h >> 63 else h
    return -2 if h == -1 else h


def _rotate(x, bits):
    return ((x << bits) | (x >> (64 - bits))) & _64


@functools.lru_cache(64)
def _secret(seed):
    """The two halves of the key that CPython derives from PYTHONHASHSEED; 0 means no secret at all."""
    key, x = bytearray(), seed
    for _ in range(16):
        x = (x * 214013 + 2531011) & 0xFFFFFFFF
        key.append((x >> 16) & 0xFF if seed else 0)
    return int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")


@functools.lru_cache(1 << 16)
def _siphash13(data, seed):
    """SipHash-1-3 (Aumasson & Bernstein, 2012), CPython's hash of strings since 3.11."""
    if not data:
        return 0
    k0, k1 = _secret(seed)
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def compress():
        a, b, c, d = v
        a = (a + b) & _64
        c = (c + d) & _64
        b = _rotate(b, 13) ^ a
        d = _rotate(d, 16) ^ c
        a = _rotate(a, 32)
        c = (c + b) & _64
        a = (a + d) & _64
        b = _rotate(b, 17) ^ c
        d = _rotate(d, 21) ^ a
        v[:] = a, b, _rotate(c, 32), d

    tail = len(data) % 8
    words = [data[i : i + 8] for i in range(0, len(data) - tail, 8)]
    last = data[len(data) - tail :].ljust(7, b"\0") + bytes([len(data) % 256])
    for word in [*words, last]:
        m = int.from_bytes(word, "little")
        v[3] ^= m
        compress()
        v[0] ^= m
    v[2] ^= 0xFF
    for _ in range(3):
        compress()
    return _signed(v[0] ^ v[1] ^ v[2] ^ v[3])


def _tuple_hash(items):
    """The hash of a tuple (xxHash); needed for tuples inside frozensets only."""
    p1, p2, p5 = 11400714785074694791, 14029467366897019727, 2870177450012600261
    h = p5
    for item in items:
        h = _rotate((h + (_hash(item) & _64) * p2) & _64, 31) * p1 & _64
    h = (h + (len(items) ^ p5 ^ 3527539)) & _64
    return 1546275796 if h == _64 else _signed(h)


def _frozenset_hash(items):
    h = 1927868237 * (len(items) + 1) & _64
    for item in items:
        x = _hash(item) & _64
        h ^= (x ^ (x << 16) ^ 89869747) * 3644798167 & _64
    h ^= (h >> 11) ^ (h >> 25)
    h = (h * 69069 + 907133923) & _64
    return 590923713 if h == _64 else _signed(h)
