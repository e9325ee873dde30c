#include "text/break_machine.h"

#include <unicode/uchar.h>
#include <unicode/ucptrie.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "kernels/word_breaks.h"
#include "text/append_utf8.h"
#include "text/break_iterator.h"
#include "text/code_point_table.h"

namespace rowsplit::internal {
namespace {

// How ICU lays out compiled rules of format 6 (ICU 68 and up): a header of
// 32-bit numbers, of which these are read, and a table of states.
constexpr uint32_t kMagic = 0xB1A0;
constexpr uint8_t kFormat = 6;
enum HeaderField {
  kMagicField,
  kFormatField,
  kLengthField,
  kCategoriesField,
  kStatesField,
  kStatesSizeField,
  kTrieField = 8,
  kTrieSizeField = 9,
  kHeaderFields = 14
};
enum StatesField {
  kNumStates,
  kRowSize,
  kDictionaryField,
  kLookAheadsField,
  kFlagsField,
  kStatesFields
};
// Flags of the table of states.
constexpr uint32_t kBeginsWithMark = 2;
constexpr uint32_t kRowsOfBytes = 4;
// Categories and states that mean something.
constexpr uint32_t kEndOfText = 1;
constexpr uint32_t kBeginOfText = 2;
constexpr uint32_t kStop = 0;
constexpr uint32_t kFirstState = 1;
// In front of the next states: accepting, look-ahead, tag.
constexpr uint32_t kRowHeader = 3;

constexpr size_t kNumberBytes = 4;

// Compiled rules, whose places and sizes are checked before they are read.
class RulesReader {
 public:
  explicit RulesReader(const std::vector<uint64_t>& rules)
      : bytes_(reinterpret_cast<const uint8_t*>(rules.data())),
        size_(rules.size() * 8) {}

  // False if the rules are of another form.
  bool Open() {
    if (size_ < kHeaderFields * kNumberBytes || Field(kMagicField) != kMagic ||
        bytes_[kNumberBytes * kFormatField] != kFormat)
      return false;
    num_columns_ = Field(kCategoriesField);
    const size_t states = Field(kStatesField);
    const size_t room = Field(kStatesSizeField);
    if (states % 4 != 0 || states > size_ || room > size_ - states ||
        room < kNumberBytes * kStatesFields)
      return false;
    states_ = bytes_ + states;
    is_narrow_ = (StateField(kFlagsField) & kRowsOfBytes) != 0;
    const size_t row = size_t{kRowHeader + num_columns_} * (is_narrow_ ? 1 : 2);
    if (StateField(kRowSize) < row || num_columns_ <= kBeginOfText ||
        num_columns_ > 127 || StateField(kNumStates) <= kFirstState)
      return false;
    return StateField(kNumStates) <=
           (room - kNumberBytes * kStatesFields) / StateField(kRowSize);
  }

  uint32_t num_columns() const { return num_columns_; }
  uint32_t num_states() const { return StateField(kNumStates); }
  uint32_t first_dictionary() const { return StateField(kDictionaryField); }
  bool begins_with_mark() const {
    return (StateField(kFlagsField) & kBeginsWithMark) != 0;
  }
  // Number `column` of the row of a state, its three heads first.
  uint32_t At(uint32_t state, uint32_t column) const {
    const uint8_t* row = states_ + kNumberBytes * kStatesFields +
                         size_t{state} * StateField(kRowSize);
    if (is_narrow_) return row[column];
    uint16_t value;
    std::memcpy(&value, row + size_t{2} * column, 2);
    return value;
  }

  // The category of each code point; absent if it can't be read.
  std::optional<CodePointTable<uint8_t>> Classes() const {
    const size_t begin = Field(kTrieField);
    const size_t size = Field(kTrieSizeField);
    if (begin % 4 != 0 || begin > size_ || size > size_ - begin)
      return std::nullopt;
    UErrorCode status = U_ZERO_ERROR;
    UCPTrie* trie = ucptrie_openFromBinary(
        UCPTRIE_TYPE_ANY, UCPTRIE_VALUE_BITS_ANY, bytes_ + begin,
        static_cast<int32_t>(size), nullptr, &status);
    if (U_FAILURE(status)) return std::nullopt;
    bool is_good = true;
    auto table = CodePointTable<uint8_t>::Make([&](uint32_t code_point) {
      const auto c = static_cast<UChar32>(code_point);
      const uint32_t category = ucptrie_get(trie, c);
      is_good = is_good && category < num_columns_;
      const bool is_alphanumeric =
          (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK)) != 0;
      return static_cast<uint8_t>(
          (category & 0x7F) |
          (is_alphanumeric ? BreakMachine::kAlphanumeric : 0));
    });
    ucptrie_close(trie);
    if (!is_good) return std::nullopt;
    return table;
  }

 private:
  uint32_t Number(const uint8_t* at) const {
    uint32_t value;
    std::memcpy(&value, at, 4);
    return value;
  }
  uint32_t Field(size_t field) const {
    return Number(bytes_ + kNumberBytes * field);
  }
  uint32_t StateField(size_t field) const {
    return Number(states_ + kNumberBytes * field);
  }

  const uint8_t* bytes_;
  size_t size_;
  uint32_t num_columns_ = 0;
  const uint8_t* states_ = nullptr;
  bool is_narrow_ = false;
};

}  // namespace

std::optional<BreakMachine> BreakMachine::Make(const BreakIterator& iterator) {
  const std::vector<uint64_t> rules = iterator.CompiledRules();
  RulesReader reader(rules);
  if (!reader.Open()) return std::nullopt;
  auto classes = reader.Classes();
  if (!classes.has_value()) return std::nullopt;
  std::vector<State> states(reader.num_states());
  for (uint32_t state = 0; state < reader.num_states(); ++state) {
    State& made = states[state];
    made.accepting = reader.At(state, 0);
    made.look_ahead = reader.At(state, 1);
    for (uint32_t column = 0; column < reader.num_columns(); ++column) {
      made.next.push_back(reader.At(state, kRowHeader + column));
      if (made.next.back() >= reader.num_states()) return std::nullopt;
    }
  }
  const uint32_t start = reader.begins_with_mark()
                             ? states[kFirstState].next[kBeginOfText]
                             : kFirstState;
  BreakMachine machine(*std::move(classes), std::move(states), start,
                       reader.first_dictionary());
  if (!machine.AgreesWith(iterator)) return std::nullopt;
  machine.LearnAsciiWords();
  return machine;
}

BreakMachine::BreakMachine(CodePointTable<uint8_t> classes,
                           std::vector<State> states, uint32_t start,
                           uint32_t first_dictionary)
    : classes_(std::move(classes)),
      states_(std::move(states)),
      start_(start),
      num_columns_(static_cast<uint32_t>(states_[0].next.size())),
      first_dictionary_(first_dictionary) {
  for (uint32_t byte = 0; byte < 128; ++byte) ascii_[byte] = classes_.At(byte);
  for (uint32_t state = 0; state < states_.size(); ++state) {
    for (uint32_t column = 0; column < num_columns_; ++column)
      steps_.push_back(MakeStep(state, column));
    const uint32_t at_end = states_[state].next[kEndOfText];
    may_end_.push_back(
        !IsSpecial(state) && !IsSpecial(at_end) &&
        (states_[state].accepting == 1 || states_[at_end].accepting == 1));
  }
}

bool BreakMachine::IsSpecial(uint32_t state) const {
  return states_[state].accepting > 1 || states_[state].look_ahead != 0;
}

uint32_t BreakMachine::MakeStep(uint32_t state, uint32_t category) const {
  uint32_t next = states_[state].next[category];
  uint32_t flags = 0;
  if (next == kStop && states_[state].accepting == 1) {
    flags = kBoundary;
    next = states_[start_].next[category];
  }
  if (next == kStop || IsSpecial(state) || IsSpecial(next) ||
      category >= first_dictionary_)
    return kSlow;
  return (next * num_columns_) << kShift | flags;
}

BreakMachine::Segment BreakMachine::FindEnd(std::string_view text,
                                            size_t begin) const {
  Segment segment = {begin, false};
  std::vector<size_t> look_ahead;  // by rule: where it may end
  uint32_t state = start_;
  size_t at = begin;
  bool is_end = false;
  while (state != kStop && !is_end) {
    uint32_t category = kEndOfText;
    is_end = at == text.size();
    if (!is_end) {
      category = classes_.Next(text, &at) & ~kAlphanumeric;
      if (category >= first_dictionary_) segment.has_dictionary = true;
    }
    state = states_[state].next[category];
    const State& now = states_[state];
    if (now.accepting == 1) segment.end = at;
    if (now.accepting > 1 && now.accepting < look_ahead.size() &&
        look_ahead[now.accepting] > begin) {
      segment.end = look_ahead[now.accepting];
      return segment;
    }
    if (now.look_ahead != 0) {
      if (look_ahead.size() <= now.look_ahead)
        look_ahead.resize(now.look_ahead + 1, begin);
      look_ahead[now.look_ahead] = at;
    }
  }
  if (segment.end == begin) {  // no rule: a character by itself
    at = begin;
    classes_.Next(text, &at);
    segment.end = at;
  }
  return segment;
}

bool BreakMachine::AgreesWith(const BreakIterator& iterator) const {
  // A character of each category that no dictionary cuts, in an order that is
  // as good as random.
  std::vector<uint32_t> of_category(num_columns_, 0);
  std::vector<uint32_t> code_points;
  for (uint32_t code_point = 0x10FFFF; code_point > 0; --code_point) {
    const uint8_t category = classes_.At(code_point) & ~kAlphanumeric;
    if ((code_point & 0xFFFFF800) != 0xD800 && category < first_dictionary_)
      of_category[category] = code_point;
  }
  for (const uint32_t code_point : of_category) {
    if (code_point != 0) code_points.push_back(code_point);
  }
  std::string text;
  uint64_t random = 20261124;
  for (int i = 0; i < 6000; ++i) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    AppendUtf8(code_points[(random >> 33) % code_points.size()], text);
  }
  std::vector<size_t> expected;
  iterator.AppendEnds(text, expected);
  size_t at = 0;
  for (const size_t end : expected) {
    at = FindEnd(text, at).end;
    if (at != end) return false;
  }
  return at == text.size();
}

void BreakMachine::LearnAsciiWords() {
  const auto is_one = [&](std::initializer_list<uint8_t> text) {
    const std::string string(text.begin(), text.end());
    const Segment segment = FindEnd(string, 0);
    return segment.end == string.size() && !segment.has_dictionary;
  };
  using Classes = kernels::AsciiWordClasses;
  Classes classes;
  for (uint32_t i = 0; i < 128; ++i) {
    const auto c = static_cast<uint8_t>(i);
    const bool is_word = is_one({'a', c}) && is_one({c, 'a'});
    if (is_word) Classes::Add(classes.word, c);
    if (is_word && is_one({c, '\'', 'a'})) Classes::Add(classes.letter, c);
    if (is_word && is_one({c, '\'', '0'})) Classes::Add(classes.digit, c);
    if (is_word) continue;
    if (is_one({'a', c, 'a'})) Classes::Add(classes.in_word, c);
    if (is_one({'0', c, '0'})) Classes::Add(classes.in_number, c);
    if (is_one({c, c})) Classes::Add(classes.space, c);
  }
  // The classes must say the same as the automaton: for all that four bytes of
  // any categories can be, since a boundary depends on no more.
  std::map<uint8_t, uint8_t> kinds;
  for (uint32_t byte = 0; byte < 128; ++byte) {
    if ((ascii_[byte] & ~kAlphanumeric) >= static_cast<int>(first_dictionary_))
      return;
    const auto c = static_cast<uint8_t>(byte);
    const auto [kind, is_new] = kinds.try_emplace(ascii_[byte], c);
    if (!classes.AreEqual(kind->second, c)) return;
  }
  std::vector<uint8_t> bytes;
  bytes.reserve(kinds.size());
  for (const auto& kind : kinds) bytes.push_back(kind.second);
  const size_t n = bytes.size();
  std::string text(4, ' ');
  for (size_t code = 0; code < n * n * n * n; ++code) {
    size_t rest = code;
    for (char& byte : text) {
      byte = static_cast<char>(bytes[rest % n]);
      rest /= n;
    }
    uint64_t breaks = 0;
    uint64_t wide = 0;
    kernels::FindAsciiWordBreaks(classes,
                                 reinterpret_cast<const uint8_t*>(text.data()),
                                 4, &breaks, &wide);
    uint64_t expected = 0;
    for (size_t at = 0; at < 4; at = FindEnd(text, at).end)
      expected |= uint64_t{1} << at;
    if (breaks != expected) return;
  }
  ascii_words_ = classes;
}

absl::StatusOr<const BreakRules*> FindBreakRules(BreakUnit unit,
                                                 const std::string& locale) {
  using Known = std::map<std::pair<BreakUnit, std::string>, BreakRules>;
  static std::mutex mutex;
  static auto* known = new Known;
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = known->find({unit, locale});
  if (found != known->end()) return &found->second;
  auto iterator = locale.empty() ? BreakIterator::OpenPlain(unit)
                                 : BreakIterator::OpenLocale(unit, locale);
  if (!iterator.ok()) return iterator.status();
  auto machine = BreakMachine::Make(*iterator);
  const auto added = known->try_emplace(
      {unit, locale}, BreakRules{*std::move(iterator), std::move(machine)});
  return &added.first->second;
}

}  // namespace rowsplit::internal
