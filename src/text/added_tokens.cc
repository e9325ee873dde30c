#include "text/added_tokens.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/token_starts.h"
#include "text/wordpiece_trie.h"

namespace rowsplit::internal {

namespace {

// \w of regular expressions.
bool IsWordCharacter(UChar32 c) {
  if (c < 0) return false;
  constexpr uint32_t kWord = U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK;
  return u_hasBinaryProperty(c, UCHAR_ALPHABETIC) ||
         (U_GET_GC_MASK(c) & kWord) != 0 ||
         u_hasBinaryProperty(c, UCHAR_JOIN_CONTROL);
}

// The character before or at `at`; below 0 where there is none.
UChar32 Before(std::string_view text, size_t* at) {
  if (*at == 0) return -1;
  auto place = static_cast<int32_t>(std::min<size_t>(*at, 8));
  const size_t first = *at - static_cast<size_t>(place);
  UChar32 c;
  U8_PREV(text.data() + first, 0, place, c);
  *at = first + static_cast<size_t>(place);
  return c;
}
UChar32 At(std::string_view text, size_t* at) {
  if (*at == text.size()) return -1;
  const auto size =
      static_cast<int32_t>(std::min<size_t>(text.size() - *at, 8));
  int32_t place = 0;
  UChar32 c;
  // NOLINTNEXTLINE(bugprone-inc-dec-in-conditions): ICU's macro
  U8_NEXT(text.data() + *at, place, size, c);
  *at += static_cast<size_t>(place);
  return c;
}

bool IsSpace(UChar32 c) { return c >= 0 && u_isUWhiteSpace(c) != 0; }

}  // namespace

absl::StatusOr<AddedTokenFinder> AddedTokenFinder::Make(
    std::vector<AddedToken> tokens, const std::vector<std::string>& texts) {
  AddedTokenFinder finder;
  StringTensorBuilder builder;
  for (const std::string& text : texts) {
    builder.Append(text);
    finder.sizes_.push_back(static_cast<uint32_t>(text.size()));
    // A token that the normalizer leaves nothing of is not looked for.
    if (text.empty()) continue;
    finder.first_byte_ = static_cast<uint8_t>(text[0]);
    finder.first_bytes_.Add(static_cast<uint8_t>(text[0]));
  }
  // No token goes on behind another.
  constexpr std::string_view kNoPrefix = "\xFF\xFF";
  const StringTensor all = std::move(builder).Build();
  ROWSPLIT_ASSIGN_OR_RETURN(finder.trie_, WordpieceTrie::Make(all, kNoPrefix));
  finder.starts_ = TokenStarts(all);
  if (finder.first_bytes_.size() != 1) finder.first_byte_ = -1;
  finder.tokens_ = std::move(tokens);
  return finder;
}

size_t AddedTokenFinder::NextPlace(std::string_view text, size_t at) const {
  if (at >= text.size()) return text.size();
  if (first_byte_ >= 0) {
    const void* found =
        std::memchr(text.data() + at, first_byte_, text.size() - at);
    return found == nullptr
               ? text.size()
               : static_cast<size_t>(static_cast<const char*>(found) -
                                     text.data());
  }
  while (at < text.size() &&
         !first_bytes_.contains(static_cast<uint8_t>(text[at])))
    ++at;
  return at;
}

// The token at a place of a text, for places in order. A few looks are quick;
// where text is made to begin long tokens again and again, the places ahead are
// looked at together.
class AddedTokenFinder::Looker {
 public:
  Looker(const AddedTokenFinder& finder, std::string_view text)
      : finder_(finder), text_(text) {}

  // Its index, or -1.
  int32_t At(size_t place) {
    if (place >= end_) {
      if (num_looked_at_ <= kFree + kLooksPerByte * place) {
        size_t count = 0;
        const int32_t found =
            finder_.trie_.LongestPiece(text_.substr(place), true, &count).id;
        num_looked_at_ += count;
        return found;
      }
      LookAhead(place);
    }
    return found_[place - begin_];
  }

 private:
  static constexpr size_t kFree = 1024;
  static constexpr size_t kLooksPerByte = 4;
  static constexpr size_t kLeastAhead = 16384;

  void LookAhead(size_t place) {
    const size_t most = std::max(kLeastAhead, 4 * finder_.starts_.longest());
    begin_ = place;
    end_ = place + std::min(most, text_.size() - place);
    found_.resize(end_ - begin_);
    finder_.starts_.Find(text_.substr(begin_), found_);
  }

  const AddedTokenFinder& finder_;
  std::string_view text_;
  size_t num_looked_at_ = 0;
  // Of the places [begin_, end_).
  std::vector<int32_t> found_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

void AddedTokenFinder::Find(std::string_view text,
                            std::vector<Match>& matches) const {
  matches.clear();
  if (tokens_.empty()) return;
  Looker looker(*this, text);
  size_t taken = 0;     // by tokens and the white space that goes with them
  size_t last_end = 0;  // of the last token
  for (size_t at = NextPlace(text, 0); at < text.size();
       at = NextPlace(text, at)) {
    const int32_t found = looker.At(at);
    if (found < 0) {
      ++at;
      continue;
    }
    const AddedToken& token = tokens_[static_cast<size_t>(found)];
    size_t begin = at;
    size_t end = at + sizes_[static_cast<size_t>(found)];
    at = end;
    size_t before = begin;
    size_t behind = end;
    if (token.single_word && (IsWordCharacter(Before(text, &before)) ||
                              IsWordCharacter(At(text, &behind))))
      continue;
    // As in Hugging Face's: white space to the left goes up to the end of the
    // token before, and a token of white space that is taken may be found
    // again.
    for (before = begin;
         token.lstrip && before > last_end && IsSpace(Before(text, &before));)
      begin = before;
    if (token.lstrip) begin = std::max(begin, last_end);
    // From `end` to `taken` all is white space.
    if (token.rstrip) end = std::max(end, taken);
    for (behind = end; token.rstrip && IsSpace(At(text, &behind));)
      end = behind;
    last_end = end;
    if (begin >= end) continue;
    end = std::max(end, taken);
    matches.push_back({token.id, std::max(begin, taken), end});
    taken = end;
  }
}

}  // namespace rowsplit::internal
