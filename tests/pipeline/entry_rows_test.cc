#include "pipeline/entry_rows.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;

// An entry for each byte: its value, and its place in the row. Fails at '!'.
class BytesMaker : public EntryMaker {
 public:
  absl::StatusOr<int64_t> Begin(StringTensorView texts) override {
    texts_ = texts;
    return static_cast<int64_t>(texts.text().size()) + 3;
  }
  absl::StatusOr<int64_t> Write(const EntrySink& sink) override {
    auto* places = reinterpret_cast<int32_t*>(sink.values);
    int64_t count = 0;
    for (int64_t row = 0; row < texts_.size(); ++row) {
      int32_t place = 0;
      for (const char c : texts_[row]) {
        if (c == '!') return absl::InvalidArgumentError("it is a !");
        sink.ids[count] = c;
        places[count++] = place++;
      }
      sink.row_ends[row] = count;
    }
    return count;
  }

 private:
  StringTensorView texts_;
};

absl::StatusOr<EntryRows> Make(const StringTensor& texts, int threads) {
  return MakeEntryRows(texts, {.num_threads = threads}, sizeof(int32_t), false,
                       [] { return std::make_unique<BytesMaker>(); });
}

StringTensor RandomTexts(testing::Random& random, int64_t num_bytes) {
  StringTensorBuilder texts;
  for (int64_t bytes = 0; bytes < num_bytes;) {
    const uint64_t size = random() % 50 == 0 ? testing::Below(random, 300'000)
                                             : testing::Below(random, 300);
    texts.Append(std::string(size, static_cast<char>('a' + random() % 26)));
    bytes += static_cast<int64_t>(size) + 1;
  }
  return std::move(texts).Build();
}

TEST(EntryRows, AreThoseOfTheTextsForAnyNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const int64_t num_bytes : {0, 1, 1000, 4'000'000}) {
    const StringTensor texts = RandomTexts(random, num_bytes);
    for (const int threads : {1, 2, 5}) {
      // An entry a byte is four times the first guess, so the result grows.
      const EntryRows rows = *Make(texts, threads);
      ASSERT_EQ(rows.ids.size(), texts.bytes().size());
      ASSERT_EQ(rows.row_splits.size(), texts.size() + 1);
      const auto* places = reinterpret_cast<const int32_t*>(rows.values.data());
      for (int64_t row = 0; row < texts.size(); ++row) {
        ASSERT_EQ(rows.row_splits[row], texts.offsets().row_splits()[row]);
      }
      for (size_t i = 0; i < rows.ids.size(); ++i) {
        ASSERT_EQ(rows.ids[i], texts.bytes()[i]);
      }
      for (int64_t row = 0; row < texts.size(); ++row) {
        const auto size = static_cast<int64_t>(texts[row].size());
        for (int64_t i = 0; i < size; ++i) {
          ASSERT_EQ(places[rows.row_splits[row] + i], i);
        }
      }
    }
  }
}

TEST(EntryRows, AreThoseOfAViewThatStartsLater) {
  const std::vector<std::string_view> texts = {"ab", "cd", "", "e", "f"};
  const StringTensor all = StringTensor::FromStrings(texts);
  const EntryRows rows =
      *MakeEntryRows(all.view().Slice(1, 4), {}, sizeof(int32_t), false,
                     [] { return std::make_unique<BytesMaker>(); });
  EXPECT_THAT(rows.ids, ElementsAre('c', 'd', 'e'));
  EXPECT_THAT(rows.row_splits, ElementsAre(0, 2, 2, 3));
}

TEST(EntryRows, ReportTheErrorOfAPiece) {
  ROWSPLIT_SEEDED_RANDOM(random);
  StringTensorBuilder texts;
  for (int i = 0; i < 20'000; ++i) texts.Append("some words of text");
  texts.Append("!");
  const StringTensor built = std::move(texts).Build();
  for (const int threads : {1, 3}) {
    EXPECT_EQ(Make(built, threads).status(),
              absl::InvalidArgumentError("it is a !"));
  }
}

TEST(EntryRows, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const std::vector<std::string_view> texts = {"ab"};
  for (const int threads : {1, 3}) {
    EXPECT_EQ(MakeEntryRows(StringTensor::FromStrings(texts),
                            {.num_threads = threads, .cancellation = &token},
                            sizeof(int32_t), false,
                            [] { return std::make_unique<BytesMaker>(); })
                  .status()
                  .code(),
              absl::StatusCode::kCancelled);
  }
}

}  // namespace
}  // namespace rowsplit::internal
