"""Which township of the civil affairs list is which township of the statistical list.

Both lists use nine digits for a township, and for almost one in five of the shared codes they name different
places. A code alone therefore proves nothing: every step below asks for the name as well, from the strictest
comparison to the loosest, and takes a pair only if it is the only possible one on both sides.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from hutong.org.terms.naming import alike, township_stem


@dataclass(frozen=True)
class Town:
    """A township of either list: nine digits, name, name of its county."""

    code: str
    name: str
    county: str

    @property
    def stem(self) -> str:
        return township_stem(self.name, self.county)

    @property
    def works(self) -> bool:
        """A farm, forest or zone that shares its name with the town beside it and is not that town."""
        return self.code[6] in "45" and self.name.endswith(("场", "开发区", "园区", "工业区"))


@dataclass(frozen=True)
class Pair:
    """One decided identity and the step that decided it."""

    mca: str
    nbs: str
    step: str


class Matcher:
    """Keeps what is still open on both sides while the steps run."""

    def __init__(self, mca: Iterable[Town], nbs: Iterable[Town]) -> None:
        self.mca = {t.code: t for t in mca}
        self.nbs = {t.code: t for t in nbs}
        self.mca_counties = {c[:6] for c in self.mca}
        self.nbs_counties = {c[:6] for c in self.nbs}
        self.pairs: list[Pair] = []

    def take(self, mca: Town, nbs: Town, step: str) -> None:
        """Record a pair and close it on both sides."""
        self.pairs.append(Pair(mca.code, nbs.code, step))
        del self.mca[mca.code], self.nbs[nbs.code]

    def same_code(self, agree: Callable[[Town, Town], bool], step: str) -> None:
        """Same nine digits and names that agree."""
        for code in sorted(self.mca.keys() & self.nbs.keys()):
            if agree(self.mca[code], self.nbs[code]):
                self.take(self.mca[code], self.nbs[code], step)

    def unique(self, mca: Iterable[Town], nbs: Iterable[Town], key: Callable[[Town], Hashable], step: str) -> None:
        """The same key, exactly once on each side."""
        left, right = _grouped(mca, key), _grouped(nbs, key)
        for name in sorted(left.keys() & right.keys(), key=str):
            if len(left[name]) == 1 and len(right[name]) == 1:
                self.take(left[name][0], right[name][0], step)

    def only_alike(self, mca: Iterable[Town], nbs: Iterable[Town], digits: int, step: str) -> None:
        """Spellings of one another within the first `digits` of the code, and no other candidate on either side."""
        left, right = _grouped(mca, _area(digits)), _grouped((t for t in nbs if not t.works), _area(digits))
        for area in sorted(left.keys() & right.keys(), key=str):
            near = [(m, n) for m in left[area] for n in right[area] if _inside(m.stem, n.stem)]
            for m, n in near:
                if sum(1 for a, _ in near if a is m) == 1 and sum(1 for _, b in near if b is n) == 1:
                    self.take(m, n, step)

    def fresh(self) -> list[Town]:
        """Open towns of counties founded after the statistical list."""
        return [t for t in self.mca.values() if t.code[:6] not in self.nbs_counties]

    def homeless(self) -> list[Town]:
        """Open statistical towns of counties for which civil affairs lists none: zones, and counties gone since."""
        return [t for t in self.nbs.values() if t.code[:6] not in self.mca_counties]


def _area(digits: int) -> Callable[[Town], Hashable]:
    return lambda town: town.code[:digits]


def _named(digits: int) -> Callable[[Town], Hashable]:
    return lambda town: (town.code[:digits], town.name)


def _stemmed(digits: int) -> Callable[[Town], Hashable]:
    return lambda town: (town.code[:digits], town.stem)


def _grouped(towns: Iterable[Town], key: Callable[[Town], Hashable]) -> dict[Hashable, list[Town]]:
    groups: dict[Hashable, list[Town]] = defaultdict(list)
    for town in towns:
        groups[key(town)].append(town)
    return groups


def _inside(left: str, right: str) -> bool:
    return min(len(left), len(right)) >= 2 and (left in right or right in left)


def crosswalk(mca: Iterable[Town], nbs: Iterable[Town]) -> Matcher:
    """Run all steps; the matcher holds the pairs and what stayed open on both sides."""
    m = Matcher(mca, nbs)
    m.same_code(lambda a, b: a.name == b.name, "code+name")
    m.same_code(lambda a, b: a.stem == b.stem, "code+stem")
    m.unique(m.mca.values(), m.nbs.values(), _named(6), "county+name")
    m.unique(m.mca.values(), m.nbs.values(), _stemmed(6), "county+stem")
    m.same_code(lambda a, b: alike(a.stem, b.stem), "code+spelling")
    m.only_alike(m.mca.values(), m.nbs.values(), 6, "county+spelling")
    m.unique(m.mca.values(), m.homeless(), _named(4), "city+name")
    m.unique(m.fresh(), m.nbs.values(), _named(4), "city+name")
    m.unique(m.mca.values(), m.homeless(), _stemmed(4), "city+stem")
    m.unique(m.fresh(), m.nbs.values(), _named(2), "province+name")  # a stem alone is too weak across a province
    m.only_alike(m.fresh(), m.homeless(), 2, "province+spelling")
    return m
