#include "tests/bench/bench_source.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include "ferrite/plan.h"

namespace ferrite {
namespace {

constexpr size_t kBatchBytes = 1 << 20;

}  // namespace

BenchTime BenchTime::Now() {
  const auto wall = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration<double>(wall).count(),
          static_cast<double>(std::clock()) / CLOCKS_PER_SEC};
}

BenchSource::BenchSource(int records,
                         const std::function<void(int id, Writer* out)>& write)
    : records_(records) {
  Writer out;
  for (int id = 1; id <= records; ++id) {
    write(id, &out);
    if (out.size() < kBatchBytes && id < records) continue;
    batches_.emplace_back(out.bytes().begin(), out.bytes().end());
    out.Clear();
  }
}

Result<std::unique_ptr<BenchLoad>> BenchLoad::Begin(
    const std::string& file_name, const std::string& plan,
    const BenchSource* source) {
  const std::string path =
      (std::filesystem::temp_directory_path() / file_name).string();
  std::filesystem::remove(path);
  Result<Plan> parsed = Plan::Parse(plan);
  if (!parsed.ok()) return parsed.error();
  std::unique_ptr<BenchLoad> load(
      new BenchLoad(path, std::move(*parsed), source));
  Result<std::unique_ptr<Store>> store = Store::Open(path, {});
  if (!store.ok()) return store.error();
  load->store_ = std::move(*store);
  SourceState state;
  state.source = load->plan_.sources[0];
  state.records = static_cast<uint64_t>(source->records());
  state.info = R"({"keyPath":"id"})";
  Result<std::unique_ptr<Pass>> pass =
      BeginMigration(load->store_.get(), load->plan_, {state}, {});
  if (!pass.ok()) return pass.error();
  load->pass_ = std::move(*pass);
  return load;
}

BenchLoad::~BenchLoad() {
  pass_.reset();
  store_.reset();
  std::filesystem::remove(path_);
}

Result<void> BenchLoad::Copy() {
  const ByteBuffer& batch = source_->batches()[next_++];
  const BenchTime begin = BenchTime::Now();
  Result<void> applied = pass_->Apply(batch, done(), 1);
  copied_ = copied_ + (BenchTime::Now() - begin);
  return applied;
}

Result<void> BenchLoad::Finish() {
  const BenchTime begin = BenchTime::Now();
  while (pass_->step().kind == StepKind::kWork) {
    if (auto worked = pass_->Work(1); !worked.ok()) return worked;
  }
  finished_ = BenchTime::Now() - begin;
  if (pass_->progress().failed == 0) return {};
  return Error{ErrorCode::kInternal, "Not every record became a row.", "", ""};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int ReportError(const Error& error) {
  std::fprintf(stderr, "%s\n", error.ToJson().c_str());
  return 1;
}

}  // namespace ferrite
