"""`daily-papers dashboard`: the static site of a snapshot."""

from pathlib import Path
from typing import Annotated

import typer

from daily_papers import settings, terminal
from daily_papers.publish import dashboard
from daily_papers.publish.dashboard.serve import LOOPBACK, make_server


def dashboard_command(
    out_dir: Annotated[
        Path | None, typer.Option("--out", help="Folder to write; default HOME/publish/dashboard.")
    ] = None,
    snapshot: Annotated[str | None, typer.Option(help="Show an older snapshot.")] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Then serve it on 127.0.0.1.")] = False,
    port: Annotated[int, typer.Option(help="Port to serve on; 0 takes any free one.")] = 8765,
    as_json: terminal.AsJson = False,
) -> None:
    """Build the dashboard: one folder, no server needed, nothing asked of other hosts."""
    with terminal.err.status("building the dashboard"):
        folder = dashboard.build_dashboard(settings.load(), out_dir, snapshot)
    index = folder / "index.html"
    if as_json:
        terminal.print_json({"folder": str(folder), "index": str(index)})
    else:
        terminal.out.print(f"dashboard: {index}", markup=False, soft_wrap=True)
    if serve:
        with make_server(folder, port) as server:
            url = f"http://{LOOPBACK}:{server.server_port}/"
            terminal.out.print(f"served on {url} to this machine only; Ctrl-C ends it")
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                terminal.err.print("stopped")
