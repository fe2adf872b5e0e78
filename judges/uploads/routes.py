"""No second path around a limit: what passes it is refused by whichever route it comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Final

from contract.cases import Case
from contract.formats import IMAGE_FORMATS, VIDEO_FORMATS
from contract.limits import EnforcementPoint, Limit
from contract.observations import Answer, Observation
from contract.probes import Probe, Side, control_shape, media_probes
from contract.profiles import Profile
from contract.purposes import Purpose
from contract.routes import ROUTES, Route
from contract.verdicts import Expected, is_closed, judge
from deployment.curl import curl
from deployment.media import Dataset
from generators.artefacts import make
from generators.specs import ImageSpec, MediaSpec, UnrepresentableError, VideoSpec
from judges.media.cases import media_limits, reshaped
from judges.media.judge import described
from judges.probes import probe_fields
from judges.results import Outcome, not_applicable
from judges.upload import kind_of
from judges.uploads.route_uploads import RouteUploads
from judges.workspace import Workspace

# The probe, a listing before and after; the control of a route is shared, but after a deletion.
_REQUESTS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteCase(Case):
    """What passes one limit, by one route; ``spec`` is None where no such file exists.

    ``media_type`` is what the part of the file is called, None for no media type.
    """

    route: Route
    media_type: str | None
    probe: Probe
    spec: MediaSpec | None
    control: MediaSpec

    @property
    def strand(self) -> str:
        """The cases of a route share its dataset and its controls."""
        return f"route {self.route.id}"


def route_cases(profile: Profile, seed: int) -> tuple[RouteCase, ...]:
    """One probe above each limit of media by each route; the axes of a limit take turns."""
    return tuple(case for number, route in enumerate(ROUTES) for case in _cases(route, number, profile, seed))


def _cases(route: Route, number: int, profile: Profile, seed: int) -> Iterator[RouteCase]:
    media_types = cycle(route.media_types)
    for entity, point in (("image", EnforcementPoint.IMAGE_UPLOAD), ("video", EnforcementPoint.VIDEO_UPLOAD)):
        control = _control(route, entity, profile, seed)
        for limit in media_limits(entity, point):
            media_type = next(media_types, control.record.media_type)
            yield _case(route, _above(limit, point, number, profile), control, media_type)


def _control(route: Route, entity: str, profile: Profile, seed: int) -> MediaSpec:
    shape = control_shape(profile, video=entity == "video")
    if entity == "image":
        extension = route.image.lower()
        mode = IMAGE_FORMATS[extension].leanest_mode
        return ImageSpec(shape.width, shape.height, extension, mode, seed=seed, encoder="direct")
    extension = route.video.lower()
    rate = max(VIDEO_FORMATS[extension].agreed_rate, shape.rate)
    return VideoSpec(shape.width, shape.height, shape.seconds * rate, rate, extension, seed=seed, encoder="direct")


def _above(limit: Limit, point: EnforcementPoint, turn: int, profile: Profile) -> Probe:
    probes = [probe for probe in media_probes(limit, point, profile) if probe.side is Side.ABOVE]
    return probes[turn % len(probes)]


def _case(route: Route, probe: Probe, control: MediaSpec, media_type: str | None) -> RouteCase:
    try:
        spec = None if probe.shape is None else reshaped(control, probe.shape)
    except UnrepresentableError:
        spec = None
    return RouteCase(
        **probe_fields(probe, f" of a {control.format}, {route.id.replace('-', ' ')}"),
        variant=f"{probe.side}/{probe.axis}/{control.format}/{route.id}",
        requests=_REQUESTS,
        route=route,
        media_type=media_type,
        probe=probe,
        spec=spec,
        control=control,
    )


def _file_name(route: Route, spec: MediaSpec) -> str:
    return f"{route.stem}.{route.image if isinstance(spec, ImageSpec) else route.video}"


@dataclass(slots=True)
class RouteJudge:
    """Judges what comes by a route against its control, which comes by the same; ``controls`` are their answers.

    They are by what is sent and what its part is called.
    """

    workspace: Workspace
    controls: dict[tuple[MediaSpec, str | None], Answer] = field(default_factory=dict)
    uploads: RouteUploads = field(init=False)

    def __post_init__(self) -> None:
        self.uploads = RouteUploads(self.workspace)

    def judge(self, case: RouteCase) -> Outcome:
        """What one limit comes to by one route."""
        if case.spec is None or case.probe.expected is not Expected.REFUSED:
            return not_applicable(case.probe.note or "nothing is refused there")
        dataset = self.uploads.dataset(case.route.dataset, task_chain=case.route.task_chain)
        if isinstance(dataset, Answer):
            return not_applicable(f"there is no such dataset: its creation was answered {dataset.words_with_message}")
        control = self._control(case, dataset)
        if is_closed(control):
            return not_applicable(f"nothing comes by this route: the control got {control.words_with_message}")
        with dataset.watched() as change:
            answer = self._upload(case, case.spec, dataset)
            change.expected = answer.text("id")
        dataset.delete_listed(change.appeared or {})
        url = f"{dataset.client.base}/api/v1{dataset.path}/media/{kind_of(case.spec)}"
        return Outcome(
            judgement=judge(case.probe.expected, Observation(answer, control, change.created, change.changes)),
            answer=answer,
            sent={
                **described(make(case.spec)),
                "name": _file_name(case.route, case.spec),
                "route": case.route.id,
                "media type": case.media_type or "none",
            },
            curl=curl("POST", url, _file_name(case.route, case.spec)),
        )

    def release(self, following: Case | None) -> None:
        """Delete the projects that were made for routes, once nothing follows; the datasets go with theirs."""
        if following is None:
            self.uploads.remove()

    def _control(self, case: RouteCase, dataset: Dataset) -> Answer:
        """The answer to the control; after a deletion it is sent each time, since it is what is deleted."""
        sent = (case.control, case.media_type)
        if sent not in self.controls or case.route.after_deletion:
            with dataset.client.purpose(Purpose.CONTROL):
                answer = self._upload(case, case.control, dataset)
            if answer.text("id") is not None:
                dataset.delete(kind_of(case.control), str(answer.text("id")))
            self.controls[sent] = answer
        return self.controls[sent]

    def _upload(self, case: RouteCase, spec: MediaSpec, dataset: Dataset) -> Answer:
        name = _file_name(case.route, spec)
        return self.uploads.upload(make(spec), dataset, name, case.media_type, labels=case.route.labels)
