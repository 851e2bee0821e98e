"""Hugging Face Daily Papers as data one can trust; works without Airflow."""

__version__ = "0.1.0"
