#ifndef ROWSPLIT_TESTS_SUPPORT_STRING_CASES_H_
#define ROWSPLIT_TESTS_SUPPORT_STRING_CASES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/ragged_cases.h"
#include "support/seed.h"

namespace rowsplit::testing {

// Strings for an op on text: those of RaggedCases, a byte for each value.
struct StringCase {
  std::string name;
  std::vector<Offset> offsets;
  std::string bytes;

  StringTensorView view() const { return {offsets, bytes}; }
};

// The bytes are drawn from `alphabet`.
inline std::vector<StringCase> StringCases(uint64_t seed,
                                           std::string_view alphabet,
                                           int64_t huge_row = 20'000) {
  Random random(seed);
  std::vector<StringCase> cases;
  for (RaggedCase& ragged : RaggedCases(seed, huge_row)) {
    std::string bytes;
    for (int64_t i = 0; i < ragged.num_values; ++i)
      bytes += alphabet[Below(random, alphabet.size())];
    cases.push_back(
        {std::move(ragged.name), std::move(ragged.splits), std::move(bytes)});
  }
  return cases;
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_STRING_CASES_H_
