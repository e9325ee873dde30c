#include "core/json.h"

#include <string>
#include <string_view>
#include <tuple>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

JsonValue Parsed(std::string_view json) {
  auto value = JsonValue::Parse(json, "v.json");
  EXPECT_TRUE(value.ok()) << value.status();
  return *value;
}

std::string ParseError(std::string_view json) {
  const auto value = JsonValue::Parse(json, "v.json");
  EXPECT_EQ(value.status().code(), absl::StatusCode::kInvalidArgument) << json;
  return std::string(value.status().message());
}

TEST(JsonValue, GivesTypedValues) {
  const JsonValue top = Parsed(
      R"( {"b": true, "i": -7, "d": 1.5, "s": "x\u00e9\n", "n": null,
           "a": [1, [], {"k": "v"}], "big": 18446744073709551615} )");
  EXPECT_EQ(*top.GetBool("b"), true);
  EXPECT_EQ(*top.GetInt("i"), -7);
  EXPECT_EQ(*top.Get("i")->AsDouble(), -7.0);
  EXPECT_EQ(*top.Get("d")->AsDouble(), 1.5);
  EXPECT_EQ(*top.GetString("s"), "xé\n");
  EXPECT_TRUE(top.Get("n")->is_null());
  const auto array = *top.GetArray("a");
  ASSERT_EQ(array.size(), 3u);
  EXPECT_EQ(*array[0].AsInt(), 1);
  EXPECT_TRUE(array[1].AsArray()->empty());
  EXPECT_EQ(*array[2].GetString("k"), "v");
  EXPECT_EQ(*top.Get("big")->AsDouble(), 18446744073709551616.0);
  EXPECT_THAT(*top.Keys(), ElementsAre("b", "i", "d", "s", "n", "a", "big"));
  EXPECT_FALSE(top.Find("none")->has_value());
}

TEST(JsonValue, ErrorsNameDocumentPathAndKinds) {
  const JsonValue top =
      Parsed(R"({"vocabulary": ["a", {"deep": [1]}], "d": 1.5})");
  const auto words = *top.GetArray("vocabulary");
  EXPECT_EQ(words[1].AsString().status(),
            absl::InvalidArgumentError(
                "v.json: .vocabulary[1]: expected a string, got an object"));
  const auto deep = *words[1].GetArray("deep");
  EXPECT_EQ(deep[0].Path(), ".vocabulary[1].deep[0]");
  EXPECT_EQ(deep[0].AsBool().status().message(),
            "v.json: .vocabulary[1].deep[0]: expected a boolean, got a number");
  EXPECT_EQ(top.GetInt("d").status().message(),
            "v.json: .d: expected an integer, got 1.5");
  EXPECT_EQ(top.Get("x").status(),
            absl::NotFoundError("v.json: .: the key 'x' is missing"));
  EXPECT_EQ(top.AsArray().status().message(),
            "v.json: .: expected an array, got an object");
  EXPECT_EQ(words[0].Keys().status().message(),
            "v.json: .vocabulary[0]: expected an object, got a string");
  EXPECT_EQ(words[0].Find("x").ok(), false);
  EXPECT_EQ(words[0].AsDouble().status().message(),
            "v.json: .vocabulary[0]: expected a number, got a string");
}

TEST(JsonValue, FindsUnknownKeys) {
  const JsonValue top = Parsed(R"({"a": 1, "c": 2})");
  EXPECT_TRUE(top.CheckKeys({"a", "b", "c"}).ok());
  EXPECT_EQ(
      top.CheckKeys({"a", "b"}),
      absl::InvalidArgumentError("v.json: .: unknown key 'c'; known are a, b"));
}

TEST(JsonValue, KeepsTheDocumentAlive) {
  JsonValue inner = Parsed("[1]");
  {
    const JsonValue top = Parsed(R"([["kept"]])");
    inner = top.AsArray()->at(0).AsArray()->at(0);
  }
  EXPECT_EQ(*inner.AsString(), "kept");
}

TEST(JsonValue, NamesTheByteOfAnError) {
  const std::tuple<std::string_view, size_t, size_t> cases[] = {
      {R"({"a": tru})", 6, 10},
      {R"({"a": nul})", 6, 10},
      {R"({"a": 1 "b": 2})", 8, 8},
      {R"([1, 2x])", 4, 5},
      {R"([1, 2] 3)", 7, 7},
      {R"(["\q"])", 1, 5},
      {R"({"a": 01})", 6, 8},
      {R"([1, 2, )", 5, 9},
      {R"({"a" 1})", 4, 6},
      {R"([-])", 1, 2},
      {R"([1,])", 2, 3},
      {R"({"a":1,})", 6, 7},
      {R"({1: 2})", 1, 1},
      {R"([1e999])", 1, 6},
      {R"(["\ud800"])", 1, 9},
      {"[1}", 2, 2},
      {R"({"a":[1,2})", 9, 10},
  };
  for (const auto& [json, first, last] : cases) {
    const std::string message = ParseError(json);
    const size_t at = message.find("at byte ");
    ASSERT_NE(at, std::string::npos) << json << ": " << message;
    const size_t byte = std::stoul(message.substr(at + 8));
    EXPECT_GE(byte, first) << json << ": " << message;
    EXPECT_LE(byte, last) << json << ": " << message;
    EXPECT_EQ(message.rfind("v.json: not valid JSON", 0), 0u) << message;
  }
}

TEST(JsonValue, NamesTheByteOfWhatTheFirstPassFinds) {
  EXPECT_THAT(ParseError("[\"a\xC3\xA9\xFF\"]"), HasSubstr("at byte 5:"));
  EXPECT_THAT(ParseError("[\"a\", \"b\\\"]"), HasSubstr("at byte 6:"));
  EXPECT_THAT(ParseError("[\"a\nb\"]"), HasSubstr("at byte 3:"));
  EXPECT_THAT(ParseError("  "), HasSubstr("at byte 2:"));
}

TEST(JsonValue, RefusesWhatIsNoDocument) {
  for (const std::string_view json :
       {"", "  ", "[\"\xFF\"]", "[\"a", "[\"\n\"]"}) {
    EXPECT_THAT(ParseError(json), HasSubstr("not valid JSON")) << json;
  }
  for (const std::string_view json : {"1", "\"a\"", "null", "true"}) {
    EXPECT_THAT(ParseError(json), HasSubstr("expected an object or an array"));
  }
  EXPECT_THAT(ParseError(R"({"o": {"a": 1, "b": 2, "a": 3}})"),
              HasSubstr("v.json: .o: the key 'a' is there twice"));
}

TEST(JsonValue, GivesMembersInOrder) {
  const auto value = JsonValue::Parse(R"({"b": 1, "a": [2]})", "v.json");
  ASSERT_TRUE(value.ok());
  const auto members = value->Members();
  ASSERT_TRUE(members.ok());
  ASSERT_EQ(members->size(), 2);
  EXPECT_EQ((*members)[0].first, "b");
  EXPECT_EQ(*(*members)[0].second.AsInt(), 1);
  EXPECT_EQ((*members)[1].second.Path(), ".a");
  EXPECT_FALSE((*members)[1].second.Members().ok());
}

TEST(JsonValue, ReadsBytesThatAreNoUtf8) {
  JsonWriter json(JsonWriter::Style::kCompact);
  json.BeginArray();
  json.Bytes("\xC3\xA9\n");
  json.Bytes("\xFF\0");
  json.EndArray();
  const std::string text = std::move(json).Take();
  EXPECT_EQ(text, "[\"\xC3\xA9\\n\",{\"base64\":\"/w==\"}]");
  const auto values = JsonValue::Parse(text, "v.json")->AsArray();
  ASSERT_TRUE(values.ok());
  EXPECT_EQ(*(*values)[0].AsBytes(), "\xC3\xA9\n");
  EXPECT_EQ(*(*values)[1].AsBytes(), "\xFF");
  for (const std::string_view wrong :
       {R"([{"base64": "*"}])", R"([{"base64": "", "a": 1}])", R"([{}])",
        R"([1])"}) {
    const auto array = JsonValue::Parse(wrong, "v.json")->AsArray();
    EXPECT_FALSE((*array)[0].AsBytes().ok()) << wrong;
  }
}

TEST(JsonValue, BoundsTheDepth) {
  const auto nested = [](int depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(JsonValue::Parse(nested(100), "v.json").ok());
  EXPECT_THAT(ParseError(nested(102)), HasSubstr("at byte"));
  EXPECT_THAT(ParseError(nested(100000)), HasSubstr("not valid JSON"));
}

TEST(JsonValue, EveryPrefixOfADocumentIsAnErrorAndNotACrash) {
  const std::string json =
      R"({"vocabulary": ["a", "b\u00e9"], "max": 5000, "x": {"y": [true, null]}})";
  EXPECT_TRUE(JsonValue::Parse(json, "v.json").ok());
  for (size_t size = 0; size < json.size(); ++size) {
    EXPECT_FALSE(JsonValue::Parse(json.substr(0, size), "v.json").ok()) << size;
  }
}

}  // namespace
}  // namespace rowsplit::internal
