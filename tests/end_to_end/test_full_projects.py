"""The suite never fills its own projects: what it made is deleted, or another project is taken."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter

from tests.support.proxy import Proxy, Reply, Request, error_reply

UPLOAD = re.compile(r"/projects/([0-9a-f]{24})/datasets/[0-9a-f]{24}/media/(?:images|videos)$")
FEW = "image.side.min and png and not noise or name- and image-upload"
PLACES = 12


class NeverFreed:
    """A project takes so many uploads and no more, whatever is deleted."""

    def __init__(self) -> None:
        self.held, self._lock = Counter[str](), threading.Lock()

    def __call__(self, request: Request, proxy: Proxy) -> Reply:
        upload = UPLOAD.search(request.target) if request.method == "POST" else None
        if upload is None:
            return proxy.forward(request)
        with self._lock:
            if self.held[upload[1]] >= PLACES:
                return error_reply(409, "limit_reached", "the project is full")
            reply = proxy.forward(request)
            self.held[upload[1]] += reply.ok
            return reply


def test_places_that_are_never_freed_cost_a_new_project_and_no_finding(run_suites, deployment, start_proxy) -> None:
    places = NeverFreed()
    run = run_suites("-k", FEW, deployment=deployment, proxy=start_proxy(deployment, places))
    assert set(run.verdicts.values()) == {"kept"}, run.console
    assert len(places.held) > 2


def test_what_cannot_be_listed_is_deleted_all_the_same(run_suites, deployment, start_proxy) -> None:
    there, most = dict[str, str](), 0  # the media by their ids, each with its project

    def leads_to_itself(request: Request, proxy: Proxy) -> Reply:
        nonlocal most
        reply = proxy.forward(request)
        if reply.ok and "/media:query" in request.target:
            return reply.changed(next_page=request.target)
        upload = UPLOAD.search(request.target)
        if reply.ok and request.method == "POST" and upload is not None:
            there[json.loads(reply.body)["id"]] = upload[1]
            most = max(most, *Counter(there.values()).values())
        elif reply.ok and request.method == "DELETE":
            there.pop(request.target.rpartition("/")[2], None)
        return reply

    few = f"({FEW}) and not content"
    run = run_suites("-k", few, deployment=deployment, proxy=start_proxy(deployment, leads_to_itself))
    assert set(run.verdicts.values()) == {"inconclusive"}, run.console
    assert most <= 3  # of one project: an upload, its control, and the one that is there while hostile ones come


def test_a_project_that_takes_nothing_at_all_is_over_enforced(run_suites, deployment, start_proxy) -> None:
    def full(request: Request, proxy: Proxy) -> Reply:
        if request.method == "POST" and UPLOAD.search(request.target):
            return error_reply(409, "limit_reached", "the project is full")
        return proxy.forward(request)

    proxy = start_proxy(deployment, full)
    run = run_suites("-k", "image.side.min and png and not noise", deployment=deployment, proxy=proxy)
    assert run.status == 1, run.console
    assert {each["verdict"] for each in run.findings} == {"over-enforced"}
    projects = sum(request.method == "POST" and request.target.endswith("/projects") for request in proxy.seen)
    assert projects <= 24  # what is confirmed is so in projects of its own, on a few cases and not on each of them
