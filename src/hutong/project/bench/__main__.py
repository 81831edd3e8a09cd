"""`python -m hutong.project.bench <part> <page>`: one part of the measurements, in this process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hutong.project.settings")
django.setup()

from hutong.project.bench.command import measure  # noqa: E402 - Django comes first

measure(sys.argv[1], Path(sys.argv[2]))
