#ifndef ROWSPLIT_TESTS_SUPPORT_VOCABULARIES_H_
#define ROWSPLIT_TESTS_SUPPORT_VOCABULARIES_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "support/hostile_tokens.h"
#include "support/seed.h"

namespace rowsplit::testing {

inline Vocabulary VocabularyOf(const std::vector<std::string>& tokens) {
  const std::vector<std::string_view> views(tokens.begin(), tokens.end());
  auto vocabulary = Vocabulary::FromTokens(StringTensor::FromStrings(views));
  EXPECT_TRUE(vocabulary.ok()) << vocabulary.status();
  return *std::move(vocabulary);
}

inline std::vector<std::string> TokensOf(const Vocabulary& vocabulary) {
  std::vector<std::string> tokens;
  for (int64_t id = 0; id < vocabulary.size(); ++id) {
    tokens.emplace_back(vocabulary.token(id));
  }
  return tokens;
}

// Up to `size` hostile tokens in a random order; two draws share some.
inline std::vector<std::string> DrawTokens(Random& random, size_t size) {
  std::vector<std::string> tokens = HostileTokens(1);
  std::erase_if(tokens, [](const auto& token) { return token.size() > 1000; });
  std::shuffle(tokens.begin(), tokens.end(), random);
  tokens.resize(std::min<size_t>(tokens.size(), Below(random, size + 1)));
  return tokens;
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_VOCABULARIES_H_
