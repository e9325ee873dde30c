// Tokens of any bytes cut words as a plain search does, the automaton of text
// gives places in order, and nothing that is made up crashes.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "fuzz/input.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/bert_tokenizer.h"
#include "rowsplit/text/fast_wordpiece.h"
#include "rowsplit/text/wordpiece.h"
#include "rowsplit/text/wordpiece_learner.h"

namespace rowsplit::fuzz {
namespace {

constexpr ExecOptions kExec = {.num_threads = 1};

constexpr std::string_view kPieces[] = {
    "a",    "b",  "ab",     "#",         "##",        " ",
    "é",    "日", "!",      "…",         "\u0301",    "\u3000",
    "\x11", "\n", "\u200B", "\xE6\x97",  "\xFF",      "[UNK]",
    "É",    "ß",  "\u00A0", "[unused1]", "\U00020000"};

std::string MakeText(Input& input, int64_t most) {
  std::string text;
  for (int64_t size = input.Below(most); size > 0; --size) {
    if (input.Below(16) == 0) {
      text += static_cast<char>(input.Byte());
    } else {
      text += kPieces[input.Below(static_cast<int64_t>(std::size(kPieces)))];
    }
  }
  return text;
}

StringTensor Build(const std::vector<std::string>& strings) {
  StringTensorBuilder builder;
  for (const std::string& string : strings) builder.Append(string);
  return std::move(builder).Build();
}

// Subwords follow one another in their row and lie in it.
void CheckPlaces(const SubwordTokens& subwords, StringTensorView rows) {
  for (int64_t row = 0; row < rows.size(); ++row) {
    Offset at = 0;
    for (Offset i = subwords.rows.row_splits()[row];
         i < subwords.rows.row_splits()[row + 1]; ++i) {
      ROWSPLIT_FUZZ_CHECK(subwords.starts[i] >= at);
      ROWSPLIT_FUZZ_CHECK(subwords.ends[i] >= subwords.starts[i]);
      at = subwords.ends[i];
    }
    ROWSPLIT_FUZZ_CHECK(at <= static_cast<Offset>(rows[row].size()));
  }
}

bool IsEqual(const SubwordTokens& a, const SubwordTokens& b) {
  return a.rows == b.rows && a.strings == b.strings &&
         std::equal(a.starts.begin(), a.starts.end(), b.starts.begin(),
                    b.starts.end());
}

void CheckFast(Input& input, const std::vector<std::string>& tokens,
               StringTensorView texts) {
  for (const bool is_words : {false, true}) {
    const auto fast = FastWordpieceTokenizer::Create(
        Build(tokens),
        {.max_bytes_per_word = input.Flag() ? 100 : input.Below(8),
         .no_pretokenization = is_words});
    if (!fast.ok()) continue;
    const auto cut = fast->Tokenize(texts, SubwordKind::kStrings, kExec);
    ROWSPLIT_FUZZ_CHECK(cut.ok());
    CheckPlaces(*cut, texts);
    const FastBertTokenizer bert(*fast, input.Flag());
    const auto subwords = bert.Tokenize(texts, SubwordKind::kIds, kExec);
    ROWSPLIT_FUZZ_CHECK(subwords.ok());
    CheckPlaces(*subwords, texts);
  }
}

// Piece by piece and by the automaton are the same, if the tokens are UTF-8.
void CheckWordpiece(const std::vector<std::string>& tokens,
                    StringTensorView texts) {
  const auto plain = WordpieceTokenizer::Create(Build(tokens));
  const auto limited =
      WordpieceTokenizer::Create(Build(tokens), {.max_chars_per_token = 1000});
  ROWSPLIT_FUZZ_CHECK(plain.ok() && limited.ok());
  const auto a = plain->Tokenize(texts, SubwordKind::kStrings, kExec);
  const auto b = limited->Tokenize(texts, SubwordKind::kStrings, kExec);
  ROWSPLIT_FUZZ_CHECK(a.ok() && b.ok() && IsEqual(*a, *b));
  const BertTokenizer bert(*plain,
                           {.lower_case = BertLowerCase::kStripAccents});
  ROWSPLIT_FUZZ_CHECK(bert.Tokenize(texts, SubwordKind::kIds, kExec).ok());
}

}  // namespace
}  // namespace rowsplit::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace rowsplit;
  using namespace rowsplit::fuzz;
  Input input(data, size);
  std::vector<std::string> tokens = {"[UNK]"};
  std::unordered_set<std::string> known = {"[UNK]"};
  for (int64_t n = input.Below(24); n > 0; --n) {
    const std::string token = (input.Flag() ? "##" : "") + MakeText(input, 4);
    if (known.insert(token).second) tokens.push_back(token);
  }
  std::vector<std::string> texts;
  std::vector<int64_t> counts;
  for (int64_t n = input.Below(6); n > 0; --n) {
    texts.push_back(MakeText(input, 24));
    counts.push_back(input.Below(100));
  }
  const StringTensor rows = Build(texts);
  CheckWordpiece(tokens, rows);
  CheckFast(input, tokens, rows);
  const auto learned = LearnWordpiece(
      rows, counts,
      {.vocab_size = input.Below(100), .lower_thresh = input.Below(4)});
  if (learned.ok())
    ROWSPLIT_FUZZ_CHECK(WordpieceTokenizer::Create(*learned).ok());
  return 0;
}
