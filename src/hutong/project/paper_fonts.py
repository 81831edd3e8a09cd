"""Fonts of paper for scripts that the Chinese font lacks: cut out of npm packages, from WOFF to the form typst reads.

The scripts of GB 18030-2022 beside Han and Hangul (Python packages hold these two), and Latin, Cyrillic and Greek
letters with marks. All are Noto fonts under the OFL. No Django here.
"""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = Path("src/hutong/channels/print/built")
SLICES = {
    "noto-naskh-arabic": ("arabic",),  # Uyghur, Kazakh, Kyrgyz
    "noto-sans-lisu": ("lisu",),
    "noto-sans-mongolian": ("mongolian",),  # with Todo, Sibe and Manchu
    "noto-sans-new-tai-lue": ("new-tai-lue",),
    "noto-sans-tai-le": ("tai-le",),
    "noto-sans-tai-tham": ("tai-tham",),
    "noto-sans-yi": ("yi",),
    "noto-serif": ("cyrillic", "cyrillic-ext", "greek", "latin", "latin-ext"),
    "noto-serif-tibetan": ("tibetan",),
}
"""Packages of the scope @fontsource and the slices that are taken from each, in regular weight."""
LICENCE = "noto-serif/LICENSE"


def cut_fonts(clone: Path, into: Path) -> None:
    """Write every slice as a TrueType file with the licence beside them; equal packages give equal bytes."""
    scope = clone / "node_modules" / "@fontsource"
    into.mkdir(parents=True, exist_ok=True)
    for package, scripts in SLICES.items():
        for script in scripts:
            woff = scope / package / "files" / f"{package}-{script}-400-normal.woff"
            with TTFont(woff, recalcBBoxes=False, recalcTimestamp=False) as font:
                font.flavor = None
                font.save(into / f"{package}-{script}.ttf")
    (into / "OFL.txt").write_bytes((scope / LICENCE).read_bytes())
