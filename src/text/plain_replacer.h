#ifndef ROWSPLIT_SRC_TEXT_PLAIN_REPLACER_H_
#define ROWSPLIT_SRC_TEXT_PLAIN_REPLACER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/literal_scan.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/byte_set.h"
#include "rowsplit/text/regex.h"
#include "text/plain_pattern.h"

namespace rowsplit::internal {

// One or more replacements of every match, or one of the first, of plain
// patterns, as one pass: vectors find where matches may begin, and no regular
// expression runs. Immutable.
class PlainReplacer {
 public:
  // Nothing if the pattern is not plain. `rewrite` is compiled for `regex`.
  static std::optional<PlainReplacer> Create(const Regex& regex,
                                             const Rewrite& rewrite,
                                             bool replace_global);

  // Adds a replacement that is done after those that are here already, if one
  // pass surely gives the same: its pattern shares no byte with the patterns
  // before, nor with what their matches become, so no match can reach over
  // another or into a replacement; and where matches become nothing, so that
  // what stood apart comes together, it matches single bytes only. Returns
  // false, and changes nothing, otherwise.
  bool Merge(const PlainReplacer& then);

  size_t num_rules() const { return rules_.size(); }

  // The candidates of a text, found block by block as rows ask for them in
  // order.
  class Scan {
   public:
    Scan(const PlainReplacer& replacer, std::string_view text)
        : replacer_(replacer), text_(text) {}

    // Appends text[begin, end) with its matches replaced. Rows are asked for in
    // order. Linear.
    void AppendRow(size_t begin, size_t end, BufferBuilder<char>& output);

   private:
    // The first candidate at or behind `from`; the size of the text if there
    // is none.
    size_t NextCandidate(size_t from);

    const PlainReplacer& replacer_;
    std::string_view text_;
    size_t block_ = 0;
    uint64_t candidates_ = 0;
    size_t searched_ = 0;  // candidates before this place are in the block
  };

 private:
  // A replacement: text, then the match if `match`.
  struct Part {
    std::string literal;
    bool match;
  };
  struct Rule {
    PlainPattern pattern;
    std::vector<Part> parts;
    ByteSet output_bytes;  // of a replacement, but for the match itself
    bool may_vanish;       // the replacement may be empty
  };

  PlainReplacer() = default;
  void Prepare();
  // The beginnings of matches, for the filter.
  std::vector<std::string> Beginnings() const;
  bool CanMerge(const Rule& then) const;
  static void AppendMatch(const Rule& rule, std::string_view match,
                          BufferBuilder<char>& output);

  std::vector<Rule> rules_;
  bool replace_global_ = true;
  std::array<uint8_t, 256> rule_of_{};  // by the first byte of a match
  std::optional<kernels::LiteralFilter> filter_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_PLAIN_REPLACER_H_
