#ifndef ROWSPLIT_TESTS_SUPPORT_FROZEN_FILES_H_
#define ROWSPLIT_TESTS_SUPPORT_FROZEN_FILES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "vocab/frozen_file.h"
#include "vocab/frozen_layout.h"

namespace rowsplit::testing {

// Tokens with all that a frozen file can have: short and long ones, the empty
// one, and enough short ones that some buckets overflow.
inline std::vector<std::string> TokensForAFrozenFile() {
  std::vector<std::string> tokens = {"", std::string(2, '\0'), "the"};
  for (int i = 0; i < 60; ++i) tokens.push_back("t" + std::to_string(i));
  for (int i = 0; i < 9; ++i) {
    tokens.push_back("a_token_longer_than_a_key_" + std::to_string(i));
  }
  return tokens;
}

// Its bytes.
inline std::string FrozenFileOf(const std::vector<std::string>& tokens) {
  const std::vector<std::string_view> views(tokens.begin(), tokens.end());
  const auto bytes =
      Vocabulary::FromTokens(StringTensor::FromStrings(views))->ToBytes();
  return {bytes->data(), bytes->size()};
}

// Makes the checksums of a damaged file right again, as its author would.
inline std::string Resealed(const std::string& file) {
  internal::FrozenHeader header;
  std::memcpy(&header, file.data(), sizeof header);
  std::string sealed;
  const absl::Status status =
      internal::WriteFrozen(header, internal::FrozenPartsOf(header, file),
                            {.num_threads = 1}, [&](std::string_view bytes) {
                              sealed += bytes;
                              return absl::OkStatus();
                            });
  return status.ok() ? sealed : file;
}

// Uses everything of a vocabulary, whatever its file holds, with its own tokens
// and with `others`. False if an id is out of range.
inline bool UseAll(const Vocabulary& vocabulary,
                   const std::vector<std::string>& others) {
  const int64_t size = vocabulary.size();
  const auto in_range = [&](int64_t id) { return -1 <= id && id < size; };
  bool good = true;
  size_t num_bytes = 0;
  for (int64_t id = 0; id < size; ++id) {
    const std::string_view token = vocabulary.token(id);
    for (const char byte : token) num_bytes += byte != 0;
    good &= in_range(vocabulary.Find(token));
  }
  const StringTensor& tokens = vocabulary.tokens();
  good &= tokens.size() == size;
  for (int64_t id = 0; id < size; ++id) {
    for (const char byte : tokens[id]) num_bytes += byte != 0;
  }
  std::string bytes;
  std::vector<TokenSpan> spans;
  for (const std::string& token : others) {
    good &= in_range(vocabulary.Find(token));
    spans.push_back({static_cast<uint32_t>(bytes.size()),
                     static_cast<uint32_t>(token.size())});
    bytes += token;
  }
  std::vector<int64_t> ids(spans.size());
  vocabulary.FindSpans(bytes, spans, ids);
  for (const int64_t id : ids) good &= in_range(id);
  return good && num_bytes <= SIZE_MAX / 2;
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_FROZEN_FILES_H_
