// Numbers: sources of numbered records that are made while they are read, and a
// pass that wants them all, in order.
#ifndef FERRITE_TESTS_DRIVE_NUMBERS_H_
#define FERRITE_TESTS_DRIVE_NUMBERS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/pass.h"

namespace ferrite::testing {

inline ByteBuffer NumberKey(int64_t number) {
  Writer out;
  out.Integer(number);
  return out.Take();
}

inline int64_t KeyNumber(Bytes key) {
  Reader reader(key);
  Item item;
  return reader.Next(&item) ? item.integer : -1;
}

// Reads of sources with so many records each, 1 to the last, of 1000 bytes.
class NumberSources {
 public:
  explicit NumberSources(std::vector<int64_t> counts)
      : counts_(std::move(counts)) {}

  // As ReadBatch; one thread at a time.
  Result<void> Read(const Step& step, Writer* batch, bool* last,
                    ByteBuffer* last_key) {
    if (on_read) {
      if (auto read = on_read(step); !read.ok()) return read;
    }
    static const ByteBuffer kValue(1000, 7);
    int64_t number = step.after.empty() ? 0 : KeyNumber(step.after);
    number += static_cast<int64_t>(step.skip);
    while (number < counts_[step.source] &&
           (batch->size() == 0 || batch->size() < step.max_bytes)) {
      batch->BeginArray(2);
      batch->Integer(++number);
      batch->Blob(kValue);
    }
    *last = number >= counts_[step.source];
    *last_key = NumberKey(number);
    return {};
  }

  const std::vector<int64_t>& counts() const { return counts_; }

  std::function<Result<void>(const Step&)> on_read;

 private:
  std::vector<int64_t> counts_;
};

class NumberPass final : public Pass {
 public:
  explicit NumberPass(std::vector<int64_t> counts)
      : counts_(std::move(counts)) {
    for (size_t i = 0; i < counts_.size(); ++i) order_.push_back(i);
  }

  Step step() const override {
    Step step;
    if (source_ == counts_.size()) return step;
    step.kind = StepKind::kRead;
    step.source = source_;
    step.after = after_;
    step.skip = skip;
    step.max_bytes = max_bytes;
    if (tells) step.then = std::span(order_).subspan(source_ + 1);
    return step;
  }

  Result<void> Apply(Bytes batch, bool last, int64_t) override {
    if (on_apply) {
      if (auto applied = on_apply(this, batch.size()); !applied.ok()) {
        return applied;
      }
    }
    bytes += batch.size();
    ++batches;
    Reader reader(batch);
    Item head;
    Bytes key, value;
    while (!reader.AtEnd() && reader.Next(&head) && reader.Skip(&key) &&
           reader.Skip(&value)) {
      number_ += 1 + static_cast<int64_t>(skip);
      if (KeyNumber(key) != number_) {
        return Error{ErrorCode::kSourceChanged,
                     "Wanted " + std::to_string(number_) + ", got " +
                         std::to_string(KeyNumber(key)),
                     "", ""};
      }
      after_ = NumberKey(number_);
      ++records;
    }
    if (last) {
      ++source_;
      number_ = 0;
      after_.clear();
    }
    return {};
  }

  // Goes on behind this number, whatever was there.
  void Jump(int64_t number) {
    number_ = number;
    after_ = NumberKey(number);
  }

  Result<void> Work(int64_t) override { return {}; }
  Progress progress() const override { return {}; }
  std::string ReportJson() const override { return "{}"; }

  uint32_t max_bytes = 64 << 10;
  uint64_t skip = 0;
  bool tells = true;  // which sources come next
  std::function<Result<void>(NumberPass*, size_t bytes)> on_apply;
  uint64_t bytes = 0, records = 0, batches = 0;

 private:
  const std::vector<int64_t> counts_;
  std::vector<size_t> order_;
  size_t source_ = 0;
  int64_t number_ = 0;
  ByteBuffer after_;
};

}  // namespace ferrite::testing

#endif  // FERRITE_TESTS_DRIVE_NUMBERS_H_
