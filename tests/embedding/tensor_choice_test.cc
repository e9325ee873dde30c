#include "embedding/tensor_choice.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::kInvalid;

using testing::FailsWith;

TEST(ChooseTensor, TakesTheNameOrTheOnlyTable) {
  const std::vector<NamedTensor> tensors = {
      {"bias", false}, {"weight", true}, {"x", false}};
  EXPECT_EQ(*ChooseTensor(tensors, "bias", "f"), 0u);
  EXPECT_EQ(*ChooseTensor(tensors, "", "f"), 1u);
  EXPECT_THAT(ChooseTensor(tensors, "y", "f"),
              FailsWith(kInvalid,
                        "f: no tensor is called \"y\"; it has \"bias\", "
                        "\"weight\", \"x\""));
}

TEST(ChooseTensor, RefusesToGuess) {
  EXPECT_THAT(ChooseTensor({{"a", true}, {"n", false}, {"b", true}}, "", "f"),
              FailsWith(kInvalid, "name of one must be given: \"a\", \"b\""));
  EXPECT_THAT(ChooseTensor({{"a", false}}, "", "f"),
              FailsWith(kInvalid, "no tensor has two dimensions"));
  EXPECT_THAT(ChooseTensor({}, "", "f"), FailsWith(kInvalid, "it has none"));
  EXPECT_THAT(ChooseTensor({{"a", true}, {"a", true}}, "a", "f"),
              FailsWith(kInvalid, "more than one tensor is called \"a\""));
  const std::vector<NamedTensor> many(9, {std::string("z\0", 2), true});
  EXPECT_THAT(ChooseTensor(many, "", "f"), FailsWith(kInvalid, "and 4 more"));
}

}  // namespace
}  // namespace rowsplit::internal
