"""The ASGI application: the operations of the API over one store."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from reference import imports, jobs, training, uploads
from reference.annotations import router as annotation_routes
from reference.behaviour import Behaviour
from reference.context import Context
from reference.document import DescribedApp
from reference.errors import ApiError
from reference.jobs import Engine
from reference.keys import Keys
from reference.media import router as media_routes
from reference.projects import router as project_routes
from reference.query import router as query_routes
from reference.store import Store


def create_app(store: Store, keys: Keys, behaviour: Behaviour) -> FastAPI:
    """The application over one store, with one set of keys, behaving as ``behaviour`` decides."""
    app = DescribedApp(title="Embedded deployment", version="2.0.0", openapi_url="/openapi-spec.json", docs_url=None)
    app.add_middleware(behaviour.around)
    context = app.state.context = Context(store, keys, behaviour)
    context.engine = Engine(
        context, {"train": training.work, "optimize_pot": training.work, **dict.fromkeys(imports.WORKS, imports.work)}
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
        project_routes,
        media_routes,
        query_routes,
        annotation_routes,
        jobs.router,
        training.router,
        uploads.router,
        imports.router,
    ):
        app.include_router(routes)
    return app
