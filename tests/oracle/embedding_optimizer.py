"""Compares rowsplit.EmbeddingOptimizer with torch.optim on sparse gradients.

    PYTHONPATH=build/dev/python:python PYTHON tests/oracle/embedding_optimizer.py

PYTHON has torch and NumPy. Prints a line for each comparison; exits with 1 if
one of them differs.
"""

import sys

import numpy as np
import torch

import rowsplit as rs

ROWS, WIDTH, STEPS = 50, 17, 20


def bags(random):
    ids = random.integers(0, ROWS, size=(30, 4))
    upstream = random.normal(size=(30, WIDTH)).astype(np.float32)
    weights = random.uniform(0.5, 2, size=(30, 4)).astype(np.float32)
    return ids, upstream, weights


def compare(name, ours, theirs, mode, weighted=False, padding_idx=None, tolerance=2e-5):
    random = np.random.default_rng(7)
    table = random.normal(size=(ROWS, WIDTH)).astype(np.float32)
    weight = torch.nn.Parameter(torch.from_numpy(table.copy()))
    optimizer, reference = ours(table.shape), theirs([weight])
    for _ in range(STEPS):
        ids, upstream, factors = bags(random)
        out = torch.nn.functional.embedding_bag(
            torch.from_numpy(ids), weight, mode=mode, sparse=mode != "max",
            padding_idx=padding_idx,
            per_sample_weights=torch.from_numpy(factors) if weighted else None)
        reference.zero_grad()
        out.backward(torch.from_numpy(upstream))
        reference.step()
        optimizer.update_bags(table, ids, upstream, mode=mode, padding_idx=padding_idx,
                              per_sample_weights=factors if weighted else None)
    error = float(np.abs(table - weight.detach().numpy()).max())
    print(f"{'ok' if error < tolerance else 'DIFFERS'}: {name}, {mode}"
          f"{', weights' if weighted else ''}{', padding' if padding_idx is not None else ''}:"
          f" greatest difference {error:.1e} after {STEPS} steps")
    return error < tolerance


def main():
    make = rs.EmbeddingOptimizer
    optimizers = [
        ("SGD", lambda s: make.sgd(s, 0.1), lambda p: torch.optim.SGD(p, lr=0.1)),
        ("Adagrad", lambda s: make.adagrad(s, 0.1), lambda p: torch.optim.Adagrad(p, lr=0.1)),
        ("Adagrad that decays", lambda s: make.adagrad(s, 0.1, 0.05, 0.1, 1e-6),
         lambda p: torch.optim.Adagrad(p, lr=0.1, lr_decay=0.05, eps=1e-6,
                                       initial_accumulator_value=0.1)),
        ("Adam", lambda s: make.adam(s, 0.01), lambda p: torch.optim.SparseAdam(p, lr=0.01)),
    ]
    good = []
    for name, ours, theirs in optimizers:
        for mode in ["sum", "mean"]:
            good.append(compare(name, ours, theirs, mode))
            good.append(compare(name, ours, theirs, mode, padding_idx=3))
        good.append(compare(name, ours, theirs, "sum", weighted=True))
    # Dense gradients: torch has no sparse one of max.
    good.append(compare("SGD", optimizers[0][1], optimizers[0][2], "max"))
    print(f"{sum(good)} of {len(good)} equal")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
