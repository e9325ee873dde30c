#ifndef ROWSPLIT_SRC_TEXT_BREAK_MACHINE_H_
#define ROWSPLIT_SRC_TEXT_BREAK_MACHINE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "kernels/word_breaks.h"
#include "text/break_iterator.h"
#include "text/code_point_table.h"

namespace rowsplit::internal {

// A finite automaton over the characters of well-formed UTF-8 that finds
// boundaries, made of ICU's compiled rules. Immutable.
//
// ICU's automaton is run from each boundary on and its last accepting place is
// the next one. Here the step behind that place is joined with the first step
// of the next segment, so that most boundaries cost no branch: a step says
// whether there is a boundary in front of its character.
class BreakMachine {
 public:
  // A step is the row of the next state, shifted, and these.
  static constexpr uint32_t kBoundary = 1;
  // The segment must be looked at by FindEnd.
  static constexpr uint32_t kSlow = 2;
  static constexpr uint32_t kShift = 2;

  // The bit of letters and numbers (general categories L and N); the others
  // are the category of the rules.
  static constexpr uint8_t kAlphanumeric = 0x80;

  // Absent if the rules are of a form that is not known, or if the automaton's
  // answer for a sample is not the iterator's.
  static std::optional<BreakMachine> Make(const BreakIterator& iterator);

  uint8_t ClassOf(uint32_t code_point) const { return classes_.At(code_point); }
  const CodePointTable<uint8_t>& classes() const { return classes_; }
  const uint8_t* ascii() const { return ascii_.data(); }
  const uint32_t* steps() const { return steps_.data(); }
  uint32_t start() const { return start_ * num_columns_; }
  // Whether a text may end in the state of this row.
  bool MayEnd(uint32_t row) const { return may_end_[row / num_columns_]; }

  // A segment, found as ICU finds it.
  struct Segment {
    size_t end;
    bool has_dictionary;  // a dictionary cuts it further
  };
  // The segment that begins at `begin`; requires `begin < text.size()`.
  Segment FindEnd(std::string_view text, size_t begin) const;

  // Boundaries in ASCII by vectors, where these rules allow it.
  const std::optional<kernels::AsciiWordClasses>& ascii_words() const {
    return ascii_words_;
  }

 private:
  struct State {
    uint32_t accepting;  // 0 no, 1 yes, above: by an earlier look-ahead
    uint32_t look_ahead;
    std::vector<uint32_t> next;
  };

  BreakMachine(CodePointTable<uint8_t> classes, std::vector<State> states,
               uint32_t start, uint32_t first_dictionary);

  uint32_t MakeStep(uint32_t state, uint32_t category) const;
  bool IsSpecial(uint32_t state) const;
  bool AgreesWith(const BreakIterator& iterator) const;
  void LearnAsciiWords();

  CodePointTable<uint8_t> classes_;
  std::array<uint8_t, 128> ascii_;
  std::vector<State> states_;
  uint32_t start_;
  uint32_t num_columns_;
  uint32_t first_dictionary_;
  std::vector<uint32_t> steps_;
  std::vector<bool> may_end_;
  std::optional<kernels::AsciiWordClasses> ascii_words_;
};

// The rules of a unit and locale ("" for Unicode's default), made at the first
// call and kept.
struct BreakRules {
  BreakIterator iterator;
  std::optional<BreakMachine> machine;
};
absl::StatusOr<const BreakRules*> FindBreakRules(BreakUnit unit,
                                                 const std::string& locale);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_BREAK_MACHINE_H_
