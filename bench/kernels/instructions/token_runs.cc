// Kernels that find tokens and their ids.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernels/byte_map.h"
#include "kernels/inline_key.h"
#include "kernels/instructions/inputs.h"
#include "kernels/instructions/kernel_runs.h"
#include "kernels/row_counts.h"
#include "kernels/span_ids.h"
#include "kernels/token_ids.h"
#include "kernels/token_spans.h"
#include "kernels/token_table.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/text/punctuation.h"

namespace rowsplit::bench {

namespace {

using kernels::ByteMap;
using kernels::CompiledByteMap;

CompiledByteMap LowerAndStrip() {
  return CompiledByteMap(
      Then(ByteMap::AsciiLower(), ByteMap::DropClass(AsciiPunctuation())));
}

kernels::TextRowsView ProseView() {
  const StringTensor& rows = ProseRows();
  return {Bytes(rows), Offsets(rows), Rows(rows)};
}

void AddSpans(KernelRuns& runs) {
  const auto add = [&runs](const std::string& what, auto find) {
    runs.Add("kernels/token_spans/" + what, [find] {
      return [find, text = TextOf(ProseRows()),
              spans = std::vector<TokenSpan>(50'000),
              ends = std::vector<Offset>(Rows(ProseRows()))]() mutable {
        find(text, spans.data(), ends.data());
      };
    });
  };
  add("text", [](const std::string& text, TokenSpan* spans, Offset*) {
    kernels::FindTokenSpans(Bytes(text), text.size(), 0, spans);
  });
  add("rows", [](const std::string&, TokenSpan* spans, Offset*) {
    const StringTensor& rows = ProseRows();
    kernels::FindRowTokenSpans(Bytes(rows), Offsets(rows), Rows(rows), spans);
  });
  add("count", [](const std::string&, TokenSpan*, Offset* ends) {
    const StringTensor& rows = ProseRows();
    kernels::CountRowTokens(Bytes(rows), Offsets(rows), Rows(rows), ends);
  });
  add("count_byte", [](const std::string& text, TokenSpan*, Offset* ends) {
    ends[0] =
        static_cast<Offset>(kernels::CountByte(Bytes(text), text.size(), ','));
  });
  runs.Add("kernels/token_spans/lines", [] {
    std::string text = TextOf(ProseRows());
    for (size_t i = 40; i < text.size(); i += 60) text[i] = '\n';
    return [text, spans = std::vector<TokenSpan>(5000)]() mutable {
      kernels::FindLineSpans(Bytes(text), text.size(), 0, spans.data());
    };
  });
}

class CountTokens : public kernels::TokenBlockSink {
 public:
  void Add(const kernels::TokenBlock& block) override {
    num_tokens += block.num_tokens;
  }
  size_t num_tokens = 0;
};

class CountUnknown : public kernels::TokenIdBlockSink {
 public:
  void Add(const kernels::TokenBlock&, const int64_t*, const uint32_t*,
           size_t num_unknown) override {
    num_unknown_ += num_unknown;
  }

 private:
  size_t num_unknown_ = 0;
};

void AddIds(KernelRuns& runs) {
  runs.Add("kernels/token_ids/blocks", [] {
    return [map = LowerAndStrip(),
            scratch = std::make_shared<kernels::TokenScratch>(),
            ends = std::vector<Offset>(Rows(ProseRows()))]() mutable {
      CountTokens sink;
      kernels::FindTokenBlocks(map, ProseView(), *scratch, sink, ends.data());
    };
  });
  for (const size_t size : {500, 5000}) {
    runs.Add("kernels/token_ids/vocabulary_" + std::to_string(size), [size] {
      const kernels::TextRowsView rows = ProseView();
      return [map = LowerAndStrip(),
              table = std::make_shared<WordTable>(FrequentWords(size)),
              scratch = std::make_shared<kernels::TokenScratch>(),
              ids = std::vector<int64_t>(
                  kernels::MaxTokens(rows.num_bytes(), rows.num_rows)),
              ends = std::vector<Offset>(rows.num_rows)]() mutable {
        kernels::FindTokenIds(map, ProseView(), table->view(), {}, *scratch,
                              ids.data(), ends.data());
      };
    });
  }
  runs.Add("kernels/token_ids/id_blocks", [] {
    return [map = LowerAndStrip(),
            table = std::make_shared<WordTable>(FrequentWords(1000)),
            scratch = std::make_shared<kernels::TokenScratch>(),
            ends = std::vector<Offset>(Rows(ProseRows()))]() mutable {
      CountUnknown sink;
      kernels::FindTokenIdBlocks(map, ProseView(), table->view(), *scratch,
                                 sink, ends.data());
    };
  });
  for (const size_t size : {500, 5000}) {
    runs.Add("kernels/span_ids/vocabulary_" + std::to_string(size), [size] {
      return
          [table = std::make_shared<WordTable>(FrequentWords(size)),
           text = TextOf(ProseRows()),
           ids = std::vector<int64_t>(TokensOfProse().spans.size())]() mutable {
            const std::vector<TokenSpan>& spans = TokensOfProse().spans;
            kernels::FindIds(table->view(), text.data(), text.size(),
                             spans.data(), spans.size(), 2, 1, ids.data());
          };
    });
  }
}

// Token by token, as code does that has no block of them.
void AddTable(KernelRuns& runs) {
  runs.Add("kernels/inline_key/hash", [] {
    return [text = TextOf(ProseRows()), sum = uint64_t{0}]() mutable {
      const kernels::HashSeed seed = {{0x8c5f9e0d1b3a7725, 0x9d1f04c6a8e2b371}};
      for (const TokenSpan span : TokensOfProse().spans) {
        const auto token = std::string_view(text).substr(span.begin, span.size);
        sum += token.size() > kernels::kMaxInlineSize
                   ? kernels::HashLong(token, seed)
                   : kernels::HashKey(kernels::CopyKey(token), seed);
      }
    };
  });
  runs.Add("kernels/token_table/find", [] {
    return [table = std::make_shared<WordTable>(FrequentWords(1000)),
            text = TextOf(ProseRows()), sum = int64_t{0}]() mutable {
      for (const TokenSpan span : TokensOfProse().spans) {
        sum += kernels::FindId(table->view(), std::string_view(text).substr(
                                                  span.begin, span.size));
      }
    };
  });
  runs.Add("kernels/token_table/fill", [] {
    return [table = std::make_shared<WordTable>(FrequentWords(3000))] {
      table->Fill();
    };
  });
}

// Short rows, and rows of many ids.
void AddRowCounts(KernelRuns& runs) {
  for (const uint64_t mean : {uint64_t{40}, uint64_t{400}}) {
    runs.Add("kernels/row_counts/mean_" + std::to_string(mean), [mean] {
      std::vector<int64_t> ends = RowSplits(16'000 / mean, mean, 3);
      ends.erase(ends.begin());
      const auto size = static_cast<size_t>(ends.back());
      return [ends, ids = Integers(size, 500, 4),
              columns = std::vector<int64_t>(size),
              counts = std::vector<int32_t>(size),
              count_ends = std::vector<int64_t>(ends.size())]() mutable {
        kernels::CountRowIds(ids.data(), ends.data(), ends.size(),
                             columns.data(), counts.data(), count_ends.data());
      };
    });
  }
}

}  // namespace

void AddTokenRuns(KernelRuns& runs) {
  AddSpans(runs);
  AddIds(runs);
  AddTable(runs);
  AddRowCounts(runs);
}

}  // namespace rowsplit::bench
