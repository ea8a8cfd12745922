#!/usr/bin/env python3
"""Is the seal where it was asked to be, as a person sees the page? Poppler and MuPDF answer.

render.py box BEFORE AFTER PAGE,X,Y,W,H... [options]   pixels changed in each of these boxes, fill it, and nowhere else
render.py seam BEFORE AFTER SIDE,W,H [options]         the seal is cut over all pages at this edge, in its middle
render.py same BEFORE AFTER [options]                  no pixel of any page changed
    --opacity 0.5     the picture lets the page through
    --turn 90         the picture is turned clockwise by so much
    --slack MM        how far off a box may lie, besides the two pixels that rounding takes
    --below MM        a line of text is shown below the picture, no higher than this
    --unit N          UserUnit of the pages, which Poppler passes over
    --password P      of encrypted documents

PAGE counts from 1; X, Y, W, H are millimetres from the top left corner of the page as shown. The picture is quad.png of
world.py: four quarters of different colours, so a turned or mirrored one is told from an upright one. Both documents are
rendered by pdftoppm and by mutool at 144 dpi. Exit status 1 and one line a fault if something is not as asked, 70 if a
document can't be rendered.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

from world import QUARTERS

DPI = 144
ROUNDING = 2  # pixels
# Rounding in blending and colour conversion stays below this; the quarters of the picture differ by far more.
COLOUR_TOLERANCE = 14
CHANGE = 8


# What mutool says of every file where it was built without colour management.
HARMLESS = "warning: ICC support is not available"


def give_up(message):
    """Neither yes nor no: the run is told so by another exit status than 1."""
    print(message, file=sys.stderr)
    sys.exit(70)


class Image:
    """A binary PPM."""

    def __init__(self, path):
        data = path.read_bytes()
        header = re.match(rb"P6\s+(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+255\s", data)
        if not header:
            give_up(f"{path} is no PPM")
        self.width, self.height = int(header[1]), int(header[2])
        self.pixels = memoryview(data)[header.end():]

    def row(self, y):
        step = self.width * 3
        return self.pixels[y * step:(y + 1) * step]

    def at(self, x, y):
        start = (y * self.width + x) * 3
        return tuple(self.pixels[start:start + 3])


def render(tool, file, password, unit):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if tool == "poppler":
            # Without -cropbox it shows the whole medium, which no viewer does.
            command = ["pdftoppm", "-r", str(DPI * unit), "-cropbox"]
            command += ["-upw", password] if password else []
            command += [file, str(folder / "page")]
        else:
            command = ["mutool", "draw", "-q", "-r", str(DPI), "-c", "rgb", "-F", "ppm", "-o", str(folder / "page-%d.ppm")]
            command += ["-p", password] if password else []
            command += [file]
        done = subprocess.run(command, capture_output=True, text=True)
        images = sorted(folder.iterdir(), key=lambda path: int(re.findall(r"\d+", path.stem)[-1]))
        if done.returncode != 0 or not images:
            give_up(f"{tool} does not render {file}: {done.stderr.strip()}")
        complaints = [line for line in done.stderr.splitlines() if line.strip() and line.strip() != HARMLESS]
        if complaints:
            give_up(f"{tool} complains about {file}: {'; '.join(complaints)}")
        return [Image(path) for path in images]


def differing(old, new):
    """Columns of one row that changed, as (first, last + 1), or None."""
    if old == new:
        return None
    changed = [i for i, (a, b) in enumerate(zip(old, new)) if abs(a - b) > CHANGE]
    return (changed[0] // 3, changed[-1] // 3 + 1) if changed else None


def changed_box(before, after, region):
    """The bounding box (left, top, right, bottom) of the changed pixels, all inside `region` or all outside of the others."""
    left, top, right, bottom = region
    rows = {}
    for y in range(top, bottom):
        span = differing(before.row(y)[left * 3:right * 3], after.row(y)[left * 3:right * 3])
        if span:
            rows[y] = span
    if not rows:
        return None
    return (left + min(s[0] for s in rows.values()), min(rows), left + max(s[1] for s in rows.values()), max(rows) + 1)


def pixels(mm):
    return mm / 25.4 * DPI


class Judge:
    def __init__(self, options):
        self.options = options
        self.faults = []
        self.slack = ROUNDING + pixels(options.slack)

    def expected(self, u, v):
        """The colour at this part of the picture as it is seen, over white."""
        for _ in range(self.options.turn // 90 % 4):
            u, v = v, 1 - u
        colour = QUARTERS[(v > 0.5) * 2 + (u > 0.5)]
        return tuple(round(255 + (c - 255) * self.options.opacity) for c in colour)

    def colour(self, label, image, x, y, u, v):
        found, wanted = image.at(int(x), int(y)), self.expected(u, v)
        if any(abs(a - b) > COLOUR_TOLERANCE for a, b in zip(found, wanted)):
            self.faults.append(f"{label}: {found} at ({u:.2f}, {v:.2f}) of the picture, expected {wanted}")

    def line_below(self, label, old, new, wanted):
        """A line of text within the breadth of the picture, and what else changed."""
        left, _, right, bottom = wanted
        end = round(bottom)
        seen = changed_box(old, new, (0, end + ROUNDING, new.width, new.height))
        if not seen:
            self.faults.append(f"{label}: no text below the picture")
        elif seen[0] < left - ROUNDING or seen[2] > right + ROUNDING or seen[3] > bottom + pixels(self.options.below):
            self.faults.append(f"{label}: pixels {seen} changed below the picture, which ends at {rounded(wanted)}")
        return changed_box(old, new, (0, 0, new.width, end))

    def place(self, label, found, wanted):
        if found is None:
            self.faults.append(f"{label}: nothing changed, expected {rounded(wanted)}")
        elif any(abs(a - b) > self.slack for a, b in zip(found, wanted)):
            self.faults.append(f"{label}: pixels {found} changed, expected {rounded(wanted)}")
        else:
            return True
        return False


def rounded(box):
    return tuple(round(edge, 1) for edge in box)


def whole(image):
    return (0, 0, image.width, image.height)


def box(judge, tool, before, after, boxes):
    """Each box is looked for in its own neighbourhood; with several on a page they must not touch."""
    for number, (old, new) in enumerate(zip(before, after), 1):
        mine = [b for b in boxes if int(b[0]) == number]
        seen = changed_box(old, new, whole(new))
        label = f"{tool}, page {number}"
        if not mine:
            if seen:
                judge.faults.append(f"{label}: pixels {seen} changed, expected none")
            continue
        targets = [[pixels(x), pixels(y), pixels(x + w), pixels(y + h)] for _, x, y, w, h in mine]
        shown = [[max(t[0], 0), max(t[1], 0), min(t[2], new.width), min(t[3], new.height)] for t in targets]
        union = [min(t[0] for t in shown), min(t[1] for t in shown), max(t[2] for t in shown), max(t[3] for t in shown)]
        if judge.options.below:
            seen = judge.line_below(label, old, new, union)
        if not judge.place(label, seen, union):
            continue
        for target, part in zip(targets, shown):
            reach = int(judge.slack) + 2
            region = (max(int(part[0]) - reach, 0), max(int(part[1]) - reach, 0),
                      min(int(part[2]) + reach, new.width), min(int(part[3]) + reach, new.height))
            if judge.options.below:
                region = (*region[:3], round(part[3]))
            found = changed_box(old, new, region)
            if not judge.place(label, found, part):
                continue
            # With slack the picture is where it was found, else where it was asked to be.
            x0, y0 = (found[0], found[1]) if judge.options.slack else (target[0], target[1])
            width, height = target[2] - target[0], target[3] - target[1]
            for u in (0.1, 0.25, 0.4, 0.6, 0.75, 0.9):
                for v in (0.1, 0.25, 0.4, 0.6, 0.75, 0.9):
                    x, y = x0 + u * width, y0 + v * height
                    if 0 <= x < new.width and 0 <= y < new.height:
                        judge.colour(label, new, x, y, u, v)


def seam(judge, tool, before, after, side, width, height):
    """At the right and lower edge the first page has the first slice, at the left and upper edge the last."""
    upright = side in ("left", "right")
    far = side in ("right", "bottom")
    extent, length = pixels(width if upright else height), pixels(height if upright else width)
    along = min(image.height if upright else image.width for image in before)
    start, count = (along - length) / 2, len(after)
    for number, (old, new) in enumerate(zip(before, after)):
        label = f"{tool}, page {number + 1}"
        slice_ = number if far else count - 1 - number
        thick = extent / count
        edge = (new.width if upright else new.height) - thick if far else 0
        wanted = (edge, start, edge + thick, start + length) if upright else (start, edge, start + length, edge + thick)
        if not judge.place(label, changed_box(old, new, whole(new)), wanted):
            continue
        for inside in (0.2, 0.5, 0.8):
            for v in (0.1, 0.4, 0.6, 0.9):
                u = (slice_ + inside) / count
                if abs(u - 0.5) < 0.04:
                    continue
                if upright:
                    judge.colour(label, new, edge + inside * thick, start + v * length, u, v)
                else:
                    judge.colour(label, new, start + v * length, edge + inside * thick, v, u)


def numbers(text):
    return [float(part) for part in text.split(",")]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("mode", choices=("box", "seam", "same"))
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("places", nargs="*")
    parser.add_argument("--opacity", type=float, default=1.0)
    parser.add_argument("--turn", type=int, default=0)
    parser.add_argument("--slack", type=float, default=0.0)
    parser.add_argument("--below", type=float, default=0.0)
    parser.add_argument("--unit", type=int, default=1)
    parser.add_argument("--password", default="")
    options = parser.parse_args()
    judge = Judge(options)
    for tool in ("poppler", "mupdf"):
        before, after = (render(tool, file, options.password, options.unit) for file in (options.before, options.after))
        if [whole(i) for i in before] != [whole(i) for i in after]:
            judge.faults.append(f"{tool}: pages of another number or size")
        elif options.mode == "seam":
            side, *size = options.places[0].split(",")
            seam(judge, tool, before, after, side, *map(float, size))
        else:
            box(judge, tool, before, after, [numbers(place) for place in options.places])
    print("\n".join(judge.faults))
    sys.exit(1 if judge.faults else 0)


if __name__ == "__main__":
    main()
