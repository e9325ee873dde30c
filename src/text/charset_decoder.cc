#include "text/charset_decoder.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucnv_err.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "kernels/count_characters.h"
#include "kernels/utf8_decode.h"
#include "kernels/utf8_decode_ref.h"
#include "text/append_rows.h"

namespace rowsplit::internal {
namespace {

// Notes in the bool at `context` that a piece is ill-formed, and lets U+FFFD
// stand for it.
void NoteBadPiece(const void* context, UConverterToUnicodeArgs* args,
                  const char* units, int32_t length,
                  UConverterCallbackReason reason, UErrorCode* error) {
  if (reason == UCNV_UNASSIGNED || reason == UCNV_ILLEGAL ||
      reason == UCNV_IRREGULAR) {
    *static_cast<bool*>(const_cast<void*>(context)) = true;
  }
  UCNV_TO_U_CALLBACK_SUBSTITUTE(nullptr, args, units, length, reason, error);
}

void NoteBadPiecesIn(UConverter* converter, bool* is_bad) {
  UErrorCode error = U_ZERO_ERROR;
  ucnv_setToUCallBack(converter, NoteBadPiece, is_bad, nullptr, nullptr,
                      &error);
}

bool HasTable(UConverterType type) {
  return type == UCNV_SBCS || type == UCNV_LATIN_1 || type == UCNV_US_ASCII;
}

std::shared_ptr<const std::array<int32_t, 256>> MakeTable(
    UConverter* converter) {
  auto table = std::make_shared<std::array<int32_t, 256>>();
  bool is_bad = false;
  NoteBadPiecesIn(converter, &is_bad);
  for (int byte = 0; byte < 256; ++byte) {
    const char text = static_cast<char>(byte);
    const char* source = &text;
    UErrorCode error = U_ZERO_ERROR;
    is_bad = false;
    const UChar32 code_point =
        ucnv_getNextUChar(converter, &source, source + 1, &error);
    (*table)[static_cast<size_t>(byte)] =
        is_bad || U_FAILURE(error) ? -1 : code_point;
  }
  return table;
}

}  // namespace

void ConverterCloser::operator()(UConverter* converter) const {
  ucnv_close(converter);
}

absl::StatusOr<ConverterPtr> OpenConverter(std::string_view op,
                                           const std::string& name) {
  // ICU takes a path for a file of its own, and "" for the locale's encoding.
  const bool is_name =
      !name.empty() && std::all_of(name.begin(), name.end(), [](char byte) {
        return byte > ' ' && byte <= '~' && byte != '/' && byte != '\\';
      });
  UErrorCode error = U_ZERO_ERROR;
  ConverterPtr converter(is_name ? ucnv_open(name.c_str(), &error) : nullptr);
  if (converter == nullptr || U_FAILURE(error)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: ICU knows no encoding named \"%s\"", op, name));
  }
  return converter;
}

absl::StatusOr<Charset> Charset::Find(std::string_view op,
                                      std::string_view name) {
  Charset charset;
  charset.name_ = std::string(name);
  if (name == "UTF-8") return charset;
  ROWSPLIT_ASSIGN_OR_RETURN(const ConverterPtr converter,
                            OpenConverter(op, charset.name_));
  const UConverterType type = ucnv_getType(converter.get());
  if (HasTable(type)) {
    charset.kind_ = Kind::kSingleByte;
    charset.table_ = MakeTable(converter.get());
  } else if (type != UCNV_UTF8) {
    charset.kind_ = Kind::kConverter;
  }
  return charset;
}

CharsetDecoder::CharsetDecoder(const Charset& charset, ConverterPtr converter)
    : charset_(charset),
      converter_(std::move(converter)),
      is_bad_(std::make_unique<bool>(false)) {
  if (converter_ != nullptr) NoteBadPiecesIn(converter_.get(), is_bad_.get());
}

absl::StatusOr<CharsetDecoder> CharsetDecoder::Open(const Charset& charset) {
  if (charset.kind() != Charset::Kind::kConverter)
    return CharsetDecoder(charset, nullptr);
  ROWSPLIT_ASSIGN_OR_RETURN(ConverterPtr converter,
                            OpenConverter("decoding", charset.name()));
  return CharsetDecoder(charset, std::move(converter));
}

template <typename Emit>
void CharsetDecoder::ForEachCharacter(std::string_view text, const Emit& emit) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  if (charset_.kind() == Charset::Kind::kSingleByte) {
    for (size_t at = 0; at < text.size(); ++at)
      if (!emit(charset_.table()[bytes[at]], at, size_t{1})) return;
    return;
  }
  if (charset_.kind() == Charset::Kind::kUtf8) {
    for (size_t at = 0; at < text.size();) {
      Utf8Sequence piece = {1, true};
      if (bytes[at] >= 0x80) piece = ReadUtf8Sequence(text, at);
      int32_t code_point = -1;
      if (piece.good) code_point = reference::DecodeUtf8Character(bytes + at);
      if (!emit(code_point, at, piece.size)) return;
      at += piece.size;
    }
    return;
  }
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* source = begin;
  ucnv_resetToUnicode(converter_.get());
  // To beyond the end: the last piece may have been more than one code point.
  while (!text.empty()) {
    const char* const before = source;
    *is_bad_ = false;
    UErrorCode error = U_ZERO_ERROR;
    const UChar32 code_point =
        ucnv_getNextUChar(converter_.get(), &source, end, &error);
    // Nothing but a change of state was left.
    if (U_FAILURE(error)) return;
    if (!emit(*is_bad_ ? -1 : code_point, static_cast<size_t>(before - begin),
              static_cast<size_t>(source - before)))
      return;
  }
}

// UTF-8 of which no character but what is ill-formed is a fault.
CharsetDecoder::Fault CharsetDecoder::AppendUtf8(
    std::string_view text, const DecodeRules& rules,
    BufferBuilder<int32_t>& code_points, BufferBuilder<Offset>* starts) {
  // A character has a byte at least. Room that is not used takes no memory.
  ReserveMore(text.size(), code_points);
  if (starts != nullptr) ReserveMore(text.size(), *starts);
  Fault fault;
  Utf8Stretches stretches(text);
  for (Utf8Stretch stretch = stretches.Next(); stretch.size > 0;
       stretch = stretches.Next()) {
    if (!stretch.good) {
      if (fault.size == 0) fault = {stretch.begin, stretch.size};
      if (rules.errors == ErrorPolicy::kStrict) return fault;
      if (rules.errors == ErrorPolicy::kSkip) continue;
      code_points.Append(rules.replacement);
      if (starts != nullptr) starts->Append(static_cast<Offset>(stretch.begin));
      continue;
    }
    const auto* bytes =
        reinterpret_cast<const uint8_t*>(text.data()) + stretch.begin;
    const size_t count = kernels::CountCharacters(bytes, stretch.size);
    kernels::DecodeUtf8(bytes, stretch.size, count,
                        code_points.AppendUninitialized(count));
    if (starts != nullptr) {
      kernels::FindUtf8Characters(bytes, stretch.size, count,
                                  static_cast<Offset>(stretch.begin),
                                  starts->AppendUninitialized(count));
    }
  }
  return fault;
}

CharsetDecoder::Fault CharsetDecoder::Append(
    std::string_view text, const DecodeRules& rules,
    BufferBuilder<int32_t>& code_points, BufferBuilder<Offset>* starts) {
  if (charset_.kind() == Charset::Kind::kUtf8 && !rules.replace_controls)
    return AppendUtf8(text, rules, code_points, starts);
  Fault fault;
  ForEachCharacter(text, [&](int32_t code_point, size_t begin, size_t size) {
    const bool is_control = rules.replace_controls && code_point <= 0x1F;
    const bool is_bad =
        code_point < 0 || (is_control && rules.controls_are_faults);
    if (is_bad && fault.size == 0) fault = {begin, std::max<size_t>(size, 1)};
    if (is_bad && rules.errors == ErrorPolicy::kStrict) return false;
    if (is_bad || is_control) {
      if (rules.errors == ErrorPolicy::kSkip) return true;
      code_point = rules.replacement;
    }
    code_points.Append(code_point);
    if (starts != nullptr) starts->Append(static_cast<Offset>(begin));
    return true;
  });
  return fault;
}

}  // namespace rowsplit::internal
