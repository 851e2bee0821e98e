"""What a paper's own words say: keywords as tags, benchmarks it names."""
