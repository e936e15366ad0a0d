// What a schema costs: 100 000 records of twelve properties into a file, once
// without a schema and once with each record checked first, in turn, five
// times. Prints the medians and their ratio; run by hand, natively or under
// Node.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "ferrite/encoding.h"
#include "ferrite/migration.h"
#include "ferrite/plan.h"
#include "ferrite/record_schema.h"
#include "ferrite/store.h"

namespace ferrite {
namespace {

constexpr int kRecords = 100000;
constexpr int kRounds = 5;
constexpr size_t kBatch = 1 << 20;

constexpr char kPlan[] = R"({"ferrite":1,"name":"bench","tables":[{
  "name":"users","from":{"indexedDB":"bench","store":"users"},
  "columns":{"id":"integer","uuid":"text","name":"text","email":"text",
    "active":"boolean","role":"text","score":"real","created":"datetime",
    "seen":"text","home":"text","tags":"json",
    "city":{"path":"/address/city","type":"text"},
    "zip":{"path":"/address/zip","type":"text"}},
  "primaryKey":["id"]}]})";

// As Zod 4 writes it.
constexpr char kSchema[] = R"js({
  "$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
  "properties":{
    "id":{"type":"integer","minimum":0,"maximum":9007199254740991},
    "uuid":{"type":"string","format":"uuid","pattern":"^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}|00000000-0000-0000-0000-000000000000|ffffffff-ffff-ffff-ffff-ffffffffffff)$"},
    "name":{"type":"string","minLength":1,"maxLength":100},
    "email":{"type":"string","format":"email","pattern":"^(?:[A-Za-z0-9_'+\\-]+\\.)*[A-Za-z0-9_'+\\-]*[A-Za-z0-9_+-]@(?:[A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$"},
    "active":{"type":"boolean"},
    "role":{"type":"string","enum":["admin","editor","reader"]},
    "score":{"type":"number","minimum":0},
    "created":{"type":"string","format":"date-time"},
    "seen":{"type":"string","format":"date-time","pattern":"^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d+)?(?:Z))$"},
    "home":{"anyOf":[{"type":"string","format":"uri"},{"type":"null"}]},
    "tags":{"type":"array","maxItems":10,"items":{"type":"string"}},
    "address":{"type":"object","properties":{"city":{"type":"string"},
      "zip":{"type":"string","pattern":"^\\d{5}$"}},
      "required":["city","zip"],"additionalProperties":false}},
  "required":["id","uuid","name","email","active","role","score","created",
    "seen","home","tags","address"],
  "additionalProperties":false})js";

void WriteRecord(int id, Writer* out) {
  const std::string number = std::to_string(id);
  out->BeginArray(2);
  out->Integer(id);
  out->BeginObject(12);
  out->String("id");
  out->Integer(id);
  out->String("uuid");
  out->String("9e3779b1-4a1b-4c2d-8e3f-9e3779b19e37");
  out->String("name");
  out->String("anchor harbour number " + number);
  out->String("email");
  out->String("meadow.lantern" + number + "@example.org");
  out->String("active");
  out->Bool(id % 3 == 0);
  out->String("role");
  out->String(id % 2 == 0 ? "editor" : "reader");
  out->String("score");
  out->Double(id % 1000 + 0.25);
  out->String("created");
  out->Date(1.6e12 + id * 61000.0);
  out->String("seen");
  out->String("2024-02-29T11:" + std::to_string(10 + id % 50) + ":07.250Z");
  out->String("home");
  out->String("https://example.org/people/" + number + "?tab=notes");
  out->String("tags");
  out->BeginArray(2);
  out->String("signal");
  out->String("quarry");
  out->String("address");
  out->BeginObject(2);
  out->String("city");
  out->String("Oslo");
  out->String("zip");
  out->String("01234");
}

std::vector<ByteBuffer> Batches() {
  std::vector<ByteBuffer> batches;
  Writer out;
  for (int id = 1; id <= kRecords; ++id) {
    WriteRecord(id, &out);
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

int Report(const char* what, const Error& error) {
  std::fprintf(stderr, "%s: %s\n", what, error.message.c_str());
  return 1;
}

// The values of a batch's records; a mapper has them at hand when it checks.
std::vector<Bytes> Values(Bytes batch) {
  std::vector<Bytes> values;
  Reader reader(batch);
  Item head;
  Bytes key, value;
  while (reader.Next(&head) && reader.Pass(&key) && reader.Pass(&value)) {
    values.push_back(value);
  }
  return values;
}

Result<void> CheckAll(const std::vector<Bytes>& values,
                      SchemaChecker* checker) {
  for (const Bytes value : values) {
    if (auto checked = checker->Check(value); !checked.ok()) return checked;
  }
  return {};
}

// Seconds of a load, with `checker` (when there is one) before each batch.
Result<double> Load(const std::string& path,
                    const std::vector<ByteBuffer>& batches,
                    const std::vector<std::vector<Bytes>>& values,
                    SchemaChecker* checker) {
  std::filesystem::remove(path);
  Result<Plan> plan = Plan::Parse(kPlan);
  if (!plan.ok()) return plan.error();
  Result<std::unique_ptr<Store>> store = Store::Open(path, {});
  if (!store.ok()) return store.error();
  SourceState state;
  state.source = plan->sources[0];
  state.records = kRecords;
  state.info = R"({"keyPath":"id"})";
  auto pass = BeginMigration(store->get(), *plan, {state}, {});
  if (!pass.ok()) return pass.error();
  const double start = Seconds();
  for (size_t i = 0; i < batches.size(); ++i) {
    if (checker != nullptr) {
      if (auto checked = CheckAll(values[i], checker); !checked.ok()) {
        return checked.error();
      }
    }
    auto applied = (*pass)->Apply(batches[i], i + 1 == batches.size(), 1);
    if (!applied.ok()) return applied.error();
  }
  return Seconds() - start;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int Run(const std::string& path) {
  const std::vector<ByteBuffer> batches = Batches();
  std::vector<std::vector<Bytes>> values;
  for (const ByteBuffer& batch : batches) values.push_back(Values(batch));
  auto schema = RecordSchema::Compile(kSchema, "");
  if (!schema.ok()) return Report("schema", schema.error());
  SchemaChecker checker(*schema);
  std::vector<double> plain, checked, alone;
  for (int round = 0; round < kRounds; ++round) {
    const double start = Seconds();
    for (const std::vector<Bytes>& batch : values) {
      if (auto fits = CheckAll(batch, &checker); !fits.ok()) {
        return Report(fits.error().path.c_str(), fits.error());
      }
    }
    alone.push_back(Seconds() - start);
    auto without = Load(path, batches, values, nullptr);
    if (!without.ok()) return Report("load", without.error());
    plain.push_back(*without);
    auto with = Load(path, batches, values, &checker);
    if (!with.ok()) return Report("load", with.error());
    checked.push_back(*with);
  }
  std::printf(
      "check %.2f us/record, load %.2f us/record, checked load %.2f us/record: "
      "%.2f times the plain load\n",
      1e6 * Median(alone) / kRecords, 1e6 * Median(plain) / kRecords,
      1e6 * Median(checked) / kRecords, Median(checked) / Median(plain));
  return 0;
}

}  // namespace
}  // namespace ferrite

int main() {
  const auto path =
      std::filesystem::temp_directory_path() / "ferrite-schema-bench.db";
  const int status = ferrite::Run(path.string());
  std::filesystem::remove(path);
  return status;
}
