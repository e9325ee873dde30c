#include "text/normal_segment.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "kernels/utf8_normalize.h"
#include "kernels/utf8_normalize_ref.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {
namespace {

using kernels::NormalEntry;
using kernels::Utf8NormalTables;

// A code point and, above 24 bits of it, its combining class.
using Part = uint32_t;

uint32_t CodePointOf(Part part) { return part & 0x1FFFFF; }
uint32_t ClassOf(Part part) { return part >> 24; }

// Marks that are put in order one by one; longer runs are counted.
constexpr size_t kShortRun = 64;

// More than the marks of one class that compose with one starter.
constexpr size_t kFirsts = 8;

// The parts of a text, decomposed. Copies are places to come back to.
class PartReader {
 public:
  PartReader(const Utf8NormalTables& tables, std::string_view text)
      : tables_(&tables),
        text_(reinterpret_cast<const uint8_t*>(text.data())),
        size_(text.size()) {}

  // False at the end.
  bool Next(Part* part) {
    while (left_ == 0) {
      if (at_ == size_) return false;
      ReadCharacter();
    }
    --left_;
    if (listed_ != nullptr) {
      *part = *listed_++;
    } else {
      *part = own_[num_own_ - left_ - 1];
    }
    return true;
  }

 private:
  void ReadCharacter() {
    const reference::Utf8Character character =
        reference::CharacterAt(text_, at_, size_);
    at_ += character.size;
    const NormalEntry& entry = tables_->EntryOf(character.code_point);
    listed_ = nullptr;
    if (entry.Has(NormalEntry::kHangul)) {
      left_ = reference::DecomposeHangul(character.code_point, own_.data());
    } else if (entry.parts == 0) {
      own_[0] = character.code_point | uint32_t{entry.ccc} << 24;
      left_ = 1;
    } else {
      left_ = tables_->parts[entry.parts];
      listed_ = &tables_->parts[entry.parts] + 1;
    }
    num_own_ = left_;
  }

  const Utf8NormalTables* tables_;
  const uint8_t* text_;
  size_t size_;
  size_t at_ = 0;
  size_t left_ = 0;  // parts of the character before at_
  size_t num_own_ = 0;
  const Part* listed_ = nullptr;
  std::array<Part, 3> own_ = {};
};

size_t SizeOf(Part part) {
  const uint32_t code_point = CodePointOf(part);
  if (code_point < 0x80) return 1;
  if (code_point < 0x800) return 2;
  return code_point < 0x10000 ? 3 : 4;
}

void AppendPart(Part part, BufferBuilder<char>& out) {
  uint8_t bytes[4];
  const size_t size = reference::PutUtf8(CodePointOf(part), bytes);
  std::memcpy(out.AppendUninitialized(size), bytes, size);
}

// A starter, if there is one, and the marks behind it, which are written when
// the next starter comes that does not compose with it.
class SegmentWriter {
 public:
  SegmentWriter(const Utf8NormalTables& tables, std::string_view segment,
                BufferBuilder<char>& out)
      : tables_(tables), reader_(tables, segment), out_(out) {}

  void Run() {
    Part part;
    while (true) {
      if (num_marks_ == 0) run_begin_ = reader_;
      if (!reader_.Next(&part)) break;
      if (ClassOf(part) == 0) {
        TakeStarter(part);
        continue;
      }
      if (num_marks_ == kShortRun) {
        // Its marks again, from the first one on.
        reader_ = run_begin_;
        num_marks_ = 0;
        WriteLongRun();
        continue;
      }
      AddMark(part);
    }
    ComposeMarks();
    Flush();
  }

 private:
  // Behind those of the same class.
  void AddMark(Part mark) {
    size_t at = num_marks_++;
    for (; at > 0 && ClassOf(marks_[at - 1]) > ClassOf(mark); --at)
      marks_[at] = marks_[at - 1];
    marks_[at] = mark;
  }

  void TakeStarter(Part part) {
    ComposeMarks();
    if (has_starter_ && num_marks_ == 0 && tables_.composes) {
      const uint32_t composite =
          reference::ComposePair(tables_, starter_, CodePointOf(part));
      if (composite != 0) {
        starter_ = composite;
        return;
      }
    }
    Flush();
    starter_ = CodePointOf(part);
    has_starter_ = true;
  }

  // True if `mark` has become part of the starter.
  bool Compose(Part mark) {
    const uint32_t composite =
        reference::ComposePair(tables_, starter_, CodePointOf(mark));
    if (composite == 0) return false;
    starter_ = composite;
    return true;
  }

  // Takes the marks away that compose with the starter: those behind which no
  // other mark of their class is left.
  void ComposeMarks() {
    if (!has_starter_ || !tables_.composes) return;
    size_t left = 0;
    for (size_t i = 0; i < num_marks_; ++i) {
      const bool is_blocked =
          left > 0 && ClassOf(marks_[left - 1]) == ClassOf(marks_[i]);
      if (is_blocked || !Compose(marks_[i])) marks_[left++] = marks_[i];
    }
    num_marks_ = left;
  }

  void Flush() {
    if (has_starter_) AppendPart(starter_, out_);
    for (size_t i = 0; i < num_marks_; ++i) AppendPart(marks_[i], out_);
    num_marks_ = 0;
    has_starter_ = false;
  }

  // A run of many marks from reader_ on: counts the bytes of each class, then
  // writes each mark where its class has come to. What is behind the run can't
  // compose with anything in it.
  void WriteLongRun() {
    struct OfClass {
      size_t bytes = 0;
      size_t num_marks = 0;
      size_t num_composed = 0;
      std::array<Part, kFirsts> firsts;
    };
    std::vector<OfClass> classes(256);
    PartReader marks = reader_;
    PartReader end = reader_;
    Part part;
    while (true) {
      end = marks;
      if (!marks.Next(&part) || ClassOf(part) == 0) break;
      OfClass& of = classes[ClassOf(part)];
      of.bytes += SizeOf(part);
      if (of.num_marks < kFirsts) of.firsts[of.num_marks] = part;
      ++of.num_marks;
    }
    size_t total = 0;
    for (OfClass& of : classes) {
      const size_t num_firsts = std::min(of.num_marks, kFirsts);
      while (has_starter_ && tables_.composes && of.num_composed < num_firsts &&
             Compose(of.firsts[of.num_composed])) {
        of.bytes -= SizeOf(of.firsts[of.num_composed]);
        ++of.num_composed;
      }
      total += of.bytes;
    }
    if (has_starter_) AppendPart(starter_, out_);
    has_starter_ = false;
    auto* to = reinterpret_cast<uint8_t*>(out_.AppendUninitialized(total));
    for (OfClass& of : classes) {
      const size_t bytes = of.bytes;
      of.bytes =
          static_cast<size_t>(to - reinterpret_cast<uint8_t*>(out_.data()));
      to += bytes;
    }
    while (reader_.Next(&part) && ClassOf(part) != 0) {
      OfClass& of = classes[ClassOf(part)];
      if (of.num_composed > 0) {
        --of.num_composed;
        continue;
      }
      of.bytes += reference::PutUtf8(
          CodePointOf(part),
          reinterpret_cast<uint8_t*>(out_.data()) + of.bytes);
    }
    reader_ = end;
  }

  const Utf8NormalTables& tables_;
  PartReader reader_;
  BufferBuilder<char>& out_;
  bool has_starter_ = false;
  uint32_t starter_ = 0;
  std::array<Part, kShortRun> marks_;  // in order
  size_t num_marks_ = 0;
  PartReader run_begin_ = reader_;  // at the first of the marks
};

}  // namespace

void AppendNormalSegment(const Utf8NormalTables& tables,
                         std::string_view segment, BufferBuilder<char>& out) {
  SegmentWriter(tables, segment, out).Run();
}

}  // namespace rowsplit::internal
