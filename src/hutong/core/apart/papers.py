"""Photos and PDFs: is it one, and does it open?"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from PIL import Image
from pypdf import PdfReader

from hutong.core.apart.refusal import Unopened

IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
Image.MAX_IMAGE_PIXELS = None  # counted here
PIXELS = 100_000_000
"""More than any camera makes; a picture that claims more is made to fill the memory of whoever opens it."""


def read(data: bytes) -> Iterator[str]:
    """The media type, from the content. Raises Unopened: `damaged` for a PDF, else `not_known`, `too_wide`."""
    yield _pdf(data) if data.startswith(b"%PDF-") else _image(data)


def _pdf(data: bytes) -> str:
    try:
        pages = len(PdfReader(BytesIO(data)).pages)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # pypdf raises many kinds on damaged input; all mean the same to the user
        raise Unopened("damaged") from error
    if not pages:
        raise Unopened("not_known")
    return "application/pdf"


def _image(data: bytes) -> str:
    try:
        with Image.open(BytesIO(data), formats=list(IMAGES)) as image:
            width, height = image.size
            if width * height > PIXELS:
                raise Unopened("too_wide", width=width, height=height)
            image.verify()
            return IMAGES[str(image.format)]
    except (Unopened, MemoryError):
        raise
    except Exception as error:  # Pillow too; a renamed program ends here
        raise Unopened("not_known") from error
