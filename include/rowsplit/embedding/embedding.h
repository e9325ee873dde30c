#ifndef ROWSPLIT_EMBEDDING_EMBEDDING_H_
#define ROWSPLIT_EMBEDDING_EMBEDDING_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/load_report.h"
#include "rowsplit/embedding/subwords.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

// How an embedding is stored.
enum class EmbeddingFormat : uint8_t {
  // "frozen": a file that is mapped, with all that an Embedding has (.rse).
  kFrozen,
  // "npy": NumPy's array file; the tokens are in a vocabulary file of its own.
  kNpy,
  // "npz": NumPy's archive of arrays, likewise.
  kNpz,
  // "safetensors": a file of named tensors, likewise.
  kSafetensors,
  // "glove": a line of text for each row: the token and its numbers (.txt).
  kGlove,
  // "word2vec": the same behind a line with the number of rows and the width
  // (.vec); word2vec's and fastText's text.
  kWord2Vec,
  // "word2vec-binary": that line, then for each row its token and its floats as
  // bytes.
  kWord2VecBinary,
  // "fasttext": a fastText model (.bin), with its subwords. It is only read.
  kFastText,
};

// The words above.
std::string_view EmbeddingFormatName(EmbeddingFormat format);
// Fails with InvalidArgument that lists the words.
absl::StatusOr<EmbeddingFormat> ParseEmbeddingFormat(std::string_view name);

struct LoadOptions {
  // Unset: found from the first bytes. Text and binary files of word2vec and
  // fastText may be gzip or zstd data.
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
  // Of rows with names: what to do about those that are broken. A token that
  // comes twice keeps its first row. load_report() counts both.
  ErrorPolicy errors = ErrorPolicy::kStrict;
  // The file's SHA-256 in hexadecimal, of a URL or a path. Empty: not checked.
  std::string sha256 = {};
  // Of URLs, as in FetchOptions.
  std::string cache_folder = {};
  bool offline = false;
  // Of a frozen file: how much of it is read at once. The CRC of an npz array
  // that is not compressed is compared with kFull only.
  ChecksumMode checksum = ChecksumMode::kSampled;
  ExecOptions exec = {};
};

struct SaveOptions {
  // Unset: found from the name's ending.
  std::optional<EmbeddingFormat> format = std::nullopt;
  // How rows are stored. Unset: as in the table where the format can, else as
  // float32. npy and npz hold float32 and float16, safetensors bfloat16 too.
  std::optional<RowFormat> row_format = std::nullopt;
  // Of npz and safetensors: the name of the array.
  std::string tensor = "embedding";
  // Of npy, npz and safetensors: the vocabulary file to write. Its ending says
  // its format: .json, .rsv (frozen), or else a token a line. Empty:
  // `<path without its ending>.vocab.txt`. It must not be `path` itself.
  std::string vocabulary = {};
  ExecOptions exec = {};
};

// What becomes of a token without a row.
enum class MissingRows : uint8_t {
  kZeros,
  // The mean of all rows of the embedding.
  kMean,
  // Random, by AlignOptions::uniform.
  kUniform,
  // AlignTo fails with NotFound, which names the first of them.
  kError,
};

struct AlignOptions {
  // A token that is not there is looked for with its ASCII letters in lower
  // case.
  bool lower_case = false;
  // Other spellings to look for, one for each token (or none at all): after the
  // token itself, before its lower case. For the lower case of all scripts,
  // `ToLowerUnicode(vocabulary.tokens())`.
  StringTensor alternatives = {};
  // A token that is not found gets what its subwords make, if the embedding has
  // subwords.
  bool subwords = true;
  // What the others get.
  MissingRows missing = MissingRows::kZeros;
  // For kUniform; the format does not matter, as rows keep the table's.
  UniformInitOptions uniform = {};
  ExecOptions exec = {};
};

// How the rows of an aligned table were found. The counts add up to the tokens.
struct AlignReport {
  int64_t num_found = 0;         // as they are
  int64_t num_alternatives = 0;  // in another spelling
  int64_t num_lower_case = 0;
  int64_t num_subwords = 0;  // made of subwords
  int64_t num_missing = 0;
  // The ids of the missing tokens, in order.
  Buffer<int64_t> missing_ids = {};
  // The tokens themselves.
  StringTensor missing_tokens = {};
};

struct AlignedEmbedding {
  // Row i is the vector of the vocabulary's token i.
  EmbeddingTable table;
  AlignReport report;
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
  // none, and the subwords have the table's width, or there are none.
  static absl::StatusOr<Embedding> FromParts(Vocabulary vocabulary,
                                             EmbeddingTable table,
                                             SubwordRows subwords = {});

  // Reads an embedding from a file, or from a URL by way of Fetch. Files in the
  // forms frozen, npy, safetensors and npz (if not compressed) are mapped, not
  // read, where their rows are float32, float16 or bfloat16 in C order and the
  // machine's byte order.
  //
  // Fails with NotFound or PermissionDenied for a file that can't be read, with
  // DataLoss for one that is damaged or shorter than it says, with
  // InvalidArgument for one of another kind or without the array that is asked
  // for. No memory is taken for what a file only promises.
  //
  //   Embedding::Load("https://example.org/words.vec.gz",
  //                   {.sha256 = "9f86…"});
  static absl::StatusOr<Embedding> Load(const std::string& path_or_url,
                                        const LoadOptions& options = {});

  // Writes the embedding to `path`, whole or not at all, over an earlier file.
  // In the forms npy, npz and safetensors a factorized table is multiplied out,
  // and the tokens go to a file beside it, which is written first. Fails with
  // InvalidArgument if the format can't hold the rows or a token, which is
  // named.
  absl::Status Save(const std::string& path,
                    const SaveOptions& options = {}) const;

  // A table with a row for each token of `vocabulary`, and a report of what was
  // missing. Rows keep their format; a factorized table stays one, unless
  // rows are random or made of subwords: then it is multiplied out.
  //
  //   auto aligned = embedding.AlignTo(words, {.lower_case = true});
  //   aligned->report.num_missing;
  //
  // Fails with InvalidArgument for `alternatives` of another size.
  absl::StatusOr<AlignedEmbedding> AlignTo(
      const Vocabulary& vocabulary, const AlignOptions& options = {}) const;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  const EmbeddingTable& table() const { return table_; }
  // The vectors of words without a row; no buckets if there are none.
  const SubwordRows& subwords() const { return subwords_; }
  int64_t num_rows() const { return table_.num_rows(); }
  int64_t width() const { return table_.width(); }

  // What Load left out or mended.
  const LoadReport& load_report() const { return load_report_; }

  // The row of `token`, or -1.
  int64_t Find(std::string_view token) const { return vocabulary_.Find(token); }

  // The vector of a token: its row, or without one what its subwords make.
  // NotFound, naming it, for one that has neither; InvalidArgument unless
  // `vector` has the table's width.
  absl::Status Vector(std::string_view token, std::span<float> vector) const;

 private:
  Embedding(Vocabulary vocabulary, EmbeddingTable table, SubwordRows subwords);
  static absl::StatusOr<Embedding> FromFile(const Buffer<char>& file,
                                            const std::string& path,
                                            EmbeddingFormat format,
                                            const LoadOptions& options);

  Vocabulary vocabulary_;
  EmbeddingTable table_;
  SubwordRows subwords_;
  LoadReport load_report_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_EMBEDDING_H_
