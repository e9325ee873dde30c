#include "embedding/fasttext.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/decoded_stream.h"
#include "core/status_macros.h"
#include "embedding/named_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/subwords.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr int32_t kMagic = 793712314;
constexpr int32_t kVersion = 12;
// Supervised models of this version say a max_n that they do not use.
constexpr int32_t kOldVersion = 11;
constexpr int32_t kSupervised = 3;
constexpr uint8_t kWord = 0;
constexpr uint8_t kLabel = 1;
// A word has up to 256 subwords a byte, of eight bytes each in memory.
constexpr size_t kMaxTokenBytes = size_t{16} << 10;
// An entry of the dictionary: an empty token, its count and its type.
constexpr int64_t kMinEntryBytes = 1 + 8 + 1;

// Takes values off the front of a file.
class FileReader {
 public:
  FileReader(std::string_view bytes, const std::string& name)
      : bytes_(bytes), name_(name) {}

  // The part of the file that is read next, for messages.
  void Enter(std::string_view part) { part_ = part; }

  template <typename T>
  absl::Status Take(T& value) {
    if (rest() < static_cast<int64_t>(sizeof value)) return EndsInside();
    std::memcpy(&value, bytes_.data() + position_, sizeof value);
    position_ += sizeof value;
    return absl::OkStatus();
  }

  // The bytes before the next NUL, which is taken too.
  absl::Status TakeToken(std::string_view& token) {
    const size_t end =
        bytes_.substr(0, position_ + kMaxTokenBytes).find('\0', position_);
    if (end == std::string_view::npos) {
      if (bytes_.size() - position_ < kMaxTokenBytes) return EndsInside();
      return Broken("a token without an end");
    }
    token = bytes_.substr(position_, end - position_);
    position_ = end + 1;
    return absl::OkStatus();
  }

  // Fails unless `count` items of at least `item_bytes` may follow.
  absl::Status CheckRoom(int64_t count, int64_t item_bytes) {
    if (count >= 0 && count <= rest() / item_bytes) return absl::OkStatus();
    is_short_ = count >= 0;
    return absl::DataLossError(absl::StrFormat(
        "%s: %s promises %d items, the %d bytes after it hold at most %d",
        name_, part_, count, rest(), rest() / item_bytes));
  }

  absl::Status Broken(std::string_view what) const {
    return absl::DataLossError(absl::StrFormat("%s: %s, before byte %d: %s",
                                               name_, part_, position_, what));
  }

  // Whether what failed is that the file ends.
  bool is_short() const { return is_short_; }
  size_t position() const { return position_; }
  int64_t rest() const {
    return static_cast<int64_t>(bytes_.size() - position_);
  }

 private:
  absl::Status EndsInside() {
    is_short_ = true;
    return absl::DataLossError(
        absl::StrFormat("%s: the file ends inside %s, which begins before "
                        "byte %d",
                        name_, part_, position_));
  }

  const std::string_view bytes_;
  const std::string& name_;
  size_t position_ = 0;
  std::string_view part_ = "the header";
  bool is_short_ = false;
};

absl::Status ReadHeader(FileReader& reader, const std::string& name,
                        FastTextArgs& args) {
  int32_t magic = 0;
  int32_t version = 0;
  if (!reader.Take(magic).ok() || magic != kMagic) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: no fastText model", name));
  }
  ROWSPLIT_RETURN_IF_ERROR(reader.Take(version));
  if (version != kVersion && version != kOldVersion) {
    return absl::UnimplementedError(absl::StrFormat(
        "%s: a fastText model of version %d; versions %d and %d can be read",
        name, version, kOldVersion, kVersion));
  }
  reader.Enter("the arguments");
  for (int32_t* const value :
       {&args.dim, &args.window, &args.epochs, &args.min_count, &args.negatives,
        &args.word_ngrams, &args.loss, &args.model, &args.num_buckets,
        &args.min_n, &args.max_n, &args.lr_update_rate}) {
    ROWSPLIT_RETURN_IF_ERROR(reader.Take(*value));
  }
  ROWSPLIT_RETURN_IF_ERROR(reader.Take(args.sampling_threshold));
  if (args.dim < 1 || args.num_buckets < 0 || args.min_n < 0 ||
      args.max_n < 0) {
    return reader.Broken(absl::StrFormat("dim=%d, bucket=%d, minn=%d, maxn=%d",
                                         args.dim, args.num_buckets, args.min_n,
                                         args.max_n));
  }
  if (version == kOldVersion && args.model == kSupervised) args.max_n = 0;
  return absl::OkStatus();
}

absl::Status ReadEntries(FileReader& reader, int32_t num_entries,
                         FastTextModel& model) {
  StringTensorBuilder entries;
  BufferBuilder<int64_t> counts(static_cast<size_t>(num_entries));
  for (int32_t i = 0; i < num_entries; ++i) {
    std::string_view token;
    uint8_t type = 0;
    ROWSPLIT_RETURN_IF_ERROR(reader.TakeToken(token));
    ROWSPLIT_RETURN_IF_ERROR(reader.Take(counts[static_cast<size_t>(i)]));
    ROWSPLIT_RETURN_IF_ERROR(reader.Take(type));
    if (type != (i < model.num_words ? kWord : kLabel)) {
      return reader.Broken(
          absl::StrFormat("entry %d of %d words, then labels, has the type %d",
                          i, model.num_words, type));
    }
    entries.Append(token);
  }
  model.entries = std::move(entries).Build();
  model.counts = std::move(counts).Build();
  return absl::OkStatus();
}

absl::Status ReadDictionary(FileReader& reader, FastTextModel& model) {
  reader.Enter("the dictionary");
  int32_t num_entries = 0;
  int32_t num_words = 0;
  int32_t num_labels = 0;
  int64_t num_pruned = 0;
  ROWSPLIT_RETURN_IF_ERROR(reader.Take(num_entries));
  ROWSPLIT_RETURN_IF_ERROR(reader.Take(num_words));
  ROWSPLIT_RETURN_IF_ERROR(reader.Take(num_labels));
  ROWSPLIT_RETURN_IF_ERROR(reader.Take(model.num_tokens));
  ROWSPLIT_RETURN_IF_ERROR(reader.Take(num_pruned));
  ROWSPLIT_RETURN_IF_ERROR(reader.CheckRoom(num_entries, kMinEntryBytes));
  if (num_words < 0 || num_labels < 0 ||
      int64_t{num_words} + num_labels != num_entries) {
    return reader.Broken(
        absl::StrFormat("%d words and %d labels are not %d "
                        "entries",
                        num_words, num_labels, num_entries));
  }
  model.num_words = num_words;
  ROWSPLIT_RETURN_IF_ERROR(ReadEntries(reader, num_entries, model));
  // -1 of a model that is not pruned.
  model.is_pruned = num_pruned >= 0;
  if (num_pruned <= 0) return absl::OkStatus();
  reader.Enter("the index of pruned buckets");
  ROWSPLIT_RETURN_IF_ERROR(reader.CheckRoom(num_pruned, 2 * sizeof(int32_t)));
  BufferBuilder<int32_t> pruned(static_cast<size_t>(num_pruned) * 2);
  for (int32_t& value : pruned.span()) {
    ROWSPLIT_RETURN_IF_ERROR(reader.Take(value));
  }
  model.pruned = std::move(pruned).Build();
  return absl::OkStatus();
}

// The rows that the model's buckets have.
int64_t NumBucketRows(const FastTextModel& model) {
  return model.is_pruned ? static_cast<int64_t>(model.pruned.size() / 2)
                         : model.args.num_buckets;
}

absl::Status ReadInput(FileReader& reader, const Buffer<char>& bytes,
                       const std::string& name, FastTextModel& model) {
  reader.Enter("the input matrix");
  uint8_t is_quantized = 0;
  int64_t num_rows = 0;
  int64_t width = 0;
  ROWSPLIT_RETURN_IF_ERROR(reader.Take(is_quantized));
  if (is_quantized == 1) {
    return absl::UnimplementedError(absl::StrFormat(
        "%s: a quantized fastText model (.ftz); only .bin models can be read",
        name));
  }
  ROWSPLIT_RETURN_IF_ERROR(reader.Take(num_rows));
  ROWSPLIT_RETURN_IF_ERROR(reader.Take(width));
  if (is_quantized != 0 || width != model.args.dim ||
      num_rows != model.num_words + NumBucketRows(model)) {
    return reader.Broken(absl::StrFormat(
        "expected %d + %d rows of %d numbers, got %d of %d, quantized: %d",
        model.num_words, NumBucketRows(model), model.args.dim, num_rows, width,
        is_quantized));
  }
  const int64_t row_bytes = width * static_cast<int64_t>(sizeof(float));
  ROWSPLIT_RETURN_IF_ERROR(reader.CheckRoom(num_rows, row_bytes));
  const auto size = static_cast<size_t>(num_rows * row_bytes);
  const std::span<const char> rows =
      bytes.span().subspan(reader.position(), size);
  ROWSPLIT_ASSIGN_OR_RETURN(
      model.input, EmbeddingTable::FromBytes(
                       RowFormat::kFloat32,
                       Buffer<std::byte>(std::as_bytes(rows), bytes.owner()),
                       num_rows, width));
  return absl::OkStatus();
}

absl::StatusOr<FastTextModel> ReadUpToOutput(FileReader& reader,
                                             const Buffer<char>& bytes,
                                             const std::string& name) {
  FastTextModel model;
  ROWSPLIT_RETURN_IF_ERROR(ReadHeader(reader, name, model.args));
  ROWSPLIT_RETURN_IF_ERROR(ReadDictionary(reader, model));
  ROWSPLIT_RETURN_IF_ERROR(ReadInput(reader, bytes, name, model));
  return model;
}

// Rows [begin, end), not copied.
absl::StatusOr<EmbeddingTable> SliceRows(const EmbeddingTable& table,
                                         int64_t begin, int64_t end) {
  const auto row_bytes = static_cast<size_t>(table.width()) * sizeof(float);
  return EmbeddingTable::FromBytes(
      RowFormat::kFloat32,
      table.bytes().Slice(static_cast<size_t>(begin) * row_bytes,
                          static_cast<size_t>(end - begin) * row_bytes),
      end - begin, table.width());
}

}  // namespace

absl::StatusOr<FastTextModel> ReadFastTextModel(const Buffer<char>& file,
                                                const std::string& name,
                                                const ExecOptions& exec) {
  // The output layer, the other half of the file, is not even decoded.
  size_t looked_at = 0;
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Buffer<char> bytes,
      DecodedBytes(file, name, exec,
                   [&](std::string_view so_far) -> absl::StatusOr<bool> {
                     // Twice as much each time, so that looking is linear.
                     if (so_far.size() < 2 * looked_at) return true;
                     looked_at = so_far.size();
                     FileReader reader(so_far, name);
                     const auto model = ReadUpToOutput(
                         reader, Buffer<char>::Borrow(so_far), name);
                     return !model.ok() && reader.is_short();
                   }));
  FileReader reader({bytes.data(), bytes.size()}, name);
  return ReadUpToOutput(reader, bytes, name);
}

absl::StatusOr<FastTextVectors> ReadFastTextVectors(
    const Buffer<char>& file, const std::string& name,
    const ReadRowsOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const FastTextModel model,
                            ReadFastTextModel(file, name, options.exec));
  FastTextVectors vectors;
  if (model.args.max_n > 0 && NumBucketRows(model) > 0) {
    if (model.is_pruned) {
      return absl::UnimplementedError(
          absl::StrFormat("%s: a pruned fastText model with subwords", name));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(
        EmbeddingTable buckets,
        SliceRows(model.input, model.num_words, model.input.num_rows()));
    ROWSPLIT_ASSIGN_OR_RETURN(
        vectors.subwords, SubwordRows::Create(std::move(buckets),
                                              {.min_chars = model.args.min_n,
                                               .max_chars = model.args.max_n}));
  }
  const int64_t num_words = options.max_rows < 0
                                ? model.num_words
                                : std::min(options.max_rows, model.num_words);
  StringTensorBuilder words;
  for (int64_t row = 0; row < num_words; ++row) {
    words.Append(model.entries[row]);
  }
  const bool has_subwords = vectors.subwords.buckets().num_rows() > 0;
  ROWSPLIT_ASSIGN_OR_RETURN(
      vectors.words,
      NameValues(std::move(words).Build(), model.args.dim, name, options, {},
                 [&](int64_t row, std::span<float> values) {
                   if (!has_subwords) return model.input.ReadRow(row, values);
                   std::vector<float> own(values.size());
                   ROWSPLIT_RETURN_IF_ERROR(model.input.ReadRow(row, own));
                   vectors.subwords.ReadVector(model.entries[row], own, values);
                   return absl::OkStatus();
                 }));
  return vectors;
}

}  // namespace rowsplit::internal
