"""The media at a limit: which videos end in the middle of a second."""

from __future__ import annotations

from contract.limits import LIMITS
from contract.profiles import CLOUD
from contract.verdicts import Expected
from generators.specs import VideoSpec
from judges.media.axis import MediaAxis
from judges.media.cases import media_cases

(PART,) = (case for case in media_cases(CLOUD, 0) if case.maker == "part-of-second")


def test_most_of_a_second_more_than_the_longest_duration_must_be_accepted() -> None:
    spec, longest = PART.spec, LIMITS["video.duration.max"].value
    assert isinstance(spec, VideoSpec)
    assert longest + 0.5 < spec.frames / spec.fps < longest + 1
    assert spec.duration == longest
    assert PART.probe.expected is Expected.ACCEPTED
    assert PART.title == "video upload 64x64 10800 2/3 s mp4"


def test_a_boundary_of_such_videos_is_looked_for_among_such_videos() -> None:
    found = MediaAxis(PART.probe.axis, PART.control, CLOUD).spec(5)
    assert isinstance(found, VideoSpec)
    assert (found.frames, found.fps, found.duration) == (17, 3, 5)
