"""The DAG publish_outputs on the sample: all outputs of one snapshot, each mail once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from daily_papers.settings import ENV_PREFIX, SAMPLE_DIR
from mail_server import Mailbox

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

REPOSITORY = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
RUN = """
import sys
from airflow.dag_processing.dagbag import DagBag
dag = DagBag("dags").dags[sys.argv[1]]
for task in dag.tasks:
    task.retries = 0
run = dag.test()
assert run.state == sys.argv[2], run.state
"""


def run(*command: object, env: dict[str, str]) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        env=env,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=800,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-8000:]}\n{done.stderr[-4000:]}"


def test_every_output_is_of_the_published_snapshot_no_mail_goes_out_twice_and_alerts_do(tmp_path):
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", ENV_PREFIX, "PYTEST"))
    }
    with Mailbox() as mailbox:
        connection = {
            "conn_type": "smtp",
            "host": "127.0.0.1",
            "port": mailbox.port,
            "extra": {
                "disable_ssl": True,
                "disable_tls": True,
                "from_email": "papers@example.org",
            },
        }
        env = inherited | {
            "AIRFLOW_HOME": str(tmp_path / "airflow"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/airflow/airflow.db",
            "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW_CONN_SMTP_DEFAULT": json.dumps(connection),
            "DAILY_PAPERS_HOME": str(tmp_path / "data"),
            "DAILY_PAPERS_DIGEST_TO": "ann@example.org",
            "DAILY_PAPERS_DIGEST_MAX_AGE_D": "36500",  # the sample's days are long past
            "DAILY_PAPERS_ALERT_TO": "bob@example.org",
        }
        days = ("--from", "2026-01-05", "--to", "2026-01-09")
        run(BIN / "daily-papers", "ingest", *days, "--source", f"replay:{SAMPLE_DIR}", env=env)
        run(BIN / "daily-papers", "build", env=env)
        run(BIN / "airflow", "db", "migrate", env=env)

        run(sys.executable, "-c", RUN, "publish_outputs", "success", env=env)

        made = tmp_path / "data/publish"
        assert (made / "dashboard/index.html").is_file()
        assert (made / "feed/new.atom.xml").is_file()
        assert [message["Subject"].partition(":")[0] for message in mailbox.messages] == [
            *(f"Daily Papers 2026-01-0{day}" for day in range(5, 10)),
            "Daily Papers 2026-01-05 to 2026-01-11",
        ]
        assert {message["From"] for message in mailbox.messages} == {"papers@example.org"}
        published = (tmp_path / "data/warehouse/current").read_text().strip()
        for message in mailbox.messages:
            assert published in message.get_body(["plain"]).get_content()

        run(sys.executable, "-c", RUN, "publish_outputs", "success", env=env)
        assert len(mailbox.messages) == 6

        # the sample's days are long ago: an objective is broken, and a failed task tells so
        run(sys.executable, "-c", RUN, "watch_objectives", "failed", env=env)
        alert = mailbox.messages[-1]
        assert (alert["Subject"], alert["To"]) == (
            "Daily Papers: watch_objectives.check failed",
            "bob@example.org",
        )
        assert "freshness: no whole day since" in alert.get_body(["plain"]).get_content()
