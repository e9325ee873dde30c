#!/usr/bin/env python3
"""Holds rowsplit.embedding_bag and its gradient to PyTorch.

  PYTHONPATH=build/dev/python python3 tests/oracle/embedding_gradcheck.py

For every mode, with weights and without: torch.autograd.gradcheck of a Function
around the bag, with respect to the table and to the weights. The kernels
compute in float32, gradcheck in float64: so differences are taken over 2^-6,
where a float32 result of size 1 to 10 has 1e-5 of noise and a smooth function
(logsumexp, mean and sqrtn in their weights) 1e-4 of curvature; what is
compared agrees to 2e-3. Numbers are far enough apart that no difference moves
another row to the maximum or the minimum.

For the modes that torch has, values and gradients are also compared with those
of torch.nn.functional.embedding_bag itself.
"""

import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch.autograd.gradcheck import GradcheckError

import rowsplit as rs

MODES = ["sum", "mean", "sqrtn", "max", "min", "logsumexp", "first", "last"]
STEP = 2.0**-6
TOLERANCE = 2e-3


class Bag(torch.autograd.Function):
    """In float64 towards torch, in float32 inside."""

    @staticmethod
    def forward(ctx, table, weights, ids, offsets, mode, padding_idx):
        ctx.save_for_backward(table, weights)
        ctx.bags = ids, offsets, mode, padding_idx
        return torch.from_numpy(rs.embedding_bag(
            table.detach().float(), ids, offsets, mode=mode, padding_idx=padding_idx,
            per_sample_weights=None if weights is None else weights.detach().float(),
        )).to(table.dtype)

    @staticmethod
    def backward(ctx, upstream):
        table, weights = ctx.saved_tensors
        ids, offsets, mode, padding_idx = ctx.bags
        rows, by_weight = rs.embedding_bag_gradient(
            table.detach().float(), ids, upstream.float().contiguous(), offsets, mode=mode,
            padding_idx=padding_idx,
            per_sample_weights=None if weights is None else weights.detach().float())
        dense = torch.zeros_like(table)
        dense.index_add_(0, torch.from_numpy(rows.indices),
                         torch.from_numpy(rows.values).to(table.dtype))
        if by_weight is not None:
            by_weight = torch.from_numpy(by_weight).to(table.dtype)
        return dense, by_weight, None, None, None, None


def spread(rng, *shape):
    """Numbers between -1 and 1, no two nearer than a few steps."""
    size = int(np.prod(shape))
    return torch.from_numpy((rng.permutation(size) * 2.0 / size - 1).reshape(shape))


def check_gradients(rng, mode, is_weighted, padding_idx):
    ids = rng.integers(0, 5, 7)
    offsets = np.array([0, 3, 3, 4])  # an empty bag among them
    if mode in ("max", "min"):
        ids[:3], ids[4:] = [0, 1, 2], [3, 0, 4]  # no row twice in a bag: a tie
    table = spread(rng, 5, 3).requires_grad_()
    weights = (0.5 + rng.permutation(7) / 7.0) if is_weighted else None
    if weights is not None:
        weights = torch.from_numpy(weights).requires_grad_()
    return torch.autograd.gradcheck(
        lambda table, weights: Bag.apply(table, weights, ids, offsets, mode, padding_idx),
        (table, weights), eps=STEP, atol=TOLERANCE, rtol=TOLERANCE)


def compare_with_torch(rng, mode, is_weighted, padding_idx, include_last_offset):
    """Values, and gradients, to what float32 sums of this size may differ by."""
    ids = torch.from_numpy(rng.integers(0, 50, 400))
    offsets = np.sort(rng.integers(0, 401, 60))
    offsets[0] = 0
    if include_last_offset:
        offsets[-1] = 400
    offsets = torch.from_numpy(offsets)
    weights = torch.rand(400, requires_grad=True) if is_weighted else None
    table = torch.randn(50, 17, requires_grad=True)
    expected = F.embedding_bag(ids, table, offsets, mode=mode, per_sample_weights=weights,
                               include_last_offset=include_last_offset,
                               padding_idx=padding_idx)
    upstream = torch.randn_like(expected)
    expected.backward(upstream)
    arguments = dict(mode=mode, include_last_offset=include_last_offset,
                     padding_idx=padding_idx,
                     per_sample_weights=None if weights is None else weights.detach())
    got = rs.embedding_bag(table.detach(), ids, offsets, **arguments)
    rows, by_weight = rs.embedding_bag_gradient(table.detach(), ids, upstream, offsets,
                                                **arguments)
    gradient = torch.zeros_like(table).index_add_(0, torch.from_numpy(rows.indices),
                                                  torch.from_numpy(rows.values))
    pairs = [(expected.detach(), torch.from_numpy(got)), (table.grad, gradient)]
    if is_weighted:
        pairs.append((weights.grad, torch.from_numpy(by_weight)))
    return all(torch.allclose(a, b, rtol=1e-5, atol=1e-5) for a, b in pairs)


def main():
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    failed = checks = 0
    for mode in MODES:
        for is_weighted in (False, True):
            for padding_idx in (None, 2):
                checks += 1
                try:
                    check_gradients(rng, mode, is_weighted, padding_idx)
                except GradcheckError as error:
                    failed += 1
                    print(f"{mode}, weights {is_weighted}, padding_idx {padding_idx}: {error}")
    print(f"gradcheck: {checks - failed} of {checks} passed")
    for mode in ("sum", "mean", "max"):
        for is_weighted in (False, True) if mode == "sum" else (False,):
            for padding_idx in (None, 3, -1):
                for include_last_offset in (False, True):
                    checks += 1
                    case = mode, is_weighted, padding_idx, include_last_offset
                    if not compare_with_torch(rng, *case):
                        failed += 1
                        print("differs from torch:", case)
    print(f"{checks - failed} of {checks} passed in all")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
