#!/usr/bin/env python3
"""Tests what the tasks of the suite hold answers to, and that they are listed
without a peer. Needs none; parts need NumPy."""

import importlib
import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "bench"))
sys.dont_write_bytecode = True

from suite.setting import Setting  # noqa: E402  the path comes first
from suite.task import Missing  # noqa: E402
from suite.texts import Text  # noqa: E402

try:
    import numpy as np
except ImportError:
    np = None

AREAS = ("vectorize", "lookup", "ragged", "embedding")
TEXT = "The cat sat on the mat.\n\nA CAT, the Dog!\nthe\n"


def setting_of(folder: str, mode: str) -> Setting:
    path = os.path.join(folder, "text")
    with open(path, "w", encoding="utf-8") as file:
        file.write(TEXT)
    texts = {name: Text(name, path, "made") for name in ("english", "languages")}
    return Setting(mode=mode, turns=2, texts=texts, build=folder, folder=folder)


class NoPeers(Setting):
    def load(self, module: str):
        raise Missing(f"no {module}")


class ListTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def tasks(self, area: str, mode: str) -> list:
        return list(importlib.import_module(f"suite.tasks.{area}").tasks(
            setting_of(self.folder.name, mode)))

    def test_tasks_of_quick_are_among_those_of_full(self):
        for area in AREAS:
            labels = {mode: [task.label for task in self.tasks(area, mode)]
                      for mode in ("quick", "full")}
            for mode, some in labels.items():
                self.assertEqual(len(set(some)), len(some), (area, mode))
            self.assertLessEqual(set(labels["quick"]), set(labels["full"]), area)
            self.assertTrue(any(label.endswith("all cores") for label in labels["quick"]), area)

    def test_listing_imports_no_peer(self):
        program = ("import sys; from suite.setting import Setting; from suite.texts import Text\n"
                   "import importlib\n"
                   "t = Text('english', '/', ''); s = Setting('quick', 1, {'english': t, "
                   "'languages': t}, '', '')\n"
                   f"for area in {AREAS}: list(importlib.import_module("
                   "'suite.tasks.' + area).tasks(s))\n"
                   "print(sorted({'numpy', 'tensorflow', 'torch', 'polars'} & set(sys.modules)))")
        done = subprocess.run([sys.executable, "-B", "-c", program], capture_output=True,
                              text=True, cwd=os.path.join(ROOT, "bench"), check=False)
        self.assertEqual((done.stdout, done.stderr), ("[]\n", ""))

    def test_each_contender_says_what_it_does_or_why_not(self):
        for area in AREAS:
            for task in self.tasks(area, "full"):
                self.assertTrue(task.title, task.label)
                for contender in task.contenders:
                    self.assertTrue(contender.form or contender.cannot, task.label)

    @unittest.skipIf(np is None, "needs NumPy")
    def test_a_missing_library_is_missing(self):
        setting = setting_of(self.folder.name, "quick")
        setting = NoPeers(**{**vars(setting), "programs": {}})
        for area in AREAS:
            for task in importlib.import_module(f"suite.tasks.{area}").tasks(setting):
                for contender in task.contenders:
                    if contender.answer is None or contender.name in ("dict", "list", "NumPy"):
                        continue
                    with self.assertRaises(Missing, msg=f"{task.label} {contender.name}"):
                        contender.answer()


@unittest.skipIf(np is None, "needs NumPy")
class ModelTest(unittest.TestCase):
    def setUp(self):
        from suite.lines import Lines

        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        setting = setting_of(self.folder.name, "quick")
        self.setting, self.lines = setting, Lines(setting, setting.text("english"))

    def model(self, **arguments):
        from suite.vectorizers import Model

        return Model(self.setting, lambda: self.lines, **arguments)

    def test_ids(self):
        model = self.model(max_tokens=5)
        self.assertEqual(model.vocabulary, ["the", "cat", "sat"])
        flat, splits = model.expected(self.lines)
        self.assertEqual(flat.tolist(), [2, 3, 4, 1, 2, 1, 1, 3, 2, 1, 2])
        self.assertEqual(splits.tolist(), [0, 6, 6, 10, 11])

    def test_parts_for_each_core_are_put_together(self):
        from suite.cores import on_its_cores, parts_of
        from suite.vectorizers import joined

        raw = self.lines.raw
        self.assertEqual(parts_of(raw, 1), [raw])
        self.assertEqual(parts_of(raw, 3), [raw[:1], raw[1:2], raw[2:]])
        for threads in (1, 0):
            self.assertEqual(sum(on_its_cores(threads, raw, list)(), []), raw)
        flat, splits = joined([(np.array([5, 6]), np.array([0, 0, 2])),
                               (np.array([7]), np.array([0, 1]))])
        self.assertEqual((flat.tolist(), splits.tolist()), ([5, 6, 7], [0, 0, 2, 3]))

    def test_dense_ids_are_cut_and_padded(self):
        self.assertEqual(self.model(max_tokens=5, output_sequence_length=3).expected(
            self.lines).tolist(), [[2, 3, 4], [0, 0, 0], [1, 3, 2], [2, 0, 0]])

    def test_counts(self):
        model = self.model(max_tokens=3, output_mode="count")
        expected = model.expected(self.lines)
        self.assertEqual(expected["all"].tolist(), [[3, 2, 1], [0, 0, 0], [2, 1, 1], [0, 1, 0]])
        self.assertEqual(expected["known"].tolist(), [[2, 1], [0, 0], [1, 1], [1, 0]])

    def test_sparse_rows(self):
        model = self.model(max_tokens=3, output_mode="multi_hot", sparse=True)
        splits, columns, values = model.expected(self.lines)["known"]
        self.assertEqual(splits.tolist(), [0, 2, 2, 4, 5])
        self.assertEqual(columns.tolist(), [1, 2, 1, 2, 1])
        self.assertEqual(values.tolist(), [1, 1, 1, 1, 1])

    def test_weights(self):
        model = self.model(max_tokens=3, output_mode="tf_idf")
        weights = np.log(1 + 4 / (1 + np.array([3, 2]))).astype(np.float32)
        np.testing.assert_allclose(model.expected(self.lines)["all"][0],
                                   [3 * weights.mean(), 2 * weights[0], weights[1]], rtol=1e-6)

    def test_known_columns(self):
        from suite.tasks.vectorize import known_columns

        expected = self.model(max_tokens=3, output_mode="count").expected(self.lines)
        self.assertEqual(known_columns(("known", expected["known"]), expected), (0.0, ""))
        self.assertGreater(known_columns(("known", expected["known"] + 1), expected)[0], 0.5)
        sparse = self.model(max_tokens=3, output_mode="count", sparse=True).expected(self.lines)
        self.assertEqual(known_columns(("all", sparse["all"]), sparse), (0.0, ""))
        self.assertEqual(known_columns(("all", sparse["known"]), sparse)[0], 1.0)

    def test_adapt(self):
        from suite.adapters import Adapt, of_weights

        adapt = Adapt(self.setting)
        self.assertEqual(adapt.expected(self.lines).split(b"\n"),
                         [b"a", b"cat", b"dog", b"mat", b"on", b"sat", b"the"])
        self.assertEqual(Adapt(self.setting, max_tokens=4).expected(self.lines).tolist(), [2, 4])
        words, documents = Adapt(self.setting, output_mode="tf_idf").expected(self.lines)
        self.assertEqual(documents.tolist(), [1, 2, 1, 1, 1, 1, 3])
        self.assertEqual(of_weights(np.log(1 + 4 / (1 + documents)).astype("f"), 4).tolist(),
                         documents.tolist())


@unittest.skipIf(np is None, "needs NumPy")
class RowsTest(unittest.TestCase):
    def test_lengths_add_up(self):
        from suite.ragged_rows import Rows

        for seed in range(20):
            for least, most in ((0, 34), (500, 1500), (3, 3)):
                rows = Rows(None, seed, 10_000, least, most)
                self.assertEqual(rows.splits[-1], 10_000)
                self.assertEqual(len(rows.values), 10_000)
                self.assertGreaterEqual(rows.lengths.min(), 0)
                self.assertLessEqual(rows.lengths.max(), most)

    def test_numpy_agrees_with_what_is_expected(self):
        from suite.ragged_rows import Rows, contenders_of
        from suite.tasks.ragged import OPS, equal_of

        rows, seen = Rows(None, 1, 2000, 0, 34), 0
        for op in OPS:
            expected, equal = (op.expected(rows), op.lengths(rows)), equal_of(op, rows)
            for name, _, make, answer in contenders_of(op.name, rows):
                if name == "NumPy":
                    (values, lengths), seen = answer(make()()), seen + 1
                    self.assertEqual(equal((values, lengths), expected), (0.0, ""), op.name)
                    self.assertGreater(equal((values + 1, lengths), expected)[0], 0.5)
                    if lengths is not None:
                        where = equal((values, lengths[::-1]), expected)[1]
                        self.assertIn("lengths of rows", where, op.name)
        self.assertEqual(seen, 12)

    def test_rows_that_are_expected_have_all_values(self):
        from suite.ragged_rows import Rows
        from suite.tasks.ragged import OPS

        rows = Rows(None, 1, 2000, 0, 34)
        for op in OPS:
            lengths = op.lengths(rows)
            if lengths is not None:
                self.assertEqual(lengths.sum(), len(op.expected(rows)), op.name)

    def test_rows_of_words(self):
        from suite import word_rows

        with tempfile.TemporaryDirectory() as folder:
            rows = word_rows.WordRows(setting_of(folder, "quick"), 1, 20, 0, 8)
            lists = rows.lists(rows.values)
            self.assertEqual(rows.values[:7], b"the cat sat on the mat a".split())
            self.assertEqual(rows.values[10:12], [b"the", b"the"])  # the text comes again
            self.assertEqual([len(row) for row in lists], rows.lengths.tolist())
            self.assertEqual(sum(lists, []), rows.values)
            words, lengths = word_rows.expected("concat", rows)
            self.assertEqual(lengths.tolist(), (2 * rows.lengths).tolist())
            self.assertEqual(sorted(words.split(b"\n")), sorted(2 * rows.values))
            for op, row in (("slice", 8 * [b"abcd"]), ("reverse", [b"x"]), ("mask", [b"the"])):
                rows.__dict__.update(values=row, splits=np.array([0, len(row)]))
                words, lengths = word_rows.expected(op, rows)
                self.assertEqual((words, lengths.tolist()), (
                    b"" if op == "mask" else b"\n".join(row),
                    [0] if op == "mask" else [len(row)]), op)

    def test_every_library_has_rows_of_words_or_says_why_not(self):
        from suite import word_rows
        from suite.tasks.ragged import WORD_OPS

        with tempfile.TemporaryDirectory() as folder:
            rows = word_rows.WordRows(setting_of(folder, "quick"), 1, 100, 0, 34)
        for op, _, _, cannot in WORD_OPS:
            can = [name for name, *_ in word_rows.contenders_of(op, rows)]
            self.assertEqual(sorted([*can, *cannot]),
                             ["TensorFlow", "awkward", "polars", "pyarrow", "rowsplit"], op)

    def test_every_library_takes_part_or_says_why_not(self):
        from suite.ragged_rows import Rows, contenders_of
        from suite.tasks.ragged import OPS

        rows = Rows(None, 1, 100, 0, 34)
        for op in OPS:
            can = {name.split(",")[0] for name, *_ in contenders_of(op.name, rows)}
            self.assertEqual(sorted([*can, *op.cannot]), [
                "NumPy", "TensorFlow", "awkward", "polars", "pyarrow", "rowsplit", "torch"],
                op.name)


@unittest.skipIf(np is None, "needs NumPy")
class BagsTest(unittest.TestCase):
    def test_packed_rows_are_read_as_they_are_meant(self):
        from suite.bags import Table, row_bytes

        table = Table(None, 1, 3, "int8")
        rest = np.array([[0.5, -1]], np.float32).view(np.uint8)
        table.__dict__["stored"] = np.concatenate([np.uint8([[0, 2, 255]]), rest], 1)
        self.assertEqual(table.read(np.array([0])).tolist(), [[-1, 0, 126.5]])
        table = Table(None, 1, 3, "int4")
        rest = np.array([[0.5, -1]], np.float16).view(np.uint8)
        table.__dict__["stored"] = np.concatenate([np.uint8([[0x20, 0x0F]]), rest], 1)
        self.assertEqual(table.read(np.array([0])).tolist(), [[-1, 0, 6.5]])
        self.assertEqual(table.read(np.array([], int)).shape, (0, 3))
        self.assertEqual([row_bytes(f, 3) for f in ("float32", "float16", "int8", "int4")],
                         [12, 6, 11, 6])

    def test_bags(self):
        from suite.bags import Ids, Table, equal_bags, expected_bags

        table = Table(None, 3, 2, "float32")
        table.__dict__["stored"] = np.float32([[1, 2], [3, 4], [5, 0]])
        ids = Ids(None, lambda: (np.array([0, 1, 2]), np.array([0, 2, 2, 3])))
        for mode, first in (("sum", [4, 6]), ("mean", [2, 3]), ("max", [3, 4])):
            bags = expected_bags(table, ids, mode)
            self.assertEqual(bags.tolist(), [first, [0, 0], [5, 0]])
            other = bags.copy()
            other[1] = -9  # an empty bag
            self.assertEqual(equal_bags(table, ids)(other, bags), (0.0, ""))
            other[2, 1] += 1e-3
            self.assertIn("bag 2", equal_bags(table, ids)(other, bags)[1])
        self.assertEqual(ids.rows.tolist(), [0, 0, 2])


@unittest.skipIf(np is None, "needs NumPy")
class GradientsTest(unittest.TestCase):
    def work(self, mode):
        from suite.bags import Ids
        from suite.gradients import Gradients

        ids = Ids(None, lambda: (np.array([2, 0, 2, 2]), np.array([0, 3, 3, 4])))
        work = Gradients(None, 4, 1, ids, mode)
        work.__dict__["upstream"] = np.float32([[3], [5], [7]])
        return work

    def test_sums(self):
        for mode, per_id, sums in (("sum", [3, 3, 3, 7], [3, 13]), ("mean", [1, 1, 1, 7], [1, 9])):
            work = self.work(mode)
            self.assertEqual(work.per_id.ravel().tolist(), per_id)
            indices, values = work.slices
            self.assertEqual((indices.tolist(), values.ravel().tolist()), ([0, 2], sums))
            self.assertEqual(work.given[1].dtype, np.float32)

    def test_rows_of_results(self):
        from suite.gradients import rows_of

        for result in (([2, 0], [[5.0], [3.0]]), np.float32([[3], [0], [5]])):
            indices, values = rows_of(result)
            found = dict(zip(indices.tolist(), values.ravel().tolist()))
            self.assertEqual(found, {0: 3.0, 2: 5.0})

    def test_steps(self):
        from suite import gradients

        work = self.work("sum")
        before = work.values.ravel().astype(np.float64)
        for optimizer, size in (("sgd", lambda g: 3 * g),
                                ("adagrad", lambda g: sum(g / np.sqrt(0.1 + t * g * g)
                                                          for t in (1, 2, 3))),
                                ("adam", lambda g: 3)):  # of one gradient it keeps its pace
            moved = (before - gradients.expected_table(work, optimizer).ravel()) / gradients.RATE
            np.testing.assert_allclose(moved, [size(3.0), 0, size(13.0), 0], rtol=1e-4, atol=1e-5,
                                       err_msg=optimizer)

    def test_what_is_compared(self):
        from suite.tasks.embedding import equal_slices, equal_tables

        work = self.work("sum")
        indices, values = work.slices
        equal = equal_slices(work)
        self.assertEqual(equal((indices, values + 1e-6), work.slices), (0.0, ""))
        self.assertGreater(equal((indices, values + 1e-3), work.slices)[0], 0)
        self.assertIn("rows", equal((indices + 1, values), work.slices)[1])
        self.assertIn("rows", equal((indices[:1], values[:1]), work.slices)[1])
        table = np.float32([[0], [0], [0], [0]])
        for from_bags, less, more in ((False, 1e-8, 1e-6), (True, 3e-7, 1e-6)):
            equal = equal_tables(work, from_bags)
            self.assertEqual(equal(table + np.float32([[0], [0], [less], [0]]), table), (0.0, ""))
            self.assertEqual(equal(table + np.float32([[0], [0], [more], [0]]), table)[0], 0.25)

    def test_each_step_is_made_or_it_is_said_why_not(self):
        from suite import gradients
        from suite.tasks.embedding import step_task

        for optimizer in gradients.OPTIMIZERS:
            for from_bags in (True, False):
                task = step_task(self.work("sum"), optimizer, from_bags, 1)
                dense = ["torch, dense gradient", "TensorFlow, dense gradient"]
                self.assertEqual([contender.name for contender in task.contenders],
                                 ["rowsplit", "torch", "TensorFlow", "Keras",
                                  *dense * (from_bags and optimizer != "adam")])


class HowToTest(unittest.TestCase):
    def test_the_example_has_one_answer(self):
        with open(os.path.join(ROOT, "docs/howto/add_a_benchmark.md"), encoding="utf-8") as file:
            example = re.search("```python\n(.*?)```", file.read(), re.DOTALL)[1]
        names = {}
        exec(example, names)  # of our own
        with tempfile.TemporaryDirectory() as folder:
            (task,) = names["tasks"](setting_of(folder, "quick"))
            for contender in task.contenders:
                if contender.cannot or contender.name == "rowsplit":  # a program: smoke.py has it
                    continue
                try:
                    answer = contender.answer()
                except Missing:
                    continue
                tokens = (line.split() for line in TEXT.encode().split(b"\n")[:-1])
                self.assertEqual(answer, b"".join(b"\n".join([*row, b"\n"]) if row else b"\n"
                                                  for row in tokens), contender.name)


class PeersTest(unittest.TestCase):
    def test_what_torch_imports_later_comes_before_tensorflow(self):
        program = ("from suite import peers\nnames = []\n"
                   "peers.importlib.import_module = lambda name: names.append(name)\n"
                   "peers.THREADS.clear()\n"
                   "peers.load('numpy'); peers.load('tensorflow'); peers.load('keras')\n"
                   "print(names)")
        done = subprocess.run([sys.executable, "-B", "-c", program], text=True,
                              capture_output=True, cwd=os.path.join(ROOT, "bench"), check=False)
        self.assertEqual(done.stdout, "['numpy', 'torch._dynamo', 'tensorflow', 'keras']\n",
                         done.stderr)


if __name__ == "__main__":
    unittest.main()
