#ifndef ROWSPLIT_SRC_TEXT_GAP_TEXT_H_
#define ROWSPLIT_SRC_TEXT_GAP_TEXT_H_

#include <unicode/rep.h>
#include <unicode/unistr.h>

#include <cstdint>
#include <vector>

namespace rowsplit::internal {

// A text for ICU's transforms with a gap where the last replacement was: one at
// the next place moves what lies between, and not all that follows, as it does
// in an icu::UnicodeString, where a text of n characters costs n² / 2.
class GapText : public icu::Replaceable {
 public:
  explicit GapText(const icu::UnicodeString& text);

  // The text now.
  icu::UnicodeString ToString() const;
  // Whether a replacement was left out, as the text would have 2^31 units.
  bool overflowed() const { return overflowed_; }

  // As icu::UnicodeString's; places outside of the text are put at its ends.
  void extractBetween(int32_t start, int32_t limit,
                      icu::UnicodeString& target) const override;
  void handleReplaceBetween(int32_t start, int32_t limit,
                            const icu::UnicodeString& text) override;
  void copy(int32_t start, int32_t limit, int32_t dest) override;
  UBool hasMetaData() const override { return true; }

 protected:
  int32_t getLength() const override;
  char16_t getCharAt(int32_t offset) const override;
  UChar32 getChar32At(int32_t offset) const override;

 private:
  int64_t gap_size() const { return gap_end_ - gap_begin_; }
  char16_t Unit(int64_t at) const {
    return units_[at < gap_begin_ ? at : at + gap_size()];
  }
  void MoveGap(int64_t begin);
  void GrowGap(int64_t size);
  void Append(int32_t start, int32_t limit, icu::UnicodeString& target) const;

  std::vector<char16_t> units_;
  int64_t gap_begin_;
  int64_t gap_end_;
  bool overflowed_ = false;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_GAP_TEXT_H_
