"""What became slower: instruction counts, and times of two commits."""
