#include "data/converted_stream.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "data/byte_stream.h"
#include "gtest/gtest.h"
#include "rowsplit/data/corpus_reader.h"
#include "support/files.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::TempFolder;

class ConvertedStreamTest : public ::testing::Test {
 protected:
  InputFile Write(std::string_view bytes) {
    return DescribeInput(folder_.Write("input.txt", bytes));
  }

  std::string Read(std::string_view bytes, const std::string& encoding,
                   size_t step, CharsetGuess* guess = nullptr) {
    std::atomic<int64_t> bytes_read = 0;
    ByteStream stream(Write(bytes), bytes_read, nullptr);
    ConvertedStream converted(stream, encoding);
    std::string text;
    std::string piece(step, '\0');
    while (!converted.ended()) {
      const auto size = converted.Read(piece.data(), piece.size());
      EXPECT_TRUE(size.ok());
      text.append(piece, 0, *size);
    }
    EXPECT_EQ(*converted.Read(piece.data(), piece.size()), 0U);
    if (guess != nullptr) *guess = converted.guess();
    return text;
  }

  TempFolder folder_;
};

TEST_F(ConvertedStreamTest, PassesUtf8AsItIs) {
  const std::string text = "\xEF\xBB\xBFna\xC3\xAFve \xFF\n";
  for (const size_t step : {1, 3, 4096}) {
    EXPECT_EQ(Read(text, "utf-8", step), text);
    EXPECT_EQ(Read("", "auto", step), "");
  }
  CharsetGuess guess;
  const std::string long_text = std::string(100'000, 'a') + "\xC3\xA9";
  EXPECT_EQ(Read(long_text, "auto", 777, &guess), long_text);
  EXPECT_EQ(guess, (CharsetGuess{"UTF-8", 100}));
}

TEST_F(ConvertedStreamTest, ConvertsByName) {
  for (const size_t step : {1, 3, 4096}) {
    EXPECT_EQ(Read("\xE9t\xE9\n", "latin1", step), "été\n");
    EXPECT_EQ(Read("\x93\xFA\x81", "Shift_JIS", step), "日\xFF");
    EXPECT_EQ(Read("", "latin1", step), "");
  }
}

TEST_F(ConvertedStreamTest, ConvertsWhatIsDetected) {
  std::string source;
  std::string expected;
  for (int i = 0; i < 9000; ++i) {
    source += "L'\xE9t\xE9 \xE0 la for\xEAt, pr\xE8s du ch\xE2teau\n";
    expected += "L'été à la forêt, près du château\n";
  }
  CharsetGuess guess;
  EXPECT_EQ(Read(source, "auto", 10'000, &guess), expected);
  EXPECT_NE(guess.name, "UTF-8");
}

TEST_F(ConvertedStreamTest, CorpusReaderTreatsFaultsByThePolicy) {
  const std::string bytes = "\x93\xFA\nbad \x81 \x81\x01\n\x96\x7B\n";
  const auto read = [&](ErrorPolicy policy) {
    auto reader = CorpusReader::Open(
        {Write(bytes)}, {.on_error = policy, .encoding = "Shift_JIS"});
    RawBlock block;
    RowBatch batch;
    absl::Status status = reader->ReadBlock(block).status();
    if (status.ok()) status = reader->ParseBlock(block, batch);
    std::string rows;
    for (const TokenSpan row : batch.rows.span())
      rows.append(batch.bytes.data() + row.begin, row.size).append("|");
    return status.ok() ? rows : std::string(status.message());
  };
  EXPECT_EQ(read(ErrorPolicy::kSkip), "日|本|");
  EXPECT_TRUE(read(ErrorPolicy::kReplace).starts_with("日|bad \uFFFD"));
  const std::string message = read(ErrorPolicy::kStrict);
  EXPECT_NE(message.find("line 2, byte 8: ill-formed Shift_JIS"),
            std::string::npos)
      << message;
}

TEST_F(ConvertedStreamTest, CorpusReaderNamesTheEncodingOfEachInput) {
  auto reader = CorpusReader::Open(
      {Write(std::string_view("\xFF\xFEh\0i\0\n\0", 8))}, {.encoding = "auto"});
  RawBlock block;
  while (*reader->ReadBlock(block)) {
  }
  EXPECT_EQ(reader->summaries()[0].encoding.name, "UTF-16LE");
  EXPECT_EQ(reader->summaries()[0].lines, 1);
  EXPECT_THAT(CorpusReader::Open({}, {.encoding = "nosuch"}),
              FailsWith(absl::StatusCode::kInvalidArgument, "\"nosuch\""));
}

}  // namespace
}  // namespace rowsplit::internal
