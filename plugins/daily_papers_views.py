"""The operator's pages in Airflow's UI: coverage, quarantine, snapshots, quality and cost.

Airflow does not sign anyone in for a plugin's pages: each route asks for itself, with Airflow's
own dependency. Whoever may see the runs of build_marts may see these pages; the others get 401
or 403. The UI shows them in a frame of the same origin, so that its cookie comes along.

Every Airflow process loads this file, only the API server serves from it: what is heavy is
imported at the first request, in a thread.
"""

import asyncio
from functools import cache, partial
from typing import Any

from airflow.plugins_manager import AirflowPlugin

HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; frame-ancestors 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
}


@cache
def make_app() -> Any:
    from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
    from airflow.api_fastapi.core_api.security import requires_access_dag
    from daily_papers import home
    from daily_papers.publish.operator_views import PAGES, OperatorViews
    from fastapi import Depends, FastAPI
    from fastapi.responses import HTMLResponse

    may_see_runs = Depends(requires_access_dag("GET", DagAccessEntity.RUN, "build_marts"))
    app = FastAPI(openapi_url=None, dependencies=[may_see_runs])
    views = OperatorViews(partial(home.opened, "warehouse/"))

    def add(name: str) -> None:
        @app.get(f"/{name}")
        async def show(older: str | None = None, newer: str | None = None) -> HTMLResponse:
            page = await views.get_page(name, older, newer)
            return HTMLResponse(page.html, page.status, HEADERS)

    for name in PAGES:
        add(name)
    return app


async def serve(scope: Any, receive: Any, send: Any) -> None:
    """Hand a request to the app, which is made at the first one."""
    app = await asyncio.to_thread(make_app)
    await app(scope, receive, send)


class DailyPapersPlugin(AirflowPlugin):
    name = "daily_papers"
    fastapi_apps = [{"app": serve, "url_prefix": "/daily-papers", "name": "Daily Papers"}]
    external_views = [
        {
            "name": "Daily Papers",
            "href": "daily-papers/coverage",
            "destination": "nav",
            "url_route": "daily-papers",
        }
    ]
