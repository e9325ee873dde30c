"""Runs conformance vectors: `python -m conformance DIR`, or ./run conformance."""
