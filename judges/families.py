"""The families of requirements, in one list: what a run judges, and by what.

A new family is one entry in ``FAMILIES``; nothing else knows them by name.
"""

from __future__ import annotations

from typing import Final

from contract.registry import Registry
from judges.constraints.cases import constraint_cases
from judges.constraints.judge import ConstraintJudge
from judges.counts.cases import count_cases
from judges.counts.judge import CountJudge
from judges.exports.cases import export_cases
from judges.exports.judge import ExportJudge
from judges.family import MEDIA, Family, Scope
from judges.imports.cases import import_cases
from judges.imports.judge import ImportJudge
from judges.machines.cases import lifecycle_cases
from judges.machines.judge import LifecycleJudge
from judges.media.agreement import AgreementJudge, agreement_cases
from judges.media.at_once import AtOnceJudge, at_once_cases
from judges.media.cases import media_cases
from judges.media.combinations import CombinationJudge, combination_cases
from judges.media.displays_at_once import DisplaysAtOnceJudge, displays_at_once_cases
from judges.media.durations import DurationJudge, duration_cases
from judges.media.judge import MediaJudge
from judges.media.orientation import OrientationJudge, orientation_cases
from judges.media.training import TrainingJudge, training_cases
from judges.media.use_cases import use_cases
from judges.media.use_judge import UseJudge
from judges.plant.cases import planted_cases
from judges.plant.judge import PlantedJudge
from judges.properties.cases import property_cases, property_named
from judges.properties.judge import PropertyJudge
from judges.rest.document import DocumentJudge, document_cases
from judges.rest.judge import RestJudge
from judges.rest.rules import rest_cases
from judges.uploads.cases import hostile_cases
from judges.uploads.judge import HostileJudge
from judges.uploads.labels import LabelledJudge, labelled_cases
from judges.uploads.routes import RouteJudge, route_cases

FAMILIES: Final[Registry[Family]] = Registry(
    Family(
        id="media",
        sentence="limits of images and videos at upload, in every format that can carry the probe",
        cases=lambda scope: media_cases(scope.profile, scope.seed),
        judge=lambda workspace, _scope: MediaJudge.shared(workspace),
    ),
    Family(
        id="encoders",
        sentence="the files of two encoders are taken alike at each probe",
        cases=lambda scope: agreement_cases(media_cases(scope.profile, scope.seed)),
        judge=lambda workspace, _scope: AgreementJudge(MediaJudge.shared(workspace)),
    ),
    Family(
        id="combination",
        sentence="several boundaries that meet in one file",
        cases=lambda scope: combination_cases(scope.profile, scope.seed),
        judge=lambda workspace, _scope: CombinationJudge(MediaJudge.shared(workspace)),
    ),
    Family(
        id="routes",
        sentence="limits of images and videos by every route: datasets, file names, upload_info, after a deletion",
        cases=lambda scope: route_cases(scope.profile, scope.seed),
        judge=lambda workspace, _scope: RouteJudge(workspace),
    ),
    Family(
        id="orientation",
        sentence="images that EXIF turns are taken, and read back as displayed, or as encoded where few readers turn",
        cases=lambda scope: orientation_cases(scope.profile, scope.seed),
        judge=lambda workspace, _scope: OrientationJudge(MediaJudge.shared(workspace)),
    ),
    Family(
        id="uses",
        sentence="accepted media show what was sent, each frame its own, and those at a limit are usable",
        cases=lambda scope: use_cases(scope.profile, scope.seed),
        judge=lambda workspace, _scope: UseJudge(workspace),
    ),
    Family(
        id="training",
        sentence="accepted images and videos at a limit can be trained on",
        cases=lambda scope: training_cases(scope.profile, scope.seed),
        judge=lambda workspace, _scope: TrainingJudge(workspace),
    ),
    Family(
        id="exports",
        sentence="accepted images and videos at a limit are in an export as they were sent, and in the import of it",
        cases=lambda scope: export_cases(scope.profile, scope.seed),
        judge=lambda workspace, _scope: ExportJudge(workspace),
        exchanges=16,
    ),
    Family(
        id="concurrency",
        sentence="valid images and videos, 2, 4 and 8 at a time: all are accepted, and all read back",
        cases=lambda scope: at_once_cases(scope.profile, scope.seed),
        judge=lambda workspace, _scope: AtOnceJudge.shared(workspace),
        exchanges=24,
    ),
    Family(
        id="concurrent-displays",
        sentence="frames of one video and of two, and pictures of two images, asked for at a time: each is its own",
        cases=lambda scope: displays_at_once_cases(scope.profile, scope.seed),
        judge=lambda workspace, _scope: DisplaysAtOnceJudge(workspace),
        exchanges=24,
    ),
    Family(
        id="durations",
        sentence="valid images and videos, 2, 4 and 8 at a time: none takes far longer than alone",
        cases=lambda scope: duration_cases(scope.profile, scope.seed),
        judge=lambda workspace, _scope: DurationJudge(workspace),
        exchanges=24,
    ),
    Family(
        id="counts",
        sentence="limits on counts: one below, the last that fits, one too many, many at once for the last place",
        cases=lambda scope: count_cases(scope.profile, scope.tier),
        judge=lambda workspace, _scope: CountJudge(workspace),
    ),
    Family(
        id="lifecycles",
        sentence="counts and lifecycles, by sequences of requests that state machines draw, in several projects",
        cases=lambda scope: lifecycle_cases(scope.profile, scope.tier),
        judge=lambda workspace, _scope: LifecycleJudge(workspace),
        exchanges=24,
        modules=("judges.machines.machine", *MEDIA),
    ),
    Family(
        id="imports",
        sentence="limits of images at dataset import",
        cases=lambda scope: import_cases(scope.profile, scope.seed),
        judge=lambda workspace, _scope: ImportJudge(workspace),
        exchanges=12,
    ),
    Family(
        id="uploads",
        sentence="hostile uploads: a documented refusal, or an acceptance that reads back",
        cases=lambda scope: hostile_cases(scope.profile, scope.seed),
        judge=lambda workspace, _scope: HostileJudge(workspace),
        exchanges=12,
    ),
    Family(
        id="upload-labels",
        sentence="labels that are named at an upload are those of the image, or of one frame a second of the video",
        cases=lambda scope: labelled_cases(scope.profile, scope.seed),
        judge=lambda workspace, _scope: LabelledJudge(workspace),
        exchanges=12,
    ),
    Family(
        id="constraints",
        sentence="the other numbers, patterns and sets that are documented: each member, and what just misses it",
        cases=lambda scope: constraint_cases(scope.profile, scope.seed, scope.plan, scope.tier),
        judge=lambda workspace, _scope: ConstraintJudge(workspace),
    ),
    Family(
        id="properties",
        sentence="limits of media, by a search: whatever keeps one is taken, whatever passes it is refused",
        cases=lambda scope: property_cases(scope.profile, scope.tier, scope.search),
        judge=lambda workspace, _scope: PropertyJudge(workspace),
        exchanges=12,
        named=lambda scope, name: property_named(name, scope.profile),
        modules=("judges.properties.search", *MEDIA),
    ),
    Family(
        id="document",
        sentence="what the OpenAPI document must say by itself",
        cases=lambda scope: document_cases(scope.plan),
        judge=lambda workspace, scope: DocumentJudge(scope.plan, workspace.profile),
        # The validator asks for the second once it validates; what other lanes do with warnings would make it fail.
        modules=("schemathesis", "requests"),
    ),
    Family(
        id="openapi",
        sentence="the REST contract, for each operation of the document",
        cases=lambda scope: rest_cases(scope.plan),
        judge=lambda workspace, scope: RestJudge(workspace, scope.plan),
        exchanges=3,
        modules=("judges.rest.fuzzer", "judges.rest.generator", *MEDIA),
    ),
)

PLANTED: Final = Family(
    id="planted",
    sentence="what was planted before an upgrade is there after it, and is taken again",
    cases=lambda scope: planted_cases(scope.planted) if scope.planted else (),
    judge=lambda workspace, _scope: PlantedJudge(workspace),
)


def families_of(scope: Scope) -> tuple[Family, ...]:
    """The families whose cases a run judges."""
    return tuple(FAMILIES) if scope.planted is None else (PLANTED,)
