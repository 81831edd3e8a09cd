"""A zip file that is read part by part and never whole; what it says of itself is not believed."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from hutong.core.apart.refusal import Unopened

PARTS = 40_000
"""Files inside one file; a workbook needs a few for each sheet."""
CHUNK = 1 << 18


class Archive:
    """The parts of a zip file by name, and how many bytes may still be unpacked."""

    def __init__(self, data: bytes, unpacked: int) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            infos = self._zip.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise Unopened("damaged") from error
        if len(infos) > PARTS:
            raise Unopened("too_many_sheets", sheets=len(infos), most=PARTS)
        if any(info.flag_bits & 1 for info in infos):
            raise Unopened("encrypted")
        self._left = unpacked
        self.names = {info.filename for info in infos}
        if sum(info.file_size for info in infos) > unpacked:
            raise Unopened("too_large_unpacked")
        if sum(info.compress_size for info in infos) > len(data) or len(self.names) < len(infos):
            raise Unopened("forged")  # parts that overlap, or two of one name

    def parts(self, name: str) -> Iterator[bytes]:
        """The bytes of one part, unpacked bit by bit; nothing where there is none. Raises Unopened."""
        if name not in self.names:
            return
        try:
            with self._zip.open(name) as part:
                while chunk := part.read(CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise Unopened("too_large_unpacked")
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise Unopened("forged" if "CRC" in str(error) else "damaged") from error
