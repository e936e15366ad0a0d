#include "ferrite/bundle_comparison.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "batch_reader.h"
#include "bundle_format.h"
#include "ferrite/key.h"
#include "source_state.h"
#include "source_walk.h"

namespace ferrite {
namespace {

using namespace internal;  // NOLINT: our own, in our own .cc
using Json = nlohmann::ordered_json;

constexpr size_t kMostKeys = 20;
constexpr uint32_t kReadBytes = 1 << 20;

bool AreEqual(Bytes a, Bytes b) {
  return a.size() == b.size() && IsEqual(a.data(), b.data(), a.size());
}

// One source's records out of the bundle, one after the other.
class ExpectedRecords {
 public:
  ExpectedRecords(BundleReader* bundle, const Source& source)
      : bundle_(bundle), source_(source) {}

  // False behind the last. The record is valid until the next call.
  Result<bool> Next(Record* record) {
    for (;;) {
      Result<bool> more = reader_.Next(record);
      if (!more.ok() || *more) {
        if (more.ok()) after_.assign(record->key.begin(), record->key.end());
        return more;
      }
      if (is_last_) return false;
      Result<void> read = Read();
      if (!read.ok()) return std::move(read).error();
    }
  }

 private:
  Result<void> Read() {
    Step step;
    step.after = after_;
    step.max_bytes = kReadBytes;
    batch_.Clear();
    Result<void> read = bundle_->Read(source_, step, &batch_, &is_last_);
    reader_.Begin(batch_.bytes(), {});
    return read;
  }

  BundleReader* bundle_;
  const Source& source_;
  Writer batch_;
  BatchReader reader_;
  ByteBuffer after_;  // encoded
  bool is_last_ = false;
};

struct Findings {
  uint64_t missing = 0;
  uint64_t different = 0;
  uint64_t extra = 0;
  std::vector<std::string> keys;

  void Add(uint64_t* count, Bytes key) {
    ++*count;
    if (keys.size() < kMostKeys) keys.push_back(KeyText(key));
  }
};

class ComparisonPass final : public Pass {
 public:
  explicit ComparisonPass(BundleReader* bundle)
      : bundle_(bundle), findings_(bundle->sources().size()) {
    std::vector<bool> wanted;
    for (const SourceState& state : bundle->sources()) {
      wanted.push_back(IsReadable(state));
      if (wanted.back()) expected_ += state.records;
    }
    walk_ = SourceWalk(std::move(wanted));
  }

  Step step() const override {
    Step step;
    if (walk_.is_done()) return step;
    step.kind = StepKind::kRead;
    step.source = walk_.source();
    step.after = walk_.after();
    step.max_bytes = kReadBytes;
    return step;
  }

  Result<void> Apply(Bytes batch, bool last, int64_t) override {
    if (walk_.is_done()) return WrongCall("Apply");
    if (auto begun = walk_.Begin(batch, last, &reader_); !begun.ok()) {
      return begun;
    }
    if (records_ == nullptr) {
      const Source& source = bundle_->sources()[walk_.source()].source;
      records_ = std::make_unique<ExpectedRecords>(bundle_, source);
      if (auto next = Advance(); !next.ok()) return next;
    }
    for (;;) {
      Record found;
      Result<bool> more = reader_.Next(&found);
      if (!more.ok()) return std::move(more).error();
      if (!*more) break;
      if (auto compared = Compare(found); !compared.ok()) return compared;
      const Bytes raw = MayHoldNegativeZero(found.key) ? found.key : Bytes();
      hash_ += hasher_.Hash(found.sortable, found.value, raw);
      walk_.Count(found);
    }
    return last ? EndSource() : Result<void>();
  }

  Result<void> Work(int64_t) override { return WrongCall("Work"); }

  Progress progress() const override {
    Progress progress;
    progress.stage = walk_.is_done() ? "done" : "verify";
    progress.source = walk_.is_done() ? 0 : walk_.source();
    progress.current = walk_.records();
    progress.total = walk_.is_done() ? progress.current : expected_;
    progress.bytes = walk_.bytes();
    for (const Findings& found : findings_) {
      progress.failed += found.missing + found.different + found.extra;
    }
    return progress;
  }

  std::string ReportJson() const override {
    Json sources = Json::array();
    bool is_equal = true;
    for (size_t i = 0; i < findings_.size(); ++i) {
      const auto& [missing, different, extra, keys] = findings_[i];
      is_equal = is_equal && missing + different + extra == 0;
      sources.push_back(
          {{"source", Json::parse(bundle_->sources()[i].source.ToJson())},
           {"records", walk_.counts(i).records},
           {"missing", missing},
           {"different", different},
           {"extra", extra},
           {"keys", keys}});
    }
    const std::string expected = bundle_->identity().substr(32);
    is_equal = is_equal && hash_.ToHex() == expected;
    const Json report = {{"kind", "comparison"},
                         {"status", !walk_.is_done() ? "running"
                                    : is_equal       ? "verified"
                                               : "completed_with_differences"},
                         {"sources", sources},
                         {"hash", hash_.ToHex()},
                         {"expectedHash", expected}};
    return report.dump();
  }

 private:
  static Error WrongCall(const std::string& call) {
    return {ErrorCode::kState, call + " is not what step() asks for.",
            "Do what step() says.", ""};
  }

  Result<void> Advance() {
    Result<bool> more = records_->Next(&expected_record_);
    if (!more.ok()) return std::move(more).error();
    has_expected_ = *more;
    return {};
  }

  Result<void> Compare(const Record& found) {
    Findings& findings = findings_[walk_.source()];
    while (has_expected_ &&
           ComesBefore(expected_record_.sortable, found.sortable)) {
      findings.Add(&findings.missing, expected_record_.key);
      if (auto next = Advance(); !next.ok()) return next;
    }
    if (!has_expected_ ||
        ComesBefore(found.sortable, expected_record_.sortable)) {
      findings.Add(&findings.extra, found.key);
      return {};
    }
    if (!AreEqual(found.key, expected_record_.key) ||
        !AreEqual(found.value, expected_record_.value)) {
      findings.Add(&findings.different, found.key);
    }
    return Advance();
  }

  Result<void> EndSource() {
    Findings& findings = findings_[walk_.source()];
    while (has_expected_) {
      findings.Add(&findings.missing, expected_record_.key);
      if (auto next = Advance(); !next.ok()) return next;
    }
    records_.reset();
    walk_.End(/*last=*/true);
    return {};
  }

  BundleReader* bundle_;
  SourceWalk walk_;
  BatchReader reader_;
  BundleHasher hasher_;
  Hash128 hash_;
  std::vector<Findings> findings_;  // by source
  std::unique_ptr<ExpectedRecords> records_;
  Record expected_record_;
  bool has_expected_ = false;
  uint64_t expected_ = 0;
};

}  // namespace

std::unique_ptr<Pass> BeginComparison(BundleReader* bundle) {
  return std::make_unique<ComparisonPass>(bundle);
}

}  // namespace ferrite
