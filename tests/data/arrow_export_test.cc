#include "rowsplit/data/arrow_export.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "rowsplit/data/arrow_import.h"
#include "rowsplit/ragged/row_partition.h"
#include "support/matchers.h"
#include "support/ragged_cases.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;

// Releases what is exported.
struct Exported {
  explicit Exported(const Tensor& tensor)
      : status(ExportToArrow(tensor, &schema, &array)) {}
  Exported(const Exported&) = delete;
  Exported& operator=(const Exported&) = delete;
  ~Exported() {
    if (schema.release != nullptr) schema.release(&schema);
    if (array.release != nullptr) array.release(&array);
  }
  ArrowSchema schema;
  ArrowArray array;
  absl::Status status;
};

std::string Formats(const ArrowSchema& schema) {
  std::string formats = schema.format;
  if (schema.n_children == 1) formats += " " + Formats(*schema.children[0]);
  return formats;
}

Tensor Strings(const std::vector<std::string_view>& strings) {
  return Tensor::Vector(StringTensor::FromStrings(strings));
}

TEST(ExportToArrow, NestsListsAndSharesTheMemory) {
  const Tensor tensor = *Tensor::FromRowSplits(
      *Tensor::FromRowSplits(
          *Tensor::Dense(Buffer<int32_t>{1, 2, 3, 4, 5, 6}, {3, 2}), {0, 1, 3}),
      {0, 0, 2});
  const Exported exported(tensor);
  ASSERT_TRUE(exported.status.ok());
  EXPECT_EQ(Formats(exported.schema), "+L +L +w:2 i");
  const ArrowArray& outer = exported.array;
  EXPECT_EQ(outer.length, 2);
  EXPECT_EQ(outer.buffers[1], tensor.partition(0).row_splits().data());
  const ArrowArray& inner = *outer.children[0]->children[0];
  EXPECT_EQ(inner.length, 3);
  EXPECT_EQ(inner.n_buffers, 1);
  EXPECT_EQ(inner.children[0]->length, 6);
  EXPECT_EQ(inner.children[0]->buffers[1], tensor.bytes().data());
}

TEST(ExportToArrow, TellsTextFromBytes) {
  EXPECT_EQ(Formats(Exported(Strings({"a", "", "\xC3\xA4"})).schema), "U");
  EXPECT_EQ(Formats(Exported(Strings({"\xFF"})).schema), "Z");
  // Valid bytes, but one character in two strings.
  EXPECT_EQ(Formats(Exported(Strings({"\xC3", "\xA4"})).schema), "Z");
  EXPECT_EQ(Formats(Exported(Strings({})).schema), "U");
}

TEST(ExportToArrow, PacksBools) {
  const Exported exported(Tensor::Vector(
      Buffer<bool>{true, false, true, true, false, false, false, true, true}));
  EXPECT_EQ(Formats(exported.schema), "b");
  const auto* bits = static_cast<const uint8_t*>(exported.array.buffers[1]);
  EXPECT_EQ(bits[0], 0x8D);
  EXPECT_EQ(bits[1], 0x01);
}

TEST(ExportToArrow, KeepsTheMemoryUntilTheReleaseOfEachPart) {
  ArrowSchema schema;
  ArrowArray array;
  ASSERT_TRUE(ExportToArrow(*Tensor::FromRowSplits(
                                Tensor::Vector(Buffer<int64_t>{7, 8}), {0, 2}),
                            &schema, &array)
                  .ok());
  // The consumer moves the child away and releases the list first.
  ArrowArray child = *array.children[0];
  array.children[0]->release = nullptr;
  array.release(&array);
  EXPECT_EQ(array.release, nullptr);
  EXPECT_EQ(static_cast<const int64_t*>(child.buffers[1])[1], 8);
  child.release(&child);
  schema.release(&schema);
  EXPECT_EQ(schema.release, nullptr);
}

TEST(ExportToArrow, RefusesWhatArrowDoesNotHave) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(Exported(Tensor::Scalar(1.0f)).status,
              FailsWith(kInvalid, "scalar"));
  EXPECT_THAT(Exported(Tensor::Vector(Buffer<BFloat16>{{1}})).status,
              FailsWith(kInvalid, "bfloat16"));
}

absl::StatusOr<Tensor> ThereAndBack(const Tensor& tensor) {
  Exported exported(tensor);
  if (!exported.status.ok()) return exported.status;
  return ImportFromArrow(exported.schema, &exported.array);
}

// Dense values of each dtype, of random bits.
Tensor AnyValues(DType dtype, std::vector<int64_t> shape,
                 testing::Random& random) {
  int64_t size = 1;
  for (const int64_t dimension : shape) size *= dimension;
  if (dtype == DType::kString) {
    StringTensorBuilder builder;
    for (int64_t i = 0; i < size; ++i) {
      std::string string(testing::Below(random, 20), ' ');
      for (char& byte : string) byte = static_cast<char>(random());
      builder.Append(string);
    }
    return *Tensor::Dense(std::move(builder).Build(), std::move(shape));
  }
  BufferBuilder<std::byte> bytes(static_cast<size_t>(size * DTypeSize(dtype)));
  for (std::byte& byte : bytes.span()) {
    byte =
        static_cast<std::byte>(dtype == DType::kBool ? random() % 2 : random());
  }
  return *Tensor::DenseBytes(dtype, std::move(bytes).Build(), std::move(shape));
}

TEST(ExportToArrow, ComesBackAsItWas) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int type = 0; type <= static_cast<int>(DType::kString); ++type) {
    const auto dtype = static_cast<DType>(type);
    if (dtype == DType::kBFloat16) continue;
    for (const RaggedShape& shape : testing::DeepShapes(random_seed)) {
      for (const std::vector<int64_t>& inner :
           {std::vector<int64_t>{}, {3}, {2, 2}, {0, 2}}) {
        std::vector<int64_t> flat_shape = {shape.num_values()};
        flat_shape.insert(flat_shape.end(), inner.begin(), inner.end());
        const Tensor flat = AnyValues(dtype, flat_shape, random);
        const Tensor tensor = *Tensor::FromPartitions(
            {shape.partitions().begin(), shape.partitions().end()}, flat);
        for (const Tensor& value : {flat, tensor}) {
          const auto back = ThereAndBack(value);
          ASSERT_TRUE(back.ok()) << back.status();
          EXPECT_EQ(*back, value);
        }
      }
    }
  }
}

TEST(ExportToArrow, CopiesNoValues) {
  const Tensor tensor = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<double>{1, 2, 3}), {0, 2, 3});
  EXPECT_EQ(ThereAndBack(tensor)->bytes().data(), tensor.bytes().data());
  const Tensor strings = Strings({"ab", "c"});
  EXPECT_EQ(ThereAndBack(strings)->strings().bytes().data(),
            strings.strings().bytes().data());
}

}  // namespace
}  // namespace rowsplit
