#include "text/full_match_set.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "re2/re2.h"
#include "re2/set.h"
#include "text/plain_pattern.h"
#include "text/regex_impl.h"

namespace rowsplit::internal {

struct FullMatchSet::Automaton {
  Automaton() : set(QuietOptions(), RE2::ANCHOR_BOTH) {}
  RE2::Set set;
};

FullMatchSet::FullMatchSet(std::vector<Regex> regexes)
    : regexes_(std::move(regexes)) {
  auto automaton = std::make_shared<Automaton>();
  bool is_whole = true;
  for (size_t i = 0; i < regexes_.size(); ++i) {
    if (PlainPatternOf(regexes_[i]) != nullptr) {
      plain_.push_back(static_cast<int>(i));
      continue;
    }
    others_.push_back(static_cast<int>(i));
    const Regex::Impl& impl = *regexes_[i].impl_;
    for (int byte = 0; byte < 256; ++byte) {
      if (!impl.has_range ||
          (byte >= impl.first_min && byte <= impl.first_max)) {
        first_bytes_.Add(static_cast<uint8_t>(byte));
      }
    }
    is_whole =
        automaton->set.Add(ToPiece(impl.pattern), nullptr) >= 0 && is_whole;
  }
  if (others_.size() >= 2 && is_whole && automaton->set.Compile())
    automaton_ = std::move(automaton);
}

int FullMatchSet::FirstOfAutomaton(std::string_view text) const {
  std::vector<int> matches;
  RE2::Set::ErrorInfo error{};
  if (automaton_->set.Match(ToPiece(text), &matches, &error)) {
    return others_[*std::min_element(matches.begin(), matches.end())];
  }
  if (error.kind == RE2::Set::kNoError) return -1;
  // The automaton grew too large.
  for (const int i : others_) {
    if (regexes_[i].FullMatch(text)) return i;
  }
  return -1;
}

int FullMatchSet::FirstMatch(std::string_view text) const {
  int first = -1;
  for (const int i : plain_) {
    if (regexes_[i].FullMatch(text)) {
      first = i;
      break;
    }
  }
  if (others_.empty() ||
      (!text.empty() &&
       !first_bytes_.contains(static_cast<uint8_t>(text[0])))) {
    return first;
  }
  // Where the ranges leave one pattern or none, it is asked alone.
  int candidate = -1;
  int num_candidates = 0;
  for (const int i : others_) {
    if (!regexes_[i].impl_->IsInRange(text)) continue;
    if (num_candidates++ == 0) candidate = i;
  }
  if (num_candidates == 0) return first;
  int other = -1;
  if (num_candidates > 1 && automaton_ != nullptr) {
    other = FirstOfAutomaton(text);
  } else {
    for (const int i : others_) {
      if (i < candidate || !regexes_[i].FullMatch(text)) continue;
      other = i;
      break;
    }
  }
  if (first < 0 || other < 0) return std::max(first, other);
  return std::min(first, other);
}

}  // namespace rowsplit::internal
