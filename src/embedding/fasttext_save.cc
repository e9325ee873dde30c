#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/status_macros.h"
#include "embedding/fasttext.h"
#include "embedding/named_rows.h"
#include "rowsplit/core/row_format.h"

namespace rowsplit::internal {

namespace {

static_assert(std::endian::native == std::endian::little);

template <typename T>
absl::Status Put(T value, AtomicFile& file) {
  return file.Append({reinterpret_cast<const char*>(&value), sizeof value});
}

absl::Status CheckModel(const FastTextModel& model) {
  const int64_t num_entries = model.entries.size();
  const bool fits =
      num_entries <= INT32_MAX && model.num_words >= 0 &&
      model.num_words <= num_entries &&
      static_cast<int64_t>(model.counts.size()) == num_entries &&
      model.input.width() == model.args.dim && !model.input.is_factorized() &&
      model.input.format() == RowFormat::kFloat32 && !model.is_pruned &&
      model.input.num_rows() == model.num_words + model.args.num_buckets;
  if (!fits) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "a fastText model must have float32 rows for words and buckets and a "
        "count for each entry, and not be pruned: %d entries, %d words, %d "
        "counts, %d buckets, rows %d of %d, dim %d",
        num_entries, model.num_words, model.counts.size(),
        model.args.num_buckets, model.input.num_rows(), model.input.width(),
        model.args.dim));
  }
  for (int64_t i = 0; i < num_entries; ++i) {
    if (model.entries[i].find('\0') == std::string_view::npos) continue;
    return absl::InvalidArgumentError(
        absl::StrFormat("a fastText model can't hold the token of row %d: it "
                        "has a NUL byte: %s",
                        i, Quoted(model.entries[i])));
  }
  return absl::OkStatus();
}

absl::Status PutHeader(const FastTextArgs& args, AtomicFile& file) {
  for (const int32_t value :
       {793712314, 12, args.dim, args.window, args.epochs, args.min_count,
        args.negatives, args.word_ngrams, args.loss, args.model,
        args.num_buckets, args.min_n, args.max_n, args.lr_update_rate}) {
    ROWSPLIT_RETURN_IF_ERROR(Put(value, file));
  }
  return Put(args.sampling_threshold, file);
}

absl::Status PutDictionary(const FastTextModel& model, AtomicFile& file) {
  const int64_t num_entries = model.entries.size();
  for (const int64_t size :
       {num_entries, model.num_words, num_entries - model.num_words}) {
    ROWSPLIT_RETURN_IF_ERROR(Put(static_cast<int32_t>(size), file));
  }
  ROWSPLIT_RETURN_IF_ERROR(Put(model.num_tokens, file));
  ROWSPLIT_RETURN_IF_ERROR(Put(int64_t{-1}, file));  // not pruned
  for (int64_t i = 0; i < num_entries; ++i) {
    ROWSPLIT_RETURN_IF_ERROR(file.Append(model.entries[i]));
    ROWSPLIT_RETURN_IF_ERROR(Put('\0', file));
    ROWSPLIT_RETURN_IF_ERROR(Put(model.counts[static_cast<size_t>(i)], file));
    const char type = i < model.num_words ? 0 : 1;
    ROWSPLIT_RETURN_IF_ERROR(Put(type, file));
  }
  return absl::OkStatus();
}

absl::Status PutMatrixHead(int64_t num_rows, int64_t width, AtomicFile& file) {
  ROWSPLIT_RETURN_IF_ERROR(Put('\0', file));  // not quantized
  ROWSPLIT_RETURN_IF_ERROR(Put(num_rows, file));
  return Put(width, file);
}

}  // namespace

absl::Status WriteFastTextModel(const FastTextModel& model,
                                const std::string& path) {
  ROWSPLIT_RETURN_IF_ERROR(CheckModel(model));
  ROWSPLIT_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Open(path, {}));
  ROWSPLIT_RETURN_IF_ERROR(PutHeader(model.args, file));
  ROWSPLIT_RETURN_IF_ERROR(PutDictionary(model, file));
  ROWSPLIT_RETURN_IF_ERROR(
      PutMatrixHead(model.input.num_rows(), model.input.width(), file));
  const Buffer<std::byte>& rows = model.input.bytes();
  ROWSPLIT_RETURN_IF_ERROR(
      file.Append({reinterpret_cast<const char*>(rows.data()), rows.size()}));
  ROWSPLIT_RETURN_IF_ERROR(PutMatrixHead(0, model.input.width(), file));
  return file.Commit();
}

}  // namespace rowsplit::internal
