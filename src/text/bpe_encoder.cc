#include "text/bpe_encoder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/bert_text.h"
#include "text/bpe_model.h"
#include "text/byte_level.h"
#include "text/piece_cache.h"
#include "text/row_encoder.h"

namespace rowsplit::internal {

namespace {

// ByteLevel makes up to two bytes of one.
constexpr int64_t kMaxTextBytes = kMaxBatchBytes / 2 - 1;

// Where the bytes of a model's text come from: byte i is of source[i].
struct MappedWord {
  std::string bytes;
  std::vector<uint32_t> source;
};

void MapBytes(std::string_view word, MappedWord& mapped) {
  mapped.bytes.clear();
  mapped.source.clear();
  for (size_t i = 0; i < word.size(); ++i) {
    AppendByteCharacter(static_cast<uint8_t>(word[i]), mapped.bytes);
    mapped.source.resize(mapped.bytes.size(), static_cast<uint32_t>(i));
  }
}

// The sources of bytes that were aligned, from the byte `first` on.
struct AlignedSource {
  const AlignedText& text;
  size_t first;

  Offset Begin(size_t at) const { return text.begins[first + at]; }
  Offset End(size_t at) const { return text.ends[first + at]; }
};

// Those of well-formed text: the characters.
struct PlainSource {
  std::string_view text;

  static bool Continues(char byte) { return static_cast<int8_t>(byte) < -64; }
  Offset Begin(size_t at) const {
    while (Continues(text[at])) --at;
    return static_cast<Offset>(at);
  }
  Offset End(size_t at) const {
    for (++at; at < text.size() && Continues(text[at]);) ++at;
    return static_cast<Offset>(at);
  }
};

}  // namespace

struct BpeEncoder::Worker {
  BpeModel::Scratch scratch;
  MappedWord mapped;
  PieceCache cache;
  std::vector<WordPiece> pieces;

  // Gives back the memory that a long word took.
  void ForgetLongWords() {
    constexpr size_t kMost = 4096;
    if (scratch.symbols.capacity() <= kMost && mapped.bytes.capacity() <= kMost)
      return;
    scratch = {};
    mapped = {};
    pieces = {};
  }
};

// A worker for the time of a call.
class BpeEncoder::Lease {
 public:
  explicit Lease(const BpeEncoder& encoder) : encoder_(encoder) {
    const std::scoped_lock lock(encoder.mutex_);
    if (!encoder.workers_.empty()) {
      worker_ = std::move(encoder.workers_.back());
      encoder.workers_.pop_back();
    } else {
      worker_ = std::make_unique<Worker>();
    }
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    worker_->ForgetLongWords();
    const std::scoped_lock lock(encoder_.mutex_);
    encoder_.workers_.push_back(std::move(worker_));
  }

  Worker& worker() { return *worker_; }

 private:
  const BpeEncoder& encoder_;
  std::unique_ptr<Worker> worker_;
};

BpeEncoder::BpeEncoder(BpeModel model, std::vector<int32_t> ids, WordCut cut,
                       const BertNormalizerOptions& normalizer)
    : model_(std::move(model)),
      ids_(std::move(ids)),
      cut_(cut),
      normalizer_(normalizer) {
  byte_tokens_.fill(-1);
  if (cut_.kind != WordCut::Kind::kByteLevel || !model_.takes_characters())
    return;
  for (size_t byte = 0; byte < byte_tokens_.size(); ++byte) {
    std::string character;
    AppendByteCharacter(static_cast<uint8_t>(byte), character);
    byte_tokens_[byte] = static_cast<int32_t>(model_.tokens().Find(character));
  }
}

BpeEncoder::~BpeEncoder() = default;

std::vector<TokenSpan> BpeEncoder::Words(std::string_view text) const {
  switch (cut_.kind) {
    case WordCut::Kind::kWhitespace:
      return BertWords(text, false);
    case WordCut::Kind::kBert:
      return BertWords(text, true);
    case WordCut::Kind::kByteLevel:
      if (cut_.use_regex) return ByteLevelWords(text);
      break;
    case WordCut::Kind::kNone:
      break;
  }
  return {{0, static_cast<uint32_t>(text.size())}};
}

void BpeEncoder::CutWord(std::string_view word, Worker& worker) const {
  if (worker.cache.Find(word, worker.pieces)) return;
  worker.pieces.clear();
  SplitWord(word, worker);
  worker.cache.Add(word, worker.pieces);
}

// Of characters that stand for bytes each is a byte of the word.
bool BpeEncoder::SplitBytes(std::string_view word, Worker& worker) const {
  std::vector<BpeModel::Symbol>& symbols = worker.scratch.symbols;
  symbols.clear();
  for (const char byte : word) {
    const int32_t token = byte_tokens_[static_cast<uint8_t>(byte)];
    if (token < 0) return false;
    symbols.push_back({token, 1});
  }
  model_.SplitSymbols(worker.scratch);
  uint32_t at = 0;
  for (const BpeModel::Symbol& symbol : symbols) {
    worker.pieces.push_back({symbol.token, at, at + symbol.size});
    at += symbol.size;
  }
  return true;
}

void BpeEncoder::SplitWord(std::string_view word, Worker& worker) const {
  const bool is_byte_level = cut_.kind == WordCut::Kind::kByteLevel;
  if (is_byte_level && !model_.ignores_merges() && SplitBytes(word, worker))
    return;
  std::string_view bytes = word;
  if (is_byte_level) {
    MapBytes(word, worker.mapped);
    bytes = worker.mapped.bytes;
  }
  const auto source = [&](size_t at) {
    return is_byte_level ? worker.mapped.source[at] : static_cast<uint32_t>(at);
  };
  model_.Split(bytes, worker.scratch);
  size_t at = 0;
  for (const BpeModel::Symbol& symbol : worker.scratch.symbols) {
    // Pieces of a byte of byte_fallback may reach behind the word.
    const size_t last = std::min(at + symbol.size, bytes.size()) - 1;
    at = std::min(at, last);
    worker.pieces.push_back({symbol.token, source(at), source(last) + 1});
    at = last + 1;
  }
}

template <typename Source>
void BpeEncoder::AppendText(std::string_view text, const Source& source,
                            Worker& worker, EncodedRows& out) const {
  if (text.empty()) return;
  std::string with_space;
  // The blank that is put in front is of the first character.
  const bool is_moved = cut_.kind == WordCut::Kind::kByteLevel &&
                        cut_.add_prefix_space && text[0] != ' ';
  if (is_moved) {
    with_space = ' ';
    with_space += text;
    text = with_space;
  }
  const auto place = [&](size_t at) {
    return is_moved && at > 0 ? at - 1 : at;
  };
  for (const TokenSpan word : Words(text)) {
    CutWord(text.substr(word.begin, word.size), worker);
    for (const WordPiece& piece : worker.pieces) {
      const int32_t id = ids_[static_cast<size_t>(piece.token)];
      if (out.with_offsets) {
        out.Append(id, source.Begin(place(word.begin + piece.begin)),
                   source.End(place(word.begin + piece.end - 1)));
      } else {
        out.ids.Append(id);
      }
    }
  }
}

absl::Status BpeEncoder::Encode(StringTensorView rows, EncodedRows& out,
                                Offset* row_ends) const {
  Lease lease(*this);
  for (int64_t row = 0; row < rows.size(); ++row) {
    const std::string_view text = rows[row];
    if (!normalizer_.normalize && IsValidUtf8(text)) {
      ROWSPLIT_RETURN_IF_ERROR(CheckSize(text.size(), kMaxTextBytes));
      AppendText(text, PlainSource{text}, lease.worker(), out);
    } else {
      const AlignedText aligned = Normalize(AlignText(text));
      ROWSPLIT_RETURN_IF_ERROR(CheckSize(aligned.bytes.size(), kMaxTextBytes));
      AppendText(aligned.bytes, AlignedSource{aligned, 0}, lease.worker(), out);
    }
    row_ends[row] = static_cast<Offset>(out.ids.size());
  }
  return absl::OkStatus();
}

absl::Status BpeEncoder::EncodeNormalized(const AlignedText& text, size_t begin,
                                          size_t end, EncodedRows& out) const {
  ROWSPLIT_RETURN_IF_ERROR(CheckSize(end - begin, kMaxTextBytes));
  Lease lease(*this);
  AppendText(std::string_view(text.bytes).substr(begin, end - begin),
             AlignedSource{text, begin}, lease.worker(), out);
  return absl::OkStatus();
}

}  // namespace rowsplit::internal
