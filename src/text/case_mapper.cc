#include "text/case_mapper.h"

#include <unicode/uchar.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "core/utf8.h"
#include "kernels/utf8_case.h"
#include "kernels/utf8_normalize_ref.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "text/append_rows.h"
#include "text/append_utf8.h"

namespace rowsplit::internal {
namespace {

constexpr uint32_t kCapitalSigma = 0x3A3;
constexpr std::string_view kFinalSigma = "ς";
constexpr std::string_view kMiddleSigma = "σ";

// ICU's mappings of a string, all of whose results are short.
int32_t LowerIcu(const char16_t* text, int32_t size, char16_t* out,
                 int32_t room) {
  UErrorCode status = U_ZERO_ERROR;
  return u_strToLower(out, room, text, size, "", &status);
}
int32_t UpperIcu(const char16_t* text, int32_t size, char16_t* out,
                 int32_t room) {
  UErrorCode status = U_ZERO_ERROR;
  return u_strToUpper(out, room, text, size, "", &status);
}
int32_t FoldIcu(const char16_t* text, int32_t size, char16_t* out,
                int32_t room) {
  UErrorCode status = U_ZERO_ERROR;
  return u_strFoldCase(out, room, text, size, U_FOLD_CASE_DEFAULT, &status);
}

std::string ToUtf8(const char16_t* text, int32_t size) {
  std::string utf8;
  for (int32_t at = 0; at < size;) {
    UChar32 code_point;
    U16_NEXT_UNSAFE(text, at, code_point);
    AppendUtf8(static_cast<uint32_t>(code_point), utf8);
  }
  return utf8;
}

// The code point at `*at` of well-formed text; moves behind it.
uint32_t NextCodePoint(std::string_view text, size_t* at) {
  UChar32 code_point;
  U8_NEXT_UNSAFE(text.data(), *at, code_point);
  return static_cast<uint32_t>(code_point);
}

bool IsIgnored(reference::Utf8Character character) {
  return character.size > 0 &&
         u_hasBinaryProperty(static_cast<UChar32>(character.code_point),
                             UCHAR_CASE_IGNORABLE);
}
bool IsCased(reference::Utf8Character character) {
  return character.size > 0 &&
         u_hasBinaryProperty(static_cast<UChar32>(character.code_point),
                             UCHAR_CASED);
}

// Unicode's Final_Sigma, for the capital sigma at text[at, at + 2) of the row
// text[begin, end): a cased letter before it and none behind it, with any
// number of characters between that case ignores. Those stand between two
// letters, so they are walked over twice at most, however many sigmas there
// are. What is ill-formed becomes U+FFFD, which is neither.
bool IsFinalSigma(std::string_view text, size_t begin, size_t end, size_t at) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  reference::Utf8Character character = {0, 0};
  bool has_before = false;
  for (size_t i = at; i > begin; i -= character.size) {
    character = reference::CharacterBefore(bytes, begin, i);
    has_before = !IsIgnored(character) && IsCased(character);
    if (!IsIgnored(character)) break;
  }
  if (!has_before) return false;
  for (size_t i = at + kMiddleSigma.size(); i < end; i += character.size) {
    character = reference::CharacterAt(bytes, i, end);
    if (!IsIgnored(character)) return !IsCased(character);
  }
  return true;
}

void Append(std::string_view text, BufferBuilder<char>& out) {
  out.Append(std::span<const char>(text.data(), text.size()));
}

bool StartsCharacter(std::string_view text, size_t at) {
  return at == text.size() || static_cast<int8_t>(text[at]) >= -64;
}

}  // namespace

CaseMapper::CaseMapper(Map map, uint8_t ascii_first, bool has_final_sigma)
    : has_final_sigma_(has_final_sigma) {
  map_.ascii_first = ascii_first;
  Learn(map);
}

void CaseMapper::Learn(Map map) {
  // What ICU calls case-sensitive is all that any mapping changes or makes.
  for (uint32_t code_point = 0x80; code_point <= UCHAR_MAX_VALUE;
       ++code_point) {
    if (!u_hasBinaryProperty(static_cast<UChar32>(code_point),
                             UCHAR_CASE_SENSITIVE))
      continue;
    char16_t source[2];
    char16_t mapped[16];
    int32_t size = 0;
    U16_APPEND_UNSAFE(source, size, code_point);
    const int32_t mapped_size = map(source, size, mapped, 16);
    const std::string result = ToUtf8(mapped, mapped_size);
    std::string same;
    AppendUtf8(code_point, same);
    const bool is_sigma = has_final_sigma_ && code_point == kCapitalSigma;
    if (result == same && !is_sigma) continue;
    uint32_t bytes = 0;
    if (result.size() == same.size() && !is_sigma) {
      for (size_t i = 0; i < result.size(); ++i)
        bytes |= static_cast<uint32_t>(static_cast<uint8_t>(result[i]))
                 << (8 * i);
    } else {
      specials_.push_back({code_point, result});
    }
    map_.Set(code_point, bytes);
  }
}

const CaseMapper& CaseMapper::Lower() {
  static const auto* mapper = new CaseMapper(LowerIcu, 'A', true);
  return *mapper;
}

const CaseMapper& CaseMapper::Upper() {
  static const auto* mapper = new CaseMapper(UpperIcu, 'a', false);
  return *mapper;
}

const CaseMapper& CaseMapper::Fold() {
  static const auto* mapper = new CaseMapper(FoldIcu, 'A', false);
  return *mapper;
}

std::string_view CaseMapper::ResultOf(uint32_t code_point) const {
  const auto found =
      std::lower_bound(specials_.begin(), specials_.end(), code_point,
                       [](const Special& special, uint32_t wanted) {
                         return special.code_point < wanted;
                       });
  return found->result;
}

void CaseMapper::AppendWellFormed(std::string_view text, size_t begin,
                                  size_t end,
                                  absl::FunctionRef<Limits(size_t at)> row_at,
                                  std::vector<Shift>* shifts,
                                  BufferBuilder<char>& out) const {
  size_t at = begin;
  ptrdiff_t growth = 0;
  while (true) {
    const size_t size_before = out.size();
    char* mapped = out.AppendUninitialized(end - at);
    const size_t size = kernels::MapUtf8Case(
        map_, reinterpret_cast<const uint8_t*>(text.data() + at), end - at,
        reinterpret_cast<uint8_t*>(mapped));
    out.ResizeUninitialized(size_before + size);
    at += size;
    if (at == end) return;
    const size_t special = at;
    const uint32_t code_point = NextCodePoint(text, &at);
    std::string_view result;
    if (code_point == kCapitalSigma && has_final_sigma_) {
      const Limits row = row_at(special);
      result = IsFinalSigma(text, row.begin, row.end, special) ? kFinalSigma
                                                               : kMiddleSigma;
    } else {
      result = ResultOf(code_point);
    }
    Append(result, out);
    if (shifts == nullptr || result.size() == at - special) continue;
    growth += static_cast<ptrdiff_t>(result.size()) -
              static_cast<ptrdiff_t>(at - special);
    shifts->push_back({at, growth});
  }
}

void CaseMapper::AppendRow(std::string_view row,
                           BufferBuilder<char>& out) const {
  // Room for the whole of it, and for some characters that grow.
  ReserveMore(row.size() + row.size() / 64, out);
  Utf8Stretches stretches(row);
  for (Utf8Stretch stretch = stretches.Next(); stretch.size > 0;
       stretch = stretches.Next()) {
    if (stretch.good) {
      AppendWellFormed(
          row, stretch.begin, stretch.begin + stretch.size,
          [&](size_t) { return Limits{0, row.size()}; }, nullptr, out);
    } else {
      Append(kReplacementCharacter, out);
    }
  }
}

void CaseMapper::AppendRows(const char* bytes, std::span<const Offset> offsets,
                            Offset* row_ends, BufferBuilder<char>& out) const {
  const size_t num_rows = offsets.size() - 1;
  const size_t out_begin = out.size();
  if (num_rows == 1) {
    AppendRow(
        {bytes + offsets[0], static_cast<size_t>(offsets[1] - offsets[0])},
        out);
    row_ends[0] = static_cast<Offset>(out.size() - out_begin);
    return;
  }
  const std::string_view text(bytes + offsets[0],
                              static_cast<size_t>(offsets.back() - offsets[0]));
  bool is_good = IsValidUtf8(text);
  for (size_t row = 0; row < num_rows && is_good; ++row)
    is_good =
        StartsCharacter(text, static_cast<size_t>(offsets[row] - offsets[0]));
  if (!is_good) {
    for (size_t row = 0; row < num_rows; ++row) {
      AppendRow({bytes + offsets[row],
                 static_cast<size_t>(offsets[row + 1] - offsets[row])},
                out);
      row_ends[row] = static_cast<Offset>(out.size() - out_begin);
    }
    return;
  }
  const auto row_at = [&](size_t at) {
    const auto behind = std::upper_bound(offsets.begin(), offsets.end(),
                                         offsets[0] + static_cast<Offset>(at));
    return Limits{static_cast<size_t>(*(behind - 1) - offsets[0]),
                  static_cast<size_t>(*behind - offsets[0])};
  };
  std::vector<Shift> shifts;
  AppendWellFormed(text, 0, text.size(), row_at, &shifts, out);
  ptrdiff_t growth = 0;
  auto shift = shifts.begin();
  for (size_t row = 0; row < num_rows; ++row) {
    const Offset end = offsets[row + 1] - offsets[0];
    for (; shift != shifts.end() && static_cast<Offset>(shift->end) <= end;
         ++shift)
      growth = shift->growth;
    row_ends[row] = end + growth;
  }
}

void CaseMapper::AppendRows(std::string_view bytes, std::span<TokenSpan> rows,
                            BufferBuilder<char>& out) const {
  if (rows.empty()) return;
  const size_t first = rows.front().begin;
  const std::string_view text = bytes.substr(first, rows.back().end() - first);
  bool is_good = IsValidUtf8(text);
  for (size_t row = 0; row < rows.size() && is_good; ++row) {
    is_good = StartsCharacter(text, rows[row].begin - first) &&
              StartsCharacter(text, rows[row].end() - first);
  }
  if (!is_good) {
    for (TokenSpan& row : rows) {
      const size_t begin = out.size();
      AppendRow(bytes.substr(row.begin, row.size), out);
      row = {static_cast<uint32_t>(begin),
             static_cast<uint32_t>(out.size() - begin)};
    }
    return;
  }
  const auto row_at = [&](size_t at) {
    const auto behind = std::partition_point(
        rows.begin(), rows.end(),
        [&](TokenSpan row) { return row.begin - first <= at; });
    const TokenSpan row = *(behind - 1);
    // A sigma between rows may become anything.
    if (row.end() - first <= at) return Limits{at, at + 2};
    return Limits{row.begin - first, row.end() - first};
  };
  const size_t out_begin = out.size();
  std::vector<Shift> shifts;
  AppendWellFormed(text, 0, text.size(), row_at, &shifts, out);
  ptrdiff_t growth = 0;
  auto shift = shifts.begin();
  const auto moved = [&](size_t at) {
    for (; shift != shifts.end() && shift->end <= at; ++shift)
      growth = shift->growth;
    return static_cast<uint32_t>(out_begin + at + growth);
  };
  for (TokenSpan& row : rows) {
    const uint32_t begin = moved(row.begin - first);
    row = {begin, moved(row.end() - first) - begin};
  }
}

}  // namespace rowsplit::internal
