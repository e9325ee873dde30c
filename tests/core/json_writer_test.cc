#include "core/json_writer.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "core/json.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

std::string Sample(JsonWriter::Style style) {
  JsonWriter json(style);
  json.BeginObject();
  json.Member("name", "a\"b");
  json.Member("lines", int64_t{-3});
  json.Member("share", 0.5);
  json.Member("ok", true);
  json.Key("none");
  json.Null();
  json.Key("empty");
  json.BeginArray();
  json.EndArray();
  json.Key("shards");
  json.BeginArray();
  json.Int(1);
  json.BeginObject();
  json.EndObject();
  json.BeginObject();
  json.Member("x", 1);
  json.EndObject();
  json.EndArray();
  json.EndObject();
  return std::move(json).Take();
}

TEST(JsonWriter, WritesCompactly) {
  EXPECT_EQ(Sample(JsonWriter::Style::kCompact),
            R"({"name":"a\"b","lines":-3,"share":0.5,"ok":true,"none":null,)"
            R"("empty":[],"shards":[1,{},{"x":1}]})");
}

TEST(JsonWriter, WritesPrettily) {
  EXPECT_EQ(Sample(JsonWriter::Style::kPretty), R"({
  "name": "a\"b",
  "lines": -3,
  "share": 0.5,
  "ok": true,
  "none": null,
  "empty": [],
  "shards": [
    1,
    {},
    {
      "x": 1
    }
  ]
}
)");
}

TEST(JsonWriter, NumbersReadBackExactly) {
  const double doubles[] = {0.0, 3.0, 0.1, -1e300, 5e-324, 1.0 / 3};
  const int64_t ints[] = {0, std::numeric_limits<int64_t>::min(),
                          std::numeric_limits<int64_t>::max()};
  JsonWriter json(JsonWriter::Style::kCompact);
  json.BeginArray();
  for (const double value : doubles) json.Double(value);
  for (const int64_t value : ints) json.Int(value);
  json.EndArray();
  const auto parsed = JsonValue::Parse(std::move(json).Take(), "test");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const auto values = *parsed->AsArray();
  for (size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(values[i].kind(), JsonValue::Kind::kDouble);
    EXPECT_EQ(*values[i].AsDouble(), doubles[i]);
  }
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(*values[6 + i].AsInt(), ints[i]);
}

TEST(JsonWriter, WritesNullForWhatIsNoNumber) {
  JsonWriter json(JsonWriter::Style::kCompact);
  json.BeginArray();
  json.Double(std::numeric_limits<double>::infinity());
  json.Double(std::numeric_limits<double>::quiet_NaN());
  json.EndArray();
  EXPECT_EQ(std::move(json).Take(), "[null,null]");
}

}  // namespace
}  // namespace rowsplit::internal
