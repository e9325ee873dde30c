// A vectorizer file that is damaged: an error, or a pipeline that is whole.

#include <cstddef>
#include <string>

#include "gtest/gtest.h"
#include "support/vectorizer_files.h"

namespace rowsplit {
namespace {

// Whether the document is taken.
bool Takes(const std::string& json) {
  const testing::VectorizerTrial trial = testing::TryVectorizer(json);
  EXPECT_EQ(trial.complaint, "") << json;
  return trial.taken;
}

TEST(VectorizerFile, StandsEveryByteFlipped) {
  for (const std::string& file : testing::VectorizerFiles()) {
    ASSERT_TRUE(Takes(file)) << file;
    for (size_t at = 0; at < file.size(); ++at) {
      for (const int flip : {0x01, 0x02, 0x10, 0x20, 0x80, 0xFF}) {
        std::string damaged = file;
        damaged[at] = static_cast<char>(damaged[at] ^ flip);
        Takes(damaged);
        if (::testing::Test::HasFailure()) FAIL() << "byte " << at;
      }
    }
  }
}

TEST(VectorizerFile, StandsEveryLength) {
  for (const std::string& file : testing::VectorizerFiles()) {
    const size_t end = file.rfind('}');
    for (size_t size = 0; size < file.size(); ++size) {
      EXPECT_EQ(Takes(file.substr(0, size)), size > end) << size;
    }
  }
}

TEST(VectorizerFile, StandsEveryByteLeftOutOrTwice) {
  for (const std::string& file : testing::VectorizerFiles()) {
    for (size_t at = 0; at < file.size(); ++at) {
      Takes(file.substr(0, at) + file.substr(at + 1));
      Takes(file.substr(0, at) + file.substr(at, 1) + file.substr(at));
      if (::testing::Test::HasFailure()) FAIL() << "byte " << at;
    }
  }
}

}  // namespace
}  // namespace rowsplit
