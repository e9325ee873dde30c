"""Gradients of bags, and lazy steps of optimizers along them, in the form that each
library takes, and each library's call.

A gradient is as indexed rows of the table, one for each id or one for each row that
was read; a step changes the rows that have one and no others. Where zeros move
nothing a gradient of the whole table gives the same, and is measured too: in tables
that are not large it is the faster one of torch and TensorFlow.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from suite.bags import Ids, random_values

RATE = 0.01
FIRST_SUM = 0.1  # of Adagrad
TINY = 1e-10
BETAS = 0.9, 0.999
ADAM_TINY = 1e-8
OPTIMIZERS = {"sgd": "SGD", "adagrad": "Adagrad", "adam": "lazy Adam"}
# So many steps are compared.
CHECKED_STEPS = 3


class Gradients:
    """Bags of a table of float32, and the gradient of their pooled vectors."""

    def __init__(self, load: Callable, num_rows: int, width: int, ids: Ids, mode: str):
        self.load, self.shape, self.ids, self.mode = load, (num_rows, width), ids, mode

    @property
    def values(self):
        """The table; to be copied by those that change it."""
        return random_values(*self.shape)

    @property
    def num_bags(self) -> int:
        return len(self.ids.splits) - 1

    @functools.cached_property
    def upstream(self):
        import numpy as np

        shape = self.num_bags, self.shape[1]
        return np.random.default_rng(3).standard_normal(shape, dtype=np.float32)

    @functools.cached_property
    def slices(self):
        """The rows of the table that were read, and the gradient of each, in double
        precision, as NumPy adds it up."""
        import numpy as np

        flat, order = self.ids.flat, np.argsort(self.ids.flat, kind="stable")
        starts = np.flatnonzero(np.diff(flat[order], prepend=-1))
        return flat[order][starts], np.add.reduceat(self.per_id[order], starts)

    @property
    def per_id(self):
        """The gradient of each id, in double precision."""
        import numpy as np

        scale = 1.0
        if self.mode == "mean":
            scale = 1 / np.maximum(np.diff(self.ids.splits), 1)[:, None]
        return (self.upstream * scale)[self.ids.rows]

    @functools.cached_property
    def given(self):
        """What a step gets: indices, and values as float32."""
        indices, values = self.slices
        return indices, values.astype("float32")

    @functools.cached_property
    def ragged(self):
        return self.load("rowsplit").RaggedTensor.from_row_splits(self.ids.flat, self.ids.splits)


# Gradients. Results are indices and values, or the gradient of the whole table.


def our_gradient(work: Gradients, per_row: bool) -> Callable:
    rs, table = work.load("rowsplit"), work.values

    def run():
        slices, _ = rs.embedding_bag_gradient(table, work.ragged, work.upstream, mode=work.mode,
                                              per_id=per_row)
        return slices.indices, slices.values

    return run


def torch_backward(work: Gradients, weight, sparse: bool = True) -> Callable:
    """The backward pass alone, as often as it is asked for."""
    torch = work.load("torch")
    bags = torch.nn.functional.embedding_bag(
        torch.from_numpy(work.ids.flat), weight, torch.from_numpy(work.ids.splits[:-1].copy()),
        mode=work.mode, sparse=sparse)
    upstream = torch.from_numpy(work.upstream)
    return lambda: torch.autograd.grad(bags, weight, upstream, retain_graph=True)[0]


def torch_weight(work: Gradients):
    torch = work.load("torch")
    return torch.nn.Parameter(torch.from_numpy(work.values.copy()))


def torch_gradient(work: Gradients, per_row: bool) -> Callable:
    backward = torch_backward(work, torch_weight(work))

    def run():
        gradient = backward()
        gradient = gradient.coalesce() if per_row else gradient
        return gradient._indices()[0], gradient._values()

    return run


def torch_dense_gradient(work: Gradients) -> Callable:
    return torch_backward(work, torch_weight(work), sparse=False)


def tensorflow_dense(work: Gradients) -> Callable:
    """A function of bags and upstream, to be called in a tf.function."""
    tf = work.load("tensorflow")
    op = {"sum": tf.raw_ops.SparseSegmentSumGrad, "mean": tf.raw_ops.SparseSegmentMeanGrad}
    return lambda flat, rows, upstream: op[work.mode](
        grad=upstream, indices=flat, segment_ids=rows, output_dim0=work.shape[0])


def tensorflow_dense_gradient(work: Gradients) -> Callable:
    function = work.load("tensorflow").function(tensorflow_dense(work))
    arguments = tensorflow_bags(work)
    return lambda: function(*arguments)


def rows_of(result) -> tuple:
    """Indices, which ascend but for those of each id, and values."""
    import numpy as np

    if isinstance(result, tuple):
        return tuple(map(np.asarray, result))
    table = np.asarray(result)
    indices = np.flatnonzero(table.any(axis=1))
    return indices, table[indices]


def tensorflow_slices(work: Gradients, per_row: bool) -> Callable:
    """A function of bags and upstream, to be called in a tf.function."""
    tf = work.load("tensorflow")
    if per_row:
        op = {"sum": tf.raw_ops.SparseSegmentSumGradV2,
              "mean": tf.raw_ops.SparseSegmentMeanGradV2}[work.mode]

        def summed(flat, rows, upstream):
            values, indices = op(grad=upstream, indices=flat, segment_ids=rows,
                                 dense_output_dim0=work.shape[0])
            return indices, values

        return summed
    reduce = {"sum": tf.math.unsorted_segment_sum, "mean": tf.math.unsorted_segment_mean}[work.mode]
    params = tf.constant(work.values)

    def each(flat, rows, upstream):
        with tf.GradientTape() as tape:
            tape.watch(params)
            bags = reduce(tf.gather(params, flat), rows, work.num_bags)
        slices = tape.gradient(bags, params, output_gradients=upstream)
        return slices.indices, slices.values

    return each


def tensorflow_bags(work: Gradients) -> list:
    tf = work.load("tensorflow")
    return [tf.constant(array) for array in (work.ids.flat, work.ids.rows, work.upstream)]


def tensorflow_gradient(work: Gradients, per_row: bool) -> Callable:
    function = work.load("tensorflow").function(tensorflow_slices(work, per_row))
    arguments = tensorflow_bags(work)
    return lambda: function(*arguments)


def gradient_ways(mode: str, per_row: bool) -> Iterator[tuple[str, str, Callable]]:
    """Name, form and make."""
    def of(make: Callable) -> Callable:
        return functools.partial(make, per_row=per_row)

    yield ("rowsplit", f"embedding_bag_gradient(per_id={per_row})", of(our_gradient))
    yield ("torch", "backward of embedding_bag(sparse=True), " + (
        "coalesce" if per_row else "not coalesced"), of(torch_gradient))
    yield ("TensorFlow", "tf.function of " + (
        f"raw_ops.SparseSegment{mode.title()}GradV2" if per_row else
        f"the gradient of gather and unsorted_segment_{mode}: IndexedSlices"),
        of(tensorflow_gradient))
    if per_row:
        yield ("torch, dense gradient", "backward of embedding_bag(sparse=False): the whole table",
               torch_dense_gradient)
        yield ("TensorFlow, dense gradient", f"tf.function of raw_ops.SparseSegment{mode.title()}"
               "Grad: the whole table", tensorflow_dense_gradient)


# Steps. What is made is a Trainer, whose table the steps change.


@dataclass(frozen=True)
class Trainer:
    """`step()` makes one step along the whole gradient; `table()` gives the table."""

    step: Callable[[], object]
    table: Callable[[], object]


def our_trainer(work: Gradients, optimizer: str, from_bags: bool) -> Trainer:
    rs, table = work.load("rowsplit"), work.values.copy()
    kind, shape = rs.EmbeddingOptimizer, work.shape
    made = {"sgd": lambda: kind.sgd(shape, RATE),
            "adagrad": lambda: kind.adagrad(shape, RATE, initial_sum=FIRST_SUM, epsilon=TINY),
            "adam": lambda: kind.adam(shape, RATE, *BETAS, epsilon=ADAM_TINY)}[optimizer]()
    if from_bags:
        return Trainer(lambda: made.update_bags(table, work.ragged, work.upstream, mode=work.mode),
                       lambda: table)
    indices, values = work.given
    slices = rs.IndexedSlices(values, indices, shape)
    return Trainer(lambda: made.update(table, slices), lambda: table)


def torch_trainer(work: Gradients, optimizer: str, from_bags: bool) -> Trainer:
    torch, weight = work.load("torch"), torch_weight(work)
    made = {"sgd": lambda: torch.optim.SGD([weight], RATE),
            "adagrad": lambda: torch.optim.Adagrad([weight], RATE, eps=TINY,
                                                   initial_accumulator_value=FIRST_SUM),
            "adam": lambda: torch.optim.SparseAdam([weight], RATE, BETAS, ADAM_TINY)}[optimizer]()
    if from_bags:
        gradient = torch_backward(work, weight)
    else:
        indices, values = map(torch.from_numpy, work.given)
        slices = torch.sparse_coo_tensor(indices[None], values, work.shape, is_coalesced=True)

        def gradient():
            return slices

    def step():
        weight.grad = gradient()
        made.step()

    return Trainer(step, lambda: weight.detach().numpy())


def torch_dense_trainer(work: Gradients, optimizer: str, **_) -> Trainer:
    """With a gradient of the whole table, of which most is zeros."""
    torch, weight = work.load("torch"), torch_weight(work)
    made = {"sgd": lambda: torch.optim.SGD([weight], RATE, fused=True),
            "adagrad": lambda: torch.optim.Adagrad(
                [weight], RATE, eps=TINY, initial_accumulator_value=FIRST_SUM,
                fused=True)}[optimizer]()
    backward = torch_backward(work, weight, sparse=False)

    def step():
        weight.grad = backward()
        made.step()

    return Trainer(step, lambda: weight.detach().numpy())


def tensorflow_trainer(work: Gradients, optimizer: str, from_bags: bool) -> Trainer:
    tf = work.load("tensorflow")
    table = tf.Variable(work.values)
    sums = tf.Variable(tf.fill(work.shape, FIRST_SUM)) if optimizer == "adagrad" else None
    slices = tensorflow_slices(work, True) if from_bags else lambda *given: given

    @tf.function
    def step(*given):
        indices, values = slices(*given)
        if sums is None:
            table.scatter_sub(tf.IndexedSlices(RATE * values, indices))
        else:
            tf.raw_ops.ResourceSparseApplyAdagradV2(
                var=table.handle, accum=sums.handle, lr=RATE, epsilon=TINY, grad=values,
                indices=indices)

    given = tensorflow_bags(work) if from_bags else [tf.constant(array) for array in work.given]
    return Trainer(lambda: step(*given), table.numpy)


def tensorflow_dense_trainer(work: Gradients, optimizer: str, **_) -> Trainer:
    """As the one of torch."""
    tf = work.load("tensorflow")
    table = tf.Variable(work.values)
    sums = tf.Variable(tf.fill(work.shape, FIRST_SUM)) if optimizer == "adagrad" else None
    dense = tensorflow_dense(work)

    @tf.function
    def step(*given):
        gradient = dense(*given)
        if sums is None:
            tf.raw_ops.ResourceApplyGradientDescent(var=table.handle, alpha=RATE, delta=gradient)
        else:
            tf.raw_ops.ResourceApplyAdagradV2(var=table.handle, accum=sums.handle, lr=RATE,
                                              epsilon=TINY, grad=gradient)

    given = tensorflow_bags(work)
    return Trainer(lambda: step(*given), table.numpy)


def keras_trainer(work: Gradients, optimizer: str, from_bags: bool) -> Trainer:
    tf, keras = work.load("tensorflow"), work.load("keras")
    table, kinds = keras.Variable(work.values), keras.optimizers
    made = {"sgd": lambda: kinds.SGD(RATE),
            "adagrad": lambda: kinds.Adagrad(RATE, FIRST_SUM, TINY)}[optimizer]()
    made.build([table])
    slices = tensorflow_slices(work, True) if from_bags else lambda *given: given

    @tf.function
    def step(*given):
        indices, values = slices(*given)
        made.apply([tf.IndexedSlices(values, indices, tf.constant(work.shape))], [table])

    given = tensorflow_bags(work) if from_bags else [tf.constant(array) for array in work.given]
    return Trainer(lambda: step(*given), table.numpy)


NOT_LAZY = "its Adam moves the rows without a gradient too"


def trainer_ways(optimizer: str, from_bags: bool) -> Iterator[tuple[str, str, Callable]]:
    """Name, form and make of those that have such a step."""
    of_torch = {"sgd": "SGD", "adagrad": "Adagrad", "adam": "SparseAdam"}[optimizer]
    ways = [("rowsplit", f"EmbeddingOptimizer.{optimizer}, update" + "_bags" * from_bags,
             our_trainer),
            ("torch", ("backward of embedding_bag(sparse=True), then " if from_bags else "")
             + f"optim.{of_torch}", torch_trainer)]
    if optimizer != "adam":
        ways += tensorflow_ways(optimizer, from_bags)
    if optimizer != "adam" and from_bags:
        apply = {"sgd": "GradientDescent", "adagrad": "AdagradV2"}[optimizer]
        ways += [("torch, dense gradient", "backward of embedding_bag(sparse=False), then "
                  f"optim.{of_torch}(fused=True)", torch_dense_trainer),
                 ("TensorFlow, dense gradient", "tf.function of raw_ops.SparseSegmentSumGrad and "
                  f"raw_ops.ResourceApply{apply}", tensorflow_dense_trainer)]
    for name, form, make in ways:
        yield name, form, functools.partial(make, optimizer=optimizer, from_bags=from_bags)


def tensorflow_ways(optimizer: str, from_bags: bool) -> list[tuple[str, str, Callable]]:
    graph = "tf.function of " + "raw_ops.SparseSegmentSumGradV2 and " * from_bags
    op, keras = {"sgd": ("Variable.scatter_sub", "SGD"),
                 "adagrad": ("raw_ops.ResourceSparseApplyAdagradV2", "Adagrad")}[optimizer]
    return [("TensorFlow", graph + op, tensorflow_trainer),
            ("Keras", f"{graph}optimizers.{keras}.apply of IndexedSlices", keras_trainer)]


def stepped(trainer: Trainer):
    """The table after some steps."""
    for _ in range(CHECKED_STEPS):
        trainer.step()
    return trainer.table()


def expected_table(work: Gradients, optimizer: str):
    """The same by NumPy, in double precision."""
    import numpy as np

    rows, gradient = work.slices
    table, x = work.values.copy(), work.values[rows].astype(np.float64)
    first, second = np.zeros_like(x), np.full_like(x, FIRST_SUM if optimizer == "adagrad" else 0)
    for step in range(1, CHECKED_STEPS + 1):
        if optimizer == "sgd":
            x -= RATE * gradient
        elif optimizer == "adagrad":
            second += gradient**2
            x -= RATE * gradient / (np.sqrt(second) + TINY)
        else:
            first += (1 - BETAS[0]) * (gradient - first)
            second += (1 - BETAS[1]) * (gradient**2 - second)
            rate = RATE * np.sqrt(1 - BETAS[1]**step) / (1 - BETAS[0]**step)
            x -= rate * first / (np.sqrt(second) + ADAM_TINY)
    table[rows] = x
    return table
