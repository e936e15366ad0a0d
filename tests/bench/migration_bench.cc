// How fast the core moves records, without any host: 100 000 records of about
// 300 bytes into a file, as tests/bench/browser has them. Prints the rate of
// the copy and of the rest, also of a migration that keeps origins and of runs
// that bring it up to date; run by hand, natively or under Node.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/migration.h"
#include "ferrite/plan.h"
#include "ferrite/store.h"

namespace ferrite {
namespace {

constexpr int kRecords = 100000;
constexpr size_t kBatch = 1 << 20;

constexpr char kPlan[] = R"({"ferrite":1,"name":"bench","tables":[{
  "name":"notes","from":{"indexedDB":"bench","store":"notes"},
  "columns":{"id":"integer","uuid":"text","title":"text","body":"text",
    "done":"boolean","priority":"integer","amount":"real","created":"datetime",
    "tags":"json","owner_id":{"path":"/owner/id","type":"integer"},
    "owner_name":{"path":"/owner/name","type":"text"}},
  "primaryKey":["id"]}],
  "changed":[{"from":{"indexedDB":"bench","store":"notes"},"at":"/created"}]})";

// Every `changed`th record has another title; 0: none.
void WriteRecord(int id, int changed, Writer* out) {
  const std::string number = std::to_string(id);
  out->BeginArray(2);
  out->Integer(id);
  out->BeginObject(10);
  out->String("id");
  out->Integer(id);
  out->String("uuid");
  out->String("9e3779b1-4a1b-4c2d-8e3f-9e3779b19e37");
  out->String("title");
  out->String((changed != 0 && id % changed == 0 ? "other number "
                                                 : "anchor harbour number ") +
              number);
  out->String("body");
  out->String(
      "ledger copper signal and the meadow of lantern; quarry timber until "
      "voyage " + number);
  out->String("done");
  out->Bool(id % 3 == 0);
  out->String("priority");
  out->Integer(id % 5);
  out->String("amount");
  out->Double(id % 1000 + 0.25);
  out->String("created");
  out->Date(1.6e12 + id * 61000.0);
  out->String("tags");
  out->BeginArray(2);
  out->String("signal");
  out->String("quarry");
  out->String("owner");
  out->BeginObject(2);
  out->String("id");
  out->Integer(id % 500);
  out->String("name");
  out->String("meadow lantern");
}

std::vector<ByteBuffer> Batches(int changed) {
  std::vector<ByteBuffer> batches;
  Writer out;
  for (int id = 1; id <= kRecords; ++id) {
    WriteRecord(id, changed, &out);
    if (out.size() < kBatch && id < kRecords) continue;
    batches.emplace_back(out.bytes().begin(), out.bytes().end());
    out.Clear();
  }
  return batches;
}

double Seconds() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// What a host hands over that knows of all records that they are unchanged.
std::vector<ByteBuffer> Keys() {
  Writer out;
  for (int id = 1; id <= kRecords; ++id) {
    out.BeginArray(1);
    out.Integer(id);
  }
  return {ByteBuffer(out.bytes().begin(), out.bytes().end())};
}

int Report(const char* what, const Error& error) {
  std::fprintf(stderr, "%s: %s\n", what, error.message.c_str());
  return 1;
}

int Migrate(const char* what, const std::string& path, bool incremental,
            const std::vector<ByteBuffer>& batches) {
  Result<Plan> plan = Plan::Parse(kPlan);
  if (!plan.ok()) return Report("plan", plan.error());
  Result<std::unique_ptr<Store>> store = Store::Open(path, {});
  if (!store.ok()) return Report("store", store.error());
  SourceState state;
  state.source = plan->sources[0];
  state.records = kRecords;
  state.info = R"({"keyPath":"id"})";
  MigrationOptions options;
  options.incremental = incremental;
  state.watermark = "then";
  Result<std::unique_ptr<Pass>> pass =
      BeginMigration(store->get(), *plan, {state}, options);
  if (!pass.ok()) return Report("begin", pass.error());

  const double start = Seconds();
  for (size_t i = 0; i < batches.size(); ++i) {
    auto applied = (*pass)->Apply(batches[i], i + 1 == batches.size(), 1);
    if (!applied.ok()) return Report("apply", applied.error());
  }
  const double copied = Seconds();
  while ((*pass)->step().kind == StepKind::kWork) {
    if (auto worked = (*pass)->Work(1); !worked.ok()) {
      return Report("work", worked.error());
    }
  }
  const double scanned = Seconds();
  std::printf("%-16s copy %7.0f records/s, rest %8.0f rows/s, %5.0f ms in all, %zu kB\n",
              what, kRecords / (copied - start), kRecords / (scanned - copied),
              (scanned - start) * 1000,
              static_cast<size_t>(std::filesystem::file_size(path) / 1000));
  return 0;
}

int Run(const std::string& path) {
  const std::vector<ByteBuffer> batches = Batches(0);
  int status = Migrate("plain", path, false, batches);
  std::filesystem::remove(path);
  if (status == 0) status = Migrate("keeps origins", path, true, batches);
  if (status == 0) status = Migrate("unchanged", path, true, batches);
  if (status == 0) status = Migrate("known unchanged", path, true, Keys());
  if (status == 0) status = Migrate("1 % changed", path, true, Batches(100));
  return status;
}

}  // namespace
}  // namespace ferrite

int main() {
  const auto path =
      std::filesystem::temp_directory_path() / "ferrite-migration-bench.db";
  std::filesystem::remove(path);
  const int status = ferrite::Run(path.string());
  std::filesystem::remove(path);
  return status;
}
