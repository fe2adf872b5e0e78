"""The cases of the media limits: every probe in every format that can carry it, with a second opinion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from contract.cases import Case
from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.limits import LIMITS, Axis, EnforcementPoint, Limit
from contract.probes import Probe, Shape, Side, bounds_on, control_shape, media_probes
from contract.profiles import Profile
from generators.artefacts import supports_direct
from generators.specs import ImageSpec, MediaSpec, UnrepresentableError, VideoSpec
from judges.probes import probe_fields

DIRECT: Final = "direct"  # the variant that is made without a library
# Measured: a media case takes about five requests (upload, listings, read back, display, delete).
REQUESTS: Final = 5
# Frames a second of a video that ends in the middle of one: two thirds of it are rounded up by whoever rounds.
_THIRDS: Final = 3
# Where a limit of each medium is judged: those at import by judges/imports.
_JUDGED_AT: Final = {
    "image": {EnforcementPoint.IMAGE_UPLOAD, EnforcementPoint.DATASET_IMPORT},
    "video": {EnforcementPoint.VIDEO_UPLOAD},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaCase(Case):
    """One probe in one format. ``spec`` is None where no such file exists; ``control`` is well inside every limit.

    ``maker`` says how the file is made, where a format has more than one case of a probe.
    """

    probe: Probe
    spec: MediaSpec | None
    control: MediaSpec
    maker: str = ""

    @property
    def strand(self) -> str:
        """The cases of a format share their controls."""
        return strand_of(self.control)


def strand_of(control: MediaSpec) -> str:
    """The strand of all cases that share a control: those of its format."""
    return f"media {control.format}"


def reshaped(spec: MediaSpec, shape: Shape) -> MediaSpec:
    """A specification in another shape; all else stays, a part of a second at the end, too.

    Raises ``UnrepresentableError``.
    """
    if isinstance(spec, VideoSpec):
        rate = shape.rate or spec.fps
        frames = shape.seconds * rate + min(spec.frames % spec.fps, rate - 1)
        return replace(spec, width=shape.width, height=shape.height, frames=frames, fps=rate)
    return replace(spec, width=shape.width, height=shape.height)


def media_cases(profile: Profile, seed: int) -> tuple[MediaCase, ...]:
    """Every case of the media limits at upload under one profile.

    Raises ``LookupError`` for a row of the table that is enforced where nothing judges it: it names where to add that.
    """
    for limit in LIMITS:
        unjudged = set(limit.enforced_at) - _JUDGED_AT[limit.entity] if limit.axes else set()
        if unjudged:
            points = ", ".join(sorted(unjudged))
            raise LookupError(f"{limit.id}: nothing judges a limit of {limit.entity}s at {points}; see {__name__}")
    return (*_image_cases(profile, seed), *_video_cases(profile, seed))


def media_limits(entity: str, point: EnforcementPoint) -> list[Limit]:
    """The limits of images or videos that are enforced at a point, in the order of the table."""
    return [limit for limit in LIMITS if limit.axes and limit.entity == entity and point in limit.enforced_at]


def _image_cases(profile: Profile, seed: int) -> Iterator[MediaCase]:
    shape = control_shape(profile, video=False)
    for extension, record in IMAGE_FORMATS.items():
        control = ImageSpec(shape.width, shape.height, extension, record.leanest_mode, seed=seed)
        direct = replace(control, encoder="direct")
        encoded = [] if record.library_too_heavy or "library" not in record.encoders else [control]
        encoded += [direct] if supports_direct(direct) else []
        for made in encoded:
            maker = DIRECT if made.encoder == "direct" and len(encoded) > 1 else ""
            for limit in media_limits("image", EnforcementPoint.IMAGE_UPLOAD):
                probes = media_probes(limit, EnforcementPoint.IMAGE_UPLOAD, profile, record.longest_side)
                yield from (_case(probe, made, maker) for probe in probes)
        if "library" in record.encoders:
            yield from _smallest_in_every_mode(profile, extension, seed)


def _smallest_in_every_mode(profile: Profile, extension: str, seed: int) -> Iterator[MediaCase]:
    """At and above the smallest side, with noise, in every mode of a format."""
    shape, record = control_shape(profile, video=False), IMAGE_FORMATS[extension]
    smallest = [limit for limit in media_limits("image", EnforcementPoint.IMAGE_UPLOAD) if limit.sign < 0]
    for mode in record.modes:
        control = ImageSpec(shape.width, shape.height, extension, mode, "noise", seed)
        for limit in smallest:
            for probe in media_probes(limit, EnforcementPoint.IMAGE_UPLOAD, profile):
                if probe.side is not Side.BELOW and probe.axis is Axis.WIDTH:
                    yield _case(probe, control, f"{mode.replace(';', '')}-noise")


def _video_cases(profile: Profile, seed: int) -> Iterator[MediaCase]:
    shape = control_shape(profile, video=True)
    for extension, record in VIDEO_FORMATS.items():
        rate = max(record.agreed_rate, shape.rate)
        control = VideoSpec(shape.width, shape.height, shape.seconds * rate, rate, extension, seed=seed)
        for encoder in record.encoders:
            made, maker = replace(control, encoder=encoder), DIRECT if encoder == "direct" else ""
            for limit in media_limits("video", EnforcementPoint.VIDEO_UPLOAD):
                probes = media_probes(limit, EnforcementPoint.VIDEO_UPLOAD, profile, record.longest_side)
                yield from (_case(probe, made, maker) for probe in probes)
    yield from _with_part_of_second(profile, seed)


def _with_part_of_second(profile: Profile, seed: int) -> Iterator[MediaCase]:
    """At the longest duration and most of a second more: durations are in whole seconds, rounded down."""
    shape, (_, fastest) = control_shape(profile, video=True), bounds_on("video", Axis.FRAME_RATE, profile)
    rate = max(shape.rate, min(_THIRDS, fastest or _THIRDS))
    frames = shape.seconds * rate + rate - 1
    control = VideoSpec(shape.width, shape.height, frames, rate, seed=seed, encoder="direct")
    for limit in media_limits("video", EnforcementPoint.VIDEO_UPLOAD):
        for probe in media_probes(limit, EnforcementPoint.VIDEO_UPLOAD, profile):
            if (probe.axis, probe.side) == (Axis.DURATION, Side.AT) and rate > 1:
                yield _case(probe, control, "part-of-second")


def _case(probe: Probe, control: MediaSpec, maker: str) -> MediaCase:
    try:
        spec = None if probe.shape is None else reshaped(control, probe.shape)
    except UnrepresentableError:
        spec = None
    size = f"{spec.width}x{spec.height}" if spec is not None else f"{probe.wanted} {probe.limit.unit}"
    if isinstance(spec, VideoSpec):
        part = f" {spec.frames % spec.fps}/{spec.fps}" if spec.frames % spec.fps else ""
        size += f" {spec.duration}{part} s" + (f" {spec.fps} fps" if probe.axis is Axis.FRAME_RATE else "")
    return MediaCase(
        **probe_fields(probe, f" {size} {control.format}"),
        variant="/".join(part for part in (probe.side, probe.axis, control.format, maker) if part),
        requests=REQUESTS,
        probe=probe,
        spec=spec,
        control=control,
        maker=maker,
    )
