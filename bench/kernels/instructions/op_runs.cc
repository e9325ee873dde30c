// Ops that are built around kernels, whole, on one thread.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "kernels/instructions/inputs.h"
#include "kernels/instructions/kernel_runs.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/bag_gradient.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ops/concat.h"
#include "rowsplit/ops/reduce.h"
#include "rowsplit/ops/to_dense.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/text/bert_tokenizer.h"
#include "rowsplit/text/boundaries.h"
#include "rowsplit/text/fast_wordpiece.h"
#include "rowsplit/text/normalize.h"
#include "rowsplit/text/regex.h"
#include "rowsplit/text/split.h"
#include "rowsplit/text/unicode_case.h"
#include "rowsplit/text/wordpiece.h"
#include "rowsplit/vocab/lookup.h"
#include "rowsplit/vocab/vocabulary.h"
#include "rowsplit/vocab/vocabulary_builder.h"

namespace rowsplit::bench {

namespace {

constexpr ExecOptions kOneThread = {.num_threads = 1};

// Nothing is measured of an op that fails.
template <typename Result>
void Check(const Result& result) {
  if (!result.ok()) std::abort();
}

void AddTextOps(KernelRuns& runs) {
  using Rows = const StringTensor& (*)();
  const std::pair<std::string, Rows> datasets[] = {{"prose", ProseRows},
                                                   {"languages", LanguageRows}};
  for (const auto& [name, rows] : datasets) {
    const auto add = [&runs, name = name, rows = rows](const std::string& what,
                                                       auto op) {
      runs.Add(absl::StrCat("text/", what, "_", name),
               [rows, op] { return [rows, op] { Check(op(rows())); }; });
    };
    add("boundaries/words", [](const StringTensor& input) {
      return SplitWords(input, {.exec = kOneThread});
    });
    add("unicode_case/lower", [](const StringTensor& input) {
      return LowerUnicode(input, {.exec = kOneThread});
    });
    add("unicode_case/fold", [](const StringTensor& input) {
      return FoldCase(input, {.exec = kOneThread});
    });
    add("normalize/nfkc", [](const StringTensor& input) {
      return Normalize(input, {.exec = kOneThread});
    });
    add("split/whitespace", [](const StringTensor& input) {
      return SplitWhitespace(input, {.exec = kOneThread});
    });
  }
  runs.Add("text/regex/replace_class", [] {
    const Regex regex = *Regex::Compile("[,.]+");
    return [regex, rewrite = *Rewrite::Compile(" ", regex)] {
      Check(RegexReplace(ProseRows(), regex, rewrite, {.exec = kOneThread}));
    };
  });
}

// Subwords of the prose: the beginnings of frequent words, their ends, letters.
StringTensor Subwords() {
  const StringTensor words = FrequentWords(1500);
  std::vector<std::string> tokens = {"[UNK]", ",", "."};
  for (int letter = 0; letter < 26; ++letter) {
    for (const char first : {'a', 'A'}) {
      tokens.emplace_back(1, static_cast<char>(first + letter));
      tokens.push_back("##" + tokens.back());
    }
  }
  for (int64_t i = 0; i < words.size(); ++i) {
    const std::string word(words[i].substr(0, words[i].find_first_of(",.")));
    if (word.size() < 2) continue;
    tokens.push_back(i % 3 == 0 ? word : word.substr(0, 4));
    if (word.size() > 5) tokens.push_back("##" + word.substr(4));
  }
  std::sort(tokens.begin() + 3, tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  StringTensorBuilder builder;
  for (const std::string& token : tokens) builder.Append(token);
  return std::move(builder).Build();
}

void AddSubwordOps(KernelRuns& runs) {
  runs.Add("text/wordpiece/words", [] {
    StringTensorBuilder words;
    const std::string_view text = ProseRows().view().text();
    for (const TokenSpan span : TokensOfProse().spans)
      words.Append(text.substr(span.begin, span.size));
    return [words = std::move(words).Build(),
            tokenizer = *WordpieceTokenizer::Create(Subwords())] {
      Check(tokenizer.Tokenize(words, SubwordKind::kIds, kOneThread));
    };
  });
  runs.Add("text/fast_wordpiece/texts", [] {
    return [tokenizer = *FastWordpieceTokenizer::Create(Subwords())] {
      Check(tokenizer.Tokenize(ProseRows(), SubwordKind::kIds, kOneThread));
    };
  });
  runs.Add("text/bert_tokenizer/texts", [] {
    return [tokenizer =
                BertTokenizer(*WordpieceTokenizer::Create(Subwords()),
                              {.lower_case = BertLowerCase::kStripAccents})] {
      Check(tokenizer.Tokenize(ProseRows(), SubwordKind::kIds, kOneThread));
    };
  });
}

void AddVocabularyOps(KernelRuns& runs) {
  runs.Add("vocab/lookup/spans", [] {
    const Vocabulary vocabulary = *Vocabulary::FromTokens(FrequentWords(1000));
    const size_t count = TokensOfProse().spans.size();
    return [lookup = *TokenLookup::Create(vocabulary, {.num_oov = 10}),
            text = TextOf(ProseRows()),
            ids = std::vector<int64_t>(count)]() mutable {
      if (!lookup.Lookup(text, TokensOfProse().spans, ids).ok()) std::abort();
    };
  });
  runs.Add("vocab/vocabulary_builder/spans", [] {
    return [text = TextOf(ProseRows())] {
      VocabularyBuilder builder;
      builder.AddSpans(text, TokensOfProse().spans);
    };
  });
}

void AddPipelineOps(KernelRuns& runs) {
  const std::pair<std::string, OutputMode> modes[] = {
      {"int", OutputMode::kInt}, {"multi_hot", OutputMode::kMultiHot}};
  for (const auto& [name, mode] : modes) {
    runs.Add("pipeline/text_vectorization/" + name, [mode = mode] {
      const auto layer = TextVectorization::FromTokens({.output_mode = mode},
                                                       FrequentWords(300));
      Check(layer);
      return
          [layer = *layer] { Check(layer.Vectorize(ProseRows(), kOneThread)); };
    });
  }
  runs.Add("pipeline/text_vectorization/bigrams", [] {
    const auto layer =
        TextVectorization::FromTokens({.ngrams = {1, 2}}, FrequentWords(300));
    Check(layer);
    return [layer = *layer] {
      Check(layer.VectorizeRagged(ProseRows(), kOneThread));
    };
  });
  runs.Add("pipeline/text_vectorization/adapt", [] {
    return [] {
      TextVectorizationAdapter adapter({});
      if (!adapter.Update(ProseRows(), kOneThread).ok()) std::abort();
    };
  });
}

void AddEmbeddingOps(KernelRuns& runs) {
  for (const RowFormat format : {RowFormat::kFloat32, RowFormat::kInt8}) {
    const std::string name(RowFormatName(format));
    runs.Add("embedding/bag/mean_" + name, [format] {
      return [table = *EmbeddingTable::Uniform(
                  1000, 64, {.format = format, .exec = kOneThread}),
              ids = RaggedIds(200, 20, 1000)] {
        Check(EmbeddingBag(table, ids, {.exec = kOneThread}));
      };
    });
  }
  runs.Add("embedding/bag_gradient/mean", [] {
    return [table = *EmbeddingTable::Uniform(1000, 64, {.exec = kOneThread}),
            ids = RaggedIds(200, 20, 1000),
            upstream = *Tensor::Dense(
                Buffer<float>::Copy(Floats(size_t{200} * 64, 50)), {200, 64})] {
      Check(EmbeddingBagGradient(table, ids, upstream,
                                 {.bag = {.exec = kOneThread}}));
    };
  });
}

void AddRaggedOps(KernelRuns& runs) {
  runs.Add("ops/reduce/sum", [] {
    return [splits = RowSplits(2000, 20, 51), values = Floats(50'000, 52)] {
      Check(Sum(RaggedView<float>{splits, values}, {.exec = kOneThread}));
    };
  });
  runs.Add("ops/concat/rows", [] {
    return [inputs = std::vector<Tensor>{RaggedIds(1000, 10, 1000),
                                         RaggedIds(1000, 4, 1000)}] {
      Check(Concat(inputs, 1, {.exec = kOneThread}));
    };
  });
  runs.Add("ops/to_dense/int64", [] {
    return [input = RaggedIds(1000, 20, 1000)] {
      Check(ToDense(input, {.exec = kOneThread}));
    };
  });
}

}  // namespace

void AddOpRuns(KernelRuns& runs) {
  AddTextOps(runs);
  AddSubwordOps(runs);
  AddVocabularyOps(runs);
  AddPipelineOps(runs);
  AddEmbeddingOps(runs);
  AddRaggedOps(runs);
}

}  // namespace rowsplit::bench
