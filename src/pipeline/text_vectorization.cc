#include "rowsplit/pipeline/text_vectorization.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/byte_map.h"
#include "kernels/token_spans.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/text/punctuation.h"

namespace rowsplit {

namespace {

constexpr int64_t kPieceBytes = 1 << 18;

kernels::ByteMap StandardizeMap(Standardize standardize) {
  const kernels::ByteMap strip =
      kernels::ByteMap::DropClass(AsciiPunctuation());
  switch (standardize) {
    case Standardize::kNone:
      return kernels::ByteMap::Identity();
    case Standardize::kLower:
      return kernels::ByteMap::AsciiLower();
    case Standardize::kStripPunctuation:
      return strip;
    case Standardize::kLowerAndStripPunctuation:
      return kernels::Then(kernels::ByteMap::AsciiLower(), strip);
  }
  return kernels::ByteMap::Identity();
}

const uint8_t* Bytes(std::string_view bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

// Standardizes and splits rows; what adapting and vectorizing share.
class Tokenizer {
 public:
  explicit Tokenizer(const TextVectorizationOptions& options)
      : split_(options.split), map_(StandardizeMap(options.standardize)) {}

  const kernels::CompiledByteMap& map() const { return map_; }

  // Standardizes one row to the end of `out.bytes` and appends its tokens to
  // `out.rows`.
  void AppendRow(std::string_view row, TextRows& out) const {
    const size_t begin = out.bytes.size();
    out.bytes.ResizeUninitialized(begin + row.size());
    uint8_t* written = reinterpret_cast<uint8_t*>(out.bytes.data()) + begin;
    size_t size = row.size();
    if (map_.drops()) {
      size = kernels::MapAndDropBytes(map_, Bytes(row), row.size(), written);
      out.bytes.ResizeUninitialized(begin + size);
    } else {
      kernels::MapBytes(map_, Bytes(row), row.size(), written);
    }
    if (split_ == Split::kNone) {
      out.rows.Append(
          {static_cast<uint32_t>(begin), static_cast<uint32_t>(size)});
      return;
    }
    const size_t num_tokens = out.rows.size();
    out.rows.Reserve(std::max(num_tokens + (size + 1) / 2, num_tokens * 2));
    out.rows.ResizeUninitialized(num_tokens + (size + 1) / 2);
    out.rows.ResizeUninitialized(
        num_tokens + kernels::FindTokenSpans(written, size,
                                             static_cast<uint32_t>(begin),
                                             out.rows.data() + num_tokens));
  }

 private:
  Split split_;
  kernels::CompiledByteMap map_;
};

std::string_view View(const TextRows& text) {
  return {text.bytes.data(), text.bytes.size()};
}

// The ids of rows [begin, end), and where each row ends among them.
struct Piece {
  BufferBuilder<int64_t> ids;
  BufferBuilder<Offset> row_ends;
};

}  // namespace

struct TextVectorization::State {
  TextVectorizationOptions options;
  TokenLookup lookup;
  Buffer<float> idf_weights;
  Tokenizer tokenizer;
  // What is added to the ids of the given vocabulary.
  int64_t shift = 0;

  int64_t oov_begin() const { return lookup.oov_begin(); }

  // What the vocabulary lacks becomes '[UNK]', or `empty_id` where the token is
  // empty.
  absl::Status Lookup(std::string_view bytes, std::span<const TokenSpan> tokens,
                      int64_t empty_id, std::span<int64_t> ids) const {
    if (options.num_oov_indices == 1) {
      lookup.vocabulary().FindSpans(bytes, tokens, ids, shift, oov_begin());
    } else {
      ROWSPLIT_RETURN_IF_ERROR(lookup.Lookup(bytes, tokens, ids));
    }
    for (size_t i = 0; i < ids.size(); ++i) {
      if (tokens[i].size == 0) ids[i] = empty_id;
    }
    return absl::OkStatus();
  }

  absl::Status VectorizePiece(StringTensorView texts, TextRows& scratch,
                              Piece& piece) const {
    const int64_t most = options.output_sequence_length.value_or(INT64_MAX);
    scratch.bytes.Clear();
    scratch.rows.Clear();
    for (int64_t row = 0; row < texts.size(); ++row) {
      const size_t before = scratch.rows.size();
      tokenizer.AppendRow(texts[row], scratch);
      const size_t num_tokens = std::min<int64_t>(
          static_cast<int64_t>(scratch.rows.size() - before), most);
      scratch.rows.ResizeUninitialized(before + num_tokens);
      piece.row_ends.Append(static_cast<Offset>(scratch.rows.size()));
    }
    piece.ids.ResizeUninitialized(scratch.rows.size());
    return Lookup(View(scratch), scratch.rows.span(), kPaddingId,
                  piece.ids.span());
  }
};

namespace {

absl::Status CheckSupported(const TextVectorizationOptions& options) {
  if (options.steps.empty() && options.ngrams.empty() &&
      (options.split == Split::kNone || options.split == Split::kWhitespace) &&
      options.output_mode == OutputMode::kInt) {
    return absl::OkStatus();
  }
  return absl::UnimplementedError(
      "TextVectorization: only int mode, without steps and n-grams");
}

int64_t NumMask(const TextVectorizationOptions& options) {
  return options.output_mode == OutputMode::kInt ? 1 : 0;
}

// Special tokens at the start of `tokens`: all of them or none.
int64_t NumSpecialTokens(const TextVectorizationOptions& options,
                         const StringTensor& tokens) {
  const int64_t num_mask = NumMask(options);
  const int64_t num_special = num_mask + options.num_oov_indices;
  if (tokens.size() < num_special) return 0;
  if (num_mask == 1 && !tokens[0].empty()) return 0;
  for (int64_t i = num_mask; i < num_special; ++i) {
    if (tokens[i] != "[UNK]") return 0;
  }
  return num_special;
}

}  // namespace

absl::Status TextVectorization::CheckOptions(
    const TextVectorizationOptions& options) {
  if (options.max_tokens != -1 && options.max_tokens < 2) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "max_tokens must be -1 or at least 2, since '' and '[UNK]' count: %d",
        options.max_tokens));
  }
  if (options.output_sequence_length.has_value() &&
      *options.output_sequence_length < 1) {
    return absl::InvalidArgumentError(
        absl::StrFormat("output_sequence_length must be positive: %d",
                        *options.output_sequence_length));
  }
  if (options.num_oov_indices < 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "num_oov_indices must be positive: %d", options.num_oov_indices));
  }
  return absl::OkStatus();
}

absl::StatusOr<TextVectorization> TextVectorization::Create(
    TextVectorizationOptions options, Vocabulary vocabulary,
    const GivenVocabularyOptions& given) {
  ROWSPLIT_RETURN_IF_ERROR(CheckOptions(options));
  ROWSPLIT_RETURN_IF_ERROR(CheckSupported(options));
  TokenLookupOptions lookup_options{.layout = IdLayout::kOovFirst,
                                    .num_oov = options.num_oov_indices,
                                    .oov_hash = options.oov_hash};
  if (options.output_mode == OutputMode::kInt) lookup_options.mask_token = "";
  const int64_t num_special = NumMask(options) + options.num_oov_indices;
  const int64_t shift =
      num_special - NumSpecialTokens(options, vocabulary.tokens());
  ROWSPLIT_ASSIGN_OR_RETURN(
      TokenLookup lookup,
      TokenLookup::Create(std::move(vocabulary), lookup_options));
  if (options.max_tokens != -1 && given.check_max_tokens &&
      lookup.size() > options.max_tokens) {
    return absl::InvalidArgumentError(
        absl::StrFormat("the vocabulary must fit max_tokens=%d: with the "
                        "special tokens it has %d tokens",
                        options.max_tokens, lookup.size()));
  }
  Tokenizer tokenizer(options);
  return TextVectorization(std::make_shared<const State>(
      State{std::move(options), std::move(lookup), {}, tokenizer, shift}));
}

absl::StatusOr<TextVectorization> TextVectorization::FromTokens(
    TextVectorizationOptions options, const StringTensor& tokens,
    const GivenVocabularyOptions& given) {
  ROWSPLIT_ASSIGN_OR_RETURN(Vocabulary vocabulary,
                            Vocabulary::FromTokens(tokens));
  return Create(std::move(options), std::move(vocabulary), given);
}

const TextVectorizationOptions& TextVectorization::options() const {
  return state_->options;
}
int64_t TextVectorization::num_ids() const { return state_->lookup.size(); }
int64_t TextVectorization::num_columns() const {
  return state_->options.pad_to_max_tokens ? state_->options.max_tokens
                                           : num_ids();
}
int64_t TextVectorization::first_token_id() const {
  return NumMask(state_->options) + state_->options.num_oov_indices;
}
std::string_view TextVectorization::token(int64_t id) const {
  return state_->lookup.token(id);
}
StringTensor TextVectorization::Tokens(bool include_special_tokens) const {
  StringTensorBuilder tokens;
  for (int64_t id = include_special_tokens ? 0 : first_token_id();
       id < num_ids(); ++id) {
    tokens.Append(token(id));
  }
  return std::move(tokens).Build();
}
const TokenLookup& TextVectorization::lookup() const { return state_->lookup; }
const Buffer<float>& TextVectorization::idf_weights() const {
  return state_->idf_weights;
}

namespace {

// A text is addressed by 32 bits beside the others of its piece.
absl::Status CheckSize(StringTensorView texts, int64_t row) {
  constexpr int64_t kMostBytes = kMaxBatchBytes / 2;
  const auto size = static_cast<int64_t>(texts[row].size());
  if (size <= kMostBytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrFormat("TextVectorization: row %d has %d bytes, the most is %d",
                      row, size, kMostBytes));
}

// Cuts texts into runs of about kPieceBytes: the first row of each, and the
// end.
absl::StatusOr<std::vector<int64_t>> CutIntoPieces(StringTensorView texts) {
  std::vector<int64_t> begins = {0};
  for (int64_t row = 0; row < texts.size(); ++row) {
    ROWSPLIT_RETURN_IF_ERROR(CheckSize(texts, row));
    if (texts.offsets()[row + 1] - texts.offsets()[begins.back()] >
            kPieceBytes &&
        row > begins.back()) {
      begins.push_back(row);
    }
  }
  begins.push_back(texts.size());
  return begins;
}

}  // namespace

absl::StatusOr<RaggedTensor<int64_t>> TextVectorization::VectorizeRagged(
    StringTensorView texts, const ExecOptions& exec) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int64_t> begins,
                            CutIntoPieces(texts));
  const int64_t num_pieces = static_cast<int64_t>(begins.size()) - 1;
  std::vector<Piece> pieces(num_pieces);
  internal::WorkerLocal<TextRows> scratch(exec);
  ROWSPLIT_RETURN_IF_ERROR(
      internal::ParallelFor(exec, num_pieces, 1, [&](int64_t piece, int64_t) {
        return state_->VectorizePiece(
            texts.Slice(begins[piece], begins[piece + 1]), scratch.local(),
            pieces[piece]);
      }));

  int64_t num_ids = 0;
  for (const Piece& piece : pieces)
    num_ids += static_cast<int64_t>(piece.ids.size());
  BufferBuilder<int64_t> ids;
  BufferBuilder<Offset> row_splits;
  ids.Reserve(num_ids);
  row_splits.Reserve(texts.size() + 1);
  row_splits.Append(Offset{0});
  for (const Piece& piece : pieces) {
    const auto before = static_cast<Offset>(ids.size());
    for (const Offset row_end : piece.row_ends.span())
      row_splits.Append(before + row_end);
    ids.Append(piece.ids.span());
  }
  return RaggedTensor<int64_t>::FromFlatValuesUnchecked(
      RaggedShape(
          RowPartition::FromRowSplitsUnchecked(std::move(row_splits).Build())),
      std::move(ids).Build());
}

absl::StatusOr<Tensor> TextVectorization::Vectorize(
    StringTensorView texts, const ExecOptions& exec) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const RaggedTensor<int64_t> ragged,
                            VectorizeRagged(texts, exec));
  const RaggedView<int64_t> rows = ragged.view();
  int64_t longest = 0;
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    longest = std::max(longest, static_cast<int64_t>(rows.row(row).size()));
  }
  const int64_t length =
      state_->options.output_sequence_length.value_or(longest);
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            internal::CheckedMul(rows.num_rows(), length));
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckedMul(size, sizeof(int64_t)).status());
  BufferBuilder<int64_t> values(size);
  std::fill(values.span().begin(), values.span().end(), kPaddingId);
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    std::copy(rows.row(row).begin(), rows.row(row).end(),
              values.data() + row * length);
  }
  return Tensor::Dense(std::move(values).Build(), {rows.num_rows(), length});
}

absl::StatusOr<CsrMatrix> TextVectorization::VectorizeCsr(
    StringTensorView /*texts*/, const ExecOptions& /*exec*/) const {
  return absl::UnimplementedError("TextVectorization: no sparse rows yet");
}

absl::Status TextVectorization::VectorizeTokens(
    std::string_view bytes, std::span<const TokenSpan> tokens,
    std::span<int64_t> ids, TextRows& scratch) const {
  const kernels::CompiledByteMap& map = state_->tokenizer.map();
  scratch.bytes.ResizeUninitialized(bytes.size());
  uint8_t* standardized = reinterpret_cast<uint8_t*>(scratch.bytes.data());
  std::span<const TokenSpan> spans = tokens;
  // Where nothing is dropped, every byte keeps its place and one pass over all
  // bytes does for all tokens.
  if (kernels::MapAndDropBytes(map, Bytes(bytes), bytes.size(), standardized) <
      bytes.size()) {
    scratch.rows.ResizeUninitialized(tokens.size());
    for (size_t token = 0; token < tokens.size(); ++token) {
      const TokenSpan span = tokens[token];
      const size_t size = kernels::MapAndDropBytes(
          map, Bytes(bytes) + span.begin, span.size, standardized + span.begin);
      scratch.rows[token] = {span.begin, static_cast<uint32_t>(size)};
    }
    spans = scratch.rows.span();
  }
  return state_->Lookup(View(scratch), spans, -1, ids);
}

struct TextVectorizationAdapter::State {
  explicit State(TextVectorizationOptions given)
      : options(given), tokenizer(options) {}

  TextVectorizationOptions options;
  Tokenizer tokenizer;
  VocabularyBuilder counts;
  TextRows scratch;

  void Add(std::string_view row) {
    const auto needed = static_cast<int64_t>(scratch.bytes.size() + row.size());
    if (needed > kMaxBatchBytes) CountScratch();
    tokenizer.AppendRow(row, scratch);
    if (static_cast<int64_t>(scratch.bytes.size()) >= kPieceBytes)
      CountScratch();
  }
  void CountScratch() {
    counts.AddSpans(View(scratch), scratch.rows.span());
    scratch.bytes.Clear();
    scratch.rows.Clear();
  }
};

TextVectorizationAdapter::TextVectorizationAdapter(
    TextVectorizationOptions options)
    : state_(std::make_unique<State>(options)) {}
TextVectorizationAdapter::TextVectorizationAdapter(
    TextVectorizationAdapter&&) noexcept = default;
TextVectorizationAdapter& TextVectorizationAdapter::operator=(
    TextVectorizationAdapter&&) noexcept = default;
TextVectorizationAdapter::~TextVectorizationAdapter() = default;

absl::Status TextVectorizationAdapter::Update(StringTensorView texts) {
  for (int64_t row = 0; row < texts.size(); ++row) {
    ROWSPLIT_RETURN_IF_ERROR(CheckSize(texts, row));
    state_->Add(texts[row]);
  }
  state_->CountScratch();
  return absl::OkStatus();
}

absl::Status TextVectorizationAdapter::Update(std::string_view bytes,
                                              std::span<const TokenSpan> rows) {
  for (const TokenSpan row : rows)
    state_->Add(bytes.substr(row.begin, row.size));
  state_->CountScratch();
  return absl::OkStatus();
}

void TextVectorizationAdapter::Merge(const TextVectorizationAdapter& other) {
  state_->counts.Merge(other.state_->counts);
}

const VocabularyBuilder& TextVectorizationAdapter::counts() const {
  return state_->counts;
}

absl::StatusOr<TextVectorization> TextVectorizationAdapter::Finalize() const {
  ROWSPLIT_RETURN_IF_ERROR(TextVectorization::CheckOptions(state_->options));
  if (state_->counts.num_types() == 0) {
    return absl::FailedPreconditionError("the texts hold no token to learn");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      Vocabulary vocabulary,
      state_->counts.Build({.max_tokens = state_->options.max_tokens,
                            .min_count = state_->options.min_count}));
  return TextVectorization::Create(state_->options, std::move(vocabulary));
}

}  // namespace rowsplit
