// rowsplit.SubwordRows and rowsplit.HashedRows.

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "bindings.h"
#include "convert.h"
#include "embedding_argument.h"
#include "numpy_array.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/hashed_rows.h"
#include "rowsplit/embedding/subwords.h"
#include "rowsplit/ragged/tensor.h"
#include "status.h"
#include "strings_argument.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

constexpr std::pair<std::string_view, RowHash> kHashes[] = {
    {"farmhash", RowHash::kFarmHash}, {"xxh3", RowHash::kXxh3}};

// An axis more than the words have.
template <typename Rows>
nb::object ReadVectors(const Rows& rows, nb::handle input, int num_threads) {
  Call call;
  const Tensor words = TakeStrings(call, input);
  const Tensor made = ValueOrRaise(Call::Run([&]() -> absl::StatusOr<Tensor> {
    auto vectors =
        rows.ReadVectors(words.strings(), {.num_threads = num_threads});
    if (!vectors.ok()) return vectors.status();
    std::vector<int64_t> shape = words.flat_shape();
    shape.push_back(rows.width());
    auto shaped = Tensor::Dense(vectors->template buffer<float>(), shape);
    if (!shaped.ok() || !words.is_ragged()) return shaped;
    return words.WithFlatValues(*std::move(shaped));
  }));
  return made.is_ragged() ? call.Give(made) : GiveWritableArray(made);
}

template <typename Rows>
nb::object FindBuckets(const Rows& rows, nb::handle input) {
  Call call;
  const Tensor word = TakeStrings(call, input);
  if (word.is_ragged() || word.rank() != 0)
    throw nb::type_error("the word must be one str or bytes");
  std::vector<int64_t> buckets;
  rows.FindBuckets(word.strings()[0], buckets);
  return GiveWritableArray(Tensor::Vector(Buffer<int64_t>::Copy(buckets)));
}

template <typename Rows>
void BindRows(nb::class_<Rows>& rows) {
  rows.def("vectors", &ReadVectors<Rows>, "words"_a, "num_threads"_a = 0,
           "The vectors of words of any shape, as float32: an axis more.");
  rows.def("find_buckets", &FindBuckets<Rows>, "word"_a,
           "The buckets of a word, whose rows make its vector.");
  rows.def_prop_ro(
      "buckets",
      [](const Rows& self) { return PyEmbeddingTable{self.buckets()}; },
      "The table of the buckets' rows.");
  rows.def_prop_ro(
      "width", [](const Rows& self) { return self.width(); },
      "The items of a vector.");
}

}  // namespace

void BindEmbeddingRows(nb::module_& m) {
  nb::class_<SubwordRows> subwords(
      m, "SubwordRows",
      "Vectors of words from their parts, as fastText makes them: the mean of "
      "the rows of the buckets that the n-grams of '<word>' hash to, with "
      "`min_chars` to `max_chars` characters. `buckets` is an EmbeddingTable "
      "or a matrix. Immutable.\n\n"
      ">>> rows = rs.SubwordRows(np.float32([[1, 2], [4, 5]]), 3, 3)\n"
      ">>> rows.find_buckets('cat').tolist()\n"
      "[1, 1, 0]\n"
      ">>> rows.vectors(['cat']).tolist()\n"
      "[[3.0, 4.0]]");
  subwords.def(
      "__init__",
      [](SubwordRows* self, nb::handle buckets, nb::handle min_chars,
         nb::handle max_chars) {
        new (self) SubwordRows(ValueOrRaise(SubwordRows::Create(
            TakeTable(buckets),
            {.min_chars = Call::TakeInt64(min_chars, "min_chars"),
             .max_chars = Call::TakeInt64(max_chars, "max_chars")})));
      },
      "buckets"_a, "min_chars"_a = 3, "max_chars"_a = 6);
  BindRows(subwords);
  nb::class_<HashedRows> hashed(
      m, "HashedRows",
      "Vectors of words that no vocabulary has: the mean, or with mean=False "
      "the sum, of the rows of the `num_hashes` buckets that a word hashes "
      "to. The hash is 'farmhash', with which the first bucket is that of "
      "tf.strings.to_hash_bucket_fast, or 'xxh3'. `buckets` is an "
      "EmbeddingTable or a matrix. Immutable.\n\n"
      ">>> rows = rs.HashedRows(np.float32([[1, 2], [3, 4]]))\n"
      ">>> rows.find_buckets('a').tolist() == "
      "rs.strings.to_hash_bucket_fast(['a'], 2).tolist()\n"
      "True\n"
      ">>> rows.vectors(['a', 'b']).shape\n"
      "(2, 2)");
  hashed.def(
      "__init__",
      [](HashedRows* self, nb::handle buckets, const std::string& hash,
         nb::handle num_hashes, bool mean) {
        new (self) HashedRows(ValueOrRaise(HashedRows::Create(
            TakeTable(buckets),
            {.hash = TakeWord(hash, "hash", kHashes),
             .num_hashes = Call::TakeInt64(num_hashes, "num_hashes"),
             .mean = mean})));
      },
      "buckets"_a, nb::kw_only(), "hash"_a = "farmhash", "num_hashes"_a = 1,
      "mean"_a = true);
  BindRows(hashed);
}

}  // namespace rowsplit::python
