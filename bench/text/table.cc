// The tasks on text that bench/peers/text.py measures beside other libraries:
// rowsplit's and ICU's part, one at a time, as they are asked for.
//
//   rowsplit_text_table TEXT TOKENIZER PARTS
//
// TEXT is a file that is taken line by line, TOKENIZER a tokenizer.json. The
// commands on standard input, one a line, and what they print:
//
//   list                          the tasks and contenders, one pair a line,
//                                 and an empty line
//   time TASK CONTENDER PART      nanoseconds of processor time, bytes of text
//   write TASK CONTENDER PATH     nothing but "done", after the result of all
//                                 lines was written to the file
//
// PART counts from 0 and is one of PARTS equal runs of lines, or -1: all lines.
// A result is written as the strings, one a line; or as the tokens, one a line
// and an empty line behind those of each string; or as ids with blanks between.

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/utext.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/boundaries.h"
#include "rowsplit/text/normalize.h"
#include "rowsplit/text/punctuation.h"
#include "rowsplit/text/split.h"
#include "rowsplit/text/tokenizer.h"
#include "rowsplit/text/unicode_case.h"

namespace rowsplit::bench {
namespace {

const ExecOptions kOneThread = {.num_threads = 1};

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "rowsplit_text_table: %s\n", what.c_str());
  std::exit(1);
}

template <typename T>
T Value(absl::StatusOr<T> value) {
  if (!value.ok()) Fail(std::string(value.status().message()));
  return *std::move(value);
}

// One contender of a task: `run` is what is measured, and `write` runs it and
// writes what came out.
struct Contender {
  std::function<void(StringTensorView)> run;
  std::function<void(StringTensorView, std::ostream&)> write;
};

// Of a function that gives strings.
template <typename Fn>
Contender GivesStrings(Fn fn) {
  return {[fn](StringTensorView lines) { benchmark::DoNotOptimize(fn(lines)); },
          [fn](StringTensorView lines, std::ostream& out) {
            const StringTensor strings = fn(lines);
            for (int64_t i = 0; i < strings.size(); ++i)
              out << strings[i] << '\n';
          }};
}

// Of a function that gives spans of the lines' bytes.
template <typename Fn>
Contender GivesSpans(Fn fn) {
  return {[fn](StringTensorView lines) { benchmark::DoNotOptimize(fn(lines)); },
          [fn](StringTensorView lines, std::ostream& out) {
            const RaggedTensor<TokenSpan> tokens = fn(lines);
            for (int64_t row = 0; row < tokens.num_rows(); ++row) {
              for (const TokenSpan token : tokens.view().row(row)) {
                out.write(lines.bytes().data() + token.begin, token.size);
                out << '\n';
              }
              out << '\n';
            }
          }};
}

// ICU's function on each line, which appends to a string.
template <typename Fn>
Contender IcuStrings(Fn fn) {
  return GivesStrings([fn](StringTensorView lines) {
    StringTensorBuilder builder;
    std::string result;
    for (int64_t i = 0; i < lines.size(); ++i) {
      result.clear();
      const std::string_view line = lines[i];
      icu::StringByteSink<std::string> sink(&result);
      fn(icu::StringPiece(line.data(), static_cast<int32_t>(line.size())),
         sink);
      builder.Append(result);
    }
    return std::move(builder).Build();
  });
}

void CheckIcu(UErrorCode error) {
  if (U_FAILURE(error)) Fail(u_errorName(error));
}

Contender IcuWords() {
  UErrorCode error = U_ZERO_ERROR;
  const std::shared_ptr<icu::BreakIterator> words(
      icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), error));
  CheckIcu(error);
  return GivesSpans([words](StringTensorView lines) {
    BufferBuilder<Offset> splits;
    BufferBuilder<TokenSpan> spans;
    splits.Append(Offset{0});
    for (int64_t i = 0; i < lines.size(); ++i) {
      UErrorCode error = U_ZERO_ERROR;
      UText text = UTEXT_INITIALIZER;
      const std::string_view line = lines[i];
      utext_openUTF8(&text, line.data(), static_cast<int64_t>(line.size()),
                     &error);
      words->setText(&text, error);
      CheckIcu(error);
      const auto base = static_cast<uint32_t>(lines.offsets()[i]);
      int32_t begin = words->first();
      for (int32_t end = words->next(); end != icu::BreakIterator::DONE;
           end = words->next()) {
        spans.Append(TokenSpan{base + static_cast<uint32_t>(begin),
                               static_cast<uint32_t>(end - begin)});
        begin = end;
      }
      splits.Append(static_cast<Offset>(spans.size()));
      utext_close(&text);
    }
    return Value(RaggedTensor<TokenSpan>::FromRowSplits(
        std::move(spans).Build(), std::move(splits).Build()));
  });
}

Contender WordPiece(const std::string& path) {
  const auto tokenizer =
      std::make_shared<Tokenizer>(Value(Tokenizer::FromFile(path)));
  const auto run = [tokenizer](StringTensorView lines) {
    return Value(tokenizer->Encode(
        lines, {.add_special_tokens = false, .exec = kOneThread}));
  };
  return {
      [run](StringTensorView lines) { benchmark::DoNotOptimize(run(lines)); },
      [run](StringTensorView lines, std::ostream& out) {
        const EncodedTexts encoded = run(lines);
        for (int64_t row = 0; row < encoded.ids.num_rows(); ++row) {
          const char* blank = "";
          for (const int64_t id : encoded.ids.view().row(row)) {
            out << blank << id;
            blank = " ";
          }
          out << '\n';
        }
      }};
}

using Contenders = std::map<std::pair<std::string, std::string>, Contender>;

Contenders MakeContenders(const std::string& tokenizer) {
  Contenders all;
  all[{"delete", "rowsplit"}] = GivesStrings([](StringTensorView lines) {
    return Value(StripPunctuation(lines, {.exec = kOneThread}));
  });
  all[{"split", "rowsplit"}] = GivesSpans([](StringTensorView lines) {
    return Value(SplitWhitespace(lines, {.exec = kOneThread}));
  });
  all[{"nfkc", "rowsplit"}] = GivesStrings([](StringTensorView lines) {
    return Value(
        Normalize(lines, {.form = NormalForm::kNfkc, .exec = kOneThread}));
  });
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(error);
  CheckIcu(error);
  all[{"nfkc", "ICU"}] =
      IcuStrings([nfkc](icu::StringPiece line, icu::ByteSink& sink) {
        UErrorCode status = U_ZERO_ERROR;
        nfkc->normalizeUTF8(0, line, sink, nullptr, status);
        CheckIcu(status);
      });
  all[{"fold", "rowsplit"}] = GivesStrings([](StringTensorView lines) {
    return Value(FoldCase(lines, {.exec = kOneThread}));
  });
  all[{"fold", "ICU"}] =
      IcuStrings([](icu::StringPiece line, icu::ByteSink& sink) {
        UErrorCode status = U_ZERO_ERROR;
        icu::CaseMap::utf8Fold(0, line, sink, nullptr, status);
        CheckIcu(status);
      });
  all[{"words", "rowsplit"}] = GivesSpans([](StringTensorView lines) {
    return Value(SplitWords(lines, {.exec = kOneThread}));
  });
  all[{"words", "ICU"}] = IcuWords();
  if (tokenizer != "-") all[{"wordpiece", "rowsplit"}] = WordPiece(tokenizer);
  return all;
}

StringTensor ReadLines(const char* path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Fail(std::string("can't read ") + path);
  StringTensorBuilder lines;
  for (std::string line; std::getline(file, line);) lines.Append(line);
  return std::move(lines).Build();
}

int64_t ProcessorNanos() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

const Contender& Find(const Contenders& contenders, std::istream& words) {
  std::string task;
  std::string name;
  words >> task >> name;
  const auto found = contenders.find({task, name});
  if (found == contenders.end()) Fail("no contender " + task + " " + name);
  return found->second;
}

void Serve(const Contenders& contenders, StringTensorView lines,
           int64_t parts) {
  for (std::string command; std::getline(std::cin, command);) {
    std::istringstream words(command);
    std::string verb;
    words >> verb;
    if (verb == "list") {
      for (const auto& [name, contender] : contenders)
        std::cout << name.first << ' ' << name.second << '\n';
      std::cout << std::endl;
    } else if (verb == "write") {
      const Contender& contender = Find(contenders, words);
      std::string path;
      words >> path;
      std::ofstream file(path, std::ios::binary);
      contender.write(lines, file);
      if (!file.flush()) Fail("can't write " + path);
      std::cout << "done" << std::endl;
    } else if (verb == "time") {
      const Contender& contender = Find(contenders, words);
      int64_t part = -1;
      words >> part;
      const StringTensorView some =
          part < 0 ? lines
                   : lines.Slice(lines.size() * part / parts,
                                 lines.size() * (part + 1) / parts);
      const int64_t begin = ProcessorNanos();
      contender.run(some);
      std::cout << ProcessorNanos() - begin << ' ' << some.text().size()
                << std::endl;
    } else {
      Fail("no command " + verb);
    }
  }
}

}  // namespace
}  // namespace rowsplit::bench

int main(int argc, char** argv) {
  using namespace rowsplit::bench;  // NOLINT: the program's own
  if (argc != 4) Fail("takes TEXT TOKENIZER PARTS");
  const int64_t parts = std::strtoll(argv[3], nullptr, 10);
  if (parts < 1) Fail("PARTS must be 1 or more");
  const rowsplit::StringTensor lines = ReadLines(argv[1]);
  Serve(MakeContenders(argv[2]), lines, parts);
  return 0;
}
