"""Writes normalization.txt from Python's unicodedata (a repackaging of the Unicode Character Database).

    python3 make_tables.py > normalization.txt

One fact a line: "D cp parts" canonical decomposition, "K cp parts" compatibility decomposition, "X cp" a canonical pair that is never composed,
"Z class first last" a range of one non-zero combining class, "U cp text" and "T cp text" upper and title case that is longer than one character
(with "L" for lower case). Hangul syllables are computed, not listed.
"""
import sys
import unicodedata as u


def hexes(text):
    return " ".join(f"{ord(c):X}" for c in text)


def main():
    out = []
    ranges = []
    for cp in range(0x110000):
        if 0xD800 <= cp < 0xE000 or 0xAC00 <= cp < 0xD7A4:
            continue
        c = chr(cp)
        parts = u.decomposition(c)
        if parts:
            compat = parts.startswith("<")
            codes = parts.split(" ")[1:] if compat else parts.split(" ")
            out.append(f"{'K' if compat else 'D'} {cp:X} {' '.join(f'{int(x, 16):X}' for x in codes)}")
            if not compat and (len(codes) == 1 or u.normalize("NFC", c) != c):
                out.append(f"X {cp:X}")
        ccc = u.combining(c)
        if ccc:
            if ranges and ranges[-1][0] == ccc and ranges[-1][2] == cp - 1:
                ranges[-1][2] = cp
            else:
                ranges.append([ccc, cp, cp])
        for letter, changed in (("U", c.upper()), ("T", c.title()), ("L", c.lower())):
            if len(changed) > 1:
                out.append(f"{letter} {cp:X} {hexes(changed)}")
    out.extend(f"Z {c} {a:X} {b:X}" for c, a, b in ranges)
    sys.stdout.write(f"# Unicode {u.unidata_version}; made by make_tables.py\n" + "\n".join(out) + "\n")


main()
