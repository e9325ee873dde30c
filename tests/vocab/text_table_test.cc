#include "vocab/text_table.h"

#include <string>

#include "gtest/gtest.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

TEST(ParseTextTable, TakesAnyBytesWithoutHarm) {
  testing::Random random(testing::Seed(9));
  const std::string alphabet = "a1 \t\r\n\xff.-";
  for (int round = 0; round < 20'000; ++round) {
    std::string content;
    for (uint64_t size = testing::Below(random, 12); size > 0; --size)
      content += alphabet[testing::Below(random, alphabet.size())];
    TextTableOptions options;
    options.key_index = static_cast<int64_t>(testing::Below(random, 4)) - 2;
    options.value_index = static_cast<int64_t>(testing::Below(random, 4)) - 2;
    if (options.key_index == TextTableOptions::kLineNumber)
      options.key_dtype = DType::kInt64;
    if (options.value_index == TextTableOptions::kWholeLine)
      options.value_dtype = DType::kString;
    const auto table = ParseTextTable(content, "t", options);
    if (table.ok()) {
      EXPECT_EQ(table->keys.num_items(), table->values.num_items());
      EXPECT_GT(table->keys.num_items(), 0);
    } else {
      EXPECT_FALSE(table.status().message().empty());
    }
  }
}

}  // namespace
}  // namespace rowsplit::internal
