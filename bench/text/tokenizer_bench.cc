#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/tokenizer.h"
#include "text/wordpiece_trie.h"

namespace rowsplit {
namespace {

// Letters and some pieces.
std::string TokenizerJson() {
  std::string vocab = "\"[UNK]\":0";
  int id = 1;
  const auto add = [&](std::string_view token) {
    vocab += ",\"" + std::string(token) + "\":" + std::to_string(id++);
  };
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    add(std::string(1, letter));
    add("##" + std::string(1, letter));
  }
  for (const std::string_view piece :
       {"the", "and", "##ing", "##er", "##ed", "##s", "in", "re", "to", "of"})
    add(piece);
  return "{\"normalizer\":{\"type\":\"BertNormalizer\",\"clean_text\":true,"
         "\"handle_chinese_chars\":true,\"strip_accents\":null,"
         "\"lowercase\":true},\"pre_tokenizer\":{\"type\":"
         "\"BertPreTokenizer\"},\"model\":{\"type\":\"WordPiece\","
         "\"unk_token\":\"[UNK]\",\"continuing_subword_prefix\":\"##\","
         "\"max_input_chars_per_word\":100,\"vocab\":{" +
         vocab + "}}}";
}

StringTensor Rows(std::string_view unit, int64_t rows) {
  StringTensorBuilder builder;
  for (int64_t row = 0; row < rows; ++row) {
    std::string text;
    while (text.size() < 100) text += unit;
    builder.Append(text);
  }
  return std::move(builder).Build();
}

// What stands in the name: 20,000 rows of the unit again and again.
void BM_Encode(benchmark::State& state, std::string_view unit,
               OffsetUnit offsets) {
  const StringTensor text = Rows(unit, 20'000);
  const auto tokenizer = Tokenizer::FromJson(TokenizerJson());
  if (!tokenizer.ok()) {
    state.SkipWithError("the tokenizer can't be read");
    return;
  }
  const EncodeOptions options{.offsets = offsets, .exec = {.num_threads = 1}};
  for (auto _ : state) {
    auto encoded = tokenizer->Encode(text, options);
    benchmark::DoNotOptimize(encoded);
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(text.bytes().size()));
}
BENCHMARK_CAPTURE(BM_Encode, WholeWords, "the and to of in ",
                  OffsetUnit::kNone);
BENCHMARK_CAPTURE(BM_Encode, WholeWordsOffsets, "the and to of in ",
                  OffsetUnit::kCharacters);
BENCHMARK_CAPTURE(BM_Encode, Pieces, "things, retold and handed over! ",
                  OffsetUnit::kNone);
BENCHMARK_CAPTURE(BM_Encode, Accents,
                  "d\xC3\xA9j\xC3\xA0 vu \xC3\xA9t\xC3\xA9 ",
                  OffsetUnit::kNone);
BENCHMARK_CAPTURE(BM_Encode, OneLetter, "a", OffsetUnit::kNone);

// The longest piece first by a loop over prefixes, and by the automaton.
void BM_Split(benchmark::State& state, bool by_automaton) {
  const std::vector<std::string_view> tokens = {"un",  "##aff", "##able",
                                                "##a", "##f",   "##b"};
  const auto trie =
      internal::WordpieceTrie::Make(StringTensor::FromStrings(tokens), "##");
  const std::string word = "unaffableaffableaabfaffable";
  std::vector<int32_t> ids(word.size());
  for (auto _ : state) {
    size_t count = 0;
    if (by_automaton) {
      count = trie->Split(word, ids.data());
    } else {
      for (size_t at = 0; at < word.size();) {
        const auto piece =
            trie->LongestPiece(std::string_view(word).substr(at), at == 0);
        ids[count++] = piece.id;
        at += piece.size;
      }
    }
    benchmark::DoNotOptimize(count);
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(word.size()));
}
BENCHMARK_CAPTURE(BM_Split, Loop, false);
BENCHMARK_CAPTURE(BM_Split, Automaton, true);

}  // namespace
}  // namespace rowsplit
