"""Files of an exact number of bytes: filled up where each format has room for what readers must skip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generators.artefacts import encoded
from generators.direct import encoder_function
from generators.specs import MediaSpec, UnrepresentableError

_LARGEST: Final = 2**40  # one TiB, far beyond the size of any upload


def padded(spec: MediaSpec, size: int) -> Iterator[bytes]:
    """The file of a specification, filled up to exactly ``size`` bytes, piece by piece; it shows what it showed.

    Raises ``UnrepresentableError`` where the file is larger, where ``size`` is more than the format can declare (4 GiB
    less a byte for BMP, AVI and WebP) or than a TiB, and where the format cannot express so few bytes more: PNG needs
    12, JPEG 4, MP4, M4V, MOV and AVI 8, MKV and WebM 2, WebP 26; AVI and WebP only even sizes. Raises ``FormatError``
    for a format of which no module in ``generators/encoders`` knows how to fill it.
    """
    length = sum(map(len, encoded(spec)))
    if length == size:
        return encoded(spec)
    fill = encoder_function(spec.record, "fill")
    try:
        if not length < size <= _LARGEST:
            raise ValueError
        return fill(encoded(spec), size - length)
    except ValueError:
        raise UnrepresentableError(f"{spec.name} has {length} bytes and cannot be filled up to {size}") from None
