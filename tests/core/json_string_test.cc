#include "core/json_string.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "core/json.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

std::string Json(std::string_view text) {
  BufferBuilder<char> out;
  AppendJsonString(text, out);
  return std::string(out.data(), out.size());
}

// One byte or character at a time, from the definition of UTF-8.
std::string Reference(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<uint8_t>(text[i]);
    if (c < 0x80) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", c);
      out += c == '"'    ? "\\\""
             : c == '\\' ? "\\\\"
             : c == '\n' ? "\\n"
             : c == '\r' ? "\\r"
             : c == '\t' ? "\\t"
             : c < 0x20  ? std::string(escape)
                         : std::string(1, static_cast<char>(c));
      ++i;
      continue;
    }
    // A prefix of a character is good if some code point starts with it.
    const auto is_prefix = [](std::string_view piece) {
      if (piece.size() > 4) return 0;
      const auto at = [&](size_t k) { return static_cast<uint8_t>(piece[k]); };
      const size_t size = at(0) < 0xC0   ? 0
                          : at(0) < 0xE0 ? 2
                          : at(0) < 0xF0 ? 3
                          : at(0) < 0xF8 ? 4
                                         : 0;
      if (size == 0 || piece.size() > size) return 0;
      uint32_t low = at(0) & (0xFF >> (size + 1));
      for (size_t k = 1; k < piece.size(); ++k) {
        if ((at(k) & 0xC0) != 0x80) return 0;
        low = low << 6 | (at(k) & 0x3F);
      }
      const size_t open_bits = 6 * (size - piece.size());
      const uint32_t first = low << open_bits;
      const uint32_t last = first | ((1u << open_bits) - 1);
      const uint32_t least = size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000;
      if (last < least || first > 0x10FFFF) return 0;
      if (first >= 0xD800 && last <= 0xDFFF) return 0;
      return piece.size() == size ? 2 : 1;
    };
    size_t size = 1;
    int state = is_prefix(text.substr(i, 1));
    while (state == 1 && i + size < text.size()) {
      const int next = is_prefix(text.substr(i, size + 1));
      if (next == 0) break;
      state = next;
      ++size;
    }
    out += state == 2 ? std::string(text.substr(i, size)) : "\xEF\xBF\xBD";
    i += size;
  }
  return out + "\"";
}

TEST(AppendJsonString, EscapesOnlyWhatJsonNeeds) {
  EXPECT_EQ(Json(""), "\"\"");
  EXPECT_EQ(Json("plain /text/ '\x7F"), "\"plain /text/ '\x7F\"");
  EXPECT_EQ(Json("a\"b\\c\n\r\t"), "\"a\\\"b\\\\c\\n\\r\\t\"");
  EXPECT_EQ(Json(std::string_view("\0\x1F", 2)), "\"\\u0000\\u001f\"");
  EXPECT_EQ(Json("한글 é 😀"), "\"한글 é 😀\"");
}

TEST(AppendJsonString, ReplacesEachMaximalIllFormedPiece) {
  // The Unicode standard's own example, table 3-11.
  EXPECT_EQ(Json("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"),
            "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\x41\"");
  EXPECT_EQ(Json("a\xFF"), "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(Json("\xED\xA0\x80"),
            "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");  // A surrogate.
}

TEST(AppendJsonString, EqualsTheReferenceOnEveryTwoBytesInEveryPlace) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const char pair[] = {static_cast<char>(first), static_cast<char>(second)};
      for (size_t before = 0; before < 9; before += 4) {
        std::string text(before, 'x');
        text.append(pair, 2).append("abcdefgh");
        ASSERT_EQ(Json(text), Reference(text)) << first << ' ' << second;
      }
      ASSERT_EQ(Json({pair, 2}), Reference({pair, 2}));
    }
  }
}

TEST(AppendJsonString, EqualsTheReferenceOnThreeAndFourBytes) {
  const uint8_t leads[] = {0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5};
  const uint8_t tails[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F,
                           0xA0, 0xBF, 0xC0, 0xC2, 0xE1, 0xF0, 0xFF};
  for (const uint8_t a : leads) {
    for (const uint8_t b : tails) {
      for (const uint8_t c : tails) {
        for (const uint8_t d : tails) {
          const uint8_t bytes[] = {a, b, c, d};
          for (size_t size = 3; size <= 4; ++size) {
            const std::string text(reinterpret_cast<const char*>(bytes), size);
            ASSERT_EQ(Json(text), Reference(text))
                << int{a} << ' ' << int{b} << ' ' << int{c} << ' ' << int{d};
          }
        }
      }
    }
  }
}

TEST(AppendJsonString, ReadsBackAsTheSameText) {
  std::string text;
  for (int c = 0; c < 128; ++c) text += static_cast<char>(c);
  text += "é한😀";
  const auto value = JsonValue::Parse("[" + Json(text) + "]", "test");
  ASSERT_TRUE(value.ok()) << value.status();
  EXPECT_EQ(*value->AsArray()->at(0).AsString(), text);
}

}  // namespace
}  // namespace rowsplit::internal
