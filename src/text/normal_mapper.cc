#include "text/normal_mapper.h"

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/unistr.h>

#include <algorithm>
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
#include "core/status_macros.h"
#include "kernels/utf8_normalize.h"
#include "kernels/utf8_normalize_ref.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/append_rows.h"
#include "text/normal_segment.h"
#include "text/row_pieces.h"

namespace rowsplit::internal {
namespace {

using kernels::NormalEdit;
using kernels::NormalEntry;
using kernels::NormalizeRun;
using kernels::NormalizeStop;

// Segments of more bytes are not for ICU, whose time for marks that are out of
// order grows with the square of their number.
constexpr size_t kMostForIcu = 1024;

const icu::Normalizer2* IcuNormalizer(NormalForm form) {
  UErrorCode status = U_ZERO_ERROR;
  switch (form) {
    case NormalForm::kNfc:
      return icu::Normalizer2::getNFCInstance(status);
    case NormalForm::kNfd:
      return icu::Normalizer2::getNFDInstance(status);
    case NormalForm::kNfkc:
      return icu::Normalizer2::getNFKCInstance(status);
    case NormalForm::kNfkd:
      return icu::Normalizer2::getNFKDInstance(status);
    case NormalForm::kNfkcCasefold:
      break;
  }
  return icu::Normalizer2::getNFKCCasefoldInstance(status);
}

bool Composes(NormalForm form) {
  return form != NormalForm::kNfd && form != NormalForm::kNfkd;
}

// What ICU says of one code point.
NormalEntry Learn(const icu::Normalizer2& icu, uint32_t code_point,
                  kernels::Utf8NormalTables& tables) {
  const auto character = static_cast<UChar32>(code_point);
  UErrorCode status = U_ZERO_ERROR;
  NormalEntry entry;
  entry.flags = icu.hasBoundaryBefore(character) ? NormalEntry::kBoundaryBefore
                                                 : uint8_t{0};
  entry.ccc = icu.getCombiningClass(character);
  entry.tail = entry.ccc;
  const icu::UnicodeString source(character);
  if (tables.composes && icu.quickCheck(source, status) == UNORM_MAYBE)
    entry.flags |= NormalEntry::kComposesBack;
  const bool is_hangul =
      code_point - reference::kHangulBase < reference::kHangulCount;
  icu::UnicodeString decomposed;
  if (is_hangul) {
    entry.flags |= NormalEntry::kHangul;
  } else if (icu.getDecomposition(character, decomposed)) {
    std::vector<uint32_t> parts;
    entry.tail = 0;
    for (int32_t at = 0; at < decomposed.length();
         at = decomposed.moveIndex32(at, 1)) {
      const UChar32 part = decomposed.char32At(at);
      entry.tail = icu.getCombiningClass(part);
      parts.push_back(static_cast<uint32_t>(part) | uint32_t{entry.tail} << 24);
    }
    entry.parts = tables.AddParts(parts);
  }
  const icu::UnicodeString result = icu.normalize(source, status);
  if (result == source) return entry;
  entry.flags |= NormalEntry::kMapped;
  if (is_hangul) return entry;
  std::string bytes;
  entry.result = tables.AddResult(result.toUTF8String(bytes));
  return entry;
}

bool IsCandidate(const NormalEntry& entry) {
  return entry.ccc != 0 || entry.Has(NormalEntry::kMapped) ||
         !entry.Has(NormalEntry::kBoundaryBefore);
}

}  // namespace

NormalMapper::NormalMapper(NormalForm form) : icu_(IcuNormalizer(form)) {
  tables_.composes = Composes(form);
  tables_.folds_ascii = form == NormalForm::kNfkcCasefold;
  LearnCharacters(*icu_);
  if (tables_.composes) LearnPairs(*icu_);
}

const NormalMapper& NormalMapper::Of(NormalForm form) {
  switch (form) {
    case NormalForm::kNfc: {
      static const auto* mapper = new NormalMapper(NormalForm::kNfc);
      return *mapper;
    }
    case NormalForm::kNfd: {
      static const auto* mapper = new NormalMapper(NormalForm::kNfd);
      return *mapper;
    }
    case NormalForm::kNfkc: {
      static const auto* mapper = new NormalMapper(NormalForm::kNfkc);
      return *mapper;
    }
    case NormalForm::kNfkd: {
      static const auto* mapper = new NormalMapper(NormalForm::kNfkd);
      return *mapper;
    }
    case NormalForm::kNfkcCasefold:
      break;
  }
  static const auto* mapper = new NormalMapper(NormalForm::kNfkcCasefold);
  return *mapper;
}

void NormalMapper::LearnCharacters(const icu::Normalizer2& icu) {
  for (uint32_t first = 0; first < 0x110000; first += 64) {
    if (first >= 0xD800 && first < 0xE000) continue;
    kernels::Utf8NormalTables::Block block;
    for (uint32_t i = 0; i < 64; ++i) {
      if (icu.isInert(static_cast<UChar32>(first + i))) continue;
      block.entries[i] = Learn(icu, first + i, tables_);
      if (IsCandidate(block.entries[i])) block.candidates |= uint64_t{1} << i;
    }
    if (block != kernels::Utf8NormalTables::Block{})
      tables_.SetBlock(first / 64, block);
  }
}

void NormalMapper::LearnPairs(const icu::Normalizer2& icu) {
  UErrorCode status = U_ZERO_ERROR;
  // What decomposes: in NFC a composite may be inert.
  const icu::Normalizer2& nfd = *icu::Normalizer2::getNFDInstance(status);
  for (UChar32 character = 0; character < 0x110000; ++character) {
    const bool is_hangul =
        static_cast<uint32_t>(character) - reference::kHangulBase <
        reference::kHangulCount;
    icu::UnicodeString raw;
    if (is_hangul || nfd.isInert(character) ||
        !nfd.getRawDecomposition(character, raw) || raw.countChar32() != 2)
      continue;
    const UChar32 first = raw.char32At(0);
    const UChar32 second = raw.char32At(raw.moveIndex32(0, 1));
    const UChar32 composite = icu.composePair(first, second);
    if (composite > 0)
      tables_.AddPair(static_cast<uint32_t>(first),
                      static_cast<uint32_t>(second),
                      static_cast<uint32_t>(composite));
  }
}

void NormalMapper::AppendByIcu(std::string_view segment, int64_t begin,
                               std::vector<NormalEdit>& edits,
                               BufferBuilder<char>& out) const {
  UErrorCode status = U_ZERO_ERROR;
  std::string result;
  icu::StringByteSink<std::string> sink(&result);
  icu::Edits found;
  icu_->normalizeUTF8(
      0, icu::StringPiece(segment.data(), static_cast<int32_t>(segment.size())),
      sink, &found, status);
  for (auto change = found.getFineChangesIterator(); change.next(status);) {
    const int64_t at = begin + change.sourceIndex();
    edits.push_back({at, at + change.oldLength(), change.newLength()});
  }
  out.Append(std::span<const char>(result));
}

void NormalMapper::AppendHard(NormalizeRun& run,
                              BufferBuilder<char>& out) const {
  const size_t begin = run.at;
  const size_t row_end = run.RowEnd();
  size_t end = begin;
  do {
    end += reference::CharacterAt(run.text, end, row_end).size;
  } while (!reference::BoundaryAt(tables_, run.text, end, row_end));
  const std::string_view segment(
      reinterpret_cast<const char*>(run.text) + begin, end - begin);
  const size_t size_before = out.size();
  const auto at = static_cast<int64_t>(begin);
  if (run.edits != nullptr && icu_ != nullptr &&
      segment.size() <= kMostForIcu) {
    AppendByIcu(segment, at, *run.edits, out);
  } else {
    AppendNormalSegment(tables_, segment, out);
    const std::string_view result(out.data() + size_before,
                                  out.size() - size_before);
    if (run.edits != nullptr && result != segment)
      run.edits->push_back(
          {at, static_cast<int64_t>(end), static_cast<int64_t>(result.size())});
  }
  run.growth += static_cast<int64_t>(out.size() - size_before) -
                static_cast<int64_t>(segment.size());
  run.at = run.changed_end = end;
}

void NormalMapper::AppendRows(const char* bytes,
                              std::span<const Offset> offsets, Offset* row_ends,
                              BufferBuilder<char>& out,
                              std::vector<NormalEdit>* edits) const {
  const size_t begin = out.size();
  NormalizeRun run;
  run.text = reinterpret_cast<const uint8_t*>(bytes) + offsets[0];
  run.limits = offsets;
  run.row_ends = row_ends;
  run.edits = edits;
  ReserveMore(run.size() + 2 * kernels::kNormalizeSlack, out);
  NormalizeStop stop = NormalizeStop::kRoom;
  while (stop != NormalizeStop::kEnd) {
    const size_t size = begin + run.at + static_cast<size_t>(run.growth);
    if (size + 2 * kernels::kNormalizeSlack > out.capacity())
      out.Reserve(2 * out.capacity());
    out.ResizeUninitialized(out.capacity());
    run.out = reinterpret_cast<uint8_t*>(out.data()) + begin;
    run.room = out.capacity() - begin;
    stop = kernels::NormalizeUtf8(tables_, run);
    out.ResizeUninitialized(begin + run.at + static_cast<size_t>(run.growth));
    if (stop == NormalizeStop::kHard) AppendHard(run, out);
  }
}

absl::StatusOr<StringTensor> NormalMapper::Map(StringTensorView input,
                                               const ExecOptions& exec) const {
  if (input.size() == 0) return StringTensor();
  const size_t size = input.text().size();
  return internal::AppendPieces(
      CutRows(input.offsets(), kValuesInPiece),
      size + size / 16 + 4 * kernels::kNormalizeSlack, exec,
      [&](int64_t begin, int64_t end, Offset* row_ends,
          BufferBuilder<char>& out) {
        const auto out_begin = static_cast<Offset>(out.size());
        const StringTensorView rows = input.Slice(begin, end);
        AppendRows(rows.bytes().data(), rows.offsets(), row_ends, out);
        for (int64_t row = 0; row < rows.size(); ++row)
          row_ends[row] += out_begin;
        return absl::OkStatus();
      });
}

namespace {

// Adds the changes of a piece's rows and where each row's changes end.
void AppendChanges(StringTensorView rows, std::span<const NormalEdit> edits,
                   BufferBuilder<SourceOffsets::Change>& changes,
                   BufferBuilder<Offset>& splits) {
  const Offset base = rows.offsets()[0];
  size_t next = 0;
  for (int64_t row = 0; row < rows.size(); ++row) {
    const Offset begin = rows.offsets()[row] - base;
    const Offset end = rows.offsets()[row + 1] - base;
    Offset growth = 0;
    // A change has at least one byte of the source.
    for (; next < edits.size() && edits[next].begin < end; ++next) {
      const NormalEdit& edit = edits[next];
      const Offset to = edit.begin - begin + growth;
      changes.Append(
          {edit.begin - begin, edit.end - begin, to, to + edit.size});
      growth += edit.size - (edit.end - edit.begin);
    }
    splits.Append(static_cast<Offset>(changes.size()));
  }
}

}  // namespace

absl::StatusOr<NormalizedWithOffsets> NormalMapper::MapWithOffsets(
    StringTensorView input, const ExecOptions& exec) const {
  if (input.size() == 0) return NormalizedWithOffsets();
  struct Mapped {
    BufferBuilder<char> bytes;
    std::vector<NormalEdit> edits;
  };
  const std::vector<int64_t> borders = CutRows(input.offsets(), kValuesInPiece);
  std::vector<Mapped> pieces(borders.size() - 1);
  BufferBuilder<char> output;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> offsets,
      MeasureAndWrite(
          input.offsets(), exec,
          [&](const Piece& piece, Offset* row_ends) {
            const StringTensorView rows = input.Slice(piece.begin, piece.end);
            AppendRows(rows.bytes().data(), rows.offsets(), row_ends,
                       pieces[piece.index].bytes, &pieces[piece.index].edits);
            return absl::OkStatus();
          },
          [&](int64_t total) {
            output.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const Piece& piece, std::span<const Offset>) {
            const BufferBuilder<char> mapped =
                std::move(pieces[piece.index].bytes);
            if (!mapped.empty())
              std::memcpy(output.data() + piece.output_begin, mapped.data(),
                          mapped.size());
            return absl::OkStatus();
          }));
  BufferBuilder<SourceOffsets::Change> changes;
  BufferBuilder<Offset> splits;
  BufferBuilder<Offset> sizes(static_cast<size_t>(input.size()));
  splits.Append(Offset{0});
  for (size_t piece = 0; piece < pieces.size(); ++piece)
    AppendChanges(input.Slice(borders[piece], borders[piece + 1]),
                  pieces[piece].edits, changes, splits);
  for (int64_t row = 0; row < input.size(); ++row)
    sizes[static_cast<size_t>(row)] = static_cast<Offset>(input[row].size());
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor strings,
      StringTensor::FromBytes(
          RowPartition::FromRowSplitsUnchecked(std::move(offsets)),
          std::move(output).Build()));
  return NormalizedWithOffsets{
      std::move(strings),
      SourceOffsets(
          RowPartition::FromRowSplitsUnchecked(std::move(splits).Build()),
          std::move(changes).Build(), std::move(sizes).Build())};
}

}  // namespace rowsplit::internal
