"""What the web server calls."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from hutong.core.jurisdiction import law
from hutong.project.manage import require_walls

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hutong.project.settings")
application = get_wsgi_application()
law()  # reading it takes half a second: nobody's first page waits for it, and no two threads read it at once
require_walls()  # whatever server calls this: it does not answer a single request behind a wall with a hole
