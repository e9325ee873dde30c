#include "core/large_block.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

// Skips where large blocks are malloc's.
class LargeBlockTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ReleaseKeptBlocks();
    void* block = AllocateLarge(kMinLargeBytes);
    if (block == nullptr) GTEST_SKIP() << "no large blocks in this build";
    FreeLarge(block);
    ReleaseKeptBlocks();
  }
  void TearDown() override { ReleaseKeptBlocks(); }
};

TEST_F(LargeBlockTest, IsAlignedWritableAndKnownWhenFreed) {
  for (const size_t size : {4 * kMiB, 4 * kMiB + 1, 7 * kMiB}) {
    void* block = AllocateLarge(size);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % (2 * kMiB), 0);
    std::memset(block, 7, size);
    EXPECT_TRUE(FreeLarge(block));
  }
}

TEST_F(LargeBlockTest, DoesNotFreeWhatItDidNotGive) {
  int other = 0;
  EXPECT_FALSE(FreeLarge(&other));
  EXPECT_FALSE(FreeLarge(nullptr));
  EXPECT_FALSE(FreeLarge(reinterpret_cast<void*>(2 * kMiB)));
}

TEST_F(LargeBlockTest, GivesAKeptBlockOfAboutTheSizeAgain) {
  void* first = AllocateLarge(16 * kMiB);
  EXPECT_TRUE(FreeLarge(first));
  EXPECT_EQ(KeptBytes(), 16 * kMiB);
  void* small = AllocateLarge(4 * kMiB);
  EXPECT_NE(small, first);
  void* again = AllocateLarge(15 * kMiB);
  EXPECT_EQ(again, first);
  EXPECT_EQ(KeptBytes(), 0);
  FreeLarge(small);
  FreeLarge(again);
}

TEST_F(LargeBlockTest, GrowsWithWhatItHolds) {
  auto* block = static_cast<char*>(AllocateLarge(2 * kMiB));
  std::memset(block, 7, 2 * kMiB);
  for (const size_t size : {4 * kMiB, 9 * kMiB, 64 * kMiB}) {
    block = static_cast<char*>(GrowLarge(block, 2 * kMiB, size));
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % (2 * kMiB), 0);
    EXPECT_EQ(block[0], 7);
    EXPECT_EQ(block[2 * kMiB - 1], 7);
    std::memset(block + 2 * kMiB, 8, size - 2 * kMiB);
    EXPECT_EQ(KeptBytes(), 0);  // its pages went along
  }
  EXPECT_TRUE(FreeLarge(block));
  EXPECT_EQ(KeptBytes(), 64 * kMiB);
}

TEST_F(LargeBlockTest, GrowsIntoAKeptBlock) {
  void* kept = AllocateLarge(16 * kMiB);
  auto* block = static_cast<char*>(AllocateLarge(4 * kMiB));
  std::memset(block, 7, 4 * kMiB);
  FreeLarge(kept);
  auto* grown = static_cast<char*>(GrowLarge(block, 4 * kMiB, 10 * kMiB));
  EXPECT_EQ(grown, kept);
  EXPECT_EQ(grown[4 * kMiB - 1], 7);
  EXPECT_EQ(KeptBytes(), 4 * kMiB);
  FreeLarge(grown);
}

TEST_F(LargeBlockTest, StaysWhereItHasRoom) {
  void* block = AllocateLarge(kMiB);
  EXPECT_EQ(GrowLarge(block, kMiB, 2 * kMiB), block);
  FreeLarge(block);
  ReleaseKeptBlocks();
  void* kept = AllocateLarge(8 * kMiB);
  FreeLarge(kept);
  block = AllocateLarge(4 * kMiB);
  ASSERT_EQ(block, kept);
  EXPECT_EQ(GrowLarge(block, kMiB, 8 * kMiB), block);
  EXPECT_EQ(GrowLarge(block, kMiB, kMiB), block);
  FreeLarge(block);
}

// What another thread maps meanwhile stays, also where the kernel refuses to
// move the pages.
TEST_F(LargeBlockTest, LeavesOthersAloneWhereItCannotGrow) {
  std::ifstream overcommit("/proc/sys/vm/overcommit_memory");
  if (overcommit.get() == '1') GTEST_SKIP() << "the system promises anything";
  std::atomic<bool> done = false;
  std::thread other([&] {
    while (!done) {
      BufferBuilder<char> builder(kMaxKeptBytes + kMiB);
      builder[0] = builder[builder.size() - 1] = 7;
      ASSERT_EQ(builder[0], 7);
    }
  });
  for (int i = 0; i < 200; ++i) {
    auto* block = static_cast<char*>(AllocateLarge(2 * kMiB));
    block[2 * kMiB - 1] = 5;
    EXPECT_EQ(GrowLarge(block, 2 * kMiB, size_t{8} << 40), nullptr);
    EXPECT_EQ(block[2 * kMiB - 1], 5);
    EXPECT_TRUE(FreeLarge(block));
  }
  done = true;
  other.join();
}

TEST_F(LargeBlockTest, StaysWhereItCannotGrow) {
  int other = 0;
  EXPECT_EQ(GrowLarge(&other, 4, 4 * kMiB), nullptr);
  EXPECT_EQ(GrowLarge(nullptr, 0, 4 * kMiB), nullptr);
  auto* block = static_cast<char*>(AllocateLarge(2 * kMiB));
  block[0] = 7;
  constexpr size_t kTooMany = size_t{1} << 60;
  EXPECT_EQ(GrowLarge(block, 2 * kMiB, kTooMany), nullptr);
  EXPECT_EQ(block[0], 7);
  EXPECT_TRUE(FreeLarge(block));
}

// From malloc's memory through large blocks.
TEST_F(LargeBlockTest, HoldsABufferThatGrows) {
  BufferBuilder<uint32_t> builder;
  constexpr uint32_t kCount = 5 << 20;
  for (uint32_t i = 0; i < kCount; ++i) builder.Append(i);
  EXPECT_THROW(builder.Reserve(size_t{1} << 46), std::bad_alloc);
  const Buffer<uint32_t> buffer = std::move(builder).Build();
  ASSERT_EQ(buffer.size(), kCount);
  for (uint32_t i = 0; i < kCount; ++i) ASSERT_EQ(buffer[i], i);
}

TEST_F(LargeBlockTest, KeepsNoMoreThanTheLimit) {
  std::vector<void*> blocks;
  for (int i = 0; i < 20; ++i) blocks.push_back(AllocateLarge(30 * kMiB));
  blocks.push_back(AllocateLarge(kMaxKeptBytes + 1));
  for (void* block : blocks) {
    EXPECT_TRUE(FreeLarge(block));
    EXPECT_LE(KeptBytes(), kMaxKeptBytes);
  }
  EXPECT_GT(KeptBytes(), 0);
  ReleaseKeptBlocks();
  EXPECT_EQ(KeptBytes(), 0);
}

// A size that came from a wrong number is an error to catch.
TEST_F(LargeBlockTest, RefusesMoreThanTheMachineHas) {
  std::ifstream overcommit("/proc/sys/vm/overcommit_memory");
  if (overcommit.get() == '1') GTEST_SKIP() << "the system promises anything";
  constexpr size_t kTerabyte = size_t{1} << 40;
  EXPECT_EQ(AllocateLarge(64 * kTerabyte), nullptr);
  EXPECT_THROW(BufferBuilder<char>(64 * kTerabyte), std::bad_alloc);
}

TEST_F(LargeBlockTest, HoldsBuffersOfManyThreads) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([thread] {
      for (int i = 0; i < 20; ++i) {
        BufferBuilder<int64_t> builder((4 + i % 3) * kMiB / sizeof(int64_t));
        builder[0] = builder[builder.size() - 1] = thread;
        const Buffer<int64_t> buffer = std::move(builder).Build();
        ASSERT_EQ(buffer[0], thread);
        ASSERT_EQ(buffer[buffer.size() - 1], thread);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace rowsplit::internal
