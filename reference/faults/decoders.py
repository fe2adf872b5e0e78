"""What one encoder makes is taken, what another makes of the same size is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import av

from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Fault


def _refusing(unwanted: Callable[[Any], bool]) -> type[Behaviour]:
    """Videos of some streams are refused as unreadable before anything is measured."""

    class Refusing(Behaviour):
        def decode_video(self, path: Path) -> None:
            with av.open(str(path)) as container:
                if unwanted(container.streams.video[0].codec_context):
                    raise ApiError(400, "invalid_media", "The codec is not supported.")
            super().decode_video(path)

    return Refusing


def _is_vp9(codec: Any) -> bool:
    return str(codec.name).endswith("vp9")


def _has_odd_sides(codec: Any) -> bool:
    return codec.name == "h264" and codec.pix_fmt != "yuv444p" and bool(codec.width % 2 or codec.height % 2)


_LIMITS: Final = ("video.*@video-upload", "combination.video-upload@*", "robustness.video-upload@*")
FAULTS: Final = (
    Fault("vp9-refused", "A WebM is refused where its frames are VP9.", "decoders", ("encoders.video-upload@webm",),
          None, "nonconforming", _refusing(_is_vp9), _LIMITS),
    Fault("odd-h264-refused", "An H.264 video of odd sides is refused unless it is 4:4:4.", "decoders",
          ("encoders.video-upload@mp4",), None, "nonconforming", _refusing(_has_odd_sides),
          ("encoders.video-upload@*", *_LIMITS)),
)  # fmt: skip
