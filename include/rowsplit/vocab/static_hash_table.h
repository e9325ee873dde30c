#ifndef ROWSPLIT_VOCAB_STATIC_HASH_TABLE_H_
#define ROWSPLIT_VOCAB_STATIC_HASH_TABLE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// How a text file is a table, as tf.lookup.TextFileInitializer. A line ends at
// '\n'; one '\r' before it is dropped.
struct TextTableOptions {
  static constexpr int64_t kWholeLine = -2;
  static constexpr int64_t kLineNumber = -1;  // from 0, int64 only

  // kString or kInt64, and for values kFloat32, too.
  DType key_dtype = DType::kString;
  DType value_dtype = DType::kInt64;
  // kWholeLine, kLineNumber, or a column from 0. Only strings are whole lines.
  int64_t key_index = kWholeLine;
  int64_t value_index = kLineNumber;
  // What separates columns.
  char delimiter = '\t';
  // Lines after this many are not read, and fewer are an error; -1: all lines.
  int64_t vocab_size = -1;
  // Added to line numbers, of the values.
  int64_t value_index_offset = 0;
};

// A map from strings or integers to strings or numbers:
// tf.lookup.StaticHashTable. Immutable; copies share it.
//
//   auto table = *StaticHashTable::Create(keys, values, default_value);
//   table.Lookup(query)  // the value of each key, or the default value
class StaticHashTable {
 public:
  // Vectors of keys (strings, int64 or int32) and values (any dtype), as many,
  // and a scalar of the values' dtype. A key may come twice with the same
  // value. Fails with InvalidArgument if they do not fit or are empty, with
  // FailedPrecondition if a key has two values.
  static absl::StatusOr<StaticHashTable> Create(const Tensor& keys,
                                                const Tensor& values,
                                                const Tensor& default_value);
  // Fails with InvalidArgument for wrong options, an empty line, a missing
  // column, a field that is no number, fewer lines than vocab_size; with
  // OutOfRange for an empty file; with FailedPrecondition as above.
  static absl::StatusOr<StaticHashTable> FromFile(
      const std::string& path, const TextTableOptions& options,
      const Tensor& default_value);

  // The values, in the shape of the keys. Fails with InvalidArgument for keys
  // of another dtype; with Cancelled. Linear.
  absl::StatusOr<Tensor> Lookup(const Tensor& keys,
                                const ExecOptions& exec = {}) const;

  // The number of keys that differ.
  int64_t size() const;
  // What was given, each key once: two vectors.
  const Tensor& keys() const;
  const Tensor& values() const;
  const Tensor& default_value() const;

 private:
  struct State;
  explicit StaticHashTable(std::shared_ptr<const State> state)
      : state_(std::move(state)) {}

  std::shared_ptr<const State> state_;
};

// A StaticHashTable to int64 that gives other keys ids after its own:
// tf.lookup.StaticVocabularyTable. Copies share it.
//
//   auto table = *StaticVocabularyTable::Create(ids, 3);
//   table.Lookup(query)  // size of `ids` + Fingerprint64(key) mod 3, if absent
class StaticVocabularyTable {
 public:
  // The value -1 of a key counts as absent, as in TensorFlow. Fails with
  // InvalidArgument unless values are int64 and keys strings or int64, and
  // num_oov_buckets is positive.
  static absl::StatusOr<StaticVocabularyTable> Create(StaticHashTable table,
                                                      int64_t num_oov_buckets);

  // Integer keys of any width, hashed as decimal text.
  absl::StatusOr<Tensor> Lookup(const Tensor& keys,
                                const ExecOptions& exec = {}) const;

  // Keys and buckets.
  int64_t size() const { return table_.size() + num_oov_buckets_; }
  const StaticHashTable& table() const { return table_; }
  int64_t num_oov_buckets() const { return num_oov_buckets_; }

 private:
  StaticVocabularyTable(StaticHashTable table, int64_t num_oov_buckets)
      : table_(std::move(table)), num_oov_buckets_(num_oov_buckets) {}

  StaticHashTable table_;
  int64_t num_oov_buckets_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_VOCAB_STATIC_HASH_TABLE_H_
