#include "rowsplit/vocab/static_hash_table.h"

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/files.h"

namespace rowsplit {
namespace {

using ::testing::HasSubstr;

Tensor Words(const std::vector<std::string_view>& words) {
  return Tensor::Vector(StringTensor::FromStrings(words));
}

Tensor Integers(const std::vector<int64_t>& values) {
  return Tensor::Vector(Buffer<int64_t>::Copy(values));
}

StaticHashTable Table(const Tensor& keys, const Tensor& values,
                      const Tensor& missing) {
  auto table = StaticHashTable::Create(keys, values, missing);
  EXPECT_TRUE(table.ok()) << table.status();
  return *std::move(table);
}

absl::Status Error(const Tensor& keys, const Tensor& values,
                   const Tensor& missing) {
  return StaticHashTable::Create(keys, values, missing).status();
}

TEST(StaticHashTable, MapsAnyKindToAnyKind) {
  const StaticHashTable table =
      Table(Words({"a", "b", ""}), Integers({10, -1, 30}),
            Tensor::Scalar(int64_t{-99}));
  EXPECT_EQ(*table.Lookup(Words({"", "x", "b"})), Integers({30, -99, -1}));
  EXPECT_EQ(table.size(), 3);
  const Tensor ragged = *Tensor::FromRowSplits(Words({"a", "x"}), {0, 1, 1, 2});
  EXPECT_EQ(*table.Lookup(ragged),
            *Tensor::FromRowSplits(Integers({10, -99}), {0, 1, 1, 2}));

  const StaticHashTable names = Table(Integers({1, 2}), Words({"one", "two"}),
                                      Tensor::Scalar(std::string_view("?")));
  EXPECT_EQ(*names.Lookup(Integers({2, 7, 1})), Words({"two", "?", "one"}));
  EXPECT_EQ(*names.Lookup(Tensor::Vector(Buffer<int32_t>{2})), Words({"two"}));

  const StaticHashTable floats = Table(
      Words({"a"}), Tensor::Vector(Buffer<float>{0.5f}), Tensor::Scalar(NAN));
  const Tensor found = *floats.Lookup(Words({"a", "b"}));
  EXPECT_EQ(found.items<float>()[0], 0.5f);
  EXPECT_TRUE(std::isnan(found.items<float>()[1]));

  const StaticHashTable flags = Table(
      Words({"a"}), Tensor::Vector(Buffer<bool>{true}), Tensor::Scalar(false));
  EXPECT_EQ(*flags.Lookup(Words({"b", "a"})),
            Tensor::Vector(Buffer<bool>{false, true}));
  EXPECT_EQ(*table.Lookup(Words({})), Integers({}));
}

TEST(StaticHashTable, TakesAKeyTwiceWithOneValue) {
  const StaticHashTable table = Table(
      Words({"a", "b", "a"}), Integers({0, 1, 0}), Tensor::Scalar(int64_t{-5}));
  EXPECT_EQ(table.size(), 2);
  EXPECT_EQ(table.keys(), Words({"a", "b"}));
  EXPECT_EQ(*table.Lookup(Words({"b", "c"})), Integers({1, -5}));
  const absl::Status strings = Error(
      Words({"a", "b", "a"}), Integers({1, 2, 3}), Tensor::Scalar(int64_t{-5}));
  EXPECT_EQ(strings.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(strings.message(),
              HasSubstr("key \"a\" has the value 1 at 0 and 3 at 2"));
  EXPECT_EQ(Error(Integers({4, 4}), Words({"x", "y"}),
                  Tensor::Scalar(std::string_view()))
                .code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Table(Integers({4, 4}), Words({"x", "x"}),
                  Tensor::Scalar(std::string_view()))
                .size(),
            1);
}

TEST(StaticHashTable, RefusesWrongTensors) {
  const Tensor minus_one = Tensor::Scalar(int64_t{-1});
  EXPECT_THAT(Error(Words({"a", "b"}), Integers({1}), minus_one).message(),
              HasSubstr("2 keys of rank 1 and 1 values"));
  EXPECT_THAT(Error(Words({}), Integers({}), minus_one).message(),
              HasSubstr("must not be empty"));
  EXPECT_THAT(Error(Tensor::Vector(Buffer<float>{1}), Integers({1}), minus_one)
                  .message(),
              HasSubstr("keys must be strings, int64 or int32, got float32"));
  EXPECT_THAT(
      Error(Words({"a"}), Integers({1}), Tensor::Scalar(1.0f)).message(),
      HasSubstr("scalar of the values' dtype int64, got float32"));
  const StaticHashTable table = Table(Words({"a"}), Integers({1}), minus_one);
  EXPECT_THAT(table.Lookup(Integers({1})).status().message(),
              HasSubstr("expected keys of string, got int64"));
}

TEST(StaticHashTable, ReadsColumnsOfAFile) {
  const testing::TempFolder folder;
  const std::string path = folder.Write("t", "a\t1\t0.5\nb\t 22 \t-2\r\n");
  const Tensor minus_one = Tensor::Scalar(int64_t{-1});
  const auto numbers = StaticHashTable::FromFile(
      path, {.key_index = 0, .value_index = 1}, minus_one);
  ASSERT_TRUE(numbers.ok()) << numbers.status();
  EXPECT_EQ(*numbers->Lookup(Words({"b", "a", "c"})), Integers({22, 1, -1}));
  const auto floats = StaticHashTable::FromFile(
      path, {.value_dtype = DType::kFloat32, .key_index = 0, .value_index = 2},
      Tensor::Scalar(0.0f));
  ASSERT_TRUE(floats.ok()) << floats.status();
  EXPECT_EQ(floats->values(), Tensor::Vector(Buffer<float>{0.5f, -2}));
  const auto lines = StaticHashTable::FromFile(
      path, {.vocab_size = 1, .value_index_offset = 10}, minus_one);
  ASSERT_TRUE(lines.ok()) << lines.status();
  EXPECT_EQ(*lines->Lookup(Words({"a\t1\t0.5", "b"})), Integers({10, -1}));
  const auto inverse =
      StaticHashTable::FromFile(path,
                                {.key_dtype = DType::kInt64,
                                 .value_dtype = DType::kString,
                                 .key_index = TextTableOptions::kLineNumber,
                                 .value_index = 0},
                                Tensor::Scalar(std::string_view("?")));
  ASSERT_TRUE(inverse.ok()) << inverse.status();
  EXPECT_EQ(*inverse->Lookup(Integers({1, 2, 0})), Words({"b", "?", "a"}));
}

TEST(StaticHashTable, RefusesWrongFiles) {
  const testing::TempFolder folder;
  const auto error = [&](std::string_view bytes,
                         const TextTableOptions& options) {
    return StaticHashTable::FromFile(folder.Write("t", bytes), options,
                                     Tensor::Scalar(int64_t{-1}))
        .status();
  };
  EXPECT_EQ(error("", {}).code(), absl::StatusCode::kOutOfRange);
  EXPECT_THAT(error("a\n\nb\n", {}).message(), HasSubstr("line 2"));
  EXPECT_THAT(error("a\nb\n", {.vocab_size = 3}).message(),
              HasSubstr("vocab_size = 3 lines, got 2"));
  const TextTableOptions columns{.key_index = 0, .value_index = 1};
  EXPECT_THAT(error("a\t1\nb\n", columns).message(),
              HasSubstr("line 2: expected at least 2, got 1"));
  EXPECT_THAT(error("a\tx\n", columns).message(),
              HasSubstr("no valid int64 in line 1: \"x\""));
  EXPECT_EQ(error("a\nb\na\n", {}).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(error("a\n", {.value_index = -2}).message(),
              HasSubstr("value_index must be"));
  EXPECT_THAT(error("a\n", {.key_dtype = DType::kFloat32}).message(),
              HasSubstr("key_dtype must be"));
  EXPECT_THAT(error("a\n", {.value_dtype = DType::kBool}).message(),
              HasSubstr("value_dtype must be"));
  EXPECT_THAT(error("a\nb\n", {.value_index_offset = INT64_MAX}).message(),
              HasSubstr("does not fit 64 bits"));
  EXPECT_THAT(error("a\n", {.vocab_size = 0}).message(),
              HasSubstr("vocab_size must be"));
  EXPECT_THAT(
      error("a\tx\n",
            {.value_dtype = DType::kFloat32, .key_index = 0, .value_index = 1})
          .message(),
      HasSubstr("no valid float"));
  EXPECT_EQ(StaticHashTable::FromFile(folder / "none", {},
                                      Tensor::Scalar(int64_t{-1}))
                .status()
                .code(),
            absl::StatusCode::kNotFound);
}

TEST(StaticVocabularyTable, GivesOtherKeysBuckets) {
  const auto table = StaticVocabularyTable::Create(
      Table(Words({"a", "b"}), Integers({0, 1}), Tensor::Scalar(int64_t{7})),
      3);
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->size(), 5);
  const auto bucket = [](std::string_view text) {
    return 2 + static_cast<int64_t>(Fingerprint64(text) % 3);
  };
  EXPECT_EQ(*table->Lookup(Words({"b", "x", "", "a"})),
            Integers({1, bucket("x"), bucket(""), 0}));
  const auto integers = StaticVocabularyTable::Create(
      Table(Integers({5, -7}), Integers({1, -1}), Tensor::Scalar(int64_t{0})),
      3);
  EXPECT_EQ(*integers->Lookup(Tensor::Vector(Buffer<int32_t>{5, -7, 40})),
            Integers({1, bucket("-7"), bucket("40")}));
}

TEST(StaticVocabularyTable, RefusesWrongArguments) {
  const StaticHashTable table =
      Table(Words({"a"}), Integers({0}), Tensor::Scalar(int64_t{0}));
  EXPECT_THAT(
      StaticVocabularyTable::Create(table, 0).status().message(),
      HasSubstr("num_oov_buckets must be positive, at most 2^62, got 0"));
  EXPECT_THAT(
      StaticVocabularyTable::Create(table, INT64_MAX).status().message(),
      HasSubstr("at most 2^62"));
  EXPECT_THAT(StaticVocabularyTable::Create(
                  Table(Words({"a"}), Tensor::Vector(Buffer<int32_t>{1}),
                        Tensor::Scalar(int32_t{0})),
                  1)
                  .status()
                  .message(),
              HasSubstr("values must be int64, got int32"));
  EXPECT_FALSE(
      StaticVocabularyTable::Create(table, 1)->Lookup(Integers({1})).ok());
}

TEST(StaticHashTable, DoesNotDependOnThreads) {
  std::vector<int64_t> keys, queries;
  for (int64_t i = 0; i < 200'000; ++i) {
    if (i < 1000) keys.push_back(i * 3);
    queries.push_back(i % 4000);
  }
  const auto table = *StaticVocabularyTable::Create(
      Table(Integers(keys), Integers(keys), Tensor::Scalar(int64_t{-1})), 10);
  EXPECT_EQ(*table.Lookup(Integers(queries), {.num_threads = 1}),
            *table.Lookup(Integers(queries), {.num_threads = 4}));
}

}  // namespace
}  // namespace rowsplit
