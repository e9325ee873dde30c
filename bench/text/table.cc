// The tasks on text that bench/suite measures beside other libraries:
// the part of rowsplit, ICU and, where its headers are, StringZilla, one at a
// time, as they are asked for.
//
//   rowsplit_text_table TEXT [--tokenizer FILE] [--parts N] [--threads N]
//       [--strings lines|blocks|whole]
//
// TEXT is a file that is taken line by line, in blocks of 64 KiB of lines, or
// whole; FILE a tokenizer.json. The commands on standard input, one a line, and
// what they print:
//
//   about                         compiler, SIMD target and ICU, a line each as
//                                 KEY VALUE, and an empty line
//   list                          the tasks and contenders, one pair a line,
//                                 and an empty line
//   time TASK CONTENDER PART      nanoseconds, bytes of text
//   write TASK CONTENDER PATH     nothing but "done", after the result of all
//                                 strings was written to the file
//
// The nanoseconds are those of the processor on one thread, of the clock on
// more
// (--threads 0: all). PART counts from 0 and is one of N equal runs of strings,
// or -1: all. A result is written as the strings, one a line; or as the tokens,
// one a line and an empty line behind those of each string; or as ids with
// blanks between.

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/casemap.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/utext.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "benchmark/benchmark.h"
#include "hwy/targets.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/boundaries.h"
#include "rowsplit/text/normalize.h"
#include "rowsplit/text/punctuation.h"
#include "rowsplit/text/split.h"
#include "rowsplit/text/tokenizer.h"
#include "rowsplit/text/unicode_case.h"
#include "text/stringzilla_spans.h"

namespace rowsplit::bench {
namespace {

constexpr size_t kBlockBytes = size_t{1} << 16;

struct Arguments {
  std::string text;
  std::string tokenizer;
  std::string strings = "lines";
  int parts = 1;
  ExecOptions exec = {.num_threads = 1};
};

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
Contender GivesSpans(const Fn& fn) {
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

Contender WordPiece(const std::string& path, const ExecOptions& exec) {
  const auto tokenizer =
      std::make_shared<Tokenizer>(Value(Tokenizer::FromFile(path)));
  const auto run = [tokenizer, exec](StringTensorView lines) {
    return Value(
        tokenizer->Encode(lines, {.add_special_tokens = false, .exec = exec}));
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

void AddIcu(Contenders& all) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(error);
  CheckIcu(error);
  all[{"nfkc", "ICU"}] =
      IcuStrings([nfkc](icu::StringPiece line, icu::ByteSink& sink) {
        UErrorCode status = U_ZERO_ERROR;
        nfkc->normalizeUTF8(0, line, sink, nullptr, status);
        CheckIcu(status);
      });
  all[{"fold", "ICU"}] =
      IcuStrings([](icu::StringPiece line, icu::ByteSink& sink) {
        UErrorCode status = U_ZERO_ERROR;
        icu::CaseMap::utf8Fold(0, line, sink, nullptr, status);
        CheckIcu(status);
      });
  all[{"words", "ICU"}] = IcuWords();
}

// Calls use(begin, size) for what is between white space.
template <typename Use>
void ZillaTokens(std::string_view line, ZillaSpans& spaces, const Use& use) {
  size_t begin = 0;
  for (size_t at = 0; at < line.size(); at += spaces.consumed) {
    ZillaWhitespace(line.substr(at), spaces);
    for (size_t i = 0; i < spaces.count; ++i) {
      const size_t end = at + spaces.begins[i];
      if (end > begin) use(begin, end - begin);
      begin = end + spaces.sizes[i];
    }
  }
  if (begin < line.size()) use(begin, line.size() - begin);
}

template <typename Use>
void ZillaEachWord(std::string_view line, ZillaSpans& words, const Use& use) {
  for (size_t at = 0; at < line.size(); at += words.consumed) {
    ZillaWords(line.substr(at), words);
    for (size_t i = 0; i < words.count; ++i)
      use(at + words.begins[i], words.sizes[i]);
  }
}

// StringZilla on each line: `each` as the functions above. Its spans are looked
// at and not kept, so that they stay in the cache.
template <typename Each>
Contender Zilla(Each each) {
  return {[each](StringTensorView lines) {
            ZillaSpans spans;
            size_t sum = 0;
            for (int64_t i = 0; i < lines.size(); ++i)
              each(lines[i], spans,
                   [&](size_t begin, size_t size) { sum += begin ^ size; });
            benchmark::DoNotOptimize(sum);
          },
          [each](StringTensorView lines, std::ostream& out) {
            ZillaSpans spans;
            for (int64_t i = 0; i < lines.size(); ++i) {
              const std::string_view line = lines[i];
              each(line, spans, [&](size_t begin, size_t size) {
                out << line.substr(begin, size) << '\n';
              });
              out << '\n';
            }
          }};
}

void AddZilla(Contenders& all) {
  all[{"split", "StringZilla-C"}] =
      Zilla([](std::string_view line, ZillaSpans& spans, const auto& use) {
        ZillaTokens(line, spans, use);
      });
  all[{"words", "StringZilla-C"}] =
      Zilla([](std::string_view line, ZillaSpans& spans, const auto& use) {
        ZillaEachWord(line, spans, use);
      });
}

Contenders MakeContenders(const Arguments& arguments) {
  const ExecOptions exec = arguments.exec;
  Contenders all;
  all[{"delete", "rowsplit"}] = GivesStrings([exec](StringTensorView lines) {
    return Value(StripPunctuation(lines, {.exec = exec}));
  });
  all[{"split", "rowsplit"}] = GivesSpans([exec](StringTensorView lines) {
    return Value(SplitWhitespace(lines, {.exec = exec}));
  });
  all[{"nfkc", "rowsplit"}] = GivesStrings([exec](StringTensorView lines) {
    return Value(Normalize(lines, {.form = NormalForm::kNfkc, .exec = exec}));
  });
  all[{"fold", "rowsplit"}] = GivesStrings([exec](StringTensorView lines) {
    return Value(FoldCase(lines, {.exec = exec}));
  });
  all[{"words", "rowsplit"}] = GivesSpans([exec](StringTensorView lines) {
    return Value(SplitWords(lines, {.exec = exec}));
  });
  if (!arguments.tokenizer.empty())
    all[{"wordpiece", "rowsplit"}] = WordPiece(arguments.tokenizer, exec);
  AddIcu(all);
  if (HasZilla()) AddZilla(all);
  return all;
}

// The lines, or runs of them with the line ends between.
StringTensor ReadStrings(const Arguments& arguments) {
  std::ifstream file(arguments.text, std::ios::binary);
  if (!file) Fail("can't read " + arguments.text);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const size_t least = arguments.strings == "lines"    ? 0
                       : arguments.strings == "blocks" ? kBlockBytes
                                                       : text.size();
  StringTensorBuilder strings;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = text.find('\n', std::min(begin + least, text.size() - 1));
    end = std::min(end, text.size());
    strings.Append(std::string_view(text).substr(begin, end - begin));
    begin = end + 1;
  }
  return std::move(strings).Build();
}

int64_t Nanos(const ExecOptions& exec) {
  timespec now;
  clock_gettime(
      exec.num_threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

void PrintAbout() {
  const int64_t targets = hwy::SupportedTargets();
  UVersionInfo icu;
  u_getVersion(icu);
  std::cout << "compiler "
#ifdef __clang__
            << "Clang "
#else
            << "GCC "
#endif
            << __VERSION__ << "\nsimd_target "
            << hwy::TargetName(targets & -targets) << "\nICU " << int{icu[0]}
            << '.' << int{icu[1]} << '\n'
            << std::endl;
}

const Contender& Find(const Contenders& contenders, std::istream& words) {
  std::string task;
  std::string name;
  words >> task >> name;
  const auto found = contenders.find({task, name});
  if (found == contenders.end()) Fail("no contender " + task + " " + name);
  return found->second;
}

void Serve(const Contenders& contenders, StringTensorView strings,
           const Arguments& arguments) {
  const int64_t parts = arguments.parts;
  for (std::string command; std::getline(std::cin, command);) {
    std::istringstream words(command);
    std::string verb;
    words >> verb;
    if (verb == "about") {
      PrintAbout();
    } else if (verb == "list") {
      for (const auto& [name, contender] : contenders)
        std::cout << name.first << ' ' << name.second << '\n';
      std::cout << std::endl;
    } else if (verb == "write") {
      const Contender& contender = Find(contenders, words);
      std::string path;
      words >> path;
      std::ofstream file(path, std::ios::binary);
      contender.write(strings, file);
      if (!file.flush()) Fail("can't write " + path);
      std::cout << "done" << std::endl;
    } else if (verb == "time") {
      const Contender& contender = Find(contenders, words);
      int64_t part = -1;
      words >> part;
      const StringTensorView some =
          part < 0 ? strings
                   : strings.Slice(strings.size() * part / parts,
                                   strings.size() * (part + 1) / parts);
      const int64_t begin = Nanos(arguments.exec);
      contender.run(some);
      std::cout << Nanos(arguments.exec) - begin << ' ' << some.text().size()
                << std::endl;
    } else {
      Fail("no command " + verb);
    }
  }
}

int Number(std::string_view text, int least) {
  int number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() ||
      number < least)
    Fail("no number of " + std::to_string(least) +
         " or more: " + std::string(text));
  return number;
}

Arguments ParseArguments(int argc, char** argv) {
  if (argc % 2 != 0) Fail("takes TEXT, then options with a value");
  Arguments arguments;
  arguments.text = argv[1];
  for (int i = 2; i < argc; i += 2) {
    const std::string flag = argv[i];
    const std::string value = argv[i + 1];
    if (flag == "--tokenizer") {
      arguments.tokenizer = value;
    } else if (flag == "--parts") {
      arguments.parts = Number(value, 1);
    } else if (flag == "--threads") {
      arguments.exec.num_threads = Number(value, 0);
    } else if (flag == "--strings" &&
               (value == "lines" || value == "blocks" || value == "whole")) {
      arguments.strings = value;
    } else {
      Fail("no option " + flag + " or not with that value");
    }
  }
  return arguments;
}

}  // namespace
}  // namespace rowsplit::bench

int main(int argc, char** argv) {
  using namespace rowsplit::bench;  // NOLINT: the program's own
  const Arguments arguments = ParseArguments(argc, argv);
  const rowsplit::StringTensor strings = ReadStrings(arguments);
  Serve(MakeContenders(arguments), strings, arguments);
  return 0;
}
