#include "rowsplit/text/wordpiece_learner.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "core/utf8.h"
#include "text/character_size.h"
#include "text/wordpiece_trie.h"
#include "vocab/token_text.h"

namespace rowsplit {

namespace {

using internal::WordpieceTrie;

struct Word {
  std::string_view text;
  int64_t count;
};

// A token and how often it is needed.
struct CountedToken {
  std::string text;
  int64_t count;
};

absl::Status CheckText(std::string_view text, const char* what) {
  if (internal::IsValidUtf8(text)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("LearnWordpiece: %s must be UTF-8, got %s", what,
                      internal::TokenText(text)));
}

absl::Status CheckArguments(StringTensorView words,
                            std::span<const int64_t> counts,
                            const WordpieceLearnerOptions& options) {
  if (words.size() == 0 ||
      words.size() != static_cast<int64_t>(counts.size())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "LearnWordpiece: there must be words and a count for each, got %d "
        "words and %d counts",
        words.size(), counts.size()));
  }
  if (options.vocab_size < 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("LearnWordpiece: vocab_size must be 0 or more, got %d",
                        options.vocab_size));
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckText(options.joiner, "the joiner"));
  for (const std::string& token : options.reserved_tokens)
    ROWSPLIT_RETURN_IF_ERROR(CheckText(token, "a reserved token"));
  // Any sum of counts is at most this one.
  int64_t total = 0;
  for (int64_t i = 0; i < words.size(); ++i) {
    ROWSPLIT_RETURN_IF_ERROR(CheckText(words[i], "a word"));
    if (counts[i] == std::numeric_limits<int64_t>::min()) {
      return absl::ResourceExhaustedError("LearnWordpiece: a count is too low");
    }
    ROWSPLIT_ASSIGN_OR_RETURN(
        const int64_t sum,
        internal::CheckedMul(std::abs(counts[i]),
                             static_cast<int64_t>(words[i].size())));
    ROWSPLIT_ASSIGN_OR_RETURN(total, internal::CheckedAdd(total, sum));
  }
  return absl::OkStatus();
}

// The most common characters of the words.
absl::flat_hash_set<std::string_view> AllowedCharacters(
    const std::vector<Word>& words, int64_t most) {
  absl::flat_hash_map<std::string_view, int64_t> counts;
  for (const Word& word : words) {
    for (size_t at = 0; at < word.text.size();) {
      const size_t size = internal::SizeToNextLead(word.text, at);
      counts[word.text.substr(at, size)] += word.count;
      at += size;
    }
  }
  std::vector<std::pair<std::string_view, int64_t>> sorted(counts.begin(),
                                                           counts.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  const auto size = static_cast<int64_t>(sorted.size());
  sorted.resize(static_cast<size_t>(std::clamp<int64_t>(most, 0, size)));
  absl::flat_hash_set<std::string_view> allowed;
  for (const auto& [character, count] : sorted) allowed.insert(character);
  return allowed;
}

// The words that are learned from, the most common ones first.
std::vector<Word> ChooseWords(StringTensorView words,
                              std::span<const int64_t> counts,
                              const WordpieceLearnerOptions& options) {
  const absl::flat_hash_set<std::string_view> reserved(
      options.reserved_tokens.begin(), options.reserved_tokens.end());
  std::vector<Word> all;
  for (int64_t i = 0; i < words.size(); ++i) {
    if (internal::CountLeadBytes(words[i]) <= options.max_token_length &&
        !reserved.contains(words[i]))
      all.push_back({words[i], counts[i]});
  }
  const auto allowed = AllowedCharacters(all, options.max_unique_chars);
  std::stable_sort(all.begin(), all.end(), [](const Word& a, const Word& b) {
    return a.count > b.count;
  });
  std::vector<Word> chosen;
  for (const Word& word : all) {
    if (options.max_input_tokens != -1 &&
        static_cast<int64_t>(chosen.size()) >= options.max_input_tokens) {
      break;
    }
    bool is_allowed = true;
    for (size_t at = 0; at < word.text.size() && is_allowed;) {
      const size_t size = internal::SizeToNextLead(word.text, at);
      is_allowed = allowed.contains(word.text.substr(at, size));
      at += size;
    }
    if (is_allowed) chosen.push_back(word);
  }
  return chosen;
}

// A count of a subword is lowered by those of all longer ones that it begins.
// What is left is how often it ends a word, so that only the ends of words,
// from places where a token may begin, need be counted at all.
class Learner {
 public:
  Learner(std::vector<Word> words, const WordpieceLearnerOptions& options)
      : options_(options),
        joiner_(options.include_joiner_token ? options.joiner : ""),
        words_(std::move(words)) {}

  absl::Status IndexEnds();

  // The vocabulary of tokens that are needed `threshold` times or more.
  absl::StatusOr<StringTensor> Learn(int64_t threshold);

 private:
  bool IsApart(size_t begin) const { return begin > 0 && !joiner_.empty(); }
  void CountFrom(size_t word, size_t begin);
  absl::Status CountByTokens(const std::vector<CountedToken>& tokens);
  std::vector<CountedToken> TokensAbove(int64_t threshold);
  void AddAllBegins(absl::flat_hash_map<std::string, int64_t>& tokens) const;
  void AddCharacters(absl::flat_hash_map<std::string, int64_t>& tokens) const;
  StringTensor Finish(std::vector<CountedToken> tokens) const;

  const WordpieceLearnerOptions& options_;
  std::string joiner_;
  std::vector<Word> words_;
  std::vector<std::string_view> characters_;  // sorted
  // The ends of words that are whole words, and those that are not.
  std::vector<std::string_view> ends_[2];
  std::vector<int64_t> counts_[2];
  // For each byte of each word, the end that begins there.
  std::vector<size_t> word_begins_;
  std::vector<int32_t> end_at_;
  // Where tokens may begin: the words' bytes, as end_at_.
  std::vector<bool> is_begin_;
};

absl::Status Learner::IndexEnds() {
  absl::flat_hash_map<std::string_view, int32_t> index[2];
  absl::flat_hash_set<std::string_view> characters;
  for (const Word& word : words_) {
    word_begins_.push_back(end_at_.size());
    if (end_at_.size() + word.text.size() >= (size_t{1} << 30)) {
      return absl::ResourceExhaustedError(
          "LearnWordpiece: the words that differ must have less than 1 GiB");
    }
    for (size_t at = 0; at < word.text.size(); ++at) {
      end_at_.push_back(-1);
      if (!internal::IsLeadByte(word.text[at])) continue;
      characters.insert(
          word.text.substr(at, internal::SizeToNextLead(word.text, at)));
      const bool apart = IsApart(at);
      const auto [found, is_new] = index[apart].try_emplace(
          word.text.substr(at), static_cast<int32_t>(ends_[apart].size()));
      if (is_new) ends_[apart].push_back(found->first);
      end_at_.back() = found->second;
    }
  }
  characters_.assign(characters.begin(), characters.end());
  std::sort(characters_.begin(), characters_.end());
  return absl::OkStatus();
}

void Learner::CountFrom(size_t word, size_t begin) {
  const size_t at = word_begins_[word] + begin;
  is_begin_[at] = true;
  counts_[IsApart(begin)][end_at_[at]] += words_[word].count;
}

absl::Status Learner::CountByTokens(const std::vector<CountedToken>& tokens) {
  StringTensorBuilder builder;
  for (const CountedToken& token : tokens) builder.Append(token.text);
  const StringTensor texts = std::move(builder).Build();
  ROWSPLIT_ASSIGN_OR_RETURN(const WordpieceTrie trie,
                            WordpieceTrie::Make(texts, joiner_));
  std::vector<int32_t> pieces;
  for (size_t i = 0; i < words_.size(); ++i) {
    const std::string_view text = words_[i].text;
    if (pieces.size() < text.size()) pieces.resize(text.size());
    const size_t count = trie.Split(text, pieces.data());
    size_t begin = 0;
    for (size_t piece = 0; piece < count; ++piece) {
      CountFrom(i, begin);
      begin += trie.PieceSize(pieces[piece], piece == 0);
    }
  }
  return absl::OkStatus();
}

void Learner::AddAllBegins(
    absl::flat_hash_map<std::string, int64_t>& tokens) const {
  for (const bool apart : {false, true}) {
    for (size_t i = 0; i < words_.size(); ++i) {
      const std::string_view text = words_[i].text;
      for (size_t begin = 0; begin < text.size(); ++begin) {
        if (!is_begin_[word_begins_[i] + begin] || IsApart(begin) != apart)
          continue;
        for (size_t end = begin; end < text.size();) {
          end += internal::SizeToNextLead(text, end);
          tokens[(apart ? joiner_ : "") +
                 std::string(text.substr(begin, end - begin))] = 0;
        }
      }
    }
  }
}

std::vector<CountedToken> Learner::TokensAbove(int64_t threshold) {
  absl::flat_hash_map<std::string, int64_t> tokens;
  if (threshold <= 0) AddAllBegins(tokens);
  // A token that begins with the joiner goes over a word of the same text.
  for (const bool apart : {false, true}) {
    for (size_t end = 0; end < ends_[apart].size(); ++end) {
      const int64_t count = counts_[apart][end];
      std::string text =
          (apart ? joiner_ : "") + std::string(ends_[apart][end]);
      if (threshold > 0 ? count >= threshold : tokens.contains(text)) {
        if (count >= threshold) {
          tokens[std::move(text)] = count;
        } else if (threshold <= 0) {
          tokens.erase(text);
        }
      }
    }
  }
  AddCharacters(tokens);
  std::vector<CountedToken> list;
  list.reserve(tokens.size());
  for (auto& [text, count] : tokens) list.push_back({text, count});
  std::sort(list.begin(), list.end(),
            [](const CountedToken& a, const CountedToken& b) {
              return a.count != b.count ? a.count > b.count : a.text < b.text;
            });
  return list;
}

void Learner::AddCharacters(
    absl::flat_hash_map<std::string, int64_t>& tokens) const {
  for (const std::string_view character : characters_) {
    tokens.try_emplace(std::string(character), 1);
    tokens.try_emplace(joiner_ + std::string(character), 1);
  }
}

StringTensor Learner::Finish(std::vector<CountedToken> tokens) const {
  absl::flat_hash_set<std::string_view> seen;
  StringTensorBuilder vocabulary;
  const auto add = [&](std::string_view token) {
    if (seen.insert(token).second) vocabulary.Append(token);
  };
  for (const std::string& token : options_.reserved_tokens) add(token);
  for (const std::string_view character : characters_) add(character);
  for (const CountedToken& token : tokens) add(token.text);
  return std::move(vocabulary).Build();
}

absl::StatusOr<StringTensor> Learner::Learn(int64_t threshold) {
  absl::flat_hash_map<std::string, int64_t> first;
  AddCharacters(first);
  std::vector<CountedToken> tokens;
  for (const auto& [text, count] : first) tokens.push_back({text, count});
  std::sort(tokens.begin(), tokens.end(),
            [](const auto& a, const auto& b) { return a.text < b.text; });
  for (int64_t i = 0; i < options_.num_iterations; ++i) {
    if (options_.cancellation != nullptr && options_.cancellation->cancelled())
      return absl::CancelledError("cancelled");
    for (const bool apart : {false, true})
      counts_[apart].assign(ends_[apart].size(), 0);
    is_begin_.assign(end_at_.size(), false);
    if (i > 0) {
      ROWSPLIT_RETURN_IF_ERROR(CountByTokens(tokens));
    } else {
      for (size_t word = 0; word < words_.size(); ++word) {
        for (size_t at = 0; at < words_[word].text.size(); ++at) {
          if (internal::IsLeadByte(words_[word].text[at])) CountFrom(word, at);
        }
      }
    }
    tokens = TokensAbove(threshold);
  }
  return Finish(std::move(tokens));
}

}  // namespace

absl::StatusOr<StringTensor> LearnWordpiece(
    StringTensorView words, std::span<const int64_t> counts,
    const WordpieceLearnerOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckArguments(words, counts, options));
  const auto [least, greatest] =
      std::minmax_element(counts.begin(), counts.end());
  int64_t upper = std::min(*greatest, options.upper_thresh.value_or(*greatest));
  int64_t lower = std::max(*least, options.lower_thresh.value_or(*least));
  Learner learner(ChooseWords(words, counts, options), options);
  ROWSPLIT_RETURN_IF_ERROR(learner.IndexEnds());
  const double slack = std::max(
      0.0, options.slack_ratio * static_cast<double>(options.vocab_size));
  while (true) {
    // Rounded down, also below 0.
    const auto threshold = static_cast<int64_t>(
        (static_cast<__int128>(upper) + static_cast<__int128>(lower)) >> 1);
    ROWSPLIT_ASSIGN_OR_RETURN(StringTensor vocabulary,
                              learner.Learn(threshold));
    const int64_t missing = options.vocab_size - vocabulary.size();
    const bool is_good = missing >= 0 && static_cast<double>(missing) <= slack;
    if (is_good || lower >= upper || threshold <= 1) return vocabulary;
    if (missing < 0) {
      lower = threshold + 1;
    } else {
      upper = threshold - 1;
    }
  }
}

}  // namespace rowsplit
