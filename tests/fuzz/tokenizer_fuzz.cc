// Tokenizers: words by vectors against the plain loop, pieces by the automaton
// against the longest piece first, any tokenizer.json, and offsets that lie in
// their text.

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz/input.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/tokenizer.h"
#include "text/wordpiece_trie.h"

namespace rowsplit {
namespace {

std::string MakeText(fuzz::Input& input) {
  static constexpr std::string_view kParts[] = {"a",
                                                "b",
                                                " ",
                                                "A",
                                                ".",
                                                "##",
                                                "[x]",
                                                "\xC3\x89",
                                                "e\xCC\x81",
                                                "\xE6\x97\xA5",
                                                "\xEF\xAC\xAC",
                                                "\xED\x95\x9C",
                                                "\xF0\x9D\x85\xA0",
                                                "\xE3\x80\xAE",
                                                "\xE0\xA3\x94",
                                                "\xC3",
                                                "\xE2\x82",
                                                "\xFF",
                                                "\x01"};
  std::string text;
  for (int64_t size = input.Below(80); size > 0; --size) {
    const uint8_t byte = input.Byte();
    if (byte < 240) {
      text += kParts[byte % std::size(kParts)];
    } else {
      text += static_cast<char>(input.Byte());
    }
  }
  return text;
}

void CheckTrie(fuzz::Input& input) {
  StringTensorBuilder builder;
  for (int64_t i = input.Below(30); i > 0; --i) {
    std::string token = input.Flag() ? "##" : "";
    for (int64_t size = input.Below(6); size > 0; --size)
      token += static_cast<char>('a' + input.Below(3));
    builder.Append(token);
  }
  const auto trie =
      internal::WordpieceTrie::Make(std::move(builder).Build(), "##");
  ROWSPLIT_FUZZ_CHECK(trie.ok());
  std::string word;
  for (int64_t size = input.Below(30); size > 0; --size)
    word += static_cast<char>('a' + input.Below(3));
  std::vector<int32_t> expected;
  for (size_t at = 0; at < word.size();) {
    const auto piece =
        trie->LongestPiece(std::string_view(word).substr(at), at == 0);
    if (piece.id < 0) {
      expected.clear();
      break;
    }
    expected.push_back(piece.id);
    at += piece.size;
  }
  std::vector<int32_t> ids(word.size() + 1);
  ids.resize(trie->Split(word, ids.data()));
  ROWSPLIT_FUZZ_CHECK(ids == expected);
}

std::string Json(fuzz::Input& input) {
  const auto flag = [&] { return input.Flag() ? "true" : "false"; };
  std::string json = "{";
  if (input.Flag()) {
    json += std::string("\"added_tokens\":[{\"id\":9,\"content\":\"[x]\",") +
            "\"single_word\":" + flag() + ",\"lstrip\":" + flag() +
            ",\"rstrip\":" + flag() + ",\"normalized\":" + flag() +
            ",\"special\":" + flag() + "}],";
  }
  if (input.Flag()) {
    json += std::string("\"normalizer\":{\"type\":\"BertNormalizer\",") +
            "\"clean_text\":" + flag() + ",\"handle_chinese_chars\":" + flag() +
            ",\"strip_accents\":" + flag() + ",\"lowercase\":" + flag() + "},";
  }
  const std::string cut = input.Flag() ? "BertPreTokenizer" : "WhitespaceSplit";
  json += "\"pre_tokenizer\":{\"type\":\"" + cut + "\"},";
  if (input.Flag()) {
    json +=
        "\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"[UNK]\":0,\"a\":1,"
        "\"##a\":2,\"ab\":3,\"##b\":4,\"e\":5,\".\":6,\"##aab\":7}}}";
  } else {
    json += std::string("\"model\":{\"type\":\"BPE\",\"unk_token\":\"u\",") +
            "\"fuse_unk\":" + flag() +
            ",\"vocab\":{\"u\":0,\"a\":1,\"b\":2,\"ab\":3,\"aba\":4},"
            "\"merges\":[\"a b\",\"ab a\"]}}";
  }
  return json;
}

void CheckTokenizer(fuzz::Input& input) {
  const auto tokenizer = Tokenizer::FromJson(Json(input));
  ROWSPLIT_FUZZ_CHECK(tokenizer.ok());
  StringTensorBuilder builder;
  for (int64_t rows = input.Below(4); rows >= 0; --rows)
    builder.Append(MakeText(input));
  const StringTensor texts = std::move(builder).Build();
  const auto encoded = tokenizer->Encode(
      texts, {.offsets = OffsetUnit::kBytes, .exec = {.num_threads = 1}});
  const auto plain = tokenizer->Encode(texts, {.exec = {.num_threads = 1}});
  ROWSPLIT_FUZZ_CHECK(encoded.ok() && plain.ok());
  ROWSPLIT_FUZZ_CHECK(encoded->ids == plain->ids);
  const auto splits = encoded->ids.row_splits();
  for (int64_t row = 0; row < texts.size(); ++row) {
    const auto size = static_cast<Offset>(texts[row].size());
    for (Offset i = splits[row]; i < splits[row + 1]; ++i) {
      const auto at = static_cast<size_t>(i);
      ROWSPLIT_FUZZ_CHECK(0 <= encoded->starts[at] &&
                          encoded->starts[at] <= encoded->ends[at] &&
                          encoded->ends[at] <= size);
    }
  }
  ROWSPLIT_FUZZ_CHECK(tokenizer->Decode(encoded->ids.view()).ok());
}

}  // namespace
}  // namespace rowsplit

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  rowsplit::fuzz::Input input(data, size);
  rowsplit::CheckTrie(input);
  rowsplit::CheckTokenizer(input);
  // Whatever a file says, it is read or refused.
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(rowsplit::Tokenizer::FromJson(text).ok());
  return 0;
}
