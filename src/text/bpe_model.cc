#include "text/bpe_model.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/vocab/vocabulary.h"
#include "text/character_size.h"

namespace rowsplit::internal {

namespace {

// Words of up to so many characters are searched for the lowest rank; of longer
// ones a heap is kept.
constexpr size_t kFewCharacters = 48;

uint64_t PairOf(int32_t left, int32_t right) {
  return uint64_t{static_cast<uint32_t>(left)} << 32 |
         static_cast<uint32_t>(right);
}

uint64_t HashPair(uint64_t pair) {
  const uint64_t product = pair * 0x9E3779B97F4A7C15u;
  return product ^ product >> 32;
}

bool IsLater(const BpeModel::Scratch::Candidate& a,
             const BpeModel::Scratch::Candidate& b) {
  return a.rank != b.rank ? a.rank > b.rank : a.place > b.place;
}

absl::Status NoToken(std::string_view token) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "BPE: a merge needs the token \"%s\", which the vocabulary lacks",
      token));
}

}  // namespace

absl::StatusOr<BpeModel> BpeModel::Make(
    const Vocabulary& tokens,
    const std::vector<std::pair<std::string_view, std::string_view>>& merges,
    BpeOptions options) {
  BpeModel model;
  model.tokens_ = tokens;
  model.merges_.assign(std::bit_ceil(2 * merges.size() + 1), {0, kNone, 0});
  std::string merged;
  for (size_t rank = 0; rank < merges.size(); ++rank) {
    const auto [left, right] = merges[rank];
    const int64_t left_token = tokens.Find(left);
    const int64_t right_token = tokens.Find(right);
    if (left_token < 0) return NoToken(left);
    if (right_token < 0 || right.size() < options.continuing_prefix.size())
      return NoToken(right);
    merged = left;
    merged += right.substr(options.continuing_prefix.size());
    const int64_t token = tokens.Find(merged);
    if (token < 0) return NoToken(merged);
    model.AddMerge({PairOf(static_cast<int32_t>(left_token),
                           static_cast<int32_t>(right_token)),
                    static_cast<uint32_t>(rank), static_cast<int32_t>(token)});
  }
  if (options.unk_token.has_value()) {
    model.unknown_ = static_cast<int32_t>(tokens.Find(*options.unk_token));
    if (model.unknown_ < 0)
      return absl::InvalidArgumentError(
          absl::StrFormat("BPE: the vocabulary lacks the unk_token \"%s\"",
                          *options.unk_token));
  }
  if (options.byte_fallback) {
    for (int byte = 0; byte < 256; ++byte) {
      model.byte_tokens_.push_back(
          static_cast<int32_t>(tokens.Find(absl::StrFormat("<0x%02X>", byte))));
    }
  }
  model.options_ = std::move(options);
  return model;
}

// The last of equal pairs counts.
void BpeModel::AddMerge(const Merge& merge) {
  const uint64_t mask = merges_.size() - 1;
  uint64_t at = HashPair(merge.pair) & mask;
  while (merges_[at].rank != kNone && merges_[at].pair != merge.pair)
    at = (at + 1) & mask;
  merges_[at] = merge;
}

const BpeModel::Merge* BpeModel::FindMerge(int32_t left, int32_t right) const {
  const uint64_t pair = PairOf(left, right);
  const uint64_t mask = merges_.size() - 1;
  for (uint64_t at = HashPair(pair) & mask;; at = (at + 1) & mask) {
    const Merge& merge = merges_[at];
    if (merge.rank == kNone) return nullptr;
    if (merge.pair == pair) return &merge;
  }
}

bool BpeModel::AddBytes(std::string_view character, Scratch& scratch) const {
  const auto token_of = [&](char byte) {
    return byte_tokens_[static_cast<uint8_t>(byte)];
  };
  if (!std::all_of(character.begin(), character.end(),
                   [&](char byte) { return token_of(byte) >= 0; }))
    return false;
  for (const char byte : character)
    scratch.symbols.push_back({token_of(byte), 1});
  return true;
}

// An unknown token comes when the next known one does, or at the end.
void BpeModel::AddCharacters(std::string_view word, Scratch& scratch) const {
  uint32_t unknown_size = 0;
  const auto add_unknown = [&] {
    if (unknown_size != 0) scratch.symbols.push_back({unknown_, unknown_size});
    unknown_size = 0;
  };
  for (size_t at = 0, size = 0; at < word.size(); at += size) {
    size = SizeToNextLead(word, at);
    std::string_view character = word.substr(at, size);
    const bool is_last = at + size == word.size();
    const bool has_prefix = at > 0 && !options_.continuing_prefix.empty();
    if (has_prefix || (is_last && !options_.end_of_word_suffix.empty())) {
      scratch.text = has_prefix ? options_.continuing_prefix : "";
      scratch.text += character;
      if (is_last) scratch.text += options_.end_of_word_suffix;
      character = scratch.text;
    }
    const int64_t token = tokens_.Find(character);
    if (token >= 0) {
      add_unknown();
      scratch.symbols.push_back(
          {static_cast<int32_t>(token), static_cast<uint32_t>(size)});
      continue;
    }
    if (options_.byte_fallback && AddBytes(character, scratch)) continue;
    if (unknown_ < 0) continue;
    if (!options_.fuse_unk) add_unknown();
    unknown_size += static_cast<uint32_t>(size);
  }
  add_unknown();
}

void BpeModel::Split(std::string_view word, Scratch& scratch) const {
  scratch.symbols.clear();
  if (word.empty()) return;
  if (options_.ignore_merges) {
    const int64_t token = tokens_.Find(word);
    if (token >= 0) {
      scratch.symbols.push_back(
          {static_cast<int32_t>(token), static_cast<uint32_t>(word.size())});
      return;
    }
  }
  AddCharacters(word, scratch);
  SplitSymbols(scratch);
}

void BpeModel::SplitSymbols(Scratch& scratch) const {
  const size_t count = scratch.symbols.size();
  if (count < 2) return;
  scratch.links.resize(count);
  for (size_t i = 0; i < count; ++i) {
    const Symbol& symbol = scratch.symbols[i];
    const auto place = static_cast<uint32_t>(i);
    scratch.links[i] = {symbol.token, symbol.size, i == 0 ? kNone : place - 1,
                        i + 1 == count ? kNone : place + 1, kNone};
    if (i + 1 < count)
      scratch.links[i].rank =
          RankOf(symbol.token, scratch.symbols[i + 1].token);
  }
  if (count <= kFewCharacters) {
    MergeFew(scratch);
  } else {
    MergeMany(scratch);
  }
  scratch.symbols.clear();
  for (uint32_t at = 0; at != kNone; at = scratch.links[at].behind)
    scratch.symbols.push_back(
        {scratch.links[at].token, scratch.links[at].size});
}

// Merges a link with the one behind it, and ranks its new pairs.
void BpeModel::MergeAt(uint32_t place, Scratch& scratch) const {
  std::vector<Scratch::Link>& links = scratch.links;
  Scratch::Link& left = links[place];
  Scratch::Link& right = links[left.behind];
  left.token = FindMerge(left.token, right.token)->token;
  left.size += right.size;
  right.size = 0;
  right.rank = kNone;
  left.behind = right.behind;
  left.rank = kNone;
  if (left.behind != kNone) {
    links[left.behind].before = place;
    left.rank = RankOf(left.token, links[left.behind].token);
  }
  if (left.before != kNone) {
    links[left.before].rank = RankOf(links[left.before].token, left.token);
  }
}

void BpeModel::MergeFew(Scratch& scratch) const {
  while (true) {
    uint32_t best = kNone;
    uint32_t rank = kNone;
    for (uint32_t at = 0; at != kNone; at = scratch.links[at].behind) {
      if (scratch.links[at].rank < rank) {
        rank = scratch.links[at].rank;
        best = at;
      }
    }
    if (best == kNone) return;
    MergeAt(best, scratch);
  }
}

void BpeModel::MergeMany(Scratch& scratch) const {
  std::vector<Scratch::Candidate>& queue = scratch.queue;
  queue.clear();
  for (size_t i = 0; i < scratch.links.size(); ++i) {
    if (scratch.links[i].rank != kNone)
      queue.push_back({scratch.links[i].rank, static_cast<uint32_t>(i)});
  }
  std::make_heap(queue.begin(), queue.end(), IsLater);
  const auto add = [&](uint32_t place) {
    if (place == kNone || scratch.links[place].rank == kNone) return;
    queue.push_back({scratch.links[place].rank, place});
    std::push_heap(queue.begin(), queue.end(), IsLater);
  };
  while (!queue.empty()) {
    std::pop_heap(queue.begin(), queue.end(), IsLater);
    const Scratch::Candidate best = queue.back();
    queue.pop_back();
    // What was merged since has another rank.
    if (scratch.links[best.place].rank != best.rank) continue;
    MergeAt(best.place, scratch);
    add(scratch.links[best.place].before);
    add(best.place);
  }
}

}  // namespace rowsplit::internal
