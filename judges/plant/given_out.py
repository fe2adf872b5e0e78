"""How what is given out of a planted medium is read: its bytes, its thumbnail, its frames."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import numpy as np
from PIL import Image

from contract import operations as api
from contract.observations import Answer
from contract.planted_changes import Seen
from contract.verdicts import inconclusive_reason
from generators.artefacts import Artefact, make
from generators.cards import number_shown
from generators.specs import ImageSpec
from judges.media.pictures import other_picture
from judges.plant.content import spec_of
from judges.plant.places import Where


def read_content(where: Where) -> Seen:
    """The bytes as they are given out; those that never were what was sent are compared by what they show."""
    answer, content = where.download(api.DISPLAY_VIDEO if where.is_video else api.DISPLAY_IMAGE)
    if not answer.accepted:
        return Seen(answer)
    artefact, served = make(spec_of(where.thing.sent)), hashlib.sha256(content).hexdigest()
    facts: dict[str, Any] = {"served": served, "bytes": len(content)}
    if content == artefact.content:
        return Seen(answer, {**facts, "sha256": served, "shows": True})
    before = where.thing.facts.get("sha256")
    kind, shows = _picture(artefact, content)
    if before is not None and kind not in (None, artefact.spec.record.library):
        facts |= {"sha256": before, "given out as": kind}  # in another format: no byte of it can be compared
    elif before is not None:
        facts["sha256"] = served
    if shows is None:  # it cannot be told, so that it says nothing against what was told before
        shows = where.thing.facts.get("shows")
    return Seen(answer, {**facts, "shows": shows}, detail=_where_it_differs(artefact.content, content))


def _picture(artefact: Artefact, content: bytes) -> tuple[str | None, bool | None]:
    """The format of an image that is given out, and whether it shows what was sent; None for what cannot be told."""
    spec = artefact.spec
    if not isinstance(spec, ImageSpec):
        return None, None
    try:
        with Image.open(io.BytesIO(content)) as image:
            kind = str(image.format)
        if spec.content != "card":
            return kind, None
        return kind, not other_picture(artefact, content, derived=kind != spec.record.library)
    except Exception:  # noqa: BLE001  a decoder may raise anything on bytes it cannot read
        return None, False


def _where_it_differs(sent: bytes, content: bytes) -> str:
    """How the bytes differ from those that were sent, in words."""
    if len(sent) != len(content):
        return f"{len(content):,} bytes, {len(sent):,} were sent"
    first = next(n for n, (one, other) in enumerate(zip(sent, content, strict=True)) if one != other)
    number = int(np.count_nonzero(np.frombuffer(sent, np.uint8) != np.frombuffer(content, np.uint8)))
    return f"{number:,} of {len(sent):,} bytes differ from what was sent, the first at {first:,}"


def read_thumbnail(where: Where) -> Seen:
    """The thumbnail: which picture it is, a deployment may decide anew."""
    answer, content = where.download(api.THUMBNAIL_OF_VIDEO if where.is_video else api.THUMBNAIL_OF_IMAGE)
    if not answer.accepted:
        return Seen(answer)
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
    except Exception as error:  # noqa: BLE001
        return Seen(answer, unreadable=f"it does not decode ({type(error).__name__})")
    return Seen(answer, {"decodes": True, "sha256": hashlib.sha256(content).hexdigest()})


def read_frames(where: Where) -> Seen:
    """The number that each frame of a video shows."""
    answer, shown = Answer(None), dict[str, Any]()
    for index in range(int(where.thing.sent["frames"])):
        answer, content = where.download(api.DISPLAY_FRAME, str(index))
        if inconclusive_reason(answer) is not None:
            return Seen(answer)
        shown[str(index)] = _number(content) if answer.accepted else f"answered {answer.words}"
    return Seen(Answer(200, elapsed_s=answer.elapsed_s), {"frames": shown})


def _number(content: bytes) -> int | str | None:
    """The number that a frame shows."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            number = number_shown(np.asarray(image.convert("L")))
    except Exception as error:  # noqa: BLE001
        return f"it does not decode ({type(error).__name__})"
    return number
