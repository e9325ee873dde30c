#include "vocab/frozen_check.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kernels/token_table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "vocab/frozen_table.h"

namespace rowsplit::internal {
namespace {

using ::testing::HasSubstr;

// A table of 40 short and 10 long tokens that a test may damage.
class FrozenCheck : public ::testing::Test {
 protected:
  FrozenCheck() {
    StringTensorBuilder builder;
    for (int i = 0; i < 50; ++i) {
      builder.Append(std::string(i % 5 == 0 ? 20 : 2, 'x') + std::to_string(i));
    }
    tokens_ = std::move(builder).Build();
    table_ = *MakeFrozenTable(tokens_);
    view_ = table_.view;
    buckets_.assign(table_.buckets.begin(), table_.buckets.end());
    long_slots_.assign(table_.long_slots.begin(), table_.long_slots.end());
    offsets_.assign(tokens_.view().offsets().begin(),
                    tokens_.view().offsets().end());
    view_.buckets = buckets_.data();
    view_.long_slots = long_slots_.data();
    view_.offsets = offsets_.data();
  }

  absl::Status Check() const {
    return CheckFrozenTable(view_, {1000, 2000, 3000, 4000}, "words", {});
  }
  void ExpectDamage(const std::string& telling) const {
    const absl::Status status = Check();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(status.message()), HasSubstr(telling));
  }
  // A bucket that has a key and no more keys than room.
  size_t UsedBucket() const {
    size_t place = 0;
    while (buckets_[place].keys[0].empty() ||
           buckets_[place].ids[3] != kernels::kAbsent) {
      ++place;
    }
    return place;
  }

  StringTensor tokens_;
  FrozenTable table_;
  kernels::TokenTableView view_;
  std::vector<kernels::TokenBucket> buckets_;
  std::vector<kernels::LongSlot> long_slots_;
  std::vector<Offset> offsets_;
};

TEST_F(FrozenCheck, FindsNothingWrongWithAGoodTable) {
  EXPECT_TRUE(Check().ok()) << Check();
}

TEST_F(FrozenCheck, NamesAnOffsetThatMakesNoSense) {
  offsets_[0] = 1;
  ExpectDamage("damaged offsets at byte 3000 of the file: offsets[0]=1");
  offsets_[0] = 0;
  offsets_[7] = -5;
  ExpectDamage("damaged offsets at byte 3056 of the file: offsets[7]=-5");
  offsets_[7] = INT64_MAX;
  ExpectDamage("offsets[8]");
  offsets_[7] = offsets_[6];
  ExpectDamage("is found as");
  offsets_[50] += 1;
  ExpectDamage("offsets[50]");
}

TEST_F(FrozenCheck, NamesATokenThatIsNotFound) {
  const size_t place = UsedBucket();
  const int32_t id = buckets_[place].ids[0];
  buckets_[place].keys[0].words[0] ^= 1;
  ExpectDamage("token " + std::to_string(id) + ", \"");
  ExpectDamage("is found as -1");
  buckets_[place].keys[0].words[0] ^= 1;
  buckets_[place].ids[0] = id == 1 ? 2 : 1;
  ExpectDamage("is found as");
  buckets_[place].ids[0] = id;
  for (kernels::LongSlot& slot : long_slots_) slot.tag ^= 1;
  ExpectDamage("damaged long slots");
}

TEST_F(FrozenCheck, NamesABucketThatAnswersForAbsentKeys) {
  const size_t place = UsedBucket();
  buckets_[place].ids[3] = 7;
  ExpectDamage("damaged buckets at byte " + std::to_string(1000 + 64 * place) +
               " of the file: bucket " + std::to_string(place) +
               " answers 7 for absent keys");
}

TEST_F(FrozenCheck, CountsWhatIsFound) {
  for (kernels::TokenBucket& bucket : buckets_) {
    if (bucket.keys[2].empty()) {
      std::memcpy(bucket.keys[2].words, "unknown_token\0\0\x0e", 16);
      bucket.ids[2] = 3;
      break;
    }
  }
  ExpectDamage("41 keys and 10 long slots for 50 tokens");
}

TEST_F(FrozenCheck, IsTheSameForAnyNumberOfThreads) {
  offsets_[7] = -5;
  offsets_[40] = -5;
  for (const int threads : {1, 4}) {
    const absl::Status status =
        CheckFrozenTable(view_, {}, "words", {.num_threads = threads});
    EXPECT_THAT(std::string(status.message()), HasSubstr("offsets[7]=-5"));
  }
}

}  // namespace
}  // namespace rowsplit::internal
