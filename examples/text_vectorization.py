"""A vocabulary learned from lines, and what a text becomes in each mode. Its twin
in C++, text_vectorization.cc, prints the same."""

import os
import tempfile

import rowsplit as rs


def show(title, rows):
    print(f"{title}:", " / ".join(" ".join(str(item) for item in row) for row in rows))


lines = ["The crow sat on the mill.", "The miller fed the crow."]
texts = ["Crow, THE crow!", "", "the crow fed a cat"]

# [int]
layer = rs.TextVectorization(ragged=True)
layer.adapt(lines)
ids = layer(texts)
# [int]
show("vocabulary", [layer.get_vocabulary(include_special_tokens=False)])
show("ids", ids.to_list())

# [count]
pairs = rs.TextVectorization(ngrams=2, output_mode="count", max_tokens=4)
pairs.adapt(lines)
# [count]
show("columns", [pairs.get_vocabulary()])
show("counts", pairs(texts).tolist())

# [tf_idf]
weighted = rs.TextVectorization(output_mode="tf_idf", max_tokens=3)
weighted.adapt(lines)
# [tf_idf]
show("weights", [[f"{weight:.3f}" for weight in weighted.idf_weights]])

# [steps]
numbers = rs.TextVectorization(
    steps=[{"step": "replace", "pattern": "[0-9]+", "rewrite": "0"}],
    vocabulary=["0", "mills"], output_sequence_length=3)
# [steps]
show("with steps", numbers(["1984 mills", "7"]).tolist())

# [save]
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "layer.json")
    layer.save(path)
    loaded = rs.TextVectorization.load(path, ragged=True)
# [save]
show("loaded", loaded(texts).to_list())
