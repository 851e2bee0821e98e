# The image of docker-compose.yaml: Airflow's own, with this project in it.
# Pinned by version only: the digest of this tag was not at hand to be checked.
FROM apache/airflow:3.3.2-python3.11

ENV GX_ANALYTICS_ENABLED=false
COPY pyproject.toml uv.lock requirements-uv.txt README.md /opt/airflow/project/
# The locked versions over the image's, with the drivers and Celery that the lock names.
RUN cd /opt/airflow/project \
    && pip install --no-cache-dir --require-hashes -r requirements-uv.txt \
    && uv export --locked --no-dev --group stack --no-emit-project \
        --output-file /tmp/requirements.txt --quiet \
    && pip install --no-cache-dir --no-deps --require-hashes -r /tmp/requirements.txt

COPY include /opt/airflow/project/include
COPY sql /opt/airflow/project/sql
RUN cp -r /opt/airflow/project /tmp/project \
    && pip install --no-cache-dir --no-deps /tmp/project \
    && rm -r /tmp/project

# Where volumes are mounted: a new one takes owner and mode from here. Whatever its user id,
# Airflow runs in group 0.
USER root
RUN install --directory --owner=airflow --group=0 --mode=2770 \
        /opt/airflow/auth /opt/airflow/copies /opt/airflow/logs
USER airflow
