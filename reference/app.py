"""The ASGI application: the operations of the API over one store."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from reference import exports, imports, jobs, media, projects, query, settings, training, uploads
from reference.annotations import router as annotation_routes
from reference.behaviour import Behaviour
from reference.context import Context
from reference.document import DescribedApp
from reference.engine import Engine
from reference.errors import ApiError
from reference.keys import Keys
from reference.replica import Replica, TwoHosts
from reference.store import Store


def create_app(store: Store, keys: Keys, behaviour: Behaviour, lag_s: float = 0.0) -> FastAPI:
    """The application over one store, with one set of keys, behaving as ``behaviour`` decides.

    Where ``lag_s`` is not 0, a second host answers half of the reads, from a state that is up to so many seconds old.
    """
    app = DescribedApp(title="Embedded deployment", version="2.0.0", openapi_url="/openapi-spec.json", docs_url=None)
    app.add_middleware(behaviour.around)
    behaviour.migrate(store, keys.workspace)
    if lag_s:
        app.add_middleware(TwoHosts, replica=Replica(store.database, lag_s))
    context = app.state.context = Context(store, keys, behaviour, Engine(store, keys.workspace, behaviour))
    context.engine.start(
        {
            **dict.fromkeys(training.WORKS, partial(training.work, context)),
            **dict.fromkeys(imports.WORKS, partial(imports.work, context)),
            **dict.fromkeys(exports.WORKS, partial(exports.work, context)),
        }
    )

    @app.exception_handler(ApiError)
    async def refuse(_request: Request, error: ApiError) -> Response:
        return behaviour.refusal(error)

    @app.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> Response:
        return behaviour.malformed(error)

    @app.exception_handler(HTTPException)
    async def nowhere(_request: Request, error: HTTPException) -> Response:
        return behaviour.refusal(ApiError(error.status_code, "no_such_operation", error.detail))

    for routes in (
        projects.router,
        media.router,
        query.router,
        annotation_routes,
        jobs.router,
        training.router,
        uploads.router,
        imports.router,
        exports.router,
        settings.router,
    ):
        app.include_router(routes)
    return app
