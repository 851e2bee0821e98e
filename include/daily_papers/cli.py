"""The `daily-papers` command: the same functions that the DAGs call, for the terminal.

Exit code 0 only for success, 2 for a mistake in what was typed, 1 for anything else.
Tables go to standard output, progress and errors to standard error.
"""

import os
import sys
from typing import Annotated

import typer

from daily_papers import __version__, home, logs, terminal
from daily_papers.commands import (
    build,
    cluster,
    dashboard,
    diff,
    digest,
    doctor,
    enrich,
    evaluate,
    extract,
    feed,
    import_,
    ingest,
    match,
    plan,
    quarantine,
    refresh,
    reprocess,
    rollback,
    snapshots,
    sql,
    status,
    why,
)
from daily_papers.errors import DailyPapersError, InvalidInputError

_ONLY_TELLING = frozenset({"--help", "--version"})
# of a home on object storage; all of it where a command is not named
_VERSION = "lake/VERSION"
_PARTS_NEEDED = {
    **dict.fromkeys(("extract", "match", "cluster", "evaluate"), (_VERSION,)),
    **dict.fromkeys(("sql", "diff", "snapshots", "rollback"), (_VERSION, "warehouse/")),
}

app = typer.Typer(
    help="Hugging Face Daily Papers as data one can trust.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("ingest")(ingest.ingest_command)
app.command("build")(build.build_command)
app.command("sql")(sql.sql_command)
app.add_typer(snapshots.app, name="snapshots")
app.command("diff")(diff.diff_command)
app.command("rollback")(rollback.rollback_command)
app.command("why")(why.why_command)
app.command("import")(import_.import_command)
app.command("enrich")(enrich.enrich_command)
app.add_typer(quarantine.app, name="quarantine")
app.command("plan")(plan.plan_command)
app.command("refresh")(refresh.refresh_command)
app.command("reprocess")(reprocess.reprocess_command)
app.command("extract")(extract.extract_command)
app.command("match")(match.match_command)
app.command("cluster")(cluster.cluster_command)
app.add_typer(evaluate.app, name="evaluate")
app.command("status")(status.status_command)
app.command("doctor")(doctor.doctor_command)
app.command("feed")(feed.feed_command)
app.command("digest")(digest.digest_command)
app.command("dashboard")(dashboard.dashboard_command)


def main() -> None:
    """Run the command; a known error is one line, never a traceback."""
    # not in the handlers: an exit there would carry their exception, and what its frames hold
    # open, to the end of the interpreter
    sys.exit(_run_and_tell())


def _run_and_tell() -> int:
    """Return the exit code; a command that is at its end raises SystemExit itself."""
    try:
        try:
            _run()
        finally:
            sys.stdout.flush()  # or a full disk behind it would be told after the exit code
    except DailyPapersError as error:
        _say(f"{type(error).__name__}: {error}")
        return 2 if isinstance(error, InvalidInputError) else 1
    except UnicodeEncodeError as error:
        _say(f"standard output takes {error.encoding} only: set PYTHONIOENCODING=utf-8")
    except BrokenPipeError:  # whoever reads has enough
        pass
    except OSError as error:
        _say(f"{error.filename or 'standard output'}: {error.strerror}")
    else:
        return 0
    # what could not be written would be tried again, and told, by the interpreter
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _run() -> None:
    if _ONLY_TELLING.isdisjoint(sys.argv):
        with home.opened(*_PARTS_NEEDED.get("".join(sys.argv[1:2]), ())) as options:
            logs.configure(options.log_format)
            app()
    else:  # needs no settings, and no copy of a home on object storage
        app()


def _say(message: str) -> None:
    terminal.err.print(message, style="red", markup=False, soft_wrap=True)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        terminal.out.print(__version__)
        raise typer.Exit


if __name__ == "__main__":
    main()
