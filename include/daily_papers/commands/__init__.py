"""The commands of `daily-papers`, a module each; `cli` puts them together."""
