#ifndef ROWSPLIT_BENCH_SUPPORT_PLAIN_LOOKUP_H_
#define ROWSPLIT_BENCH_SUPPORT_PLAIN_LOOKUP_H_

#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace rowsplit::bench {

// Appends the ids of a line's words by a plain loop: lower, strip punctuation,
// split, look up; 1 for a word that is not there.
inline void LookUpPlainly(
    std::string_view line,
    const absl::flat_hash_map<std::string, int64_t>& ids_of,
    std::vector<int64_t>& ids) {
  std::string token;
  const auto end_token = [&] {
    if (token.empty()) return;
    const auto found = ids_of.find(token);
    ids.push_back(found == ids_of.end() ? 1 : found->second);
    token.clear();
  };
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 128 && std::isspace(byte)) {
      end_token();
    } else if (byte >= 128 || !std::ispunct(byte)) {
      token += byte < 128 ? static_cast<char>(std::tolower(byte)) : c;
    }
  }
  end_token();
}

}  // namespace rowsplit::bench

#endif  // ROWSPLIT_BENCH_SUPPORT_PLAIN_LOOKUP_H_
