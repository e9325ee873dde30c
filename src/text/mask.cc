#include "rowsplit/text/mask.h"

#include <array>
#include <cstddef>

#include "rowsplit/core/byte_set.h"
#include "text/append_rows.h"

namespace rowsplit {

namespace {

constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";

constexpr ByteSet With(ByteSet set, std::string_view more) {
  for (const char c : more) set.Add(static_cast<uint8_t>(c));
  return set;
}

constexpr ByteSet kLetter = ByteSet::Of(kLetters);
constexpr ByteSet kDigit = ByteSet::Of(kDigits);
constexpr ByteSet kAlphanumeric = With(kLetter, kDigits);
constexpr ByteSet kUrl = With(kAlphanumeric, "-._~:/?#[]@!$&'()*+,;=%");
constexpr ByteSet kLocal = With(kAlphanumeric, ".!#$%&'*+/=?^_{|}~-");
constexpr ByteSet kLabel = With(kAlphanumeric, "-");
constexpr ByteSet kBesideNumber = With(kLetter, "_");

// Looks for masks from left to right; what is masked is not looked at again.
class Masker {
 public:
  Masker(std::string_view text, const MaskOptions& options,
         BufferBuilder<char>& output)
      : text_(text), options_(options), output_(output) {}

  int64_t Run() {
    ByteSet marks;
    if (options_.urls.has_value()) marks = With(marks, "hHfFwW");
    if (options_.emails.has_value()) marks = With(marks, "@");
    if (options_.numbers.has_value()) marks = With(marks, kDigits);
    size_t at = 0;
    while (at < text_.size()) {
      const char c = text_[at];
      if (!marks.contains(static_cast<uint8_t>(c))) {
        ++at;
        continue;
      }
      at = Is(kDigit, at) ? ReadNumber(at)
           : c == '@'     ? ReadEmail(at)
                          : ReadUrl(at);
    }
    internal::AppendText(text_.substr(copied_), output_);
    return num_masks_;
  }

 private:
  bool Is(const ByteSet& set, size_t at) const {
    return at < text_.size() && set.contains(static_cast<uint8_t>(text_[at]));
  }
  size_t SkipAll(const ByteSet& set, size_t at) const {
    while (Is(set, at)) ++at;
    return at;
  }
  bool BeginsWith(size_t at, std::string_view lower) const {
    if (text_.size() - at < lower.size()) return false;
    for (size_t i = 0; i < lower.size(); ++i) {
      const char c = text_[at + i];
      const bool is_letter = c >= 'A' && c <= 'Z';
      if ((is_letter ? static_cast<char>(c | 0x20) : c) != lower[i])
        return false;
    }
    return true;
  }

  size_t Replace(size_t begin, size_t end, const std::string& mask) {
    internal::AppendText(text_.substr(copied_, begin - copied_), output_);
    internal::AppendText(mask, output_);
    ++num_masks_;
    copied_ = end;
    return end;
  }

  size_t ReadUrl(size_t at) {
    if (at > copied_ && Is(kAlphanumeric, at - 1)) return at + 1;
    size_t scheme = 0;
    for (const std::string_view prefix :
         {"http://", "https://", "ftp://", "www."}) {
      if (BeginsWith(at, prefix)) scheme = prefix.size();
    }
    if (scheme == 0) return at + 1;
    // An address that began before goes first; its '@' is still ahead.
    if (IsInEmail(at)) return at + 1;
    const size_t end = TrimUrl(at + scheme, SkipAll(kUrl, at + scheme));
    if (end == at + scheme) return at + scheme;
    return Replace(at, end, *options_.urls);
  }

  // Without the marks of the sentence around it.
  size_t TrimUrl(size_t begin, size_t end) const {
    int64_t round = 0;
    int64_t square = 0;
    for (size_t i = begin; i < end; ++i) {
      round += text_[i] == '(' ? 1 : text_[i] == ')' ? -1 : 0;
      square += text_[i] == '[' ? 1 : text_[i] == ']' ? -1 : 0;
    }
    for (; end > begin; --end) {
      const char last = text_[end - 1];
      if (last == ')' && round < 0) {
        ++round;
      } else if (last == ']' && square < 0) {
        ++square;
      } else if (std::string_view(".,;:!?'\"*").find(last) ==
                 std::string_view::npos) {
        break;
      }
    }
    return end;
  }

  struct Email {
    size_t begin = 0;
    size_t end = 0;  // 0: there is none
  };

  // The address that has its '@' at `at`.
  Email EmailAround(size_t at) const {
    size_t begin = at;
    while (begin > copied_ && Is(kLocal, begin - 1)) --begin;
    while (begin < at && text_[begin] == '.') ++begin;
    if (begin == at || text_[at - 1] == '.') return {};
    size_t end = 0;
    size_t label = at + 1;
    for (int labels = 1;; ++labels) {
      const size_t label_end = SkipAll(kLabel, label);
      if (label_end == label) break;
      if (labels > 1 && IsTopLevel(label, label_end)) end = label_end;
      if (label_end >= text_.size() || text_[label_end] != '.') break;
      label = label_end + 1;
    }
    return {begin, end};
  }

  size_t ReadEmail(size_t at) {
    const Email email = EmailAround(at);
    if (email.end == 0) return at + 1;
    return Replace(email.begin, email.end, *options_.emails);
  }

  bool IsTopLevel(size_t begin, size_t end) const {
    return end - begin >= 2 && SkipAll(kLetter, begin) == end;
  }

  size_t ReadNumber(size_t at) {
    // The '@' of an address is still ahead.
    const bool begins_email = BeginsEmail(at);
    size_t end = SkipAll(kDigit, at);
    size_t comma = at;  // the last one
    while (end + 1 < text_.size() && (text_[end] == '.' || text_[end] == ',') &&
           Is(kDigit, end + 1)) {
      if (text_[end] == ',') comma = end;
      end = SkipAll(kDigit, end + 1);
    }
    // No address has a comma: what is behind the last one may begin one.
    if (comma > at && !begins_email && BeginsEmail(comma + 1)) end = comma;
    const bool is_free = (at == copied_ || !Is(kBesideNumber, at - 1)) &&
                         !Is(kBesideNumber, end);
    if (!is_free || begins_email) return end;
    return Replace(at, end, *options_.numbers);
  }

  // Whether the characters of a local part from `at` on end at the '@' of an
  // address that is to be masked. Asked from left to right.
  bool BeginsEmail(size_t at) {
    if (!options_.emails.has_value()) return false;
    if (at >= local_end_) local_end_ = SkipAll(kLocal, at);
    if (local_end_ >= text_.size() || text_[local_end_] != '@') return false;
    return EmailAt(local_end_).end > 0;
  }

  // Whether `at` is a later character of such a local part than its first.
  bool IsInEmail(size_t at) {
    return at > copied_ && Is(kLocal, at - 1) && BeginsEmail(at) &&
           EmailAt(local_end_).begin < at;
  }

  // EmailAround, asked of one place once.
  const Email& EmailAt(size_t at) {
    if (at != asked_) {
      asked_ = at;
      email_ = EmailAround(at);
    }
    return email_;
  }

  std::string_view text_;
  const MaskOptions& options_;
  BufferBuilder<char>& output_;
  size_t copied_ = 0;
  size_t local_end_ = 0;
  size_t asked_ = std::string_view::npos;
  Email email_;  // of the place asked
  int64_t num_masks_ = 0;
};

}  // namespace

int64_t AppendMasked(std::string_view text, const MaskOptions& options,
                     BufferBuilder<char>& output) {
  return Masker(text, options, output).Run();
}

absl::StatusOr<StringTensor> Mask(StringTensorView input,
                                  const MaskOptions& options) {
  return internal::AppendEach(
      input, options.exec,
      [&](std::string_view text, BufferBuilder<char>& output) {
        AppendMasked(text, options, output);
      });
}

}  // namespace rowsplit
