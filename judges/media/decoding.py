"""Decoding a large image in a process of its own: the run stays small whatever a decoder needs.

``python decoding.py FILE`` prints width and height in pixels once every pixel was decoded.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile

from PIL import Image, PngImagePlugin

# What is read back here was made here: at the size of the limit, and with a text as large as a bomb.
Image.MAX_IMAGE_PIXELS = None
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = 1 << 27
_LARGE_PIXELS = 4_000_000


def decoded_size(content: bytes, pixels: int) -> tuple[int, int]:
    """Width and height of an image whose every pixel decodes; ``pixels`` is how many it should have.

    Raises ``ChildProcessError`` where the machine ended the decoder, which says nothing of the image, and
    ``ValueError`` or what the decoder raises where the image does not decode.
    """
    if pixels < _LARGE_PIXELS:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            return image.size
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        command = [sys.executable, __file__, file.name]
        decoder = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if decoder.returncode < 0:
        raise ChildProcessError(f"the decoder was killed by signal {-decoder.returncode}")
    if decoder.returncode:
        raise ValueError("it does not decode")
    width, height = decoder.stdout.split()
    return int(width), int(height)


if __name__ == "__main__":
    with Image.open(sys.argv[1]) as picture:
        picture.load()
        print(*picture.size)
