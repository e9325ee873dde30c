#ifndef ROWSPLIT_SRC_TEXT_FULL_MATCH_SET_H_
#define ROWSPLIT_SRC_TEXT_FULL_MATCH_SET_H_

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "rowsplit/core/byte_set.h"
#include "rowsplit/text/regex.h"

namespace rowsplit::internal {

// Several patterns against one text at a time: those that may begin with its
// first byte run as one automaton. Immutable; copies share it.
class FullMatchSet {
 public:
  // Requires at least one pattern.
  explicit FullMatchSet(std::vector<Regex> regexes);

  const std::vector<Regex>& regexes() const { return regexes_; }

  // The first of the patterns that matches the whole text; -1 if none does.
  // Linear in the text.
  int FirstMatch(std::string_view text) const;

 private:
  struct Automaton;

  int FirstOfAutomaton(std::string_view text) const;

  std::vector<Regex> regexes_;
  std::vector<int> plain_;  // those that need no automaton, in order
  std::vector<int> others_;
  ByteSet first_bytes_;  // that a match of the others can begin with
  std::shared_ptr<const Automaton> automaton_;  // null for fewer than two
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_FULL_MATCH_SET_H_
