#ifndef ROWSPLIT_TESTS_SUPPORT_TABLE_H_
#define ROWSPLIT_TESTS_SUPPORT_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/inline_key.h"
#include "kernels/token_table.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::testing {

// A table with its memory, of tokens that differ.
class OwnedTable {
 public:
  explicit OwnedTable(const std::vector<std::string>& tokens,
                      uint64_t num_buckets = 0,
                      kernels::HashSeed seed = {
                          {0x8c5f9e0d1b3a7725, 0x9d1f04c6a8e2b371}}) {
    uint64_t num_long = 0;
    for (const std::string& token : tokens) {
      bytes_ += token;
      offsets_.push_back(static_cast<Offset>(bytes_.size()));
      num_long += token.size() > kernels::kMaxInlineSize;
    }
    view_.num_tokens = tokens.size();
    view_.num_buckets = num_buckets != 0
                            ? num_buckets
                            : kernels::NumBuckets(tokens.size() - num_long);
    view_.num_long_slots = kernels::NumLongSlots(num_long);
    view_.seed = seed;
    view_.bytes = bytes_.data();
    view_.num_bytes = bytes_.size();
    view_.offsets = offsets_.data();
    buckets_.resize(view_.num_buckets);
    long_slots_.resize(view_.num_long_slots);
    kernels::TokenTableWriter writer(buckets_.data(), long_slots_.data(),
                                     view_);
    for (int32_t id = 0; id < static_cast<int32_t>(tokens.size()); ++id) {
      EXPECT_EQ(writer.Insert(id), id);
    }
    view_ = writer.view();
  }

  const kernels::TokenTableView& view() const { return view_; }
  std::vector<kernels::TokenBucket>& buckets() { return buckets_; }
  std::vector<kernels::LongSlot>& long_slots() { return long_slots_; }
  std::vector<Offset>& offsets() { return offsets_; }

 private:
  std::string bytes_;
  std::vector<Offset> offsets_ = {0};
  std::vector<kernels::TokenBucket> buckets_;
  std::vector<kernels::LongSlot> long_slots_;
  kernels::TokenTableView view_{};
};

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_TABLE_H_
