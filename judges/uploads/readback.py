"""Whether an accepted hostile upload reads back: what the deployment says of the medium, and what it gives out."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final

import av

from contract.limits import EnforcementPoint
from contract.observations import Answer
from contract.robustness import related
from contract.verdicts import inconclusive_reason
from deployment.client import Client
from deployment.media import Dataset
from judges.media.decoding import decoded_size
from judges.upload import settled
from judges.uploads.upload import HostileUpload

# Beyond this many pixels the reader, not the deployment, would be what breaks: the reported size has to do.
_MOST_DECODED: Final = 500_000_000
_ROUNDED_S: Final = 1
_OWN_PROCESS: Final = 1 << 30
# Whether the medium is reported as failed, and what contradicts what was sent; None where it could not be read.
ReadBack = tuple[bool, tuple[str, ...] | None]


def read_back(dataset: Dataset, upload: HostileUpload, medium: str, listed: Mapping[str, Any]) -> ReadBack:
    """Whether the deployment reports the medium as failed, and how what reads back contradicts what was sent.

    ``listed`` is what the listing says of it.

    An image must give out a picture whose every pixel decodes, in one of the sizes that the case allows. How many
    frames a tolerant reader finds in a damaged video is its own affair, but a frame must decode, and the last one that
    the deployment counts must be one that it can display. None where something could not be read.
    """
    still = upload.point is EnforcementPoint.IMAGE_UPLOAD
    path = f"{dataset.path}/media/{'images' if still else 'videos'}/{medium}"
    answer = settled(dataset, path)
    if answer is None or not answer.fields:
        return False, None
    state = answer.body.get("preprocessing")
    if isinstance(state, dict) and str(state.get("status")).upper() == "FAILED":
        return True, ()
    information = answer.body.get("media_information")
    information = information if isinstance(information, dict) else {}
    size = information.get("width"), information.get("height")
    found = []
    if upload.sizes and size not in upload.sizes:
        wanted = " or ".join(f"{width}x{height}" for width, height in upload.sizes)
        found.append(f"it reads back as {size[0]}x{size[1]}, sent {wanted}")
    for place, said in (("the name", answer.fields), ("the name in the listing", listed)):
        if upload.file_name is not None and not related(upload.file_name, said.get("name")):
            found.append(f"{place} reads back as {said.get('name')!r}, sent {upload.file_name!r}")
    duration = information.get("duration")
    if upload.lasting is not None and not _is_near(duration, upload.lasting):
        found.append(f"its duration reads back as {duration} s, its frames last {upload.lasting} s")
    shown = _picture(dataset.client, upload, path, size) if still else _stream(dataset.client, path, information)
    return False, None if shown is None else (*found, *shown)


def _picture(client: Client, upload: HostileUpload, path: str, size: tuple[Any, Any]) -> tuple[str, ...] | None:
    pixels = size[0] * size[1] if all(isinstance(side, int) for side in size) else 0
    if pixels > _MOST_DECODED:
        return ()
    display, content = client.download(f"{path}/display/full")
    if not display.accepted:
        return _not_given(display.status, f"the picture is answered with {display.words}")
    try:
        shown = decoded_size(content, _OWN_PROCESS if upload.heavy else pixels)
    except ChildProcessError:
        return None
    except Exception as error:  # noqa: BLE001  a decoder may raise anything on bytes it cannot read
        return (f"what it gives out does not decode ({type(error).__name__})",)
    if upload.sizes and shown not in upload.sizes:
        return (f"what it gives out is {shown[0]}x{shown[1]}",)
    return ()


def _stream(client: Client, path: str, information: dict[str, Any]) -> tuple[str, ...] | None:
    display, content = client.download(f"{path}/display/stream")
    if not display.accepted:
        return _not_given(display.status, f"the stream is answered with {display.words}")
    try:
        with av.open(io.BytesIO(content), "r") as container:
            next(container.decode(video=0))
    except Exception as error:  # noqa: BLE001  a decoder may raise anything on bytes it cannot read
        return (f"no frame of what it gives out decodes ({type(error).__name__})",)
    count = information.get("frame_count")
    if not isinstance(count, int) or count < 1:
        return (f"it reads back with {count} frames",)
    last, picture = client.download(f"{path}/frames/{count - 1}/display/full")
    if not last.accepted:
        return _not_given(last.status, f"the last of its {count} frames is answered with {last.words}")
    try:
        decoded_size(picture, 0)
    except Exception as error:  # noqa: BLE001
        return (f"the last of its {count} frames does not decode ({type(error).__name__})",)
    return ()


def _is_near(duration: Any, lasting: int) -> bool:
    """Whether a duration is that of the frames, up to how it is rounded."""
    return isinstance(duration, int | float) and abs(duration - lasting) <= _ROUNDED_S


def _not_given(status: int | None, words: str) -> tuple[str, ...] | None:
    """A finding, unless the answer says nothing of the medium."""
    return None if inconclusive_reason(Answer(status)) is not None else (words,)
