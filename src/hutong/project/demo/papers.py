"""Papers of the demo: a picture that says what it stands for, and that it is none."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import as_file, files
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from hutong.core.files import Upload

SIZE = (420, 300)
FONT = "NotoSansSC-Regular.otf"


@lru_cache(maxsize=2)
def _font(size: int) -> ImageFont.FreeTypeFont:
    with as_file(files("pylopdf_fonts_zh_cn") / FONT) as path:
        return ImageFont.truetype(str(path), size)


@lru_cache(maxsize=64)
def paper(title: str) -> Upload:
    """A photo of an invented paper with this title."""
    picture = Image.new("P", SIZE, 0)
    picture.putpalette([250, 248, 240, 60, 60, 60, 170, 60, 50])
    pen = ImageDraw.Draw(picture)
    pen.fontmode = "1"
    pen.rectangle((12, 12, SIZE[0] - 13, SIZE[1] - 13), outline=1, width=2)
    pen.text((SIZE[0] / 2, 90), title, font=_font(30), fill=1, anchor="mm")
    pen.text((SIZE[0] / 2, 190), "演示材料，无效力", font=_font(22), fill=2, anchor="mm")
    data = BytesIO()
    picture.save(data, "PNG", optimize=True)
    return Upload(name=f"{title}.png", data=data.getvalue())
