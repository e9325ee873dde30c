#include "rowsplit/core/buffer.h"

#include <cstdint>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;

TEST(BufferBuilder, KeepsWhatWasAppendedWhenItGrows) {
  BufferBuilder<int64_t> builder;
  for (int64_t i = 0; i < 1000; ++i) builder.Append(i);
  const std::vector<int64_t> more = {7, 8};
  builder.Append(more);
  const Buffer<int64_t> buffer = std::move(builder).Build();
  ASSERT_EQ(buffer.size(), 1002u);
  for (int64_t i = 0; i < 1000; ++i) EXPECT_EQ(buffer[i], i);
  EXPECT_EQ(buffer[1000], 7);
  EXPECT_EQ(buffer[1001], 8);
}

TEST(BufferBuilder, IsEmptyAndUsableAfterBuild) {
  BufferBuilder<char> builder;
  builder.Append('a');
  const Buffer<char> first = std::move(builder).Build();
  EXPECT_TRUE(builder.empty());  // NOLINT(bugprone-use-after-move): documented
  builder.Append('b');
  EXPECT_THAT(first, ElementsAre('a'));
  EXPECT_THAT(std::move(builder).Build(), ElementsAre('b'));
}

TEST(BufferBuilder, IsEmptyAndUsableAfterAMove) {
  BufferBuilder<char> first;
  first.Append('a');
  BufferBuilder<char> second = std::move(first);
  first.Append('b');  // NOLINT(bugprone-use-after-move): documented
  std::swap(first, second);
  EXPECT_THAT(std::move(first).Build(), ElementsAre('a'));
  EXPECT_THAT(std::move(second).Build(), ElementsAre('b'));
}

TEST(BufferBuilder, AppendsMoreThanTwiceItsCapacity) {
  BufferBuilder<char> builder;
  builder.Append('x');
  const std::vector<char> many(10000, 'y');
  builder.Append(many);
  EXPECT_EQ(builder.size(), 10001u);
  EXPECT_EQ(builder[10000], 'y');
}

TEST(Buffer, OwnedMemoryIsAlignedTo64Bytes) {
  for (size_t size : {1, 3, 64, 1000}) {
    BufferBuilder<char> builder(size);
    EXPECT_EQ(
        reinterpret_cast<uintptr_t>(std::move(builder).Build().data()) % 64, 0u)
        << size;
  }
}

TEST(Buffer, ASliceKeepsTheOwnerAlive) {
  auto owner = std::make_shared<std::vector<int>>(std::vector<int>{1, 2, 3, 4});
  const std::weak_ptr<std::vector<int>> watch = owner;
  Buffer<int> slice;
  {
    const Buffer<int> whole(*owner, owner);
    owner.reset();
    slice = whole.Slice(1, 2);
  }
  EXPECT_FALSE(watch.expired());
  EXPECT_THAT(slice, ElementsAre(2, 3));
  slice = {};
  EXPECT_TRUE(watch.expired());
}

TEST(Buffer, BorrowedMemoryIsNotCopied) {
  const std::vector<int> values = {5, 6};
  const Buffer<int> borrowed = Buffer<int>::Borrow(values);
  EXPECT_EQ(borrowed.data(), values.data());
  EXPECT_TRUE(borrowed.is_borrowed());
  const Buffer<int> copied = Buffer<int>::Copy(values);
  EXPECT_NE(copied.data(), values.data());
  EXPECT_FALSE(copied.is_borrowed());
}

TEST(BufferBuilder, SizesThatNoProcessCanHaveThrowBadAlloc) {
  EXPECT_THROW(BufferBuilder<char>(size_t{1} << 60), std::bad_alloc);
  EXPECT_THROW(BufferBuilder<double>(size_t{1} << 61), std::bad_alloc);
  BufferBuilder<char> builder(3);
  EXPECT_THROW(builder.Reserve(size_t{1} << 60), std::bad_alloc);
  EXPECT_EQ(builder.size(), 3u);
}

}  // namespace
}  // namespace rowsplit
