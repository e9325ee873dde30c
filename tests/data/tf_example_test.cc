#include "data/tf_example.h"

#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "data/example.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

std::string Encoded(const ExampleWriter& writer) {
  BufferBuilder<char> out;
  writer.AppendTo(out);
  return std::string(out.data(), out.size());
}

example_proto::Example Parsed(const std::string& bytes) {
  example_proto::Example example;
  EXPECT_TRUE(example.ParseFromString(bytes));
  return example;
}

TEST(ExampleWriter, TheGeneratedMessageReadsWhatItWrites) {
  const std::vector<int64_t> ids = {0,
                                    1,
                                    127,
                                    128,
                                    1 << 20,
                                    -1,
                                    std::numeric_limits<int64_t>::min(),
                                    std::numeric_limits<int64_t>::max()};
  const std::vector<float> weights = {0.5f, -3e30f};
  ExampleWriter writer;
  writer.AddBytes("text", "a b");
  writer.AddInt64s("ids", ids);
  writer.AddFloats("weights", weights);
  const auto example = Parsed(Encoded(writer));
  const auto& features = example.features().feature();
  ASSERT_EQ(features.size(), 3u);
  EXPECT_THAT(features.at("text").bytes_list().value(), ElementsAre("a b"));
  EXPECT_THAT(features.at("ids").int64_list().value(), ElementsAreArray(ids));
  EXPECT_THAT(features.at("weights").float_list().value(),
              ElementsAreArray(weights));
}

TEST(ExampleWriter, WritesTheBytesOfTheGeneratedMessage) {
  // With one feature the map has one order, so the bytes must be the same.
  std::mt19937_64 random(11);
  for (int round = 0; round < 500; ++round) {
    std::vector<int64_t> ids(random() % 300);
    for (int64_t& id : ids)
      id = static_cast<int64_t>(random() >> random() % 64);
    const std::string text(random() % 40000, 'x');
    ExampleWriter writer;
    example_proto::Example expected;
    auto& feature = (*expected.mutable_features()->mutable_feature())["name"];
    if (round % 2 == 0) {
      writer.AddInt64s("name", ids);
      auto* list = feature.mutable_int64_list();
      for (const int64_t id : ids) list->add_value(id);
    } else {
      writer.AddBytes("name", text);
      feature.mutable_bytes_list()->add_value(text);
    }
    ASSERT_EQ(Encoded(writer), expected.SerializeAsString()) << round;
  }
}

TEST(ExampleWriter, TheOrderOfAddingDoesNotMatter) {
  const std::vector<int64_t> ids = {3};
  ExampleWriter forward;
  forward.AddBytes("a", "1");
  forward.AddBytes("ab", "2");
  forward.AddInt64s("b", ids);
  ExampleWriter backward;
  backward.AddInt64s("b", ids);
  backward.AddBytes("ab", "2");
  backward.AddBytes("a", "1");
  EXPECT_EQ(Encoded(forward), Encoded(backward));
}

TEST(ExampleWriter, KeepsEmptyValuesApartFromAbsentOnes) {
  ExampleWriter writer;
  writer.AddBytes("bytes", "");
  writer.AddInt64s("ints", {});
  writer.AddFloats("floats", {});
  const auto example = Parsed(Encoded(writer));
  const auto& features = example.features().feature();
  EXPECT_THAT(features.at("bytes").bytes_list().value(), ElementsAre(""));
  EXPECT_TRUE(features.at("ints").has_int64_list());
  EXPECT_EQ(features.at("ints").int64_list().value_size(), 0);
  EXPECT_TRUE(features.at("floats").has_float_list());
  EXPECT_EQ(Parsed(Encoded(ExampleWriter())).features().feature().size(), 0u);
}

TEST(ExampleWriter, IsEmptyAfterClearAndAppendsAfterWhatIsThere) {
  ExampleWriter writer;
  writer.AddBytes("a", "1");
  const std::string first = Encoded(writer);
  writer.Clear();
  writer.AddBytes("b", "2");
  BufferBuilder<char> out;
  out.Append('#');
  writer.AppendTo(out);
  EXPECT_EQ(std::string(out.data(), out.size()), "#" + Encoded(writer));
  EXPECT_NE(Encoded(writer), first);
}

TEST(ExampleWriter, TakesAsManyFeaturesAsItSays) {
  std::vector<std::string> names;
  for (size_t i = 0; i < ExampleWriter::kMaxFeatures; ++i) {
    names.push_back("f" + std::to_string(i));
  }
  ExampleWriter writer;
  for (const std::string& name : names) writer.AddBytes(name, name);
  const auto example = Parsed(Encoded(writer));
  for (const std::string& name : names) {
    EXPECT_EQ(example.features().feature().at(name).bytes_list().value(0),
              name);
  }
}

}  // namespace
}  // namespace rowsplit::internal
