#include "text/added_split.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "core/status_macros.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/added_tokens.h"
#include "text/bert_text.h"
#include "text/row_encoder.h"
#include "text/tokenizer_parts.h"

namespace rowsplit::internal {

namespace {

using Match = AddedTokenFinder::Match;

// Rows cut at added tokens: pieces lie behind one another, and those that are a
// token have its id.
struct Pieces {
  std::vector<Offset> offsets;
  std::vector<int32_t> ids;  // -1: text
  std::vector<int64_t> row_ends;
  int64_t num_tokens = 0;

  void Cut(Offset end, int32_t id) {
    offsets.push_back(end);
    ids.push_back(id);
    if (id >= 0) ++num_tokens;
  }
};

// Appends the pieces of text that begins at `base`.
void CutText(std::string_view text, Offset base, const AddedTokenFinder& finder,
             std::vector<Match>& matches, Pieces& pieces) {
  finder.Find(text, matches);
  size_t at = 0;
  for (const Match& match : matches) {
    if (match.begin > at)
      pieces.Cut(base + static_cast<Offset>(match.begin), -1);
    pieces.Cut(base + static_cast<Offset>(match.end), match.id);
    at = match.end;
  }
  if (at < text.size()) pieces.Cut(base + static_cast<Offset>(text.size()), -1);
}

// Of text that no normalizer changes, all tokens are found in it: first those
// for raw text, then the others between them.
Pieces CutRowsAtTokens(const TokenizerParts& parts, StringTensorView rows) {
  Pieces pieces;
  pieces.offsets.push_back(rows.offsets()[0]);
  std::vector<Match> matches;
  std::vector<Match> inner;
  for (int64_t row = 0; row < rows.size(); ++row) {
    const std::string_view text = rows[row];
    const Offset base = rows.offsets()[row];
    parts.raw_finder.Find(text, matches);
    size_t at = 0;
    const auto cut_before = [&](size_t end) {
      if (end > at) {
        CutText(text.substr(at, end - at), base + static_cast<Offset>(at),
                parts.normalized_finder, inner, pieces);
      }
    };
    for (const Match& match : matches) {
      cut_before(match.begin);
      pieces.Cut(base + static_cast<Offset>(match.end), match.id);
      at = match.end;
    }
    cut_before(text.size());
    pieces.row_ends.push_back(static_cast<int64_t>(pieces.ids.size()));
  }
  return pieces;
}

// The pieces of text, without those that are a token.
StringTensor TextsOf(const Pieces& pieces, StringTensorView rows) {
  StringTensorBuilder texts;
  for (size_t piece = 0; piece < pieces.ids.size(); ++piece) {
    if (pieces.ids[piece] >= 0) continue;
    const Offset begin = pieces.offsets[piece];
    texts.Append({rows.bytes().data() + begin,
                  static_cast<size_t>(pieces.offsets[piece + 1] - begin)});
  }
  return std::move(texts).Build();
}

absl::Status EncodePieces(const TokenizerParts& parts, StringTensorView rows,
                          EncodedRows& out, Offset* row_ends) {
  const Pieces pieces = CutRowsAtTokens(parts, rows);
  if (pieces.num_tokens == 0) return parts.encoder->Encode(rows, out, row_ends);
  const StringTensor texts = TextsOf(pieces, rows);
  EncodedRows encoded;
  encoded.with_offsets = out.with_offsets;
  std::vector<Offset> text_ends(static_cast<size_t>(texts.size()));
  ROWSPLIT_RETURN_IF_ERROR(
      parts.encoder->Encode(texts, encoded, text_ends.data()));
  int64_t piece = 0;
  const Offset* text_end = text_ends.data();
  size_t next = 0;  // of what is encoded
  for (int64_t row = 0; row < rows.size(); ++row) {
    for (; piece < pieces.row_ends[row]; ++piece) {
      const Offset base = pieces.offsets[piece] - rows.offsets()[row];
      if (pieces.ids[piece] >= 0) {
        out.Append(pieces.ids[piece], base,
                   pieces.offsets[piece + 1] - rows.offsets()[row]);
        continue;
      }
      for (const auto end = static_cast<size_t>(*text_end++); next < end;
           ++next) {
        out.Append(encoded.ids[next],
                   out.with_offsets ? base + encoded.starts[next] : 0,
                   out.with_offsets ? base + encoded.ends[next] : 0);
      }
    }
    row_ends[row] = static_cast<Offset>(out.ids.size());
  }
  return absl::OkStatus();
}

// Encodes text between tokens for raw text: normalizes it and looks for the
// others.
absl::Status EncodePart(const TokenizerParts& parts, std::string_view text,
                        Offset base, std::vector<Match>& matches,
                        EncodedRows& out) {
  const size_t before = out.ids.size();
  const AlignedText made = parts.encoder->Normalize(AlignText(text));
  parts.normalized_finder.Find(made.bytes, matches);
  size_t at = 0;
  for (const Match& match : matches) {
    ROWSPLIT_RETURN_IF_ERROR(
        parts.encoder->EncodeNormalized(made, at, match.begin, out));
    // An empty one lies in white space that the token before it has taken.
    const Offset end = made.ends[match.end - 1];
    out.Append(match.id,
               match.begin < match.end ? made.begins[match.begin] : end, end);
    at = match.end;
  }
  ROWSPLIT_RETURN_IF_ERROR(
      parts.encoder->EncodeNormalized(made, at, made.bytes.size(), out));
  if (out.with_offsets) {
    for (size_t i = before; i < out.ids.size(); ++i) {
      out.starts[i] += base;
      out.ends[i] += base;
    }
  }
  return absl::OkStatus();
}

absl::Status EncodeSlowly(const TokenizerParts& parts, StringTensorView rows,
                          EncodedRows& out, Offset* row_ends) {
  std::vector<Match> matches;
  std::vector<Match> inner;
  for (int64_t row = 0; row < rows.size(); ++row) {
    const std::string_view text = rows[row];
    parts.raw_finder.Find(text, matches);
    size_t at = 0;
    for (const Match& match : matches) {
      ROWSPLIT_RETURN_IF_ERROR(EncodePart(parts,
                                          text.substr(at, match.begin - at),
                                          static_cast<Offset>(at), inner, out));
      out.Append(match.id, static_cast<Offset>(match.begin),
                 static_cast<Offset>(match.end));
      at = match.end;
    }
    ROWSPLIT_RETURN_IF_ERROR(EncodePart(parts, text.substr(at),
                                        static_cast<Offset>(at), inner, out));
    row_ends[row] = static_cast<Offset>(out.ids.size());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status EncodeWithAdded(const TokenizerParts& parts, StringTensorView rows,
                             EncodedRows& out, Offset* row_ends) {
  if (rows.size() == 0) return absl::OkStatus();
  if (parts.has_normalizer && !parts.normalized_finder.empty())
    return EncodeSlowly(parts, rows, out, row_ends);
  const std::string_view text = rows.text();
  const bool may_match =
      (!parts.raw_finder.empty() && parts.raw_finder.MayMatch(text)) ||
      (!parts.normalized_finder.empty() &&
       parts.normalized_finder.MayMatch(text));
  return may_match ? EncodePieces(parts, rows, out, row_ends)
                   : parts.encoder->Encode(rows, out, row_ends);
}

}  // namespace rowsplit::internal
