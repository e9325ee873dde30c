#include "text/token_starts.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

namespace {

// A token from right to left.
struct Reversed {
  std::string bytes;
  int32_t token;
};

std::vector<Reversed> Reverse(StringTensorView tokens) {
  std::vector<Reversed> reversed;
  for (int64_t i = 0; i < tokens.size(); ++i) {
    const std::string_view token = tokens[i];
    if (token.empty()) continue;
    reversed.push_back(
        {std::string(token.rbegin(), token.rend()), static_cast<int32_t>(i)});
  }
  std::sort(reversed.begin(), reversed.end(),
            [](const Reversed& a, const Reversed& b) {
              const int order = a.bytes.compare(b.bytes);
              return order != 0 ? order < 0 : a.token < b.token;
            });
  return reversed;
}

// A node and the sorted tokens that go through it.
struct Branch {
  uint32_t node;
  std::span<const Reversed> tokens;
};

}  // namespace

uint32_t TokenStarts::Child(uint32_t node, uint8_t byte) const {
  const auto begin = nodes_.begin() + nodes_[node].first_child;
  const auto end = begin + nodes_[node].num_children;
  const auto child = std::lower_bound(
      begin, end, byte, [](const Node& a, uint8_t b) { return a.byte < b; });
  if (child == end || child->byte != byte) return 0;
  return static_cast<uint32_t>(child - nodes_.begin());
}

uint32_t TokenStarts::Next(uint32_t node, uint8_t byte) const {
  while (true) {
    const uint32_t next = Child(node, byte);
    if (next != 0 || node == 0) return next;
    node = nodes_[node].fail;
  }
}

// Level by level, so that what a node falls back to, which is shorter, is there
// before it.
TokenStarts::TokenStarts(StringTensorView tokens) : nodes_(1) {
  const std::vector<Reversed> reversed = Reverse(tokens);
  std::vector<Branch> level = {{0, reversed}};
  for (size_t depth = 0; !level.empty(); ++depth) {
    longest_ = depth;
    std::vector<Branch> next;
    for (Branch branch : level) {
      std::span<const Reversed> rest = branch.tokens;
      while (!rest.empty() && rest[0].bytes.size() == depth)
        rest = rest.subspan(1);
      nodes_[branch.node].first_child = static_cast<uint32_t>(nodes_.size());
      while (!rest.empty()) {
        const char byte = rest[0].bytes[depth];
        const auto end = std::find_if(
            rest.begin(), rest.end(),
            [&](const Reversed& token) { return token.bytes[depth] != byte; });
        const auto count = static_cast<size_t>(end - rest.begin());
        Node child;
        child.byte = static_cast<uint8_t>(byte);
        if (branch.node != 0)
          child.fail = Next(nodes_[branch.node].fail, child.byte);
        child.token = rest[0].bytes.size() == depth + 1
                          ? rest[0].token
                          : nodes_[child.fail].token;
        next.push_back(
            {static_cast<uint32_t>(nodes_.size()), rest.first(count)});
        nodes_.push_back(child);
        rest = rest.subspan(count);
        ++nodes_[branch.node].num_children;
      }
    }
    level = std::move(next);
  }
}

void TokenStarts::Find(std::string_view text, std::span<int32_t> found) const {
  size_t at = found.size();
  if (longest_ > 0) at = std::min(text.size(), at + longest_ - 1);
  uint32_t node = 0;
  while (at-- > 0) {
    node = Next(node, static_cast<uint8_t>(text[at]));
    if (at < found.size()) found[at] = nodes_[node].token;
  }
}

}  // namespace rowsplit::internal
