"""All that is looked for in one deployment, in an order in which each part can build on those before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from contract.survey import Sighting
from deployment.errors import NotContainedError, SetupError
from judges.survey.constraints import ConstraintSurvey
from judges.survey.counts import CountSurvey
from judges.survey.imports import imported, imports_sought
from judges.survey.media import MediaSurvey, nothing_known
from judges.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a survey: what is sought, as sightings of nothing yet, and what makes each sighting."""

    sought: Sequence[Sighting]
    sightings: Callable[[], Iterator[Sighting]]


def parts(workspace: Workspace) -> list[Part]:
    """The parts of a survey of the deployment of a workspace, whose profile becomes what is found."""
    workspace.profile = nothing_known(workspace.profile.base)
    media, constraints, counts = MediaSurvey(workspace), ConstraintSurvey(workspace), CountSurvey(workspace)
    return [
        Part(sought=media.sought("image"), sightings=lambda: media.sightings("image")),
        Part(sought=media.sought("video"), sightings=lambda: media.sightings("video")),
        Part(sought=imports_sought(), sightings=lambda: imported(workspace, media)),
        Part(sought=constraints.sought(), sightings=constraints.sightings),
        Part(sought=counts.sought(), sightings=counts.sightings),
    ]


def survey(workspace: Workspace, stopped: Callable[[], str]) -> Iterator[Sighting]:
    """All that is seen of a deployment, each sighting as it is made.

    ``stopped`` gives the reason why nothing more can be asked, empty as long as it can: the rest is told as unknown,
    as it is after an interrupt.
    """
    traffic, reason = workspace.client.traffic, stopped()
    for part in parts(workspace):
        left, before = {each.subject: each for each in part.sought}, traffic.requests
        try:
            for sighting in part.sightings() if not reason else ():
                left.pop(sighting.subject, None)
                yield replace(sighting, requests=traffic.requests - before)
                before = traffic.requests
                reason = "" if sighting.is_known or sighting.left else stopped()
                if reason:
                    break
            because = reason
        except (SetupError, NotContainedError) as error:
            because, reason = str(error), stopped()
        except KeyboardInterrupt:
            because = reason = "interrupted"
        for sighting in left.values():
            yield replace(sighting, unknown=because)
