"""What was done and not answered, or refused for the moment, is nobody's breach of the contract."""

from __future__ import annotations

import random
import threading
import time

import pytest

from contract.verdicts import BROKEN
from tests.support.proxy import Choosing, Proxy, Reply, Request, once

SHARES = {
    **dict.fromkeys(("502", "503", "504", "504-after"), 0.005),
    **dict.fromkeys(("429", "429-retry-after"), 0.025),
    **dict.fromkeys(("reset-before", "reset-after"), 0.005),
}
STATE = (
    "image.side.min and png and not noise or video.side.min and mp4 or name- or project.labels.max or project.tasks.max"
    " or annotation-versions or sequence or deleted-ids"
)


def storm(seed: int) -> Choosing:
    draw, lock = random.Random(seed), threading.Lock()
    faults, weights = [*SHARES, None], [*SHARES.values(), 1 - sum(SHARES.values())]

    def choose(_request: Request) -> str | None:
        with lock:
            return draw.choices(faults, weights)[0]

    return choose


def late(least_s: float, most_s: float, seed: int = 0):
    draw = random.Random(seed)

    def answer(request: Request, proxy: Proxy) -> Reply:
        time.sleep(draw.uniform(least_s, most_s))
        return proxy.forward(request)

    return answer


@pytest.mark.parametrize("number", [37, 98, 100])
def test_an_annotation_that_was_stored_and_not_answered_is_no_refusal(
    run_suites, deployment, start_proxy, number
) -> None:
    lost, annotations = once("504-after", "POST"), 0

    def choose(request: Request) -> str | None:
        nonlocal annotations
        if request.method != "POST" or not request.target.endswith("/annotations"):
            return None
        annotations += 1
        return lost(request) if annotations >= number else None

    proxy = start_proxy(deployment, None, choose)
    run = run_suites("-k", "annotation-versions and image-annotation", deployment=deployment, proxy=proxy)
    assert proxy.injected.total() == 1
    assert set(run.verdicts.values()) == {"kept"}, run.console


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_a_storm_is_no_finding(run_suites, deployment, start_proxy, seed: int) -> None:
    proxy = start_proxy(deployment, late(0, 0.02, seed), storm(seed))
    run = run_suites("-k", STATE, deployment=deployment, proxy=proxy)
    assert run.findings == [], run.console
    assert "kept" in run.verdicts.values()


@pytest.mark.slow
def test_a_storm_with_latency_is_no_finding_in_the_whole_gate(run_suites, deployment, start_proxy) -> None:
    run = run_suites("-n", "4", deployment=deployment, proxy=start_proxy(deployment, late(0.05, 0.2), storm(0)))
    assert run.findings == [], run.console
    assert not BROKEN & set(run.verdicts.values())
