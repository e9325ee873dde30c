// Kernels on bytes, whatever characters they are.
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "kernels/byte_map.h"
#include "kernels/copy_ranges.h"
#include "kernels/crc32c.h"
#include "kernels/instructions/inputs.h"
#include "kernels/instructions/kernel_runs.h"
#include "kernels/literal_scan.h"
#include "kernels/pad_rows.h"
#include "kernels/row_fields.h"
#include "rowsplit/core/byte_set.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/text/punctuation.h"

namespace rowsplit::bench {

namespace {

using kernels::ByteMap;
using kernels::CompiledByteMap;

ByteMap LowerAndStrip() {
  return Then(ByteMap::AsciiLower(), ByteMap::DropClass(AsciiPunctuation()));
}

// Beyond the form that vectors do: vowels turn round.
ByteMap Irregular() {
  ByteMap map = LowerAndStrip();
  std::swap(map.to['a'], map.to['e']);
  std::swap(map.to['i'], map.to['o']);
  return map;
}

void AddByteMap(KernelRuns& runs) {
  const auto map_bytes = [&runs](const std::string& what, const ByteMap& map) {
    runs.Add("kernels/byte_map/" + what, [map] {
      return [map = CompiledByteMap(map), text = TextOf(ProseRows()),
              out = std::vector<uint8_t>(96'200)]() mutable {
        kernels::MapBytes(map, Bytes(text), text.size(), out.data());
      };
    });
  };
  const auto drop_bytes = [&runs](const std::string& what, const ByteMap& map) {
    runs.Add("kernels/byte_map/" + what, [map] {
      return [map = CompiledByteMap(map), text = TextOf(ProseRows()),
              out = std::vector<uint8_t>(96'200)]() mutable {
        kernels::MapAndDropBytes(map, Bytes(text), text.size(), out.data());
      };
    });
  };
  map_bytes("lower", ByteMap::AsciiLower());
  map_bytes(
      "punctuation_to_space",
      Then(ByteMap::AsciiLower(), ByteMap::MapClass(AsciiPunctuation(), ' ')));
  drop_bytes("lower_and_strip", LowerAndStrip());
  drop_bytes("table_and_drop", Irregular());
  runs.Add("kernels/byte_map/count_kept", [] {
    return [map = CompiledByteMap(LowerAndStrip()),
            ends = std::vector<Offset>(Rows(ProseRows()))]() mutable {
      const StringTensor& rows = ProseRows();
      kernels::CountKeptBytes(map, Bytes(rows), Offsets(rows), Rows(rows),
                              ends.data());
    };
  });
}

void AddCopyRanges(KernelRuns& runs) {
  runs.Add("kernels/copy_ranges/tokens", [] {
    return [text = TextOf(ProseRows()),
            out = std::vector<uint8_t>(96'200)]() mutable {
      const uint8_t* const limit = Bytes(text) + text.size();
      const std::vector<TokenSpan>& spans = TokensOfProse().spans;
      size_t size = 0;
      for (const TokenSpan span : spans) size += span.size;
      kernels::RangeCopier copier(out.data(), out.data() + size);
      for (const TokenSpan span : spans)
        copier.Add(Bytes(text) + span.begin, span.size, limit);
      copier.Flush();
    };
  });
}

void AddChecksums(KernelRuns& runs) {
  runs.Add("kernels/crc32c/best", [] {
    return [text = TextOf(ProseRows()), crc = uint32_t{0}]() mutable {
      crc ^= kernels::Crc32c(Bytes(text), text.size());
    };
  });
  runs.Add("kernels/crc32c/table", [] {
    return [text = TextOf(ProseRows()), crc = uint32_t{0}]() mutable {
      crc ^= kernels::Crc32cTable(Bytes(text), text.size());
    };
  });
}

void AddLiteralScan(KernelRuns& runs) {
  runs.Add("kernels/literal_scan/three", [] {
    const std::vector<std::string> literals = {"andm", "qu", "xyz"};
    return [filter = kernels::LiteralFilter(literals),
            text = TextOf(ProseRows()), found = uint64_t{0}]() mutable {
      for (size_t at = 0;;) {
        const kernels::CandidateBlock block =
            kernels::FindCandidates(filter, Bytes(text), at, text.size());
        if (block.candidates == 0) break;
        found ^= block.candidates;
        at = block.begin + 64;
      }
    };
  });
}

void AddPadRows(KernelRuns& runs) {
  constexpr size_t kRows = 2000;
  constexpr size_t kRowSize = 32 * sizeof(int64_t);
  runs.Add("kernels/pad_rows/pad", [] {
    std::vector<int64_t> splits = RowSplits(kRows, 20, 5);
    const auto size = static_cast<size_t>(splits.back());
    return [splits = std::move(splits), values = Integers(size, 1000, 6),
            fill = std::vector<uint8_t>(kRowSize + kernels::kPadSlack),
            out = std::vector<uint8_t>(kRows * kRowSize)]() mutable {
      kernels::PadRows(splits.data(), kRows,
                       reinterpret_cast<const uint8_t*>(values.data()),
                       values.size() * sizeof(int64_t), sizeof(int64_t),
                       fill.data(), kRowSize, out.data());
    };
  });
  runs.Add("kernels/pad_rows/unpad", [] {
    std::vector<int64_t> splits = RowSplits(kRows, 15, 5);
    const auto size = static_cast<size_t>(splits.back());
    return [splits = std::move(splits),
            rows = std::vector<uint8_t>(kRows * kRowSize, 1),
            out = std::vector<int64_t>(size)]() mutable {
      kernels::UnpadRows(splits.data(), kRows, rows.data(), kRowSize,
                         sizeof(int64_t),
                         reinterpret_cast<uint8_t*>(out.data()));
    };
  });
}

void AddRowFields(KernelRuns& runs) {
  static constexpr uint8_t kBytes[] = {',', ' '};
  for (const size_t size : {size_t{1}, size_t{2}}) {
    const std::string width = std::to_string(size) + "_byte";
    const kernels::Separator separator = {kBytes + 2 - size, size};
    runs.Add("kernels/row_fields/count_" + width, [separator] {
      return
          [separator, ends = std::vector<Offset>(Rows(ProseRows()))]() mutable {
            const StringTensor& rows = ProseRows();
            kernels::CountRowFields(Bytes(rows), Offsets(rows), Rows(rows),
                                    separator, ends.data());
          };
    });
    runs.Add("kernels/row_fields/find_" + width, [separator] {
      return [separator, spans = std::vector<TokenSpan>(40'000)]() mutable {
        const StringTensor& rows = ProseRows();
        kernels::FindRowFields(Bytes(rows), Offsets(rows), Rows(rows),
                               separator, spans.data());
      };
    });
  }
}

}  // namespace

void AddByteRuns(KernelRuns& runs) {
  AddByteMap(runs);
  AddCopyRanges(runs);
  AddChecksums(runs);
  AddLiteralScan(runs);
  AddPadRows(runs);
  AddRowFields(runs);
}

}  // namespace rowsplit::bench
