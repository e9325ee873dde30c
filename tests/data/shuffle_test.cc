#include "rowsplit/data/shuffle.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Shuffled(const std::vector<std::string>& records,
                                  const ShuffleOptions& options) {
  auto shuffle = ShuffleBuffer::Create(options);
  EXPECT_TRUE(shuffle.ok()) << shuffle.status();
  std::vector<std::string> emitted;
  const auto emit = [&](std::string_view record) {
    emitted.emplace_back(record);
    return absl::OkStatus();
  };
  for (const std::string& record : records) {
    EXPECT_TRUE(shuffle->Push(record, emit).ok());
  }
  EXPECT_TRUE(shuffle->Flush(emit).ok());
  EXPECT_EQ(shuffle->size(), 0);
  EXPECT_EQ(shuffle->size_bytes(), 0);
  return emitted;
}

std::vector<std::string> Numbers(int64_t count) {
  std::vector<std::string> numbers;
  for (int64_t i = 0; i < count; ++i) numbers.push_back(std::to_string(i));
  return numbers;
}

TEST(ShuffleBuffer, TheOrderNeverChanges) {
  // Worked out by a separate program from the definition of the generator.
  EXPECT_THAT(Shuffled(Numbers(16), {.buffer_size = 5, .seed = 42}),
              ElementsAre("3", "0", "1", "7", "6", "4", "8", "10", "11", "5",
                          "13", "2", "12", "15", "14", "9"));
  EXPECT_THAT(Shuffled(Numbers(12), {.buffer_size = 1000, .seed = 0}),
              ElementsAre("10", "4", "0", "8", "9", "2", "1", "3", "7", "6",
                          "11", "5"));
}

TEST(ShuffleBuffer, BuffersOfZeroAndOneKeepTheOrder) {
  for (const int64_t buffer_size : {0, 1}) {
    EXPECT_EQ(Shuffled(Numbers(50), {.buffer_size = buffer_size}), Numbers(50));
  }
}

TEST(ShuffleBuffer, EmitsEachRecordOnceAndNoneTooEarly) {
  std::mt19937 random(3);
  for (int round = 0; round < 60; ++round) {
    const int64_t buffer_size = 2 + static_cast<int64_t>(random() % 40);
    const std::vector<std::string> records = Numbers(random() % 200);
    std::vector<std::string> emitted =
        Shuffled(records, {.buffer_size = buffer_size, .seed = random()});
    for (size_t i = 0; i < emitted.size(); ++i) {
      // When the i-th record is emitted, i + buffer_size have been seen.
      ASSERT_LT(std::stoll(emitted[i]), static_cast<int64_t>(i) + buffer_size);
    }
    std::sort(emitted.begin(), emitted.end());
    std::vector<std::string> expected = records;
    std::sort(expected.begin(), expected.end());
    ASSERT_EQ(emitted, expected);
  }
}

TEST(ShuffleBuffer, RecordsOfAllLengthsComeOutWhole) {
  std::mt19937 random(5);
  std::vector<std::string> records;
  for (int i = 0; i < 20000; ++i) {
    // Mostly short, some long and some empty, so that the memory is tidied.
    const size_t size = random() % 50 == 0 ? random() % 9000 : random() % 30;
    records.emplace_back(size, static_cast<char>('a' + i % 26));
  }
  // The numbers of the records, shuffled alike, tell where each must be.
  const ShuffleOptions options{.buffer_size = 64, .seed = 9};
  const auto order = Shuffled(Numbers(20000), options);
  const auto emitted = Shuffled(records, options);
  ASSERT_EQ(emitted.size(), records.size());
  for (size_t i = 0; i < emitted.size(); ++i) {
    ASSERT_EQ(emitted[i], records[std::stoul(order[i])]) << i;
  }
}

TEST(ShuffleBuffer, MemoryFollowsTheLiveRecords) {
  auto shuffle = ShuffleBuffer::Create({.buffer_size = 100});
  const auto drop = [](std::string_view) { return absl::OkStatus(); };
  std::mt19937 random(8);
  for (int i = 0; i < 20000; ++i) {
    const std::string record(500 + random() % 1500, 'x');
    ASSERT_TRUE(shuffle->Push(record, drop).ok());
    ASSERT_LE(shuffle->size_bytes(), 2 * 100 * 2000);
  }
}

TEST(ShuffleBuffer, EveryOrderIsAsLikely) {
  // 24 orders of four records, 24000 draws; chi-squared with 23 degrees of
  // freedom is above 58 once in 10000 runs, and the seeds are fixed.
  std::map<std::string, int> counts;
  for (uint64_t seed = 0; seed < 24000; ++seed) {
    std::string order;
    for (const std::string& record :
         Shuffled(Numbers(4), {.buffer_size = 4, .seed = seed})) {
      order += record;
    }
    ++counts[order];
  }
  ASSERT_EQ(counts.size(), 24u);
  double chi_squared = 0;
  for (const auto& [order, count] : counts) {
    chi_squared += std::pow(count - 1000.0, 2) / 1000.0;
  }
  EXPECT_LT(chi_squared, 58.0);
}

TEST(ShuffleBuffer, AnErrorOfEmitComesBackAndLosesNothing) {
  auto shuffle = ShuffleBuffer::Create({.buffer_size = 2});
  std::vector<std::string> emitted;
  bool fail = true;
  const auto emit = [&](std::string_view record) -> absl::Status {
    if (fail) return absl::UnavailableError("full");
    emitted.emplace_back(record);
    return absl::OkStatus();
  };
  ASSERT_TRUE(shuffle->Push("a", emit).ok());
  ASSERT_TRUE(shuffle->Push("b", emit).ok());
  EXPECT_EQ(shuffle->Push("c", emit), absl::UnavailableError("full"));
  EXPECT_EQ(shuffle->Flush(emit), absl::UnavailableError("full"));
  fail = false;
  ASSERT_TRUE(shuffle->Push("c", emit).ok());
  ASSERT_TRUE(shuffle->Flush(emit).ok());
  std::sort(emitted.begin(), emitted.end());
  EXPECT_THAT(emitted, ElementsAre("a", "b", "c"));
}

TEST(ShuffleBuffer, RefusesANegativeSize) {
  const absl::Status status =
      ShuffleBuffer::Create({.buffer_size = -1}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("at least 0, got -1"));
}

}  // namespace
}  // namespace rowsplit
