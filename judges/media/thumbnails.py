"""What was sent, in small, for a report: decoded from the very bytes, as an inline PNG."""

from __future__ import annotations

import base64
import io

import av
from PIL import Image

from generators.artefacts import Artefact
from generators.specs import ImageSpec

_LONGEST = 96
# 1-bit images of this size take 50 MB; what is larger is described and not shown.
_LARGEST_PIXELS = 40_000_000


def thumbnail(artefact: Artefact) -> str | None:
    """A ``data:`` URI of at most 96 px a side; None where the file is too large to be decoded in passing."""
    spec = artefact.spec
    if spec.width * spec.height > _LARGEST_PIXELS:
        return None
    try:
        picture = _image(artefact) if isinstance(spec, ImageSpec) else _frame(artefact)
    except Exception:  # noqa: BLE001  a decoder may raise anything; a picture is no part of the judgement
        return None
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


def _image(artefact: Artefact) -> Image.Image:
    with Image.open(io.BytesIO(artefact.content)) as image:
        image.draft("L", (_LONGEST, _LONGEST))
        return _small(image)


def _frame(artefact: Artefact) -> Image.Image:
    with av.open(io.BytesIO(artefact.content), "r") as container:
        frame = next(container.decode(video=0))
        return _small(Image.fromarray(frame.to_ndarray(format="rgb24")))


def _small(image: Image.Image) -> Image.Image:
    scale = min(1.0, _LONGEST / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    mode = image.mode if image.mode in ("1", "L", "RGB", "RGBA") else "RGB"
    return image.convert(mode).resize((width, height), Image.Resampling.NEAREST)
