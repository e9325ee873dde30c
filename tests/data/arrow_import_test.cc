#include "rowsplit/data/arrow_import.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "support/arrow_arrays.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::ArrowLevel;
using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::StringsAre;

absl::StatusOr<Tensor> Import(ArrowLevel& level) {
  return ImportFromArrow(level.MakeSchema(), level.MakeArray());
}

ArrowLevel Numbers(const std::vector<int32_t>& values) {
  ArrowLevel level("i", static_cast<int64_t>(values.size()));
  level.Add(values);
  return level;
}

ArrowLevel List(const std::string& format, int64_t length, ArrowLevel child) {
  ArrowLevel level(format, length);
  level.child = std::make_unique<ArrowLevel>(std::move(child));
  return level;
}

// [[1, 2], [], [3]] with offsets of 32 bits.
ArrowLevel SomeList() {
  ArrowLevel list = List("+l", 3, Numbers({1, 2, 3}));
  list.Add<int32_t>({0, 2, 2, 3});
  return list;
}

Tensor Vector(const std::vector<int32_t>& values) {
  return Tensor::Vector(Buffer<int32_t>::Copy(values));
}

TEST(ImportFromArrow, WidensTheOffsetsOfLists) {
  ArrowLevel list = SomeList();
  const auto tensor = Import(list);
  ASSERT_TRUE(tensor.ok()) << tensor.status();
  EXPECT_EQ(*tensor, *Tensor::FromRowSplits(Vector({1, 2, 3}), {0, 2, 2, 3}));
  EXPECT_EQ(tensor->bytes().data(), list.child->buffers[1]);
}

TEST(ImportFromArrow, RespectsTheOffsetOfEachLevel) {
  ArrowLevel numbers = Numbers({9, 9, 1, 2, 3, 4, 9});
  numbers.offset = 2;
  numbers.length = 5;
  ArrowLevel list = List("+L", 2, std::move(numbers));
  list.Add<int64_t>({0, 1, 3, 4});
  list.offset = 1;  // leaves the row [1]
  EXPECT_EQ(*Import(list),
            *Tensor::FromRowSplits(Vector({2, 3, 4}), {0, 2, 3}));

  ArrowLevel pairs = List("+w:2", 2, Numbers({9, 9, 9, 1, 2, 3, 4}));
  pairs.offset = 1;
  pairs.child->offset = 1;
  pairs.child->length = 6;
  EXPECT_EQ(*Import(pairs),
            *Tensor::Dense(Buffer<int32_t>{1, 2, 3, 4}, {2, 2}));

  ArrowLevel bools("b", 3);
  bools.Add<uint8_t>({0b01011000});
  bools.offset = 3;
  EXPECT_EQ(*Import(bools), Tensor::Vector(Buffer<bool>{true, true, false}));
}

TEST(ImportFromArrow, MakesAPartitionOfAFixedListOverLists) {
  ArrowLevel fixed = List("+w:2", 1, SomeList());
  fixed.offset = 0;
  const auto tensor = Import(fixed);
  ASSERT_TRUE(tensor.ok()) << tensor.status();
  EXPECT_EQ(*tensor,
            *Tensor::FromRowSplits(
                *Tensor::FromRowSplits(Vector({1, 2}), {0, 2, 2}), {0, 2}));
}

TEST(ImportFromArrow, TakesListViewsInAnyOrder) {
  for (const bool is_large : {false, true}) {
    const auto views = [&](std::vector<int64_t> starts,
                           std::vector<int64_t> sizes) {
      ArrowLevel list =
          List(is_large ? "+vL" : "+vl", static_cast<int64_t>(starts.size()),
               Numbers({1, 2, 3, 4}));
      for (const auto& numbers : {starts, sizes}) {
        if (is_large) {
          list.Add(numbers);
        } else {
          list.Add(std::vector<int32_t>(numbers.begin(), numbers.end()));
        }
      }
      return list;
    };
    ArrowLevel mixed = views({2, 0, 4, 1}, {2, 0, 0, 2});
    EXPECT_EQ(*Import(mixed),
              *Tensor::FromRowSplits(Vector({3, 4, 2, 3}), {0, 2, 2, 2, 4}));
    // In order: shared, from the first value that is used.
    ArrowLevel ordered = views({1, 0, 3}, {2, 0, 1});
    const auto tensor = Import(ordered);
    EXPECT_EQ(*tensor, *Tensor::FromRowSplits(Vector({2, 3, 4}), {0, 2, 2, 3}));
    EXPECT_EQ(tensor->items<int32_t>().data(),
              static_cast<const int32_t*>(ordered.child->buffers[1]) + 1);
    ArrowLevel none = views({}, {});
    EXPECT_EQ(Import(none)->num_rows(), 0);
    ArrowLevel outside = views({3}, {2});
    EXPECT_THAT(Import(outside),
                FailsWith(kInvalid, "inside the 4 values of the child"));
    ArrowLevel negative = views({0, -1}, {1, 1});
    EXPECT_THAT(Import(negative), FailsWith(kInvalid, "value 1 has -1"));
  }
}

TEST(ImportFromArrow, TakesStringsOfEachKind) {
  for (const std::string format : {"u", "z"}) {
    ArrowLevel strings(format, 2);
    strings.Add<int32_t>({1, 3, 3}).Add("xab");
    const auto tensor = Import(strings);
    ASSERT_TRUE(tensor.ok()) << tensor.status();
    EXPECT_THAT(tensor->strings(), StringsAre({"ab", ""}));
    EXPECT_EQ(tensor->strings().bytes().data(),
              static_cast<const char*>(strings.buffers[2]) + 1);
  }
  ArrowLevel large("U", 1);
  large.Add<int64_t>({0, 1, 2}).Add("ab");
  large.offset = 1;
  EXPECT_THAT(Import(large)->strings(), StringsAre({"b"}));
  ArrowLevel fixed("w:2", 2);
  fixed.Add("xxabcd");
  fixed.offset = 1;
  EXPECT_THAT(Import(fixed)->strings(), StringsAre({"ab", "cd"}));
}

ArrowLevel Views(int32_t size, int32_t buffer, int32_t place) {
  ArrowLevel views("vu", 2);
  const auto word = [](std::string_view text) {
    int32_t packed;
    std::memcpy(&packed, text.data(), 4);
    return packed;
  };
  views.Add<int32_t>(
      {2, word("hi  "), 0, 0, size, word("long"), buffer, place});
  views.Add("-long enough text-").Add<int64_t>({18});
  return views;
}

TEST(ImportFromArrow, TakesStringViews) {
  ArrowLevel views = Views(16, 0, 1);
  EXPECT_THAT(Import(views)->strings(), StringsAre({"hi", "long enough text"}));
  for (const auto& [size, buffer, place] :
       {std::tuple{18, 0, 1},
        {-1, 0, 0},
        {16, 1, 0},
        {16, -1, 0},
        {16, 0, -1},
        {std::numeric_limits<int32_t>::max(), 0,
         std::numeric_limits<int32_t>::max()}}) {
    ArrowLevel bad = Views(size, buffer, place);
    EXPECT_THAT(Import(bad), FailsWith(kInvalid, "inside its buffer: value 1"));
  }
}

TEST(ImportFromArrow, NamesTheFirstNull) {
  ArrowLevel numbers = Numbers({1, 2, 3});
  numbers.SetValid({0b101}, -1);
  EXPECT_THAT(Import(numbers),
              FailsWith(kInvalid, "value 1 is one (level 0 of the array)"));
  ArrowLevel list = SomeList();
  list.child->SetValid({0b011}, 1);
  EXPECT_THAT(Import(list), FailsWith(kInvalid, "value 2 is one (level 1"));
  // A null outside the slice does not matter, nor a bitmap without one.
  list.length = 1;
  EXPECT_TRUE(Import(list).ok());
  ArrowLevel whole = SomeList();
  whole.SetValid({0b111}, -1);
  EXPECT_TRUE(Import(whole).ok());
  ArrowLevel untold = Numbers({1});
  untold.null_count = 1;
  EXPECT_THAT(Import(untold), FailsWith(kInvalid, "not which"));
}

TEST(ImportFromArrow, CopiesNumbersThatAreNotAligned) {
  ArrowLevel numbers = Numbers({0, 0, 0});
  numbers.buffers[1] = static_cast<const char*>(numbers.buffers[1]) + 1;
  numbers.length = 2;
  const auto tensor = Import(numbers);
  ASSERT_TRUE(tensor.ok());
  EXPECT_NE(static_cast<const void*>(tensor->bytes().data()),
            numbers.buffers[1]);
}

TEST(ImportFromArrow, ReleasesTheArrayWithItsLastUser) {
  ArrowLevel list = SomeList();
  {
    auto tensor = Import(list);
    EXPECT_EQ(list.array.release, nullptr);
    const Tensor values = tensor->flat_values();
    tensor = absl::CancelledError();
    EXPECT_EQ(list.arrays_released, 0);
  }
  EXPECT_EQ(list.arrays_released, 1);
  EXPECT_EQ(list.schemas_released, 0);
  ArrowLevel bad("+s", 1);
  EXPECT_FALSE(Import(bad).ok());
  EXPECT_EQ(bad.arrays_released, 1);
}

TEST(ImportFromArrow, RefusesWrongTypes) {
  for (const std::string format :
       {"", "n", "+s", "+m", "+l2", "tdD", "ii", "w:", "w:-1", "w:2x",
        "+w:99999999999999999999", "+vx", "d:5,2"}) {
    ArrowLevel level(format, 0);
    EXPECT_THAT(Import(level),
                FailsWith(kInvalid, "type '" + format + "' is not supported"));
  }
  ArrowLevel childless("+l", 0);
  childless.Add<int32_t>({0});
  EXPECT_THAT(Import(childless), FailsWith(kInvalid, "one child type"));
  ArrowLevel deep = Numbers({});
  for (int i = 0; i < 100; ++i) deep = List("+l", 0, std::move(deep));
  EXPECT_THAT(Import(deep), FailsWith(kInvalid, "too deeply"));
  ArrowLevel released = Numbers({1});
  ArrowSchema schema = released.MakeSchema();
  schema.release = nullptr;
  EXPECT_THAT(ImportFromArrow(schema, released.MakeArray()),
              FailsWith(kInvalid, "released"));
}

TEST(ImportFromArrow, RefusesArraysThatContradictTheirType) {
  const std::vector<std::pair<std::string, std::function<void(ArrowLevel&)>>>
      faults = {
          {"length=-1", [](ArrowLevel& list) { list.length = -1; }},
          {"offset=-1", [](ArrowLevel& list) { list.offset = -1; }},
          {"offset=9223372036854775807",
           [](ArrowLevel& list) {
             list.offset = std::numeric_limits<int64_t>::max();
           }},
          {"expected 2 buffers, got 1",
           [](ArrowLevel& list) { list.buffers.pop_back(); }},
          {"expected 2 buffers, got 3",
           [](ArrowLevel& list) { list.buffers.push_back(nullptr); }},
          {"the offsets are missing",
           [](ArrowLevel& list) { list.buffers[1] = nullptr; }},
          {"the values are missing",
           [](ArrowLevel& list) { list.child->buffers[1] = nullptr; }},
          {"inside the -3 values",
           [](ArrowLevel& list) { list.child->length = -3; }},
          {"inside the 2 values",
           [](ArrowLevel& list) { list.child->length = 2; }},
          {"expected 2 buffers, got 1",
           [](ArrowLevel& list) { list.child->buffers.pop_back(); }},
      };
  for (const auto& [message, break_it] : faults) {
    ArrowLevel list = SomeList();
    break_it(list);
    EXPECT_THAT(Import(list), FailsWith(kInvalid, message));
    EXPECT_EQ(list.arrays_released, 1);
  }
  ArrowLevel orphan = SomeList();
  ArrowArray* array = orphan.MakeArray();
  array->n_children = 0;
  EXPECT_THAT(ImportFromArrow(orphan.MakeSchema(), array),
              FailsWith(kInvalid, "one child"));
  array = orphan.MakeArray();
  array->children[0] = nullptr;
  EXPECT_THAT(ImportFromArrow(orphan.schema, array),
              FailsWith(kInvalid, "one child"));
  array = orphan.MakeArray();
  array->children[0]->release = nullptr;
  EXPECT_THAT(ImportFromArrow(orphan.schema, array),
              FailsWith(kInvalid, "released"));
}

TEST(ImportFromArrow, RefusesBadOffsetsAndSizes) {
  for (const std::vector<int32_t>& offsets :
       {std::vector<int32_t>{0, 2, 1, 3}, {-1, 0, 0, 3}, {0, 0, 0, 4}}) {
    ArrowLevel list = List("+l", 3, Numbers({1, 2, 3}));
    list.Add(offsets);
    EXPECT_THAT(Import(list), FailsWith(kInvalid, "offsets"));
  }
  ArrowLevel strings("u", 2);
  strings.Add<int32_t>({0, 3, 2}).Add("abc");
  EXPECT_THAT(Import(strings), FailsWith(kInvalid, "goes from 3 to 2"));
  strings.buffers[2] = nullptr;
  strings.length = 1;
  EXPECT_THAT(Import(strings), FailsWith(kInvalid, "bytes of the strings"));
  ArrowLevel wide = List("+w:4611686018427387904", 4, Numbers({1}));
  EXPECT_THAT(Import(wide),
              FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
  ArrowLevel pairs = List("+w:2", 2, Numbers({1, 2, 3}));
  EXPECT_THAT(Import(pairs), FailsWith(kInvalid, "needs 4 values"));
}

// Hands out arrays; fails after them if `error` is not 0.
struct Chunks {
  std::vector<ArrowLevel> arrays;
  int error = 0;
  size_t next = 0;
  ArrowLevel type = SomeList();
  bool released = false;

  ArrowArrayStream MakeStream() {
    ArrowArrayStream stream = {};
    stream.private_data = this;
    stream.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      *out = static_cast<Chunks*>(self->private_data)->type.MakeSchema();
      return 0;
    };
    stream.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      auto& chunks = *static_cast<Chunks*>(self->private_data);
      if (chunks.next < chunks.arrays.size()) {
        *out = *chunks.arrays[chunks.next++].MakeArray();
        return 0;
      }
      *out = {};
      return chunks.error;
    };
    stream.get_last_error = [](ArrowArrayStream*) { return "disk on fire"; };
    stream.release = [](ArrowArrayStream* self) {
      static_cast<Chunks*>(self->private_data)->released = true;
      self->release = nullptr;
    };
    return stream;
  }
};

TEST(ImportFromArrowStream, JoinsTheChunks) {
  const Tensor one = *Tensor::FromRowSplits(Vector({1, 2, 3}), {0, 2, 2, 3});
  const Tensor two =
      *Tensor::FromRowSplits(Vector({1, 2, 3, 1, 2, 3}), {0, 2, 2, 3, 5, 5, 6});
  const Tensor none = *Tensor::FromRowSplits(Vector({}), {0});
  for (const Tensor& expected : {none, one, two}) {
    Chunks chunks;
    for (int64_t i = 0; i < expected.num_rows(); i += 3)
      chunks.arrays.push_back(SomeList());
    ArrowArrayStream stream = chunks.MakeStream();
    const auto tensor = ImportFromArrowStream(&stream);
    ASSERT_TRUE(tensor.ok()) << tensor.status();
    EXPECT_EQ(*tensor, expected);
    EXPECT_TRUE(chunks.released);
    EXPECT_EQ(chunks.type.schemas_released, 1);
  }
}

TEST(ImportFromArrowStream, GivesAnEmptyTensorOfTheType) {
  Chunks chunks;
  chunks.type = List("+l", 0, List("+w:3", 0, ArrowLevel("u", 0)));
  ArrowArrayStream stream = chunks.MakeStream();
  const auto tensor = ImportFromArrowStream(&stream);
  ASSERT_TRUE(tensor.ok()) << tensor.status();
  EXPECT_EQ(tensor->dtype(), DType::kString);
  EXPECT_EQ(tensor->ragged_rank(), 1);
  EXPECT_EQ(tensor->flat_shape(), (std::vector<int64_t>{0, 3}));
}

TEST(ImportFromArrowStream, PassesOnWhatWentWrong) {
  Chunks chunks;
  chunks.error = EIO;
  chunks.arrays.push_back(SomeList());
  ArrowArrayStream stream = chunks.MakeStream();
  EXPECT_THAT(ImportFromArrowStream(&stream),
              FailsWith(absl::StatusCode::kInternal, "disk on fire"));
  EXPECT_TRUE(chunks.released);
  EXPECT_EQ(chunks.arrays[0].arrays_released, 1);
  EXPECT_THAT(ImportFromArrowStream(&stream), FailsWith(kInvalid, "released"));
}

}  // namespace
}  // namespace rowsplit
