// What a schema costs: 100 000 records of twelve properties into a file, by a
// plan without a schema and by one with it. The two migrations run side by
// side, a batch of one and then the same batch of the other, and which of them
// goes first changes with every batch: whatever else the machine does meets
// both. Prints how much longer the copy alone takes and the whole, which is the
// copy and the comparison behind it: the median of the rounds' ratios with the
// smallest and the largest, by wall time and by what was computed. Run by hand,
// natively or under Node.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/bench/bench_source.h"

namespace ferrite {
namespace {

constexpr int kRecords = 100000;
constexpr int kRounds = 7;

// `schema` is the table's member, or nothing.
std::string PlanWith(const std::string& schema) {
  return R"({"ferrite":1,"name":"bench","tables":[{
  "name":"users","from":{"indexedDB":"bench","store":"users"},)" +
         schema + R"(
  "columns":{"id":"integer","uuid":"text","name":"text","email":"text",
    "active":"boolean","role":"text","score":"real","created":"datetime",
    "seen":"text","home":"text","tags":"json",
    "city":{"path":"/address/city","type":"text"},
    "zip":{"path":"/address/zip","type":"text"}},
  "primaryKey":["id"]}]})";
}

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

// Migrates the source by both plans at once.
Result<void> RunBoth(BenchLoad* plain, BenchLoad* checked) {
  for (size_t i = 0; !plain->done(); ++i) {
    BenchLoad* loads[] = {plain, checked};
    if (i % 2 != 0) std::swap(loads[0], loads[1]);
    for (BenchLoad* load : loads) {
      if (auto copied = load->Copy(); !copied.ok()) return copied;
    }
  }
  for (BenchLoad* load : {plain, checked}) {
    if (auto finished = load->Finish(); !finished.ok()) return finished;
  }
  return {};
}

// Seconds of every round, of what one line of the output is about.
struct Series {
  const char* name;
  double (*of)(const BenchLoad& load);
  std::vector<double> plain, checked;

  void Print() const {
    std::vector<double> ratios;
    for (size_t i = 0; i < plain.size(); ++i) {
      ratios.push_back(checked[i] / plain[i]);
    }
    const auto [least, most] =
        std::minmax_element(ratios.begin(), ratios.end());
    std::printf(
        "%-16s plain %5.2f us/record, checked %5.2f us/record: %.2f "
        "times (%.2f to %.2f in %zu rounds)\n",
        name, 1e6 * Median(plain) / kRecords, 1e6 * Median(checked) / kRecords,
        Median(ratios), *least, *most, ratios.size());
  }
};

int Run() {
  const BenchSource source(kRecords, WriteRecord);
  const std::string plain_plan = PlanWith("");
  const std::string checked_plan =
      PlanWith("\"schema\":" + std::string(kSchema) + ",");
  Series series[] = {
      {"copy, wall", [](auto& load) { return load.copied().seconds; }, {}, {}},
      {"copy, computed",
       [](auto& load) { return load.copied().computed; },
       {},
       {}},
      {"whole, wall", [](auto& load) { return load.whole().seconds; }, {}, {}},
      {"whole, computed",
       [](auto& load) { return load.whole().computed; },
       {},
       {}},
  };
  for (int round = 0; round < kRounds; ++round) {
    auto plain =
        BenchLoad::Begin("ferrite-bench-plain.db", plain_plan, &source);
    if (!plain.ok()) return ReportError(plain.error());
    auto checked =
        BenchLoad::Begin("ferrite-bench-checked.db", checked_plan, &source);
    if (!checked.ok()) return ReportError(checked.error());
    if (auto ran = RunBoth(plain->get(), checked->get()); !ran.ok()) {
      return ReportError(ran.error());
    }
    for (Series& one : series) {
      one.plain.push_back(one.of(**plain));
      one.checked.push_back(one.of(**checked));
    }
  }
  for (const Series& one : series) one.Print();
  return 0;
}

}  // namespace
}  // namespace ferrite

int main() { return ferrite::Run(); }
