"""`daily-papers doctor`: examine the installation and every stored file."""

import typer

from daily_papers import doctor, settings, terminal


def doctor_command(as_json: terminal.AsJson = False) -> None:
    """Check settings, disk, versions, locks and every stored file."""
    with terminal.err.status("examining"):
        findings = doctor.examine(settings.load())
    if as_json:
        terminal.print_json([finding.as_dict() for finding in findings])
    else:
        rows = [["ok" if f.is_ok else "BAD", f.name, f.detail] for f in findings]
        terminal.out.print(terminal.make_table("Doctor", ["", "check", "found"], rows, right=99))
    if not all(finding.is_ok for finding in findings):
        raise typer.Exit(1)
