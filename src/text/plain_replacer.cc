#include "text/plain_replacer.h"

#include <bit>
#include <utility>

#include "text/append_rows.h"

namespace rowsplit::internal {
namespace {

// Rules that one pass may have: a byte tells the rule.
constexpr size_t kMostRules = 255;

bool Overlap(const ByteSet& a, const ByteSet& b) {
  for (int byte = 0; byte < 256; ++byte) {
    if (a.contains(static_cast<uint8_t>(byte)) &&
        b.contains(static_cast<uint8_t>(byte)))
      return true;
  }
  return false;
}

// No match is longer than one byte.
bool MatchesSingleBytes(const PlainPattern& pattern) {
  if (pattern.kind() != PlainPattern::Kind::kLiterals)
    return pattern.kind() == PlainPattern::Kind::kClass;
  for (const std::string& literal : pattern.literals()) {
    if (literal.size() > 1) return false;
  }
  return true;
}

}  // namespace

std::optional<PlainReplacer> PlainReplacer::Create(const Regex& regex,
                                                   const Rewrite& rewrite,
                                                   bool replace_global) {
  const PlainPattern* pattern = PlainPatternOf(regex);
  // The first match alone is replaced only by a whole rewrite.
  if (pattern == nullptr || (rewrite.is_cut_ && !replace_global))
    return std::nullopt;
  Rule rule{*pattern, {}, {}, true};
  for (const Rewrite::Part& part : rewrite.parts_) {
    rule.parts.push_back({part.literal, part.group >= 0});
    for (const char byte : part.literal)
      rule.output_bytes.Add(static_cast<uint8_t>(byte));
    // Groups 0 and 1 are both the match, which is not empty.
    rule.may_vanish = false;
  }
  PlainReplacer replacer;
  replacer.replace_global_ = replace_global;
  replacer.rules_.push_back(std::move(rule));
  replacer.Prepare();
  return replacer;
}

bool PlainReplacer::CanMerge(const Rule& then) const {
  for (const Rule& rule : rules_) {
    if (Overlap(then.pattern.bytes(), rule.pattern.bytes()) ||
        Overlap(then.pattern.bytes(), rule.output_bytes) ||
        (rule.may_vanish && !MatchesSingleBytes(then.pattern))) {
      return false;
    }
  }
  return true;
}

bool PlainReplacer::Merge(const PlainReplacer& then) {
  if (!replace_global_ || !then.replace_global_ || then.rules_.size() != 1 ||
      rules_.size() == kMostRules || !CanMerge(then.rules_[0])) {
    return false;
  }
  rules_.push_back(then.rules_[0]);
  Prepare();
  return true;
}

std::vector<std::string> PlainReplacer::Beginnings() const {
  std::vector<std::string> beginnings;
  for (const Rule& rule : rules_) {
    if (rule.pattern.kind() == PlainPattern::Kind::kLiterals) {
      const std::vector<std::string>& literals = rule.pattern.literals();
      beginnings.insert(beginnings.end(), literals.begin(), literals.end());
      continue;
    }
    for (int byte = 0; byte < 256; ++byte) {
      if (rule.pattern.bytes().contains(static_cast<uint8_t>(byte)))
        beginnings.emplace_back(1, static_cast<char>(byte));
    }
  }
  return beginnings;
}

void PlainReplacer::Prepare() {
  for (size_t rule = 0; rule < rules_.size(); ++rule) {
    for (int byte = 0; byte < 256; ++byte) {
      if (rules_[rule].pattern.first_bytes().contains(
              static_cast<uint8_t>(byte)))
        rule_of_[byte] = static_cast<uint8_t>(rule);
    }
  }
  const std::vector<std::string> beginnings = Beginnings();
  filter_.reset();
  if (!beginnings.empty()) filter_.emplace(beginnings);
}

void PlainReplacer::AppendMatch(const Rule& rule, std::string_view match,
                                BufferBuilder<char>& output) {
  for (const Part& part : rule.parts) {
    AppendText(part.literal, output);
    if (part.match) AppendText(match, output);
  }
}

size_t PlainReplacer::Scan::NextCandidate(size_t from) {
  while (true) {
    if (from < searched_) {
      // Places before `from` are done with.
      const size_t done = from <= block_ ? 0 : from - block_;
      if (done < 64) {
        const uint64_t left = candidates_ & (~uint64_t{0} << done);
        if (left != 0) {
          return block_ + static_cast<size_t>(std::countr_zero(left));
        }
      }
      from = searched_;
    }
    if (from >= text_.size() || !replacer_.filter_.has_value())
      return text_.size();
    const kernels::CandidateBlock found = kernels::FindCandidates(
        *replacer_.filter_, reinterpret_cast<const uint8_t*>(text_.data()),
        from, text_.size());
    block_ = found.begin;
    candidates_ = found.candidates;
    searched_ = found.candidates == 0 ? text_.size() : found.begin + 64;
  }
}

void PlainReplacer::Scan::AppendRow(size_t begin, size_t end,
                                    BufferBuilder<char>& output) {
  const std::string_view row = text_.substr(0, end);
  size_t copied = begin;
  size_t at = begin;
  while (at < end) {
    at = NextCandidate(at);
    if (at >= end) break;
    const Rule& rule =
        replacer_.rules_[replacer_.rule_of_[static_cast<uint8_t>(row[at])]];
    const size_t size = rule.pattern.MatchAt(row, at);
    if (size == 0) {
      ++at;
      continue;
    }
    AppendText(row.substr(copied, at - copied), output);
    AppendMatch(rule, row.substr(at, size), output);
    copied = at += size;
    if (!replacer_.replace_global_) break;
  }
  AppendText(row.substr(copied), output);
}

}  // namespace rowsplit::internal
