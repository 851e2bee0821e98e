"""Airflow's database as SQLite: a command waits for the scheduler, as its timeout says.

Python's sqlite3 begins a transaction at a SAVEPOINT without taking the lock for writing.
`airflow backfill create` reads in such a one before it writes, and SQLite refuses the write at
once, "database is locked", when another process wrote in between: no timeout helps, as what was
read is outdated. Taking the lock first makes it wait instead. Other databases are left alone.

Airflow imports this module from its plugins folder:
https://airflow.apache.org/docs/apache-airflow/stable/howto/set-config.html
The reason for the refusal: https://sqlite.org/isolation.html and
https://docs.sqlalchemy.org/en/20/dialects/sqlite.html#legacy-transaction-mode-with-the-sqlite3-driver
"""

from sqlalchemy import Connection, Engine, event

__all__: list[str] = []  # what is named here would replace Airflow's own settings


@event.listens_for(Engine, "savepoint")
def _lock_before_reading(connection: Connection, _name: str | None) -> None:
    if connection.dialect.name != "sqlite":
        return
    driver_connection = connection.connection.driver_connection
    if driver_connection is not None and not driver_connection.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
