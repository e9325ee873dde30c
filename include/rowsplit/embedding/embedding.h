#ifndef ROWSPLIT_EMBEDDING_EMBEDDING_H_
#define ROWSPLIT_EMBEDDING_EMBEDDING_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

// How an embedding is stored.
enum class EmbeddingFormat : uint8_t {
  // "frozen": a file that is mapped, with all that an Embedding has.
  kFrozen,
  // "npy": NumPy's array file; the tokens are in a vocabulary file of its own.
  kNpy,
  // "npz": NumPy's archive of arrays, likewise.
  kNpz,
  // "safetensors": a file of named tensors, likewise.
  kSafetensors,
};

// The words above.
std::string_view EmbeddingFormatName(EmbeddingFormat format);
// Fails with InvalidArgument that lists the words.
absl::StatusOr<EmbeddingFormat> ParseEmbeddingFormat(std::string_view name);

struct LoadOptions {
  // Unset: found from the first bytes and, where these are plain text, from the
  // name's ending.
  std::optional<EmbeddingFormat> format = std::nullopt;
  // Of npz and safetensors: the array to take. Empty: the only one with two
  // dimensions.
  std::string tensor = {};
  // Of npy, npz and safetensors: the file with the tokens, of any format that
  // ReadVocabulary takes. Empty: `<path without its ending>.vocab.txt` if it is
  // there, else the embedding has no tokens.
  std::string vocabulary = {};
  // Read no more rows than this; -1 means all.
  int64_t max_rows = -1;
  ExecOptions exec = {};
};

// A table of vectors with the tokens that its rows belong to: the vector of the
// token with id i is row i. Immutable; copies share memory. Safe to read from
// any number of threads.
//
//   auto embedding = Embedding::Load("glove.6B.300d.npy");
//   std::vector<float> vector(embedding->width());
//   embedding->Vector("the", vector);
class Embedding {
 public:
  // No rows.
  Embedding() = default;

  // Fails with InvalidArgument unless there are as many tokens as rows, or
  // none.
  static absl::StatusOr<Embedding> FromParts(Vocabulary vocabulary,
                                             EmbeddingTable table);

  // Reads an embedding from a file.
  static absl::StatusOr<Embedding> Load(const std::string& path,
                                        const LoadOptions& options = {});

  const Vocabulary& vocabulary() const { return vocabulary_; }
  const EmbeddingTable& table() const { return table_; }
  int64_t num_rows() const { return table_.num_rows(); }
  int64_t width() const { return table_.width(); }

  // The row of `token`, or -1.
  int64_t Find(std::string_view token) const { return vocabulary_.Find(token); }

  // The vector of a token. NotFound, naming it, for one that has none;
  // InvalidArgument unless `vector` has the table's width.
  absl::Status Vector(std::string_view token, std::span<float> vector) const;

 private:
  Embedding(Vocabulary vocabulary, EmbeddingTable table);

  Vocabulary vocabulary_;
  EmbeddingTable table_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_EMBEDDING_H_
