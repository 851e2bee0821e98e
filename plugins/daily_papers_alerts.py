"""The notifier that the DAGs call when a task failed for good: mail and webhook.

Dag files import it by name, as Airflow puts this folder on its path.
"""

from pathlib import Path

from airflow.sdk import BaseNotifier


class AlertNotifier(BaseNotifier):
    """Sends what failed and where its runbook is; see daily_papers.alerts."""

    def notify(self, context):
        """Send the alert of a context as Airflow gives it to a failure's callback."""
        from airflow.providers.smtp.hooks.smtp import SmtpHook
        from daily_papers import alerts, settings

        # No file of the home is needed, and where that is may be what failed.
        options = settings.load(home=Path())
        task = context["ti"]
        alert = alerts.describe_failure(
            options,
            task.dag_id,
            task.task_id,
            task.run_id,
            context.get("exception") or context.get("reason"),
            getattr(task, "log_url", None),
        )
        alerts.send(options, alert, SmtpHook.get_connection)
