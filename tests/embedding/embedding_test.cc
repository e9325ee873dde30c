#include "rowsplit/embedding/embedding.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/npy_header.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/files.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::HasSubstr;
using testing::TempFolder;

std::string NpyFile(const std::vector<float>& values, int64_t num_rows,
                    int64_t width) {
  const std::array<int64_t, 2> shape = {num_rows, width};
  return internal::FormatNpyArrayHeader("<f4", shape) +
         std::string(reinterpret_cast<const char*>(values.data()),
                     values.size() * sizeof(float));
}

TEST(EmbeddingLoad, ReadsNpyWithTheTokensBesideIt) {
  const TempFolder folder;
  const std::string path =
      folder.Write("small.npy", NpyFile({1, 2, 3, 4, 5, 6}, 3, 2));
  folder.Write("small.vocab.txt", "a\nb\nc\n");
  const auto embedding = Embedding::Load(path);
  ASSERT_TRUE(embedding.ok()) << embedding.status();
  EXPECT_EQ(embedding->num_rows(), 3);
  EXPECT_EQ(embedding->width(), 2);
  EXPECT_EQ(embedding->Find("c"), 2);
  EXPECT_EQ(embedding->Find("d"), -1);
  std::vector<float> vector(2);
  ASSERT_TRUE(embedding->Vector("b", vector).ok());
  EXPECT_THAT(vector, ElementsAre(3, 4));
  EXPECT_THAT(embedding->Vector("d", vector),
              FailsWith(absl::StatusCode::kNotFound, "\"d\""));
}

}  // namespace
}  // namespace rowsplit
