#include "embedding/embedding_format.h"

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/files.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::kInvalid;

using testing::FailsWith;

TEST(FindEmbeddingFormat, LooksAtTheFirstBytes) {
  using enum EmbeddingFormat;
  const std::pair<std::string, EmbeddingFormat> cases[] = {
      {"\x89RSEMB\r\n more", kFrozen},
      {"\x93NUMPY\x01", kNpy},
      {"PK\x03\x04 more", kNpz},
      {std::string("\x02\0\0\0\0\0\0\0{}", 10), kSafetensors},
      {"the 0.1 0.2\n", kGlove},
      {"10 0.1\n", kGlove},
      {"10 300\nthe 0.1", kWord2Vec},
      {"10 300\r\nthe 0.1", kWord2Vec},
      {"10\t300\n", kWord2Vec},
      {testing::Gzip("10 300\nthe 0.1"), kWord2Vec},
      {testing::Zstd("the 0.1 0.2\n"), kGlove},
  };
  for (const auto& [content, expected] : cases) {
    const auto format = FindEmbeddingFormat(content, "x");
    ASSERT_TRUE(format.ok()) << content << format.status();
    EXPECT_EQ(*format, expected) << content;
  }
}

TEST(FindEmbeddingFormat, KnowsNoOthers) {
  EXPECT_THAT(FindEmbeddingFormat({}, "x.vec"),
              FailsWith(kInvalid, "x.vec: the file is empty"));
  EXPECT_THAT(FindEmbeddingFormat(std::string("GIF8\0\0\0", 7), "x"),
              FailsWith(kInvalid, "none of the formats"));
  EXPECT_THAT(FindEmbeddingFormat(testing::Gzip(""), "x"),
              FailsWith(kInvalid, "is empty"));
  EXPECT_THAT(FindEmbeddingFormat(std::string_view("\x1f\x8b\x08 no"), "x"),
              FailsWith(absl::StatusCode::kDataLoss, "x: "));
}

TEST(FormatOfName, LooksAtTheEnding) {
  EXPECT_EQ(*FormatOfName("a/b.rse"), EmbeddingFormat::kFrozen);
  EXPECT_EQ(*FormatOfName("b.safetensors"), EmbeddingFormat::kSafetensors);
  EXPECT_EQ(*FormatOfName("b.vec"), EmbeddingFormat::kWord2Vec);
  EXPECT_THAT(FormatOfName("b.h5"),
              FailsWith(kInvalid, "one that ends in .rse"));
}

}  // namespace
}  // namespace rowsplit::internal
