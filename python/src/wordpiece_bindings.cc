// TF Text's tokenizers into the subwords of a vocabulary.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "bindings.h"
#include "convert.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/text/any_rank.h"
#include "rowsplit/text/bert_tokenizer.h"
#include "rowsplit/text/fast_wordpiece.h"
#include "rowsplit/text/normalize.h"
#include "rowsplit/text/wordpiece.h"
#include "rowsplit/text/wordpiece_learner.h"
#include "status.h"
#include "strings_argument.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

using Tensors = absl::StatusOr<std::vector<Tensor>>;

std::string ToText(const nb::bytes& bytes) {
  return {bytes.c_str(), bytes.size()};
}

SubwordKind KindOf(bool strings) {
  return strings ? SubwordKind::kStrings : SubwordKind::kIds;
}

// Subwords, starts and ends as rows, each changed by `place`.
template <typename Place>
Tensors GiveRows(const SubwordTokens& subwords, SubwordKind kind,
                 const Place& place) {
  std::vector<Tensor> given;
  for (const Tensor& flat :
       {kind == SubwordKind::kIds ? Tensor::Vector(subwords.ids)
                                  : Tensor::Vector(subwords.strings),
        Tensor::Vector(subwords.starts), Tensor::Vector(subwords.ends)}) {
    absl::StatusOr<Tensor> placed =
        place(Tensor::FromPartitionsUnchecked({subwords.rows}, flat));
    if (!placed.ok()) return placed.status();
    given.push_back(*std::move(placed));
  }
  return given;
}

Tensors GiveUnder(const Tensor& like,
                  const absl::StatusOr<SubwordTokens>& subwords,
                  SubwordKind kind) {
  if (!subwords.ok()) return subwords.status();
  return GiveRows(*subwords, kind, [&](Tensor rows) {
    return RowsUnder(like, std::move(rows));
  });
}

// Rows of ids of any integer dtype, and the partitions above them.
struct IdRows {
  std::vector<RowPartition> outer;
  RaggedTensor<int64_t> rows;
};

absl::StatusOr<IdRows> ToIdRows(const Tensor& ids) {
  if (!ids.is_ragged() || ids.flat_shape().size() != 1 ||
      (ids.dtype() != DType::kInt64 && ids.dtype() != DType::kInt32)) {
    return absl::InvalidArgumentError(
        "token ids must be a ragged tensor of int32 or int64 without a uniform "
        "inner dimension");
  }
  IdRows taken;
  taken.outer.assign(ids.partitions().begin(), ids.partitions().end());
  RaggedShape shape(taken.outer.back());
  taken.outer.pop_back();
  Buffer<int64_t> values;
  if (ids.dtype() == DType::kInt64) {
    values = ids.buffer<int64_t>();
  } else {
    BufferBuilder<int64_t> wide(ids.items<int32_t>().size());
    int64_t* out = wide.data();
    for (const int32_t id : ids.items<int32_t>()) *out++ = id;
    values = std::move(wide).Build();
  }
  taken.rows = RaggedTensor<int64_t>::FromFlatValuesUnchecked(
      std::move(shape), std::move(values));
  return taken;
}

BasicTokenizeOptions TakeBasic(const nb::str& lower_case_word,
                               bool keep_whitespace, nb::handle form,
                               bool preserve_unused_token) {
  BasicTokenizeOptions options;
  const std::string_view lower_case = lower_case_word.c_str();
  options.lower_case = lower_case == "strip"  ? BertLowerCase::kStripAccents
                       : lower_case == "keep" ? BertLowerCase::kKeepAccents
                                              : BertLowerCase::kNone;
  options.keep_whitespace = keep_whitespace;
  options.preserve_unused_token = preserve_unused_token;
  if (form.is_none()) return options;
  const std::string name = nb::str(form).c_str();
  constexpr std::pair<std::string_view, NormalForm> kForms[] = {
      {"NFC", NormalForm::kNfc},
      {"NFD", NormalForm::kNfd},
      {"NFKC", NormalForm::kNfkc},
      {"NFKD", NormalForm::kNfkd}};
  for (const auto& [known, value] : kForms) {
    if (known == name) options.normalization_form = value;
  }
  if (!options.normalization_form.has_value()) {
    throw nb::value_error(
        absl::StrFormat("normalization_form must be one of NFC, NFD, NFKC, "
                        "NFKD, got '%s'",
                        name)
            .c_str());
  }
  return options;
}

// A vector of one string for one string.
Tensor AtLeastVector(Tensor strings) {
  return strings.rank() == 0 ? Tensor::Vector(strings.strings())
                             : std::move(strings);
}

Tensors BasicTokens(const Tensor& strings,
                    const BasicTokenizeOptions& options) {
  const auto tokens = BasicTokenize(strings.strings().view(), options);
  if (!tokens.ok()) return tokens.status();
  SubwordTokens rows;
  rows.rows = tokens->tokens.shape().innermost();
  rows.strings = tokens->tokens.flat_values();
  rows.starts = tokens->starts;
  rows.ends = tokens->ends;
  return GiveUnder(strings, rows, SubwordKind::kStrings);
}

Tensors BertSubwords(const WordpieceTokenizer& wordpiece, const Tensor& strings,
                     const BasicTokenizeOptions& options, SubwordKind kind) {
  const BertTokenizer tokenizer(wordpiece, options);
  const auto groups = tokenizer.Tokenize(strings.strings().view(), kind);
  if (!groups.ok()) return groups.status();
  return GiveRows(
      groups->subwords, kind, [&](Tensor rows) -> absl::StatusOr<Tensor> {
        auto texts = Tensor::FromPartition(groups->groups, std::move(rows));
        if (!texts.ok()) return texts;
        return RowsUnder(strings, *std::move(texts));
      });
}

void BindWordpieceTokenizer(nb::module_& m) {
  nb::class_<WordpieceTokenizer> c(m, "_WordpieceTokenizer",
                                   "Cuts words into subwords.");
  c.def(
      "__init__",
      [](WordpieceTokenizer* self, nb::handle tokens, nb::handle ids,
         const nb::bytes& suffix_indicator, int64_t max_bytes_per_word,
         int64_t max_chars_per_token, nb::handle unknown_token,
         bool split_unknown_characters, int64_t num_oov_buckets,
         int64_t default_id) {
        Call call;
        const Tensor texts = TakeStrings(call, tokens);
        const Tensor numbers = call.Take(ids, DType::kInt64);
        WordpieceOptions options;
        options.suffix_indicator = ToText(suffix_indicator);
        options.max_bytes_per_word = max_bytes_per_word;
        options.max_chars_per_token = max_chars_per_token;
        options.unknown_token = std::nullopt;
        if (!unknown_token.is_none())
          options.unknown_token = ToText(nb::cast<nb::bytes>(unknown_token));
        options.split_unknown_characters = split_unknown_characters;
        options.num_oov_buckets = num_oov_buckets;
        options.default_id = default_id;
        if (numbers.dtype() != DType::kInt64)
          throw nb::type_error("the ids of a table must be int64");
        new (self) WordpieceTokenizer(ValueOrRaise(Call::Run([&] {
          return WordpieceTokenizer::CreateWithIds(
              texts.strings().view(), numbers.items<int64_t>(), options);
        })));
      },
      "tokens"_a, "ids"_a, "suffix_indicator"_a, "max_bytes_per_word"_a,
      "max_chars_per_token"_a, "unknown_token"_a.none(),
      "split_unknown_characters"_a, "num_oov_buckets"_a, "default_id"_a);
  c.def(
      "tokenize",
      [](const WordpieceTokenizer& self, nb::handle input, bool strings) {
        Call call;
        const Tensor words = TakeStrings(call, input);
        return call.Return([&] {
          const SubwordKind kind = KindOf(strings);
          return GiveUnder(words, self.Tokenize(words.strings().view(), kind),
                           kind);
        });
      },
      "input"_a, "strings"_a, "[subwords, starts, ends].");
  c.def(
      "bert_tokenize",
      [](const WordpieceTokenizer& self, nb::handle input, bool strings,
         const nb::str& lower_case, bool keep_whitespace, nb::handle form,
         bool preserve_unused_token) {
        Call call;
        const Tensor texts = AtLeastVector(TakeStrings(call, input));
        const BasicTokenizeOptions options =
            TakeBasic(lower_case, keep_whitespace, form, preserve_unused_token);
        return call.Return([&] {
          return BertSubwords(self, texts, options, KindOf(strings));
        });
      },
      "input"_a, "strings"_a, "lower_case"_a, "keep_whitespace"_a,
      "normalization_form"_a.none(), "preserve_unused_token"_a,
      "[subwords, starts, ends] of the words of text.");
  c.def(
      "detokenize",
      [](const WordpieceTokenizer& self, nb::handle ids) {
        Call call;
        const Tensor taken = call.Take(ids);
        return call.Return([&]() -> absl::StatusOr<Tensor> {
          auto rows = ToIdRows(taken);
          if (!rows.ok()) return rows.status();
          auto words = self.Detokenize(rows->rows);
          if (!words.ok()) return words.status();
          return Tensor::FromPartitions(std::move(rows->outer),
                                        Tensor(*std::move(words)));
        });
      },
      "ids"_a, "The words of rows of ids.");
  c.def_prop_ro("size", &WordpieceTokenizer::size, "Tokens and buckets.");
}

void BindFastWordpieceTokenizer(nb::module_& m) {
  nb::class_<FastWordpieceTokenizer> c(m, "_FastWordpieceTokenizer",
                                       "Cuts text or words into subwords.");
  c.def(
      "__init__",
      [](FastWordpieceTokenizer* self, nb::handle vocab,
         const nb::bytes& suffix_indicator, int64_t max_bytes_per_word,
         const nb::bytes& unknown_token, bool no_pretokenization) {
        Call call;
        const Tensor tokens = TakeStrings(call, vocab);
        FastWordpieceOptions options;
        options.suffix_indicator = ToText(suffix_indicator);
        options.max_bytes_per_word = max_bytes_per_word;
        options.unknown_token = ToText(unknown_token);
        options.no_pretokenization = no_pretokenization;
        new (self) FastWordpieceTokenizer(ValueOrRaise(Call::Run([&] {
          return FastWordpieceTokenizer::Create(tokens.strings().view(),
                                                options);
        })));
      },
      "vocab"_a, "suffix_indicator"_a, "max_bytes_per_word"_a,
      "unknown_token"_a, "no_pretokenization"_a);
  c.def(
      "tokenize",
      [](const FastWordpieceTokenizer& self, nb::handle input, bool strings) {
        Call call;
        const Tensor texts = TakeStrings(call, input);
        return call.Return([&] {
          const SubwordKind kind = KindOf(strings);
          return GiveUnder(texts, self.Tokenize(texts.strings().view(), kind),
                           kind);
        });
      },
      "input"_a, "strings"_a, "[subwords, starts, ends].");
  c.def(
      "bert_tokenize",
      [](const FastWordpieceTokenizer& self, nb::handle input, bool strings,
         bool lower_case) {
        Call call;
        const Tensor texts = TakeStrings(call, input);
        return call.Return([&] {
          const SubwordKind kind = KindOf(strings);
          const FastBertTokenizer tokenizer(self, lower_case);
          return GiveUnder(
              texts, tokenizer.Tokenize(texts.strings().view(), kind), kind);
        });
      },
      "input"_a, "strings"_a, "lower_case"_a,
      "[subwords, starts, ends], the offsets in the text as given.");
  c.def(
      "detokenize",
      [](const FastWordpieceTokenizer& self, nb::handle ids) {
        Call call;
        const Tensor taken = call.Take(ids);
        return call.Return([&]() -> absl::StatusOr<Tensor> {
          auto rows = ToIdRows(taken);
          if (!rows.ok()) return rows.status();
          auto texts = self.Detokenize(rows->rows);
          if (!texts.ok()) return texts.status();
          return Tensor::FromPartitions(std::move(rows->outer),
                                        Tensor::Vector(*std::move(texts)));
        });
      },
      "ids"_a, "The text of each row of ids.");
  c.def_prop_ro("size", &FastWordpieceTokenizer::size, "Tokens.");
}

std::optional<int64_t> TakeOptional(nb::handle value, const char* name) {
  if (value.is_none()) return std::nullopt;
  return Call::TakeInt64(value, name);
}

void BindLearner(nb::module_& m) {
  m.def(
      "_learn_wordpiece",
      [](nb::handle words, nb::handle counts, int64_t vocab_size,
         nb::handle reserved_tokens, nb::handle upper_thresh,
         nb::handle lower_thresh, int64_t num_iterations,
         nb::handle max_input_tokens, int64_t max_token_length,
         int64_t max_unique_chars, double slack_ratio,
         bool include_joiner_token, const nb::bytes& joiner) {
        Call call;
        const Tensor texts = TakeStrings(call, words);
        const Tensor numbers = call.Take(counts, DType::kInt64);
        const Tensor reserved = TakeStrings(call, reserved_tokens);
        WordpieceLearnerOptions options;
        options.vocab_size = vocab_size;
        for (int64_t i = 0; i < reserved.strings().size(); ++i)
          options.reserved_tokens.emplace_back(reserved.strings()[i]);
        options.upper_thresh = TakeOptional(upper_thresh, "upper_thresh");
        options.lower_thresh = TakeOptional(lower_thresh, "lower_thresh");
        options.num_iterations = num_iterations;
        options.max_input_tokens =
            TakeOptional(max_input_tokens, "max_input_tokens").value_or(-1);
        options.max_token_length = max_token_length;
        options.max_unique_chars = max_unique_chars;
        options.slack_ratio = slack_ratio;
        options.include_joiner_token = include_joiner_token;
        options.joiner = ToText(joiner);
        return call.Return([&]() -> absl::StatusOr<Tensor> {
          auto tokens = LearnWordpiece(texts.strings().view(),
                                       numbers.items<int64_t>(), options);
          if (!tokens.ok()) return tokens.status();
          return Tensor::Vector(*std::move(tokens));
        });
      },
      "words"_a, "counts"_a, "vocab_size"_a, "reserved_tokens"_a,
      "upper_thresh"_a.none(), "lower_thresh"_a.none(), "num_iterations"_a,
      "max_input_tokens"_a.none(), "max_token_length"_a, "max_unique_chars"_a,
      "slack_ratio"_a, "include_joiner_token"_a, "joiner"_a);
}

}  // namespace

void BindWordpiece(nb::module_& m) {
  BindLearner(m);
  BindWordpieceTokenizer(m);
  BindFastWordpieceTokenizer(m);
  m.def(
      "text_basic_tokenize",
      [](nb::handle input, const nb::str& lower_case, bool keep_whitespace,
         nb::handle form, bool preserve_unused_token) {
        Call call;
        const Tensor texts = AtLeastVector(TakeStrings(call, input));
        const BasicTokenizeOptions options =
            TakeBasic(lower_case, keep_whitespace, form, preserve_unused_token);
        return call.Return([&] { return BasicTokens(texts, options); });
      },
      "input"_a, "lower_case"_a = "", "keep_whitespace"_a = false,
      "normalization_form"_a.none() = nb::none(),
      "preserve_unused_token"_a = false,
      "[tokens, starts, ends] of rs.text.BasicTokenizer; lower_case is '', "
      "'strip' (accents) or 'keep'.\n\n"
      ">>> rs.text_basic_tokenize(['a-b c'])[0].to_list()\n"
      "[[b'a', b'-', b'b', b'c']]");
}

}  // namespace rowsplit::python
