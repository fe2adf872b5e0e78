"""Keys that open what they should not, or that show up where they should not."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from starlette.types import ASGIApp

from reference.behaviour import Behaviour
from reference.errors import ApiError
from reference.faults.fault import Group
from reference.faults.replies import Reply, broken, refusing, rewriting, rewritten
from reference.keys import Keys

_LISTINGS: Final = ("/projects", "/projects_names", "/jobs")
_INVALID_KEYS: Final = ("openapi.key-missing@*", "openapi.key-garbage@*", "openapi.key-expired@*")


def _opens(concerned: Callable[[Keys, str | None, Request], bool]) -> type[Behaviour]:
    """Some keys open the organization although they should open nothing."""

    class OpensToo(Behaviour):
        def organization_of(self, keys: Keys, key: str | None, request: Request) -> str:
            if concerned(keys, key, request):
                return keys.organization
            return super().organization_of(keys, key, request)

    return OpensToo


def _reaches(concerned: Callable[[Request], bool]) -> type[Behaviour]:
    """A key of another organization reaches this one."""

    class ReachesToo(Behaviour):
        def may_reach(self, organization: str, own: str, request: Request) -> bool:
            return concerned(request) or super().may_reach(organization, own, request)

    return ReachesToo


def _refuses_late(concerned: Callable[[Keys, str | None], bool], collection: str) -> type[Behaviour]:
    """What a key that opens nothing creates is refused once it is there."""

    def refused(scope: MutableMapping[str, Any], reply: Reply) -> Reply:
        if not scope.get("opened_to_nobody"):
            return reply
        error = {"error_code": "unauthorized", "message": "The key is missing or unknown.", "http_status": 401}
        return reply.with_json(error, 401)

    class RefusesLate(Behaviour):
        def around(self, app: ASGIApp) -> ASGIApp:
            return rewritten(super().around(app), refused)

        def organization_of(self, keys: Keys, key: str | None, request: Request) -> str:
            if request.method == "POST" and request.url.path.endswith(collection) and concerned(keys, key):
                request.scope["opened_to_nobody"] = True
                return keys.organization
            return super().organization_of(keys, key, request)

    return RefusesLate


class _KeyEchoed(Behaviour):
    def organization_of(self, keys: Keys, key: str | None, request: Request) -> str:
        try:
            return super().organization_of(keys, key, request)
        except ApiError as error:
            raise ApiError(error.status, error.code, f"The key {key} is unknown or expired.") from None


def _no_key(error: ApiError) -> bool:
    return error.status == 401


def _key_breaks(_keys: Keys, key: str | None, _request: Request) -> bool:
    if key is None:
        raise TypeError("expected string or bytes-like object, got 'NoneType'")
    return False


_access = Group("access", ("openapi.key-*",))
FAULTS: Final = (
    _access("keys-ignored", "Any key opens everything, and so does none.").breaks(
        *_INVALID_KEYS, verdict="not-enforced", by=_opens(lambda keys, key, _: key != keys.foreign)
    ),
    _access("garbage-keys-open", "A key that merely looks like one opens everything.").breaks(
        "openapi.key-garbage@*",
        verdict="not-enforced",
        by=_opens(lambda keys, key, _: key not in (None, keys.expired, keys.foreign)),
    ),
    _access("expired-keys-open", "An expired key goes on opening everything.").breaks(
        "openapi.key-expired@*", verdict="not-enforced", by=_opens(lambda keys, key, _: key == keys.expired)
    ),
    _access("reads-need-no-key", "What only reads needs no key.").breaks(
        "openapi.key-missing@read_*",
        verdict="not-enforced",
        by=_opens(lambda _, key, request: key is None and request.method == "GET"),
    ),
    _access("files-need-no-key", "Images and videos are shown to anybody who has their address.").breaks(
        "openapi.key-missing@display_*",
        "openapi.key-missing@thumb_*",
        verdict="not-enforced",
        by=_opens(lambda _, key, request: key is None and "/display/" in request.url.path),
    ),
    _access("foreign-keys-open", "A key of another organization opens this one.").breaks(
        "openapi.key-foreign@*", verdict="not-enforced", by=_reaches(lambda _: True)
    ),
    _access("listing-leaks", "Projects and jobs are listed to another organization.").breaks(
        *(f"openapi.key-foreign@{listing}" for listing in ("list_projects", "list_project_names", "list_jobs")),
        verdict="not-enforced",
        by=_reaches(lambda request: request.url.path.endswith(_LISTINGS)),
    ),
    _access("foreign-keys-delete", "A key of another organization deletes what it knows the address of.").breaks(
        "openapi.key-foreign@delete_*",
        verdict="not-enforced",
        by=_reaches(lambda request: request.method == "DELETE"),
        also=("openapi.*",),
    ),
    _access("missing-key-500", "A request without a key is answered with 500.").breaks(
        "openapi.key-missing@*", verdict="crashed", by=_opens(_key_breaks), also=("openapi.*",)
    ),
    _access("foreign-key-500", "A key of another organization is answered with 500.").breaks(
        "openapi.key-foreign@*",
        verdict="crashed",
        by=refusing(lambda error: error.status == 403, broken),
        also=("openapi.*",),
    ),
    _access("missing-key-404", "A key that opens nothing is refused with 404.").breaks(
        *_INVALID_KEYS,
        verdict="wrong-status",
        by=refusing(_no_key, lambda error: ApiError(404, error.code, error.message).response()),
    ),
    _access("missing-key-login-page", "A key that opens nothing is answered with 200 and a page to log in.").breaks(
        *_INVALID_KEYS,
        verdict="not-enforced",
        by=refusing(_no_key, lambda _: HTMLResponse("<html><body><form>Log in</form></body></html>")),
    ),
    _access("refused-project-made", "A project without a key is refused with 401, and is created.").breaks(
        "openapi.key-missing@create_project",
        verdict="unclean",
        by=_refuses_late(lambda _, key: key is None, "/projects"),
        also=("openapi.*",),
    ),
    _access("refused-dataset-made", "A dataset with a garbage key is refused with 401, and is created.").breaks(
        "openapi.key-garbage@create_dataset",
        verdict="unclean",
        by=_refuses_late(lambda keys, key: key not in (None, keys.valid, keys.expired, keys.foreign), "/datasets"),
        also=("openapi.*",),
    ),
    _access("key-in-header", "Every answer carries the key of the request in a header.").breaks(
        "openapi.key-never-echoed",
        verdict="unclean",
        by=rewriting(
            lambda scope, reply: reply.with_header(b"x-debug-key", dict(scope["headers"]).get(b"x-api-key", b""))
        ),
    ),
    _access("key-in-refusal", "A refused key is told back in the message.").breaks(
        "openapi.key-never-echoed", verdict="unclean", by=_KeyEchoed
    ),
)
