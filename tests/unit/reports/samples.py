"""A run and a broken limit, as the tests of the reports need them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contract.results import Exchange, Result, RunInfo
from contract.tally import Tally, operations_seen
from contract.verdicts import Expected, Verdict

PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


def run_info(**changed: Any) -> RunInfo:
    """A run of one operation that answered in four ways."""
    tally = Tally()
    for status in (200, 409, 500, None):
        tally.add("POST", "/api/v1/organizations/0a1b2c3d4e5f/workspaces/0a1b2c3d4e5f/projects", status, 0.02)
    run = RunInfo(
        run_id="abc",
        tool_version="1.0",
        tier="gate",
        profile="cloud",
        profile_changes={},
        base_url="https://geti.example",
        deployment={"build-version": "2.0.0"},
        seed=0,
        started_ms=1_700_000_000_000,
        stopped_ms=1_700_000_060_000,
        requests=10,
        waited_s=1.0,
        notes=("a note",),
        operations=operations_seen(tally, ()),
        replay="python -m pytest suites --geti-url https://geti.example --geti-replay",
    )
    return replace(run, **changed)


def probe(side: str, value: int, verdict: Verdict, status: int, **more: Any) -> Result:
    """One case at the limit on the width of a video, judged a second after the run began."""
    return Result(
        case=f"video.width.max@video-upload/{side}/width/mp4",
        requirement="video.width.max@video-upload",
        title=f"video of {value}x64",
        verdict=verdict,
        reason="why",
        limit="video.width.max",
        enforcement_point="video-upload",
        side=side,
        axis="width",
        value=value,
        documented=7860,
        unit="px",
        status=status,
        citation="the table",
        lane="lane 1",
        started_ms=1_700_000_001_000 + value,
        elapsed_s=0.5,
        expected=(Expected.REFUSED if side == "above" else Expected.ACCEPTED).value,
        **more,
    )


def broken_width(words: str = "why") -> list[Result]:
    """Videos are refused below the documented width, with words of the deployment where it has its say."""
    seen = Exchange("POST", "https://geti.example/api/v1/x", 409, 0.1, 123, "trace1", {"x-a": words}, '{"a": "b"}')
    evidence = {
        "boundary": "7,680",
        "observed_boundary": 7680,
        "search": ((4000, True), (7681, False)),
        "exchanges": (seen,),
        "curl": "curl -sS https://geti.example/api/v1/x",
        "sent": {"width": 7860, "format": "mp4", "bytes": 123, "thumbnail": PICTURE},
    }
    return [
        probe("below", 7859, Verdict.OVER_ENFORCED, 409, **evidence),
        replace(probe("at", 7860, Verdict.OVER_ENFORCED, 409, **evidence), title=words, reason=words),
        probe("above", 7861, Verdict.KEPT, 409),
    ]
