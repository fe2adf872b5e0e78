"""Hostile requests around a genuine file: odd file names, missing and doubled parts, malformed ``upload_info``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from contract.limits import EnforcementPoint
from contract.profiles import Profile
from generators.artefacts import make
from generators.damage import FILE_NAMES
from generators.forms import FORM, Part, disposition, form
from generators.specs import MediaSpec
from judges.uploads.upload import HostileUpload, displayed, file_part, image, plain_form, video

# Names are read by the same code for both kinds of media: videos get those that end differently there.
_VIDEO_NAMES: Final = (
    "no-extension",
    "double-extension",
    "archive-extension",
    "trailing-space",
    "path-up",
    "path-up-backslash",
    "line-break",
    "japanese",
    "255-characters",
    "255-characters-of-three-bytes",
)
# Dispositions that no browser writes.
_RAW_NAMES: Final = {
    "raw-quote": 'form-data; name="file"; filename="quo"te.EXT"',
    "raw-line-break": 'form-data; name="file"; filename="line\r\nX-Injected: yes\r\nbreak.EXT"',
    "raw-null": 'form-data; name="file"; filename="nu\0ll.EXT"',
    "no-quotes": "form-data; name=file; filename=plain.EXT",
    "extended": "form-data; name=\"file\"; filename*=UTF-8''%E6%97%A5%2F..%2Fup.EXT",
    "unfinished": 'form-data; name="file"; filename="unfinished.EXT',
    "empty": 'form-data; name="file"; filename=""',
}
NOBODYS_LABEL: Final = "0123456789abcdef01234567"
_UPLOAD_INFO: Final = {
    "empty": b"",
    "no-json": b"{label_ids: }",
    "array": b"[]",
    "null": b"null",
    "boolean": b"true",
    "text": b'"label_ids"',
    "number-without-end": b"9" * 5000,
    "nested-10000-deep": b"[" * 10_000 + b"]" * 10_000,
    "not-utf8": b'{"label_ids": ["\xff\xfe"]}',
    "labels-no-list": b'{"label_ids": "one"}',
    "labels-malformed": b'{"label_ids": [{"id": null}, 7, "../.."]}',
    "labels-unknown": f'{{"label_ids": ["{NOBODYS_LABEL}"]}}'.encode(),
}


def form_uploads(profile: Profile, seed: int) -> Iterator[HostileUpload]:
    """Every hostile request at the upload of images and of videos."""
    for point, spec, names in (
        (EnforcementPoint.IMAGE_UPLOAD, image(profile, seed, "png"), tuple(FILE_NAMES)),
        (EnforcementPoint.VIDEO_UPLOAD, video(profile, seed, "mp4"), _VIDEO_NAMES),
    ):
        plain = HostileUpload(point, "", "", spec, partial(plain_form, spec), sizes=(displayed(spec),))
        yield from _named(plain, names)
        yield from _misshapen(plain)
        for name, text in _UPLOAD_INFO.items():
            yield replace(plain, defect=f"upload-info-{name}", body=partial(_with_info, spec, text))
        yield replace(plain, defect="upload-info-as-file", body=partial(_with_info_as_file, spec))


def _named(plain: HostileUpload, names: tuple[str, ...]) -> Iterator[HostileUpload]:
    extension = plain.control.format
    for name in names:
        file_name = FILE_NAMES[name].replace(".png", f".{extension}").replace(".PNG", f".{extension.upper()}")
        body = partial(_under, plain.control, disposition("file", file_name))
        yield replace(plain, defect=f"name-{name}", body=body, file_name=file_name)
    for name, raw in _RAW_NAMES.items():
        yield replace(plain, defect=f"name-{name}", body=partial(_under, plain.control, raw.replace("EXT", extension)))


def _misshapen(plain: HostileUpload) -> Iterator[HostileUpload]:
    """Requests whose parts are not those that the operation documents."""
    spec = plain.control
    forms: dict[str, Callable[[], bytes]] = {
        "missing-part": partial(form, [Part(disposition("upload_info"), b"{}")]),
        "no-part": partial(form, []),
        "empty-body": bytes,
        "wrong-field-name": partial(_under, spec, disposition("image", f"plain.{spec.format}")),
        "file-as-text": partial(_under, spec, disposition("file")),
        "two-parts": partial(_twice, spec),
        "unfinished-form": partial(_unfinished, spec),
    }
    yield from (replace(plain, defect=defect, body=body) for defect, body in forms.items())
    yield replace(plain, defect="no-boundary", content_type="multipart/form-data")
    yield replace(plain, defect="wrong-boundary", content_type=FORM + "-another")
    yield replace(plain, defect="json-body", content_type="application/json", body=partial(bytes, b'{"file": "x"}'))
    yield replace(plain, defect="bare-file", content_type=None, body=partial(_content, spec))


def _content(spec: MediaSpec) -> bytes:
    return make(spec).content


def _under(spec: MediaSpec, written: str) -> bytes:
    part = file_part(_content(spec), spec.format)
    return form([replace(part, disposition=written)])


def _twice(spec: MediaSpec) -> bytes:
    """Two files, both genuine and not the same."""
    other = replace(spec, seed=spec.seed + 1)
    return form(
        [
            file_part(_content(each), spec.format, f"{name}.{spec.format}")
            for name, each in (("first", spec), ("second", other))
        ]
    )


def _unfinished(spec: MediaSpec) -> bytes:
    return form([file_part(_content(spec), spec.format)], closed=False)


def _with_info(spec: MediaSpec, text: bytes) -> bytes:
    return form([Part(disposition("upload_info"), text), file_part(_content(spec), spec.format)])


def _with_info_as_file(spec: MediaSpec) -> bytes:
    info = Part(disposition("upload_info", "info.json"), b"{}", "application/json")
    return form([info, file_part(_content(spec), spec.format)])
