#!/usr/bin/env python3
"""Takes a PDF signature apart for tools that know no PDF: contents.py IN.pdf DIR [FIELD-INDEX]

Leaves in DIR:  signed.bin    the bytes of the ByteRange
                contents.der  /Contents without its padding
and, where that is a CMS with one signer who has signed attributes:
                digest.hex    its messageDigest attribute        attributes.der  the attributes as they are signed
                signature.der the signature value                certificate.der the signer's certificate

Signatures are counted in the order of their ByteRange ends. Only for files that the tests made: a hostile file finds its way round this.
"""
import pathlib
import re
import sys

RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


def signatures(data):
    """(signed bytes, contents) of each signature, oldest first."""
    found = []
    for match in RANGE.finditer(data):
        a, b, c, d = map(int, match.groups())
        gap = data[a + b:c].strip()
        if gap[:1] != b"<" or gap[-1:] != b">":
            sys.exit(f"the gap of ByteRange {a} {b} {c} {d} is no hexadecimal string")
        found.append((c + d, data[a:a + b] + data[c:c + d], Tlv(bytes.fromhex(gap[1:-1].decode())).encoding))
    return [(signed, contents) for _, signed, contents in sorted(found, key=lambda entry: entry[0])]


class Tlv:
    """One DER value: its tag, its whole encoding, and what it holds."""

    def __init__(self, data, at=0):
        start, length = at + 2, data[at + 1]
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[at + 2:start], "big")
        self.tag, self.end = data[at], start + length
        self.encoding, self.value = data[at:self.end], data[start:self.end]

    def parts(self):
        at, found = 0, []
        while at < len(self.value):
            found.append(Tlv(self.value, at))
            at = found[-1].end
        return found


MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
INTEGER, SET, CONTEXT_0 = 0x02, 0x31, 0xA0


def cms(contents):
    """The parts of a CMS with one signer, or None where it is something else or signs without attributes."""
    outer = Tlv(contents).parts()
    if len(outer) != 2 or outer[0].tag != 0x06:
        return None
    fields = outer[1].parts()[0].parts()
    certificates = [c for f in fields if f.tag == CONTEXT_0 for c in f.parts()]
    (signer,) = [f for f in fields if f.tag == SET][-1].parts()
    signer = signer.parts()
    attributes = next((f for f in signer if f.tag == CONTEXT_0 and f is not signer[1]), None)
    if attributes is None:
        return None
    serial = signer[1].parts()[1].encoding
    (digest,) = [a.parts()[1].parts()[0].value for a in attributes.parts() if a.parts()[0].encoding == MESSAGE_DIGEST]
    return {
        "digest.hex": digest.hex().encode() + b"\n",
        # What is signed is the SET OF itself, not the [0] in front of it in the file.
        "attributes.der": b"\x31" + attributes.encoding[1:],
        "signature.der": next(f for f in signer if f.tag == 0x04).value,
        "certificate.der": next(c.encoding for c in certificates if serial_of(c) == serial),
    }


def serial_of(certificate):
    return next(f for f in certificate.parts()[0].parts() if f.tag == INTEGER).encoding


def main(source, folder, index=-1):
    signed, contents = signatures(pathlib.Path(source).read_bytes())[int(index)]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in {"signed.bin": signed, "contents.der": contents, **(cms(contents) or {})}.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
