"""Videos through PyAV at exact sizes, odd ones included: two frames are encoded, their packets repeated.

Of a card as many frames are encoded as differ. The codecs are those that keep odd sizes (x264 in 4:4:4, MJPEG, VP8):
OpenCV's writer and 4:2:0 x264 would round down and turn a probe above a limit into a legal one.
"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any, Final

import av
import numpy as np

from contract.formats import Codec, FormatError, required
from generators.cards import PERIOD, numbered
from generators.specs import VideoSpec

# codec: (encoder, pixel format, options). Every frame is a key frame, so that it may be repeated.
_RECIPES: Final[dict[Codec, tuple[str, str, dict[str, str]]]] = {
    "h264": ("libx264", "yuv444p", {"preset": "ultrafast", "g": "1", "x264-params": "keyint=1:scenecut=0"}),
    "mjpeg": ("mjpeg", "yuvj444p", {}),
    "vp8": ("libvpx", "yuv420p", {"deadline": "realtime", "g": "0", "cpu-used": "8"}),
}
_DISTINCT_FRAMES: Final = 2


def encode_video(spec: VideoSpec) -> bytes:
    """The bytes of one video; the same specification always gives the same bytes.

    Raises ``FormatError`` where PyAV has no such muxer, or this module no recipe for the codec.
    """
    muxer = spec.record.library
    if muxer not in av.formats_available:
        raise FormatError(spec.record, f"PyAV has no muxer {muxer!r}")
    codec, pixel_format, options = required(_RECIPES, spec.coded, spec.record, "_RECIPES of generators/videos.py")
    out = io.BytesIO()
    with av.open(out, "w", format=muxer, options={"fflags": "+bitexact"}) as container:
        stream: Any = container.add_stream(codec, rate=spec.fps, options=options)
        stream.width, stream.height, stream.pix_fmt = spec.width, spec.height, pixel_format
        stream.time_base = stream.codec_context.time_base = frame_s = Fraction(1, spec.fps)
        stream.codec_context.thread_count = 1
        stream.codec_context.max_b_frames = 0
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        packets = _packets(stream, spec)
        for index in range(spec.frames):
            packet = av.Packet(packets[index % len(packets)])
            packet.stream = stream
            packet.time_base = frame_s
            packet.pts = packet.dts = index
            packet.duration = 1
            packet.is_keyframe = True
            container.mux(packet)
    return out.getvalue()


def _packets(stream: Any, spec: VideoSpec) -> list[bytes]:
    made: list[bytes] = []
    for index in range(min(spec.frames, PERIOD if spec.content == "card" else _DISTINCT_FRAMES)):
        frame = av.VideoFrame.from_ndarray(_picture(spec, index), format="rgb24")
        frame.pts = index
        frame.pict_type = av.video.frame.PictureType.I
        made += [bytes(packet) for packet in stream.encode(frame)]
    return made + [bytes(packet) for packet in stream.encode(None)]


def _picture(spec: VideoSpec, index: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    random = np.random.default_rng((spec.seed, index))
    shape = (spec.height, spec.width, 3)
    if spec.content == "card":
        return numbered(spec, index)
    if spec.content == "noise":
        return random.integers(0, 256, shape, dtype=np.uint8)
    if spec.content == "gradient":
        ramp = np.linspace(0, 255, spec.width).astype(np.uint8)
        return np.ascontiguousarray(np.broadcast_to(np.roll(ramp, index)[:, None], shape))
    return np.full(shape, random.integers(0, 256, 3, dtype=np.uint8), dtype=np.uint8)
