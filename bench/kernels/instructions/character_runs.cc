// Kernels on the characters of UTF-8.
#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "kernels/count_characters.h"
#include "kernels/instructions/inputs.h"
#include "kernels/instructions/kernel_runs.h"
#include "kernels/utf8_case.h"
#include "kernels/utf8_decode.h"
#include "kernels/utf8_encode.h"
#include "kernels/utf8_normalize.h"
#include "kernels/word_blocks.h"
#include "kernels/word_breaks.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/text/normalize.h"
#include "text/bert_text.h"
#include "text/case_mapper.h"
#include "text/normal_mapper.h"

namespace rowsplit::bench {

namespace {

struct Dataset {
  const char* name;
  const StringTensor& (*rows)();
};
constexpr Dataset kDatasets[] = {{"prose", ProseRows},
                                 {"languages", LanguageRows}};

void AddCount(KernelRuns& runs) {
  runs.Add("kernels/count_characters/text", [] {
    return [text = TextOf(LanguageRows()), count = size_t{0}]() mutable {
      count += kernels::CountCharacters(Bytes(text), text.size());
    };
  });
  runs.Add("kernels/count_characters/rows", [] {
    return [counts = std::vector<int32_t>(Rows(LanguageRows()))]() mutable {
      const StringTensor& rows = LanguageRows();
      kernels::CountRowCharacters(Bytes(rows), Offsets(rows), Rows(rows),
                                  counts.data());
    };
  });
  runs.Add("kernels/count_characters/find", [] {
    return [text = TextOf(LanguageRows()), place = size_t{0}]() mutable {
      place += kernels::FindCharacter(Bytes(text), text.size(), 40'000);
    };
  });
}

void AddCase(KernelRuns& runs) {
  for (const Dataset& data : kDatasets) {
    runs.Add(std::string("kernels/utf8_case/lower_") + data.name, [data] {
      return [text = TextOf(data.rows()),
              out = std::vector<uint8_t>(100'000)]() mutable {
        const kernels::Utf8CaseMap& map = internal::CaseMapper::Lower().map();
        for (size_t at = 0; at < text.size();) {
          // Behind what is special; its bytes are no beginnings.
          at += kernels::MapUtf8Case(map, Bytes(text) + at, text.size() - at,
                                     out.data() + at);
          do ++at;
          while (at < text.size() && (text[at] & 0xC0) == 0x80);
        }
      };
    });
  }
}

std::vector<int32_t> CodePoints(const std::string& text) {
  std::vector<int32_t> code_points(
      kernels::CountCharacters(Bytes(text), text.size()));
  kernels::DecodeUtf8(Bytes(text), text.size(), code_points.size(),
                      code_points.data());
  return code_points;
}

void AddDecode(KernelRuns& runs) {
  for (const Dataset& data : kDatasets) {
    const std::string name = data.name;
    runs.Add("kernels/utf8_decode/count_" + name, [data] {
      return [data, ends = std::vector<Offset>(Rows(data.rows()))]() mutable {
        const StringTensor& rows = data.rows();
        kernels::CountUtf8Characters(Bytes(rows), Offsets(rows), Rows(rows),
                                     ends.data());
      };
    });
    runs.Add("kernels/utf8_decode/decode_" + name, [data] {
      const std::string text = TextOf(data.rows());
      return [text, out = CodePoints(text)]() mutable {
        kernels::DecodeUtf8(Bytes(text), text.size(), out.size(), out.data());
      };
    });
    runs.Add("kernels/utf8_decode/places_" + name, [data] {
      const std::string text = TextOf(data.rows());
      const size_t count = CodePoints(text).size();
      return [text, out = std::vector<Offset>(count)]() mutable {
        kernels::FindUtf8Characters(Bytes(text), text.size(), out.size(), 7,
                                    out.data());
      };
    });
  }
}

void AddEncode(KernelRuns& runs) {
  runs.Add("kernels/utf8_encode/scalars", [] {
    return [code_points = CodePoints(TextOf(LanguageRows())),
            place = size_t{0}]() mutable {
      place += kernels::FindNonScalar(code_points.data(), code_points.size());
    };
  });
  runs.Add("kernels/utf8_encode/count", [] {
    return [code_points = CodePoints(TextOf(LanguageRows())),
            splits = RowSplits(1000, 20, 4),
            ends = std::vector<Offset>(1000)]() mutable {
      kernels::CountUtf8Bytes(code_points.data(), splits.data(), ends.size(),
                              ends.data());
    };
  });
  for (const Dataset& data : kDatasets) {
    runs.Add(std::string("kernels/utf8_encode/encode_") + data.name, [data] {
      const std::string text = TextOf(data.rows());
      return [code_points = CodePoints(text),
              out = std::vector<uint8_t>(text.size())]() mutable {
        kernels::EncodeUtf8(code_points.data(), code_points.size(), out.size(),
                            out.data());
      };
    });
  }
}

void AddNormalize(KernelRuns& runs) {
  const std::pair<const char*, NormalForm> forms[] = {
      {"nfc_", NormalForm::kNfc},
      {"nfkc_", NormalForm::kNfkc},
      {"nfd_", NormalForm::kNfd}};
  for (const auto& [form_name, form] : forms) {
    for (const Dataset& data : kDatasets) {
      runs.Add(
          std::string("kernels/utf8_normalize/") + form_name + data.name,
          [form = form, data] {
            return [form, data,
                    ends = std::vector<Offset>(Rows(data.rows()))]() mutable {
              const StringTensor& rows = data.rows();
              BufferBuilder<char> out;
              internal::NormalMapper::Of(form).AppendRows(
                  rows.bytes().data(), rows.view().offsets(), ends.data(), out);
            };
          });
    }
  }
}

void AddWords(KernelRuns& runs) {
  for (const Dataset& data : kDatasets) {
    runs.Add(std::string("kernels/word_blocks/bert_") + data.name, [data] {
      return [data, num_words = size_t{0}]() mutable {
        const kernels::CharacterMap& map =
            internal::BertCharacters::Of({}).map();
        const StringTensor& rows = data.rows();
        kernels::WordScratch scratch(map, false);
        scratch.Start();
        kernels::WordBlock block;
        while (kernels::NextWordBlock(
            map, {Bytes(rows), rows.bytes().size(), Offsets(rows), Rows(rows)},
            scratch, &block)) {
          num_words += block.num_words;
        }
      };
    });
  }
  runs.Add("kernels/word_breaks/prose", [] {
    using Class = kernels::AsciiWordClasses;
    Class classes;
    for (int c = 'a'; c <= 'z'; ++c) {
      for (const int letter : {c, c - 32}) {
        Class::Add(classes.word, static_cast<uint8_t>(letter));
        Class::Add(classes.letter, static_cast<uint8_t>(letter));
      }
    }
    Class::Add(classes.in_word, '.');
    Class::Add(classes.in_number, ',');
    Class::Add(classes.space, ' ');
    return [classes, text = TextOf(ProseRows()),
            breaks = std::vector<uint64_t>(2000),
            wide = std::vector<uint64_t>(2000)]() mutable {
      kernels::FindAsciiWordBreaks(classes, Bytes(text), text.size(),
                                   breaks.data(), wide.data());
    };
  });
}

}  // namespace

void AddCharacterRuns(KernelRuns& runs) {
  AddCount(runs);
  AddCase(runs);
  AddDecode(runs);
  AddEncode(runs);
  AddNormalize(runs);
  AddWords(runs);
}

}  // namespace rowsplit::bench
