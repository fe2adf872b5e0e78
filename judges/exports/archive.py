"""An exported archive, read with the standard library: which of its files is which medium, and what is annotated."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from generators.artefacts import Artefact
from generators.specs import ImageSpec
from judges.media.decoding import decoded_size
from judges.media.readback import other_card, unlike

# Under such a name each medium is sent: a deployment may put folders before it, and more behind.
_NAME: Final = re.compile(r"medium(\d+)(?!\d)")
# So many shapes are annotated on each medium.
SHAPES: Final = 2


def name_of(number: int) -> str:
    """What a file name begins with, and what it is known again by."""
    return f"medium{number}"


def number_in(name: str) -> int | None:
    """The number of the medium that a name is of; None where it is of none."""
    found = _NAME.search(name)
    return None if found is None else int(found[1])


@dataclass(frozen=True, slots=True)
class Exported:
    """One file of an archive: whether it is a video, and its bytes."""

    is_video: bool
    content: bytes


@dataclass(frozen=True, slots=True)
class ExportArchive:
    """An archive: files by the number of their medium, others, and how many annotations each medium has.

    A medium that no description names is not among the ``annotations``.
    """

    files: Mapping[int, Sequence[Exported]]
    others: Sequence[Exported]
    annotations: Mapping[int, int]

    @classmethod
    def of(cls, content: bytes) -> ExportArchive:
        """Read an archive. Raises ``zipfile.BadZipFile``."""
        files, others, annotations = dict[int, list[Exported]](), list[Exported](), dict[int, int]()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                extension = PurePosixPath(name).suffix.lower().lstrip(".")
                if extension in (*IMAGE_FORMATS, *VIDEO_FORMATS):
                    number = number_in(name)
                    file = Exported(extension in VIDEO_FORMATS, archive.read(name))
                    (others if number is None else files.setdefault(number, [])).append(file)
                elif extension == "json":
                    for number, count in _described(archive.read(name)):
                        annotations[number] = annotations.get(number, 0) + count
        return cls(files, others, annotations)

    def differences(self, number: int, artefact: Artefact) -> tuple[str, ...] | None:
        """How what is there of a medium contradicts what was sent; None where it could not be read.

        A video may be there as pictures of its frames.
        """
        held = self.files.get(number) or [file for file in self.others if _is_like(file, artefact)]
        if not held:
            return ("it is not in the archive",)
        annotations = self.annotations.get(number, SHAPES)
        if annotations < SHAPES and artefact.spec.content != "card":  # of a card the content is judged
            return (f"of its {SHAPES} annotations {annotations or 'none'} is in the archive",)
        found = [_unlike(file, artefact) for file in held]
        return () if () in found else found[0]

    def holds_frames_of(self, number: int) -> bool:
        """Whether a video is there as pictures of its frames alone."""
        return not any(file.is_video for file in self.files.get(number, ()))


def _described(text: bytes) -> Iterator[tuple[int, int]]:
    """The number of each medium that a description of Datumaro's format names, and how many annotations it has."""
    try:
        said = json.loads(text)
    except ValueError:
        return
    items = said.get("items") if isinstance(said, dict) else None
    for item in items if isinstance(items, list) else ():
        number = number_in(json.dumps({name: value for name, value in item.items() if name != "annotations"}))
        if number is not None:
            yield number, len(item.get("annotations") or ())


def _unlike(file: Exported, artefact: Artefact) -> tuple[str, ...] | None:
    spec = artefact.spec
    if isinstance(spec, ImageSpec) or file.is_video:
        found = unlike(artefact, file.content)
        return other_card(artefact, file.content) if found == () else found
    size = _size(file, spec.width * spec.height)
    return () if size == (spec.width, spec.height) else (f"a frame of it is {size}",)


def _is_like(file: Exported, artefact: Artefact) -> bool:
    """Whether a file of another name may be a medium: its bytes, or a picture of its size."""
    spec = artefact.spec
    if file.content == artefact.content:
        return True
    wanted = spec.displayed if isinstance(spec, ImageSpec) else (spec.width, spec.height)
    return not file.is_video and _size(file, spec.width * spec.height) == wanted


def _size(file: Exported, pixels: int) -> tuple[int, int] | None:
    try:
        return decoded_size(file.content, pixels)
    except Exception:  # noqa: BLE001  a decoder may raise anything on bytes it cannot read
        return None
