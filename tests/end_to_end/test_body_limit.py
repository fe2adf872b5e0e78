"""A gateway that refuses large bodies is found, and its limit on bytes is not taken for one on pixels."""

from __future__ import annotations

from tests.support.behaviours import no_large_bodies

_TWO_MB = 2 * 1024 * 1024


def test_a_limit_on_bytes_is_reported_without_a_boundary_in_pixels(run_suites, start_proxy, deployment) -> None:
    proxy = start_proxy(deployment, behaviours=[no_large_bodies(_TWO_MB)], remembers=False)
    run = run_suites("-k", "image.pixels.max and image-upload and bmp", deployment=deployment, proxy=proxy)
    assert run.status == 1, run.console
    assert {(each["verdict"], each["status"]) for each in run.findings} <= {
        ("over-enforced", 413),
        ("wrong-status", 413),
    }
    assert {each["verdict"] for each in run.findings} == {"over-enforced", "wrong-status"}
    assert [each["boundary"] for each in run.findings if each.get("boundary")] == []
