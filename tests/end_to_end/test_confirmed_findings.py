"""A finding came out the same alone; answers that change are unstable, and what the run did to itself is no finding."""

from __future__ import annotations

import json
import threading
from collections import Counter

import pytest

from generators.artefacts import make
from generators.specs import ImageSpec
from tests.support.proxy import Proxy, Reply, Request, error_reply


def is_upload(request: Request, kind: str) -> bool:
    return request.method == "POST" and request.target.endswith(f"/media/{kind}")


class RefusingAtOneTime:
    """Refuses a video with 415 while another upload is under way; one alone is never refused."""

    def __init__(self) -> None:
        self._lock, self._under_way, self.refused = threading.Lock(), 0, 0

    def __call__(self, request: Request, proxy: Proxy) -> Reply:
        if request.method != "POST" or "/media/" not in request.target:
            return proxy.forward(request)
        with self._lock:
            self._under_way += 1
        try:
            reply = proxy.forward(request)
            threading.Event().wait(0.05)
            with self._lock:
                refuses = self._under_way > 1 and is_upload(request, "videos") and reply.ok
                self.refused += refuses
            if not refuses:
                return reply
            proxy.forward(Request("DELETE", f"{request.target}/{medium(reply)}", request.headers, b""))
            return error_reply(415, "invalid_media", "the video cannot be read")
        finally:
            with self._lock:
                self._under_way -= 1


def medium(reply: Reply) -> str:
    return str(json.loads(reply.body)["id"])


@pytest.mark.parametrize("several", [("-n", "4"), ("--geti-parallel", "4")], ids=["processes", "lanes"])
def test_what_is_refused_only_beside_other_uploads_is_no_finding(
    run_suites, deployment, start_proxy, several: tuple[str, str]
) -> None:
    refusing = RefusingAtOneTime()
    proxy = start_proxy(deployment, refusing)
    few = ("-k", "video.side.min and (mp4 or avi)")
    beside = run_suites(*few, *several, deployment=deployment, proxy=proxy)
    refused, refusing.refused = refusing.refused, 0
    alone = run_suites(*few, "--geti-parallel", "1", deployment=deployment, proxy=proxy)
    assert refused
    assert not refusing.refused
    assert beside.verdicts == alone.verdicts, beside.console
    assert set(alone.verdicts.values()) == {"kept"}


def test_an_acceptance_over_the_limit_every_second_time_is_unstable(run_suites, deployment, start_proxy) -> None:
    turns = Counter[str]()

    def every_second(request: Request, proxy: Proxy) -> Reply:
        reply = proxy.forward(request)
        if is_upload(request, "images") and reply.status == 409:
            turns["refused"] += 1
            if turns["refused"] % 2:
                return accepted_all_the_same(request, proxy)
        return reply

    proxy = start_proxy(deployment, every_second)
    run = run_suites("-k", "(image.side.max or encoders.image) and (png or bmp)", deployment=deployment, proxy=proxy)
    assert run.status == 1, run.console
    assert {each["verdict"] for each in run.findings} == {"unstable"}, run.console
    assert all(each["boundary"] is None for each in run.findings)
    assert all(len(each["attempts"]) > 1 for each in run.findings if each["limit"])
    # The attempt that is shown is a broken one, with its exchanges, whatever the last came to.
    assert all(each["status"] == 200 and each["exchanges"] for each in run.findings if each["limit"])


def accepted_all_the_same(request: Request, proxy: Proxy) -> Reply:
    """Store a small image in place of the one that was refused."""
    spec = ImageSpec(64, 64, "png")
    boundary = "accepted-all-the-same"
    head = f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="{spec.name}"\r\n\r\n'.encode()
    body = head + make(spec).content + f"\r\n--{boundary}--\r\n".encode()
    headers = {**request.headers, "content-type": f"multipart/form-data; boundary={boundary}"}
    return proxy.forward(Request("POST", request.target, headers, body))


@pytest.mark.parametrize("status", [415, 500])
def test_the_first_of_three_answers_that_differs_is_unstable(run_suites, deployment, start_proxy, status: int) -> None:
    asked = Counter[int]()

    def first_of_three(request: Request, proxy: Proxy) -> Reply:
        if is_upload(request, "images"):
            asked[len(request.body)] += 1
            if len(request.body) > 1000 and asked[len(request.body)] % 3 == 1:
                return error_reply(status, "odd", "not this time")
        return proxy.forward(request)

    proxy = start_proxy(deployment, first_of_three)
    run = run_suites("-k", "image.side.max and bmp and at and not noise", deployment=deployment, proxy=proxy)
    assert run.status == 1, run.console
    assert {each["verdict"] for each in run.findings} == {"unstable"}, run.console


def test_a_limit_on_bytes_is_no_boundary_in_pixels(run_suites, deployment, start_proxy) -> None:
    def two_megabytes(request: Request, proxy: Proxy) -> Reply:
        if len(request.body) > 2_000_000:
            return error_reply(413, "payload_too_large", "a request may have 2 MB")
        return proxy.forward(request)

    proxy = start_proxy(deployment, two_megabytes)
    run = run_suites("-k", "image.pixels.max and image-upload and bmp", deployment=deployment, proxy=proxy)
    assert run.status == 1, run.console
    assert {each["verdict"] for each in run.findings} == {"over-enforced", "wrong-status"}
    assert all(each["boundary"] is None and each["status"] == 413 for each in run.findings)
    assert "413" in run.console
    assert "documented 35,481,600, observed" not in run.console
