"""The table of limits against the published figures, written out again by hand."""

from __future__ import annotations

from contract.limits import LIMITS

PUBLISHED = {
    "organization.projects.max": (1000, {"cloud"}, 2),
    "project.labels.max": (500, {"cloud", "on-prem"}, 3),
    "project.tasks.max": (2, {"cloud", "on-prem"}, 1),
    "project.datasets.max": (1000, {"cloud"}, 2),
    "project.media.max": (100_000, {"cloud"}, 3),
    "image.pixels.max": (35_481_600, {"cloud"}, 2),
    "image.side.min": (32, {"cloud", "on-prem"}, 2),
    "image.side.max": (20_000, {"cloud", "on-prem"}, 2),
    "video.side.min": (32, {"cloud", "on-prem"}, 1),
    "video.width.max": (7860, {"cloud", "on-prem"}, 1),
    "video.height.max": (4320, {"cloud", "on-prem"}, 1),
    "video.duration.max": (10_800, {"cloud", "on-prem"}, 1),
    "media.annotation-versions.max": (100, {"cloud"}, 2),
    "training.dataset-size.max": (1000, {"cloud"}, 3),
}


def test_table_is_what_was_published() -> None:
    table = {li.id: (li.value, set(li.profiles), len(li.enforced_at)) for li in LIMITS}
    assert table == PUBLISHED, "a new limit stands here, too: as published, not as the table says"


def test_each_limit_has_a_requirement_of_its_own_at_each_enforcement_point() -> None:
    requirements = [limit.requirement(point) for limit in LIMITS for point in limit.enforced_at]
    assert len(requirements) == len(set(requirements)) == sum(points for _, _, points in PUBLISHED.values())


def test_the_constraint_is_the_one_in_the_id() -> None:
    assert all(limit.id.endswith(limit.constraint.value) for limit in LIMITS)
