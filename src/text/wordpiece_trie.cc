#include "text/wordpiece_trie.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

namespace {

// Bytes that a node can go on by.
constexpr size_t kNumBytes = 256;
constexpr int64_t kMaxTokenBytes = int64_t{1} << 30;
constexpr size_t kMaxPops = size_t{1} << 24;
// Free places that are tried for the children of a node.
constexpr int kMaxTries = 32;

// A token, or what of it is behind the prefix.
struct Text {
  std::string_view bytes;
  int32_t id;
};

void SortByBytes(std::vector<Text>& texts) {
  std::sort(texts.begin(), texts.end(), [](const Text& a, const Text& b) {
    const int order = a.bytes.compare(b.bytes);
    return order != 0 ? order < 0 : a.id < b.id;
  });
}

// Which places of the nodes' array are taken.
class Places {
 public:
  bool IsFree(size_t place) const {
    return place / 64 >= words_.size() ||
           (words_[place / 64] >> (place % 64) & 1) == 0;
  }
  void Take(size_t place) {
    if (place / 64 >= words_.size()) words_.resize(place / 64 + 1);
    words_[place / 64] |= uint64_t{1} << (place % 64);
    end_ = std::max(end_, place + 1);
    while (!IsFree(first_free_)) first_free_ = NextFree(first_free_);
  }
  size_t NextFree(size_t place) const {
    for (++place; place / 64 < words_.size();
         place = (place / 64 + 1) * size_t{64}) {
      const uint64_t free = ~words_[place / 64] >> (place % 64);
      if (free != 0) return place + static_cast<size_t>(__builtin_ctzll(free));
    }
    return place;
  }

  // A base from which all of `bytes`, ascending, are free. Looks at few places
  // and then gives one behind all that are taken, so a place costs O(1).
  size_t FindBase(std::span<const uint8_t> bytes) const {
    size_t place = first_free_;
    for (int i = 0; i < kMaxTries && place < end_; ++i) {
      if (place >= bytes[0]) {
        const size_t base = place - bytes[0];
        const bool fits =
            std::all_of(bytes.begin(), bytes.end(),
                        [&](uint8_t byte) { return IsFree(base + byte); });
        if (fits) return base;
      }
      place = NextFree(place);
    }
    return end_;
  }

  size_t end() const { return end_; }

 private:
  std::vector<uint64_t> words_;
  size_t first_free_ = 0;
  size_t end_ = 0;
};

}  // namespace

// Makes the nodes level by level, so that what a node falls back to, which is a
// shorter string, is there before it.
class WordpieceTrie::Builder {
 public:
  explicit Builder(WordpieceTrie& trie) : trie_(trie) {}

  absl::Status Build(const std::vector<Text>& first,
                     const std::vector<Text>& later) {
    Resize(2);
    places_.Take(kRoot);
    places_.Take(kSuffixRoot);
    level_.push_back({kRoot, first, 0});
    level_.push_back({kSuffixRoot, later, 0});
    while (!level_.empty()) {
      std::vector<Branch> next;
      for (const Branch& branch : level_) {
        ROWSPLIT_RETURN_IF_ERROR(Extend(branch, next));
      }
      level_ = std::move(next);
    }
    // Any byte may be added to any base.
    Resize(places_.end() + kNumBytes);
    trie_.steps_.shrink_to_fit();
    trie_.rests_.shrink_to_fit();
    trie_.pops_.shrink_to_fit();
    return absl::OkStatus();
  }

 private:
  // A node and the sorted texts that begin with its string of `depth` bytes.
  struct Branch {
    uint32_t node;
    std::span<const Text> texts;
    size_t depth;
  };

  void Resize(size_t size) {
    trie_.steps_.resize(size);
    trie_.rests_.resize(size);
  }

  absl::Status Extend(const Branch& branch, std::vector<Branch>& next) {
    std::span<const Text> texts = branch.texts;
    while (!texts.empty() && texts[0].bytes.size() == branch.depth)
      texts = texts.subspan(1);
    std::vector<uint8_t> bytes;
    const auto byte_of = [&](const Text& text) {
      return static_cast<uint8_t>(text.bytes[branch.depth]);
    };
    for (const Text& text : texts) {
      if (bytes.empty() || bytes.back() != byte_of(text))
        bytes.push_back(byte_of(text));
    }
    if (bytes.empty()) return absl::OkStatus();
    const size_t base = places_.FindBase(bytes);
    trie_.steps_[branch.node].base = static_cast<uint32_t>(base);
    // The places that any node may look at.
    Resize(std::max(trie_.steps_.size(), base + kNumBytes + 1));
    for (const uint8_t byte : bytes) places_.Take(base + byte);
    for (const uint8_t byte : bytes) {
      const auto end =
          std::find_if(texts.begin(), texts.end(),
                       [&](const Text& text) { return byte_of(text) != byte; });
      const auto size = static_cast<size_t>(end - texts.begin());
      const Branch child = {static_cast<uint32_t>(base + byte),
                            texts.first(size), branch.depth + 1};
      texts = texts.subspan(size);
      trie_.steps_[child.node].parent = branch.node;
      ROWSPLIT_RETURN_IF_ERROR(Link(child, byte));
      next.push_back(child);
    }
    return absl::OkStatus();
  }

  // Sets what is known if there is no way on from a node: its token, or the
  // pieces that its parent falls back by until there is a way on by `byte`.
  absl::Status Link(const Branch& child, uint8_t byte) {
    Rest& node = trie_.rests_[child.node];
    const Text& shortest = child.texts[0];
    if (shortest.bytes.size() == child.depth) {
      node.fail = kSuffixRoot;
      node.pops = static_cast<uint32_t>(shortest.id);
      return absl::OkStatus();
    }
    popped_.clear();
    uint32_t at = trie_.steps_[child.node].parent;
    while (true) {
      if (trie_.rests_[at].fail == kNone) return absl::OkStatus();
      AppendPops(trie_.rests_[at]);
      at = trie_.rests_[at].fail;
      const uint32_t way = trie_.steps_[at].base + byte;
      if (way < trie_.steps_.size() && trie_.steps_[way].parent == at) {
        node.fail = way;
        return SetPops(node, shortest.bytes);
      }
    }
  }

  void AppendPops(const Rest& node) {
    if (node.pops < kManyPops) {
      popped_.push_back(static_cast<int32_t>(node.pops));
      return;
    }
    const int32_t* pops = trie_.pops_.data() + (node.pops - kManyPops);
    popped_.insert(popped_.end(), pops + 1, pops + 1 + pops[0]);
  }

  absl::Status SetPops(Rest& node, std::string_view token) {
    if (popped_.size() == 1) {
      node.pops = static_cast<uint32_t>(popped_[0]);
      return absl::OkStatus();
    }
    std::vector<int32_t>& pops = trie_.pops_;
    if (pops.size() + popped_.size() + 1 > kMaxPops) {
      return absl::ResourceExhaustedError(absl::StrFormat(
          "the word pieces take too much memory: a token of %d bytes has many "
          "prefixes that are several pieces",
          token.size()));
    }
    node.pops = kManyPops + static_cast<uint32_t>(pops.size());
    pops.push_back(static_cast<int32_t>(popped_.size()));
    pops.insert(pops.end(), popped_.begin(), popped_.end());
    return absl::OkStatus();
  }

  WordpieceTrie& trie_;
  Places places_;
  std::vector<Branch> level_;
  std::vector<int32_t> popped_;
};

WordpieceTrie::WordpieceTrie() : steps_(2 + kNumBytes), rests_(2 + kNumBytes) {}

absl::StatusOr<WordpieceTrie> WordpieceTrie::Make(StringTensorView tokens,
                                                  std::string_view prefix) {
  if (static_cast<int64_t>(tokens.text().size()) >= kMaxTokenBytes) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "word pieces must have less than %d bytes altogether, got %d",
        kMaxTokenBytes, tokens.text().size()));
  }
  if (tokens.size() >= int64_t{kManyPops}) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "there must be less than 2^31 word pieces, got %d", tokens.size()));
  }
  WordpieceTrie trie;
  trie.steps_.clear();
  trie.rests_.clear();
  trie.prefix_size_ = static_cast<uint32_t>(prefix.size());
  std::vector<Text> first;
  std::vector<Text> later;
  for (int64_t id = 0; id < tokens.size(); ++id) {
    const std::string_view token = tokens[id];
    trie.token_sizes_.push_back(static_cast<uint32_t>(token.size()));
    if (!token.empty()) first.push_back({token, static_cast<int32_t>(id)});
    if (token.size() > prefix.size() &&
        token.substr(0, prefix.size()) == prefix)
      later.push_back({token.substr(prefix.size()), static_cast<int32_t>(id)});
  }
  SortByBytes(first);
  SortByBytes(later);
  ROWSPLIT_RETURN_IF_ERROR(Builder(trie).Build(first, later));
  return trie;
}

size_t WordpieceTrie::Split(std::string_view word, int32_t* ids) const {
  const Step* const steps = steps_.data();
  const Rest* const rests = rests_.data();
  const int32_t* const begin = ids;
  uint32_t at = kRoot;
  for (const char c : word) {
    const auto byte = static_cast<uint8_t>(c);
    uint32_t next = steps[at].base + byte;
    while (steps[next].parent != at) {
      if (rests[at].fail == kNone) return 0;
      ids = WritePops(rests[at], ids);
      at = rests[at].fail;
      next = steps[at].base + byte;
    }
    at = next;
  }
  while (at != kSuffixRoot) {
    if (rests[at].fail == kNone) return 0;
    ids = WritePops(rests[at], ids);
    at = rests[at].fail;
  }
  return static_cast<size_t>(ids - begin);
}

WordpieceTrie::Piece WordpieceTrie::LongestPiece(std::string_view text,
                                                 bool is_first,
                                                 size_t* num_looked_at) const {
  Piece longest = {-1, 0};
  uint32_t at = is_first ? kRoot : kSuffixRoot;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    const uint32_t next = steps_[at].base + static_cast<uint8_t>(text[i]);
    if (steps_[next].parent != at) break;
    at = next;
    // Of the nodes whose string is cut without a rest, all are tokens.
    if (rests_[at].fail == kSuffixRoot) {
      longest = {static_cast<int32_t>(rests_[at].pops),
                 static_cast<uint32_t>(i + 1)};
    }
  }
  if (num_looked_at != nullptr) *num_looked_at = i;
  return longest;
}

int64_t WordpieceTrie::size_bytes() const {
  return static_cast<int64_t>(steps_.size() * (sizeof(Step) + sizeof(Rest)) +
                              pops_.size() * sizeof(int32_t) +
                              token_sizes_.size() * sizeof(uint32_t));
}

}  // namespace rowsplit::internal
