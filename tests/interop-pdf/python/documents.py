#!/usr/bin/env python3
"""Unsigned PDF documents of the shapes that placing a seal has to get right: documents.py DIR

Sizes are A4 in points (595 x 842) as a reader sees the page, where the name does not say otherwise.
"""
import pathlib
import sys

from world import QUARTERS

A4 = "[0 0 595 842]"
# name -> one list of page entries a page. The light text lies where no test puts a seal.
SHAPES = {
    "plain": ["/MediaBox [0 0 595 842]"],
    "rotate90": ["/MediaBox [0 0 595 842] /Rotate 90"],
    "rotate180": ["/MediaBox [0 0 595 842] /Rotate 180"],
    "rotate270": ["/MediaBox [0 0 595 842] /Rotate 270"],
    "rotate-90": ["/MediaBox [0 0 595 842] /Rotate -90"],
    "cropbox": ["/MediaBox [0 0 700 1000] /CropBox [40 90 635 932]"],
    "cropbox-rotate90": ["/MediaBox [0 0 700 1000] /CropBox [40 90 635 932] /Rotate 90"],
    "cropbox-rotate270": ["/MediaBox [0 0 700 1000] /CropBox [40 90 635 932] /Rotate 270"],
    # A crop box that reaches past the page counts as far as the page does; corners may come in any order.
    "cropbox-beyond": ["/MediaBox [0 0 595 842] /CropBox [635 932 -50 -60]"],
    "negative-origin": ["/MediaBox [-100 -200 495 642]"],
    "negative-origin-rotate180": ["/MediaBox [-100 -200 495 642] /Rotate 180"],
    "five": [f"/MediaBox {A4}"] * 5,
    "five-mixed": [f"/MediaBox {A4}", f"/MediaBox {A4} /Rotate 90", "/MediaBox [0 0 420 595]",
                   "/MediaBox [0 0 700 1000] /CropBox [40 90 635 932]", f"/MediaBox {A4} /Rotate 180"],
}


class Writer:
    """Objects one after the other, then a cross-reference table."""

    def __init__(self):
        self.out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self.offsets = {}

    def add(self, number, body):
        self.offsets[number] = len(self.out)
        self.out += b"%d 0 obj\n%s\nendobj\n" % (number, body)

    def stream(self, number, data, entries=b""):
        self.add(number, b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(data), entries, data))

    def finish(self, root):
        start = len(self.out)
        size = max(self.offsets) + 1
        self.out += b"xref\n0 %d\n0000000000 65535 f \n" % size
        for number in range(1, size):
            self.out += b"%010d 00000 n \n" % self.offsets[number]
        identifier = b"<00112233445566778899aabbccddeeff>"
        self.out += b"trailer\n<< /Size %d /Root %d 0 R /ID [%s %s] >>\nstartxref\n%d\n%%%%EOF\n" % (
            size, root, identifier, identifier, start)
        return bytes(self.out)


def text(page):
    """Grey lines in the middle third of the page, wherever its boxes are."""
    lines = b" ".join(b"BT /F1 9 Tf 60 %d Td (Page %d of a contract, line %d.) Tj ET" % (420 - 14 * n, page + 1, n)
                      for n in range(6))
    return b"0.6 g " + lines


def document(pages, contents=text, form=b"", extra=()):
    """Objects 1 catalog, 2 pages, 3 font, then page and content by turns, then `extra`."""
    writer = Writer()
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(pages)))
    writer.add(1, b"<< /Type /Catalog /Pages 2 0 R %s>>" % form)
    writer.add(2, b"<< /Type /Pages /Kids [%s] /Count %d /Resources << /Font << /F1 3 0 R >> >> >>" % (kids, len(pages)))
    writer.add(3, b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>")
    for n, entries in enumerate(pages):
        writer.add(4 + 2 * n, b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R %s >>" % (5 + 2 * n, entries.encode()))
        writer.stream(5 + 2 * n, contents(n))
    for number, body in extra:
        writer.add(number, body)
    return writer.finish(1)


def inherited():
    """Page size, rotation and crop box stand in the page tree only."""
    data = document([""])
    old, new = b"/Count 1 ", b"/Count 1 /MediaBox [0 0 700 1000] /CropBox [40 90 635 932] /Rotate 90 "
    writer = Writer()
    body = data.split(b"2 0 obj\n")[1].split(b"\nendobj")[0].replace(old, new)
    writer.add(1, b"<< /Type /Catalog /Pages 2 0 R >>")
    writer.add(2, body)
    writer.add(3, b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>")
    writer.add(4, b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R >>")
    writer.stream(5, text(0))
    return writer.finish(1)


def shifted():
    """Content that leaves the transformation matrix changed and a graphics state open."""
    return document([f"/MediaBox {A4}"], lambda n: b"q 0.5 0 0 0.5 100 100 cm 0.6 g " + text(n))


def user_unit():
    """A4 in units of a 36th of an inch."""
    return document(["/MediaBox [0 0 297.5 421] /UserUnit 2"], lambda n: b"0.5 0 0 0.5 0 0 cm " + text(n))


def keyword():
    """SEALHERE in Courier of 20 points: 96 points wide from (100, 300) on page 1, from (300, 500) on page 2."""
    places = ((100, 300), (300, 500))
    # The seal lies on it and lets it through: nearly white, it does not change the colours that are looked for.
    return document([f"/MediaBox {A4}"] * 2, lambda n: b"0.97 g BT /F1 20 Tf %d %d Td (SEALHERE) Tj ET" % places[n])


def form():
    """Two text fields and two empty signature fields, one of them visible."""
    fields = b"/AcroForm << /Fields [6 0 R 7 0 R 8 0 R 9 0 R] /DA (/F1 10 Tf 0 g) /DR << /Font << /F1 3 0 R >> >> >> "
    widget = b"/Type /Annot /Subtype /Widget /F 4 /P 4 0 R"
    extra = (
        (6, b"<< %s /FT /Tx /T (Amount) /Rect [60 700 200 720] /DA (/F1 10 Tf 0 g) /V (100) >>" % widget),
        (7, b"<< %s /FT /Tx /T (Remark) /Rect [60 660 200 680] /DA (/F1 10 Tf 0 g) /V () >>" % widget),
        (8, b"<< %s /FT /Sig /T (Approval) /Rect [0 0 0 0] >>" % widget),
        (9, b"<< %s /FT /Sig /T (Seal) /Rect [300 600 413.386 685.039] >>" % widget),
    )
    return document([f"/MediaBox {A4} /Annots [6 0 R 7 0 R 8 0 R 9 0 R]"], form=fields, extra=extra)


def seamed(side):
    """Five pages with the quarters of world.py drawn where a seam seal of 40 mm x 30 mm shows them: what render.py looks for."""
    mm = 72 / 25.4
    upright, far, count = side in ("left", "right"), side in ("right", "bottom"), 5
    width, height, page_width, page_height = 40 * mm, 30 * mm, 595, 842

    def contents(page):
        number = page if far else count - 1 - page
        if upright:
            thick = width / count
            left, bottom = (page_width - thick if far else 0), (page_height - height) / 2
            clip, origin = (left, bottom, thick, height), (left - number * thick, bottom)
        else:
            thick = height / count
            # The first slice is the upper one; what is drawn is measured from below.
            bottom, left = (0 if far else page_height - thick), (page_width - width) / 2
            clip, origin = (left, bottom, width, thick), (left, bottom - height + (number + 1) * thick)
        lines = ["%.3f %.3f %.3f %.3f re W n" % clip]
        for quarter, colour in enumerate(QUARTERS):
            x, y = origin[0] + quarter % 2 * width / 2, origin[1] + (1 - quarter // 2) * height / 2
            lines.append("%.4f %.4f %.4f rg" % tuple(c / 255 for c in colour))
            lines.append("%.3f %.3f %.3f %.3f re f" % (x, y, width / 2, height / 2))
        return b"q " + " ".join(lines).encode() + b" Q " + text(page)

    return document([f"/MediaBox {A4}"] * count, contents)


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    made = {name: document(pages) for name, pages in SHAPES.items()}
    made |= {"inherited": inherited(), "open-state": shifted(), "user-unit": user_unit(), "keyword": keyword(), "form": form()}
    made |= {f"seam-{side}": seamed(side) for side in ("left", "right", "top", "bottom")}
    for name, data in made.items():
        (folder / f"{name}.pdf").write_bytes(data)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
