"""`python -m hutong.project.bench <part> <page>`: one part of the measurements, in this process."""

from __future__ import annotations

import sys
from pathlib import Path

from hutong.project import manage

manage.django()

from hutong.project.bench.command import measure  # noqa: E402 - Django comes first

measure(sys.argv[1], Path(sys.argv[2]))
