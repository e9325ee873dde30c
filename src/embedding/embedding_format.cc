#include "embedding/embedding_format.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/decoded_stream.h"
#include "core/npy_header.h"
#include "core/status_macros.h"
#include "embedding/embedding_layout.h"
#include "embedding/safetensors.h"
#include "embedding/zip_directory.h"
#include "rowsplit/embedding/embedding.h"

namespace rowsplit::internal {

namespace {

constexpr size_t kHeadBytes = 4096;
// 793712314, little-endian.
constexpr std::string_view kFastTextMagic = "\xBA\x16\x4F\x2F";

constexpr std::pair<std::string_view, EmbeddingFormat> kEndings[] = {
    {".rse", EmbeddingFormat::kFrozen},
    {".npy", EmbeddingFormat::kNpy},
    {".npz", EmbeddingFormat::kNpz},
    {".safetensors", EmbeddingFormat::kSafetensors},
    {".txt", EmbeddingFormat::kGlove},
    {".vec", EmbeddingFormat::kWord2Vec},
};

// Takes a decimal number and what ends it off the front.
bool TakeNumber(std::string_view& text, std::string_view ends) {
  uint64_t value;
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || after == end ||
      ends.find(*after) == std::string_view::npos) {
    return false;
  }
  text.remove_prefix(static_cast<size_t>(after - text.data()) + 1);
  return true;
}

// Takes "rows width" off the front, the first line of word2vec's files.
bool TakeHeaderLine(std::string_view& head) {
  return TakeNumber(head, " \t") && TakeNumber(head, "\r\n");
}

// Whether floats as bytes follow the first token: hardly any of them have no
// byte that numbers of text can't have.
bool HasBinaryFloats(std::string_view after_header) {
  const size_t space = after_header.find(' ');
  if (space == std::string_view::npos) return false;
  const std::string_view floats = after_header.substr(space);
  return std::any_of(floats.begin(),
                     floats.begin() + std::min<ptrdiff_t>(floats.size(), 256),
                     [](char c) {
                       const auto byte = static_cast<unsigned char>(c);
                       return byte < ' ' && c != '\t' && c != '\n' && c != '\r';
                     });
}

}  // namespace

absl::StatusOr<EmbeddingFormat> FindEmbeddingFormat(std::span<const char> file,
                                                    const std::string& name) {
  std::string_view head(file.data(), std::min(file.size(), kHeadBytes));
  if (IsFrozenEmbedding(head)) return EmbeddingFormat::kFrozen;
  if (IsNpy(head)) return EmbeddingFormat::kNpy;
  if (IsZip(head)) return EmbeddingFormat::kNpz;
  if (IsSafetensors(head, file.size())) return EmbeddingFormat::kSafetensors;
  std::string decoded;
  if (IsCompressed(file)) {
    decoded.resize(kHeadBytes);
    ROWSPLIT_ASSIGN_OR_RETURN(
        const size_t size,
        DecodedStream(file, name).Read(decoded.data(), decoded.size()));
    decoded.resize(size);
    head = decoded;
  }
  if (head.starts_with(kFastTextMagic)) return EmbeddingFormat::kFastText;
  if (head.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: the file is empty", name));
  }
  std::string_view rest = head;
  if (TakeHeaderLine(rest)) {
    return HasBinaryFloats(rest) ? EmbeddingFormat::kWord2VecBinary
                                 : EmbeddingFormat::kWord2Vec;
  }
  if (head.find('\0') == std::string_view::npos) return EmbeddingFormat::kGlove;
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: the file begins like none of the formats of embeddings", name));
}

absl::StatusOr<EmbeddingFormat> FormatOfName(std::string_view path) {
  std::string known;
  for (const auto& [ending, format] : kEndings) {
    if (path.ends_with(ending)) return format;
    known += (known.empty() ? "" : ", ") + std::string(ending);
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "cannot tell the format of an embedding from the name '%s': expected one "
      "that ends in %s, or a format",
      path, known));
}

}  // namespace rowsplit::internal
