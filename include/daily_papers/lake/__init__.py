"""The lake: raw archive, papers, observations, quarantine and ledger; its only writer."""
