"""Random programs and random keys against plain nested lists."""

import os
import random

import numpy as np

import rowsplit as rs

SEED = int(os.environ.get("ROWSPLIT_TEST_SEED", "20261124"))
PROGRAMS = 10_000
OPS_A_PROGRAM = 5
MAX_RANK = 6
MAX_VALUES = 200


def to_list(value):
    return value.to_list() if hasattr(value, "to_list") else np.asarray(value).tolist()


def random_rows(rng, ragged_rank):
    """Lists of `ragged_rank` + 1 levels; some are empty."""
    if ragged_rank == 0:
        return [rng.randrange(100) for _ in range(rng.randrange(4))]
    return [random_rows(rng, ragged_rank - 1) for _ in range(rng.randrange(4))]


def ragged(model, ragged_rank):
    return rs.constant(model, dtype="int64", ragged_rank=ragged_rank)


def count(model):
    return sum(map(count, model)) if isinstance(model, list) else 1


def at_depth(function, model, depth):
    """`function` of each list that stands `depth` levels down."""
    if depth == 0:
        return function(model)
    return [at_depth(function, item, depth - 1) for item in model]


def zip_at_depth(function, models, depth):
    if depth == 0:
        return function(models)
    return [zip_at_depth(function, items, depth - 1) for items in zip(*models)]


def random_slice(rng):
    def bound():
        return rng.choice([None, rng.randrange(-5, 6)])
    return slice(bound(), bound(), rng.choice([None, None, 1, 2, 3, -1, -2]))


# Each op takes the tensor, its model and its ragged rank, and gives them anew,
# or None where it has no meaning.


def slice_rows(rng, rt, model, rank):
    key = random_slice(rng)
    return rt[key], model[key], rank


def slice_values(rng, rt, model, rank):
    depth = rng.randrange(1, rank + 1)
    key = random_slice(rng)
    keys = (slice(None),) * depth + (key,)
    return rt[keys], at_depth(lambda row: row[key], model, depth), rank


def concat(rng, rt, model, rank):
    axis = rng.randrange(rank + 1)
    if axis == 0:
        other = random_rows(rng, rank)
        models = [model, other, model]
        tensors = [rt, ragged(other, rank), rt]
    else:
        models, tensors = [model, model], [rt, rt]
    joined = zip_at_depth(lambda rows: sum(rows, []), models, axis)
    return rs.concat(tensors, axis=axis), joined, rank


def gather(rng, rt, model, rank):
    if not model:
        return None
    indices = [rng.randrange(len(model)) for _ in range(rng.randrange(5))]
    gathered = rs.gather(rt, np.array(indices, dtype=np.int64))
    return gathered, [model[i] for i in indices], rank


def reverse(rng, rt, model, rank):
    axis = rng.randrange(rank + 1)
    return rs.reverse(rt, axis=[axis]), at_depth(lambda row: row[::-1], model, axis), rank


def tile(rng, rt, model, rank):
    multiples = [rng.choice([1, 1, 1, 2, 0, 3]) for _ in range(rank + 1)]
    for axis in reversed(range(rank + 1)):
        model = at_depth(lambda row, n=multiples[axis]: row * n, model, axis)
    return rs.tile(rt, multiples), model, rank


def stack(rng, rt, model, rank):
    if rank == MAX_RANK:
        return None
    other = random_rows(rng, rank)
    return rs.stack([rt, ragged(other, rank)], axis=0), [model, other], rank + 1


def boolean_mask(rng, rt, model, rank):
    mask = [rng.random() < 0.6 for _ in model]
    masked = rs.boolean_mask(rt, np.array(mask, dtype=bool))
    return masked, [row for row, keep in zip(model, mask) if keep], rank


def merge_dims(rng, rt, model, rank):
    if rank < 2:
        return None
    outer = rng.randrange(rank - 1)
    merged = at_depth(lambda rows: sum(rows, []), model, outer)
    return rt.merge_dims(outer, outer + 1), merged, rank - 1


def expand_dims(rng, rt, model, rank):
    if rank == MAX_RANK:
        return None
    return rs.expand_dims(rt, axis=0), [model], rank + 1


def sort(rng, rt, model, rank):
    return rs.sort(rt), at_depth(sorted, model, rank), rank


def row(rng, rt, model, rank):
    if rank < 2 or not model:
        return None
    i = rng.randrange(-len(model), len(model))
    return rt[i], model[i], rank - 1


def add(rng, rt, model, rank):
    def plus(value):
        return [plus(item) for item in value] if isinstance(value, list) else value + 7
    return rt + 7, plus(model), rank


OPS = [slice_rows, slice_values, concat, gather, reverse, tile, stack, boolean_mask,
       merge_dims, expand_dims, sort, row, add]


def test_random_programs_of_five_ops():
    rng = random.Random(SEED)
    for number in range(PROGRAMS):
        rank = rng.randrange(1, 4)
        model = random_rows(rng, rank)
        rt = ragged(model, rank)
        trace = [f"seed {SEED}, program {number}", model]
        for _ in range(OPS_A_PROGRAM):
            op = rng.choice(OPS)
            made = op(rng, rt, model, rank)
            if made is None or count(made[1]) > MAX_VALUES:
                continue
            rt, model, rank = made
            trace += [op.__name__, model]
            assert isinstance(rt, rs.RaggedTensor), trace
            assert rt.ragged_rank == rank, trace
            assert rt.to_list() == model, trace


def pick(model, keys):
    """What Python's own indexing and slicing give."""
    if not keys:
        return model
    if isinstance(keys[0], int):
        return pick(model[keys[0]], keys[1:])
    return [pick(item, keys[1:]) for item in model[keys[0]]]


def test_random_keys_against_slices_of_lists():
    rng = random.Random(SEED)
    for number in range(PROGRAMS):
        rank = rng.randrange(1, 5)
        model = random_rows(rng, rank)
        rt = ragged(model, rank)
        keys, inside = [], model
        # Numbers only at the front: an inner ragged dimension takes none.
        while rng.random() < 0.4 and len(keys) <= rank and inside:
            keys.append(rng.randrange(-len(inside), len(inside)))
            inside = inside[keys[-1]]
        while rng.random() < 0.7 and len(keys) <= rank:
            keys.append(random_slice(rng))
        expected = pick(model, keys)
        trace = f"seed {SEED}, number {number}: {model}[{keys}]"
        if rng.random() < 0.2:
            keys.append(...)
        got = rt[keys[0] if len(keys) == 1 else tuple(keys)]
        assert to_list(got) == expected, trace


def test_concat_of_split_is_the_whole():
    rng = random.Random(SEED)
    for _ in range(300):
        rank = rng.randrange(1, 4)
        model = random_rows(rng, rank)
        rt = ragged(model, rank)
        at = rng.randrange(len(model) + 1)
        assert rs.concat([rt[:at], rt[at:]], axis=0).to_list() == model
        everything = np.arange(len(model), dtype=np.int64)
        assert rs.gather(rt, everything).to_list() == model
        dense = rt.to_tensor()
        lengths = rt.nested_row_lengths()
        back = rs.RaggedTensor.from_tensor(dense, lengths=lengths)
        assert back.to_list() == model
