#include "text/bert_text.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/utf8.h"
#include "kernels/word_blocks.h"
#include "rowsplit/core/offset.h"
#include "text/append_utf8.h"
#include "text/code_point_table.h"
#include "text/hf_characters.h"

namespace rowsplit::internal {

namespace {

namespace character = kernels::character;

constexpr uint32_t kReplacementCodePoint = 0xFFFD;

struct Character {
  uint32_t code_point;
  Offset begin;
  Offset end;
};

std::vector<Character> Characters(const AlignedText& text) {
  std::vector<Character> characters;
  const std::string& bytes = text.bytes;
  for (size_t at = 0; at < bytes.size();) {
    const size_t begin = at;
    UChar32 code_point;
    U8_NEXT_UNSAFE(bytes.data(), at, code_point);
    characters.push_back({static_cast<uint32_t>(code_point), text.begins[begin],
                          text.ends[begin]});
  }
  return characters;
}

// Removes control characters, and makes white space blanks.
void Clean(std::vector<Character>& characters) {
  std::erase_if(characters, [](const Character& c) {
    return c.code_point == 0 || c.code_point == kReplacementCodePoint ||
           IsHfControl(c.code_point);
  });
  for (Character& c : characters) {
    if (IsHfSpace(c.code_point)) c.code_point = ' ';
  }
}

void SetChineseApart(std::vector<Character>& characters) {
  std::vector<Character> apart;
  apart.reserve(characters.size());
  for (const Character& c : characters) {
    const bool is_chinese = IsHfChinese(c.code_point);
    if (is_chinese) apart.push_back({' ', c.begin, c.end});
    apart.push_back(c);
    if (is_chinese) apart.push_back({' ', c.begin, c.end});
  }
  characters = std::move(apart);
}

// Decomposes and puts marks into their order. The n-th character that is the
// first of a decomposition is of the n-th source, wherever the order puts it,
// and the others are of the same source as the one before them.
void Decompose(std::vector<Character>& characters) {
  struct Part {
    uint32_t code_point;
    uint8_t combining;
    bool is_first;
  };
  std::vector<Part> parts;
  std::u32string decomposed;
  for (const Character& c : characters) {
    decomposed.clear();
    AppendHfDecomposition(c.code_point, decomposed);
    bool is_first = true;
    for (const char32_t code_point : decomposed) {
      parts.push_back({code_point, HfCombiningClass(code_point), is_first});
      is_first = false;
    }
  }
  for (auto at = parts.begin(); at != parts.end();) {
    if (at->combining == 0) {
      ++at;
      continue;
    }
    const auto end = std::find_if(
        at, parts.end(), [](const Part& part) { return part.combining == 0; });
    std::stable_sort(at, end, [](const Part& a, const Part& b) {
      return a.combining < b.combining;
    });
    at = end;
  }
  std::vector<Character> result;
  result.reserve(parts.size());
  size_t source = 0;
  for (const Part& part : parts) {
    if (part.is_first) ++source;
    const Character of =
        source == 0 ? Character{0, 0, 0} : characters[source - 1];
    result.push_back({part.code_point, of.begin, of.end});
  }
  characters = std::move(result);
}

void Lower(std::vector<Character>& characters) {
  std::vector<Character> lowered;
  lowered.reserve(characters.size());
  std::u32string lower;
  for (const Character& c : characters) {
    lower.clear();
    AppendHfLower(c.code_point, lower);
    for (const char32_t code_point : lower)
      lowered.push_back({code_point, c.begin, c.end});
  }
  characters = std::move(lowered);
}

// The results that characters share, and what the table says of each.
class CharacterValues {
 public:
  CharacterValues(const BertNormalizerOptions& options, std::string& pool)
      : options_(options), pool_(pool) {
    pool_.assign(1, ' ');
  }

  uint32_t Of(uint32_t code_point) {
    if (code_point >= 0xD800 && code_point < 0xE000)
      code_point = kReplacementCodePoint;
    // Most code points, quickly.
    if (options_.normalize && options_.clean_text && IsHfControl(code_point))
      return character::Make(0, 0, 0);
    AlignedText text;
    text.Append(code_point, 0, 1);
    if (IsUnassigned(code_point) && !IsHfChinese(code_point)) {
      return character::Make(character::kCopy,
                             static_cast<uint32_t>(text.bytes.size()), 0);
    }
    const AlignedText made = BertNormalize(text, options_);
    const std::string_view bytes = made.bytes;
    const std::vector<TokenSpan> words =
        BertWords(bytes, options_.split_punctuation);
    if (MayMove(bytes) || words.size() > 1)
      return character::Make(character::kSpecial, 0, 0);
    if (words.empty()) {
      return bytes.empty() ? character::Make(0, 0, 0)
                           : character::Make(character::kSpace, 1, 0);
    }
    const std::string_view word = bytes.substr(words[0].begin, words[0].size);
    uint32_t flags = 0;
    // A character with blanks around it is a word of its own.
    const bool is_alone = word.size() < bytes.size();
    size_t at = 0;
    UChar32 first;
    U8_NEXT_UNSAFE(word.data(), at, first);
    if (is_alone || (options_.split_punctuation &&
                     IsHfPunctuation(static_cast<uint32_t>(first))))
      flags |= character::kOwn;
    if (word.size() > character::kMaxSize)
      return character::Make(character::kSpecial, 0, 0);
    const auto size = static_cast<uint32_t>(word.size());
    growth_ = std::max(
        growth_, static_cast<uint32_t>((size - 1) / text.bytes.size() + 1));
    if (word == text.bytes)
      return character::Make(flags | character::kCopy, size, 0);
    return character::Make(flags, size, Place(word));
  }

  // The most bytes for each byte of a character, and at least 3.
  uint32_t growth() const { return growth_; }

 private:
  // Whether marks stay of which the order may not.
  bool MayMove(std::string_view bytes) const {
    if (!options_.normalize || !options_.strip_accents) return false;
    for (size_t at = 0; at < bytes.size();) {
      UChar32 code_point;
      U8_NEXT_UNSAFE(bytes.data(), at, code_point);
      if (HfCombiningClass(static_cast<uint32_t>(code_point)) != 0) return true;
    }
    return false;
  }

  uint32_t Place(std::string_view result) {
    const auto [place, is_new] = places_.try_emplace(
        std::string(result), static_cast<uint32_t>(pool_.size()));
    if (is_new) pool_ += result;
    return place->second;
  }

  const BertNormalizerOptions& options_;
  std::string& pool_;
  std::map<std::string, uint32_t> places_;
  uint32_t growth_ = 3;
};

}  // namespace

void AlignedText::Append(uint32_t code_point, Offset begin, Offset end) {
  AppendUtf8(code_point, bytes);
  begins.resize(bytes.size(), begin);
  ends.resize(bytes.size(), end);
}

AlignedText AlignText(std::string_view text) {
  AlignedText aligned;
  aligned.bytes.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    Utf8Sequence piece = {1, true};
    if (static_cast<uint8_t>(text[at]) >= 0x80)
      piece = ReadUtf8Sequence(text, at);
    aligned.bytes +=
        piece.good ? text.substr(at, piece.size) : kReplacementCharacter;
    aligned.begins.resize(aligned.bytes.size(), static_cast<Offset>(at));
    at += piece.size;
    aligned.ends.resize(aligned.bytes.size(), static_cast<Offset>(at));
  }
  return aligned;
}

AlignedText BertNormalize(const AlignedText& text,
                          const BertNormalizerOptions& options) {
  if (!options.normalize) return text;
  std::vector<Character> characters = Characters(text);
  if (options.clean_text) Clean(characters);
  if (options.handle_chinese_chars) SetChineseApart(characters);
  if (options.strip_accents) {
    Decompose(characters);
    std::erase_if(characters, [](const Character& c) {
      return IsHfNonspacingMark(c.code_point);
    });
  }
  if (options.lowercase) Lower(characters);
  AlignedText made;
  made.bytes.reserve(text.bytes.size());
  for (const Character& c : characters)
    made.Append(c.code_point, c.begin, c.end);
  return made;
}

std::vector<TokenSpan> BertWords(std::string_view text,
                                 bool split_punctuation) {
  std::vector<TokenSpan> words;
  bool open = false;
  for (size_t at = 0; at < text.size();) {
    const auto begin = static_cast<uint32_t>(at);
    UChar32 c;
    U8_NEXT_UNSAFE(text.data(), at, c);
    const auto size = static_cast<uint32_t>(at) - begin;
    const auto code_point = static_cast<uint32_t>(c);
    if (IsHfSpace(code_point)) {
      open = false;
    } else if (split_punctuation && IsHfPunctuation(code_point)) {
      words.push_back({begin, size});
      open = false;
    } else if (open) {
      words.back().size += size;
    } else {
      words.push_back({begin, size});
      open = true;
    }
  }
  return words;
}

BertCharacters::BertCharacters(const BertNormalizerOptions& options)
    : values_([&] {
        CharacterValues values(options, pool_);
        auto table = CodePointTable<uint32_t>::Make(
            [&](uint32_t code_point) { return values.Of(code_point); });
        growth_ = values.growth();
        return table;
      }()),
      map_{} {
  // Of each result so many bytes can be read.
  pool_.append(16, '\0');
  map_.block_of = values_.block_of().data();
  map_.values = values_.values().data();
  map_.pool = pool_.data();
  map_.growth = growth_;
  map_.lowers_ascii = options.normalize && options.lowercase;
  kernels::SetAsciiRows(map_);
}

const BertCharacters& BertCharacters::Of(const BertNormalizerOptions& options) {
  static std::mutex mutex;
  static auto* const made =
      new std::array<std::unique_ptr<const BertCharacters>, 64>;
  const int index =
      (options.normalize ? 1 : 0) | (options.clean_text ? 2 : 0) |
      (options.handle_chinese_chars ? 4 : 0) | (options.strip_accents ? 8 : 0) |
      (options.lowercase ? 16 : 0) | (options.split_punctuation ? 32 : 0);
  const std::scoped_lock lock(mutex);
  std::unique_ptr<const BertCharacters>& characters = (*made)[index];
  if (characters == nullptr) characters.reset(new BertCharacters(options));
  return *characters;
}

}  // namespace rowsplit::internal
