"""A next-word model trained by PyTorch around rowsplit's bag: ten words in, the
word that follows out. Its twin in C++, next_word.cc, trains without PyTorch.

  rowsplit prepare --config data_samples/corpus.toml --format npy --output out/windows
  next_word.py out/windows                    the words' rows one after the other
  next_word.py out/windows --pool mean        the mean of the words' rows

Each epoch prints loss and accuracy on the windows of the last shard, which was
held out, beside what two tables of counts reach. Then --prompt is continued.
"""

import argparse
import glob
import sys

import numpy as np

import rowsplit as rs

try:
    import torch
except ImportError:
    print("next_word.py needs PyTorch: pip install torch", file=sys.stderr)
    sys.exit(77)

CONTEXT = 10  # words before the one to tell
FIRST_WORD = 2  # 0 is padding, 1 is [UNK]


# [bag]
class Bag(torch.autograd.Function):
    """A row for each bag of ids: of a torch tensor, which is not copied."""

    @staticmethod
    def forward(ctx, table, ids, offsets, mode):
        ctx.save_for_backward(table)
        ctx.bags = ids, offsets, mode
        return torch.from_numpy(rs.embedding_bag(table.detach(), ids, offsets, mode=mode))

    @staticmethod
    def backward(ctx, upstream):
        (table,), (ids, offsets, mode) = ctx.saved_tensors, ctx.bags
        rows, _ = rs.embedding_bag_gradient(
            table.detach(), ids, upstream, offsets, mode=mode)
        gradient = torch.sparse_coo_tensor(
            torch.from_numpy(rows.indices)[None], torch.from_numpy(rows.values),
            table.shape)
        return gradient, None, None, None
# [bag]


class Model(torch.nn.Module):
    def __init__(self, counts, pool, width, hidden):
        super().__init__()
        self.pool = pool
        self.table = torch.nn.Parameter(torch.empty(len(counts), width).uniform_(-0.1, 0.1))
        self.hidden = torch.nn.Linear(width * (CONTEXT if pool == "concat" else 1), hidden)
        self.output = torch.nn.Linear(hidden, len(counts))
        with torch.no_grad():  # begins with answers as the counts have them
            self.output.weight *= 0.1
            self.output.bias.copy_(torch.from_numpy(np.log(counts + 0.5)))

    def forward(self, contexts):
        """Of ids, [contexts, 10], with padding before the first word."""
        if self.pool == "concat":  # each id is a bag
            ids, offsets = contexts.ravel(), np.arange(contexts.size)
            inputs = Bag.apply(self.table, ids, offsets, "sum").reshape(len(contexts), -1)
        else:
            is_word = contexts > 0
            offsets = np.cumsum(is_word.sum(axis=1)) - is_word.sum(axis=1)
            inputs = Bag.apply(self.table, contexts[is_word], offsets, "mean")
        return self.output(torch.tanh(self.hidden(inputs)))


def read(paths):
    """The windows of shards: ten ids and a label each."""
    ids = np.concatenate([np.load(path + ".ids.npy") for path in paths])
    labels = np.concatenate([np.load(path + ".labels.npy") for path in paths])
    return np.concatenate([ids, labels[:, None]], axis=1).astype(np.int64)


def beginnings(windows, lengths):
    """Contexts of these lengths, padded in front to ten, and what follows."""
    contexts, labels = [], []
    for length in lengths:
        padding = np.zeros([len(windows), CONTEXT - length], np.int64)
        contexts.append(np.concatenate([padding, windows[:, :length]], axis=1))
        labels.append(windows[:, length])
    contexts, labels = np.concatenate(contexts), np.concatenate(labels)
    is_known = labels >= FIRST_WORD
    return contexts[is_known], labels[is_known]


def bigram_accuracy(train, held_out, default):
    best = {}
    pairs, counts = np.unique(np.stack([train[0][:, -1], train[1]]), axis=1,
                              return_counts=True)
    for (word, following), count in zip(pairs.T.tolist(), counts.tolist()):
        if count > best.get(word, (0, 0))[0]:
            best[word] = count, following
    answers = [best.get(word, (0, default))[1] for word in held_out[0][:, -1].tolist()]
    return np.mean(answers == held_out[1])


def evaluate(model, contexts, labels):
    with torch.no_grad():
        scores = [model(part) for part in np.array_split(contexts, len(contexts) // 512 + 1)]
        scores, labels = torch.cat(scores), torch.from_numpy(labels)
        loss = torch.nn.functional.cross_entropy(scores, labels).item()
        return loss, (scores.argmax(axis=1) == labels).double().mean().item()


def train_epoch(model, optimizer, contexts, labels, batch):
    order = torch.randperm(len(labels)).numpy()
    total = 0.0
    for begin in range(0, len(order), batch):
        rows = order[begin:begin + batch]
        loss = torch.nn.functional.cross_entropy(
            model(contexts[rows]), torch.from_numpy(labels[rows]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(order)


def continue_line(model, vocabulary, line, num_words):
    """Adds words to a line: each is drawn from the five likeliest ones."""
    # An unknown word, -1 in the vocabulary, is id 1.
    ids = (vocabulary.lookup(line.lower().split()) + FIRST_WORD).tolist()
    words = []
    for _ in range(num_words):
        context = np.int64(([0] * CONTEXT + ids)[-CONTEXT:])[None]
        with torch.no_grad():
            likeliest = model(context)[0, FIRST_WORD:].softmax(0).topk(5)
        drawn = likeliest.indices[likeliest.values.multinomial(1)].item()
        ids.append(drawn + FIRST_WORD)
        words.append(vocabulary[drawn].decode())
    print(line, "…", *words)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", help="what `rowsplit prepare` wrote")
    parser.add_argument("--pool", choices=["concat", "mean"], default="concat")
    parser.add_argument("--prompt", default="The crow sat on the")
    for name, default in (("epochs", 6), ("width", 16), ("hidden", 32), ("batch", 16),
                          ("words", 20), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--rate", type=float, default=0.05)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.sparse.check_sparse_tensor_invariants.disable()  # rowsplit's hold
    torch.set_num_threads(1)  # layers this small gain nothing from more

    shards = sorted(path.removesuffix(".ids.npy")
                    for path in glob.glob(f"{options.folder}/*.ids.npy"))
    vocabulary = rs.Vocabulary.from_file(f"{options.folder}/vocab.txt")
    train = beginnings(read(shards[:-1]), range(1, CONTEXT + 1))
    held_out = beginnings(read(shards[-1:]), [CONTEXT])
    counts = np.bincount(train[1], minlength=len(vocabulary) + FIRST_WORD)
    commonest = int(counts.argmax())
    constant = np.mean(held_out[1] == commonest)
    bigram = bigram_accuracy(train, held_out, commonest)
    print(f"{len(train[1])} examples to learn from, {len(held_out[1])} windows held out, "
          f"{len(counts)} ids")
    print(f"always '{vocabulary[commonest - FIRST_WORD].decode()}': {100 * constant:.2f} %")
    print(f"bigram table: {100 * bigram:.2f} %")

    model = Model(counts, options.pool, options.width, options.hidden)
    optimizer = torch.optim.Adagrad(model.parameters(), lr=options.rate,
                                    initial_accumulator_value=0.01)
    print("epoch  loss learning  held out  accuracy")
    for epoch in range(1, options.epochs + 1):
        learning = train_epoch(model, optimizer, *train, options.batch)
        loss, accuracy = evaluate(model, *held_out)
        print(f"{epoch:5}{learning:15.2f}{loss:10.2f}{100 * accuracy:8.2f} %", flush=True)
    is_better = accuracy > max(constant, bigram)
    print(f"the model is {'better than' if is_better else 'no better than'} the tables")
    continue_line(model, vocabulary, options.prompt, options.words)


if __name__ == "__main__":
    main()
