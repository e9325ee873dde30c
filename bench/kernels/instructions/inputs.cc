#include "kernels/instructions/inputs.h"

#include <algorithm>
#include <map>
#include <random>
#include <string_view>
#include <utility>

#include "support/datasets.h"
#include "support/text_rows.h"

namespace rowsplit::bench {

namespace {

constexpr kernels::HashSeed kSeed = {{0x8c5f9e0d1b3a7725, 0x9d1f04c6a8e2b371}};

constexpr std::string_view kLanguages =
    "Işık söndü, uzaktan İnce bir ses duyuldu\n"
    "El viento movía despacio las hojas del Naranjo junto al muro\n"
    "Вчера купихме Хляб и две ябълки от пазара край реката\n"
    "Το βράδυ η γάτα κοιμάται και ΟΙ ΔΡΟΜΟΙ ΤΗΣ ΠΟΛΗΣ αδειάζουν\n"
    "Sáng nay trời mưa nhỏ và Con Đường rất vắng, e\u0301tait ﬁn\n"
    "Żółta łódka płynie powoli po Cichym jeziorze\n"
    "आज बाज़ार में ताज़े फल और सब्ज़ियाँ बहुत सस्ती थीं\n"
    "駅の前の小さな店で、温かいパンを買いました。ＡＢＣ\n"
    "昨天下午,我们在河边看见了三只白鹭\n"
    "아침마다 할머니는 마당에 물을 뿌리신다\n";

}  // namespace

const StringTensor& ProseRows() {
  static const auto* rows = [] {
    // Long words are rare, as in prose, but not absent.
    std::mt19937_64 random(11);
    std::string text;
    WordSource words(20261129, 4000);
    for (int in_line = 0; text.size() < 96'000;) {
      std::string word = words.Next();
      if (Below(random, 60) == 0) word += "andmorethanfifteen";
      if (Below(random, 9) == 0) word[0] = static_cast<char>(word[0] - 32);
      if (Below(random, 7) == 0) word += Below(random, 3) == 0 ? '.' : ',';
      text += word;
      const bool ends = ++in_line >= 30 || Below(random, 15) == 0;
      text += ends ? '\n' : ' ';
      if (ends) in_line = 0;
    }
    return new StringTensor(Lines(text));
  }();
  return *rows;
}

const StringTensor& LanguageRows() {
  static const auto* rows = [] {
    std::string text;
    for (int i = 0; i < 100; ++i) text += kLanguages;
    return new StringTensor(Lines(text));
  }();
  return *rows;
}

std::string TextOf(const StringTensor& rows) {
  std::string text(rows.view().text());
  text.reserve(text.size() + 64);
  return text;
}

const ProseTokens& TokensOfProse() {
  static const auto* tokens = [] {
    auto* made = new ProseTokens;
    const StringTensor& rows = ProseRows();
    for (int64_t row = 0; row < rows.size(); ++row) {
      const auto offset = static_cast<uint32_t>(rows.view().offsets()[row]);
      const std::string_view line = rows[row];
      for (size_t begin = 0; begin < line.size();) {
        const size_t end = std::min(line.find(' ', begin), line.size());
        if (end > begin) {
          made->spans.push_back({offset + static_cast<uint32_t>(begin),
                                 static_cast<uint32_t>(end - begin)});
        }
        begin = end + 1;
      }
      made->row_ends.push_back(static_cast<Offset>(made->spans.size()));
    }
    return made;
  }();
  return *tokens;
}

StringTensor FrequentWords(size_t size) {
  const std::string_view text = ProseRows().view().text();
  std::map<std::string_view, int64_t> counts;
  for (const TokenSpan span : TokensOfProse().spans)
    ++counts[text.substr(span.begin, span.size)];
  std::vector<std::pair<int64_t, std::string_view>> ranked;
  ranked.reserve(counts.size());
  for (const auto& [word, count] : counts) ranked.emplace_back(-count, word);
  std::sort(ranked.begin(), ranked.end());
  ranked.resize(std::min(size, ranked.size()));
  StringTensorBuilder words;
  for (const auto& [count, word] : ranked) words.Append(word);
  return std::move(words).Build();
}

WordTable::WordTable(StringTensor tokens) : tokens_(std::move(tokens)) {
  uint64_t num_long = 0;
  for (int64_t id = 0; id < tokens_.size(); ++id)
    num_long += tokens_[id].size() > kernels::kMaxInlineSize;
  view_.num_tokens = static_cast<uint64_t>(tokens_.size());
  view_.num_buckets = kernels::NumBuckets(view_.num_tokens - num_long);
  view_.num_long_slots = kernels::NumLongSlots(num_long);
  view_.seed = kSeed;
  view_.bytes = tokens_.bytes().data();
  view_.num_bytes = tokens_.bytes().size();
  view_.offsets = Offsets(tokens_);
  buckets_.ResizeUninitialized(view_.num_buckets);
  long_slots_.ResizeUninitialized(view_.num_long_slots);
  Fill();
}

void WordTable::Fill() {
  kernels::TokenTableWriter writer(buckets_.data(), long_slots_.data(), view_);
  for (int64_t id = 0; id < tokens_.size(); ++id)
    writer.Insert(static_cast<int32_t>(id));
  view_ = writer.view();
}

std::vector<int64_t> RowSplits(size_t num_rows, uint64_t mean, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<int64_t> splits = {0};
  for (size_t row = 0; row < num_rows; ++row) {
    splits.push_back(splits.back() +
                     static_cast<int64_t>(Below(random, 2 * mean + 1)));
  }
  return splits;
}

std::vector<int64_t> Integers(size_t count, uint64_t bound, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<int64_t> integers(count);
  for (int64_t& integer : integers)
    integer = static_cast<int64_t>(Below(random, bound));
  return integers;
}

std::vector<float> Floats(size_t count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<float> floats(count);
  for (float& value : floats)
    value = static_cast<float>(random() >> 40) * 0x1p-23F - 1;
  return floats;
}

Tensor RaggedIds(size_t num_rows, uint64_t mean, uint64_t bound) {
  const std::vector<int64_t> splits = RowSplits(num_rows, mean, 21);
  const std::vector<int64_t> ids =
      Integers(static_cast<size_t>(splits.back()), bound, 22);
  return *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>::Copy(ids)),
                                splits);
}

}  // namespace rowsplit::bench
