"""Each limit of media is tried by every route, and each way to come is in a route."""

from __future__ import annotations

import pytest

from contract.limits import LIMITS, EnforcementPoint
from contract.observations import Answer
from contract.profiles import CLOUD
from contract.routes import ROUTES
from contract.verdicts import Expected, is_closed
from generators.artefacts import make
from judges.imports.cases import import_cases
from judges.uploads.routes import route_cases

CASES = route_cases(CLOUD, 0)
UPLOADS = (EnforcementPoint.IMAGE_UPLOAD, EnforcementPoint.VIDEO_UPLOAD)


def test_each_limit_of_media_is_tried_above_by_every_route() -> None:
    tried = {(case.requirement.id, case.route.id) for case in CASES}
    requirements = {
        limit.requirement(point) for limit in LIMITS if limit.axes for point in UPLOADS if point in limit.enforced_at
    }
    assert tried == {(requirement, route) for requirement in requirements for route in ROUTES.ids}
    assert {(case.side, case.expected) for case in CASES} == {("above", Expected.REFUSED.value)}


def test_what_is_sent_by_each_route_exists() -> None:
    for case in CASES:
        assert case.spec is not None, case.id
        assert make(case.control).content


def test_each_way_to_come_is_in_a_route() -> None:
    routes = list(ROUTES)
    assert {bool(route.dataset) for route in routes} == {True, False}
    assert {route.labels for route in routes} == {True, False, None}
    assert {route.after_deletion for route in routes} == {True, False}
    assert {route.image == route.image.upper() for route in routes} == {True, False}
    assert any("." in route.stem for route in routes)
    assert min(len(route.stem) for route in routes) == 1
    assert max(len(route.stem) for route in routes) > 128
    assert {route.dataset for route in routes} >= {0, 1, 200}
    assert {route.task_chain for route in routes} == {True, False}


def test_a_route_that_may_be_closed_joins_no_other() -> None:
    # A deployment may refuse a part that is not called what it is.
    (route,) = (route for route in ROUTES if route.media_types)
    assert (route.dataset, route.labels, route.after_deletion, route.task_chain) == (0, None, False, False)


@pytest.mark.parametrize("point", UPLOADS)
def test_the_part_of_an_image_and_of_a_video_is_called_what_it_is_any_bytes_or_nothing(point: EnforcementPoint) -> None:
    called = [(case.control.record.media_type, case.media_type) for case in CASES if case.requirement.scope == point]
    assert {"itself" if own == said else said for own, said in called} == {"itself", "application/octet-stream", None}


def test_each_limit_at_import_is_tried_into_a_new_dataset() -> None:
    tried = {case.requirement.id for case in import_cases(CLOUD, 0) if case.target == "new-dataset"}
    at = EnforcementPoint.DATASET_IMPORT
    assert tried == {limit.requirement(at) for limit in LIMITS if limit.axes and at in limit.enforced_at}


@pytest.mark.parametrize(
    ("answer", "closed"),
    [
        (Answer(400, {}), True),
        (Answer(415, {}), True),
        (Answer(200, {}), False),
        (Answer(409, {}), False),
        (Answer(403, {}), False),
        (Answer(500), False),
        (Answer(None), False),
    ],
)
def test_a_route_is_closed_where_its_control_is_refused_for_what_it_is(answer: Answer, *, closed: bool) -> None:
    assert is_closed(answer) is closed
