"""Containers of videos with sound and no picture."""

from __future__ import annotations

import io
from typing import Any, Final

import av
import numpy as np

from contract.formats import VIDEO_FORMATS

_RATE: Final = 8000
_SECONDS: Final = 1
# By the muxer that holds it; the others take uncompressed samples.
_CODECS: Final = {"mp4": "aac"}


def sound_only(extension: str) -> bytes:
    """A second of a tone in the container of a video format, which has no stream of pictures."""
    muxer, out = VIDEO_FORMATS[extension].library, io.BytesIO()
    with av.open(out, "w", format=muxer, options={"fflags": "+bitexact"}) as container:
        stream: Any = container.add_stream(_CODECS.get(muxer, "pcm_s16le"), rate=_RATE)
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        tone = (8000 * np.sin(np.arange(_RATE * _SECONDS) * 0.35)).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        frame.sample_rate, frame.pts = _RATE, 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return out.getvalue()
