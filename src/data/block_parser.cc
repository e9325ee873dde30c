#include "data/block_parser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "data/block_reader.h"
#include "data/converted_stream.h"
#include "data/example.pb.h"
#include "data/json_text.h"
#include "kernels/token_spans.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/data/corpus_reader.h"
#include "rowsplit/data/tfrecord.h"
#include "text/charset_stream.h"

namespace rowsplit::internal {
namespace {

std::string_view TextOf(const BufferBuilder<char>& bytes) {
  return {bytes.data(), bytes.size()};
}

bool HasNul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

// One line or record of the block.
struct Piece {
  size_t begin;
  size_t size;
  int64_t line;
};

std::string DescribeTextFault(std::string_view text, const TextFault& fault) {
  if (fault.nul) return "NUL byte";
  std::string bytes;
  for (size_t i = 0; i < fault.size; ++i) {
    bytes += absl::StrFormat("%s%02X", i == 0 ? "" : " ",
                             static_cast<uint8_t>(text[fault.begin + i]));
  }
  return absl::StrFormat("ill-formed UTF-8 (%s)", bytes);
}

// Of text that was converted, the bytes tell nothing.
std::string DescribeTextFault(std::string_view text, const TextFault& fault,
                              const std::string& encoding) {
  const bool is_mark =
      !fault.nul && fault.size == 1 && text[fault.begin] == kIllFormedMark;
  if (!is_mark || IsUtf8Name(encoding)) return DescribeTextFault(text, fault);
  return encoding == "auto" ? "ill-formed in the encoding that was detected"
                            : "ill-formed " + encoding;
}

FaultKind KindOf(const TextFault& fault) {
  return fault.nul ? FaultKind::kNulByte : FaultKind::kInvalidUtf8;
}

class Parser {
 public:
  Parser(const InputFile& file, const BlockParseOptions& options,
         RawBlock& block, RowBatch& batch)
      : file_(file), options_(options), block_(block), batch_(batch) {}

  absl::Status Parse();

 private:
  std::string_view text() const { return TextOf(block_.bytes); }
  ErrorPolicy policy() const { return options_.read.on_error; }
  size_t limit() const {
    return static_cast<size_t>(options_.read.max_line_bytes);
  }

  void FindLines();
  absl::Status ParseLines();
  absl::Status AddLine(Piece line);
  absl::Status AddText(Piece piece);
  absl::Status ParseJsonLines();
  absl::Status AddJsonLine(Piece line, JsonTextExtractor& extractor);
  absl::Status ParseRecords();
  absl::Status AddRecord(Piece payload, example_proto::Example& example);

  FaultPlace Place(const Piece& piece, size_t byte, std::string detail) const;
  // Fails under the strict policy, else counts a line or record as dropped.
  absl::Status Drop(FaultKind kind, const Piece& piece, size_t byte,
                    std::string detail);
  // Appends `text`, which is somewhere in `piece`, as the policy says. Returns
  // whether it was kept.
  absl::StatusOr<bool> AppendChecked(std::string_view text, const Piece& piece,
                                     BufferBuilder<char>& out);
  void CountMended(const MendCounts& counts, std::string_view text,
                   const Piece& piece);
  // Adds bytes that were checked.
  void AddRow(std::string_view text);

  const InputFile& file_;
  const BlockParseOptions& options_;
  RawBlock& block_;
  RowBatch& batch_;
  std::vector<TokenSpan> lines_;
  BufferBuilder<char> mended_;
};

absl::Status Parser::Parse() {
  batch_.Clear();
  batch_.input = block_.input;
  batch_.first_line = block_.first_line;
  batch_.first_byte = block_.first_byte;
  std::swap(batch_.faults, block_.faults);
  if (file_.format == InputFormat::kTfrecord) return ParseRecords();
  if (file_.format == InputFormat::kJsonLines) return ParseJsonLines();
  return ParseLines();
}

FaultPlace Parser::Place(const Piece& piece, size_t byte,
                         std::string detail) const {
  return {.input = file_.path,
          .line = piece.line,
          .byte = block_.first_byte + static_cast<int64_t>(byte),
          .detail = std::move(detail),
          .record = file_.format == InputFormat::kTfrecord};
}

absl::Status Parser::Drop(FaultKind kind, const Piece& piece, size_t byte,
                          std::string detail) {
  FaultPlace place = Place(piece, byte, std::move(detail));
  if (policy() == ErrorPolicy::kStrict) return FaultError(kind, place);
  batch_.faults.AddSkipped(kind, std::move(place));
  return absl::OkStatus();
}

void Parser::CountMended(const MendCounts& counts, std::string_view text,
                         const Piece& piece) {
  for (const MendCounts::OfKind& found : {counts.ill_formed, counts.nuls}) {
    if (found.count == 0) continue;
    const FaultKind kind = KindOf(found.first);
    if (batch_.faults.has(kind)) {
      batch_.faults.AddReplaced(kind, found.count);
      continue;
    }
    // Text that was decoded from elsewhere has no places of its own.
    const bool in_block = text.data() == block_.bytes.data() + piece.begin;
    const size_t byte = piece.begin + (in_block ? found.first.begin : 0);
    batch_.faults.AddReplaced(
        kind, found.count,
        Place(piece, byte,
              DescribeTextFault(text, found.first, options_.read.encoding)));
  }
}

absl::StatusOr<bool> Parser::AppendChecked(std::string_view text,
                                           const Piece& piece,
                                           BufferBuilder<char>& out) {
  const TextFault fault = FindTextFault(text, 0);
  if (fault.size == 0) {
    out.Append(std::span(text.data(), text.size()));
    return true;
  }
  if (policy() == ErrorPolicy::kReplace) {
    CountMended(AppendMended(text, out), text, piece);
    return true;
  }
  const bool in_block = text.data() == block_.bytes.data() + piece.begin;
  ROWSPLIT_RETURN_IF_ERROR(
      Drop(KindOf(fault), piece, piece.begin + (in_block ? fault.begin : 0),
           DescribeTextFault(text, fault, options_.read.encoding)));
  return false;
}

void Parser::AddRow(std::string_view text) {
  batch_.rows.Append({static_cast<uint32_t>(batch_.bytes.size()),
                      static_cast<uint32_t>(text.size())});
  batch_.bytes.Append(std::span(text.data(), text.size()));
}

// Lines of text.

void Parser::FindLines() {
  const auto* bytes = reinterpret_cast<const uint8_t*>(block_.bytes.data());
  const size_t size = block_.bytes.size();
  batch_.rows.ResizeUninitialized(kernels::CountByte(bytes, size, '\n') + 1);
  batch_.rows.ResizeUninitialized(
      kernels::FindLineSpans(bytes, size, 0, batch_.rows.data()));
}

absl::Status Parser::ParseLines() {
  if (block_.is_piece) {
    batch_.rows.Append({0, static_cast<uint32_t>(block_.bytes.size())});
  } else {
    FindLines();
  }
  const auto rows = std::as_const(batch_.rows).span();
  const bool all_fit =
      std::all_of(rows.begin(), rows.end(),
                  [&](const TokenSpan& row) { return row.size <= limit(); });
  if (all_fit && !block_.is_piece && !HasNul(text()) && IsValidUtf8(text())) {
    std::swap(batch_.bytes, block_.bytes);
    return absl::OkStatus();
  }
  lines_.assign(rows.begin(), rows.end());
  batch_.rows.Clear();
  batch_.bytes.Reserve(block_.bytes.size());
  int64_t line = block_.first_line;
  for (const TokenSpan& span : lines_) {
    ROWSPLIT_RETURN_IF_ERROR(AddLine({span.begin, span.size, line++}));
  }
  return absl::OkStatus();
}

absl::Status Parser::AddLine(Piece line) {
  const bool is_continuation = block_.continues_line && line.begin == 0;
  if (line.size > limit() || (block_.is_piece && !is_continuation)) {
    if (policy() != ErrorPolicy::kReplace) {
      return Drop(FaultKind::kOverlongLine, line, line.begin,
                  DescribeOverlong(options_.read));
    }
    if (!is_continuation) {
      batch_.faults.AddReplaced(
          FaultKind::kOverlongLine, 1,
          Place(line, line.begin, DescribeOverlong(options_.read)));
    }
  }
  while (line.size > limit()) {
    const size_t cut = FindCut(text().substr(line.begin, line.size), limit());
    ROWSPLIT_RETURN_IF_ERROR(AddText({line.begin, cut, line.line}));
    line.begin += cut;
    line.size -= cut;
  }
  return AddText(line);
}

absl::Status Parser::AddText(Piece piece) {
  const size_t begin = batch_.bytes.size();
  ROWSPLIT_ASSIGN_OR_RETURN(
      const bool kept, AppendChecked(text().substr(piece.begin, piece.size),
                                     piece, batch_.bytes));
  if (kept) {
    batch_.rows.Append({static_cast<uint32_t>(begin),
                        static_cast<uint32_t>(batch_.bytes.size() - begin)});
  }
  return absl::OkStatus();
}

// JSON Lines.

absl::Status Parser::ParseJsonLines() {
  FindLines();
  lines_.assign(batch_.rows.span().begin(), batch_.rows.span().end());
  batch_.rows.Clear();
  batch_.bytes.Reserve(block_.bytes.size());
  block_.bytes.Reserve(block_.bytes.size() + kBlockPadding);
  JsonTextExtractor extractor(options_.text_path);
  int64_t line = block_.first_line;
  for (const TokenSpan& span : lines_) {
    ROWSPLIT_RETURN_IF_ERROR(
        AddJsonLine({span.begin, span.size, line++}, extractor));
  }
  return absl::OkStatus();
}

absl::Status Parser::AddJsonLine(Piece line, JsonTextExtractor& extractor) {
  std::string_view json = text().substr(line.begin, line.size);
  if (json.find_first_not_of(" \t\r") == std::string_view::npos) {
    return absl::OkStatus();
  }
  if (line.size > limit()) {
    return Drop(FaultKind::kOverlongLine, line, line.begin,
                DescribeOverlong(options_.read));
  }
  if (!IsValidUtf8(json) || HasNul(json)) {
    mended_.Clear();
    ROWSPLIT_ASSIGN_OR_RETURN(const bool kept,
                              AppendChecked(json, line, mended_));
    if (!kept) return absl::OkStatus();
    mended_.Reserve(mended_.size() + kBlockPadding);
    json = TextOf(mended_);
  }
  std::string_view text;
  std::string fault;
  if (!extractor.Extract(json, text, fault)) {
    return Drop(FaultKind::kBrokenJson, line, line.begin, std::move(fault));
  }
  if (!HasNul(text)) {
    AddRow(text);
    return absl::OkStatus();
  }
  // "\u0000": good JSON, but no good text.
  const size_t begin = batch_.bytes.size();
  ROWSPLIT_ASSIGN_OR_RETURN(const bool kept,
                            AppendChecked(text, line, batch_.bytes));
  if (kept) {
    batch_.rows.Append({static_cast<uint32_t>(begin),
                        static_cast<uint32_t>(batch_.bytes.size() - begin)});
  }
  return absl::OkStatus();
}

// Records.

absl::Status Parser::ParseRecords() {
  example_proto::Example example;
  batch_.bytes.Reserve(block_.bytes.size());
  int64_t record = block_.first_line;
  for (size_t at = 0; at < block_.bytes.size(); ++record) {
    const TfrecordHeader header = ParseTfrecordHeader(block_.bytes.data() + at);
    const Piece payload{at + kTfrecordHeaderBytes,
                        static_cast<size_t>(header.length), record};
    if (TfrecordPayloadMatches(text().substr(payload.begin, payload.size))) {
      ROWSPLIT_RETURN_IF_ERROR(AddRecord(payload, example));
    } else {
      ROWSPLIT_RETURN_IF_ERROR(Drop(FaultKind::kBrokenTfrecord, payload, at,
                                    "the checksum of the data is wrong"));
    }
    at = payload.begin + payload.size + kTfrecordFooterBytes;
  }
  return absl::OkStatus();
}

absl::Status Parser::AddRecord(Piece payload, example_proto::Example& example) {
  const std::string& name = options_.read.tfrecord_feature;
  if (name.empty()) return AddText(payload);
  example.Clear();
  if (!example.ParseFromArray(block_.bytes.data() + payload.begin,
                              static_cast<int>(payload.size))) {
    return Drop(FaultKind::kBrokenTfrecord, payload, payload.begin,
                "no tf.train.Example");
  }
  const auto& features = example.features().feature();
  const auto found = features.find(name);
  if (found == features.end() || !found->second.has_bytes_list()) {
    return Drop(FaultKind::kBrokenTfrecord, payload, payload.begin,
                found == features.end()
                    ? absl::StrFormat("no feature \"%s\"", name)
                    : absl::StrFormat("feature \"%s\" holds no bytes", name));
  }
  for (const std::string& value : found->second.bytes_list().value()) {
    const size_t begin = batch_.bytes.size();
    ROWSPLIT_ASSIGN_OR_RETURN(const bool kept,
                              AppendChecked(value, payload, batch_.bytes));
    if (kept) {
      batch_.rows.Append({static_cast<uint32_t>(begin),
                          static_cast<uint32_t>(batch_.bytes.size() - begin)});
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ParseBlock(const InputFile& file, const BlockParseOptions& options,
                        RawBlock& block, RowBatch& batch) {
  return Parser(file, options, block, batch).Parse();
}

}  // namespace rowsplit::internal
