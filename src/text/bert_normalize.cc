#include "rowsplit/text/bert_normalize.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "kernels/utf8_normalize_ref.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/normalize.h"
#include "text/byte_level.h"
#include "text/character_tables.h"
#include "text/fast_bert_characters.h"
#include "text/hf_characters.h"
#include "text/normal_mapper.h"
#include "text/row_pieces.h"

namespace rowsplit {
namespace {

using internal::NormalMapper;
using Result = std::optional<std::string>;

std::string Utf8(const icu::UnicodeString& text) {
  std::string bytes;
  return text.toUTF8String(bytes);
}

std::string Utf8(UChar32 character) {
  return Utf8(icu::UnicodeString(character));
}

// The marks that Hugging Face's StripAccents knows are those of Unicode 9:
// U+1CF2 and U+1CF3 were marks up to Unicode 11, U+111C9 was none.
bool IsMark(UChar32 character) {
  if (character == 0x111C9) return false;
  if (character >= 0x1CF2 && character <= 0x1CF3) return true;
  UVersionInfo age;
  u_charAge(character, age);
  return (U_GET_GC_MASK(character) & U_GC_M_MASK) != 0 && age[0] <= 9;
}

std::string Lower(UChar32 character) {
  const icu::UnicodeString source(character);
  char16_t lower[16];
  UErrorCode status = U_ZERO_ERROR;
  const int32_t size =
      u_strToLower(lower, 16, source.getBuffer(), source.length(), "", &status);
  return Utf8(icu::UnicodeString(lower, size));
}

Result LowerResult(UChar32 character) {
  if (!u_hasBinaryProperty(character, UCHAR_CASE_SENSITIVE)) return {};
  std::string lower = Lower(character);
  if (lower == Utf8(character)) return {};
  return lower;
}

const NormalMapper& FastBertMapper(bool folds) {
  const auto make = [](internal::FastBertChange change) {
    return new NormalMapper(
        internal::MakeCharacterTables([=](uint32_t code_point) {
          return internal::ChangeForFastBert(code_point, change);
        }));
  };
  if (folds) {
    static const auto* mapper = make(internal::FastBertChange::kFold);
    return *mapper;
  }
  static const auto* mapper = make(internal::FastBertChange::kControls);
  return *mapper;
}

// What BertNormalizer does before it decomposes.
Result CleanResult(uint32_t code_point, bool clean, bool chinese) {
  const auto character = static_cast<UChar32>(code_point);
  if (clean) {
    if (code_point == '\t' || code_point == '\n' || code_point == '\r')
      return " ";
    if (code_point == 0xFFFD || internal::IsHfControl(code_point)) return "";
    if (code_point != ' ' && u_isUWhiteSpace(character)) return " ";
  }
  if (chinese && internal::IsHfChinese(code_point))
    return " " + Utf8(character) + " ";
  return {};
}

const NormalMapper& CleanMapper(bool clean, bool chinese) {
  const auto make = [](bool clean, bool chinese) {
    return new NormalMapper(
        internal::MakeCharacterTables([=](uint32_t code_point) {
          return CleanResult(code_point, clean, chinese);
        }));
  };
  if (clean && chinese) {
    static const auto* both = make(true, true);
    return *both;
  }
  if (clean) {
    static const auto* only_clean = make(true, false);
    return *only_clean;
  }
  static const auto* only_chinese = make(false, true);
  return *only_chinese;
}

const NormalMapper& LowerMapper() {
  static const auto* mapper =
      new NormalMapper(internal::MakeCharacterTables([](uint32_t code_point) {
        return LowerResult(static_cast<UChar32>(code_point));
      }));
  return *mapper;
}

// What BertNormalizer does behind NFD: no marks, and small letters.
const NormalMapper& StripMapper(bool lowers) {
  const auto make = [](bool lowers) {
    return new NormalMapper(
        internal::MakeCharacterTables([=](uint32_t code_point) -> Result {
          const auto character = static_cast<UChar32>(code_point);
          if (internal::IsHfNonspacingMark(code_point)) return "";
          return lowers ? LowerResult(character) : Result();
        }));
  };
  if (lowers) {
    static const auto* mapper = make(true);
    return *mapper;
  }
  static const auto* mapper = make(false);
  return *mapper;
}

Result NmtResult(uint32_t c) {
  if (c == 0x09 || c == 0x0A || c == 0x0C || c == 0x0D || c == 0x1680 ||
      (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 ||
      c == 0x2581 || c == 0xFEFF || c == 0xFFFD)
    return " ";
  if ((c >= 0x01 && c < 0x20) || c == 0x7F || c == 0x8F || c == 0x9F) return "";
  return {};
}

// Appends the offsets of a string's bytes.
void AppendOffsets(std::span<const SourceOffsets::Change> changes,
                   Offset source_size, BufferBuilder<Offset>& offsets) {
  Offset at = 0;
  const auto append_same = [&](Offset end) {
    const auto count = static_cast<size_t>(end - at);
    Offset* to = offsets.AppendUninitialized(count);
    for (size_t i = 0; i < count; ++i) to[i] = at + static_cast<Offset>(i);
  };
  for (const SourceOffsets::Change& change : changes) {
    append_same(change.source_begin);
    const auto count = static_cast<size_t>(change.end - change.begin);
    std::fill_n(offsets.AppendUninitialized(count), count, change.source_begin);
    at = change.source_end;
  }
  append_same(source_size + 1);
}

// A string for each row: `size(row)` bytes that `write(row, to)` writes.
absl::StatusOr<StringTensor> WriteRows(
    StringTensorView input, const ExecOptions& exec,
    absl::FunctionRef<size_t(std::string_view row)> size,
    absl::FunctionRef<void(std::string_view row, char* to)> write) {
  BufferBuilder<char> output;
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> offsets,
      internal::MeasureAndWrite(
          input.offsets(), exec,
          [&](const internal::Piece& piece, Offset* row_ends) {
            Offset end = 0;
            for (int64_t row = piece.begin; row < piece.end; ++row) {
              end += static_cast<Offset>(size(input[row]));
              row_ends[row - piece.begin] = end;
            }
            return absl::OkStatus();
          },
          [&](int64_t total) {
            output.ResizeUninitialized(static_cast<size_t>(total));
          },
          [&](const internal::Piece& piece, std::span<const Offset> splits) {
            for (int64_t row = piece.begin; row < piece.end; ++row)
              write(input[row], output.data() + splits[row]);
            return absl::OkStatus();
          }));
  return StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(std::move(offsets)),
      std::move(output).Build());
}

}  // namespace

absl::StatusOr<StringTensor> FastBertNormalize(
    StringTensorView input, const FastBertNormalizeOptions& options) {
  return FastBertMapper(options.lower_case_nfd_strip_accents)
      .Map(input, options.exec);
}

absl::StatusOr<FastBertNormalized> FastBertNormalizeWithOffsets(
    StringTensorView input, const FastBertNormalizeOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(NormalizedWithOffsets made,
                            FastBertMapper(options.lower_case_nfd_strip_accents)
                                .MapWithOffsets(input, options.exec));
  BufferBuilder<Offset> offsets;
  BufferBuilder<Offset> splits;
  offsets.Reserve(made.strings.bytes().size() +
                  static_cast<size_t>(input.size()));
  splits.Append(Offset{0});
  for (int64_t row = 0; row < input.size(); ++row) {
    AppendOffsets(made.source_offsets.changes(row),
                  static_cast<Offset>(input[row].size()), offsets);
    splits.Append(static_cast<Offset>(offsets.size()));
  }
  return FastBertNormalized{
      std::move(made.strings),
      RaggedTensor<Offset>::FromFlatValuesUnchecked(
          RaggedShape(
              RowPartition::FromRowSplitsUnchecked(std::move(splits).Build())),
          std::move(offsets).Build())};
}

absl::StatusOr<StringTensor> BertNormalize(
    StringTensorView input, const BertNormalizeOptions& options) {
  StringTensor made;
  StringTensorView text = input;
  const auto apply = [&](const NormalMapper& mapper) -> absl::Status {
    ROWSPLIT_ASSIGN_OR_RETURN(StringTensor next,
                              mapper.Map(text, options.exec));
    made = std::move(next);
    text = made.view();
    return absl::OkStatus();
  };
  const bool strips = options.strip_accents.value_or(options.lowercase);
  const bool cleans = options.clean_text || options.handle_chinese_chars;
  if (cleans)
    ROWSPLIT_RETURN_IF_ERROR(
        apply(CleanMapper(options.clean_text, options.handle_chinese_chars)));
  if (strips) {
    ROWSPLIT_RETURN_IF_ERROR(apply(NormalMapper::Of(NormalForm::kNfd)));
    ROWSPLIT_RETURN_IF_ERROR(apply(StripMapper(options.lowercase)));
  } else if (options.lowercase) {
    ROWSPLIT_RETURN_IF_ERROR(apply(LowerMapper()));
  }
  if (cleans || strips || options.lowercase) return made;
  StringTensorBuilder same;
  for (int64_t row = 0; row < input.size(); ++row) same.Append(input[row]);
  return std::move(same).Build();
}

absl::StatusOr<StringTensor> LowerCharacters(
    StringTensorView input, const CharacterNormalizeOptions& options) {
  return LowerMapper().Map(input, options.exec);
}

absl::StatusOr<StringTensor> DeleteMarks(
    StringTensorView input, const CharacterNormalizeOptions& options) {
  static const auto* mapper = new NormalMapper(
      internal::MakeCharacterTables([](uint32_t code_point) -> Result {
        if (!IsMark(static_cast<UChar32>(code_point))) return {};
        return "";
      }));
  return mapper->Map(input, options.exec);
}

absl::StatusOr<StringTensor> NormalizeForNmt(
    StringTensorView input, const CharacterNormalizeOptions& options) {
  static const auto* mapper =
      new NormalMapper(internal::MakeCharacterTables(NmtResult));
  return mapper->Map(input, options.exec);
}

absl::StatusOr<StringTensor> ShowBytes(
    StringTensorView input, const CharacterNormalizeOptions& options) {
  std::array<std::string, 256> shown;
  for (size_t byte = 0; byte < shown.size(); ++byte)
    internal::AppendByteCharacter(static_cast<uint8_t>(byte), shown[byte]);
  return WriteRows(
      input, options.exec,
      [&](std::string_view row) {
        size_t size = 0;
        for (const char byte : row)
          size += shown[static_cast<uint8_t>(byte)].size();
        return size;
      },
      [&](std::string_view row, char* to) {
        for (const char byte : row) {
          const std::string& character = shown[static_cast<uint8_t>(byte)];
          to = std::copy(character.begin(), character.end(), to);
        }
      });
}

absl::StatusOr<StringTensor> PrependText(
    StringTensorView input, std::string_view prefix,
    const CharacterNormalizeOptions& options) {
  const auto reach =
      internal::CheckedMul(static_cast<int64_t>(prefix.size()), input.size());
  ROWSPLIT_RETURN_IF_ERROR(reach.status());
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckedAdd(*reach, static_cast<int64_t>(input.text().size()))
          .status());
  return WriteRows(
      input, options.exec,
      [&](std::string_view row) {
        return row.empty() ? 0 : prefix.size() + row.size();
      },
      [&](std::string_view row, char* to) {
        if (row.empty()) return;
        to = std::copy(prefix.begin(), prefix.end(), to);
        std::copy(row.begin(), row.end(), to);
      });
}

absl::StatusOr<StringTensor> StripUnicodeWhitespace(
    StringTensorView input, const StripUnicodeWhitespaceOptions& options) {
  const auto strip = [&](std::string_view text) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
    const auto is_space = [](reference::Utf8Character character) {
      return character.size > 0 &&
             u_isUWhiteSpace(static_cast<UChar32>(character.code_point));
    };
    size_t begin = 0;
    size_t end = text.size();
    while (options.left && begin < end) {
      const auto character = reference::CharacterAt(bytes, begin, end);
      if (!is_space(character)) break;
      begin += character.size;
    }
    while (options.right && begin < end) {
      const auto character = reference::CharacterBefore(bytes, begin, end);
      if (!is_space(character)) break;
      end -= character.size;
    }
    return text.substr(begin, end - begin);
  };
  return WriteRows(
      input, options.exec,
      [&](std::string_view row) { return strip(row).size(); },
      [&](std::string_view row, char* to) {
        const std::string_view kept = strip(row);
        std::copy(kept.begin(), kept.end(), to);
      });
}

}  // namespace rowsplit
