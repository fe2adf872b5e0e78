"""The manifest of the media limits: every probe in every format that can carry it, with a second opinion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.limits import BY_ID, EnforcementPoint
from contract.probes import MEDIA_AXES, Probe, Shape, Side, control_shape, media_probes
from contract.profiles import Profile
from generators.artefacts import supports_direct
from generators.specs import ImageSpec, MediaSpec, VideoSpec

DIRECT = "direct"  # the variant that is made without a library


@dataclass(frozen=True, slots=True)
class MediaCase:
    """One probe in one format. ``spec`` is None where no such file exists; ``control`` is well inside every limit."""

    probe: Probe
    format: str
    spec: MediaSpec | None
    control: MediaSpec
    variant: str = ""

    @property
    def id(self) -> str:
        """Unique within the manifest: ``image.side.max@image-upload/above/width/png``."""
        parts = (self.probe.requirement, self.probe.side, self.probe.axis, self.format, self.variant)
        return "/".join(part for part in parts if part)

    def spec_of(self, shape: Shape) -> MediaSpec:
        """The same artefact in another shape."""
        return reshaped(self.control, shape)


def reshaped(spec: MediaSpec, shape: Shape) -> MediaSpec:
    """A specification in another shape; all else stays."""
    if isinstance(spec, VideoSpec):
        return replace(spec, width=shape.width, height=shape.height, frames=shape.seconds * spec.fps)
    return replace(spec, width=shape.width, height=shape.height)


def media_cases(profile: Profile, seed: int) -> tuple[MediaCase, ...]:
    """Every case of the media limits at upload under one profile."""
    return (*_image_cases(profile, seed), *_video_cases(profile, seed))


def _image_cases(profile: Profile, seed: int) -> Iterator[MediaCase]:
    shape = control_shape(profile, video=False)
    for extension, record in IMAGE_FORMATS.items():
        control = ImageSpec(shape.width, shape.height, extension, record.leanest_mode, seed=seed)
        direct = replace(control, encoder="direct")
        encoded = [] if record.library_too_heavy or "library" not in record.encoders else [control]
        encoded += [direct] if supports_direct(direct) else []
        for made in encoded:
            variant = DIRECT if made.encoder == "direct" and len(encoded) > 1 else ""
            for limit_id in MEDIA_AXES:
                if BY_ID[limit_id].entity == "image":
                    probes = media_probes(limit_id, EnforcementPoint.IMAGE_UPLOAD, profile, record.longest_side)
                    yield from (_case(probe, extension, made, variant) for probe in probes)
        if "library" in record.encoders:
            yield from _smallest_in_every_mode(profile, extension, seed)


def _smallest_in_every_mode(profile: Profile, extension: str, seed: int) -> Iterator[MediaCase]:
    """At and above the smallest side, with noise, in every mode of a format, and turned by EXIF where it can be."""
    shape = control_shape(profile, video=False)
    turns = (1, 6) if IMAGE_FORMATS[extension].orientable else (1,)
    for mode in IMAGE_FORMATS[extension].modes:
        for orientation in turns:
            control = ImageSpec(shape.width, shape.height, extension, mode, "noise", seed, orientation)
            variant = f"{mode.replace(';', '')}-noise" + (f"-o{orientation}" if orientation != 1 else "")
            for probe in media_probes("image.side.min", EnforcementPoint.IMAGE_UPLOAD, profile):
                if probe.side is not Side.BELOW and probe.axis == "width":
                    yield _case(probe, extension, control, variant)


def _video_cases(profile: Profile, seed: int) -> Iterator[MediaCase]:
    shape = control_shape(profile, video=True)
    for extension, record in VIDEO_FORMATS.items():
        rate = record.agreed_rate
        control = VideoSpec(shape.width, shape.height, shape.seconds * rate, rate, extension, seed=seed)
        for encoder in record.encoders:
            made, variant = replace(control, encoder=encoder), DIRECT if encoder == "direct" else ""
            for limit_id in MEDIA_AXES:
                if BY_ID[limit_id].entity == "video":
                    probes = media_probes(limit_id, EnforcementPoint.VIDEO_UPLOAD, profile)
                    yield from (_case(probe, extension, made, variant) for probe in probes)


def _case(probe: Probe, extension: str, control: MediaSpec, variant: str = "") -> MediaCase:
    spec = None if probe.shape is None else reshaped(control, probe.shape)
    return MediaCase(probe, extension, spec, control, variant)
