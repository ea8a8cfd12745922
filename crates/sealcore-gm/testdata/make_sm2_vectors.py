#!/usr/bin/env python3
"""Writes sm2_verify.json and sm2_points.json beside itself: edge cases of SM2 verification and of public keys, in the shape of
Wycheproof's ECDSA files. Deterministic; affine arithmetic on Python's integers, and no library."""

import hashlib
import json
import pathlib

P = 2**256 - 2**224 - 2**96 + 2**64 - 1
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)


def add(a, b):
    if a is None:
        return b
    if b is None:
        return a
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = (3 * a[0] * a[0] + A) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def mul(k, point):
    total = None
    for bit in bin(k % N)[2:]:
        total = add(total, total)
        if bit == "1":
            total = add(total, point)
    return total


def negated(point):
    return point[0], P - point[1]


def lift(x):
    """The point with this x and an even y, if there is one."""
    square = (x * x * x + A * x + B) % P
    y = pow(square, (P + 1) // 4, P)
    if x >= P or y * y % P != square:
        return None
    return x, y if y % 2 == 0 else P - y


def holds(r, s, e, key):
    """GB/T 32918.2, 7.1."""
    if not (1 <= r < N and 1 <= s < N) or (r + s) % N == 0:
        return False
    point = add(mul(s, G), mul(r + s, key))
    return point is not None and (e + point[0]) % N == r


def pseudo(label):
    return int.from_bytes(hashlib.sha256(label.encode()).digest(), "big") % N


class Cases:
    def __init__(self):
        self.groups = {}
        self.count = 0

    def test(self, key, r, s, e, comment, flag, expected=None):
        result = holds(r, s, e, key)
        assert expected is None or result == expected, comment
        self.count += 1
        self.groups.setdefault(key, []).append({
            "tcId": self.count,
            "comment": comment,
            "flags": [flag],
            "e": f"{e:064x}",
            "sig": f"{r:064x}{s:064x}",
            "result": "valid" if result else "invalid",
        })

    def made(self, key, r, s, comment, flag):
        """With the digest that makes any r and s a signature."""
        x = add(mul(s, G), mul(r + s, key))[0]
        self.test(key, r, s, (r - x) % N, comment, flag, True)


def ranges(cases, d):
    key = mul(d, G)
    e = pseudo("digest of the ranges")
    special = {"0": 0, "1": 1, "2": 2, "n-2": N - 2, "n-1": N - 1, "n": N, "n+1": N + 1, "n+2": N + 2, "p": P, "p+1": P + 1,
               "2^255": 2**255, "2^256-1": 2**256 - 1}
    for name_r, r in special.items():
        for name_s, s in special.items():
            cases.test(key, r, s, e, f"r = {name_r}, s = {name_s}", "Range")
            if 1 <= r < N and 1 <= s < N and (r + s) % N != 0:
                cases.made(key, r, s, f"r = {name_r}, s = {name_s}, with its digest", "RangeValid")
    for i in range(4):
        r = pseudo(f"zero sum {i}")
        cases.test(key, r, N - r, r, "r + s = n and e = r: holds if t = 0 is not refused and infinity has x = 0", "ZeroSum", False)
    r = pseudo("congruent r") >> 40
    s = pseudo("congruent s") >> 40
    x = add(mul(s, G), mul(r + s, key))[0]
    e = (r - x) % N
    cases.test(key, r, s, e, "small r and s", "Congruent", True)
    cases.test(key, (r + N) % 2**256, s, e, "r + n", "Congruent", False)
    cases.test(key, r, (s + N) % 2**256, e, "s + n", "Congruent", False)
    cases.test(key, N - r, s, e, "n - r", "Malleation", False)
    cases.test(key, r, N - s, e, "n - s", "Malleation", False)
    cases.test(key, s, r, e, "r and s exchanged", "Malleation", False)


def digests(cases, d):
    """Digests at the edges, signed with nonces of their own."""
    key = mul(d, G)
    for e in [0, 1, N - 1, N, N + 1, P, 2**255, 2**256 - 1]:
        k = pseudo(f"nonce {e}")
        r = (e + mul(k, G)[0]) % N
        s = pow(1 + d, -1, N) * (k - r * d) % N
        cases.test(key, r, s, e, f"e = {e:x}", "Digest", True)
        cases.test(key, r, s, e ^ 1, f"e = {e:x} with a bit changed", "Digest", False)
        cases.test(key, r ^ 1, s, e, "r with a bit changed", "Digest", False)
        cases.test(key, r, s ^ 1, e, "s with a bit changed", "Digest", False)
        if e + N < 2**256:
            cases.test(key, r, s, e + N, "e + n: the same digest modulo n", "Digest", True)


def meeting(cases, d):
    """s G and t P are equal, opposite, or meet on the way to their sum."""
    key = mul(d, G)
    for i, t in enumerate([1, 2, 15, 16, 33, N - 1, N - 31, 2**128, pseudo(f"t {d}")]):
        for factor in [1, 2, -2]:
            s = factor * t * d % N
            r = (t - s) % N
            if s != 0 and r != 0 and add(mul(s, G), mul(t, key)) is not None:
                cases.made(key, r, s, f"s G = {factor} t P, t = {t:x}", "Doubling" if factor == 1 else "Meeting")
        s = -t * d % N
        r = (t - s) % N
        if s != 0 and r != 0:
            cases.test(key, r, s, r, f"s G = -t P: infinity, t = {t:x}", "Infinity", False)
            cases.test(key, r, s, pseudo(f"digest {i}"), f"s G = -t P: infinity, any digest, t = {t:x}", "Infinity", False)


def large_x(cases):
    """x1 in [n, p), and x1 below p - n, for which x1 + n is a field element too."""
    starts = {"x1 = n + small": N, "x1 small": 0, "x1 just below p": P - 400, "x1 around p - n": P - N - 200, "x1 just below n": N - 400}
    for name, start in starts.items():
        found = [point for point in map(lift, range(start, min(start + 400, P))) if point][:3]
        assert found, name
        for i, point in enumerate(found):
            s, t = pseudo(f"{name} s {i}"), pseudo(f"{name} t {i}")
            key = mul(pow(t, -1, N), add(point, negated(mul(s, G))))
            r = (t - s) % N
            e = (r - point[0]) % N
            cases.test(key, r, s, e, f"{name}: x1 = {point[0]:x}", "LargeX", True)
            cases.test(key, r, s, (r - point[0] - (P - N)) % N, f"{name}: x1 + p taken for it", "LargeX", False)
            cases.test(key, r, s, (r - point[0] + (P - N)) % N, f"{name}: x1 - p taken for it", "LargeX", False)
            cases.test(key, r, s, (e + 1) % N, f"{name}: another digest", "LargeX", False)
            cases.test(negated(key), r, s, e, f"{name}: the opposite key", "LargeX", False)


def standard(cases):
    """GB/T 32918.5, the example on the recommended curve."""
    key = mul(0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8, G)
    r = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
    s = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
    e = 0xF0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640
    cases.test(key, r, s, e, "the example of GB/T 32918.5", "Standard", True)
    for bit in [0, 63, 64, 127, 128, 255]:
        cases.test(key, r ^ 1 << bit, s, e, f"bit {bit} of r changed", "Standard", False)
        cases.test(key, r, s ^ 1 << bit, e, f"bit {bit} of s changed", "Standard", False)


def verification():
    cases = Cases()
    standard(cases)
    d = pseudo("private key")
    ranges(cases, d)
    digests(cases, d)
    for d in [1, 2, 32, N - 1, N - 2, (N + 1) // 2, 2**252, pseudo("another private key")]:
        meeting(cases, d)
    large_x(cases)
    groups = [
        {"publicKey": {"curve": "curveSM2", "uncompressed": f"04{x:064x}{y:064x}"}, "tests": tests}
        for (x, y), tests in cases.groups.items()
    ]
    return {"algorithm": "SM2", "numberOfTests": cases.count, "testGroups": groups}


def points():
    x, y = mul(pseudo("private key"), G)
    tests = []

    def test(encoded, comment, valid):
        tests.append({"tcId": len(tests) + 1, "comment": comment, "encoded": encoded, "result": "valid" if valid else "invalid"})

    def uncompressed(x, y):
        return f"04{x:064x}{y:064x}"

    test(uncompressed(x, y), "a point", True)
    test(uncompressed(x, P - y), "its opposite", True)
    test(uncompressed(*G), "the base point", True)
    test(f"{2 + y % 2:02x}{x:064x}", "compressed", True)
    test(f"{3 - y % 2:02x}{x:064x}", "the opposite, compressed", True)
    test(uncompressed(x, y ^ 1), "not on the curve", False)
    test(uncompressed(y, x), "coordinates exchanged", False)
    test(uncompressed(0, 0), "zeros", False)
    test(uncompressed(x, 0), "y = 0", False)
    test(uncompressed(P, 0), "x = p", False)
    small = next(point for point in map(lift, range(1000)) if point)
    test(uncompressed(*small), "small x", True)
    test(uncompressed(small[0] + P, small[1]), "small x, and p added", False)
    test(f"{2 + small[1] % 2:02x}{small[0] + P:064x}", "small x, and p added, compressed", False)
    for i in range(4):
        none = next(x for x in range(i * 100, i * 100 + 100) if lift(x) is None)
        test(f"02{none:064x}", "x of no point", False)
    test(f"02{P - 1:064x}", "x = p - 1", lift(P - 1) is not None)
    test(f"02{P:064x}", "x = p, compressed", False)
    test(f"03{2**256 - 1:064x}", "x = 2^256 - 1", False)
    test("00", "infinity", False)
    test("", "nothing", False)
    test("04", "a tag alone", False)
    test("02", "a tag of a compressed point alone", False)
    test(uncompressed(x, y)[:-2], "a byte missing", False)
    test(uncompressed(x, y) + "00", "a byte too many", False)
    test(f"02{x:064x}00", "a compressed point with a byte too many", False)
    test(f"04{x:064x}", "a compressed point with the tag of an uncompressed one", False)
    test(f"02{x:064x}{y:064x}", "an uncompressed point with the tag of a compressed one", False)
    test(f"{6 + y % 2:02x}{x:064x}{y:064x}", "hybrid form", False)
    test(f"05{x:064x}", "compact form", False)
    test(f"01{x:064x}{y:064x}", "no such tag", False)
    return {"algorithm": "SM2 public keys", "numberOfTests": len(tests), "tests": tests}


if __name__ == "__main__":
    here = pathlib.Path(__file__).parent
    for name, content in [("sm2_verify.json", verification()), ("sm2_points.json", points())]:
        # A test a line.
        text = json.dumps(content).replace('{"tcId"', '\n{"tcId"').replace('{"publicKey"', '\n{"publicKey"')
        (here / name).write_text(text + "\n")
