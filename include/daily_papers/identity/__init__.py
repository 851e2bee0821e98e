"""Who wrote a paper: names as compared, not as printed."""
